//! `Status`: the answer to one command (`RepPro` 1.2.2, section 6.4.1).

use super::element::{Element, content};
use super::out::Out;
use super::pull::{Piece, Pull};
use super::{Cred, Item, Meta, StatusCode};
use crate::codec::Tag;

/// One Status.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Status {
    /// Its number in the message.
    pub cmd_id: String,
    /// `MsgID` of the message that is answered.
    pub msg_ref: String,
    /// `CmdID` of the command that is answered; `0` is the header.
    pub cmd_ref: String,
    /// The command's element name, or `SyncHdr`.
    pub cmd: String,
    /// Targets of the command's item.
    pub target_refs: Vec<String>,
    /// Sources of the command's item.
    pub source_refs: Vec<String>,
    /// Credentials.
    pub cred: Option<Cred>,
    /// A challenge.
    pub chal: Option<Chal>,
    /// The code; `None` when Data is missing or no number.
    pub code: Option<StatusCode>,
    /// The anchor echoed, supported versions, a text, the id of a duplicate.
    pub items: Vec<StatusItem>,
}

/// An Item of a Status: its Data is an Anchor or text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatusItem {
    /// Target, Source and Data, as any Item.
    pub item: Item,
    /// The anchor in Data: the echo of an Alert's Next.
    pub anchor: Option<super::AnchorPair>,
}

/// `Chal`: which credentials are wanted next.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chal {
    /// Type, Format and `NextNonce`.
    pub meta: Meta,
}

impl StatusItem {
    /// An Anchor, bare or in some wrapper of metinf, or else text.
    fn read_data(&mut self, pull: &mut Pull<'_>) {
        let mut text = Vec::new();
        let mut meta = Meta::default();
        while let Some(piece) = pull.piece() {
            match piece {
                Piece::Text(more) => text.extend_from_slice(more),
                Piece::Child(Tag::Meta) => pull.fill(&mut meta),
                Piece::Child(tag) => {
                    if !meta.take(tag, pull) {
                        pull.skip();
                    }
                }
            }
        }
        self.anchor = meta.anchor;
        self.item.data = if self.anchor.is_some() {
            None
        } else {
            Some(text)
        };
    }

    fn write_data(&self, tag: Tag, out: &mut Out) {
        match &self.anchor {
            Some(anchor) => out.open(tag, |out| out.put(Tag::Anchor, anchor)),
            None => out.put(tag, &self.item.data),
        }
    }
}

content! { Status {
    CmdId => cmd_id, MsgRef => msg_ref, CmdRef => cmd_ref, Cmd => cmd, TargetRef => target_refs,
    SourceRef => source_refs, Cred => cred, Chal => chal, Data => code, Item => items,
} }

content! { StatusItem {
    Target => [item.target], Source => [item.source], Meta => [item.meta], Data => (read_data, write_data),
} }

content! { Chal { Meta => meta } }

#[cfg(test)]
mod tests {
    use super::super::read::only;
    use super::super::{AnchorPair, Command};
    use super::*;
    use crate::codec::{Encoding, Version};

    fn item(data: &str) -> StatusItem {
        let text = format!(
            "<Status><CmdID>1</CmdID><Data> 200 </Data><Item><Data>{data}</Data></Item></Status>"
        );
        let Command::Status(mut status) = only(&text) else {
            panic!("a Status")
        };
        assert_eq!(status.code, Some(StatusCode::Ok));
        status.items.remove(0)
    }

    #[test]
    fn the_anchor_of_an_alert_comes_back_in_the_data_whatever_is_around_it() {
        let anchor = AnchorPair {
            last: None,
            next: "42".into(),
        };
        for data in [
            "<Anchor xmlns='syncml:metinf'><Next>42</Next></Anchor>",
            "<MetInf><Anchor><Next>42</Next></Anchor></MetInf>",
            "<Meta><Anchor><Next> 42 </Next></Anchor></Meta>",
        ] {
            let item = item(data);
            assert_eq!(
                (item.anchor.as_ref(), item.item.data),
                (Some(&anchor), None),
                "{data}"
            );
        }
    }

    #[test]
    fn data_without_an_anchor_is_text() {
        assert_eq!(item("1.2").item.data.as_deref(), Some(&b"1.2"[..]));
        assert_eq!(item("").item.data.as_deref(), Some(&b""[..]));
    }

    #[test]
    fn a_status_is_written_in_the_order_of_the_dtd() {
        // REQ-REP-2
        let anchor = Some(AnchorPair {
            last: None,
            next: "9".into(),
        });
        let status = Status {
            cmd_id: "1".into(),
            msg_ref: "2".into(),
            cmd_ref: "3".into(),
            cmd: "Alert".into(),
            target_refs: vec!["t".into()],
            source_refs: vec!["s".into()],
            cred: None,
            chal: Some(Chal {
                meta: Meta {
                    next_nonce: Some("QQ==".into()),
                    ..Meta::default()
                },
            }),
            code: Some(StatusCode::InvalidCredentials),
            items: vec![StatusItem {
                anchor,
                ..StatusItem::default()
            }],
        };
        let mut out = Out::new(Encoding::Xml, Version::V11, "utf-8");
        out.open(Tag::SyncBody, |out| out.put(Tag::Status, &status));
        let text = String::from_utf8(out.finish()).unwrap();
        let inner = text.split_once("<Status>").unwrap().1;
        assert_eq!(
            inner,
            "<CmdID>1</CmdID><MsgRef>2</MsgRef><CmdRef>3</CmdRef><Cmd>Alert</Cmd><TargetRef>t</TargetRef>\
             <SourceRef>s</SourceRef><Chal><Meta><NextNonce xmlns=\"syncml:metinf\">QQ==</NextNonce></Meta></Chal>\
             <Data>401</Data><Item><Data><Anchor xmlns=\"syncml:metinf\"><Next>9</Next></Anchor></Data></Item>\
             </Status></SyncBody>"
        );
    }
}
