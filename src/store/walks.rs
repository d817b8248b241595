//! Walks over changes, as plain values: what is visited, from where to where.

use serde::{Deserialize, Serialize};

use super::{Item, MapEntry};
use crate::ids::{AccountId, CollectionId, DatastoreId, DeviceId, ItemId, Rev};
use crate::item::MediaType;

/// One row of a walk over changes: the item, and how the device has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeRow {
    /// The item as it is now.
    pub item: Item,
    /// The device's `MapItem`, if it has one.
    pub map: Option<MapEntry>,
}

/// Where a walk over changes stands: everything up to this item at this change number was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Cursor {
    /// Change number.
    pub seq: Rev,
    /// Item at that number.
    pub item: ItemId,
}

/// Which items a walk over changes visits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk<'a> {
    /// Whose.
    pub account: AccountId,
    /// For which device.
    pub device: &'a DeviceId,
    /// For which datastore.
    pub datastore: &'a DatastoreId,
    /// In which collections.
    pub collections: &'a [CollectionId],
    /// Only these media types; empty means all. Tombstones come whatever their type.
    pub types: &'a [MediaType],
    /// Not this media type.
    pub except: Option<&'a str>,
    /// Which of them.
    pub kind: WalkKind,
    /// Whether deletions are among them.
    pub tombstones: Tombstones,
    /// After this point.
    pub after: Cursor,
    /// Up to this change number.
    pub upto: Rev,
}

/// What a walk does with tombstones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tombstones {
    /// It visits those of items that the device has under a LUID.
    Sent,
    /// It visits none.
    LeftOut,
}

/// The walks of the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WalkKind {
    /// Items changed in the range which the device does not know as they are: no entry and live, or an entry
    /// with `known < seq` which this session (by number) has not offered yet (`session` differs or `offered < seq`).
    /// Entries in state `Withheld` or `Gone` with `known >= seq` or `offered >= seq` are left out.
    Changed {
        /// The running session's number.
        session: i64,
    },
    /// Every item in the range whatever the device knows: the previous-anchor rule. Left out are tombstones without
    /// an entry, and what this session has offered or was given as it is (`session` the same, and `offered >= seq`
    /// or `known >= seq`).
    All {
        /// The running session's number.
        session: i64,
        /// Only items that the device has under a LUID, or only the others.
        named: bool,
    },
    /// Live items without an entry that this session touched: what a slow sync did not pair.
    Unpaired {
        /// The running session's number.
        session: i64,
    },
    /// Every item in the range, whatever the device knows: where a filter decides, and so the items are to be read.
    Every {
        /// Only items that the device has under a LUID, only the others, or all.
        named: Option<bool>,
    },
}
