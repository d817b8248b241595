//! The six ways to sync, as a device asks for them (DS Protocol 1.2, sync types).

use crate::message::AlertCode;

/// What a device asks for when it opens a session with a datastore.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Both sides send what changed.
    TwoWay,
    /// Both sides compare everything.
    Slow,
    /// Only the device sends what changed.
    OneWayFromClient,
    /// The device's items replace the server's.
    RefreshFromClient,
    /// Only the server sends what changed.
    OneWayFromServer,
    /// The server's items replace the device's.
    RefreshFromServer,
}

impl Mode {
    /// All six.
    pub const ALL: [Self; 6] = [
        Self::TwoWay,
        Self::Slow,
        Self::OneWayFromClient,
        Self::RefreshFromClient,
        Self::OneWayFromServer,
        Self::RefreshFromServer,
    ];

    /// The code of its Alert.
    #[must_use]
    pub const fn code(self) -> AlertCode {
        match self {
            Self::TwoWay => AlertCode::TwoWay,
            Self::Slow => AlertCode::Slow,
            Self::OneWayFromClient => AlertCode::OneWayFromClient,
            Self::RefreshFromClient => AlertCode::RefreshFromClient,
            Self::OneWayFromServer => AlertCode::OneWayFromServer,
            Self::RefreshFromServer => AlertCode::RefreshFromServer,
        }
    }

    /// The mode an Alert's code stands for; `None` for the codes that open no sync.
    #[must_use]
    pub fn of(code: AlertCode) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.code() == code)
    }

    /// What the device sends in its Sync.
    #[must_use]
    pub const fn sends(self) -> Sends {
        match self {
            Self::TwoWay | Self::OneWayFromClient => Sends::Changes,
            Self::Slow | Self::RefreshFromClient => Sends::Everything,
            Self::OneWayFromServer | Self::RefreshFromServer => Sends::Nothing,
        }
    }

    /// Whether the server sends a Sync.
    #[must_use]
    pub const fn receives(self) -> bool {
        match self {
            Self::TwoWay | Self::Slow | Self::OneWayFromServer | Self::RefreshFromServer => true,
            Self::OneWayFromClient | Self::RefreshFromClient => false,
        }
    }

    /// Whether it builds on the anchors of the session before.
    #[must_use]
    pub const fn is_incremental(self) -> bool {
        match self {
            Self::TwoWay | Self::OneWayFromClient | Self::OneWayFromServer => true,
            Self::Slow | Self::RefreshFromClient | Self::RefreshFromServer => false,
        }
    }

    /// Whether the server may answer this request with 508 and that mode: a slow sync, or the refresh in
    /// the same direction (REQ-ANCHOR-3). One that was only to send is never made to receive.
    #[must_use]
    pub const fn may_become(self, other: Self) -> bool {
        match (self, other) {
            (Self::TwoWay, Self::Slow)
            | (Self::OneWayFromClient, Self::RefreshFromClient)
            | (Self::OneWayFromServer, Self::Slow | Self::RefreshFromServer) => true,
            (
                Self::TwoWay
                | Self::Slow
                | Self::OneWayFromClient
                | Self::RefreshFromClient
                | Self::OneWayFromServer
                | Self::RefreshFromServer,
                _,
            ) => false,
        }
    }
}

/// What a Sync of the device holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sends {
    /// What changed since the last session.
    Changes,
    /// Every item.
    Everything,
    /// Nothing: the Sync is there, but empty.
    Nothing,
}
