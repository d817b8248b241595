//! One event or task of vCalendar 1.0 as the canonical form has it.

use super::super::all_day::{self, Days};
use super::super::clock::{Clock, Moment, dates};
use super::super::{alarm, people, rule, words};
use super::anchor;
use crate::pim::model::{Component, Property, Text, Value};
use crate::pim::recur::Rule;
use crate::pim::when::When;

/// When an entry is.
struct Span {
    start: Option<Moment>,
    /// Its end, exclusive; of a task when it is due.
    end: Option<Moment>,
}

/// Reads an entry.
pub(super) fn entry(theirs: &Component, clock: &Clock<'_>) -> Component {
    let task = theirs.name == "VTODO";
    let span = if task {
        span_of_task(theirs, clock)
    } else {
        span_of_event(theirs, clock)
    };
    let anchor = anchor(span.start.clone(), span.end.clone());
    let mut ours = Component::named(&theirs.name);
    for property in &theirs.properties {
        match property.name.as_str() {
            "AALARM" | "DALARM" | "MALARM" | "PALARM" => {
                match alarm::from_old(property, anchor.as_ref(), clock) {
                    Some(alarm) => ours.components.push(alarm),
                    None => ours
                        .properties
                        .extend((!property.is_empty()).then(|| property.clone())),
                }
            }
            "DTSTART" => ours
                .properties
                .push(moment(property, "DTSTART", span.start.as_ref())),
            "DUE" => ours
                .properties
                .push(moment(property, "DUE", span.end.as_ref())),
            "DTEND" if span.end.is_none() => {}
            "DTEND" => ours
                .properties
                .push(moment(property, "DTEND", span.end.as_ref())),
            _ => self::property(property, task, &span, clock, &mut ours),
        }
    }
    ours.components.extend(theirs.components.iter().cloned());
    if clock.view.quirks.description_is_summary && ours.text("SUMMARY").trim().is_empty() {
        ours.remove("SUMMARY");
        if let Some(description) = ours.properties.iter_mut().find(|p| p.name == "DESCRIPTION") {
            description.name = "SUMMARY".into();
        }
    }
    ours
}

/// A time that was understood, or the property as it came.
fn moment(property: &Property, name: &str, moment: Option<&Moment>) -> Property {
    moment.map_or_else(|| property.clone(), |moment| moment.property(name))
}

/// Every property but start, end and alarms.
fn property(property: &Property, task: bool, span: &Span, clock: &Clock<'_>, ours: &mut Component) {
    let renamed = |name: &str| Property {
        name: name.into(),
        ..property.clone()
    };
    let text = property.text();
    let out = match property.name.as_str() {
        "TZ" | "DAYLIGHT" | "RNUM" | UNREAD_RULE => None,
        "DCREATED" => {
            Some(instant(property, "CREATED", clock).unwrap_or_else(|| renamed("CREATED")))
        }
        "LAST-MODIFIED" | "COMPLETED" => {
            Some(instant(property, &property.name, clock).unwrap_or_else(|| property.clone()))
        }
        "RRULE" | "EXRULE" => Some(recurrence(property, span, clock)),
        "EXDATE" | "RDATE" => Some(list(property, span, clock)),
        "ATTENDEE" => Some(people::from_old(property)),
        "STATUS" => {
            words::status_from_old(&text, task).map(|word| Property::text_of("STATUS", word))
        }
        "TRANSP" => Some(Property::text_of(
            "TRANSP",
            words::transparency_from_old(&text),
        )),
        "PRIORITY" => Some(
            match words::priority_from(&text, clock.view.quirks.priority.in_old()) {
                Some(priority) => Property::text_of("PRIORITY", priority.to_string()),
                None => property.clone(),
            },
        ),
        "CATEGORIES" => categories(property, clock),
        "X-EPOCAGENDAENTRYTYPE" if clock.view.quirks.epoc_types => None,
        _ => Some(property.clone()),
    };
    ours.properties.extend(out);
}

fn instant(property: &Property, name: &str, clock: &Clock<'_>) -> Option<Property> {
    let moment = clock.read(property)?;
    let utc = moment.utc(clock.home.as_ref())?;
    Some(Property::text_of(name, When::Utc(utc).basic()))
}

/// A rule that can be read, or the text of one that cannot under a name that nobody takes for a rule.
fn recurrence(property: &Property, span: &Span, clock: &Clock<'_>) -> Property {
    let text = property.text();
    let start = span.start.as_ref().or(span.end.as_ref());
    let read = start.and_then(|start| {
        // Some devices write rules of the new version.
        let rule = Rule::read_old(&text, clock.local(start)?).or_else(|| Rule::read_new(&text))?;
        Some(rule::from_device(rule, start, clock))
    });
    match read {
        Some(rule) => Property::text_of(&property.name, rule.write_new()),
        None => Property::text_of(UNREAD_RULE, text),
    }
}

/// Dates in the form of the start: days for days, the clock of its zone where it has one.
fn list(property: &Property, span: &Span, clock: &Clock<'_>) -> Property {
    let start = span.start.as_ref().or(span.end.as_ref());
    let mut params = property.params.clone();
    params.retain(|p| p.key != "VALUE" && p.key != "TZID");
    params.extend(start.and_then(Moment::params));
    let said = dates(property);
    let list = said.iter().filter_map(|text| {
        let said = clock.read_text(text, None)?;
        let Some(start) = start else {
            return Some(said.when.basic().into());
        };
        Some(Text::from(in_form(&said, start, clock)?.basic()))
    });
    Property {
        value: Value::List(list.collect()),
        params,
        ..property.clone()
    }
}

/// A date of a list as the entry's start is written; a day stands for the occurrence on it.
pub(in super::super) fn in_form(said: &Moment, start: &Moment, clock: &Clock<'_>) -> Option<When> {
    let local = |said: &Moment| match (said.when, &start.zone) {
        (When::Day(day), _) => Some(day.to_datetime(start.when.at().time())),
        (_, Some(zone)) => zone.to_local(said.utc(Some(zone))?),
        (_, None) => clock.local(said),
    };
    Some(match start.when {
        When::Day(_) => When::Day(clock.local(said)?.date()),
        When::Local(_) => When::Local(local(said)?),
        When::Utc(_) => match said.when {
            When::Day(day) => When::Utc(day.to_datetime(start.when.at().time())),
            When::Local(_) | When::Utc(_) => When::Utc(said.utc(clock.home.as_ref())?),
        },
    })
}

fn categories(property: &Property, clock: &Clock<'_>) -> Option<Property> {
    let Value::List(list) = &property.value else {
        return Some(property.clone());
    };
    let quirks = &clock.view.quirks;
    let word = |word: &Text| {
        let plain = word.trim();
        let plain = match plain
            .get(..2)
            .filter(|x| quirks.x_categories && x.eq_ignore_ascii_case("X-"))
        {
            Some(_) => plain.get(2..).unwrap_or_default(),
            None => plain,
        };
        Text::from(plain)
    };
    let own = quirks.all_day == super::super::AllDay::Category;
    let list: Vec<Text> = list
        .iter()
        .map(word)
        .filter(|word| !word.is_empty())
        .filter(|word| !own || !word.eq_ignore_ascii_case(all_day::OCCASION))
        .collect();
    (!list.is_empty()).then(|| Property {
        value: Value::List(list),
        ..property.clone()
    })
}

fn span_of_event(theirs: &Component, clock: &Clock<'_>) -> Span {
    let read = |name| theirs.first(name).and_then(|p| clock.read(p));
    let (start, end) = (read("DTSTART"), read("DTEND"));
    let on_clock = |moment: &Moment| match moment.when {
        When::Day(_) => Some(moment.when),
        When::Local(_) | When::Utc(_) => clock.local(moment).map(When::Local),
    };
    let days = start.as_ref().and_then(|start| {
        // A midnight in UTC is one of the device's clock only where that is known.
        if matches!(start.when, When::Utc(_)) && clock.home.is_none() {
            return None;
        }
        let end = end.as_ref().and_then(on_clock);
        all_day::days(on_clock(start)?, end, theirs, &clock.view.quirks)
    });
    if let Some(Days { first, end: after }) = days {
        return Span {
            start: Some(Moment::of(When::Day(first))),
            end: Some(Moment::of(When::Day(after))),
        };
    }
    let recurs = theirs.first("RRULE").is_some();
    Span {
        start: start.map(|start| in_zone(start, recurs, clock)),
        end: end.map(|end| in_zone(end, recurs, clock)),
    }
}

/// What recurs does so on the clock of its people: an instant in UTC is put on the device's, so that it moves with daylight saving time.
pub(in super::super) fn in_zone(moment: Moment, recurs: bool, clock: &Clock<'_>) -> Moment {
    let home = clock.home.as_ref().filter(|_| recurs);
    match (moment.when, home) {
        (When::Utc(at), Some(home)) => match home.to_local(at) {
            Some(local) => Moment {
                when: When::Local(local),
                zone: Some(home.clone()),
            },
            None => moment,
        },
        (When::Day(_) | When::Local(_) | When::Utc(_), _) => moment,
    }
}

/// A task is due on a day where its time is midnight: vCalendar has no other way to say so.
fn span_of_task(theirs: &Component, clock: &Clock<'_>) -> Span {
    let recurs = theirs.first("RRULE").is_some();
    let read = |name| {
        let said = clock.read(theirs.first(name)?)?;
        let local = clock.local(&said)?;
        let is_midnight = local.time() == jiff::civil::Time::midnight();
        let is_local = !matches!(said.when, When::Utc(_));
        let day = clock.view.quirks.due_is_day || (is_midnight && is_local);
        Some(if day {
            Moment::of(When::Day(local.date()))
        } else {
            in_zone(said, recurs, clock)
        })
    };
    let (mut start, due) = (read("DTSTART"), read("DUE"));
    // RFC 5545, section 3.8.2.3: both are days, or neither is.
    if let (
        Some(start),
        Some(Moment {
            when: When::Day(_), ..
        }),
    ) = (&mut start, &due)
        && let Some(local) = clock.local(start)
    {
        *start = Moment::of(When::Day(local.date()));
    }
    Span { start, end: due }
}

/// Holds the text of a rule that could not be read.
pub(super) const UNREAD_RULE: &str = "X-ANCHORAGE-RRULE";
