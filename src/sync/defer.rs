//! Changes that wait for another session: the device cannot take them in this one.

use super::changes::{advance, offered};
use super::{Course, ServerChange, Who};
use crate::store::{MapState, StoreError, Tx};

/// Notes that these Replaces wait for the next session, which offers them again as it does with all that was not
/// confirmed. They come next in the walk.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn defer(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &mut Course,
    waiting: &[ServerChange],
) -> Result<(), StoreError> {
    let maps: Vec<_> = waiting
        .iter()
        .map(|change| offered(who, course, change, MapState::ReplaceSent))
        .collect();
    tx.put_maps(&maps)?;
    advance(course, waiting);
    Ok(())
}
