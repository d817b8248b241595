//! Events and tasks as the devices of a history write and read them, field by field, in vCalendar 1.0 and iCalendar 2.0.
//!
//! A value says the same in every form: a time is an instant in UTC, or a day; a rule is `D2 #5`, an alarm is the minutes
//! before the start. No value is set twice in a field of an item, so that each names the edit that set it.

pub mod read;
pub mod write;

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime, date};

use crate::card::{Field, Form};

/// The fields of an event.
pub const EVENT: [Field; 10] = [
    Field::Hull,
    Field::When,
    Field::Place,
    Field::Details,
    Field::Rule,
    Field::Alarm,
    Field::Kinds,
    Field::Class,
    Field::Priority,
    Field::Status,
];

/// The fields of a task.
pub const TASK: [Field; 9] = [
    Field::Hull,
    Field::Details,
    Field::Alarm,
    Field::Kinds,
    Field::Class,
    Field::Priority,
    Field::Status,
    Field::Due,
    Field::Completed,
];

/// The states of a task.
pub const TASK_STATES: [(&str, &str); 5] = [
    ("IN-PROCESS", "ACCEPTED"),
    ("COMPLETED", "COMPLETED"),
    ("CANCELLED", "DECLINED"),
    ("NEEDS-ACTION", "NEEDS ACTION"),
    ("IN-PROCESS", "CONFIRMED"),
];

/// The states of an event, as iCalendar and as vCalendar 1.0 has them.
pub const EVENT_STATES: [(&str, &str); 3] = [
    ("TENTATIVE", "TENTATIVE"),
    ("CONFIRMED", "CONFIRMED"),
    ("CANCELLED", "DECLINED"),
];

/// What an edit makes of a field of an event or a task on a device of this form; `pick` is any number.
pub fn value(field: Field, edit: usize, form: Form, is_task: bool, pick: usize) -> String {
    let is_old = form == Form::Calendar10;
    let one = |of: &[&str]| of[pick % of.len()].to_owned();
    match field {
        Field::When if pick.is_multiple_of(4) => {
            let first = day(edit);
            let end = first.checked_add([1, 2][edit % 2].days()).unwrap();
            format!("{}/{}", basic_day(first), basic_day(end))
        }
        Field::When => {
            let start = day(edit).at(hour(edit), 10, 0, 0);
            // Never a full hour in any zone, lest the end looks like that of a day.
            let minutes = [25, 35, 95][edit % 3];
            let end = start.checked_add(minutes.minutes()).unwrap();
            format!("{}/{}", basic(start), basic(end))
        }
        Field::Rule => match pick % 4 {
            0 => format!("D1 #{}", edit + 2),
            1 => format!("W1 #{}", edit + 2),
            2 => format!("D{} #0", edit + 2),
            _ if is_old => format!("W{} #0", edit + 2),
            // The last working day of a month: the old version has no words for it.
            _ => format!("{LAST_WORKING_DAY} #{}", edit + 2),
        },
        Field::Alarm => (edit + 1).to_string(),
        Field::Class => one(&["PRIVATE", "CONFIDENTIAL"]),
        Field::Priority if is_old => one(&["1", "5", "9"]),
        Field::Priority => one(&["1", "2", "4", "5", "6", "9"]),
        Field::Due if pick.is_multiple_of(3) => basic_day(day(edit)),
        Field::Due => basic(day(edit).at(hour(edit), 10, 0, 0)),
        Field::Completed => basic(day(edit).at(hour(edit), 25, 0, 0)),
        Field::Status if is_task => one(&["IN-PROCESS", "COMPLETED", "CANCELLED"]),
        Field::Status => one(&EVENT_STATES.map(|(new, _)| new)),
        Field::Title
        | Field::Org
        | Field::Role
        | Field::Note
        | Field::Url
        | Field::Cell
        | Field::Home
        | Field::Email
        | Field::Street
        | Field::City
        | Field::Text
        | Field::Hull
        | Field::Place
        | Field::Details
        | Field::Kinds => {
            unreachable!("{field:?} names its edit by itself")
        }
    }
}

/// Of a field in the words of vCalendar 1.0, which has three priorities and fewer rules; `None` where it has none.
pub fn roughly(field: Field, value: &str) -> Option<String> {
    if field == Field::Priority {
        return Some(PRIORITIES[old_priority(value)].to_owned());
    }
    let is_said = field != Field::Rule || !is_beyond_words(value);
    is_said.then(|| value.to_owned())
}

/// Whether vCalendar 1.0 has no words for this rule.
pub fn is_beyond_words(rule: &str) -> bool {
    rule.starts_with(LAST_WORKING_DAY)
}

/// The place of a priority among the three of vCalendar 1.0, from 0.
fn old_priority(value: &str) -> usize {
    match value {
        "1" | "2" | "3" | "4" => 0,
        "5" => 1,
        _ => 2,
    }
}

const PRIORITIES: [&str; 3] = ["1", "5", "9"];
const LAST_WORKING_DAY: &str = "LAST";

/// A day for an edit, none of those on which clocks change.
fn day(edit: usize) -> Date {
    let from = date(2006, 1, 10);
    let days = i64::try_from(edit * 7 % 330).unwrap();
    let day = from.checked_add(days.days()).unwrap();
    let changes = [date(2006, 3, 26), date(2006, 4, 2), date(2006, 10, 29)];
    let is_near = |change: &Date| [-1, 0, 1].contains(&(day - *change).get_days());
    if changes.iter().any(is_near) {
        day.checked_add(3.days()).unwrap()
    } else {
        day
    }
}

fn hour(edit: usize) -> i8 {
    i8::try_from(edit * 5 % 24).unwrap()
}

/// An instant as values have it.
pub fn basic(at: DateTime) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

pub fn basic_day(day: Date) -> String {
    day.strftime("%Y%m%d").to_string()
}
