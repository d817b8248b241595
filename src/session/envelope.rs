//! What stands around a message and proves who sent it. Every transport has its own way to carry it: HTTP and WSP in
//! headers of these names, OBEX in its HTTP header.

use xxhash_rust::xxh3::Xxh3;

use crate::auth::Claim;
use crate::message::Header;

/// The parts of a transport that bear on who sent a message. The default knows nothing.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// The value of `x-syncml-hmac` (OMA DM Security 1.2, section 5.4).
    pub hmac: Option<&'a str>,
    /// The value of `Authorization` (RFC 7617).
    pub authorization: Option<&'a str>,
    /// Nobody on the way can read the message.
    pub is_private: bool,
}

impl std::fmt::Debug for Envelope<'_> {
    /// Never shows the values.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Envelope")
            .field("hmac", &self.hmac.is_some())
            .field("authorization", &self.authorization.is_some())
            .field("is_private", &self.is_private)
            .finish()
    }
}

impl Envelope<'_> {
    /// A hash of all that makes a message the same as another one: a proof around it is part of it, else whoever can
    /// guess a message that has none within would be given the reply to it.
    pub(super) fn hash(&self, body: &[u8], http_basic: bool) -> u64 {
        let outer = self.authorization.filter(|_| http_basic);
        let mut hash = Xxh3::new();
        hash.update(body);
        for proof in [self.hmac, outer].into_iter().flatten() {
            hash.update(&[0]);
            hash.update(proof.as_bytes());
        }
        hash.digest()
    }

    /// What a message claims of its sender: a MAC goes before a `Cred`, a `Cred` before a header of HTTP, which counts
    /// only where `http_basic` says so.
    pub(super) fn claim(&self, header: &Header, body: &[u8], http_basic: bool) -> Claim {
        let name = header.source.name.as_deref();
        if let Some(hmac) = self.hmac {
            return Claim::signed(hmac, body, name);
        }
        if let Some(cred) = &header.cred {
            return Claim::read(cred.meta.media_type.as_deref(), &cred.data, name);
        }
        let outer = self.authorization.filter(|_| http_basic);
        outer
            .and_then(Claim::http_basic)
            .unwrap_or_else(|| Claim::none(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::{Proof, Scheme};
    use crate::message::{Cred, Location};

    const OUTER: Envelope<'_> = Envelope {
        hmac: None,
        authorization: Some("basic YW5uYTpncmVlbi1sYWRkZXItNDI="),
        is_private: false,
    };

    fn header(cred: Option<&str>) -> Header {
        Header {
            source: Location {
                name: Some("anna".into()),
                ..Location::from("IMEI:1")
            },
            cred: cred.map(|data| Cred {
                data: data.into(),
                ..Cred::default()
            }),
            ..Header::default()
        }
    }

    fn scheme(envelope: Envelope<'_>, cred: Option<&str>, http_basic: bool) -> Option<Scheme> {
        let claim = envelope.claim(&header(cred), b"body", http_basic);
        assert_eq!(claim.user.unwrap().as_str(), "anna");
        claim.proof.scheme()
    }

    #[test]
    fn a_header_of_http_counts_only_where_it_is_wanted_and_nothing_else_is_there() {
        assert_eq!(scheme(OUTER, None, false), None);
        assert_eq!(scheme(OUTER, None, true), Some(Scheme::Basic));
        let claim = OUTER.claim(&header(Some("YW5uYTpvdGhlcg==")), b"body", true);
        assert!(matches!(&claim.proof, Proof::Basic(password) if password.reveal() == "other"));
    }

    #[test]
    fn other_schemes_of_http_are_read_over() {
        for authorization in ["Bearer abc", "Basic", "Basic !!!", "Digest username=anna"] {
            let envelope = Envelope {
                authorization: Some(authorization),
                ..OUTER
            };
            assert_eq!(scheme(envelope, None, true), None, "{authorization}");
        }
    }

    #[test]
    fn a_mac_goes_before_everything_and_one_that_cannot_be_read_is_no_pass() {
        let signed = |hmac| Envelope {
            hmac: Some(hmac),
            ..OUTER
        };
        let good = "username=anna, mac=W8LhVKAj5OKNzgdQOaXZxg==";
        assert_eq!(
            scheme(signed(good), Some("YW5uYTpvdGhlcg=="), true),
            Some(Scheme::Mac)
        );
        let claim = signed("mac=junk").claim(&header(None), b"body", true);
        assert_eq!(claim.proof, Proof::Malformed);
    }

    #[test]
    fn a_message_is_the_same_only_with_the_same_proof_around_it() {
        let bare = Envelope::default().hash(b"body", true);
        assert_eq!(bare, xxhash_rust::xxh3::xxh3_64(b"body"));
        assert_eq!(OUTER.hash(b"body", false), bare, "not looked at");
        assert_ne!(OUTER.hash(b"body", true), bare);
        let signed = |hmac| Envelope {
            hmac: Some(hmac),
            ..Envelope::default()
        };
        assert_ne!(signed("mac=a").hash(b"body", false), bare);
        assert_ne!(
            signed("mac=a").hash(b"body", false),
            signed("mac=b").hash(b"body", false)
        );
    }

    #[test]
    fn no_header_is_shown() {
        let shown = format!("{OUTER:?}");
        assert!(!shown.contains("YW5u"), "{shown}");
    }
}
