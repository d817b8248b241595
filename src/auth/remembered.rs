//! Remembers for some minutes that a Basic password was right, since some devices send it with every message
//! and an Argon2id hash takes 25 ms.
//!
//! What is kept is a MAC of account, stored hash and password under a key this process alone has; the password
//! is not, and once it is changed nothing fits any more.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::Password;
use super::keys::MacKey;
use crate::ids::{AccountId, Millis};

/// How long a password is remembered, in milliseconds. Using it does not lengthen that.
pub const TTL_MS: i64 = 10 * 60 * 1000;

const CAPACITY: usize = 10_000;

/// The passwords that were right lately.
pub(super) struct Remembered {
    key: MacKey,
    until: Mutex<HashMap<[u8; 32], Millis>>,
}

impl Remembered {
    pub(super) fn new(process_key: [u8; 32]) -> Self {
        Self {
            key: MacKey::new(&process_key),
            until: Mutex::default(),
        }
    }

    /// Whether this password was right within the last minutes.
    pub(super) fn knows(
        &self,
        account: AccountId,
        hash: &str,
        password: &Password,
        now: Millis,
    ) -> bool {
        let tag = self.tag(account, hash, password);
        let until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        until.get(&tag).is_some_and(|until| live(*until, now))
    }

    /// The password was right just now.
    pub(super) fn remember(
        &self,
        account: AccountId,
        hash: &str,
        password: &Password,
        now: Millis,
    ) {
        let tag = self.tag(account, hash, password);
        let mut until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        if until.len() >= CAPACITY {
            until.retain(|_, until| live(*until, now));
        }
        if until.len() >= CAPACITY
            && let Some(first) = until
                .iter()
                .min_by_key(|(_, until)| **until)
                .map(|(tag, _)| *tag)
        {
            until.remove(&first);
        }
        until.insert(tag, Millis(now.0.saturating_add(TTL_MS)));
    }

    fn tag(&self, account: AccountId, hash: &str, password: &Password) -> [u8; 32] {
        self.key.mac(
            "anchorage/v1/remembered",
            &[
                &account.0.to_be_bytes(),
                hash.as_bytes(),
                password.reveal().as_bytes(),
            ],
        )
    }
}

/// Also not after a clock was set back by more than the lifetime.
fn live(until: Millis, now: Millis) -> bool {
    (1..=TTL_MS).contains(&until.0.saturating_sub(now.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_700_000_000_000);

    fn password(text: &str) -> Password {
        Password::parse(text).unwrap()
    }

    #[test]
    fn a_right_password_is_remembered_for_ten_minutes() {
        let remembered = Remembered::new([1; 32]);
        remembered.remember(AccountId(1), "hash", &password("s3cret"), NOW);
        let knows = |account, hash, text, later| {
            remembered.knows(
                AccountId(account),
                hash,
                &password(text),
                Millis(NOW.0 + later),
            )
        };
        assert!(knows(1, "hash", "s3cret", 0));
        assert!(knows(1, "hash", "s3cret", TTL_MS - 1));
        assert!(!knows(1, "hash", "s3cret", TTL_MS));
        assert!(!knows(1, "hash", "s3cret", -TTL_MS));
        assert!(!knows(1, "hash", "other", 0));
        assert!(!knows(2, "hash", "s3cret", 0));
        assert!(
            !knows(1, "new hash", "s3cret", 0),
            "the password was changed"
        );
    }

    #[test]
    fn memory_is_bounded() {
        let remembered = Remembered::new([1; 32]);
        for n in 0..=CAPACITY {
            let at = Millis(NOW.0 + i64::try_from(n).unwrap());
            remembered.remember(AccountId(1), &n.to_string(), &password("x"), at);
        }
        assert_eq!(remembered.until.lock().unwrap().len(), CAPACITY);
        assert!(
            !remembered.knows(AccountId(1), "0", &password("x"), Millis(NOW.0 + 1)),
            "the oldest went"
        );
        assert!(remembered.knows(AccountId(1), "1", &password("x"), Millis(NOW.0 + 1)));
    }
}
