//! Character sets, by their label (XML, HTTP) and by their `MIBenum` (WBXML), over `encoding_rs`.
//!
//! Labels are those of the WHATWG Encoding Standard; numbers those of the IANA character set registry.
//! Only charsets the standard can decode are known; UTF-7 and its like are not.

mod shifts;

use std::borrow::Cow;

use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::DecodeError;

/// A character set a document can be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Charset {
    kind: Kind,
    encoding: &'static Encoding,
}

/// Where a charset needs more care than `encoding_rs` gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Utf8,
    /// The standard reads ASCII and Latin-1 as windows-1252; we write them as what they say.
    Ascii,
    Latin1,
    /// The standard only reads UTF-16.
    Utf16,
    Other,
}

/// `MIBenum` to label. Where two numbers mean one encoding, the one to write comes first.
const MIBS: &[(u32, &str)] = &[
    (106, "utf-8"),
    (3, "us-ascii"),
    (4, "iso-8859-1"),
    (5, "iso-8859-2"),
    (6, "iso-8859-3"),
    (7, "iso-8859-4"),
    (8, "iso-8859-5"),
    (9, "iso-8859-6"),
    (10, "iso-8859-7"),
    (11, "iso-8859-8"),
    (2254, "windows-1254"),
    (12, "iso-8859-9"),
    (13, "iso-8859-10"),
    (109, "iso-8859-13"),
    (110, "iso-8859-14"),
    (111, "iso-8859-15"),
    (112, "iso-8859-16"),
    (17, "shift_jis"),
    (18, "euc-jp"),
    (38, "euc-kr"),
    (39, "iso-2022-jp"),
    (113, "gbk"),
    (114, "gb18030"),
    (2025, "gb2312"),
    (2026, "big5"),
    (2027, "macintosh"),
    (2084, "koi8-r"),
    (2088, "koi8-u"),
    (2109, "windows-874"),
    (2259, "tis-620"),
    (2250, "windows-1250"),
    (2251, "windows-1251"),
    (2252, "windows-1252"),
    (2253, "windows-1253"),
    (2255, "windows-1255"),
    (2256, "windows-1256"),
    (2257, "windows-1257"),
    (2258, "windows-1258"),
    (1013, "utf-16be"),
    (1014, "utf-16le"),
    (1015, "utf-16be"),
    (1000, "utf-16be"),
];

impl Charset {
    /// What a document is in unless something says otherwise.
    pub(super) const UTF_8: Self = Self {
        kind: Kind::Utf8,
        encoding: UTF_8,
    };

    /// The charset of this label, in any case, quoted or not.
    pub(super) fn by_label(label: &str) -> Option<Self> {
        let label = label.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'');
        let encoding = Encoding::for_label_no_replacement(label.as_bytes())?;
        let is = |names: &[&str]| names.iter().any(|name| label.eq_ignore_ascii_case(name));
        let kind = if encoding == UTF_8 {
            Kind::Utf8
        } else if encoding == UTF_16LE || encoding == UTF_16BE {
            Kind::Utf16
        } else if encoding != WINDOWS_1252 || is(&["windows-1252", "cp1252", "x-cp1252"]) {
            Kind::Other
        } else if is(&["us-ascii", "ascii", "ansi_x3.4-1968"]) {
            Kind::Ascii
        } else {
            Kind::Latin1
        };
        Some(Self { kind, encoding })
    }

    /// The charset of this IANA number; 0, "unknown", is none.
    pub(super) fn by_mib(mib: u32) -> Option<Self> {
        let (_, label) = MIBS.iter().find(|(number, _)| *number == mib)?;
        Self::by_label(label)
    }

    /// The IANA number to announce it by, if it has one.
    pub(super) fn mib(self) -> Option<u32> {
        MIBS.iter()
            .find(|(_, label)| Self::by_label(label) == Some(self))
            .map(|(mib, _)| *mib)
    }

    /// Its name for an XML declaration.
    pub(super) fn name(self) -> &'static str {
        match self.kind {
            Kind::Utf8 => "UTF-8",
            Kind::Ascii => "US-ASCII",
            Kind::Latin1 => "ISO-8859-1",
            Kind::Utf16 => "UTF-16",
            Kind::Other => self.encoding.name(),
        }
    }

    /// Its WHATWG label, in lower case.
    pub(super) fn label(self) -> String {
        if self.kind == Kind::Utf16 {
            self.encoding.name().to_ascii_lowercase()
        } else {
            self.name().to_ascii_lowercase()
        }
    }

    /// Whether text is the bytes it already is.
    pub(super) fn is_utf8(self) -> bool {
        self.kind == Kind::Utf8
    }

    /// Whether code units are two bytes: a string then ends with two NUL bytes.
    pub(super) fn is_wide(self) -> bool {
        self.kind == Kind::Utf16
    }

    /// The text these bytes are; `None` when they are not of this charset.
    pub(super) fn decode(self, bytes: &[u8]) -> Option<Cow<'_, str>> {
        match self.kind {
            Kind::Utf8 => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            // Devices that say ASCII and mean UTF-8 are many.
            Kind::Ascii => Self::UTF_8
                .decode(bytes)
                .or_else(|| decode(WINDOWS_1252, bytes)),
            Kind::Utf16 => match Encoding::for_bom(bytes) {
                Some((encoding, skip)) if encoding != UTF_8 => decode(encoding, bytes.get(skip..)?),
                Some(_) | None => decode(self.encoding, bytes),
            },
            Kind::Latin1 | Kind::Other => decode(self.encoding, bytes),
        }
    }

    /// Appends the text in this charset; what it cannot say goes to `instead`.
    pub(super) fn encode(
        self,
        text: &str,
        out: &mut Vec<u8>,
        mut instead: impl FnMut(char, &mut Vec<u8>),
    ) {
        match self.kind {
            Kind::Utf8 => out.extend_from_slice(text.as_bytes()),
            Kind::Ascii | Kind::Latin1 => {
                let last = if self.kind == Kind::Ascii { 0x7f } else { 0xff };
                for c in text.chars() {
                    match u8::try_from(u32::from(c)) {
                        Ok(byte) if byte <= last => out.push(byte),
                        Ok(_) | Err(_) => instead(c, out),
                    }
                }
            }
            Kind::Utf16 => {
                let big = self.encoding == UTF_16BE;
                for unit in text.encode_utf16() {
                    out.extend_from_slice(&if big {
                        unit.to_be_bytes()
                    } else {
                        unit.to_le_bytes()
                    });
                }
            }
            Kind::Other => {
                let (bytes, _, lossy) = self.encoding.encode(text);
                if lossy {
                    self.encode_runs(text, out, instead);
                } else {
                    out.extend_from_slice(&bytes);
                }
            }
        }
    }

    /// Appends what the charset can say in runs as long as they can be: each run of a charset with
    /// shifts (ISO-2022-JP) begins and ends in ASCII.
    fn encode_runs(
        self,
        mut text: &str,
        out: &mut Vec<u8>,
        mut instead: impl FnMut(char, &mut Vec<u8>),
    ) {
        let unsayable = |c: &char| self.encoding.encode(c.encode_utf8(&mut [0; 4])).2;
        while let Some((at, c)) = text.char_indices().find(|(_, c)| unsayable(c)) {
            let (run, rest) = text.split_at(at);
            out.extend_from_slice(&self.encoding.encode(run).0);
            instead(c, out);
            text = rest.get(c.len_utf8()..).unwrap_or_default();
        }
        out.extend_from_slice(&self.encoding.encode(text).0);
    }

    /// The error for bytes that are not of it.
    pub(super) fn broken(self) -> DecodeError {
        DecodeError::Charset(self.label())
    }
}

fn decode<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Option<Cow<'a, str>> {
    if encoding != ISO_2022_JP {
        return encoding.decode_without_bom_handling_and_without_replacement(bytes);
    }
    let once = shifts::without_idle(bytes);
    let text = encoding.decode_without_bom_handling_and_without_replacement(&once)?;
    Some(Cow::Owned(text.into_owned()))
}

/// The charset of an XML document and the length of its byte order mark: by the mark, then by what
/// the transport says, then by the declaration (XML 1.0, appendix F).
pub(super) fn of_xml(
    bytes: &[u8],
    transport: Option<&str>,
) -> Result<(Charset, usize), DecodeError> {
    let utf16 = |encoding| Charset {
        kind: Kind::Utf16,
        encoding,
    };
    match (Encoding::for_bom(bytes), bytes) {
        (Some((encoding, skip)), _) if encoding == UTF_8 => return Ok((Charset::UTF_8, skip)),
        (Some((encoding, skip)), _) => return Ok((utf16(encoding), skip)),
        (None, [0x00, b'<', ..]) => return Ok((utf16(UTF_16BE), 0)),
        (None, [b'<', 0x00, ..]) => return Ok((utf16(UTF_16LE), 0)),
        (None, _) => {}
    }
    for label in [transport, declared(bytes)].into_iter().flatten() {
        let charset = Charset::by_label(label)
            .ok_or_else(|| DecodeError::Foreign(format!("charset {label:?}")))?;
        // Bytes that read as ASCII are not UTF-16, whoever says so.
        if !charset.is_wide() {
            return Ok((charset, 0));
        }
    }
    Ok((Charset::UTF_8, 0))
}

/// The `encoding` of an XML declaration at the head of ASCII-compatible bytes.
fn declared(bytes: &[u8]) -> Option<&str> {
    let bytes = bytes.trim_ascii_start().strip_prefix(b"<?xml")?;
    let end = bytes
        .windows(2)
        .take(HEAD_BYTES)
        .position(|pair| pair == b"?>")?;
    let head = std::str::from_utf8(bytes.get(..end)?).ok()?;
    let value = head
        .split_once("encoding")?
        .1
        .trim_start()
        .strip_prefix('=')?
        .trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value.get(1..)?.split_once(quote).map(|(label, _)| label)
}

/// How far to look for the end of an XML declaration.
const HEAD_BYTES: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_names_a_charset_and_every_charset_a_number() {
        for (mib, label) in MIBS {
            let charset = Charset::by_mib(*mib).unwrap();
            assert_eq!(Charset::by_label(label), Some(charset));
            assert_eq!(
                Charset::by_mib(charset.mib().unwrap()),
                Some(charset),
                "{label}"
            );
            assert_eq!(
                Charset::by_label(&charset.label()),
                Some(charset),
                "{label}"
            );
        }
        assert_eq!(Charset::by_mib(0), None);
    }

    #[test]
    fn the_byte_order_mark_stands_before_the_transport_and_that_before_the_declaration() {
        let label = |bytes: &[u8], transport| {
            of_xml(bytes, transport).map(|(charset, skip)| (charset.label(), skip))
        };
        let declaring = b"<?xml version='1.0' encoding='iso-8859-1'?><a/>";
        assert_eq!(label(declaring, None), Ok(("iso-8859-1".into(), 0)));
        assert_eq!(
            label(declaring, Some("Windows-1251")),
            Ok(("windows-1251".into(), 0))
        );
        assert_eq!(
            label(b"\xef\xbb\xbf<a/>", Some("shift_jis")),
            Ok(("utf-8".into(), 3))
        );
        assert_eq!(label(b"\xff\xfe<\0a\0", None), Ok(("utf-16le".into(), 2)));
        assert_eq!(label(b"\0<\0a", Some("utf-16")), Ok(("utf-16be".into(), 0)));
        assert_eq!(
            label(b"<?xml version='1.0' encoding='UTF-16'?><a/>", None),
            Ok(("utf-8".into(), 0))
        );
        assert_eq!(
            label(b"<a/>", Some("utf-7")),
            Err(DecodeError::Foreign("charset \"utf-7\"".into()))
        );
    }

    #[test]
    fn what_a_charset_cannot_say_is_said_otherwise() {
        for (label, text, bytes) in [
            ("us-ascii", "a\u{e9}", &b"a?"[..]),
            ("iso-8859-1", "\u{e9}\u{20ac}", b"\xe9?"),
            ("windows-1252", "\u{e9}\u{20ac}", b"\xe9\x80"),
            ("windows-1251", "\u{416}\u{e9}", b"\xc6?"),
            ("shift_jis", "\u{65e5}", b"\x93\xfa"),
            (
                "iso-2022-jp",
                "\u{ff01}\u{ff01}\u{fffc}a",
                b"\x1b$B!*!*\x1b(B?a",
            ),
            ("utf-16be", "a\u{1f600}", b"\0a\xd8\x3d\xde\x00"),
        ] {
            let mut out = Vec::new();
            Charset::by_label(label)
                .unwrap()
                .encode(text, &mut out, |_, out| out.push(b'?'));
            assert_eq!(out, bytes, "{label}");
        }
    }

    #[test]
    fn bytes_of_another_charset_are_noticed() {
        for (label, bytes) in [
            ("utf-8", &b"\xff"[..]),
            ("utf-16le", b"a"),
            ("utf-16le", b"\x00\xd8a\0"),
            ("shift_jis", b"\x81"),
        ] {
            assert_eq!(
                Charset::by_label(label).unwrap().decode(bytes),
                None,
                "{label}"
            );
        }
        assert_eq!(
            Charset::by_label("us-ascii")
                .unwrap()
                .decode("\u{e9}".as_bytes())
                .unwrap(),
            "\u{e9}"
        );
        assert_eq!(
            Charset::by_label("us-ascii")
                .unwrap()
                .decode(b"\xe9")
                .unwrap(),
            "\u{e9}"
        );
    }
}
