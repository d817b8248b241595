//! A large object on its way in, as it lies in the store: what its first chunk said of it, and how far it has come.

use crate::ids::{AccountId, DatastoreId, DeviceId, Luid};

/// A large object of which not all chunks have come, or whose last chunk came just now. There is one for each device
/// and datastore at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partial {
    /// Whose.
    pub account: AccountId,
    /// Which device sends it.
    pub device: DeviceId,
    /// For which datastore.
    pub datastore: DatastoreId,
    /// The device's name for the item.
    pub luid: Luid,
    /// It comes as a new item; otherwise as another content of one.
    pub adds: bool,
    /// How large it is going to be in all, in bytes as transferred.
    pub size: i64,
    /// Its media type as the device states it.
    pub media_type: Option<String>,
    /// How it is transferred: `b64`, or as it is.
    pub format: Option<String>,
    /// The folder it lies in, by the device's name for it, as the device states it.
    pub source_parent: Option<String>,
    /// The same by our name.
    pub target_parent: Option<String>,
    /// How much of it has come, in bytes.
    pub have: i64,
}
