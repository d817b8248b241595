//! A reply that the device was told to wait for: how it is kept, and how it is given.
//!
//! It is built as any reply, with room for the Statuses of the message that will ask for it, and lies where the last
//! reply of a session lies. Its number and those of its commands are not known before it is asked for, so that then all
//! are given anew, also in what the session remembers of them.
//!
//! Source: SyncML Sync Protocol 1.1, section 2.12.

use std::collections::BTreeMap;

use super::busy;
use super::login::Entrance;
use super::render::{header_status, is_signal};
use super::state::{Held, Owed};
use super::talk::Talk;
use super::{Refused, Style};
use crate::codec::{Encoding, Limits};
use crate::message::{Command, Draft, Header, Message, Status, StatusCode};
use crate::store::{Session, StoreError};

/// Room for what the numbers grow by, in bytes.
const SLACK: usize = 64;

/// How a reply goes on that lay ready.
pub(super) enum Woken {
    /// It goes out, like this.
    Given(Vec<u8>, Encoding),
    /// What it said is owed again: the message is answered as any other.
    Owed,
    /// The device goes on as if it had got it, which it cannot have.
    Astray,
}

impl Held {
    /// The reply to the message that is being worked on.
    pub(super) fn new(talk: &Talk<'_, '_>, is_due: bool) -> Self {
        Self {
            msg: talk.arrival.msg,
            finish: is_due,
            header_told: talk.style() == Style::KeepAlive,
        }
    }
}

impl Talk<'_, '_> {
    /// A message came to a session whose last reply was held.
    pub(super) fn wake(
        &mut self,
        held: &Held,
        session: &Session,
        entrance: &Entrance,
        auth_count: i64,
    ) -> Result<Woken, Refused> {
        let encoding = super::entry::spelling(session);
        if self.arrival.msg == held.msg {
            // The message itself came again, and its reply is this.
            self.end(held)?;
            return Ok(Woken::Given(session.reply.clone(), encoding));
        }
        let kept = Message::decode(&session.reply, None, &Limits::default());
        let kept = kept
            .map_err(|why| Refused::Broken(StoreError::Other(why.to_string().into())))?
            .message;
        if busy::signal(&self.arrival.received.message).is_none() {
            return Ok(self.owe_again(held, kept));
        }
        let body = self.renumbered(held, kept, encoding, entrance, auth_count);
        let arrival = self.arrival;
        self.take_answers(&arrival.received.message)?;
        self.end(held)?;
        Ok(Woken::Given(body, encoding))
    }

    /// What was put off until the device has its reply.
    fn end(&mut self, held: &Held) -> Result<(), Refused> {
        if held.finish {
            self.move_anchors()?;
        }
        Ok(())
    }

    /// The reply that was kept, as the reply to this message.
    fn renumbered(
        &mut self,
        held: &Held,
        kept: Message,
        encoding: Encoding,
        entrance: &Entrance,
        auth_count: i64,
    ) -> Vec<u8> {
        let received = &self.arrival.received;
        let header = Header {
            msg_id: received.message.header.msg_id.clone(),
            resp_uri: self.resp_uri(),
            ..kept.header
        };
        let mut draft = Draft::new(header, encoding, &received.charset, usize::MAX);
        let challenge = entrance.challenge(self, auth_count);
        let code = entrance.code.unwrap_or(StatusCode::Ok);
        draft.force(Command::Status(header_status(
            received,
            code,
            challenge.as_ref(),
        )));
        let mut signals: Vec<_> = busy::signals(self.arrival, StatusCode::Ok).collect();
        let mut numbers = BTreeMap::new();
        for mut command in kept.body {
            if let Command::Status(status) = &mut command
                && challenge.is_some()
            {
                // A device keeps the nonce that comes last: it must be the one for its next message.
                status.chal = None;
            }
            if held.header_told && is_for_header(&command) {
                continue;
            }
            if !matches!(command, Command::Status(_)) {
                signals.drain(..).for_each(|status| draft.force(status));
            }
            let mut former = Vec::new();
            collect(&command, &mut former);
            draft.force(command);
            let mut now = Vec::new();
            if let Some(command) = draft.message().body.last() {
                collect(command, &mut now);
            }
            numbers.extend(former.into_iter().zip(now));
        }
        signals.drain(..).for_each(|status| draft.force(status));
        for sent in self
            .state
            .sent
            .iter_mut()
            .filter(|sent| sent.msg == held.msg)
        {
            sent.msg = self.arrival.msg;
            if let Some(number) = numbers.get(&sent.cmd) {
                sent.cmd.clone_from(number);
            }
        }
        if kept.is_final {
            draft.set_final();
        }
        draft.finish()
    }

    /// A device in the middle of its package may go on without asking: what we had to say was Statuses and "send me
    /// more", and it is owed still.
    fn owe_again(&mut self, held: &Held, kept: Message) -> Woken {
        let mut owed = Vec::new();
        for command in kept.body {
            if !is_signal(&command) {
                return Woken::Astray;
            }
            if let Command::Status(status) = command
                && status.cmd_ref != "0"
            {
                owed.push(owed_of(status));
            }
        }
        if held.finish || kept.is_final {
            return Woken::Astray;
        }
        owed.append(&mut self.state.owed);
        self.state.owed = owed;
        Woken::Owed
    }
}

/// Bytes to leave free in a reply that will be asked for: those of the Statuses that come before it then.
pub(super) fn reserve(
    talk: &Talk<'_, '_>,
    entrance: &Entrance,
    auth_count: i64,
    header: &Header,
) -> usize {
    let received = &talk.arrival.received;
    let mut draft = Draft::new(
        header.clone(),
        received.encoding,
        &received.charset,
        usize::MAX,
    );
    let before = draft.size();
    let challenge = entrance.challenge(talk, auth_count);
    draft.force(Command::Status(header_status(
        received,
        StatusCode::Ok,
        challenge.as_ref(),
    )));
    draft.force(Command::Status(Status {
        msg_ref: u32::MAX.to_string(),
        cmd_ref: u32::MAX.to_string(),
        cmd: "Alert".to_owned(),
        target_refs: vec![talk.state.our_uri.clone()],
        source_refs: vec![talk.arrival.device.to_string()],
        code: Some(StatusCode::Ok),
        ..Status::default()
    }));
    draft.size() - before + SLACK
}

fn is_for_header(command: &Command) -> bool {
    matches!(command, Command::Status(status) if status.cmd_ref == "0")
}

/// The numbers of a command and of those in it.
fn collect(command: &Command, numbers: &mut Vec<String>) {
    numbers.push(command.cmd_id().to_owned());
    for inner in command.inner() {
        collect(inner, numbers);
    }
}

/// A Status as the state keeps it: the reverse of how it is written.
fn owed_of(status: Status) -> Owed {
    let mut owed = Owed {
        msg_ref: status.msg_ref,
        cmd_ref: status.cmd_ref,
        cmd: status.cmd,
        target_ref: status.target_refs.into_iter().next(),
        source_ref: status.source_refs.into_iter().next(),
        code: status.code.map_or(0, StatusCode::number),
        ..Owed::default()
    };
    for item in status.items {
        if let Some(anchor) = item.anchor {
            owed.next = Some(anchor.next);
        } else if let Some(target) = item.item.target {
            owed.duplicate = Some(target.uri);
        }
    }
    owed
}
