//! What both codecs speak: a flat list of events, and a writer that takes the same.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::charset::Charset;
use super::{DecodeError, Tag};

/// Which of the two spellings a document has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Encoding {
    /// Text, `application/vnd.syncml+xml`.
    Xml,
    /// WAP binary XML, `application/vnd.syncml+wbxml`.
    Wbxml,
}

/// A version of `SyncML`; 1.0.1, 1.1.1 and so on count as the version they belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Version {
    /// `SyncML` 1.0.
    V10,
    /// `SyncML` 1.1.
    V11,
    /// OMA Data Synchronization 1.2.
    V12,
}

impl Version {
    /// The version a namespace or formal public identifier names, however it is capitalised.
    pub(super) fn named(identity: &str) -> Option<Self> {
        let identity = identity.to_ascii_uppercase();
        if !["SYNCML", "DEVINF"]
            .iter()
            .any(|ours| identity.contains(ours))
        {
            return None;
        }
        [("1.0", Self::V10), ("1.1", Self::V11), ("1.2", Self::V12)]
            .into_iter()
            .find_map(|(number, version)| identity.contains(number).then_some(version))
    }
}

impl Version {
    /// As it stands in `VerDTD`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V10 => "1.0",
            Self::V11 => "1.1",
            Self::V12 => "1.2",
        }
    }
}

/// Hard bounds on one document. Reading stops at the first one passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The whole document, in bytes.
    pub bytes: usize,
    /// Elements inside one another; a nested `DevInf` document counts on top.
    pub depth: usize,
    /// Elements in all.
    pub nodes: usize,
    /// Attributes on one element.
    pub attributes: usize,
    /// The WBXML string table, in bytes.
    pub string_table: usize,
    /// All text after references and string table entries are put in, in bytes: a small document
    /// cannot name one long string a million times.
    pub expansion: usize,
}

impl Default for Limits {
    /// Ample for a message of 4 MiB.
    fn default() -> Self {
        Self {
            bytes: 4 << 20,
            depth: 64,
            nodes: 400_000,
            attributes: 32,
            string_table: 64 << 10,
            expansion: 8 << 20,
        }
    }
}

/// One step through a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event<'a> {
    /// An element opens. [`Tag::Unknown`] stands for any element of no table.
    Start(Tag),
    /// Text. Pieces that stand side by side come as one; blanks between elements do not come at all.
    /// XML text is UTF-8 with its line ends as they stood; WBXML OPAQUE bytes come as they are.
    Text(Cow<'a, [u8]>),
    /// The innermost open element closes.
    End,
}

/// A document, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document<'a> {
    /// How it was spelled.
    pub encoding: Encoding,
    /// The version its public id, DOCTYPE or namespace names, if any. `VerDTD` decides, not this.
    pub version: Option<Version>,
    /// The charset it came in, as a WHATWG label in lower case: `utf-8`, `iso-8859-1`, ...
    /// Text events are UTF-8 whatever this says.
    pub charset: String,
    /// From the root's `Start` to its `End`, balanced.
    pub events: Vec<Event<'a>>,
    /// The names of the first elements of no table, each with the index of its [`Event::Start`], in their order:
    /// what an unknown command is answered by. Long names are cut; an element has none where WBXML has only a token.
    pub strangers: Vec<(usize, String)>,
}

/// Reads one document, XML or WBXML by its first bytes.
///
/// `charset` is what the transport says (HTTP `charset=`); it stands behind a byte order mark and before
/// the document's own declaration. WBXML states its charset; the transport is asked only when it says "unknown".
/// Offsets in errors count from the start of the document; where it had to be converted to UTF-8 first,
/// from the start of the converted one.
///
/// # Errors
/// [`DecodeError`]: see its variants. Truncated input, a second root, NUL characters, an internal DTD
/// subset and entities other than the five built in are all refused.
pub fn decode<'a>(
    bytes: &'a [u8],
    charset: Option<&str>,
    limits: &Limits,
) -> Result<Document<'a>, DecodeError> {
    if bytes.len() > limits.bytes {
        return Err(DecodeError::TooMuch {
            what: "bytes",
            max: limits.bytes,
        });
    }
    match bytes {
        // UTF-16 without its byte order mark.
        [0x00, b'<', 0x00, ..] => super::xml::decode(bytes, charset, limits),
        [0x00..=0x04, ..] => super::wbxml::decode(bytes, charset, limits),
        [_, ..] => super::xml::decode(bytes, charset, limits),
        [] => Err(DecodeError::NotSyncMl { first: 0 }),
    }
}

/// Reads a `DevInf` document that stands alone: as text in a `Data`, or nested WBXML the outer
/// reader left as bytes. Text that is UTF-8 is read as that, whatever charset it declares: the outer
/// document has been converted, its declaration within has not.
///
/// # Errors
/// As [`decode`].
pub fn decode_devinf<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Document<'a>, DecodeError> {
    let charset = std::str::from_utf8(bytes).is_ok().then_some("utf-8");
    decode(bytes, charset, limits)
}

/// Builds one document. Calls come balanced: what [`Writer::start`] opens, [`Writer::end`] closes.
/// [`Tag::Unknown`], and what stands inside it, is left out.
#[derive(Debug)]
pub struct Writer {
    inner: Inner,
    /// How many elements are open that are left out.
    unwritten: usize,
}

#[derive(Debug)]
enum Inner {
    Xml(super::xml::XmlWriter),
    Wbxml(super::wbxml::WbxmlWriter),
}

impl Writer {
    /// A UTF-8 writer for a document of this spelling and version, with its header already written.
    #[must_use]
    pub fn new(encoding: Encoding, version: Version) -> Self {
        Self::with(encoding, version, Charset::UTF_8)
    }

    /// A writer in the charset of this label, as [`Document::charset`] gives it. XML is written in it
    /// throughout, with `&#N;` for what it lacks; in WBXML strings are, with ENTITY tokens for what it
    /// lacks, and OPAQUE bytes stay as they are. An unknown charset means UTF-8.
    #[must_use]
    pub fn in_charset(encoding: Encoding, version: Version, charset: &str) -> Self {
        Self::with(
            encoding,
            version,
            Charset::by_label(charset).unwrap_or(Charset::UTF_8),
        )
    }

    fn with(encoding: Encoding, version: Version, charset: Charset) -> Self {
        let inner = match encoding {
            Encoding::Xml => Inner::Xml(super::xml::XmlWriter::new(version, charset)),
            Encoding::Wbxml => Inner::Wbxml(super::wbxml::WbxmlWriter::new(version, charset)),
        };
        Self {
            inner,
            unwritten: 0,
        }
    }

    /// Opens an element; [`Tag::DevInf`] inside `Data` begins a nested document where the spelling needs one.
    /// WBXML has `DevInf` elements only in a `DevInf` document, nested in a `Data` or of its own, and no
    /// others there: an element where WBXML cannot have it is left out, with what stands inside it.
    pub fn start(&mut self, tag: Tag) {
        let writable = self.unwritten == 0
            && tag != Tag::Unknown
            && match &mut self.inner {
                Inner::Xml(w) => w.start(tag),
                Inner::Wbxml(w) => w.start(tag),
            };
        if !writable {
            self.unwritten += 1;
        }
    }

    /// Closes the innermost open element.
    pub fn end(&mut self) {
        if self.unwritten > 0 {
            self.unwritten -= 1;
            return;
        }
        match &mut self.inner {
            Inner::Xml(w) => w.end(),
            Inner::Wbxml(w) => w.end(),
        }
    }

    /// Text of the open element: escaped in XML, an inline string in WBXML. Characters the spelling
    /// cannot have are left out: NUL in WBXML, control characters in XML.
    pub fn text(&mut self, text: &str) {
        if self.unwritten > 0 {
            return;
        }
        match &mut self.inner {
            Inner::Xml(w) => w.text(text),
            Inner::Wbxml(w) => w.text(text),
        }
    }

    /// Bytes of the open element: OPAQUE in WBXML. In XML they must be UTF-8 without control characters
    /// other than tab, CR and LF (see [`Writer::carries`]); line ends stay as they are.
    pub fn opaque(&mut self, bytes: &[u8]) {
        if self.unwritten > 0 {
            return;
        }
        match &mut self.inner {
            Inner::Xml(w) => w.opaque(bytes),
            Inner::Wbxml(w) => w.opaque(bytes),
        }
    }

    /// In XML, [`Writer::opaque`] writes CDATA sections from now on, or escapes. WBXML has neither.
    pub const fn set_cdata(&mut self, cdata: bool) {
        if let Inner::Xml(w) = &mut self.inner {
            w.set_cdata(cdata);
        }
    }

    /// An element with nothing in it.
    pub fn empty(&mut self, tag: Tag) {
        if self.unwritten > 0 || tag == Tag::Unknown {
            return;
        }
        match &mut self.inner {
            Inner::Xml(w) => w.empty(tag),
            Inner::Wbxml(w) => w.empty(tag),
        }
    }

    /// An element with text in it.
    pub fn leaf(&mut self, tag: Tag, text: &str) {
        self.start(tag);
        self.text(text);
        self.end();
    }

    /// Writes events as a reader gave them: bytes of an item's `Data`, and bytes that are no text, as
    /// [`Writer::opaque`], all other text as [`Writer::text`].
    pub fn events(&mut self, events: &[Event<'_>]) {
        let mut open = Vec::new();
        let mut rest = events.iter().peekable();
        while let Some(event) = rest.next() {
            match event {
                Event::Start(tag) if rest.next_if_eq(&&Event::End).is_some() => self.empty(*tag),
                Event::Start(tag) => {
                    open.push(*tag);
                    self.start(*tag);
                }
                Event::End => {
                    open.pop();
                    self.end();
                }
                Event::Text(bytes) => match std::str::from_utf8(bytes) {
                    Ok(text)
                        if !open.ends_with(&[Tag::Item, Tag::Data]) && !text.contains('\0') =>
                    {
                        self.text(text);
                    }
                    Ok(_) | Err(_) => self.opaque(bytes),
                },
            }
        }
    }

    /// Whether this spelling can carry these bytes as they are; if not they go as base64 with Format `b64`.
    #[must_use]
    pub fn carries(encoding: Encoding, bytes: &[u8]) -> bool {
        match encoding {
            Encoding::Wbxml => true,
            Encoding::Xml => std::str::from_utf8(bytes).is_ok_and(super::xml::is_clean),
        }
    }

    /// Bytes written so far, the header included: the length of the finished document but for what
    /// closing the elements still open will add: the name and 3 characters each in XML; in WBXML at most
    /// 1 byte each, and 6 more for a nested `DevInf`.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.inner {
            Inner::Xml(w) => w.len(),
            Inner::Wbxml(w) => w.len(),
        }
    }

    /// Whether nothing was written yet. Never true: the header is there from the start.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The finished document; elements still open are closed.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        match self.inner {
            Inner::Xml(w) => w.finish(),
            Inner::Wbxml(w) => w.finish(),
        }
    }
}
