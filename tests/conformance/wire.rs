//! Messages as events: read, written in the other spelling, laid out for people, and with what no two runs share masked.

use std::borrow::Cow;
use std::str;

use anchorage::auth::digest::{Formula, digest};
use anchorage::codec::{Document, Encoding, Event, Limits, Tag, Version, Writer, decode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::server::{PASSWORD, USER};

/// Reads a document that must be one.
pub fn read(bytes: &[u8]) -> Document<'_> {
    decode(bytes, None, &Limits::default()).unwrap_or_else(|why| {
        panic!("{why}: {}", String::from_utf8_lossy(bytes));
    })
}

/// The text of the first such element.
pub fn text<'a>(events: &'a [Event<'_>], tag: Tag) -> Option<&'a str> {
    let at = events
        .iter()
        .position(|event| *event == Event::Start(tag))?;
    match events.get(at + 1)? {
        Event::Text(text) => str::from_utf8(text).ok(),
        Event::Start(_) | Event::End => None,
    }
}

/// The version a message is of, as far as it says.
pub fn version(events: &[Event<'_>]) -> Version {
    match text(events, Tag::VerDtd).unwrap_or_default() {
        text if text.starts_with("1.0") => Version::V10,
        text if text.starts_with("1.1") => Version::V11,
        _ => Version::V12,
    }
}

/// Writes events in a spelling.
pub fn write(events: &[Event<'_>], encoding: Encoding) -> Vec<u8> {
    let mut writer = Writer::new(encoding, version(events));
    writer.events(&respelled(events, encoding));
    writer.finish()
}

/// Media types of device information name the spelling they stand in.
fn respelled<'a>(events: &'a [Event<'a>], encoding: Encoding) -> Vec<Event<'a>> {
    const XML: &[u8] = b"application/vnd.syncml-devinf+xml";
    const WBXML: &[u8] = b"application/vnd.syncml-devinf+wbxml";
    let fitting = match encoding {
        Encoding::Xml => XML,
        Encoding::Wbxml => WBXML,
    };
    events
        .iter()
        .map(|event| match event {
            Event::Text(text) if **text == *XML || **text == *WBXML => {
                Event::Text(Cow::Borrowed(fitting))
            }
            Event::Text(text) => Event::Text(Cow::Borrowed(text)),
            Event::Start(tag) => Event::Start(*tag),
            Event::End => Event::End,
        })
        .collect()
}

/// The events with what chance made masked: the token of the RespURI and the nonce.
pub fn masked<'a>(events: &'a [Event<'a>]) -> Vec<Event<'a>> {
    let mut masked = respelled(events, Encoding::Xml);
    for at in 1..masked.len() {
        let mask = match (&masked[at - 1], &masked[at]) {
            (Event::Start(Tag::RespUri), Event::Text(uri)) => token(str::from_utf8(uri).unwrap())
                .map(|token| str::from_utf8(uri).unwrap().replace(token, "{token}")),
            (Event::Start(Tag::NextNonce), Event::Text(_)) => Some("{nonce}".to_owned()),
            _ => None,
        };
        if let Some(mask) = mask {
            masked[at] = Event::Text(mask.into_bytes().into());
        }
    }
    masked
}

/// What stands behind `?s=`.
pub fn token(uri: &str) -> Option<&str> {
    uri.split_once("?s=").map(|(_, token)| token)
}

/// A document in XML, an element a line.
pub fn laid_out(events: &[Event<'_>]) -> String {
    let flat = String::from_utf8(write(events, Encoding::Xml)).unwrap();
    let mut out = String::new();
    let mut depth = 0_usize;
    let mut rest = flat.as_str();
    while !rest.is_empty() {
        // A `>` in text is written as a reference, so that this is always the end of a tag.
        let end = rest.find("><").map_or(rest.len(), |at| at + 1);
        let (line, next) = rest.split_at(end);
        rest = next;
        if line.starts_with("</") {
            depth -= 1;
        }
        out.push_str(&"  ".repeat(depth));
        out.push_str(line);
        out.push('\n');
        let opens = line.starts_with('<') && !line.starts_with("</") && !line.starts_with("<?");
        if opens && !line.ends_with("/>") && !line.contains("</") {
            depth += 1;
        }
    }
    out
}

/// The credentials of the story's user where a message has a placeholder for them. `nonces` are those the server
/// gave so far, the last one last.
pub fn with_credentials(text: &str, nonces: &[Vec<u8>]) -> String {
    let who = format!("{USER}:{PASSWORD}");
    let nth = |back: usize| {
        let at = nonces.len().checked_sub(back);
        at.and_then(|at| nonces.get(at))
            .cloned()
            .unwrap_or_default()
    };
    let md5 = |formula, nonce: Vec<u8>| STANDARD.encode(digest(formula, who.as_bytes(), &nonce));
    text.replace("{basic}", &STANDARD.encode(&who))
        .replace("{md5}", &md5(Formula::V1_1, nth(1)))
        .replace("{md5 of 1.0}", &md5(Formula::V1_0, nth(1)))
        .replace("{md5 over the former nonce}", &md5(Formula::V1_1, nth(2)))
}

/// The `x-syncml-hmac` of a message by this sender, made from the formula as it stands in the specification.
pub fn signed(sender: &str, nonce: &[u8], body: &[u8]) -> String {
    let hash = |bytes: &[u8]| STANDARD.encode(md5::compute(bytes).0);
    let verifier = hash(format!("{sender}:{PASSWORD}").as_bytes());
    let whole = [
        verifier.as_bytes(),
        b":",
        nonce,
        b":",
        hash(body).as_bytes(),
    ]
    .concat();
    format!("algorithm=MD5, username=\"{sender}\", mac={}", hash(&whole))
}

/// The nonce a reply gives.
pub fn nonce(events: &[Event<'_>]) -> Option<Vec<u8>> {
    text(events, Tag::NextNonce).map(|nonce| STANDARD.decode(nonce).unwrap())
}
