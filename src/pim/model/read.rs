//! From bytes to the tree.
//!
//! Built on `walk` and `line`, so whatever a device does to lines is undone there. Time and memory are linear to the
//! body and bounded: what holds more than anybody writes by hand is not taken apart, and the caller keeps it as bytes.

use std::borrow::Cow;

use super::{Component, Document, Param, Property, Reading, Shape, Text, Value, Version, shape};
use crate::pim::decode::{self, Char};
use crate::pim::line::{self, Coding, Dialect, Line};
use crate::pim::walk::{self, Step, Walk};

/// Why a body is no tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// No component begins in it.
    #[error("no object begins in it")]
    NoObject,
    /// Components stand inside one another too deeply.
    #[error("its components are nested too deeply")]
    TooDeep,
    /// It is larger than what is taken apart.
    #[error("it has more than {MAX_BYTES} bytes")]
    TooLarge,
    /// It has more properties than are taken apart.
    #[error("it has more than {MAX_PROPERTIES} properties")]
    TooMany,
}

/// Reads a body.
///
/// # Errors
/// [`Unread`]: such a body is kept as it is, not understood.
pub fn read(body: &[u8], how: Reading) -> Result<Document, Unread> {
    if body.len() > MAX_BYTES {
        return Err(Unread::TooLarge);
    }
    let mut walk = Walk::new(body);
    let mut open = vec![Component::default()];
    let mut count = 0_usize;
    let mut has_object = false;
    while let Some(step) = walk.next() {
        match step {
            Step::Begin(_) => {
                let room = if has_object {
                    USUAL_PROPERTIES
                } else {
                    (body.len() / USUAL_LINE).clamp(USUAL_PROPERTIES, 8 * USUAL_PROPERTIES)
                };
                has_object = true;
                let name = walk.begun().map(|line| upper(line.value().trim_ascii()));
                open.push(Component {
                    properties: Vec::with_capacity(room),
                    ..Component::named(&name.unwrap_or_default())
                });
                count += 1;
            }
            Step::Property(line) => {
                if let Some(component) = open.last_mut() {
                    component.properties.push(property(&line, how));
                }
                count += 1;
            }
            Step::End(_) => close(&mut open),
        }
        if count > MAX_PROPERTIES {
            return Err(Unread::TooMany);
        }
    }
    if walk.is_too_deep() {
        return Err(Unread::TooDeep);
    }
    if !has_object {
        return Err(Unread::NoObject);
    }
    let mut root = Component::default();
    while let Some(component) = open.pop() {
        root = component;
    }
    Ok(Document {
        version: version(&root, body),
        root,
    })
}

/// Puts the innermost open component where it belongs: into the one around it, or into its `AGENT`.
fn close(open: &mut Vec<Component>) {
    if open.len() < 2 {
        return;
    }
    let Some((component, outer)) = open.pop().zip(open.last_mut()) else {
        return;
    };
    match outer.properties.last_mut() {
        Some(agent) if agent.name == "AGENT" && component.name == "VCARD" && agent.is_empty() => {
            agent.value = Value::Object(Box::new(component));
        }
        Some(_) | None => outer.components.push(component),
    }
}

fn version(root: &Component, body: &[u8]) -> Version {
    let label = line::version(body);
    let name = root.components.first().map(|c| c.name.as_str());
    match (name, label) {
        (Some("VCARD"), Some(b"3.0")) => Version::Card30,
        (Some("VCARD"), Some(b"4.0")) => Version::Card40,
        (Some("VCARD"), Some(_) | None) => Version::Card21,
        (Some("VNOTE"), _) => Version::Note11,
        (Some("VCALENDAR" | "VEVENT" | "VTODO" | "VJOURNAL"), Some(b"2.0")) => Version::Calendar20,
        (Some("VCALENDAR" | "VEVENT" | "VTODO" | "VJOURNAL"), Some(_) | None) => {
            Version::Calendar10
        }
        (Some(_) | None, _) => Version::Other,
    }
}

fn property(line: &Line<'_>, how: Reading) -> Property {
    let name = upper(line.name());
    if name.is_empty() {
        return Property::text_of("", decode::text_in(line, how.charset).trim());
    }
    let params = params(line);
    let kind = params
        .iter()
        .find(|p| p.key == "VALUE")
        .and_then(|p| p.values.first());
    let shape = Shape::of(&name, kind.map(Text::as_str));
    Property {
        group: text_of(line.group()),
        value: value(line, &name, shape, how),
        params,
        name,
    }
}

fn params(line: &Line<'_>) -> Vec<Param> {
    let mut params: Vec<Param> = Vec::new();
    for param in line.params() {
        let is_wrapping = match param.coding() {
            // An encoding that nobody knows says what the value is: it stays.
            Some(Coding::Plain) => ["7BIT", "8BIT"]
                .iter()
                .any(|known| param.value.eq_ignore_ascii_case(known.as_bytes())),
            Some(Coding::Quoted | Coding::Base64) => true,
            None => param.is("CHARSET"),
        };
        if is_wrapping {
            continue;
        }
        let key = param.key.map_or_else(|| Text::const_new("TYPE"), upper);
        let raw = decode::unlabelled(param.value);
        let values = match (line.dialect, key.as_str()) {
            // In TYPE="voice,home" the quotes do not make it one word.
            (_, "TYPE") => raw
                .split(',')
                .map(|word| word.trim().trim_matches('"'))
                .filter(|word| !word.is_empty())
                .map(Text::from)
                .collect(),
            (Dialect::Old, _) => vec![raw.trim_matches('"').into()],
            (Dialect::New, _) => split_quoted(&raw),
        };
        params.push(Param { key, values });
    }
    params
}

/// Values between commas that stand outside of quotes, the quotes gone and RFC 6868 undone.
fn split_quoted(raw: &str) -> Vec<Text> {
    let mut values = vec![Text::default()];
    let mut quoted = false;
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        let c = match (c, chars.peek()) {
            ('"', _) => {
                quoted = !quoted;
                continue;
            }
            (',', _) if !quoted => {
                values.push(Text::default());
                continue;
            }
            ('^', Some('n')) => '\n',
            ('^', Some('\'')) => '"',
            ('^', Some('^')) => '^',
            (other, _) => {
                if let Some(value) = values.last_mut() {
                    value.push(other);
                }
                continue;
            }
        };
        chars.next();
        if let Some(value) = values.last_mut() {
            value.push(c);
        }
    }
    values
}

fn value(line: &Line<'_>, name: &str, shape: Shape, how: Reading) -> Value {
    if line.coding() == Coding::Base64 {
        // What cannot be unpacked comes back as it stood: a text after all.
        let bytes = decode::bytes(line);
        let is_packed = matches!(bytes, Cow::Owned(_)) || line.value().trim_ascii().is_empty();
        if is_packed && shape::holds_bytes(name) {
            return Value::Bytes(bytes.trim_ascii_if_borrowed());
        }
        if is_packed && shape == Shape::Text {
            return Value::Text(lines(&decode::text_in(line, how.charset)).into());
        }
    }
    let text = decode::text_in(line, how.charset);
    let dialect = line.dialect;
    match shape {
        Shape::Text | Shape::Raw => Value::Text(joined(&text, dialect)),
        Shape::RawList => Value::List(
            text.split([',', ';'])
                .map(str::trim)
                .filter(|one| !one.is_empty())
                .map(Text::from)
                .collect(),
        ),
        Shape::List => {
            let mark = match dialect {
                Dialect::Old => ';',
                Dialect::New => ',',
            };
            Value::List(list(&text, dialect, mark))
        }
        Shape::Parts => Value::Parts(parts(&text, dialect)),
        Shape::Any => {
            let parts = parts(&text, dialect);
            match parts.as_slice() {
                [one] if one.len() < 2 => Value::Text(one.concat().into()),
                _ => Value::Parts(parts),
            }
        }
    }
}

trait TrimIfBorrowed {
    /// The bytes by themselves; those that were never packed are blanks and no bytes.
    fn trim_ascii_if_borrowed(self) -> Vec<u8>;
}

impl TrimIfBorrowed for Cow<'_, [u8]> {
    fn trim_ascii_if_borrowed(self) -> Vec<u8> {
        match self {
            Cow::Owned(bytes) => bytes,
            Cow::Borrowed(_) => Vec::new(),
        }
    }
}

fn joined(text: &str, dialect: Dialect) -> Text {
    if is_plain(text) {
        return text.into();
    }
    let mut out = Text::with_capacity(text.len());
    let mut rest = text;
    while let Some((plain, odd)) = odd(rest).and_then(|at| rest.split_at_checked(at)) {
        out.push_str(plain);
        // An escape is of two characters, or it is none.
        let second = odd.chars().nth(1).map_or(0, char::len_utf8);
        let two = odd.get(..=second).unwrap_or_default();
        let mut meant = decode::unescaped(two, dialect);
        out.extend(meant.next().map(|c| match c {
            Char::Plain(c) | Char::Escaped(c) => c,
        }));
        let is_escape = meant.next().is_none();
        rest = odd
            .get(if is_escape { two.len() } else { 1 }..)
            .unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// Whether nothing in a text is escaped and no line end stands in it: then it can be cut as it stands.
fn is_plain(text: &str) -> bool {
    odd(text).is_none()
}

/// Where an escape or a line end may first be.
fn odd(text: &str) -> Option<usize> {
    text.bytes().position(|b| matches!(b, b'\\' | b'\r'))
}

/// The pieces of a plain text between these marks.
fn pieces<'t, T>(text: &'t str, mark: char, piece: impl Fn(&'t str) -> T) -> Vec<T> {
    let marks = text.matches(mark).count();
    let mut pieces = Vec::with_capacity(marks + 1);
    pieces.extend(text.split(mark).map(piece));
    pieces
}

fn lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

fn list(text: &str, dialect: Dialect, mark: char) -> Vec<Text> {
    if is_plain(text) {
        return pieces(text, mark, Text::from);
    }
    let mut list = vec![Text::default()];
    for c in decode::unescaped(text, dialect) {
        match (c, list.last_mut()) {
            (Char::Plain(c), _) if c == mark => list.push(Text::default()),
            (Char::Plain(c) | Char::Escaped(c), Some(value)) => value.push(c),
            (Char::Plain(_) | Char::Escaped(_), None) => {}
        }
    }
    list
}

fn parts(text: &str, dialect: Dialect) -> Vec<Vec<Text>> {
    if is_plain(text) {
        return pieces(text, ';', |part| match dialect {
            Dialect::Old => vec![part.into()],
            Dialect::New => pieces(part, ',', Text::from),
        });
    }
    let mut parts = vec![vec![Text::default()]];
    for c in decode::unescaped(text, dialect) {
        let Some(part) = parts.last_mut() else {
            return parts;
        };
        match (c, part.last_mut()) {
            (Char::Plain(';'), _) => parts.push(vec![Text::default()]),
            (Char::Plain(','), _) if dialect == Dialect::New => part.push(Text::default()),
            (Char::Plain(c) | Char::Escaped(c), Some(value)) => value.push(c),
            (Char::Plain(_) | Char::Escaped(_), None) => {}
        }
    }
    parts
}

fn text_of(bytes: &[u8]) -> Text {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => Text::from_utf8_lossy(bytes),
    }
}

fn upper(bytes: &[u8]) -> Text {
    let mut text = text_of(bytes);
    text.make_ascii_uppercase();
    text
}

/// Bytes of a body that is taken apart: more than a contact with the largest picture of its time has.
pub const MAX_BYTES: usize = 16 << 20;

/// Properties and components of one body that are taken apart; the largest address card seen has some hundreds.
pub const MAX_PROPERTIES: usize = 20_000;

/// Room for the properties of a component within another.
const USUAL_PROPERTIES: usize = 8;

/// Bytes of most lines: by them an object gets its room at once.
const USUAL_LINE: usize = 40;

const _: () = assert!(walk::MAX_DEPTH >= 4, "an alarm stands four deep");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_with_escapes_is_read_as_its_characters_are() {
        let texts = [
            r"a\",
            r"\\\n",
            r"\;\,\:\N\x\",
            "a\r\nb\rc\r",
            "\\\u{e4}\u{e4}\\",
            "\r",
            "\\\r\n",
            r"one\, two\; three\nfour",
        ];
        for (text, dialect) in texts
            .iter()
            .flat_map(|text| [(text, Dialect::Old), (text, Dialect::New)])
        {
            let each = decode::unescaped(text, dialect);
            let expected: String = each
                .map(|c| match c {
                    Char::Plain(c) | Char::Escaped(c) => c,
                })
                .collect();
            assert_eq!(joined(text, dialect), expected, "{text:?} {dialect:?}");
        }
    }
}
