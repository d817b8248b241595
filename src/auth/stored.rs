//! What the database keeps of a password.

use zeroize::Zeroizing;

use super::{HashFailed, Keys, Password, Scheme, password, seal};
use crate::ids::{AccountId, UserName};

/// What is stored of a password.
#[derive(Clone, PartialEq, Eq)]
pub struct Stored {
    /// For `Account::password_hash`.
    pub hash: String,
    /// For `Account::md5_secret`.
    pub md5_secret: Option<Vec<u8>>,
}

impl std::fmt::Debug for Stored {
    /// Never shows the values.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Stored(..)")
    }
}

/// Random bytes for [`store`]: 16 for the salt, 24 for the seal.
#[derive(Clone, Copy)]
pub struct Chance {
    /// Salt of the hash.
    pub salt: [u8; 16],
    /// Nonce of the seal.
    pub seal: [u8; seal::NONCE_BYTES],
}

/// Why a password could not be made ready for the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreFailed {
    /// It could not be hashed.
    #[error(transparent)]
    Hash(#[from] HashFailed),
    /// It could not be sealed.
    #[error(transparent)]
    Seal(#[from] seal::SealError),
}

/// Makes what the database keeps of a user's password; with a `scheme` that needs one also the sealed secret for digests.
///
/// # Errors
/// [`StoreFailed`] when memory is short.
pub fn store(
    keys: &Keys,
    account: AccountId,
    user: &UserName,
    password: &Password,
    scheme: Scheme,
    chance: Chance,
) -> Result<Stored, StoreFailed> {
    let md5_secret = match scheme {
        Scheme::Basic => None,
        Scheme::Md5 | Scheme::Mac => {
            let clear = Zeroizing::new(format!("{user}:{}", password.reveal()));
            Some(seal::seal(keys, account, &clear, chance.seal)?)
        }
    };
    Ok(Stored {
        hash: password::hash(password, chance.salt)?,
        md5_secret,
    })
}
