//! What users do between and during syncs: enter, change and delete items, and what each means for the end.

use anchorage::client::Mode;
use anchorage::ids::Luid;

use crate::body::{self, Mark, Sort};
use crate::glass::Glass;
use crate::history::History;
use crate::lore::Guarded;
use crate::model::Seen;

impl History {
    /// A user does something on a device.
    pub fn edit(&mut self, at: usize) {
        let phone = &self.phones[at];
        let place = phone.places[self.chance.below(phone.places.len())];
        let shown = phone.shown(place.local);
        if self.purges(at, place.local) {
            return;
        }
        if shown.is_empty() || self.chance.percent(35) {
            let sort = self.chance.one(place.sorts);
            self.add(at, place.local, sort);
        } else {
            let (luid, mark) = shown[self.chance.below(shown.len())].clone();
            let deletes = self.chance.percent(30);
            if self.commands(at, place.local, &luid, mark) {
                return;
            }
            self.change(at, place.local, &luid, mark, deletes);
        }
        self.told.edits += 1;
        self.phones[at].look();
    }

    fn add(&mut self, at: usize, local: &'static str, sort: Sort) {
        let user = self.phones[at].user;
        let model = &mut self.users[user].model;
        let tag = model.edits.len();
        let edit = model.note(tag, sort, false, &Seen::new());
        model.copies.insert(tag, 1);
        let stamp = self.faults.stamped.then_some(self.now.0);
        let bytes = body::body(
            sort,
            Mark { user, tag, edit },
            stamp,
            self.lore.large,
            &mut self.chance,
        );
        let luid = self.phones[at]
            .life
            .device
            .store_mut(local)
            .unwrap()
            .add(bytes.clone());
        self.say(|| format!("{} adds {tag} as {luid} in {local}", self.phones[at].name));
        // A twin: another device of the user gets the same by another way.
        let twin = self.chance.below(self.phones.len());
        let has_place = self.phones[twin]
            .places
            .iter()
            .find(|place| place.sorts.contains(&sort))
            .copied();
        if let Some(place) = has_place
            && twin != at
            && self.phones[twin].user == user
            && self.chance.percent(15)
        {
            self.users[user].model.copies.insert(tag, 2);
            let phone = &mut self.phones[twin];
            let luid = phone.life.device.store_mut(place.local).unwrap().add(bytes);
            phone.look();
            self.say(|| format!("{} has a twin of {tag} as {luid}", self.phones[twin].name));
        }
    }

    pub fn change(
        &mut self,
        at: usize,
        local: &'static str,
        luid: &Luid,
        mark: Mark,
        deletes: bool,
    ) {
        let seen = self.seen_by(at, local, luid, mark);
        let phone = &mut self.phones[at];
        let model = &mut self.users[phone.user].model;
        let sort = model.edits[mark.edit].sort;
        let edit = model.note(mark.tag, sort, deletes, &seen);
        let store = phone.life.device.store(local).unwrap();
        let may_have_left = phone.may_have_left(local, &store.get(luid).unwrap().body);
        let store = phone.life.device.store_mut(local).unwrap();
        if deletes {
            if self.lore.commands && self.chance.percent(40) {
                store.archive(luid);
            } else {
                store.delete(luid);
            }
            let is_told = store.pending().any(|(pending, _)| pending == luid);
            // A device that was set back may have told the server of an item and not remember.
            // What is held back may be given back.
            let may_stay = self.lore.guard == Some(Guarded::GivesBack);
            model.edits[edit].waived = !is_told || may_have_left || may_stay;
            let glass = phone.glasses.get(local);
            model.edits[edit].shows = glass.map(Glass::fields).unwrap_or_default();
        } else {
            let stamp = self.faults.stamped.then_some(self.now.0);
            let bytes = body::body(
                sort,
                Mark { edit, ..mark },
                stamp,
                self.lore.large,
                &mut self.chance,
            );
            store.replace(luid, bytes);
        }
        phone
            .life
            .seen
            .entry((local, luid.clone()))
            .or_default()
            .insert(edit);
        let what = if deletes { "deletes" } else { "changes" };
        self.say(|| {
            format!(
                "{} {what} {} ({luid}) in {local}: edit {edit}, saw {seen:?}",
                self.phones[at].name, mark.tag
            )
        });
    }

    /// What the user was shown of an item that is to be edited; what the server may not know of that counts as unseen.
    pub fn seen_by(&mut self, at: usize, local: &'static str, luid: &Luid, mark: Mark) -> Seen {
        let phone = &self.phones[at];
        let seen = phone.life.seen.get(&(local, luid.clone()));
        let seen = seen.cloned().unwrap_or_default();
        let model = &mut self.users[phone.user].model;
        let is_refreshed = phone.session.as_ref().is_some_and(|session| {
            let mut asked = session.asked.iter().map(|(_, mode)| *mode);
            asked.any(|mode| matches!(mode, Mode::RefreshFromServer | Mode::OneWayFromServer))
        });
        if phone.is_unsure(local) {
            // Rule: what came in a session that the server did not see end counts as unseen.
            for edit in &seen {
                model.edits[*edit].restated = true;
            }
        }
        if is_refreshed {
            // Rule: what is edited while a refresh takes its place stays as an item of its own.
            model.copies.insert(mark.tag, 2);
            for edit in &seen {
                model.edits[*edit].restated = true;
            }
        }
        seen
    }
}
