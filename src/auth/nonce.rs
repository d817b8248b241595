//! Nonces of `syncml:auth-md5`: derived, not stored, so that a stranger causes no write.
//!
//! A nonce is a MAC over what it is good for. Three kinds:
//!
//! * **next** — given with a 212 for the next session; depends on the device's `auth_count`, which every success
//!   by MD5 moves on, so it is good once and for as long as it takes.
//! * **challenge** — given with a 401 or 407; depends on who asks and on the time, good for [`CHALLENGE_MS`]. For a
//!   known account it depends on `auth_count` as well. A challenge for nobody in particular (the device has not
//!   told its user yet) cannot: it is taken only when it was made after the device's latest session.
//! * **message** — given with a 200 for the next message of the session; depends on the session and the message
//!   it was given with.
//!
//! The count of a device made anew should start at the time of its making in milliseconds, not at 0: then the
//! nonces of a device that was forgotten and comes again are new ones.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Keys;
use crate::ids::{AccountId, DeviceId, Millis, SessionToken};

/// How long a challenge may be answered, in milliseconds.
pub const CHALLENGE_MS: i64 = 5 * 60 * 1000;

/// Within this many milliseconds the same asker gets the same challenge.
const STEP_MS: i64 = 5000;

/// 16 bytes that make a digest fresh. Never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Nonce([u8; 16]);

impl Nonce {
    /// The bytes that go into the digest.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As it stands in `NextNonce` (`MetInf` 1.2.2, section 5.2.14), 24 characters.
    #[must_use]
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.0)
    }
}

impl std::fmt::Debug for Nonce {
    /// Never shows the bytes.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Nonce(..)")
    }
}

/// For whom a challenge is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject<'a> {
    /// For a user we have, whose device has this `auth_count`.
    Account(AccountId, i64),
    /// For a name no account has; answered like any other.
    Stranger(&'a str),
    /// For a device that has not told its user.
    Nobody,
}

/// The nonce for a device's next session, once its `auth_count` is this.
#[must_use]
pub fn next(keys: &Keys, account: AccountId, device: &DeviceId, auth_count: i64) -> Nonce {
    derive(
        keys,
        "next",
        &[
            &account.0.to_be_bytes(),
            device.as_str().as_bytes(),
            &auth_count.to_be_bytes(),
        ],
    )
}

/// The nonce to challenge with now.
#[must_use]
pub fn challenge(keys: &Keys, subject: Subject<'_>, device: &DeviceId, now: Millis) -> Nonce {
    at_step(keys, subject, device, now.0.div_euclid(STEP_MS))
}

/// Every challenge this subject may still answer, newest first, whether it was given or not. One step of the
/// future is among them, for a node whose clock is a little ahead; those made at or before `since` are not.
pub fn challenges<'a>(
    keys: &'a Keys,
    subject: Subject<'a>,
    device: &'a DeviceId,
    now: Millis,
    since: Option<Millis>,
) -> impl Iterator<Item = Nonce> + 'a {
    let latest = now.0.div_euclid(STEP_MS) + 1;
    let open = (latest - 1 - CHALLENGE_MS / STEP_MS..=latest).rev();
    open.take_while(move |step| since.is_none_or(|since| step * STEP_MS > since.0))
        .map(move |step| at_step(keys, subject, device, step))
}

/// The nonce given with the reply to message `msg` of a session, for the message after it.
#[must_use]
pub fn message(keys: &Keys, session: &SessionToken, msg: i64) -> Nonce {
    derive(
        keys,
        "message",
        &[session.as_str().as_bytes(), &msg.to_be_bytes()],
    )
}

fn at_step(keys: &Keys, subject: Subject<'_>, device: &DeviceId, step: i64) -> Nonce {
    let device = device.as_str().as_bytes();
    let step = step.to_be_bytes();
    match subject {
        Subject::Account(account, count) => derive(
            keys,
            "challenge",
            &[
                b"account",
                &account.0.to_be_bytes(),
                &count.to_be_bytes(),
                device,
                &step,
            ],
        ),
        Subject::Stranger(name) => derive(
            keys,
            "challenge",
            &[b"stranger", name.as_bytes(), device, &step],
        ),
        Subject::Nobody => derive(keys, "challenge", &[b"nobody", device, &step]),
    }
}

fn derive(keys: &Keys, label: &str, parts: &[&[u8]]) -> Nonce {
    let mut nonce = [0; 16];
    for (to, from) in nonce.iter_mut().zip(keys.nonce().mac(label, parts)) {
        *to = from;
    }
    Nonce(nonce)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::auth::Secret;

    const NOW: Millis = Millis(1_700_000_001_234);

    fn keys() -> Keys {
        Keys::new(&Secret::from_bytes([1; 32]))
    }

    fn phone() -> DeviceId {
        DeviceId::parse("IMEI:1").unwrap()
    }

    #[test]
    fn no_two_nonces_are_alike() {
        let (keys, phone) = (keys(), phone());
        let other = DeviceId::parse("IMEI:2").unwrap();
        let token = SessionToken::parse("token").unwrap();
        let mut seen = HashSet::new();
        for count in 0..50 {
            for device in [&phone, &other] {
                for account in [AccountId(1), AccountId(2)] {
                    assert!(seen.insert(next(&keys, account, device, count).to_base64()));
                    assert!(seen.insert(
                        challenge(&keys, Subject::Account(account, count), device, NOW).to_base64()
                    ));
                }
            }
            assert!(seen.insert(message(&keys, &token, count).to_base64()));
            let later = Millis(NOW.0 + count * STEP_MS);
            assert!(seen.insert(challenge(&keys, Subject::Nobody, &phone, later).to_base64()));
            assert!(
                seen.insert(challenge(&keys, Subject::Stranger("bob"), &phone, later).to_base64())
            );
        }
    }

    #[test]
    fn a_challenge_is_good_for_five_minutes() {
        let (keys, phone) = (keys(), phone());
        let subject = Subject::Account(AccountId(1), 3);
        let given = challenge(&keys, subject, &phone, NOW);
        let open_at = |later: i64| {
            challenges(&keys, subject, &phone, Millis(NOW.0 + later), None)
                .any(|open| open == given)
        };
        assert!(open_at(0));
        assert!(open_at(CHALLENGE_MS));
        assert!(!open_at(CHALLENGE_MS + 2 * STEP_MS));
        assert!(
            open_at(-STEP_MS),
            "another node's clock may be a little behind"
        );
        assert!(!open_at(-2 * STEP_MS));
    }

    #[test]
    fn a_challenge_made_before_the_latest_session_is_closed() {
        let (keys, phone) = (keys(), phone());
        let given = challenge(&keys, Subject::Nobody, &phone, NOW);
        let open = |since| {
            challenges(&keys, Subject::Nobody, &phone, NOW, since).any(|open| open == given)
        };
        assert!(open(None));
        assert!(open(Some(Millis(NOW.0 - STEP_MS))));
        assert!(!open(Some(NOW)));
    }

    #[test]
    fn a_nonce_is_sixteen_bytes_and_never_shown() {
        let nonce = message(&keys(), &SessionToken::parse("t").unwrap(), 1);
        assert_eq!((nonce.as_bytes().len(), nonce.to_base64().len()), (16, 24));
        assert_eq!(format!("{nonce:?}"), "Nonce(..)");
    }
}
