//! WBXML to events.

use std::borrow::Cow;

use super::cursor::{Cursor, string_length};
use super::{
    ATTRIBUTES, CONTENT, END, ENTITY, LITERAL, OPAQUE, PI, PUBLIC_IDS, STR_I, STR_T, SWITCH_PAGE,
    TOKEN, vocabulary,
};
use crate::codec::assemble::{Assembler, MAX_NAME_BYTES, malformed};
use crate::codec::charset::Charset;
use crate::codec::tokens::by_token;
use crate::codec::{DecodeError, Document, Encoding, Limits, Space, Tag, Version};

/// Reads a WBXML document; see [`crate::codec::decode`].
pub(in crate::codec) fn decode<'a>(
    bytes: &'a [u8],
    charset: Option<&str>,
    limits: &Limits,
) -> Result<Document<'a>, DecodeError> {
    let mut cursor = Cursor::new(bytes, 0);
    let header = Header::read(&mut cursor, charset, limits)?;
    let mut out = Assembler::new(limits);
    let (version, charset) = (header.version, header.charset.label());
    Body {
        cursor,
        header,
        page: 0,
        limits,
        out: &mut out,
    }
    .read()?;
    let (events, strangers) = out.finish(bytes.len())?;
    Ok(Document {
        encoding: Encoding::Wbxml,
        version,
        charset,
        events,
        strangers,
    })
}

/// What stands before the body.
#[derive(Debug)]
struct Header<'a> {
    /// What kind of document it is, and so what its code pages mean.
    document: Space,
    version: Option<Version>,
    charset: Charset,
    /// The charset was not stated: what is not of it is taken for Latin-1.
    guessed: bool,
    table: &'a [u8],
}

impl<'a> Header<'a> {
    fn read(
        cursor: &mut Cursor<'a>,
        transport: Option<&str>,
        limits: &Limits,
    ) -> Result<Self, DecodeError> {
        let format = cursor.byte()?;
        if format > 0x03 {
            return Err(malformed(0, format!("WBXML version 1.{format}")));
        }
        let id_at = cursor.at();
        let id = cursor.number()?;
        let id_index = if id == 0 { cursor.length()? } else { 0 };
        // WBXML 1.0 has no charset field.
        let mib = if format == 0 { 0 } else { cursor.number()? };
        let charset = if mib == 0 {
            transport
                .and_then(Charset::by_label)
                .unwrap_or(Charset::UTF_8)
        } else {
            Charset::by_mib(mib).ok_or_else(|| DecodeError::Foreign(format!("charset {mib}")))?
        };
        let length = cursor.length()?;
        if length > limits.string_table {
            return Err(DecodeError::TooMuch {
                what: "bytes of string table",
                max: limits.string_table,
            });
        }
        let table = cursor.take(length)?;
        let mut header = Self {
            document: Space::SyncMl,
            version: None,
            charset,
            guessed: mib == 0,
            table,
        };
        if id == 0 {
            let name = header
                .string(id_index)
                .ok_or_else(|| malformed(id_at, "a public id outside the string table"))?;
            header.identify(&String::from_utf8_lossy(&header.text(name)?))?;
        } else {
            let known = PUBLIC_IDS.iter().find(|(number, _, _)| *number == id);
            let (_, document, version) =
                known.ok_or_else(|| DecodeError::Foreign(format!("public id {id:#06x}")))?;
            (header.document, header.version) = (*document, *version);
        }
        // The root has the last word: devices put the wrong id over a DevInf.
        if let [SWITCH_PAGE, 0, root, ..] | [root, ..] = cursor.rest() {
            for (tag, document) in [(Tag::SyncMl, Space::SyncMl), (Tag::DevInf, Space::DevInf)] {
                if root & TOKEN == tag.token() {
                    header.document = document;
                }
            }
        }
        Ok(header)
    }

    /// Takes a public id in words.
    fn identify(&mut self, name: &str) -> Result<(), DecodeError> {
        let upper = name.to_ascii_uppercase();
        if upper.contains("DEVINF") {
            self.document = Space::DevInf;
        } else if !upper.contains("SYNCML") && !upper.is_empty() {
            return Err(DecodeError::Foreign(format!("public id {name:?}")));
        }
        self.version = Version::named(name);
        Ok(())
    }

    /// A string of the table. The last one may lack its end, as some devices leave it out.
    fn string(&self, index: usize) -> Option<&'a [u8]> {
        let rest = self.table.get(index..).filter(|rest| !rest.is_empty())?;
        let length = string_length(rest, self.charset.is_wide()).unwrap_or(rest.len());
        rest.get(..length)
    }

    /// A name in the table, no more of it than is kept: two bytes that name a long string cost as much as its length.
    fn name(&self, index: usize) -> Option<&'a [u8]> {
        let rest = self.table.get(index..).filter(|rest| !rest.is_empty())?;
        let near = rest.get(..MAX_NAME_BYTES).unwrap_or(rest);
        let length = string_length(near, self.charset.is_wide()).unwrap_or(near.len());
        near.get(..length)
    }

    /// A string as UTF-8.
    fn text(&self, string: &'a [u8]) -> Result<Cow<'a, [u8]>, DecodeError> {
        let latin1 = || {
            if self.guessed {
                Charset::by_mib(LATIN_1)?.decode(string)
            } else {
                None
            }
        };
        match self.charset.decode(string).or_else(latin1) {
            Some(Cow::Borrowed(text)) => Ok(Cow::Borrowed(text.as_bytes())),
            Some(Cow::Owned(text)) => Ok(Cow::Owned(text.into_bytes())),
            None => Err(self.charset.broken()),
        }
    }

    /// The element of this token on this code page; `None` when the document has no such page.
    fn element(&self, page: u8, token: u8) -> Option<Tag> {
        let space = vocabulary(self.document, page)?;
        Some(match (by_token(space, token), self.version) {
            (Some(Tag::MaxSize), Some(Version::V10 | Version::V11)) => Tag::InfSize,
            (tag, _) => tag.unwrap_or(Tag::Unknown),
        })
    }
}

/// The `MIBenum` of ISO-8859-1.
const LATIN_1: u32 = 4;

struct Body<'a, 'o> {
    cursor: Cursor<'a>,
    header: Header<'a>,
    page: u8,
    limits: &'o Limits,
    out: &'o mut Assembler<'a>,
}

impl<'a> Body<'a, '_> {
    /// Reads from the root to the end of the bytes.
    fn read(&mut self) -> Result<(), DecodeError> {
        let outside = self.out.depth();
        let mut rooted = false;
        while let Some(byte) = self.cursor.peek() {
            let at = self.cursor.at();
            self.cursor.byte()?;
            let depth = self.out.depth();
            if byte & TOKEN >= LITERAL {
                if rooted && depth == outside {
                    return Err(malformed(at, "a second root element"));
                }
                rooted = true;
                self.start(byte, at)?;
            } else if byte == SWITCH_PAGE {
                self.page = self.cursor.byte()?;
            } else if byte == PI {
                self.attributes()?;
            } else if depth == outside {
                return Err(malformed(at, "text or an end outside the root element"));
            } else if byte == END {
                self.out.end(at)?;
            } else {
                self.text(byte, at)?;
            }
        }
        if rooted && self.out.depth() == outside {
            return Ok(());
        }
        Err(malformed(
            self.cursor.at(),
            "the document ends before its root element does",
        ))
    }

    fn start(&mut self, byte: u8, at: usize) -> Result<(), DecodeError> {
        let token = byte & TOKEN;
        if token == LITERAL {
            let index = self.cursor.length()?;
            let name = self.header.name(index);
            let name = name.ok_or_else(|| malformed(at, "a name outside the string table"))?;
            self.out.stranger(&String::from_utf8_lossy(name), at)?;
        } else {
            let page = self.page;
            let tag = self.header.element(page, token);
            let tag = tag.ok_or_else(|| malformed(at, format!("code page {page}")))?;
            self.out.start(tag, at)?;
        }
        if byte & ATTRIBUTES != 0 {
            self.attributes()?;
        }
        if byte & CONTENT == 0 {
            self.out.end(at)
        } else {
            Ok(())
        }
    }

    /// Reads over attributes, or a processing instruction, to their END. Names are not looked up: Nokia
    /// phones write one with index 0 and no string table.
    fn attributes(&mut self) -> Result<(), DecodeError> {
        let mut count = 0;
        loop {
            let at = self.cursor.at();
            let byte = self.cursor.byte()?;
            match byte {
                END => return Ok(()),
                SWITCH_PAGE => drop(self.cursor.byte()?),
                STR_I => drop(self.cursor.string(self.header.charset.is_wide())?),
                ENTITY | STR_T => drop(self.cursor.number()?),
                OPAQUE => {
                    let length = self.cursor.length()?;
                    self.cursor.take(length)?;
                }
                _ if byte & TOKEN > LITERAL && byte & ATTRIBUTES != 0 => {}
                _ if byte & TOKEN > LITERAL || byte == LITERAL => {
                    count += 1;
                    if count > self.limits.attributes {
                        return Err(DecodeError::TooMuch {
                            what: "attributes on one element",
                            max: self.limits.attributes,
                        });
                    }
                    if byte == LITERAL {
                        self.cursor.number()?;
                    }
                }
                _ => return Err(malformed(at, format!("token {byte:#04x} among attributes"))),
            }
        }
    }

    /// A piece of text, in any of the ways to write one.
    fn text(&mut self, byte: u8, at: usize) -> Result<(), DecodeError> {
        match byte {
            STR_I => {
                let string = self.cursor.string(self.header.charset.is_wide())?;
                self.out.text(self.header.text(string)?, at)
            }
            STR_T => {
                let index = self.cursor.length()?;
                let string = self
                    .header
                    .string(index)
                    .ok_or_else(|| malformed(at, "a string outside the string table"))?;
                self.out.text(self.header.text(string)?, at)
            }
            ENTITY => {
                let c = char::from_u32(self.cursor.number()?)
                    .ok_or_else(|| malformed(at, "a number that is no character"))?;
                if c == '\0' {
                    return Err(DecodeError::Forbidden { at, what: "a NUL" });
                }
                self.out.character(c, at)
            }
            OPAQUE => {
                let length = self.cursor.length()?;
                let start = self.cursor.at();
                let bytes = self.cursor.take(length)?;
                if self.nested(bytes, start)? {
                    Ok(())
                } else {
                    self.out.text(Cow::Borrowed(bytes), at)
                }
            }
            _ => Err(malformed(at, format!("extension token {byte:#04x}"))),
        }
    }

    /// Reads a `DevInf` document nested in a `Data`, and says whether it was one. A broken one is left
    /// as bytes; a limit passed within it is passed.
    fn nested(&mut self, bytes: &'a [u8], start: usize) -> Result<bool, DecodeError> {
        if self.out.innermost() != Some(Tag::Data) || !matches!(bytes, [0x01..=0x03, ..]) {
            return Ok(false);
        }
        let mut cursor = Cursor::new(bytes, start);
        let header = Header::read(&mut cursor, None, self.limits);
        let (Ok(header), Some(mark)) = (header, self.out.mark()) else {
            return Ok(false);
        };
        if header.document != Space::DevInf {
            return Ok(false);
        }
        match (Body {
            cursor,
            header,
            page: 0,
            limits: self.limits,
            out: &mut *self.out,
        })
        .read()
        {
            Ok(()) => Ok(true),
            Err(DecodeError::TooMuch { what, max }) => Err(DecodeError::TooMuch { what, max }),
            Err(
                DecodeError::NotSyncMl { .. }
                | DecodeError::Malformed { .. }
                | DecodeError::Forbidden { .. }
                | DecodeError::Charset(_)
                | DecodeError::Foreign(_),
            ) => {
                self.out.rewind(&mark);
                Ok(false)
            }
        }
    }
}
