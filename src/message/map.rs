//! `Map`: which LUIDs a device gave to items it was sent (`RepPro` 1.2.2, section 7.3.8).

use super::element::content;
use super::{Cred, Location, Meta};

/// One Map command; it is always answered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Map {
    /// Its number in the message.
    pub cmd_id: String,
    /// The server's datastore.
    pub target: Location,
    /// The device's datastore.
    pub source: Location,
    /// Credentials for the datastore.
    pub cred: Option<Cred>,
    /// Meta information.
    pub meta: Meta,
    /// The pairs.
    pub items: Vec<MapItem>,
}

/// One pair.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MapItem {
    /// The GUID the server sent.
    pub target: Location,
    /// The LUID the device gave; empty means it gave none.
    pub source: Location,
}

content! { Map {
    CmdId => cmd_id, Target => target, Source => source, Cred => cred, Meta => meta, MapItem => items,
} }

content! { MapItem { Target => target, Source => source } }
