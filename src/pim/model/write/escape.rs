//! Escapes: what stands in the way of being read as a separator.

use std::borrow::Cow;

use super::super::{Shape, Value, Version};
use crate::pim::line::Dialect;

/// A value with its separators and escapes.
pub(super) fn value(value: &Value, shape: Shape, dialect: Dialect) -> Cow<'_, str> {
    match (value, shape) {
        (Value::Text(text), Shape::Raw | Shape::RawList) if !text.contains('\n') => {
            Cow::Borrowed(text)
        }
        (Value::Text(text), Shape::Text | Shape::Raw | Shape::RawList) => self::text(text, dialect),
        (Value::Text(text), Shape::List | Shape::Parts | Shape::Any) => {
            let mut out = String::with_capacity(text.len() + 8);
            part(text, dialect, &mut out);
            Cow::Owned(out)
        }
        (Value::List(list), _) => {
            let mark = match dialect {
                Dialect::Old => ';',
                Dialect::New => ',',
            };
            let is_raw = matches!(shape, Shape::Raw | Shape::RawList);
            let mut out = String::with_capacity(64);
            for (number, one) in list.iter().enumerate() {
                if number > 0 {
                    out.push(mark);
                }
                if is_raw {
                    out.push_str(one);
                } else {
                    part(one, dialect, &mut out);
                }
            }
            Cow::Owned(out)
        }
        (Value::Parts(parts), _) => {
            let mut out = String::with_capacity(64);
            for (number, values) in parts.iter().enumerate() {
                if number > 0 {
                    out.push(';');
                }
                for (number, one) in values.iter().enumerate() {
                    if number > 0 {
                        out.push(',');
                    }
                    part(one, dialect, &mut out);
                }
            }
            Cow::Owned(out)
        }
        (Value::Bytes(_) | Value::Object(_), _) => Cow::Borrowed(""),
    }
}

/// A text by itself.
pub(super) fn text(text: &str, dialect: Dialect) -> Cow<'_, str> {
    match dialect {
        // "\;" is read as ";" in the old dialect, and nothing else is an escape.
        Dialect::Old if text.contains("\\;") => Cow::Owned(text.replace(';', "\\;")),
        Dialect::New if mark(text).is_some() => {
            let mut out = String::with_capacity(text.len() + 8);
            new(text, &mut out);
            Cow::Owned(out)
        }
        Dialect::Old | Dialect::New => Cow::Borrowed(text),
    }
}

/// One of several texts in a value.
fn part(text: &str, dialect: Dialect, out: &mut String) {
    match dialect {
        Dialect::Old => {
            for (number, piece) in text.split(';').enumerate() {
                if number > 0 {
                    out.push_str("\\;");
                }
                out.push_str(piece);
            }
            // A backslash before the separator would take it with it.
            if text.ends_with('\\') {
                out.push(' ');
            }
        }
        Dialect::New => new(text, out),
    }
}

/// Where the first character stands that the new dialect escapes.
fn mark(text: &str) -> Option<usize> {
    text.bytes()
        .position(|b| matches!(b, b'\\' | b';' | b',' | b'\n'))
}

/// Appends a text with what the new dialect escapes escaped.
fn new(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some((before, mark, after)) =
        mark(rest).and_then(|at| Some((rest.get(..at)?, rest.get(at..=at)?, rest.get(at + 1..)?)))
    {
        out.push_str(before);
        out.push('\\');
        out.push_str(if mark == "\n" { "n" } else { mark });
        rest = after;
    }
    out.push_str(rest);
}

/// A value of a parameter, in quotes where it must be.
pub(super) fn param(value: &str, version: Version, out: &mut Vec<u8>) {
    let is_quoted = value.contains([':', ';', ',', '\n', '"']);
    if is_quoted {
        out.push(b'"');
    }
    for c in value.chars() {
        let mut buffer = [0; 4];
        let spelled = match (c, version) {
            ('\n', Version::Card40 | Version::Calendar20) => "^n",
            ('"', Version::Card40 | Version::Calendar20) => "^'",
            ('^', Version::Card40 | Version::Calendar20) => "^^",
            ('"', _) => "'",
            (c, _) if c.is_control() => " ",
            (c, _) => c.encode_utf8(&mut buffer),
        };
        out.extend_from_slice(spelled.as_bytes());
    }
    if is_quoted {
        out.push(b'"');
    }
}
