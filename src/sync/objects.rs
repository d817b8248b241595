//! Objects too large for a device's messages or for the device: what they were when their first part was sent, and
//! when those that were left out are worth another look.

use super::changes::look_again;
use super::{Course, Who};
use crate::ids::{AccountId, ItemId, Rev};
use crate::item::{Content, Digest};
use crate::store::{MapState, StoreError, Tx};

/// How many of them are looked at again in one session.
const MOST: i64 = 500;

/// The content an item had at this change number: its own, or that of the revision it became.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn content_at(
    tx: &mut Tx<'_>,
    account: AccountId,
    item: ItemId,
    seq: Rev,
) -> Result<Option<Content>, StoreError> {
    if let Some(then) = tx.revision_since(account, item, seq)? {
        return Ok(Some(then.content));
    }
    let now = tx.items(account, &[item])?.pop();
    Ok(now.map(|item| item.content))
}

/// Offers again what was withheld since it was too large, where it is no larger than `largest` bytes. To be asked when
/// the walk begins: a device gets more memory, or says for the first time that it takes objects in chunks.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn reconsider(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &mut Course,
    largest: usize,
) -> Result<(), StoreError> {
    if !course.mode.sends() {
        return Ok(());
    }
    let largest = i64::try_from(largest).unwrap_or(i64::MAX);
    let datastore = &course.view.datastore;
    let mut again = tx.too_large(who.account, who.device, datastore, largest, MOST)?;
    if again.is_empty() {
        return Ok(());
    }
    for map in &mut again {
        map.state = if map.luid.is_some() {
            MapState::ReplaceSent
        } else {
            MapState::AddSent
        };
        (map.offered, map.offered_digest) = (Rev(0), Digest(0));
        map.session = 0;
    }
    look_again(course);
    tx.put_maps(&again)
}
