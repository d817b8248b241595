//! What can be done to the items and maps on the desk.

use super::tree::is_folder;
use super::{Desk, Hierarchy, Incoming, Seen, Who};
use crate::ids::{CollectionId, ItemId, Luid, Rev};
use crate::item::{Content, Digest};
use crate::pim::{self, Kind};
use crate::store::{Item, MapEntry, MapState, Revision, StoreError, Tx, term};
use crate::sync::history;

impl Desk<'_> {
    /// Makes a new item of what the device sent, known to it under its LUID.
    pub(in crate::sync) fn create(
        &mut self,
        tx: &mut Tx<'_>,
        incoming: Incoming,
    ) -> Result<ItemId, StoreError> {
        let (luid, seen) = (incoming.luid.clone(), incoming.seen());
        let id = self.create_unnamed(tx, incoming)?;
        self.took(id, &luid, seen);
        Ok(id)
    }

    /// Makes a new item that the device has not got: it is sent to it. The LUID is left out of account.
    pub(in crate::sync) fn create_unnamed(
        &mut self,
        tx: &mut Tx<'_>,
        incoming: Incoming,
    ) -> Result<ItemId, StoreError> {
        let id = self.fresh_id(tx)?;
        let collection = self.collection_for(&incoming.content)?;
        let item = Item {
            account: self.who.account,
            id,
            collection,
            seq: self.rev,
            created_seq: self.rev,
            deleted: false,
            digest: incoming.digest.apart(incoming.has.0).under(incoming.goal.0),
            twin_key: incoming.twin_key,
            parent: incoming.goal,
            content: incoming.content,
            writer: Some(self.who.device.clone()),
            modified: self.who.now,
        };
        self.count(&item.collection.clone(), term(id, item.digest), 1);
        self.items.insert(id, item);
        self.changed_items.insert(id);
        Ok(id)
    }

    /// Puts what the device sent in the place of the item, whose former content becomes a revision. A tombstone lives again.
    pub(in crate::sync) fn supersede(&mut self, id: ItemId, incoming: Incoming) {
        let seen = incoming.seen();
        let Some(item) = self.items.get_mut(&id) else {
            return;
        };
        let reason = if item.deleted {
            "deleted"
        } else {
            "superseded"
        };
        let old = revision(item, reason, self.who);
        let before = if item.deleted {
            0
        } else {
            term(id, item.digest)
        };
        let born = i64::from(item.deleted);
        let was_folder = is_folder(&item.content);
        item.deleted = false;
        item.digest = incoming.digest.apart(incoming.has.0).under(incoming.goal.0);
        item.parent = incoming.goal;
        item.twin_key = incoming.twin_key;
        item.content = incoming.content;
        item.seq = self.rev;
        item.writer = Some(self.who.device.clone());
        item.modified = self.who.now;
        let (collection, after) = (item.collection.clone(), term(id, item.digest));
        if was_folder && !is_folder(&item.content) {
            self.lost_folders.push(id);
        }
        self.revisions.push(old);
        self.count(&collection, after - before, born);
        self.changed_items.insert(id);
        self.took(id, &incoming.luid, seen);
        if incoming.sent.is_some_and(|sent| !self.agrees(id, &sent)) {
            // It lacks what it could hold: else that would look as if it had been cleared there.
            self.replace_due(id, &incoming.luid, seen.said, seen.has);
        }
    }

    /// Makes the item a tombstone that keeps its last content; the device's entry is gone with it.
    pub(in crate::sync) fn bury(&mut self, id: ItemId) {
        self.bury_unsent(id);
        self.forget(id);
    }

    /// Makes an item a tombstone which the device never had, or has no more.
    pub(in crate::sync) fn bury_unsent(&mut self, id: ItemId) {
        let Some(item) = self.items.get_mut(&id) else {
            return;
        };
        item.deleted = true;
        item.seq = self.rev;
        item.writer = Some(self.who.device.clone());
        item.modified = self.who.now;
        let (collection, gone) = (item.collection.clone(), term(id, item.digest));
        if is_folder(&item.content) {
            self.lost_folders.push(id);
        }
        self.count(&collection, -gone, -1);
        self.changed_items.insert(id);
    }

    /// Keeps what the device sent and lost as a revision of the item.
    pub(in crate::sync) fn keep_loser(&mut self, id: ItemId, incoming: &Incoming) {
        let digest = incoming.digest.apart(incoming.has.0);
        self.keep(id, incoming.content.clone(), digest, history::LOST);
    }

    /// Keeps a body of the device that never was the item, for this reason.
    pub(in crate::sync) fn keep(
        &mut self,
        id: ItemId,
        content: Content,
        digest: Digest,
        reason: &str,
    ) {
        self.revisions.push(Revision {
            account: self.who.account,
            item: id,
            seq: self.rev,
            content,
            digest,
            reason: reason.to_owned(),
            writer: Some(self.who.device.clone()),
            at: self.who.now,
            session: Some(self.who.session),
        });
    }

    /// The device has the item as it is now, under this LUID.
    pub(in crate::sync) fn link(&mut self, id: ItemId, luid: &Luid) {
        let Some(item) = self.items.get(&id) else {
            return;
        };
        let (digest, parent) = self.seen(item);
        let (known, digest) = (item.seq, self.shown(&item.content, digest));
        self.pair(id, luid, known, digest, parent);
    }

    /// The same, where this is what it says there; if that lacks what the device could hold, it never had that, and is sent
    /// the item. What is to leave the device by its filter still is, though it comes again: the walk that noted so may be
    /// past the item.
    pub(in crate::sync) fn holds(&mut self, id: ItemId, incoming: &Incoming) {
        if !self.has_all(id, incoming) {
            return self.replace_due_since(id, incoming, Rev(0));
        }
        let leaves = |map: &MapEntry| map.state == MapState::LeaveDue;
        let leaves = self.map(id).is_some_and(leaves);
        if let Some(known) = self.items.get(&id).map(|item| item.seq) {
            self.pair(id, &incoming.luid, known, incoming.said, incoming.has);
        }
        if leaves {
            self.leave_due(id);
        }
    }

    /// The item is what the device sent, as it is stored with us.
    fn took(&mut self, id: ItemId, luid: &Luid, seen: Seen) {
        let known = self.items.get(&id).map(|item| item.seq);
        match (self.hierarchy, known) {
            (Hierarchy::None, Some(known)) => self.pair(id, luid, known, seen.said, seen.has),
            (Hierarchy::None | Hierarchy::Flat | Hierarchy::Tree, _) => {
                self.has_it(id, luid, seen.digest, seen.has);
            }
        }
    }

    /// The device has the item under this LUID, as of this change number, with this content and in this folder.
    pub(in crate::sync) fn pair(
        &mut self,
        id: ItemId,
        luid: &Luid,
        known: Rev,
        digest: Digest,
        parent: ItemId,
    ) {
        self.give_luid(id, luid);
        let entry = self.entry(id);
        entry.state = MapState::Mapped;
        entry.known = known;
        entry.known_digest = digest;
        entry.known_parent = parent;
    }

    /// The device has an item under this LUID that was deleted elsewhere: it is to be deleted there, too.
    pub(in crate::sync) fn delete_due(&mut self, id: ItemId, luid: &Luid) {
        self.give_luid(id, luid);
        self.entry(id).state = MapState::DeleteDue;
    }

    /// The device no longer has the item though it lives: it is offered to it again as new.
    pub(in crate::sync) fn offer_again(&mut self, id: ItemId) {
        if let Some(luid) = self.entry(id).luid.take() {
            self.luids.remove(&luid);
            self.moved_luids.push(luid);
        }
        let entry = self.entry(id);
        if entry.state == MapState::FilteredOut {
            // Its filter keeps it away, under whatever name it was.
            return;
        }
        entry.state = MapState::AddSent;
        entry.known = Rev(0);
        entry.known_digest = Digest(0);
        entry.offered = Rev(0);
        entry.offered_digest = Digest(0);
        (entry.known_parent, entry.offered_parent) = (ItemId(0), ItemId(0));
        self.make_due(id);
    }

    /// The device has something else than our version under this LUID, or has it elsewhere: it gets ours.
    pub(in crate::sync) fn replace_due(
        &mut self,
        id: ItemId,
        luid: &Luid,
        has: Digest,
        parent: ItemId,
    ) {
        self.pair(id, luid, Rev(0), has, parent);
        let entry = self.entry(id);
        entry.state = MapState::ReplaceSent;
        entry.offered = Rev(0);
        entry.offered_digest = Digest(0);
        self.make_due(id);
    }

    /// The same for a device of whose version it is known that it came of the item as of `since`: what its user does to
    /// that until it gets ours is laid beside it.
    pub(in crate::sync) fn replace_due_since(
        &mut self,
        id: ItemId,
        incoming: &Incoming,
        since: Rev,
    ) {
        self.replace_due(id, &incoming.luid, incoming.said, incoming.has);
        self.entry(id).known = since;
        self.make_due(id);
    }

    /// The device has again what its filter took from it: it was set back.
    pub(in crate::sync) fn leave_due(&mut self, id: ItemId) {
        self.entry(id).state = MapState::LeaveDue;
        self.make_due(id);
    }

    /// The device deleted what its filter was to take from it, or was just told to: the item lives on.
    pub(in crate::sync) fn keep_out(&mut self, id: ItemId) {
        let entry = self.entry(id);
        entry.state = MapState::FilteredOut;
        entry.known = Rev(0);
    }

    fn make_due(&mut self, id: ItemId) {
        let due = self.due;
        self.entry(id).session = due;
    }

    /// The item is gone on both sides.
    pub(in crate::sync) fn forget(&mut self, id: ItemId) {
        let Some(seq) = self.items.get(&id).map(|item| item.seq) else {
            return;
        };
        let entry = self.entry(id);
        entry.state = MapState::Gone;
        entry.known = seq;
    }

    fn give_luid(&mut self, id: ItemId, luid: &Luid) {
        if let Some(former) = self.luids.insert(luid.clone(), id)
            && former != id
        {
            self.moved_luids.push(luid.clone());
            let gone = self
                .maps
                .get(&former)
                .is_none_or(|map| map.state == MapState::Gone || map.state.is_off_device());
            let entry = self.entry(former);
            entry.luid = None;
            if !gone {
                self.offer_again(former);
            }
        }
        let entry = self.entry(id);
        if let Some(former) = entry.luid.replace(luid.clone())
            && former != *luid
        {
            self.luids.remove(&former);
            self.moved_luids.push(former);
        }
    }

    /// The device's entry of this item, made if there is none, marked as touched in this session.
    pub(super) fn entry(&mut self, id: ItemId) -> &mut MapEntry {
        self.changed_maps.insert(id);
        let (who, datastore) = (self.who, self.datastore);
        let entry = self.maps.entry(id).or_insert_with(|| MapEntry {
            account: who.account,
            device: who.device.clone(),
            datastore: datastore.clone(),
            item: id,
            luid: None,
            state: MapState::Mapped,
            known: Rev(0),
            known_digest: Digest(0),
            offered: Rev(0),
            offered_digest: Digest(0),
            session: who.session,
            known_parent: ItemId(0),
            offered_parent: ItemId(0),
        });
        entry.session = who.session;
        entry
    }

    fn fresh_id(&mut self, tx: &mut Tx<'_>) -> Result<ItemId, StoreError> {
        if self.fresh.is_empty() {
            let ItemId(first) = tx.reserve_items(self.who.account, self.expected)?;
            self.fresh = (first..first + self.expected).rev().map(ItemId).collect();
            self.expected = 1;
        }
        self.fresh
            .pop()
            .ok_or_else(|| StoreError::Corrupt("no item ids were reserved".to_owned()))
    }

    /// Where a new item goes: to the collection of its kind, if the view has it.
    fn collection_for(&self, content: &Content) -> Result<CollectionId, StoreError> {
        let name = match pim::kind(content) {
            Kind::Contact => "contacts",
            Kind::Event => "calendar",
            Kind::Task => "tasks",
            Kind::Note => "notes",
            Kind::File => "files",
            Kind::Mail => "email",
            // A folder lies where its datastore is.
            Kind::Folder | Kind::Other => "",
        };
        let of_kind = self.collections.iter().find(|id| id.as_str() == name);
        let home = of_kind.or(self.collections.first()).cloned();
        home.ok_or_else(|| StoreError::Corrupt("a view without a collection".to_owned()))
    }

    pub(super) fn count(&mut self, collection: &CollectionId, hash: i64, live: i64) {
        let delta = self.deltas.entry(collection.clone()).or_default();
        delta.0 += hash;
        delta.1 += live;
    }
}

pub(super) fn revision(item: &Item, reason: &str, who: &Who<'_>) -> Revision {
    Revision {
        account: item.account,
        item: item.id,
        seq: item.seq,
        content: item.content.clone(),
        digest: item.digest,
        reason: reason.to_owned(),
        writer: item.writer.clone(),
        at: who.now,
        session: Some(who.session),
    }
}
