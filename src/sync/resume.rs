//! A course that a later session takes over: what the device was sent and did not answer for is sent again, what it
//! confirmed stays confirmed. Source: DS Protocol 1.2, suspend and resume.

use super::apply::Put;
use super::changes::look_again;
use super::desk::Desk;
use super::{Course, Mode, Outcome, Who, guard};
use crate::ids::{ItemId, Luid, Rev};
use crate::store::{ChangeRow, Item, MapEntry, MapState, StoreError, Tx};

/// Makes due again what this course sent and the device did not answer for, but for the object that is `under_way` in
/// chunks: that goes on by itself. `rev` is needed where deletions came anew and were put aside.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn take_up(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &mut Course,
    rev: Option<Rev>,
    under_way: Option<ItemId>,
) -> Result<(), StoreError> {
    let who = who.within(course);
    if let Some(rev) = rev.filter(|_| course.aside) {
        guard::decide(tx, &who, course, rev)?;
    }
    if !course.mode.sends() {
        return Ok(());
    }
    let datastore = &course.view.datastore;
    tx.release_offers(who.account, who.device, datastore, who.session, under_way)?;
    look_again(course);
    // What was deleted meanwhile does not count among what is to come.
    pending(tx, &who, course, 1).map(drop)
}

/// What earlier sessions left unfinished, or this one before it was resumed. Where nothing is deleted, a deletion
/// waits for the next sync.
pub(super) fn pending(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &Course,
    limit: i64,
) -> Result<Vec<ChangeRow>, StoreError> {
    let datastore = &course.view.datastore;
    let deletes = !matches!(course.mode, Mode::Slow | Mode::RefreshFromServer);
    loop {
        let rows = tx.pending(who.account, who.device, datastore, who.session, limit)?;
        let (gone, live): (Vec<_>, Vec<_>) = rows
            .into_iter()
            .partition(|row| row.item.deleted && !deletes);
        let waits = gone
            .into_iter()
            .filter_map(|row| row.map)
            .map(|map| MapEntry {
                state: MapState::DeleteDue,
                session: who.session,
                ..map
            });
        let waits: Vec<_> = waits.collect();
        tx.put_maps(&waits)?;
        if waits.is_empty() || !live.is_empty() {
            return Ok(live);
        }
    }
}

/// What is answered to a change that says nothing new. In a resumed course that is what was answered to it before: an
/// item which this very course made was added, whatever command it came in (REQ-SUSP-7).
pub(super) fn nothing_new(who: &Who<'_>, course: &Course, put: Put, item: &Item) -> Outcome {
    let made_now = course.resumed
        && item.created_seq > course.begun
        && item.seq == item.created_seq
        && item.writer.as_ref() == Some(who.device);
    if made_now {
        Outcome::Added
    } else {
        put.nothing_new()
    }
}

/// Whether this course has deleted the item of this name already.
pub(super) fn deleted_before(who: &Who<'_>, course: &Course, desk: &Desk<'_>, luid: &Luid) -> bool {
    let gone = desk
        .entry_of(luid)
        .filter(|map| map.state == MapState::Gone);
    course.resumed
        && course.mode != Mode::Slow
        && gone.is_some_and(|map| map.session == who.session)
}
