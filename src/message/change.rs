//! `Add`, `Replace`, `Delete`, `Copy`, `Move`: what happens to items (`RepPro` 1.2.2, section 7.3).

use std::borrow::Cow;

use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::{Engine as _, alphabet};

use super::element::{Field, content};
use super::out::Out;
use super::pull::Pull;
use super::{Cred, Location, Meta};
use crate::codec::Tag;

/// Which of the five.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ChangeKind {
    /// A new item.
    #[default]
    Add,
    /// An item changed; one that is not there is added.
    Replace,
    /// An item goes.
    Delete,
    /// An item is copied.
    Copy,
    /// An item gets another parent (1.2).
    Move,
}

/// One such command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// Which.
    pub kind: ChangeKind,
    /// Its number in the message.
    pub cmd_id: String,
    /// No Status is wanted.
    pub no_resp: bool,
    /// Delete only: keep a copy before deleting.
    pub archive: bool,
    /// Delete only: off the device, but not gone.
    pub soft_delete: bool,
    /// Credentials for the command.
    pub cred: Option<Cred>,
    /// Holds for every item that does not say otherwise.
    pub meta: Meta,
    /// The items, mostly one.
    pub items: Vec<Item>,
}

/// `Item`: one thing and its data.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Item {
    /// The receiver's name for it.
    pub target: Option<Location>,
    /// The sender's name for it.
    pub source: Option<Location>,
    /// The sender's name of its parent (1.2).
    pub source_parent: Option<String>,
    /// The receiver's name of its parent (1.2).
    pub target_parent: Option<String>,
    /// Type, Format, Size.
    pub meta: Meta,
    /// The object, as transferred: base64 text where Format is `b64`. `None` when there is no Data.
    pub data: Option<Vec<u8>>,
    /// More of this object comes in the next message (1.1).
    pub more_data: bool,
}

/// Format `b64`, but the data is no base64: 415, or 400 for its command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the format is b64, but the data is no base64")]
pub struct BadFormat;

impl Item {
    /// The object itself: base64 undone where Format says `b64`; the item's own Format goes before that of
    /// its command, `outer`. Line breaks in the base64 are skipped, padding may be missing. Without Data
    /// it is empty.
    ///
    /// # Errors
    /// [`BadFormat`] when the data is no base64.
    pub fn bytes(&self, outer: &Meta) -> Result<Cow<'_, [u8]>, BadFormat> {
        let data = self.data.as_deref().unwrap_or_default();
        let format = self.meta.format.as_deref().or(outer.format.as_deref());
        if format.is_some_and(|format| format.eq_ignore_ascii_case("b64")) {
            let letters: Vec<u8> = data
                .iter()
                .copied()
                .filter(|b| !b.is_ascii_whitespace() && *b != 0)
                .collect();
            LENIENT
                .decode(letters)
                .map(Cow::Owned)
                .map_err(|_| BadFormat)
        } else {
            Ok(Cow::Borrowed(data))
        }
    }

    fn read_source_parent(&mut self, pull: &mut Pull<'_>) {
        self.source_parent = Some(pull.read::<Location>().uri);
    }

    fn write_source_parent(&self, tag: Tag, out: &mut Out) {
        write_parent(self.source_parent.as_ref(), tag, out);
    }

    fn read_target_parent(&mut self, pull: &mut Pull<'_>) {
        self.target_parent = Some(pull.read::<Location>().uri);
    }

    fn write_target_parent(&self, tag: Tag, out: &mut Out) {
        write_parent(self.target_parent.as_ref(), tag, out);
    }

    fn read_data(&mut self, pull: &mut Pull<'_>) {
        self.data = Some(pull.bytes());
    }

    fn write_data(&self, tag: Tag, out: &mut Out) {
        if let Some(data) = &self.data {
            out.object(tag, data);
        }
    }
}

impl Field for Box<Item> {
    fn read(&mut self, pull: &mut Pull<'_>) {
        pull.fill(&mut **self);
    }

    fn write(&self, tag: Tag, out: &mut Out) {
        out.put(tag, &**self);
    }
}

fn write_parent(uri: Option<&String>, tag: Tag, out: &mut Out) {
    if let Some(uri) = uri {
        out.open(tag, |out| out.put(Tag::LocUri, uri));
    }
}

/// Phones leave the padding out, or get the last bits wrong.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

impl ChangeKind {
    /// All five.
    pub const ALL: [Self; 5] = [
        Self::Add,
        Self::Replace,
        Self::Delete,
        Self::Copy,
        Self::Move,
    ];

    /// Its element.
    #[must_use]
    pub const fn tag(self) -> Tag {
        match self {
            Self::Add => Tag::Add,
            Self::Replace => Tag::Replace,
            Self::Delete => Tag::Delete,
            Self::Copy => Tag::Copy,
            Self::Move => Tag::Move,
        }
    }
}

content! { Change {
    CmdId => cmd_id, NoResp => no_resp, Archive => archive, SftDel => soft_delete, Cred => cred, Meta => meta,
    Item => items,
} }

// Data is the last but MoreData (REQ-REP-14).
content! { Item {
    Target => target, Source => source, SourceParent => (read_source_parent, write_source_parent),
    TargetParent => (read_target_parent, write_target_parent), Meta => meta, Data => (read_data, write_data),
    MoreData => more_data,
} }

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{Encoding, Version};

    fn b64(text: &str) -> Item {
        let meta = Meta {
            format: Some("b64".into()),
            ..Meta::default()
        };
        Item {
            meta,
            data: Some(text.into()),
            ..Item::default()
        }
    }

    #[test]
    fn base64_is_undone_with_line_breaks_and_without_padding() {
        for text in ["QQ==", "QQ", " Q\r\n Q=\t=\n", "QQ=", "QQ==\0"] {
            assert_eq!(
                b64(text).bytes(&Meta::default()).unwrap().as_ref(),
                b"A",
                "{text:?}"
            );
        }
        assert_eq!(b64("Q!").bytes(&Meta::default()), Err(BadFormat));
    }

    #[test]
    fn the_format_of_the_command_holds_where_the_item_has_none() {
        // REQ-META-2
        let outer = Meta {
            format: Some("B64".into()),
            ..Meta::default()
        };
        let mut item = Item {
            data: Some(b"QUI=".to_vec()),
            ..Item::default()
        };
        assert_eq!(item.bytes(&outer).unwrap().as_ref(), b"AB");
        item.meta.format = Some("chr".into());
        assert_eq!(item.bytes(&outer).unwrap().as_ref(), b"QUI=");
    }

    #[test]
    fn an_item_without_data_has_no_bytes() {
        assert_eq!(
            Item::default().bytes(&Meta::default()).unwrap().as_ref(),
            b""
        );
    }

    #[test]
    fn data_stands_last_but_more_data_and_each_version_writes_only_what_it_has() {
        // REQ-REP-2, REQ-REP-14
        let item = Item {
            target: Some("t".into()),
            source: Some("s".into()),
            source_parent: Some("sp".into()),
            target_parent: Some("tp".into()),
            meta: Meta {
                size: Some("3".into()),
                ..Meta::default()
            },
            data: Some(b"a<b".to_vec()),
            more_data: true,
        };
        let place = |tag: &str, uri: &str| format!("<{tag}><LocURI>{uri}</LocURI></{tag}>");
        let places = [place("Target", "t"), place("Source", "s")].concat();
        let parents = [place("SourceParent", "sp"), place("TargetParent", "tp")].concat();
        let data = "<Meta><Size xmlns=\"syncml:metinf\">3</Size></Meta><Data>a&lt;b</Data>";
        for (version, expected) in [
            (Version::V10, [&places, "", data, ""].concat()),
            (Version::V11, [&places, "", data, "<MoreData/>"].concat()),
            (
                Version::V12,
                [&places, &parents, data, "<MoreData/>"].concat(),
            ),
        ] {
            let mut out = Out::new(Encoding::Xml, version, "utf-8");
            out.open(Tag::Add, |out| out.put(Tag::Item, &item));
            let text = String::from_utf8(out.finish()).unwrap();
            let inner = text.split_once("<Item>").unwrap().1;
            assert_eq!(inner, format!("{expected}</Item></Add>"));
        }
    }

    #[test]
    fn object_data_goes_as_opaque_bytes_in_wbxml() {
        let mut out = Out::new(Encoding::Wbxml, Version::V12, "utf-8");
        out.put(
            Tag::Item,
            &Item {
                data: Some(b"a\0b".to_vec()),
                ..Item::default()
            },
        );
        assert!(out.finish().ends_with(b"\xc3\x03a\0b\x01\x01"));
    }
}
