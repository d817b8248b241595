//! Changes of single fields of an item: made whole with the item as it is now, and from there on a change like any other.
//!
//! What is sent so says nothing of the other fields: they are those of the item, whoever wrote them last. Source: Meta
//! Information 1.2.2, section 5.2.3 (`FieldLevel`).

use super::apply::{Outcome, Put, put};
use super::desk::{Desk, Incoming};
use super::{Change, Course, Edit};
use crate::ids::{ItemId, Luid};
use crate::item::{Content, Digest};
use crate::pim;
use crate::store::{StoreError, Tx};

/// Changes these fields of an item that the device knows, and no others.
pub(super) fn patch(
    tx: &mut Tx<'_>,
    desk: &mut Desk<'_>,
    course: &Course,
    luid: &Luid,
    sent: &Content,
) -> Result<Outcome, StoreError> {
    let Some((item, map)) = desk.known(luid) else {
        return Ok(Outcome::NothingToChange);
    };
    let (id, has_moved_on) = (item.id, item.seq > map.known);
    // The device has the other fields as they were when it had the item.
    let base = desk.base(id).filter(|_| has_moved_on && !item.deleted);
    let knows_version = base.is_some();
    let Some(content) = pim::fields::overlaid(sent, base.unwrap_or(&item.content)) else {
        return Ok(Outcome::NotByField);
    };
    let incoming = Incoming::stored(luid.clone(), content);
    let said = desk.shown(&incoming.content, incoming.digest);
    let incoming = Incoming { said, ..incoming };
    let outcome = put(tx, desk, course, Put::Replace, incoming)?;
    let is_ours = matches!(
        outcome,
        Outcome::Replaced | Outcome::ClientWon | Outcome::Unchanged
    );
    if has_moved_on && !knows_version && is_ours {
        // What others changed meanwhile is in the item, and not on the device.
        desk.replace_due(id, luid, Digest(0), ItemId(0));
    }
    Ok(outcome)
}

/// What is answered to a change where the device sends everything it has, unless it can be taken.
pub(super) const fn unasked(change: &Change) -> Outcome {
    match change.edit {
        // What an item was before is not known there.
        Edit::Fields(_) => Outcome::NotByField,
        Edit::Add(_)
        | Edit::Replace(_)
        | Edit::Delete
        | Edit::Archive
        | Edit::SoftDelete
        | Edit::Move
        | Edit::Copy(_) => Outcome::Forbidden,
    }
}
