//! Where values write themselves: a [`Writer`] that knows its version, and leaves out what that version
//! does not have.

use super::element::Field;
use crate::codec::{Encoding, Tag, Version, Writer};

/// A document being written. An element younger than the version is dropped with all that is in it.
#[derive(Debug)]
pub struct Out {
    writer: Writer,
    encoding: Encoding,
    version: Version,
}

impl Out {
    /// Begins a document.
    pub fn new(encoding: Encoding, version: Version, charset: &str) -> Self {
        Self {
            writer: Writer::in_charset(encoding, version, charset),
            encoding,
            version,
        }
    }

    /// In XML, objects stand in CDATA sections from now on, or escaped.
    pub const fn set_cdata(&mut self, cdata: bool) {
        self.writer.set_cdata(cdata);
    }

    /// How it is spelled.
    pub const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Its version.
    pub const fn version(&self) -> Version {
        self.version
    }

    /// Whether the version has this element.
    pub fn has(&self, tag: Tag) -> bool {
        tag.since() <= self.version
    }

    /// Writes a field as the element(s) `tag`.
    pub fn put(&mut self, tag: Tag, field: &impl Field) {
        field.write(tag, self);
    }

    /// A text that 1.2 wants to be there, and older versions do not.
    pub fn put_mandatory(&mut self, tag: Tag, text: Option<&str>) {
        match text {
            Some(text) => self.text(tag, text),
            None if self.version >= Version::V12 => self.empty(tag),
            None => {}
        }
    }

    /// An element, and what `inside` writes in it.
    pub fn open(&mut self, tag: Tag, inside: impl FnOnce(&mut Self)) {
        if self.has(tag) {
            self.writer.start(tag);
            inside(self);
            self.writer.end();
        }
    }

    /// An element without content.
    pub fn empty(&mut self, tag: Tag) {
        if self.has(tag) {
            self.writer.empty(tag);
        }
    }

    /// An element with a short text in it.
    pub fn text(&mut self, tag: Tag, text: &str) {
        if text.is_empty() {
            self.empty(tag);
        } else if self.has(tag) {
            self.writer.leaf(tag, text);
        }
    }

    /// An element with the bytes of an object in it.
    pub fn object(&mut self, tag: Tag, bytes: &[u8]) {
        if bytes.is_empty() {
            self.empty(tag);
        } else {
            self.open(tag, |out| out.writer.opaque(bytes));
        }
    }

    /// An element with bytes in it that mostly are a text: as text where they can be.
    pub fn bytes(&mut self, tag: Tag, bytes: &[u8]) {
        match std::str::from_utf8(bytes) {
            Ok(text) if Writer::carries(Encoding::Xml, bytes) => self.text(tag, text),
            Ok(_) | Err(_) => self.object(tag, bytes),
        }
    }

    /// Bytes written so far.
    pub fn len(&self) -> usize {
        self.writer.len()
    }

    /// The finished document.
    pub fn finish(self) -> Vec<u8> {
        self.writer.finish()
    }
}
