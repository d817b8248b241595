//! Copies that a device makes of its items.
//!
//! Source: Representation Protocol 1.2.2, section 7.3.4. A Copy names the item by its LUID as Source and, as Target,
//! what the device calls the copy. A copy that has no name yet comes to the device as a new item. Of a folder the
//! folder alone is copied: a device that copied what lies in it says so of each item.

use super::apply::{Outcome, Put, put};
use super::desk::{Desk, Incoming};
use super::tree::{self, Place};
use super::{Course, Hierarchy};
use crate::ids::Luid;
use crate::store::{StoreError, Tx};

/// Makes a new item of the one that the device has under `from`; it is known to the device under `to`, and lies in
/// `place`.
pub(super) fn copy(
    tx: &mut Tx<'_>,
    desk: &mut Desk<'_>,
    course: &Course,
    from: &Luid,
    to: Option<Luid>,
    place: Place,
) -> Result<Outcome, StoreError> {
    let Some((item, map)) = desk
        .known(from)
        .filter(|(item, map)| !item.deleted && !map.state.is_off_device())
    else {
        return Ok(Outcome::NothingToCopy);
    };
    let Place { has, goal } = place;
    let (content, version) = (
        item.content.clone(),
        map.known_digest.apart(map.known_parent.0).under(has.0),
    );
    let Some(to) = to else {
        let copy = Incoming::stored(from.clone(), content).placed(goal, goal);
        desk.create_unnamed(tx, copy)?;
        return Ok(Outcome::Added);
    };
    let copy = Incoming::stored(to, content).placed(has, goal);
    let there = desk.known(&copy.luid);
    if there.is_some_and(|(item, _)| !item.deleted && item.twin_key == copy.twin_key) {
        // It came before, and may have been edited since.
        return Ok(Outcome::Added);
    }
    if desk.known(&copy.luid).is_some() {
        // The LUID is used again, as a wiped phone does: what bore it before is not overwritten.
        return if course.hierarchy == Hierarchy::None {
            put(tx, desk, course, Put::Add, copy)
        } else {
            tree::put(tx, desk, course, Put::Add, copy)
        };
    }
    desk.create_copy(tx, copy, version)?;
    Ok(Outcome::Added)
}
