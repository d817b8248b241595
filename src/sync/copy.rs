//! Copies that a device makes of its items.
//!
//! Source: Representation Protocol 1.2.2, section 7.3.4. A Copy names the item by its LUID as Source and, as Target,
//! what the device calls the copy. A copy that has no name yet comes to the device as a new item.

use super::Course;
use super::apply::{Outcome, Put, put};
use super::desk::{Desk, Incoming};
use crate::ids::Luid;
use crate::store::{StoreError, Tx};

/// Makes a new item of the one that the device has under `from`; it is known to the device under `to`.
pub(super) fn copy(
    tx: &mut Tx<'_>,
    desk: &mut Desk<'_>,
    course: &Course,
    from: &Luid,
    to: Option<Luid>,
) -> Result<Outcome, StoreError> {
    let Some((item, map)) = desk
        .known(from)
        .filter(|(item, map)| !item.deleted && !map.state.is_off_device())
    else {
        return Ok(Outcome::NothingToCopy);
    };
    let (content, has) = (item.content.clone(), map.known_digest);
    let Some(to) = to else {
        desk.create_unnamed(tx, Incoming::stored(from.clone(), content))?;
        return Ok(Outcome::Added);
    };
    let copy = Incoming::stored(to, content);
    let there = desk.known(&copy.luid);
    if there.is_some_and(|(item, _)| !item.deleted && item.twin_key == copy.twin_key) {
        // It came before, and may have been edited since.
        return Ok(Outcome::Added);
    }
    if desk.known(&copy.luid).is_some() {
        // The LUID is used again, as a wiped phone does: what bore it before is not overwritten.
        return put(tx, desk, course, Put::Add, copy);
    }
    desk.create_copy(tx, copy, has)?;
    Ok(Outcome::Added)
}
