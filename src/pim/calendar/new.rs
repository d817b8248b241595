//! Documents of iCalendar 2.0: what a device sent as items have it, and an item as a device takes it.
//!
//! Both ways the document stays what it is but for what the device does in its own way: field quirks C1 to C8, C16 to C20, C22 to C25.

use super::clock::{Clock, Moment, dates};
use super::old::{anchor, put_zones, year_of};
use super::{
    Rendered, Unrendered, View, ZoneRules, alarm, calendar, document, duration, is_entry, rule,
    since, words,
};
use crate::pim::model::{Component, Document, Property, Value, Version};
use crate::pim::recur::Rule;
use crate::pim::when::When;

/// Reads a document of iCalendar 2.0.
pub(super) fn read(sent: &Document, view: &View) -> Document {
    let theirs = calendar(sent);
    let year = year_of(theirs, view);
    let clock = Clock::new(view, theirs, year);
    let mut ours = theirs.clone();
    if ours.name.is_empty() {
        ours = Component {
            name: "VCALENDAR".into(),
            properties: vec![Property::text_of("VERSION", "2.0")],
            components: ours.components,
        };
    }
    for component in ours.components.iter_mut().filter(|c| is_entry(c)) {
        *component = read_entry(std::mem::take(component), &clock);
    }
    put_zones(&mut ours, year, |name| clock.zone(name));
    document(Version::Calendar20, ours)
}

fn read_entry(mut ours: Component, clock: &Clock<'_>) -> Component {
    let quirks = &clock.view.quirks;
    let task = ours.name == "VTODO";
    let start = ours.first("DTSTART").and_then(|p| clock.read(p));
    for property in &mut ours.properties {
        match property.name.as_str() {
            "DTSTART" | "DTEND" | "DUE" | "RECURRENCE-ID" => moment(property, task, clock),
            "EXDATE" | "RDATE" => list(property, |text, zone| clock.read_text(text, zone)),
            "RRULE" | "EXRULE" => {
                if let Some((read, start)) = Rule::read_new(&property.text()).zip(start.as_ref()) {
                    let read = rule::from_device(read, start, clock);
                    // What means the same is left as it was written.
                    if Rule::read_new(&property.text()).as_ref() != Some(&read) {
                        property.value = Value::Text(read.write_new().into());
                    }
                }
            }
            "PRIORITY" => {
                if let Some(priority) = words::priority_from(&property.text(), quirks.priority) {
                    property.value = Value::Text(priority.to_string().into());
                }
            }
            _ => {}
        }
    }
    let read = |name| ours.first(name).and_then(|p| clock.item(p));
    let anchor = anchor(read("DTSTART"), read("DTEND").or_else(|| read("DUE")));
    for component in ours.components.iter_mut().filter(|c| c.name == "VALARM") {
        *component = alarm::from_new(component, anchor.as_ref(), clock);
    }
    // Horde writes the alarms of the old version in the new one.
    ours.properties.retain(|property| {
        let is_old = matches!(property.name.as_str(), "AALARM" | "DALARM" | "MALARM");
        let alarm = is_old.then(|| alarm::from_old(property, anchor.as_ref(), clock));
        let Some(alarm) = alarm.flatten() else {
            return true;
        };
        ours.components.push(alarm);
        false
    });
    ours
}

/// Puts a time of a device into the form of items.
fn moment(property: &mut Property, task: bool, clock: &Clock<'_>) {
    let Some(mut moment) = clock.read(property) else {
        return;
    };
    if task
        && clock.view.quirks.due_is_day
        && let Some(local) = clock.local(&moment)
    {
        moment = Moment::of(When::Day(local.date()));
    }
    put(property, &moment);
}

/// Gives a property another time.
pub(super) fn put(property: &mut Property, moment: &Moment) {
    property
        .params
        .retain(|p| p.key != "VALUE" && p.key != "TZID");
    property.params.extend(moment.params());
    property.value = Value::Text(moment.when.basic().into());
}

/// Puts a list of times through this; times of a list are in one form, that of its first.
fn list(property: &mut Property, through: impl Fn(&str, Option<&str>) -> Option<Moment>) {
    let periods = property
        .param_text("VALUE")
        .is_some_and(|v| v.eq_ignore_ascii_case("PERIOD"));
    let zone = property.param_text("TZID").map(str::to_owned);
    let moments: Option<Vec<Moment>> = dates(property)
        .iter()
        .map(|text| through(text, zone.as_deref()))
        .collect();
    let Some(moments) = moments.filter(|_| !periods) else {
        return;
    };
    let Some(first) = moments.first() else {
        return;
    };
    property
        .params
        .retain(|p| p.key != "VALUE" && p.key != "TZID");
    property.params.extend(first.params());
    property.value = Value::List(
        moments
            .iter()
            .map(|moment| moment.when.basic().into())
            .collect(),
    );
}

/// Writes a document of iCalendar 2.0 for a device.
pub(super) fn render(item: &Document, view: &View) -> Result<Rendered, Unrendered> {
    let ours = calendar(item);
    let year = year_of(ours, view);
    let clock = Clock::new(view, ours, year);
    if !ours.components.iter().any(is_entry) {
        return Err(Unrendered::NoEntry);
    }
    let mut approximated = Vec::new();
    let mut theirs = ours.clone();
    entries(&mut theirs, &clock, &mut approximated)?;
    match view.quirks.zone_rules {
        ZoneRules::Full => put_zones(&mut theirs, year, |name| clock.zone(name)),
        ZoneRules::Short | ZoneRules::None => theirs.components.retain(|c| c.name != "VTIMEZONE"),
    }
    approximated.sort_unstable();
    approximated.dedup();
    Ok(Rendered {
        document: document(Version::Calendar20, theirs),
        approximated,
    })
}

/// Writes each entry. Of a series an occurrence that was moved may lie in the time before the device's calendar begins: that
/// one is left out.
fn entries(
    calendar: &mut Component,
    clock: &Clock<'_>,
    approximated: &mut Vec<&'static str>,
) -> Result<(), Unrendered> {
    let mut early = None;
    for component in std::mem::take(&mut calendar.components) {
        if !is_entry(&component) {
            calendar.components.push(component);
            continue;
        }
        let is_override = component.first("RECURRENCE-ID").is_some();
        match entry(component, clock, approximated) {
            Ok(entry) => calendar.components.push(entry),
            Err(cause @ Unrendered::TooEarly(_)) if is_override => {
                approximated.push("RECURRENCE-ID");
                early = Some(cause);
            }
            Err(cause) => return Err(cause),
        }
    }
    match early.filter(|_| !calendar.components.iter().any(is_entry)) {
        Some(early) => Err(early),
        None => Ok(()),
    }
}

fn entry(
    ours: Component,
    clock: &Clock<'_>,
    approximated: &mut Vec<&'static str>,
) -> Result<Component, Unrendered> {
    let quirks = &clock.view.quirks;
    let ours = since::in_time(&ours, clock)?.unwrap_or(ours);
    let read = |name| ours.first(name).and_then(|p| clock.item(p));
    let (start, end) = (read("DTSTART"), read("DTEND").or_else(|| read("DUE")));
    let lasts = ours
        .first("DURATION")
        .and_then(|p| duration::read(&p.text()));
    let end = end.or_else(|| start.as_ref()?.plus(lasts?));
    let recurs = ours.first("RRULE").is_some();
    let task = ours.name == "VTODO";
    let mut theirs = ours;
    theirs
        .properties
        .retain(|p| !(p.name == "PRIORITY" && quirks.no_priority));
    for property in &mut theirs.properties {
        match property.name.as_str() {
            "DTSTART" | "DTEND" | "DUE" | "RECURRENCE-ID" => {
                if let Some(moment) = clock
                    .item(property)
                    .and_then(|m| on_device(&m, task, recurs, clock))
                {
                    put(property, &moment);
                }
            }
            "EXDATE" | "RDATE" => {
                list(property, |text, zone| {
                    on_device(&clock.item_text(text, zone)?, task, recurs, clock)
                });
            }
            "RRULE" | "EXRULE" => {
                let own = Rule::read_new(&property.text());
                if let Some((own, start)) = own.zip(start.as_ref()) {
                    match rule::for_device(&own, start, clock) {
                        Some(told) if told == own => {}
                        Some(told) => property.value = Value::Text(told.write_new().into()),
                        None => approximated.push("RRULE"),
                    }
                }
            }
            "PRIORITY" => {
                if let Some(priority) = words::priority_to(&property.text(), quirks.priority) {
                    property.value = Value::Text(priority.to_string().into());
                }
            }
            _ => {}
        }
    }
    let anchor = anchor(start, end);
    if quirks.alarms_in_utc {
        for component in theirs.components.iter_mut().filter(|c| c.name == "VALARM") {
            *component = alarm::in_utc(component, anchor.as_ref(), clock);
        }
    }
    if quirks.needs_description && theirs.first("DESCRIPTION").is_none() {
        theirs.properties.push(Property::text_of(
            "DESCRIPTION",
            theirs.text("SUMMARY").into_owned(),
        ));
    }
    Ok(theirs)
}

/// A time of an item in the form that the device takes: a zone's, UTC or its own clock's.
fn on_device(moment: &Moment, task: bool, recurs: bool, clock: &Clock<'_>) -> Option<Moment> {
    let quirks = &clock.view.quirks;
    if task && quirks.due_is_day {
        return clock
            .local(moment)
            .map(|at| Moment::of(When::Local(at.date().at(0, 0, 0, 0))));
    }
    let forced = match quirks.times {
        super::Times::AsDeclared => recurs && quirks.recurring_in_utc,
        super::Times::Local | super::Times::Utc => true,
    };
    let in_zone = moment.zone.is_some();
    if quirks.daylight_of_now && (in_zone || matches!(moment.when, When::Utc(_))) {
        return clock.write_utc(moment).map(Moment::of);
    }
    if recurs && quirks.recurring_in_utc && in_zone {
        return Some(Moment::of(When::Utc(moment.utc(None)?)));
    }
    if forced {
        return clock.write(moment).map(Moment::of);
    }
    // A device that does not say that it takes UTC is sent the time of its clock (DevInf 1.2, section 5.3.42).
    if let (When::Utc(at), Some(home)) = (moment.when, &clock.home)
        && !clock.takes_utc()
    {
        return Some(Moment {
            when: When::Local(home.to_local(at)?),
            zone: Some(home.clone()),
        });
    }
    // Its zone is written by its Olson name, and where that is none, in UTC (C19).
    match &moment.zone {
        Some(zone) if quirks.plain_zones && !zone.is_named() => {
            moment.utc(None).map(|at| Moment::of(When::Utc(at)))
        }
        Some(_) | None if quirks.plain_zones => Some(moment.clone()),
        Some(_) | None => None,
    }
}
