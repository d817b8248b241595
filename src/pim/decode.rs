//! From the value of a line to what it says: quoted-printable, base64 and charsets undone.
//!
//! Nothing here fails: bytes that are not what they claim to be are taken as they stand. Sources: RFC 2045
//! sections 6.7 and 6.8, vCard 2.1 section 2.1.6 (the `CHARSET` of a property).

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::line::{Coding, Dialect, Line};

/// The value of a line without its transfer encoding, in the bytes of its charset.
#[must_use]
pub fn bytes<'l>(line: &'l Line<'_>) -> Cow<'l, [u8]> {
    match line.coding() {
        Coding::Plain => Cow::Borrowed(line.value()),
        Coding::Quoted => quoted_printable(line.value()),
        Coding::Base64 => base64(line.value()).map_or(Cow::Borrowed(line.value()), Cow::Owned),
    }
}

/// Undoes base64, blanks and line ends and a missing end disregarded; `None` when it is none.
#[must_use]
pub fn base64(packed: &[u8]) -> Option<Vec<u8>> {
    let packed: Vec<u8> = packed
        .iter()
        .copied()
        .filter(|b| !b.is_ascii_whitespace())
        .collect();
    LENIENT.decode(packed).ok()
}

/// The value of a line as text.
///
/// The charset is the one its `CHARSET` names; without one, and for UTF-8 that is none, it is UTF-8 if the
/// bytes are that and Latin-1 (in fact windows-1252, which holds it) otherwise.
#[must_use]
pub fn text<'l>(line: &'l Line<'_>) -> Cow<'l, str> {
    text_in(line, None)
}

/// The value of a line as text, from a device of which it is known in which charset it writes what it does not label.
///
/// Bytes that are UTF-8, and not merely ASCII, are taken as that whatever the device is known for: no other charset
/// looks like it by chance.
#[must_use]
pub fn text_in<'l>(line: &'l Line<'_>, usual: Option<&'static Encoding>) -> Cow<'l, str> {
    let label = line.charset().and_then(Encoding::for_label);
    let bytes = bytes(line);
    let usual = usual
        .filter(|_| label.is_none() && (bytes.is_ascii() || std::str::from_utf8(&bytes).is_err()));
    let charset = label
        .or(usual)
        .filter(|c| *c != UTF_8 && *c != WINDOWS_1252);
    match (charset, bytes) {
        (Some(charset), bytes) => {
            Cow::Owned(charset.decode_without_bom_handling(&bytes).0.into_owned())
        }
        (None, Cow::Borrowed(bytes)) => unlabelled(bytes),
        (None, Cow::Owned(bytes)) => Cow::Owned(match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(broken) => unlabelled(broken.as_bytes()).into_owned(),
        }),
    }
}

/// Bytes of unknown charset as text: UTF-8, else Latin-1.
#[must_use]
pub fn unlabelled(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

/// One character of a value, with what its escape says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Char {
    /// The character itself; a line end of any spelling is one `\n`.
    Plain(char),
    /// A `;` or `,` that was escaped, so that it cannot be a separator.
    Escaped(char),
}

/// The characters of a value with the escapes of its dialect undone and its line ends made one.
pub fn unescaped(text: &str, dialect: Dialect) -> impl Iterator<Item = Char> {
    let mut chars = text.chars().peekable();
    std::iter::from_fn(move || {
        let c = chars.next()?;
        if c == '\r' && chars.peek() == Some(&'\n') {
            return chars.next().map(Char::Plain);
        }
        if c != '\\' {
            return Some(Char::Plain(c));
        }
        let meant = match (chars.peek(), dialect) {
            (Some(';'), _) => Char::Escaped(';'),
            (Some(','), Dialect::New) => Char::Escaped(','),
            (Some('\\'), Dialect::New) => Char::Plain('\\'),
            // Horde and Apple write "http\:" though no version has it.
            (Some(':'), Dialect::New) => Char::Plain(':'),
            (Some('n' | 'N'), Dialect::New) => Char::Plain('\n'),
            (Some(_) | None, Dialect::Old | Dialect::New) => return Some(Char::Plain('\\')),
        };
        chars.next();
        Some(meant)
    })
}

/// Undoes quoted-printable; an `=` without two hexadecimal digits stays.
pub(super) fn quoted_printable(value: &[u8]) -> Cow<'_, [u8]> {
    if !value.contains(&b'=') {
        return Cow::Borrowed(value);
    }
    let mut out = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some((&first, tail)) = rest.split_first() {
        let decoded = match tail {
            [high, low, after @ ..] if first == b'=' => {
                hex(*high).zip(hex(*low)).map(|(h, l)| (h << 4 | l, after))
            }
            _ => None,
        };
        let (byte, after) = decoded.unwrap_or((first, tail));
        out.push(byte);
        rest = after;
    }
    Cow::Owned(out)
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

#[cfg(test)]
mod tests {
    use super::super::line::Lines;
    use super::*;

    #[test]
    fn a_value_is_read_in_its_encoding_and_charset() {
        let table: [(&[u8], &str); 13] = [
            (b"N:plain", "plain"),
            ("N:Jos\u{e9}".as_bytes(), "Jos\u{e9}"),
            (b"N:Jos\xe9", "Jos\u{e9}"),
            (b"N;CHARSET=UTF-8:Jos\xe9", "Jos\u{e9}"),
            ("N;CHARSET=US-ASCII:Jos\u{e9}".as_bytes(), "Jos\u{e9}"),
            (
                b"N;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Stra=DFe",
                "Stra\u{df}e",
            ),
            (
                b"N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Stra=c3=9Fe",
                "Stra\u{df}e",
            ),
            (b"N;QUOTED-PRINTABLE;CHARSET=UTF-8:a=3Db", "a=b"),
            (b"N;ENCODING=QUOTED-PRINTABLE:50=% =4", "50=% =4"),
            (
                b"N;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=8E=52=93=63",
                "\u{5c71}\u{7530}",
            ),
            (b"N;ENCODING=B:SGkg\r\n dGhlcmU", "Hi there"),
            (b"N;ENCODING=BASE64:!not base64!", "!not base64!"),
            (b"N;CHARSET=KLINGON:x", "x"),
        ];
        for (body, expected) in table {
            let line = Lines::new(body).next().unwrap();
            assert_eq!(text(&line), expected, "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn escapes_are_those_of_the_dialect() {
        let say = |text, dialect| unescaped(text, dialect).collect::<Vec<_>>();
        let plain = |text: &str| text.chars().map(Char::Plain).collect::<Vec<_>>();
        assert_eq!(say(r"C:\new", Dialect::Old), plain(r"C:\new"));
        assert_eq!(say(r"a\nb\\", Dialect::New), plain("a\nb\\"));
        assert_eq!(say("a\r\nb\\", Dialect::New), plain("a\nb\\"));
        assert_eq!(say(r"23\:00", Dialect::New), plain("23:00"));
        assert_eq!(say(r"C\:x", Dialect::Old), plain(r"C\:x"));
        assert_eq!(
            say(r"\;,", Dialect::Old),
            [Char::Escaped(';'), Char::Plain(',')]
        );
        assert_eq!(
            say(r"\,;", Dialect::New),
            [Char::Escaped(','), Char::Plain(';')]
        );
    }
}
