//! What a body says, as one number: equal for two bodies that say the same in other words.
//!
//! Properties are hashed one by one and the numbers added up, so that their order does not count; a
//! component adds the digest of its own sum. Digests are kept in the store: whoever changes what
//! goes into one makes every device's next sync compare anew.

use std::borrow::Cow;

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::decode::{self, Char};
use super::line::{Coding, Line, Param};
use super::walk::{Step, Walk};
use super::{note, sif};

/// The digest of a vCard, vCalendar, iCalendar or vNote.
pub fn object(body: &[u8]) -> u64 {
    let mut scratch = Vec::with_capacity(256);
    let mut outer = Vec::new();
    let mut sum = 0_u64;
    for step in Walk::new(body) {
        match step {
            Step::Begin(_) => outer.push(std::mem::take(&mut sum)),
            Step::Property(line) => {
                sum = sum.wrapping_add(property(&line, &mut scratch).unwrap_or(0));
            }
            Step::End(component) => {
                let inner = xxh3_64_with_seed(&sum.to_le_bytes(), component.number());
                sum = outer.pop().unwrap_or_default().wrapping_add(inner);
            }
        }
    }
    sum
}

/// The digest of a text: line ends and trailing blanks do not count.
pub fn text(body: &[u8]) -> u64 {
    let mut said = String::with_capacity(body.len());
    for line in note::text(body).lines() {
        said.push_str(line.trim_end());
        said.push('\n');
    }
    xxh3_64(said.trim_end().as_bytes())
}

/// The digest of a SIF document: its filled fields in any order.
pub fn fields(body: &[u8]) -> u64 {
    let xml = decode::unlabelled(body);
    let mut sum = 0_u64;
    for (name, value) in sif::fields(&xml) {
        let value = value.trim();
        if !value.is_empty() {
            let value = if value.contains('\r') {
                Cow::Owned(value.replace("\r\n", "\n"))
            } else {
                Cow::Borrowed(value)
            };
            sum = sum.wrapping_add(xxh3_64_with_seed(
                value.as_bytes(),
                xxh3_64(name.as_bytes()),
            ));
        }
    }
    sum
}

/// The digest of one property; `None` when it is empty or none that counts.
fn property(line: &Line<'_>, scratch: &mut Vec<u8>) -> Option<u64> {
    let name = line.name();
    let is_made_up =
        name.eq_ignore_ascii_case(b"UID") && line.value().trim_ascii_end().ends_with(MADE_UP);
    if is_made_up || is_one_of(name, &VOLATILE) {
        return None;
    }
    scratch.clear();
    scratch.extend(line.group().iter().map(u8::to_ascii_lowercase));
    scratch.push(b'.');
    scratch.extend(name.iter().map(u8::to_ascii_uppercase));
    let params = line.params().fold(0_u64, |sum, param| {
        sum.wrapping_add(parameter(&param, scratch))
    });
    scratch.extend_from_slice(&params.to_le_bytes());
    let head = scratch.len();
    let structured = is_one_of(name, &STRUCTURED);
    value(line, structured, scratch);
    let said = scratch.get(head..).unwrap_or_default();
    let is_padding = |b: &u8| b.is_ascii_whitespace() || (structured && *b == b';');
    let blanks = said.iter().take_while(|b| b.is_ascii_whitespace()).count();
    let end = head
        + said
            .iter()
            .rposition(|b| !is_padding(b))
            .map(|last| last + 1)?;
    scratch.truncate(end);
    if blanks > 0 {
        scratch.drain(head..head + blanks);
    }
    Some(xxh3_64(scratch))
}

/// Whether this is one of these names, whatever the case.
fn is_one_of(name: &[u8], names: &[&str]) -> bool {
    names
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}

/// Appends what the value says, without encoding, charset and escapes.
fn value(line: &Line<'_>, structured: bool, out: &mut Vec<u8>) {
    if line.coding() == Coding::Base64 {
        out.extend_from_slice(&decode::bytes(line));
        return;
    }
    let text = decode::text(line);
    if memchr::memchr2(b'\\', b'\r', text.as_bytes()).is_none() {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    for c in decode::unescaped(&text, line.dialect) {
        let c = match c {
            Char::Plain(c) => c,
            Char::Escaped(c) => {
                if structured {
                    out.push(ESCAPED);
                }
                c
            }
        };
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

/// The digest of one parameter: `TEL;HOME`, `TEL;TYPE=home` and `TEL;type="HOME"` are the same, and so
/// are `TYPE=a,b` and `TYPE=b;TYPE=a`. How the value was wrapped does not count.
fn parameter(param: &Param<'_>, scratch: &mut Vec<u8>) -> u64 {
    if param.coding().is_some() || param.is("CHARSET") {
        return 0;
    }
    let start = scratch.len();
    let is_type = param.key.is_none() || param.is("TYPE");
    let mut sum = 0_u64;
    let whole = param.value.split(|b| is_type && *b == b',');
    for word in whole
        .map(|w| w.trim_ascii().trim_quotes())
        .filter(|w| !w.is_empty())
    {
        scratch.extend(
            param
                .key
                .unwrap_or(b"TYPE")
                .iter()
                .map(u8::to_ascii_uppercase),
        );
        scratch.push(b'=');
        if is_type || param.is("VALUE") {
            scratch.extend(word.iter().map(u8::to_ascii_uppercase));
        } else {
            scratch.extend_from_slice(word);
        }
        sum = sum.wrapping_add(xxh3_64(scratch.get(start..).unwrap_or_default()));
        scratch.truncate(start);
    }
    sum
}

trait TrimQuotes {
    /// These bytes without a double quote at either end.
    fn trim_quotes(&self) -> &Self;
}

impl TrimQuotes for [u8] {
    fn trim_quotes(&self) -> &Self {
        let rest = self.strip_prefix(b"\"").unwrap_or(self);
        rest.strip_suffix(b"\"").unwrap_or(rest)
    }
}

/// Stands before an escaped separator in a value made of parts; no text holds it.
const ESCAPED: u8 = 0x01;

/// Properties whose value is made of parts between `;`, the last of which may be left out.
const STRUCTURED: [&str; 6] = ["N", "ADR", "ORG", "CATEGORIES", "NICKNAME", "RESOURCES"];

/// Properties that say when and by what a body was written, not what it says.
const VOLATILE: [&str; 6] = [
    "VERSION",
    "PRODID",
    "REV",
    "DTSTAMP",
    "LAST-MODIFIED",
    "X-IRMC-LUID",
];

/// What the name of an item ends with that had none and was given one, because its version asks for it.
pub const MADE_UP: &[u8] = b"@anchorage";
