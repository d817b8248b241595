//! Whether a session is the answer to a notification of ours (SAN 1.2.1, section 7.1.10; Sync Protocol 1.1, section 8).
//!
//! A device that was told to sync opens its session under the id that stood in the notification. Nothing depends on it:
//! whatever it syncs then, it syncs as ever. But people want to see that the notification arrived, and the
//! next one must have an id of its own.

use log::info;

use super::entry::Arrival;
use crate::ids::Millis;
use crate::store::{Account, Notification, StoreError, Tx};

/// Notes that the device came, if this session is the one it was asked for.
pub(super) fn recognise(
    tx: &mut Tx<'_>,
    arrival: &Arrival,
    account: &Account,
    now: Millis,
) -> Result<(), StoreError> {
    let Some(sent) = tx.notification(account.id, &arrival.device)? else {
        return Ok(());
    };
    let session_id = &arrival.received.message.header.session_id;
    if sent.answered.is_some() || !is_of(session_id, sent.session) {
        return Ok(());
    }
    info!(user = account.name.as_str(), device = arrival.device.as_str(), session_id = sent.session; "{} comes alerted by the server (session {session_id})", arrival.device);
    tx.put_notification(&Notification {
        answered: Some(now),
        ..sent
    })
}

/// Whether a `SessionID` is that of a notification: in decimal, as most devices write it, or in hexadecimal.
fn is_of(session_id: &str, session: i64) -> bool {
    let text = session_id.trim();
    match text.parse::<i64>() {
        Ok(number) => number == session,
        Err(_) => i64::from_str_radix(text, 16).is_ok_and(|number| number == session),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_known_by_the_number_of_its_notification() {
        for (session_id, is_its) in [
            ("513", true),
            (" 513 ", true),
            ("0513", true),
            ("201", false),
            ("", false),
            ("session", false),
        ] {
            assert_eq!(is_of(session_id, 513), is_its, "{session_id:?}");
        }
        assert!(is_of("1aB", 0x1ab));
        assert!(!is_of("10", 16), "what is a decimal number is one");
    }
}
