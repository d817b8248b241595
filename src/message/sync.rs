//! `Sync`: the changes of one datastore (`RepPro` 1.2.2, section 7.3.16).

use super::element::content;
use super::{Command, Cred, Location, Meta};

/// One Sync command.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sync {
    /// Its number in the message.
    pub cmd_id: String,
    /// No Status is wanted.
    pub no_resp: bool,
    /// Credentials for the datastore.
    pub cred: Option<Cred>,
    /// The receiver's datastore.
    pub target: Option<Location>,
    /// The sender's datastore.
    pub source: Option<Location>,
    /// Memory of the sender; holds for every command in it that does not say otherwise.
    pub meta: Meta,
    /// How many changes the sender has for this datastore in this session, as it stands (1.1).
    pub number_of_changes: Option<String>,
    /// Changes and groups of them; may be empty.
    pub commands: Vec<Command>,
}

content! { Sync {
    CmdId => cmd_id, NoResp => no_resp, Cred => cred, Target => target, Source => source, Meta => meta,
    NumberOfChanges => number_of_changes,
} and commands }
