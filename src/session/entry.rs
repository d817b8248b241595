//! The way in: which session a message belongs to, whether it was answered before, and who sent it.

use log::{info, warn};

use super::busy::{self, Asked};
use super::login::{self, Entrance, Login};
use super::opening::{self, Opening};
use super::ours;
use super::recognise::at_first_sight;
use super::refusal;
use super::turn;
use super::{HTTP, Host, Refused, Reply, Request};
use crate::auth::Claim;
use crate::codec::{Encoding, Version};
use crate::ids::{AccountId, DeviceId, SessionToken};
use crate::message::{AlertCode, Command, Message, Received, StatusCode};
use crate::store::{Account, Device, Session};

/// A repeated first message is answered from the store for this long, in milliseconds; later it must be proven anew.
const REPEAT_MS: i64 = 60_000;
/// Longest `SessionID` kept, in bytes.
const MAX_SESSION_ID: usize = 64;

/// A message with what identifies it.
pub(super) struct Arrival {
    pub(super) received: Received,
    pub(super) device: DeviceId,
    pub(super) version: Version,
    pub(super) claim: Claim,
    pub(super) msg: i64,
    pub(super) hash: i64,
}

/// What the store knows of an arrival.
#[derive(Default)]
pub(super) struct Found {
    pub(super) account: Option<Account>,
    pub(super) row: Option<Device>,
    /// The session it belongs to.
    pub(super) session: Option<Session>,
    /// The session's token was in the address: nobody else can know it.
    pub(super) by_token: bool,
}

pub(super) fn answer(host: &Host, request: &Request<'_>) -> Result<Reply, Refused> {
    let received = Message::decode(request.body, request.charset, &host.settings.limits)?;
    let received = Received {
        encoding: request.accepts.unwrap_or(received.encoding),
        ..received
    };
    let header = &received.message.header;
    let early = at_first_sight(host, request, header, None);
    let named = |versions: &'static [&'static str]| if early.bare_errors { &[] } else { versions };
    let Some(version) = header.version() else {
        let supported = named(&["1.0", "1.1", "1.2"]);
        return Ok(refusal::header_only(
            host,
            &received,
            Version::V12,
            StatusCode::DtdVersionNotSupported,
            supported,
        ));
    };
    if header.protocol().is_none() {
        let supported = named(&["SyncML/1.0", "SyncML/1.1", "SyncML/1.2"]);
        return Ok(refusal::header_only(
            host,
            &received,
            version,
            StatusCode::ProtocolVersionNotSupported,
            supported,
        ));
    }
    let mut arrival = arrive(host, received, version, request)?;
    let found = host
        .store
        .read(|tx| find(tx, &arrival, request).map_err(Refused::from))?;
    let found = match busy::ask(host, request, &arrival, Box::new(found))? {
        Asked::Ordinary(found) => *found,
        Asked::Answered(reply) => return Ok(reply),
    };
    if let Some(session) = &found.session {
        if session.last_msg == arrival.msg && session.request_hash == arrival.hash {
            info!(user = session.account.0, device = arrival.device.as_str(), msg = arrival.msg; "repeated message of {}: the same reply again", arrival.device);
            let held = opening::state_of(session).is_some_and(|state| state.held.is_some());
            let reply = if held {
                give_held(host, request, &arrival, &found)?
            } else {
                stored(session, &arrival.received)
            };
            return ours::sign(host, request, found.account.as_ref(), &arrival, reply);
        }
        if found.by_token
            && (session.over || arrival.msg < session.last_msg)
            && !looks_new(&arrival)
        {
            warn!(device = arrival.device.as_str(), msg = arrival.msg; "{} goes on with a session that is over", arrival.device);
            return Ok(refusal::header_only(
                host,
                &arrival.received,
                version,
                StatusCode::SynchronizationFailed,
                &[],
            ));
        }
    } else if request.token.is_some() && !looks_new(&arrival) && !is_first(&arrival, request) {
        return Ok(refusal::header_only(
            host,
            &arrival.received,
            version,
            StatusCode::SynchronizationFailed,
            &[],
        ));
    }
    let continues = found.session.as_ref().is_some_and(|session| {
        let goes_on = !session.over && arrival.msg >= session.last_msg;
        goes_on && (found.by_token || !opening::begins_anew(session, &arrival.received.message))
    });
    if let Some(session) = found.session.as_ref().filter(|_| continues) {
        arrival.keep_version(session);
    }
    let login = match login::check(host, &arrival, &found, continues, request) {
        Login::In(entrance) => entrance,
        Login::Out(refusal) => {
            // Whoever came with the session's own address finds the way back to it.
            let back = continues && found.by_token && !refusal.is_last;
            let token = request.token.filter(|_| back);
            let header = &arrival.received.message.header;
            let quirks = at_first_sight(host, request, header, found.row.as_ref());
            return Ok(refusal::refusal(
                host, request, &arrival, &quirks, token, &refusal,
            ));
        }
    };
    let opening = match found.session.filter(|_| continues) {
        Some(session) => Opening::Continue(Box::new(session)),
        None => Opening::New,
    };
    let account = found.account.as_ref();
    let row = found.row.as_ref();
    let reply = turn::run(host, request, &arrival, account, row, &login, &opening)?;
    ours::sign(host, request, account, &arrival, reply)
}

impl Arrival {
    /// The version of its first message holds for a session, whatever a later one says of itself (REQ-REP-11).
    fn keep_version(&mut self, session: &Session) {
        let Some(state) = opening::state_of(session) else {
            return;
        };
        self.version = state.version;
        let header = &mut self.received.message.header;
        state.version.as_str().clone_into(&mut header.ver_dtd);
        header.ver_proto = state.ver_proto;
    }
}

fn arrive(
    host: &Host,
    received: Received,
    version: Version,
    request: &Request<'_>,
) -> Result<Arrival, Refused> {
    let header = &received.message.header;
    let device =
        DeviceId::parse(&header.source.uri).map_err(|bad| Refused::BadHeader(bad.to_string()))?;
    if header.session_id.len() > MAX_SESSION_ID {
        return Err(Refused::BadHeader(format!(
            "a SessionID of more than {MAX_SESSION_ID} bytes"
        )));
    }
    let msg = header
        .msg_id
        .parse()
        .ok()
        .filter(|msg| (1..=i64::from(u32::MAX)).contains(msg));
    let msg = msg.ok_or_else(|| Refused::BadHeader("MsgID is no number from 1".to_owned()))?;
    let http_basic = host.settings.http_basic;
    let claim = request.envelope.claim(header, request.body, http_basic);
    Ok(Arrival {
        device,
        version,
        claim,
        msg,
        hash: request
            .envelope
            .hash(request.body, http_basic)
            .cast_signed(),
        received,
    })
}

/// One read before anything else: the session by its token, or by user, device and `SessionID` for a device that does
/// not follow RespURI (it must prove itself again).
pub(super) fn find(
    tx: &mut crate::store::Tx<'_>,
    arrival: &Arrival,
    request: &Request<'_>,
) -> Result<Found, crate::store::StoreError> {
    let session_id = &arrival.received.message.header.session_id;
    if let Some((account, token)) = request.token.and_then(read_token) {
        let session = tx.session(account, &token)?;
        let session = session.filter(|session| {
            session.device == arrival.device && session.client_session == *session_id
        });
        if session.is_some() {
            let account = tx.account(account)?;
            let row = match &account {
                Some(account) => tx.device(account.id, &arrival.device)?,
                None => None,
            };
            return Ok(Found {
                account,
                row,
                session,
                by_token: true,
            });
        }
    }
    let Some(user) = &arrival.claim.user else {
        return Ok(Found::default());
    };
    let Some(account) = tx.account_by_name(user)? else {
        return Ok(Found::default());
    };
    let row = tx.device(account.id, &arrival.device)?;
    let live = tx.live_sessions(account.id, &arrival.device)?;
    let fresh = |session: &Session| session.updated.0 + REPEAT_MS > request.now.0;
    let session = live.into_iter().find(|session| {
        let same = session.client_session == *session_id;
        same && (arrival.msg > session.last_msg
            || (session.request_hash == arrival.hash && fresh(session)))
    });
    Ok(Found {
        account: Some(account),
        row,
        session,
        by_token: false,
    })
}

/// Whether a message could begin a session: it names datastores or brings credentials.
fn looks_new(arrival: &Arrival) -> bool {
    let message = &arrival.received.message;
    message.header.cred.is_some() || message.body.iter().any(|command| matches!(command, Command::Alert(alert) if !alert.items.is_empty() && alert.code.is_some_and(|code| (200..=210).contains(&code.number()) || code == AlertCode::Resume)))
}

/// Whether a message begins a session on a line that had another one before: there the token is kept by our side, so
/// that an old one says nothing.
fn is_first(arrival: &Arrival, request: &Request<'_>) -> bool {
    arrival.msg == 1 && request.transport != HTTP
}

/// The message that the device was told to wait for comes again: here is its reply. Its bytes are those that were
/// authenticated before.
fn give_held(
    host: &Host,
    request: &Request<'_>,
    arrival: &Arrival,
    found: &Found,
) -> Result<Reply, Refused> {
    let opening = match &found.session {
        Some(session) => Opening::Continue(Box::new(session.clone())),
        None => Opening::New,
    };
    let (account, row) = (found.account.as_ref(), found.row.as_ref());
    let entrance = Entrance::default();
    turn::run(host, request, arrival, account, row, &entrance, &opening)
}

/// How the last reply of a session is spelled.
pub(super) fn spelling(session: &Session) -> Encoding {
    if session.reply_type == "wbxml" {
        Encoding::Wbxml
    } else {
        Encoding::Xml
    }
}

fn stored(session: &Session, received: &Received) -> Reply {
    Reply {
        body: session.reply.clone(),
        encoding: spelling(session),
        charset: received.charset.clone(),
        hmac: None,
        changed: false,
        token: Some(write_token(session.account, &session.token)),
        pending: false,
    }
}

/// The part of an address that finds a session: the account in hexadecimal, a dash, the token.
pub(super) fn write_token(account: AccountId, token: &SessionToken) -> String {
    format!("{:x}-{token}", account.0)
}

pub(super) fn read_token(text: &str) -> Option<(AccountId, SessionToken)> {
    let (account, token) = text.split_once('-')?;
    let account = i64::from_str_radix(account, 16).ok().filter(|id| *id > 0)?;
    Some((AccountId(account), SessionToken::parse(token).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_finds_its_session_again() {
        let token = SessionToken::parse("0123456789abcdef").unwrap();
        let text = write_token(AccountId(0x1f), &token);
        assert_eq!(text, "1f-0123456789abcdef");
        assert_eq!(read_token(&text), Some((AccountId(0x1f), token)));
    }

    #[test]
    fn a_forged_address_finds_nothing() {
        for text in [
            "",
            "-",
            "1f",
            "1f-",
            "-abc",
            "zz-abc",
            "0-abc",
            "-1-abc",
            "ffffffffffffffffffff-abc",
        ] {
            assert_eq!(read_token(text), None, "{text}");
        }
    }
}
