//! How the server proves itself to a device that asks (DS Protocol 1.2.2, section 5.1; OMA DM Security, section 5).
//!
//! The server's name is its `DevID`. Its password towards a device is the one an administrator set for that device, else
//! the user's own, which is at hand only for users with a sealed secret (`store`). The user's own password
//! never leaves in the clear: by Basic only a password of the server's own goes out.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::digest::{self, Formula};
use super::seal::{self, Purpose};
use super::{Auth, Scheme, mac};
use crate::store::Account;

/// The server as one device knows it.
#[derive(Clone, Copy)]
pub struct Server<'a> {
    /// The server's `DevID`.
    pub id: &'a str,
    /// The account the device syncs with.
    pub account: &'a Account,
    /// The sealed password of the server towards the device, if one was set.
    pub password: Option<&'a [u8]>,
}

impl std::fmt::Debug for Server<'_> {
    /// Never shows the credentials.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Server({:?}, ..)", self.id)
    }
}

/// The server's `id:password`.
struct Credentials {
    clear: Zeroizing<String>,
    /// The password is the server's own, not the user's.
    is_own: bool,
}

impl Auth {
    /// The data of the server's `Cred`; `None` when there is no password for this scheme.
    #[must_use]
    pub fn server_cred(
        &self,
        server: Server<'_>,
        scheme: Scheme,
        formula: Formula,
        nonce: &[u8],
    ) -> Option<String> {
        let credentials = self.server_credentials(server)?;
        match scheme {
            Scheme::Basic if credentials.is_own => {
                Some(STANDARD.encode(credentials.clear.as_bytes()))
            }
            Scheme::Basic | Scheme::Mac => None,
            Scheme::Md5 => {
                Some(STANDARD.encode(digest::digest(formula, credentials.clear.as_bytes(), nonce)))
            }
        }
    }

    /// The server's `x-syncml-hmac` for a message; `None` when there is no password to make it with.
    #[must_use]
    pub fn server_mac(&self, server: Server<'_>, nonce: &[u8], body: &[u8]) -> Option<String> {
        let made = self.server_digest(server, nonce, body)?;
        Some(mac::write(server.id, &made))
    }

    /// The MAC of the server over bytes: for a message, or for a notification (SAN 1.2.1, section 7.1.2, which has the
    /// same formula). `None` when there is no password to make it with.
    #[must_use]
    pub fn server_digest(&self, server: Server<'_>, nonce: &[u8], body: &[u8]) -> Option<[u8; 16]> {
        let credentials = self.server_credentials(server)?;
        let verifier = digest::verifier(credentials.clear.as_bytes());
        Some(mac::mac(&verifier, nonce, &mac::message(body)))
    }

    fn server_credentials(&self, server: Server<'_>) -> Option<Credentials> {
        let account = server.account.id;
        let is_own = server.password.is_some();
        let password = if let Some(sealed) = server.password {
            seal::unseal_for(Purpose::Server, self.keys(), account, sealed).ok()?
        } else {
            let sealed = server.account.md5_secret.as_deref()?;
            let clear = seal::unseal(self.keys(), account, sealed).ok()?;
            let (_, password) = clear.split_once(':')?;
            Zeroizing::new(password.to_owned())
        };
        let clear = Zeroizing::new(format!("{}:{}", server.id, *password));
        Some(Credentials { clear, is_own })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Chance, Keys, Password, Secret, store};
    use super::*;
    use crate::ids::{AccountId, Millis, Rev, UserName};
    use crate::store::Role;

    fn keys() -> Keys {
        Keys::new(&Secret::from_bytes([1; 32]))
    }

    fn account(scheme: Scheme) -> Account {
        let (id, name) = (AccountId(1), UserName::parse("alice").unwrap());
        let password = Password::parse("OhBehave").unwrap();
        let chance = Chance {
            salt: [3; 16],
            seal: [4; 24],
        };
        let stored = store(&keys(), id, &name, &password, scheme, chance).unwrap();
        Account {
            id,
            name,
            password_hash: stored.hash,
            md5_secret: stored.md5_secret,
            role: Role::User,
            disabled: false,
            clock: Rev(0),
            created: Millis(0),
        }
    }

    fn server<'a>(account: &'a Account, password: Option<&'a [u8]>) -> Server<'a> {
        Server {
            id: "Bruce2",
            account,
            password,
        }
    }

    fn auth() -> Auth {
        Auth::new(keys(), [2; 32], Scheme::Md5)
    }

    /// The digests are those of the specification for user `Bruce2`, which is the server here.
    #[test]
    fn the_server_proves_itself_with_the_users_password_and_the_devices_nonce() {
        let account = account(Scheme::Md5);
        let cred =
            |formula| auth().server_cred(server(&account, None), Scheme::Md5, formula, b"Nonce");
        assert_eq!(
            cred(Formula::V1_1).as_deref(),
            Some("Zz6EivR3yeaaENcRN6lpAQ==")
        );
        assert_eq!(
            cred(Formula::V1_0).as_deref(),
            Some("UmkqAAZhiQvXXhfaf/u+OQ==")
        );
    }

    #[test]
    fn the_users_password_never_leaves_in_the_clear_and_one_of_the_servers_own_does() {
        let account = account(Scheme::Md5);
        let basic = |password| {
            auth().server_cred(
                server(&account, password),
                Scheme::Basic,
                Formula::V1_1,
                b"",
            )
        };
        assert_eq!(basic(None), None);
        let sealed =
            seal::seal_for(Purpose::Server, &keys(), account.id, "OhBehave", [5; 24]).unwrap();
        assert_eq!(
            basic(Some(&sealed)).as_deref(),
            Some("QnJ1Y2UyOk9oQmVoYXZl")
        );
    }

    #[test]
    fn without_any_password_the_server_has_no_proof() {
        let account = account(Scheme::Basic);
        let bare = server(&account, None);
        assert_eq!(
            auth().server_cred(bare, Scheme::Md5, Formula::V1_1, b"n"),
            None
        );
        assert_eq!(auth().server_mac(bare, b"n", b"body"), None);
    }

    #[test]
    fn a_secret_sealed_for_one_purpose_does_not_open_for_another() {
        let account = account(Scheme::Md5);
        let moved = account.md5_secret.clone().unwrap();
        assert_eq!(
            auth().server_digest(server(&account, Some(&moved)), b"", b""),
            None
        );
    }
}
