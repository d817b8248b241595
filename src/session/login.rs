//! Who is it? Credentials of a message into an entrance, or into the refusal that answers it.
//!
//! Source: SyncML Sync Protocol 1.1, section 3; the decision table is that of REQ-AUTH-2 to REQ-AUTH-6.

use log::{info, warn};

use super::Host;
use super::entry::{Arrival, Found};
use crate::auth::{Caller, Challenge, Nonce, Scheme, Verdict};
use crate::ids::Millis;
use crate::message::StatusCode;

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

/// What answers somebody who did not come in.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    /// For the header and for every command.
    pub(super) code: StatusCode,
    /// What to come with next.
    pub(super) challenge: Option<Challenge>,
    /// Named in the header's Status: the scheme we do not know.
    pub(super) scheme: Option<String>,
}

pub(super) fn check(
    host: &Host,
    arrival: &Arrival,
    found: &Found,
    continues: bool,
    now: Millis,
) -> Login {
    let enabled = found
        .account
        .as_ref()
        .is_some_and(|account| !account.disabled);
    let proven = continues && found.by_token && enabled && !host.settings.per_message;
    if proven {
        return Login::In(Entrance {
            code: Some(StatusCode::Ok),
            ..Entrance::default()
        });
    }
    let session = found.session.as_ref().filter(|_| continues);
    let caller = Caller {
        account: found.account.as_ref(),
        device: &arrival.device,
        row: found.row.as_ref(),
        message: session.map(|session| (&session.token, session.last_msg)),
    };
    let verdict = host.auth.check(&caller, &arrival.claim, now);
    let code = match verdict {
        Verdict::Accepted { by, spends } => {
            let code = if host.settings.per_message {
                StatusCode::Ok
            } else {
                StatusCode::Authenticated
            };
            return Login::In(Entrance {
                code: Some(code),
                spends,
                by: Some(by),
            });
        }
        Verdict::Missing => StatusCode::MissingCredentials,
        Verdict::SchemeUnknown => StatusCode::OptionalFeatureNotSupported,
        Verdict::Disabled => StatusCode::Forbidden,
        Verdict::Wrong | Verdict::Stale | Verdict::SchemeNotAllowed | Verdict::Locked => {
            StatusCode::InvalidCredentials
        }
    };
    tell(arrival, verdict);
    let challenge = (verdict != Verdict::Disabled).then(|| {
        let basic = Challenge {
            scheme: Scheme::Basic,
            nonce: None,
        };
        if cannot_md5(arrival) {
            basic
        } else {
            host.auth.challenge(&caller, &arrival.claim, now)
        }
    });
    let scheme = match &arrival.claim.proof {
        crate::auth::Proof::UnknownScheme(name) => Some(name.clone()),
        crate::auth::Proof::None
        | crate::auth::Proof::Basic(_)
        | crate::auth::Proof::Md5(_)
        | crate::auth::Proof::Malformed => None,
    };
    Login::Out(Refusal {
        code,
        challenge,
        scheme,
    })
}

/// The device answered our challenge with 406: it does not know MD5.
fn cannot_md5(arrival: &Arrival) -> bool {
    arrival.received.message.body.iter().any(|command| {
        matches!(command, crate::message::Command::Status(status)
            if matches!(status.cmd.as_str(), "Status" | "SyncHdr")
                && status.code == Some(StatusCode::OptionalFeatureNotSupported))
    })
}

fn tell(arrival: &Arrival, verdict: Verdict) {
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
        Verdict::SchemeNotAllowed => "MD5, which this user does not have",
        Verdict::Disabled => "an account that is disabled",
        Verdict::Locked => "too many wrong passwords lately",
    };
    warn!(user = user, device = device; "{device} was refused as {user:?}: {why}");
}

/// A nonce as it goes into a `NextNonce`.
pub(super) fn nonce_text(nonce: &Nonce) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(nonce.as_bytes())
}
