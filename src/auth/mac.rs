//! The `x-syncml-hmac` header of `syncml:auth-MAC`: reading, writing and the formula. Pure functions.
//!
//! The MAC is `H(B64(H(user:password)) ":" nonce ":" B64(H(message)))` with MD5 for `H`, over the message exactly as it
//! is transported. It is not the HMAC of RFC 2104. Source: OMA DM Security 1.2, section 5.4.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::digest;

/// The name of the header, in lower case.
pub const HEADER: &str = "x-syncml-hmac";

/// The longest header looked at, in bytes.
const MAX_HEADER: usize = 1024;

/// What stands in a header.
#[derive(Clone, PartialEq, Eq)]
pub struct Signature {
    /// Whose credentials made it; empty when it does not say.
    pub user: String,
    /// The MAC.
    pub mac: [u8; 16],
}

impl std::fmt::Debug for Signature {
    /// Never shows the MAC.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signature({:?}, ..)", self.user)
    }
}

/// MD5 of a message as it was transported.
#[must_use]
pub fn message(body: &[u8]) -> [u8; 16] {
    md5::compute(body).0
}

/// The MAC made by a verifier ([`digest::verifier`]) over the *decoded* nonce and the digest of a message.
#[must_use]
pub fn mac(verifier: &str, nonce: &[u8], message: &[u8; 16]) -> [u8; 16] {
    let mut hash = md5::Context::new();
    hash.consume(verifier);
    hash.consume(b":");
    hash.consume(nonce);
    hash.consume(b":");
    hash.consume(STANDARD.encode(message));
    hash.finalize().0
}

/// Reads a header: parameters in any order and case, separated by commas, semicolons or blanks, quoted or not. `None`
/// when there is no MAC in it, or one of another algorithm than MD5.
#[must_use]
pub fn read(header: &str) -> Option<Signature> {
    if header.len() > MAX_HEADER {
        return None;
    }
    let (mut user, mut mac) = (None, None);
    let mut rest = header;
    while let Some((name, value, behind)) = parameter(rest) {
        rest = behind;
        match name.to_ascii_lowercase().as_str() {
            "algorithm" if !value.eq_ignore_ascii_case("MD5") => return None,
            "username" => user = Some(value),
            "mac" => mac = digest::read(value.as_bytes()),
            _ => {}
        }
    }
    Some(Signature {
        user: user.unwrap_or_default(),
        mac: mac?,
    })
}

/// The header for a MAC by this user.
#[must_use]
pub fn write(user: &str, mac: &[u8; 16]) -> String {
    let user = user.replace('\\', "\\\\").replace('"', "\\\"");
    format!(
        "algorithm=MD5, username=\"{user}\", mac={}",
        STANDARD.encode(mac)
    )
}

/// The first parameter of a header, and what stands behind it.
fn parameter(text: &str) -> Option<(&str, String, &str)> {
    let between = |c: char| c.is_whitespace() || c == ',' || c == ';' || c == '\0';
    let text = text.trim_start_matches(between);
    let (name, value) = text.split_once('=')?;
    let value = value.trim_start();
    let Some(quoted) = value.strip_prefix('"') else {
        let end = value.find(between).unwrap_or(value.len());
        let (value, behind) = value.split_at_checked(end)?;
        return Some((name.trim_end(), value.to_owned(), behind));
    };
    let mut plain = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((name.trim_end(), plain, quoted.get(at + 1..)?)),
            '\\' => plain.extend(chars.next().map(|(_, c)| c)),
            c => plain.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::digest::Spellings;
    use super::*;

    const BODY: &[u8] = b"<SyncML xmlns='SYNCML:SYNCML1.2'></SyncML>";

    const VECTORS: [(&str, &str, &[u8], &str); 2] = [
        (
            "alice",
            "s3cret",
            b"anchorage-nonce1",
            "MthFDXW0QYC8bU8jxxArZA==",
        ),
        (
            "Robert Jordan",
            "wheel",
            b"nonce-77",
            "W8LhVKAj5OKNzgdQOaXZxg==",
        ),
    ];

    #[test]
    fn the_mac_of_a_message_is_the_published_one() {
        assert_eq!(STANDARD.encode(message(BODY)), "H3xwy8pX1UqPHmyp+R/yyg==");
        for (user, password, nonce, expected) in VECTORS {
            let clear = format!("{user}:{password}");
            let made = mac(&digest::verifier(clear.as_bytes()), nonce, &message(BODY));
            assert_eq!(STANDARD.encode(made), expected, "{user}");
            let spellings = Spellings::new(&clear);
            let signed = |nonce: &[u8], body: &[u8]| {
                bool::from(spellings.signed(&made, nonce, &message(body)))
            };
            assert!(signed(nonce, BODY), "{user}");
            assert!(!signed(b"another nonce", BODY), "{user}");
            assert!(!signed(nonce, b"another message"), "{user}");
        }
    }

    #[test]
    fn a_header_is_read_in_every_spelling_of_the_field() {
        let mac = digest::read(b"W8LhVKAj5OKNzgdQOaXZxg==").unwrap();
        for (header, user) in [
            (
                r#"algorithm=MD5, username="Robert Jordan", mac=W8LhVKAj5OKNzgdQOaXZxg=="#,
                "Robert Jordan",
            ),
            (r#"mac=W8LhVKAj5OKNzgdQOaXZxg==,username="bob""#, "bob"),
            (
                "username=bob mac=W8LhVKAj5OKNzgdQOaXZxg== algorithm=\"md5\"",
                "bob",
            ),
            (
                r#" Algorithm = MD5 ; UserName = "b\"o\\b" ; MAC = "W8LhVKAj5OKNzgdQOaXZxg==" "#,
                r#"b"o\b"#,
            ),
            ("future=1, mac=W8LhVKAj5OKNzgdQOaXZxg==", ""),
        ] {
            let read = read(header).unwrap_or_else(|| panic!("{header}"));
            assert_eq!((read.user.as_str(), read.mac), (user, mac), "{header}");
        }
    }

    #[test]
    fn what_is_no_mac_by_md5_is_not_taken_for_one() {
        for header in [
            "",
            "mac",
            "mac=",
            "mac=c2hvcnQ=",
            "username=bob",
            r#"username="bob, mac=W8LhVKAj5OKNzgdQOaXZxg=="#,
            "algorithm=SHA1, mac=W8LhVKAj5OKNzgdQOaXZxg==",
            &format!("mac=W8LhVKAj5OKNzgdQOaXZxg=={}", " ".repeat(2000)),
        ] {
            assert_eq!(read(header), None, "{header}");
        }
    }

    #[test]
    fn what_is_written_is_read_again_and_never_shown() {
        let mac = message(b"x");
        for user in ["anchorage", r#"a "quoted" \ name"#] {
            let user = user.to_owned();
            assert_eq!(read(&write(&user, &mac)), Some(Signature { user, mac }));
        }
        let shown = format!("{:?}", read(&write("a", &mac)));
        assert_eq!(shown, r#"Some(Signature("a", ..))"#);
    }
}
