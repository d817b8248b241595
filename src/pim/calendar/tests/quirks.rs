//! Field quirks C1 to C25: what each device does, and that without its flag it would go wrong.

mod entries;

use super::*;

/// With the flag it is so, and without it otherwise.
fn only_with(
    change: impl FnOnce(&mut CalendarQuirks),
    told: impl Fn(&View) -> String,
    expected: &str,
) {
    assert_eq!(told(&with(change)), expected);
    assert_ne!(told(&prague()), expected, "the flag is not needed");
}

const SUMMER: &str = "DTSTART;TZID=Europe/Prague:20060701T090000";
const WEEKLY: &str = "DTSTART;TZID=Europe/Prague:20060703T090000|RRULE:FREQ=WEEKLY;COUNT=3";

#[test]
fn c1_a_device_that_cannot_take_utc_gets_its_own_time_whatever_it_says() {
    only_with(
        |q| q.times = Times::Local,
        |v| to_old(SUMMER, v),
        "DTSTART:20060701T090000",
    );
    only_with(
        |q| q.times = Times::Local,
        |v| to_new(SUMMER, v),
        "DTSTART:20060701T090000",
    );
}

#[test]
fn c2_utc_without_z_is_utc() {
    only_with(
        |q| q.local_is_utc = true,
        |v| from_old("DTSTART:20060701T070000", v),
        "DTSTART:20060701T070000Z",
    );
    only_with(
        |q| q.local_is_utc = true,
        |v| from_new("DTSTART:20060701T070000", v),
        "DTSTART:20060701T070000Z",
    );
}

#[test]
fn c3_a_z_behind_a_local_time_means_nothing() {
    only_with(
        |q| q.utc_is_local = true,
        |v| from_old("DTSTART:20060701T090000Z", v),
        SUMMER,
    );
}

#[test]
fn c4_a_device_that_reads_no_zones_gets_utc_and_its_zone_in_the_event() {
    let shown = |view: &View| {
        let view = View {
            utc: false,
            ..view.clone()
        };
        lines(
            &render(&tree("2.0", &event(SUMMER)), Version::Calendar10, &view)
                .unwrap()
                .document,
        )
    };
    let own = "BEGIN:VEVENT|DTSTART:20060701T070000Z|TZ:+01|DAYLIGHT:TRUE;+02;20060326T010000Z;20061029T010000Z;CET;CEST|END:VEVENT";
    let change = |quirks: &mut CalendarQuirks| {
        quirks.times = Times::Utc;
        quirks.zone_in_event = true;
    };
    only_with(change, shown, own);
    assert_eq!(
        inside(&lines(&read(&tree("1.0", own), &prague()))),
        "DTSTART:20060701T070000Z"
    );
}

#[test]
fn c5_a_device_that_converts_by_the_daylight_saving_time_of_now_is_understood_and_shows_the_right_time()
 {
    // It is June: nine o'clock of January in Prague is 8:00 UTC, and this device takes it for 7:00.
    let january = "DTSTART;TZID=Europe/Prague:20060110T090000";
    only_with(
        |q| q.daylight_of_now = true,
        |v| from_old("DTSTART:20060110T070000Z", v),
        "DTSTART:20060110T080000Z",
    );
    only_with(
        |q| q.daylight_of_now = true,
        |v| to_old(january, v),
        "DTSTART:20060110T070000Z",
    );
    only_with(
        |q| q.daylight_of_now = true,
        |v| to_new(january, v),
        "DTSTART:20060110T070000Z",
    );
    assert_eq!(
        to_old(SUMMER, &with(|q| q.daylight_of_now = true)),
        "DTSTART:20060701T070000Z"
    );
}

#[test]
fn c6_a_clock_without_daylight_saving_time_is_told_winter_time() {
    let told = |view: &View| {
        to_old(
            SUMMER,
            &View {
                utc: false,
                ..view.clone()
            },
        )
    };
    only_with(|q| q.no_daylight = true, told, "DTSTART:20060701T080000");
    assert_eq!(
        from_old(
            "DTSTART:20060701T080000|RRULE:D1 #2",
            &with(|q| q.no_daylight = true)
        )
        .split('|')
        .next(),
        Some("DTSTART;TZID=UTC+0100:20060701T080000")
    );
}

#[test]
fn c7_nothing_before_the_first_year_reaches_the_device_but_what_recurs_begins_then() {
    let view = with(|q| q.first_year = Some(1980));
    let early = tree("2.0", &event("DTSTART;VALUE=DATE:19710301"));
    for version in [Version::Calendar10, Version::Calendar20] {
        assert_eq!(
            render(&early, version, &view),
            Err(Unrendered::TooEarly(1980))
        );
        assert!(render(&early, version, &prague()).is_ok());
    }
    let birthday = "DTSTART;VALUE=DATE:19710301|DTEND;VALUE=DATE:19710302|RRULE:FREQ=YEARLY";
    only_with(
        |q| q.first_year = Some(1980),
        |v| to_old(birthday, v),
        "DTSTART:19800301T000000|DTEND:19800302T000000|RRULE:YM1 3 #0",
    );
    only_with(
        |q| q.first_year = Some(1980),
        |v| to_new(birthday, v),
        "DTSTART;VALUE=DATE:19800301|DTEND;VALUE=DATE:19800302|RRULE:FREQ=YEARLY",
    );
    // Nine of twelve are over by then.
    let twelve = "DTSTART;TZID=Europe/Prague:19710301T090000|RRULE:FREQ=YEARLY;COUNT=12";
    only_with(
        |q| q.first_year = Some(1980),
        |v| to_new(twelve, v),
        "DTSTART;TZID=Europe/Prague:19800301T090000|RRULE:FREQ=YEARLY;COUNT=3",
    );
    assert!(to_old(twelve, &view).ends_with("|RRULE:YM1 3 #3"));
    let moved = format!(
        "{twelve}|UID:u|END:VEVENT|BEGIN:VEVENT|UID:u|RECURRENCE-ID;TZID=Europe/Prague:19740301T090000|DTSTART;TZID=Europe/Prague:19740302T090000"
    );
    let told = to_new(&moved, &view);
    assert!(
        told.contains("DTSTART;TZID=Europe/Prague:19800301T090000"),
        "{told}"
    );
    assert!(!told.contains("1974"), "{told}");
}

const ALARM: &str = "|BEGIN:VALARM|ACTION:AUDIO|TRIGGER:-PT15M|ATTACH:beep|END:VALARM";

#[test]
fn c8_alarms_are_times_in_utc_and_come_back_as_distances() {
    let told = |view: &View| {
        to_old(
            &format!("{SUMMER}{ALARM}"),
            &View {
                utc: false,
                ..view.clone()
            },
        )
    };
    only_with(
        |q| q.alarms_in_utc = true,
        told,
        "DTSTART:20060701T090000|AALARM:20060701T064500Z;;;beep",
    );
    let new = |view: &View| to_new(&format!("{SUMMER}{ALARM}"), view);
    let absolute = format!(
        "{SUMMER}|BEGIN:VALARM|ACTION:AUDIO|TRIGGER;VALUE=DATE-TIME:20060701T064500Z|ATTACH:beep|END:VALARM"
    );
    only_with(|q| q.alarms_in_utc = true, new, &absolute);
    let weekly = absolute.replace("|BEGIN", "|RRULE:FREQ=WEEKLY|BEGIN");
    assert!(
        from_new(&weekly, &prague()).contains("|TRIGGER:-PT15M|"),
        "the same distance each time"
    );
}

#[test]
fn c9_an_audio_alarm_is_its_time_alone() {
    only_with(
        |q| q.bare_alarms = true,
        |v| to_old(&format!("{SUMMER}{ALARM}"), v),
        "DTSTART:20060701T070000Z|AALARM:20060701T064500Z",
    );
}

#[test]
fn c10_a_device_gets_the_alarms_it_knows() {
    let audio = format!("{SUMMER}{ALARM}");
    let display = audio
        .replace("ACTION:AUDIO", "ACTION:DISPLAY")
        .replace("ATTACH:beep", "DESCRIPTION:go");
    only_with(
        |q| q.alarms = AlarmForm::Display,
        |v| to_old(&audio, v),
        "DTSTART:20060701T070000Z|DALARM:20060701T064500Z;;;",
    );
    only_with(
        |q| q.alarms = AlarmForm::Audio,
        |v| to_old(&display, v),
        "DTSTART:20060701T070000Z|AALARM:20060701T064500Z;;;",
    );
    let read = |v: &View| from_old("DTSTART:20060701T070000Z|AALARM:20060701T064500Z", v);
    only_with(
        |q| q.alarms = AlarmForm::Audio,
        read,
        "DTSTART:20060701T070000Z|BEGIN:VALARM|ACTION:DISPLAY|TRIGGER:-PT15M|END:VALARM",
    );
}

#[test]
fn c11_a_day_is_written_in_the_form_of_the_device() {
    let day = "DTSTART;VALUE=DATE:20060925|DTEND;VALUE=DATE:20060926";
    only_with(
        |q| q.all_day = AllDay::TwentyFour,
        |v| to_old(day, v),
        "DTSTART:20060925T000000|DTEND:20060925T240000",
    );
    only_with(
        |q| q.all_day = AllDay::EightToSix,
        |v| from_old("DTSTART:20060925T080000|DTEND:20060925T180000", v),
        day,
    );
}
