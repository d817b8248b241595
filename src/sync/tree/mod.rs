//! Items that lie in one another: folders, and files and mails in them.
//!
//! An item has one folder or none; where it lies is part of what it is, as much as what it says, and an edit of the one
//! does not meet an edit of the other (`settle`). Changes are taken folders first (`waves`), and sent folders first,
//! deletions after what leaves the folder (`order`). What this keeps, whatever devices do at the same time: no item in
//! a folder that is gone, none in itself, none lost. A folder that is deleted takes along what its device had in it; what
//! was changed or put there elsewhere goes up to the nearest folder that lives.
//!
//! A device that knows no folders has the same items without their places. Source: DS Protocol 1.2, hierarchical
//! synchronization; Representation Protocol 1.2.2, `SourceParent`, `TargetParent`, `Move`, codes 427 and 428.

mod delete;
mod order;
mod place;
mod settle;
mod waves;

use serde::{Deserialize, Serialize};

pub(super) use order::page;
pub(super) use place::Place;
pub(super) use settle::put;

use super::apply::{Change, Edit, Outcome, Put, named, put_unknown};
use super::copy::copy;
use super::desk::{Desk, Incoming};
use super::remove::{Remove, remove};
use super::sight::Sight;
use super::{Course, Mode, Who};
use crate::ids::{ItemId, Luid, Rev};
use crate::item::{Digest, TwinKey};
use crate::store::{StoreError, Tx};
use place::NoPlace;

/// Whether the items of a datastore lie in one another, and whether the device knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Hierarchy {
    /// Nothing lies in anything.
    #[default]
    None,
    /// There are folders, but the device did not declare that it knows them: it sees the items alone.
    Flat,
    /// Both sides keep folders.
    Tree,
}

impl Hierarchy {
    /// What a device has of an item with this digest in this folder: one that knows no folders sees no place.
    pub(super) const fn seen(self, digest: Digest, folder: ItemId) -> (Digest, ItemId) {
        match self {
            Self::Flat => (digest.apart(folder.0), ItemId(0)),
            Self::None | Self::Tree => (digest, folder),
        }
    }
}

/// The folder an item lies in, as a device names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parent {
    /// None.
    Root,
    /// By the device's name.
    Luid(Luid),
    /// By ours.
    Item(ItemId),
    /// By a name that can be no folder's.
    Nonsense,
}

/// The folder an item lies in, as it is named to a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ParentName {
    /// None.
    Root,
    /// By the device's name.
    Luid(Luid),
    /// By ours: the device has not told its name yet.
    Guid(ItemId),
}

/// What became of the changes of one message.
pub(super) struct Done {
    /// One outcome for each change.
    pub(super) outcomes: Vec<Outcome>,
    /// What became of what lay in folders that were deleted.
    pub(super) along: Vec<Outcome>,
}

/// Applies the changes of one message to a tree. A slow sync pairs by path: an item and its folder are twins of ours when
/// both have our names.
pub(super) fn apply(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &Course,
    rev: Rev,
    changes: &[Change],
) -> Result<Done, StoreError> {
    let mut desk = lay_out(tx, who, course, rev, changes)?;
    let plan = waves::waves(changes);
    let mut late = Vec::new();
    let mut work = Work {
        course,
        changes,
        outcomes: vec![Outcome::Forbidden; changes.len()],
    };
    for wave in &plan.waves {
        late.extend(work.wave(tx, &mut desk, wave, Rings::Wait)?);
    }
    // What would lie in itself may do so only until another change of the message is made.
    while !late.is_empty() {
        let again = work.wave(tx, &mut desk, &late, Rings::Wait)?;
        if again.len() == late.len() {
            work.wave(tx, &mut desk, &late, Rings::Fail)?;
            break;
        }
        late = again;
    }
    let (mut outcomes, mut along) = (work.outcomes, Vec::new());
    if course.mode != Mode::Slow {
        along = delete::delete(tx, &mut desk, course, changes, &plan.deletes, &mut outcomes)?;
    }
    desk.save_orphans(tx)?;
    desk.write(tx)?;
    Ok(Done { outcomes, along })
}

/// Lays out the items of a message, the folders they are said to lie in, and all above.
fn lay_out<'a>(
    tx: &mut Tx<'_>,
    who: &'a Who<'a>,
    course: &'a Course,
    rev: Rev,
    changes: &[Change],
) -> Result<Desk<'a>, StoreError> {
    let mut luids: Vec<Luid> = changes.iter().flat_map(named).collect();
    let mut by_number = Vec::new();
    for change in changes {
        match &change.parent {
            Some(Parent::Luid(luid)) => luids.push(luid.clone()),
            Some(Parent::Item(id)) => by_number.push(*id),
            Some(Parent::Root | Parent::Nonsense) | None => {}
        }
    }
    luids.sort_unstable();
    luids.dedup();
    let mut desk = Desk::lay_out(tx, who, course, rev, &luids)?;
    desk.lay_out_items(tx, &by_number)?;
    desk.lay_out_chains(tx)?;
    Ok(desk)
}

/// A change whose folder is known.
struct Ready {
    at: usize,
    luid: Luid,
    place: Place,
    what: What,
}

/// What is done to an item.
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all are of the large one, and live as long as a message"
)]
enum What {
    Put(Put, Incoming),
    Move,
    /// The name of the copy, if it has one.
    Copy(Option<Luid>),
}

impl Ready {
    const fn put(&self) -> Option<&Incoming> {
        match &self.what {
            What::Put(_, incoming) => Some(incoming),
            What::Move | What::Copy(_) => None,
        }
    }

    /// Whether it would put an item into itself; a copy is another item.
    fn is_ring(&self, desk: &Desk<'_>) -> bool {
        match &self.what {
            What::Put(..) | What::Move => settle::is_ring(desk, &self.luid, self.place),
            What::Copy(_) => false,
        }
    }
}

/// What is done with a change that would put an item into itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rings {
    /// It waits.
    Wait,
    /// Its place is refused.
    Fail,
}

/// The changes of one message and what became of them.
struct Work<'w> {
    course: &'w Course,
    changes: &'w [Change],
    outcomes: Vec<Outcome>,
}

impl Work<'_> {
    /// Applies changes of which none waits for another; answers those that would put an item into itself.
    fn wave(
        &mut self,
        tx: &mut Tx<'_>,
        desk: &mut Desk<'_>,
        wave: &[usize],
        rings: Rings,
    ) -> Result<Vec<usize>, StoreError> {
        let (course, changes) = (self.course, self.changes);
        let mut ready = Vec::new();
        for at in wave.iter().copied() {
            let Some(change) = changes.get(at) else {
                continue;
            };
            match prepare(desk, course, at, change) {
                Ok(one) => ready.push(one),
                Err(outcome) => set(&mut self.outcomes, at, outcome),
            }
        }
        let puts = || ready.iter().filter_map(Ready::put);
        if course.mode == Mode::Slow {
            let keys: Vec<TwinKey> = puts().map(|incoming| incoming.twin_key).collect();
            desk.lay_out_twins(tx, &keys)?;
        } else {
            let new = puts().filter(|incoming| desk.known(&incoming.luid).is_none());
            let digests: Vec<Digest> = new.map(|incoming| incoming.digest).collect();
            desk.lay_out_offers(tx, &digests)?;
        }
        desk.lay_out_chains(tx)?;
        let mut late = Vec::new();
        for one in ready {
            if rings == Rings::Wait && one.is_ring(desk) {
                late.push(one.at);
                continue;
            }
            let at = one.at;
            let outcome = carry_out(tx, desk, course, one)?;
            set(&mut self.outcomes, at, outcome);
        }
        Ok(late)
    }
}

fn set(outcomes: &mut [Outcome], at: usize, outcome: Outcome) {
    if let Some(slot) = outcomes.get_mut(at) {
        *slot = outcome;
    }
}

/// Finds the folder of a change; an outcome where there is nothing to be done with it.
fn prepare(
    desk: &mut Desk<'_>,
    course: &Course,
    at: usize,
    change: &Change,
) -> Result<Ready, Outcome> {
    let is_move = change.edit == Edit::Move;
    let is_put = matches!(change.edit, Edit::Add(_) | Edit::Replace(_));
    if course.mode == Mode::Slow && !is_put {
        return Err(Outcome::Forbidden);
    }
    if let Some(how) = Remove::of(&change.edit) {
        // Another change of the same message gives its name to something new.
        return Err(remove(desk, course, how, &change.luid));
    }
    if is_move && desk.known(&change.luid).is_none() {
        return Err(Outcome::Unknown);
    }
    let place = place::of(desk, change).map_err(|none| match none {
        NoPlace::NoFolder if is_move => Outcome::MoveFailed,
        NoPlace::NoFolder | NoPlace::Unknown => Outcome::NoFolder,
    })?;
    let incoming = |content: &crate::item::Content| {
        let sight = Sight::of(course);
        Incoming::new(change.luid.clone(), content.clone(), sight).placed(place.has, place.goal)
    };
    let what = match &change.edit {
        Edit::Add(content) => What::Put(Put::Add, incoming(content)),
        Edit::Replace(content) => What::Put(Put::Replace, incoming(content)),
        Edit::Move => What::Move,
        Edit::Copy(to) => What::Copy(to.clone()),
        // A file has no fields.
        Edit::Fields(_) => return Err(Outcome::NotByField),
        Edit::Delete | Edit::Archive | Edit::SoftDelete => return Err(Outcome::Forbidden),
    };
    Ok(Ready {
        at,
        luid: change.luid.clone(),
        place,
        what,
    })
}

fn carry_out(
    tx: &mut Tx<'_>,
    desk: &mut Desk<'_>,
    course: &Course,
    one: Ready,
) -> Result<Outcome, StoreError> {
    let Ready {
        luid, place, what, ..
    } = one;
    match what {
        What::Move => settle::moved(tx, desk, course, &luid, place),
        What::Copy(to) => copy(tx, desk, course, &luid, to, place),
        What::Put(kind, incoming) if course.mode == Mode::Slow => {
            if settle::is_same_item(desk, &incoming) {
                settle::put(tx, desk, course, kind, incoming)
            } else {
                super::slow::by_twin(tx, desk, course, kind, incoming)
            }
        }
        What::Put(kind, incoming) if desk.known(&incoming.luid).is_some() => {
            settle::put(tx, desk, course, kind, incoming)
        }
        What::Put(_, incoming) => put_unknown(tx, desk, incoming),
    }
}
