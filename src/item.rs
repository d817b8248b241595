//! An item as it lies in the store: bytes and what they are. What they *mean* is `pim`'s business.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A media type without parameters, in lower case: `text/x-vcard`, `text/vcard`, `text/calendar`, ...
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MediaType(String);

impl MediaType {
    /// Takes a type as it stands in a `Type` element; parameters and case are dropped,
    /// and a missing or empty type is `text/plain` (`MetInf` 1.2.2, section 5.2.17).
    #[must_use]
    pub fn new(text: &str) -> Self {
        let bare = text.split(';').next().unwrap_or_default();
        let bare = bare.trim_matches(|c: char| c == '\0' || c.is_whitespace());
        if bare.is_empty() {
            return Self("text/plain".to_owned());
        }
        Self(bare.to_ascii_lowercase())
    }

    /// The type as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A digest of what an item says, equal for two bodies that say the same (`pim::digest`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digest(pub i64);

/// A digest of the fields by which two items may be the same thing (`pim::twin_key`): name of a contact, summary and
/// start of an event, the first line of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TwinKey(pub i64);

impl Digest {
    /// The digest of an item that says this and lies in the folder of this number; 0 is no folder and changes nothing.
    #[must_use]
    pub const fn under(self, folder: i64) -> Self {
        Self(self.0.wrapping_add(folder.wrapping_mul(PLACE)))
    }

    /// The digest of what an item says, taken out of one that was made with [`Digest::under`].
    #[must_use]
    pub const fn apart(self, folder: i64) -> Self {
        Self(self.0.wrapping_sub(folder.wrapping_mul(PLACE)))
    }
}

/// Spreads the small numbers of folders over all of a digest. Odd, so that no two folders weigh the same.
const PLACE: i64 = 0x2545_F491_4F6C_DD1D;

/// The bytes of an item and their type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// What the bytes are.
    pub media_type: MediaType,
    /// The item, byte for byte as it came.
    pub body: Vec<u8>,
}
