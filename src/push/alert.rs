//! The notification of 1.0 and 1.1: a `SyncML` message with an Alert for each datastore (Sync Protocol 1.1, section 8).

use super::Wish;
use crate::codec::{Encoding, Version};
use crate::message::{Alert, AlertItem, Command, Cred, Draft, Header, Location, Meta};

/// Longest message, in bytes: what phones take over the air is far less.
const MOST_BYTES: usize = 64 << 10;

/// One datastore to sync.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// How.
    pub wish: Wish,
    /// The type of its items.
    pub media_type: String,
    /// The server's datastore.
    pub source: String,
    /// The device's, where it is known.
    pub target: Option<String>,
}

/// The message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summons {
    /// 1.0 or 1.1; 1.2 has a form of its own, and may be sent this one too.
    pub version: Version,
    /// The `SessionID` to come with.
    pub session: u16,
    /// The device; `/` when there is no relation yet.
    pub device: String,
    /// The server's `DevID`.
    pub server: String,
    /// How the server proves itself, where the device asked for that.
    pub cred: Option<Cred>,
    /// What to sync.
    pub syncs: Vec<Asked>,
}

impl Summons {
    /// The message as bytes.
    #[must_use]
    pub fn bytes(&self, encoding: Encoding) -> Vec<u8> {
        let number = self.version.as_str();
        let name = self.cred.as_ref().map(|_| self.server.clone());
        let header = Header {
            ver_dtd: number.to_owned(),
            ver_proto: format!("SyncML/{number}"),
            session_id: self.session.to_string(),
            msg_id: "1".to_owned(),
            target: Location::from(self.device.as_str()),
            source: Location {
                name,
                ..Location::from(self.server.as_str())
            },
            cred: self.cred.clone(),
            ..Header::default()
        };
        let mut draft = Draft::new(header, encoding, "utf-8", MOST_BYTES);
        for sync in &self.syncs {
            draft.force(Command::Alert(sync.alert()));
        }
        draft.set_final();
        draft.finish()
    }
}

impl Asked {
    fn alert(&self) -> Alert {
        let item = AlertItem {
            target: self.target.as_deref().map(Location::from),
            source: Some(Location::from(self.source.as_str())),
            meta: Meta {
                media_type: Some(self.media_type.clone()),
                ..Meta::default()
            },
            data: None,
        };
        Alert {
            code: Some(self.wish.code()),
            items: vec![item],
            ..Alert::default()
        }
    }
}

/// The media type of the message.
#[must_use]
pub const fn media_type(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Xml => "application/vnd.syncml+xml",
        Encoding::Wbxml => "application/vnd.syncml+wbxml",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::Limits;
    use crate::message::Message;

    fn summons() -> Summons {
        Summons {
            version: Version::V11,
            session: 1,
            device: "/".into(),
            server: "anchorage".into(),
            cred: None,
            syncs: vec![Asked {
                wish: Wish::TwoWay,
                media_type: "text/x-vcard".into(),
                source: "contacts".into(),
                target: None,
            }],
        }
    }

    /// REQ-SAN-7, ANC-23.
    #[test]
    fn an_alert_of_1_1_is_written_to_the_letter() {
        let text = String::from_utf8(summons().bytes(Encoding::Xml)).unwrap();
        let (_, message) = text.split_once("<SyncML").unwrap();
        assert_eq!(
            message,
            " xmlns=\"SYNCML:SYNCML1.1\"><SyncHdr><VerDTD>1.1</VerDTD><VerProto>SyncML/1.1</VerProto>\
             <SessionID>1</SessionID><MsgID>1</MsgID><Target><LocURI>/</LocURI></Target>\
             <Source><LocURI>anchorage</LocURI></Source></SyncHdr><SyncBody><Alert><CmdID>1</CmdID><Data>206</Data>\
             <Item><Source><LocURI>contacts</LocURI></Source>\
             <Meta><Type xmlns=\"syncml:metinf\">text/x-vcard</Type></Meta></Item></Alert><Final/></SyncBody></SyncML>"
        );
    }

    /// REQ-SAN-7: in either spelling and every version it reads the same.
    #[test]
    fn every_spelling_says_the_same() {
        for version in [Version::V10, Version::V11, Version::V12] {
            let summons = Summons {
                version,
                session: 65_535,
                device: "IMEI:1".into(),
                ..summons()
            };
            let read = |encoding| {
                let bytes = summons.bytes(encoding);
                Message::decode(&bytes, None, &Limits::default())
                    .unwrap()
                    .message
            };
            let message = read(Encoding::Xml);
            assert_eq!(message, read(Encoding::Wbxml));
            assert!(message.is_final);
            assert_eq!(message.header.session_id, "65535");
            let [Command::Alert(alert)] = message.body.as_slice() else {
                panic!("{message:?}")
            };
            assert_eq!(
                *alert,
                Alert {
                    cmd_id: "1".into(),
                    ..summons.syncs[0].alert()
                }
            );
        }
    }
}
