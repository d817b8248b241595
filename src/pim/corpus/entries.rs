//! Invented events and tasks, as calendars of both versions write them.

use super::items::{Dice, content};
use super::way::{EVENTS, TASKS, Way};
use crate::item::Content;

/// Starts with the ends that go with them.
const SPANS: [&str; 9] = [
    "DTSTART;TZID=Europe/Prague:20060105T090000|DTEND;TZID=Europe/Prague:20060105T100000",
    "DTSTART;TZID=America/New_York:20060105T090000|DTEND;TZID=America/New_York:20060105T101500",
    "DTSTART:20060705T080000Z|DTEND:20060705T090000Z",
    "DTSTART:20060105T080000Z|DURATION:PT45M",
    "DTSTART:20060105T200000|DTEND:20060106T013000",
    "DTSTART;VALUE=DATE:20060105|DTEND;VALUE=DATE:20060106",
    "DTSTART;VALUE=DATE:20060228|DTEND;VALUE=DATE:20060304",
    "DTSTART;TZID=Europe/Prague:20060326T013000|DTEND;TZID=Europe/Prague:20060326T043000",
    "DTSTART:20060105T080000Z",
];
const RULES: [&str; 12] = [
    "",
    "",
    "RRULE:FREQ=DAILY;COUNT=5",
    "RRULE:FREQ=WEEKLY;INTERVAL=2",
    "RRULE:FREQ=WEEKLY;BYDAY=MO,TH;COUNT=12",
    "RRULE:FREQ=MONTHLY;BYDAY=2TU",
    "RRULE:FREQ=MONTHLY;BYMONTHDAY=15;COUNT=3",
    "RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=7",
    "RRULE:FREQ=YEARLY;COUNT=4",
    "RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=6",
    "RRULE:FREQ=YEARLY;BYMONTH=1,7;BYDAY=1SU;COUNT=6",
    "RRULE:FREQ=HOURLY;INTERVAL=6;COUNT=9",
];
const LINES: [&str; 24] = [
    "SUMMARY:Brush teeth",
    "SUMMARY:\u{160}koln\u{ed} v\u{fd}let; to a place\\, with a name that is long enough to be folded",
    "SUMMARY:",
    "LOCATION:Room 7\\, second floor",
    "DESCRIPTION:a\\nb\\; c\\, d",
    "CATEGORIES:MEETING,WORK",
    "CATEGORIES:Rodina",
    "CLASS:PRIVATE",
    "CLASS:CONFIDENTIAL",
    "PRIORITY:1",
    "PRIORITY:5",
    "STATUS:TENTATIVE",
    "STATUS:CONFIRMED",
    "TRANSP:TRANSPARENT",
    "TRANSP:OPAQUE",
    "SEQUENCE:3",
    "UID:uid-1@example.org",
    "ATTENDEE;CN=John Smith;PARTSTAT=ACCEPTED:mailto:js@example.org",
    "ORGANIZER;CN=Jane:mailto:jane@example.org",
    "URL:http://example.org/?a=b;c",
    "GEO:50.08;14.43",
    "CREATED:20060101T000000Z",
    "X-FOO;X-A=b:bar",
    "COMMENT:x",
];
const ALARMS: [&str; 6] = [
    "",
    "",
    "BEGIN:VALARM|ACTION:DISPLAY|TRIGGER:-PT15M|DESCRIPTION:Up!|END:VALARM",
    "BEGIN:VALARM|ACTION:AUDIO|TRIGGER:-PT1H|END:VALARM",
    "BEGIN:VALARM|ACTION:DISPLAY|TRIGGER;VALUE=DATE-TIME:20060104T200000Z|DESCRIPTION:x|END:VALARM",
    "BEGIN:VALARM|ACTION:DISPLAY|TRIGGER;RELATED=END:PT0S|DESCRIPTION:x|REPEAT:2|DURATION:PT5M|END:VALARM",
];

/// What a device of the old version writes.
const OLD: [&str; 10] = [
    "DTSTART:20060105T080000Z|DTEND:20060105T090000Z|RRULE:W2 MO TH 20060202T080000Z|EXDATE:20060119T080000Z|AALARM:20060105T074500Z;;;",
    "DTSTART:20060105T090000|DTEND:20060105T100000|RRULE:D1 #5|DALARM:20060105T084500;PT5M;2;Up",
    "DTSTART:20060105T000000|DTEND:20060105T235900|RRULE:YM1 1 #0",
    "DTSTART:20060105T000000|DTEND:20060105T240000",
    "DTSTART:20060105T000000|DTEND:20060106T000000|CATEGORIES:SPECIAL OCCASION",
    "DTSTART:2006-01-05T09:00:00|RRULE:MP1 1- FR #0",
    "DTSTART:20060105T080000Z|RRULE:MD1 15 31 #7|PRIORITY:2|STATUS:NEEDS ACTION|TRANSP:1",
    "DTSTART:20060105T080000Z|ATTENDEE;ROLE=ATTENDEE;STATUS=CONFIRMED:J <j@example.org>|DCREATED:20060101T000000Z",
    "DTSTART:20060105T080000Z|SUMMARY;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C5=A1kola=0D=0A=\r\nnic",
    "DTSTART:20060105T080000Z|RRULE:M30 #4|X-EPOCAGENDAENTRYTYPE:APPOINTMENT",
];

fn calendar(version: &str, kind: &str, lines: &[&str]) -> Content {
    let lines: Vec<_> = lines
        .iter()
        .filter(|line| !line.is_empty())
        .copied()
        .collect();
    let lines = lines.join("|").replace('|', "\r\n");
    let body = format!(
        "BEGIN:VCALENDAR\r\nVERSION:{version}\r\nBEGIN:{kind}\r\n{lines}\r\nEND:{kind}\r\nEND:VCALENDAR\r\n"
    );
    content(body.as_bytes())
}

/// Some lines, none of whose names comes twice.
fn some<'a>(dice: &mut Dice, from: &[&'a str]) -> Vec<&'a str> {
    let mut some: Vec<&str> = Vec::new();
    for _ in 0..dice.below(8) {
        let line = dice.one(from);
        let name = |line: &str| line.split([':', ';']).next().map(str::to_owned);
        if some.iter().all(|other| name(other) != name(line)) {
            some.push(line);
        }
    }
    some
}

/// Events, each in one of the forms.
pub fn events(number: usize) -> Vec<Content> {
    let mut dice = Dice::new();
    (0..number)
        .map(|at| {
            if at % 4 == 0 {
                return calendar("1.0", "VEVENT", &[dice.one(&OLD), "LOCATION:x"]);
            }
            let rule = dice.one(&RULES);
            let span = dice.one(&SPANS);
            let except = if rule.starts_with("RRULE:FREQ=DAILY") && span.contains("Z|DTEND") {
                "EXDATE:20060706T080000Z"
            } else {
                ""
            };
            let mut lines = vec![span, rule, except];
            lines.extend(some(&mut dice, &LINES));
            lines.push(dice.one(&ALARMS));
            let Way { there, .. } = EVENTS[at % EVENTS.len()];
            there(&calendar("2.0", "VEVENT", &lines))
        })
        .collect()
}

const DUE: [&str; 6] = [
    "DUE;VALUE=DATE:20060112",
    "DTSTART;VALUE=DATE:20060110|DUE;VALUE=DATE:20060112",
    "DUE:20060112T170000Z",
    "DUE;TZID=Europe/Prague:20060112T170000",
    "",
    "DUE;VALUE=DATE:20060112|RRULE:FREQ=WEEKLY;COUNT=3",
];
const STATES: [&str; 5] = [
    "",
    "STATUS:NEEDS-ACTION",
    "STATUS:IN-PROCESS|PERCENT-COMPLETE:40",
    "STATUS:COMPLETED|COMPLETED:20060111T101500Z",
    "STATUS:CANCELLED",
];

/// Tasks, each in one of the forms.
pub fn tasks(number: usize) -> Vec<Content> {
    let mut dice = Dice::new();
    (0..number)
        .map(|at| {
            let mut lines = vec![dice.one(&DUE), dice.one(&STATES)];
            let rest = some(&mut dice, &LINES);
            lines.extend(
                rest.iter()
                    .filter(|line| !line.starts_with("STATUS") && !line.starts_with("TRANSP")),
            );
            let Way { there, .. } = TASKS[at % TASKS.len()];
            there(&calendar("2.0", "VTODO", &lines))
        })
        .collect()
}
