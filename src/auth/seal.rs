//! The clear `user:password` of an MD5 user, sealed for the database.
//!
//! The formula of `SyncML` 1.0 needs the password itself, so a hash would not do. It is kept only for users who
//! want MD5, encrypted with XChaCha20-Poly1305 under a key that is not in the database, and bound to its
//! account: copied to another row it no longer opens.
//!
//! Layout: one byte key id, 24 bytes nonce, then ciphertext and tag.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::Keys;
use crate::ids::AccountId;

/// Length of the random nonce a sealing takes, in bytes.
pub const NONCE_BYTES: usize = 24;

/// Why a sealed secret does not open (or, for [`SealError::TooLong`], close).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Shorter than its own frame.
    #[error("the sealed secret is cut short")]
    CutShort,
    /// Another server secret was in use when it was sealed.
    #[error("the sealed secret was made with another server secret")]
    OtherKey,
    /// It was changed, or belongs to another account.
    #[error("the sealed secret was altered or belongs to another account")]
    Forged,
    /// The cipher takes no more.
    #[error("the secret is too long to be sealed")]
    TooLong,
}

/// What a sealed secret is for: it opens for nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// `user:password`, to check a user's digests.
    User,
    /// The server's own password towards a device.
    Server,
}

/// Seals `user:password` for one account. `nonce` is fresh random bytes, never used twice.
///
/// # Errors
/// [`SealError::TooLong`] beyond what the cipher takes (256 GiB).
pub fn seal(
    keys: &Keys,
    account: AccountId,
    clear: &str,
    nonce: [u8; NONCE_BYTES],
) -> Result<Vec<u8>, SealError> {
    seal_for(Purpose::User, keys, account, clear, nonce)
}

/// As [`seal`], for any purpose.
///
/// # Errors
/// [`SealError::TooLong`] beyond what the cipher takes (256 GiB).
pub fn seal_for(
    purpose: Purpose,
    keys: &Keys,
    account: AccountId,
    clear: &str,
    nonce: [u8; NONCE_BYTES],
) -> Result<Vec<u8>, SealError> {
    let bound = bound_to(purpose, keys.id(), account);
    let payload = Payload {
        msg: clear.as_bytes(),
        aad: &bound,
    };
    let closed = cipher(keys)
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| SealError::TooLong)?;
    let mut sealed = Vec::with_capacity(1 + NONCE_BYTES + closed.len());
    sealed.push(keys.id());
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(&closed);
    Ok(sealed)
}

/// Opens what [`seal`] made for this account.
///
/// # Errors
/// [`SealError`] when it is cut short, altered, another account's, or made with another server secret.
pub fn unseal(
    keys: &Keys,
    account: AccountId,
    sealed: &[u8],
) -> Result<Zeroizing<String>, SealError> {
    unseal_for(Purpose::User, keys, account, sealed)
}

/// Opens what [`seal_for`] made for this purpose and account.
///
/// # Errors
/// As [`unseal`]; [`SealError::Forged`] for another purpose.
pub fn unseal_for(
    purpose: Purpose,
    keys: &Keys,
    account: AccountId,
    sealed: &[u8],
) -> Result<Zeroizing<String>, SealError> {
    let (id, rest) = sealed.split_first().ok_or(SealError::CutShort)?;
    let (nonce, closed) = rest
        .split_first_chunk::<NONCE_BYTES>()
        .ok_or(SealError::CutShort)?;
    if *id != keys.id() {
        return Err(SealError::OtherKey);
    }
    let bound = bound_to(purpose, *id, account);
    let payload = Payload {
        msg: closed,
        aad: &bound,
    };
    let clear = cipher(keys)
        .decrypt(&XNonce::from(*nonce), payload)
        .map_err(|_| SealError::Forged)?;
    String::from_utf8(clear)
        .map(Zeroizing::new)
        .map_err(|_| SealError::Forged)
}

fn cipher(keys: &Keys) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&(*keys.seal()).into())
}

fn bound_to(purpose: Purpose, key_id: u8, account: AccountId) -> Vec<u8> {
    let label: &[u8] = match purpose {
        Purpose::User => b"anchorage/v1/md5-secret",
        Purpose::Server => b"anchorage/v1/server-password",
    };
    let mut bound = label.to_vec();
    bound.push(key_id);
    bound.extend_from_slice(&account.0.to_be_bytes());
    bound
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::Secret;

    fn keys(byte: u8) -> Keys {
        Keys::new(&Secret::from_bytes([byte; 32]))
    }

    #[test]
    fn a_sealed_secret_opens_again_and_is_not_readable() {
        let sealed = seal(&keys(1), AccountId(7), "alice:s3cret", [9; 24]).unwrap();
        assert!(!sealed.windows(6).any(|window| window == b"s3cret"));
        assert_eq!(
            *unseal(&keys(1), AccountId(7), &sealed).unwrap(),
            "alice:s3cret"
        );
    }

    #[test]
    fn a_secret_moved_to_another_account_does_not_open() {
        let sealed = seal(&keys(1), AccountId(7), "alice:s3cret", [9; 24]).unwrap();
        assert_eq!(
            unseal(&keys(1), AccountId(8), &sealed),
            Err(SealError::Forged)
        );
    }

    #[test]
    fn another_server_secret_is_told_apart() {
        let sealed = seal(&keys(1), AccountId(7), "alice:s3cret", [9; 24]).unwrap();
        assert_ne!(keys(1).id(), keys(2).id());
        assert_eq!(
            unseal(&keys(2), AccountId(7), &sealed),
            Err(SealError::OtherKey)
        );
    }

    #[test]
    fn no_cut_and_no_changed_bit_opens() {
        let sealed = seal(&keys(1), AccountId(7), "alice:s3cret", [9; 24]).unwrap();
        for len in 0..sealed.len() {
            assert!(
                unseal(&keys(1), AccountId(7), &sealed[..len]).is_err(),
                "cut at {len}"
            );
        }
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(
                unseal(&keys(1), AccountId(7), &changed).is_err(),
                "changed at {at}"
            );
        }
    }
}
