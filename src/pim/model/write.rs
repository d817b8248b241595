//! From the tree to bytes, as one version spells them and as far as a device's habits allow.
//!
//! Old: a line end or a character outside of ASCII needs quoted-printable, which is broken by soft breaks; bytes are a
//! base64 block with its empty line; nothing is folded but at a blank that was there. New: UTF-8, escapes, folded at 75
//! bytes. Sources: vCard 2.1 section 2.1, RFC 2045 section 6.7, RFC 2426 section 2.6, RFC 5545 section 3.1, RFC 6868.

mod escape;
mod wrap;

use encoding_rs::{Encoding, UTF_8};

use super::{Component, Document, Param, Property, Shape, Value, Version};
use crate::pim::line::Dialect;

/// How lines are folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Folding {
    /// As the version says.
    #[default]
    Usual,
    /// Not at all (Motorola V3): base64 stands on one line, too.
    Never,
}

/// Where quoted-printable is used, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Quoting {
    /// In the old dialect where it must be, with soft breaks.
    #[default]
    Usual,
    /// The same in one line: a broken value would be lost (Funambol for Mozilla).
    OneLine,
    /// For all that is not ASCII, even in a version that does not know it (Funambol for `BlackBerry`).
    Everywhere,
}

/// How a tree is to be spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spelling {
    /// The version, which names the dialect. The tree's own `VERSION` is not touched.
    pub version: Version,
    /// The charset of the old dialect; the new one is always UTF-8. What it cannot say becomes `?`.
    pub charset: &'static Encoding,
    /// How lines are folded.
    pub folding: Folding,
    /// Where quoted-printable is used.
    pub quoting: Quoting,
    /// Whether properties that say nothing are written.
    pub empties: bool,
}

impl Spelling {
    /// As the version itself has it, in UTF-8.
    #[must_use]
    pub fn of(version: Version) -> Self {
        Self {
            version,
            charset: UTF_8,
            folding: Folding::Usual,
            quoting: Quoting::Usual,
            empties: true,
        }
    }
}

/// Writes a document.
#[must_use]
pub fn write(document: &Document, how: &Spelling) -> Vec<u8> {
    let mut out = Vec::with_capacity(1 << 10);
    for property in &document.root.properties {
        self::property(property, how, &mut out);
    }
    for inner in &document.root.components {
        component(inner, how, &mut out);
    }
    out
}

fn component(component: &Component, how: &Spelling, out: &mut Vec<u8>) {
    out.extend_from_slice(b"BEGIN:");
    out.extend_from_slice(component.name.as_bytes());
    out.extend_from_slice(b"\r\n");
    for property in &component.properties {
        self::property(property, how, out);
    }
    for inner in &component.components {
        self::component(inner, how, out);
    }
    out.extend_from_slice(b"END:");
    out.extend_from_slice(component.name.as_bytes());
    out.extend_from_slice(b"\r\n");
}

fn property(property: &Property, how: &Spelling, out: &mut Vec<u8>) {
    if !how.empties && property.is_empty() {
        return;
    }
    let dialect = how.version.dialect();
    if property.name.is_empty() {
        out.extend_from_slice(property.text().as_bytes());
        out.extend_from_slice(b"\r\n");
        return;
    }
    let start = out.len();
    head(property, how, out);
    match &property.value {
        Value::Bytes(bytes) => wrap::base64(start, bytes, how, out),
        Value::Object(object) if dialect == Dialect::Old => {
            out.extend_from_slice(b":\r\n");
            component(object, how, out);
            out.extend_from_slice(b"\r\n");
        }
        Value::Object(object) => {
            let mut inner = Vec::new();
            component(object, how, &mut inner);
            let text = String::from_utf8_lossy(&inner).replace("\r\n", "\n");
            wrap::text(start, &escape::text(&text, dialect), how, out);
        }
        Value::Text(_) | Value::List(_) | Value::Parts(_) => {
            let kind = property.param_text("VALUE");
            let shape = Shape::of(&property.name, kind);
            let value = escape::value(&property.value, shape, dialect);
            wrap::text(start, &value, how, out);
        }
    }
}

/// Group, name and parameters.
fn head(property: &Property, how: &Spelling, out: &mut Vec<u8>) {
    if !property.group.is_empty() {
        out.extend_from_slice(property.group.as_bytes());
        out.push(b'.');
    }
    out.extend_from_slice(property.name.as_bytes());
    for param in &property.params {
        self::param(param, property, how, out);
    }
}

fn param(param: &Param, property: &Property, how: &Spelling, out: &mut Vec<u8>) {
    // In 2.1 the format of a picture has its key, the kind of a telephone number has none.
    let is_bare = how.version.dialect() == Dialect::Old
        && param.key == "TYPE"
        && !matches!(property.name.as_str(), "PHOTO" | "LOGO" | "KEY")
        && !matches!(property.value, Value::Bytes(_));
    if is_bare {
        for word in &param.values {
            out.push(b';');
            out.extend_from_slice(word.as_bytes());
        }
        return;
    }
    out.push(b';');
    out.extend_from_slice(param.key.as_bytes());
    out.push(b'=');
    for (number, value) in param.values.iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        escape::param(value, how.version, out);
    }
}
