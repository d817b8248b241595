//! A `SyncML` message as plain values: a header and a list of commands. Each value reads and writes itself;
//! nothing here knows a session, a store or what an item means.
//!
//! Reading is lenient (children in any order, unknown elements skipped, metinf with or without its
//! wrapper), writing is strict: the order of the DTD, and only what the version of the session has.
//! Source: `SyncML` Representation Protocol 1.2.2, sections 6 and 7.

pub mod alert;
#[cfg(test)]
mod arbitrary;
pub mod change;
pub mod check;
pub mod codes;
pub mod command;
mod ctcap;
pub mod devinf;
pub mod draft;
mod element;
pub mod filter;
pub mod group;
pub mod header;
pub mod map;
pub mod meta;
mod out;
#[cfg(test)]
mod properties;
mod pull;
pub mod query;
mod read;
pub mod status;
pub mod sync;

pub use alert::{Alert, AlertItem};
pub use change::{BadFormat, Change, ChangeKind, Item};
pub use check::check;
pub use codes::{AlertCode, StatusCode};
pub use command::Command;
pub use devinf::DevInf;
pub use draft::Draft;
pub use filter::Filter;
pub use group::{Group, GroupKind};
pub use header::{Cred, Header, Location};
pub use map::{Map, MapItem};
pub use meta::{AnchorPair, Meta};
pub use query::{Exec, Get, Put, Results, Search};
pub use status::{Chal, Status};
pub use sync::Sync;

use crate::codec::{DecodeError, Document, Encoding, Limits};

/// One message: what a `SyncML` document says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Message {
    /// Who speaks to whom, in which session.
    pub header: Header,
    /// The commands, in their order.
    pub body: Vec<Command>,
    /// Whether this is the last message of its package.
    pub is_final: bool,
}

/// Why a document is no message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The bytes are no document.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The document is no `SyncML` message: a wrong root, no header, ...
    #[error("no SyncML message: {0}")]
    NotAMessage(&'static str),
}

/// A message as it came, with what the answer must match.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// What it says.
    pub message: Message,
    /// Its spelling.
    pub encoding: Encoding,
    /// Its charset, a WHATWG label in lower case.
    pub charset: String,
}

impl Message {
    /// Reads a message from bytes.
    ///
    /// # Errors
    /// [`ReadError`] when the bytes are no document, or the document no message. A command that lacks
    /// something is not an error here: it is read as far as it goes and answered 4xx by its command.
    pub fn decode(
        bytes: &[u8],
        charset: Option<&str>,
        limits: &Limits,
    ) -> Result<Received, ReadError> {
        let document = crate::codec::decode(bytes, charset, limits)?;
        let message = Self::read(&document)?;
        Ok(Received {
            message,
            encoding: document.encoding,
            charset: document.charset,
        })
    }

    /// Reads a message from a decoded document.
    ///
    /// # Errors
    /// [`ReadError::NotAMessage`] when the root is not `SyncML` or `SyncHdr` is missing.
    pub fn read(document: &Document<'_>) -> Result<Self, ReadError> {
        read::message(document)
    }

    /// The message as bytes, in the version its header names.
    #[must_use]
    pub fn encode(&self, encoding: Encoding, charset: &str) -> Vec<u8> {
        draft::encode(self, encoding, charset, false)
    }
}
