//! `Meta`: the meta information vocabulary (`MetInf` 1.2.2).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::element::content;
use super::out::Out;
use super::pull::Pull;
use crate::codec::Tag;

/// The children of a `Meta` element; `MetInf` around them or not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Meta {
    /// Only the changed fields are in the data (1.2, Replace only).
    pub field_level: bool,
    /// `chr` when missing; `b64`, `bin`, `xml`, ...
    pub format: Option<String>,
    /// A media type or a URN.
    pub media_type: Option<String>,
    /// `draft`, `final`, `delete`, `undelete`, `read`, `unread`.
    pub mark: Option<String>,
    /// Size of the object in bytes, as it stands.
    pub size: Option<String>,
    /// Anchors of an Alert, or of the echo in its Status.
    pub anchor: Option<AnchorPair>,
    /// Revision of an item, the device's own text.
    pub version: Option<String>,
    /// The next nonce, base64 text as it goes on the wire.
    pub next_nonce: Option<String>,
    /// Largest message the sender takes, in bytes, as it stands.
    pub max_msg_size: Option<String>,
    /// Largest object the sender takes, in bytes, as it stands.
    pub max_obj_size: Option<String>,
    /// Experimental, read over and not sent.
    pub emi: Vec<String>,
    /// Memory of the sender's datastore.
    pub mem: Option<Mem>,
}

/// `Anchor`: the sender's anchors of one datastore.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AnchorPair {
    /// Of the last session that ended well.
    pub last: Option<String>,
    /// Of this session.
    pub next: String,
}

/// `Mem`: what is free in the sender's datastore.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mem {
    /// Shared with other datastores.
    pub shared: bool,
    /// Free bytes, as it stands.
    pub free_mem: String,
    /// Free item ids, as it stands.
    pub free_id: String,
}

impl Meta {
    /// Whether there is nothing in it, so that no `Meta` needs to be written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// This meta with what it lacks taken from the enclosing one, element by element
    /// (`RepPro` 1.2.2, section 6.3.3; REQ-META-2). Anchors and nonces are not inherited.
    #[must_use]
    pub fn within(&self, outer: &Self) -> Self {
        let mut inner = self.clone();
        inner.field_level |= outer.field_level;
        inner.format = inner.format.or_else(|| outer.format.clone());
        inner.media_type = inner.media_type.or_else(|| outer.media_type.clone());
        inner.mark = inner.mark.or_else(|| outer.mark.clone());
        inner.size = inner.size.or_else(|| outer.size.clone());
        inner.version = inner.version.or_else(|| outer.version.clone());
        inner
    }
}

impl Meta {
    /// Takes the children of a `MetInf` wrapper as our own (REQ-META-1).
    fn read_wrapped(&mut self, pull: &mut Pull<'_>) {
        pull.fill(self);
    }

    fn read_emi(&mut self, pull: &mut Pull<'_>) {
        self.emi.push(pull.text());
    }

    /// Some servers send the nonce as raw bytes in WBXML; it is kept as base64 all the same.
    fn read_nonce(&mut self, pull: &mut Pull<'_>) {
        let bytes = pull.bytes();
        let blank = |b: u8| b.is_ascii_whitespace() || b == 0;
        let is_text = bytes.iter().all(|b| b.is_ascii_graphic() || blank(*b));
        self.next_nonce = Some(if is_text {
            bytes
                .into_iter()
                .filter(|b| !blank(*b))
                .map(char::from)
                .collect()
        } else {
            STANDARD.encode(bytes)
        });
    }

    /// Whether nothing in it would be written in this version: then there is no `Meta` at all.
    fn is_void(&self, out: &Out) -> bool {
        let bare = |young: bool, tag: Tag| !young || !out.has(tag);
        let Self {
            field_level,
            format,
            media_type,
            mark,
            size,
            anchor,
            version,
            ..
        } = self;
        let Self {
            next_nonce,
            max_msg_size,
            max_obj_size,
            emi: _,
            mem,
            ..
        } = self;
        bare(*field_level, Tag::MetaFieldLevel)
            && bare(max_obj_size.is_some(), Tag::MaxObjSize)
            && [
                format,
                media_type,
                mark,
                size,
                version,
                next_nonce,
                max_msg_size,
            ]
            .iter()
            .all(|text| text.is_none())
            && anchor.is_none()
            && mem.is_none()
    }

    fn write_nonce(&self, tag: Tag, out: &mut Out) {
        out.put(tag, &self.next_nonce);
    }
}

content! { Meta {
    MetInf => (read_wrapped), MetaFieldLevel => field_level, Format => format, Type => media_type, Mark => mark,
    MetaSize => size, Anchor => anchor, MetaVersion => version, NextNonce => (read_nonce, write_nonce),
    MaxMsgSize => max_msg_size, MaxObjSize => max_obj_size, Emi => (read_emi), Mem => mem,
} unless is_void }

content! { AnchorPair { Last => last, Next => next } }

content! { Mem { MetaSharedMem => shared, FreeMem => free_mem, FreeId => free_id } }

#[cfg(test)]
mod tests {
    use super::super::read::only;
    use super::super::{Command, Get};
    use super::*;
    use crate::codec::{Encoding, Version};

    fn meta(inside: &str) -> Meta {
        let Command::Get(get) = only(&format!("<Get><Meta>{inside}</Meta></Get>")) else {
            panic!("a Get")
        };
        get.meta
    }

    /// REQ-META-1.
    #[test]
    fn meta_may_be_wrapped_and_its_namespace_may_stand_anywhere_or_nowhere() {
        // REQ-META-1
        let plain = Meta {
            format: Some("b64".into()),
            media_type: Some("text/plain".into()),
            ..Meta::default()
        };
        for inside in [
            "<Format xmlns='syncml:metinf'>b64</Format><Type xmlns='syncml:metinf'>text/plain</Type>",
            "<Type>text/plain</Type><Format>b64</Format>",
            "<MetInf xmlns='syncml:metinf'><Format>b64</Format><Type>text/plain </Type></MetInf>",
            "<MetInf><Format>b64</Format></MetInf><Type>text/plain</Type>",
        ] {
            assert_eq!(meta(inside), plain, "{inside}");
        }
    }

    #[test]
    fn memory_and_experiments_are_read() {
        let meta = meta(
            "<EMI>x</EMI><Mem><SharedMem/><FreeMem>1</FreeMem><FreeID>2</FreeID></Mem><Size>3</Size>",
        );
        assert_eq!(
            meta.mem,
            Some(Mem {
                shared: true,
                free_mem: "1".into(),
                free_id: "2".into()
            })
        );
        assert_eq!(
            (meta.emi, meta.size.as_deref()),
            (vec!["x".to_owned()], Some("3"))
        );
    }

    #[test]
    fn a_raw_nonce_is_kept_as_base64_and_one_in_base64_as_it_stands() {
        use crate::codec::Event;
        let nonce = |bytes: &'static [u8]| {
            let events = [
                Event::Start(Tag::NextNonce),
                Event::Text(bytes.into()),
                Event::End,
                Event::End,
            ];
            Pull::new(&events).read::<Meta>().next_nonce
        };
        assert_eq!(nonce(b"\x01\xff").as_deref(), Some("Af8="));
        assert_eq!(nonce(b" Af8=\r\n").as_deref(), Some("Af8="));
    }

    /// REQ-META-2.
    #[test]
    fn an_inner_meta_goes_before_the_outer_one_element_by_element() {
        // REQ-META-2
        let outer = Meta {
            format: Some("b64".into()),
            size: Some("9".into()),
            ..meta("<Anchor><Next>1</Next></Anchor>")
        };
        let inner = Meta {
            format: Some("chr".into()),
            ..Meta::default()
        };
        let expected = Meta {
            format: Some("chr".into()),
            size: Some("9".into()),
            ..Meta::default()
        };
        assert_eq!(inner.within(&outer), expected);
    }

    #[test]
    fn a_meta_with_nothing_for_its_version_is_not_written() {
        let young = Meta {
            max_obj_size: Some("1".into()),
            field_level: true,
            emi: vec!["x".into()],
            ..Meta::default()
        };
        for (version, written) in [
            (Version::V10, false),
            (Version::V11, true),
            (Version::V12, true),
        ] {
            let mut out = Out::new(Encoding::Xml, version, "utf-8");
            out.put(
                Tag::Get,
                &Get {
                    meta: young.clone(),
                    ..Get::default()
                },
            );
            let text = String::from_utf8(out.finish()).unwrap();
            assert_eq!(text.contains("<Meta"), written, "{text}");
            assert_eq!(
                text.contains("FieldLevel"),
                version == Version::V12,
                "{text}"
            );
            assert!(!text.contains("EMI"), "{text}");
        }
    }
}
