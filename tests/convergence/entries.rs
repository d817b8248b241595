//! What users do field by field, on devices that hold different fields: enter an item, set some of its fields, clear
//! others. What each means for the end is in the model.

use anchorage::client::Maps;
use anchorage::ids::Luid;

use crate::body::{Mark, Sort};
use crate::card::{self, Field, Fields};
use crate::glass::Glass;
use crate::history::History;
use crate::model::{Seen, Set};
use crate::phone::Place;

impl History {
    /// A user does something on a device.
    pub fn edit_fields(&mut self, at: usize) {
        let phone = &self.phones[at];
        let place = phone.places[self.chance.below(phone.places.len())];
        let shown = phone.shown(place.local);
        self.told.edits += 1;
        if shown.is_empty() || self.chance.percent(25) {
            self.enter(at, place);
        } else {
            let (luid, mark) = shown[self.chance.below(shown.len())].clone();
            if self.chance.percent(15) {
                self.change(at, place.local, &luid, mark, true);
            } else {
                self.alter(at, place.local, &luid, mark);
            }
        }
        self.look(at);
    }

    fn enter(&mut self, at: usize, place: Place) {
        let user = self.phones[at].user;
        let glass = self.phones[at].glasses[place.local].clone();
        let model = &mut self.users[user].model;
        let tag = model.edits.len();
        let edit = model.note(tag, place.sorts[0], false, &Seen::new());
        model.copies.insert(tag, 1);
        self.count_event(at, tag);
        let mut fields = Fields::new();
        for field in glass.fields() {
            let is_needed = field.is_needed();
            if is_needed || self.chance.percent(60) {
                self.set(user, &glass, edit, field, &mut fields);
            }
        }
        let mark = Mark { user, tag, edit };
        let bytes = self.bytes(&glass, mark, &fields, None);
        self.enter_twin(at, place, mark, &fields);
        let store = self.phones[at].life.device.store_mut(place.local).unwrap();
        let luid = store.add(bytes);
        let name = &self.phones[at].name;
        self.say(|| {
            format!(
                "{name} enters {tag} as {luid} in {}: {fields:?}",
                place.local
            )
        });
    }

    /// Some fields of an item are set or cleared.
    fn alter(&mut self, at: usize, local: &'static str, luid: &Luid, mark: Mark) {
        let phone = &self.phones[at];
        let glass = phone.glasses[local].clone();
        let held = glass.fields();
        let body = &phone
            .life
            .device
            .store(local)
            .unwrap()
            .get(luid)
            .unwrap()
            .body;
        let before = body.clone();
        let mut fields = glass.read(&before).unwrap().fields;
        let seen = self.seen_by(at, local, luid, mark);
        if self.phones[at].is_unsure(local) {
            self.loosen(at, local, mark.tag, &fields);
        }
        self.count_event(at, mark.tag);
        let user = self.phones[at].user;
        let model = &mut self.users[user].model;
        let edit = model.note(mark.tag, sort_of(local), false, &seen);
        for _ in 0..=self.chance.below(2) {
            let field = self.chance.one(&held);
            if self.is_veiled(user, &glass, mark.tag, field) {
                continue;
            }
            self.part_twins(at, local, mark.tag, field);
            let is_there = fields.contains_key(&field) && !field.is_needed() && glass.clears();
            if is_there && self.chance.percent(25) {
                fields.remove(&field);
                self.users[user].model.edits[edit]
                    .sets
                    .insert(field, Set::default());
            } else {
                self.set(user, &glass, edit, field, &mut fields);
            }
        }
        // Rule: where nothing is left to be set apart, nothing was done.
        let edits = &mut self.users[user].model.edits;
        edits[edit].waived |= edits[edit].sets.is_empty();
        let bytes = self.bytes(&glass, mark, &fields, Some(&before));
        let phone = &mut self.phones[at];
        phone
            .life
            .device
            .store_mut(local)
            .unwrap()
            .replace(luid, bytes);
        let known = phone.life.seen.entry((local, luid.clone())).or_default();
        known.insert(edit);
        let name = &self.phones[at].name;
        let sets = &self.users[user].model.edits[edit].sets;
        self.say(|| {
            format!(
                "{name} alters {} ({luid}) in {local}: edit {edit}, saw {seen:?}: {sets:?}",
                mark.tag
            )
        });
    }

    /// A field gets a value that fits the device.
    pub fn set(
        &mut self,
        user: usize,
        glass: &Glass,
        edit: usize,
        field: Field,
        fields: &mut Fields,
    ) {
        if !field.is_text() {
            return self.set_apart(user, glass, edit, field, fields);
        }
        let is_long = matches!(field, Field::Note | Field::Text | Field::Details);
        let pad = match (is_long, self.lore.large) {
            (true, true) => self.chance.one(&[0, 60, 900, 3_000, 9_000]),
            (true, false) => self.chance.one(&[0, 6, 20, 60, 200]),
            (false, _) => self.chance.one(&[0, 2, 12, 40]),
        };
        let value = field.value(edit, pad);
        let most = glass.most(field).unwrap_or(usize::MAX);
        let value: String = value.chars().take(most).collect();
        let set = Set {
            value: Some(value.clone()),
            may_be_longer: glass.most(field).is_some(),
        };
        self.users[user].model.edits[edit].sets.insert(field, set);
        fields.insert(field, vec![value]);
    }

    pub fn bytes(
        &self,
        glass: &Glass,
        mark: Mark,
        fields: &Fields,
        before: Option<&[u8]>,
    ) -> Vec<u8> {
        if glass.is_of_agenda() {
            return self.written(glass, mark, fields, before);
        }
        let stamp = (self.faults.stamped && glass.is_dated).then(|| crate::body::stamp(self.now.0));
        card::write(
            glass.form,
            mark,
            fields,
            glass.shows_name,
            &stamp.unwrap_or_default(),
        )
    }

    /// Rule: where the device may be behind what the server thinks it has, a field that it lacks looks cleared to the
    /// server when the item is edited: it need not be there in the end.
    pub fn loosen(&mut self, at: usize, local: &'static str, tag: usize, fields: &Fields) {
        let phone = &self.phones[at];
        let lacks = phone.glasses[local].fields();
        let lacks = lacks
            .into_iter()
            .filter(|field| !fields.contains_key(field));
        let lacks: Vec<_> = lacks.map(|field| (tag, field)).collect();
        self.users[phone.user].model.loose.extend(lacks);
    }

    /// Rule: a device that was set back edits what is long past: what it shows may come again, and what the server
    /// told it since may go.
    pub fn blur(&mut self, at: usize) {
        for (local, glass) in self.phones[at].glasses.clone() {
            for (luid, mark) in self.phones[at].shown(local) {
                let phone = &self.phones[at];
                let body = &phone
                    .life
                    .device
                    .store(local)
                    .unwrap()
                    .get(&luid)
                    .unwrap()
                    .body;
                let fields = glass.read(body).unwrap().fields;
                let model = &mut self.users[phone.user].model;
                for edit in &phone.life.seen[&(local, luid)] {
                    model.edits[*edit].restated = true;
                    model.edits[*edit].waived = true;
                }
                self.loosen(at, local, mark.tag, &fields);
            }
        }
    }

    /// Rule: a device that forgets the names which it has not told holds items that nobody knows it holds.
    pub fn forget_names(&mut self, at: usize) {
        let phone = &mut self.phones[at];
        if phone.life.device.profile.maps == Maps::NextSession {
            let places = phone.glasses.keys();
            phone.life.forgotten.extend(places);
        }
    }

    /// Rule: in a sync that compares everything nothing counts as cleared: what was to be told as that may come again.
    pub fn forget_clears(&mut self, at: usize, local: &'static str) {
        let phone = &self.phones[at];
        if !phone.glasses.contains_key(local) {
            return;
        }
        let waiting = phone.waiting.get(local).cloned().unwrap_or_default();
        let luids = waiting.into_keys().chain(phone.pending(local).into_keys());
        let seen = luids.filter_map(|luid| phone.life.seen.get(&(local, luid)));
        let edits: Vec<usize> = seen.flatten().copied().collect();
        for edit in edits {
            self.users[phone.user].model.edits[edit].clears_may_fail = true;
        }
    }
}

fn sort_of(local: &str) -> Sort {
    if local == crate::phone::NOTES.local {
        Sort::Note
    } else if local == crate::phone::CALENDAR.local {
        Sort::Event
    } else if local == crate::phone::TASKS.local {
        Sort::Task
    } else {
        Sort::Contact
    }
}
