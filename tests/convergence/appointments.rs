//! Events entered and changed field by field: what of them no edit may say twice, and which edits a user is shown.

use crate::agenda::{self, write};
use crate::body::Mark;
use crate::card::{self, Field, Fields};
use crate::glass::Glass;
use crate::history::History;
use crate::model::Set;

impl History {
    /// A field of an event gets a value that no other edit gave it and that every device can tell from all of those, if
    /// there is one.
    pub fn set_apart(
        &mut self,
        user: usize,
        glass: &Glass,
        edit: usize,
        field: Field,
        fields: &mut Fields,
    ) {
        let value = agenda::value(
            field,
            edit,
            glass.form,
            glass.is_task,
            self.chance.below(100),
        );
        let model = &mut self.users[user].model;
        let tag = model.edits[edit].tag;
        let sets = model.edits.iter().filter(|edit| edit.tag == tag);
        let mut known = sets.filter_map(|edit| edit.sets.get(&field)?.value.as_ref());
        let clashes = |known: &String| {
            let rough = agenda::roughly(field, known);
            rough.is_some() && rough == agenda::roughly(field, &value)
        };
        if known.any(|known| *known == value || clashes(known)) {
            return;
        }
        let set = Set {
            value: Some(value.clone()),
            may_be_longer: false,
        };
        model.edits[edit].sets.insert(field, set);
        fields.insert(field, vec![value]);
    }

    /// Counts an edit of an event: where it is the first, the event is entered on the clock of this device.
    pub fn count_event(&mut self, at: usize, tag: usize) {
        let phone = &self.phones[at];
        let Some(dial) = phone.dial else { return };
        let zones = &mut self.users[phone.user].model.zones;
        match zones.get(&tag) {
            None => self.told.events += 1,
            Some(zone) => self.told.crossed += u64::from(*zone != dial.zone),
        }
        zones.entry(tag).or_insert(dial.zone);
    }

    /// Rule: a rule that a device has no words for is never written over by what that device makes of it, since dates, or
    /// nothing, stood in for it there. So nobody sets a rule on such a device where one may be beyond its words.
    pub fn is_veiled(&self, user: usize, glass: &Glass, tag: usize, field: Field) -> bool {
        let edits = self.users[user].model.edits.iter();
        let mut sets = edits
            .filter(|edit| edit.tag == tag)
            .filter_map(|edit| edit.sets.get(&field));
        let is_beyond = |set: &Set| set.value.as_deref().is_some_and(agenda::is_beyond_words);
        glass.form == card::Form::Calendar10 && field == Field::Rule && sets.any(is_beyond)
    }

    /// An event as its device writes it; `before` is what it had of it.
    pub fn written(
        &self,
        glass: &Glass,
        mark: Mark,
        fields: &Fields,
        before: Option<&[u8]>,
    ) -> Vec<u8> {
        let is_new = glass.form == card::Form::Calendar20;
        let own = || format!("{}-{}@phone.example", mark.user, mark.tag);
        let uid = match before {
            Some(before) => agenda::read::uid(before),
            None => is_new.then(own),
        };
        let stamp = (self.faults.stamped && glass.is_dated).then(|| crate::body::stamp(self.now.0));
        let page = write::Page {
            form: glass.form,
            is_task: glass.is_task,
            dial: &glass.dial,
            alarm: glass.alarm,
            uid,
            sound: before.and_then(write::Sound::of),
            stamp,
        };
        write::write(&page, mark, fields)
    }

    /// The user looks at everything: what is shown names its edit by itself, or else by nobody else having set that.
    pub fn look(&mut self, at: usize) {
        self.phones[at].look();
        let phone = &self.phones[at];
        let model = &self.users[phone.user].model;
        let mut shown = Vec::new();
        for (local, glass) in phone
            .glasses
            .iter()
            .filter(|(_, glass)| glass.is_of_agenda())
        {
            let store = phone.life.device.store(local).unwrap();
            for (luid, item) in store.items() {
                let Ok(read) = glass.read(&item.body) else {
                    continue;
                };
                let fields = read.fields.iter().filter(|(field, _)| !field.is_text());
                for (field, value) in
                    fields.flat_map(|(field, all)| all.iter().map(move |one| (field, one)))
                {
                    let edits = model.edits.iter().enumerate();
                    let by = edits.filter(|(_, edit)| {
                        let set = edit.sets.get(field).and_then(|set| set.value.as_ref());
                        edit.tag == read.mark.tag
                            && set.is_some_and(|set| glass.looks_like(*field, set, value))
                    });
                    shown.extend(by.map(|(number, _)| ((*local, luid.clone()), number)));
                }
            }
        }
        for (place, edit) in shown {
            self.phones[at]
                .life
                .seen
                .entry(place)
                .or_default()
                .insert(edit);
        }
    }
}
