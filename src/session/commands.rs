//! The device's commands, each answered with its Status.
//!
//! Source: Representation Protocol 1.2.2 sections 6.4.1 and 7.3; REQ-REP-6, REQ-REP-7, REQ-REP-15.

use super::atomic::Place;
use super::state::Owed;
use super::talk::Talk;
use super::{Refused, refs};
use crate::message::check::check;
use crate::message::query::PutData;
use crate::message::{Command, Get, Group, GroupKind, Map, StatusCode, Sync};
use crate::sync::Mapped;

impl Talk<'_, '_> {
    /// One command of the message body.
    pub(super) fn command(&mut self, command: &Command) -> Result<(), Refused> {
        if let Some(flaw) = check(command)
            && !matches!(
                command,
                Command::Sync(_)
                    | Command::Alert(_)
                    | Command::Map(_)
                    | Command::Status(_)
                    | Command::Results(_)
            )
        {
            self.refuse_whole(command, flaw);
            return Ok(());
        }
        match command {
            Command::Status(_) | Command::Results(_) => {}
            Command::Alert(alert) => {
                self.alert(alert)?;
                let arrival = self.arrival;
                self.take_maps(&arrival.received.message.body)?;
            }
            Command::Sync(sync) => self.sync(sync)?,
            Command::Map(map) => self.map(command, map),
            Command::Put(put) => {
                let known = put
                    .items
                    .iter()
                    .all(|item| matches!(item.data, PutData::DevInf(_)));
                let code = if known {
                    StatusCode::Ok
                } else {
                    StatusCode::NotFound
                };
                self.simple(command, refs::of_put(&put.items), code);
            }
            Command::Get(get) => self.get(get),
            Command::Group(group) if group.kind == GroupKind::Sequence => {
                self.simple(command, (None, None), StatusCode::Ok);
                for inner in &group.commands {
                    self.command(inner)?;
                }
            }
            Command::Group(group) => self.atomic(command, group, Place::Body)?,
            Command::Exec(_) | Command::Search(_) | Command::Unknown { .. } => {
                self.refuse_whole(command, StatusCode::NotImplemented);
            }
            // A change belongs into a Sync, which names its datastore.
            Command::Change(_) => self.refuse_whole(command, StatusCode::CommandNotAllowed),
        }
        Ok(())
    }

    /// A Status to come; a quiet one where none is wanted.
    pub(super) fn push_status(&mut self, owed: Owed, no_resp: bool) {
        let msg_ref = self.arrival.received.message.header.msg_id.clone();
        self.statuses.push(Owed {
            msg_ref,
            quiet: no_resp,
            ..owed
        });
    }

    pub(super) fn simple(
        &mut self,
        command: &Command,
        (target, source): (Option<String>, Option<String>),
        code: StatusCode,
    ) {
        self.push_status(
            Owed {
                cmd_ref: command.cmd_id().to_owned(),
                cmd: command.name().to_owned(),
                target_ref: target,
                source_ref: source,
                code: code.number(),
                ..Owed::default()
            },
            command.no_resp(),
        );
    }

    /// The same Status for a command and everything in it.
    pub(super) fn refuse_whole(&mut self, command: &Command, code: StatusCode) {
        match command {
            Command::Change(change) => {
                for item in &change.items {
                    self.simple(command, refs::of_item(item), code);
                }
                if change.items.is_empty() {
                    self.simple(command, (None, None), code);
                }
            }
            Command::Group(Group { commands, .. }) | Command::Sync(Sync { commands, .. }) => {
                self.simple(command, refs::of_command(command), code);
                for inner in commands {
                    self.refuse_whole(inner, code);
                }
            }
            Command::Status(_) | Command::Results(_) => {}
            Command::Alert(_)
            | Command::Exec(_)
            | Command::Get(_)
            | Command::Map(_)
            | Command::Put(_)
            | Command::Search(_)
            | Command::Unknown { .. } => self.simple(command, refs::of_command(command), code),
        }
    }

    fn get(&mut self, get: &Get) {
        let command = Command::Get(get.clone());
        for item in &get.items {
            let uri = item
                .target
                .as_ref()
                .map_or("", |target| target.uri.as_str());
            if uri
                .trim_start_matches("./")
                .to_ascii_lowercase()
                .starts_with("devinf")
            {
                self.devinf_asked.push((get.cmd_id.clone(), uri.to_owned()));
                self.simple(&command, refs::of_item(item), StatusCode::Ok);
            } else {
                self.simple(&command, refs::of_item(item), StatusCode::NotFound);
            }
        }
    }

    /// One Status for a Map whose pairs all fared alike, else one for each pair.
    fn map(&mut self, command: &Command, map: &Map) {
        let whole = (Some(map.target.uri.clone()), Some(map.source.uri.clone()));
        // They stay: an Alert further on takes in the Maps that were not taken yet.
        let Some(results) = self.mapped.get(&map.cmd_id).cloned() else {
            return self.simple(command, whole, StatusCode::NotFound);
        };
        if map.items.is_empty() {
            return self.simple(command, whole, StatusCode::IncompleteCommand);
        }
        if results.iter().all(|result| *result == Mapped::Ok) {
            return self.simple(command, whole, StatusCode::Ok);
        }
        for (item, result) in map.items.iter().zip(results) {
            let code = match result {
                Mapped::Ok => StatusCode::Ok,
                Mapped::UnknownGuid => StatusCode::NotFound,
            };
            self.simple(
                command,
                (Some(item.target.uri.clone()), Some(item.source.uri.clone())),
                code,
            );
        }
    }
}
