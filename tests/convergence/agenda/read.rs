//! An event or a task, read as whoever has it would, without the server's own reading.

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime};

use super::{EVENT_STATES, LAST_WORKING_DAY, PRIORITIES, TASK_STATES, basic, basic_day};
use crate::card::{self, Field, Fields, Form, Read};
use crate::dial::{Dial, instant_in};
use crate::lines::{Line, lines};

/// A point in time as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Point {
    Day(Date),
    Utc(DateTime),
    /// What a clock shows: that of whoever reads it, unless a zone stands beside it.
    Clock(DateTime),
}

/// Whose clock times are on that do not say.
enum Home<'a> {
    /// That of the body: the distance to UTC in seconds, and the summer with its own.
    Lines(i64, Option<(i64, DateTime, DateTime)>),
    /// That of the device.
    Dial(&'a Dial),
    Nobody,
}

/// An item as the device with this clock has it, or the server, which has none.
///
/// # Errors
/// What is wrong with it.
pub fn read(text: &str, dial: Option<&Dial>) -> Result<Read, String> {
    let fail = |what: &str| format!("{what}: {text:?}");
    let lines = lines(text);
    let form = lines.iter().find(|line| line.name == "VERSION");
    let form = match form.map(|line| line.value.as_str()) {
        Some("1.0") => Form::Calendar10,
        Some("2.0") => Form::Calendar20,
        _ => return Err(fail("no version")),
    };
    let mark = card::named(text).ok_or_else(|| fail("no name"))?;
    let home = Home::of(&lines, dial);
    let mut within: Vec<&str> = Vec::new();
    let (mut entry, mut alarms) = (Vec::new(), Vec::new());
    for line in &lines {
        match line.name.as_str() {
            "BEGIN" => within.push(&line.value),
            "END" => drop(within.pop()),
            _ => match within.last() {
                Some(&"VEVENT" | &"VTODO") => entry.push(line),
                Some(&"VALARM") => alarms.push(line),
                _ => {}
            },
        }
    }
    let begun = |name: &str| {
        let lines = lines.iter();
        lines
            .filter(|line| line.name == "BEGIN" && line.value == name)
            .count()
    };
    if begun("VEVENT") + begun("VTODO") != 1 {
        return Err(fail("not one entry"));
    }
    let mut fields = Fields::new();
    let mut put = |field: Field, value: String| fields.entry(field).or_default().push(value);
    let is_task = begun("VTODO") > 0;
    let (start, when) = if is_task {
        due(&entry, form, &home)
    } else {
        span(&entry, &home)
    };
    if let Some(when) = when {
        put(if is_task { Field::Due } else { Field::When }, when);
    }
    for line in &entry {
        if let Some((field, value)) = plain(line, form, is_task) {
            // Of categories there may be several: what two devices set apart from one another is put together.
            let is_list = field == Field::Kinds;
            let each = value.split(|c| is_list && matches!(c, ',' | ';'));
            each.for_each(|one| put(field, one.to_owned()));
        }
        if line.name == "COMPLETED" {
            let at = point(&line.value).map(|at| home.said(at, line.zone().as_deref()));
            put(Field::Completed, at.unwrap_or_else(|| line.value.clone()));
        }
        if line.name == "RRULE" {
            put(Field::Rule, rule(line, form, start.as_ref(), &home));
        }
        if matches!(line.name.as_str(), "AALARM" | "DALARM") {
            put(Field::Alarm, alarm(line, start.as_ref(), &home));
        }
    }
    for line in alarms.iter().filter(|line| line.name == "TRIGGER") {
        put(Field::Alarm, alarm(line, start.as_ref(), &home));
    }
    Ok(Read { form, mark, fields })
}

/// The name by which calendars know an item.
pub fn uid(body: &[u8]) -> Option<String> {
    let lines = lines(std::str::from_utf8(body).ok()?);
    let uid = lines.into_iter().find(|line| line.name == "UID");
    uid.map(|uid| uid.value.trim().to_owned())
}

/// What is written as it is meant.
fn plain(line: &Line, form: Form, is_task: bool) -> Option<(Field, String)> {
    let value = line.value.trim();
    let is_old = form == Form::Calendar10;
    let field = match line.name.as_str() {
        "LOCATION" => Field::Place,
        "DESCRIPTION" => Field::Details,
        "CATEGORIES" => Field::Kinds,
        "X-HULL" => Field::Hull,
        // What everybody takes for granted.
        "CLASS" if value == "PUBLIC" => return None,
        "CLASS" => Field::Class,
        "PRIORITY" if value == "0" => return None,
        "PRIORITY" => Field::Priority,
        "STATUS" if is_old && !is_task && value == "NEEDS ACTION" => return None,
        "STATUS" => Field::Status,
        _ => return None,
    };
    let value = match (field, is_old) {
        (Field::Priority, true) => {
            let place = value.parse::<usize>().ok()?.checked_sub(1)?;
            PRIORITIES.get(place).copied().unwrap_or(value)
        }
        (Field::Status, true) => {
            let words: &[_] = if is_task { &TASK_STATES } else { &EVENT_STATES };
            let word = words.iter().find(|(_, old)| *old == value);
            word.map_or(value, |(new, _)| new)
        }
        _ => value,
    };
    Some((field, value.to_owned()))
}

/// When a task is to be done, as it is written and as a value.
fn due(entry: &[&Line], form: Form, home: &Home<'_>) -> (Option<Start>, Option<String>) {
    let Some(line) = entry.iter().find(|line| line.name == "DUE") else {
        return (None, None);
    };
    let zone = line.zone();
    let midnight = jiff::civil::Time::midnight();
    let at = match point(&line.value) {
        Some(Point::Day(day)) => Point::Clock(day.at(0, 0, 0, 0)),
        Some(at) => at,
        None => return (None, Some(line.value.clone())),
    };
    let is_day = match at {
        Point::Clock(at) => {
            at.time() == midnight && (form == Form::Calendar10 || !line.value.contains('T'))
        }
        Point::Day(_) | Point::Utc(_) => false,
    };
    let value = match at {
        Point::Clock(at) if is_day => basic_day(at.date()),
        Point::Clock(_) | Point::Utc(_) | Point::Day(_) => home.said(at, zone.as_deref()),
    };
    (Some(Start { at, zone }), Some(value))
}

/// The start as it is written and as an instant, and start and end as a value.
fn span(entry: &[&Line], home: &Home<'_>) -> (Option<Start>, Option<String>) {
    let point = |name: &str| {
        let line = entry.iter().find(|line| line.name == name)?;
        Some((point(&line.value)?, line.zone()))
    };
    let (Some((start, zone)), end) = (point("DTSTART"), point("DTEND")) else {
        return (None, None);
    };
    if let Some((first, end)) = days(start, end.as_ref().map(|(end, _)| *end)) {
        let value = format!("{}/{}", basic_day(first), basic_day(end));
        let at = Point::Clock(first.at(0, 0, 0, 0));
        return (Some(Start { at, zone: None }), Some(value));
    }
    let end = end.map(|(end, zone)| home.said(end, zone.as_deref()));
    let value = format!(
        "{}/{}",
        home.said(start, zone.as_deref()),
        end.unwrap_or_default()
    );
    (Some(Start { at: start, zone }), Some(value))
}

/// A start as it is written.
#[derive(Debug, Clone)]
struct Start {
    at: Point,
    zone: Option<String>,
}

impl Start {
    /// The day of the week on which it is, as it is written, and on the clock of the device: a rule may count on either.
    fn days(&self, home: &Home<'_>) -> Vec<&'static str> {
        let (written, shown) = match (self.at, home) {
            (Point::Day(day), _) => (day, day),
            (Point::Utc(at), _) => (at.date(), home.shows(at).date()),
            (Point::Clock(at), _) => (at.date(), at.date()),
        };
        let word = |day: Date| {
            let day = day.weekday().to_monday_zero_offset();
            ["MO", "TU", "WE", "TH", "FR", "SA", "SU"][usize::try_from(day).unwrap()]
        };
        vec![word(written), word(shown)]
    }
}

/// The days that an event without times takes: the first, and the one after the last.
fn days(start: Point, end: Option<Point>) -> Option<(Date, Date)> {
    let next = |day: Date| day.checked_add(1.day()).unwrap();
    match (start, end) {
        (Point::Day(first), Some(Point::Day(end))) => Some((first, end)),
        (Point::Day(first), None) => Some((first, next(first))),
        (Point::Clock(first), Some(Point::Clock(end)))
            if first.time() == jiff::civil::Time::midnight() =>
        {
            let last = match (end.hour(), end.minute()) {
                (0, 0) => end.date(),
                (23, 59) => next(end.date()),
                _ => return None,
            };
            Some((first.date(), last))
        }
        _ => None,
    }
}

/// A rule; what a device says without need is not repeated.
fn rule(line: &Line, form: Form, start: Option<&Start>, home: &Home<'_>) -> String {
    let value = line.value.trim();
    let own_days: Vec<&str> = start.map_or(Vec::new(), |start| start.days(home));
    if form == Form::Calendar10 {
        let words = value.split(' ').filter(|word| !own_days.contains(word));
        return words.collect::<Vec<_>>().join(" ");
    }
    let part = |name: &str| {
        let mut parts = value.split(';').filter_map(|part| part.split_once('='));
        parts.find(|(key, _)| *key == name).map(|(_, value)| value)
    };
    let every = part("INTERVAL").unwrap_or("1");
    let head = match (part("FREQ"), part("BYDAY"), part("BYSETPOS")) {
        (Some("DAILY"), None, None) => format!("D{every}"),
        (Some("WEEKLY"), day, None) if day.is_none_or(|day| own_days.contains(&day)) => {
            format!("W{every}")
        }
        (Some("MONTHLY"), Some("MO,TU,WE,TH,FR"), Some("-1")) => LAST_WORKING_DAY.to_owned(),
        _ => return value.to_owned(),
    };
    format!("{head} #{}", part("COUNT").unwrap_or("0"))
}

/// How many minutes before the start an alarm goes off.
fn alarm(line: &Line, start: Option<&Start>, home: &Home<'_>) -> String {
    let text = line.value.split(';').next().unwrap_or_default();
    if let Some(minutes) = lasts(text) {
        return (-minutes).to_string();
    }
    let (Some(at), Some(start)) = (point(text), start) else {
        return text.to_owned();
    };
    let minutes = match (at, start.at) {
        (Point::Clock(at), Point::Clock(start)) => Some(
            (start - at).get_minutes()
                + 60 * i64::from((start - at).get_hours())
                + 1440 * i64::from((start - at).get_days()),
        ),
        (at, from) => {
            let at = home.utc(at, line.zone().as_deref());
            let from = home.utc(from, start.zone.as_deref());
            at.zip(from)
                .map(|(at, from)| from.duration_since(at).as_mins())
        }
    };
    minutes.map_or(text.to_owned(), |minutes| minutes.to_string())
}

/// A duration in minutes: `-PT15M`, `-P1DT2H`.
fn lasts(text: &str) -> Option<i64> {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |text| (-1, text));
    let (mut number, mut all) = (0, 0);
    for c in text.strip_prefix('P')?.chars() {
        let unit = match c {
            '0'..='9' => {
                number = number * 10 + i64::from(c.to_digit(10)?);
                continue;
            }
            'T' => 0,
            'W' => 7 * 1440,
            'D' => 1440,
            'H' => 60,
            'M' => 1,
            _ => return None,
        };
        all += number * unit;
        number = 0;
    }
    Some(sign * all)
}

fn point(text: &str) -> Option<Point> {
    let text = text.trim();
    if let Some(day) = day(text) {
        return Some(Point::Day(day));
    }
    if let Some(at) = instant(text) {
        return Some(Point::Utc(at));
    }
    if let Some(date) = text.strip_suffix("T240000") {
        let next = day(date)?.checked_add(1.day()).ok()?;
        return Some(Point::Clock(next.at(0, 0, 0, 0)));
    }
    DateTime::strptime("%Y%m%dT%H%M%S", text)
        .ok()
        .map(Point::Clock)
}

/// A day without a time.
pub fn day(text: &str) -> Option<Date> {
    Date::strptime("%Y%m%d", text).ok()
}

/// An instant in UTC.
pub fn instant(text: &str) -> Option<DateTime> {
    DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()
}

impl<'a> Home<'a> {
    fn of(lines: &[Line], dial: Option<&'a Dial>) -> Self {
        let line = |name: &str| lines.iter().find(|line| line.name == name);
        let own = dial.map_or(Self::Nobody, Self::Dial);
        let Some(winter) = line("TZ").and_then(|tz| offset(&tz.value)) else {
            return own;
        };
        let summer = line("DAYLIGHT").and_then(|line| {
            let mut parts = line.value.split(';').skip(1);
            let offset = offset(parts.next()?)?;
            Some((offset, instant(parts.next()?)?, instant(parts.next()?)?))
        });
        Self::Lines(winter, summer)
    }

    /// The instant in UTC; `None` of what is on nobody's clock.
    fn utc(&self, point: Point, zone: Option<&str>) -> Option<DateTime> {
        let at = match (point, zone) {
            (Point::Utc(at), _) => return Some(at),
            (Point::Clock(at), Some(zone)) => return instant_in(zone, at),
            (Point::Clock(at), None) => at,
            (Point::Day(_), _) => return None,
        };
        match self {
            Self::Dial(dial) => Some(dial.instant(at)),
            Self::Nobody => None,
            Self::Lines(offset, summer) => {
                let back = |offset: i64| at.checked_sub(offset.seconds()).ok();
                let in_summer = summer.and_then(|(offset, from, until)| {
                    back(offset).filter(|at| (from..until).contains(at))
                });
                in_summer.or_else(|| back(*offset))
            }
        }
    }

    /// What the clock shows at an instant.
    fn shows(&self, utc: DateTime) -> DateTime {
        let offset = match self {
            Self::Dial(dial) => return dial.shows(utc),
            Self::Nobody => 0,
            Self::Lines(_, Some((summer, from, until))) if (*from..*until).contains(&utc) => {
                *summer
            }
            Self::Lines(winter, _) => *winter,
        };
        utc.checked_add(offset.seconds()).unwrap()
    }

    /// A point as a value.
    fn said(&self, point: Point, zone: Option<&str>) -> String {
        match point {
            Point::Day(day) => basic_day(day),
            Point::Utc(_) | Point::Clock(_) => self
                .utc(point, zone)
                .map_or_else(|| format!("on no clock: {point:?} {zone:?}"), basic),
        }
    }
}

/// A distance to UTC in seconds: `+01`, `-0530`.
fn offset(text: &str) -> Option<i64> {
    let (sign, digits) = text.trim().split_at_checked(1)?;
    let sign = if sign == "-" { -1 } else { 1 };
    let hours: i64 = digits.get(..2)?.parse().ok()?;
    let minutes: i64 = digits.get(2..4).map_or(Some(0), |m| m.parse().ok())?;
    Some(sign * (hours * 3600 + minutes * 60))
}
