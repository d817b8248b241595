//! The changes in a Sync: read, given to the engine in one go, each answered with its Status.
//!
//! Source: SyncML Sync Protocol 1.1, sections 5 to 7; Representation Protocol 1.2.2, section 7.3; REQ-REP-15.

use super::atomic::Place;
use super::inbound::Piece;
use super::quirks::{Spelling, format_of};
use super::resume::{Answered, hash, is_passing, resumes};
use super::state::{Owed, Strand};
use super::talk::Talk;
use super::{Phase, Refused, hierarchy, refs};
use crate::ids::Luid;
use crate::item::{Content, MediaType};
use crate::message::{Change, ChangeKind, Command, GroupKind, Item, Meta, StatusCode, Sync};
use crate::pim;
use crate::sync::{self, Edit, Hierarchy, Outcome};

/// A change on its way to the engine: its slot among the answers, and what it is.
pub(super) struct Slot {
    answer: usize,
    change: sync::Change,
    /// It came in chunks.
    large: bool,
}

impl Talk<'_, '_> {
    pub(super) fn sync(&mut self, sync: &Sync) -> Result<(), Refused> {
        let uri =
            |location: &Option<crate::message::Location>| location.as_ref().map(|l| l.uri.clone());
        let (target, source) = (uri(&sync.target), uri(&sync.source));
        if let Some(refused) = self.refused_datastore(&sync.cmd_id) {
            self.refuse_sync(sync, &refused);
            return Ok(());
        }
        self.admit_datastore(sync);
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
        let code = match strand.filter(|_| code == StatusCode::Ok) {
            Some(index) => self.filter_of_sync(index, target.as_deref().unwrap_or_default())?,
            None => code,
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
        self.limits(index, &sync.meta);
        self.trees = self
            .state
            .strands
            .get(index)
            .is_some_and(|strand| strand.course.hierarchy == Hierarchy::Tree);
        if let (Some(strand), Some(format)) = (self.state.strands.get_mut(index), format_of(sync)) {
            strand.format = Some(format);
        }
        let mut slots = Vec::new();
        self.announced(index, sync);
        for command in &sync.commands {
            self.change_command(index, command, &sync.meta, &mut slots)?;
        }
        self.apply(index, slots)
    }

    /// A command in a Sync: changes get a slot each, everything else its Status.
    pub(super) fn change_command(
        &mut self,
        strand: usize,
        command: &Command,
        outer: &Meta,
        slots: &mut Vec<Slot>,
    ) -> Result<(), Refused> {
        match command {
            Command::Change(change) => {
                let meta = change.meta.within(outer);
                self.changes(strand, command, change, &meta, slots)?;
            }
            Command::Group(group) if group.kind == GroupKind::Sequence => {
                self.simple(command, (None, None), StatusCode::Ok);
                let meta = group.meta.within(outer);
                for inner in &group.commands {
                    self.change_command(strand, inner, &meta, slots)?;
                }
            }
            Command::Group(group) => {
                // What stands before it is no part of it.
                self.apply(strand, std::mem::take(slots))?;
                let index = strand;
                self.atomic(command, group, Place::Sync { index, outer })?;
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
        Ok(())
    }

    fn changes(
        &mut self,
        strand: usize,
        command: &Command,
        change: &Change,
        meta: &Meta,
        slots: &mut Vec<Slot>,
    ) -> Result<(), Refused> {
        if change.items.is_empty() {
            self.simple(command, (None, None), StatusCode::IncompleteCommand);
        }
        for item in &change.items {
            if item.more_data && self.in_atomic {
                // It would spread the Atomic over several messages.
                self.simple(
                    command,
                    refs::of_item(item),
                    StatusCode::OptionalFeatureNotSupported,
                );
                continue;
            }
            let piece = self.piece(strand, change, item, &item.meta.within(meta))?;
            let large = matches!(piece, Piece::Object(..));
            let edit = match piece {
                Piece::Item => self.edit(change, item, meta),
                Piece::Answered(code) => Err(code),
                Piece::Object(whole) => edit(change, &whole.0, &whole.1, self.trees),
            };
            let (code, edit) = match edit {
                Ok(edit) => (StatusCode::Ok, Some(edit)),
                Err(code) => (code, None),
            };
            // The Status is filled in when the engine has spoken.
            let answer = self.statuses.len();
            self.simple(command, refs::of_item(item), code);
            if let Some(change) = edit {
                slots.push(Slot {
                    answer,
                    change,
                    large,
                });
            }
        }
        Ok(())
    }

    /// The largest object the device takes, where its Sync says so.
    fn limits(&mut self, index: usize, meta: &Meta) {
        let size = meta.max_obj_size.as_deref();
        let size = size.and_then(|text| text.trim().parse().ok());
        if let (Some(size), Some(strand)) = (size, self.state.strands.get_mut(index)) {
            strand.max_obj_size = Some(size);
        }
    }

    fn edit(&self, change: &Change, item: &Item, outer: &Meta) -> Result<sync::Change, StatusCode> {
        let copies = change.kind == ChangeKind::Copy && item.data.is_some();
        if copies && self.state.copy_as_add {
            let add = Change {
                kind: ChangeKind::Add,
                ..change.clone()
            };
            return edit(&add, item, outer, self.trees);
        }
        edit(change, item, outer, self.trees)
    }

    pub(super) fn apply(&mut self, index: usize, slots: Vec<Slot>) -> Result<(), Refused> {
        let (who, spelling) = (self.who(), Spelling::of(self, index));
        let (Some(strand), Some(rev)) = (self.state.strands.get_mut(index), self.rev) else {
            return Ok(());
        };
        if slots.is_empty() {
            return Ok(());
        }
        let slots = told_before(strand, &mut self.statuses, slots);
        strand.answered.clear();
        let (answers, changes): (Vec<_>, Vec<_>) = slots
            .into_iter()
            .map(|slot| ((slot.answer, slot.large), slot.change))
            .unzip();
        let keys: Vec<_> = if resumes(self.state.version) {
            changes
                .iter()
                .map(|change| (change.luid.clone(), hash(change)))
                .collect()
        } else {
            Vec::new()
        };
        let outcomes = sync::apply(self.tx, &who, &mut strand.course, rev, changes)?;
        let passing = keys.into_iter().zip(&outcomes);
        for ((luid, hash), outcome) in passing.filter(|(_, outcome)| is_passing(**outcome)) {
            let (code, duplicate) = status(*outcome, spelling);
            strand.answered.push(Answered {
                luid: luid.as_str().to_owned(),
                hash,
                code: code.number(),
                duplicate,
            });
        }
        for ((answer, large), outcome) in answers.into_iter().zip(outcomes) {
            let (code, duplicate) = status(outcome, spelling);
            if large {
                strand.inbound.whole = Some(code.number());
            }
            if let Some(owed) = self.statuses.get_mut(answer) {
                owed.code = code.number();
                owed.duplicate = duplicate;
            }
        }
        Ok(())
    }
}

/// Gives those changes their Status that a resumed session answered before; the others.
fn told_before(strand: &Strand, statuses: &mut [Owed], slots: Vec<Slot>) -> Vec<Slot> {
    let mut rest = Vec::with_capacity(slots.len());
    for slot in slots {
        let Some(told) = strand.answered(&slot.change) else {
            rest.push(slot);
            continue;
        };
        if let Some(owed) = statuses.get_mut(slot.answer) {
            owed.code = told.code;
            owed.duplicate.clone_from(&told.duplicate);
        }
    }
    rest
}

/// What the engine made of a change, as a Status; for a duplicate the GUID it got.
fn status(outcome: Outcome, spelling: Spelling) -> (StatusCode, Option<String>) {
    let code = match outcome {
        Outcome::Added => StatusCode::ItemAdded,
        Outcome::Replaced | Outcome::Unchanged | Outcome::Deleted | Outcome::SoftDeleted => {
            StatusCode::Ok
        }
        Outcome::DeletedWithoutArchive => StatusCode::DeletedWithoutArchive,
        Outcome::SoftDeleteConflict => StatusCode::SoftDeleteConflict,
        Outcome::NotByField => StatusCode::OptionalFeatureNotSupported,
        Outcome::NotThere => StatusCode::ItemNotDeleted,
        Outcome::Merged => StatusCode::ConflictMerged,
        Outcome::ServerWon => StatusCode::ConflictServerWins,
        Outcome::ClientWon => StatusCode::ConflictClientWins,
        Outcome::Duplicated(id) => return (StatusCode::ConflictDuplicated, spelling.guid(id)),
        Outcome::Forbidden => StatusCode::Forbidden,
        Outcome::NothingToCopy
        | Outcome::NothingToChange
        | Outcome::Unknown
        | Outcome::NoFolder => StatusCode::NotFound,
        Outcome::MoveFailed => StatusCode::MoveFailed,
        Outcome::NotEmpty => StatusCode::ItemNotEmpty,
    };
    (code, None)
}

/// The device's name for an item, or the Status of a name that is none.
pub(super) fn luid_of(item: &Item) -> Result<Luid, StatusCode> {
    let name = item
        .source
        .as_ref()
        .or(item.target.as_ref())
        .map_or("", |location| location.uri.as_str());
    luid(name)
}

/// What a device did to an item, or the Status of a command that cannot be carried out.
fn edit(
    change: &Change,
    item: &Item,
    outer: &Meta,
    trees: bool,
) -> Result<sync::Change, StatusCode> {
    match change.kind {
        ChangeKind::Move if !trees => return Err(StatusCode::OptionalFeatureNotSupported),
        ChangeKind::Add
        | ChangeKind::Replace
        | ChangeKind::Delete
        | ChangeKind::Copy
        | ChangeKind::Move => {}
    }
    let luid = luid_of(item)?;
    if change.kind == ChangeKind::Copy {
        return Ok(sync::Change {
            luid,
            edit: copy_of(item)?,
            parent: hierarchy::parent_of_copy(item).filter(|_| trees),
        });
    }
    if change.kind == ChangeKind::Delete {
        return Ok(sync::Change {
            luid,
            edit: deletion(change),
            parent: None,
        });
    }
    let parent = hierarchy::parent(item).filter(|_| trees);
    if change.kind == ChangeKind::Move {
        let parent = Some(parent.ok_or(StatusCode::IncompleteCommand)?);
        let edit = Edit::Move;
        return Ok(sync::Change { luid, edit, parent });
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
    // FieldLevel counts on a Replace alone (REQ-META-6).
    let edit = if change.kind == ChangeKind::Add {
        Edit::Add(content)
    } else if meta.field_level {
        Edit::Fields(content)
    } else {
        Edit::Replace(content)
    };
    Ok(sync::Change { luid, edit, parent })
}

fn luid(name: &str) -> Result<Luid, StatusCode> {
    Luid::parse(name).map_err(|bad| match bad {
        crate::ids::BadName::TooLong { .. } => StatusCode::UriTooLong,
        crate::ids::BadName::Empty { .. } => StatusCode::IncompleteCommand,
        crate::ids::BadName::Control { .. } => StatusCode::BadRequest,
    })
}

/// A Copy: of its Source, called by its Target from then on.
fn copy_of(item: &Item) -> Result<Edit, StatusCode> {
    let target = item.target.as_ref().map(|target| target.uri.as_str());
    // Without a Source the Target is what is copied.
    let target = target.filter(|uri| item.source.is_some() && !uri.is_empty());
    Ok(Edit::Copy(target.map(luid).transpose()?))
}

/// A Delete: off the device alone goes before "keep a copy", since the item itself stays.
const fn deletion(change: &Change) -> Edit {
    if change.soft_delete {
        Edit::SoftDelete
    } else if change.archive {
        Edit::Archive
    } else {
        Edit::Delete
    }
}
