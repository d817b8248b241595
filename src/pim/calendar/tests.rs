//! Conversions of whole documents, as tables: what a device of one version writes, and what the other is shown.

mod properties;
mod quirks;

use jiff::civil::date;

use super::*;
use crate::pim::model::{self, Reading, Spelling};

/// A device in Prague that takes UTC and does everything by the book, on the first of June 2006.
fn prague() -> View {
    View {
        zone: Zone::named("Europe/Prague"),
        utc: true,
        now: date(2006, 6, 1).at(12, 0, 0, 0),
        quirks: CalendarQuirks::default(),
    }
}

fn with(change: impl FnOnce(&mut CalendarQuirks)) -> View {
    let mut view = prague();
    change(&mut view.quirks);
    view
}

/// A device that takes no UTC.
fn local() -> View {
    View {
        utc: false,
        ..prague()
    }
}

fn tree(version: &str, entry: &str) -> Document {
    let lines: Vec<&str> = entry.split('|').collect();
    let body = format!(
        "BEGIN:VCALENDAR\r\nVERSION:{version}\r\n{}\r\nEND:VCALENDAR\r\n",
        lines.join("\r\n")
    );
    model::read(body.as_bytes(), Reading::default()).unwrap()
}

/// The lines of the entries in a document, zones left out, put together with `|`.
fn lines(document: &Document) -> String {
    let body = model::write(
        document,
        &Spelling {
            folding: model::Folding::Never,
            ..Spelling::of(document.version)
        },
    );
    let body = String::from_utf8(body).unwrap();
    let mut out = Vec::new();
    let mut in_zone = false;
    for line in body.lines() {
        in_zone |= line == "BEGIN:VTIMEZONE";
        if !in_zone
            && !matches!(
                line,
                "BEGIN:VCALENDAR" | "END:VCALENDAR" | "VERSION:1.0" | "VERSION:2.0"
            )
        {
            out.push(line);
        }
        in_zone &= line != "END:VTIMEZONE";
    }
    out.join("|")
}

fn event(inner: &str) -> String {
    format!("BEGIN:VEVENT|{inner}|END:VEVENT")
}

/// What an event of vCalendar 1.0 is for us.
fn from_old(inner: &str, view: &View) -> String {
    let read = lines(&read(&tree("1.0", &event(inner)), view));
    inside(&read)
}

fn from_new(inner: &str, view: &View) -> String {
    inside(&lines(&read(&tree("2.0", &event(inner)), view)))
}

/// What a device of vCalendar 1.0 is shown of an event of ours, `TZ` and `DAYLIGHT` left out.
fn to_old(inner: &str, view: &View) -> String {
    let shown = render(&tree("2.0", &event(inner)), Version::Calendar10, view).unwrap();
    inside(&lines(&shown.document))
}

fn to_new(inner: &str, view: &View) -> String {
    let shown = render(&tree("2.0", &event(inner)), Version::Calendar20, view).unwrap();
    inside(&lines(&shown.document))
}

fn inside(lines: &str) -> String {
    let mut kept: Vec<&str> = lines
        .split('|')
        .filter(|line| !line.starts_with("TZ:") && !line.starts_with("DAYLIGHT:"))
        .collect();
    kept.retain(|line| {
        !matches!(
            *line,
            "BEGIN:VEVENT" | "END:VEVENT" | "BEGIN:VTODO" | "END:VTODO"
        )
    });
    kept.join("|")
}

const WHOLE_OLD: &str = "DTSTART:20060105T080000Z|DTEND:20060105T090000Z|UID:abc-1|SUMMARY:Brush teeth|DESCRIPTION:well|LOCATION:home|\
RRULE:W2 MO TH 20060202T080000Z|EXDATE:20060119T080000Z|AALARM:20060105T074500Z;;;|DALARM:20060105T074500Z;PT5M;2;Wake up|\
CLASS:PRIVATE|ATTENDEE;EXPECT=REQUIRE;STATUS=ACCEPTED:John Smith <js@host1.com>|CATEGORIES:MEETING;WORK|PRIORITY:2|STATUS:TENTATIVE|\
TRANSP:1|SEQUENCE:3|DCREATED:20060101T000000Z|LAST-MODIFIED:20060102T000000Z|X-FOO:bar";

const WHOLE_NEW: &str = "DTSTART;TZID=Europe/Prague:20060105T090000|DTEND;TZID=Europe/Prague:20060105T100000|UID:abc-1|SUMMARY:Brush teeth|DESCRIPTION:well|LOCATION:home|\
RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20060202T080000Z;BYDAY=MO,TH|EXDATE;TZID=Europe/Prague:20060119T090000|\
CLASS:PRIVATE|ATTENDEE;CN=John Smith;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED:mailto:js@host1.com|CATEGORIES:MEETING,WORK|PRIORITY:5|STATUS:TENTATIVE|\
TRANSP:TRANSPARENT|SEQUENCE:3|CREATED:20060101T000000Z|LAST-MODIFIED:20060102T000000Z|X-FOO:bar|\
BEGIN:VALARM|ACTION:AUDIO|TRIGGER:-PT15M|END:VALARM|BEGIN:VALARM|ACTION:DISPLAY|TRIGGER:-PT15M|DURATION:PT5M|REPEAT:2|DESCRIPTION:Wake up|END:VALARM";

fn sorted(lines: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = lines.split('|').collect();
    lines.sort_unstable();
    lines
}

#[test]
fn every_field_of_an_event_goes_both_ways() {
    assert_eq!(sorted(&from_old(WHOLE_OLD, &prague())), sorted(WHOLE_NEW));
    assert_eq!(sorted(&to_old(WHOLE_NEW, &prague())), sorted(WHOLE_OLD));
}

#[test]
fn an_alarm_of_the_old_version_in_an_event_of_the_new_one_is_one() {
    let horde = "DTSTART:20070107T220000Z|SUMMARY:23\\:00|AALARM:20070107T213000Z";
    let read = from_new(horde, &prague());
    let alarm = "BEGIN:VALARM|ACTION:AUDIO|TRIGGER:-PT30M|END:VALARM";
    assert_eq!(
        read,
        format!("DTSTART:20070107T220000Z|SUMMARY:23:00|{alarm}")
    );
}

#[test]
fn a_task_goes_both_ways() {
    let old = "BEGIN:VTODO|DTSTART:20060110T000000|DUE:20060112T000000|SUMMARY:Buy milk|STATUS:COMPLETED|COMPLETED:20060111T101500Z|PRIORITY:1|AALARM:20060111T230000Z;;;|END:VTODO";
    let new = "BEGIN:VTODO|DTSTART;VALUE=DATE:20060110|DUE;VALUE=DATE:20060112|SUMMARY:Buy milk|STATUS:COMPLETED|COMPLETED:20060111T101500Z|PRIORITY:1|\
BEGIN:VALARM|ACTION:AUDIO|TRIGGER:P2D|END:VALARM|END:VTODO";
    assert_eq!(lines(&read(&tree("1.0", old), &prague())), new);
    let shown = render(&tree("2.0", new), Version::Calendar10, &prague()).unwrap();
    assert_eq!(inside(&lines(&shown.document)), inside(old));
    // Without a start it counts from when the task is due.
    let due = "BEGIN:VTODO|DUE:20060112T170000Z|SUMMARY:x|AALARM:20060112T163000Z|END:VTODO";
    assert!(lines(&read(&tree("1.0", due), &prague())).contains("TRIGGER;RELATED=END:-PT30M"));
}

#[test]
fn all_five_forms_of_a_day_without_times_are_read_as_days() {
    let table = [
        (
            AllDay::default(),
            "DTSTART:20060925T000000|DTEND:20060925T240000",
        ),
        (
            AllDay::default(),
            "DTSTART:20060925T000000|DTEND:20060926T000000",
        ),
        (
            AllDay::default(),
            "DTSTART:20060925T000000|DTEND:20060925T235900",
        ),
        (
            AllDay::default(),
            "DTSTART:20060925T000000|DTEND:20060925T235959",
        ),
        (
            AllDay::default(),
            "DTSTART:20060924T220000Z|DTEND:20060925T220000Z",
        ),
        (AllDay::default(), "DTSTART:20060925|DTEND:20060926"),
        (
            AllDay::EightToSix,
            "DTSTART:20060925T080000|DTEND:20060925T180000",
        ),
    ];
    for (all_day, old) in table {
        let read = from_old(old, &with(|quirks| quirks.all_day = all_day));
        assert_eq!(
            read, "DTSTART;VALUE=DATE:20060925|DTEND;VALUE=DATE:20060926",
            "{old}"
        );
    }
    let marked = from_old(
        "DTSTART:20060925T000000|CATEGORIES:SPECIAL OCCASION",
        &prague(),
    );
    assert_eq!(
        marked,
        "DTSTART;VALUE=DATE:20060925|CATEGORIES:SPECIAL OCCASION"
    );
    for timed in [
        "DTSTART:20060925T000000|DTEND:20060925T010000",
        "DTSTART:20060925T000000",
        "DTSTART:20060925T080000|DTEND:20060925T180000",
    ] {
        assert!(!from_old(timed, &prague()).contains("DATE"), "{timed}");
    }
}

#[test]
fn days_without_times_are_written_in_the_devices_own_form_and_come_back() {
    let table = [
        (
            AllDay::NextMidnight,
            "DTSTART:20060925T000000|DTEND:20060927T000000",
        ),
        (
            AllDay::TwentyFour,
            "DTSTART:20060925T000000|DTEND:20060926T240000",
        ),
        (
            AllDay::LastMinute,
            "DTSTART:20060925T000000|DTEND:20060926T235900",
        ),
        (
            AllDay::LastSecond,
            "DTSTART:20060925T000000|DTEND:20060926T235959",
        ),
        (
            AllDay::Category,
            "DTSTART:20060925T000000|DTEND:20060927T000000|CATEGORIES:SPECIAL OCCASION",
        ),
        (
            AllDay::EightToSix,
            "DTSTART:20060925T080000|DTEND:20060926T180000",
        ),
    ];
    let two_days = "DTSTART;VALUE=DATE:20060925|DTEND;VALUE=DATE:20060927";
    let one_day = "DTSTART;VALUE=DATE:20060925";
    for (all_day, old) in table {
        let view = with(|quirks| quirks.all_day = all_day);
        assert_eq!(to_old(two_days, &view), old);
        assert_eq!(from_old(old, &view), two_days, "{old}");
        let back = from_old(&to_old(one_day, &view), &view);
        assert!(back.starts_with(one_day), "{back}");
    }
    let category = with(|quirks| quirks.all_day = AllDay::Category);
    assert_eq!(
        to_old(one_day, &category),
        "DTSTART:20060925T000000|CATEGORIES:SPECIAL OCCASION"
    );
}

#[test]
fn times_are_on_the_clock_that_the_device_takes() {
    let zoned = "DTSTART;TZID=America/New_York:20060701T090000";
    assert_eq!(to_old(zoned, &prague()), "DTSTART:20060701T130000Z");
    assert_eq!(to_old(zoned, &local()), "DTSTART:20060701T150000");
    let nowhere = View {
        zone: None,
        utc: false,
        ..prague()
    };
    assert_eq!(to_old(zoned, &nowhere), "DTSTART:20060701T090000");
    assert_eq!(
        to_old("DTSTART:20060701T090000", &prague()),
        "DTSTART:20060701T090000",
        "floating"
    );
    assert_eq!(
        from_old("DTSTART:20060701T150000", &local()),
        "DTSTART;TZID=Europe/Prague:20060701T150000"
    );
    assert_eq!(
        from_old("DTSTART:20060701T130000Z", &local()),
        "DTSTART:20060701T130000Z"
    );
    assert_eq!(
        from_old("DTSTART:20060701T150000", &nowhere),
        "DTSTART:20060701T150000"
    );
    let document = tree(
        "1.0",
        "TZ:-05|DAYLIGHT:TRUE;-04;20060402T070000Z;20061029T060000Z;EST;EDT|BEGIN:VEVENT|DTSTART:20060701T090000|END:VEVENT",
    );
    assert_eq!(
        inside(&lines(&read(&document, &nowhere))),
        "DTSTART;TZID=America/New_York:20060701T090000"
    );
}

#[test]
fn a_recurrence_keeps_its_hour_through_daylight_saving_time_and_its_days_in_every_zone() {
    let old = "DTSTART:20060326T223000Z|RRULE:W1 MO #0";
    let new = "DTSTART;TZID=Europe/Prague:20060327T003000|RRULE:FREQ=WEEKLY;BYDAY=MO";
    assert_eq!(from_old(old, &prague()), new);
    assert_eq!(to_old(new, &prague()), old);
    let tokyo = View {
        zone: Zone::named("Asia/Tokyo"),
        ..local()
    };
    assert_eq!(
        to_old(
            "DTSTART;TZID=America/New_York:20060703T200000|RRULE:FREQ=WEEKLY;BYDAY=MO",
            &tokyo
        ),
        "DTSTART:20060704T090000|RRULE:W1 TU #0"
    );
}

#[test]
fn a_recurrence_without_words_is_told_as_dates_and_said_to_be_no_answer() {
    let new = "DTSTART;TZID=Europe/Prague:20060531T090000|RRULE:FREQ=MONTHLY;COUNT=4;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1";
    let shown = render(&tree("2.0", &event(new)), Version::Calendar10, &local()).unwrap();
    assert_eq!(shown.approximated, ["RRULE"]);
    assert_eq!(
        inside(&lines(&shown.document)),
        "DTSTART:20060531T090000|RDATE:20060630T090000;20060731T090000;20060831T090000"
    );
    assert_eq!(
        to_old(new, &with(|quirks| quirks.no_dates = true)),
        "DTSTART:20060531T070000Z"
    );
    let plain = render(
        &tree("2.0", &event(WHOLE_NEW)),
        Version::Calendar10,
        &prague(),
    )
    .unwrap();
    assert!(plain.approximated.is_empty());
}

#[test]
fn an_override_is_excluded_from_the_recurrence_or_stands_beside_it() {
    let new = "BEGIN:VEVENT|DTSTART;TZID=Europe/Prague:20060703T090000|RRULE:FREQ=WEEKLY;COUNT=5|SUMMARY:a|END:VEVENT|\
BEGIN:VEVENT|RECURRENCE-ID;TZID=Europe/Prague:20060710T090000|DTSTART;TZID=Europe/Prague:20060711T100000|SUMMARY:b|END:VEVENT";
    let shown = |view: &View| render(&tree("2.0", new), Version::Calendar10, view).unwrap();
    let master = "DTSTART:20060703T090000|RRULE:W1 MO #5|SUMMARY:a|EXDATE:20060710T090000";
    assert_eq!(inside(&lines(&shown(&local()).document)), master);
    assert_eq!(shown(&local()).approximated, ["RECURRENCE-ID"]);
    let beside = View {
        quirks: CalendarQuirks {
            overrides_beside: true,
            ..CalendarQuirks::default()
        },
        ..local()
    };
    assert_eq!(
        inside(&lines(&shown(&beside).document)),
        format!("{master}|DTSTART:20060711T100000|SUMMARY:b")
    );
}

#[test]
fn an_old_rule_that_cannot_be_read_is_kept_for_the_devices_that_can() {
    let old = "DTSTART:20060105T080000Z|RRULE:YM1 6 7 MP1 1+ MO #3";
    let new = from_old(old, &prague());
    assert_eq!(
        new,
        "DTSTART;TZID=Europe/Prague:20060105T090000|X-ANCHORAGE-RRULE:YM1 6 7 MP1 1+ MO #3"
    );
    assert_eq!(to_old(&new, &prague()), old);
}

#[test]
fn a_document_of_the_new_version_describes_its_zones() {
    let shown = render(
        &tree("2.0", &event("DTSTART;TZID=Europe/Prague:20060703T090000")),
        Version::Calendar20,
        &prague(),
    )
    .unwrap();
    let calendar = &shown.document.root.components[0];
    assert_eq!(calendar.components[0].name, "VTIMEZONE");
    assert_eq!(calendar.components[0].text("TZID"), "Europe/Prague");
    let read = read(&tree("1.0", &event("DTSTART:20060701T150000")), &prague());
    assert_eq!(read.root.components[0].components[0].name, "VTIMEZONE");
}

#[test]
fn what_is_no_time_stays_as_it_was_written() {
    for view in [prague(), local()] {
        for bad in [
            "DTSTART:00000101T000000|DTEND:99999999",
            "DTSTART:|RRULE:W1 MO",
            "DTSTART:20061301T000000|EXDATE:x;y",
        ] {
            let read = from_old(bad, &view);
            assert!(
                read.contains(bad.split('|').next().unwrap()),
                "{bad} is {read}"
            );
        }
    }
    let none = tree("2.0", "BEGIN:VJOURNAL|SUMMARY:x|END:VJOURNAL");
    assert_eq!(
        render(&none, Version::Calendar10, &prague()),
        Err(Unrendered::NoEntry)
    );
}
