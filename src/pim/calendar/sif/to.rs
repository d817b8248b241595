//! From the canonical form to a document of SIF.

use std::borrow::Cow;

use super::super::clock::{Clock, Moment, dates};
use super::super::old::{anchor, year_of};
use super::super::{Scale, Unrendered, View, alarm, calendar, duration, is_entry, rule, words};
use super::{FIELD, OTHER, Written, recurrence};
use crate::pim::model::{Component, Document, Text, Value};
use crate::pim::recur::{End, Rule};
use crate::pim::sif;
use crate::pim::when::{When, basic_day, seconds_between};

/// The fields of a document in their order.
type Fields = Vec<(&'static str, String)>;

/// Writes an item as SIF-E or SIF-T, whichever it is.
///
/// # Errors
/// [`Unrendered`] when there is neither an event nor a task in it.
pub fn write(item: &Document, view: &View) -> Result<Written, Unrendered> {
    let ours = calendar(item);
    let clock = Clock::new(view, ours, year_of(ours, view));
    let mut entries = ours.components.iter().filter(|c| is_entry(c));
    let entry = entries
        .clone()
        .find(|c| c.first("RECURRENCE-ID").is_none())
        .or_else(|| entries.next())
        .ok_or(Unrendered::NoEntry)?;
    let mut approximated = Vec::new();
    let task = entry.name == "VTODO";
    let mut fields = Fields::new();
    texts(entry, &mut fields);
    let read = |name| entry.first(name).and_then(|p| clock.item(p));
    let (start, end) = (read("DTSTART"), read("DTEND").or_else(|| read("DUE")));
    let lasts = entry
        .first("DURATION")
        .and_then(|p| duration::read(&p.text()));
    let end = end.or_else(|| start.as_ref()?.plus(lasts?));
    if task {
        self::task(entry, start.as_ref(), end.as_ref(), &clock, &mut fields);
    } else {
        event(entry, start.as_ref(), end.as_ref(), &clock, &mut fields);
    }
    repeat(
        entry,
        ours,
        start.as_ref().or(end.as_ref()),
        &clock,
        &mut fields,
        &mut approximated,
    );
    reminder(
        entry,
        task,
        (start, end),
        &clock,
        &mut fields,
        &mut approximated,
    );
    let others = entry
        .all(OTHER)
        .filter_map(|p| Some((p.param_text(FIELD)?, p.text())));
    let others: Vec<(&str, String)> = others
        .filter(|(name, _)| name.bytes().all(|b| b.is_ascii_alphanumeric()) && *name != "Status")
        .map(|(name, text)| (name, text.into_owned()))
        .collect();
    let is_exception = |name: &str| matches!(name, "ExcludeDate" | "IncludeDate");
    let plain = fields.iter().filter(|(name, _)| !is_exception(name));
    let plain = plain.map(|(name, text)| (*name, Cow::Borrowed(text.as_str())));
    let others = others
        .iter()
        .map(|(name, text)| (*name, Cow::Borrowed(text.as_str())));
    let root = if task { "task" } else { "appointment" };
    let body = sif::document(root, plain.chain(others));
    let exceptions = fields.iter().filter(|(name, _)| is_exception(name));
    let body = with_exceptions(body, root, exceptions);
    approximated.dedup();
    Ok(Written { body, approximated })
}

fn event(
    entry: &Component,
    start: Option<&Moment>,
    end: Option<&Moment>,
    clock: &Clock<'_>,
    fields: &mut Fields,
) {
    let all_day = start.is_some_and(|start| matches!(start.when, When::Day(_)));
    fields.push(("AllDayEvent", digit(all_day)));
    let time = |moment: &Moment| clock.write(moment).map(When::basic);
    if all_day {
        let first = start.map(|start| start.when.day());
        let last = end
            .and_then(|end| end.when.day().yesterday().ok())
            .max(first);
        fields.extend(first.map(|day| ("Start", dashed(day))));
        fields.extend(last.map(|day| ("End", dashed(day))));
    } else {
        fields.extend(start.and_then(time).map(|text| ("Start", text)));
        fields.extend(end.or(start).and_then(time).map(|text| ("End", text)));
    }
    fields.push(("Location", entry.text("LOCATION").into_owned()));
    let free = entry
        .text("TRANSP")
        .trim()
        .eq_ignore_ascii_case("TRANSPARENT");
    let tentative = entry
        .text("STATUS")
        .trim()
        .eq_ignore_ascii_case("TENTATIVE");
    let out = entry
        .text("X-MICROSOFT-CDO-BUSYSTATUS")
        .trim()
        .eq_ignore_ascii_case("OOF");
    let busy = match (free, tentative, out) {
        (true, _, _) => "0",
        (false, true, _) => "1",
        (false, false, true) => "3",
        (false, false, false) => "2",
    };
    fields.push(("BusyStatus", busy.to_owned()));
}

fn task(
    entry: &Component,
    start: Option<&Moment>,
    due: Option<&Moment>,
    clock: &Clock<'_>,
    fields: &mut Fields,
) {
    let date = |moment: Option<&Moment>| {
        let Some(moment) = moment else {
            return String::new();
        };
        match moment.when {
            When::Day(day) => dashed(day),
            When::Local(_) | When::Utc(_) => {
                clock.write(moment).map(When::basic).unwrap_or_default()
            }
        }
    };
    fields.push(("StartDate", date(start)));
    fields.push(("DueDate", date(due)));
    let status = entry.text("STATUS").trim().to_ascii_uppercase();
    let waits = entry
        .all(OTHER)
        .any(|p| p.param_text(FIELD) == Some("Status"));
    let number = match status.as_str() {
        "COMPLETED" => "2",
        "IN-PROCESS" => "1",
        "CANCELLED" => "4",
        _ if waits => "3",
        _ => "0",
    };
    fields.push(("Status", number.to_owned()));
    fields.push(("Complete", digit(number == "2")));
    let done = entry.first("COMPLETED").and_then(|p| clock.item(p));
    fields.push((
        "DateCompleted",
        done.and_then(|done| clock.write(&done))
            .map(When::basic)
            .unwrap_or_default(),
    ));
    let percent = entry.text("PERCENT-COMPLETE").trim().to_owned();
    let percent = if percent.is_empty() {
        if number == "2" { "100" } else { "0" }.to_owned()
    } else {
        percent
    };
    fields.push(("PercentComplete", percent));
}

fn texts(entry: &Component, fields: &mut Fields) {
    fields.push(("Subject", entry.text("SUMMARY").into_owned()));
    fields.push(("Body", entry.text("DESCRIPTION").into_owned()));
    let list: Vec<Text> = entry
        .all("CATEGORIES")
        .flat_map(|p| match &p.value {
            Value::List(list) => list.clone(),
            Value::Text(_) | Value::Parts(_) | Value::Bytes(_) | Value::Object(_) => {
                vec![p.text().into()]
            }
        })
        .collect();
    fields.push(("Categories", list.join(", ")));
    let importance = words::priority_to(&entry.text("PRIORITY"), Scale::Two).unwrap_or(1);
    fields.push(("Importance", importance.to_string()));
    let sensitivity = match entry.text("CLASS").trim().to_ascii_uppercase().as_str() {
        "PRIVATE" => "2",
        "CONFIDENTIAL" => "3",
        _ => "0",
    };
    fields.push(("Sensitivity", sensitivity.to_owned()));
}

fn repeat(
    entry: &Component,
    ours: &Component,
    start: Option<&Moment>,
    clock: &Clock<'_>,
    fields: &mut Fields,
    approximated: &mut Vec<&'static str>,
) {
    let rule = entry.first("RRULE").and_then(|p| Rule::read_new(&p.text()));
    let told = start.zip(rule).and_then(|(start, own)| {
        let theirs = clock.local(start)?;
        let rule = rule::for_device(&own, start, clock)?;
        Some((start, theirs, recurrence::write(&rule, theirs)?, rule))
    });
    fields.push(("IsRecurring", digit(told.is_some())));
    let Some((start, theirs, recurrence, rule)) = told else {
        if entry.first("RRULE").is_some() {
            approximated.push("RRULE");
        }
        return;
    };
    fields.extend(recurrence);
    fields.push((
        "PatternStartDate",
        format!("{}T000000", basic_day(theirs.date())),
    ));
    fields.push(("NoEndDate", digit(rule.end == End::Never)));
    match rule.end {
        End::Never => {}
        End::Count(count) => fields.push(("Occurrences", count.to_string())),
        End::Until(when) => {
            let moment = Moment {
                when,
                zone: start.zone.clone(),
            };
            let last = clock
                .local(&moment)
                .map(|at| format!("{}T000000", basic_day(at.date())));
            fields.extend(last.map(|last| ("PatternEndDate", last)));
        }
    }
    for (name, field) in [("EXDATE", "ExcludeDate"), ("RDATE", "IncludeDate")] {
        for property in entry.all(name) {
            let zone = property.param_text("TZID");
            let said = dates(property);
            let moments = said.iter().filter_map(|text| clock.item_text(text, zone));
            fields.extend(moments.filter_map(|moment| Some((field, date(&moment, clock)?))));
        }
    }
    let overrides = ours
        .components
        .iter()
        .filter_map(|c| c.first("RECURRENCE-ID"));
    for id in overrides {
        approximated.push("RECURRENCE-ID");
        fields.extend(
            clock
                .item(id)
                .and_then(|moment| Some(("ExcludeDate", date(&moment, clock)?))),
        );
    }
}

/// A date of an exception; a day is one without time.
fn date(moment: &Moment, clock: &Clock<'_>) -> Option<String> {
    match moment.when {
        When::Day(day) => Some(dashed(day)),
        When::Local(_) | When::Utc(_) => clock.write(moment).map(When::basic),
    }
}

/// The first alarm; SIF has no more.
fn reminder(
    entry: &Component,
    task: bool,
    (start, end): (Option<Moment>, Option<Moment>),
    clock: &Clock<'_>,
    fields: &mut Fields,
    approximated: &mut Vec<&'static str>,
) {
    let mut alarms = entry.components.iter().filter(|c| c.name == "VALARM");
    let anchor = anchor(start.clone(), end);
    let at = alarms
        .next()
        .and_then(|first| alarm::at(first, anchor.as_ref(), clock));
    if alarms.next().is_some() {
        approximated.push("VALARM");
    }
    let text = match (&at, &start) {
        (Some(at), _) if task => clock.write(at).map(|when| ("ReminderTime", when.basic())),
        (Some(at), Some(start)) => {
            let home = clock.home.as_ref();
            let before = start.utc(home).zip(at.utc(home));
            before.map(|(start, at)| {
                (
                    "ReminderMinutesBeforeStart",
                    (seconds_between(at, start) / 60).to_string(),
                )
            })
        }
        (Some(_) | None, _) => None,
    };
    fields.push(("ReminderSet", digit(text.is_some())));
    fields.extend(text);
}

fn digit(flag: bool) -> String {
    if flag { "1" } else { "0" }.to_owned()
}

/// `2006-01-02`.
fn dashed(day: jiff::civil::Date) -> String {
    format!("{:04}-{:02}-{:02}", day.year(), day.month(), day.day())
}

/// The document with the dates of exceptions in an element of their own, the last one.
fn with_exceptions<'f>(
    body: Vec<u8>,
    root: &str,
    dates: impl Iterator<Item = &'f (&'static str, String)>,
) -> Vec<u8> {
    let dates: String = dates
        .flat_map(|(name, date)| ["<", name, ">", date, "</", name, ">"])
        .collect();
    if dates.is_empty() {
        return body;
    }
    let close = format!("</{root}>\n");
    let mut body = body
        .strip_suffix(close.as_bytes())
        .unwrap_or(&body)
        .to_vec();
    body.extend_from_slice(format!("<Exceptions>{dates}</Exceptions>{close}").as_bytes());
    body
}
