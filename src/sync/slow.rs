//! Slow sync: a device sends everything it has, and each item finds its twin among ours.
//!
//! Pairing is one-to-one and deterministic (REQ-FMT-7): first the entry of an earlier sync while the content
//! is still the same item, then the twin key, the same content before a similar one. The cost is linear.
//! Entries of earlier sessions stay until the device's package is complete, so an interrupted slow sync
//! goes on from what it had paired. Nothing is deleted here. Source: SyncML Sync Protocol 1.1, section 5.5.

use super::apply::{Change, Edit, Outcome, Put};
use super::conflict::Past;
use super::desk::{Desk, Incoming};
use super::patch::unasked;
use super::resume::nothing_new;
use super::sight::Sight;
use super::{Course, Who, merge};
use crate::ids::{ItemId, Rev};
use crate::item::TwinKey;
use crate::store::{MapEntry, MapState, StoreError, Tx};

/// Pairs or adds the items of one message.
pub(super) fn apply(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &Course,
    rev: Rev,
    changes: Vec<Change>,
) -> Result<Vec<Outcome>, StoreError> {
    let mut outcomes: Vec<_> = changes.iter().map(unasked).collect();
    let puts: Vec<_> = changes
        .into_iter()
        .enumerate()
        .filter_map(|(at, change)| put_of(at, change, Sight::of(course)))
        .collect();
    let luids: Vec<_> = puts
        .iter()
        .map(|(_, _, incoming)| incoming.luid.clone())
        .collect();
    let mut desk = Desk::lay_out(tx, who, course, rev, &luids)?;
    let (again, mut rest): (Vec<_>, Vec<_>) = puts
        .into_iter()
        .partition(|(_, _, incoming)| is_same_item(&desk, incoming));
    let keys: Vec<TwinKey> = rest
        .iter()
        .flat_map(|(_, _, incoming)| incoming.twin_keys())
        .collect();
    desk.lay_out_twins(tx, &keys)?;
    desk.lay_out_unnamed(tx, rest.iter().map(|(_, _, incoming)| incoming))?;
    desk.lay_out_bases(tx)?;
    // What has a twin of its own goes before what may be an event that was moved.
    rest.sort_by_key(|(_, _, incoming)| desk.moved_in_time(incoming).is_some());
    for (at, put, incoming) in again.into_iter().chain(rest) {
        let outcome = one(tx, who, &mut desk, course, put, incoming)?;
        if let Some(slot) = outcomes.get_mut(at) {
            *slot = outcome;
        }
    }
    desk.write(tx)?;
    Ok(outcomes)
}

fn put_of(
    at: usize,
    Change { luid, edit, .. }: Change,
    sight: Sight<'_>,
) -> Option<(usize, Put, Incoming)> {
    match edit {
        Edit::Add(content) => Some((at, Put::Add, Incoming::new(luid, content, sight))),
        Edit::Replace(content) => Some((at, Put::Replace, Incoming::new(luid, content, sight))),
        Edit::Fields(_)
        | Edit::Delete
        | Edit::Archive
        | Edit::SoftDelete
        | Edit::Copy(_)
        | Edit::Move => None,
    }
}

/// Whether the device still has under this LUID what it had in an earlier sync. A wiped phone that counts its LUIDs
/// anew does not, and must not overwrite what bore the LUID before.
fn is_same_item(desk: &Desk<'_>, incoming: &Incoming) -> bool {
    desk.known(&incoming.luid).is_some_and(|(item, map)| {
        let same = incoming.said == map.known_digest || incoming.digest == item.digest;
        same || desk.may_be_still(item.id, incoming)
    })
}

fn one(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    desk: &mut Desk<'_>,
    course: &Course,
    put: Put,
    incoming: Incoming,
) -> Result<Outcome, StoreError> {
    if is_same_item(desk, &incoming)
        && let Some((item, _)) = desk.known(&incoming.luid)
    {
        let id = item.id;
        return again(tx, who, desk, course, put, id, incoming);
    }
    if let Some(id) = desk.moved_in_time(&incoming)
        && desk.twin(&incoming).is_none()
        && desk.unnamed_like(&incoming).is_none()
    {
        return again(tx, who, desk, course, put, id, incoming);
    }
    by_twin(tx, desk, course, put, incoming)
}

/// An item of which an earlier sync tells nothing.
pub(super) fn by_twin(
    tx: &mut Tx<'_>,
    desk: &mut Desk<'_>,
    course: &Course,
    put: Put,
    incoming: Incoming,
) -> Result<Outcome, StoreError> {
    let twin = desk.twin(&incoming);
    let Some(id) = twin.or_else(|| desk.unnamed_like(&incoming)) else {
        desk.create(tx, incoming)?;
        return Ok(Outcome::Added);
    };
    let whole = desk.staying(id, desk.complete(id, incoming.clone()));
    if desk
        .item(id)
        .is_some_and(|item| desk.seen(item).0 == whole.digest)
    {
        desk.holds(id, &incoming);
        return Ok(put.nothing_new());
    }
    if desk.map(id).is_some_and(is_unnamed_offer) {
        return offered(tx, desk, course, put, id, incoming, whole);
    }
    merge::meet(tx, desk, course, (id, put), incoming, Past::None)
}

/// Whether the device was offered the item as a new one and nobody got its name.
fn is_unnamed_offer(map: &MapEntry) -> bool {
    matches!(map.state, MapState::AddSent | MapState::AddConfirmed) && map.luid.is_none()
}

/// A twin of what the device was offered as new: it took the offer, and so has our version of then or an edit of it.
fn offered(
    tx: &mut Tx<'_>,
    desk: &mut Desk<'_>,
    course: &Course,
    put: Put,
    id: ItemId,
    incoming: Incoming,
    whole: Incoming,
) -> Result<Outcome, StoreError> {
    let (Some(item), Some(map)) = (desk.item(id), desk.map(id)) else {
        return Ok(Outcome::Unchanged);
    };
    if incoming.said == map.offered_digest {
        let digest = incoming.said;
        desk.replace_due(id, &incoming.luid, digest, incoming.has);
        return Ok(put.nothing_new());
    }
    if item.seq <= map.offered {
        desk.supersede(id, whole);
        return Ok(Outcome::Replaced);
    }
    let past = if map.offered == Rev(0) {
        Past::None
    } else {
        Past::Shared
    };
    merge::meet(tx, desk, course, (id, put), incoming, past)
}

/// An item that the device has had before, under the same LUID.
fn again(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    desk: &mut Desk<'_>,
    course: &Course,
    put: Put,
    id: ItemId,
    incoming: Incoming,
) -> Result<Outcome, StoreError> {
    let (Some(item), Some(map)) = (desk.item(id), desk.map(id)) else {
        return Ok(Outcome::Unchanged);
    };
    let same_there = incoming.said == map.known_digest;
    let same_with_us = item.seq <= map.known;
    if item.deleted {
        if same_there {
            // Deleted elsewhere and untouched here: the next sync deletes it, a slow sync deletes nothing.
            desk.delete_due(id, &incoming.luid);
            return Ok(put.nothing_new());
        }
        desk.revive(id, incoming);
        return Ok(Outcome::Added);
    }
    // What others changed is no edit of the device: then it is laid beside what it had.
    let merges = !same_with_us && desk.base(id).is_some();
    let sent = incoming.clone();
    let incoming = if merges {
        incoming
    } else {
        desk.complete(id, incoming)
    };
    if item.digest == incoming.digest {
        let outcome = nothing_new(who, course, put, item);
        desk.holds(id, &sent);
        return Ok(outcome);
    }
    if same_there {
        let digest = incoming.said;
        desk.replace_due(id, &incoming.luid, digest, incoming.has);
        return Ok(put.nothing_new());
    }
    if same_with_us {
        desk.supersede(id, incoming);
        return Ok(Outcome::Replaced);
    }
    merge::meet(tx, desk, course, (id, put), sent, Past::Shared)
}
