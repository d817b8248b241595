//! Who is it? Credentials of a message into an entrance, or into the refusal that answers it.
//!
//! Source: SyncML Sync Protocol 1.1, section 3; the decision table is that of REQ-AUTH-2 to REQ-AUTH-7.

use log::{info, warn};

use super::entry::{Arrival, Found, read_token};
use super::talk::Talk;
use super::{Host, Phase, Request, opening};
use crate::auth::{Caller, Challenge, Proof, Scheme, Verdict};
use crate::message::StatusCode;

/// Messages in a row without good credentials, the first one included, after which none are looked at any more: the
/// device has to start anew.
const MOST_TRIES: i64 = 3;

/// What came of a login.
pub(super) enum Login {
    /// Welcome.
    In(Entrance),
    /// Not like that.
    Out(Refusal),
}

/// How somebody came in: what the header's Status says.
#[derive(Debug, Clone, Default)]
pub(super) struct Entrance {
    /// 212 for fresh credentials, 200 otherwise.
    pub(super) code: Option<StatusCode>,
    /// The digest used up the nonce of this count.
    pub(super) spends: Option<i64>,
    /// The scheme of fresh credentials.
    pub(super) by: Option<Scheme>,
}

impl Entrance {
    /// The challenge that comes with the welcome: the nonce for the next session, or for the next message where each is
    /// authenticated. `auth_count` is the device's after this login.
    pub(super) fn challenge(&self, talk: &Talk<'_, '_>, auth_count: i64) -> Option<Challenge> {
        let scheme = self.by?;
        let each = match scheme {
            Scheme::Basic => return None,
            Scheme::Md5 => talk.host.settings.per_message,
            Scheme::Mac => true,
        };
        let auth = &talk.host.auth;
        let nonce = if each && talk.state.phase != Phase::Over {
            auth.message_nonce(&talk.state.token, talk.arrival.msg)
        } else {
            auth.next_nonce(talk.account.id, &talk.arrival.device, auth_count)
        };
        Some(Challenge {
            scheme,
            nonce: Some(nonce),
        })
    }
}

/// What answers somebody who did not come in.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    /// For the header and for every command.
    pub(super) code: StatusCode,
    /// What to come with next.
    pub(super) challenge: Option<Challenge>,
    /// Named in the header's Status: the scheme we do not know.
    pub(super) scheme: Option<String>,
    /// Too many tries: there is no way back to the session.
    pub(super) is_last: bool,
}

pub(super) fn check(
    host: &Host,
    arrival: &Arrival,
    found: &Found,
    continues: bool,
    request: &Request<'_>,
) -> Login {
    let session = found.session.as_ref().filter(|_| continues);
    let bound = session.and_then(opening::scheme_of);
    let enabled = found
        .account
        .as_ref()
        .is_some_and(|account| !account.disabled);
    let each = host.settings.per_message || bound == Some(Scheme::Mac);
    let is_last = tries(arrival, found, continues, request) > most_tries(host);
    let caller = Caller {
        account: found.account.as_ref(),
        device: &arrival.device,
        row: found.row.as_ref(),
        // Who asks about a message was given a nonce after it, in the answer that had him ask.
        message: session.map(|session| {
            let asks = super::busy::signal(&arrival.received.message).is_some();
            let former = if asks {
                arrival.msg - 1
            } else {
                session.last_msg
            };
            (&session.token, former)
        }),
    };
    let verdict = if session.is_some() && found.by_token && enabled && !each {
        if !is_another(arrival, found) {
            return Login::In(Entrance {
                code: Some(StatusCode::Ok),
                ..Entrance::default()
            });
        }
        Verdict::Wrong
    } else if is_last {
        Verdict::Locked
    } else if !is_allowed(host, arrival, bound, request) {
        Verdict::SchemeNotAllowed
    } else {
        host.auth.check(&caller, &arrival.claim, request.now)
    };
    if let Verdict::Accepted { by, spends } = verdict {
        // 212 is for a Cred alone (REQ-AUTH-14), and lets the device leave it out from now on.
        let once = arrival.received.message.header.cred.is_some() && by != Scheme::Mac && !each;
        let code = if once {
            StatusCode::Authenticated
        } else {
            StatusCode::Ok
        };
        return Login::In(Entrance {
            code: Some(code),
            spends,
            by: Some(by),
        });
    }
    tell(arrival, verdict, is_last);
    let scheme = asked_for(host, arrival, &caller, bound, request);
    let challenge = (verdict != Verdict::Disabled).then(|| {
        host.auth
            .challenge_by(scheme, &caller, &arrival.claim, request.now)
    });
    Login::Out(Refusal {
        code: code(verdict),
        challenge,
        scheme: match &arrival.claim.proof {
            Proof::UnknownScheme(name) => Some(name.clone()),
            Proof::None
            | Proof::Basic(_)
            | Proof::Md5(_)
            | Proof::Mac { .. }
            | Proof::Malformed => None,
        },
        is_last,
    })
}

/// The Status of a verdict, on a header or on a command with credentials of its own.
pub(super) const fn code(verdict: Verdict) -> StatusCode {
    match verdict {
        Verdict::Accepted { .. } => StatusCode::Ok,
        Verdict::Missing => StatusCode::MissingCredentials,
        Verdict::SchemeUnknown => StatusCode::OptionalFeatureNotSupported,
        Verdict::Disabled => StatusCode::Forbidden,
        Verdict::Wrong | Verdict::Stale | Verdict::SchemeNotAllowed | Verdict::Locked => {
            StatusCode::InvalidCredentials
        }
    }
}

/// Whether a password may come over this connection at all.
pub(super) const fn takes_basic(host: &Host, request: &Request<'_>) -> bool {
    host.settings.plain_basic || request.envelope.is_private
}

/// How many messages in a row came without good credentials, this one included. Nothing is kept of them: the device's
/// own numbers tell. A session that was there and is gone leaves no count.
fn tries(arrival: &Arrival, found: &Found, continues: bool, request: &Request<'_>) -> i64 {
    match &found.session {
        Some(session) if continues => arrival.msg - session.last_msg,
        Some(_) => 1,
        None if request.token.and_then(read_token).is_some() => 1,
        None => arrival.msg,
    }
}

/// One more where the first challenge is likely to meet a device that cannot answer it.
fn most_tries(host: &Host) -> i64 {
    MOST_TRIES + i64::from(host.auth.preferred() == Scheme::Mac)
}

/// Whether the credentials, which this session does not need any more, are those of somebody else.
fn is_another(arrival: &Arrival, found: &Found) -> bool {
    let claim = &arrival.claim;
    claim.proof != Proof::None
        && claim.user.as_ref().is_some_and(|user| {
            found
                .account
                .as_ref()
                .is_some_and(|account| account.name != *user)
        })
}

/// Whether the claim's scheme may be used over this connection and in this session (REQ-AUTH-7).
fn is_allowed(
    host: &Host,
    arrival: &Arrival,
    bound: Option<Scheme>,
    request: &Request<'_>,
) -> bool {
    let Some(scheme) = arrival.claim.proof.scheme() else {
        return true;
    };
    (scheme != Scheme::Basic || takes_basic(host, request))
        && bound.is_none_or(|bound| bound == scheme)
}

/// The scheme to challenge with.
fn asked_for(
    host: &Host,
    arrival: &Arrival,
    caller: &Caller<'_>,
    bound: Option<Scheme>,
    request: &Request<'_>,
) -> Scheme {
    if let Some(bound) = bound {
        return bound;
    }
    let best = host.auth.challenge(caller, &arrival.claim, request.now);
    // A device that makes digests is asked for the kind it makes.
    let usual = match (best.scheme, arrival.claim.proof.scheme()) {
        (Scheme::Md5 | Scheme::Mac, Some(Scheme::Md5)) => Scheme::Md5,
        (Scheme::Md5 | Scheme::Mac, Some(Scheme::Mac)) => Scheme::Mac,
        (best, Some(Scheme::Basic | Scheme::Md5 | Scheme::Mac) | None) => best,
    };
    let scheme = match usual {
        Scheme::Basic | Scheme::Md5 | Scheme::Mac if !cannot(arrival) => usual,
        // It was asked for a MAC by the reply to its first message.
        Scheme::Mac if arrival.msg <= 2 => Scheme::Md5,
        Scheme::Basic | Scheme::Md5 | Scheme::Mac => Scheme::Basic,
    };
    if scheme == Scheme::Basic && !takes_basic(host, request) {
        Scheme::Md5
    } else {
        scheme
    }
}

/// The device answered our challenge with 406: it does not know the scheme.
fn cannot(arrival: &Arrival) -> bool {
    arrival.received.message.body.iter().any(|command| {
        matches!(command, crate::message::Command::Status(status)
            if matches!(status.cmd.as_str(), "Status" | "SyncHdr")
                && status.code == Some(StatusCode::OptionalFeatureNotSupported))
    })
}

fn tell(arrival: &Arrival, verdict: Verdict, is_last: bool) {
    let user = arrival
        .claim
        .user
        .as_ref()
        .map_or("?", crate::ids::UserName::as_str);
    let device = arrival.device.as_str();
    let why = match verdict {
        Verdict::Accepted { .. } => return,
        Verdict::Missing => {
            info!(user = user, device = device; "{device} sent no credentials: challenged");
            return;
        }
        Verdict::Stale => {
            info!(user = user, device = device; "{device} used an old nonce: challenged");
            return;
        }
        Verdict::Wrong => "wrong credentials",
        Verdict::SchemeUnknown => "an unknown authentication scheme",
        Verdict::SchemeNotAllowed => {
            "a scheme that this user, this connection or this session may not use"
        }
        Verdict::Disabled => "an account that is disabled",
        Verdict::Locked if is_last => "too many tries in one session",
        Verdict::Locked => "too many wrong passwords lately",
    };
    warn!(user = user, device = device; "{device} was refused as {user:?}: {why}");
}
