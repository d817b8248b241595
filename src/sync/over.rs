//! What a device is sent where it counts what it had: one that keeps a field which comes empty, or not at all, is sent a
//! stand-in for each that went since (field quirk V8). For all others an item looks the same whatever they had.

use std::collections::HashMap;

use super::desk::{bases, had};
use super::sight::Sight;
use super::{Course, Operation, ServerChange, Who};
use crate::ids::{AccountId, ItemId};
use crate::item::Content;
use crate::store::{Had, MapEntry, StoreError, Tx};

/// These changes with the items as the device sees them, over what it had of them.
pub(super) fn seen(
    tx: &mut Tx<'_>,
    account: AccountId,
    course: &Course,
    changes: impl Iterator<Item = ServerChange>,
) -> Result<Vec<ServerChange>, StoreError> {
    let sight = Sight::of(course);
    let changes: Vec<_> = changes.collect();
    let replaced = changes
        .iter()
        .filter(|change| matches!(change.operation, Operation::Replace(..)));
    let maps = replaced.filter_map(|change| change.map.as_ref());
    let before = before(tx, account, sight, maps)?;
    Ok(changes
        .into_iter()
        .map(|change| {
            let before = before.get(&change.item);
            change.seen(sight, before)
        })
        .collect())
}

/// An item as the device sees it, over what it is known to have.
pub(super) fn seen_alone(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &Course,
    item: ItemId,
    content: &Content,
) -> Result<Content, StoreError> {
    let sight = Sight::of(course);
    let maps = if sight.counts_before() {
        tx.maps_by_item(who.account, who.device, &course.view.datastore, &[item])?
    } else {
        Vec::new()
    };
    let maps = maps.iter().filter(|map| map.luid.is_some());
    let before = before(tx, who.account, sight, maps)?;
    Ok(sight.shows_over(content, before.get(&item)).into_owned())
}

fn before<'m>(
    tx: &mut Tx<'_>,
    account: AccountId,
    sight: Sight<'_>,
    maps: impl Iterator<Item = &'m MapEntry>,
) -> Result<HashMap<ItemId, Content>, StoreError> {
    if !sight.counts_before() {
        return Ok(HashMap::new());
    }
    let had: Vec<Had> = maps.map(had).collect();
    bases(tx, account, had)
}
