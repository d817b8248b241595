//! A series that moves takes along what hangs on its times and what the device did not see: its exceptions and its moved
//! occurrences. Each is known by when it would take place; left behind, it would be one of no series (RFC 5545, section
//! 3.8.4.4).

use std::collections::HashMap;

use super::super::moments::restated;
use crate::pim::model::{Component, Property, Text, Value};
use crate::pim::when::{When, later, seconds_between};

/// Moves them in what came of an edit, as far as the series moved from where it was.
pub(super) fn follow(was: &Component, shown: &Component, is: &mut Component) {
    let is_moved = |c: &&Component| c.first("RECURRENCE-ID").is_some();
    let starts: HashMap<String, Property> = series(was)
        .filter_map(|entry| {
            Some((
                entry.text("UID").into_owned(),
                entry.first("DTSTART")?.clone(),
            ))
        })
        .collect();
    let moves: Vec<(String, Property, i64)> = series(is)
        .filter_map(|entry| {
            let uid = entry.text("UID").into_owned();
            let start = entry.first("DTSTART")?;
            let by = distance(starts.get(&uid)?, start).filter(|by| *by != 0)?;
            Some((uid, start.clone(), by))
        })
        .collect();
    let sees_dates = series(shown).any(|entry| entry.first("EXDATE").is_some());
    let sees_moved = shown.components.iter().any(|c| is_moved(&c));
    for (uid, start, by) in moves {
        for entry in is.components.iter_mut().filter(|c| c.text("UID") == uid) {
            let is_seen = if is_moved(&&*entry) {
                sees_moved
            } else {
                sees_dates
            };
            for property in &mut entry.properties {
                if !is_seen && matches!(property.name.as_str(), "RECURRENCE-ID" | "EXDATE") {
                    shift(property, &start, by);
                }
            }
        }
    }
}

fn series(item: &Component) -> impl Iterator<Item = &Component> {
    let entries = item.components.iter();
    entries.filter(|c| c.first("RRULE").is_some() && c.first("RECURRENCE-ID").is_none())
}

/// How far a start moved on its own clock, in seconds; `None` where the two are not of one form.
fn distance(was: &Property, is: &Property) -> Option<i64> {
    let (was_at, is_at) = (When::read(&was.text())?, When::read(&is.text())?);
    let is_alike = std::mem::discriminant(&was_at) == std::mem::discriminant(&is_at)
        && was.param_text("TZID") == is.param_text("TZID");
    is_alike.then(|| seconds_between(was_at.at(), is_at.at()))
}

fn shift(property: &mut Property, start: &Property, by: i64) {
    let told = restated(property, start);
    let moved = |text: &Text| -> Option<Text> {
        let when = When::read(text)?;
        let at = later(when.at(), by)?;
        let moved = match when {
            When::Day(_) => When::Day(at.date()).basic(),
            When::Local(_) => When::Local(at).basic(),
            When::Utc(_) => When::Utc(at).basic(),
        };
        Some(moved.into())
    };
    let value = match &told.value {
        Value::Text(text) => moved(text).map(Value::Text),
        Value::List(list) => {
            let list: Option<Vec<Text>> = list.iter().map(moved).collect();
            list.map(Value::List)
        }
        Value::Parts(_) | Value::Bytes(_) | Value::Object(_) => None,
    };
    if let Some(value) = value {
        *property = Property { value, ..told };
    }
}
