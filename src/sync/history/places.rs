//! Items of a tree that are brought back or taken away: whatever lives lies in a folder that lives, and not in itself.
//!
//! Where an item lies is no part of what it was: it stays where it is, or where it was when it went.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{AccountId, ItemId};
use crate::pim::{self, Kind};
use crate::store::{Item, StoreError, Tx};

/// What lies in those of these items that are folders no more, and is none of them itself.
pub(super) fn left(
    tx: &mut Tx<'_>,
    account: AccountId,
    changed: &[Item],
) -> Result<Vec<Item>, StoreError> {
    let ids: BTreeSet<_> = changed.iter().map(|item| item.id).collect();
    let gone = changed.iter().filter(|item| !is_folder(item));
    let gone: Vec<_> = gone.map(|item| item.id).collect();
    let mut left = tx.items_in(account, &gone)?;
    left.retain(|item| !ids.contains(&item.id));
    Ok(left)
}

/// Puts the live ones of these items into the nearest folder upwards that lives.
pub(super) fn settle(
    tx: &mut Tx<'_>,
    account: AccountId,
    changed: &mut [Item],
) -> Result<(), StoreError> {
    let mut known: BTreeMap<_, _> = changed.iter().map(|item| (item.id, item.clone())).collect();
    loop {
        let above: BTreeSet<_> = known.values().map(|item| item.parent).collect();
        let missing = above.into_iter().filter(|id| !known.contains_key(id));
        let missing: Vec<_> = missing.filter(|id| *id != ItemId(0)).collect();
        let found = tx.items(account, &missing)?;
        if found.is_empty() {
            break;
        }
        known.extend(found.into_iter().map(|item| (item.id, item)));
    }
    for item in changed.iter_mut().filter(|item| !item.deleted) {
        let above = up(&known, item.parent);
        let home = above
            .iter()
            .find(|folder| is_folder(folder))
            .map_or(ItemId(0), |folder| folder.id);
        // Tombstones may lie in one another: the first to come back comes to lie in none.
        let is_ring = up(&known, home).iter().any(|folder| folder.id == item.id);
        let home = if is_ring { ItemId(0) } else { home };
        item.digest = item.digest.apart(item.parent.0).under(home.0);
        item.parent = home;
        known.insert(item.id, item.clone());
    }
    Ok(())
}

fn is_folder(item: &Item) -> bool {
    !item.deleted && pim::kind(&item.content) == Kind::Folder
}

/// An item and what it lies in, from the inside outwards, each once.
fn up(known: &BTreeMap<ItemId, Item>, from: ItemId) -> Vec<&Item> {
    let (mut all, mut seen, mut at) = (Vec::new(), BTreeSet::new(), from);
    while let Some(item) = known.get(&at).filter(|_| seen.insert(at)) {
        all.push(item);
        at = item.parent;
    }
    all
}
