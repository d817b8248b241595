//! Walks with a filter, page by page: what is sent, what is noted, how many there are.

use super::{cursor, is_unfinished, sift};
use crate::store::{ChangeRow, Cursor, StoreError, Tx};
use crate::sync::changes::{made, walk};
use crate::sync::course::Outgoing;
use crate::sync::resume::pending;
use crate::sync::{Course, ServerChange, Who, over};

/// How many items are looked at at once where a filter decides.
pub(in crate::sync) const SIFTED: i64 = 200;

/// How many changes the walk has for the device: all that is decided, without sending it.
pub(in crate::sync) fn sifted_total(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &Course,
    outgoing: &Outgoing,
) -> Result<i64, StoreError> {
    let mut at = outgoing.clone();
    let mut total = 0;
    let mut add = |at: &mut Outgoing, rows: Vec<ChangeRow>, walked: bool| {
        let sifted = sift(who, course, at, rows, walked, usize::MAX);
        at.room = sifted.room;
        total += i64::try_from(sifted.sent.len()).unwrap_or(i64::MAX);
    };
    if !at.pending_done {
        let rows = pending(tx, who, course, i64::MAX)?;
        add(&mut at, rows, false);
    }
    loop {
        let mut rows = tx.walk(&walk(who, course, &at), SIFTED)?;
        if let Some(last) = rows.last() {
            at.cursor = cursor(last);
            // What is unfinished was counted, whether the walk passes it or not.
            rows.retain(|row| at.pending_done || !is_unfinished(row, who.session));
            add(&mut at, rows, true);
        } else if at.named_done {
            return Ok(total);
        } else {
            (at.named_done, at.cursor) = (true, course.start());
        }
    }
}

/// What of a page passes the filter; where nothing does, the walk goes on behind it. What is kept away is noted.
pub(in crate::sync) fn sifted_page(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &mut Course,
    rows: Vec<ChangeRow>,
    (walked, last): (bool, Cursor),
    limit: i64,
) -> Result<Vec<ServerChange>, StoreError> {
    let Some(outgoing) = course.outgoing.clone() else {
        return Ok(Vec::new());
    };
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let sifted = sift(who, course, &outgoing, rows, walked, limit);
    tx.put_maps(&sifted.settled)?;
    course.counts.left_out += sifted.left_out;
    course.counts.withheld += sifted.withheld;
    let whole = sifted.sent.len() < limit;
    let reached = match sifted.sent.last() {
        Some((row, _)) if !whole => cursor(row),
        Some(_) | None => last,
    };
    if let Some(outgoing) = course.outgoing.as_mut().filter(|_| walked) {
        outgoing.counted = outgoing.counted.max(reached);
        if sifted.sent.is_empty() {
            outgoing.cursor = last;
        }
    }
    let changes = sifted.sent.into_iter();
    let changes = changes.map(|(row, what)| made(row, what, walked));
    over::seen(tx, who.account, course, changes)
}
