//! One event or task of the canonical form as vCalendar 1.0 has it.

use jiff::civil::DateTime;

use super::super::all_day::{self, Days};
use super::super::clock::{Clock, Moment, dates};
use super::super::{AllDay, Unrendered, alarm, duration, people, rule, since, words};
use super::anchor;
use super::from::UNREAD_RULE;
use crate::pim::model::{Component, Property, Text, Value};
use crate::pim::recur::{Fit, Rule};
use crate::pim::when::When;

/// When an entry is, and how the device writes that.
struct Span {
    start: Option<Moment>,
    end: Option<Moment>,
    /// The entry has no times.
    days: Option<Days>,
}

/// Writes an entry; overrides of it are excluded from its recurrence.
pub(super) fn entry(
    ours: &Component,
    overrides: &[&Component],
    clock: &Clock<'_>,
    approximated: &mut Vec<&'static str>,
) -> Result<Component, Unrendered> {
    let task = ours.name == "VTODO";
    let since = since::in_time(ours, clock)?;
    let ours = since.as_ref().unwrap_or(ours);
    let span = span(ours, clock);
    let mut theirs = Component::named(&ours.name);
    put_span(&span, task, clock, &mut theirs);
    for property in &ours.properties {
        match property.name.as_str() {
            "DTSTART" | "DTEND" | "DUE" if understood(&property.name, &span) => {}
            "DURATION" | "RECURRENCE-ID" | "DTSTAMP" => {}
            "RRULE" => recurrence(property, &span, clock, &mut theirs, approximated),
            _ => self::property(property, task, &span, clock, &mut theirs, approximated),
        }
    }
    exclude(overrides, &span, clock, &mut theirs);
    let anchor = anchor(span.start.clone(), span.end.clone());
    for inner in &ours.components {
        if inner.name != "VALARM" {
            theirs.components.push(inner.clone());
        } else if let Some(alarm) = alarm::to_old(inner, anchor.as_ref(), clock) {
            theirs.properties.push(alarm);
        } else {
            approximated.push("VALARM");
        }
    }
    finish(ours, &span, clock, &mut theirs);
    Ok(theirs)
}

fn understood(name: &str, span: &Span) -> bool {
    match name {
        "DTSTART" => span.start.is_some(),
        _ => span.end.is_some(),
    }
}

fn span(ours: &Component, clock: &Clock<'_>) -> Span {
    let read = |name| ours.first(name).and_then(|p| clock.item(p));
    let (start, end) = (read("DTSTART"), read("DTEND").or_else(|| read("DUE")));
    let lasts = ours
        .first("DURATION")
        .and_then(|p| duration::read(&p.text()));
    let end = end.or_else(|| start.as_ref()?.plus(lasts?));
    let days = match (&start, &end) {
        (
            Some(Moment {
                when: When::Day(first),
                ..
            }),
            end,
        ) => first.tomorrow().ok().map(|next| Days {
            first: *first,
            end: end.as_ref().map_or(next, |end| end.when.day()).max(next),
        }),
        (Some(_) | None, _) => None,
    };
    Span { start, end, days }
}

/// Start and end, the first thing in an entry.
fn put_span(span: &Span, task: bool, clock: &Clock<'_>, theirs: &mut Component) {
    let quirks = &clock.view.quirks;
    let mut put = |name: &str, text: Option<String>| {
        theirs
            .properties
            .extend(text.map(|text| Property::text_of(name, text)));
    };
    if task {
        let day_only = |moment: &Moment| match moment.when {
            When::Day(day) => Some(When::Local(day.at(0, 0, 0, 0))),
            When::Local(_) | When::Utc(_) if quirks.due_is_day => clock
                .local(moment)
                .map(|at| When::Local(at.date().at(0, 0, 0, 0))),
            When::Local(_) | When::Utc(_) => clock.write(moment),
        };
        put(
            "DTSTART",
            span.start.as_ref().and_then(day_only).map(When::basic),
        );
        put("DUE", span.end.as_ref().and_then(day_only).map(When::basic));
        return;
    }
    if let Some(days) = span.days {
        let written = all_day::write(days, quirks.all_day);
        if let Some((start, end)) = written {
            put("DTSTART", Some(start));
            put("DTEND", end);
        }
        return;
    }
    let write = |moment: &Option<Moment>| {
        moment
            .as_ref()
            .and_then(|m| clock.write(m))
            .map(When::basic)
    };
    put("DTSTART", write(&span.start));
    put("DTEND", write(&span.end));
}

fn property(
    property: &Property,
    task: bool,
    span: &Span,
    clock: &Clock<'_>,
    theirs: &mut Component,
    approximated: &mut Vec<&'static str>,
) {
    let text = property.text();
    let quirks = &clock.view.quirks;
    let instant = |name: &str| {
        let moment = clock.item(property)?;
        Some(Property::text_of(name, clock.write(&moment)?.basic()))
    };
    let out = match property.name.as_str() {
        "CREATED" => instant("DCREATED"),
        "LAST-MODIFIED" | "COMPLETED" => instant(&property.name),
        "EXDATE" | "RDATE" => Some(list(property, span, clock)),
        "EXRULE" => {
            let told = rule_text(&text, span, clock);
            if told.is_none() {
                approximated.push("EXRULE");
            }
            told.map(|text| Property::text_of("EXRULE", text))
        }
        "ATTENDEE" | "ORGANIZER" => Some(people::to_old(property)),
        "STATUS" => Some(Property::text_of(
            "STATUS",
            words::status_to_old(&text, task),
        )),
        "TRANSP" => Some(Property::text_of(
            "TRANSP",
            words::transparency_to_old(&text),
        )),
        "PRIORITY" if quirks.no_priority => None,
        "PRIORITY" => words::priority_to(&text, quirks.priority.in_old())
            .map(|priority| Property::text_of("PRIORITY", priority.to_string())),
        UNREAD_RULE => Some(Property::text_of("RRULE", text)),
        name if words::is_of_old(name) => Some(property.clone()),
        _ => None,
    };
    theirs.properties.extend(out);
}

fn rule_text(text: &str, span: &Span, clock: &Clock<'_>) -> Option<String> {
    let rule = Rule::read_new(text)?;
    match rule::for_old_device(&rule, span.start.as_ref().or(span.end.as_ref())?, clock)? {
        Fit::Exact(text) => Some(text),
        Fit::Dates(_) => None,
    }
}

/// The rule, or dates where it has no words for the device.
fn recurrence(
    property: &Property,
    span: &Span,
    clock: &Clock<'_>,
    theirs: &mut Component,
    approximated: &mut Vec<&'static str>,
) {
    let rule = Rule::read_new(&property.text());
    let start = span.start.as_ref().or(span.end.as_ref());
    let told = rule
        .zip(start)
        .and_then(|(rule, start)| rule::for_old_device(&rule, start, clock));
    match told {
        Some(Fit::Exact(text)) => theirs.properties.push(Property::text_of("RRULE", text)),
        Some(Fit::Dates(dates)) => {
            approximated.push("RRULE");
            if !clock.view.quirks.no_dates && !dates.is_empty() {
                let list = dates
                    .iter()
                    .filter_map(|at| on_device(*at, span, clock))
                    .map(|when| when.basic().into());
                theirs
                    .properties
                    .push(Property::new("RDATE", Value::List(list.collect())));
            }
        }
        None => approximated.push("RRULE"),
    }
}

/// A time on the device's clock as it is written beside the start of the entry.
fn on_device(at: DateTime, span: &Span, clock: &Clock<'_>) -> Option<When> {
    let start = span.start.as_ref().or(span.end.as_ref())?;
    let zone = clock.home.clone().or_else(|| start.zone.clone());
    let floating = start.zone.is_none() && matches!(start.when, When::Local(_));
    match start.when {
        When::Day(_) => Some(When::Local(at)),
        When::Local(_) if floating => Some(When::Local(at)),
        When::Utc(_) if zone.is_none() => clock.write(&Moment::of(When::Utc(at))),
        When::Local(_) | When::Utc(_) => clock.write(&Moment {
            when: When::Local(at),
            zone,
        }),
    }
}

fn list(property: &Property, span: &Span, clock: &Clock<'_>) -> Property {
    let zone = property.param_text("TZID");
    let said = dates(property);
    let list = said
        .iter()
        .filter_map(|text| written(&clock.item_text(text, zone)?, span, clock))
        .collect();
    Property::new(&property.name, Value::List(list))
}

/// A date of a list as the device writes the start: EXDATE is in its form.
fn written(moment: &Moment, span: &Span, clock: &Clock<'_>) -> Option<Text> {
    let start = span.start.as_ref().or(span.end.as_ref());
    let when = match (moment.when, start) {
        (When::Day(day), Some(start)) if !matches!(start.when, When::Day(_)) => {
            clock.write(&Moment {
                when: match start.when {
                    When::Utc(at) => When::Utc(day.to_datetime(at.time())),
                    When::Local(_) | When::Day(_) => {
                        When::Local(day.to_datetime(start.when.at().time()))
                    }
                },
                zone: start.zone.clone(),
            })?
        }
        (When::Day(day), _) => When::Local(day.at(0, 0, 0, 0)),
        (
            When::Local(_) | When::Utc(_),
            Some(Moment {
                when: When::Day(_), ..
            }),
        ) => When::Local(clock.local(moment)?.date().at(0, 0, 0, 0)),
        (When::Local(_) | When::Utc(_), _) => clock.write(moment)?,
    };
    Some(when.basic().into())
}

/// What was moved or changed does not take place as the rule says.
fn exclude(overrides: &[&Component], span: &Span, clock: &Clock<'_>, theirs: &mut Component) {
    let ids = overrides.iter().filter_map(|own| {
        let id = own.first("RECURRENCE-ID")?;
        written(&clock.item(id)?, span, clock)
    });
    let ids: Vec<Text> = ids.collect();
    if !ids.is_empty() && theirs.first("RRULE").is_some() {
        theirs
            .properties
            .push(Property::new("EXDATE", Value::List(ids)));
    }
}

/// What single devices want to find in an entry (C12, C14, C24).
fn finish(ours: &Component, span: &Span, clock: &Clock<'_>, theirs: &mut Component) {
    let quirks = &clock.view.quirks;
    if quirks.all_day == AllDay::Category && span.days.is_some() {
        let mut list = vec![Text::from(all_day::OCCASION)];
        if let Some(Property {
            value: Value::List(more),
            ..
        }) = ours.first("CATEGORIES")
        {
            list.extend(more.iter().cloned());
        }
        theirs.set(Property::new("CATEGORIES", Value::List(list)));
    }
    if quirks.epoc_types && theirs.name == "VEVENT" {
        let yearly = theirs.text("RRULE").starts_with("YM");
        let kind = match span.days {
            Some(_) if yearly => "ANNIVERSARY",
            Some(_) => "EVENT",
            None => "APPOINTMENT",
        };
        theirs.set(Property::text_of("X-EPOCAGENDAENTRYTYPE", kind));
        if kind == "ANNIVERSARY" {
            theirs.set(Property::text_of(
                "DTEND",
                theirs.text("DTSTART").into_owned(),
            ));
        }
    }
    if quirks.description_is_summary {
        let summary = theirs.remove("SUMMARY").into_iter().next();
        if let Some(summary) = summary {
            theirs.set(Property {
                name: "DESCRIPTION".into(),
                ..summary
            });
        }
    }
    if quirks.needs_description && theirs.first("DESCRIPTION").is_none() {
        theirs.properties.push(Property::text_of(
            "DESCRIPTION",
            theirs.text("SUMMARY").into_owned(),
        ));
    }
}
