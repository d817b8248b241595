//! Events to WBXML: version 1.2, no string table, pages switched only before the tag that needs it.

use super::{CONTENT, END, ENTITY, OPAQUE, PUBLIC_IDS, STR_I, SWITCH_PAGE, vocabulary};
use crate::codec::FIRST_BYTES;
use crate::codec::charset::Charset;
use crate::codec::{Space, Tag, Version};

/// WBXML 1.2.
const FORMAT: u8 = 0x02;

/// Writes WBXML.
#[derive(Debug)]
pub(in crate::codec) struct WbxmlWriter {
    out: Vec<u8>,
    version: Version,
    charset: Charset,
    open: Vec<Tag>,
    /// What kind of document is being written, the nested one if there is one.
    document: Space,
    page: u8,
    /// The last byte is the tag of an element that is open and still empty.
    fresh: bool,
    nested: Option<Nested>,
}

/// The document around a nested one, to return to.
#[derive(Debug)]
struct Nested {
    /// Where the nested document begins in the output.
    start: usize,
    /// How many elements stand around it.
    depth: usize,
    page: u8,
}

impl WbxmlWriter {
    pub(in crate::codec) fn new(version: Version, charset: Charset) -> Self {
        let charset = if charset.mib().is_some() {
            charset
        } else {
            Charset::UTF_8
        };
        let mut writer = Self {
            out: Vec::with_capacity(FIRST_BYTES),
            version,
            charset,
            open: Vec::new(),
            document: Space::SyncMl,
            page: 0,
            fresh: false,
            nested: None,
        };
        writer.header();
        writer
    }

    /// Opens an element, unless WBXML cannot have it here.
    pub(in crate::codec) fn start(&mut self, tag: Tag) -> bool {
        if !self.place(tag) {
            return false;
        }
        self.fresh = true;
        self.out.push(tag.token() | CONTENT);
        self.open.push(tag);
        true
    }

    pub(in crate::codec) fn end(&mut self) {
        if self.open.pop().is_none() {
            return;
        }
        if let Some(tag) = self.out.last_mut().filter(|_| self.fresh) {
            *tag &= !CONTENT;
        } else {
            self.out.push(END);
        }
        self.fresh = false;
        if let Some(nested) = self
            .nested
            .take_if(|nested| nested.depth == self.open.len())
        {
            self.enclose(&nested);
        }
    }

    pub(in crate::codec) fn empty(&mut self, tag: Tag) {
        if self.start(tag) {
            self.end();
        }
    }

    /// An inline string. It cannot have a NUL in it, so those are left out.
    pub(in crate::codec) fn text(&mut self, text: &str) {
        let mut in_string = false;
        for run in text.split('\0').filter(|run| !run.is_empty()) {
            if !in_string {
                self.out.push(STR_I);
                in_string = true;
            }
            let end: &[u8] = if self.charset.is_wide() {
                &[0, 0]
            } else {
                &[0]
            };
            self.charset.encode(run, &mut self.out, |c, out| {
                out.extend_from_slice(end);
                out.push(ENTITY);
                number(u32::from(c), out);
                out.push(STR_I);
            });
        }
        if in_string {
            self.out.extend_from_slice(if self.charset.is_wide() {
                &[0, 0]
            } else {
                &[0]
            });
            self.fresh = false;
        }
    }

    pub(in crate::codec) fn opaque(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.out.push(OPAQUE);
            number(
                u32::try_from(bytes.len()).unwrap_or(u32::MAX),
                &mut self.out,
            );
            self.out.extend_from_slice(bytes);
            self.fresh = false;
        }
    }

    pub(in crate::codec) fn len(&self) -> usize {
        self.out.len()
    }

    pub(in crate::codec) fn finish(mut self) -> Vec<u8> {
        while !self.open.is_empty() {
            self.end();
        }
        self.out
    }

    /// Makes ready for an element: the document and the code page that have it. Says whether there is one.
    fn place(&mut self, tag: Tag) -> bool {
        if tag == Tag::DevInf && self.document != Space::DevInf {
            match self.open.last() {
                None => self.out.clear(),
                Some(Tag::Data) => {
                    self.nested = Some(Nested {
                        start: self.out.len(),
                        depth: self.open.len(),
                        page: self.page,
                    });
                }
                Some(_) => return false,
            }
            (self.document, self.page) = (Space::DevInf, 0);
            self.header();
        }
        let page = match tag.space() {
            Space::MetInf => 1,
            Space::SyncMl | Space::DevInf => 0,
        };
        if vocabulary(self.document, page) != Some(tag.space()) {
            return false;
        }
        if page != self.page {
            self.out.extend_from_slice(&[SWITCH_PAGE, page]);
            self.page = page;
        }
        true
    }

    fn header(&mut self) {
        self.out.push(FORMAT);
        let (document, version) = (self.document, Some(self.version));
        let id = PUBLIC_IDS
            .iter()
            .find(|(_, d, v)| (*d, *v) == (document, version))
            .map_or(1, |(id, _, _)| *id);
        number(id, &mut self.out);
        number(self.charset.mib().unwrap_or_default(), &mut self.out);
        number(0, &mut self.out);
    }

    /// Puts OPAQUE and a length before the nested document that just ended.
    fn enclose(&mut self, nested: &Nested) {
        let length = self.out.len().saturating_sub(nested.start);
        let mut head = vec![OPAQUE];
        number(u32::try_from(length).unwrap_or(u32::MAX), &mut head);
        self.out.splice(nested.start..nested.start, head);
        (self.document, self.page) = (Space::SyncMl, nested.page);
    }
}

/// Appends an `mb_u_int32`.
fn number(value: u32, out: &mut Vec<u8>) {
    let groups =
        [28, 21, 14, 7, 0].map(|shift| u8::try_from(value >> shift & 0x7f).unwrap_or_default());
    let first = groups.iter().position(|group| *group != 0).unwrap_or(4);
    for (index, group) in groups.into_iter().enumerate().skip(first) {
        out.push(if index < 4 { group | 0x80 } else { group });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{Encoding, Writer};

    #[test]
    fn a_number_takes_as_few_bytes_as_it_can() {
        for (value, bytes) in [
            (0, &[0x00][..]),
            (127, &[0x7f]),
            (200, &[0x81, 0x48]),
            (0x1201, &[0xa4, 0x01]),
            (u32::MAX, &[0x8f, 0xff, 0xff, 0xff, 0x7f]),
        ] {
            let mut out = Vec::new();
            number(value, &mut out);
            assert_eq!(out, bytes);
        }
    }

    /// REQ-WBX-6.
    #[test]
    fn each_version_has_its_header() {
        for (version, message, devinf) in [
            (Version::V10, [0x9f, 0x51], [0x9f, 0x52]),
            (Version::V11, [0x9f, 0x53], [0x9f, 0x54]),
            (Version::V12, [0xa4, 0x01], [0xa4, 0x03]),
        ] {
            for (root, id) in [(Tag::SyncMl, message), (Tag::DevInf, devinf)] {
                let mut writer = Writer::new(Encoding::Wbxml, version);
                assert_eq!(writer.len(), 5);
                writer.empty(root);
                assert_eq!(
                    writer.finish(),
                    [0x02, id[0], id[1], 0x6a, 0x00, root.token()]
                );
            }
        }
    }

    #[test]
    fn a_nul_is_never_in_a_string() {
        let mut writer = Writer::new(Encoding::Wbxml, Version::V12);
        writer.leaf(Tag::SyncMl, "\0a\0\0b\0");
        assert_eq!(writer.finish()[5..], *b"\x6d\x03ab\0\x01");
        let mut writer = Writer::new(Encoding::Wbxml, Version::V12);
        writer.leaf(Tag::SyncMl, "\0");
        assert_eq!(writer.finish()[5..], [0x2d]);
    }

    #[test]
    fn what_a_charset_lacks_is_an_entity() {
        let mut writer = Writer::in_charset(Encoding::Wbxml, Version::V12, "iso-8859-1");
        writer.leaf(Tag::SyncMl, "\u{e9}\u{20ac}x");
        assert_eq!(
            writer.finish()[3..],
            *b"\x04\0\x6d\x03\xe9\0\x02\xc1\x2c\x03x\0\x01"
        );
    }

    #[test]
    fn an_element_wbxml_cannot_have_is_left_out() {
        let mut writer = Writer::new(Encoding::Wbxml, Version::V12);
        writer.start(Tag::SyncMl);
        writer.leaf(Tag::DevId, "DevInf outside its document");
        writer.empty(Tag::Utc);
        writer.start(Tag::Item);
        writer.empty(Tag::DevInf);
        writer.end();
        let mut around = Writer::new(Encoding::Wbxml, Version::V12);
        around.start(Tag::SyncMl);
        around.empty(Tag::Item);
        assert_eq!(writer.finish(), around.finish());
    }

    #[test]
    fn the_length_lacks_only_what_is_open() {
        let mut writer = Writer::new(Encoding::Wbxml, Version::V12);
        for tag in [Tag::SyncMl, Tag::Data, Tag::DevInf] {
            writer.start(tag);
        }
        writer.leaf(Tag::DevId, &"d".repeat(200));
        // Three ends, OPAQUE and a length of two bytes.
        assert_eq!(writer.len() + 6, writer.finish().len());
    }
}
