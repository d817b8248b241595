//! Credentials as a device makes them (DS Protocol 1.2, authentication).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::profile::{Profile, Scheme};
use crate::codec::Version;
use crate::message::{Cred, Meta};

/// The credentials of this device for this nonce; none in the message where a MAC stands around it.
pub fn cred(profile: &Profile, scheme: Scheme, nonce: &[u8]) -> Option<Cred> {
    let user = profile.user.as_str();
    let password = &profile.password.0;
    let (name, data) = match scheme {
        Scheme::Basic => (BASIC, STANDARD.encode(format!("{user}:{password}"))),
        Scheme::Md5 => (MD5, md5(profile.version, user, password, nonce)),
        Scheme::Mac => return None,
    };
    let meta = Meta {
        format: Some("b64".to_owned()),
        media_type: Some(name.to_owned()),
        ..Meta::default()
    };
    Some(Cred {
        meta,
        data: data.into_bytes(),
    })
}

/// The `x-syncml-hmac` header of a message (OMA DM Security 1.2, section 5.4).
pub fn hmac(profile: &Profile, nonce: &[u8], body: &[u8]) -> String {
    let user = profile.user.as_str();
    let mac = mac(user, &profile.password.0, nonce, body);
    format!("algorithm=MD5, username=\"{user}\", mac={mac}")
}

/// Whether a header is the server's MAC of this message. The server goes by a name of its own and by the password of our
/// user; the nonce is the one that we gave it, which is none.
pub fn is_signed(profile: &Profile, hmac: Option<&str>, body: &[u8]) -> bool {
    let Some(hmac) = hmac else { return false };
    let server = hmac
        .split_once("username=\"")
        .and_then(|(_, rest)| rest.split_once('"'));
    server.is_some_and(|(server, _)| {
        hmac.ends_with(&format!(
            "mac={}",
            mac(server, &profile.password.0, b"", body)
        ))
    })
}

/// The MAC of bytes by this user, in base64: also that of a notification by the server.
pub fn mac(user: &str, password: &str, nonce: &[u8], body: &[u8]) -> String {
    let verifier = STANDARD.encode(md5::compute(format!("{user}:{password}")).0);
    let body = STANDARD.encode(md5::compute(body).0);
    let whole = [verifier.as_bytes(), b":", nonce, b":", body.as_bytes()].concat();
    STANDARD.encode(md5::compute(whole).0)
}

/// What a challenge asks for: the scheme, if we know it, and the nonce.
pub fn challenge(meta: &Meta) -> Option<(Scheme, Vec<u8>)> {
    let scheme = match meta.media_type.as_deref() {
        None | Some(BASIC) => Scheme::Basic,
        Some(MD5) => Scheme::Md5,
        Some(MAC) => Scheme::Mac,
        Some(_) => return None,
    };
    Some((scheme, nonce(meta).unwrap_or_default()))
}

/// The nonce of a challenge, as bytes.
pub fn nonce(meta: &Meta) -> Option<Vec<u8>> {
    STANDARD.decode(meta.next_nonce.as_deref()?).ok()
}

/// In 1.0 the nonce stands beside user and password, later beside their digest.
fn md5(version: Version, user: &str, password: &str, nonce: &[u8]) -> String {
    let secret = format!("{user}:{password}");
    let secret = match version {
        Version::V10 => secret,
        Version::V11 | Version::V12 => STANDARD.encode(md5::compute(secret).0),
    };
    STANDARD.encode(md5::compute([secret.as_bytes(), b":", nonce].concat()).0)
}

const BASIC: &str = "syncml:auth-basic";
const MD5: &str = "syncml:auth-md5";
const MAC: &str = "syncml:auth-MAC";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mac_of_a_message_is_that_of_the_specification() {
        let body = b"<SyncML xmlns='SYNCML:SYNCML1.2'></SyncML>";
        assert_eq!(
            mac("alice", "s3cret", b"anchorage-nonce1", body),
            "MthFDXW0QYC8bU8jxxArZA=="
        );
    }

    #[test]
    fn digests_are_those_of_the_specification() {
        let table = [
            (
                Version::V12,
                "Bruce2",
                "OhBehave",
                &b"Nonce"[..],
                "Zz6EivR3yeaaENcRN6lpAQ==",
            ),
            (
                Version::V10,
                "Bruce2",
                "OhBehave",
                b"Nonce",
                "UmkqAAZhiQvXXhfaf/u+OQ==",
            ),
            (
                Version::V11,
                "alice",
                "s3cret",
                b"",
                "koKEkCRHkdZvZJ5gnN7tbw==",
            ),
            (
                Version::V12,
                "j\u{f6}rg",
                "p\u{e4}ssw\u{f6}rd",
                b"\x00\x01\xfe\xff",
                "KddUCGJXSoKAZ5nDnZJuog==",
            ),
        ];
        for (version, user, password, nonce, expected) in table {
            assert_eq!(md5(version, user, password, nonce), expected, "{user}");
        }
    }
}
