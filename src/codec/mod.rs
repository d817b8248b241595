//! Bytes to events and back, XML and WBXML alike: the layers above never know which it was.
//!
//! [`decode`] reads one whole document under hard [`Limits`] and answers a flat list of [`Event`]s;
//! [`Writer`] does the reverse. A `DevInf` document inside `Data` is read and written inline: in WBXML it is
//! a nested document in an OPAQUE, in XML child markup; readers see the same events.
//! No element has a meaning here.

mod assemble;
mod charset;
pub mod error;
pub mod event;
pub mod tokens;
pub mod wbxml;
pub mod xml;

pub use error::DecodeError;
pub use event::{Document, Encoding, Event, Limits, Version, Writer, decode, decode_devinf};
pub use tokens::{Space, Tag};

/// What a writer sets aside at first, in bytes: room for a command with its item, so that measuring one is one
/// allocation.
const FIRST_BYTES: usize = 2048;
