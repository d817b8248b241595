//! Components inside one another: `BEGIN`, properties, `END`, always balanced whatever the bytes were.
//!
//! A missing `END` is put in at the end of the body, one too many is read over, and below
//! [`MAX_DEPTH`] components are no longer told apart, so that work and memory stay bounded.

use xxhash_rust::xxh3::xxh3_64;

use super::line::{Line, Lines};

/// What a component is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Component {
    /// `VCARD`.
    Card,
    /// `VCALENDAR`.
    Calendar,
    /// `VEVENT`.
    Event,
    /// `VTODO`.
    Todo,
    /// `VJOURNAL`.
    Journal,
    /// `VNOTE`.
    Note,
    /// Any other, by a digest of its name in upper case.
    Other(u64),
}

impl Component {
    /// The component of this name, whatever the case.
    #[must_use]
    pub fn named(name: &[u8]) -> Self {
        let name = name.trim_ascii();
        NAMES
            .iter()
            .find(|(known, _)| name.eq_ignore_ascii_case(known.as_bytes()))
            .map_or_else(
                || Self::Other(xxh3_64(&name.to_ascii_uppercase())),
                |(_, component)| *component,
            )
    }

    /// A number for this component that is the same in every run and release.
    #[must_use]
    pub fn number(self) -> u64 {
        match self {
            Self::Card => 1,
            Self::Calendar => 2,
            Self::Event => 3,
            Self::Todo => 4,
            Self::Journal => 5,
            Self::Note => 6,
            Self::Other(digest) => digest,
        }
    }
}

/// One step through an object.
#[derive(Debug, Clone)]
pub enum Step<'a> {
    /// A component opens.
    Begin(Component),
    /// A property of the innermost open component; a line without a colon comes with no name.
    Property(Line<'a>),
    /// The innermost open component, which is this one, closes.
    End(Component),
}

/// Walks through a body, see the head of this file. Blank lines are left out.
#[derive(Debug, Clone)]
pub struct Walk<'a> {
    lines: Lines<'a>,
    open: Vec<Component>,
    /// Components open below the deepest level that is told apart.
    below: usize,
    /// Components that the last `END`, or the end of the body, still has to close.
    closing: usize,
    begun: Option<Line<'a>>,
    deep: bool,
}

impl<'a> Walk<'a> {
    /// A walk from the start of this body.
    #[must_use]
    pub fn new(body: &'a [u8]) -> Self {
        Self {
            lines: Lines::new(body),
            open: Vec::new(),
            below: 0,
            closing: 0,
            begun: None,
            deep: false,
        }
    }

    /// The line that opened the component of the last [`Step::Begin`].
    #[must_use]
    pub fn begun(&self) -> Option<&Line<'a>> {
        self.begun.as_ref()
    }

    /// Whether components have been met below the deepest level that is told apart.
    #[must_use]
    pub fn is_too_deep(&self) -> bool {
        self.deep
    }

    /// The components that are open, outermost first.
    #[must_use]
    pub fn open(&self) -> &[Component] {
        &self.open
    }

    fn begin(&mut self, component: Component) -> Option<Step<'a>> {
        if self.open.len() < MAX_DEPTH {
            self.open.push(component);
            return Some(Step::Begin(component));
        }
        self.below += 1;
        self.deep = true;
        None
    }

    fn end(&mut self, component: Component) {
        if self.below > 0 {
            self.below -= 1;
        } else if let Some(at) = self.open.iter().rposition(|open| *open == component) {
            self.closing = self.open.len() - at;
        }
    }
}

impl<'a> Iterator for Walk<'a> {
    type Item = Step<'a>;

    fn next(&mut self) -> Option<Step<'a>> {
        loop {
            if self.closing > 0 {
                self.closing -= 1;
                return self.open.pop().map(Step::End);
            }
            let Some(line) = self.lines.next() else {
                return self.open.pop().map(Step::End);
            };
            if line.is("BEGIN") {
                if let Some(step) = self.begin(Component::named(line.value())) {
                    self.begun = Some(line);
                    return Some(step);
                }
            } else if line.is("END") {
                self.end(Component::named(line.value()));
            } else if !line.is_blank() {
                return Some(Step::Property(line));
            }
        }
    }
}

/// Components inside one another that are told apart; real objects have four.
pub const MAX_DEPTH: usize = 16;

const NAMES: [(&str, Component); 6] = [
    ("VCARD", Component::Card),
    ("VCALENDAR", Component::Calendar),
    ("VEVENT", Component::Event),
    ("VTODO", Component::Todo),
    ("VJOURNAL", Component::Journal),
    ("VNOTE", Component::Note),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(body: &str) -> String {
        Walk::new(body.as_bytes())
            .map(|step| match step {
                Step::Begin(_) => "(".to_owned(),
                Step::Property(line) => String::from_utf8_lossy(line.name()).into_owned(),
                Step::End(_) => ")".to_owned(),
            })
            .collect()
    }

    #[test]
    fn components_come_balanced_even_when_their_ends_do_not() {
        let table = [
            ("BEGIN:VCARD\nA:1\nEND:VCARD\n", "(A)"),
            ("BEGIN:VCARD\nA:1\n", "(A)"),
            (
                "BEGIN:VCALENDAR\nBEGIN:VEVENT\nA:1\nEND:VCALENDAR\nB:1\n",
                "((A))B",
            ),
            ("BEGIN:VCARD\nEND:VEVENT\nA:1\nEND:VCARD\n", "(A)"),
            (
                "BEGIN:VCARD\nAGENT:\nBEGIN:VCARD\nA:1\nEND:VCARD\n\nEND:VCARD",
                "(AGENT(A))",
            ),
            ("END:VCARD\n", ""),
        ];
        for (body, expected) in table {
            assert_eq!(outline(body), expected, "{body}");
        }
    }

    #[test]
    fn a_tower_of_components_stays_bounded() {
        let body = "BEGIN:X\n".repeat(100_000) + "A:1\n" + &"END:X\n".repeat(100_000);
        let mut deepest = 0;
        let mut walk = Walk::new(body.as_bytes());
        while walk.next().is_some() {
            deepest = deepest.max(walk.open().len());
        }
        assert_eq!(deepest, MAX_DEPTH);
    }
}
