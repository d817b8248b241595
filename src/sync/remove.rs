//! What a device deletes: for good, with a copy kept (`Archive`), or off its own store alone (`SftDel`).
//!
//! Where a guard stands, a deletion is put aside until the device's package is complete ([`super::guard`]).
//! Source: Representation Protocol 1.2.2, section 7.3.5; REQ-STAT-9.

use super::Course;
use super::apply::{Edit, Outcome};
use super::desk::Desk;
use crate::ids::{ItemId, Luid};
use crate::store::MapState;

/// How something is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Remove {
    /// Everywhere.
    ForGood,
    /// Everywhere, with a copy kept.
    Archive,
    /// From the device alone.
    Softly,
}

impl Remove {
    /// How an edit deletes, if it does.
    pub(super) const fn of(edit: &Edit) -> Option<Self> {
        match edit {
            Edit::Delete => Some(Self::ForGood),
            Edit::Archive => Some(Self::Archive),
            Edit::SoftDelete => Some(Self::Softly),
            Edit::Add(_) | Edit::Replace(_) | Edit::Fields(_) | Edit::Move | Edit::Copy(_) => None,
        }
    }
}

/// Deletes the item that the device has under this LUID.
pub(super) fn remove(desk: &mut Desk<'_>, course: &Course, how: Remove, luid: &Luid) -> Outcome {
    let Some((item, map)) = desk.known(luid) else {
        return match how {
            Remove::Softly if desk.is_gone(luid) => Outcome::SoftDeleteConflict,
            Remove::Softly | Remove::ForGood | Remove::Archive => Outcome::NotThere,
        };
    };
    let id = item.id;
    if item.deleted {
        desk.forget(id);
        return match how {
            Remove::Softly => Outcome::SoftDeleteConflict,
            Remove::ForGood | Remove::Archive => Outcome::Deleted,
        };
    }
    if matches!(map.state, MapState::LeaveSent | MapState::FilteredOut) {
        // Nothing tells a user's deletion from an echo of ours, and nothing is lost with us by a filter.
        desk.keep_out(id);
        return Outcome::Deleted;
    }
    if item.seq > map.known {
        // Changed elsewhere since: the item survives, and the device gets it again (REQ-CONF-1).
        desk.offer_again(id);
        return match how {
            Remove::Softly => Outcome::SoftDeleted,
            Remove::ForGood | Remove::Archive => Outcome::ServerWon,
        };
    }
    match how {
        Remove::Softly => {
            desk.part_with(id, MapState::SoftDeleted);
            Outcome::SoftDeleted
        }
        Remove::Archive if !course.archives => {
            carry_out(desk, course, id);
            Outcome::DeletedWithoutArchive
        }
        Remove::Archive => {
            desk.archive(id);
            carry_out(desk, course, id);
            Outcome::Deleted
        }
        Remove::ForGood => {
            carry_out(desk, course, id);
            Outcome::Deleted
        }
    }
}

fn carry_out(desk: &mut Desk<'_>, course: &Course, id: ItemId) {
    if course.guard.is_on() {
        desk.part_with(id, MapState::DeleteAside);
    } else {
        desk.bury(id);
    }
}
