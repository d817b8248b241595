//! What a user of some devices does beside entering, changing and deleting items: copies, archived and put-away items; and
//! changes that go as one Atomic.
//!
//! A Copy names the item it is of, and brings no data: it is sent as such as long as both are alike and the server has the
//! former; else it is an Add. Source: Representation Protocol 1.2.2, sections 7.3.3 to 7.3.5 and 10.

use super::Device;
use super::changes::leaving;
use super::dialogue::Dialogue;
use super::run::{Leaving, Run};
use super::sent::{Offer, What};
use super::store::Store;
use crate::ids::Luid;
use crate::message::{Change, ChangeKind, Command, Draft, Group, GroupKind, Item, StatusCode};

/// How an item left its device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parting {
    /// It is deleted everywhere, and a copy of it is to be kept.
    Archived,
    /// It is off the device alone.
    PutAway,
}

impl Store {
    /// The user makes a copy of an item. Answers its LUID; `None` where there is nothing to copy.
    pub fn copy(&mut self, luid: &Luid) -> Option<Luid> {
        let content = self.items.get(luid)?.clone();
        let copy = self.fresh();
        self.items.insert(copy.clone(), content);
        self.note(&copy, ChangeKind::Copy);
        self.copies.insert(copy.clone(), luid.clone());
        Some(copy)
    }

    /// The user deletes an item, of which a copy is to be kept. Answers whether it was there.
    pub fn archive(&mut self, luid: &Luid) -> bool {
        let was_there = self.delete(luid);
        if was_there {
            self.partings.insert(luid.clone(), Parting::Archived);
        }
        was_there
    }

    /// The user takes an item off the device alone. Answers whether that was possible: the server must have it as it is.
    pub fn put_away(&mut self, luid: &Luid) -> bool {
        let may_go = !self.pending.contains_key(luid) && self.delete(luid);
        if may_go {
            self.partings.insert(luid.clone(), Parting::PutAway);
        }
        may_go
    }

    /// What the device sends of a copy: nothing but the names, or `None` where it must be an Add.
    pub(super) fn copied(&self, luid: &Luid) -> Option<Item> {
        let of = self.copies.get(luid)?;
        let is_alike = self.items.get(of)? == self.items.get(luid)?;
        (is_alike && !self.pending.contains_key(of)).then(|| Item {
            target: Some(luid.as_str().into()),
            source: Some(of.as_str().into()),
            ..Item::default()
        })
    }

    /// Says in a Delete how the item left.
    pub(super) fn say_parting(&self, luid: &Luid, change: &mut Change) {
        let parting = self.partings.get(luid);
        change.archive = parting == Some(&Parting::Archived);
        change.soft_delete = parting == Some(&Parting::PutAway);
    }

    /// Forgets what was kept of changes that are no longer pending.
    pub(super) fn tidy(&mut self) {
        let pending = &self.pending;
        self.copies.retain(|luid, _| pending.contains_key(luid));
        self.partings.retain(|luid, _| pending.contains_key(luid));
    }
}

impl Run {
    /// A copy was refused: its item goes as any other the next time.
    pub(super) fn refuse_copy(store: &mut Store, offer: &Offer, code: StatusCode) {
        let is_put_off = matches!(
            code,
            StatusCode::AtomicFailed | StatusCode::AtomicRolledBack
        );
        if let Some(pending) = store.pending.get_mut(&offer.luid)
            && pending.kind == ChangeKind::Copy
            && !is_put_off
        {
            pending.kind = ChangeKind::Add;
        }
    }
}

impl Dialogue {
    /// The next few changes as one Atomic, if the device sends such and there is room. Answers whether they are in.
    pub(super) fn block(&mut self, device: &mut Device, draft: &mut Draft, index: usize) -> bool {
        let (is_wanted, encoding) = (device.profile.atomic, device.profile.encoding);
        let max = self.max_obj_size.unwrap_or(usize::MAX);
        let Some((run, store)) = self.pair(device, index).filter(|_| is_wanted) else {
            return false;
        };
        if run.leaving.is_some() {
            return false;
        }
        let next = run.queue.iter().take(BLOCK);
        let block: Vec<(Luid, Leaving)> = next
            .map_while(|luid| Some((luid.clone(), leaving(run, store, luid, encoding)?)))
            .take_while(|(_, leaving)| leaving.bytes() <= max)
            .collect();
        if block.len() < 2 {
            return false;
        }
        let attempt = run.attempt;
        let members = block.iter();
        let group = Command::Group(Group {
            kind: GroupKind::Atomic,
            commands: members
                .map(|(_, leaving)| Command::Change(leaving.change.clone()))
                .collect(),
            ..Group::default()
        });
        let name = group.name().to_owned();
        let Ok(number) = draft.push_into_sync(group) else {
            return false;
        };
        self.record(&number, &name, What::Other);
        let pushed = draft
            .message()
            .body
            .last()
            .and_then(|sync| sync.inner().last());
        let numbers: Vec<String> = pushed
            .into_iter()
            .flat_map(Command::inner)
            .map(|member| member.cmd_id().to_owned())
            .collect();
        for ((luid, leaving), number) in block.into_iter().zip(numbers) {
            let kind = leaving.change.kind;
            let offer = Offer {
                run: index,
                attempt,
                luid,
                kind,
                edit: leaving.edit,
                is_chunk: false,
            };
            self.record(&number, kind.tag().name(), What::Change(offer.clone()));
            self.sent_out(device, &offer);
        }
        true
    }
}

/// How many changes go in one Atomic.
const BLOCK: usize = 3;
