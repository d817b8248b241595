//! A command of any kind: what all of them have in common (`RepPro` 1.2.2, section 7.3).

use super::out::Out;
use super::{Alert, Change, Exec, Get, Group, Map, Put, Results, Search, Status, Sync};
use crate::codec::Tag;

/// One child of `SyncBody`, or of a container in it.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// `Add`, `Replace`, `Delete`, `Copy`, `Move`.
    Change(Change),
    /// `Alert`.
    Alert(Alert),
    /// `Atomic`, `Sequence`.
    Group(Group),
    /// `Exec`.
    Exec(Exec),
    /// `Get`.
    Get(Get),
    /// `Map`.
    Map(Map),
    /// `Put`.
    Put(Put),
    /// `Results`.
    Results(Results),
    /// `Search`.
    Search(Search),
    /// `Status`.
    Status(Status),
    /// `Sync`.
    Sync(Sync),
    /// An element that is no command of any version: kept so that it can be answered 501.
    Unknown {
        /// Its `CmdID`, if it has one.
        cmd_id: Option<String>,
        /// Its element name, cut to 64 bytes; `?` where it has none that we know.
        name: String,
    },
}

impl Command {
    /// Its `CmdID`; empty when it has none.
    #[must_use]
    pub fn cmd_id(&self) -> &str {
        match self {
            Self::Change(change) => &change.cmd_id,
            Self::Alert(alert) => &alert.cmd_id,
            Self::Group(group) => &group.cmd_id,
            Self::Exec(exec) => &exec.cmd_id,
            Self::Get(get) => &get.cmd_id,
            Self::Map(map) => &map.cmd_id,
            Self::Put(put) => &put.cmd_id,
            Self::Results(results) => &results.cmd_id,
            Self::Search(search) => &search.cmd_id,
            Self::Status(status) => &status.cmd_id,
            Self::Sync(sync) => &sync.cmd_id,
            Self::Unknown { cmd_id, .. } => cmd_id.as_deref().unwrap_or_default(),
        }
    }

    /// Its element's name, as `Cmd` of a Status has it (REQ-REP-18).
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Change(change) => change.kind.tag().name(),
            Self::Alert(_) => Tag::Alert.name(),
            Self::Group(group) => group.kind.tag().name(),
            Self::Exec(_) => Tag::Exec.name(),
            Self::Get(_) => Tag::Get.name(),
            Self::Map(_) => Tag::Map.name(),
            Self::Put(_) => Tag::Put.name(),
            Self::Results(_) => Tag::Results.name(),
            Self::Search(_) => Tag::Search.name(),
            Self::Status(_) => Tag::Status.name(),
            Self::Sync(_) => Tag::Sync.name(),
            Self::Unknown { name, .. } => name,
        }
    }

    /// Whether no Status is wanted. Map, Results and Status cannot say so.
    #[must_use]
    pub const fn no_resp(&self) -> bool {
        match self {
            Self::Change(change) => change.no_resp,
            Self::Alert(alert) => alert.no_resp,
            Self::Group(group) => group.no_resp,
            Self::Exec(exec) => exec.no_resp,
            Self::Get(get) => get.no_resp,
            Self::Put(put) => put.no_resp,
            Self::Search(search) => search.no_resp,
            Self::Sync(sync) => sync.no_resp,
            Self::Map(_) | Self::Results(_) | Self::Status(_) | Self::Unknown { .. } => false,
        }
    }

    /// The commands in it: of a Sync, an Atomic, a Sequence.
    #[must_use]
    pub fn inner(&self) -> &[Self] {
        match self {
            Self::Group(group) => &group.commands,
            Self::Sync(sync) => &sync.commands,
            Self::Change(_)
            | Self::Alert(_)
            | Self::Exec(_)
            | Self::Get(_)
            | Self::Map(_)
            | Self::Put(_)
            | Self::Results(_)
            | Self::Search(_)
            | Self::Status(_)
            | Self::Unknown { .. } => &[],
        }
    }

    /// The change that it is, if it is one.
    #[must_use]
    pub const fn as_change(&self) -> Option<&Change> {
        if let Self::Change(change) = self {
            Some(change)
        } else {
            None
        }
    }

    /// The Alert that it is, if it is one.
    #[must_use]
    pub const fn as_alert(&self) -> Option<&Alert> {
        if let Self::Alert(alert) = self {
            Some(alert)
        } else {
            None
        }
    }

    /// The Atomic or Sequence that it is, if it is one.
    #[must_use]
    pub const fn as_group(&self) -> Option<&Group> {
        if let Self::Group(group) = self {
            Some(group)
        } else {
            None
        }
    }

    /// The Status that it is, if it is one.
    #[must_use]
    pub const fn as_status(&self) -> Option<&Status> {
        if let Self::Status(status) = self {
            Some(status)
        } else {
            None
        }
    }

    /// The Sync that it is, if it is one.
    #[must_use]
    pub const fn as_sync(&self) -> Option<&Sync> {
        if let Self::Sync(sync) = self {
            Some(sync)
        } else {
            None
        }
    }

    /// Gives it and then every command in it the next number. What is unknown is never written and has none.
    pub(super) fn number(&mut self, next: &mut impl FnMut() -> String) {
        match self {
            Self::Change(change) => change.cmd_id = next(),
            Self::Alert(alert) => alert.cmd_id = next(),
            Self::Exec(exec) => exec.cmd_id = next(),
            Self::Get(get) => get.cmd_id = next(),
            Self::Map(map) => map.cmd_id = next(),
            Self::Put(put) => put.cmd_id = next(),
            Self::Results(results) => results.cmd_id = next(),
            Self::Search(search) => search.cmd_id = next(),
            Self::Status(status) => status.cmd_id = next(),
            Self::Group(group) => {
                group.cmd_id = next();
                group
                    .commands
                    .iter_mut()
                    .for_each(|command| command.number(next));
            }
            Self::Sync(sync) => {
                sync.cmd_id = next();
                sync.commands
                    .iter_mut()
                    .for_each(|command| command.number(next));
            }
            Self::Unknown { .. } => {}
        }
    }

    /// Writes the whole command; one that is unknown is not written.
    pub(super) fn write(&self, out: &mut Out) {
        match self {
            Self::Change(change) => out.put(change.kind.tag(), change),
            Self::Alert(alert) => out.put(Tag::Alert, alert),
            Self::Group(group) => out.put(group.kind.tag(), group),
            Self::Exec(exec) => out.put(Tag::Exec, exec),
            Self::Get(get) => out.put(Tag::Get, get),
            Self::Map(map) => out.put(Tag::Map, map),
            Self::Put(put) => out.put(Tag::Put, put),
            Self::Results(results) => out.put(Tag::Results, results),
            Self::Search(search) => out.put(Tag::Search, search),
            Self::Status(status) => out.put(Tag::Status, status),
            Self::Sync(sync) => out.put(Tag::Sync, sync),
            Self::Unknown { .. } => {}
        }
    }
}
