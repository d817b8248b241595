//! Lines written anew: with a shorter value, or in the other dialect.
//!
//! Sources: vCard 2.1 section 2.1, RFC 2426 section 5, RFC 2045 section 6.7.

use crate::pim::decode::{self, Char};
use crate::pim::line::{Coding, Dialect, Line};

/// A line with this value in place of its own: the escapes of its dialect are in it as they were.
pub(super) fn cut(line: &Line<'_>, text: &str) -> Vec<u8> {
    // A backslash by itself would escape the end of the line.
    let text = if text.bytes().rev().take_while(|b| *b == b'\\').count() % 2 == 1 {
        text.get(..text.len() - 1).unwrap_or_default()
    } else {
        text
    };
    match line.coding() {
        Coding::Quoted => quoted(line, text),
        Coding::Plain | Coding::Base64 => {
            let mut out = head(line, |param| !param.is("CHARSET"));
            out.push(b':');
            out.extend_from_slice(text.as_bytes());
            end(line, out)
        }
    }
}

/// A line as an object of this dialect has it; it ends with a line end.
pub(super) fn respelled(line: &Line<'_>, dialect: Dialect) -> Vec<u8> {
    if line.dialect == dialect || line.name().is_empty() {
        let mut source = line.source.to_vec();
        if !source.ends_with(b"\n") {
            source.extend_from_slice(b"\r\n");
        }
        return source;
    }
    if line.coding() == Coding::Base64 {
        let mut out = head(line, |param| param.coding().is_none());
        let (coding, after): (&[u8], &[u8]) = match dialect {
            Dialect::Old => (b";ENCODING=BASE64:", b"\r\n"),
            Dialect::New => (b";ENCODING=b:", b""),
        };
        out.extend_from_slice(coding);
        let packed = line.value().iter().filter(|b| !b.is_ascii_whitespace());
        out.extend(packed);
        let mut out = end(line, out);
        out.extend_from_slice(after);
        return out;
    }
    let name = String::from_utf8_lossy(line.name()).to_ascii_uppercase();
    let said = decode::text(line);
    let value: String = decode::unescaped(&said, line.dialect)
        .map(|c| escaped(c, dialect, &name))
        .collect();
    match dialect {
        Dialect::Old if value.contains('\n') || !value.is_ascii() => quoted(line, &value),
        Dialect::Old | Dialect::New => {
            let is_kept = |param: &crate::pim::line::Param<'_>| {
                param.coding().is_none() && !param.is("CHARSET")
            };
            let mut out = head(line, is_kept);
            out.push(b':');
            out.extend_from_slice(value.as_bytes());
            end(line, out)
        }
    }
}

/// One character with the escapes of a dialect; a list is cut at `;` in the old one and at `,` in the new.
fn escaped(c: Char, dialect: Dialect, name: &str) -> String {
    let is_list = matches!(name, "CATEGORIES" | "NICKNAME" | "RESOURCES");
    let has_parts = matches!(name, "N" | "ADR" | "ORG" | "GEO" | "RRULE" | "EXRULE");
    match (dialect, c) {
        (Dialect::Old, Char::Plain(',')) if is_list => ";".to_owned(),
        (Dialect::Old, Char::Escaped(';')) => "\\;".to_owned(),
        (Dialect::New, Char::Plain('\n')) => "\\n".to_owned(),
        (Dialect::New, Char::Plain('\\')) => "\\\\".to_owned(),
        (Dialect::New, Char::Plain(';')) if is_list => ",".to_owned(),
        (Dialect::New, Char::Plain(c @ ';')) if has_parts => c.to_string(),
        (Dialect::New, Char::Plain(c @ ',')) if is_list || name.ends_with("RULE") => c.to_string(),
        (Dialect::New, Char::Plain(c @ (';' | ',')) | Char::Escaped(c)) => format!("\\{c}"),
        (Dialect::Old, Char::Plain(c) | Char::Escaped(c)) | (Dialect::New, Char::Plain(c)) => {
            c.to_string()
        }
    }
}

/// A line with this value in quoted-printable.
fn quoted(line: &Line<'_>, text: &str) -> Vec<u8> {
    let mut out = head(line, |param| {
        param.coding().is_none() && !param.is("CHARSET")
    });
    out.extend_from_slice(b";CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:");
    let text = text.replace("\r\n", "\n").replace('\n', "\r\n");
    let mut width = 0;
    for byte in text.bytes() {
        if width > QUOTED_WIDTH {
            out.extend_from_slice(b"=\r\n");
            width = 0;
        }
        if byte.is_ascii_graphic() && byte != b'=' || byte == b' ' {
            out.push(byte);
            width += 1;
        } else {
            out.extend(format!("={byte:02X}").bytes());
            width += 3;
        }
    }
    end(line, out)
}

/// Group, name and those parameters that are kept.
fn head(line: &Line<'_>, is_kept: impl Fn(&crate::pim::line::Param<'_>) -> bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(line.source.len());
    if !line.group().is_empty() {
        out.extend_from_slice(line.group());
        out.push(b'.');
    }
    out.extend_from_slice(line.name());
    for param in line.params().filter(is_kept) {
        out.push(b';');
        if let Some(key) = param.key {
            out.extend_from_slice(key);
            out.push(b'=');
        }
        out.extend_from_slice(param.value);
    }
    out
}

/// With the line end that the line had, or the usual one.
fn end(line: &Line<'_>, mut out: Vec<u8>) -> Vec<u8> {
    let is_bare = line.source.ends_with(b"\n") && !line.source.ends_with(b"\r\n");
    out.extend_from_slice(if is_bare { b"\n" } else { b"\r\n" });
    out
}

/// Where a line of quoted-printable is broken, in characters.
const QUOTED_WIDTH: usize = 70;
