//! What the device sent and waits to see answered.

use crate::ids::Luid;
use crate::message::ChangeKind;

/// A command of ours that wants a Status.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Its element.
    pub name: String,
    /// What it was.
    pub what: What,
    /// The Status has come.
    pub is_answered: bool,
}

/// What a command of ours was. The number is that of the [`Run`](super::run::Run).
#[derive(Debug, Clone)]
pub enum What {
    /// The header of a message.
    Header,
    /// The Alert of a datastore.
    Alert(usize),
    /// Our device information.
    DevInf,
    /// A Sync, in this attempt.
    Sync(usize, u8),
    /// A change in a Sync.
    Change(Offer),
    /// Names for these GUIDs.
    Map(usize, Vec<String>),
    /// The answer to a Get: a Status for it may come, but need not.
    Results,
    /// Something whose Status tells nothing.
    Other,
}

/// A change we sent.
#[derive(Debug, Clone)]
pub struct Offer {
    /// In which datastore.
    pub run: usize,
    /// In which attempt.
    pub attempt: u8,
    /// Which item.
    pub luid: Luid,
    /// As what.
    pub kind: ChangeKind,
    /// In which edit.
    pub edit: u64,
    /// A chunk that is not the last.
    pub is_chunk: bool,
}
