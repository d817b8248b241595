//! Events and tasks in every form, as strong and weak devices have them.

use super::*;
use crate::pim::calendar::AllDay;

#[test]
fn an_end_is_told_to_whoever_knows_no_duration_and_edited_in_its_place() {
    let base = event("SUMMARY:Talk|DTSTART:20060109T090000Z|DURATION:PT1H30M");
    let phone = Lens::of(VCAL);
    assert!(sent(&phone, &base).contains("DTEND:20060109T103000Z"));
    assert_eq!(after(&phone, &base, &phone.render(&base)), "unchanged");
    assert_eq!(
        changed(&phone, &base, "T103000", "T110000"),
        "SUMMARY:Talk|DTSTART:20060109T090000Z|DTEND:20060109T110000Z"
    );
}

#[test]
fn a_weak_phone_changes_what_it_knows_and_no_more() {
    let base = event(
        "SUMMARY:Team|DTSTART:20060109T090000Z|DTEND:20060109T100000Z|RRULE:FREQ=WEEKLY;COUNT=8|LOCATION:Room 1|DESCRIPTION:Agenda|\
         CATEGORIES:Work,Weekly|PRIORITY:1|CLASS:PRIVATE|STATUS:TENTATIVE|TRANSP:TRANSPARENT|URL:http://example.org/|GEO:50.0;14.4|\
         ATTENDEE;CN=Jane;PARTSTAT=ACCEPTED:mailto:j@example.org|ORGANIZER:mailto:o@example.org|X-KEPT:yes|\
         BEGIN:VALARM|ACTION:AUDIO|TRIGGER:-PT15M|END:VALARM",
    );
    let weak = lists(VCAL, &["SUMMARY", "DTSTART", "DTEND"]);
    assert_eq!(
        sent(&weak, &base),
        "DTSTART:20060109T090000Z|DTEND:20060109T100000Z|SUMMARY:Team|RRULE:W1 MO #8"
    );
    let after = changed(&weak, &base, "SUMMARY:Team", "SUMMARY:Crew");
    assert_eq!(after, inside(&base).replace("SUMMARY:Team", "SUMMARY:Crew"));
    // One that has alarms has them as it lists them.
    let some = lists(VCAL, &["SUMMARY", "DTSTART", "DTEND", "AALARM", "LOCATION"]);
    assert!(
        sent(&some, &base).ends_with("LOCATION:Room 1|AALARM:20060109T084500Z;;;"),
        "{}",
        sent(&some, &base)
    );
    let after = changed(
        &some,
        &base,
        "AALARM:20060109T084500Z",
        "AALARM:20060109T083000Z",
    );
    assert_eq!(after, inside(&base).replace("-PT15M", "-PT30M"));
    // What it clears is cleared.
    let after = changed(&some, &base, "LOCATION:Room 1", "X-A:1");
    assert!(
        !after.contains("LOCATION") && after.contains("DESCRIPTION:Agenda"),
        "{after}"
    );
}

#[test]
fn an_alarm_that_is_taken_off_is_gone_and_one_that_is_new_is_there() {
    let base = weekly();
    let phone = prague(VCAL);
    let after = changed(&phone, &base, "DALARM:20060109T084500;;;Soon\r\n", "");
    assert!(
        !after.contains("VALARM") && after.contains("X-KEPT:yes"),
        "{after}"
    );
    let after = changed(
        &phone,
        &base,
        "LOCATION:",
        "AALARM:20060109T080000\r\nLOCATION:",
    );
    assert!(
        after.contains("TRIGGER:-PT1H") && after.contains("TRIGGER:-PT15M"),
        "{after}"
    );
}

#[test]
fn what_is_in_an_alarm_outlives_a_device_that_lists_what_it_holds() {
    let base = event(
        "SUMMARY:Team|DTSTART:20060109T090000Z|X-KEPT:yes|BEGIN:VALARM|ACTION:DISPLAY|DESCRIPTION:Soon|TRIGGER:-PT15M|X-SNOOZED:2|END:VALARM",
    );
    let desktop = lists(ICAL, &["SUMMARY", "DTSTART", "TRIGGER", "ACTION"]);
    assert_eq!(changed(&desktop, &base, "X-SNOOZED:2\r\n", ""), "unchanged");
    let after = changed(
        &desktop,
        &base,
        "DESCRIPTION:Soon\r\nTRIGGER:-PT15M\r\nX-SNOOZED:2",
        "TRIGGER:-PT30M",
    );
    assert_eq!(after, inside(&base).replace("-PT15M", "-PT30M"));
}

#[test]
fn an_all_day_event_stays_one_in_every_dialect() {
    let base = event("SUMMARY:Fair|DTSTART;VALUE=DATE:20060109|DTEND;VALUE=DATE:20060111");
    for (all_day, end) in [
        (AllDay::NextMidnight, "20060111T000000"),
        (AllDay::TwentyFour, "20060110T240000"),
        (AllDay::LastMinute, "20060110T235900"),
        (AllDay::LastSecond, "20060110T235959"),
    ] {
        let phone = Lens {
            calendar: CalendarQuirks {
                all_day,
                ..CalendarQuirks::default()
            },
            ..prague(VCAL)
        };
        assert!(sent(&phone, &base).contains(&format!("DTSTART:20060109T000000|DTEND:{end}")));
        assert_eq!(after(&phone, &base, &phone.render(&base)), "unchanged");
        let longer = changed(
            &phone,
            &base,
            &format!("DTEND:{end}"),
            "DTEND:20060111T235900",
        );
        assert_eq!(
            longer,
            "SUMMARY:Fair|DTSTART;VALUE=DATE:20060109|DTEND;VALUE=DATE:20060112"
        );
        // A new one is stored as days.
        let stored = phone.canonical(&old(&format!(
            "SUMMARY:New|DTSTART:20060109T000000|DTEND:{end}"
        )));
        assert_eq!(
            inside(&stored),
            "SUMMARY:New|DTSTART;VALUE=DATE:20060109|DTEND;VALUE=DATE:20060111"
        );
    }
}

#[test]
fn a_task_with_a_priority_crosses_every_form() {
    let base = calendar(
        "2.0",
        "PRODID:-//x|BEGIN:VTODO|UID:1|DTSTAMP:20060101T000000Z|SUMMARY:Taxes|DUE;VALUE=DATE:20060331|PRIORITY:1|STATUS:IN-PROCESS|PERCENT-COMPLETE:40|CATEGORIES:Home|END:VTODO",
    );
    let phone = prague(VCAL);
    assert_eq!(
        sent(&phone, &base),
        "BEGIN:VTODO|DUE:20060331T000000|SUMMARY:Taxes|PRIORITY:1|STATUS:ACCEPTED|PERCENT-COMPLETE:40|CATEGORIES:Home|END:VTODO"
    );
    let done = changed(&phone, &base, "STATUS:ACCEPTED", "STATUS:COMPLETED");
    assert!(
        done.contains("STATUS:COMPLETED|PERCENT-COMPLETE:40")
            && done.contains("DUE;VALUE=DATE:20060331"),
        "{done}"
    );
    let outlook = prague(Form::Sif);
    let shown = text(&outlook.render(&base));
    assert!(
        shown.contains("<DueDate>2006-03-31</DueDate>")
            && shown.contains("<Importance>2</Importance>"),
        "{shown}"
    );
    assert_eq!(after(&outlook, &base, &outlook.render(&base)), "unchanged");
    let less = changed(&outlook, &base, "<Importance>2<", "<Importance>1<");
    assert!(
        less.contains("PRIORITY:5") && less.contains("PERCENT-COMPLETE:40"),
        "{less}"
    );
}

#[test]
fn a_field_of_sif_that_is_left_out_stays_and_one_that_is_empty_goes() {
    let base = weekly();
    let outlook = Lens::of(Form::Sif);
    let kept = changed(&outlook, &base, "<Location>Room 1</Location>", "");
    assert_eq!(kept, "unchanged");
    let gone = changed(
        &outlook,
        &base,
        "<Location>Room 1</Location>",
        "<Location></Location>",
    );
    assert_eq!(gone, inside(&base).replace("LOCATION:Room 1|", ""));
    let silent = changed(
        &outlook,
        &base,
        "<ReminderSet>1</ReminderSet>",
        "<ReminderSet>0</ReminderSet>",
    );
    assert!(
        !silent.contains("VALARM") && silent.contains("LOCATION:Room 1"),
        "{silent}"
    );
    let once = changed(
        &outlook,
        &base,
        "<IsRecurring>1</IsRecurring>",
        "<IsRecurring>0</IsRecurring>",
    );
    assert!(!once.contains("RRULE"), "{once}");
}

#[test]
fn what_the_new_version_asks_for_is_made_up_once_and_stays() {
    let stored = old(
        "SUMMARY:Lunch|DTSTART:20060109T120000Z|DTEND:20060109T130000Z|LAST-MODIFIED:20060102T030405Z",
    );
    let desktop = Lens::of(ICAL);
    let shown = text(&desktop.render(&stored));
    assert!(
        shown.contains("PRODID:-//Anchorage//EN") && shown.contains("DTSTAMP:20060102T030405Z"),
        "{shown}"
    );
    let uid = shown
        .lines()
        .find(|line| line.starts_with("UID:"))
        .unwrap()
        .to_owned();
    assert_eq!(text(&desktop.render(&stored)), shown);
    assert_eq!(
        after(&desktop, &stored, &desktop.render(&stored)),
        "unchanged"
    );
    // A desktop that leaves it out changes nothing either, and an edit keeps it.
    let without = shown.replace(&format!("{uid}\r\n"), "");
    let came = |text: &str| Content {
        body: text.as_bytes().to_vec(),
        media_type: MediaType::new("text/calendar"),
    };
    assert_eq!(after(&desktop, &stored, &came(&without)), "unchanged");
    let Applied::Edited(edited) = desktop.apply_edits(
        Some(&stored),
        &stored,
        &came(&without.replace("Lunch", "Dinner")),
    ) else {
        panic!("an edit");
    };
    assert!(text(&edited).contains(&uid), "{}", text(&edited));
    // An old phone is not told what nobody of its kind asks for.
    let phone = Lens::of(VCAL).render(&stored);
    assert!(
        !text(&phone).contains("UID:") && !text(&phone).contains("PRODID"),
        "{}",
        text(&phone)
    );
}

#[test]
fn a_device_without_utc_is_sent_the_time_of_its_clock() {
    let base = event("SUMMARY:Call|DTSTART:20060709T070000Z|DTEND:20060709T080000Z");
    assert_eq!(
        sent(&prague(VCAL), &base),
        "DTSTART:20060709T090000|DTEND:20060709T100000|SUMMARY:Call"
    );
    assert_eq!(
        sent(&prague(ICAL), &base),
        "SUMMARY:Call|DTSTART;TZID=Europe/Prague:20060709T090000|DTEND;TZID=Europe/Prague:20060709T100000"
    );
    let utc = |form| Lens {
        utc: true,
        ..prague(form)
    };
    for form in [VCAL, ICAL] {
        assert!(sent(&utc(form), &base).contains("DTSTART:20060709T070000Z"));
        assert_eq!(
            after(&prague(form), &base, &prague(form).render(&base)),
            "unchanged"
        );
    }
    assert_eq!(
        changed(&prague(ICAL), &base, "20060709T100000", "20060709T110000"),
        "SUMMARY:Call|DTSTART:20060709T070000Z|DTEND:20060709T090000Z"
    );
}

#[test]
fn an_answer_to_an_invitation_is_an_edit_and_silence_about_it_is_none() {
    let base = event(
        "SUMMARY:Call|DTSTART:20060709T070000Z|ATTENDEE;CN=Jane;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT:mailto:j@example.org",
    );
    let phone = Lens::of(VCAL);
    assert!(
        sent(&phone, &base)
            .contains("ATTENDEE;STATUS=NEEDS ACTION;EXPECT=REQUIRE:Jane <j@example.org>"),
        "{}",
        sent(&phone, &base)
    );
    assert_eq!(
        changed(
            &phone,
            &base,
            "ATTENDEE;STATUS=NEEDS ACTION;EXPECT=REQUIRE:",
            "ATTENDEE:"
        ),
        "unchanged"
    );
    assert_eq!(
        changed(&phone, &base, "STATUS=NEEDS ACTION", "STATUS=ACCEPTED"),
        inside(&base).replace("NEEDS-ACTION", "ACCEPTED")
    );
}

#[test]
fn two_devices_that_edit_different_fields_of_an_event_both_win() {
    let base = weekly();
    let phone = prague(VCAL);
    let now = content(&text(&base).replace("Room 1", "Room 2"));
    let came = text(&phone.render(&base)).replace("T100000", "T110000");
    let came = Content {
        body: came.into_bytes(),
        media_type: MediaType::new("text/x-vcalendar"),
    };
    let Applied::Merged(both) = phone.apply_edits(Some(&base), &now, &came) else {
        panic!("both");
    };
    assert!(
        text(&both).contains("LOCATION:Room 2")
            && text(&both).contains("DTEND;TZID=Europe/Prague:20060109T110000")
    );
    let now = content(&text(&base).replace("T100000", "T093000"));
    let Applied::Conflict {
        ours,
        theirs,
        fields,
    } = phone.apply_edits(Some(&base), &now, &came)
    else {
        panic!("a conflict");
    };
    assert_eq!(
        fields.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(),
        ["DTEND"]
    );
    assert!(text(&ours).contains("DTEND;TZID=Europe/Prague:20060109T093000"));
    assert!(text(&theirs).contains("DTEND;TZID=Europe/Prague:20060109T110000"));
}
