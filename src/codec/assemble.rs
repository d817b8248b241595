//! What both readers share: events in order, pieces of text put together, blanks dropped, limits kept.
//!
//! Neither spelling is known here. Nothing recurses, so depth costs no stack.

use std::borrow::Cow;

use super::{DecodeError, Event, Limits, Tag};

/// Collects the events of one document.
#[derive(Debug)]
pub(super) struct Assembler<'a> {
    limits: Limits,
    events: Vec<Event<'a>>,
    open: Vec<Open>,
    /// Text that no event holds yet: more of it may follow.
    pending: Option<Cow<'a, [u8]>>,
    nodes: usize,
    text_bytes: usize,
    strangers: Vec<(usize, String)>,
}

/// The most names of unknown elements that are kept, and the most bytes of one.
const MAX_STRANGERS: usize = 64;
pub(super) const MAX_NAME_BYTES: usize = 64;

/// Events, and the names of the unknown elements among them.
pub(super) type Assembled<'a> = (Vec<Event<'a>>, Vec<(usize, String)>);

/// An element whose end has not been seen.
#[derive(Debug)]
struct Open {
    tag: Tag,
    /// Elements are in it, so blanks beside them mean nothing.
    parent: bool,
}

/// Where to return to when a nested document proves broken. What was counted stays counted.
#[derive(Debug)]
pub(super) struct Mark {
    events: usize,
    open: usize,
    parent: bool,
}

impl<'a> Assembler<'a> {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            limits: *limits,
            events: Vec::new(),
            open: Vec::new(),
            pending: None,
            nodes: 0,
            text_bytes: 0,
            strangers: Vec::new(),
        }
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// The innermost open element.
    pub(super) fn innermost(&self) -> Option<Tag> {
        self.open.last().map(|open| open.tag)
    }

    /// Whether the root was opened and closed.
    pub(super) fn is_whole(&self) -> bool {
        self.open.is_empty() && !self.events.is_empty()
    }

    /// An element opens at this byte.
    pub(super) fn start(&mut self, tag: Tag, at: usize) -> Result<(), DecodeError> {
        if self.is_whole() {
            return Err(malformed(at, "a second root element"));
        }
        if self.open.len() >= self.limits.depth {
            return Err(DecodeError::TooMuch {
                what: "elements inside one another",
                max: self.limits.depth,
            });
        }
        self.nodes += 1;
        if self.nodes > self.limits.nodes {
            return Err(DecodeError::TooMuch {
                what: "elements",
                max: self.limits.nodes,
            });
        }
        if let Some(text) = self.pending.take_if(|text| !is_blank(text)) {
            self.events.push(Event::Text(text));
        }
        self.pending = None;
        if let Some(open) = self.open.last_mut() {
            open.parent = true;
        }
        self.open.push(Open { tag, parent: false });
        self.events.push(Event::Start(tag));
        Ok(())
    }

    /// An element of no table opens at this byte.
    pub(super) fn stranger(&mut self, name: &str, at: usize) -> Result<(), DecodeError> {
        self.start(Tag::Unknown, at)?;
        if self.strangers.len() < MAX_STRANGERS {
            let cut = name.floor_char_boundary(MAX_NAME_BYTES);
            let name = name.get(..cut).unwrap_or_default();
            self.strangers
                .push((self.events.len() - 1, name.to_owned()));
        }
        Ok(())
    }

    /// The innermost element closes at this byte.
    pub(super) fn end(&mut self, at: usize) -> Result<(), DecodeError> {
        let Some(open) = self.open.pop() else {
            return Err(malformed(at, "an end with no start"));
        };
        if let Some(text) = self.pending.take()
            && !(open.parent && is_blank(&text))
        {
            self.events.push(Event::Text(text));
        }
        self.events.push(Event::End);
        Ok(())
    }

    /// A piece of text at this byte.
    pub(super) fn text(&mut self, piece: Cow<'a, [u8]>, at: usize) -> Result<(), DecodeError> {
        if !self.counts(&piece, at)? {
            return Ok(());
        }
        match &mut self.pending {
            Some(text) => text.to_mut().extend_from_slice(&piece),
            None => self.pending = Some(piece),
        }
        Ok(())
    }

    /// One character at this byte.
    pub(super) fn character(&mut self, c: char, at: usize) -> Result<(), DecodeError> {
        let mut buffer = [0; 4];
        let piece = c.encode_utf8(&mut buffer).as_bytes();
        if self.counts(piece, at)? {
            self.pending
                .get_or_insert_default()
                .to_mut()
                .extend_from_slice(piece);
        }
        Ok(())
    }

    /// Whether a piece of text is worth keeping; it counts against the limit if so.
    fn counts(&mut self, piece: &[u8], at: usize) -> Result<bool, DecodeError> {
        if self.open.is_empty() {
            return if is_blank(piece) {
                Ok(false)
            } else {
                Err(malformed(at, "text outside the root element"))
            };
        }
        self.text_bytes = self.text_bytes.saturating_add(piece.len());
        if self.text_bytes > self.limits.expansion {
            return Err(DecodeError::TooMuch {
                what: "bytes of text",
                max: self.limits.expansion,
            });
        }
        Ok(!piece.is_empty())
    }

    /// Remembers this point, for [`Assembler::rewind`]; `None` in the middle of a text, where no nested
    /// document can begin.
    pub(super) fn mark(&self) -> Option<Mark> {
        let parent = self.open.last().is_some_and(|open| open.parent);
        self.pending.is_none().then_some(Mark {
            events: self.events.len(),
            open: self.open.len(),
            parent,
        })
    }

    /// Forgets what came after the mark.
    pub(super) fn rewind(&mut self, mark: &Mark) {
        self.events.truncate(mark.events);
        self.strangers.retain(|(at, _)| *at < mark.events);
        self.open.truncate(mark.open);
        if let Some(open) = self.open.last_mut() {
            open.parent = mark.parent;
        }
        self.pending = None;
    }

    /// All events, once the root is closed; `at` is the end of the document.
    pub(super) fn finish(self, at: usize) -> Result<Assembled<'a>, DecodeError> {
        if self.is_whole() {
            Ok((self.events, self.strangers))
        } else {
            Err(malformed(
                at,
                "the document ends before its root element does",
            ))
        }
    }
}

/// Broken here.
pub(super) fn malformed(at: usize, what: impl Into<String>) -> DecodeError {
    DecodeError::Malformed {
        at,
        what: what.into(),
    }
}

/// Nothing but what XML calls white space.
fn is_blank(text: &[u8]) -> bool {
    text.iter()
        .all(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assembler(limits: &Limits) -> Assembler<'static> {
        let mut out = Assembler::new(limits);
        out.start(Tag::Item, 0).unwrap();
        out
    }

    #[test]
    fn pieces_become_one_text_and_blanks_beside_elements_vanish() {
        let mut out = assembler(&Limits::default());
        out.text(Cow::Borrowed(b"\r\n "), 0).unwrap();
        out.start(Tag::Data, 0).unwrap();
        for piece in ["a", "", "b"] {
            out.text(Cow::Borrowed(piece.as_bytes()), 0).unwrap();
        }
        out.character('\u{e9}', 0).unwrap();
        out.end(0).unwrap();
        out.text(Cow::Borrowed(b"\t"), 0).unwrap();
        out.start(Tag::LocUri, 0).unwrap();
        out.text(Cow::Borrowed(b" \r\n"), 0).unwrap();
        out.end(0).unwrap();
        out.end(0).unwrap();
        let text = |text: &'static str| Event::Text(Cow::Borrowed(text.as_bytes()));
        assert_eq!(
            out.finish(0).unwrap().0,
            [
                Event::Start(Tag::Item),
                Event::Start(Tag::Data),
                text("ab\u{e9}"),
                Event::End,
                Event::Start(Tag::LocUri),
                text(" \r\n"),
                Event::End,
                Event::End
            ]
        );
    }

    #[test]
    fn a_rewind_forgets_the_events_but_not_the_count() {
        let limits = Limits {
            expansion: 4,
            ..Limits::default()
        };
        let mut out = assembler(&limits);
        let mark = out.mark().unwrap();
        out.start(Tag::Data, 0).unwrap();
        out.text(Cow::Borrowed(b"ab"), 0).unwrap();
        out.rewind(&mark);
        assert_eq!((out.depth(), out.innermost()), (1, Some(Tag::Item)));
        out.text(Cow::Borrowed(b"xy"), 0).unwrap();
        assert!(out.mark().is_none());
        assert_eq!(
            out.text(Cow::Borrowed(b"z"), 0),
            Err(DecodeError::TooMuch {
                what: "bytes of text",
                max: 4
            })
        );
        out.end(0).unwrap();
        assert_eq!(
            out.finish(0).unwrap().0,
            [
                Event::Start(Tag::Item),
                Event::Text(Cow::Borrowed(b"xy")),
                Event::End
            ]
        );
    }

    #[test]
    fn what_stands_outside_the_root_is_refused() {
        let mut out = assembler(&Limits::default());
        out.end(1).unwrap();
        assert_eq!(
            out.start(Tag::Item, 2),
            Err(malformed(2, "a second root element"))
        );
        assert_eq!(
            out.text(Cow::Borrowed(b"x"), 3),
            Err(malformed(3, "text outside the root element"))
        );
        assert_eq!(out.end(4), Err(malformed(4, "an end with no start")));
        assert_eq!(out.text(Cow::Borrowed(b" \n"), 5), Ok(()));
        assert!(Assembler::new(&Limits::default()).finish(0).is_err());
    }
}
