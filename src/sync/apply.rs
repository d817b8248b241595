//! Changes of a device to our items: looked up in bulk, decided one by one, written in bulk.
//!
//! Repetition is harmless: an item that comes again under the LUID it is known by, with the content the
//! device is known to have, is no edit (REQ-ERR-1, REQ-SUSP-7). Source: SyncML Sync Protocol 1.1, sections 5 to 7;
//! deletions and copies have files of their own.

use super::conflict::{self, Past, Verdict};
use super::desk::{Desk, Incoming, is_folder};
use super::remove::Remove;
use super::resume::{deleted_before, nothing_new};
use super::sight::Sight;
use super::tree::Place;
use super::{
    Course, Hierarchy, Mode, Parent, Who, copy, merge, patch, refresh, remove, slow, tree,
};
use crate::ids::{ItemId, Luid, Rev};
use crate::item::{Content, Digest};
use crate::pim;
use crate::store::{MapState, StoreError, Tx};

/// One change as a device reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The device's name for the item.
    pub luid: Luid,
    /// What it did.
    pub edit: Edit,
    /// The folder it lies in there, if the device says; else it is where it was.
    pub parent: Option<Parent>,
}

/// What a device did to an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Made it.
    Add(Content),
    /// Changed it, or made it: a device need not know the difference (REQ-TYPE-3).
    Replace(Content),
    /// Put it into another folder, and left it as it was.
    Move,
    /// Changed fields of it: these, and no others.
    Fields(Content),
    /// Deleted it.
    Delete,
    /// Deleted it and wants a copy of it kept (`Archive`).
    Archive,
    /// Took it off its own store and leaves it to us (`SftDel`).
    SoftDelete,
    /// Copied it; the name it gave to the copy, if it told.
    Copy(Option<Luid>),
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is a new item now.
    Added,
    /// The item has the new content.
    Replaced,
    /// We had it like that already.
    Unchanged,
    /// The item is deleted.
    Deleted,
    /// The item is deleted, and no copy of it was kept.
    DeletedWithoutArchive,
    /// The item stays, and the device does not have it.
    SoftDeleted,
    /// It was to be taken off the device only, but is deleted for good.
    SoftDeleteConflict,
    /// There was nothing to delete.
    NotThere,
    /// There was nothing to copy.
    NothingToCopy,
    /// There was nothing whose fields could be changed.
    NothingToChange,
    /// The item cannot be changed field by field: it is to be sent as a whole.
    NotByField,
    /// Both sides changed the item, each something else: it has both edits now, and goes to the device.
    Merged,
    /// Conflict: our version stays and goes to the device.
    ServerWon,
    /// Conflict: the device's version stays.
    ClientWon,
    /// Conflict: the device's version is a new item, ours goes to the device as another.
    Duplicated(ItemId),
    /// The mode takes no such change.
    Forbidden,
    /// There is no such item to move.
    Unknown,
    /// There is no such folder; the item was not taken.
    NoFolder,
    /// The item cannot lie there: in itself, or in what is no folder.
    MoveFailed,
    /// A folder with items in it, deleted by a device that does not know of them.
    NotEmpty,
}

/// Applies the changes of one message, with the change number `rev`. Answers one outcome for each.
///
/// # Errors
/// [`StoreError`] when the store fails; the transaction must then be rolled back.
pub fn apply(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &mut Course,
    rev: Rev,
    changes: Vec<Change>,
) -> Result<Vec<Outcome>, StoreError> {
    let who = &who.within(course);
    let plain = course.hierarchy == Hierarchy::None;
    let mut along = Vec::new();
    let outcomes = match course.mode {
        Mode::OneWayFromServer | Mode::RefreshFromServer => vec![Outcome::Forbidden; changes.len()],
        // Resumed after it took effect, it is none: what comes again is no new refresh.
        Mode::RefreshFromClient if course.outgoing.is_none() => {
            refresh::stage(tx, who, course, changes)?
        }
        Mode::Slow if plain => slow::apply(tx, who, course, rev, changes)?,
        Mode::TwoWay | Mode::OneWayFromClient | Mode::RefreshFromClient if plain => {
            edits(tx, who, course, rev, changes)?
        }
        Mode::Slow | Mode::TwoWay | Mode::OneWayFromClient | Mode::RefreshFromClient => {
            let done = tree::apply(tx, who, course, rev, &changes)?;
            along = done.along;
            done.outcomes
        }
    };
    for outcome in outcomes.iter().chain(&along) {
        tally(course, *outcome);
    }
    let deletes = [Outcome::Deleted, Outcome::DeletedWithoutArchive];
    let mut all = outcomes.iter().chain(&along);
    course.aside |= course.guard.is_on() && all.any(|one| deletes.contains(one));
    Ok(outcomes)
}

fn tally(course: &mut Course, outcome: Outcome) {
    let counts = &mut course.counts;
    match outcome {
        Outcome::Added => counts.added += 1,
        Outcome::Replaced => counts.replaced += 1,
        Outcome::Unchanged | Outcome::NotThere => counts.unchanged += 1,
        Outcome::Deleted | Outcome::DeletedWithoutArchive => counts.deleted += 1,
        Outcome::SoftDeleted => counts.soft_deleted += 1,
        Outcome::Merged | Outcome::ServerWon | Outcome::ClientWon | Outcome::Duplicated(_) => {
            counts.conflicts += 1;
        }
        Outcome::Forbidden
        | Outcome::SoftDeleteConflict
        | Outcome::NothingToCopy
        | Outcome::NothingToChange
        | Outcome::NotByField
        | Outcome::Unknown
        | Outcome::NoFolder
        | Outcome::MoveFailed
        | Outcome::NotEmpty => counts.refused += 1,
    }
}

/// The edits of a device with which we share a past.
fn edits(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &Course,
    rev: Rev,
    changes: Vec<Change>,
) -> Result<Vec<Outcome>, StoreError> {
    let luids: Vec<_> = changes.iter().flat_map(named).collect();
    let mut desk = Desk::lay_out(tx, who, course, rev, &luids)?;
    desk.lay_out_bases(tx)?;
    let sight = Sight::of(course);
    let edits = changes.into_iter();
    let edits: Vec<_> = edits.map(|change| Prepared::new(change, sight)).collect();
    let new = edits
        .iter()
        .filter_map(|edit| edit.put())
        .filter(|put| desk.known(&put.luid).is_none());
    let digests: Vec<Digest> = new.map(|put| put.said).collect();
    desk.lay_out_offers(tx, &digests)?;
    let mut outcomes = Vec::with_capacity(edits.len());
    for edit in edits {
        outcomes.push(match edit {
            Prepared::Put(kind, incoming) => put(tx, &mut desk, course, kind, incoming)?,
            Prepared::Remove(Remove::ForGood, luid)
                if deleted_before(who, course, &desk, &luid) =>
            {
                Outcome::Deleted
            }
            Prepared::Remove(how, luid) => remove::remove(&mut desk, course, how, &luid),
            Prepared::Copy(from, to) => copy::copy(tx, &mut desk, course, &from, to, Place::ROOT)?,
            Prepared::Move => Outcome::Forbidden,
            Prepared::Fields(luid, sent) => patch::patch(tx, &mut desk, course, &luid, &sent)?,
        });
    }
    desk.write(tx)?;
    Ok(outcomes)
}

/// The names that a change is about.
pub(super) fn named(change: &Change) -> Vec<Luid> {
    let mut names = vec![change.luid.clone()];
    if let Edit::Copy(Some(to)) = &change.edit {
        names.push(to.clone());
    }
    names
}

enum Prepared {
    Put(Put, Incoming),
    Remove(Remove, Luid),
    Copy(Luid, Option<Luid>),
    /// Where nothing lies in anything, nothing moves.
    Move,
    Fields(Luid, Content),
}

/// Whether the device said that the item is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Put {
    Add,
    Replace,
}

impl Put {
    /// What is answered when the device had the item like that already: an Add is always answered as added (REQ-STAT-5).
    pub(super) const fn nothing_new(self) -> Outcome {
        match self {
            Self::Add => Outcome::Added,
            Self::Replace => Outcome::Unchanged,
        }
    }

    /// What is answered when the item took the new content.
    pub(super) const fn done(self) -> Outcome {
        match self {
            Self::Add => Outcome::Added,
            Self::Replace => Outcome::Replaced,
        }
    }
}

impl Prepared {
    fn new(Change { luid, edit, .. }: Change, sight: Sight<'_>) -> Self {
        match edit {
            Edit::Add(content) => Self::Put(Put::Add, Incoming::new(luid, content, sight)),
            Edit::Replace(content) => Self::Put(Put::Replace, Incoming::new(luid, content, sight)),
            Edit::Delete => Self::Remove(Remove::ForGood, luid),
            Edit::Archive => Self::Remove(Remove::Archive, luid),
            Edit::SoftDelete => Self::Remove(Remove::Softly, luid),
            Edit::Copy(to) => Self::Copy(luid, to),
            Edit::Move => Self::Move,
            Edit::Fields(content) => Self::Fields(luid, content),
        }
    }

    const fn put(&self) -> Option<&Incoming> {
        match self {
            Self::Put(_, incoming) => Some(incoming),
            Self::Remove(..) | Self::Copy(..) | Self::Fields(..) | Self::Move => None,
        }
    }
}

/// An Add or a Replace.
pub(super) fn put(
    tx: &mut Tx<'_>,
    desk: &mut Desk<'_>,
    course: &Course,
    kind: Put,
    incoming: Incoming,
) -> Result<Outcome, StoreError> {
    let Some((item, map)) = desk.known(&incoming.luid) else {
        return put_unknown(tx, desk, incoming);
    };
    let (id, seq, ours) = (item.id, item.seq, item.digest);
    let (deleted, known, offered) = (item.deleted, map.known, map.offered);
    let is_twin = incoming.is_like(item);
    let is_filtered_out = map.state == MapState::FilteredOut;
    let is_off = map.state.is_off_device();
    if incoming.said == map.known_digest {
        let outcome = nothing_new(desk.who(), course, kind, item);
        if is_filtered_out {
            desk.leave_due(id);
        }
        if is_off {
            // It has it again.
            desk.pair(id, &incoming.luid, known, incoming.said, incoming.has);
        }
        return Ok(outcome);
    }
    if is_off && kind == Put::Add && !is_twin {
        desk.let_go(id);
        desk.create(tx, incoming)?;
        return Ok(Outcome::Added);
    }
    if map.state == MapState::ReplaceSent && incoming.said == map.offered_digest {
        desk.pair(id, &incoming.luid, offered, incoming.said, incoming.has);
        return Ok(kind.nothing_new());
    }
    if deleted {
        // Deleted elsewhere and changed here: the item lives again (REQ-CONF-1).
        desk.revive(id, incoming);
        return Ok(match kind {
            Put::Add => Outcome::Added,
            Put::Replace => Outcome::ClientWon,
        });
    }
    // What others changed is no edit of the device: then it is laid beside what it had.
    let merges = seq > known && desk.base(id).is_some();
    let whole = desk.completed(id, &incoming).filter(|_| !merges);
    if whole.as_ref().unwrap_or(&incoming).digest == ours {
        desk.holds(id, &incoming);
        if is_filtered_out {
            desk.leave_due(id);
        }
        return Ok(kind.nothing_new());
    }
    let repeats = is_twin || (course.retry && !course.redo && !is_filtered_out);
    if kind == Put::Add && !repeats {
        // A wiped phone counts its LUIDs from 1 again, one that was set back from where it was: the old item
        // must not be overwritten.
        desk.offer_again(id);
        desk.create(tx, incoming)?;
        return Ok(Outcome::Added);
    }
    if seq <= known {
        desk.supersede(id, whole.unwrap_or(incoming));
        return Ok(kind.done());
    }
    merge::meet(tx, desk, course, (id, kind), incoming, Past::Shared)
}

/// An item under a LUID we do not know: an offer of ours that the device never mapped, or a new item.
pub(super) fn put_unknown(
    tx: &mut Tx<'_>,
    desk: &mut Desk<'_>,
    incoming: Incoming,
) -> Result<Outcome, StoreError> {
    if let Some(id) = desk.unmapped_offer(incoming.said) {
        let offered = desk.map(id).map_or(Rev(0), |map| map.offered);
        desk.pair(id, &incoming.luid, offered, incoming.said, incoming.has);
        return Ok(Outcome::Added);
    }
    desk.create(tx, incoming)?;
    Ok(Outcome::Added)
}

/// Settles a conflict between the item and what the device sent.
pub(super) fn settle(
    tx: &mut Tx<'_>,
    desk: &mut Desk<'_>,
    course: &Course,
    id: ItemId,
    incoming: Incoming,
    past: Past,
) -> Result<Outcome, StoreError> {
    let Some(item) = desk.item(id) else {
        return Ok(Outcome::Unchanged);
    };
    let ours = pim::changed_at(&item.content);
    let is_folder = is_folder(&item.content);
    let verdict = conflict::decide(
        course.policy(&item.collection),
        past,
        pim::changed_at(&incoming.content),
        ours,
    );
    match verdict.for_folder(is_folder) {
        Verdict::ServerWins => {
            desk.keep_loser(id, &incoming);
            desk.replace_due(id, &incoming.luid, incoming.said, incoming.has);
            Ok(Outcome::ServerWon)
        }
        Verdict::ClientWins => {
            desk.supersede(id, incoming);
            Ok(Outcome::ClientWon)
        }
        Verdict::KeepBoth => {
            desk.offer_again(id);
            Ok(Outcome::Duplicated(desk.create(tx, incoming)?))
        }
    }
}
