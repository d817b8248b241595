//! The end of a history in which devices see items differently: field by field, what may be there, what must be, and
//! that each device shows what it can hold of what the server has.
//!
//! A value stands unless somebody who was shown it set or cleared the field. Of values that did not know of one another
//! any may stand; edits of different fields all do. A field that a device cannot hold, or not in full, outlives what that
//! device does to the item.

use std::collections::{BTreeMap, BTreeSet};

use anchorage::store::Policy;

use crate::body::Sort;
use crate::card::{self, Field, Fields, Read};
use crate::history::History;
use crate::model::{Edit, Model};
use crate::phone::Phone;

impl Model {
    /// What is wrong with these items as the end of the history; `keeps_both` says of which items both sides of a conflict
    /// are kept.
    pub fn judge_fields(
        &self,
        user: usize,
        left: &[Read],
        keeps_both: impl Fn(Sort) -> bool,
    ) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut items: BTreeMap<usize, Vec<&Read>> = BTreeMap::new();
        for item in left {
            let tag = item.mark.tag;
            if item.mark.user != user {
                let other = item.mark.user;
                wrong.push(format!("an item of user {other} came to user {user}"));
                continue;
            }
            let doubled = item.doubled();
            if !doubled.is_empty() {
                wrong.push(format!("item {tag} has twice: {doubled:?}"));
            }
            items.entry(tag).or_default().push(item);
        }
        let tags: BTreeSet<_> = self.edits.iter().map(|edit| edit.tag).collect();
        for tag in tags {
            let items = items.remove(&tag).unwrap_or_default();
            let is_many = self.is_many(tag, &keeps_both);
            self.judge_life(tag, items.len(), is_many, &mut wrong);
            for item in items {
                self.judge_item_fields(item, is_many, &mut wrong);
            }
        }
        let strange = items.keys();
        wrong.extend(strange.map(|tag| format!("item {tag} was never entered")));
        wrong
    }

    /// Whether there may be several of this item, each of which goes its own way: it was entered twice, or both sides of
    /// a conflict were kept.
    fn is_many(&self, tag: usize, keeps_both: &impl Fn(Sort) -> bool) -> bool {
        let is_met = |(number, edit): (usize, &Edit)| {
            let mut fields = edit.sets.keys();
            fields.any(|field| self.has_rival(number, *field))
        };
        let is_twin = self.copies.get(&tag).copied().unwrap_or(1) > 1;
        is_twin || (keeps_both(self.edits[tag].sort) && self.of(tag).any(is_met))
    }

    fn judge_item_fields(&self, item: &Read, is_many: bool, wrong: &mut Vec<String>) {
        let tag = item.mark.tag;
        let touched = self.of(tag).flat_map(|(_, edit)| edit.sets.keys());
        let touched: BTreeSet<Field> = touched.chain(item.fields.keys()).copied().collect();
        let fields = sorted(item.fields.clone());
        for field in touched {
            let values = fields.get(&field).cloned().unwrap_or_default();
            let each = values.iter().map(|value| Some(value.as_str()));
            let each = each.chain(values.is_empty().then_some(None));
            let why = each.filter_map(|value| self.judge_field((tag, field), is_many, value));
            wrong.extend(why.map(|why| format!("item {tag}: {field:?} is {values:?}: {why}")));
        }
    }

    fn of(&self, tag: usize) -> impl Iterator<Item = (usize, &Edit)> {
        let edits = self.edits.iter().enumerate();
        edits.filter(move |(_, edit)| edit.tag == tag)
    }

    /// Whether the item is there as often as it should.
    fn judge_life(&self, tag: usize, count: usize, is_many: bool, wrong: &mut Vec<String>) {
        let numbers: Vec<usize> = self.of(tag).map(|(number, _)| number).collect();
        let is_deleted = |edit: usize| {
            let mut deletions = self.of(tag).filter(|(_, edit)| edit.deletes);
            deletions.any(|(_, deletion)| deletion.seen.contains(&edit) && !deletion.waived)
        };
        let mut written = self.of(tag).filter(|(_, edit)| !edit.deletes);
        let may_live = |(number, edit): (usize, &Edit)| edit.restated || !is_deleted(number);
        if count > 0 && !written.any(may_live) {
            wrong.push(format!("item {tag} was deleted and is there"));
        }
        let must_live = self.of(tag).filter(|(number, edit)| {
            let is_firm = !edit.deletes && !edit.waived && !self.is_deleted(*number);
            is_firm && !self.may_have_lost(*number, &numbers) && self.is_plain(*number)
        });
        let must_live: Vec<_> = must_live.map(|(number, _)| number).collect();
        if count == 0 && !must_live.is_empty() {
            wrong.push(format!(
                "item {tag} is lost: edits {must_live:?} should stand"
            ));
        }
        if count > 1 && !is_many {
            wrong.push(format!("item {tag} is there {count} times"));
        }
    }

    /// Why a field of an item may not be what it is.
    fn judge_field(
        &self,
        (tag, field): (usize, Field),
        is_many: bool,
        value: Option<&str>,
    ) -> Option<String> {
        let sets = self.of(tag);
        let sets = sets.filter_map(|(number, edit)| Some((number, edit, edit.sets.get(&field)?)));
        let sets: Vec<_> = sets.collect();
        let is_over = |number: usize, firm: bool| {
            sets.iter().any(|(later, edit, set)| {
                let is_clear = set.value.is_none() && edit.clears_may_fail;
                let may_fail = edit.waived || is_clear || self.is_deleted(*later);
                let may_fail = may_fail || self.has_rival(*later, field);
                edit.seen.contains(&number) && !(firm && may_fail)
            })
        };
        let stands =
            |number: usize, edit: &Edit| edit.restated || is_many || !is_over(number, true);
        let Some(value) = value else {
            let is_loose = is_many || self.loose.contains(&(tag, field));
            let mut cleared = sets.iter().filter(|(_, _, set)| set.value.is_none());
            if is_loose || cleared.any(|(number, edit, _)| stands(*number, edit)) {
                return None;
            }
            let must = sets.iter().filter(|(number, edit, set)| {
                let is_firm = set.value.is_some() && !edit.waived && !is_over(*number, false);
                is_firm && !self.is_deleted(*number) && !self.has_rival(*number, field)
            });
            let must: Vec<_> = must.map(|(number, _, _)| number).collect();
            return (!must.is_empty()).then(|| format!("edits {must:?} should stand"));
        };
        let written = sets.iter().find(|(_, _, set)| {
            let Some(text) = &set.value else { return false };
            let is_longer = set.may_be_longer && value.starts_with(text);
            value == text || is_longer
        });
        match written {
            None => Some("nobody wrote that".to_owned()),
            Some((number, edit, _)) if !stands(*number, edit) => {
                Some("it was superseded".to_owned())
            }
            Some(_) => None,
        }
    }

    /// Whether all who deleted the item would have been shown this edit, had they had it: it set a field that their devices
    /// show, and nobody set that again.
    fn is_plain(&self, number: usize) -> bool {
        let edit = &self.edits[number];
        let sets = edit.sets.iter().filter(|(_, set)| set.value.is_some());
        let shown: Vec<_> = sets
            .map(|(field, _)| field)
            .filter(|field| {
                let later = |(_, later): (usize, &Edit)| {
                    later.seen.contains(&number) && later.sets.contains_key(field)
                };
                !self.of(edit.tag).any(later)
            })
            .collect();
        let mut deletions = self.of(edit.tag).filter(|(_, edit)| edit.deletes);
        deletions.all(|(_, deletion)| shown.iter().any(|field| deletion.shows.contains(field)))
    }

    /// Whether the item was deleted with this edit in it: should others keep it, they need not know of the edit.
    fn is_deleted(&self, number: usize) -> bool {
        let edits = self.of(self.edits[number].tag);
        let mut deletions = edits.filter(|(_, edit)| edit.deletes);
        deletions.any(|(_, deletion)| deletion.seen.contains(&number))
    }

    /// Whether a verdict may have preferred to this edit of a field another one of the same property.
    fn has_rival(&self, number: usize, field: Field) -> bool {
        let edit = &self.edits[number];
        let is_same = |other: &Field| other.property() == field.property();
        self.of(edit.tag).any(|(other, rival)| {
            let strangers = !edit.seen.contains(&other) && !rival.seen.contains(&number);
            rival.sets.keys().any(is_same) && other != number && strangers
        })
    }
}

/// The values of an item in an order that does not depend on how it is written.
fn sorted(fields: Fields) -> Fields {
    let fields = fields.into_iter().map(|(field, mut values)| {
        values.retain(|value| !value.is_empty());
        values.sort();
        (field, values)
    });
    fields.collect()
}

impl History {
    /// What is wrong with what the server has, and with what each device shows of it.
    pub fn judge_by_field(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for (number, user) in self.users.iter().enumerate() {
            wrong.extend(self.server.audit(user.account));
            let sorts = user.policies.keys();
            let items = sorts.flat_map(|sort| self.server.items(user.account, sort.collection()));
            let read: Vec<_> = items.map(|item| card::read(&item.content.body)).collect();
            let left: Vec<Read> = read.iter().flatten().cloned().collect();
            wrong.extend(read.into_iter().filter_map(Result::err));
            let keeps_both = |sort: Sort| user.policies[&sort] == Policy::KeepBoth;
            wrong.extend(user.model.judge_fields(number, &left, keeps_both));
        }
        for phone in &self.phones {
            wrong.extend(self.compare_fields(phone));
        }
        wrong
    }

    /// Everything that the server and the devices have, as it stands.
    pub fn bodies(&self) -> String {
        let mut all = Vec::new();
        for user in &self.users {
            let sorts = user.policies.keys();
            let items = sorts.flat_map(|sort| self.server.items(user.account, sort.collection()));
            let items = items.map(|item| (format!("server {}", item.id.0), item.content.body));
            all.extend(items);
        }
        for phone in &self.phones {
            for place in &phone.places {
                let store = phone.life.device.store(place.local).unwrap();
                let items = store.items();
                let items =
                    items.map(|(luid, item)| (format!("{} {luid}", phone.name), item.body.clone()));
                all.extend(items);
            }
        }
        let told = all
            .iter()
            .map(|(of, body)| format!("{of}:\n{}", String::from_utf8_lossy(body)));
        told.collect::<Vec<_>>().join("\n")
    }

    /// Where a device does not show what it can hold of what the server has.
    fn compare_fields(&self, phone: &Phone) -> Vec<String> {
        let mut wrong = Vec::new();
        let name = &phone.name;
        for place in &phone.places {
            let glass = &phone.glasses[place.local];
            let account = self.users[phone.user].account;
            let ours = self
                .server
                .items(account, place.sorts[0].collection())
                .into_iter();
            let ours = ours.filter_map(|item| card::read(&item.content.body).ok());
            let ours = ours.map(|read| (read.mark.tag, sorted(glass.shows(&read.fields))));
            let mut ours: Vec<_> = ours.collect();
            let store = phone.life.device.store(place.local).unwrap();
            let mut theirs = Vec::new();
            for (luid, content) in store.items() {
                match glass.read(&content.body) {
                    Ok(read) if read.form != glass.form => {
                        wrong.push(format!("{name} has {luid} as {:?}", read.form));
                    }
                    Ok(read) => theirs.push((read.mark.tag, sorted(read.fields))),
                    Err(why) => wrong.push(format!("{name} has {luid}, {why}")),
                }
            }
            ours.sort();
            theirs.sort();
            let is_lacking = |(ours, theirs): (&(usize, Fields), &(usize, Fields))| {
                ours.0 == theirs.0 && (ours.1 == theirs.1 || glass.may_lack(&theirs.1, &ours.1))
            };
            if ours.len() == theirs.len() && ours.iter().zip(&theirs).all(is_lacking) {
                theirs.clone_from(&ours);
            }
            if ours != theirs {
                let alone: Vec<_> = theirs.iter().filter(|one| !ours.contains(one)).collect();
                let lacks: Vec<_> = ours.iter().filter(|one| !theirs.contains(one)).collect();
                let counts = (theirs.len(), ours.len());
                let local = place.local;
                wrong.push(format!(
                    "{name} shows {alone:?} in {local}, and should {lacks:?}; items there and here: {counts:?}"
                ));
            }
            if store.pending().count() > 0 {
                wrong.push(format!(
                    "{name} still has something to send in {}",
                    place.local
                ));
            }
        }
        wrong
    }
}
