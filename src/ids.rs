//! The names and numbers of the field, each a type of its own, so that mixing two does not compile.
//!
//! Parse at the edge; after that a value is known to be good. Sources: SyncML Representation
//! Protocol 1.2.2 (section 6.1) for the wire names, `ARCHITECTURE.md` for our own numbers.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A name from the wire that no device may choose: why it was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    /// The name has no characters.
    #[error("{what} is empty")]
    Empty {
        /// Which kind of name.
        what: &'static str,
    },
    /// The name is longer than we keep.
    #[error("{what} is {len} bytes long, more than {max}")]
    TooLong {
        /// Which kind of name.
        what: &'static str,
        /// Its length in bytes.
        len: usize,
        /// The longest we keep, in bytes.
        max: usize,
    },
    /// The name holds a NUL or another control character.
    #[error("{what} holds a control character")]
    Control {
        /// Which kind of name.
        what: &'static str,
    },
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident ($what:literal, $max:literal)),* $(,)?) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes a text from outside; surrounding blanks and a trailing NUL are dropped
            /// (S60 sends them).
            ///
            /// # Errors
            /// [`BadName`] when nothing is left, when it is too long, or when it holds a control character.
            pub fn parse(text: &str) -> Result<Self, BadName> {
                let text = text.trim_matches(|c: char| c == '\0' || c.is_whitespace());
                if text.is_empty() {
                    return Err(BadName::Empty { what: $what });
                }
                if text.len() > $max {
                    return Err(BadName::TooLong { what: $what, len: text.len(), max: $max });
                }
                if text.chars().any(char::is_control) {
                    return Err(BadName::Control { what: $what });
                }
                Ok(Self(text.to_owned()))
            }

            /// The text as it stands on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )* };
}

names! {
    /// The name a *device* gives an item. Opaque, case-sensitive, 1 to 255 bytes.
    Luid("a LUID", 255),
    /// The Source `LocURI` of a device (`IMEI:...`, a URL, any string). Opaque, case-sensitive, 1 to 255 bytes.
    DeviceId("a device id", 255),
    /// A user's name, 1 to 255 bytes, as typed.
    UserName("a user name", 255),
    /// The text a device sends as its Next or Last anchor; compared as it stands, 1 to 255 bytes.
    Anchor("an anchor", 255),
    /// Our name for a set of items of one account: `contacts`, `calendar`, `tasks`, `notes`. 1 to 64 bytes.
    CollectionId("a collection", 64),
    /// What a device syncs with under one name: one collection, or several behind one name
    /// (`agenda` is calendar and tasks together). 1 to 64 bytes.
    DatastoreId("a datastore", 64),
    /// The random part of a RespURI which finds a session again, 1 to 64 bytes.
    SessionToken("a session token", 64),
}

impl From<u32> for Luid {
    /// A counted name, as our virtual device gives them.
    fn from(number: u32) -> Self {
        Self(number.to_string())
    }
}

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )* };
}

numbers! {
    /// Our key of an account: random, positive, never reused.
    AccountId,
    /// Our name of an item within its account, counted from 1. On the wire, in decimal, it is the
    /// GUID: short enough for a phone whose `MaxGUIDSize` is 8.
    ItemId,
    /// A reading of one account's clock: a strictly increasing hybrid of milliseconds since 1970
    /// and a counter. Every write has its own; 0 is before everything.
    Rev,
    /// An instant in milliseconds since 1970-01-01 UTC, for people and for expiry, never for order.
    Millis,
}

impl Anchor {
    /// Our own anchor: a number, in decimal.
    #[must_use]
    pub fn from_number(number: i64) -> Self {
        Self(number.to_string())
    }
}

impl SessionToken {
    /// A token of random bytes written in hexadecimal.
    #[must_use]
    pub fn from_chance(bytes: [u8; 16]) -> Self {
        Self(format!("{:032x}", u128::from_be_bytes(bytes)))
    }
}

impl ItemId {
    /// Reads a GUID as a device returns it (surrounding blanks are dropped); `None` when it is none of ours.
    #[must_use]
    pub fn from_guid(text: &str) -> Option<Self> {
        let text = text.trim_matches(|c: char| c == '\0' || c.is_whitespace());
        text.parse().ok().filter(|id| *id > 0).map(Self)
    }
}
