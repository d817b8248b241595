//! Events and tasks through the lens: one canonical tree for vCalendar 1.0, iCalendar 2.0 and SIF, and what a device has of it.
//!
//! What comes back is read with the eyes of the device: on its clock, or, where nobody knows that, on the clock of what it was
//! sent. What it was told only roughly (a rule without words, an occurrence that was moved) is left out of the comparison
//! on both sides, so that its answer says nothing about it. The conversions themselves are [`crate::pim::calendar`].

mod level;
mod reach;
mod sif;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::body;
use super::caps::Caps;
use super::moments::restated;
use super::{Form, Lens};
use crate::item::{Content, MediaType};
use crate::pim::calendar::{self, AlarmForm, CalendarQuirks, Times, Unrendered, View, ZoneRules};
use crate::pim::model::{
    Component, Document, Property, Reading, Text, Value, Version, read as read_lines,
};
use crate::pim::zone::Zone;

/// What a device is sent of an item.
pub(super) struct Told {
    pub content: Content,
    /// Properties that it is not told, or not as they are.
    pub approximated: Vec<&'static str>,
}

/// An item as a device was shown it and as it came back, brought to one form.
pub(super) struct Seen {
    pub shown: Component,
    pub came: Component,
}

/// The canonical tree of what is stored. What the book asks for is put in, the same every time.
pub(super) fn stored(content: &Content) -> Option<Component> {
    let mut tree = read(content, None, &view(&Lens::default(), None))?;
    by_the_book(&mut tree, content);
    Some(tree)
}

/// The canonical tree of what a device sent.
pub(super) fn came(content: &Content, lens: &Lens) -> Option<Component> {
    read(content, Some(lens), &view(lens, zone(lens)))
}

/// Adds what iCalendar asks for and the other forms do not; a name is made of what the item says.
pub(super) fn by_the_book(tree: &mut Component, of: &Content) {
    if calendar::has_entry(tree) {
        calendar::complete(tree, || crate::pim::digest(of).0.cast_unsigned());
    }
}

fn read(content: &Content, lens: Option<&Lens>, view: &View) -> Option<Component> {
    let media_type = crate::pim::classify(&content.body, &content.media_type);
    let document = if media_type.as_str().starts_with("text/x-s4j-") {
        calendar::sif::read(&content.body, view)
    } else {
        let charset = lens.and_then(|lens| lens.charset);
        let document = read_lines(&content.body, Reading { charset }).ok()?;
        let version = document.version;
        let tree = body::subject(document)?;
        if tree.name != "VCALENDAR" {
            return None;
        }
        let is_read = calendar::has_entry(&tree);
        let document = of(tree, version);
        if !is_read {
            return body::subject(document);
        }
        calendar::read(&document, view)
    };
    let mut tree = body::subject(document)?;
    calendar::settle(&mut tree);
    Some(tree)
}

/// What of the canonical form a device can hold as a whole: one that does not know moved occurrences sees the series without them.
pub(super) fn without_moved(lens: &Lens, item: &Component) -> Option<Component> {
    let caps = lens.caps.as_ref().filter(|caps| caps.is_telling())?;
    let is_new = matches!(lens.form, Form::Lines(Version::Calendar20));
    let is_moved = |c: &Component| c.first("RECURRENCE-ID").is_some();
    let is_series = |c: &Component| c.first("RRULE").is_some() && !is_moved(c);
    if !is_new
        || caps.of("RECURRENCE-ID").is_some()
        || !item.components.iter().any(is_moved)
        || !item.components.iter().any(is_series)
    {
        return None;
    }
    let mut item = item.clone();
    let (moved, kept): (Vec<_>, Vec<_>) = item.components.into_iter().partition(is_moved);
    item.components = kept;
    for series in item.components.iter_mut().filter(|c| is_series(c)) {
        let Some(start) = series.first("DTSTART").cloned() else {
            continue;
        };
        let dates = moved.iter().filter_map(|c| c.first("RECURRENCE-ID"));
        let dates: Vec<Text> = dates.map(|id| restated(id, &start).text().into()).collect();
        let is_alike = |p: &&mut Property| p.name == "EXDATE" && p.params == start.params;
        match series.properties.iter_mut().find(is_alike) {
            Some(Property {
                value: Value::List(list),
                ..
            }) => list.extend(dates),
            Some(_) | None => series.properties.push(Property {
                name: "EXDATE".into(),
                value: Value::List(dates),
                ..start
            }),
        }
    }
    Some(item)
}

/// What a device is sent of a tree that it can hold; `None` where its form has nothing for it.
pub(super) fn told(tree: Component, lens: &Lens) -> Option<Told> {
    if !calendar::has_entry(&tree) {
        return None;
    }
    let version = match lens.form {
        Form::AsStored | Form::Text => {
            return Some(Told {
                content: store(tree),
                approximated: Vec::new(),
            });
        }
        Form::Sif => return in_sif(tree, lens),
        Form::Lines(Version::Calendar10) => Version::Calendar10,
        Form::Lines(
            Version::Calendar20
            | Version::Card21
            | Version::Card30
            | Version::Card40
            | Version::Note11
            | Version::Other,
        ) => Version::Calendar20,
    };
    let mut view = view(lens, clock_for(&tree, lens));
    let item = of(tree, Version::Calendar20);
    let rendered = match calendar::render(&item, version, &view) {
        Err(Unrendered::TooEarly(_)) => {
            // The device itself has brought it, or has it from before: then it has it, and what it has is laid beside it.
            view.quirks.first_year = None;
            calendar::render(&item, version, &view)
        }
        rendered => rendered,
    };
    let mut rendered = rendered.ok()?;
    if version == Version::Calendar10 {
        for calendar in &mut rendered.document.root.components {
            calendar.properties.retain(|p| !calendar::is_made_up(p));
            for entry in &mut calendar.components {
                entry.properties.retain(|p| !calendar::is_made_up(p));
            }
        }
    }
    let media_type = match version {
        Version::Calendar10 => "text/x-vcalendar",
        Version::Calendar20
        | Version::Card21
        | Version::Card30
        | Version::Card40
        | Version::Note11
        | Version::Other => "text/calendar",
    };
    Some(Told {
        content: Content {
            media_type: MediaType::new(media_type),
            body: crate::pim::model::write(&rendered.document, &lens.spelling(version)),
        },
        approximated: rendered.approximated,
    })
}

fn in_sif(tree: Component, lens: &Lens) -> Option<Told> {
    let view = view(lens, clock_for(&tree, lens));
    let written = calendar::sif::write(&of(tree, Version::Calendar20), &view).ok()?;
    let media_type = crate::pim::sif::media_type(&written.body)?;
    Some(Told {
        content: Content {
            media_type: MediaType::new(media_type),
            body: written.body,
        },
        approximated: written.approximated,
    })
}

/// How a canonical tree is stored.
pub(super) fn store(mut tree: Component) -> Content {
    if calendar::has_entry(&tree) {
        calendar::describe_zones(&mut tree);
    }
    let (media_type, version) = if tree.text("VERSION") == "2.0" {
        ("text/calendar", Version::Calendar20)
    } else {
        ("text/x-vcalendar", Version::Calendar10)
    };
    let how = crate::pim::model::Spelling::of(version);
    Content {
        media_type: MediaType::new(media_type),
        body: crate::pim::model::write(&of(tree, version), &how),
    }
}

/// What the device was shown of what it can hold, and what it sent, to be laid beside one another.
pub(super) fn seen(held: &Component, told: &Told, sent: &Content, lens: &Lens) -> Option<Seen> {
    let home = zone(lens);
    let shown_on = home.clone().or_else(|| calendar::zone_of(held));
    let shown = read(&told.content, Some(lens), &view(lens, shown_on.clone()))?;
    let came = if lens.form == Form::Sif {
        let whole = sif::completed(&sent.body, &told.content.body);
        let whole = Content {
            media_type: sent.media_type.clone(),
            body: whole?,
        };
        read(&whole, Some(lens), &view(lens, shown_on))?
    } else {
        // A device that says where it is means that; one that does not is on the clock that it was sent.
        let is_elsewhere = level::zone_lines(sent)
            .is_some_and(|said| level::zone_lines(&told.content) != Some(said));
        let came_on = if is_elsewhere { home } else { shown_on };
        read(sent, Some(lens), &view(lens, came_on))?
    };
    Some(level::level(shown, came, &told.approximated, lens))
}

fn of(tree: Component, version: Version) -> Document {
    Document {
        version,
        root: Component {
            components: vec![tree],
            ..Component::default()
        },
    }
}

fn zone(lens: &Lens) -> Option<Zone> {
    lens.zone.as_deref().and_then(Zone::meant)
}

/// The clock on which a device is told an item: its own, or, where it takes no UTC and nobody knows its own, that of the
/// item, whole: an alarm in UTC beside a local start would say nothing.
fn clock_for(tree: &Component, lens: &Lens) -> Option<Zone> {
    let takes_utc = match lens.calendar.times {
        Times::AsDeclared => lens.utc,
        Times::Local => false,
        Times::Utc => true,
    };
    let is_new = matches!(lens.form, Form::Lines(Version::Calendar20));
    zone(lens).or_else(|| {
        Some(tree)
            .filter(|_| !takes_utc && !is_new)
            .and_then(calendar::zone_of)
    })
}

fn view(lens: &Lens, zone: Option<Zone>) -> View {
    View {
        zone,
        utc: lens.utc,
        now: Timestamp::from_millisecond(lens.now.0)
            .map_or(DateTime::default(), |now| Offset::UTC.to_datetime(now)),
        quirks: quirks(lens),
    }
}

/// The habits of a device, with what it says of alarms and zones: it is sent what it lists.
fn quirks(lens: &Lens) -> CalendarQuirks {
    let mut quirks = lens.calendar.clone();
    let Some(caps) = lens.caps.as_ref().filter(|caps| caps.is_telling()) else {
        return quirks;
    };
    let lists = |name| caps.of(name).is_some();
    if quirks.alarms == AlarmForm::Both {
        quirks.alarms = match (lists("AALARM"), lists("DALARM")) {
            (true, false) => AlarmForm::Audio,
            (false, true) => AlarmForm::Display,
            (true, true) | (false, false) => AlarmForm::Both,
        };
    }
    let is_old = lens.form == Form::Lines(Version::Calendar10);
    if is_old && quirks.zone_rules == ZoneRules::Full && !lists("DAYLIGHT") {
        quirks.zone_rules = if lists("TZ") {
            ZoneRules::Short
        } else {
            ZoneRules::None
        };
    }
    quirks.no_dates |= is_old && !lists("RDATE");
    quirks
}

/// Whether a device that lists what it holds has alarms in one form or another.
pub(super) fn has_alarms(caps: &Caps) -> bool {
    let in_frame = caps.of("BEGIN").is_some_and(|frame| {
        frame
            .values
            .iter()
            .any(|v| v.trim().eq_ignore_ascii_case("VALARM"))
    });
    in_frame
        || ["VALARM", "TRIGGER", "AALARM", "DALARM", "MALARM", "PALARM"]
            .iter()
            .any(|name| caps.of(name).is_some())
}

/// How many alarms a device has room for: as many as it takes of the property it lists, or of both.
pub(super) fn room_for_alarms(caps: &Caps) -> usize {
    let listed = ["VALARM", "AALARM", "DALARM"]
        .iter()
        .filter_map(|name| caps.of(name));
    listed
        .map(|listed| listed.max_occur)
        .reduce(|one, other| Some(one?.saturating_add(other?)))
        .flatten()
        .unwrap_or(usize::MAX)
}
