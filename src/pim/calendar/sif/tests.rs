//! Documents of SIF, in and out.

use base64::Engine;
use jiff::civil::date;

use super::*;
use crate::pim::calendar::{CalendarQuirks, View};
use crate::pim::model::{self, Reading, Spelling, Version};
use crate::pim::zone::Zone;

fn prague() -> View {
    View {
        zone: Zone::named("Europe/Prague"),
        utc: true,
        now: date(2007, 1, 5).at(12, 0, 0, 0),
        quirks: CalendarQuirks::default(),
    }
}

/// The lines of the entry that a document is for us.
fn ours(xml: &str) -> String {
    let body = model::write(
        &read(xml.as_bytes(), &prague()),
        &Spelling::of(Version::Calendar20),
    );
    let body = String::from_utf8(body).unwrap();
    let from = body
        .find("BEGIN:VEVENT")
        .or(body.find("BEGIN:VTODO"))
        .unwrap();
    let lines: Vec<&str> = body[from..].lines().collect();
    lines[1..lines.len() - 2].join("|")
}

fn theirs(kind: &str, lines: &str) -> String {
    let lines = lines.replace('|', "\r\n");
    let body = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:{kind}\r\n{lines}\r\nEND:{kind}\r\nEND:VCALENDAR\r\n"
    );
    let document = model::read(body.as_bytes(), Reading::default()).unwrap();
    String::from_utf8(write(&document, &prague()).unwrap().body).unwrap()
}

const ALL_DAY: &str = "<appointment><AllDayEvent>1</AllDayEvent><Start>2007-01-01</Start><End>2007-01-01</End><BillingInformation></BillingInformation><Body>Test \u{c4}</Body>\
<BusyStatus>0</BusyStatus><Categories>a, b</Categories><Importance>1</Importance><IsRecurring>0</IsRecurring><Location>everywhere</Location><Mileage>7</Mileage>\
<ReminderMinutesBeforeStart>1080</ReminderMinutesBeforeStart><ReminderSet>0</ReminderSet><Sensitivity>2</Sensitivity><Subject>new year</Subject></appointment>";

#[test]
fn an_appointment_of_outlook_is_an_event() {
    let all_day = "DTSTART;VALUE=DATE:20070101|DTEND;VALUE=DATE:20070102|SUMMARY:new year|DESCRIPTION:Test \u{c4}|CATEGORIES:a,b|PRIORITY:5|CLASS:PRIVATE|LOCATION:everywhere|TRANSP:TRANSPARENT|X-SIF;X-FIELD=Mileage:7";
    assert_eq!(ours(ALL_DAY), all_day);
    let packed = base64::engine::general_purpose::STANDARD.encode(ALL_DAY);
    assert_eq!(ours(&packed), all_day);
    let timed = "<appointment><AllDayEvent>0</AllDayEvent><Start>20070107T220000Z</Start><End>20070107T223000Z</End><BusyStatus>1</BusyStatus>\
<ReminderMinutesBeforeStart>30</ReminderMinutesBeforeStart><ReminderSet>1</ReminderSet><Subject>x</Subject></appointment>";
    assert_eq!(
        ours(timed),
        "DTSTART:20070107T220000Z|DTEND:20070107T223000Z|SUMMARY:x|TRANSP:OPAQUE|STATUS:TENTATIVE|BEGIN:VALARM|ACTION:DISPLAY|TRIGGER:-PT30M|END:VALARM"
    );
    let lasting = "<appointment><Start>20070102T050000Z</Start><Duration>60</Duration><Subject>x</Subject></appointment>";
    assert_eq!(
        ours(lasting),
        "DTSTART:20070102T050000Z|DTEND:20070102T060000Z|SUMMARY:x"
    );
}

#[test]
fn an_event_comes_back_from_outlook_as_it_went() {
    let table = [
        "DTSTART;VALUE=DATE:20070101|DTEND;VALUE=DATE:20070103|SUMMARY:a <b> & c|PRIORITY:9|CLASS:CONFIDENTIAL|LOCATION:here|TRANSP:OPAQUE|X-SIF;X-FIELD=Mileage:7",
        "DTSTART:20070107T220000Z|DTEND:20070107T223000Z|SUMMARY:x|CATEGORIES:a,b|PRIORITY:1|CLASS:PUBLIC|TRANSP:OPAQUE|BEGIN:VALARM|ACTION:DISPLAY|TRIGGER:-PT30M|END:VALARM",
        "DTSTART;TZID=Europe/Prague:20070108T090000|DTEND;TZID=Europe/Prague:20070108T100000|SUMMARY:x|PRIORITY:5|CLASS:PUBLIC|TRANSP:OPAQUE|\
RRULE:FREQ=WEEKLY;COUNT=9;BYDAY=MO,WE|EXDATE;TZID=Europe/Prague:20070110T090000",
    ];
    for lines in table {
        assert_eq!(ours(&theirs("VEVENT", lines)), lines);
    }
}

#[test]
fn every_recurrence_of_outlook_goes_both_ways() {
    let table = [
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU",
        "FREQ=MONTHLY;BYMONTHDAY=9",
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=2TU",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=9",
        "FREQ=YEARLY;BYMONTH=1;BYDAY=2TU",
        "FREQ=DAILY;UNTIL=20070131",
        "FREQ=DAILY;COUNT=5",
    ];
    for rule in table {
        let lines = format!(
            "DTSTART;VALUE=DATE:20070109|DTEND;VALUE=DATE:20070110|PRIORITY:5|CLASS:PUBLIC|TRANSP:OPAQUE|RRULE:{rule}"
        );
        assert_eq!(ours(&theirs("VEVENT", &lines)), lines);
    }
    let beyond = "DTSTART;VALUE=DATE:20070109|RRULE:FREQ=YEARLY;BYWEEKNO=20";
    assert!(theirs("VEVENT", beyond).contains("<IsRecurring>0</IsRecurring>"));
}

#[test]
fn a_task_goes_both_ways_and_no_date_is_none() {
    let lines = "DTSTART;VALUE=DATE:20070109|DUE;VALUE=DATE:20070112|SUMMARY:milk|PRIORITY:5|CLASS:PUBLIC|STATUS:IN-PROCESS|PERCENT-COMPLETE:40|\
BEGIN:VALARM|ACTION:DISPLAY|TRIGGER:PT9H|END:VALARM";
    assert_eq!(ours(&theirs("VTODO", lines)), lines);
    let done = "SUMMARY:milk|PRIORITY:5|CLASS:PUBLIC|STATUS:COMPLETED|COMPLETED:20070111T101500Z|PERCENT-COMPLETE:100";
    assert_eq!(ours(&theirs("VTODO", done)), done);
    let none = "<task><Subject>x</Subject><DueDate>45001231T230000Z</DueDate><StartDate></StartDate><DateCompleted>45001231T230000Z</DateCompleted><Status>3</Status></task>";
    assert_eq!(
        ours(none),
        "SUMMARY:x|STATUS:NEEDS-ACTION|X-SIF;X-FIELD=Status:3"
    );
    assert!(theirs("VTODO", &ours(none)).contains("<Status>3</Status>"));
}

#[test]
fn hostile_documents_are_bounded() {
    let many = format!(
        "<appointment><Start>20070101T000000Z</Start><IsRecurring>1</IsRecurring>{}</appointment>",
        "<ExcludeDate>20070101T000000Z</ExcludeDate>".repeat(100_000)
    );
    assert!(ours(&many).len() < 200_000);
    let odd = "<appointment><Start>00000101</Start><Duration>999999999999999999</Duration><IsRecurring>1</IsRecurring><RecurrenceType>3</RecurrenceType><Instance>-9</Instance></appointment>";
    assert_eq!(ours(odd), "");
}
