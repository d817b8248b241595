//! Items a device parts with though they live on, and copies it makes.

use super::edits::revision;
use super::{Desk, Incoming};
use crate::ids::{ItemId, Luid};
use crate::item::Digest;
use crate::store::{MapState, StoreError, Tx};

impl Desk<'_> {
    /// The device no longer has the item, which stays: under `state`, and as of now.
    pub(in crate::sync) fn part_with(&mut self, id: ItemId, state: MapState) {
        let now = self.rev;
        let entry = self.entry(id);
        entry.state = state;
        (entry.offered, entry.offered_digest) = (now, entry.known_digest);
    }

    /// The deletion of an item that was put aside waits for a person.
    pub(in crate::sync) fn hold(&mut self, id: ItemId) {
        self.entry(id).state = MapState::DeleteHeld;
    }

    /// The device does not have this item, and is not sent it: a refresh left it out, and it stays for the others.
    pub(in crate::sync) fn hold_unsent(&mut self, id: ItemId) {
        let Some((seq, digest)) = self.items.get(&id).map(|item| (item.seq, item.digest)) else {
            return;
        };
        let entry = self.entry(id);
        (entry.known, entry.known_digest) = (seq, digest);
        self.part_with(id, MapState::DeleteHeld);
    }

    /// The LUID of an item that the device parted with is used for something else.
    pub(in crate::sync) fn let_go(&mut self, id: ItemId) {
        let state = self.maps.get(&id).map(|map| map.state);
        let entry = self.entry(id);
        if let Some(state) = state {
            entry.state = state;
        }
        if let Some(luid) = entry.luid.take() {
            self.luids.remove(&luid);
            self.moved_luids.push(luid);
        }
    }

    /// Keeps the body of an item that is about to be deleted.
    pub(in crate::sync) fn archive(&mut self, id: ItemId) {
        let Some(item) = self.items.get(&id) else {
            return;
        };
        self.revisions.push(revision(item, "archived", self.who));
    }

    /// Leaves an entry marked with the session that touched it before.
    pub(in crate::sync) fn untouched(&mut self, id: ItemId, session: i64) {
        if let Some(entry) = self.maps.get_mut(&id) {
            entry.session = session;
        }
    }

    /// Whether the device had this LUID for an item that is gone.
    pub(in crate::sync) fn is_gone(&self, luid: &Luid) -> bool {
        let entry = self.luids.get(luid).and_then(|id| self.maps.get(id));
        entry.is_some_and(|entry| entry.state == MapState::Gone)
    }

    /// A new item with this content, which the device has under this LUID as it was in the version `has`.
    pub(in crate::sync) fn create_copy(
        &mut self,
        tx: &mut Tx<'_>,
        copy: Incoming,
        has: Digest,
    ) -> Result<ItemId, StoreError> {
        let (luid, place) = (copy.luid.clone(), copy.has);
        let shown = self.shown(&copy.content, copy.digest);
        let id = self.create(tx, Incoming { said: has, ..copy })?;
        if has != shown {
            self.replace_due(id, &luid, has, place);
        }
        Ok(id)
    }
}
