//! Twins: a contact that its user entered by hand on two devices before either ever synced. Their slow syncs make one of them.

use crate::body::Mark;
use crate::card::{Field, Fields};
use crate::glass::Glass;
use crate::history::History;
use crate::model::{Seen, Set};
use crate::phone::{Phone, Place, Theme};

impl History {
    /// Now and then what is entered on a device is entered on another one, too: in its form, with what it can hold of it, and
    /// with more or less of the rest.
    pub fn enter_twin(&mut self, at: usize, place: Place, mark: Mark, fields: &Fields) {
        let is_new = |phone: &Phone| phone.past.is_empty() && phone.session.is_none();
        if self.theme != Theme::Silent || !is_new(&self.phones[at]) || !self.chance.percent(60) {
            return;
        }
        let user = mark.user;
        let others = self.phones.iter().enumerate();
        let other =
            others.filter(|(other, phone)| *other != at && phone.user == user && is_new(phone));
        let Some(other) = other.map(|(other, _)| other).next() else {
            return;
        };
        let glass = self.phones[other].glasses[place.local].clone();
        let model = &mut self.users[user].model;
        let edit = model.note(mark.tag, place.sorts[0], false, &Seen::new());
        // Rule: what its users do to each of two twins before they meet, they do without knowing of the other.
        model.edits[edit].restated = true;
        model.edits[mark.edit].restated = true;
        model.twins.insert(mark.tag);
        let mut own = Fields::new();
        for field in glass.fields() {
            match fields.get(&field) {
                Some(values) => self.repeat(user, &glass, edit, field, values, &mut own),
                None if self.chance.percent(40) => self.set(user, &glass, edit, field, &mut own),
                None => {}
            }
        }
        let bytes = self.bytes(&glass, mark, &own, None);
        // Its user likes numbers in groups.
        let text = String::from_utf8(bytes).unwrap();
        let text = if self.chance.percent(50) {
            text.replace(":+4930", ":+49 30 ")
        } else {
            text
        };
        let store = self.phones[other]
            .life
            .device
            .store_mut(place.local)
            .unwrap();
        let luid = store.add(text.into_bytes());
        self.phones[other].look();
        self.told.twins += 1;
        self.say(|| {
            format!(
                "{} has a twin of {} as {luid}: {own:?}",
                self.phones[other].name, mark.tag
            )
        });
    }

    /// Rule: two people of one name who work elsewhere, or are reached in other ways, are two: where a twin gets another
    /// company or number before it met the other, they may stay two.
    pub fn part_twins(&mut self, at: usize, local: &'static str, tag: usize, field: Field) {
        let phone = &self.phones[at];
        let model = &mut self.users[phone.user].model;
        let tells = matches!(field, Field::Org | Field::Cell | Field::Home | Field::Email);
        if tells && model.twins.contains(&tag) && phone.life.may_be_slow.contains(local) {
            model.copies.insert(tag, 2);
        }
    }

    /// A field says the same on the second device, as far as that holds it.
    fn repeat(
        &mut self,
        user: usize,
        glass: &Glass,
        edit: usize,
        field: Field,
        values: &[String],
        own: &mut Fields,
    ) {
        let most = glass.most(field).unwrap_or(usize::MAX);
        let value: String = values[0].chars().take(most).collect();
        let set = Set {
            value: Some(value.clone()),
            may_be_longer: glass.most(field).is_some(),
        };
        self.users[user].model.edits[edit].sets.insert(field, set);
        own.insert(field, vec![value]);
    }

    /// Counts what devices show of less than there is.
    pub fn count_cuts(&mut self) {
        for phone in &self.phones {
            let account = self.users[phone.user].account;
            for place in phone.places.iter().filter(|_| self.theme == Theme::Silent) {
                let items = self.server.items(account, place.sorts[0].collection());
                let read = items
                    .iter()
                    .filter_map(|item| crate::card::read(&item.content.body).ok());
                let glass = &phone.glasses[place.local];
                let less = read.filter(|read| glass.shows(&read.fields) != read.fields);
                self.told.cuts += u64::try_from(less.count()).unwrap();
            }
        }
    }
}
