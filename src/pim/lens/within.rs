//! What of an item is within what a device lists: names, numbers, values, types and sizes.
//!
//! Source: `DevInf` 1.2, sections 5.3.21 to 5.3.28.

use std::borrow::Cow;

use super::caps::Capability;
use super::hold::Shown;
use super::{Form, Lens, agenda};
use crate::pim::model::{Property, Shape, Text, Value, Version};
use crate::pim::{calendar, card};

/// How a device holds a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds<'a> {
    /// It does not.
    Not,
    /// Without limits that it told.
    Freely,
    /// Within these.
    Within(&'a Capability),
}

impl Lens {
    /// How the device holds the property of this canonical name.
    pub(super) fn holds(&self, name: &str) -> Holds<'_> {
        let quirks = &self.contact;
        let Some(caps) = self
            .caps
            .as_ref()
            .filter(|caps| !quirks.ignore_caps && caps.is_telling())
        else {
            return Holds::Freely;
        };
        let spelled = match self.form {
            Form::Lines(version @ (Version::Card21 | Version::Card30 | Version::Card40)) => {
                card::named(name, version)
            }
            Form::Lines(Version::Calendar10) => old_name(name).map(Cow::Borrowed),
            Form::Lines(_) | Form::Sif | Form::Text | Form::AsStored => None,
        };
        let renamed = quirks
            .renames
            .iter()
            .find(|(ours, _)| ours == name)
            .map(|(_, theirs)| theirs.as_str());
        let listed = [Some(name), spelled.as_deref(), renamed]
            .into_iter()
            .flatten()
            .find_map(|name| caps.of(name));
        let is_needed = ALWAYS.contains(&name) || quirks.unlisted.iter().any(|known| known == name);
        match listed {
            Some(capability) => Holds::Within(capability),
            None if is_needed => Holds::Freely,
            None => Holds::Not,
        }
    }

    /// Whether the device has alarms, as far as it says what it holds.
    pub(super) fn has_alarms(&self) -> bool {
        match &self.caps {
            Some(caps) if caps.is_telling() && self.form != Form::Sif => agenda::has_alarms(caps),
            Some(_) | None => true,
        }
    }

    /// What the device says it holds: names, numbers, values, types and sizes.
    pub(super) fn within_caps(&self, shown: &mut Vec<Shown>) {
        let mut counts: Vec<(Text, usize)> = Vec::new();
        shown.retain_mut(|(_, property)| {
            let capability = match self.holds(&property.name) {
                Holds::Not => return false,
                Holds::Freely => return true,
                Holds::Within(capability) => capability,
            };
            if let Some(most) = capability.max_occur {
                let place = counts.iter().position(|(name, _)| *name == property.name);
                let place = place.unwrap_or_else(|| {
                    counts.push((property.name.clone(), 0));
                    counts.len() - 1
                });
                let Some((_, count)) = counts.get_mut(place) else {
                    return false;
                };
                *count += 1;
                if *count > most {
                    return false;
                }
            }
            if !capability.values.is_empty()
                && !calendar::is_among(&capability.values, property, &self.calendar)
            {
                return false;
            }
            if let Some(types) = capability.types() {
                let is_held = |word: &str| types.iter().any(|known| known == word);
                if property
                    .types()
                    .any(|word| card::is_otherwise(word) && !is_held(word))
                {
                    return false;
                }
                for param in property.params.iter_mut().filter(|p| p.key == "TYPE") {
                    param.values.retain(|word| {
                        is_held(word) || Shape::of(&property.name, None) == Shape::Raw
                    });
                }
                property
                    .params
                    .retain(|p| p.key != "TYPE" || !p.values.is_empty());
            }
            let is_false = self
                .contact
                .ignore_sizes
                .iter()
                .any(|name| property.name == *name);
            match capability.max_size.filter(|_| !is_false) {
                Some(most) => fit(property, most, capability.no_truncate),
                None => true,
            }
        });
    }
}

/// Whether a value has its place within so many characters; cut if it may be.
fn fit(property: &mut Property, most: usize, is_whole: bool) -> bool {
    let length = match &property.value {
        Value::Bytes(bytes) => return bytes.len().div_ceil(3) * 4 <= most,
        Value::Object(_) => return true,
        Value::Text(_) | Value::List(_) | Value::Parts(_) => property.text().chars().count(),
    };
    if length <= most {
        return true;
    }
    // Half a date or half an address of the web says something else.
    let is_raw = Shape::of(&property.name, property.param_text("VALUE")) == Shape::Raw;
    if is_raw && ALWAYS.contains(&property.name.as_str()) {
        return true;
    }
    if is_whole || is_raw {
        return false;
    }
    let mut room = most;
    let mut take = |text: &mut Text| {
        let length = text.chars().count();
        if length > room {
            *text = text.chars().take(room).collect();
        }
        room = room.saturating_sub(length + 1);
    };
    match &mut property.value {
        Value::Text(text) => take(text),
        Value::List(list) => {
            let mut room = most;
            list.retain(|one| {
                let length = one.chars().count();
                let fits = length <= room;
                room = room.saturating_sub(length + 1);
                fits
            });
        }
        Value::Parts(parts) => parts.iter_mut().flatten().for_each(take),
        Value::Bytes(_) | Value::Object(_) => {}
    }
    true
}

/// What vCalendar 1.0 calls a property of iCalendar.
fn old_name(name: &str) -> Option<&'static str> {
    match name {
        "CREATED" => Some("DCREATED"),
        "ORGANIZER" => Some("ATTENDEE"),
        _ => None,
    }
}

/// What every device is sent, whatever it lists.
pub(super) const ALWAYS: [&str; 15] = [
    "N",
    "BODY",
    "VERSION",
    "PRODID",
    "UID",
    "RECURRENCE-ID",
    "DTSTAMP",
    "SUMMARY",
    "DTSTART",
    "DTEND",
    "DUE",
    "RRULE",
    "DURATION",
    "TZ",
    "DAYLIGHT",
];
