//! An event or a task as a device writes it.

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime};

use super::{EVENT_STATES, TASK_STATES, old_priority};
use crate::body::Mark;
use crate::card::{self, Field, Fields, Form};
use crate::dial::{DayEnds, Dial, Says};
use crate::lines::{Line, lines};

/// How a device writes an item.
#[derive(Debug)]
pub struct Page<'a> {
    pub form: Form,
    pub is_task: bool,
    pub dial: &'a Dial,
    /// The name of alarms in vCalendar 1.0.
    pub alarm: &'static str,
    /// The name of the item in the calendars of the world, where the device keeps one.
    pub uid: Option<String>,
    /// What its alarm says beside when it goes off, if it had one: that is nobody's to change.
    pub sound: Option<Sound>,
    /// When it was changed, where the device says so.
    pub stamp: Option<String>,
}

/// What an alarm says beside when it goes off.
#[derive(Debug, Clone)]
pub enum Sound {
    /// The name of the property of vCalendar 1.0, and what stands behind the time.
    Old(String, String),
    /// The lines of iCalendar, but for that with the time.
    New(Vec<String>),
}

impl Sound {
    /// That of the alarm in a body.
    pub fn of(body: &[u8]) -> Option<Self> {
        let lines = lines(std::str::from_utf8(body).ok()?);
        let is_alarm = |line: &&Line| matches!(line.name.as_str(), "AALARM" | "DALARM");
        if let Some(alarm) = lines.iter().find(is_alarm) {
            let (_, rest) = alarm.value.split_once(';').unwrap_or_default();
            return Some(Self::Old(alarm.name.clone(), rest.to_owned()));
        }
        let begin = lines.iter().position(|line| line.value == "VALARM")?;
        let inner = lines.iter().skip(begin + 1);
        let inner = inner.take_while(|line| line.name != "END");
        let kept = inner.filter(|line| line.name != "TRIGGER");
        let kept = kept.map(|line| format!("{}:{}", line.name, line.value));
        Some(Self::New(kept.collect()))
    }
}

/// An item.
pub fn write(page: &Page<'_>, mark: Mark, fields: &Fields) -> Vec<u8> {
    let is_old = page.form == Form::Calendar10;
    let mut lines = vec!["BEGIN:VCALENDAR".to_owned()];
    let says_zone = page.dial.says == Says::Zone;
    if is_old {
        lines.push("VERSION:1.0".to_owned());
        lines.extend(page.dial.lines().into_iter().filter(|_| says_zone));
    } else {
        lines.push("VERSION:2.0".to_owned());
        lines.push("PRODID:-//Phone//EN".to_owned());
        let described = zone(page.dial.zone).filter(|_| says_zone);
        lines.extend(described.map(str::to_owned));
    }
    let entry = if page.is_task { "VTODO" } else { "VEVENT" };
    lines.push(format!("BEGIN:{entry}"));
    lines.extend(page.uid.as_ref().map(|uid| format!("UID:{uid}")));
    if !is_old {
        lines.push("DTSTAMP:20060101T000000Z".to_owned());
    }
    lines.push(format!("SUMMARY:Trip{} {}", mark.tag, card::name(mark)));
    for (field, values) in fields {
        if *field == Field::Kinds {
            let list = values.join(if is_old { ";" } else { "," });
            lines.push(format!("CATEGORIES:{list}"));
            continue;
        }
        for value in values {
            lines.extend(page.field(*field, value, fields));
        }
    }
    let stamp = page.stamp.as_ref();
    lines.extend(stamp.map(|stamp| format!("LAST-MODIFIED:{stamp}")));
    lines.extend([format!("END:{entry}"), "END:VCALENDAR".to_owned()]);
    (lines.join("\r\n") + "\r\n").into_bytes()
}

impl Page<'_> {
    fn field(&self, field: Field, value: &str, fields: &Fields) -> Vec<String> {
        let is_old = self.form == Form::Calendar10;
        let (name, _) = field.property();
        let plain = |value: &str| vec![format!("{name}:{value}")];
        match field {
            Field::When => self.span(value),
            Field::Due => vec![self.due(value)],
            // RFC 5545, section 3.8.2.1: in UTC.
            Field::Completed if is_old => vec![self.time(name, value)],
            Field::Rule if is_old => plain(value),
            Field::Rule => plain(&rule(value)),
            Field::Alarm => {
                let due = fields.get(&Field::Due);
                let when = due.unwrap_or_else(|| &fields[&Field::When]);
                self.alarm(value, &when[0])
            }
            Field::Priority if is_old => plain(&(1 + old_priority(value)).to_string()),
            Field::Status if is_old => {
                let mut words: Vec<_> = EVENT_STATES.to_vec();
                if self.is_task {
                    words = TASK_STATES.to_vec();
                }
                let word = words.iter().find(|(new, _)| *new == value);
                plain(word.unwrap().1)
            }
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
            | Field::Kinds
            | Field::Class
            | Field::Priority
            | Field::Status
            | Field::Completed => plain(value),
        }
    }

    /// Start and end.
    fn span(&self, value: &str) -> Vec<String> {
        let (start, end) = value.split_once('/').unwrap();
        let Some(first) = super::read::day(start) else {
            return vec![self.time("DTSTART", start), self.time("DTEND", end)];
        };
        let end = super::read::day(end).unwrap();
        if self.form == Form::Calendar20 {
            let day = |name: &str, day| format!("{name};VALUE=DATE:{}", super::basic_day(day));
            return vec![day("DTSTART", first), day("DTEND", end)];
        }
        let last = end.checked_sub(1.day()).unwrap();
        let end = match self.dial.day_ends {
            DayEnds::NextMidnight => midnight(end),
            DayEnds::TwentyFour => format!("{}T240000", super::basic_day(last)),
            DayEnds::LastMinute => format!("{}T235900", super::basic_day(last)),
            DayEnds::LastSecond => format!("{}T235959", super::basic_day(last)),
        };
        vec![
            format!("DTSTART:{}", midnight(first)),
            format!("DTEND:{end}"),
        ]
    }

    /// When a task is to be done: vCalendar 1.0 has a day at its first instant.
    fn due(&self, value: &str) -> String {
        match super::read::day(value) {
            Some(day) if self.form == Form::Calendar20 => {
                format!("DUE;VALUE=DATE:{}", super::basic_day(day))
            }
            Some(day) => format!("DUE:{}", midnight(day)),
            None => self.time("DUE", value),
        }
    }

    /// A time on the clock of the device.
    fn time(&self, name: &str, utc: &str) -> String {
        let at = super::read::instant(utc).unwrap();
        let local = |at: DateTime| self.dial.shows(at).strftime("%Y%m%dT%H%M%S").to_string();
        match (self.dial.says, self.form) {
            (Says::Utc, _) => format!("{name}:{utc}"),
            (Says::Zone, Form::Calendar20) => {
                format!("{name};TZID={}:{}", self.dial.zone, local(at))
            }
            (Says::Clock | Says::Zone, _) => format!("{name}:{}", local(at)),
        }
    }

    /// An alarm so many minutes before the start.
    fn alarm(&self, minutes: &str, when: &str) -> Vec<String> {
        if self.form == Form::Calendar20 {
            let own = ["ACTION:DISPLAY", "DESCRIPTION:Soon"].map(str::to_owned);
            let mut lines = vec!["BEGIN:VALARM".to_owned()];
            match &self.sound {
                Some(Sound::New(kept)) => lines.extend(kept.iter().cloned()),
                Some(Sound::Old(..)) | None => lines.extend(own),
            }
            let related = if self.is_task { ";RELATED=END" } else { "" };
            lines.push(format!("TRIGGER{related}:-PT{minutes}M"));
            lines.push("END:VALARM".to_owned());
            return lines;
        }
        let (name, rest) = match &self.sound {
            Some(Sound::Old(name, rest)) => (name.as_str(), rest.as_str()),
            Some(Sound::New(_)) | None => (self.alarm, ";;"),
        };
        let before = minutes.parse::<i64>().unwrap().minutes();
        let (start, _) = when.split_once('/').unwrap_or((when, ""));
        let at = if let Some(day) = super::read::day(start) {
            // On the clock of whoever looks.
            let at = day.at(0, 0, 0, 0).checked_sub(before).unwrap();
            format!("{name}:{}", at.strftime("%Y%m%dT%H%M%S"))
        } else {
            let start = super::read::instant(start).unwrap();
            let at = start.checked_sub(before).unwrap();
            self.time(name, &super::basic(at))
        };
        vec![format!("{at};{rest}")]
    }
}

/// A rule of iCalendar.
fn rule(value: &str) -> String {
    let (kind, count) = value.split_once(" #").unwrap();
    let end = if count == "0" {
        String::new()
    } else {
        format!(";COUNT={count}")
    };
    let every = match kind.split_at(1) {
        ("D", "1") => "FREQ=DAILY".to_owned(),
        ("D", n) => format!("FREQ=DAILY;INTERVAL={n}"),
        ("W", "1") => "FREQ=WEEKLY".to_owned(),
        ("W", n) => format!("FREQ=WEEKLY;INTERVAL={n}"),
        _ => "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1".to_owned(),
    };
    every + &end
}

fn midnight(day: Date) -> String {
    format!("{}T000000", super::basic_day(day))
}

/// A zone as a device describes it that does; others go by their names.
fn zone(name: &str) -> Option<&'static str> {
    match name {
        "Europe/Prague" => Some(PRAGUE),
        "America/New_York" => Some(NEW_YORK),
        _ => None,
    }
}

const PRAGUE: &str = "BEGIN:VTIMEZONE\r\nTZID:Europe/Prague\r\nBEGIN:STANDARD\r\nDTSTART:19961027T030000\r\n\
TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\n\
BEGIN:DAYLIGHT\r\nDTSTART:19960331T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n\
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE";

const NEW_YORK: &str = "BEGIN:VTIMEZONE\r\nTZID:America/New_York\r\nBEGIN:STANDARD\r\nDTSTART:19961027T020000\r\n\
TZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\n\
BEGIN:DAYLIGHT\r\nDTSTART:19960407T020000\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400\r\n\
RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE";
