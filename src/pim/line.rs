//! Content lines: the one reader for vCard, vCalendar, iCalendar and vNote, old and new.
//!
//! [`Lines`] cuts a body into logical lines without losing a byte: the [`Line::source`] of all lines,
//! put together, is the body again. It joins what was folded, follows quoted-printable soft breaks and
//! takes base64 blocks up to their empty line; it does not decode values (`decode`) and knows nothing
//! of components (`walk`). Whatever the bytes are it ends, in time linear to their number.
//!
//! Sources: vCard 2.1 section 2.1, vCalendar 1.0 section 2.1, RFC 2425 section 5.8, RFC 5545 section 3.1.

mod dialect;

use std::borrow::Cow;

pub use dialect::{Dialect, version};

/// How a value is wrapped for the way, from the `ENCODING` parameter or its bare spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// As it stands: `7BIT`, `8BIT` or nothing said.
    Plain,
    /// `QUOTED-PRINTABLE`.
    Quoted,
    /// `BASE64`, or `B` in the new dialect.
    Base64,
}

impl Coding {
    fn named(word: &[u8]) -> Option<Self> {
        if word.eq_ignore_ascii_case(b"QUOTED-PRINTABLE") {
            Some(Self::Quoted)
        } else if word.eq_ignore_ascii_case(b"BASE64") {
            Some(Self::Base64)
        } else if word.eq_ignore_ascii_case(b"8BIT") || word.eq_ignore_ascii_case(b"7BIT") {
            Some(Self::Plain)
        } else {
            None
        }
    }
}

/// One parameter of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Param<'a> {
    /// What stands before `=`, without blanks; `None` for a bare word (`TEL;HOME`).
    pub key: Option<&'a [u8]>,
    /// What stands after it, as written: quotes and commas are still there.
    pub value: &'a [u8],
}

impl<'a> Param<'a> {
    fn of(raw: &'a [u8]) -> Self {
        match raw
            .iter()
            .position(|b| *b == b'=')
            .and_then(|at| raw.split_at_checked(at))
        {
            Some((key, value)) => Self {
                key: Some(key.trim_ascii()),
                value: value.get(1..).unwrap_or_default().trim_ascii(),
            },
            None => Self {
                key: None,
                value: raw.trim_ascii(),
            },
        }
    }

    /// Whether its key is this one, whatever the case.
    #[must_use]
    pub fn is(&self, key: &str) -> bool {
        self.key
            .is_some_and(|k| k.eq_ignore_ascii_case(key.as_bytes()))
    }

    /// The transfer encoding it names, bare or with `ENCODING=`; `None` when it is about something else.
    #[must_use]
    pub fn coding(&self) -> Option<Coding> {
        match self.key {
            None => Coding::named(self.value),
            Some(_) if !self.is("ENCODING") => None,
            Some(_) if self.value.eq_ignore_ascii_case(b"B") => Some(Coding::Base64),
            Some(_) => Some(Coding::named(self.value).unwrap_or(Coding::Plain)),
        }
    }
}

/// One logical line.
///
/// A line with no colon is no property; its name is empty and its value is all of it. A blank line
/// has neither.
#[derive(Debug, Clone)]
pub struct Line<'a> {
    /// The bytes it was read from, folds and line ends included.
    pub source: &'a [u8],
    /// The dialect of the body it stands in.
    pub dialect: Dialect,
    text: Cow<'a, [u8]>,
    head: Head,
}

/// Where the parts of a line lie, as byte offsets into its text.
#[derive(Debug, Clone, Copy)]
struct Head {
    name: usize,
    params: usize,
    value: usize,
    coding: Coding,
    /// Whether a `CHARSET` is among the parameters.
    is_labelled: bool,
}

impl Head {
    const NONE: Self = Self {
        name: 0,
        params: 0,
        value: 0,
        coding: Coding::Plain,
        is_labelled: false,
    };

    /// The head of a line; `None` when it has no colon.
    fn of(text: &[u8]) -> Option<Self> {
        let colon = colon(text)?;
        let before = text.get(..colon)?;
        let params = before.iter().position(|b| *b == b';').unwrap_or(colon);
        let name = before
            .get(..params)?
            .iter()
            .rposition(|b| *b == b'.')
            .map_or(0, |dot| dot + 1);
        let mut head = Self {
            name,
            params,
            value: colon + 1,
            ..Self::NONE
        };
        let mut coding = None;
        let rest = before.get(params..)?;
        for param in (Params { rest }) {
            coding = coding.or_else(|| param.coding());
            head.is_labelled |= param.is("CHARSET");
        }
        head.coding = coding.unwrap_or(Coding::Plain);
        Some(head)
    }
}

impl Line<'_> {
    /// The name of the property as written, without group and blanks; empty when the line is none.
    #[must_use]
    pub fn name(&self) -> &[u8] {
        self.text
            .get(self.head.name..self.head.params)
            .unwrap_or_default()
            .trim_ascii()
    }

    /// Whether this is the property of that name, whatever the case.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.name().eq_ignore_ascii_case(name.as_bytes())
    }

    /// The group before the name (`item1` of `item1.TEL`); empty when there is none.
    #[must_use]
    pub fn group(&self) -> &[u8] {
        let end = self.head.name.saturating_sub(1);
        self.text.get(..end).unwrap_or_default().trim_ascii()
    }

    /// The parameters in their order.
    #[must_use]
    pub fn params(&self) -> Params<'_> {
        let end = self.head.value.saturating_sub(1);
        Params {
            rest: self.text.get(self.head.params..end).unwrap_or_default(),
        }
    }

    /// The value, joined but not decoded.
    #[must_use]
    pub fn value(&self) -> &[u8] {
        self.text.get(self.head.value..).unwrap_or_default()
    }

    /// How the value is wrapped.
    #[must_use]
    pub fn coding(&self) -> Coding {
        self.head.coding
    }

    /// What its `CHARSET` says, if it has one.
    #[must_use]
    pub fn charset(&self) -> Option<&[u8]> {
        if !self.head.is_labelled {
            return None;
        }
        let mut params = self.params();
        params.find(|p| p.is("CHARSET")).map(|p| p.value)
    }

    /// Whether there is nothing on the line but blanks.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        blank(&self.text)
    }
}

/// The parameters of a line, see [`Line::params`].
#[derive(Debug, Clone)]
pub struct Params<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Params<'a> {
    type Item = Param<'a>;

    fn next(&mut self) -> Option<Param<'a>> {
        while let Some((b';', rest)) = self.rest.split_first() {
            let end = unquoted(rest, b';').unwrap_or(rest.len());
            let (raw, rest) = rest.split_at_checked(end)?;
            self.rest = rest;
            if !blank(raw) {
                return Some(Param::of(raw));
            }
        }
        None
    }
}

/// Reads a body line by line, see the head of this file.
#[derive(Debug, Clone)]
pub struct Lines<'a> {
    rest: &'a [u8],
    dialect: Dialect,
    at_start: bool,
}

/// How a line goes on in the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joint {
    /// The next line begins with a blank.
    Fold,
    /// This line ends with the `=` of quoted-printable.
    Soft,
    /// The next line is more of a base64 block.
    Block,
}

impl<'a> Lines<'a> {
    /// Reads this body in the dialect its `VERSION` names.
    #[must_use]
    pub fn new(body: &'a [u8]) -> Self {
        Self {
            rest: body,
            dialect: Dialect::of(body),
            at_start: true,
        }
    }

    /// The next physical line without its line end.
    fn physical(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let (line, rest) = peek(self.rest);
        self.rest = rest;
        Some(line)
    }

    /// How the line read so far goes on, if it does.
    fn joint(&self, text: &[u8], coding: Coding) -> Option<Joint> {
        let first = *self.rest.first()?;
        let folded = matches!(first, b' ' | b'\t');
        match coding {
            // A last value that ends with "=" by mistake must not swallow the end of its component.
            Coding::Quoted if text.ends_with(b"=") => {
                (!ends_component(self.rest)).then_some(Joint::Soft)
            }
            Coding::Plain | Coding::Quoted => folded.then_some(Joint::Fold),
            Coding::Base64 => {
                let (next, _) = peek(self.rest);
                (!blank(next) && (folded || next.iter().all(|b| in_base64(*b))))
                    .then_some(Joint::Block)
            }
        }
    }

    fn join(&mut self, text: &mut Cow<'a, [u8]>, joint: Joint) -> &'a [u8] {
        let next = self.physical().unwrap_or_default();
        let more = match (joint, self.dialect) {
            (Joint::Fold, Dialect::New) => next.get(1..).unwrap_or_default(),
            (Joint::Fold, Dialect::Old) | (Joint::Soft | Joint::Block, _) => next,
        };
        let text = text.to_mut();
        if joint == Joint::Soft {
            text.pop();
        }
        text.extend_from_slice(more);
        more
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        let whole = self.rest;
        let mut first = self.physical()?;
        if std::mem::take(&mut self.at_start) {
            first = first.strip_prefix(BYTE_ORDER_MARK).unwrap_or(first);
        }
        let mut text = Cow::Borrowed(first);
        let mut head = Head::of(first);
        while let Some(joint) = self.joint(&text, head.map_or(Coding::Plain, |h| h.coding)) {
            let more = self.join(&mut text, joint);
            // Only a piece that brings the first colon is worth another look: the whole stays linear.
            if head.is_none() && more.contains(&b':') {
                head = Head::of(&text);
            }
        }
        let head = head.unwrap_or(Head::NONE);
        if head.coding == Coding::Base64 && !self.rest.is_empty() {
            let (next, rest) = peek(self.rest);
            if blank(next) {
                self.rest = rest;
            }
        }
        let source = whole
            .get(..whole.len() - self.rest.len())
            .unwrap_or_default();
        Some(Line {
            source,
            dialect: self.dialect,
            text,
            head,
        })
    }
}

/// The first physical line of these bytes without its line end, and what follows it.
fn peek(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = memchr::memchr(b'\n', bytes);
    let (mut line, rest) = end.map_or((bytes, &[][..]), |end| {
        bytes.split_at_checked(end + 1).unwrap_or((bytes, &[]))
    });
    line = line.strip_suffix(b"\n").unwrap_or(line);
    while let Some(shorter) = line.strip_suffix(b"\r") {
        line = shorter;
    }
    (line, rest)
}

/// The colon that ends name and parameters: the first one outside quotes, or, where a quote is never
/// closed, the first one.
fn colon(text: &[u8]) -> Option<usize> {
    let first = memchr::memchr2(b':', b'"', text)?;
    if text.get(first) == Some(&b':') {
        return Some(first);
    }
    unquoted(text, b':').or_else(|| memchr::memchr(b':', text))
}

/// Where this byte first stands outside double quotes.
fn unquoted(text: &[u8], wanted: u8) -> Option<usize> {
    let mut quoted = false;
    text.iter().position(|b| {
        quoted ^= *b == b'"';
        !quoted && *b == wanted
    })
}

fn blank(text: &[u8]) -> bool {
    text.iter().all(|b| b.is_ascii_whitespace() || *b == 0)
}

fn in_base64(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b' ' | b'\t')
}

fn ends_component(rest: &[u8]) -> bool {
    rest.get(..5)
        .is_some_and(|next| next.eq_ignore_ascii_case(b"END:V"))
}

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

#[cfg(test)]
mod tests;
