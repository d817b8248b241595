//! Credentials as a device makes them (DS Protocol 1.2, authentication).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::profile::{Profile, Scheme};
use crate::codec::Version;
use crate::message::{Cred, Meta};

/// The credentials of this device for this nonce.
pub fn cred(profile: &Profile, scheme: Scheme, nonce: &[u8]) -> Cred {
    let user = profile.user.as_str();
    let password = &profile.password.0;
    let (name, data) = match scheme {
        Scheme::Basic => (BASIC, STANDARD.encode(format!("{user}:{password}"))),
        Scheme::Md5 => (MD5, md5(profile.version, user, password, nonce)),
    };
    let meta = Meta {
        format: Some("b64".to_owned()),
        media_type: Some(name.to_owned()),
        ..Meta::default()
    };
    Cred {
        meta,
        data: data.into_bytes(),
    }
}

/// What a challenge asks for: the scheme, if we know it, and the nonce.
pub fn challenge(meta: &Meta) -> Option<(Scheme, Vec<u8>)> {
    let scheme = match meta.media_type.as_deref() {
        None | Some(BASIC) => Scheme::Basic,
        Some(MD5) => Scheme::Md5,
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

#[cfg(test)]
mod tests {
    use super::*;

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
