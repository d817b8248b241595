//! Characters that a device cut in two.
//!
//! A device that sends an item in chunks may cut it wherever its message is full, in the middle of a character, too
//! (SyncEvolution does). Such a message is no UTF-8. Where the cut is at an end of the text of a `Data`, half a character
//! is no fault: the chunks are joined as bytes (REQ-FIELD-10). Anywhere else it is.

use std::borrow::Cow;

/// The most bytes of a character on either side of a cut.
const MOST: usize = 3;

/// The bytes of half characters, by their place in the text. There each is a question mark, so that the text is UTF-8
/// and every other byte stays in its place.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Cuts {
    bytes: Vec<(usize, u8)>,
    /// How many of them were put back.
    done: usize,
}

impl Cuts {
    /// A text of these bytes; `None` where some that are not UTF-8 stand elsewhere than at the ends of a text.
    pub(super) fn mend(body: &[u8]) -> Option<(Cow<'_, str>, Self)> {
        if let Ok(text) = std::str::from_utf8(body) {
            return Some((text.into(), Self::default()));
        }
        let mut text = String::with_capacity(body.len());
        let mut cuts = Self::default();
        // How many bytes of the end of a character stand here, behind the beginning of a text.
        let mut tail = 0;
        for chunk in body.utf8_chunks() {
            if !chunk.valid().is_empty() {
                text.push_str(chunk.valid());
                tail = 0;
            }
            let half = chunk.invalid();
            let Some(first) = half.first() else { continue };
            let after = body.get(text.len() + half.len()..).unwrap_or_default();
            let ends = after.starts_with(b"<") || after.starts_with(b"]]>");
            let begins = tail > 0 || text.ends_with('>') || text.ends_with("<![CDATA[");
            match first {
                0x80..=0xbf if begins && tail < MOST => tail += 1,
                0xc2..=0xf4 if ends => {}
                _ => return None,
            }
            for byte in half {
                cuts.bytes.push((text.len(), *byte));
                text.push('?');
            }
        }
        Some((text.into(), cuts))
    }

    /// The text that stands at this place, with the halves that belong into it.
    pub(super) fn restore<'a>(&mut self, text: Cow<'a, [u8]>, at: usize) -> Cow<'a, [u8]> {
        let ahead = self.bytes.get(self.done..).unwrap_or_default();
        let end = at.saturating_add(text.len());
        if ahead.first().is_none_or(|(place, _)| *place >= end) {
            return text;
        }
        let mut text = text.into_owned();
        for (place, byte) in ahead {
            let Some(slot) = place.checked_sub(at).and_then(|place| text.get_mut(place)) else {
                break;
            };
            *slot = *byte;
            self.done += 1;
        }
        text.into()
    }

    /// The place of a half that was not put back, since it stands in nothing that may be cut.
    pub(super) fn left(&self) -> Option<usize> {
        self.bytes.get(self.done).map(|(place, _)| *place)
    }
}

#[cfg(test)]
mod tests {
    use crate::codec::{DecodeError, Encoding, Event, Limits, decode};

    fn data(xml: &[u8]) -> Result<Vec<u8>, DecodeError> {
        let document = decode(xml, None, &Limits::default())?;
        assert_eq!(document.encoding, Encoding::Xml);
        let text = document.events.into_iter().filter_map(|event| match event {
            Event::Text(text) => Some(text.into_owned()),
            Event::Start(_) | Event::End => None,
        });
        Ok(text.collect::<Vec<_>>().concat())
    }

    fn within(before: &str, text: &[u8], after: &str) -> Vec<u8> {
        let open = format!("<SyncML><Data>{before}");
        let close = format!("{after}</Data></SyncML>");
        [open.as_bytes(), text, close.as_bytes()].concat()
    }

    /// REQ-FIELD-10.
    #[test]
    fn a_character_may_be_cut_at_either_end_of_data() {
        let whole = "a\u{e9}\u{20ac}\u{1f4de}".as_bytes();
        for cut in 0..=whole.len() {
            let (head, tail) = whole.split_at(cut);
            for (before, after) in [("", ""), ("<![CDATA[", "]]>")] {
                for half in [head, tail] {
                    assert_eq!(data(&within(before, half, after)).unwrap(), half, "{cut}");
                }
            }
        }
        // Between both ends there may be anything that XML has.
        let escaped = within("", b"\x82&amp;b<![CDATA[<?]]>?\xf0\x9f", "");
        assert_eq!(data(&escaped).unwrap(), b"\x82&b<??\xf0\x9f");
    }

    #[test]
    fn bytes_that_are_no_utf_8_are_refused_anywhere_else() {
        for text in [
            &b"a\xe9b"[..],
            b"a\x82",
            b"\xe9b",
            b"\x80\x80\x80\x80",
            b"a\xff",
            b"a\xc0",
        ] {
            assert!(data(&within("", text, "")).is_err(), "{text:?}");
        }
        for xml in [
            &b"<SyncML><Source><LocURI>\xc3</LocURI></Source></SyncML>"[..],
            b"<SyncML><Data><!--a-->\xa9<!-- --><Item>\xc3</Item></Data></SyncML>",
            b"<SyncML><Data x='>\xa9'>a</Data></SyncML>",
            b"<SyncML><Data><!-->\xa9--></Data></SyncML>",
            b"<SyncML><Data>a</Data>\xc3</SyncML>",
        ] {
            assert!(data(xml).is_err(), "{}", String::from_utf8_lossy(xml));
        }
    }
}
