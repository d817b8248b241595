//! A cursor over events, with the few moves every reader needs. Lenient by nature: what nobody asks for is
//! stepped over with all that is in it.

use super::element::Element;
use crate::codec::{Document, Event, Tag};

/// Bytes of memory the values of one message may take, their texts not counted. A byte of WBXML can be an
/// empty Item, which is some hundred bytes here; 64 MiB are enough for 40,000 items in earnest.
const MAX_VALUE_BYTES: usize = 64 << 20;

/// Stands inside an element, behind its `Start` or behind one of its children.
#[derive(Debug)]
pub struct Pull<'e> {
    events: std::slice::Iter<'e, Event<'e>>,
    /// How many events there were, and the names of the unknown elements among them, by index.
    all: (usize, &'e [(usize, String)]),
    /// Bytes that further values may take; `None` once they took too many, and then nothing comes any more.
    room: Option<usize>,
}

/// What comes next inside the open element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'e> {
    /// A child opened: read it, or [`Pull::skip`] it.
    Child(Tag),
    /// Text of the element itself.
    Text(&'e [u8]),
}

impl<'e> Pull<'e> {
    /// Before the first of these events.
    pub fn new(events: &'e [Event<'e>]) -> Self {
        Self {
            events: events.iter(),
            all: (events.len(), &[]),
            room: Some(MAX_VALUE_BYTES),
        }
    }

    /// Before the first event of a document.
    pub fn of(document: &'e Document<'e>) -> Self {
        Self {
            all: (document.events.len(), &document.strangers),
            ..Self::new(&document.events)
        }
    }

    /// The name of the element that has just been opened, where it is one of no table and its name was kept.
    pub fn stranger(&self) -> Option<&'e str> {
        let (count, names) = self.all;
        let at = count.checked_sub(self.events.len() + 1)?;
        let found = names.iter().find(|(index, _)| *index == at);
        found.map(|(_, name)| name.as_str())
    }

    /// Reads another document within this one, out of the same room.
    pub fn within<T>(&mut self, events: &[Event<'_>], read: impl FnOnce(&mut Pull<'_>) -> T) -> T {
        let mut inner = Pull {
            events: events.iter(),
            all: (events.len(), &[]),
            room: self.room,
        };
        let value = read(&mut inner);
        self.room = inner.room;
        if self.is_spent() {
            self.events = [].iter();
        }
        value
    }

    /// Makes room for one more `T` in a list.
    pub fn spend<T>(&mut self) {
        self.room = self.room.and_then(|room| room.checked_sub(size_of::<T>()));
        if self.is_spent() {
            self.events = [].iter();
        }
    }

    /// Whether the values took more room than they may: what was read is not all there was.
    pub const fn is_spent(&self) -> bool {
        self.room.is_none()
    }

    /// The next piece of the open element; `None` once it has closed.
    pub fn piece(&mut self) -> Option<Piece<'e>> {
        match self.events.next()? {
            Event::Start(tag) => Some(Piece::Child(*tag)),
            Event::Text(text) => Some(Piece::Text(text)),
            Event::End => None,
        }
    }

    /// Opens the next child and steps over text before it; `None` once the element has closed.
    pub fn child(&mut self) -> Option<Tag> {
        loop {
            if let Piece::Child(tag) = self.piece()? {
                return Some(tag);
            }
        }
    }

    /// Leaves the open element, whatever is still in it.
    pub fn skip(&mut self) {
        let mut depth = 1_usize;
        while depth > 0 {
            match self.events.next() {
                Some(Event::Start(_)) => depth += 1,
                Some(Event::Text(_)) => {}
                Some(Event::End) => depth -= 1,
                None => return,
            }
        }
    }

    /// The element's own text to the byte, and leaves it.
    pub fn bytes(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        while let Some(piece) = self.piece() {
            match piece {
                Piece::Child(_) => self.skip(),
                Piece::Text(text) => bytes.extend_from_slice(text),
            }
        }
        bytes
    }

    /// The element as a short value: without blanks and NULs around it (S60 sends both; REQ-FIELD-12).
    pub fn text(&mut self) -> String {
        let bytes = self.bytes();
        let text = String::from_utf8_lossy(&bytes);
        text.trim_matches(|c: char| c == '\0' || c.is_whitespace())
            .to_owned()
    }

    /// Gives every child of the open element to `value`, steps over those it does not know, and leaves it.
    pub fn fill(&mut self, value: &mut impl Element) {
        while let Some(tag) = self.child() {
            if !value.take(tag, self) {
                self.skip();
            }
        }
    }

    /// The open element as a new value.
    pub fn read<T: Element>(&mut self) -> T {
        let mut value = T::default();
        self.fill(&mut value);
        value
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::super::{Get, Item};
    use super::*;

    fn text(text: &str) -> Event<'_> {
        Event::Text(Cow::Borrowed(text.as_bytes()))
    }

    /// REQ-FIELD-12.
    #[test]
    fn a_short_value_loses_the_blanks_and_the_nul_around_it() {
        // REQ-FIELD-12
        let events = [text(" ./contacts \r\n\0"), Event::End];
        assert_eq!(Pull::new(&events).text(), "./contacts");
    }

    #[test]
    fn bytes_are_kept_as_they_stand() {
        let events = [text(" a\r\n\0"), Event::End];
        assert_eq!(Pull::new(&events).bytes(), b" a\r\n\0");
    }

    #[test]
    fn an_element_nobody_asks_for_is_skipped_with_all_that_is_in_it() {
        let events = [
            Event::Start(Tag::Unknown),
            Event::Start(Tag::CmdId),
            text("7"),
            Event::End,
            Event::End,
            Event::Start(Tag::Final),
            Event::End,
            Event::End,
        ];
        let mut pull = Pull::new(&events);
        assert_eq!(pull.child(), Some(Tag::Unknown));
        pull.skip();
        assert_eq!(pull.child(), Some(Tag::Final));
        pull.skip();
        assert_eq!(pull.child(), None);
    }

    #[test]
    fn a_small_message_that_would_unfold_to_much_is_not_read_to_its_end() {
        let items = MAX_VALUE_BYTES / size_of::<Item>();
        for (count, fits) in [(items, true), (items + 1, false)] {
            let mut events: Vec<Event<'_>> = [Event::Start(Tag::Item), Event::End]
                .into_iter()
                .cycle()
                .take(2 * count)
                .collect();
            events.push(Event::End);
            let mut pull = Pull::new(&events);
            let get: Get = pull.read();
            assert_eq!((pull.is_spent(), get.items.len() == count), (!fits, fits));
            assert_eq!(pull.child(), None);
        }
    }
}
