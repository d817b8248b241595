//! The digests of `syncml:auth-md5`: pure functions, no state.
//!
//! `SyncML` Sync Protocol 1.0 hashes `user:password:nonce`; from 1.1 on it is `B64(H(user:password)):nonce`
//! (DS Protocol 1.2.2, section 5.3; OMA-TS-DS-Security). Both need the bytes of `user:password`, and
//! devices of the 1.0 era spell these in Latin-1: every formula is tried with every spelling, always all of
//! them, so that the time taken tells nothing.

use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroizing;

use super::mac;

/// Base64 as devices write it: padding or not, stray bits at the end.
pub(super) const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Which formula made a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Formula {
    /// `SyncML` 1.0: `H(user:password:nonce)`.
    V1_0,
    /// `SyncML` 1.1 and later: `H(B64(H(user:password)):nonce)`.
    V1_1,
}

/// The digest a device sends for `credentials` (the bytes of `user:password`) and the *decoded* nonce.
#[must_use]
pub fn digest(formula: Formula, credentials: &[u8], nonce: &[u8]) -> [u8; 16] {
    match formula {
        Formula::V1_0 => joined(credentials, nonce),
        Formula::V1_1 => joined(verifier(credentials).as_bytes(), nonce),
    }
}

/// `B64(H(user:password))`, 24 characters: what the formula of 1.1 is made of.
#[must_use]
pub fn verifier(credentials: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(STANDARD.encode(md5::compute(credentials).0))
}

/// Reads the data of an MD5 `Cred`: 16 raw bytes (WBXML), base64 of 16 bytes, or base64 of the 32 hexadecimal
/// characters some senders of the 1.0 era write. `None` for anything else.
#[must_use]
pub fn read(data: &[u8]) -> Option<[u8; 16]> {
    if let Ok(raw) = data.try_into() {
        return Some(raw);
    }
    let decoded = decode(data)?;
    match <[u8; 16]>::try_from(decoded.as_slice()) {
        Ok(raw) => Some(raw),
        Err(_) => from_hex(&decoded),
    }
}

/// Base64 as devices write it, blanks within; `None` when it is none.
#[must_use]
pub fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let compact = text
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace() && *byte != 0);
    LENIENT.decode(compact.collect::<Vec<_>>()).ok()
}

/// A user's `user:password` ready to be compared with digests: every spelling, hashed once.
pub struct Spellings {
    utf8: Spelling,
    /// As UTF-8 once more where Latin-1 cannot say it, so that the work is the same.
    latin1: Spelling,
}

impl Spellings {
    /// Prepares `user:password`, given in UTF-8.
    #[must_use]
    pub fn new(credentials: &str) -> Self {
        let utf8 = Zeroizing::new(credentials.as_bytes().to_vec());
        let latin1: Option<Vec<u8>> = credentials
            .chars()
            .map(|c| u8::try_from(u32::from(c)).ok())
            .collect();
        let latin1 = latin1.map_or_else(|| utf8.clone(), Zeroizing::new);
        Self {
            utf8: Spelling::new(utf8),
            latin1: Spelling::new(latin1),
        }
    }

    /// Whether `claimed` is a digest of these credentials over this nonce, by either formula in any spelling.
    /// Takes the same time whatever the answer.
    #[must_use]
    pub fn made(&self, claimed: &[u8; 16], nonce: &[u8]) -> Choice {
        self.utf8.made(claimed, nonce) | self.latin1.made(claimed, nonce)
    }

    /// Whether `claimed` is the MAC of these credentials, in any spelling, over this nonce and a message of this digest.
    /// Takes the same time whatever the answer.
    #[must_use]
    pub fn signed(&self, claimed: &[u8; 16], nonce: &[u8], message: &[u8; 16]) -> Choice {
        let by = |spelling: &Spelling| mac::mac(&spelling.verifier, nonce, message).ct_eq(claimed);
        by(&self.utf8) | by(&self.latin1)
    }
}

impl std::fmt::Debug for Spellings {
    /// Never shows the credentials.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Spellings(..)")
    }
}

struct Spelling {
    credentials: Zeroizing<Vec<u8>>,
    verifier: Zeroizing<String>,
}

impl Spelling {
    fn new(credentials: Zeroizing<Vec<u8>>) -> Self {
        let verifier = verifier(&credentials);
        Self {
            credentials,
            verifier,
        }
    }

    fn made(&self, claimed: &[u8; 16], nonce: &[u8]) -> Choice {
        let old = joined(&self.credentials, nonce).ct_eq(claimed);
        old | joined(self.verifier.as_bytes(), nonce).ct_eq(claimed)
    }
}

/// `H(front ":" nonce)`.
fn joined(front: &[u8], nonce: &[u8]) -> [u8; 16] {
    let mut hash = md5::Context::new();
    hash.consume(front);
    hash.consume(b":");
    hash.consume(nonce);
    hash.finalize().0
}

fn from_hex(text: &[u8]) -> Option<[u8; 16]> {
    let text = std::str::from_utf8(text)
        .ok()
        .filter(|text| text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u128::from_str_radix(text, 16).ok().map(u128::to_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Vector {
        user: &'static str,
        password: &'static str,
        nonce: &'static [u8],
        verifier: &'static str,
        v1_1: &'static str,
        v1_0: &'static str,
    }

    const VECTORS: [Vector; 5] = [
        // The example of SyncML Sync Protocol 1.1, section 3.5.2.
        Vector {
            user: "Bruce2",
            password: "OhBehave",
            nonce: b"Nonce",
            verifier: "PtEdr8lBQ45IbT1bZIkrOQ==",
            v1_1: "Zz6EivR3yeaaENcRN6lpAQ==",
            v1_0: "UmkqAAZhiQvXXhfaf/u+OQ==",
        },
        Vector {
            user: "alice",
            password: "s3cret",
            nonce: b"anchorage-nonce1",
            verifier: "iGHDJCMC4iaRMm7pcZruSg==",
            v1_1: "dX5GNQMefnaSsE3uorPUZQ==",
            v1_0: "r4smHC2cj8DUxlX+iL7oKA==",
        },
        Vector {
            user: "alice",
            password: "s3cret",
            nonce: b"",
            verifier: "iGHDJCMC4iaRMm7pcZruSg==",
            v1_1: "koKEkCRHkdZvZJ5gnN7tbw==",
            v1_0: "kvP5hziQxDwXH1FsXc/qEA==",
        },
        Vector {
            user: "guest",
            password: "guest",
            nonce: &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
            verifier: "08O1y1XTxtDGEi7tzMPc8w==",
            v1_1: "X8bngEa2ZuyZ0pfRO0FHxA==",
            v1_0: "WJTXRR9/8Uyg4AZsd/aYTg==",
        },
        Vector {
            user: "jörg",
            password: "pässwörd",
            nonce: &[0, 1, 0xfe, 0xff],
            verifier: "GLOl050K98bU0nPkrLEWPg==",
            v1_1: "KddUCGJXSoKAZ5nDnZJuog==",
            v1_0: "9tGvEUmqGcIWOnVBM8P2eA==",
        },
    ];

    #[test]
    fn both_formulas_give_the_published_digests() {
        for vector in VECTORS {
            let credentials = format!("{}:{}", vector.user, vector.password);
            assert_eq!(*verifier(credentials.as_bytes()), vector.verifier);
            assert_eq!(
                STANDARD.encode(digest(Formula::V1_1, credentials.as_bytes(), vector.nonce)),
                vector.v1_1
            );
            assert_eq!(
                STANDARD.encode(digest(Formula::V1_0, credentials.as_bytes(), vector.nonce)),
                vector.v1_0
            );
        }
    }

    #[test]
    fn a_digest_is_recognised_whatever_its_formula() {
        for vector in VECTORS {
            let spellings = Spellings::new(&format!("{}:{}", vector.user, vector.password));
            for text in [vector.v1_0, vector.v1_1] {
                let claimed = read(text.as_bytes()).unwrap();
                assert!(bool::from(spellings.made(&claimed, vector.nonce)));
                assert!(!bool::from(spellings.made(&claimed, b"another nonce")));
            }
            assert!(!bool::from(
                Spellings::new("mallory:guess")
                    .made(&read(vector.v1_1.as_bytes()).unwrap(), vector.nonce)
            ));
        }
    }

    #[test]
    fn a_device_may_spell_its_password_in_latin_1() {
        let latin1 = [b'j', 0xf6, b'r', b'g', b':', b'p', 0xe4, b's', b's'];
        let spellings = Spellings::new("jörg:päss");
        assert!(bool::from(
            spellings.made(&digest(Formula::V1_1, &latin1, b"n"), b"n")
        ));
        assert!(bool::from(
            spellings.made(&digest(Formula::V1_0, &latin1, b"n"), b"n")
        ));
        assert!(bool::from(spellings.made(
            &digest(Formula::V1_1, "jörg:päss".as_bytes(), b"n"),
            b"n"
        )));
    }

    #[test]
    fn a_password_latin_1_cannot_say_still_works() {
        let spellings = Spellings::new("юля:пароль");
        assert!(bool::from(spellings.made(
            &digest(Formula::V1_1, "юля:пароль".as_bytes(), b"n"),
            b"n"
        )));
    }

    #[test]
    fn every_way_to_write_a_digest_is_read() {
        let raw = *b"\x52\x69\x2a\x00\x06\x61\x89\x0b\xd7\x5e\x17\xda\x7f\xfb\xbe\x39";
        for data in [
            raw.as_slice(),
            b"UmkqAAZhiQvXXhfaf/u+OQ==",
            b"UmkqAAZhiQvXXhfaf/u+OQ",
            b" UmkqAAZhiQvX\r\nXhfaf/u+OQ==\n",
            b"NTI2OTJhMDAwNjYxODkwYmQ3NWUxN2RhN2ZmYmJlMzk",
            b"NTI2OTJhMDAwNjYxODkwYmQ3NWUxN2RhN2ZmYmJlMzk=",
        ] {
            assert_eq!(read(data), Some(raw), "{data:?}");
        }
    }

    #[test]
    fn anything_else_is_no_digest() {
        for data in [
            b"".as_slice(),
            b"user:password",
            b"c2hvcnQ=",
            b"????????????????????????",
            &[0xff; 15],
            &[0xff; 17],
            &[b'A'; 4096],
        ] {
            assert_eq!(read(data), None, "{data:?}");
        }
    }
}
