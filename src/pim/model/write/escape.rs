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
            Cow::Owned(part(text, dialect))
        }
        (Value::List(list), _) => {
            let mark = match dialect {
                Dialect::Old => ";",
                Dialect::New => ",",
            };
            let is_raw = matches!(shape, Shape::Raw | Shape::RawList);
            let list: Vec<_> = list
                .iter()
                .map(|one| {
                    if is_raw {
                        one.clone()
                    } else {
                        part(one, dialect)
                    }
                })
                .collect();
            Cow::Owned(list.join(mark))
        }
        (Value::Parts(parts), _) => {
            let parts: Vec<_> = parts
                .iter()
                .map(|values| {
                    let values: Vec<_> = values.iter().map(|one| part(one, dialect)).collect();
                    values.join(",")
                })
                .collect();
            Cow::Owned(parts.join(";"))
        }
        (Value::Bytes(_) | Value::Object(_), _) => Cow::Borrowed(""),
    }
}

/// A text by itself.
pub(super) fn text(text: &str, dialect: Dialect) -> Cow<'_, str> {
    match dialect {
        // "\;" is read as ";" in the old dialect, and nothing else is an escape.
        Dialect::Old if text.contains("\\;") => Cow::Owned(text.replace(';', "\\;")),
        Dialect::New if text.contains(['\\', ';', ',', '\n']) => Cow::Owned(new(text)),
        Dialect::Old | Dialect::New => Cow::Borrowed(text),
    }
}

/// One of several texts in a value.
fn part(text: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Old => {
            let mut text = text.replace(';', "\\;");
            // A backslash before the separator would take it with it.
            if text.ends_with('\\') {
                text.push(' ');
            }
            text
        }
        Dialect::New => new(text),
    }
}

fn new(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            other => out.push(other),
        }
    }
    out
}

/// A value of a parameter, in quotes where it must be.
pub(super) fn param(value: &str, version: Version, out: &mut String) {
    let is_quoted = value.contains([':', ';', ',', '\n', '"']);
    if is_quoted {
        out.push('"');
    }
    for c in value.chars() {
        match (c, version) {
            ('\n', Version::Card40 | Version::Calendar20) => out.push_str("^n"),
            ('"', Version::Card40 | Version::Calendar20) => out.push_str("^'"),
            ('^', Version::Card40 | Version::Calendar20) => out.push_str("^^"),
            ('"', _) => out.push('\''),
            (c, _) if c.is_control() => out.push(' '),
            (c, _) => out.push(c),
        }
    }
    if is_quoted {
        out.push('"');
    }
}
