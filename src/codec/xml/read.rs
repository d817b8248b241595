//! XML to events.
//!
//! Text is taken as it stands, not normalised; attributes other than namespaces are read over.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event as Xml};

use super::cut::Cuts;
use super::names::{element, vocabulary};
use super::{first_unclean, is_xml_char};
use crate::codec::assemble::{Assembled, Assembler, malformed};
use crate::codec::charset::of_xml;
use crate::codec::{DecodeError, Document, Encoding, Event, Limits, Space, Tag, Version};

/// What a CDATA section begins with.
const CDATA: &str = "<![CDATA[";

/// Reads an XML document; see [`crate::codec::decode`].
pub(in crate::codec) fn decode<'a>(
    bytes: &'a [u8],
    charset: Option<&str>,
    limits: &Limits,
) -> Result<Document<'a>, DecodeError> {
    let (charset, skip) = of_xml(bytes, charset)?;
    let body = bytes.get(skip..).unwrap_or_default();
    if !charset.is_wide() && body.trim_ascii_start().first() != Some(&b'<') {
        return Err(DecodeError::NotSyncMl {
            first: bytes.first().copied().unwrap_or_default(),
        });
    }
    if charset.is_utf8()
        && let Err(error) = std::str::from_utf8(body)
        && error.error_len().is_none()
    {
        return Err(malformed(
            skip + error.valid_up_to(),
            "the document ends in the middle of a character",
        ));
    }
    let read_as = if charset.is_utf8() {
        Cuts::mend(body)
    } else {
        charset.decode(body).map(|text| (text, Cuts::default()))
    };
    let (text, cuts) = read_as.ok_or_else(|| charset.broken())?;
    let (version, (events, strangers)) = match text {
        Cow::Borrowed(text) => read(text, cuts, skip, limits)?,
        Cow::Owned(text) => {
            let (version, (events, strangers)) = read(&text, cuts, skip, limits)?;
            (
                version,
                (events.into_iter().map(owned).collect(), strangers),
            )
        }
    };
    Ok(Document {
        encoding: Encoding::Xml,
        version,
        charset: charset.label(),
        events,
        strangers,
    })
}

fn owned(event: Event<'_>) -> Event<'static> {
    match event {
        Event::Start(tag) => Event::Start(tag),
        Event::Text(text) => Event::Text(Cow::Owned(text.into_owned())),
        Event::End => Event::End,
    }
}

/// Reads a document that is UTF-8 by now, but for its `cuts`. `skip` bytes stood before it.
fn read<'a>(
    text: &'a str,
    cuts: Cuts,
    skip: usize,
    limits: &Limits,
) -> Result<(Option<Version>, Assembled<'a>), DecodeError> {
    if let Some((at, c)) = first_unclean(text) {
        let what = if c == '\0' {
            "a NUL"
        } else {
            "a character XML does not have"
        };
        return Err(DecodeError::Forbidden {
            at: at + skip,
            what,
        });
    }
    let mut reader = Reader::from_str(text);
    let mut xml = XmlReader {
        out: Assembler::new(limits),
        attributes: limits.attributes,
        contexts: Vec::new(),
        prefixes: Vec::new(),
        version: None,
        cuts,
        skip,
    };
    let offset = |position: u64| {
        usize::try_from(position)
            .unwrap_or(usize::MAX)
            .saturating_add(skip)
    };
    loop {
        let at = offset(reader.buffer_position());
        match reader.read_event() {
            Ok(Xml::Eof) => break,
            Ok(event) => xml.event(event, at)?,
            Err(error) => {
                return Err(malformed(
                    offset(reader.error_position()),
                    error.to_string(),
                ));
            }
        }
    }
    if let Some(at) = xml.cuts.left() {
        return Err(malformed(at + skip, "a character cut in two outside Data"));
    }
    Ok((xml.version, xml.out.finish(skip + text.len())?))
}

struct XmlReader<'a> {
    out: Assembler<'a>,
    /// The most attributes one element may have.
    attributes: usize,
    /// Of each open element: the vocabulary its children belong to unless they say otherwise.
    contexts: Vec<Space>,
    /// Prefixes in force, with the depth of the element that bound them.
    prefixes: Vec<(usize, String, Space)>,
    version: Option<Version>,
    /// Half characters that a chunk may end with.
    cuts: Cuts,
    /// How many bytes stood before the text.
    skip: usize,
}

impl<'a> XmlReader<'a> {
    fn event(&mut self, event: Xml<'a>, at: usize) -> Result<(), DecodeError> {
        match event {
            Xml::Start(start) => self.start(&start, at),
            Xml::Empty(start) => {
                self.start(&start, at)?;
                self.end(at)
            }
            Xml::End(_) => self.end(at),
            Xml::Text(text) => self.text(bytes(text.into_inner()), at),
            Xml::CData(_) if self.out.depth() == 0 => {
                Err(malformed(at, "CDATA outside the root element"))
            }
            Xml::CData(text) => self.text(bytes(text.into_inner()), at + CDATA.len()),
            Xml::GeneralRef(name) => self.out.character(resolve(&name, at)?, at),
            Xml::DocType(text) => self.doctype(&text.into_inner(), at),
            Xml::Decl(_) | Xml::PI(_) | Xml::Comment(_) | Xml::Eof => Ok(()),
        }
    }

    fn text(&mut self, text: Cow<'a, [u8]>, at: usize) -> Result<(), DecodeError> {
        let text = match self.out.innermost() {
            Some(Tag::Data) => self.cuts.restore(text, at.saturating_sub(self.skip)),
            Some(_) | None => text,
        };
        self.out.text(text, at)
    }

    fn start(&mut self, start: &BytesStart<'a>, at: usize) -> Result<(), DecodeError> {
        let (name, prefix) = start.name().decompose();
        let mut declared = None;
        if !start.attributes_raw().is_empty() {
            declared = self.declarations(start, at)?;
        }
        if let Some(prefix) = prefix {
            let bound = self
                .prefixes
                .iter()
                .rev()
                .find(|(_, bound, _)| bound == prefix.as_ref());
            declared = bound.map(|(_, _, space)| *space);
        }
        let name = name.as_ref();
        let context = self.contexts.last().copied();
        let tag = element(name, declared, context);
        if tag == Tag::Unknown && !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            return Err(malformed(at, "an element without a proper name"));
        }
        if tag == Tag::Unknown {
            self.out.stranger(name, at)?;
        } else {
            self.out.start(tag, at)?;
        }
        self.contexts.push(if tag == Tag::Unknown {
            context.unwrap_or(Space::SyncMl)
        } else if tag == Tag::Meta {
            Space::MetInf
        } else {
            tag.space()
        });
        Ok(())
    }

    fn end(&mut self, at: usize) -> Result<(), DecodeError> {
        self.out.end(at)?;
        self.contexts.pop();
        let depth = self.out.depth();
        while self
            .prefixes
            .pop_if(|(bound_at, _, _)| *bound_at >= depth)
            .is_some()
        {}
        Ok(())
    }

    /// Reads the attributes of an element that is about to open; answers the vocabulary its own
    /// `xmlns` (or `ns`, as some devices write) names, if any.
    fn declarations(
        &mut self,
        start: &BytesStart<'a>,
        at: usize,
    ) -> Result<Option<Space>, DecodeError> {
        let mut declared = None;
        for (count, attribute) in start.attributes().enumerate() {
            if count >= self.attributes {
                return Err(DecodeError::TooMuch {
                    what: "attributes on one element",
                    max: self.attributes,
                });
            }
            let attribute = attribute.map_err(|error| malformed(at, error.to_string()))?;
            let key = attribute.key.as_ref();
            let space = vocabulary(&attribute.value);
            if matches!(key, "xmlns" | "ns") {
                declared = declared.or(space);
                if self.out.depth() == 0 {
                    self.version = self.version.or_else(|| Version::named(&attribute.value));
                }
            } else if let (Some(prefix), Some(space)) = (key.strip_prefix("xmlns:"), space) {
                self.prefixes
                    .push((self.out.depth(), prefix.to_owned(), space));
                if self.out.depth() == 0 && space != Space::MetInf {
                    self.version = self.version.or_else(|| Version::named(&attribute.value));
                }
            }
        }
        Ok(declared)
    }

    /// A document type: accepted and forgotten but for the version in its public id.
    fn doctype(&mut self, text: &str, at: usize) -> Result<(), DecodeError> {
        if self.out.depth() > 0 || self.out.is_whole() {
            return Err(malformed(at, "a DOCTYPE after the root element began"));
        }
        let mut rest = text;
        while let Some(found) = rest.find(['"', '\'', '[', '<']) {
            let (_, from) = rest.split_at(found);
            let quote = from.get(..1).filter(|mark| matches!(*mark, "\"" | "'"));
            let Some((literal, after)) = quote.and_then(|quote| from.get(1..)?.split_once(quote))
            else {
                return Err(DecodeError::Forbidden {
                    at,
                    what: "an internal DTD subset",
                });
            };
            self.version = self.version.or_else(|| Version::named(literal));
            rest = after;
        }
        Ok(())
    }
}

fn bytes(text: Cow<'_, str>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}

/// The character a reference stands for: one of the five entities of XML, or a number.
fn resolve(name: &str, at: usize) -> Result<char, DecodeError> {
    let Some(number) = name.strip_prefix('#') else {
        return match name {
            "amp" => Ok('&'),
            "lt" => Ok('<'),
            "gt" => Ok('>'),
            "quot" => Ok('"'),
            "apos" => Ok('\''),
            _ => Err(DecodeError::Forbidden {
                at,
                what: "an entity other than the five of XML",
            }),
        };
    };
    let (digits, radix) = number
        .strip_prefix('x')
        .map_or((number, 10), |hex| (hex, 16));
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return Err(malformed(at, "a character reference without a number"));
    }
    u32::from_str_radix(digits, radix)
        .ok()
        .and_then(char::from_u32)
        .filter(|c| is_xml_char(*c))
        .ok_or(DecodeError::Forbidden {
            at,
            what: "a reference to a character XML does not have",
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(xml: &str) -> Vec<Event<'_>> {
        crate::codec::decode(xml.as_bytes(), None, &Limits::default())
            .unwrap()
            .events
    }

    #[test]
    fn text_is_kept_as_it_stands() {
        let xml = "<SyncML>\r\n <Data> a\r\n&lt;&#x42;<![CDATA[\r\n<b>&amp;]]><!-- --><?p?>c </Data> <Item> \n</Item></SyncML>";
        let text = |text: &'static str| Event::Text(Cow::Borrowed(text.as_bytes()));
        assert_eq!(events(xml)[2], text(" a\r\n<B\r\n<b>&amp;c "));
        assert_eq!(
            events(xml)[4..],
            [Event::Start(Tag::Item), text(" \n"), Event::End, Event::End]
        );
        assert!(matches!(
            &events("<SyncML>one piece</SyncML>")[1],
            Event::Text(Cow::Borrowed(_))
        ));
    }

    #[test]
    fn the_version_is_that_of_the_document_type_or_the_root() {
        for (xml, version) in [
            ("<SyncML xmlns='syncml:SYNCML1.1'/>", Some(Version::V11)),
            (
                "<s:SyncML xmlns:m='syncml:metinf' xmlns:s='SYNCML:SYNCML1.0'/>",
                Some(Version::V10),
            ),
            (
                "<!DOCTYPE DevInf PUBLIC '-//OMA//DTD-DEVINF 1.2//EN' ''><DevInf xmlns='syncml:devinf'/>",
                Some(Version::V12),
            ),
            (
                "<SyncML xmlns='urn:1.1'><Data xmlns='SYNCML:SYNCML1.2'/></SyncML>",
                None,
            ),
        ] {
            assert_eq!(
                crate::codec::decode(xml.as_bytes(), None, &Limits::default())
                    .unwrap()
                    .version,
                version,
                "{xml}"
            );
        }
    }

    /// REQ-REP-20.
    #[test]
    fn a_document_in_another_charset_is_utf_8_in_its_events() {
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><SyncML>\xe9</SyncML>";
        for (transport, charset, text) in [
            (None, "iso-8859-1", "\u{e9}"),
            (Some("koi8-r"), "koi8-r", "\u{418}"),
        ] {
            let document = crate::codec::decode(latin, transport, &Limits::default()).unwrap();
            assert_eq!(
                (document.charset.as_str(), &document.events[1]),
                (charset, &Event::Text(Cow::Borrowed(text.as_bytes())))
            );
        }
    }
}
