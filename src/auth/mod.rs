//! Who is there? `syncml:auth-basic`, `syncml:auth-md5` and `syncml:auth-MAC` (DS Protocol 1.2.2, section 5; OMA DM
//! Security, section on HMAC). And the other way round: how the server proves itself to a device ([`server`]).
//!
//! Called before the transaction of a message: it reads rows the caller fetched, writes nothing and holds no
//! lock while it hashes. What it must know across messages is either in the device's row (`auth_count`) or
//! derived ([`nonce`]); what it keeps in memory ([`softlock`], remembered passwords) may be lost at any time.
//!
//! It does not decide what goes on the wire: a [`Verdict`] is what happened, the session makes a Status of it.
//! Certificates and one-time passwords are not offered.

pub mod claim;
pub mod digest;
pub mod keys;
pub mod mac;
pub mod nonce;
pub mod password;
mod remembered;
pub mod seal;
pub mod server;
pub mod softlock;
mod stored;

use log::error;
use serde::{Deserialize, Serialize};
use subtle::Choice;

pub use claim::{Claim, Proof};
pub use keys::{Keys, Secret, SecretError};
pub use nonce::Nonce;
pub use password::{BadPassword, HashFailed, Password};
pub use stored::{Chance, StoreFailed, Stored, store};

use crate::ids::{AccountId, DeviceId, Millis, SessionToken};
use crate::store::{Account, Device};
use digest::Spellings;
use nonce::Subject;
use password::Turnstile;
use remembered::Remembered;
use softlock::{Budget, Softlock};

/// Stands in for the credentials of a user who does not exist, so that the work is the same.
const NOBODY: &str = "nobody:nobody";

/// How a device may prove who its user is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// `syncml:auth-basic`: the password, in base64.
    Basic,
    /// `syncml:auth-md5`: a digest over a nonce.
    Md5,
    /// `syncml:auth-MAC`: a digest over a nonce and the message, in a header of the transport, for every message.
    Mac,
}

impl Scheme {
    /// As it stands in the `Type` of a `Cred` or `Chal`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "syncml:auth-basic",
            Self::Md5 => "syncml:auth-md5",
            Self::Mac => "syncml:auth-MAC",
        }
    }

    /// The scheme of a `Type`, in any case and with blanks around it; `None` when it is none of ours.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        let text = text.trim_matches(|c: char| c == '\0' || c.is_whitespace());
        let all = [Self::Basic, Self::Md5, Self::Mac];
        all.into_iter()
            .find(|scheme| scheme.as_str().eq_ignore_ascii_case(text))
    }
}

/// Who asks, as far as the rows tell.
#[derive(Debug, Clone, Copy)]
pub struct Caller<'a> {
    /// The account of the claimed user (or, where none is claimed, the one user of this device); `None`: there is none.
    pub account: Option<&'a Account>,
    /// The name the device gives itself.
    pub device: &'a DeviceId,
    /// Its row under that account; `None`: it never got in.
    pub row: Option<&'a Device>,
    /// Within a session whose every message is authenticated: its token and the `MsgID` answered last.
    pub message: Option<(&'a SessionToken, i64)>,
}

/// What came of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The user is who he says. 212, or 200 where every message is authenticated.
    Accepted {
        /// By which scheme.
        by: Scheme,
        /// The digest used up a nonce: `Tx::count_auth(account, device, this)` must succeed in the message's
        /// transaction, else somebody else used it first and this is [`Verdict::Stale`]. `None` for a device without a
        /// row too: then there must still be none in the transaction.
        spends: Option<i64>,
    },
    /// Wrong or unreadable credentials, or no such user. 401 with a challenge.
    Wrong,
    /// A digest by the right password over a nonce that is not good (any more), such as none at all: what
    /// devices send at first contact, and what a replay looks like. On the wire like [`Verdict::Wrong`].
    Stale,
    /// No credentials. 407 with a challenge.
    Missing,
    /// A scheme we do not know. 406 or 401, with a challenge.
    SchemeUnknown,
    /// A scheme this user, this connection or this session may not use. 401 with a challenge for one that it may.
    SchemeNotAllowed,
    /// The right credentials of an account that is disabled. 403.
    Disabled,
    /// Too many wrong tries lately: not even looked at. On the wire like [`Verdict::Wrong`].
    Locked,
}

/// What a device is asked to prove itself with; the content of a `Chal`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// By which scheme.
    pub scheme: Scheme,
    /// Over this nonce, for MD5.
    pub nonce: Option<Nonce>,
}

/// The doorkeeper of one process. Shared by all threads.
pub struct Auth {
    keys: Keys,
    /// With what a user who does not exist is challenged: as a new one would be.
    default: Scheme,
    softlock: Softlock,
    remembered: Remembered,
    turnstile: Turnstile,
}

impl Auth {
    /// `process_key` is fresh random bytes; `default` is the scheme new users get.
    #[must_use]
    pub fn new(keys: Keys, process_key: [u8; 32], default: Scheme) -> Self {
        Self {
            keys,
            default,
            softlock: Softlock::default(),
            remembered: Remembered::new(process_key),
            turnstile: Turnstile::new(),
        }
    }

    /// The keys in use.
    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Judges a claim. May take as long as a password hash does (25 ms); call it outside any transaction.
    #[must_use]
    pub fn check(&self, caller: &Caller<'_>, claim: &Claim, now: Millis) -> Verdict {
        let budget = budget(caller, claim);
        let verdict = match &claim.proof {
            Proof::None => return Verdict::Missing,
            Proof::Malformed => return Verdict::Wrong,
            Proof::UnknownScheme(_) => return Verdict::SchemeUnknown,
            Proof::Basic(password) if self.softlock.begin(&budget, now) => {
                self.basic(caller, password, now)
            }
            Proof::Md5(_) | Proof::Mac { .. } => match self.credentials(caller) {
                None => return Verdict::SchemeNotAllowed,
                Some(spellings) if self.softlock.begin(&budget, now) => {
                    self.digest(caller, claim, &spellings, now)
                }
                Some(_) => return Verdict::Locked,
            },
            Proof::Basic(_) => return Verdict::Locked,
        };
        if verdict == Verdict::Wrong {
            return verdict;
        }
        self.softlock.was_right(&budget);
        match caller.account {
            Some(account) if account.disabled => Verdict::Disabled,
            Some(_) | None => verdict,
        }
    }

    /// What to ask for after a verdict that is not `Accepted`: the best this user may use.
    #[must_use]
    pub fn challenge(&self, caller: &Caller<'_>, claim: &Claim, now: Millis) -> Challenge {
        let scheme = match (caller.account, self.default) {
            (None, default) => default,
            (Some(account), Scheme::Mac) if account.md5_secret.is_some() => Scheme::Mac,
            (Some(account), Scheme::Md5 | Scheme::Basic) if account.md5_secret.is_some() => {
                Scheme::Md5
            }
            (Some(_), _) => Scheme::Basic,
        };
        self.challenge_by(scheme, caller, claim, now)
    }

    /// The scheme that users are asked for who may use any.
    #[must_use]
    pub const fn preferred(&self) -> Scheme {
        self.default
    }

    /// A challenge of this scheme: for a device that says it cannot do the one it was asked for (406), or a session
    /// that is bound to one (REQ-AUTH-7).
    #[must_use]
    pub fn challenge_by(
        &self,
        scheme: Scheme,
        caller: &Caller<'_>,
        claim: &Claim,
        now: Millis,
    ) -> Challenge {
        let nonce = match scheme {
            Scheme::Basic => None,
            Scheme::Md5 | Scheme::Mac => Some(nonce::challenge(
                &self.keys,
                subject(caller, claim),
                caller.device,
                now,
            )),
        };
        Challenge { scheme, nonce }
    }

    /// The nonce to give with a 212 for the next session; `auth_count` is the device's after this success.
    #[must_use]
    pub fn next_nonce(&self, account: AccountId, device: &DeviceId, auth_count: i64) -> Nonce {
        nonce::next(&self.keys, account, device, auth_count)
    }

    /// The nonce to give with a 200 in the reply to message `msg`, for the message after it.
    #[must_use]
    pub fn message_nonce(&self, session: &SessionToken, msg: i64) -> Nonce {
        nonce::message(&self.keys, session, msg)
    }

    fn basic(&self, caller: &Caller<'_>, password: &Password, now: Millis) -> Verdict {
        let accepted = Verdict::Accepted {
            by: Scheme::Basic,
            spends: None,
        };
        let Some(account) = caller.account else {
            let _never = self.turnstile.pass(|| password::fits(password, None));
            return Verdict::Wrong;
        };
        let hash = account.password_hash.as_str();
        if self.remembered.knows(account.id, hash, password, now) {
            return accepted;
        }
        if !self.turnstile.pass(|| password::fits(password, Some(hash))) {
            return Verdict::Wrong;
        }
        self.remembered.remember(account.id, hash, password, now);
        accepted
    }

    /// What a digest of this user is made of; for nobody something no digest is accepted of. `None`: no MD5 for this user.
    fn credentials(&self, caller: &Caller<'_>) -> Option<Spellings> {
        let Some(account) = caller.account else {
            return Some(Spellings::new(NOBODY));
        };
        match seal::unseal(&self.keys, account.id, account.md5_secret.as_deref()?) {
            Ok(clear) => Some(Spellings::new(&clear)),
            Err(cause) => {
                error!(user = account.name.as_str(); "MD5 is off for {}: {cause}; set the password again", account.name);
                None
            }
        }
    }

    /// A digest by MD5 or MAC, tried over every nonce that may still be answered.
    fn digest(&self, caller: &Caller<'_>, claim: &Claim, user: &Spellings, now: Millis) -> Verdict {
        let by = claim.proof.scheme().unwrap_or(Scheme::Md5);
        let made = |nonce: &[u8]| claim.proof.made_by(user, nonce);
        let any = |nonces: &mut dyn Iterator<Item = Nonce>| {
            nonces.fold(Choice::from(0), |any, nonce| any | made(nonce.as_bytes()))
        };
        let (keys, device) = (&self.keys, caller.device);
        let id = caller.account.map_or(AccountId(0), |account| account.id);
        let count = caller.row.map(|row| row.auth_count);
        let in_session = any(&mut caller
            .message
            .iter()
            .map(|(token, msg)| nonce::message(keys, token, *msg)));
        let given = any(&mut count
            .iter()
            .map(|count| nonce::next(keys, id, device, *count)));
        let named = any(&mut nonce::challenges(
            keys,
            subject(caller, claim),
            device,
            now,
            None,
        ));
        let since = caller.row.map(|row| row.last_seen);
        let unnamed = any(&mut nonce::challenges(
            keys,
            Subject::Nobody,
            device,
            now,
            since,
        ));
        let former = count.and_then(|count| count.checked_sub(1));
        let stale = any(&mut former
            .iter()
            .map(|count| nonce::next(keys, id, device, *count)))
            | made(b"");

        let exists = caller.account.is_some();
        if exists & bool::from(in_session) {
            return Verdict::Accepted { by, spends: None };
        }
        if exists & bool::from(given | named | unnamed) {
            let spends = count;
            return Verdict::Accepted { by, spends };
        }
        if exists & bool::from(stale) {
            Verdict::Stale
        } else {
            Verdict::Wrong
        }
    }
}

impl std::fmt::Debug for Auth {
    /// Never shows the keys.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Auth")
            .field("default", &self.default)
            .finish_non_exhaustive()
    }
}

fn subject<'a>(caller: &Caller<'a>, claim: &'a Claim) -> Subject<'a> {
    match (caller.account, &claim.user) {
        (Some(account), _) => {
            Subject::Account(account.id, caller.row.map_or(0, |row| row.auth_count))
        }
        (None, Some(name)) => Subject::Stranger(name.as_str()),
        (None, None) => Subject::Nobody,
    }
}

fn budget(caller: &Caller<'_>, claim: &Claim) -> Budget {
    match (caller.row, caller.account, &claim.user) {
        (Some(row), Some(account), _) => Budget::Known(account.id, row.id.clone()),
        (_, Some(account), _) => Budget::Named(account.name.clone()),
        (_, None, Some(name)) => Budget::Named(name.clone()),
        (_, None, None) => Budget::Nameless(caller.device.clone()),
    }
}

#[cfg(test)]
mod tests;
