//! The journal: what each sync did and why, for people. `anchorage session list` shows it.

use super::alerts::alert_code;
use super::state::{State, Strand};
use crate::ids::{DeviceId, Millis};
use crate::message::AlertCode;
use crate::store::{Account, LogEntry, StoreError, Tx};
use crate::sync::Counts;

/// A datastore was opened.
pub(super) fn opened(
    tx: &mut Tx<'_>,
    account: &Account,
    device: &DeviceId,
    state: &State,
    strand: &Strand,
    now: Millis,
) -> Result<(), StoreError> {
    tx.put_log(&[entry(account, device, state, strand, "running", now)])
}

/// A datastore was refused: its name as the device writes it, the code it asked with, and why.
pub(super) fn refused(
    tx: &mut Tx<'_>,
    account: &Account,
    device: &DeviceId,
    state: &State,
    (name, code, why): (&str, AlertCode, &str),
    now: Millis,
) -> Result<(), StoreError> {
    tx.put_log(&[LogEntry {
        account: account.id,
        at: state.began,
        device: device.clone(),
        number: state.number,
        datastore: name.to_owned(),
        asked: i64::from(code.number()),
        given: 0,
        why: why.to_owned(),
        outcome: "refused".to_owned(),
        counts: counts(&Counts::default()),
        quirks: state.quirks.join(" "),
        ended: now,
    }])
}

/// The session ended well, but for datastores that failed.
pub(super) fn finished(
    tx: &mut Tx<'_>,
    account: &Account,
    device: &DeviceId,
    state: &State,
    now: Millis,
) -> Result<(), StoreError> {
    let outcome = |strand: &Strand| if strand.failed { "failed" } else { "done" };
    let entries: Vec<_> = state
        .strands
        .iter()
        .map(|strand| entry(account, device, state, strand, outcome(strand), now))
        .collect();
    tx.put_log(&entries)
}

/// A newer session of the device took the place of one that was not over.
pub(super) fn broken_off(
    tx: &mut Tx<'_>,
    account: &Account,
    device: &DeviceId,
    state: &State,
    now: Millis,
) -> Result<(), StoreError> {
    if state.finished {
        return Ok(());
    }
    let entries: Vec<_> = state
        .strands
        .iter()
        .map(|strand| entry(account, device, state, strand, "broken off", now))
        .collect();
    tx.put_log(&entries)
}

fn entry(
    account: &Account,
    device: &DeviceId,
    state: &State,
    strand: &Strand,
    outcome: &str,
    now: Millis,
) -> LogEntry {
    let course = &strand.course;
    LogEntry {
        account: account.id,
        at: state.began,
        device: device.clone(),
        number: state.number,
        datastore: course.view.datastore.to_string(),
        asked: i64::from(alert_code(course.asked).number()),
        given: i64::from(alert_code(course.mode).number()),
        why: course.why.to_string(),
        outcome: outcome.to_owned(),
        counts: counts(&course.counts),
        quirks: state.quirks.join(" "),
        ended: now,
    }
}

fn counts(counts: &Counts) -> String {
    serde_json::to_string(counts).unwrap_or_default()
}
