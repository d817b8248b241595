//! Package 4: the changes for the device, datastore by datastore, as many as the message holds.
//!
//! Source: SyncML Sync Protocol 1.1, sections 2.9 and 5.2; Representation Protocol 1.2.2, section 6.4.1.

use super::outbound::{self, Takes};
use super::outbox::Outbox;
use super::quirks::Spelling;
use super::recognise::{changes_in, runs};
use super::render::kind;
use super::state::{SentChange, Strand, Subject};
use super::talk::Talk;
use super::{Phase, Refused, Style};
use crate::codec::Version;
use crate::message::{Command, Draft, Location, Status, Sync};
use crate::store::{StoreError, Tx};
use crate::sync::{self, Mode, ServerChange, Who};

/// The most changes that are looked up at once.
const MOST_CHANGES: usize = 400;

impl Outbox {
    /// The changes for the device, datastore by datastore; whether all went out.
    pub(super) fn syncs(&mut self, talk: &mut Talk<'_, '_>) -> Result<bool, Refused> {
        if talk.state.phase != Phase::Outgoing {
            return Ok(true);
        }
        for index in 0..talk.state.strands.len() {
            if !self.sync(talk, index)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn sync(&mut self, talk: &mut Talk<'_, '_>, index: usize) -> Result<bool, Refused> {
        let (who, msg) = (talk.who(), talk.arrival.msg);
        if talk.state.strands.get(index).is_none_or(|strand| {
            strand.failed || !(strand.course.mode.sends() || talk.quirks.from_client_sync)
        }) {
            return Ok(true);
        }
        if !self.object(talk, index)? {
            return Ok(false);
        }
        loop {
            let Some(strand) = talk.state.strands.get_mut(index) else {
                return Ok(true);
            };
            // As many as will fit, and one that does not: what is looked up in vain costs as much as what is sent.
            let limit = self.draft.room() / strand.change_bytes.max(1) + 2;
            let limit = i64::try_from(limit.min(MOST_CHANGES)).unwrap_or(i64::MAX);
            let takes_replaces =
                talk.quirks.replace_in_slow_sync || strand.course.mode != Mode::Slow;
            let page = next_page(talk.tx, &who, strand, limit, takes_replaces)?;
            if page.is_empty() && strand.sync_sent {
                return Ok(true);
            }
            let total = first_total(talk, index, 0)?;
            if !self.open_sync(talk, index, total) {
                return Ok(false);
            }
            if page.is_empty() {
                return Ok(true);
            }
            let takes = takes_of(talk, index);
            let room = self.draft.room();
            let spelling = Spelling::of(talk, index);
            let (fitted, rest) = self.changes(&page, takes.most, spelling, talk.quirks.max_changes);
            let Some(strand) = talk.state.strands.get_mut(index) else {
                return Ok(true);
            };
            if !fitted.is_empty() {
                strand.change_bytes = (room - self.draft.room()) / fitted.len();
            }
            for (change, cmd) in page.iter().zip(&fitted) {
                let subject = Subject::Change {
                    item: change.item,
                    what: kind(&change.operation),
                };
                talk.state.sent.push(SentChange {
                    msg,
                    cmd: cmd.clone(),
                    strand: index,
                    subject,
                });
            }
            sync::offer(
                talk.tx,
                &who,
                &mut strand.course,
                page.get(..fitted.len()).unwrap_or_default(),
            )?;
            if let Some(next) = rest
                && self.too_large(talk, index, takes, &next)? == Next::Message
            {
                return Ok(false);
            }
        }
    }

    /// The Sync of a datastore in this message; whether it is there. `total` is its `NumberOfChanges`.
    pub(super) fn open_sync(
        &mut self,
        talk: &mut Talk<'_, '_>,
        index: usize,
        total: Option<i64>,
    ) -> bool {
        if self.open == Some(index) {
            return true;
        }
        let Some(strand) = talk.state.strands.get_mut(index) else {
            return false;
        };
        let command = Sync {
            target: Some(Location::from(strand.theirs.as_str())),
            source: Some(Location::from(strand.ours.as_str())),
            number_of_changes: total.map(|total| total.to_string()),
            ..Sync::default()
        };
        let Ok(cmd) = self.draft.push(Command::Sync(command)) else {
            return false;
        };
        (self.open, strand.sync_sent) = (Some(index), true);
        talk.state.sent.push(SentChange {
            msg: talk.arrival.msg,
            cmd,
            strand: index,
            subject: Subject::Sync,
        });
        true
    }

    /// What becomes of a change that had no room: it waits for the next message, it goes in chunks from here on, or
    /// it cannot be sent to this device.
    fn too_large(
        &mut self,
        talk: &mut Talk<'_, '_>,
        index: usize,
        takes: Takes,
        next: &ServerChange,
    ) -> Result<Next, Refused> {
        let who = talk.who();
        let spelling = Spelling::of(talk, index);
        let command = spelling.change(next, self.encoding);
        let is_named = spelling.names(next);
        let small = is_named && outbound::size(&command) <= takes.most;
        let whole = Command::Change(command.clone());
        if small && self.may_fit_later(talk, index, whole) {
            return Ok(Next::Message);
        }
        if small && takes.chunks {
            if self.begin_object(talk, index, next, &command)? {
                return Ok(Next::Message);
            }
            let least = self.least_chunk(next, &command);
            if least.is_some_and(|least| self.may_fit_later(talk, index, least)) {
                return Ok(Next::Message);
            }
        }
        if let Some(strand) = talk.state.strands.get_mut(index) {
            sync::withhold(talk.tx, &who, &mut strand.course, next)?;
            let why = if is_named {
                "is too large for the device"
            } else {
                "has no GUID that is short enough for the device"
            };
            let counts = &mut strand.course.counts;
            counts.error(format!("item {} {why}", next.item));
        }
        Ok(Next::Change)
    }

    /// Puts changes into the Sync, up to `count` in the message; answers the numbers of those that fit, and the first
    /// that does not or is larger than `most` bytes.
    fn changes(
        &mut self,
        page: &[ServerChange],
        most: usize,
        spelling: Spelling,
        count: Option<usize>,
    ) -> (Vec<String>, Option<ServerChange>) {
        let mut taken = Vec::with_capacity(page.len());
        let count = count.map(|count| count.saturating_sub(changes_in(&self.draft.message().body)));
        for change in page {
            let command = spelling.change(change, self.encoding);
            let full = count.is_some_and(|count| taken.len() >= count);
            if full || outbound::size(&command) > most || !spelling.names(change) {
                return (taken, Some(change.clone()));
            }
            match self.draft.push_into_sync(Command::Change(command)) {
                Ok(cmd) => taken.push(cmd),
                Err(_) => return (taken, Some(change.clone())),
            }
        }
        (taken, None)
    }

    /// Whether a change that had no room here may have it in the next message: not if this one has nothing beside it that
    /// the next one can do without, nor if it has no room behind the header's Status alone.
    fn may_fit_later(&self, talk: &Talk<'_, '_>, index: usize, change: Command) -> bool {
        let message = self.draft.message();
        let Some(strand) = talk
            .state
            .strands
            .get(index)
            .filter(|_| !is_bare(&message.body))
        else {
            return false;
        };
        let charset = &talk.arrival.received.charset;
        let mut alone = Draft::new(message.header.clone(), self.encoding, charset, self.limit)
            .in_cdata(self.draft.is_in_cdata());
        for status in message.body.iter().take(1) {
            alone.force(status.clone());
        }
        let sync = Sync {
            target: Some(Location::from(strand.theirs.as_str())),
            source: Some(Location::from(strand.ours.as_str())),
            ..Sync::default()
        };
        alone.push(Command::Sync(sync)).is_ok() && alone.push_into_sync(change).is_ok()
    }
}

/// Whether a message says nothing but what every message of package 4 says: a Status for the header, those for the
/// device's "send me more", and one Sync, as yet empty.
fn is_bare(body: &[Command]) -> bool {
    let mut syncs = 0;
    body.iter().all(|command| {
        if let Some(sync) = command.as_sync() {
            syncs += 1;
            return syncs == 1 && sync.commands.is_empty();
        }
        let is_usual = |status: &Status| matches!(status.cmd.as_str(), "SyncHdr" | "Alert");
        command.as_status().is_some_and(is_usual)
    })
}

/// The next changes; in a slow sync of a device that takes no Replace, those are put off (field quirk P17).
fn next_page(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    strand: &mut Strand,
    limit: i64,
    takes_replaces: bool,
) -> Result<Vec<ServerChange>, StoreError> {
    loop {
        let mut page = sync::page(tx, who, &mut strand.course, limit)?;
        if takes_replaces {
            return Ok(page);
        }
        let (waiting, most) = runs(&page);
        let mut rest = page.split_off(waiting);
        sync::defer(tx, who, &mut strand.course, &page)?;
        rest.truncate(most);
        if !rest.is_empty() || page.is_empty() {
            return Ok(rest);
        }
    }
}

/// Where a change goes that had no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// Into the next message, or its next part does.
    Message,
    /// Nowhere; the change behind it is next.
    Change,
}

/// `NumberOfChanges` for the first Sync of a datastore, if the device wants it: what is still to come, and `more`.
pub(super) fn first_total(
    talk: &mut Talk<'_, '_>,
    index: usize,
    more: i64,
) -> Result<Option<i64>, Refused> {
    let who = talk.who();
    // NumberOfChanges stands in the first Sync or nowhere, and a device that is kept alive has had that.
    let is_first_told = talk.is_told() && talk.style() == Style::KeepAlive;
    let knows = talk.state.number_of_changes && talk.state.version >= Version::V11;
    let counts = knows && !is_first_told;
    let strand = talk.state.strands.get(index);
    let Some(strand) = strand.filter(|strand| counts && !strand.sync_sent) else {
        return Ok(None);
    };
    Ok(sync::total(talk.tx, &who, &strand.course)?.map(|total| total + more))
}

fn takes_of(talk: &Talk<'_, '_>, index: usize) -> Takes {
    let strand = talk.state.strands.get(index);
    strand.map_or(
        Takes {
            chunks: false,
            most: usize::MAX,
        },
        |strand| outbound::takes(&talk.state, strand, talk.devinf.as_ref()),
    )
}
