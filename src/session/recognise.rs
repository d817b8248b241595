//! Which device is this? Its rules, looked for in every message and named once a session; and what the dialogue does
//! otherwise for it.

use log::info;

use super::entry::write_token;
use super::login::Entrance;
use super::quirks::{Facts, Quirks, Rules};
use super::state::Subject;
use super::talk::Talk;
use super::{Host, Refused, Request};
use crate::message::{Command, DevInf, Header};
use crate::store::{Device, Peer};
use crate::sync::{self, Answer, Confirmation, Operation, ServerChange};

/// What holds for a device before its message is worked on: what is kept of it, and what the message's head says.
pub(super) fn at_first_sight(
    host: &Host,
    request: &Request<'_>,
    header: &Header,
    row: Option<&Device>,
) -> Quirks {
    let facts = Facts::of_request(request, header);
    let devinf = row.and_then(|row| row.devinf.as_deref());
    let devinf: Option<DevInf> = devinf.and_then(|json| serde_json::from_str(json).ok());
    let own = row.and_then(|row| row.quirks.as_deref());
    let rules: &Rules = &host.settings.quirks;
    rules
        .resolve(&facts.with_devinf(devinf.as_ref()), own)
        .quirks
}

impl Talk<'_, '_> {
    /// Takes note of the device at the beginning of a session. Answers its count of authentications.
    pub(super) fn meet(
        &mut self,
        row: Option<&Device>,
        entrance: &Entrance,
        known: bool,
    ) -> Result<i64, Refused> {
        let header = &self.arrival.received.message.header;
        let size = header
            .meta
            .max_msg_size
            .as_deref()
            .and_then(|text| text.trim().parse::<usize>().ok());
        self.state.max_msg_size = size.filter(|size| *size > 0).or(self.state.max_msg_size);
        let size = header.meta.max_obj_size.as_deref();
        let size = size.and_then(|text| text.trim().parse().ok());
        self.state.max_obj_size = size.or(self.state.max_obj_size);
        // A new device's count begins with the time, so that one which was forgotten does not get its old nonces again.
        let mut count = row.map_or(self.now().0, |row| row.auth_count);
        if let (Some(row), Some(spends)) = (row, entrance.spends) {
            if !self.tx.count_auth(row.account, &row.id, spends)? {
                return Err(Refused::Unavailable(None));
            }
            count = spends + 1;
        }
        if known {
            return Ok(count);
        }
        if row.is_none()
            && self
                .tx
                .device(self.account.id, &self.arrival.device)?
                .is_some()
        {
            // Somebody else came in as this device just now, perhaps over the same nonce.
            return Err(Refused::Unavailable(None));
        }
        let device = Device {
            account: self.account.id,
            id: self.arrival.device.clone(),
            devinf: row.and_then(|row| row.devinf.clone()),
            user_agent: self.request.user_agent.map(str::to_owned),
            hints: Some(self.hints()),
            quirks: row.and_then(|row| row.quirks.clone()),
            auth_count: count,
            first_seen: row.map_or(self.now(), |row| row.first_seen),
            last_seen: self.now(),
        };
        self.tx.put_device(&device)?;
        Ok(count)
    }

    /// Looks for the rules of the device by all that is known of it now, and so how it sees its items.
    pub(super) fn recognise(&mut self) {
        let header = &self.arrival.received.message.header;
        let facts = Facts::of_request(self.request, header).with_devinf(self.devinf.as_ref());
        let found = self
            .host
            .settings
            .quirks
            .resolve(&facts, self.own_quirks.as_deref());
        let names = found.names();
        if names != self.state.quirks && !names.is_empty() {
            let flags: Vec<_> = found
                .changed()
                .iter()
                .map(|(flag, value)| format!("{flag}={value}"))
                .collect();
            info!(user = self.account.name.as_str(), device = self.arrival.device.as_str(), session = self.state.number, msg = self.arrival.msg;
                "{} is treated by {}: {}", self.arrival.device, names.join(", "), flags.join(" "));
        }
        self.state.quirks = names;
        self.quirks = found.quirks;
        self.state.copy_as_add |= self.quirks.copy_is_add;
        for strand in &mut self.state.strands {
            strand.size_plus_one = self.quirks.size_plus_one;
        }
        self.look();
    }

    /// What the transport and the header said of the device, to be kept with it.
    pub(super) fn hints(&self) -> String {
        Facts::of_request(self.request, &self.arrival.received.message.header).to_keep()
    }

    /// Where the device's next message is to go.
    pub(super) fn resp_uri(&self) -> Option<String> {
        let token = write_token(self.account.id, &self.state.token);
        self.request
            .resp_uri(Some(&token))
            .filter(|_| self.quirks.resp_uri)
    }

    /// The Last of an Alert, as far as it is to be believed: a device whose anchors are known to be wrong is taken to
    /// mean the one it should have sent, unless it says that it was reset (field quirk P19).
    pub(super) fn believed(&self, last: Option<String>, peer: Option<&Peer>) -> Option<String> {
        let says_something = last
            .as_deref()
            .is_some_and(|last| !sync::anchor::is_reset(last));
        match peer.and_then(|peer| peer.client_anchor.as_ref()) {
            Some(ours) if !self.quirks.check_anchors && says_something => Some(ours.to_string()),
            Some(_) | None => last,
        }
    }

    /// The session has ended well: what a device has not answered counts as done, if it is known to leave answers out
    /// (field quirk P18).
    pub(super) fn take_missing_as_done(&mut self) -> Result<(), Refused> {
        if !self.quirks.missing_is_done {
            return Ok(());
        }
        let who = self.who();
        let unanswered = std::mem::take(&mut self.state.sent);
        for (index, strand) in self.state.strands.iter_mut().enumerate() {
            let of_strand = unanswered.iter().filter(|sent| sent.strand == index);
            let done = of_strand.filter_map(|sent| match sent.subject {
                Subject::Change { item, what } => Some(Confirmation {
                    item,
                    sent: what,
                    answer: Answer::Done,
                }),
                Subject::Alert | Subject::Sync | Subject::Chunk { .. } => None,
            });
            let done: Vec<_> = done.collect();
            if !done.is_empty() && !strand.failed {
                sync::confirm(self.tx, &who, &mut strand.course, &done)?;
            }
        }
        Ok(())
    }
}

/// How many changes at the beginning of a page are Replaces, which must wait, and how many there are up to the next.
pub(super) fn runs(page: &[ServerChange]) -> (usize, usize) {
    let is_replace = |change: &&ServerChange| {
        matches!(
            change.operation,
            Operation::Replace(..) | Operation::Move(_)
        )
    };
    let waiting = page.iter().take_while(is_replace).count();
    let rest = page.iter().skip(waiting);
    (
        waiting,
        rest.take_while(|change| !is_replace(change)).count(),
    )
}

/// How many changes stand in a message.
pub(super) fn changes_in(body: &[Command]) -> usize {
    let inner = body.iter().flat_map(Command::inner);
    inner
        .filter(|command| matches!(command, Command::Change(_)))
        .count()
}
