//! A sync with a filter that is under way: until it ends well, nobody can tell by which filter the device has what.
//!
//! What it was told in a session that broke off stands. So the peer is marked when we begin to send, and the session
//! that follows, whatever its filter, looks at everything again; the end of a session takes the mark away.

use super::{NOT_LOOKED_AT, text_of};
use crate::store::{StoreError, Tx};
use crate::sync::{Course, Who};

/// Marks the peer, where each item is looked at and something is sent.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::sync) fn mark(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &Course,
) -> Result<(), StoreError> {
    if !course.filters() || !course.mode.sends() {
        return Ok(());
    }
    let datastore = &course.view.datastore;
    tx.note_filter(
        who.account,
        who.device,
        datastore,
        &course.filter_underway(),
    )
}

impl Course {
    /// The filter of a peer while this course runs: where another one held before, either may have hidden an item, which
    /// is written as a filter that cannot be read.
    fn filter_underway(&self) -> String {
        let now = text_of(&self.filter);
        let is_the_only_one = self.filter_before.is_empty() || self.filter_before == now;
        if is_the_only_one && !self.redo {
            format!("{NOT_LOOKED_AT}{now}")
        } else {
            format!("{NOT_LOOKED_AT}*")
        }
    }
}
