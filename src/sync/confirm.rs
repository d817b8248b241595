//! What a device says of the changes it was sent, and the LUIDs it gave to new items; then the end.
//!
//! An Add is confirmed in two steps, Status and Map, in either order, in this session or a later one. Whatever is not
//! confirmed is offered again (REQ-ERR-2). Source: SyncML Sync Protocol 1.1, sections 2.2, 2.3 and 5.4.

use std::collections::{BTreeMap, HashMap};

use super::anchor::type_list;
use super::changes::look_again;
use super::{Course, Mode, Who};
use crate::ids::{ItemId, Luid, Rev};
use crate::item::Digest;
use crate::store::{MapEntry, MapState, Peer, StoreError, Tx};

/// What the device was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Sent {
    /// An Add.
    Add,
    /// A Replace.
    Replace,
    /// A Move.
    Move,
    /// A Delete.
    Delete,
}

/// The device's answer to one change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confirmation {
    /// Which item.
    pub item: ItemId,
    /// What it was sent.
    pub sent: Sent,
    /// What it says.
    pub answer: Answer,
}

/// The kinds of answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Done, or settled in its favour.
    Done,
    /// An Add is done, and its LUID comes in a [`map`] right after this: which says it all.
    Mapped,
    /// It has no such item.
    NotThere,
    /// It did not do it; the change is offered again.
    Failed,
}

/// Takes in the device's answers.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn confirm(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &mut Course,
    answers: &[Confirmation],
) -> Result<(), StoreError> {
    let who = &who.within(course);
    let telling = answers
        .iter()
        .filter(|answer| answer.answer != Answer::Mapped);
    let ids: Vec<_> = telling.map(|answer| answer.item).collect();
    let maps = tx.maps_by_item(who.account, who.device, &course.view.datastore, &ids)?;
    let mut maps: HashMap<_, _> = maps.into_iter().map(|map| (map.item, map)).collect();
    let mut changed = BTreeMap::new();
    for answer in answers {
        match answer.answer {
            Answer::Done | Answer::Mapped | Answer::NotThere => course.counts.confirmed += 1,
            Answer::Failed => course.counts.failed += 1,
        }
        let Some(map) = maps.get_mut(&answer.item) else {
            continue;
        };
        if settle(map, *answer) {
            if map.session == 0 {
                look_again(course);
            }
            changed.insert(map.item, map.clone());
        }
    }
    let changed: Vec<_> = changed.into_values().collect();
    tx.put_maps(&changed)
}

/// Moves one entry on; answers whether it moved.
fn settle(map: &mut MapEntry, answer: Confirmation) -> bool {
    match (answer.sent, answer.answer, map.state) {
        (Sent::Add, Answer::Done, MapState::AddSent) => map.state = MapState::AddConfirmed,
        (Sent::Replace | Sent::Move, Answer::Done, MapState::ReplaceSent) => take_offer(map),
        (Sent::Replace, Answer::NotThere, MapState::ReplaceSent) => {
            // The device lost the item: it gets it again, as new.
            map.luid = None;
            map.state = MapState::AddSent;
            (map.known, map.known_digest) = (Rev(0), Digest(0));
            (map.offered, map.offered_digest) = (Rev(0), Digest(0));
            (map.known_parent, map.offered_parent) = (ItemId(0), ItemId(0));
            map.session = 0;
        }
        (Sent::Move, Answer::NotThere, MapState::ReplaceSent) => {
            // It may lack the item or only the folder: the whole item, next time, makes it say which.
            (map.known, map.known_digest) = (Rev(0), Digest(0));
        }
        (Sent::Delete, Answer::Done | Answer::NotThere, MapState::DeleteSent) => {
            map.state = MapState::Gone;
            map.known = map.offered;
        }
        (Sent::Delete, Answer::Done | Answer::NotThere, MapState::LeaveSent) => {
            map.state = MapState::FilteredOut;
            map.known = Rev(0);
        }
        (
            Sent::Add | Sent::Replace | Sent::Move | Sent::Delete,
            Answer::Done | Answer::Mapped | Answer::NotThere | Answer::Failed,
            _,
        ) => return false,
    }
    true
}

fn take_offer(map: &mut MapEntry) {
    map.state = MapState::Mapped;
    (map.known, map.known_digest) = (map.offered, map.offered_digest);
    map.known_parent = map.offered_parent;
}

/// What became of one pair of a Map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mapped {
    /// The pair is kept.
    Ok,
    /// There is no such GUID.
    UnknownGuid,
}

/// Takes in the LUIDs that a device gave: early, late, cached or repeated.
///
/// A pair without a LUID means the device gave none: the item is not offered again. A pair for an item of ours of
/// which we forgot that it was offered is believed, and the item sent again as a Replace.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn map(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &mut Course,
    pairs: &[(Option<ItemId>, Option<Luid>)],
) -> Result<Vec<Mapped>, StoreError> {
    let who = &who.within(course);
    let mut book = Book::open(tx, who, course, pairs)?;
    let results = pairs
        .iter()
        .map(|(id, luid)| book.enter(*id, luid.as_ref()))
        .collect();
    book.close(tx, who, course)?;
    Ok(results)
}

/// The entries that one Map touches.
struct Book {
    entries: BTreeMap<ItemId, MapEntry>,
    /// Which item bears a LUID now.
    holders: HashMap<Luid, ItemId>,
    /// Items deleted since they were offered.
    deleted: Vec<ItemId>,
    /// LUIDs that move from one entry to another.
    moved: Vec<Luid>,
    /// The session an entry is marked with.
    session: i64,
    /// Something is to be sent that the walk had passed.
    due: bool,
}

impl Book {
    fn open(
        tx: &mut Tx<'_>,
        who: &Who<'_>,
        course: &Course,
        pairs: &[(Option<ItemId>, Option<Luid>)],
    ) -> Result<Self, StoreError> {
        let datastore = &course.view.datastore;
        let ids: Vec<_> = pairs.iter().filter_map(|(id, _)| *id).collect();
        let luids: Vec<_> = pairs.iter().filter_map(|(_, luid)| luid.clone()).collect();
        let named = tx.maps_by_item(who.account, who.device, datastore, &ids)?;
        let mut entries: BTreeMap<_, _> = named.into_iter().map(|map| (map.item, map)).collect();
        let mut holders = HashMap::new();
        for map in tx.maps_by_luid(who.account, who.device, datastore, &luids)? {
            holders.extend(map.luid.clone().map(|luid| (luid, map.item)));
            entries.entry(map.item).or_insert(map);
        }
        let forgotten: Vec<_> = ids
            .iter()
            .filter(|id| !entries.contains_key(id))
            .copied()
            .collect();
        for item in tx
            .items(who.account, &forgotten)?
            .into_iter()
            .filter(|item| !item.deleted)
        {
            entries.insert(item.id, unknown(who, course, item.id));
        }
        // In a slow sync only what the device sends counts: an entry that was merely mapped is dropped again.
        let slow_intake = course.mode == Mode::Slow && course.outgoing.is_none();
        let session = if slow_intake { 0 } else { who.session };
        let deleted = tx.deleted_among(who.account, &ids)?;
        Ok(Self {
            entries,
            holders,
            deleted,
            moved: Vec::new(),
            session,
            due: false,
        })
    }

    fn enter(&mut self, id: Option<ItemId>, luid: Option<&Luid>) -> Mapped {
        let Some(id) = id.filter(|id| self.entries.contains_key(id)) else {
            return Mapped::UnknownGuid;
        };
        if let Some(luid) = luid
            && let Some(former) = self.holders.insert(luid.clone(), id)
            && former != id
        {
            self.moved.push(luid.clone());
            if let Some(map) = self.entries.get_mut(&former) {
                lose_luid(map);
                self.due = true;
            }
        }
        if let Some(map) = self.entries.get_mut(&id) {
            map.session = self.session;
            give_luid(map, luid);
            let is_there = matches!(map.state, MapState::Mapped | MapState::LeaveDue);
            if luid.is_some() && self.deleted.contains(&id) && is_there {
                map.state = MapState::DeleteDue;
                map.session = 0;
            }
            if matches!(
                map.state,
                MapState::DeleteDue | MapState::ReplaceSent | MapState::LeaveDue
            ) {
                map.session = 0;
                self.due = true;
            }
        }
        Mapped::Ok
    }

    fn close(self, tx: &mut Tx<'_>, who: &Who<'_>, course: &mut Course) -> Result<(), StoreError> {
        let entries: Vec<_> = self.entries.into_values().collect();
        tx.release_luids(who.account, who.device, &course.view.datastore, &self.moved)?;
        tx.put_maps(&entries)?;
        if self.due {
            look_again(course);
        }
        Ok(())
    }
}

/// The entry of an item of which it was forgotten that the device was offered it.
fn unknown(who: &Who<'_>, course: &Course, item: ItemId) -> MapEntry {
    MapEntry {
        account: who.account,
        device: who.device.clone(),
        datastore: course.view.datastore.clone(),
        item,
        luid: None,
        state: MapState::ReplaceSent,
        known: Rev(0),
        known_digest: Digest(0),
        offered: Rev(0),
        offered_digest: Digest(0),
        session: 0,
        known_parent: ItemId(0),
        offered_parent: ItemId(0),
    }
}

fn lose_luid(map: &mut MapEntry) {
    map.luid = None;
    if !matches!(map.state, MapState::Gone | MapState::FilteredOut) && !map.state.is_off_device() {
        map.state = MapState::AddSent;
        (map.known, map.known_digest) = (Rev(0), Digest(0));
        map.known_parent = ItemId(0);
        map.session = 0;
    }
}

fn give_luid(map: &mut MapEntry, luid: Option<&Luid>) {
    if map.state.is_off_device() {
        return;
    }
    let Some(luid) = luid else {
        map.state = MapState::Withheld;
        return;
    };
    map.luid = Some(luid.clone());
    match map.state {
        MapState::AddSent | MapState::AddConfirmed | MapState::Withheld | MapState::TooLarge => {
            take_offer(map);
        }
        // It has what its filter keeps away: offered under an earlier filter, and named only now.
        MapState::FilteredOut => {
            take_offer(map);
            map.state = MapState::LeaveDue;
        }
        MapState::Mapped
        | MapState::ReplaceSent
        | MapState::DeleteSent
        | MapState::DeleteDue
        | MapState::LeaveSent
        | MapState::LeaveDue
        | MapState::SoftDeleted
        | MapState::DeleteAside
        | MapState::DeleteHeld
        | MapState::Gone => {}
    }
}

/// The session ended well for this datastore: the anchors move, together with the data they stand for
/// (REQ-ANCHOR-4).
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn finish(tx: &mut Tx<'_>, who: &Who<'_>, course: &Course) -> Result<(), StoreError> {
    let acked = match (course.mode, &course.outgoing) {
        (Mode::OneWayFromClient, _) | (_, None) => course.acked,
        (_, Some(outgoing)) => outgoing.upto,
    };
    // A refresh gives every item another LUID: a device that is set back before it has items we know nothing of.
    let can_go_back = course.mode != Mode::RefreshFromServer;
    let peer = Peer {
        account: who.account,
        device: who.device.clone(),
        datastore: course.view.datastore.clone(),
        client_anchor: Some(course.client_next.clone()),
        client_anchor_prev: course.client_last.clone().filter(|_| can_go_back),
        server_anchor: Some(course.server_next.clone()),
        server_anchor_prev: course.server_last.clone(),
        acked,
        // A slow sync brings a device what it had lost, however old: set back before it, it lacks that again.
        acked_prev: if course.mode == Mode::Slow {
            Rev(0)
        } else {
            course.settled()
        },
        types: type_list(&course.types, &course.takes, course.hierarchy),
        filter: course.filter_after(),
        filter_prev: course.filter_before.clone(),
        epoch: course.epoch.clone(),
        synced: who.now,
    };
    let peer = if course.redo && course.mode == Mode::OneWayFromClient {
        still_behind(tx, who, peer)?
    } else {
        peer
    };
    tx.put_peer(&peer)?;
    tx.drop_gone_maps(
        who.account,
        who.device,
        &course.view.datastore,
        course.settled(),
    )
}

/// A device that stands one sync back and could not be sent anything stands there still: its new anchor takes the
/// place of the previous one, so that everything since is offered again in its next session.
fn still_behind(tx: &mut Tx<'_>, who: &Who<'_>, peer: Peer) -> Result<Peer, StoreError> {
    let known = tx.peers(who.account, who.device)?;
    let before = known
        .into_iter()
        .find(|one| one.datastore == peer.datastore);
    Ok(match before {
        None => peer,
        Some(before) => Peer {
            client_anchor: before.client_anchor,
            client_anchor_prev: peer.client_anchor,
            server_anchor: before.server_anchor,
            server_anchor_prev: peer.server_anchor,
            acked: before.acked,
            filter: before.filter,
            filter_prev: peer.filter,
            ..peer
        },
    })
}
