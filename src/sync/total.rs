//! How many changes there are for a device: the `NumberOfChanges` of our first Sync.
//!
//! Source: SyncML Sync Protocol 1.1, section 5.1; REQ-NOC-1.

use super::changes::walk;
use super::course::Outgoing;
use super::sift::pages::sifted_total;
use super::{Course, Hierarchy, Who};
use crate::store::{StoreError, Tx};

/// How many changes the walk has for the device, from where it stands: the `NumberOfChanges` of its first Sync. None
/// where the device's room may be too small for them, or where they lie in folders for which they may have to wait: a
/// wrong number is worse than none.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn total(tx: &mut Tx<'_>, who: &Who<'_>, course: &Course) -> Result<Option<i64>, StoreError> {
    if course.hierarchy == Hierarchy::Tree {
        return Ok(None);
    }
    let all = all(tx, &who.within(course), course)?;
    let room = course.room;
    let fits = |free: u64| i64::try_from(free).is_ok_and(|free| all <= free);
    let is_sure = !room.is_full && room.bytes.is_none() && room.items.is_none_or(fits);
    Ok(Some(all).filter(|all| is_sure || *all == 0))
}

fn all(tx: &mut Tx<'_>, who: &Who<'_>, course: &Course) -> Result<i64, StoreError> {
    let Some(outgoing) = course.outgoing.as_ref().filter(|outgoing| !outgoing.done) else {
        return Ok(0);
    };
    if course.sifts() {
        return sifted_total(tx, who, course, outgoing);
    }
    let mut changed = tx.count_walk(&walk(who, course, outgoing))?;
    if !outgoing.named_done {
        let rest = Outgoing {
            named_done: true,
            ..outgoing.clone()
        };
        changed += tx.count_walk(&walk(who, course, &rest))?;
    }
    if outgoing.pending_done {
        return Ok(changed);
    }
    let pending = tx.count_pending(
        who.account,
        who.device,
        &course.view.datastore,
        who.session,
        outgoing.cursor.seq,
    )?;
    Ok(changed + pending)
}
