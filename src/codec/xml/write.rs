//! Events to XML.
//!
//! A namespace is declared wherever the vocabulary changes, so every element stands under its own
//! default namespace. No DOCTYPE, no blanks; line ends stay as they are.

use std::borrow::Cow;

use super::{first_byte, first_unclean, is_xml_char, namespace};
use crate::codec::FIRST_BYTES;
use crate::codec::charset::Charset;
use crate::codec::{Space, Tag, Version};

/// Writes XML.
#[derive(Debug)]
pub(in crate::codec) struct XmlWriter {
    out: Vec<u8>,
    version: Version,
    charset: Charset,
    open: Vec<Tag>,
    cdata: bool,
}

impl XmlWriter {
    pub(in crate::codec) fn new(version: Version, charset: Charset) -> Self {
        let mut writer = Self {
            out: Vec::with_capacity(FIRST_BYTES),
            version,
            charset,
            open: Vec::new(),
            cdata: false,
        };
        if charset.is_wide() {
            writer.put("\u{feff}");
        }
        writer.put("<?xml version=\"1.0\" encoding=\"");
        writer.put(charset.name());
        writer.put("\"?>");
        writer
    }

    /// XML can have every element anywhere.
    pub(in crate::codec) fn start(&mut self, tag: Tag) -> bool {
        self.open_tag(tag);
        self.put(">");
        self.open.push(tag);
        true
    }

    pub(in crate::codec) fn end(&mut self) {
        if let Some(tag) = self.open.pop() {
            self.put("</");
            self.put(tag.name());
            self.put(">");
        }
    }

    pub(in crate::codec) fn empty(&mut self, tag: Tag) {
        self.open_tag(tag);
        self.put("/>");
    }

    /// Characters that XML does not have are left out.
    pub(in crate::codec) fn text(&mut self, text: &str) {
        let clean: Cow<'_, str> = match first_unclean(text) {
            None => text.into(),
            Some(_) => text
                .chars()
                .filter(|c| is_xml_char(*c))
                .collect::<String>()
                .into(),
        };
        let mut rest: &str = &clean;
        // `<` and `>` differ in the second bit alone; a pattern of three would not become vector code.
        let special = |b| b == b'&' || b | 2 == b'>';
        while let Some(at) = first_byte(rest.as_bytes(), special) {
            let (plain, special) = rest.split_at(at);
            self.put(plain);
            self.put(if special.starts_with('&') {
                "&amp;"
            } else if special.starts_with('<') {
                "&lt;"
            } else {
                "&gt;"
            });
            rest = special.get(1..).unwrap_or_default();
        }
        self.put(rest);
    }

    /// Bytes that are not UTF-8 become U+FFFD.
    pub(in crate::codec) fn opaque(&mut self, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        // A charset that lacks characters would need references, which a CDATA section cannot have.
        if self.cdata
            && (self.charset.is_utf8() || self.charset.is_wide())
            && first_unclean(&text).is_none()
        {
            self.put("<![CDATA[");
            self.put(&text.replace("]]>", "]]]]><![CDATA[>"));
            self.put("]]>");
        } else {
            self.text(&text);
        }
    }

    /// [`XmlWriter::opaque`] writes CDATA sections from now on, or escapes.
    pub(in crate::codec) const fn set_cdata(&mut self, cdata: bool) {
        self.cdata = cdata;
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

    /// `<Name` and the namespace, where it is another than around it.
    fn open_tag(&mut self, tag: Tag) {
        let around: Option<Space> = self.open.last().map(|parent| parent.space());
        self.put("<");
        self.put(tag.name());
        if around != Some(tag.space()) {
            self.put(" xmlns=\"");
            self.put(namespace(tag.space(), self.version));
            self.put("\"");
        }
    }

    fn put(&mut self, text: &str) {
        if self.charset.is_utf8() {
            self.out.extend_from_slice(text.as_bytes());
            return;
        }
        let charset = self.charset;
        charset.encode(text, &mut self.out, |c, out| {
            // A charset that lacks a character has ASCII.
            out.extend_from_slice(format!("&#{};", u32::from(c)).as_bytes());
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::codec::{Encoding, Tag, Version, Writer};

    fn written(charset: &str, text: &str) -> Vec<u8> {
        let mut writer = Writer::in_charset(Encoding::Xml, Version::V11, charset);
        writer.leaf(Tag::SyncMl, text);
        writer.finish()
    }

    #[test]
    fn a_namespace_is_declared_where_the_vocabulary_changes() {
        let mut writer = Writer::new(Encoding::Xml, Version::V12);
        for tag in [Tag::SyncMl, Tag::Meta, Tag::Anchor] {
            writer.start(tag);
        }
        writer.leaf(Tag::Next, "1");
        writer.end();
        writer.empty(Tag::MaxMsgSize);
        writer.end();
        writer.start(Tag::Unknown);
        writer.leaf(Tag::Data, "never written");
        writer.end();
        writer.start(Tag::Data);
        writer.start(Tag::DevInf);
        writer.empty(Tag::Utc);
        let open = writer.len();
        let document = writer.finish();
        assert_eq!(document.len(), open + "</DevInf></Data></SyncML>".len());
        assert_eq!(
            String::from_utf8(document).unwrap(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><SyncML xmlns=\"SYNCML:SYNCML1.2\"><Meta>\
             <Anchor xmlns=\"syncml:metinf\"><Next>1</Next></Anchor><MaxMsgSize xmlns=\"syncml:metinf\"/></Meta>\
             <Data><DevInf xmlns=\"syncml:devinf\"><UTC/></DevInf></Data></SyncML>"
        );
    }

    #[test]
    fn text_is_escaped_and_line_ends_stay() {
        let document =
            String::from_utf8(written("utf-8", "a<b>&amp;\"'\r\n\0\u{1b}\u{ffff}]]>")).unwrap();
        assert!(
            document.ends_with(">a&lt;b&gt;&amp;amp;\"'\r\n]]&gt;</SyncML>"),
            "{document}"
        );
    }

    #[test]
    fn what_a_charset_lacks_is_a_number() {
        let latin = written("iso-8859-1", "\u{e9}\u{20ac}");
        assert!(latin.starts_with(b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>"));
        assert!(latin.ends_with(b">\xe9&#8364;</SyncML>"));
        assert!(written("utf-16le", "x").starts_with(b"\xff\xfe<\0?\0"));
        assert_eq!(written("no such charset", "x"), written("utf-8", "x"));
    }
}
