//! Large objects to the device: an item that has no room in one of its messages goes in chunks, one a message, each
//! when the one before was answered, with nothing in between (REQ-LOB-3).
//!
//! Only to a device that says it takes them, and nothing larger than its `MaxObjSize` (REQ-META-4): the rest is
//! withheld. What is sent stays what it was when its first chunk went out, whatever becomes of the item meanwhile.
//! Source: SyncML Sync Protocol 1.1, section 2.10; for a resumed object REQ-SUSP-6.

use log::warn;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::Refused;
use super::outbox::Outbox;
use super::outgoing::first_total;
use super::quirks::Spelling;
use super::render::{kind, whole};
use super::state::{SentChange, State, Strand, Subject};
use super::talk::Talk;
use crate::codec::{Encoding, Version};
use crate::ids::{ItemId, Luid, Rev};
use crate::message::{AlertCode, Change, Command, DevInf, StatusCode};
use crate::sync::{self, Operation, ParentName, Sent, ServerChange};

/// A chunk of fewer bytes than this, unless it is the last, is not worth a message.
const LEAST_CHUNK: usize = 64;

/// An object on its way to the device. Its bytes are those of the item, or of the revision it became.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outbound {
    /// Which item.
    pub item: ItemId,
    /// As what it is sent.
    pub what: Sent,
    /// The device's name for it, unless it is new.
    pub luid: Option<String>,
    /// The folder it is to lie in, for a device that knows folders.
    #[serde(default)]
    pub parent: Option<ParentName>,
    /// Change number of the item when its first chunk went out.
    pub seq: Rev,
    /// Its size as transferred, in bytes.
    pub total: usize,
    /// Tells whether the bytes are still those that were begun.
    pub hash: i64,
    /// How much of it is out, in bytes.
    pub at: usize,
    /// How much of it the device answered for, in bytes.
    pub acked: usize,
    /// The latest chunk is not answered.
    pub waiting: bool,
    /// The next chunk is the first that tells its Size: of the object, or of one that a resumed session goes on with.
    pub tells_size: bool,
}

impl Outbound {
    fn new(change: &ServerChange, data: &[u8]) -> Self {
        let luid = match &change.operation {
            Operation::Add(_) => None,
            Operation::Replace(luid, _) | Operation::Move(luid) | Operation::Delete(luid) => {
                Some(luid.as_str().to_owned())
            }
        };
        Self {
            item: change.item,
            what: kind(&change.operation),
            luid,
            parent: change.parent.clone(),
            seq: change.seq(),
            total: data.len(),
            hash: xxh3_64(data).cast_signed(),
            at: 0,
            acked: 0,
            waiting: false,
            tells_size: true,
        }
    }

    /// Whether its last chunk is out.
    pub(super) const fn is_out(&self) -> bool {
        self.at >= self.total
    }

    /// A resumed session goes on where the device is known to be.
    pub(super) const fn rewind(&mut self) {
        self.at = self.acked;
        (self.waiting, self.tells_size) = (false, true);
    }
}

/// What a device takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Takes {
    /// It puts chunks together.
    pub(super) chunks: bool,
    /// The largest object, in bytes.
    pub(super) most: usize,
}

impl Takes {
    /// The largest object that can go to a device which takes messages of this many bytes.
    pub(super) fn largest(self, message: usize) -> usize {
        if self.chunks {
            self.most
        } else {
            self.most.min(message)
        }
    }
}

/// What a device takes in one of its datastores, by its information and by what it says and does in the session.
pub(super) fn takes(state: &State, strand: &Strand, devinf: Option<&DevInf>) -> Takes {
    let most = strand
        .max_obj_size
        .or(state.max_obj_size)
        .filter(|most| *most > 0);
    let says = devinf.is_some_and(|devinf| devinf.large_objects);
    Takes {
        chunks: state.version >= Version::V11 && (says || state.chunks || most.is_some()),
        most: most.unwrap_or(usize::MAX),
    }
}

/// The size of a change's object as transferred, in bytes.
pub(super) fn size(change: &Change) -> usize {
    let data = change.items.iter().filter_map(|item| item.data.as_ref());
    data.map(Vec::len).sum()
}

impl Outbox {
    /// More of the object that is under way; whether other changes may follow it.
    pub(super) fn object(
        &mut self,
        talk: &mut Talk<'_, '_>,
        index: usize,
    ) -> Result<bool, Refused> {
        let who = talk.who();
        let spelling = Spelling::of(talk, index);
        let Some(strand) = talk.state.strands.get_mut(index) else {
            return Ok(true);
        };
        let Some(outbound) = strand.outbound.clone().filter(|object| !object.is_out()) else {
            return Ok(true);
        };
        if outbound.waiting {
            return Ok(false);
        }
        let content = sync::content_at(talk.tx, &who, &strand.course, outbound.item, outbound.seq)?;
        let luid = outbound
            .luid
            .as_deref()
            .and_then(|luid| Luid::parse(luid).ok());
        let change = content.map(|content| {
            let change = whole(
                outbound.item,
                luid.as_ref(),
                outbound.parent.as_ref(),
                &content,
                self.encoding,
            );
            spelling.dress(outbound.item, change, self.encoding)
        });
        let same = change.as_ref().is_some_and(|change| {
            let data = data_of(change);
            data.len() == outbound.total && xxh3_64(data).cast_signed() == outbound.hash
        });
        let Some(change) = change.filter(|_| same) else {
            warn!(item = outbound.item.0; "what was being sent of item {} is no more: it is offered again", outbound.item);
            strand.outbound = None;
            strand.course.counts.failed += 1;
            return Ok(true);
        };
        let total = first_total(talk, index, 1)?;
        if !self.open_sync(talk, index, total) {
            return Ok(false);
        }
        let Some(strand) = talk.state.strands.get_mut(index) else {
            return Ok(true);
        };
        let Some((next, cmd)) = self.chunk(&outbound, &change, strand.size_plus_one) else {
            return Ok(false);
        };
        let out = next.is_out();
        note(talk, index, next, cmd);
        Ok(out)
    }

    /// Begins with an object that has no room in a message. Answers whether it is in the message: if not, the next
    /// one has more room for it.
    pub(super) fn begin_object(
        &mut self,
        talk: &mut Talk<'_, '_>,
        index: usize,
        change: &ServerChange,
        command: &Change,
    ) -> Result<bool, Refused> {
        let who = talk.who();
        let Some(strand) = talk.state.strands.get_mut(index) else {
            return Ok(false);
        };
        let begun = Outbound::new(change, data_of(command));
        let Some((next, cmd)) = self.chunk(&begun, command, strand.size_plus_one) else {
            return Ok(false);
        };
        let changes = std::slice::from_ref(change);
        sync::offer(talk.tx, &who, &mut strand.course, changes)?;
        note(talk, index, next, cmd);
        Ok(true)
    }

    /// The smallest part of an object that is worth a message.
    pub(super) fn least_chunk(&self, change: &ServerChange, command: &Change) -> Option<Command> {
        let begun = Outbound::new(change, data_of(command));
        let end = self.cut(command, 0, LEAST_CHUNK)?;
        Some(part(&begun, command, end, false))
    }

    /// Puts as much of an object into the Sync as there is room for; how it stands then, and the number of the command.
    fn chunk(
        &mut self,
        outbound: &Outbound,
        whole: &Change,
        size_plus_one: bool,
    ) -> Option<(Outbound, String)> {
        let left = outbound.total.saturating_sub(outbound.at);
        let mut size = left.min(self.draft.room());
        loop {
            let end = self.cut(whole, outbound.at, size)?;
            let taken = end - outbound.at;
            if taken < LEAST_CHUNK.min(left) {
                return None;
            }
            let command = part(outbound, whole, end, size_plus_one);
            if let Ok(cmd) = self.draft.push_into_sync(command) {
                let next = Outbound {
                    at: end,
                    waiting: end < outbound.total,
                    tells_size: false,
                    ..outbound.clone()
                };
                return Some((next, cmd));
            }
            size = taken - (taken / 8).max(1);
        }
    }

    /// Where an object can be cut at most `size` bytes behind `at`: not inside a character, nor inside of four
    /// letters of base64, which some devices decode chunk by chunk.
    fn cut(&self, whole: &Change, at: usize, size: usize) -> Option<usize> {
        let data = data_of(whole);
        let end = at.saturating_add(size).min(data.len());
        if end == data.len() {
            return Some(end);
        }
        let is_base64 = whole.meta.format.is_some();
        if is_base64 {
            return Some(end - end % 4).filter(|end| *end > at);
        }
        let inside = |end: usize| data.get(end).is_some_and(|byte| byte & 0xC0 == 0x80);
        let back = (0..4).filter_map(|back| end.checked_sub(back));
        let whole_letters = back.into_iter().find(|end| !inside(*end));
        // What is no text has no characters; only WBXML carries it as it is.
        let end = whole_letters.filter(|end| *end > at);
        end.or_else(|| (self.encoding == Encoding::Wbxml).then_some(at + size))
            .filter(|end| *end > at)
    }
}

/// The part of an object between where it stands and `end`, as a command.
fn part(outbound: &Outbound, whole: &Change, end: usize, size_plus_one: bool) -> Command {
    let mut change = whole.clone();
    let size = outbound.total.saturating_sub(outbound.at) + usize::from(size_plus_one);
    change.meta.size = outbound.tells_size.then(|| size.to_string());
    for item in &mut change.items {
        let data = item.data.take().unwrap_or_default();
        item.more_data = end < data.len();
        item.data = data.get(outbound.at..end).map(<[u8]>::to_vec);
    }
    Command::Change(change)
}

/// Remembers the chunk that went out.
fn note(talk: &mut Talk<'_, '_>, index: usize, next: Outbound, cmd: String) {
    let (item, what) = (next.item, next.what);
    let subject = if next.is_out() {
        Subject::Change { item, what }
    } else {
        Subject::Chunk { item }
    };
    let msg = talk.arrival.msg;
    if let Some(strand) = talk.state.strands.get_mut(index) {
        strand.outbound = Some(next);
    }
    talk.expect([SentChange {
        msg,
        cmd,
        strand: index,
        subject,
    }]);
}

fn data_of(change: &Change) -> &[u8] {
    let mut data = change.items.iter().filter_map(|item| item.data.as_deref());
    data.next().unwrap_or_default()
}

impl Talk<'_, '_> {
    /// What an Alert in between means for the objects under way.
    pub(super) fn heed(&mut self, code: AlertCode) {
        if code == AlertCode::NextMessage {
            self.go_on_sending();
        } else if code == AlertCode::NoEndOfData {
            self.stop_sending();
        }
    }

    /// The device asks for the next message: it has the chunk before, even where it does not say so.
    fn go_on_sending(&mut self) {
        let strands = self.state.strands.iter_mut();
        for object in strands.filter_map(|strand| strand.outbound.as_mut()) {
            object.waiting = false;
        }
    }

    /// The device says that an object of ours broke off (Alert 223): the rest of it is not sent, and the item is
    /// offered again in its next session.
    fn stop_sending(&mut self) {
        for strand in &mut self.state.strands {
            if strand.outbound.take_if(|object| !object.is_out()).is_some() {
                strand.course.counts.failed += 1;
            }
        }
    }
}

impl Strand {
    /// The device answered a chunk.
    pub(super) fn answer_chunk(&mut self, item: ItemId, code: StatusCode) {
        let under_way = |object: &&mut Outbound| object.item == item && !object.is_out();
        let Some(object) = self.outbound.as_mut().filter(under_way) else {
            return;
        };
        if code.is_success() {
            (object.acked, object.waiting) = (object.at, false);
            return;
        }
        self.outbound = None;
        let counts = &mut self.course.counts;
        counts.failed += 1;
        counts.error(format!(
            "the device answered {code} to a part of item {item}"
        ));
    }

    /// The device answered a change: if it was the last chunk of an object, the object is done with.
    pub(super) fn answer_object(&mut self, item: ItemId) {
        self.outbound
            .take_if(|object| object.item == item && object.is_out());
    }
}

#[cfg(test)]
mod tests;
