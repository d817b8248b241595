//! Busy: what a device is told when work on its message takes longer than it would wait.
//!
//! ```text
//! device                     server
//! message N ------------->   works on it, in one transaction as ever
//!       <--- 101 for N ---   the transport's patience is over (or a keep-alive: 200, no Final)
//! N+1: Alert 221 -------->   not done yet: 101 for the header and the Alert
//! N+2: Alert 221 -------->   done: the reply to N, renumbered, with Statuses for N+2
//! ```
//! The work goes on where it is. Its end finds out whether the device was told to wait ([`Patience`](super::Patience)); if so, the reply
//! is kept with the session ([`Held`](super::state::Held)), where any node finds it, and no anchor moves before the
//! device has fetched it. Whether a message is still at work a node knows of itself, and of others by a lock that
//! goes with the transaction, so that a node which died leaves nothing behind.
//!
//! Sources: SyncML Sync Protocol 1.1, section 2.12; field quirks P22 and P23.

use super::entry::{Arrival, Found, find, read_token, write_token};
use super::login::{self, Entrance, Login};
use super::opening::{Opening, state_of};
use super::quirks::Quirks;
use super::recognise::at_first_sight;
use super::render::{header, header_status};
use super::state::State;
use super::{Host, Phase, Refused, Reply, Request, Style, Terms, ours, refs, refusal};
use crate::auth::{Challenge, Proof, Scheme};
use crate::ids::{AccountId, SessionToken};
use crate::message::{
    AlertCode, Command, Draft, Header, Location, Message, Status, StatusCode, Sync,
};
use crate::store::{Account, Device};

/// How this device is told to wait: by what is known of it, else as the server is set.
fn terms(host: &Host, quirks: &Quirks) -> Terms {
    Terms {
        style: quirks.busy.unwrap_or(host.settings.busy_style),
        after: quirks.busy_after,
    }
}

/// What may be told about a message that is now being worked on.
pub(super) fn announce(
    host: &Host,
    request: &Request<'_>,
    arrival: &Arrival,
    (account, row): (&Account, Option<&Device>),
    entrance: &Entrance,
    opening: &Opening,
) -> Result<(), Refused> {
    let Some(patience) = request.patience else {
        return Ok(());
    };
    let quirks = at_first_sight(host, request, &arrival.received.message.header, row);
    let terms = terms(host, &quirks);
    patience.agree(terms);
    let (token, state) = match opening {
        Opening::Continue(session) => (session.token.clone(), state_of(session)),
        Opening::New => (SessionToken::from_chance(request.chance), None),
    };
    // Whoever asks for what was held gets it; whoever wants no Status cannot be told.
    let is_held = state.as_ref().is_some_and(|state| state.held.is_some());
    if is_held || arrival.received.message.header.no_resp {
        return Ok(());
    }
    let style = terms.style;
    let challenge = challenge(host, arrival, account.id, &token, entrance, style);
    let code = match style {
        Style::Busy | Style::BusyOnce => StatusCode::Busy,
        Style::KeepAlive => entrance.code.unwrap_or(StatusCode::Ok),
    };
    let mut body = vec![Command::Status(header_status(
        &arrival.received,
        code,
        challenge.as_ref(),
    ))];
    if style == Style::KeepAlive {
        body.extend(state.as_ref().and_then(|state| empty_sync(arrival, state)));
    }
    let way = (account.id, &token);
    let told = message(host, request, arrival, way, state.as_ref(), &quirks, body);
    patience.ready(ours::sign(host, request, Some(account), arrival, told)?);
    Ok(())
}

/// The nonce that the device's next message is to come with, where it must be known before the work is done.
fn challenge(
    host: &Host,
    arrival: &Arrival,
    account: AccountId,
    token: &SessionToken,
    entrance: &Entrance,
    style: Style,
) -> Option<Challenge> {
    let scheme = entrance.by?;
    let each = match scheme {
        Scheme::Basic => return None,
        Scheme::Md5 => host.settings.per_message,
        Scheme::Mac => true,
    };
    let nonce = if each {
        host.auth.message_nonce(token, arrival.msg)
    } else {
        // The header's Status comes once: where it is not 101 it must say everything.
        let spent = entrance.spends.filter(|_| style == Style::KeepAlive)?;
        host.auth.next_nonce(account, &arrival.device, spent + 1)
    };
    Some(Challenge {
        scheme,
        nonce: Some(nonce),
    })
}

/// A Sync without changes: a part of package 4 that says nothing, where package 4 is what the device waits for.
fn empty_sync(arrival: &Arrival, state: &State) -> Option<Command> {
    let is_due = match state.phase {
        Phase::Intake => arrival.received.message.is_final,
        Phase::Outgoing => true,
        Phase::Opening | Phase::Closing | Phase::Over => false,
    };
    let mut strands = state.strands.iter();
    let strand = strands.find(|strand| !strand.failed && strand.course.mode.sends())?;
    is_due.then(|| {
        Command::Sync(Sync {
            target: Some(Location::from(strand.theirs.as_str())),
            source: Some(Location::from(strand.ours.as_str())),
            ..Sync::default()
        })
    })
}

/// A message without Final, in the session of this account and token.
fn message(
    host: &Host,
    request: &Request<'_>,
    arrival: &Arrival,
    (account, token): (AccountId, &SessionToken),
    state: Option<&State>,
    quirks: &Quirks,
    body: Vec<Command>,
) -> Reply {
    let received = &arrival.received;
    let token = write_token(account, token);
    let address = request.resp_uri(Some(&token)).filter(|_| quirks.resp_uri);
    let ours = state.map_or(&received.message.header.target.uri, |state| &state.our_uri);
    let header = Header {
        source: Location::from(ours.as_str()),
        ..header(received, address, &host.settings)
    };
    let mut draft = Draft::new(header, received.encoding, &received.charset, usize::MAX);
    for command in body {
        draft.force(command);
    }
    Reply {
        body: draft.finish(),
        encoding: received.encoding,
        charset: received.charset.clone(),
        hmac: None,
        changed: false,
        token: Some(token),
        pending: true,
    }
}

/// The very message is being worked on already: what was announced of it.
pub(super) fn same(request: &Request<'_>) -> Option<Reply> {
    request.patience?.peek()
}

/// What came of looking for the work a device asks about.
pub(super) enum Asked {
    /// This is the answer.
    Answered(Reply),
    /// The message is to be answered as any other.
    Ordinary(Box<Found>),
}

/// The signal that a message consists of: Alert 221 or 222, with nothing beside it but Statuses.
pub(super) fn signal(message: &Message) -> Option<AlertCode> {
    let mut signal = None;
    for command in &message.body {
        if command.as_status().is_none() {
            let code = command.as_alert()?.code;
            let is_signal =
                |code: &AlertCode| matches!(code, AlertCode::Result | AlertCode::NextMessage);
            signal = Some(code.filter(is_signal)?);
        }
    }
    signal
}

/// A device may ask about a message that is still being worked on, here or by another node. If so, it waits on; if
/// nobody works on it, it was lost with the node that did, and 512 has the device start again, with anchors as they were.
pub(super) fn ask(
    host: &Host,
    request: &Request<'_>,
    arrival: &Arrival,
    found: Box<Found>,
) -> Result<Asked, Refused> {
    let Some(signal) = signal(&arrival.received.message).filter(|_| arrival.msg > 1) else {
        return Ok(Asked::Ordinary(found));
    };
    if !misses_one(arrival, &found) {
        return Ok(Asked::Ordinary(found));
    }
    let token = request.token.and_then(read_token);
    let working = match (&token, &found.account) {
        // Nobody but the device knows the token.
        (Some((account, token)), _) => {
            let here = host.works.find_earlier(*account, Some(token), arrival);
            let elsewhere = here.is_none() && host.store.read(|tx| tx.is_session_held(token))?;
            here.or_else(|| elsewhere.then(|| token.clone()))
                .map(|token| (*account, token))
        }
        (None, Some(account)) if is_in(host, arrival, &found, request) => host
            .works
            .find_earlier(account.id, None, arrival)
            .map(|token| (account.id, token)),
        (None, _) => None,
    };
    if let Some((account, token)) = working {
        let state = found.session.as_ref().and_then(state_of);
        let header = &arrival.received.message.header;
        let quirks = at_first_sight(host, request, header, found.row.as_ref());
        let terms = terms(host, &quirks);
        if let Some(patience) = request.patience {
            patience.agree(terms);
        }
        let body = still(host, arrival, &token, signal, terms.style);
        let way = (account, &token);
        let reply = message(host, request, arrival, way, state.as_ref(), &quirks, body);
        let reply = ours::sign(host, request, found.account.as_ref(), arrival, reply)?;
        return Ok(Asked::Answered(reply));
    }
    // It may have been done between the two questions.
    let found = host
        .store
        .read(|tx| find(tx, arrival, request).map_err(Refused::from))?;
    if signal == AlertCode::Result && request.token.is_some() && misses_one(arrival, &found) {
        let code = StatusCode::SynchronizationFailed;
        let lost = refusal::header_only(host, &arrival.received, arrival.version, code, &[]);
        return Ok(Asked::Answered(lost));
    }
    Ok(Asked::Ordinary(Box::new(found)))
}

/// Whether the message before this one was never answered, as far as the store knows.
fn misses_one(arrival: &Arrival, found: &Found) -> bool {
    found.session.as_ref().is_none_or(|session| {
        let is_held = || state_of(session).is_some_and(|state| state.held.is_some());
        session.last_msg + 1 < arrival.msg && !session.over && !is_held()
    })
}

fn is_in(host: &Host, arrival: &Arrival, found: &Found, request: &Request<'_>) -> bool {
    let continues = found.session.is_some();
    matches!(
        login::check(host, arrival, found, continues, request),
        Login::In(_)
    )
}

/// Not done yet: a Status for the header and one for each Alert (REQ-BUSY-1), as the device asked.
fn still(
    host: &Host,
    arrival: &Arrival,
    token: &SessionToken,
    signal: AlertCode,
    style: Style,
) -> Vec<Command> {
    let received = &arrival.received;
    let code = match style {
        Style::Busy if signal == AlertCode::Result => StatusCode::Busy,
        // Who takes one 101 only has had it (field quirk P23).
        Style::Busy | Style::BusyOnce | Style::KeepAlive => StatusCode::Ok,
    };
    let scheme = match &arrival.claim.proof {
        Proof::Md5(_) if host.settings.per_message => Some(Scheme::Md5),
        Proof::Mac { .. } => Some(Scheme::Mac),
        Proof::None
        | Proof::Basic(_)
        | Proof::Md5(_)
        | Proof::UnknownScheme(_)
        | Proof::Malformed => None,
    };
    let challenge = scheme.map(|scheme| Challenge {
        scheme,
        nonce: Some(host.auth.message_nonce(token, arrival.msg)),
    });
    let mut body = vec![Command::Status(header_status(
        received,
        code,
        challenge.as_ref(),
    ))];
    body.extend(signals(arrival, code));
    body
}

/// A Status for each Alert of a message that consists of signals.
pub(super) fn signals(arrival: &Arrival, code: StatusCode) -> impl Iterator<Item = Command> {
    let message = &arrival.received.message;
    let alerts = message.body.iter().filter(|command| {
        matches!(command, Command::Alert(_)) && !command.no_resp() && !message.header.no_resp
    });
    alerts.map(move |command| {
        let (target, source) = refs::of_command(command);
        Command::Status(Status {
            msg_ref: message.header.msg_id.clone(),
            cmd_ref: command.cmd_id().to_owned(),
            cmd: command.name().to_owned(),
            target_refs: target.into_iter().filter(|uri| !uri.is_empty()).collect(),
            source_refs: source.into_iter().filter(|uri| !uri.is_empty()).collect(),
            code: Some(code),
            ..Status::default()
        })
    })
}
