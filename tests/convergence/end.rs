//! The end of a history, and the faults that happen to one device: what each means for what may be left.

use std::collections::BTreeMap;

use anchorage::client::{Mode, Scheme};
use anchorage::ids::Luid;
use anchorage::message::ChangeKind;
use anchorage::store::Policy;

use crate::body::{self, Mark, Sort};
use crate::history::History;
use crate::outline::{is_challenge, outline};
use crate::phone::{Phone, Theme};

impl History {
    /// The next message of a device's session, and whatever happens to it.
    pub fn exchange(&mut self, at: usize) {
        self.now.0 += 1 + i64::try_from(self.chance.below(900)).unwrap();
        let (restart, cut, late) = (self.faults.restart, self.faults.cut, self.faults.late);
        if self.chance.percent(restart) {
            self.say(|| "the server restarts".to_owned());
            self.told.faults += 1;
            self.server.restart();
        }
        if self.chance.percent(late) {
            self.deliver_late(at);
        }
        if self.chance.percent(cut) {
            return self.cut(at, "the user gives up");
        }
        self.pause(at);
        if self.starts_again(at) {
            return;
        }
        let Some(session) = &mut self.phones[at].session else {
            return;
        };
        session.messages += 1;
        let (message, opens) = (session.next.clone(), session.messages == 1);
        self.phones[at].past.push((message.clone(), opens));
        let (lost_request, lost_reply, repeated) = (
            self.faults.lost_request,
            self.faults.lost_reply,
            self.faults.repeated,
        );
        for _ in 0..3 {
            if self.chance.percent(lost_request) {
                self.tell_fault(at, "a message is lost");
                continue;
            }
            let before = self.folders(at);
            let reply = match self.server.deliver(&message, self.now, &mut self.chance) {
                Ok(reply) => reply,
                Err(refused) => {
                    return self.wrong.push(format!("a message was refused: {refused}"));
                }
            };
            self.note_moves(at, &before);
            self.say(|| format!("{} > {}", self.phones[at].name, outline(&message.body)));
            self.say(|| format!("{} < {}", self.phones[at].name, outline(&reply.body)));
            self.now.0 += 1 + i64::try_from(self.chance.below(200)).unwrap();
            if self.chance.percent(repeated) {
                self.tell_fault(at, "a message comes twice");
                let again = self.server.deliver(&message, self.now, &mut self.chance);
                // A challenge may name another nonce.
                if again.as_ref() != Ok(&reply) && !is_challenge(&reply.body) {
                    self.wrong
                        .push("a repeated message got another reply".to_owned());
                }
            }
            if self.chance.percent(lost_reply) {
                self.tell_fault(at, "a reply is lost");
                continue;
            }
            return self.take(at, &reply);
        }
        self.cut(at, "three messages in a row were lost");
    }

    fn tell_fault(&mut self, at: usize, what: &str) {
        self.told.faults += 1;
        self.say(|| format!("{}: {what}", self.phones[at].name));
    }

    /// An earlier message of the device comes only now; nobody hears the reply.
    fn deliver_late(&mut self, at: usize) {
        let phone = &self.phones[at];
        if phone.past.is_empty() {
            return;
        }
        let number = phone.past.len() - 1 - self.chance.below(phone.past.len().min(8));
        let (message, opens) = phone.past[number].clone();
        // The password as it is opens a session whenever it comes: only a nonce can tell an old message from a new one.
        if opens && self.phones[at].life.device.profile.scheme == Scheme::Basic {
            return;
        }
        self.tell_fault(at, &format!("message {number} comes late (opens: {opens})"));
        let before = self.folders(at);
        if let Err(refused) = self.server.deliver(&message, self.now, &mut self.chance) {
            self.wrong
                .push(format!("a late message was refused: {refused}"));
        }
        self.note_moves(at, &before);
    }

    /// The device gives up its session.
    pub fn cut(&mut self, at: usize, why: &str) {
        self.told.faults += 1;
        if let Some(mut session) = self.phones[at].session.take() {
            session.is_disturbed = true;
            let failed = session.dialogue.cut(why.to_owned());
            self.over(at, &session, &failed.summary, Some(&failed.reason));
        }
    }

    /// The device is as it was before its last session. The server cannot know, so what the user was shown since
    /// counts as seen where the item is still there.
    pub fn set_back(&mut self, at: usize) {
        let Some(before) = self.phones[at].before.take() else {
            return;
        };
        self.tell_fault(at, "is set back");
        for place in self.phones[at].places.clone() {
            for luid in self.phones[at].pending(place.local).into_keys() {
                let late = self.phones[at]
                    .life
                    .seen
                    .get(&(place.local, luid.clone()))
                    .cloned();
                let early = before
                    .seen
                    .get(&(place.local, luid.clone()))
                    .cloned()
                    .unwrap_or_default();
                for edit in late.unwrap_or_default().difference(&early) {
                    self.waive(at, *edit);
                }
            }
        }
        let phone = &mut self.phones[at];
        let late = std::mem::replace(&mut phone.life, before);
        // Rule: a device that was set back knows nothing of a session that broke off.
        for place in &phone.places {
            let store = phone.life.device.store_mut(place.local).unwrap();
            store.forget_broken();
        }
        phone.older = None;
        phone.life.may_be_slow.extend(&phone.refreshed);
        phone.life.forgotten.extend(&phone.refreshed);
        // Rule: an event that such a device enters once more, and that anybody has moved since, is another one.
        if matches!(self.theme, Theme::Agendas | Theme::Tasks) {
            let model = &mut self.users[phone.user].model;
            for place in &phone.places {
                let store = phone.life.device.store(place.local).unwrap();
                let pending = store.pending();
                let added = pending.filter(|(_, pending)| pending.kind == ChangeKind::Add);
                for item in added.filter_map(|(luid, _)| store.get(luid)) {
                    model.copies.insert(body::mark(&item.body).tag, 2);
                }
            }
        }
        for ((local, luid), seen) in late.seen {
            let store = phone.life.device.store(local).unwrap();
            if store.get(&luid).is_some() {
                phone
                    .life
                    .seen
                    .entry((local, luid))
                    .or_default()
                    .extend(seen);
            }
        }
        self.blur(at);
    }

    /// The device forgets its sessions and what it had to send.
    pub fn forget(&mut self, at: usize) {
        self.tell_fault(at, "forgets its sessions");
        for place in self.phones[at].places.clone() {
            let pending = self.phones[at].pending(place.local);
            // Nobody knows any more what was not sent: a refresh may overwrite it.
            for luid in pending.into_keys() {
                let seen = self.phones[at].life.seen.get(&(place.local, luid)).cloned();
                for edit in seen.unwrap_or_default() {
                    self.waive(at, edit);
                }
            }
            let phone = &mut self.phones[at];
            phone
                .life
                .device
                .store_mut(place.local)
                .unwrap()
                .forget_sessions();
            phone.life.may_be_slow.insert(place.local);
            phone.before = None;
            phone.older = None;
        }
        self.forget_names(at);
    }

    fn waive(&mut self, at: usize, edit: usize) {
        let user = self.phones[at].user;
        self.users[user].model.edits[edit].waived = true;
    }

    /// A refresh from the server began: what the device had not sent is meant to be overwritten.
    pub fn waive_overwritten(
        &mut self,
        at: usize,
        local: &'static str,
        before: BTreeMap<Luid, bool>,
    ) {
        let now = self.phones[at].pending(local);
        for luid in before.into_keys().filter(|luid| !now.contains_key(luid)) {
            let seen = self.phones[at]
                .life
                .seen
                .get(&(local, luid))
                .cloned()
                .unwrap_or_default();
            for edit in seen {
                self.waive(at, edit);
            }
        }
    }

    /// Rule: a sync that compares everything undoes deletions that the device had not told, since what is not
    /// there cannot be told from what never was; and, where the server does not know what the device holds, deletions
    /// that it was not told of.
    pub fn waive_forgotten_deletes(&mut self, at: usize, local: &'static str) {
        let pending = self.phones[at]
            .waiting
            .get(local)
            .cloned()
            .unwrap_or_default();
        self.waive_pending_deletes(at, local, &pending);
        if self.phones[at].life.forgotten.contains(local) {
            let tags: Vec<_> = self.phones[at]
                .shown(local)
                .into_iter()
                .map(|(_, mark)| mark.tag)
                .collect();
            let model = &mut self.users[self.phones[at].user].model;
            for edit in model
                .edits
                .iter_mut()
                .filter(|edit| edit.deletes && tags.contains(&edit.tag))
            {
                edit.waived = true;
            }
        }
    }

    fn waive_pending_deletes(
        &mut self,
        at: usize,
        local: &'static str,
        pending: &BTreeMap<Luid, bool>,
    ) {
        for (luid, _) in pending.iter().filter(|(_, is_delete)| **is_delete) {
            let seen = self.phones[at]
                .life
                .seen
                .get(&(local, luid.clone()))
                .cloned()
                .unwrap_or_default();
            for edit in seen {
                self.waive(at, edit);
            }
        }
    }

    /// The faults stop; each device syncs twice; then all must agree, and a third time moves nothing.
    pub fn finish(&mut self) {
        self.say(|| "the faults stop".to_owned());
        self.faults.stop();
        for at in 0..self.phones.len() {
            self.cut(at, "the history ends");
            self.phones[at].older = None;
        }
        self.release_all();
        self.sync_in_peace();
        self.count_cuts();
        if self.wishes.is_some() && self.wrong.is_empty() {
            self.wish_everything();
            self.sync_in_peace();
        }
    }

    /// Each device syncs twice, all agree; a third sync moves nothing.
    fn sync_in_peace(&mut self) {
        for round in 0..3 {
            for at in 0..self.phones.len() {
                self.now.0 += 10_000;
                let known = self.wrong.len();
                self.open(at, Mode::TwoWay, true);
                self.talk(at);
                if self.wrong.len() > known {
                    return;
                }
                if round == 2 && self.last_moved > 0 {
                    let name = &self.phones[at].name;
                    self.wrong.push(format!(
                        "{name}: the third sync in peace moves {}",
                        self.last_moved
                    ));
                }
            }
            if round == 1 {
                self.judge();
            }
        }
        self.judge();
    }

    fn judge(&mut self) {
        if !matches!(self.theme, Theme::Lists | Theme::Trees) {
            let wrong = self.judge_by_field();
            if !wrong.is_empty() {
                self.say(|| self.bodies());
            }
            return self.wrong.extend(wrong);
        }
        let mut wrong = Vec::new();
        for (number, user) in self.users.iter().enumerate() {
            wrong.extend(self.server.audit(user.account));
            let sorts = user.policies.keys();
            let items = sorts.flat_map(|sort| self.server.items(user.account, sort.collection()));
            let left: Vec<Mark> = items.map(|item| body::mark(&item.content.body)).collect();
            let keeps_both = |sort: Sort| user.policies[&sort] == Policy::KeepBoth;
            wrong.extend(user.model.judge(number, &left, keeps_both));
        }
        for phone in &self.phones {
            wrong.extend(self.compare(phone));
        }
        self.wrong.extend(wrong);
    }

    /// Where a device and the server differ.
    fn compare(&self, phone: &Phone) -> Vec<String> {
        let account = self.users[phone.user].account;
        let mut wrong = Vec::new();
        for place in &phone.places {
            let ours = place
                .sorts
                .iter()
                .flat_map(|sort| self.server.items(account, sort.collection()));
            let ours: Vec<_> = ours
                .map(|item| {
                    let digest = anchorage::pim::digest(&item.content).0;
                    ((digest, body::mark(&item.content.body)), item.content.body)
                })
                .collect();
            if place.sorts == [Sort::Tree] {
                wrong.extend(self.compare_trees(phone, account));
                continue;
            }
            let store = phone.life.device.store(place.local).unwrap();
            let theirs: Vec<_> = store
                .items()
                .map(|(_, content)| (anchorage::pim::digest(content).0, body::mark(&content.body)))
                .collect();
            wrong.extend(phone.misses(place.local, &ours, &theirs));
            if store.pending().count() > 0 {
                wrong.push(format!(
                    "{} still has something to send in {}",
                    phone.name, place.local
                ));
            }
        }
        wrong
    }
}
