//! What a device lacks, oldest first, in pages that fit its messages.
//!
//! The walk begins when the device's own package is complete and sees nothing that is written later: the
//! collection's latest number is read first, then only items up to it (REQ-PKG-6). First come offers of earlier
//! sessions that were never confirmed (REQ-ERR-2), then what changed. The cost is that of the changes, never that of
//! the collection. Source: SyncML Sync Protocol 1.1, sections 5.2 and 7.

use super::course::Outgoing;
use super::resume::pending;
use super::sift::pages::{SIFTED, sifted_page};
use super::sift::{self, Decision, cursor};
use super::{Course, Hierarchy, Mode, ParentName, Who, guard, over, refresh, room, tree};
use crate::ids::{ItemId, Luid, Rev};
use crate::item::{Content, Digest};
use crate::pim;
use crate::store::{ChangeRow, MapEntry, MapState, StoreError, Tx};
use crate::store::{Cursor, Tombstones, Walk, WalkKind};

/// One change for the device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerChange {
    /// Our name for the item; in an Add, the GUID.
    pub item: ItemId,
    /// What is to be done there.
    pub operation: Operation,
    /// The folder it is to lie in, for a device that knows folders.
    pub parent: Option<ParentName>,
    pub(super) seq: Rev,
    /// What the device then has, and in which folder.
    pub(super) digest: Digest,
    pub(super) place: ItemId,
    /// Where the walk stands behind it; `None` for an offer of an earlier session, or ahead of its turn.
    pub(super) cursor: Option<Cursor>,
    pub(super) map: Option<MapEntry>,
    /// Its Delete is its filter's doing.
    pub(super) leaves: bool,
}

/// What a device is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// Make this item.
    Add(Content),
    /// Give the item with this LUID this content.
    Replace(Luid, Content),
    /// Put the item with this LUID into another folder.
    Move(Luid),
    /// Delete the item with this LUID.
    Delete(Luid),
}

impl ServerChange {
    /// The item's change number in what is sent.
    #[must_use]
    pub const fn seq(&self) -> Rev {
        self.seq
    }
}

/// The device's package is complete: settles what had to wait for that, and begins the walk over what it lacks.
///
/// `rev` is needed (and used) only by a refresh from the client, and where deletions were put aside.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn begin(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &mut Course,
    rev: Option<Rev>,
) -> Result<(), StoreError> {
    let who = &who.within(course);
    sift::underway::mark(tx, who, course)?;
    let datastore = course.view.datastore.clone();
    if let Some(rev) = rev.filter(|_| course.aside && course.mode != Mode::RefreshFromClient) {
        guard::decide(tx, who, course, rev)?;
    }
    if course.redo {
        let (acked, session) = (course.acked, who.session);
        tx.back_on_device(who.account, who.device, &datastore, acked, session)?;
    }
    match course.mode {
        Mode::RefreshFromClient => {
            if let Some(rev) = rev {
                refresh::complete(tx, who, course, rev)?;
            }
        }
        Mode::Slow => {
            tx.drop_maps_of_other_sessions(who.account, who.device, &datastore, who.session)?;
        }
        Mode::RefreshFromServer => {
            tx.drop_maps_of_other_sessions(who.account, who.device, &datastore, who.session)?;
            // Until the device has everything, only another full sync can go on from here.
            tx.void_peer(who.account, who.device, &datastore)?;
        }
        Mode::TwoWay | Mode::OneWayFromClient | Mode::OneWayFromServer => {}
    }
    let collections = tx.collections(who.account)?;
    let parts = collections
        .iter()
        .filter(|c| course.view.collections.contains(&c.id));
    let upto = parts.map(|c| c.seq).max().unwrap_or_default();
    let cursor = course.start();
    let room = match course.filter.most {
        Some(most) => Some(i64::from(most) - tx.count_held(who.account, who.device, &datastore)?),
        None => None,
    };
    let pending_done = matches!(course.mode, Mode::Slow | Mode::RefreshFromServer);
    course.outgoing = Some(Outgoing {
        upto,
        cursor,
        named_done: !course.redo,
        pending_done,
        done: !course.mode.sends(),
        room,
        counted: Cursor::default(),
    });
    Ok(())
}

/// The next changes for the device, at most `limit` rows. An empty page is the end.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn page(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &mut Course,
    limit: i64,
) -> Result<Vec<ServerChange>, StoreError> {
    let who = &who.within(course);
    loop {
        let Some(outgoing) = course.outgoing.clone().filter(|outgoing| !outgoing.done) else {
            return Ok(Vec::new());
        };
        let walked = !outgoing.named_done || outgoing.pending_done;
        let rows_limit = if course.sifts() {
            limit.max(SIFTED)
        } else {
            limit
        };
        let rows = if walked {
            tx.walk(&walk(who, course, &outgoing), rows_limit)?
        } else {
            pending(tx, who, course, rows_limit)?
        };
        if let Some(last) = rows.last().map(cursor) {
            let mut changes = if course.hierarchy == Hierarchy::Tree {
                tree::page(tx, who, course, rows, walked.then_some(last))?
            } else if course.sifts() {
                sifted_page(tx, who, course, rows, (walked, last), limit)?
            } else {
                let changes = rows.into_iter().map(|row| change(row, walked));
                over::seen(tx, who.account, course, changes)?
            };
            let (waiting, sendable) = course.room.sift(&changes);
            let rest = changes.split_off(waiting);
            room::postpone(tx, who, course, &changes)?;
            if sendable == 0 {
                continue;
            }
            return Ok(rest.into_iter().take(sendable).collect());
        }
        let start = course.start();
        let Some(outgoing) = course.outgoing.as_mut() else {
            return Ok(Vec::new());
        };
        if !outgoing.named_done {
            (outgoing.named_done, outgoing.cursor) = (true, start);
            continue;
        }
        outgoing.done = walked;
        outgoing.pending_done = true;
    }
}

pub(super) fn walk<'a>(who: &Who<'a>, course: &'a Course, outgoing: &Outgoing) -> Walk<'a> {
    let session = who.session;
    Walk {
        account: who.account,
        device: who.device,
        datastore: &course.view.datastore,
        collections: &course.view.collections,
        types: &course.types,
        except: (course.hierarchy == Hierarchy::Flat).then_some(pim::FOLDER),
        tombstones: match course.mode {
            // "Do not delete anything in a slow sync": the next one does.
            Mode::Slow | Mode::RefreshFromServer => Tombstones::LeftOut,
            Mode::TwoWay
            | Mode::OneWayFromClient
            | Mode::RefreshFromClient
            | Mode::OneWayFromServer => Tombstones::Sent,
        },
        kind: if course.sifts() {
            let named = course.redo.then_some(!outgoing.named_done);
            WalkKind::Every { named }
        } else if course.redo {
            let named = !outgoing.named_done;
            WalkKind::All { session, named }
        } else {
            WalkKind::Changed { session }
        },
        after: outgoing.cursor,
        upto: outgoing.upto,
    }
}

/// What a row means for the device.
pub(super) fn change(row: ChangeRow, walked: bool) -> ServerChange {
    let luid = row.map.as_ref().and_then(|map| map.luid.clone());
    let has_it = row.map.as_ref().is_some_and(has_it);
    let what = match (row.item.deleted, luid) {
        (true, Some(luid)) => Decision::Delete(luid),
        (false, Some(luid)) if has_it => Decision::Replace(luid),
        // A tombstone without a LUID is never walked.
        (_, _) => Decision::Add,
    };
    made(row, what, walked)
}

/// The change for a row of which this was decided.
pub(super) fn made(row: ChangeRow, what: Decision, walked: bool) -> ServerChange {
    let at = cursor(&row);
    let ChangeRow { item, map } = row;
    let leaves = matches!(what, Decision::Leave(_));
    let operation = match what {
        Decision::Replace(luid) => Operation::Replace(luid, item.content),
        Decision::Delete(luid) | Decision::Leave(luid) => Operation::Delete(luid),
        Decision::Add | Decision::Pass | Decision::LeftOut(_) | Decision::Over => {
            Operation::Add(item.content)
        }
    };
    ServerChange {
        item: item.id,
        operation,
        parent: None,
        seq: item.seq,
        digest: item.digest,
        place: item.parent,
        cursor: walked.then_some(at),
        map,
        leaves,
    }
}

fn has_it(map: &MapEntry) -> bool {
    map.state != MapState::Gone && !map.state.is_off_device()
}

/// Notes that these changes are in the message that goes out now. They must be the first of the page, in its order.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn offer(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &mut Course,
    sent: &[ServerChange],
) -> Result<(), StoreError> {
    let who = &who.within(course);
    let maps: Vec<_> = sent
        .iter()
        .map(|change| {
            let state = match change.operation {
                Operation::Add(_) => MapState::AddSent,
                Operation::Replace(..) | Operation::Move(_) => MapState::ReplaceSent,
                Operation::Delete(_) if change.leaves => MapState::LeaveSent,
                Operation::Delete(_) => MapState::DeleteSent,
            };
            offered(who, course, change, state)
        })
        .collect();
    tx.put_maps(&maps)?;
    for change in sent {
        if change.cursor.is_none() {
            let oldest = course.oldest.unwrap_or(change.seq).min(change.seq);
            course.oldest = Some(oldest);
        }
        match change.operation {
            Operation::Add(_) => {
                course.counts.sent_added += 1;
                take_room(course, change);
            }
            Operation::Replace(..) | Operation::Move(_) => course.counts.sent_replaced += 1,
            Operation::Delete(_) => course.counts.sent_deleted += 1,
        }
    }
    course.room.use_up(sent);
    advance(course, sent);
    Ok(())
}

/// Notes that this change cannot be sent to the device: it is too large for it. It comes after those offered.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn withhold(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &mut Course,
    change: &ServerChange,
) -> Result<(), StoreError> {
    let who = &who.within(course);
    tx.put_maps(&[offered(who, course, change, MapState::TooLarge)])?;
    course.counts.withheld += 1;
    advance(course, std::slice::from_ref(change));
    Ok(())
}

fn take_room(course: &mut Course, change: &ServerChange) {
    if let Some(outgoing) = course.outgoing.as_mut()
        && !sift::is_counted(change.map.as_ref())
    {
        outgoing.room = outgoing.room.map(|room| room - 1);
    }
}

/// The walk passed something that is to be sent now.
pub(super) fn look_again(course: &mut Course) {
    if course.mode.sends()
        && let Some(outgoing) = course.outgoing.as_mut()
    {
        outgoing.pending_done = false;
        outgoing.done = false;
    }
}

/// The walk stands behind these, as far as they are not ahead of their turn.
pub(super) fn advance(course: &mut Course, passed: &[ServerChange]) {
    let last = passed.iter().rev().find_map(|change| change.cursor);
    if let (Some(outgoing), Some(cursor)) = (course.outgoing.as_mut(), last) {
        outgoing.cursor = cursor;
    }
}

pub(super) fn offered(
    who: &Who<'_>,
    course: &Course,
    change: &ServerChange,
    state: MapState,
) -> MapEntry {
    let entry = change.map.clone().unwrap_or_else(|| MapEntry {
        account: who.account,
        device: who.device.clone(),
        datastore: course.view.datastore.clone(),
        item: change.item,
        luid: None,
        state,
        known: Rev(0),
        known_digest: Digest(0),
        offered: Rev(0),
        offered_digest: Digest(0),
        session: who.session,
        known_parent: ItemId(0),
        offered_parent: ItemId(0),
    });
    let (digest, place) = course.hierarchy.seen(change.digest, change.place);
    let luid = if state == MapState::AddSent {
        None
    } else {
        entry.luid
    };
    MapEntry {
        luid,
        state,
        offered: change.seq,
        offered_digest: digest,
        offered_parent: place,
        session: who.session,
        ..entry
    }
}
