//! Takes files apart into items, byte for byte: cards out of a `.vcf`, entries out of a `.ics` or `.vcs`.
//!
//! Only `BEGIN` and `END` are understood (RFC 5545, section 3.6; RFC 6350, section 6.1), and of a calendar
//! which entries belong together: those of one `UID`, a series and its exceptions. Each entry becomes a calendar of
//! its own, with the calendar's properties and the time zones it mentions.

use std::collections::HashMap;
use std::path::Path;

/// How a file is taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Cards of this name, one after the other: `VCARD`, `VNOTE`.
    Cards(&'static str),
    /// Calendars of entries.
    Calendar,
    /// One note.
    Text,
}

impl FileKind {
    /// By the file's name; `None` for a file we cannot read.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "vcf" | "vcard" => Some(Self::Cards("VCARD")),
            "vnt" => Some(Self::Cards("VNOTE")),
            "ics" | "ical" | "vcs" => Some(Self::Calendar),
            "txt" => Some(Self::Text),
            _ => None,
        }
    }

    /// The media type where the body does not say.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Cards("VNOTE") => "text/x-vnote",
            Self::Cards(_) => "text/x-vcard",
            Self::Calendar => "text/calendar",
            Self::Text => "text/plain",
        }
    }
}

/// What a file held.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pieces {
    /// The items' bodies.
    pub bodies: Vec<Vec<u8>>,
    /// How many stretches of the file were no item: cut off, or something else.
    pub unreadable: usize,
}

/// Takes a file apart.
pub fn split(kind: FileKind, bytes: &[u8]) -> Pieces {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match kind {
        FileKind::Cards(name) => cards(bytes, name),
        FileKind::Calendar => calendars(bytes),
        FileKind::Text if is_blank(bytes) => Pieces {
            bodies: Vec::new(),
            unreadable: 1,
        },
        FileKind::Text => Pieces {
            bodies: vec![bytes.to_vec()],
            unreadable: 0,
        },
    }
}

fn calendars(bytes: &[u8]) -> Pieces {
    let whole = cards(bytes, "VCALENDAR");
    let mut pieces = Pieces {
        bodies: Vec::new(),
        unreadable: whole.unreadable,
    };
    for calendar in &whole.bodies {
        match entries(calendar) {
            Some(bodies) => pieces.bodies.extend(bodies),
            None => pieces.unreadable += 1,
        }
    }
    pieces
}

/// The stretches from `BEGIN:name` to its `END:name`.
fn cards(bytes: &[u8], name: &str) -> Pieces {
    let mut pieces = Pieces::default();
    let mut card: Vec<u8> = Vec::new();
    let (mut depth, mut in_agent, mut in_rubbish) = (0_usize, false, false);
    for line in lines(bytes) {
        let mark = Mark::of(line, name);
        if depth == 0 && mark != Mark::Begin {
            let blank = is_blank(line);
            pieces.unreadable += usize::from(!blank && !in_rubbish);
            in_rubbish |= !blank;
            continue;
        }
        in_rubbish = false;
        if mark == Mark::Begin && depth > 0 && !in_agent {
            // Not a card within a card: the one before was cut off.
            pieces.unreadable += 1;
            card.clear();
            depth = 0;
        }
        match mark {
            Mark::Begin => depth += 1,
            Mark::End => depth -= 1,
            Mark::Other => in_agent = starts_with(line, b"AGENT") || (in_agent && is_blank(line)),
        }
        card.extend_from_slice(line);
        if depth == 0 {
            pieces.bodies.push(std::mem::take(&mut card));
        }
    }
    pieces.unreadable += usize::from(depth > 0);
    pieces
}

/// One component of a calendar.
struct Component {
    is_zone: bool,
    /// `UID`, or `TZID` of a time zone; unfolded.
    id: Option<Vec<u8>>,
    bytes: Vec<u8>,
}

/// Each entry of one calendar as a calendar of its own; `None` when its parts do not close.
fn entries(calendar: &[u8]) -> Option<Vec<Vec<u8>>> {
    let all: Vec<&[u8]> = lines(calendar).collect();
    let (begin, rest) = all.split_first()?;
    let (end, inner) = rest.split_last()?;
    let (properties, components) = parts(inner)?;
    let (zones, entries): (Vec<_>, Vec<_>) = components
        .into_iter()
        .partition(|component| component.is_zone);
    let series = series(entries);
    if series.len() == 1 {
        return Some(vec![calendar.to_vec()]);
    }
    let alone = |entry: &Vec<u8>| {
        let text = unfolded(entry);
        let used = zones
            .iter()
            .filter(|zone| zone.id.as_ref().is_none_or(|id| contains(&text, id)));
        let mut body = [begin, properties.as_slice()].concat();
        used.for_each(|zone| body.extend_from_slice(&zone.bytes));
        body.extend_from_slice(entry);
        body.extend_from_slice(end);
        body
    };
    Some(series.iter().map(alone).collect())
}

/// Entries of one `UID` together, in the order of the file.
fn series(entries: Vec<Component>) -> Vec<Vec<u8>> {
    let mut series: Vec<Vec<u8>> = Vec::new();
    let mut places: HashMap<Vec<u8>, usize> = HashMap::new();
    for entry in entries {
        let place = entry
            .id
            .map_or(series.len(), |id| *places.entry(id).or_insert(series.len()));
        match series.get_mut(place) {
            Some(known) => known.extend_from_slice(&entry.bytes),
            None => series.push(entry.bytes),
        }
    }
    series
}

/// The properties and the components of a calendar; `None` when they do not close.
fn parts(inner: &[&[u8]]) -> Option<(Vec<u8>, Vec<Component>)> {
    let mut properties = Vec::new();
    let mut components = Vec::new();
    let mut lines = inner.iter().copied();
    while let Some(line) = lines.next() {
        if starts_with(line, b"BEGIN:") {
            components.push(component(line, &mut lines)?);
        } else {
            properties.extend_from_slice(line);
        }
    }
    Some((properties, components))
}

/// One component, from its `BEGIN` on; takes its lines up to its own `END`.
fn component<'a>(begin: &[u8], lines: &mut impl Iterator<Item = &'a [u8]>) -> Option<Component> {
    let is_zone = Mark::of(begin, "VTIMEZONE") == Mark::Begin;
    let name: &[u8] = if is_zone { b"TZID" } else { b"UID" };
    let (mut bytes, mut id) = (begin.to_vec(), Vec::new());
    let (mut depth, mut in_id) = (1_usize, false);
    while depth > 0 {
        let line = lines.next()?;
        bytes.extend_from_slice(line);
        if starts_with(line, b"BEGIN:") {
            depth += 1;
        } else if starts_with(line, b"END:") {
            depth -= 1;
        }
        in_id = if is_folded(line) {
            in_id
        } else {
            depth == 1 && id.is_empty() && is_property(line, name)
        };
        if in_id {
            id.extend_from_slice(line);
        }
    }
    let id = Some(value(&unfolded(&id)).to_vec()).filter(|id| !id.is_empty());
    Some(Component { is_zone, id, bytes })
}

/// What a line does to the component of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Begin,
    End,
    Other,
}

impl Mark {
    fn of(line: &[u8], name: &str) -> Self {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            return Self::Other;
        };
        let (keyword, rest) = line.split_at(colon);
        if !rest.trim_ascii_end().get(1..).is_some_and(|rest| {
            rest.trim_ascii_start()
                .eq_ignore_ascii_case(name.as_bytes())
        }) {
            return Self::Other;
        }
        if keyword.eq_ignore_ascii_case(b"BEGIN") {
            return Self::Begin;
        }
        if keyword.eq_ignore_ascii_case(b"END") {
            Self::End
        } else {
            Self::Other
        }
    }
}

/// The lines with their ends.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n')
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(u8::is_ascii_whitespace)
}

fn is_folded(line: &[u8]) -> bool {
    matches!(line.first(), Some(b' ' | b'\t'))
}

fn starts_with(line: &[u8], start: &[u8]) -> bool {
    line.get(..start.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(start))
}

fn is_property(line: &[u8], name: &[u8]) -> bool {
    starts_with(line, name) && matches!(line.get(name.len()), Some(b':' | b';'))
}

fn value(line: &[u8]) -> &[u8] {
    let after = line
        .iter()
        .position(|byte| *byte == b':')
        .and_then(|colon| line.get(colon + 1..));
    after.unwrap_or_default().trim_ascii()
}

/// The text without the line ends that only fold it.
fn unfolded(bytes: &[u8]) -> Vec<u8> {
    let mut text: Vec<u8> = Vec::with_capacity(bytes.len());
    for line in lines(bytes) {
        if is_folded(line) {
            let kept = text.trim_ascii_end().len();
            text.truncate(kept);
            text.extend_from_slice(line.get(1..).unwrap_or_default());
        } else {
            text.extend_from_slice(line);
        }
    }
    text
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    part.is_empty() || text.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests;
