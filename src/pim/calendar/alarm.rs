//! Alarms: at a time in vCalendar 1.0, mostly at a distance from the start in iCalendar. Field quirks C8, C9, C10, C25.
//!
//! An alarm of an item goes off at a distance from its start (of a task without one: from when it is due), so that it moves along and
//! holds for every occurrence. vCalendar 1.0 sections 2.3.1 and 2.3.8, RFC 5545 section 3.6.6.

use super::clock::{Clock, Moment};
use super::{AlarmForm, duration};
use crate::pim::model::{Component, Property, Value};
use crate::pim::when::{When, seconds_between};

/// What an alarm counts from.
#[derive(Debug, Clone)]
pub(super) struct Anchor {
    /// The start, or when a task without one is due.
    pub at: Moment,
    /// The end, where there is one.
    pub end: Option<Moment>,
    /// `at` is not the start.
    pub is_due: bool,
}

/// An alarm of vCalendar 1.0 as one of iCalendar; `None` when its time cannot be read.
pub(super) fn from_old(
    property: &Property,
    anchor: Option<&Anchor>,
    clock: &Clock<'_>,
) -> Option<Component> {
    let both = clock.view.quirks.alarms == AlarmForm::Both;
    let action = match property.name.as_str() {
        "AALARM" if both => "AUDIO",
        "AALARM" | "DALARM" => "DISPLAY",
        "MALARM" => "EMAIL",
        _ => "PROCEDURE",
    };
    let mut alarm = Component::named("VALARM");
    alarm.properties.push(Property::text_of("ACTION", action));
    let at = property.part(0);
    let trigger = match duration::read(&at) {
        Some(distance) => Property::text_of("TRIGGER", duration::write(distance)),
        None => trigger(&clock.read_text(&at, None)?, anchor, clock)?,
    };
    alarm.properties.push(trigger);
    let (snooze, repeat) = (property.part(1), property.part(2));
    let repeat: u32 = repeat.trim().parse().unwrap_or(0);
    if let Some(snooze) = duration::read(&snooze).filter(|snooze| *snooze > 0 && repeat > 0) {
        alarm
            .properties
            .push(Property::text_of("DURATION", duration::write(snooze)));
        alarm
            .properties
            .push(Property::text_of("REPEAT", repeat.to_string()));
    }
    let (first, second) = (property.part(3), property.part(4));
    let mut put = |name: &str, text: &str| {
        if !text.trim().is_empty() {
            alarm.properties.push(Property::text_of(name, text));
        }
    };
    match action {
        "EMAIL" => {
            put(
                "ATTENDEE",
                &if first.is_empty() {
                    String::new()
                } else {
                    format!("mailto:{first}")
                },
            );
            put("DESCRIPTION", &second);
        }
        "DISPLAY" if property.name == "DALARM" => put("DESCRIPTION", &first),
        "AUDIO" | "PROCEDURE" => put("ATTACH", &first),
        _ => {}
    }
    Some(alarm)
}

/// An alarm of iCalendar as the property of vCalendar 1.0; `None` when it never goes off.
pub(super) fn to_old(
    alarm: &Component,
    anchor: Option<&Anchor>,
    clock: &Clock<'_>,
) -> Option<Property> {
    let quirks = &clock.view.quirks;
    let action = alarm.text("ACTION").trim().to_ascii_uppercase();
    let name = match (action.as_str(), quirks.alarms) {
        ("EMAIL", AlarmForm::Both) => "MALARM",
        ("PROCEDURE", AlarmForm::Both) => "PALARM",
        ("AUDIO", AlarmForm::Both) | (_, AlarmForm::Audio) => "AALARM",
        (_, AlarmForm::Both | AlarmForm::Display) => "DALARM",
    };
    let at = at(alarm, anchor, clock)?;
    let when = if quirks.alarms_in_utc {
        clock.write_utc(&at)
    } else {
        clock.write(&at)
    }?;
    if name == "AALARM" && quirks.bare_alarms {
        return Some(Property::text_of(name, when.basic()));
    }
    let snooze = alarm
        .first("DURATION")
        .and_then(|d| duration::read(&d.text()));
    let repeat = alarm.text("REPEAT").trim().parse::<u32>().unwrap_or(0);
    let (snooze, repeat) = match snooze.filter(|_| repeat > 0) {
        Some(snooze) => (duration::write(snooze), repeat.to_string()),
        None => (String::new(), String::new()),
    };
    let mut parts = vec![when.basic(), snooze, repeat];
    match name {
        "DALARM" => parts.push(alarm.text("DESCRIPTION").into_owned()),
        "MALARM" => {
            let to = alarm.text("ATTENDEE").into_owned();
            parts.push(to.strip_prefix("mailto:").unwrap_or(&to).to_owned());
            parts.push(alarm.text("DESCRIPTION").into_owned());
        }
        _ => parts.push(alarm.text("ATTACH").into_owned()),
    }
    let parts = parts.into_iter().map(|part| vec![part.into()]).collect();
    Some(Property::new(name, Value::Parts(parts)))
}

/// A time as a distance from what the alarm counts from; without that, or too far away, it stays a time.
pub(super) fn trigger(at: &Moment, anchor: Option<&Anchor>, clock: &Clock<'_>) -> Option<Property> {
    let home = clock.home.as_ref();
    let utc = at.utc(home)?;
    let distance = anchor.and_then(|anchor| Some(seconds_between(anchor.at.utc(home)?, utc)));
    Some(
        match (anchor, distance.filter(|distance| distance.abs() <= FAR)) {
            (Some(anchor), Some(distance)) => {
                let trigger = Property::text_of("TRIGGER", duration::write(distance));
                if anchor.is_due {
                    trigger.with("RELATED", "END")
                } else {
                    trigger
                }
            }
            (Some(_) | None, _) => {
                Property::text_of("TRIGGER", When::Utc(utc).basic()).with("VALUE", "DATE-TIME")
            }
        },
    )
}

/// When an alarm of an item first goes off.
pub(super) fn at(alarm: &Component, anchor: Option<&Anchor>, clock: &Clock<'_>) -> Option<Moment> {
    let trigger = alarm.first("TRIGGER")?;
    let text = trigger.text();
    let Some(distance) = duration::read(&text) else {
        return clock.item_text(&text, trigger.param_text("TZID"));
    };
    let anchor = anchor?;
    let from_end = trigger
        .param_text("RELATED")
        .is_some_and(|r| r.eq_ignore_ascii_case("END"));
    let from = match &anchor.end {
        Some(end) if from_end => end,
        Some(_) | None => &anchor.at,
    };
    // Before a day is before its midnight on the clocks of whoever looks.
    let from = match from.when {
        When::Day(_) => Moment {
            when: When::Local(from.when.at()),
            zone: clock.home.clone(),
        },
        When::Local(_) | When::Utc(_) => from.clone(),
    };
    let utc = from.utc(clock.home.as_ref())?;
    let later = crate::pim::when::later(utc, distance)?;
    if from.zone.is_none() && matches!(from.when, When::Local(_)) {
        return from.plus(distance);
    }
    Some(Moment::of(When::Utc(later)))
}

/// An alarm of an iCalendar device as items have it: a distance where it can be one (C8), and what the book asks for put in (C25).
pub(super) fn from_new(alarm: &Component, anchor: Option<&Anchor>, clock: &Clock<'_>) -> Component {
    let mut alarm = alarm.clone();
    let said = alarm.first("TRIGGER").cloned();
    let absolute = said.as_ref().and_then(|trigger| clock.read(trigger));
    if let Some(trigger) = absolute
        .filter(|_| anchor.is_some())
        .and_then(|at| trigger(&at, anchor, clock))
    {
        alarm.set(trigger);
    } else if let Some(trigger) = said
        && let Some(distance) = duration::read(&trigger.text())
    {
        let mut plain = Property::text_of("TRIGGER", duration::write(distance));
        plain.params = trigger.params;
        plain.params.retain(|p| {
            p.key != "VALUE"
                && !(p.key == "RELATED" && p.values.iter().any(|v| v.eq_ignore_ascii_case("START")))
        });
        alarm.set(plain);
    }
    let action = alarm.text("ACTION").trim().to_ascii_uppercase();
    alarm.set(Property::text_of(
        "ACTION",
        if action.is_empty() {
            "DISPLAY"
        } else {
            &action
        },
    ));
    alarm
}

/// An alarm of an item for an iCalendar device that wants times in UTC (C8).
pub(super) fn in_utc(alarm: &Component, anchor: Option<&Anchor>, clock: &Clock<'_>) -> Component {
    let mut alarm = alarm.clone();
    if let Some(when) = at(&alarm, anchor, clock).and_then(|at| clock.write_utc(&at)) {
        alarm.set(Property::text_of("TRIGGER", when.basic()).with("VALUE", "DATE-TIME"));
    }
    alarm
}

/// Ten years: further away a time has nothing to do with the start.
const FAR: i64 = 10 * 366 * super::clock::DAY;
