//! From a document of SIF to the canonical form.

use jiff::civil::{DateTime, Time};

use super::super::clock::{Clock, Moment};
use super::super::old::{anchor, put_zones};
use super::super::{Scale, View, alarm, document, rule, words};
use super::{FIELD, OTHER, PATTERN, recurrence};
use crate::pim::model::{Component, Document, Property, Text, Value, Version};
use crate::pim::sif;
use crate::pim::when::When;

/// The fields of a document, each by its name.
struct Fields<'x> {
    list: Vec<(&'x str, std::borrow::Cow<'x, str>)>,
}

impl Fields<'_> {
    /// What a field says; `None` where it is empty or not there.
    fn get(&self, name: &str) -> Option<&str> {
        let found = self
            .list
            .iter()
            .find(|(known, text)| *known == name && !text.trim().is_empty());
        found.map(|(_, text)| text.as_ref())
    }

    fn is_set(&self, name: &str) -> bool {
        self.get(name)
            .is_some_and(|text| matches!(text.trim(), "1" | "-1" | "True" | "true"))
    }

    fn number(&self, name: &str) -> Option<i64> {
        self.get(name)?.trim().parse().ok()
    }
}

/// Reads a document of SIF-E or SIF-T, plain or in base64.
#[must_use]
pub fn read(body: &[u8], view: &View) -> Document {
    let xml = sif::unpacked(body);
    let fields = Fields {
        list: sif::fields(&xml).take(MAX_FIELDS).collect(),
    };
    let task = sif::media_type(xml.as_bytes()) == Some("text/x-s4j-sift");
    let year = ["Start", "StartDate", "DueDate"]
        .iter()
        .find_map(|name| When::read(fields.get(name)?))
        .map_or(view.now.year(), |when| when.day().year());
    let mut calendar = Component::named("VCALENDAR");
    calendar
        .properties
        .push(Property::text_of("VERSION", "2.0"));
    let clock = Clock::new(view, &calendar, year);
    let entry = if task {
        self::task(&fields, &clock)
    } else {
        event(&fields, &clock)
    };
    calendar.components.push(entry);
    put_zones(&mut calendar, year, |name| {
        clock.zone(name).or_else(|| clock.home.clone())
    });
    document(Version::Calendar20, calendar)
}

fn event(fields: &Fields<'_>, clock: &Clock<'_>) -> Component {
    let mut entry = Component::named("VEVENT");
    let recurs = fields.is_set("IsRecurring");
    let read = |name| {
        Some(super::super::old::in_zone(
            clock.read_text(fields.get(name)?, None)?,
            recurs,
            clock,
        ))
    };
    let (mut start, mut end) = (read("Start"), read("End"));
    let day = |moment: &Moment| clock.local(moment).map(DateTime::date);
    if fields.is_set("AllDayEvent") {
        let last = end.as_ref().or(start.as_ref()).and_then(day);
        start = start
            .as_ref()
            .and_then(day)
            .map(|day| Moment::of(When::Day(day)));
        let after = last.and_then(|last| last.tomorrow().ok());
        end = after.map(|after| Moment::of(When::Day(after)));
    } else if end.is_none() {
        let minutes = fields
            .number("Duration")
            .filter(|minutes| (0..=MAX_MINUTES).contains(minutes));
        end = start
            .as_ref()
            .zip(minutes)
            .and_then(|(start, minutes)| start.plus(minutes * 60));
    }
    entry
        .properties
        .extend(start.as_ref().map(|start| start.property("DTSTART")));
    entry
        .properties
        .extend(end.as_ref().map(|end| end.property("DTEND")));
    texts(fields, &mut entry);
    entry.properties.extend(
        fields
            .get("Location")
            .map(|text| Property::text_of("LOCATION", text)),
    );
    let transparency = |word| Property::text_of("TRANSP", word);
    match fields.number("BusyStatus") {
        Some(0) => entry.properties.push(transparency("TRANSPARENT")),
        Some(1) => {
            entry.properties.push(transparency("OPAQUE"));
            entry
                .properties
                .push(Property::text_of("STATUS", "TENTATIVE"));
        }
        Some(3) => {
            entry.properties.push(transparency("OPAQUE"));
            entry
                .properties
                .push(Property::text_of("X-MICROSOFT-CDO-BUSYSTATUS", "OOF"));
        }
        Some(_) => entry.properties.push(transparency("OPAQUE")),
        None => {}
    }
    repeat(fields, start.as_ref(), clock, &mut entry);
    let minutes = fields
        .number("ReminderMinutesBeforeStart")
        .filter(|minutes| minutes.abs() <= MAX_MINUTES);
    if let Some(minutes) = minutes.filter(|_| fields.is_set("ReminderSet")) {
        let trigger = Property::text_of("TRIGGER", super::super::duration::write(-minutes * 60));
        entry.components.push(reminder(trigger));
    }
    others(fields, EVENT_FIELDS, &mut entry);
    entry
}

fn task(fields: &Fields<'_>, clock: &Clock<'_>) -> Component {
    let mut entry = Component::named("VTODO");
    // Outlook has days; a midnight of the device's clock is one, and the year 4501 is none.
    let read = |name| {
        let said = clock.read_text(fields.get(name)?, None)?;
        let local = clock.local(&said).filter(|at| at.year() < NEVER)?;
        let is_day = local.time() == Time::midnight() || clock.view.quirks.due_is_day;
        Some(if is_day {
            Moment::of(When::Day(local.date()))
        } else {
            said
        })
    };
    let (start, due) = (read("StartDate"), read("DueDate"));
    entry
        .properties
        .extend(start.as_ref().map(|start| start.property("DTSTART")));
    entry
        .properties
        .extend(due.as_ref().map(|due| due.property("DUE")));
    texts(fields, &mut entry);
    let status = match fields.number("Status") {
        _ if fields.is_set("Complete") => Some("COMPLETED"),
        Some(1) => Some("IN-PROCESS"),
        Some(2) => Some("COMPLETED"),
        Some(4) => Some("CANCELLED"),
        Some(_) => Some("NEEDS-ACTION"),
        None => None,
    };
    entry
        .properties
        .extend(status.map(|status| Property::text_of("STATUS", status)));
    let done = fields
        .get("DateCompleted")
        .and_then(|text| clock.read_text(text, None));
    if let Some(utc) = done
        .and_then(|done| done.utc(clock.home.as_ref()))
        .filter(|at| at.year() < NEVER)
    {
        entry
            .properties
            .push(Property::text_of("COMPLETED", When::Utc(utc).basic()));
    }
    let percent = fields
        .number("PercentComplete")
        .filter(|percent| (0..=100).contains(percent));
    entry
        .properties
        .extend(percent.map(|percent| Property::text_of("PERCENT-COMPLETE", percent.to_string())));
    repeat(fields, start.as_ref().or(due.as_ref()), clock, &mut entry);
    let anchor = anchor(start, due);
    let reminder_at = fields
        .get("ReminderTime")
        .and_then(|text| clock.read_text(text, None));
    let reminder_at =
        reminder_at.filter(|at| fields.is_set("ReminderSet") && at.when.day().year() < NEVER);
    if let Some(trigger) = reminder_at.and_then(|at| alarm::trigger(&at, anchor.as_ref(), clock)) {
        entry.components.push(reminder(trigger));
    }
    if fields.number("Status") == Some(3) {
        entry.properties.push(other("Status", "3"));
    }
    others(fields, TASK_FIELDS, &mut entry);
    entry
}

/// What events and tasks have in common.
fn texts(fields: &Fields<'_>, entry: &mut Component) {
    let text = |field, name| {
        fields
            .get(field)
            .map(|text| Property::text_of(name, text.replace("\r\n", "\n")))
    };
    entry.properties.extend(text("Subject", "SUMMARY"));
    entry.properties.extend(text("Body", "DESCRIPTION"));
    if let Some(list) = fields.get("Categories") {
        let list = list.split([',', ';']).map(|word| Text::from(word.trim()));
        let list = list.filter(|word| !word.is_empty()).collect();
        entry
            .properties
            .push(Property::new("CATEGORIES", Value::List(list)));
    }
    let priority = fields
        .get("Importance")
        .and_then(|text| words::priority_from(text, Scale::Two));
    entry
        .properties
        .extend(priority.map(|priority| Property::text_of("PRIORITY", priority.to_string())));
    let class = match fields.number("Sensitivity") {
        Some(0) => Some("PUBLIC"),
        Some(1 | 2) => Some("PRIVATE"),
        Some(3) => Some("CONFIDENTIAL"),
        Some(_) | None => None,
    };
    entry
        .properties
        .extend(class.map(|class| Property::text_of("CLASS", class)));
}

fn repeat(fields: &Fields<'_>, start: Option<&Moment>, clock: &Clock<'_>, entry: &mut Component) {
    let Some(start) = start.filter(|_| fields.is_set("IsRecurring")) else {
        return;
    };
    if let Some(mut read) = recurrence::read(|name| fields.get(name)) {
        // The end is the midnight of the last day, whatever its form.
        if let crate::pim::recur::End::Until(when) = read.end
            && let Some(local) = clock
                .read_text(&when.basic(), None)
                .and_then(|said| clock.local(&said))
            && local.time() == Time::midnight()
        {
            read.end = crate::pim::recur::End::Until(When::Day(local.date()));
        }
        entry.properties.push(Property::text_of(
            "RRULE",
            rule::from_device(read, start, clock).write_new(),
        ));
    }
    for (field, name) in [("ExcludeDate", "EXDATE"), ("IncludeDate", "RDATE")] {
        let dates = fields.list.iter().filter(|(known, _)| *known == field);
        let dates: Vec<Text> = dates
            .filter_map(|(_, text)| {
                Some(
                    super::super::old::in_form(&clock.read_text(text, None)?, start, clock)?
                        .basic()
                        .into(),
                )
            })
            .collect();
        if !dates.is_empty() {
            let mut property = Property::new(name, Value::List(dates));
            property.params.extend(start.params());
            entry.properties.push(property);
        }
    }
}

fn reminder(trigger: Property) -> Component {
    let mut alarm = Component::named("VALARM");
    alarm.properties = vec![Property::text_of("ACTION", "DISPLAY"), trigger];
    alarm
}

fn other(name: &str, text: &str) -> Property {
    Property::text_of(OTHER, text).with(FIELD, name)
}

/// Fields without a place are kept.
fn others(fields: &Fields<'_>, known: &[&str], entry: &mut Component) {
    let lists = [COMMON_FIELDS, PATTERN, known];
    let has_place = |name: &&str| lists.iter().any(|list| list.contains(name));
    let rest = fields
        .list
        .iter()
        .filter(|(name, text)| !text.trim().is_empty() && !has_place(name));
    entry
        .properties
        .extend(rest.map(|(name, text)| other(name, text)));
}

/// The year from which on Outlook means no date.
const NEVER: i16 = 4500;

/// The most fields that are looked at, dates of exceptions among them.
const MAX_FIELDS: usize = 5_000;

/// Some years.
const MAX_MINUTES: i64 = 60 * 24 * 3660;

/// Fields of both that have a place, or say what others say.
const COMMON_FIELDS: &[&str] = &[
    "Subject",
    "Body",
    "Categories",
    "Importance",
    "Sensitivity",
    "IsRecurring",
    "RecurrenceType",
    "ExcludeDate",
    "IncludeDate",
    "ReminderSet",
    "SIFVersion",
    "Folder",
];

const EVENT_FIELDS: &[&str] = &[
    "Start",
    "End",
    "AllDayEvent",
    "Duration",
    "Location",
    "BusyStatus",
    "ReminderMinutesBeforeStart",
];

const TASK_FIELDS: &[&str] = &[
    "StartDate",
    "DueDate",
    "Complete",
    "DateCompleted",
    "PercentComplete",
    "Status",
    "ReminderTime",
];
