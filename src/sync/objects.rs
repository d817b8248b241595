//! Objects too large for a device's messages or for the device: what they were when their first part was sent, and
//! when those that were left out are worth another look.

use super::changes::look_again;
use super::{Course, Who, over};
use crate::ids::{ItemId, Rev};
use crate::item::{Content, Digest};
use crate::store::{MapState, StoreError, Tx};

/// How many of them are looked at again in one session.
const MOST: i64 = 500;

/// The content an item had at this change number, as far as the device wants to have it: its own, or that of the
/// revision it became.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn content_at(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &Course,
    item: ItemId,
    seq: Rev,
) -> Result<Option<Content>, StoreError> {
    let content = match tx.revision_since(who.account, item, seq)? {
        Some(then) => Some(then.content),
        None => tx
            .items(who.account, &[item])?
            .pop()
            .map(|item| item.content),
    };
    let seen = content.map(|content| over::seen_alone(tx, who, course, item, &content));
    seen.transpose()
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
    let who = &who.within(course);
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
