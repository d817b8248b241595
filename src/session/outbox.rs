//! The answer: what there is to say, in the order of the protocol, as far as the device's `MaxMsgSize` goes. What
//! does not fit waits in the state for the next message.
//!
//! Source: SyncML Sync Protocol 1.1, sections 2.9 and 4 to 5; Representation Protocol 1.2.2, section 6.4.1.

use log::warn;

use super::alerts::alert_code;
use super::login::Entrance;
use super::quirks::{bare, bearable};
use super::render::{
    announced, get_devinf, header, header_status, is_signal, results, status_of, suspends,
};
use super::state::{SentChange, Subject};
use super::talk::Talk;
use super::{Event, Phase, Refused, devinf, held};
use crate::codec::Encoding;
use crate::message::{
    Alert, AlertCode, AlertItem, AnchorPair, Command, Draft, Header, Location, Meta, StatusCode,
};

/// Fewest bytes a message may have: one that says nothing but its header and one Status.
pub(super) const LEAST_BYTES: usize = 1024;
/// The most bytes a message to the device may have.
pub(super) fn message_limit(talk: &Talk<'_, '_>) -> usize {
    let settings = &talk.host.settings;
    let announced = talk.state.max_msg_size;
    let limit = announced.unwrap_or(settings.max_message_bytes);
    let limit = talk.quirks.max_message.of(limit);
    limit.min(settings.limits.bytes).max(LEAST_BYTES)
}

/// Messages in a row that may bring nothing, before the session is given up.
const MAX_IDLE: u32 = 20;

/// What the server is called, for people.
const SERVER_NAME: &str = "Anchorage";

/// The answer under construction.
pub(super) struct Outbox {
    pub(super) draft: Draft,
    pub(super) encoding: Encoding,
    /// `MaxMsgSize` of the device, in bytes.
    pub(super) limit: usize,
    /// The strand whose Sync stands open at the end of the message.
    pub(super) open: Option<usize>,
}

impl Outbox {
    /// Builds the answer and moves the dialogue on by what is in it.
    pub(super) fn fill(
        talk: &mut Talk<'_, '_>,
        entrance: &Entrance,
        auth_count: i64,
    ) -> Result<Vec<u8>, Refused> {
        let received = &talk.arrival.received;
        let limit = message_limit(talk);
        let header = header(received, talk.resp_uri(), &talk.host.settings);
        let header = Header {
            source: Location {
                name: talk.quirks.server_name.then(|| SERVER_NAME.to_owned()),
                ..Location::from(talk.state.our_uri.as_str())
            },
            ..header
        };
        let header = talk.with_our_credentials(header)?;
        let reserve = if talk.is_told() {
            held::reserve(talk, entrance, auth_count, &header)
        } else {
            0
        };
        let reserve = reserve + room_to_ask(talk, &header);
        let room = limit.saturating_sub(reserve);
        let draft = Draft::new(header, received.encoding, &received.charset, room)
            .in_cdata(talk.quirks.cdata);
        let mut outbox = Self {
            draft,
            encoding: received.encoding,
            limit,
            open: None,
        };
        let idle = talk.statuses.is_empty()
            && talk.state.unended.is_empty()
            && talk.arrival.received.message.body.iter().all(is_signal);
        outbox.header_status(talk, entrance, auth_count);
        let mut complete = outbox.statuses(talk)
            && outbox.unended(talk)
            && outbox.results(talk)
            && outbox.alerts(talk);
        complete = complete && !suspends(talk) && outbox.syncs(talk)?;
        outbox.close(talk, complete, idle)?;
        Ok(outbox.draft.finish())
    }

    fn header_status(&mut self, talk: &Talk<'_, '_>, entrance: &Entrance, auth_count: i64) {
        let received = &talk.arrival.received;
        if received.message.header.no_resp {
            return;
        }
        let challenge = entrance.challenge(talk, auth_count);
        let idle = talk.state.idle >= MAX_IDLE;
        let code = if idle {
            StatusCode::SynchronizationFailed
        } else {
            entrance.code.unwrap_or(StatusCode::Ok)
        };
        let status = header_status(received, code, challenge.as_ref());
        let status = bare(&talk.quirks, status, talk.arrival.device.as_str());
        self.draft.force(Command::Status(status));
    }

    /// Statuses of this message and of earlier ones; whether all fit.
    fn statuses(&mut self, talk: &mut Talk<'_, '_>) -> bool {
        let fresh = std::mem::take(&mut talk.statuses);
        let mut owed = std::mem::take(&mut talk.state.owed);
        owed.extend(fresh);
        let mut owed = owed.into_iter();
        for status in owed.by_ref() {
            let device = talk.arrival.device.as_str();
            let Some(told) = bearable(&talk.quirks, status_of(&status), device) else {
                continue;
            };
            if self.draft.push(Command::Status(told)).is_err() {
                talk.state.owed.push(status);
                break;
            }
        }
        talk.state.owed.extend(owed);
        talk.state.owed.is_empty()
    }

    /// Alert 223 for each object of the device that broke off; whether all fit.
    fn unended(&mut self, talk: &mut Talk<'_, '_>) -> bool {
        while let Some(object) = talk.state.unended.first() {
            let item = AlertItem {
                source: Some(Location::from(object.source.as_str())),
                ..AlertItem::default()
            };
            let alert = Alert {
                code: Some(AlertCode::NoEndOfData),
                items: vec![item],
                ..Alert::default()
            };
            if self.draft.push(Command::Alert(alert)).is_err() {
                return false;
            }
            talk.state.unended.remove(0);
        }
        true
    }

    /// Our device information for those who asked, and a question for theirs.
    fn results(&mut self, talk: &mut Talk<'_, '_>) -> bool {
        let nothing_else = talk.arrival.received.message.body.iter().all(is_signal);
        let asked = std::mem::take(&mut talk.state.devinf_owed).into_iter();
        let msg = talk.arrival.received.message.header.msg_id.clone();
        let fresh = std::mem::take(&mut talk.devinf_asked).into_iter();
        let fresh = fresh.map(|(cmd, name)| (msg.clone(), cmd, name));
        let mut asked = asked.chain(fresh);
        for (msg_ref, cmd_ref, name) in asked.by_ref() {
            let details = [devinf::Detail::Full, devinf::Detail::Brief];
            let mut details = details.into_iter().skip(usize::from(!talk.quirks.ct_cap));
            let results = |detail| results(talk, &msg_ref, &cmd_ref, &name, detail);
            if details.any(|detail| self.draft.push(results(detail)).is_ok()) {
                continue;
            }
            if !nothing_else {
                talk.state.devinf_owed.push((msg_ref, cmd_ref, name));
                break;
            }
            // Not even in a message of its own: the device goes without.
            warn!(device = talk.arrival.device.as_str(); "our device information is too large for the messages of {}", talk.arrival.device);
        }
        talk.state.devinf_owed.extend(asked);
        if talk.state.phase == Phase::Opening
            && talk.state.their_final
            && talk.devinf.is_none()
            && talk.quirks.ask_devinf
            && !talk.state.asked_devinf
        {
            let get = get_devinf(talk.state.version, self.encoding);
            talk.state.asked_devinf = self.draft.push(get).is_ok();
        }
        talk.state.devinf_owed.is_empty()
    }

    /// Our Alert for each datastore.
    fn alerts(&mut self, talk: &mut Talk<'_, '_>) -> bool {
        let msg = talk.arrival.msg;
        let max_obj_size =
            (talk.quirks.alert_max_size).then(|| announced(talk.host.settings.max_object_bytes));
        let mut sent = Vec::new();
        for (index, strand) in talk
            .state
            .strands
            .iter_mut()
            .enumerate()
            .filter(|(_, strand)| strand.alert_due)
        {
            let course = &strand.course;
            let anchor = AnchorPair {
                last: course.server_last.as_ref().map(ToString::to_string),
                next: course.server_next.to_string(),
            };
            let item = AlertItem {
                target: Some(Location::from(strand.theirs.as_str())),
                source: Some(Location::from(strand.ours.as_str())),
                meta: Meta {
                    anchor: Some(anchor),
                    max_obj_size: max_obj_size.clone(),
                    ..Meta::default()
                },
                data: None,
            };
            let alert = Alert {
                code: Some(alert_code(course.mode)),
                items: vec![item],
                ..Alert::default()
            };
            let Ok(cmd) = self.draft.push(Command::Alert(alert)) else {
                break;
            };
            strand.alert_due = false;
            sent.push(SentChange {
                msg,
                cmd,
                strand: index,
                subject: Subject::Alert,
            });
        }
        talk.expect(sent);
        talk.state.strands.iter().all(|strand| !strand.alert_due)
    }

    /// Final, or a sign that more is to come, or that more is awaited.
    fn close(
        &mut self,
        talk: &mut Talk<'_, '_>,
        complete: bool,
        idle: bool,
    ) -> Result<(), Refused> {
        // A device that takes what we send with nothing but Statuses is not idle.
        let idle = idle && self.draft.message().body.iter().all(is_signal);
        talk.state.idle = if idle { talk.state.idle + 1 } else { 0 };
        if talk.state.idle > MAX_IDLE {
            talk.state.phase = Phase::Over;
            self.draft.set_final();
            return Ok(());
        }
        let over = talk.state.phase == Phase::Over;
        if complete && (talk.state.their_final || over) {
            self.draft.set_final();
            talk.state.their_final = false;
            // pysyncml hands over its device information first and alerts in a package after that.
            if talk.state.phase != Phase::Opening || !talk.state.strands.is_empty() {
                talk.state.phase = talk.state.phase.after(Event::OurFinal);
            }
            let sends = talk
                .state
                .strands
                .iter()
                .any(|strand| !strand.failed && strand.course.mode.sends());
            if talk.state.phase == Phase::Closing && !sends {
                // Nothing was sent that the device could confirm: some send no package 5 then (REQ-FIELD-14).
                talk.finish()?;
            }
            return Ok(());
        }
        if over {
            // Statuses are still owed: the session ends when they are out.
            talk.state.phase = Phase::Closing;
            talk.state.their_final = true;
        }
        if !talk.state.their_final && talk.state.phase != Phase::Outgoing && !suspends(talk) {
            self.draft.force(next_message(talk));
        }
        Ok(())
    }
}

/// "Send me more": Alert 222.
fn next_message(talk: &Talk<'_, '_>) -> Command {
    let header = &talk.arrival.received.message.header;
    let item = AlertItem {
        target: Some(Location::from(header.source.uri.as_str())),
        source: Some(Location::from(talk.state.our_uri.as_str())),
        ..AlertItem::default()
    };
    Command::Alert(Alert {
        code: Some(AlertCode::NextMessage),
        items: vec![item],
        ..Alert::default()
    })
}

/// What is kept free for [`next_message`] where the device's package goes on: a message full of Statuses must still
/// have room for it. In bytes.
fn room_to_ask(talk: &Talk<'_, '_>, header: &Header) -> usize {
    /// By how much its number may be longer than the first one.
    const LONGER_NUMBER: usize = 4;
    if talk.state.their_final || talk.state.phase == Phase::Outgoing {
        return 0;
    }
    let received = &talk.arrival.received;
    let mut alone = Draft::new(header.clone(), received.encoding, &received.charset, 0);
    let empty = alone.size();
    alone.force(next_message(talk));
    alone.size() - empty + LONGER_NUMBER
}
