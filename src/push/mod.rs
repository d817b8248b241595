//! Server-alerted sync: telling a device that it should sync now.
//!
//! A notification ("package 0") names the server, the datastores and the kind of sync; it carries no data, wants no answer,
//! and may get lost: everything a device does with it, it could do by itself. Its form depends on the device's version:
//! binary in 1.2 ([`san`]), a message with Alerts in 1.0 and 1.1 ([`alert`]). [`wsp`] wraps either for a phone's
//! radio, [`carrier`] takes it away. Nothing here knows a session: the session that follows is one like any other.
//!
//! Sources: SAN 1.2.1; SyncML Sync Protocol 1.1, section 8; HTTP Binding 1.2.1, section 5.3.5.

pub mod alert;
pub mod carrier;
pub mod san;
pub mod wsp;

pub use san::{Asked, BadPackage, Initiator, Notice, TooLarge, Ui};

use crate::message::AlertCode;

/// What a notification asks a device to do. There is none for a slow sync: the codes are 206 to 210.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wish {
    /// Both sides send what changed.
    TwoWay,
    /// Only the device sends what changed.
    OneWayFromClient,
    /// The device's items replace the server's.
    RefreshFromClient,
    /// Only the server sends what changed.
    OneWayFromServer,
    /// The server's items replace the device's.
    RefreshFromServer,
}

impl Wish {
    /// All of them, in the order of their codes.
    pub const ALL: [Self; 5] = [
        Self::TwoWay,
        Self::OneWayFromClient,
        Self::RefreshFromClient,
        Self::OneWayFromServer,
        Self::RefreshFromServer,
    ];

    /// The alert code, 206 to 210.
    #[must_use]
    pub const fn code(self) -> AlertCode {
        match self {
            Self::TwoWay => AlertCode::TwoWayByServer,
            Self::OneWayFromClient => AlertCode::OneWayFromClientByServer,
            Self::RefreshFromClient => AlertCode::RefreshFromClientByServer,
            Self::OneWayFromServer => AlertCode::OneWayFromServerByServer,
            Self::RefreshFromServer => AlertCode::RefreshFromServerByServer,
        }
    }

    /// The wish of an alert code; `None` for one that is no wish.
    #[must_use]
    pub fn of(code: AlertCode) -> Option<Self> {
        Self::ALL.into_iter().find(|wish| wish.code() == code)
    }

    /// Its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TwoWay => "two-way",
            Self::OneWayFromClient => "from-client",
            Self::RefreshFromClient => "refresh-from-client",
            Self::OneWayFromServer => "from-server",
            Self::RefreshFromServer => "refresh-from-server",
        }
    }
}

/// A media type as a number of WSP (WAP-230, "content type assignments"), 24 bits; 0 where none is assigned or known.
#[must_use]
pub fn wsp_type(media_type: &str) -> u32 {
    let known = TYPES
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(media_type.trim()));
    known.map_or(0, |(_, number)| *number)
}

/// The numbers of the types that are synced.
const TYPES: &[(&str, u32)] = &[
    ("text/plain", 0x03),
    ("text/x-vcalendar", 0x06),
    ("text/x-vcard", 0x07),
    ("text/calendar", 0x0305),
    ("application/vnd.omads-email+xml", 0x0306),
    ("application/vnd.omads-file+xml", 0x0307),
    ("application/vnd.omads-folder+xml", 0x0308),
    // What is assigned is text/directory;profile=vCard, the type of vCard 3.0 before it had one.
    ("text/vcard", 0x0309),
    ("text/directory", 0x0309),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_and_codes_lead_to_each_other() {
        for (wish, number) in Wish::ALL.into_iter().zip(206..) {
            assert_eq!(wish.code().number(), number, "{}", wish.name());
            assert_eq!(Wish::of(wish.code()), Some(wish));
        }
        assert_eq!(Wish::of(AlertCode::TwoWay), None);
        assert_eq!(Wish::of(AlertCode::Slow), None);
    }

    #[test]
    fn a_type_has_its_number_in_any_case_and_one_without_a_number_has_none() {
        assert_eq!(wsp_type("text/x-vCard "), 7);
        assert_eq!(wsp_type("text/x-vnote"), 0);
    }
}
