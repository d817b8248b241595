//! Where the device says that an item is, and where it can be with us. Touches nothing.

use super::{Hierarchy, Parent};
use crate::ids::ItemId;
use crate::sync::desk::{Desk, is_folder};
use crate::sync::{Change, Edit};

/// The place of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sync) struct Place {
    /// The folder the device has it in; it may be gone with us. 0 is none.
    pub(in crate::sync) has: ItemId,
    /// The nearest folder upwards from there that lives.
    pub(in crate::sync) goal: ItemId,
}

impl Place {
    /// In no folder.
    pub(in crate::sync) const ROOT: Self = Self {
        has: ItemId(0),
        goal: ItemId(0),
    };
}

/// The device names a folder that cannot be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoPlace {
    /// Nobody knows it.
    Unknown,
    /// It is an item that is no folder.
    NoFolder,
}

/// The place a change says, or that the device is known to have the item in; that of a copy is the item's own, unless
/// the device says another.
pub(super) fn of(desk: &Desk<'_>, change: &Change) -> Result<Place, NoPlace> {
    let known = desk.known(&change.luid);
    let has = match &change.parent {
        // What a device that knows no folders says of them is nothing.
        _ if desk.hierarchy != Hierarchy::Tree => ItemId(0),
        None => known.map_or(ItemId(0), |(_, map)| map.known_parent),
        Some(Parent::Root) => ItemId(0),
        Some(Parent::Nonsense) => return Err(NoPlace::Unknown),
        Some(Parent::Luid(luid)) => desk.known(luid).ok_or(NoPlace::Unknown)?.0.id,
        Some(Parent::Item(id)) => desk.item(*id).ok_or(NoPlace::Unknown)?.id,
    };
    let folder = desk.item(has);
    if change.parent.is_some() && folder.is_some_and(|item| !is_folder(&item.content)) {
        return Err(NoPlace::NoFolder);
    }
    let original = known.filter(|_| matches!(change.edit, Edit::Copy(_)));
    let goal = match original {
        Some((item, _)) if desk.hierarchy == Hierarchy::Flat => desk.living(item.parent),
        Some(_) | None => desk.living(has),
    };
    Ok(Place { has, goal })
}
