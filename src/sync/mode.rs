//! The six ways two sides can sync, and why the one that runs is not the one that was asked for.
//! Source: SyncML Sync Protocol 1.1, sections 5 to 7.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Who sends what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Mode {
    /// Both send what changed.
    TwoWay,
    /// Both compare everything.
    Slow,
    /// The device sends what changed.
    OneWayFromClient,
    /// The device's items replace ours.
    RefreshFromClient,
    /// We send what changed.
    OneWayFromServer,
    /// Our items replace the device's.
    RefreshFromServer,
}

impl Mode {
    /// Whether changes of the device are taken.
    #[must_use]
    pub const fn takes(self) -> bool {
        match self {
            Self::TwoWay | Self::Slow | Self::OneWayFromClient | Self::RefreshFromClient => true,
            Self::OneWayFromServer | Self::RefreshFromServer => false,
        }
    }

    /// Whether changes are sent to the device.
    #[must_use]
    pub const fn sends(self) -> bool {
        match self {
            Self::TwoWay | Self::Slow | Self::OneWayFromServer | Self::RefreshFromServer => true,
            Self::OneWayFromClient | Self::RefreshFromClient => false,
        }
    }

    /// Whether it needs no common past: anchors are not compared.
    #[must_use]
    pub const fn is_full(self) -> bool {
        match self {
            Self::Slow | Self::RefreshFromClient | Self::RefreshFromServer => true,
            Self::TwoWay | Self::OneWayFromClient | Self::OneWayFromServer => false,
        }
    }

    /// What runs instead when there is no common past: slow, or the refresh in the same direction. A sync
    /// from the client never turns into one that writes to it.
    #[must_use]
    pub const fn fallback(self) -> Self {
        match self {
            Self::TwoWay | Self::Slow => Self::Slow,
            Self::OneWayFromClient | Self::RefreshFromClient => Self::RefreshFromClient,
            Self::OneWayFromServer | Self::RefreshFromServer => Self::RefreshFromServer,
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TwoWay => "two-way",
            Self::Slow => "slow",
            Self::OneWayFromClient => "one-way from the device",
            Self::RefreshFromClient => "refresh from the device",
            Self::OneWayFromServer => "one-way from the server",
            Self::RefreshFromServer => "refresh from the server",
        })
    }
}

/// Why a mode was given: what a person reads who asks "why was this a slow sync?".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Why {
    /// The anchors match, or the device asked for a full mode.
    Asked,
    /// The device holds the anchor before our latest: it missed our last reply, or was restored.
    /// Everything since then is offered again; no slow sync is needed.
    PreviousAnchor,
    /// This device never synced this datastore.
    FirstSync,
    /// The device sent no last anchor, or one that says "I was reset".
    DeviceReset,
    /// The device's last anchor is none that we know.
    AnchorMismatch {
        /// What we have.
        ours: String,
        /// What it sent.
        theirs: String,
    },
    /// The last full sync of this device broke off before it was complete.
    Unfinished,
    /// The database was restored from a backup since.
    Restored,
    /// The device was away for longer than deletions are remembered.
    TooLongAway,
    /// The device asked to resume a sync that broke off; nothing is kept for that.
    NotResumed,
    /// The device answered 508: it does not know our last anchor.
    DeviceDisagrees,
    /// The device began, or ceased, to know folders: what it has of each item's place is compared anew.
    TreesTurned,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Asked => f.write_str("as the device asked"),
            Self::PreviousAnchor => f.write_str(
                "the device missed our last reply or was set back by one sync: everything since is offered again",
            ),
            Self::FirstSync => f.write_str("the device never synced this datastore before"),
            Self::DeviceReset => f.write_str("the device sent no last anchor: it is new or was reset"),
            Self::AnchorMismatch { ours, theirs } => {
                write!(f, "the device's last anchor {theirs:?} is not ours {ours:?}: a sync in between was lost or the device was restored")
            }
            Self::Unfinished => f.write_str("the last full sync of this device broke off"),
            Self::Restored => f.write_str("the server's database was restored from a backup since the last sync"),
            Self::TooLongAway => f.write_str("the device was away for longer than deletions are remembered"),
            Self::NotResumed => f.write_str("the device asked to resume a sync of which nothing is kept that it could mean"),
            Self::DeviceDisagrees => f.write_str("the device does not recognise the server's last anchor"),
            Self::TreesTurned => f.write_str("the device knows folders and did not before, or did and no longer does"),
        }
    }
}
