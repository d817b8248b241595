//! The device's Sync: its changes, as many as a message holds, and large objects in chunks.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Device;
use super::dialogue::Dialogue;
use super::mode::Sends;
use super::run::{Leaving, Run, Stage};
use super::sent::{Offer, What};
use super::store::Store;
use crate::codec::{Encoding, Writer};
use crate::ids::Luid;
use crate::message::{Change, ChangeKind, Command, Draft, Item, Meta, Sync};

impl Dialogue {
    /// The changes of a datastore, as many as fit.
    pub(super) fn sync(&mut self, device: &mut Device, draft: &mut Draft, index: usize) -> bool {
        let counts = device.profile.counts();
        let encoding = device.profile.encoding;
        let Some((run, _)) = self.pair(device, index) else {
            return true;
        };
        if run.stage == Stage::Failed {
            return true;
        }
        let sync = Sync {
            target: Some(run.remote.as_str().into()),
            source: Some(run.local.as_str().into()),
            number_of_changes: (counts && !run.is_announced).then(|| run.total.to_string()),
            ..Sync::default()
        };
        let attempt = run.attempt;
        if !self.push(draft, Command::Sync(sync), What::Sync(index, attempt)) {
            return false;
        }
        let mut is_first = true;
        loop {
            let max = self.max_obj_size.unwrap_or(usize::MAX);
            let Some((run, _)) = self.pair(device, index) else {
                return true;
            };
            run.is_announced = true;
            if self.block(device, draft, index) {
                is_first = false;
                continue;
            }
            let Some((run, store)) = self.pair(device, index) else {
                return true;
            };
            let Some(luid) = run.queue.front().cloned() else {
                return true;
            };
            let leaving = run
                .leaving
                .take()
                .or_else(|| leaving(run, store, &luid, encoding));
            let Some(leaving) = leaving.filter(|leaving| leaving.bytes() <= max) else {
                run.queue.pop_front();
                run.refused += u32::from(store.items.contains_key(&luid));
                continue;
            };
            let edit = leaving.edit;
            let offer = Offer {
                run: index,
                attempt,
                luid,
                kind: leaving.change.kind,
                edit,
                is_chunk: false,
            };
            let is_whole =
                leaving.at == 0 && self.offer(draft, leaving.change.clone(), offer.clone());
            if !is_whole {
                let may_chunk = is_first || leaving.at > 0;
                match if may_chunk {
                    self.chunk(device, draft, leaving, offer.clone())
                } else {
                    Chunk::NoRoom
                } {
                    Chunk::Last => {}
                    Chunk::Never => continue,
                    Chunk::More | Chunk::NoRoom => return false,
                }
            }
            self.sent_out(device, &offer);
            is_first = false;
        }
    }

    /// Notes that an item is out, whole.
    pub(super) fn sent_out(&mut self, device: &mut Device, offer: &Offer) {
        if let Some((run, store)) = self.pair(device, offer.run) {
            run.queue.pop_front();
            run.offered.insert(offer.luid.clone(), offer.edit);
            if let Some(pending) = store.pending.get_mut(&offer.luid) {
                pending.offered = true;
            }
        }
    }

    fn offer(&mut self, draft: &mut Draft, change: Change, offer: Offer) -> bool {
        let name = change.kind.tag().name();
        match draft.push_into_sync(Command::Change(change)) {
            Ok(number) => {
                self.record(&number, name, What::Change(offer));
                true
            }
            Err(_) => false,
        }
    }

    /// Sends as much of an object as fits.
    fn chunk(
        &mut self,
        device: &mut Device,
        draft: &mut Draft,
        leaving: Leaving,
        mut offer: Offer,
    ) -> Chunk {
        let data = leaving
            .change
            .items
            .iter()
            .find_map(|item| item.data.as_deref())
            .unwrap_or_default();
        let rest = data.get(leaving.at..).unwrap_or_default();
        let mut size = if device.profile.chunks() {
            rest.len().min(draft.room())
        } else {
            0
        };
        // What has no data has no parts.
        while let Some((piece, more)) = split(rest, size).filter(|_| !rest.is_empty()) {
            let mut change = leaving.change.clone();
            let tells_size = leaving.at == 0 || leaving.tells_size;
            change.meta.size = tells_size.then(|| rest.len().to_string());
            for item in &mut change.items {
                item.data = Some(piece.to_vec());
                item.more_data = !more.is_empty();
            }
            offer.is_chunk = !more.is_empty();
            if self.offer(draft, change, offer.clone()) {
                if more.is_empty() {
                    return Chunk::Last;
                }
                let at = leaving.at + piece.len();
                if let Some((run, store)) = self.pair(device, offer.run) {
                    run.leaving = Some(Leaving {
                        at,
                        tells_size: false,
                        ..leaving
                    });
                    if let Some(pending) = store.pending.get_mut(&offer.luid) {
                        pending.offered = true;
                    }
                }
                return Chunk::More;
            }
            size = piece.len() / 2;
        }
        let Some(run) = self.runs.get_mut(offer.run) else {
            return Chunk::NoRoom;
        };
        if leaving.at > 0 {
            run.leaving = Some(leaving);
        } else if draft.message().body.len() <= 2 {
            // Beside the Status for the header and the Sync there is nothing that the next message would not have.
            run.queue.pop_front();
            run.refused += 1;
            return Chunk::Never;
        }
        Chunk::NoRoom
    }
}

/// What came of sending a part of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Chunk {
    /// It is out, and more of it is to come.
    More,
    /// It is out, and was the last.
    Last,
    /// There is no room for it in this message.
    NoRoom,
    /// There will be none in any.
    Never,
}

impl Leaving {
    /// The size of the object as transferred, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.change
            .items
            .iter()
            .filter_map(|item| item.data.as_ref())
            .map(Vec::len)
            .sum()
    }
}

/// What to send of an item; `None` when the user took it away in the meantime.
pub(super) fn leaving(
    run: &Run,
    store: &Store,
    luid: &Luid,
    encoding: Encoding,
) -> Option<Leaving> {
    let pending = store.pending.get(luid);
    let kind = match run.mode.sends() {
        Sends::Changes => pending?.kind,
        Sends::Everything | Sends::Nothing => ChangeKind::Replace,
    };
    let edit = pending.map_or(0, |pending| pending.edit);
    let mut item = Item {
        source: Some(luid.as_str().into()),
        ..Item::default()
    };
    let mut meta = Meta::default();
    let copy = (kind == ChangeKind::Copy).then(|| store.copied(luid));
    let kind = match &copy {
        Some(None) => ChangeKind::Add,
        Some(Some(_)) | None => kind,
    };
    if let Some(Some(copy)) = copy {
        item = copy;
    } else if kind != ChangeKind::Delete {
        let content = store.items.get(luid)?;
        item.source_parent = store.source_parent(luid);
        if kind == ChangeKind::Move {
            let change = Change {
                kind,
                items: vec![item],
                ..Change::default()
            };
            return Some(whole(change, edit));
        }
        let carries = Writer::carries(encoding, &content.body);
        meta.media_type = Some(content.media_type.as_str().to_owned());
        meta.format = (!carries).then(|| "b64".to_owned());
        item.data = Some(if carries {
            content.body.clone()
        } else {
            STANDARD.encode(&content.body).into_bytes()
        });
    }
    let mut change = Change {
        kind,
        meta,
        items: vec![item],
        ..Change::default()
    };
    if kind == ChangeKind::Delete {
        store.say_parting(luid, &mut change);
    }
    Some(whole(change, edit))
}

/// A change none of which has left yet.
fn whole(change: Change, edit: u64) -> Leaving {
    Leaving {
        change,
        edit,
        at: 0,
        acked: 0,
        tells_size: false,
    }
}

/// Cuts an object after at most `size` bytes, not inside a character; `None` when that leaves next to nothing.
fn split(data: &[u8], size: usize) -> Option<(&[u8], &[u8])> {
    let inside = |at: usize| data.get(at).is_some_and(|b| b & 0xC0 == 0x80);
    let size = size.min(data.len());
    let at = (0..4)
        .filter_map(|back| size.checked_sub(back))
        .find(|at| !inside(*at))
        .unwrap_or(size);
    data.split_at_checked(at)
        .filter(|(piece, more)| piece.len() >= SMALLEST_CHUNK || more.is_empty())
}

/// A chunk shorter than this, in bytes, is not worth a message.
const SMALLEST_CHUNK: usize = 16;
