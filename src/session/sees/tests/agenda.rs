//! The flags for calendars, C1 to C25: what a device with each is sent of an event or task, and how it is understood.

use super::*;

const OLD: (&str, &str) = ("text/x-vcalendar", "1.0");
const NEW: (&str, &str) = ("text/calendar", "2.0");
/// Noon of the first of June 2006, in UTC.
const NOW: Millis = Millis(1_149_163_200_000);

/// What happens to an item.
enum Way {
    /// Ours (iCalendar) is sent to the device.
    Sent(&'static str),
    /// The device brings this as a new item.
    New(&'static str),
}
use Way::{New, Sent};

/// Flags, the first of which is meant; the type; whether the device says that it takes UTC; what happens; what is then in
/// the outcome and what is not.
type Row = (
    &'static [(&'static str, &'static str)],
    (&'static str, &'static str),
    bool,
    Way,
    &'static str,
    &'static str,
);

const SUMMER: &str = "SUMMARY:s\r\nDTSTART;TZID=Europe/Prague:20060701T090000";
const WEEKLY: &str =
    "SUMMARY:s\r\nDTSTART;TZID=Europe/Prague:20060703T090000\r\nRRULE:FREQ=WEEKLY;COUNT=3";
const DAY: &str = "SUMMARY:s\r\nDTSTART;VALUE=DATE:20060925\r\nDTEND;VALUE=DATE:20060926";
const ALARM: &str = "SUMMARY:s\r\nDTSTART;TZID=Europe/Prague:20060701T090000\r\nBEGIN:VALARM\r\nACTION:AUDIO\r\nTRIGGER:-PT15M\r\nATTACH:beep\r\nEND:VALARM";
const MOVED: &str = "UID:u\r\nSUMMARY:s\r\nDTSTART;TZID=Europe/Prague:20060703T090000\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:u\r\nSUMMARY:moved\r\nRECURRENCE-ID;TZID=Europe/Prague:20060710T090000\r\nDTSTART;TZID=Europe/Prague:20060711T090000";

#[rustfmt::skip]
fn rows() -> Vec<Row> {
    vec![
        (&[("calendar_times", "local")], OLD, true, Sent(SUMMER), "DTSTART:20060701T090000\r\n", "DTSTART:20060701T070000Z"),
        (&[("calendar_times", "utc")], OLD, false, Sent(SUMMER), "DTSTART:20060701T070000Z", "DTSTART:20060701T090000\r\n"),
        (&[("calendar_local_is_utc", "true")], OLD, true, New("SUMMARY:s\r\nDTSTART:20060701T070000"), "20060701T070000Z", "nothing"),
        (&[("calendar_utc_is_local", "true")], OLD, true, New("SUMMARY:s\r\nDTSTART:20060701T090000Z"), "20060701T090000\r\n", "20060701T090000Z"),
        (&[("calendar_zone_in_event", "true")], OLD, true, Sent(SUMMER), "BEGIN:VEVENT\r\nDTSTART", "VERSION:1.0\r\nTZ:"),
        (&[("calendar_daylight_of_now", "true")], OLD, true, Sent("SUMMARY:s\r\nDTSTART;TZID=Europe/Prague:20060110T090000"), "20060110T070000Z", "20060110T080000Z"),
        (&[("calendar_no_daylight", "true")], OLD, false, Sent(SUMMER), "20060701T080000", "20060701T090000"),
        (&[("calendar_first_year", "1980")], OLD, true, Sent("SUMMARY:s\r\nDTSTART;VALUE=DATE:19710301\r\nDTEND;VALUE=DATE:19710302\r\nRRULE:FREQ=YEARLY"), "DTSTART:19800301", "1971"),
        (&[("calendar_alarms_in_utc", "true")], NEW, true, Sent(ALARM), "20060701T064500Z", "-PT15M"),
        (&[("calendar_bare_alarms", "true")], OLD, true, Sent(ALARM), "AALARM:20060701T064500Z\r\n", "beep"),
        (&[("calendar_alarms", "display")], OLD, true, Sent(ALARM), "DALARM", "AALARM"),
        (&[("calendar_all_day", "twenty-four")], OLD, true, Sent(DAY), "DTEND:20060925T240000", "20060926"),
        (&[("calendar_all_day", "category")], OLD, true, Sent(DAY), "SPECIAL OCCASION", "DTEND"),
        (&[("calendar_epoc_types", "true")], OLD, true, Sent(DAY), "X-EPOCAGENDAENTRYTYPE:EVENT", "nothing"),
        (&[("calendar_description_is_summary", "true")], OLD, true, Sent("SUMMARY:lunch\r\nDTSTART:20060701T070000Z"), "DESCRIPTION:lunch", "SUMMARY"),
        (&[("calendar_x_categories", "true")], OLD, true, New("SUMMARY:s\r\nDTSTART:20060701T070000Z\r\nCATEGORIES:X-Work"), "CATEGORIES:Work", "X-Work"),
        (&[("calendar_endless_rules", "true")], OLD, true, Sent(WEEKLY), "#0", "#3"),
        (&[("calendar_end_day_early", "true")], OLD, true, Sent("SUMMARY:s\r\nDTSTART:20060703T070000Z\r\nRRULE:FREQ=WEEKLY;UNTIL=20060801T070000Z;BYDAY=MO"), "20060731T070000Z", "20060801"),
        (&[("calendar_zone_rules", "short")], OLD, true, Sent(SUMMER), "TZ:+01", "DAYLIGHT"),
        (&[("calendar_zone_rules", "none")], OLD, true, Sent(SUMMER), "DTSTART:20060701T070000Z", "TZ:"),
        (&[("calendar_plain_zones", "true")], NEW, true, Sent("SUMMARY:s\r\nDTSTART;TZID=/mozilla.org/20050126_1/Europe/Prague:20060701T090000"), "TZID=Europe/Prague:", "mozilla"),
        (&[("calendar_no_count", "true")], NEW, true, Sent(WEEKLY), "UNTIL=20060717T070000Z", "COUNT"),
        (&[("calendar_recurring_in_utc", "true")], NEW, true, Sent(WEEKLY), "DTSTART:20060703T070000Z", "TZID"),
        (&[("calendar_priority", "three")], NEW, true, Sent("SUMMARY:s\r\nDTSTART:20060701T070000Z\r\nPRIORITY:7"), "PRIORITY:3", "PRIORITY:7"),
        (&[("calendar_priority", "nine")], OLD, true, Sent("SUMMARY:s\r\nDTSTART:20060701T070000Z\r\nPRIORITY:7"), "PRIORITY:7", "PRIORITY:3"),
        (&[("calendar_priority", "two")], OLD, true, Sent("SUMMARY:s\r\nDTSTART:20060701T070000Z\r\nPRIORITY:1"), "PRIORITY:2", "PRIORITY:1"),
        (&[("calendar_due_is_day", "true")], OLD, true, Sent("task\r\nSUMMARY:s\r\nDUE:20060712T150000Z"), "DUE:20060712T000000", "150000"),
        (&[("calendar_needs_description", "true")], OLD, true, Sent(SUMMER), "DESCRIPTION:s", "nothing"),
        (&[("calendar_no_priority", "true")], OLD, true, Sent("SUMMARY:s\r\nDTSTART:20060701T070000Z\r\nPRIORITY:1"), "SUMMARY:s", "PRIORITY"),
        (&[("calendar_simple_rules", "true")], NEW, true, Sent("SUMMARY:s\r\nDTSTART:20060703T070000Z\r\nRRULE:FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR"), "FREQ=WEEKLY", "FREQ=DAILY"),
        (&[("calendar_overrides_beside", "true")], OLD, true, Sent(MOVED), "SUMMARY:moved", "nothing"),
        (&[("calendar_no_dates", "true")], OLD, true, Sent("SUMMARY:s\r\nDTSTART:20060703T070000Z\r\nRRULE:FREQ=MONTHLY;BYSETPOS=2;BYDAY=MO,TU"), "DTSTART", "RDATE"),
        (&[("zone", "America/New_York")], OLD, false, Sent("SUMMARY:s\r\nDTSTART:20060701T070000Z"), "20060701T030000", "nothing"),
    ]
}

fn entry(version: &str, lines: &str) -> String {
    let (kind, lines) = match lines.strip_prefix("task\r\n") {
        Some(lines) => ("VTODO", lines),
        None => ("VEVENT", lines),
    };
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:{version}\r\nBEGIN:{kind}\r\n{lines}\r\nEND:{kind}\r\nEND:VCALENDAR\r\n"
    )
}

fn seen_by((ct_type, ver_ct): (&str, &str), utc: bool, set: &[(&str, &str)]) -> Takes {
    let content = ContentType {
        ct_type: ct_type.to_owned(),
        ver_ct: ver_ct.to_owned(),
    };
    let store = DataStore {
        source_ref: "./cal".to_owned(),
        rx_pref: Some(content),
        ..DataStore::default()
    };
    let devinf = DevInf {
        datastores: vec![store],
        utc,
        ..DevInf::default()
    };
    let lives = flag("zone").unwrap();
    let mut quirks = Quirks::default();
    assert!(lives.set(&mut quirks, "Europe/Prague"));
    for (name, value) in set {
        assert!(
            flag(name).unwrap().set(&mut quirks, value),
            "{name}={value}"
        );
    }
    takes(&devinf, "./cal", &quirks, NOW)
}

fn outcome(row: &Row, set: &[(&str, &str)]) -> String {
    let (_, form @ (ct_type, ver_ct), utc, way, ..) = row;
    let takes = seen_by(*form, *utc, set);
    let item = |media_type: &str, version: &str, lines: &str| Content {
        media_type: MediaType::new(media_type),
        body: entry(version, lines).into(),
    };
    match way {
        Sent(lines) => text(&takes.shows(&item("text/calendar", "2.0", lines))),
        New(lines) => text(&takes.stored(item(ct_type, ver_ct, lines))),
    }
}

#[test]
fn every_habit_with_calendars_is_reached_by_its_flag() {
    let fits = |row: &Row, outcome: &str| outcome.contains(row.4) && !outcome.contains(row.5);
    let rows = rows();
    let mut wrong = Vec::new();
    for row in &rows {
        let (with, without) = (outcome(row, row.0), outcome(row, &[]));
        if !fits(row, &with) {
            wrong.push(format!("{:?} does nothing: {with}", row.0));
        }
        if fits(row, &without) {
            wrong.push(format!("{:?} is not needed: {without}", row.0));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for flag in flags().filter(|flag| flag.name.starts_with("calendar_")) {
        assert!(
            rows.iter().any(|row| row.0[0].0 == flag.name),
            "{}",
            flag.name
        );
    }
}

#[test]
fn where_a_device_lives_changes_the_mark_of_what_it_sees() {
    let prague = seen_by(OLD, false, &[]).mark();
    let elsewhere = seen_by(OLD, false, &[("zone", "America/New_York")]).mark();
    let odd = seen_by(OLD, false, &[("calendar_bare_alarms", "true")]).mark();
    assert!(prague != elsewhere && prague != odd && elsewhere != odd);
}
