//! Times of events and tasks laid beside one another: by the instant they mean, whatever zone they are written in.
//!
//! A device shows a meeting on its own clock and sends it back on that, or in UTC. So two times are the same where they
//! mean the same instant, and an edited time is written in the form that the item has: on the clock of its zone, on which
//! its recurrence counts. Source: RFC 5545, sections 3.3.5, 3.3.6 and 3.8.2.

use crate::pim::model::{Param, Property, Text, Value};
use crate::pim::when::When;
use crate::pim::zone::Zone;

/// Whether properties of this name say when something is.
pub(super) fn is_time(name: &str) -> bool {
    matches!(
        name,
        "DTSTART" | "DTEND" | "DUE" | "RECURRENCE-ID" | "EXDATE" | "RDATE"
    )
}

/// Whether what properties of this name say depends on these parameters, too.
pub(super) fn is_moment(name: &str) -> bool {
    is_time(name) || name == "TRIGGER"
}

/// The parameters that belong to a time.
pub(super) fn is_of_time(param: &Param) -> bool {
    matches!(param.key.as_str(), "TZID" | "VALUE" | "RELATED")
}

/// What a time says, as a text: equal for two that mean the same instant, or the same on everybody's clock.
pub(super) fn said(property: &Property) -> String {
    let zone = property.param_text("TZID");
    match &property.value {
        Value::Text(text) if property.name == "TRIGGER" => {
            let from_end = property
                .param_text("RELATED")
                .is_some_and(|r| r.eq_ignore_ascii_case("END"));
            format!("{}{}", text.trim(), if from_end { " END" } else { "" })
        }
        Value::List(list) => {
            let mut said: Vec<_> = list.iter().map(|text| instant(text, zone)).collect();
            said.sort_unstable();
            said.dedup();
            said.join(",")
        }
        Value::Text(_) | Value::Parts(_) | Value::Bytes(_) | Value::Object(_) => {
            instant(&property.text(), zone)
        }
    }
}

fn instant(text: &str, zone: Option<&str>) -> String {
    match When::read(text) {
        None => text.trim().to_owned(),
        Some(When::Local(at)) => match zone.and_then(Zone::meant) {
            Some(zone) => zone
                .to_utc(at)
                .map_or_else(|| text.trim().to_owned(), |at| When::Utc(at).basic()),
            None => format!("{} {}", When::Local(at).basic(), zone.unwrap_or_default()),
        },
        Some(when @ (When::Day(_) | When::Utc(_))) => when.basic(),
    }
}

/// A time, or a list of them, in the form of another one: on the clock of its zone, in UTC, or on everybody's clock.
/// What cannot be said so stays as it is; a day and a time are not turned into one another.
pub(super) fn restated(came: &Property, like: &Property) -> Property {
    if !is_time(&came.name) {
        return came.clone();
    }
    let first = |property: &Property| match &property.value {
        Value::List(list) => list.first().and_then(|text| When::read(text)),
        Value::Text(text) => When::read(text),
        Value::Parts(_) | Value::Bytes(_) | Value::Object(_) => None,
    };
    let Some(form) = first(like) else {
        return came.clone();
    };
    let (from, to) = (came.param_text("TZID"), like.param_text("TZID"));
    let one = |text: &Text| {
        Some(Text::from(
            restate(When::read(text)?, from, form, to)?.basic(),
        ))
    };
    let value = match &came.value {
        Value::Text(text) => one(text).map(Value::Text),
        Value::List(list) => list
            .iter()
            .map(one)
            .collect::<Option<Vec<_>>>()
            .map(Value::List),
        Value::Parts(_) | Value::Bytes(_) | Value::Object(_) => None,
    };
    let Some(value) = value else {
        return came.clone();
    };
    let mut restated = Property {
        value,
        ..came.clone()
    };
    restated.params.retain(|p| !is_of_time(p));
    let theirs = like.params.iter().filter(|p| is_of_time(p));
    restated.params.extend(theirs.cloned());
    restated
}

fn restate(when: When, from: Option<&str>, form: When, to: Option<&str>) -> Option<When> {
    let utc = || match when {
        When::Utc(at) => Some(at),
        When::Local(at) => Zone::meant(from?)?.to_utc(at),
        When::Day(_) => None,
    };
    match (form, to) {
        (When::Day(_), _) => matches!(when, When::Day(_)).then_some(when),
        (When::Utc(_), _) => utc().map(When::Utc),
        (When::Local(_), Some(zone)) if from == Some(zone) => {
            matches!(when, When::Local(_)).then_some(when)
        }
        (When::Local(_), Some(zone)) => Zone::meant(zone)?.to_local(utc()?).map(When::Local),
        // On everybody's clock: what the device's own one shows.
        (When::Local(_), None) => matches!(when, When::Local(_)).then_some(when),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Property {
        let (zone, text) = text.split_once(' ').unwrap_or(("", text));
        let time = Property::text_of("DTSTART", text);
        if zone.is_empty() {
            time
        } else {
            time.with("TZID", zone)
        }
    }

    #[test]
    fn two_times_are_the_same_where_they_mean_the_same_instant() {
        let table = [
            ("Europe/Prague 20060110T100000", "20060110T090000Z", true),
            (
                "Europe/Prague 20060110T100000",
                "America/New_York 20060110T040000",
                true,
            ),
            ("Europe/Prague 20060110T100000", "20060110T100000", false),
            ("20060110T100000", "20060110T100000Z", false),
            ("20060110", "20060110T000000", false),
            ("Nowhere/At_all 20060110T100000", "20060110T100000", false),
        ];
        for (one, other, same) in table {
            assert_eq!(
                said(&time(one)) == said(&time(other)),
                same,
                "{one} {other}"
            );
        }
    }

    #[test]
    fn an_edited_time_is_written_on_the_clock_of_the_item() {
        let table = [
            (
                "20060110T090000Z",
                "Europe/Prague 20060101T000000",
                "Europe/Prague 20060110T100000",
            ),
            (
                "Europe/Prague 20060110T010000",
                "America/New_York 20060101T000000",
                "America/New_York 20060109T190000",
            ),
            (
                "Europe/Prague 20060110T100000",
                "20060101T000000Z",
                "20060110T090000Z",
            ),
            (
                "Europe/Prague 20060110T100000",
                "20060101T000000",
                "20060110T100000",
            ),
            // What cannot be said so stays.
            ("20060110", "20060101T000000Z", "20060110"),
            ("20060110T100000", "20060101T000000Z", "20060110T100000"),
            ("20060110T100000Z", "20060101T000000", "20060110T100000Z"),
            (
                "Europe/Prague 20060110T100000",
                "20060101",
                "Europe/Prague 20060110T100000",
            ),
        ];
        for (came, like, expected) in table {
            assert_eq!(
                restated(&time(came), &time(like)),
                time(expected),
                "{came} as {like}"
            );
        }
    }

    #[test]
    fn a_list_of_dates_is_compared_and_written_alike() {
        let list = |zone: &str, dates: &[&str]| {
            let dates = dates.iter().map(|date| Text::from(*date)).collect();
            let list = Property::new("EXDATE", Value::List(dates));
            if zone.is_empty() {
                list
            } else {
                list.with("TZID", zone)
            }
        };
        let ours = list("Europe/Prague", &["20060110T100000", "20060111T100000"]);
        let theirs = list("", &["20060111T090000Z", "20060110T090000Z"]);
        assert_eq!(said(&ours), said(&theirs));
        let mut back = restated(&theirs, &ours);
        if let Value::List(dates) = &mut back.value {
            dates.reverse();
        }
        assert_eq!(back, ours);
    }

    #[test]
    fn an_alarm_counts_from_the_start_or_from_the_end() {
        let trigger = Property::text_of("TRIGGER", "-PT15M");
        assert_ne!(
            said(&trigger),
            said(&trigger.clone().with("RELATED", "END"))
        );
        assert_eq!(
            said(&trigger),
            said(&trigger.clone().with("RELATED", "START"))
        );
    }
}
