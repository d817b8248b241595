//! `Alert`: what kind of sync is asked for, and signals in between (`RepPro` 1.2.2, section 7.3.2).

use super::element::content;
use super::{AlertCode, Cred, Location, Meta};

/// One Alert command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Alert {
    /// Its number in the message.
    pub cmd_id: String,
    /// No Status is wanted.
    pub no_resp: bool,
    /// Credentials for the datastore.
    pub cred: Option<Cred>,
    /// The code; `None` when Data is missing or no number.
    pub code: Option<AlertCode>,
    /// Ties an asynchronous answer to its question (1.2).
    pub correlator: Option<String>,
    /// What it is about: one for each datastore.
    pub items: Vec<AlertItem>,
}

/// An Item of an Alert.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AlertItem {
    /// The receiver's datastore; phones leave it out (field quirk P11).
    pub target: Option<Location>,
    /// The sender's datastore.
    pub source: Option<Location>,
    /// Anchors, `MaxObjSize`.
    pub meta: Meta,
    /// Text for the user (Alert 100), rarely anything else.
    pub data: Option<Vec<u8>>,
}

content! { Alert {
    CmdId => cmd_id, NoResp => no_resp, Cred => cred, Data => code, Correlator => correlator, Item => items,
} }

content! { AlertItem { Target => target, Source => source, Meta => meta, Data => data } }
