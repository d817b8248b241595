//! A device deleted items of a tree: a folder goes with what the device had in it, in the same manner.

use super::{Hierarchy, set};
use crate::ids::{ItemId, Luid};
use crate::store::{StoreError, Tx};
use crate::sync::Course;
use crate::sync::apply::{Change, Outcome};
use crate::sync::desk::{Desk, is_folder};
use crate::sync::remove::{Remove, remove};
use crate::sync::resume::deleted_before;

/// Deletes what these changes name, and what the device had in folders among it; answers what became of the latter.
/// What was changed elsewhere since lives, and the device gets it again; it must leave its folder if that goes, which
/// [`Desk::save_orphans`] sees to.
pub(super) fn delete(
    tx: &mut Tx<'_>,
    desk: &mut Desk<'_>,
    course: &Course,
    changes: &[Change],
    deletes: &[usize],
    outcomes: &mut [Outcome],
) -> Result<Vec<Outcome>, StoreError> {
    let named = deletes.iter().filter_map(|at| {
        let change = changes.get(*at)?;
        Some((*at, Remove::of(&change.edit)?, change.luid.clone()))
    });
    let named: Vec<(usize, Remove, Luid)> = named.collect();
    let folders: Vec<(ItemId, Remove)> = named
        .iter()
        .filter_map(|(_, how, luid)| Some((desk.known(luid)?.0, *how)))
        .filter(|(item, _)| is_folder(&item.content))
        .map(|(item, how)| (item.id, how))
        .collect();
    if desk.hierarchy == Hierarchy::Flat {
        let folders: Vec<_> = folders.iter().map(|(id, _)| *id).collect();
        desk.lay_out_children(tx, &folders)?;
    }
    for (at, how, luid) in &named {
        let outcome = match full_folder(desk, luid) {
            Some(id) => {
                desk.offer_again(id);
                Outcome::NotEmpty
            }
            None if *how == Remove::ForGood && deleted_before(desk.who(), course, desk, luid) => {
                Outcome::Deleted
            }
            None => remove(desk, course, *how, luid),
        };
        set(outcomes, *at, outcome);
    }
    let mut along = Vec::new();
    if desk.hierarchy == Hierarchy::Tree {
        for how in [Remove::Softly, Remove::Archive, Remove::ForGood] {
            let folders = folders.iter().filter(|(_, one)| *one == how);
            let folders = folders.map(|(id, _)| *id).collect();
            along.extend(remove_inside(tx, desk, course, how, folders)?);
        }
    }
    Ok(along)
}

/// The folder under this LUID, if it holds items of which its device, which knows no folders, cannot mean to dispose.
fn full_folder(desk: &Desk<'_>, luid: &Luid) -> Option<ItemId> {
    let (item, _) = desk.known(luid)?;
    let is_full = desk.hierarchy == Hierarchy::Flat
        && !item.deleted
        && is_folder(&item.content)
        && !desk.children(&[item.id]).is_empty();
    is_full.then_some(item.id)
}

/// What a device had in folders that it deleted is deleted there, whether it says so or not.
fn remove_inside(
    tx: &mut Tx<'_>,
    desk: &mut Desk<'_>,
    course: &Course,
    how: Remove,
    mut folders: Vec<ItemId>,
) -> Result<Vec<Outcome>, StoreError> {
    let mut along = Vec::new();
    let mut seen = folders.clone();
    while !folders.is_empty() {
        desk.lay_out_inside(tx, &folders)?;
        let inside = desk.inside(&folders);
        folders.clear();
        for (id, luid) in inside {
            if seen.contains(&id) {
                continue;
            }
            if desk.item(id).is_some_and(|item| is_folder(&item.content)) {
                folders.push(id);
                seen.push(id);
            }
            along.push(remove(desk, course, how, &luid));
        }
    }
    Ok(along)
}
