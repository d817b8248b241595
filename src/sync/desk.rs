//! The desk: the items and maps that one message touches, read in bulk, changed in memory, written in bulk.
//! A message has the same few statements whether it brings one change or a thousand.

mod alike;
mod bases;
mod edits;
mod incoming;
mod off;
mod tree;

pub(super) use bases::{bases, had};
pub(super) use incoming::Incoming;
pub(super) use tree::is_folder;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use incoming::Seen;

use super::sight::Sight;
use super::{Course, Hierarchy, View, Who};
use crate::ids::{CollectionId, ItemId, Luid, Rev};
use crate::item::{Content, Digest, TwinKey};
use crate::pim::{self, Likeness};
use crate::store::{ChangeRow, Item, MapEntry, MapState, Revision, StoreError, Tx};

/// What lies on the desk.
pub(super) struct Desk<'a> {
    who: &'a Who<'a>,
    collections: &'a [CollectionId],
    /// Whether the items lie in one another, and whether the device knows.
    pub(super) hierarchy: Hierarchy,
    datastore: &'a crate::ids::DatastoreId,
    /// How the device sees items.
    sight: Sight<'a>,
    /// The change number of everything this message writes.
    pub(super) rev: Rev,
    items: HashMap<ItemId, Item>,
    maps: HashMap<ItemId, MapEntry>,
    luids: HashMap<Luid, ItemId>,
    twins: HashMap<TwinKey, Vec<ItemId>>,
    offers: HashMap<Digest, Vec<ItemId>>,
    /// What it was offered and never named.
    unnamed: alike::Unnamed,
    /// Of items that others changed since the device had them, what they were then.
    bases: HashMap<ItemId, Content>,
    changed_items: BTreeSet<ItemId>,
    changed_maps: BTreeSet<ItemId>,
    /// LUIDs that move from one entry to another: freed before the entries are written.
    moved_luids: Vec<Luid>,
    revisions: Vec<Revision>,
    /// Change of state hash and live count by collection.
    deltas: BTreeMap<CollectionId, (i64, i64)>,
    fresh: Vec<ItemId>,
    /// How many fresh ids to fetch at once.
    expected: i64,
    /// The session an entry is marked with that must be sent again: in a slow sync or a refresh from the device this one,
    /// since entries of others are dropped; otherwise none, so that it counts as left over from before.
    due: i64,
    /// Folders that are none any more: deleted, or something else now. What lies in them must go elsewhere.
    lost_folders: Vec<ItemId>,
}

impl<'a> Desk<'a> {
    /// Lays out everything that is known under these LUIDs.
    pub(super) fn lay_out(
        tx: &mut Tx<'_>,
        who: &'a Who<'a>,
        course: &'a Course,
        rev: Rev,
        luids: &[Luid],
    ) -> Result<Self, StoreError> {
        let view = &course.view;
        let mut desk = Self::clear(who, view, Sight::of(course), rev);
        desk.hierarchy = course.hierarchy;
        if matches!(
            course.mode,
            super::Mode::Slow | super::Mode::RefreshFromClient
        ) {
            desk.due = who.session;
        }
        let maps = tx.maps_by_luid(who.account, who.device, &view.datastore, luids)?;
        let ids: Vec<_> = maps.iter().map(|map| map.item).collect();
        desk.take_items(tx.items(who.account, &ids)?);
        desk.take_maps(maps);
        let unknown = luids
            .iter()
            .filter(|luid| !desk.luids.contains_key(*luid))
            .count();
        desk.expected = i64::try_from(unknown).unwrap_or(1).max(1);
        Ok(desk)
    }

    /// A desk with nothing on it, for a device that sees items like this and of which nobody asks what it knows of
    /// folders.
    pub(super) fn clear(who: &'a Who<'a>, view: &'a View, sight: Sight<'a>, rev: Rev) -> Self {
        Self {
            who,
            collections: &view.collections,
            hierarchy: Hierarchy::None,
            datastore: &view.datastore,
            sight,
            rev,
            items: HashMap::new(),
            maps: HashMap::new(),
            luids: HashMap::new(),
            twins: HashMap::new(),
            offers: HashMap::new(),
            unnamed: HashMap::new(),
            bases: HashMap::new(),
            changed_items: BTreeSet::new(),
            changed_maps: BTreeSet::new(),
            moved_luids: Vec::new(),
            revisions: Vec::new(),
            deltas: BTreeMap::new(),
            fresh: Vec::new(),
            lost_folders: Vec::new(),
            expected: 1,
            due: 0,
        }
    }

    /// Adds the offers that the device never mapped and whose content is one of these.
    pub(super) fn lay_out_offers(
        &mut self,
        tx: &mut Tx<'_>,
        digests: &[Digest],
    ) -> Result<(), StoreError> {
        let offers =
            tx.offers_by_digest(self.who.account, self.who.device, self.datastore, digests)?;
        let ids: Vec<_> = offers.iter().map(|map| map.item).collect();
        self.take_items(tx.items(self.who.account, &ids)?);
        for offer in &offers {
            self.offers
                .entry(offer.offered_digest)
                .or_default()
                .push(offer.item);
        }
        self.take_maps(offers);
        Ok(())
    }

    /// Adds the live items that could be twins, with what the device knows of them.
    pub(super) fn lay_out_twins(
        &mut self,
        tx: &mut Tx<'_>,
        keys: &[TwinKey],
    ) -> Result<(), StoreError> {
        let twins = tx.items_by_twin(self.who.account, self.collections, keys)?;
        let ids: Vec<_> = twins.iter().map(|item| item.id).collect();
        for item in &twins {
            self.twins.entry(item.twin_key).or_default().push(item.id);
        }
        self.take_items(twins);
        let maps = tx.maps_by_item(self.who.account, self.who.device, self.datastore, &ids)?;
        self.take_maps(maps);
        Ok(())
    }

    /// Adds rows of a walk.
    pub(super) fn lay_out_rows(&mut self, rows: Vec<ChangeRow>) {
        let (items, maps): (Vec<_>, Vec<_>) =
            rows.into_iter().map(|row| (row.item, row.map)).unzip();
        self.take_items(items);
        self.take_maps(maps.into_iter().flatten().collect());
    }

    fn take_items(&mut self, items: Vec<Item>) {
        for item in items {
            self.items.entry(item.id).or_insert(item);
        }
    }

    fn take_maps(&mut self, maps: Vec<MapEntry>) {
        for map in maps {
            if let Some(luid) = &map.luid {
                self.luids.entry(luid.clone()).or_insert(map.item);
            }
            self.maps.entry(map.item).or_insert(map);
        }
    }

    /// For whom the message is.
    pub(super) const fn who(&self) -> &Who<'a> {
        self.who
    }

    /// The entry of this name, also of what is gone.
    pub(super) fn entry_of(&self, luid: &Luid) -> Option<&MapEntry> {
        self.maps.get(self.luids.get(luid)?)
    }

    /// The item the device has under this LUID and the entry that says so; not what is gone.
    pub(super) fn known(&self, luid: &Luid) -> Option<(&Item, &MapEntry)> {
        let id = self.luids.get(luid)?;
        let map = self
            .maps
            .get(id)
            .filter(|map| map.state != MapState::Gone)?;
        Some((self.items.get(id)?, map))
    }

    /// An offer with this content that the device never mapped.
    pub(super) fn unmapped_offer(&self, digest: Digest) -> Option<ItemId> {
        let candidates = self.offers.get(&digest)?;
        candidates.iter().copied().find(|id| {
            let open = self.maps.get(id).is_some_and(|map| map.luid.is_none());
            open && self.items.get(id).is_some_and(|item| !item.deleted)
        })
    }

    /// The best twin: in a tree, in the same folder, or sent to the device in that one and never named;
    /// not yet paired in this session; of those the same content first, then one that more than its name bears
    /// out, then one that no other LUID lays claim to, then the likest, then the oldest.
    pub(super) fn twin(&self, incoming: &Incoming) -> Option<ItemId> {
        let keys = incoming.twin_keys();
        let candidates = keys.filter_map(|key| self.twins.get(&key)).flatten();
        let mut compared = 0_usize;
        let free = candidates.filter_map(|id| {
            let item = self.items.get(id).filter(|item| !item.deleted)?;
            let map = self.maps.get(id);
            let claimed = map.is_some_and(|map| map.luid.is_some());
            let is_there = item.parent == incoming.goal
                || map.is_some_and(|map| !claimed && map.offered_parent == incoming.has);
            if self.hierarchy == Hierarchy::Tree && !is_there {
                return None;
            }
            if claimed && map.is_some_and(|map| map.session == self.who.session) {
                return None;
            }
            let differs = self.seen(item).0 != incoming.digest;
            let likeness = if differs {
                compared += 1;
                if compared > MOST_COMPARED {
                    return None;
                }
                self.alike(incoming, item)
            } else {
                Likeness::Same
            };
            let is_borne_out = likeness < Likeness::Namesake;
            let rank = (differs, !is_borne_out, claimed, likeness, *id);
            likeness.is_twin().then_some(rank)
        });
        free.min().map(|(.., id)| id)
    }

    /// The item with this id, if it lies here.
    pub(super) fn item(&self, id: ItemId) -> Option<&Item> {
        self.items.get(&id)
    }

    /// The entry of this item, if it lies here.
    pub(super) fn map(&self, id: ItemId) -> Option<&MapEntry> {
        self.maps.get(&id)
    }

    /// What the device sent, with what it does not see of the item as it is now; `None` where it sees everything.
    pub(super) fn completed(&self, id: ItemId, incoming: &Incoming) -> Option<Incoming> {
        let item = self.items.get(&id);
        let item = item.filter(|_| !incoming.is_whole && !self.sight.is_clear())?;
        // What others put there since was never on the device, so it cannot have been cleared there.
        let map = self.maps.get(&id);
        let had = map.is_some_and(|map| map.known > Rev(0) && map.known >= item.seq);
        let came = incoming.as_it_came();
        let content = self.sight.made_whole(came, &item.content, had)?;
        Some(incoming.with(content))
    }

    /// Whether a device that has the item like this has all of it that it can hold.
    fn agrees(&self, id: ItemId, sent: &Content) -> bool {
        self.items.get(&id).is_some_and(|item| {
            let whole = self.sight.made_whole(sent, &item.content, true);
            whole.is_none_or(|whole| pim::digest(&whole) == item.digest)
        })
    }

    /// The digest of what the device is shown of this content; `plain` where it is shown all.
    pub(super) fn shown(&self, content: &Content, plain: Digest) -> Digest {
        match self.sight.shows(content) {
            Cow::Borrowed(_) => plain,
            Cow::Owned(shown) => pim::digest(&shown),
        }
    }

    /// The same, or what the device sent.
    pub(super) fn complete(&self, id: ItemId, incoming: Incoming) -> Incoming {
        self.completed(id, &incoming).unwrap_or(incoming)
    }

    /// Writes what changed.
    pub(super) fn write(self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let Self {
            who,
            datastore,
            rev,
            items,
            maps,
            changed_items,
            changed_maps,
            moved_luids,
            revisions,
            deltas,
            ..
        } = self;
        let items: Vec<Item> = pick(items, &changed_items);
        let maps: Vec<MapEntry> = pick(maps, &changed_maps);
        tx.put_items(&items)?;
        tx.put_revisions(&revisions)?;
        tx.release_luids(who.account, who.device, datastore, &moved_luids)?;
        tx.put_maps(&maps)?;
        for (collection, (hash, live)) in deltas {
            tx.touch_collection(who.account, &collection, rev, hash, live)?;
        }
        Ok(())
    }
}

fn pick<T>(mut all: HashMap<ItemId, T>, wanted: &BTreeSet<ItemId>) -> Vec<T> {
    wanted.iter().filter_map(|id| all.remove(id)).collect()
}

/// Items of one key that are laid beside an item one by one: so many people of one name have no twins but equal ones.
const MOST_COMPARED: usize = 64;
