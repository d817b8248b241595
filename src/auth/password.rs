//! Passwords: Argon2id for the database (RFC 9106), and new ones that a person can type into a phone.

use std::num::NonZero;
use std::sync::{Condvar, Mutex, PoisonError};

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use zeroize::Zeroizing;

/// The longest password taken, in bytes.
pub const MAX_BYTES: usize = 256;

/// Random bytes a generated password is made of: 5 bits of each, 60 bits in all.
pub const GENERATED_FROM: usize = 12;

/// Verified in place of the hash of a user who does not exist, at the same cost; no password fits it.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ibw$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// 32 characters no two of which look alike, on the keys of any phone.
const READABLE: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Why a text is no password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPassword {
    /// There is nothing.
    #[error("the password is empty")]
    Empty,
    /// Longer than any device can send.
    #[error("the password is longer than {MAX_BYTES} bytes")]
    TooLong,
    /// It holds a character nobody can type.
    #[error("the password holds a control character")]
    Control,
}

/// The password could not be hashed (out of memory).
#[derive(Debug, thiserror::Error)]
#[error("the password could not be hashed: {0}")]
pub struct HashFailed(argon2::password_hash::Error);

/// A password in the clear: 1 to 256 bytes of UTF-8. Wiped when dropped, never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// Takes a password as it was typed.
    ///
    /// # Errors
    /// [`BadPassword`] when it is empty, too long or holds a control character.
    pub fn parse(text: &str) -> Result<Self, BadPassword> {
        if text.is_empty() {
            return Err(BadPassword::Empty);
        }
        if text.len() > MAX_BYTES {
            return Err(BadPassword::TooLong);
        }
        if text.chars().any(char::is_control) {
            return Err(BadPassword::Control);
        }
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// Makes a password of 60 random bits that can be read aloud and typed: `k3vm-9qxa-t7hd`.
    #[must_use]
    pub fn generate(random: [u8; GENERATED_FROM]) -> Self {
        let mut text = Zeroizing::new(String::with_capacity(GENERATED_FROM + 2));
        for group in random.chunks(4) {
            if !text.is_empty() {
                text.push('-');
            }
            text.extend(
                group
                    .iter()
                    .filter_map(|byte| READABLE.get(usize::from(byte & 31)))
                    .copied()
                    .map(char::from),
            );
        }
        Self(text)
    }

    /// The text: for the one who must see it once, and for the formulas.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    /// Never shows the text.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(..)")
    }
}

/// The Argon2id hash of a password as PHC text, with 16 random bytes of salt.
///
/// # Errors
/// [`HashFailed`] when the 19 MiB it takes are not to be had.
pub fn hash(password: &Password, salt: [u8; 16]) -> Result<String, HashFailed> {
    let hash = Argon2::default().hash_password_with_salt(password.reveal().as_bytes(), &salt);
    hash.map(|hash| hash.to_string()).map_err(HashFailed)
}

/// Whether the password fits the stored hash. `None`, for a user who does not exist, never fits and takes as long.
#[must_use]
pub fn fits(password: &Password, stored: Option<&str>) -> bool {
    let real = stored.and_then(|text| PasswordHash::new(text).ok());
    let exists = real.is_some();
    let Some(hash) = real.or_else(|| PasswordHash::new(NOBODY).ok()) else {
        return false;
    };
    let same = Argon2::default()
        .verify_password(password.reveal().as_bytes(), &hash)
        .is_ok();
    same & exists
}

/// Lets as many hashes run at once as there are cores; the others wait. A hash takes 19 MiB, so a flood of
/// logins would otherwise eat the memory.
#[derive(Debug)]
pub(super) struct Turnstile {
    free: Mutex<usize>,
    freed: Condvar,
}

impl Turnstile {
    pub(super) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            free: Mutex::new(cores),
            freed: Condvar::new(),
        }
    }

    /// Runs `work` when its turn has come.
    pub(super) fn pass<T>(&self, work: impl FnOnce() -> T) -> T {
        let _turn = self.enter();
        work()
    }

    fn enter(&self) -> Turn<'_> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = self
            .freed
            .wait_while(free, |free| *free == 0)
            .unwrap_or_else(PoisonError::into_inner);
        *free = free.saturating_sub(1);
        Turn(self)
    }
}

/// A place behind the turnstile, given back when dropped, also by a panic.
struct Turn<'a>(&'a Turnstile);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_fits_its_password_alone() {
        let password = Password::parse("correct horse").unwrap();
        let stored = hash(&password, [1; 16]).unwrap();
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{stored}"
        );
        assert!(fits(&password, Some(&stored)));
        assert!(!fits(
            &Password::parse("correct horsf").unwrap(),
            Some(&stored)
        ));
        assert_ne!(stored, hash(&password, [2; 16]).unwrap());
    }

    #[test]
    fn nothing_fits_a_user_who_does_not_exist_or_a_broken_hash() {
        let password = Password::parse("s3cret").unwrap();
        assert!(!fits(&password, None));
        assert!(!fits(&password, Some("")));
        assert!(!fits(&password, Some("$argon2id$nonsense")));
    }

    #[test]
    fn the_stand_in_costs_what_a_real_hash_costs() {
        let real = hash(&Password::parse("x").unwrap(), [1; 16]).unwrap();
        let (real, stand_in) = (
            PasswordHash::new(&real).unwrap(),
            PasswordHash::new(NOBODY).unwrap(),
        );
        assert_eq!(
            (real.algorithm, real.version, &real.params),
            (stand_in.algorithm, stand_in.version, &stand_in.params)
        );
        assert_eq!(real.salt.unwrap().len(), stand_in.salt.unwrap().len());
        assert_eq!(real.hash.unwrap().len(), stand_in.hash.unwrap().len());
    }

    #[test]
    fn a_generated_password_can_be_typed_and_is_one() {
        let made = Password::generate([0, 31, 32, 255, 7, 8, 9, 10, 250, 251, 252, 253]);
        assert_eq!(made.reveal(), "a9a9-hijk-4567");
        assert!(Password::parse(made.reveal()).is_ok());
        assert_eq!(
            READABLE
                .iter()
                .collect::<std::collections::HashSet<_>>()
                .len(),
            32
        );
    }

    #[test]
    fn no_password_is_shown() {
        assert_eq!(
            format!("{:?}", Password::parse("s3cret").unwrap()),
            "Password(..)"
        );
    }

    #[test]
    fn what_is_no_password_is_refused() {
        assert_eq!(Password::parse(""), Err(BadPassword::Empty));
        assert_eq!(Password::parse(&"x".repeat(257)), Err(BadPassword::TooLong));
        assert_eq!(Password::parse("a\0b"), Err(BadPassword::Control));
    }

    #[test]
    fn the_turnstile_gives_every_place_back() {
        let turnstile = Turnstile {
            free: Mutex::new(1),
            freed: Condvar::new(),
        };
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| turnstile.pass(std::thread::yield_now));
            }
        });
        assert_eq!(*turnstile.free.lock().unwrap(), 1);
    }
}
