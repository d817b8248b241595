//! Items that the device cannot take: none of its types says what they are, or its calendar does not reach back to them.
//!
//! They stand as if an exclusive filter kept them away: not offered, not missed, and come when they have become something
//! that it takes. What it has just as we do it can evidently hold, and keeps.

use super::{Decision, Look, is_held};
use crate::pim;
use crate::pim::filter::Standing;
use crate::store::{ChangeRow, MapState};
use crate::sync::Course;
use crate::sync::sight::Sight;

impl Course {
    /// Whether the device can take the item of this row.
    pub(super) fn has_place_for(&self, row: &ChangeRow) -> bool {
        row.item.deleted || self.takes.has_place_for(&row.item.content)
    }

    /// How the item of a row stands to the device, which has a place for it or has not.
    pub(super) fn standing_of(&self, row: &ChangeRow, has_place: bool, look: Look) -> Standing {
        if has_place {
            return self.standing(&row.item, row.map.as_ref());
        }
        let has_it = row.map.as_ref();
        let has_it = has_it.filter(|map| is_held(map, look.redo) && map.known >= row.item.seq);
        if has_it.is_some() {
            Standing::Outside
        } else {
            Standing::Excluded
        }
    }
}

/// What is done with an item that the device has as it was sent: it is sent again when it wants other fields of it now.
pub(super) fn reshape(row: &ChangeRow, sight: Sight<'_>) -> Decision {
    let map = row.map.as_ref();
    let map = map.filter(|map| map.state == MapState::Mapped && !row.item.deleted);
    let Some((map, luid)) = map.and_then(|map| map.luid.clone().map(|luid| (map, luid))) else {
        return Decision::Pass;
    };
    if pim::digest(&sight.shows(&row.item.content)) == map.known_digest {
        return Decision::Pass;
    }
    Decision::Replace(luid)
}
