//! The server's Sync: each change of it is carried out, or refused for a reason, and answered.

use super::Device;
use super::dialogue::{Dialogue, Package};
use super::outbox::Job;
use super::resume::{Done, Rest};
use super::run::{Arriving, Run};
use super::store::Store;
use super::strict::about;
use super::tree::Place;
use crate::ids::Luid;
use crate::item::{Content, MediaType};
use crate::message::{Change, ChangeKind, Command, Item, Meta, Status, StatusCode, Sync, check};
use crate::pim;

impl Dialogue {
    /// A Sync and all that is in it.
    pub(super) fn updates(&mut self, device: &mut Device, command: &Command, sync: &Sync) {
        let target = sync
            .target
            .as_ref()
            .map(|target| target.uri.clone())
            .unwrap_or_default();
        let source = sync
            .source
            .as_ref()
            .map(|source| source.uri.clone())
            .unwrap_or_default();
        let index = self.runs.iter().position(|run| run.local == target);
        self.check_sync(device, index, &target, &source, sync);
        let code = if index.is_some() {
            StatusCode::Ok
        } else {
            StatusCode::NotFound
        };
        let mut status = self.answer(command, code);
        status.target_refs.push(target);
        status.source_refs.push(source);
        self.owe(command, status);
        if let Some((run, store)) = index.and_then(|index| self.pair(device, index)) {
            if !run.is_wiped && run.mode == super::Mode::RefreshFromServer {
                store.wipe(run.horizon);
                run.is_wiped = true;
            }
            run.has_sync = true;
            let declared = sync
                .number_of_changes
                .as_deref()
                .and_then(|number| number.trim().parse().ok());
            run.declared = run.declared.or(declared);
        }
        self.changes(device, index, &sync.meta, &sync.commands);
    }

    /// The commands in a Sync or a group in it; groups hold no groups.
    fn changes(
        &mut self,
        device: &mut Device,
        index: Option<usize>,
        outer: &Meta,
        commands: &[Command],
    ) {
        for command in commands {
            if let Some(code) = check(command) {
                self.violation(format!("{} is not well-formed: {code}", about(command)));
            }
            match command {
                Command::Change(change) => self.change(device, index, outer, command, change),
                Command::Group(group) => {
                    self.violation(format!("{}: no device has to take that", about(command)));
                    for inner in [command].into_iter().chain(&group.commands) {
                        let status = self.answer(inner, StatusCode::OptionalFeatureNotSupported);
                        self.owe(inner, status);
                    }
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
                | Command::Unknown { .. } => {
                    self.violation(format!("a Sync holds {}", about(command)));
                    let status = self.answer(command, StatusCode::CommandNotAllowed);
                    self.owe(command, status);
                }
            }
        }
    }

    fn change(
        &mut self,
        device: &mut Device,
        index: Option<usize>,
        outer: &Meta,
        command: &Command,
        change: &Change,
    ) {
        if change.items.len() != 1 {
            self.violation(format!(
                "{} has {} items, not one",
                about(command),
                change.items.len()
            ));
        }
        for item in &change.items {
            let meta = item.meta.within(&change.meta).within(outer);
            let code = match index {
                Some(index) => self.item(device, index, change.kind, &meta, item),
                None => StatusCode::NotFound,
            };
            let refs = |place: &Option<crate::message::Location>| {
                place.iter().map(|p| p.uri.clone()).collect()
            };
            let status = Status {
                target_refs: refs(&item.target),
                source_refs: refs(&item.source),
                ..self.answer(command, code)
            };
            self.owe(command, status);
        }
    }

    /// One item: put together if it comes in chunks, checked, and carried out.
    fn item(
        &mut self,
        device: &mut Device,
        index: usize,
        kind: ChangeKind,
        meta: &Meta,
        item: &Item,
    ) -> StatusCode {
        self.check_item(&device.profile, index, kind, meta, item);
        let gathered = self.gather(device, index, kind, meta, item);
        let max_guid_size = device.profile.max_guid_size;
        let mut comes_again = false;
        let Some((run, store)) = self.pair(device, index) else {
            return StatusCode::DataStoreFailure;
        };
        let code = match gathered {
            Ok(whole) => {
                let done = Done::new(kind, &whole.name, &whole.content.body);
                comes_again = run.was_confirmed(store, &done);
                let code = carry_out(run, store, max_guid_size, kind, whole);
                run.note_done(store, done, code);
                code
            }
            Err(StatusCode::ChunkAccepted) => return StatusCode::ChunkAccepted,
            Err(code) => code,
        };
        run.arrived += 1;
        let is_lacking = kind == ChangeKind::Replace && code == StatusCode::NotFound;
        run.lacked += u32::from(is_lacking);
        if code.is_success() {
            run.taken.count(kind);
        } else {
            run.refused += 1;
        }
        if comes_again {
            let name = item.source.as_ref().or(item.target.as_ref());
            let name = name.map_or("", |place| place.uri.as_str());
            self.violation(format!(
                "the {kind:?} of {name:?} was confirmed before the session was resumed"
            ));
        }
        code
    }

    /// The whole object, once its last chunk is here; until then the answer to a chunk.
    fn gather(
        &mut self,
        device: &mut Device,
        index: usize,
        kind: ChangeKind,
        meta: &Meta,
        item: &Item,
    ) -> Result<Whole, StatusCode> {
        let name = item
            .source
            .as_ref()
            .or(item.target.as_ref())
            .map(|place| place.uri.clone())
            .unwrap_or_default();
        let part = self.runs.get_mut(index).and_then(|run| run.arriving.take());
        let (is_rest, part) = match part {
            Some(part) if part.kind == kind && part.name == name => (true, Some(part)),
            // It was taken back, or has changed, before the session was resumed.
            Some(part) if part.is_resumed => (false, None),
            Some(part) => {
                self.violation(format!("the rest of {:?} never came", part.name)); // REQ-LOB-3
                self.jobs.push_front(Job::Broken(index, part.name));
                (false, None)
            }
            None => (false, None),
        };
        let (is_rest, part) = if part.is_some() {
            (is_rest, part)
        } else {
            let part = self.completed_before(device, index, (kind, &name), meta, item);
            (part.is_some(), part)
        };
        let fresh = || Arriving {
            kind,
            name: name.clone(),
            meta: meta.clone(),
            data: Vec::new(),
            is_resumed: false,
        };
        let data = item.data.as_deref().unwrap_or_default();
        let (is_rest, mut part) = match part.map(|part| part.go_on(meta, item)) {
            None | Some(Rest::Anew) => (false, fresh()),
            Some(Rest::Behind(part)) => (is_rest, part),
            Some(Rest::Gap) => return Err(StatusCode::SizeMismatch),
        };
        part.data.extend_from_slice(data);
        if item.more_data {
            if !is_rest && part.meta.size.is_none() {
                self.violation(format!("the first chunk of {:?} has no Size", part.name)); // REQ-META-7
            }
            if let Some(run) = self.runs.get_mut(index) {
                run.arriving = Some(part);
            }
            return Err(StatusCode::ChunkAccepted);
        }
        let size = part
            .meta
            .size
            .as_deref()
            .and_then(|size| size.trim().parse().ok());
        if is_rest && size.is_some_and(|size: usize| size != part.data.len()) {
            self.violation(format!("{:?} is not as long as it said", part.name)); // REQ-LOB-1
            return Err(StatusCode::SizeMismatch);
        }
        let data = Item {
            data: Some(part.data),
            ..Item::default()
        };
        let Ok(body) = data.bytes(&part.meta).map(std::borrow::Cow::into_owned) else {
            self.violation(format!("{:?} says b64 and is none", part.name));
            return Err(StatusCode::BadRequest);
        };
        let media_type = MediaType::new(part.meta.media_type.as_deref().unwrap_or_default());
        let content = Content {
            media_type: pim::classify(&body, &media_type),
            body,
        };
        Ok(Whole {
            name: part.name,
            content,
            place: Place::of(item),
        })
    }

    /// Whether the server's changes may come now.
    pub(super) const fn is_time_for_updates(&self) -> bool {
        match self.package {
            Package::One => !self.is_open && self.is_joined,
            Package::Three => !self.is_open,
            Package::Five => false,
        }
    }
}

/// An object and the name it has in its command.
#[derive(Debug)]
struct Whole {
    name: String,
    content: Content,
    place: Place,
}

/// Does to a datastore what the server wants. An item the user changed after its state was sent is not
/// touched (409): the next session tells the server first.
fn carry_out(
    run: &mut Run,
    store: &mut Store,
    max_guid_size: usize,
    kind: ChangeKind,
    whole: Whole,
) -> StatusCode {
    let content = store.place.kept(whole.content);
    if kind == ChangeKind::Add {
        if whole.name.is_empty() {
            return StatusCode::IncompleteCommand;
        }
        if whole.name.len() > max_guid_size {
            return StatusCode::CommandFailed;
        }
        run.guids.insert(whole.name.clone());
        return add(run, store, &whole.name, content, &whole.place);
    }
    let Some(luid) = Luid::parse(&whole.name)
        .ok()
        .filter(|luid| store.items.contains_key(luid))
    else {
        return if kind == ChangeKind::Delete {
            StatusCode::ItemNotDeleted
        } else {
            StatusCode::NotFound
        };
    };
    match kind {
        ChangeKind::Add | ChangeKind::Copy => StatusCode::OptionalFeatureNotSupported,
        ChangeKind::Replace | ChangeKind::Move | ChangeKind::Delete
            if run.is_edited(store, &luid) =>
        {
            StatusCode::Conflict
        }
        ChangeKind::Replace | ChangeKind::Move => {
            if store.place(&luid, &whole.place).is_err() {
                return StatusCode::MoveFailed;
            }
            if kind == ChangeKind::Replace {
                store.items.insert(luid, content);
            }
            StatusCode::Ok
        }
        ChangeKind::Delete if store.is_full(&luid) => StatusCode::ItemNotEmpty,
        ChangeKind::Delete => {
            store.items.remove(&luid);
            store.parents.remove(&luid);
            store.pending.remove(&luid);
            StatusCode::Ok
        }
    }
}

/// A new item; or one whose Map the server has not seen, and which it therefore sends again.
fn add(run: &Run, store: &mut Store, guid: &str, content: Content, place: &Place) -> StatusCode {
    if let Err(code) = store.find(place) {
        return code;
    }
    let known = store
        .unmapped
        .get(guid)
        .filter(|luid| store.items.contains_key(*luid))
        .cloned();
    match known {
        Some(luid) if run.is_edited(store, &luid) => StatusCode::AlreadyExists,
        Some(luid) => {
            if let Err(code) = store.place(&luid, place) {
                return code;
            }
            store.items.insert(luid, content);
            StatusCode::ItemAdded
        }
        None => {
            let luid = store.fresh();
            store.unmapped.insert(guid.to_owned(), luid.clone());
            store.items.insert(luid.clone(), content);
            // The folder was found above, and nothing lies in what is new.
            store
                .place(&luid, place)
                .map_or_else(|code| code, |()| StatusCode::ItemAdded)
        }
    }
}
