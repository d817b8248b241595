//! Folders on the desk: which are above an item, what lies in one, and what happens to it when the folder goes.
//!
//! Kept at every write: a live item lies in no folder, or in a live one of its collection, and never in itself.

use std::collections::BTreeSet;

use super::{Desk, Hierarchy, Incoming};
use crate::ids::{ItemId, Luid};
use crate::item::{Content, Digest};
use crate::pim::{self, Kind};
use crate::store::{Item, MapState, StoreError, Tx, term};

/// Whether other items may lie in it.
pub(in crate::sync) fn is_folder(content: &Content) -> bool {
    pim::kind(content) == Kind::Folder
}

impl Desk<'_> {
    /// Adds items by number, as far as they are in the collections of the view.
    pub(in crate::sync) fn lay_out_items(
        &mut self,
        tx: &mut Tx<'_>,
        ids: &[ItemId],
    ) -> Result<(), StoreError> {
        let mut items = tx.items(self.who.account, ids)?;
        items.retain(|item| self.collections.contains(&item.collection));
        self.take_items(items);
        Ok(())
    }

    /// Adds every folder above what lies here, level by level.
    pub(in crate::sync) fn lay_out_chains(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        loop {
            let above: BTreeSet<ItemId> = self
                .items
                .values()
                .map(|item| item.parent)
                .filter(|id| *id != ItemId(0) && !self.items.contains_key(id))
                .collect();
            if above.is_empty() {
                return Ok(());
            }
            let above: Vec<_> = above.into_iter().collect();
            let found = tx.items(self.who.account, &above)?;
            if found.is_empty() {
                return Ok(());
            }
            self.take_items(found);
        }
    }

    /// Adds what the device has in these folders.
    pub(in crate::sync) fn lay_out_inside(
        &mut self,
        tx: &mut Tx<'_>,
        folders: &[ItemId],
    ) -> Result<(), StoreError> {
        let maps = tx.maps_in(self.who.account, self.who.device, self.datastore, folders)?;
        let ids: Vec<_> = maps.iter().map(|map| map.item).collect();
        self.take_items(tx.items(self.who.account, &ids)?);
        self.take_maps(maps);
        Ok(())
    }

    /// Adds what lies in these folders with us.
    pub(in crate::sync) fn lay_out_children(
        &mut self,
        tx: &mut Tx<'_>,
        folders: &[ItemId],
    ) -> Result<(), StoreError> {
        let items = tx.items_in(self.who.account, folders)?;
        self.take_items(items);
        Ok(())
    }

    /// What the device has in these folders, by item; not what it parted with.
    pub(in crate::sync) fn inside(&self, folders: &[ItemId]) -> Vec<(ItemId, Luid)> {
        let mut found: Vec<_> = self
            .maps
            .values()
            .filter(|map| map.state != MapState::Gone && !map.state.is_off_device())
            .filter(|map| folders.contains(&map.known_parent))
            .filter_map(|map| Some((map.item, map.luid.clone()?)))
            .collect();
        found.sort_unstable();
        found
    }

    /// The live items in these folders, by number.
    pub(in crate::sync) fn children(&self, folders: &[ItemId]) -> Vec<ItemId> {
        let mut found: Vec<_> = self
            .items
            .values()
            .filter(|item| !item.deleted && folders.contains(&item.parent))
            .map(|item| item.id)
            .collect();
        found.sort_unstable();
        found
    }

    /// The nearest live folder from this one upwards; 0 when there is none.
    pub(in crate::sync) fn living(&self, folder: ItemId) -> ItemId {
        self.above(folder)
            .find(|item| !item.deleted && is_folder(&item.content))
            .map_or(ItemId(0), |item| item.id)
    }

    /// Whether an item is this folder, or lies in it however deep.
    pub(in crate::sync) fn is_within(&self, item: ItemId, folder: ItemId) -> bool {
        self.above(item).any(|above| above.id == folder)
    }

    /// An item and the folders above it. Tombstones may form a ring: it is walked once.
    fn above(&self, item: ItemId) -> impl Iterator<Item = &Item> {
        let mut seen = BTreeSet::new();
        std::iter::successors(self.items.get(&item), |item| self.items.get(&item.parent))
            .take_while(move |item| seen.insert(item.id))
    }

    /// What the device has when it has the item as it is: a device that knows no trees sees no place.
    pub(in crate::sync) fn seen(&self, item: &Item) -> (Digest, ItemId) {
        self.hierarchy.seen(item.digest, item.parent)
    }

    /// Whether what the device has under this LUID was taken in this session.
    pub(in crate::sync) fn is_taken(&self, luid: &Luid) -> bool {
        self.known(luid)
            .is_some_and(|(_, map)| map.session == self.who.session)
    }

    /// The live folder under this LUID; 0 when it is none.
    pub(in crate::sync) fn folder(&self, luid: &Luid) -> ItemId {
        self.known(luid)
            .filter(|(item, _)| !item.deleted && is_folder(&item.content))
            .map_or(ItemId(0), |(item, _)| item.id)
    }

    /// What a device that knows no places sends of this item leaves it in its folder.
    pub(in crate::sync) fn staying(&self, id: ItemId, incoming: Incoming) -> Incoming {
        match (self.hierarchy, self.items.get(&id)) {
            (Hierarchy::Flat, Some(item)) => Incoming {
                goal: self.living(item.parent),
                ..incoming
            },
            (Hierarchy::Flat | Hierarchy::None | Hierarchy::Tree, _) => incoming,
        }
    }

    /// The device has this under this LUID, in this folder: either that is the item as it is now, or it gets ours.
    pub(in crate::sync) fn has_it(&mut self, id: ItemId, luid: &Luid, has: Digest, place: ItemId) {
        if self
            .items
            .get(&id)
            .is_some_and(|item| self.seen(item) == (has, place))
        {
            self.link(id, luid);
        } else {
            self.replace_due(id, luid, has, place);
        }
    }

    /// Puts an item into another folder; what it says stays.
    pub(in crate::sync) fn relocate(&mut self, id: ItemId, folder: ItemId) {
        let Some(item) = self.items.get_mut(&id).filter(|item| !item.deleted) else {
            return;
        };
        let before = term(id, item.digest);
        item.digest = item.digest.apart(item.parent.0).under(folder.0);
        item.parent = folder;
        item.seq = self.rev;
        item.writer = Some(self.who.device.clone());
        item.modified = self.who.now;
        let (collection, after) = (item.collection.clone(), term(id, item.digest));
        self.count(&collection, after - before, 0);
        self.changed_items.insert(id);
    }

    /// What lies in folders that are none any more goes to the nearest that lives.
    pub(in crate::sync) fn save_orphans(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let lost = self.take_lost();
        self.rehome(tx, &lost)
    }

    /// The folders that are none any more, for one who sees to what lies in them: [`Desk::save_orphans`] forgets them.
    pub(in crate::sync) fn take_lost(&mut self) -> Vec<ItemId> {
        std::mem::take(&mut self.lost_folders)
    }

    /// What lies in these folders goes to the nearest that lives.
    pub(in crate::sync) fn rehome(
        &mut self,
        tx: &mut Tx<'_>,
        lost: &[ItemId],
    ) -> Result<(), StoreError> {
        if lost.is_empty() {
            return Ok(());
        }
        self.lay_out_children(tx, lost)?;
        self.lay_out_chains(tx)?;
        for id in self.children(lost) {
            let folder = self.items.get(&id).map_or(ItemId(0), |item| item.parent);
            // A folder that was deleted in this message may have been brought back by it.
            let home = self.living(folder);
            if home != folder {
                self.relocate(id, home);
            }
        }
        Ok(())
    }
}
