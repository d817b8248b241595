//! A device changed an item of a tree that it has: what it says and where it lies are settled each for itself.
//!
//! Only where both sides changed the same of the two is there a conflict, and the collection's policy decides. An item
//! is never put into itself: of two moves that together would do that, the one that comes second is refused and undone.

use super::place::Place;
use crate::ids::{ItemId, Luid, Rev};
use crate::item::{Content, Digest};
use crate::pim;
use crate::store::{Item, MapEntry, MapState, Policy, StoreError, Tx};
use crate::sync::apply::{Outcome, Put};
use crate::sync::conflict::{self, Past, Verdict};
use crate::sync::desk::{Desk, Incoming, is_folder};
use crate::sync::resume::nothing_new;
use crate::sync::{Course, Hierarchy, Mode};

/// Whether the device still has under this LUID what it had in an earlier sync, perhaps elsewhere. A wiped phone that
/// counts its LUIDs anew does not.
pub(super) fn is_same_item(desk: &Desk<'_>, incoming: &Incoming) -> bool {
    desk.known(&incoming.luid).is_some_and(|(item, map)| {
        let said = incoming.digest.apart(incoming.has.0);
        let same = said == map.known_digest.apart(map.known_parent.0)
            || said == item.digest.apart(item.parent.0);
        same || (!item.deleted && incoming.twin_key == item.twin_key)
    })
}

/// Whether a change would put an item that the device has into itself.
pub(super) fn is_ring(desk: &Desk<'_>, luid: &Luid, place: Place) -> bool {
    desk.known(luid)
        .is_some_and(|(item, _)| desk.is_within(place.goal, item.id))
}

/// An Add or a Replace of an item that the device has.
pub(in crate::sync) fn put(
    tx: &mut Tx<'_>,
    desk: &mut Desk<'_>,
    course: &Course,
    kind: Put,
    incoming: Incoming,
) -> Result<Outcome, StoreError> {
    let Some((item, map)) = desk.known(&incoming.luid) else {
        return Ok(Outcome::Unknown);
    };
    let (item, map) = (item.clone(), map.clone());
    let is_filtered_out = map.state == MapState::FilteredOut && course.mode != Mode::Slow;
    if is_known(desk, course, &item, &map, &incoming) {
        if is_filtered_out {
            desk.leave_due(item.id);
        }
        return Ok(nothing_new(desk.who(), course, kind, &item));
    }
    let is_twin = incoming.twin_key == item.twin_key;
    if map.state.is_off_device() && kind == Put::Add && !is_twin {
        // The LUID is used again for something else: what the device parted with stays as it is.
        desk.let_go(item.id);
        desk.create(tx, incoming)?;
        return Ok(Outcome::Added);
    }
    if item.deleted {
        let goal = if desk.hierarchy == Hierarchy::Flat {
            desk.living(item.parent)
        } else {
            incoming.goal
        };
        desk.supersede(item.id, Incoming { goal, ..incoming });
        return Ok(match kind {
            Put::Add => Outcome::Added,
            Put::Replace => Outcome::ClientWon,
        });
    }
    let retries = course.retry && !course.redo && !is_filtered_out;
    let repeats = is_twin || retries || course.mode == Mode::Slow;
    if kind == Put::Add && !repeats {
        // A wiped phone counts its LUIDs from 1 again: the old item must not be overwritten.
        desk.offer_again(item.id);
        desk.create(tx, incoming)?;
        return Ok(Outcome::Added);
    }
    merge(
        tx,
        desk,
        course,
        kind,
        &item,
        &map,
        incoming,
        Said::Something,
    )
}

/// A Move of an item that the device has.
pub(super) fn moved(
    tx: &mut Tx<'_>,
    desk: &mut Desk<'_>,
    course: &Course,
    luid: &Luid,
    place: Place,
) -> Result<Outcome, StoreError> {
    let Some((item, map)) = desk.known(luid) else {
        return Ok(Outcome::Unknown);
    };
    if desk.hierarchy != Hierarchy::Tree {
        return Ok(Outcome::Forbidden);
    }
    let (item, map) = (item.clone(), map.clone());
    let said = if map.known_digest == Digest(0) {
        item.digest.apart(item.parent.0)
    } else {
        map.known_digest.apart(map.known_parent.0)
    };
    let incoming = Incoming {
        luid: luid.clone(),
        content: item.content.clone(),
        digest: said.under(place.has.0),
        said: said.under(place.has.0),
        twin_key: item.twin_key,
        other_key: None,
        sent: None,
        came: None,
        is_whole: true,
        has: place.has,
        goal: place.goal,
    };
    if is_known(desk, course, &item, &map, &incoming) {
        return Ok(Outcome::Unchanged);
    }
    let kind = Put::Replace;
    let outcome = merge(tx, desk, course, kind, &item, &map, incoming, Said::Nothing)?;
    Ok(if item.deleted {
        Outcome::ClientWon
    } else {
        outcome
    })
}

/// Whether a change says what the entry of the item says already; notes it where that is news to the entry.
fn is_known(
    desk: &mut Desk<'_>,
    course: &Course,
    item: &Item,
    map: &MapEntry,
    incoming: &Incoming,
) -> bool {
    let (id, luid, has) = (item.id, &incoming.luid, incoming.digest);
    let is_slow = course.mode == Mode::Slow;
    let is_ours = desk.seen(item) == (has, incoming.has);
    if !is_slow && has == map.known_digest {
        if map.state.is_off_device() {
            // It has it again.
            desk.pair(id, luid, map.known, has, incoming.has);
        }
        return true;
    }
    if !is_slow && map.state == MapState::ReplaceSent && has == map.offered_digest {
        desk.pair(id, luid, map.offered, has, incoming.has);
        return true;
    }
    if item.deleted {
        // Deleted elsewhere and untouched here: the next sync deletes it, a slow sync deletes nothing.
        let is_untouched = is_slow && has == map.known_digest;
        if is_untouched {
            desk.delete_due(id, luid);
        }
        return is_untouched;
    }
    if is_ours {
        desk.link(id, luid);
        return true;
    }
    if is_slow && has == map.known_digest {
        desk.replace_due(id, luid, has, incoming.has);
        return true;
    }
    false
}

/// Whether a change brings a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Something,
    Nothing,
}

/// Which side's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// Nobody but the device changed it.
    Theirs,
    /// The device did not change it.
    Ours,
    /// Both did.
    Both,
}

impl Side {
    const fn of(by_them: bool, by_us: bool) -> Self {
        match (by_them, by_us) {
            (true, true) => Self::Both,
            (true, false) => Self::Theirs,
            (false, _) => Self::Ours,
        }
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "both versions and what they have in common"
)]
fn merge(
    tx: &mut Tx<'_>,
    desk: &mut Desk<'_>,
    course: &Course,
    kind: Put,
    item: &Item,
    map: &MapEntry,
    incoming: Incoming,
    said: Said,
) -> Result<Outcome, StoreError> {
    let policy = course.policy(&item.collection);
    let (theirs, ours) = (
        incoming.digest.apart(incoming.has.0),
        item.digest.apart(item.parent.0),
    );
    let (had, had_in) = (map.known_digest.apart(map.known_parent.0), map.known_parent);
    let is_blank = map.known_digest == Digest(0) && map.known == Rev(0);
    let current = item.seq <= map.known;
    let body = Side::of(
        said == Said::Something && theirs != ours && (is_blank || theirs != had),
        !current && (is_blank || ours != had),
    );
    let parent = desk.seen(item).1;
    let by_us = !current && parent != had_in;
    let place = match Side::of(incoming.has != had_in && incoming.goal != parent, by_us) {
        Side::Both if policy == Policy::ServerWins => Side::Both,
        Side::Both | Side::Theirs => Side::Theirs,
        Side::Ours if item.deleted => Side::Theirs,
        Side::Ours => Side::Ours,
    };
    let verdict = (body == Side::Both).then(|| {
        let at = |content: &Content| pim::changed_at(content);
        let verdict = conflict::decide(
            policy,
            Past::Shared,
            at(&incoming.content),
            at(&item.content),
        );
        verdict.for_folder(is_folder(&item.content))
    });
    let is_ring = place == Side::Theirs && desk.is_within(incoming.goal, item.id);
    let goal = if place == Side::Theirs && !is_ring {
        incoming.goal
    } else if item.deleted {
        desk.living(item.parent)
    } else {
        item.parent
    };
    let takes_body = match verdict {
        Some(Verdict::KeepBoth) => {
            desk.offer_again(item.id);
            let copy = Incoming { goal, ..incoming };
            return Ok(Outcome::Duplicated(desk.create(tx, copy)?));
        }
        Some(Verdict::ServerWins) => {
            desk.keep_loser(item.id, &incoming);
            false
        }
        Some(Verdict::ClientWins) => true,
        None => body == Side::Theirs,
    };
    carry(desk, item, incoming, goal, takes_body);
    Ok(match (verdict, place) {
        (_, _) if is_ring && said == Said::Nothing => Outcome::MoveFailed,
        (Some(Verdict::ServerWins), _) => Outcome::ServerWon,
        (None, Side::Both) if !takes_body => Outcome::ServerWon,
        (Some(Verdict::ClientWins | Verdict::KeepBoth), _) => Outcome::ClientWon,
        (None, Side::Theirs | Side::Ours | Side::Both) => kind.done(),
    })
}

/// Gives the item the body of the device or leaves it its own, puts it into the folder, and notes what the device has.
fn carry(desk: &mut Desk<'_>, item: &Item, incoming: Incoming, goal: ItemId, takes_body: bool) {
    let (luid, has, place) = (incoming.luid.clone(), incoming.digest, incoming.has);
    if takes_body {
        desk.supersede(item.id, Incoming { goal, ..incoming });
        return;
    }
    if item.deleted {
        let content = item.content.clone();
        let again = Incoming::stored(luid.clone(), content).placed(goal, goal);
        desk.supersede(item.id, again);
    } else if goal != item.parent {
        desk.relocate(item.id, goal);
    }
    desk.has_it(item.id, &luid, has, place);
}
