//! The XML spelling, on quick-xml's low-level reader. quick-xml expands no entity and fetches nothing.

mod cut;
mod names;
mod read;
mod write;

pub(super) use read::decode;
pub(super) use write::XmlWriter;

use super::Space;

/// The namespace of a vocabulary; the `SyncML` one carries its version (`RepPro` 1.2.2, section 5.4).
const fn namespace(space: Space, version: super::Version) -> &'static str {
    match (space, version) {
        (Space::SyncMl, super::Version::V10) => "SYNCML:SYNCML1.0",
        (Space::SyncMl, super::Version::V11) => "SYNCML:SYNCML1.1",
        (Space::SyncMl, super::Version::V12) => "SYNCML:SYNCML1.2",
        (Space::MetInf, _) => "syncml:metinf",
        (Space::DevInf, _) => "syncml:devinf",
    }
}

/// Whether XML 1.0 can hold this text.
pub(super) fn is_clean(text: &str) -> bool {
    first_unclean(text).is_none()
}

/// The first character that XML 1.0 cannot hold, and where it stands in bytes.
fn first_unclean(text: &str) -> Option<(usize, char)> {
    // U+FFFE and U+FFFF begin with EF.
    let suspect = |b| (b < b' ' && !matches!(b, b'\t' | b'\r' | b'\n')) || b == 0xef;
    first_byte(text.as_bytes(), suspect)?;
    text.char_indices().find(|&(_, c)| !is_xml_char(c))
}

/// Where the first byte of a kind stands. Most text has none and is long, so there is no branch
/// within a chunk of it.
fn first_byte(bytes: &[u8], is: impl Fn(u8) -> bool) -> Option<usize> {
    let has = |chunk: &[u8]| chunk.iter().fold(0, |any, &b| any | u8::from(is(b))) != 0;
    let start = bytes.chunks(CHUNK_BYTES).position(has)? * CHUNK_BYTES;
    let within = bytes.get(start..)?.iter().position(|&b| is(b))?;
    Some(start + within)
}

/// A few vector registers.
const CHUNK_BYTES: usize = 64;

/// `Char` of XML 1.0, section 2.2; surrogates are no `char`.
const fn is_xml_char(c: char) -> bool {
    !matches!(c, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_clean_when_xml_can_hold_it() {
        for text in [
            "",
            "a\tb\r\nc",
            "\u{7f}\u{85}\u{d7ff}\u{e000}\u{fffd}\u{10ffff}",
            "\u{feff}",
        ] {
            assert!(is_clean(text), "{text:?}");
        }
        for text in [
            "\0", "a\u{1}", "\u{b}", "\u{c}", "\u{1f}", "\u{fffe}", "\u{ffff}",
        ] {
            assert!(!is_clean(text), "{text:?}");
            let far = format!("{}{text}", "\u{e9}".repeat(100));
            assert_eq!(
                first_unclean(&far).map(|(at, _)| at),
                Some(200 + text.len() - text.chars().last().unwrap().len_utf8())
            );
        }
    }
}
