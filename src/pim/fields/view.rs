//! What of each line of an object is shown, and where what is hidden goes back to.

use std::collections::BTreeMap;

use super::Fields;
use super::spell::{cut, respelled};
use crate::pim::decode;
use crate::pim::facts::is_subject;
use crate::pim::line::{Coding, Dialect, Line, Lines};
use crate::pim::walk::Component;

/// How a device sees one line.
enum View {
    /// As it is.
    Whole,
    /// With this value, which is the beginning of it.
    Cut(String),
    /// Not at all.
    Hidden,
}

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Around, or deep within, what an item is about.
    Elsewhere,
    /// In a component that an item is about.
    Subject,
    /// Its last line.
    SubjectEnd,
    /// In a component within it, which begins with the line that has this number.
    Nested(usize),
}

/// Follows the components from line to line.
#[derive(Debug, Default)]
pub(super) struct Track {
    depth: usize,
    subject: Option<usize>,
    /// The depth of the component within the subject, and the number of its first line.
    nested: Option<(usize, usize)>,
}

impl Track {
    pub(super) fn place(&mut self, number: usize, line: &Line<'_>) -> Place {
        if line.is("BEGIN") {
            self.depth += 1;
            match self.subject {
                None if is_subject(Component::named(line.value())) => {
                    self.subject = Some(self.depth);
                }
                Some(_) if self.nested.is_none() => self.nested = Some((self.depth, number)),
                None | Some(_) => {}
            }
        }
        let place = match (self.subject, self.nested) {
            (_, Some((_, first))) => Place::Nested(first),
            (Some(depth), None) if depth == self.depth && line.is("END") => Place::SubjectEnd,
            (Some(_), None) => Place::Subject,
            (None, None) => Place::Elsewhere,
        };
        if line.is("END") {
            if self.nested.is_some_and(|(depth, _)| depth == self.depth) {
                self.nested = None;
            } else if self.subject == Some(self.depth) {
                self.subject = None;
            }
            self.depth = self.depth.saturating_sub(1);
        }
        place
    }
}

/// What a device was not shown of one component.
#[derive(Debug, Default)]
struct Unseen {
    /// Lines that were hidden, by the name of their property or component, spelled for the object they go to.
    hidden: Vec<(String, Vec<u8>)>,
    /// Values that were cut: name, what was shown, and the line as it is.
    cut: Vec<(String, String, Vec<u8>)>,
}

impl Fields {
    fn view(&self, line: &Line<'_>) -> View {
        let name = String::from_utf8_lossy(line.name());
        let Some(field) = self.wanted(&name) else {
            return View::Hidden;
        };
        let Some(most) = field.most else {
            return View::Whole;
        };
        if line.coding() == Coding::Base64 {
            let fits = decode::bytes(line).len() <= most;
            return if fits { View::Whole } else { View::Hidden };
        }
        let text = decode::text(line);
        if text.chars().count() <= most {
            View::Whole
        } else if field.whole {
            View::Hidden
        } else {
            View::Cut(text.chars().take(most).collect())
        }
    }

    /// Whether a component within an item is shown: a vCard there is the AGENT of another.
    fn shows(&self, component: &str) -> bool {
        let name = if component.eq_ignore_ascii_case("VCARD") {
            "AGENT"
        } else {
            component
        };
        self.wanted(name).is_some()
    }

    /// The object without what is not wanted.
    pub(super) fn shown(&self, body: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(body.len());
        let mut track = Track::default();
        let mut nested = (usize::MAX, true);
        for (number, line) in Lines::new(body).enumerate() {
            let is_shown = match track.place(number, &line) {
                Place::Elsewhere | Place::SubjectEnd => true,
                Place::Nested(first) => {
                    if nested.0 != first {
                        nested = (first, self.shows(&component(&line)));
                    }
                    nested.1
                }
                Place::Subject if line.is("BEGIN") || line.name().is_empty() => true,
                Place::Subject => match self.view(&line) {
                    View::Whole => true,
                    View::Hidden => false,
                    View::Cut(text) => {
                        out.extend(cut(&line, &text));
                        false
                    }
                },
            };
            if is_shown {
                out.extend_from_slice(line.source);
            }
        }
        out
    }

    /// The object that was sent, with what was not shown of ours.
    pub(super) fn made_whole(&self, sent: &[u8], ours: &[u8]) -> Vec<u8> {
        let dialect = Dialect::of(sent);
        let unseen = self.unseen(ours, dialect);
        let mut out = Vec::with_capacity(sent.len() + ours.len());
        let mut track = Track::default();
        let mut open: Vec<(Place, Line<'_>)> = Vec::new();
        for (number, line) in Lines::new(sent).enumerate() {
            match track.place(number, &line) {
                Place::Elsewhere => out.extend_from_slice(line.source),
                place @ (Place::Subject | Place::Nested(_)) => open.push((place, line)),
                Place::SubjectEnd => {
                    close(&mut out, &open, unseen.get(&key(&open)));
                    open.clear();
                    out.extend_from_slice(line.source);
                }
            }
        }
        if !open.is_empty() {
            // A body without its end.
            close(&mut out, &open, unseen.get(&key(&open)));
        }
        out
    }

    /// What a device was not shown of an object, component by component.
    fn unseen(&self, body: &[u8], dialect: Dialect) -> BTreeMap<String, Unseen> {
        let mut all = BTreeMap::new();
        let mut track = Track::default();
        let mut open: Vec<(Place, Line<'_>)> = Vec::new();
        for (number, line) in Lines::new(body).enumerate() {
            match track.place(number, &line) {
                Place::Elsewhere => {}
                place @ (Place::Subject | Place::Nested(_)) => open.push((place, line)),
                Place::SubjectEnd => {
                    all.insert(key(&open), self.unseen_of(&open, dialect));
                    open.clear();
                }
            }
        }
        if !open.is_empty() {
            all.insert(key(&open), self.unseen_of(&open, dialect));
        }
        all
    }

    fn unseen_of(&self, lines: &[(Place, Line<'_>)], dialect: Dialect) -> Unseen {
        let mut unseen = Unseen::default();
        let mut nested = (usize::MAX, String::new());
        for (place, line) in lines {
            if let Place::Nested(first) = place {
                if nested.0 != *first {
                    nested = (*first, component(line));
                }
                if !self.shows(&nested.1) {
                    unseen
                        .hidden
                        .push((nested.1.clone(), respelled(line, dialect)));
                }
                continue;
            }
            if line.is("BEGIN") || line.name().is_empty() {
                continue;
            }
            let name = String::from_utf8_lossy(line.name()).to_ascii_uppercase();
            match self.view(line) {
                View::Whole => {}
                View::Hidden => unseen.hidden.push((name, respelled(line, dialect))),
                View::Cut(text) => unseen.cut.push((name, text, respelled(line, dialect))),
            }
        }
        unseen
    }
}

/// The name of the component that a line begins, in upper case.
pub(super) fn component(line: &Line<'_>) -> String {
    String::from_utf8_lossy(line.value().trim_ascii()).to_ascii_uppercase()
}

/// What tells one component of an object from the others: which occurrence of a series it is about.
pub(super) fn key(lines: &[(Place, Line<'_>)]) -> String {
    let mut own = lines.iter().filter(|(place, _)| *place == Place::Subject);
    own.find(|(_, line)| line.is("RECURRENCE-ID"))
        .map(|(_, line)| decode::text(line).into_owned())
        .unwrap_or_default()
}

/// Writes a component but for its last line: as it was sent, where a value that was cut came back unchanged with the
/// whole value, and with what was hidden behind it, unless something of that name came.
fn close(out: &mut Vec<u8>, lines: &[(Place, Line<'_>)], unseen: Option<&Unseen>) {
    let Some(unseen) = unseen else {
        out.extend(lines.iter().flat_map(|(_, line)| line.source));
        return;
    };
    let mut came = Vec::new();
    let mut nested = usize::MAX;
    for (place, line) in lines {
        let name = String::from_utf8_lossy(line.name()).to_ascii_uppercase();
        let restored = unseen.cut.iter().find(|(cut, shown, _)| {
            *place == Place::Subject && *cut == name && *shown == decode::text(line)
        });
        out.extend_from_slice(restored.map_or(line.source, |(_, _, whole)| whole));
        match place {
            Place::Nested(first) if nested != *first => {
                nested = *first;
                came.push(component(line));
            }
            Place::Nested(_) | Place::Elsewhere | Place::SubjectEnd => {}
            Place::Subject => came.push(name),
        }
    }
    for (name, line) in &unseen.hidden {
        if !came.contains(name) {
            out.extend_from_slice(line);
        }
    }
}
