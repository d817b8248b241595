//! A virtual device: the client side of `SyncML` Data Synchronization, as phones of three versions have it.
//!
//! It is for tests, examples and `anchorage device try`. A [`Device`] holds items, the user's edits and what it
//! remembers of the server; a [`Dialogue`] is one session, pure state that takes a reply and gives the next message.
//! The transport is a function, so that device and server can meet in one thread without a socket; [`http`] is the
//! one over the network.
//!
//! The device keeps the rules itself and watches that the server does: what the server gets wrong stands as a
//! sentence in [`Summary::violations`]. A session can be cut anywhere; nothing that was received is lost, nothing
//! that was to be sent is forgotten, and the anchors move only at a clean end.
//!
//! Not done: field-level replaces. Source: `SyncML` Sync
//! Protocol 1.1.2, DS Protocol 1.2.

mod agree;
mod apply;
mod changes;
mod commands;
mod cred;
pub mod device;
pub mod dialogue;
mod filter;
pub mod http;
mod intake;
pub mod mode;
mod notified;
mod outbox;
mod packages;
pub mod profile;
mod resume;
mod run;
mod sent;
pub mod store;
mod strict;
pub mod suite;
pub mod summary;
mod tree;

pub use device::{Device, NoSuchStore};
pub use dialogue::{Dialogue, Step};
pub use mode::Mode;
pub use notified::Ignored;
pub use profile::{Datastore, Login, Maps, Opening, Password, Profile, Resume, Scheme};
pub use store::{Pending, Store};
pub use summary::{Counts, Failed, StoreSummary, Summary};

/// A message on its way to the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// Where it goes: the server's URL, later the one it gave for the session.
    pub url: String,
    /// Its media type.
    pub content_type: String,
    /// The message.
    pub body: Vec<u8>,
    /// Its `x-syncml-hmac` header, for a device that authenticates by MAC.
    pub hmac: Option<String>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Its media type, with or without `charset`.
    pub content_type: String,
    /// The message.
    pub body: Vec<u8>,
    /// Its `x-syncml-hmac` header, if it has one.
    pub hmac: Option<String>,
}

/// No reply came, and nobody knows whether the message arrived: why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the connection is lost: {0}")]
pub struct Lost(pub String);

#[cfg(test)]
mod tests;
