//! The changes in a Sync: read, given to the engine in one go, each answered with its Status.
//!
//! Source: SyncML Sync Protocol 1.1, sections 5 to 7; Representation Protocol 1.2.2, section 7.3; REQ-REP-15.

use super::talk::Talk;
use super::{Phase, Refused, refs};
use crate::ids::Luid;
use crate::item::{Content, MediaType};
use crate::message::{Change, ChangeKind, Command, GroupKind, Item, Meta, StatusCode, Sync};
use crate::pim;
use crate::sync::{self, Edit, Outcome};

/// A change on its way to the engine: its slot among the answers, and what it is.
struct Slot {
    answer: usize,
    change: sync::Change,
}

impl Talk<'_, '_> {
    pub(super) fn sync(&mut self, sync: &Sync) -> Result<(), Refused> {
        let uri =
            |location: &Option<crate::message::Location>| location.as_ref().map(|l| l.uri.clone());
        let (target, source) = (uri(&sync.target), uri(&sync.source));
        let strand = self.strand_of(
            target.as_deref().unwrap_or_default(),
            source.as_deref().unwrap_or_default(),
        );
        let code = match strand.and_then(|index| self.state.strands.get(index)) {
            None => StatusCode::NotFound,
            Some(strand) if self.state.phase == Phase::Opening && strand.needs_everything() => {
                StatusCode::RefreshRequired
            }
            Some(_)
                if matches!(self.state.phase, Phase::Opening | Phase::Intake)
                    || sync.commands.is_empty() =>
            {
                StatusCode::Ok
            }
            Some(_) => StatusCode::Forbidden,
        };
        self.state.combined |= self.state.phase == Phase::Opening;
        let command = Command::Sync(Sync {
            commands: Vec::new(),
            ..sync.clone()
        });
        self.simple(&command, (target, source), code);
        let inner = if code == StatusCode::RefreshRequired {
            StatusCode::OperationCancelled
        } else {
            code
        };
        if code != StatusCode::Ok {
            for command in &sync.commands {
                self.refuse_whole(command, inner);
            }
            return Ok(());
        }
        let Some(index) = strand else { return Ok(()) };
        let mut slots = Vec::new();
        for command in &sync.commands {
            self.change_command(command, &sync.meta, &mut slots);
        }
        self.apply(index, slots)
    }

    /// A command in a Sync: changes get a slot each, everything else its Status.
    fn change_command(&mut self, command: &Command, outer: &Meta, slots: &mut Vec<Slot>) {
        match command {
            Command::Change(change) => {
                self.changes(command, change, &change.meta.within(outer), slots);
            }
            Command::Group(group) if group.kind == GroupKind::Sequence => {
                self.simple(command, (None, None), StatusCode::Ok);
                let meta = group.meta.within(outer);
                for inner in &group.commands {
                    self.change_command(inner, &meta, slots);
                }
            }
            Command::Group(_) => {
                self.refuse_whole(command, StatusCode::OptionalFeatureNotSupported);
            }
            Command::Alert(_)
            | Command::Exec(_)
            | Command::Get(_)
            | Command::Map(_)
            | Command::Put(_)
            | Command::Results(_)
            | Command::Search(_)
            | Command::Status(_)
            | Command::Sync(_)
            | Command::Unknown { .. } => self.refuse_whole(command, StatusCode::NotImplemented),
        }
    }

    fn changes(&mut self, command: &Command, change: &Change, meta: &Meta, slots: &mut Vec<Slot>) {
        if change.items.is_empty() {
            self.simple(command, (None, None), StatusCode::IncompleteCommand);
        }
        for item in &change.items {
            let (code, edit) = match edit(change, item, meta) {
                Ok(edit) => (StatusCode::Ok, Some(edit)),
                Err(code) => (code, None),
            };
            // The Status is filled in when the engine has spoken; one that nobody wants is dropped in the end.
            let answer = self.statuses.len();
            let wanted = !command.no_resp();
            self.simple(command, refs::of_item(item), code);
            if let Some(change) = edit {
                slots.push(Slot {
                    answer: if wanted { answer } else { usize::MAX },
                    change,
                });
            }
        }
    }

    fn apply(&mut self, index: usize, slots: Vec<Slot>) -> Result<(), Refused> {
        let who = self.who();
        let (Some(strand), Some(rev)) = (self.state.strands.get_mut(index), self.rev) else {
            return Ok(());
        };
        if slots.is_empty() {
            return Ok(());
        }
        let (answers, changes): (Vec<_>, Vec<_>) = slots
            .into_iter()
            .map(|slot| (slot.answer, slot.change))
            .unzip();
        let outcomes = sync::apply(self.tx, &who, &mut strand.course, rev, changes)?;
        for (answer, outcome) in answers.into_iter().zip(outcomes) {
            if let Some(owed) = self.statuses.get_mut(answer) {
                let (code, duplicate) = status(outcome);
                owed.code = code.number();
                owed.duplicate = duplicate;
            }
        }
        Ok(())
    }
}

/// What the engine made of a change, as a Status; for a duplicate the GUID it got.
fn status(outcome: Outcome) -> (StatusCode, Option<String>) {
    let code = match outcome {
        Outcome::Added => StatusCode::ItemAdded,
        Outcome::Replaced | Outcome::Unchanged | Outcome::Deleted => StatusCode::Ok,
        Outcome::NotThere => StatusCode::ItemNotDeleted,
        Outcome::ServerWon => StatusCode::ConflictServerWins,
        Outcome::ClientWon => StatusCode::ConflictClientWins,
        Outcome::Duplicated(id) => return (StatusCode::ConflictDuplicated, Some(id.to_string())),
        Outcome::Forbidden => StatusCode::Forbidden,
    };
    (code, None)
}

/// What a device did to an item, or the Status of a command that cannot be carried out.
fn edit(change: &Change, item: &Item, outer: &Meta) -> Result<sync::Change, StatusCode> {
    match change.kind {
        ChangeKind::Copy | ChangeKind::Move => return Err(StatusCode::OptionalFeatureNotSupported),
        ChangeKind::Delete if change.soft_delete => return Err(StatusCode::NotImplemented),
        ChangeKind::Add | ChangeKind::Replace | ChangeKind::Delete => {}
    }
    let name = item
        .source
        .as_ref()
        .or(item.target.as_ref())
        .map_or("", |location| location.uri.as_str());
    let luid = Luid::parse(name).map_err(|bad| match bad {
        crate::ids::BadName::TooLong { .. } => StatusCode::UriTooLong,
        crate::ids::BadName::Empty { .. } => StatusCode::IncompleteCommand,
        crate::ids::BadName::Control { .. } => StatusCode::BadRequest,
    })?;
    if change.kind == ChangeKind::Delete {
        return Ok(sync::Change {
            luid,
            edit: Edit::Delete,
        });
    }
    if item.more_data {
        // We never say that we take objects in chunks.
        return Err(StatusCode::EntityTooLarge);
    }
    let meta = item.meta.within(outer);
    let bytes = item
        .bytes(outer)
        .map_err(|_| StatusCode::UnsupportedMediaType)?;
    if bytes.is_empty() {
        return Err(StatusCode::IncompleteCommand);
    }
    let body = bytes.into_owned();
    let media_type = pim::classify(
        &body,
        &MediaType::new(meta.media_type.as_deref().unwrap_or_default()),
    );
    let content = Content { media_type, body };
    let edit = if change.kind == ChangeKind::Add {
        Edit::Add(content)
    } else {
        Edit::Replace(content)
    };
    Ok(sync::Change { luid, edit })
}
