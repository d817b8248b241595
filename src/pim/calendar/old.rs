//! Documents of vCalendar 1.0: read into the canonical form, and written from it.
//!
//! vCalendar 1.0 section 2.3; field quirks C4, C7, C11, C12, C14, C15, C18, C24.

mod from;
mod to;

pub(super) use from::{in_form, in_zone};

use super::alarm::Anchor;
use super::clock::{Clock, Moment};
use super::{Rendered, Unrendered, View, ZoneRules, calendar, document, is_entry};
use crate::pim::model::{Component, Document, Property, Value, Version};
use crate::pim::when::When;
use crate::pim::zone::{OldZone, Zone, timezone};

/// Reads a document of vCalendar 1.0.
pub(super) fn read(sent: &Document, view: &View) -> Document {
    let theirs = calendar(sent);
    let year = year_of(theirs, view);
    let mut clock = Clock::new(view, theirs, year);
    // The zone may stand in the event (C4).
    let own = std::iter::once(theirs)
        .chain(theirs.components.iter().filter(|c| is_entry(c)))
        .find_map(|component| zone_of(component)?.zone(year, clock.home.as_ref()));
    if clock.home.is_none() {
        clock.home = own;
    }
    let mut ours = Component::named("VCALENDAR");
    for property in &theirs.properties {
        match property.name.as_str() {
            "VERSION" | "TZ" | "DAYLIGHT" => {}
            _ => ours.properties.push(property.clone()),
        }
    }
    ours.properties
        .insert(0, Property::text_of("VERSION", "2.0"));
    ours.components = theirs
        .components
        .iter()
        .map(|component| {
            if is_entry(component) {
                from::entry(component, &clock)
            } else {
                component.clone()
            }
        })
        .collect();
    put_zones(&mut ours, year, |name| {
        clock.zone(name).or_else(|| clock.home.clone())
    });
    document(Version::Calendar20, ours)
}

/// Writes a document of vCalendar 1.0.
pub(super) fn render(item: &Document, view: &View) -> Result<Rendered, Unrendered> {
    let ours = calendar(item);
    let clock = Clock::new(view, ours, year_of(ours, view));
    let is_override = |c: &&Component| c.first("RECURRENCE-ID").is_some();
    let entries = || ours.components.iter().filter(|c| is_entry(c));
    let master = entries()
        .find(|c| !is_override(c))
        .or_else(|| entries().next())
        .ok_or(Unrendered::NoEntry)?;
    let overrides: Vec<&Component> = entries()
        .filter(|c| is_override(c) && !std::ptr::eq(*c, master))
        .collect();
    let mut approximated = Vec::new();
    let mut theirs = Component::named("VCALENDAR");
    theirs.properties.push(Property::text_of("VERSION", "1.0"));
    let kept = |p: &&Property| !matches!(p.name.as_str(), "VERSION" | "CALSCALE" | "METHOD");
    theirs
        .properties
        .extend(ours.properties.iter().filter(kept).cloned());
    let mut entry = to::entry(master, &overrides, &clock, &mut approximated)?;
    let zone = zone_lines(master, &clock);
    if view.quirks.zone_in_event {
        entry.properties.extend(zone);
    } else {
        theirs.properties.extend(zone);
    }
    theirs.components.push(entry);
    if !overrides.is_empty() {
        approximated.push("RECURRENCE-ID");
    }
    if view.quirks.overrides_beside {
        for own in overrides {
            if let Ok(entry) = to::entry(own, &[], &clock, &mut approximated) {
                theirs.components.push(entry);
            }
        }
    }
    let others = ours.components.iter();
    let others = others.filter(|c| !is_entry(c) && c.name != "VTIMEZONE");
    theirs.components.extend(others.cloned());
    approximated.sort_unstable();
    approximated.dedup();
    Ok(Rendered {
        document: document(Version::Calendar10, theirs),
        approximated,
    })
}

/// `TZ` and `DAYLIGHT` for a device that is told of zones.
fn zone_lines(entry: &Component, clock: &Clock<'_>) -> Vec<Property> {
    let moment = ["DTSTART", "DUE"]
        .iter()
        .find_map(|name| clock.item(entry.first(name)?));
    let zone = clock
        .home
        .as_ref()
        .or(moment.as_ref().and_then(|m| m.zone.as_ref()));
    let at = moment.as_ref().and_then(|moment| moment.utc(zone));
    let Some(lines) = zone.zip(at).and_then(|(zone, at)| OldZone::of(zone, at)) else {
        return Vec::new();
    };
    let tz = Property::text_of("TZ", lines.tz);
    let parts = lines
        .daylight
        .into_iter()
        .map(|part| vec![part.into()])
        .collect();
    match clock.view.quirks.zone_rules {
        ZoneRules::None => Vec::new(),
        ZoneRules::Short => vec![tz],
        ZoneRules::Full => vec![tz, Property::new("DAYLIGHT", Value::Parts(parts))],
    }
}

/// The zone that a component of vCalendar 1.0 speaks of.
fn zone_of(component: &Component) -> Option<OldZone> {
    let tz = component.first("TZ")?;
    let daylight = match component.first("DAYLIGHT").map(|p| &p.value) {
        Some(Value::Parts(parts)) => parts.iter().map(|part| part.concat()).collect(),
        Some(Value::Text(_) | Value::List(_) | Value::Bytes(_) | Value::Object(_)) | None => {
            Vec::new()
        }
    };
    Some(OldZone {
        tz: tz.text().trim().to_owned(),
        daylight,
    })
}

/// The year that a calendar is about: that of its first entry, else this one.
pub(super) fn year_of(calendar: &Component, view: &View) -> i16 {
    let entries = calendar.components.iter().filter(|c| is_entry(c));
    entries
        .flat_map(|entry| ["DTSTART", "DUE"].map(|name| When::read(&entry.text(name))))
        .flatten()
        .next()
        .map_or(view.now.year(), |when| when.day().year())
}

/// Describes every zone that the entries name, and no other, before them.
pub(super) fn put_zones(calendar: &mut Component, year: i16, zone: impl Fn(&str) -> Option<Zone>) {
    let mut names: Vec<String> = Vec::new();
    for component in calendar.components.iter().filter(|c| c.name != "VTIMEZONE") {
        let inner = component.components.iter().flat_map(|c| &c.properties);
        for name in component
            .properties
            .iter()
            .chain(inner)
            .filter_map(|p| p.param_text("TZID"))
        {
            if !names.iter().any(|known| known == name) && names.len() < MAX_ZONES {
                names.push(name.to_owned());
            }
        }
    }
    calendar.components.retain(|c| c.name != "VTIMEZONE");
    let zones = names.iter().filter_map(|name| {
        let mut described = timezone(&zone(name)?, year);
        described.set(Property::text_of("TZID", name.as_str()));
        Some(described)
    });
    let zones: Vec<Component> = zones.collect();
    calendar.components.splice(0..0, zones);
}

/// What the alarms of an entry count from: the start, or else when it is due.
pub(super) fn anchor(start: Option<Moment>, end: Option<Moment>) -> Option<Anchor> {
    match (start, end) {
        (Some(at), end) => Some(Anchor {
            at,
            end,
            is_due: false,
        }),
        (None, Some(at)) => Some(Anchor {
            end: Some(at.clone()),
            at,
            is_due: true,
        }),
        (None, None) => None,
    }
}

/// The most zones that are described in one document.
const MAX_ZONES: usize = 20;
