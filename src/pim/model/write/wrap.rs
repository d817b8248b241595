//! Lines: encodings, charsets and folds. The head of each is written already, from `start` on.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use encoding_rs::UTF_8;

use super::{Folding, Quoting, Spelling, Version};
use crate::pim::line::Dialect;

/// A line with a text.
pub(super) fn text(start: usize, value: &str, how: &Spelling, out: &mut Vec<u8>) {
    let is_quoted = match (how.version.dialect(), how.quoting) {
        (Dialect::Old, _) => must_be_quoted(value),
        (Dialect::New, Quoting::Everywhere) => !value.is_ascii(),
        (Dialect::New, Quoting::Usual | Quoting::OneLine) => false,
    };
    if is_quoted {
        quoted(start, value, how, out);
        return;
    }
    out.push(b':');
    out.extend_from_slice(value.as_bytes());
    fold(start, how, out);
    out.extend_from_slice(b"\r\n");
}

/// A line with bytes.
pub(super) fn base64(start: usize, bytes: &[u8], how: &Spelling, out: &mut Vec<u8>) {
    let packed = STANDARD.encode(bytes);
    match how.version {
        Version::Card30 | Version::Card40 => out.extend_from_slice(b";ENCODING=b:"),
        Version::Card21
        | Version::Calendar10
        | Version::Calendar20
        | Version::Note11
        | Version::Other => out.extend_from_slice(b";ENCODING=BASE64:"),
    }
    match (how.version.dialect(), how.folding) {
        (Dialect::New, _) => {
            out.extend_from_slice(packed.as_bytes());
            fold(start, how, out);
        }
        (Dialect::Old, Folding::Never) => out.extend_from_slice(packed.as_bytes()),
        (Dialect::Old, Folding::Usual) => {
            for line in packed.as_bytes().chunks(BLOCK) {
                out.extend_from_slice(b"\r\n ");
                out.extend_from_slice(line);
            }
        }
    }
    out.extend_from_slice(b"\r\n");
    if how.version.dialect() == Dialect::Old {
        out.extend_from_slice(b"\r\n");
    }
}

/// Whether an old line cannot say this as it stands.
fn must_be_quoted(value: &str) -> bool {
    // All of them are looked at: that is quicker than to stop at the first.
    let odd = |b: u8| !matches!(b, b' '..=b'~' | b'\t');
    value.bytes().fold(false, |any, b| any | odd(b))
}

fn quoted(start: usize, value: &str, how: &Spelling, out: &mut Vec<u8>) {
    let charset = match how.version.dialect() {
        Dialect::Old => how.charset,
        Dialect::New => UTF_8,
    };
    let bytes: Cow<'_, [u8]> = if value.is_ascii() {
        Cow::Borrowed(value.as_bytes())
    } else {
        let (bytes, charset) = encoded(value, charset);
        out.extend_from_slice(b";CHARSET=");
        out.extend_from_slice(charset.as_bytes());
        bytes
    };
    out.extend_from_slice(b";ENCODING=QUOTED-PRINTABLE:");
    let is_broken = how.quoting != Quoting::OneLine && how.folding == Folding::Usual;
    let mut column = out.len() - start;
    let mut rest = bytes.iter().peekable();
    while let Some(byte) = rest.next() {
        let is_last = rest.peek().is_none();
        let is_plain = matches!(byte, b'!'..=b'<' | b'>'..=b'~') || (*byte == b' ' && !is_last);
        let width = match byte {
            b'\n' => 6,
            _ if is_plain => 1,
            _ => 3,
        };
        if is_broken && column + width > QUOTED_COLUMN {
            out.extend_from_slice(b"=\r\n");
            column = 0;
        }
        column += width;
        match byte {
            b'\n' => out.extend_from_slice(b"=0D=0A"),
            b if is_plain => out.push(*b),
            b => {
                let digit = |half: u8| HEX.get(usize::from(half)).copied().unwrap_or(b'0');
                out.extend_from_slice(&[b'=', digit(b >> 4), digit(b & 15)]);
            }
        }
    }
    out.extend_from_slice(b"\r\n");
}

/// A text in a charset, and the charset's name; what it does not have becomes `?`.
fn encoded<'v>(
    value: &'v str,
    charset: &'static encoding_rs::Encoding,
) -> (Cow<'v, [u8]>, &'static str) {
    let (bytes, charset, is_lossy) = charset.encode(value);
    // A phone knows Latin-1 by its old name.
    let name = match charset.name() {
        "windows-1252" => "ISO-8859-1",
        other => other,
    };
    if !is_lossy {
        return (bytes, name);
    }
    let mut out = Vec::with_capacity(value.len());
    let mut buffer = [0; 4];
    for c in value.chars() {
        let (bytes, _, is_lossy) = charset.encode(c.encode_utf8(&mut buffer));
        if is_lossy {
            out.push(b'?');
        } else {
            out.extend_from_slice(&bytes);
        }
    }
    (Cow::Owned(out), name)
}

/// Folds what was written since `start`: anywhere between two characters in the new dialect, at a blank in the old.
fn fold(start: usize, how: &Spelling, out: &mut Vec<u8>) {
    if how.folding == Folding::Never || out.len() - start <= COLUMN {
        return;
    }
    let line = out.split_off(start);
    let mut rest = line.as_slice();
    // The blank of a fold counts in its line.
    let mut room = COLUMN;
    // Not before the value begins.
    let mut from = line.iter().position(|b| *b == b':').unwrap_or(0) + 2;
    while rest.len() > room {
        let Some(at) = break_before(rest, from, room, how.version.dialect()) else {
            break;
        };
        let (now, later) = rest.split_at_checked(at).unwrap_or((rest, &[]));
        out.extend_from_slice(now);
        out.extend_from_slice(b"\r\n");
        if how.version.dialect() == Dialect::New {
            out.push(b' ');
            room = COLUMN - 1;
        }
        rest = later;
        from = 2;
    }
    out.extend_from_slice(rest);
}

/// Where a line may be broken: from here on, at best so many bytes from its start.
fn break_before(line: &[u8], from: usize, room: usize, dialect: Dialect) -> Option<usize> {
    match dialect {
        Dialect::New => (1..=room)
            .rev()
            .find(|at| line.get(*at).is_some_and(|b| b & 0xC0 != 0x80)),
        Dialect::Old => {
            let is_word = |at: usize| line.get(at).is_some_and(|b| !matches!(b, b' ' | b'\t'));
            let fits =
                |at: &usize| line.get(*at) == Some(&b' ') && is_word(at - 1) && is_word(at + 1);
            (from..=room)
                .rev()
                .find(fits)
                .or_else(|| (room.max(from)..line.len()).find(fits))
        }
    }
}

const COLUMN: usize = 75;
const QUOTED_COLUMN: usize = 75;
const BLOCK: usize = 72;
const HEX: &[u8; 16] = b"0123456789ABCDEF";
