//! What a session came to, for tests and for people.

use std::fmt;

use super::Mode;

/// A session, told afterwards.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// The datastores in the order they were asked for.
    pub stores: Vec<StoreSummary>,
    /// Messages the device sent.
    pub messages: u32,
    /// What the server did that the protocol does not allow, a sentence each. Empty is what we want to see.
    pub violations: Vec<String>,
}

/// One datastore in a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreSummary {
    /// The device's name for it.
    pub local: String,
    /// What the device asked for.
    pub asked: Mode,
    /// What it became: a slow sync or a refresh where the anchors did not match.
    pub mode: Mode,
    /// What the device sent and the server took.
    pub sent: Counts,
    /// What the server sent and the device took.
    pub taken: Counts,
    /// Changes that one side refused to take from the other; they stay pending.
    pub refused: u32,
    /// It went on with one that was suspended or broke off.
    pub is_resumed: bool,
    /// It ended well, and the anchors moved.
    pub is_done: bool,
    /// Why it did not.
    pub failure: Option<String>,
}

/// Changes by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Items added.
    pub adds: u32,
    /// Items replaced.
    pub replaces: u32,
    /// Items deleted.
    pub deletes: u32,
}

impl Counts {
    /// All of them.
    #[must_use]
    pub const fn all(self) -> u32 {
        self.adds + self.replaces + self.deletes
    }
}

/// A session that did not end well. Nothing it changed on the device is undone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Failed {
    /// Why, in a sentence.
    pub reason: String,
    /// How far it came.
    pub summary: Summary,
}

impl fmt::Display for StoreSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            local,
            mode,
            sent,
            taken,
            ..
        } = self;
        write!(
            f,
            "{local}: {mode:?}, sent {}, taken {}",
            sent.all(),
            taken.all()
        )?;
        match &self.failure {
            Some(why) => write!(f, ", failed: {why}"),
            None => Ok(()),
        }
    }
}
