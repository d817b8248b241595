//! What a device says to prove who it is, read out of its `Cred` (`RepPro` 1.2.2, section 6.1.6).

use base64::Engine;

use subtle::Choice;

use super::digest::{self, LENIENT, Spellings};
use super::{Password, Scheme, mac};
use crate::ids::UserName;

/// The longest credential data looked at, in bytes.
const MAX_DATA: usize = 1024;

/// Who a device says its user is, and how it proves that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The user: from the credentials themselves for Basic, from `Source/LocName` otherwise.
    pub user: Option<UserName>,
    /// The proof.
    pub proof: Proof,
}

/// How a device proves who its user is.
#[derive(Clone, PartialEq, Eq)]
pub enum Proof {
    /// Not at all: there is no `Cred`.
    None,
    /// By the password itself.
    Basic(Password),
    /// By a digest of user, password and a nonce.
    Md5([u8; 16]),
    /// By a MAC over user, password, a nonce and the message, in a header of the transport.
    Mac {
        /// The MAC.
        mac: [u8; 16],
        /// MD5 of the message as it was transported.
        message: [u8; 16],
    },
    /// By a scheme we do not know, named here.
    UnknownScheme(String),
    /// By data its scheme does not have.
    Malformed,
}

impl std::fmt::Debug for Proof {
    /// Names the scheme and never shows the data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Basic(_) => "Basic(..)",
            Self::Md5(_) => "Md5(..)",
            Self::Mac { .. } => "Mac(..)",
            Self::UnknownScheme(_) => "UnknownScheme(..)",
            Self::Malformed => "Malformed",
        })
    }
}

impl Proof {
    /// The scheme, if it is one of ours and could be read.
    #[must_use]
    pub const fn scheme(&self) -> Option<Scheme> {
        match self {
            Self::Basic(_) => Some(Scheme::Basic),
            Self::Md5(_) => Some(Scheme::Md5),
            Self::Mac { .. } => Some(Scheme::Mac),
            Self::None | Self::UnknownScheme(_) | Self::Malformed => None,
        }
    }

    /// Whether it is the digest of these credentials over this nonce; never for a proof that is no digest.
    pub(super) fn made_by(&self, user: &Spellings, nonce: &[u8]) -> Choice {
        match self {
            Self::Md5(digest) => user.made(digest, nonce),
            Self::Mac { mac, message } => user.signed(mac, nonce, message),
            Self::None | Self::Basic(_) | Self::UnknownScheme(_) | Self::Malformed => {
                Choice::from(0)
            }
        }
    }
}

impl Claim {
    /// The claim of a message without `Cred`.
    #[must_use]
    pub fn none(loc_name: Option<&str>) -> Self {
        Self {
            user: named(loc_name),
            proof: Proof::None,
        }
    }

    /// The claim of an `x-syncml-hmac` header for the message it came with. The user is the header's own.
    #[must_use]
    pub fn signed(header: &str, body: &[u8], loc_name: Option<&str>) -> Self {
        let Some(signature) = mac::read(header) else {
            return Self {
                user: named(loc_name),
                proof: Proof::Malformed,
            };
        };
        Self {
            user: named(Some(&signature.user)).or_else(|| named(loc_name)),
            proof: Proof::Mac {
                mac: signature.mac,
                message: mac::message(body),
            },
        }
    }

    /// The claim of an HTTP `Authorization: Basic` header (RFC 7617); `None` for any other.
    #[must_use]
    pub fn http_basic(header: &str) -> Option<Self> {
        let (scheme, data) = header.trim().split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") || data.len() > MAX_DATA {
            return None;
        }
        basic(data.trim().as_bytes())
    }

    /// Reads a `Cred`: its `Type` (none means Basic), its data as they stand, and the sender's `Source/LocName`.
    #[must_use]
    pub fn read(scheme: Option<&str>, data: &[u8], loc_name: Option<&str>) -> Self {
        let scheme = scheme
            .unwrap_or_default()
            .trim_matches(|c: char| c == '\0' || c.is_whitespace());
        let user = named(loc_name);
        if data.len() > MAX_DATA {
            return Self {
                user,
                proof: Proof::Malformed,
            };
        }
        if scheme.is_empty() || scheme.eq_ignore_ascii_case("syncml:auth-basic") {
            return basic(data).unwrap_or(Self {
                user,
                proof: Proof::Malformed,
            });
        }
        if scheme.eq_ignore_ascii_case("syncml:auth-md5") {
            return Self {
                user,
                proof: digest::read(data).map_or(Proof::Malformed, Proof::Md5),
            };
        }
        Self {
            user,
            proof: Proof::UnknownScheme(scheme.chars().take(64).collect()),
        }
    }
}

fn named(loc_name: Option<&str>) -> Option<UserName> {
    UserName::parse(loc_name?).ok()
}

/// `user:password`, in base64 or, from some WBXML senders, as it is; in UTF-8 or Latin-1.
fn basic(data: &[u8]) -> Option<Claim> {
    let compact: Vec<u8> = data
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace() && *byte != 0)
        .collect();
    let decoded = LENIENT
        .decode(compact)
        .ok()
        .filter(|decoded| decoded.contains(&b':'));
    let bytes = decoded.unwrap_or_else(|| data.to_vec());
    let text = match std::str::from_utf8(&bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    };
    let (user, password) = text.split_once(':')?;
    let password = password.trim_end_matches('\0');
    Some(Claim {
        user: Some(UserName::parse(user).ok()?),
        proof: Proof::Basic(Password::parse(password).ok()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(data: &[u8]) -> (String, String) {
        let claim = Claim::read(None, data, Some("other"));
        let Proof::Basic(password) = claim.proof else {
            panic!("{:?}", claim.proof)
        };
        (
            claim.user.unwrap().to_string(),
            password.reveal().to_owned(),
        )
    }

    /// REQ-AUTH-13.
    #[test]
    fn basic_is_read_in_every_spelling_of_the_field() {
        let bruce = ("Bruce2".to_owned(), "OhBehave".to_owned());
        assert_eq!(claims(b"QnJ1Y2UyOk9oQmVoYXZl"), bruce);
        assert_eq!(claims(b" QnJ1Y2Uy\r\nOk9oQmVoYXZl\0"), bruce);
        assert_eq!(claims(b"Bruce2:OhBehave"), bruce, "raw in WBXML");
        let joerg = ("jörg".to_owned(), "pässwörd".to_owned());
        assert_eq!(
            claims("asO2cmc6cMOkc3N3w7ZyZA==".as_bytes()),
            joerg,
            "UTF-8"
        );
        assert_eq!(claims(b"avZyZzpw5HNzd/ZyZA"), joerg, "Latin-1, unpadded");
    }

    #[test]
    fn a_password_may_hold_colons() {
        assert_eq!(claims(b"alice:a:b:").1, "a:b:");
    }

    #[test]
    fn a_missing_type_means_basic_and_case_does_not_matter() {
        for scheme in [
            None,
            Some(""),
            Some(" syncml:auth-basic\0"),
            Some("SyncML:Auth-Basic"),
        ] {
            assert!(
                matches!(
                    Claim::read(scheme, b"YWxpY2U6czNjcmV0", None).proof,
                    Proof::Basic(_)
                ),
                "{scheme:?}"
            );
        }
    }

    #[test]
    fn md5_takes_its_user_from_the_source() {
        let claim = Claim::read(
            Some("syncml:auth-md5"),
            b"Zz6EivR3yeaaENcRN6lpAQ==",
            Some("Bruce2"),
        );
        assert_eq!(claim.user, Some(UserName::parse("Bruce2").unwrap()));
        assert!(matches!(claim.proof, Proof::Md5(_)));
        assert_eq!(
            Claim::read(Some("syncml:auth-md5"), b"Zz6EivR3yeaaENcRN6lpAQ==", None).user,
            None
        );
    }

    #[test]
    fn other_schemes_are_named() {
        let claim = Claim::read(Some("syncml:auth-x509"), b"..", Some("alice"));
        assert_eq!(claim.proof, Proof::UnknownScheme("syncml:auth-x509".into()));
    }

    #[test]
    fn junk_is_malformed_and_keeps_the_name() {
        let junk: [(&str, &[u8]); 7] = [
            ("syncml:auth-basic", b""),
            ("syncml:auth-basic", b"no colon"),
            ("syncml:auth-basic", b":nameless"),
            ("syncml:auth-basic", b"alice:"),
            ("syncml:auth-basic", &[b'a'; 4096]),
            ("syncml:auth-md5", b"alice:s3cret"),
            ("syncml:auth-md5", b""),
        ];
        for (scheme, data) in junk {
            let claim = Claim::read(Some(scheme), data, Some("alice"));
            assert_eq!(
                (claim.proof, claim.user.as_ref().map(UserName::as_str)),
                (Proof::Malformed, Some("alice")),
                "{data:?}"
            );
        }
    }

    #[test]
    fn no_proof_is_shown() {
        let shown = format!("{:?}", Claim::read(None, b"alice:s3cret", None));
        assert!(!shown.contains("s3cret"), "{shown}");
    }
}
