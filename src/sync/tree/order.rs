//! In which order changes of a tree go to a device: a folder before what lies in it, and what leaves a folder, or is
//! deleted in it, before the folder is deleted.
//!
//! The walk goes by change numbers; whatever an item needs is fetched and goes out ahead of its own turn, and is then
//! not due any more. So no device ever has to put an item into a folder it does not have, nor, since the folders above
//! stand right by then, into itself. What cannot go out now waits for the next session: an item in a folder that was
//! made after the walk began, or for which the device has no room, and, for a device that was set back, one in a folder
//! that is new to it, since what is new may get a LUID that the device has forgotten. A folder that the device parted
//! with comes back when something goes into it.

use std::collections::{BTreeSet, HashMap};

use super::ParentName;
use crate::ids::{ItemId, Rev};
use crate::item::Digest;
use crate::store::{ChangeRow, Cursor, Item, MapEntry, MapState, StoreError, Tx};
use crate::sync::changes::{Operation, ServerChange, change, offered};
use crate::sync::desk::is_folder;
use crate::sync::{Course, Mode, Room, Who};

/// The changes for a page of rows, in order and with all they need. Where none can go out now, the walk goes on behind
/// the page, at `last`; that is `None` for offers of earlier sessions.
pub(in crate::sync) fn page(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &mut Course,
    rows: Vec<ChangeRow>,
    last: Option<Cursor>,
) -> Result<Vec<ServerChange>, StoreError> {
    let Arranged { changes, no_room } = arrange(tx, who, course, rows, last.is_some())?;
    course.counts.waiting += no_room;
    if let (true, Some(outgoing), Some(last)) = (changes.is_empty(), course.outgoing.as_mut(), last)
    {
        outgoing.cursor = last;
    }
    Ok(changes)
}

/// What of a page goes out.
struct Arranged {
    changes: Vec<ServerChange>,
    /// How many changes wait since the device has no room for them or for their folders.
    no_room: u32,
}

/// Puts the rows of a page into order, with all they need; what must wait is noted and left out.
fn arrange(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &Course,
    rows: Vec<ChangeRow>,
    walked: bool,
) -> Result<Arranged, StoreError> {
    let turns: Vec<ItemId> = rows.iter().map(|row| row.item.id).collect();
    let mut order = Order {
        who,
        course,
        items: HashMap::new(),
        maps: HashMap::new(),
        fates: HashMap::new(),
        turns: turns.iter().copied().collect(),
        sent: Vec::new(),
        room: course.room,
    };
    order.take(rows);
    order.gather(tx)?;
    let mut waiting = Vec::new();
    let mut no_room = 0;
    for id in turns {
        let at = order.items.get(&id).filter(|_| walked).map(cursor);
        let fate = order.visit(id, at);
        no_room += u32::from(fate == Fate::Full);
        if fate.is_later() {
            waiting.extend(order.wait(id));
        }
    }
    tx.put_maps(&waiting)?;
    Ok(Arranged {
        changes: order.sent,
        no_room,
    })
}

/// How many bytes it takes on a device.
fn size(item: &Item) -> u64 {
    u64::try_from(item.content.body.len()).unwrap_or(u64::MAX)
}

const fn cursor(item: &Item) -> Cursor {
    Cursor {
        seq: item.seq,
        item: item.id,
    }
}

/// What the device will have of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It has it as it is, or gets it in this message.
    There,
    /// It gets it in another session.
    Late,
    /// The same, since it has no room for it or for its folder.
    Full,
    /// It takes no such item.
    Never,
}

impl Fate {
    const fn is_later(self) -> bool {
        match self {
            Self::Late | Self::Full => true,
            Self::There | Self::Never => false,
        }
    }
}

struct Order<'o> {
    who: &'o Who<'o>,
    course: &'o Course,
    items: HashMap<ItemId, Item>,
    maps: HashMap<ItemId, MapEntry>,
    fates: HashMap<ItemId, Fate>,
    /// The items of the page: they are due whatever their entries say.
    turns: BTreeSet<ItemId>,
    sent: Vec<ServerChange>,
    /// What the device has room for when all that was sent is there.
    room: Room,
}

impl Order<'_> {
    fn take(&mut self, rows: Vec<ChangeRow>) {
        for ChangeRow { item, map } in rows {
            self.maps.extend(map.map(|map| (item.id, map)));
            self.items.insert(item.id, item);
        }
    }

    /// Fetches the folders above live items, and what the device has in folders that are gone, level by level.
    fn gather(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let (account, device) = (self.who.account, self.who.device);
        let datastore = &self.course.view.datastore;
        let mut opened = BTreeSet::new();
        loop {
            let mut wanted: BTreeSet<ItemId> = self
                .items
                .values()
                .filter(|item| !item.deleted && item.parent != ItemId(0))
                .map(|item| item.parent)
                .collect();
            let gone: Vec<ItemId> = self
                .items
                .values()
                .filter(|item| item.deleted && is_folder(&item.content))
                .map(|item| item.id)
                .filter(|id| !opened.contains(id))
                .collect();
            if !gone.is_empty() {
                let inside = tx.maps_in(account, device, datastore, &gone)?;
                wanted.extend(inside.iter().map(|map| map.item));
                opened.extend(gone);
            }
            wanted.retain(|id| !self.items.contains_key(id));
            if wanted.is_empty() {
                return Ok(());
            }
            let wanted: Vec<_> = wanted.into_iter().collect();
            let maps = tx.maps_by_item(account, device, datastore, &wanted)?;
            let items = tx.items(account, &wanted)?;
            if items.is_empty() {
                return Ok(());
            }
            self.maps
                .extend(maps.into_iter().map(|map| (map.item, map)));
            self.items
                .extend(items.into_iter().map(|item| (item.id, item)));
        }
    }

    /// Sees to it that the device gets this item, after all that it needs.
    fn visit(&mut self, id: ItemId, at: Option<Cursor>) -> Fate {
        if let Some(fate) = self.fates.get(&id) {
            return *fate;
        }
        let Some(item) = self.items.get(&id).cloned() else {
            return Fate::Never;
        };
        // Should the store hold a ring, it ends here.
        self.fates.insert(id, Fate::There);
        let fate = if item.deleted {
            self.visit_gone(item, at)
        } else {
            self.visit_live(item, at)
        };
        self.fates.insert(id, fate);
        fate
    }

    fn visit_live(&mut self, item: Item, at: Option<Cursor>) -> Fate {
        let (id, mut place) = (item.id, item.parent);
        let mut needs = Fate::There;
        while place != ItemId(0) {
            match self.visit(place, None) {
                Fate::There => break,
                later @ (Fate::Late | Fate::Full) => {
                    needs = later;
                    break;
                }
                // The device takes no folders, or not this one: as near to it as can be.
                Fate::Never => {
                    place = self.items.get(&place).map_or(ItemId(0), |item| item.parent);
                }
            }
        }
        if !self.is_due(&item) {
            return if self.is_withheld(&item) {
                Fate::Never
            } else {
                Fate::There
            };
        }
        if needs.is_later() {
            return needs;
        }
        if !self.turns.contains(&id) {
            if !self.takes(&item) {
                return Fate::Never;
            }
            let is_beyond = self
                .course
                .outgoing
                .as_ref()
                .is_some_and(|out| item.seq > out.upto);
            if is_beyond || (self.is_named_pass() && self.luid(id).is_none()) {
                return Fate::Late;
            }
        }
        if self.luid(id).is_none() && !self.room.take(size(&item)) {
            return Fate::Full;
        }
        self.send(item, place, at);
        Fate::There
    }

    /// A folder goes when what the device has in it has gone, or has left it.
    fn visit_gone(&mut self, item: Item, at: Option<Cursor>) -> Fate {
        let mut inside: Vec<ItemId> = self
            .maps
            .values()
            .filter(|map| map.known_parent == item.id && map.luid.is_some())
            .filter(|map| map.state != MapState::Gone || self.course.redo)
            .filter(|map| !map.state.is_off_device())
            .map(|map| map.item)
            .collect();
        inside.sort_unstable();
        let mut fate = Fate::There;
        for child in inside {
            let later = self.visit(child, None);
            if later.is_later() {
                fate = later;
            }
        }
        let is_due = self.turns.contains(&item.id) || self.is_due(&item);
        let has_name = self
            .maps
            .get(&item.id)
            .is_some_and(|map| map.luid.is_some() && !map.state.is_off_device());
        if fate == Fate::There && is_due && has_name {
            self.send(item, ItemId(0), at);
        }
        fate
    }

    /// Whether the device lacks the item as it is, and was not sent it in this session.
    fn is_due(&self, item: &Item) -> bool {
        if self.turns.contains(&item.id) {
            return true;
        }
        let Some(map) = self.maps.get(&item.id) else {
            return !item.deleted;
        };
        let is_sent = map.session == self.who.session
            && map.offered >= item.seq
            && !map.state.is_off_device();
        let is_there = match map.state {
            MapState::Mapped => map.known >= item.seq && !self.is_doubtful(item),
            MapState::Gone => item.deleted && !self.is_doubtful(item),
            MapState::Withheld | MapState::TooLarge => map.offered >= item.seq,
            MapState::AddSent
            | MapState::AddConfirmed
            | MapState::ReplaceSent
            | MapState::DeleteSent
            | MapState::DeleteDue
            | MapState::LeaveSent
            | MapState::LeaveDue
            | MapState::FilteredOut
            // It is asked for since something goes into it.
            | MapState::SoftDeleted
            | MapState::DeleteAside
            | MapState::DeleteHeld => false,
        };
        !is_sent && !is_there
    }

    /// Whether a device that was set back may have lost what we know it had.
    fn is_doubtful(&self, item: &Item) -> bool {
        self.course.redo && item.seq > self.course.acked
    }

    fn is_withheld(&self, item: &Item) -> bool {
        self.maps
            .get(&item.id)
            .is_some_and(|map| matches!(map.state, MapState::Withheld | MapState::TooLarge))
    }

    fn takes(&self, item: &Item) -> bool {
        self.course.types.is_empty() || self.course.types.contains(&item.content.media_type)
    }

    /// Whether only what the device has under a LUID goes out now.
    fn is_named_pass(&self) -> bool {
        let named_done = self
            .course
            .outgoing
            .as_ref()
            .is_none_or(|out| out.named_done);
        self.course.redo && !named_done
    }

    /// The device's name for an item, if it has one and the item is not to be made anew.
    fn luid(&self, id: ItemId) -> Option<&crate::ids::Luid> {
        let map = self.maps.get(&id)?;
        map.luid
            .as_ref()
            .filter(|_| map.state != MapState::Gone && !map.state.is_off_device())
    }

    fn send(&mut self, item: Item, place: ItemId, at: Option<Cursor>) {
        let map = self.maps.get(&item.id).cloned();
        let is_move = map
            .as_ref()
            .is_some_and(|map| self.is_only_moved(&item, map));
        let parent = match self.luid(place) {
            _ if item.deleted => None,
            _ if place == ItemId(0) => Some(ParentName::Root),
            Some(luid) => Some(ParentName::Luid(luid.clone())),
            None => Some(ParentName::Guid(place)),
        };
        let digest = item.digest.apart(item.parent.0).under(place.0);
        let mut change = change(ChangeRow { item, map }, false);
        if let Operation::Replace(luid, _) = &change.operation
            && is_move
        {
            change.operation = Operation::Move(luid.clone());
        }
        (change.parent, change.cursor) = (parent, at);
        (change.digest, change.place) = (digest, place);
        self.sent.push(change);
    }

    /// Whether the device surely has what the item says, and only elsewhere.
    fn is_only_moved(&self, item: &Item, map: &MapEntry) -> bool {
        let says = item.digest.apart(item.parent.0);
        let had =
            map.known_digest != Digest(0) && map.known_digest.apart(map.known_parent.0) == says;
        // A Replace of which nobody knows whether it was carried out.
        let sent = map.offered_digest == Digest(0)
            || map.offered_digest.apart(map.offered_parent.0) == says
            || map.state == MapState::Mapped;
        let is_there = matches!(map.state, MapState::Mapped | MapState::ReplaceSent);
        let in_doubt = self.course.redo || self.course.mode == Mode::RefreshFromServer;
        is_there && had && sent && !in_doubt && item.parent != map.known_parent
    }

    /// The entry of what must wait for the next session: it is owed, and not looked at again in this one.
    fn wait(&self, id: ItemId) -> Option<MapEntry> {
        let item = self.items.get(&id)?;
        let map = self.maps.get(&id).cloned();
        let named = self.luid(id).is_some();
        let state = match (item.deleted, named) {
            (true, _) => MapState::DeleteDue,
            (false, true) => MapState::ReplaceSent,
            (false, false) => MapState::AddSent,
        };
        let row = ChangeRow {
            item: item.clone(),
            map,
        };
        let change = change(row, false);
        let entry = offered(self.who, self.course, &change, state);
        Some(MapEntry {
            offered: Rev(0),
            offered_digest: Digest(0),
            offered_parent: ItemId(0),
            ..entry
        })
    }
}
