//! When an event starts or a task is due, as one text: the same for every zone and dialect it may be written in.
//!
//! A day is `20060925`, however a version says that there is no time; a time with a zone is one in UTC, to the minute
//! (`200609250700Z`); one without stays on the clock of whoever looks at it (`200609250900`).

use jiff::civil::{DateTime, Time};

use crate::pim::decode;
use crate::pim::line::{Dialect, Line};
use crate::pim::model::{self, Reading};
use crate::pim::walk::{Step, Walk};
use crate::pim::when::{When, basic_day};
use crate::pim::zone::{OldZone, Zone};

/// The start of an event with its end and duration, if it has them, or when a task is due, which has neither.
pub fn of_lines(
    body: &[u8],
    start: &Line<'_>,
    end: Option<&Line<'_>>,
    lasts: Option<&Line<'_>>,
) -> String {
    let text = decode::text(start);
    let Some(when) = When::read(&text) else {
        return text.chars().filter(char::is_ascii_digit).collect();
    };
    let zone = match when {
        When::Day(_) => None,
        When::Local(_) | When::Utc(_) => zone(body, start, when),
    };
    let local = |when: When| match (when, &zone) {
        (When::Utc(_), None) => None,
        (_, Some(zone)) => zone.local(when),
        (When::Day(_) | When::Local(_), None) => Some(when.at()),
    };
    let ends = match (end, lasts) {
        (Some(end), _) => {
            When::read(&decode::text(end)).map_or(Ends::Somewhen, |end| Ends::of(local(end)))
        }
        (None, Some(lasts)) if decode::text(lasts).contains(['T', 't']) => Ends::Somewhen,
        (None, Some(_) | None) => Ends::WithDay,
    };
    if let Some(at) = local(when).filter(|at| at.time() == Time::midnight())
        && ends == Ends::WithDay
    {
        return basic_day(at.date());
    }
    spelled(when, zone.as_ref())
}

/// The same of a field of SIF, which says beside it whether it is a day.
pub fn of_field(text: &str, is_day: bool) -> String {
    match When::read(text) {
        Some(when) if is_day => basic_day(when.day()),
        Some(when) => spelled(when, None),
        None => text.chars().filter(char::is_ascii_digit).collect(),
    }
}

/// Whether a time is a midnight, on whatever clock: so tasks of Outlook say that they are due on a day.
pub fn is_midnight(text: &str) -> bool {
    When::read(text).is_some_and(|when| when.at().time() == Time::midnight())
}

/// How the end of an event that starts at midnight lies to the days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    /// A day ends with it, in one of the spellings for that.
    WithDay,
    /// In the middle of one.
    Somewhen,
}

impl Ends {
    fn of(end: Option<DateTime>) -> Self {
        let with_day = end.is_none_or(|end| {
            let at = end.time();
            at == Time::midnight() || (at.hour(), at.minute()) == (23, 59)
        });
        if with_day {
            Self::WithDay
        } else {
            Self::Somewhen
        }
    }
}

fn spelled(when: When, zone: Option<&Zone>) -> String {
    let minute =
        |at: DateTime| format!("{}{:02}{:02}", basic_day(at.date()), at.hour(), at.minute());
    match (when, zone) {
        (When::Day(day), _) => basic_day(day),
        (When::Utc(at), _) => minute(at) + "Z",
        (When::Local(at), Some(zone)) => zone
            .to_utc(at)
            .map_or_else(|| minute(at), |at| minute(at) + "Z"),
        (When::Local(at), None) => minute(at),
    }
}

/// The zone of a time: the one it names, or the one a calendar of the old version is in.
fn zone(body: &[u8], line: &Line<'_>, when: When) -> Option<Zone> {
    let name = line
        .params()
        .find(|p| p.is("TZID"))
        .map(|p| decode::unlabelled(p.value));
    match (name, line.dialect) {
        (Some(name), _) => {
            Zone::meant(&name).or_else(|| described(body, name.trim_matches('"'), when))
        }
        (None, Dialect::Old) => of_calendar(body, when),
        (None, Dialect::New) => None,
    }
}

/// The zone that a body describes under this name.
fn described(body: &[u8], name: &str, when: When) -> Option<Zone> {
    let document = model::read(body, Reading::default()).ok()?;
    let calendars = document.root.components.iter();
    let zone = calendars
        .flat_map(|calendar| &calendar.components)
        .find(|c| c.name == "VTIMEZONE" && c.text("TZID").trim() == name)?;
    Zone::described(zone, when.day().year(), None)
}

/// What `TZ` and `DAYLIGHT` say, wherever they stand in the calendar (field quirk C4).
fn of_calendar(body: &[u8], when: When) -> Option<Zone> {
    let (mut tz, mut daylight) = (None, Vec::new());
    for step in Walk::new(body) {
        let Step::Property(line) = step else { continue };
        if tz.is_none() && line.is("TZ") {
            tz = Some(decode::text(&line).trim().to_owned());
        } else if daylight.is_empty() && line.is("DAYLIGHT") {
            daylight = decode::text(&line).split(';').map(str::to_owned).collect();
        }
    }
    OldZone { tz: tz?, daylight }.zone(when.day().year(), None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pim::line::Lines;

    /// The start in a calendar of this version with these lines.
    fn start(version: &str, lines: &str) -> String {
        let lines = lines.replace('|', "\r\n");
        let body = format!("BEGIN:VCALENDAR\r\nVERSION:{version}\r\n{lines}\r\nEND:VCALENDAR\r\n");
        let line = |name| {
            Lines::new(body.as_bytes())
                .filter(|line| line.is(name))
                .last()
        };
        let start = line("DTSTART").unwrap();
        of_lines(
            body.as_bytes(),
            &start,
            line("DTEND").as_ref(),
            line("DURATION").as_ref(),
        )
    }

    #[test]
    fn an_instant_is_one_in_every_zone_and_version() {
        let described = "BEGIN:VTIMEZONE|TZID:Mine|BEGIN:STANDARD|TZOFFSETFROM:+0130|TZOFFSETTO:+0130|DTSTART:19700101T000000|END:STANDARD|END:VTIMEZONE|DTSTART;TZID=Mine:20060925T083000";
        for (version, lines) in [
            ("2.0", "DTSTART:20060925T070000Z"),
            ("2.0", "DTSTART;TZID=Europe/Prague:20060925T090000"),
            ("2.0", "DTSTART;TZID=\"America/New_York\":20060925T030000"),
            (
                "2.0",
                "DTSTART;TZID=/mozilla.org/20050126_1/Europe/Berlin:20060925T090000",
            ),
            (
                "2.0",
                "DTSTART;TZID=Pacific Standard Time:20060925T000000|DTEND:20060925T080000Z",
            ),
            ("1.0", "DTSTART:2006-09-25T07:00:30Z"),
            (
                "1.0",
                "TZ:+01|DAYLIGHT:TRUE;+02;20060326T010000Z;20061029T010000Z;CET;CEST|DTSTART:20060925T090000",
            ),
            ("1.0", "TZ:-05:00|DTSTART:20060925T020000"),
            ("1.0", "DTSTART:20060925T090000+0200"),
        ] {
            assert_eq!(start(version, lines), "200609250700Z", "{lines}");
        }
        assert_eq!(start("2.0", described), "200609250700Z");
        assert_eq!(start("1.0", "DTSTART:20060925T090000"), "200609250900");
    }

    #[test]
    fn a_day_is_one_in_every_dialect() {
        for (version, lines) in [
            ("2.0", "DTSTART;VALUE=DATE:20060925"),
            (
                "2.0",
                "DTSTART;TZID=Europe/Prague:20060925T000000|DTEND;TZID=Europe/Prague:20060926T000000",
            ),
            ("2.0", "DTSTART:20060925T000000|DURATION:P1D"),
            ("1.0", "DTSTART:20060925T000000"),
            ("1.0", "DTSTART:20060925T000000|DTEND:20060926T000000"),
            ("1.0", "DTSTART:20060925T000000|DTEND:20060925T240000"),
            ("1.0", "DTSTART:20060925T000000|DTEND:20060925T235900"),
            ("1.0", "DTSTART:20060925T000000|DTEND:20060925T235959"),
            (
                "1.0",
                "TZ:+02|DTSTART:20060924T220000Z|DTEND:20060925T220000Z",
            ),
        ] {
            assert_eq!(start(version, lines), "20060925", "{lines}");
        }
        for lines in [
            "DTSTART:20060925T000000|DTEND:20060925T003000",
            "DTSTART:20060925T000000|DURATION:PT30M",
        ] {
            assert_eq!(start("2.0", lines), "200609250000", "{lines}");
        }
    }

    #[test]
    fn what_is_no_date_is_told_apart_by_its_digits() {
        assert_eq!(start("1.0", "DTSTART:20061399"), "20061399");
        assert_eq!(start("1.0", "DTSTART:soon"), "");
        assert_eq!(
            start("2.0", "DTSTART;TZID=Nowhere:20060925T090000"),
            "200609250900"
        );
        assert_eq!(of_field("2006-09-25", true), "20060925");
        assert_eq!(of_field("20060925T070000Z", false), "200609250700Z");
    }
}
