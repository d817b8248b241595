//! `SyncHdr` and its parts (`RepPro` 1.2.2, sections 6.1 and 7.1.2).

use super::element::content;
use super::{Filter, Meta};
use crate::codec::Version;

/// Which versions a message claims, who speaks to whom, and in which session.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// `VerDTD` as it stands: `1.0`, `1.1`, `1.2`.
    pub ver_dtd: String,
    /// `VerProto` as it stands: `SyncML/1.2`.
    pub ver_proto: String,
    /// Opaque, kept to the letter.
    pub session_id: String,
    /// As it stands; counts from 1 in each direction.
    pub msg_id: String,
    /// To whom.
    pub target: Location,
    /// From whom; its name carries the user for MD5.
    pub source: Location,
    /// Where the next message is to go, an absolute URI.
    pub resp_uri: Option<String>,
    /// No Status is wanted for anything in this message.
    pub no_resp: bool,
    /// Credentials.
    pub cred: Option<Cred>,
    /// `MaxMsgSize` and `MaxObjSize` of the sender.
    pub meta: Meta,
}

/// `Source` or `Target`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Location {
    /// `LocURI`, as it stands.
    pub uri: String,
    /// `LocName`.
    pub name: Option<String>,
    /// A filter, in the Target of an Alert's Item (1.2).
    pub filter: Option<Box<Filter>>,
}

impl From<&str> for Location {
    fn from(uri: &str) -> Self {
        Self {
            uri: uri.to_owned(),
            ..Self::default()
        }
    }
}

/// `Cred`: who the sender claims to be.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Cred {
    /// Format and Type of the data; no Type means `syncml:auth-basic`.
    pub meta: Meta,
    /// The data as it stands: base64 text, or raw bytes in WBXML.
    pub data: Vec<u8>,
}

impl std::fmt::Debug for Cred {
    /// Never shows the data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cred")
            .field("meta", &self.meta)
            .field("data", &"...")
            .finish()
    }
}

impl Header {
    /// The version that `VerDTD` names, 1.1.2 counting as 1.1; `None` when we do not speak it (505).
    #[must_use]
    pub fn version(&self) -> Option<Version> {
        version(&self.ver_dtd)
    }

    /// The version of Data Synchronization that `VerProto` names; `None` when it is none we speak (513), such
    /// as `DM/1.2`.
    #[must_use]
    pub fn protocol(&self) -> Option<Version> {
        let (name, number) = self.ver_proto.split_once('/')?;
        if name.trim().eq_ignore_ascii_case("SyncML") {
            version(number)
        } else {
            None
        }
    }
}

fn version(text: &str) -> Option<Version> {
    let mut numbers = text.trim().splitn(3, '.');
    match (numbers.next(), numbers.next()) {
        (Some("1"), Some("0")) => Some(Version::V10),
        (Some("1"), Some("1")) => Some(Version::V11),
        (Some("1"), Some("2")) => Some(Version::V12),
        (_, _) => None,
    }
}

content! { Header {
    VerDtd => ver_dtd, VerProto => ver_proto, SessionId => session_id, MsgId => msg_id, Target => target,
    Source => source, RespUri => resp_uri, NoResp => no_resp, Cred => cred, Meta => meta,
} }

content! { Location { LocUri => uri, LocName => name, Filter => filter } }

content! { Cred { Meta => meta, Data => data } }

#[cfg(test)]
mod tests {
    use super::*;

    fn header(ver_dtd: &str, ver_proto: &str) -> Header {
        Header {
            ver_dtd: ver_dtd.into(),
            ver_proto: ver_proto.into(),
            ..Header::default()
        }
    }

    #[test]
    fn a_patch_of_a_version_counts_as_that_version() {
        for (text, version) in [
            ("1.0", Some(Version::V10)),
            ("1.0.1", Some(Version::V10)),
            ("1.1.2", Some(Version::V11)),
            ("1.2", Some(Version::V12)),
            ("1.3", None),
            ("2.0", None),
            ("1", None),
            ("", None),
        ] {
            assert_eq!(header(text, "").version(), version, "{text}");
        }
    }

    #[test]
    fn device_management_is_no_protocol_of_ours() {
        // REQ-REP-10
        assert_eq!(header("1.2", "SyncML/1.2").protocol(), Some(Version::V12));
        assert_eq!(header("1.1", "SYNCML/1.1.1").protocol(), Some(Version::V11));
        assert_eq!(header("1.2", "DM/1.2").protocol(), None);
        assert_eq!(header("1.2", "SyncML/2.0").protocol(), None);
        assert_eq!(header("1.2", "").protocol(), None);
    }

    #[test]
    fn credentials_are_never_printed() {
        let cred = Cred {
            data: b"secret".to_vec(),
            ..Cred::default()
        };
        assert!(!format!("{cred:?}").contains("secret"));
        assert!(!format!("{cred:?}").contains("115"));
    }
}
