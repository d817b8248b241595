//! One way of saying it: what events and tasks of the canonical form are brought to before two of them are compared.
//!
//! RFC 5545 leaves several ways to say the same: an end or a duration, a line for each date or one for all. And what comes
//! from vCalendar 1.0 or SIF lacks what the RFC asks for: `UID`, `DTSTAMP`, `PRODID` (sections 3.6.1, 3.7.3, 3.8.7.2).

use jiff::civil::{DateTime, Time};

use super::clock::{Clock, dates};
use super::old::{put_zones, year_of};
use super::{CalendarQuirks, View, duration, is_entry, words};
use crate::pim::digest::MADE_UP;
use crate::pim::model::{Component, Property, Text, Value};
use crate::pim::zone::Zone;

/// Who looks at an item by itself, and at no device.
pub(super) fn nobody() -> View {
    View {
        zone: None,
        utc: true,
        now: DateTime::from_parts(jiff::civil::Date::constant(2000, 1, 1), Time::midnight()),
        quirks: CalendarQuirks::default(),
    }
}

/// Whether there is an event or a task in a calendar.
#[must_use]
pub fn has_entry(calendar: &Component) -> bool {
    calendar.components.iter().any(is_entry)
}

/// Says the end of each entry instead of how long it takes, and all dates of one form, and all categories, in one list.
pub fn settle(calendar: &mut Component) {
    let view = nobody();
    let year = year_of(calendar, &view);
    let clock = Clock::new(&view, calendar, year);
    for entry in calendar.components.iter_mut().filter(|c| is_entry(c)) {
        end(entry, &clock);
        for name in ["EXDATE", "RDATE", "CATEGORIES", "RESOURCES"] {
            gather(entry, name);
        }
    }
}

fn end(entry: &mut Component, clock: &Clock<'_>) {
    let name = if entry.name == "VTODO" {
        "DUE"
    } else {
        "DTEND"
    };
    let start = entry.first("DTSTART").and_then(|p| clock.item(p));
    let lasts = entry
        .first("DURATION")
        .and_then(|p| duration::read(&p.text()));
    if entry.first(name).is_some() {
        return;
    }
    if let Some(end) = start
        .zip(lasts)
        .and_then(|(start, lasts)| start.plus(lasts))
        && let Some(place) = entry.properties.iter_mut().find(|p| p.name == "DURATION")
    {
        *place = end.property(name);
    }
}

fn gather(entry: &mut Component, name: &str) {
    let is_plain = |p: &Property| {
        p.name == name
            && !p
                .param_text("VALUE")
                .is_some_and(|v| v.eq_ignore_ascii_case("PERIOD"))
    };
    let mut lists: Vec<Property> = Vec::new();
    for property in entry.properties.iter().filter(|p| is_plain(p)) {
        let said: Vec<Text> = match &property.value {
            Value::List(words) if !name.ends_with("DATE") => words.clone(),
            Value::List(_) | Value::Text(_) | Value::Parts(_) => {
                let dates = dates(property).into_iter();
                dates.map(Text::from).collect()
            }
            Value::Bytes(_) | Value::Object(_) => Vec::new(),
        };
        match lists.iter_mut().find(|list| list.params == property.params) {
            Some(Property {
                value: Value::List(list),
                ..
            }) => {
                let known: std::collections::HashSet<Text> = list.iter().cloned().collect();
                list.extend(said.into_iter().filter(|one| !known.contains(one)));
            }
            Some(_) | None => lists.push(Property {
                value: Value::List(said),
                ..property.clone()
            }),
        }
    }
    let mut lists = lists.into_iter();
    entry.properties.retain_mut(|property| {
        if !is_plain(property) {
            return true;
        }
        match lists.next() {
            Some(list) => {
                *property = list;
                true
            }
            None => false,
        }
    });
}

/// Describes the zones that are named in a calendar, and no others.
pub fn describe_zones(calendar: &mut Component) {
    let view = nobody();
    let year = year_of(calendar, &view);
    let clock = Clock::new(&view, calendar, year);
    put_zones(calendar, year, |name| clock.zone(name));
}

/// The zone on whose clock the first entry is.
#[must_use]
pub fn zone_of(calendar: &Component) -> Option<Zone> {
    let view = nobody();
    let clock = Clock::new(&view, calendar, year_of(calendar, &view));
    let entry = calendar.components.iter().find(|c| is_entry(c))?;
    ["DTSTART", "DUE"]
        .iter()
        .find_map(|name| clock.item(entry.first(name)?)?.zone)
}

/// Adds what the RFC asks for. A name is made of `seed`, so that an item has the same one every time; the stamp is that of
/// the last change or of the beginning, or else one that nobody takes for a time.
pub fn complete(calendar: &mut Component, seed: impl FnOnce() -> u64) {
    if calendar.first("PRODID").is_none() {
        let at = calendar.properties.len().min(1);
        calendar
            .properties
            .insert(at, Property::text_of("PRODID", PRODUCT));
    }
    let known = calendar
        .components
        .iter()
        .find_map(|c| c.first("UID").filter(|uid| !uid.is_empty()).cloned());
    let name = known.unwrap_or_else(|| {
        Property::text_of(
            "UID",
            format!("{:016x}{}", seed(), String::from_utf8_lossy(MADE_UP)),
        )
    });
    for entry in calendar.components.iter_mut().filter(|c| is_entry(c)) {
        if entry.first("UID").is_none_or(Property::is_empty) {
            entry.set(name.clone());
        }
        if entry.first("DTSTAMP").is_none() {
            let stamp = ["LAST-MODIFIED", "CREATED"]
                .iter()
                .map(|name| entry.text(name).trim().to_owned())
                .find(|text| text.ends_with('Z'));
            let stamp = stamp.unwrap_or_else(|| NO_STAMP.to_owned());
            entry.properties.push(Property::text_of("DTSTAMP", stamp));
        }
    }
}

/// Whether a property is one that [`complete`] put there.
#[must_use]
pub fn is_made_up(property: &Property) -> bool {
    match property.name.as_str() {
        "PRODID" => property.text() == PRODUCT,
        "UID" => property.text().as_bytes().ends_with(MADE_UP),
        _ => false,
    }
}

/// Whether a device that knows only these words for a property has one for this.
#[must_use]
pub fn is_among(words: &[String], property: &Property, quirks: &CalendarQuirks) -> bool {
    let text = property.text();
    let is_listed = |text: &str| {
        words
            .iter()
            .any(|word| word.trim().eq_ignore_ascii_case(text.trim()))
    };
    is_listed(&text)
        || match property.name.as_str() {
            "STATUS" => [false, true]
                .iter()
                .any(|task| is_listed(&words::status_to_old(&text, *task))),
            "TRANSP" => is_listed(words::transparency_to_old(&text)),
            "PRIORITY" => [quirks.priority, quirks.priority.in_old()]
                .into_iter()
                .filter_map(|scale| words::priority_to(&text, scale))
                .any(|number| is_listed(&number.to_string())),
            _ => false,
        }
}

/// Who made what nobody else says to have made.
const PRODUCT: &str = "-//Anchorage//EN";

/// The stamp of what does not say when it was written.
const NO_STAMP: &str = "19700101T000000Z";
