//! Package 4: the changes for the device, datastore by datastore, as many as the message holds.
//!
//! Source: SyncML Sync Protocol 1.1, sections 2.9 and 5.2; Representation Protocol 1.2.2, section 6.4.1.

use super::busy::style;
use super::entry::Arrival;
use super::outbox::Outbox;
use super::render::{command, kind};
use super::state::{SentChange, Strand, Subject};
use super::talk::Talk;
use super::{Phase, Refused, Style};
use crate::codec::Version;
use crate::message::{Command, Draft, Location, Status, StatusCode, Sync};
use crate::sync::{self, ServerChange};

/// No `MsgID` and no `CmdID` that counts here is longer.
const LONGEST_NUMBER: &str = "9999";
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
        let (who, msg, version) = (talk.who(), talk.arrival.msg, talk.state.version);
        // NumberOfChanges stands in the first Sync or nowhere, and a device that is kept alive has had that.
        let is_first_told = talk.is_told() && style(talk.host) == Style::KeepAlive;
        let counts = talk.state.number_of_changes && version >= Version::V11 && !is_first_told;
        let Some(strand) = talk.state.strands.get_mut(index) else {
            return Ok(true);
        };
        if strand.failed || !strand.course.mode.sends() {
            return Ok(true);
        }
        let mut open = false;
        loop {
            // As many as will fit, and one that does not: what is looked up in vain costs as much as what is sent.
            let limit = self.draft.room() / strand.change_bytes.max(1) + 2;
            let limit = i64::try_from(limit.min(MOST_CHANGES)).unwrap_or(i64::MAX);
            let page = sync::page(talk.tx, &who, &mut strand.course, limit)?;
            if page.is_empty() && strand.sync_sent {
                return Ok(true);
            }
            if !open {
                let first = !strand.sync_sent;
                let total = if counts && first {
                    sync::total(talk.tx, &who, &strand.course)?
                } else {
                    None
                };
                let command = Sync {
                    target: Some(Location::from(strand.theirs.as_str())),
                    source: Some(Location::from(strand.ours.as_str())),
                    number_of_changes: total.map(|total| total.to_string()),
                    ..Sync::default()
                };
                let Ok(cmd) = self.draft.push(Command::Sync(command)) else {
                    return Ok(false);
                };
                talk.state.sent.push(SentChange {
                    msg,
                    cmd,
                    strand: index,
                    subject: Subject::Sync,
                });
                (open, strand.sync_sent) = (true, true);
            }
            if page.is_empty() {
                return Ok(true);
            }
            let room = self.draft.room();
            let (taken, rest) = self.changes(&page);
            if !taken.is_empty() {
                strand.change_bytes = (room - self.draft.room()) / taken.len();
            }
            for (change, cmd) in page.iter().zip(&taken) {
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
                page.get(..taken.len()).unwrap_or_default(),
            )?;
            let Some(next) = rest else { continue };
            // A change that has no room even in a message of its own cannot be sent to this device.
            if !self.fits_alone(talk.arrival, &talk.state.our_uri, strand, &next) {
                sync::withhold(talk.tx, &who, &mut strand.course, &next)?;
                strand.course.counts.error(format!(
                    "item {} is too large for the device's messages",
                    next.item
                ));
                continue;
            }
            return Ok(false);
        }
    }

    /// Puts changes into the Sync; answers the numbers of those that fit, and the first that does not.
    fn changes(&mut self, page: &[ServerChange]) -> (Vec<String>, Option<ServerChange>) {
        let mut taken = Vec::with_capacity(page.len());
        for change in page {
            match self.draft.push_into_sync(command(change, self.encoding)) {
                Ok(cmd) => taken.push(cmd),
                Err(_) => return (taken, Some(change.clone())),
            }
        }
        (taken, None)
    }

    /// Whether a change has room in a message with nothing but what every message of package 4 has: the header's
    /// Status and one for the device's "send me more".
    fn fits_alone(
        &self,
        arrival: &Arrival,
        our_uri: &str,
        strand: &Strand,
        change: &ServerChange,
    ) -> bool {
        let (received, message) = (&arrival.received, self.draft.message());
        let header = message.header.clone();
        // The device asks at the address it was given last, which is longer than the one it began with.
        let address = header.resp_uri.clone();
        let mut alone = Draft::new(header, self.encoding, &received.charset, self.limit);
        for status in message.body.iter().take(1) {
            alone.force(status.clone());
        }
        alone.force(Command::Status(Status {
            msg_ref: LONGEST_NUMBER.to_owned(),
            cmd_ref: LONGEST_NUMBER.to_owned(),
            cmd: "Alert".to_owned(),
            target_refs: vec![address.unwrap_or_else(|| our_uri.to_owned())],
            source_refs: vec![arrival.device.to_string()],
            code: Some(StatusCode::Ok),
            ..Status::default()
        }));
        let sync = Sync {
            target: Some(Location::from(strand.theirs.as_str())),
            source: Some(Location::from(strand.ours.as_str())),
            ..Sync::default()
        };
        let change = command(change, self.encoding);
        alone.push(Command::Sync(sync)).is_ok() && alone.push_into_sync(change).is_ok()
    }
}
