//! Resuming a sync that was suspended by Alert 224 or broke off: Alert 225, one for each datastore (1.2).
//!
//! What a session knew stays in the store until it expires, though a newer one took its place. A resumed session takes
//! over the strand of the latest one that had the datastore: its mode, what was confirmed, the marks on the maps, the
//! objects under way. It is refused, by 508 and Alert 201, where there is nothing to go on from.
//! Sources: DS Protocol 1.2 (suspend and resume), REQ-SUSP-1 to REQ-SUSP-7, field client profiles.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::state::{FORMAT, State, Strand};
use super::talk::Talk;
use super::{Phase, Refused};
use crate::codec::Version;
use crate::ids::{Anchor, Luid};
use crate::message::{AlertCode, Command};
use crate::store::StoreError;
use crate::sync::{self, Asked, Edit, Outcome, Parent};

/// How many of a device's latest sessions are searched for the datastore.
const SESSIONS: i64 = 8;
/// How many requests for more in a row a device may make that has nothing to send and does not say so.
const FRUITLESS: u32 = 3;

/// The Status a change got where the engine would say something else the second time: the device may have missed it
/// and send the change again (REQ-SUSP-7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The device's name for the item.
    pub luid: String,
    /// Tells the change from others of the item.
    pub hash: i64,
    /// The Status.
    pub code: u16,
    /// The GUID of the duplicate that settled a conflict.
    pub duplicate: Option<String>,
}

/// How the device names the datastore now, and what it takes.
pub(super) struct Fresh<'a> {
    pub(super) ours: &'a str,
    pub(super) theirs: &'a str,
    pub(super) max_obj_size: Option<usize>,
}

impl Talk<'_, '_> {
    /// Goes on with a datastore, if there is something to go on with that this device could mean.
    pub(super) fn resumes(
        &mut self,
        asked: &Asked,
        epoch: &str,
        fresh: &Fresh<'_>,
    ) -> Result<bool, Refused> {
        let Some(mut strand) = self.suspended(asked, epoch)? else {
            return Ok(false);
        };
        fresh.ours.clone_into(&mut strand.ours);
        fresh.theirs.clone_into(&mut strand.theirs);
        strand.max_obj_size = fresh.max_obj_size.or(strand.max_obj_size);
        (strand.alert_due, strand.sync_sent) = (true, false);
        strand.inbound.resumed = true;
        if let Some(object) = &mut strand.outbound {
            object.rewind();
        }
        let course = &mut strand.course;
        course.takes = asked.takes.clone();
        course.client_next = asked.next.clone();
        course.server_next = Anchor::from_number(self.state.number);
        (course.resumed, course.retry) = (true, true);
        self.keep(strand)?;
        Ok(true)
    }

    /// The strand of the latest session that had the datastore, if that is the one to go on with.
    fn suspended(&mut self, asked: &Asked, epoch: &str) -> Result<Option<Strand>, StoreError> {
        let (account, device) = (self.account.id, &self.arrival.device);
        let states = self
            .tx
            .past_states(account, device, self.request.now, SESSIONS)?;
        let states = states
            .iter()
            .filter_map(|state| serde_json::from_slice::<State>(state).ok());
        for state in states.filter(|state| state.format == FORMAT) {
            let phase = state.phase;
            let mut strands = state.strands.into_iter();
            let datastore = &asked.view.datastore;
            let found = strands.find(|strand| strand.course.view.datastore == *datastore);
            if let Some(strand) = found {
                // What came before the latest one is past.
                // One that was resumed and broke off before it went on is still what it was.
                let has_begun = phase != Phase::Opening || strand.course.resumed;
                let meant = has_begun && strand.is_meant(asked, epoch);
                return Ok(Some(strand).filter(|_| meant));
            }
        }
        Ok(None)
    }

    /// The walk over what the device lacks goes on, with everything it did not answer for.
    pub(super) fn take_up(&mut self) -> Result<(), Refused> {
        let (who, rev) = (self.who(), self.rev);
        for strand in &mut self.state.strands {
            let begun = strand.course.outgoing.is_some();
            if strand.course.resumed && begun && !strand.failed {
                let under_way = strand.outbound.as_ref().map(|object| object.item);
                sync::take_up(self.tx, &who, &mut strand.course, rev, under_way)?;
            }
        }
        Ok(())
    }

    /// Whether a device that resumed asks for more once too often, while it has nothing to send and does not say
    /// so: some Symbian phones leave out the empty Sync and Final.
    pub(super) fn asks_in_vain(&mut self) -> bool {
        let waits = self.state.phase == Phase::Intake
            && self
                .state
                .strands
                .iter()
                .any(|strand| strand.course.resumed && strand.course.outgoing.is_some());
        let body = &self.arrival.received.message.body;
        let asks = |command: &Command| matches!(command, Command::Alert(alert) if alert.code == Some(AlertCode::NextMessage));
        let nothing = body.iter().all(super::render::is_signal);
        if !(waits && nothing && body.iter().any(asks)) {
            self.state.fruitless = 0;
            return false;
        }
        self.state.fruitless += 1;
        self.state.fruitless > FRUITLESS
    }
}

impl Strand {
    /// Whether this is what the device means to resume: nothing went wrong with it, the database is the same, and the
    /// device's Last, if it tells one, is that with which the sync began (REQ-SUSP-4).
    fn is_meant(&self, asked: &Asked, epoch: &str) -> bool {
        let told = |last: Option<&str>| {
            let last = last.map(str::trim).unwrap_or_default();
            Some(last.to_owned())
                .filter(|last| !matches!(last.as_str(), "" | "0" | "00000000T000000Z"))
        };
        let last = told(asked.last.as_deref());
        let fits = last.is_none() || last == told(self.last.as_deref());
        !self.failed && self.course.epoch == epoch && fits
    }

    /// The Status that this change got already, before the session was resumed.
    pub(super) fn answered(&self, change: &sync::Change) -> Option<&Answered> {
        if !self.course.resumed {
            return None;
        }
        let hash = hash(change);
        let mut answered = self.answered.iter();
        answered.find(|one| one.luid == change.luid.as_str() && one.hash == hash)
    }
}

/// Whether the Status of an outcome must be remembered for a device that resumes: the others come out alike again.
pub(super) const fn is_passing(outcome: Outcome) -> bool {
    match outcome {
        Outcome::Deleted
        | Outcome::DeletedWithoutArchive
        | Outcome::SoftDeleted
        | Outcome::SoftDeleteConflict
        | Outcome::Merged
        | Outcome::ServerWon
        | Outcome::ClientWon
        | Outcome::Duplicated(_)
        | Outcome::NothingToCopy
        | Outcome::NothingToChange => true,
        Outcome::Added
        | Outcome::Replaced
        | Outcome::Unchanged
        | Outcome::NotThere
        | Outcome::NotByField
        | Outcome::Forbidden
        | Outcome::Unknown
        | Outcome::NoFolder
        | Outcome::MoveFailed
        | Outcome::NotEmpty => false,
    }
}

/// Whether this version resumes at all.
pub(super) const fn resumes(version: Version) -> bool {
    match version {
        Version::V10 | Version::V11 => false,
        Version::V12 => true,
    }
}

/// What tells one change of an item from another.
pub(super) fn hash(change: &sync::Change) -> i64 {
    let edit = match &change.edit {
        Edit::Add(content) => xxh3_64_with_seed(&content.body, 1),
        Edit::Replace(content) => xxh3_64_with_seed(&content.body, 2),
        Edit::Fields(content) => xxh3_64_with_seed(&content.body, 4),
        Edit::Delete => xxh3_64(b"delete"),
        Edit::Archive => xxh3_64(b"archive"),
        Edit::SoftDelete => xxh3_64(b"soft"),
        Edit::Move => xxh3_64(b"move"),
        Edit::Copy(to) => xxh3_64_with_seed(to.as_ref().map_or("", Luid::as_str).as_bytes(), 3),
    };
    let place = match &change.parent {
        None | Some(Parent::Nonsense) => 0,
        Some(Parent::Root) => xxh3_64(b"/"),
        Some(Parent::Luid(luid)) => xxh3_64_with_seed(luid.as_str().as_bytes(), 4),
        Some(Parent::Item(id)) => xxh3_64_with_seed(id.to_string().as_bytes(), 5),
    };
    edit.wrapping_add(place).cast_signed()
}
