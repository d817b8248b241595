//! What lies in the tables about the way from the server to a device, as plain values: how the server proves itself
//! there, and what the device was last notified of.

use crate::ids::{AccountId, DeviceId, Millis};

/// How the server proves itself to a device.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerLogin {
    /// Whose device.
    pub account: AccountId,
    /// The device.
    pub device: DeviceId,
    /// The sealed password of the server (`auth::seal`); `None`: the user's own stands in.
    pub password: Option<Vec<u8>>,
    /// `Type` of the credentials the device asked for, as it stands in a `Chal`; `None`: it never asked.
    pub scheme: Option<String>,
    /// The latest nonce the device gave for them, decoded; empty when it gave none.
    pub nonce: Vec<u8>,
}

impl std::fmt::Debug for ServerLogin {
    /// Never shows password or nonce.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ServerLogin({:?}, {:?}, ..)", self.device, self.scheme)
    }
}

/// The latest notification of a device (SAN 1.2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Whose device.
    pub account: AccountId,
    /// The device.
    pub device: DeviceId,
    /// Its session id: 1 to 65535.
    pub session: i64,
    /// How often it was sent.
    pub times: i64,
    /// When it was sent last.
    pub sent: Millis,
    /// When the device came with a session of this id.
    pub answered: Option<Millis>,
}
