//! Large objects from the device: their chunks are kept as bytes until the last one has come, and only then is the
//! object an item like any other (REQ-LOB-1, REQ-FIELD-10).
//!
//! The bytes lie in the store, not in the session's state, so that any node can go on with them and a resumed session
//! finds them. There is one object for each device and datastore at most, and none is larger than our `MaxObjSize`.
//! Source: SyncML Sync Protocol 1.1, section 2.10; for a resumed object REQ-SUSP-6.

mod size;

use size::{agrees, length};

use log::warn;
use serde::{Deserialize, Serialize};

use super::Refused;
use super::intake::luid_of;
use super::talk::Talk;
use crate::codec::Version;
use crate::ids::Luid;
use crate::message::{Change, ChangeKind, Item, Meta, StatusCode};
use crate::store::Partial;

/// Where the large object stands that a device is sending for one datastore. Its bytes lie in the store.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Inbound {
    /// Chunks of it have come, but not the last.
    pub open: bool,
    /// The session was resumed since: the next chunk says by its Size where it goes on.
    pub resumed: bool,
    /// It is complete, and this Status was given for its last chunk.
    pub whole: Option<u16>,
    /// An object was refused before its end: its LUID, whether it came as an Add, and the Status. What still comes
    /// of it is no item.
    pub declined: Option<(String, bool, u16)>,
}

/// An object that broke off: the device is told by Alert 223, with the addresses of its item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unended {
    /// The device's name for the item.
    pub source: String,
}

/// What an item of a change is, as far as chunks go.
pub(super) enum Piece {
    /// No part of a large object.
    Item,
    /// A chunk, or one too many: this Status answers it, and nothing else is to be done.
    Answered(StatusCode),
    /// The last chunk: the whole object, and the Meta of its first chunk.
    Object(Box<(Item, Meta)>),
}

/// One item and what a large object is recognised by.
struct Chunk<'a> {
    strand: usize,
    luid: &'a Luid,
    adds: bool,
    data: &'a [u8],
    size: Option<i64>,
    meta: &'a Meta,
    item: &'a Item,
}

impl Talk<'_, '_> {
    /// Takes in what an item has to do with a large object; `meta` is that of the item with all that is around it.
    pub(super) fn piece(
        &mut self,
        strand: usize,
        change: &Change,
        item: &Item,
        meta: &Meta,
    ) -> Result<Piece, Refused> {
        let Some(inbound) = self.inbound(strand) else {
            return Ok(Piece::Item);
        };
        let adds = match change.kind {
            ChangeKind::Add => Some(true),
            ChangeKind::Replace => Some(false),
            ChangeKind::Delete | ChangeKind::Copy | ChangeKind::Move => None,
        };
        if !item.more_data && *inbound == Inbound::default() {
            return Ok(Piece::Item);
        }
        let luid = luid_of(item).ok();
        let (Some(adds), Some(luid)) = (adds, &luid) else {
            self.passed_over(strand, luid.as_ref())?;
            return Ok(Piece::Item);
        };
        let size = meta.size.as_deref();
        let size = size.and_then(|text| text.trim().parse().ok());
        let chunk = Chunk {
            strand,
            luid,
            adds,
            data: item.data.as_deref().unwrap_or_default(),
            size,
            meta,
            item,
        };
        if let Some(open) = self.partial_of(strand)? {
            if open.luid == *luid && open.adds == adds {
                let resumed = self.inbound(strand).is_some_and(|inbound| inbound.resumed);
                return match size.filter(|_| resumed) {
                    Some(rest) => self.go_on_at(&chunk, open, rest),
                    // The whole item, in a message with more room: what goes on says how much is left.
                    None if resumed && !item.more_data => {
                        self.discard(strand).map(|()| Piece::Item)
                    }
                    None => self.go_on(&chunk, open, chunk.data),
                };
            }
            if item.more_data && open.luid != *luid {
                self.break_off(strand)?;
            } else {
                self.passed_over(strand, Some(luid))?;
            }
        }
        self.first(&chunk)
    }

    /// A change that is no chunk came while an object was open. The line broke since its last chunk, so the device may
    /// have taken back what it began, or go on with it only after this; else it never will (REQ-LOB-1).
    fn passed_over(&mut self, strand: usize, luid: Option<&Luid>) -> Result<(), Refused> {
        let resumed = self.inbound(strand).is_some_and(|inbound| inbound.resumed);
        if !resumed {
            return self.break_off(strand);
        }
        let open = self.partial_of(strand)?;
        if open.is_some_and(|open| Some(&open.luid) == luid) {
            return self.discard(strand);
        }
        Ok(())
    }

    fn inbound(&mut self, strand: usize) -> Option<&mut Inbound> {
        let strand = self.state.strands.get_mut(strand)?;
        Some(&mut strand.inbound)
    }

    /// The object that is open, if one is.
    fn partial_of(&mut self, strand: usize) -> Result<Option<Partial>, Refused> {
        let Some(strand) = self.state.strands.get(strand) else {
            return Ok(None);
        };
        if !strand.inbound.open {
            return Ok(None);
        }
        let datastore = &strand.course.view.datastore;
        Ok(self
            .tx
            .partial(self.account.id, &self.arrival.device, datastore)?)
    }

    /// An item that goes on with nothing: a first chunk, what is left of an object that was refused, the last chunk
    /// of one that is complete already, or no chunk at all.
    fn first(&mut self, chunk: &Chunk<'_>) -> Result<Piece, Refused> {
        let Some(inbound) = self.inbound(chunk.strand) else {
            return Ok(Piece::Item);
        };
        if let Some((luid, adds, code)) = inbound.declined.clone() {
            if chunk.size.is_none() && luid == chunk.luid.as_str() && adds == chunk.adds {
                inbound.declined = inbound.declined.take().filter(|_| chunk.item.more_data);
                return Ok(Piece::Answered(StatusCode::of(code)));
            }
            inbound.declined = None;
        }
        if !chunk.item.more_data {
            return self.told_already(chunk);
        }
        let most = i64::try_from(self.host.settings.max_object_bytes).unwrap_or(i64::MAX);
        let takes = self
            .state
            .strands
            .get(chunk.strand)
            .is_some_and(|strand| strand.course.mode.takes());
        let code = match chunk.size {
            _ if self.state.version == Version::V10 => StatusCode::EntityTooLarge,
            _ if !takes => StatusCode::Forbidden,
            // Of its parts only the first says so.
            _ if chunk.meta.field_level && !chunk.adds => StatusCode::OptionalFeatureNotSupported,
            None => StatusCode::SizeRequired,
            Some(size) if size > most => StatusCode::RequestedSizeTooBig,
            Some(_) if length(chunk.data) > most => StatusCode::EntityTooLarge,
            Some(size) => {
                self.state.chunks = true;
                self.begin(chunk, size)?;
                return Ok(Piece::Answered(StatusCode::ChunkAccepted));
            }
        };
        self.decline(chunk, code);
        Ok(Piece::Answered(code))
    }

    fn begin(&mut self, chunk: &Chunk<'_>, size: i64) -> Result<(), Refused> {
        let Some(strand) = self.state.strands.get_mut(chunk.strand) else {
            return Ok(());
        };
        strand.inbound = Inbound {
            open: true,
            ..Inbound::default()
        };
        let partial = Partial {
            account: self.account.id,
            device: self.arrival.device.clone(),
            datastore: strand.course.view.datastore.clone(),
            luid: chunk.luid.clone(),
            adds: chunk.adds,
            size,
            media_type: chunk.meta.media_type.clone(),
            format: chunk.meta.format.clone(),
            source_parent: chunk.item.source_parent.clone(),
            target_parent: chunk.item.target_parent.clone(),
            have: length(chunk.data),
        };
        Ok(self.tx.begin_partial(&partial, chunk.data)?)
    }

    /// More of the object that is open.
    fn go_on(&mut self, chunk: &Chunk<'_>, open: Partial, data: &[u8]) -> Result<Piece, Refused> {
        if let Some(inbound) = self.inbound(chunk.strand) {
            inbound.resumed = false;
        }
        let most = i64::try_from(self.host.settings.max_object_bytes).unwrap_or(i64::MAX);
        if open.have.saturating_add(length(data)) > most {
            self.discard(chunk.strand)?;
            self.decline(chunk, StatusCode::EntityTooLarge);
            return Ok(Piece::Answered(StatusCode::EntityTooLarge));
        }
        self.tx.append_partial(&open, data)?;
        if chunk.item.more_data {
            return Ok(Piece::Answered(StatusCode::ChunkAccepted));
        }
        let body = self
            .tx
            .partial_body(open.account, &open.device, &open.datastore)?;
        let off_by_one = self
            .state
            .strands
            .get(chunk.strand)
            .is_some_and(|strand| strand.size_plus_one);
        if !agrees(open.size, &body, off_by_one) {
            warn!(device = self.arrival.device.as_str(); "{} sent {} bytes of {} where {} were announced", self.arrival.device, body.len(), open.luid, open.size);
            self.discard(chunk.strand)?;
            return Ok(Piece::Answered(StatusCode::SizeMismatch));
        }
        if let Some(inbound) = self.inbound(chunk.strand) {
            inbound.open = false;
        }
        let meta = Meta {
            media_type: open.media_type,
            format: open.format,
            ..Meta::default()
        };
        let whole = Item {
            source: Some(open.luid.as_str().into()),
            source_parent: open.source_parent,
            target_parent: open.target_parent,
            data: Some(body),
            ..Item::default()
        };
        Ok(Piece::Object(Box::new((whole, meta))))
    }

    /// The first chunk after a resume: `rest` is how many bytes are left from its beginning (REQ-SUSP-6).
    fn go_on_at(&mut self, chunk: &Chunk<'_>, open: Partial, rest: i64) -> Result<Piece, Refused> {
        let twice = rest.saturating_add(open.have).saturating_sub(open.size);
        let Ok(twice) = usize::try_from(twice) else {
            // What lies between was never received.
            self.discard(chunk.strand)?;
            return Ok(Piece::Answered(StatusCode::SizeMismatch));
        };
        let had = self
            .tx
            .partial_body(open.account, &open.device, &open.datastore)?;
        // What is left after this chunk comes behind it, though more of it may have come before.
        let Some((kept, known)) = had
            .len()
            .checked_sub(twice)
            .and_then(|from| had.split_at_checked(from))
        else {
            self.discard(chunk.strand)?;
            return Ok(Piece::Answered(StatusCode::SizeMismatch));
        };
        if known
            .iter()
            .zip(chunk.data)
            .all(|(had, comes)| had == comes)
        {
            let open = Partial {
                have: length(kept),
                ..open
            };
            if twice > 0 {
                self.tx.begin_partial(&open, kept)?;
            }
            return self.go_on(chunk, open, chunk.data);
        }
        // Edited in the meantime: a new beginning, or nothing that we could go on with.
        self.discard(chunk.strand)?;
        if rest == open.size {
            return self.first(chunk);
        }
        Ok(Piece::Answered(StatusCode::SizeMismatch))
    }

    /// The last chunk of an object that is complete, sent again since our answer was lost, gets that answer again.
    fn told_already(&mut self, chunk: &Chunk<'_>) -> Result<Piece, Refused> {
        let (Some(strand), Some(size)) = (self.state.strands.get(chunk.strand), chunk.size) else {
            return Ok(Piece::Item);
        };
        let (Some(code), true) = (strand.inbound.whole, strand.inbound.resumed) else {
            return Ok(Piece::Item);
        };
        let datastore = strand.course.view.datastore.clone();
        let (account, device) = (self.account.id, &self.arrival.device);
        let Some(whole) = self.tx.partial(account, device, &datastore)? else {
            return Ok(Piece::Item);
        };
        let is_part = size == length(chunk.data) && size < whole.size;
        let is_same = whole.luid == *chunk.luid && whole.adds == chunk.adds;
        if is_part && is_same {
            let body = self.tx.partial_body(account, device, &datastore)?;
            if body.ends_with(chunk.data) {
                return Ok(Piece::Answered(StatusCode::of(code)));
            }
        }
        Ok(Piece::Item)
    }

    fn decline(&mut self, chunk: &Chunk<'_>, code: StatusCode) {
        if let Some(inbound) = self.inbound(chunk.strand) {
            let declined = (chunk.luid.as_str().to_owned(), chunk.adds, code.number());
            inbound.declined = Some(declined).filter(|_| chunk.item.more_data);
        }
    }

    /// Throws away what came of the open object.
    fn discard(&mut self, strand: usize) -> Result<(), Refused> {
        let Some(strand) = self.state.strands.get_mut(strand) else {
            return Ok(());
        };
        strand.inbound = Inbound::default();
        let datastore = &strand.course.view.datastore;
        Ok(self
            .tx
            .drop_partial(self.account.id, &self.arrival.device, datastore)?)
    }

    /// Something else came while an object was open: what came of it is dropped, and the device is told.
    pub(super) fn break_off(&mut self, strand: usize) -> Result<(), Refused> {
        let Some(open) = self.partial_of(strand)? else {
            return Ok(());
        };
        self.state.unended.push(Unended {
            source: open.luid.as_str().to_owned(),
        });
        self.discard(strand)
    }

    /// The device's package is complete: an object that has not ended by now never will.
    pub(super) fn break_off_all(&mut self) -> Result<(), Refused> {
        for strand in 0..self.state.strands.len() {
            self.break_off(strand)?;
        }
        Ok(())
    }

    /// The session ended well: nothing that was sent in parts is needed any more.
    pub(super) fn forget_objects(&mut self) -> Result<(), Refused> {
        for strand in 0..self.state.strands.len() {
            let inbound = self.inbound(strand).cloned().unwrap_or_default();
            if inbound.open || inbound.whole.is_some() {
                self.discard(strand)?;
            }
        }
        Ok(())
    }
}
