//! Events and tasks through the lens: what a device is sent, what it sends back, and what of that is an edit.

mod forms;
mod properties;

use super::*;

const ICAL: Form = Form::Lines(Version::Calendar20);
const VCAL: Form = Form::Lines(Version::Calendar10);

/// A calendar of this version with these lines in it, `|` between them.
fn calendar(version: &str, lines: &str) -> Content {
    let lines = lines.replace('|', "\r\n");
    content(&format!(
        "BEGIN:VCALENDAR\r\nVERSION:{version}\r\n{lines}\r\nEND:VCALENDAR\r\n"
    ))
}

fn event(lines: &str) -> Content {
    calendar(
        "2.0",
        &format!("PRODID:-//x|BEGIN:VEVENT|UID:1|DTSTAMP:20060101T000000Z|{lines}|END:VEVENT"),
    )
}

fn old(lines: &str) -> Content {
    calendar("1.0", &format!("BEGIN:VEVENT|{lines}|END:VEVENT"))
}

/// The lines of the entries, zones and what is of no item left out.
fn inside(content: &Content) -> String {
    let text = text(content).replace("\n ", "");
    let mut zone = false;
    let kept = text.lines().filter(|line| {
        zone |= *line == "BEGIN:VTIMEZONE";
        let is_in_zone = zone;
        zone &= *line != "END:VTIMEZONE";
        let frame = [
            "BEGIN:VCAL",
            "END:VCAL",
            "VERSION",
            "PRODID",
            "UID",
            "DTSTAMP",
            "TZ:",
            "DAYLIGHT:",
            "BEGIN:VEVENT",
            "END:VEVENT",
        ];
        !is_in_zone && !frame.iter().any(|start| line.starts_with(start))
    });
    kept.collect::<Vec<_>>().join("|")
}

fn prague(form: Form) -> Lens {
    Lens {
        zone: Some("Europe/Prague".to_owned()),
        utc: false,
        ..Lens::of(form)
    }
}

fn lists(form: Form, names: &[&str]) -> Lens {
    Lens {
        caps: Some(Caps {
            properties: names.iter().map(|name| Capability::named(name)).collect(),
        }),
        ..Lens::of(form)
    }
}

/// What the device is sent, as one of its lines each.
fn sent(lens: &Lens, stored: &Content) -> String {
    inside(&lens.render(stored))
}

/// The item after the device sent this.
fn after(lens: &Lens, base: &Content, came: &Content) -> String {
    match lens.apply_edits(Some(base), base, came) {
        Applied::Unchanged => "unchanged".to_owned(),
        Applied::Edited(result) => inside(&result),
        odd @ (Applied::Merged(_) | Applied::Conflict { .. }) => format!("{odd:?}"),
    }
}

/// The same where the device's user changed some text of what it was sent.
fn changed(lens: &Lens, base: &Content, what: &str, to: &str) -> String {
    let sent = lens.render(base);
    let before = text(&sent);
    let now = before.replace(what, to);
    assert_ne!(before, now, "{what} is in {before}");
    after(
        lens,
        base,
        &Content {
            body: now.into_bytes(),
            ..sent
        },
    )
}

fn weekly() -> Content {
    event(
        "SUMMARY:Team|DTSTART;TZID=Europe/Prague:20060109T090000|DTEND;TZID=Europe/Prague:20060109T100000|\
         RRULE:FREQ=WEEKLY;COUNT=8|EXDATE;TZID=Europe/Prague:20060116T090000|LOCATION:Room 1|X-KEPT:yes|\
         BEGIN:VALARM|ACTION:DISPLAY|DESCRIPTION:Soon|TRIGGER:-PT15M|END:VALARM",
    )
}

#[test]
fn an_old_phone_sees_a_series_with_exception_alarm_and_zone_and_its_echo_changes_nothing() {
    let base = weekly();
    let phone = prague(VCAL);
    assert_eq!(
        sent(&phone, &base),
        "DTSTART:20060109T090000|DTEND:20060109T100000|SUMMARY:Team|RRULE:W1 MO #8|EXDATE:20060116T090000|LOCATION:Room 1|X-KEPT:yes|DALARM:20060109T084500;;;Soon"
    );
    for lens in [
        phone,
        Lens::of(VCAL),
        Lens {
            utc: true,
            ..prague(VCAL)
        },
        Lens::of(Form::Sif),
        prague(Form::Sif),
        prague(ICAL),
        Lens::of(ICAL),
    ] {
        assert_eq!(
            after(&lens, &base, &lens.render(&base)),
            "unchanged",
            "{lens:?}"
        );
    }
}

#[test]
fn an_echo_in_other_words_changes_nothing() {
    let base = weekly();
    for came in [
        // The rule with its day implied, one line of dates in UTC, the alarm as a sound without text, an end in UTC.
        "SUMMARY:Team|DTSTART:20060109T080000Z|DTEND:20060109T090000Z|RRULE:W1 #8|EXDATE:20060116T080000Z|LOCATION:Room 1|X-KEPT:yes|DALARM:20060109T074500Z",
        // What says nothing, and a name of its own.
        "UID:other|CLASS:PUBLIC|PRIORITY:0|TRANSP:0|SEQUENCE:0|SUMMARY:Team|DTSTART:20060109T090000|DTEND:20060109T100000|RRULE:W1 MO #8|EXDATE:20060116T090000|LOCATION:Room 1|X-KEPT:yes|DALARM:20060109T084500;;;Soon",
    ] {
        assert_eq!(
            after(&prague(VCAL), &base, &old(came)),
            "unchanged",
            "{came}"
        );
    }
}

#[test]
fn a_phone_of_which_nobody_knows_the_clock_is_on_that_of_what_it_was_sent() {
    let base = weekly();
    let phone = Lens {
        utc: false,
        ..Lens::of(VCAL)
    };
    let came = "SUMMARY:Team|DTSTART:20060109T090000|DTEND:20060109T100000|RRULE:W1 MO #8|EXDATE:20060116T090000|LOCATION:Room 1|X-KEPT:yes|DALARM:20060109T084500;;;Soon";
    assert_eq!(after(&phone, &base, &old(came)), "unchanged");
    let later = came
        .replace("T09", "T11")
        .replace("T10", "T12")
        .replace("T0845", "T1045");
    assert!(
        after(&phone, &base, &old(&later)).contains(
            "DTSTART;TZID=Europe/Prague:20060109T110000|DTEND;TZID=Europe/Prague:20060109T120000"
        ),
        "{}",
        after(&phone, &base, &old(&later))
    );
    // It is told nothing in UTC, alarms and ends of rules included.
    let until = content(&text(&base).replace("COUNT=8", "UNTIL=20260430T070000Z"));
    assert!(
        !sent(&phone, &until).contains('Z'),
        "{}",
        sent(&phone, &until)
    );
    assert!(sent(&phone, &until).contains("DALARM:20060109T084500"));
}

#[test]
fn an_edited_time_stays_in_the_zone_of_the_item() {
    let base = event(
        "SUMMARY:Call|DTSTART;TZID=America/New_York:20060109T090000|DTEND;TZID=America/New_York:20060109T100000",
    );
    let phone = prague(VCAL);
    assert_eq!(
        sent(&phone, &base),
        "DTSTART:20060109T150000|DTEND:20060109T160000|SUMMARY:Call"
    );
    assert_eq!(
        changed(&phone, &base, "T160000", "T170000"),
        "SUMMARY:Call|DTSTART;TZID=America/New_York:20060109T090000|DTEND;TZID=America/New_York:20060109T110000"
    );
}

#[test]
fn a_rule_made_on_another_clock_counts_on_that_clock() {
    let base = event(
        "SUMMARY:Late|DTSTART;TZID=America/New_York:20060109T200000|DTEND;TZID=America/New_York:20060109T210000|RRULE:FREQ=WEEKLY;BYDAY=MO",
    );
    let phone = prague(VCAL);
    assert!(
        sent(&phone, &base).contains("DTSTART:20060110T020000|")
            && sent(&phone, &base).contains("RRULE:W1 TU #0"),
        "{}",
        sent(&phone, &base)
    );
    assert_eq!(
        changed(&phone, &base, "W1 TU #0", "W1 TU WE #0"),
        "SUMMARY:Late|DTSTART;TZID=Europe/Prague:20060110T020000|DTEND;TZID=Europe/Prague:20060110T030000|RRULE:FREQ=WEEKLY;BYDAY=TU,WE"
    );
}

#[test]
fn a_day_that_a_rule_has_from_its_start_need_not_come_back() {
    let of = |rule: &str| {
        event(&format!(
            "SUMMARY:x|DTSTART;TZID=Europe/Prague:20060109T090000|DTEND;TZID=Europe/Prague:20060109T100000|RRULE:{rule}"
        ))
    };
    let phone = prague(VCAL);
    let table = [
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=5", "W2 MO #5", "W2 #5"),
        ("FREQ=MONTHLY;COUNT=5", "MD1 9 #5", "MD1 #5"),
    ];
    for (rule, told, came) in table {
        let base = of(rule);
        let shown = text(&phone.render(&base));
        assert!(shown.contains(told), "{shown}");
        let echo = Content {
            body: shown.replace(told, came).into_bytes(),
            ..phone.render(&base)
        };
        assert_eq!(after(&phone, &base, &echo), "unchanged", "{came}");
    }
    // Another day is another rule.
    let edited = changed(&phone, &of("FREQ=WEEKLY;COUNT=5"), "W1 MO", "W1 TU");
    assert!(edited.contains("BYDAY=TU"), "{edited}");
}

#[test]
fn what_a_rule_has_no_words_for_outlives_every_edit() {
    let base = event(
        "SUMMARY:Pay day|DTSTART;TZID=Europe/Prague:20060131T090000|DTEND;TZID=Europe/Prague:20060131T100000|RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    );
    let mut phone = prague(VCAL);
    phone.now = Millis(1_138_752_000_000);
    let told = sent(&phone, &base);
    assert!(told.contains("RDATE:") && !told.contains("RRULE"), "{told}");
    assert_eq!(after(&phone, &base, &phone.render(&base)), "unchanged");
    // Two years on other dates are told: they are no edit, nor is leaving them out.
    let before = phone.render(&base);
    phone.now = Millis(1_201_824_000_000);
    assert_eq!(after(&phone, &base, &before), "unchanged");
    assert_eq!(
        after(
            &phone,
            &base,
            &old("SUMMARY:Pay|DTSTART:20060131T090000|DTEND:20060131T100000|RRULE:D1 #2")
        ),
        "SUMMARY:Pay|DTSTART;TZID=Europe/Prague:20060131T090000|DTEND;TZID=Europe/Prague:20060131T100000|RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"
    );
}

fn moved() -> Content {
    calendar(
        "2.0",
        "PRODID:-//x|BEGIN:VEVENT|UID:1|DTSTAMP:20060101T000000Z|SUMMARY:Team|DTSTART:20060109T090000Z|DTEND:20060109T100000Z|RRULE:FREQ=WEEKLY;COUNT=8|END:VEVENT|\
         BEGIN:VEVENT|UID:1|DTSTAMP:20060101T000000Z|RECURRENCE-ID:20060116T090000Z|SUMMARY:Team, elsewhere|DTSTART:20060116T120000Z|DTEND:20060116T130000Z|END:VEVENT",
    )
}

#[test]
fn a_device_that_does_not_see_a_moved_occurrence_leaves_it_alone() {
    let base = moved();
    let beside = Lens {
        calendar: CalendarQuirks {
            overrides_beside: true,
            ..CalendarQuirks::default()
        },
        ..Lens::of(VCAL)
    };
    for lens in [
        Lens::of(VCAL),
        Lens::of(Form::Sif),
        beside,
        lists(ICAL, &["SUMMARY", "DTSTART", "DTEND", "RRULE", "EXDATE"]),
    ] {
        let shown = text(&lens.render(&base));
        assert!(
            shown.contains("20060116T090000Z"),
            "it is left out of the series: {shown}"
        );
        assert_eq!(
            after(&lens, &base, &lens.render(&base)),
            "unchanged",
            "{shown}"
        );
        let after = changed(&lens, &base, "Team", "Crew");
        assert!(
            after.contains("SUMMARY:Crew|") && after.contains("SUMMARY:Team\\, elsewhere"),
            "{after}"
        );
        assert!(
            after.contains("RECURRENCE-ID:20060116T090000Z") && !after.contains("EXDATE"),
            "{after}"
        );
    }
    // And one that does sees it where it is.
    let knows = lists(
        ICAL,
        &["SUMMARY", "DTSTART", "DTEND", "RRULE", "RECURRENCE-ID"],
    );
    assert!(sent(&knows, &base).contains("RECURRENCE-ID:20060116T090000Z"));
}

#[test]
fn a_series_that_moves_takes_along_what_the_device_does_not_see_of_it() {
    let base = moved();
    for lens in [Lens::of(VCAL), Lens::of(Form::Sif)] {
        let after = changed(&lens, &base, "20060109T090000Z", "20060109T080000Z");
        assert!(after.contains("DTSTART:20060109T080000Z|"), "{after}");
        assert!(
            after.contains(
                "RECURRENCE-ID:20060116T080000Z|SUMMARY:Team\\, elsewhere|DTSTART:20060116T120000Z"
            ),
            "{after}"
        );
    }
    // Exceptions, too, where the device knows none.
    let zoned = weekly();
    let none = Lens {
        utc: false,
        ..lists(VCAL, &["SUMMARY", "DTSTART", "DTEND", "RRULE"])
    };
    let after = changed(&none, &zoned, "T090000", "T083000");
    assert!(
        after.contains("DTSTART;TZID=Europe/Prague:20060109T083000"),
        "{after}"
    );
    assert!(
        after.contains("EXDATE;TZID=Europe/Prague:20060116T083000"),
        "{after}"
    );
}

#[test]
fn words_and_dates_of_several_lines_may_come_back_in_one() {
    let base = event(
        "SUMMARY:Team|DTSTART:20060109T090000Z|DTEND:20060109T100000Z|RRULE:FREQ=DAILY|EXDATE:20060110T090000Z|\
         EXDATE:20060111T090000Z|CATEGORIES:Work|CATEGORIES:Weekly,Dull",
    );
    let came = old(
        "SUMMARY:Team|DTSTART:20060109T090000Z|DTEND:20060109T100000Z|RRULE:D1 #0|EXDATE:20060111T090000Z;20060110T090000Z|CATEGORIES:Dull;Weekly;Work",
    );
    assert_eq!(after(&Lens::of(VCAL), &base, &came), "unchanged");
    let less = old(
        "SUMMARY:Team|DTSTART:20060109T090000Z|DTEND:20060109T100000Z|RRULE:D1 #0|EXDATE:20060110T090000Z;20060111T090000Z|CATEGORIES:Weekly;Work",
    );
    assert!(after(&Lens::of(VCAL), &base, &less).contains("|CATEGORIES:Work,Weekly"));
}

#[test]
fn another_occurrence_that_goes_is_one_more_exception() {
    let base = moved();
    let after = changed(
        &Lens::of(VCAL),
        &base,
        "EXDATE:20060116T090000Z",
        "EXDATE:20060116T090000Z;20060123T090000Z",
    );
    assert!(after.contains("EXDATE:20060123T090000Z|"), "{after}");
    assert!(after.contains("Team\\, elsewhere"), "{after}");
}
