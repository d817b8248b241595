//! Field quirks C12 to C25: what stands in an entry, recurrences, zones and scales.

use super::*;

#[test]
fn c12_s60_is_told_what_sort_of_entry_it_is() {
    let day = "DTSTART;VALUE=DATE:20060925|DTEND;VALUE=DATE:20060926";
    only_with(
        |q| q.epoc_types = true,
        |v| to_old(day, v),
        "DTSTART:20060925T000000|DTEND:20060926T000000|X-EPOCAGENDAENTRYTYPE:EVENT",
    );
    let yearly = format!("{day}|RRULE:FREQ=YEARLY");
    let anniversary = "DTSTART:20060925T000000|DTEND:20060925T000000|RRULE:YM1 9 #0|X-EPOCAGENDAENTRYTYPE:ANNIVERSARY";
    only_with(|q| q.epoc_types = true, |v| to_old(&yearly, v), anniversary);
    assert_eq!(
        from_old(anniversary, &with(|q| q.epoc_types = true)),
        format!("{day}|RRULE:FREQ=YEARLY;BYMONTH=9")
    );
    only_with(
        |q| q.epoc_types = true,
        |v| to_old(SUMMER, v),
        "DTSTART:20060701T070000Z|X-EPOCAGENDAENTRYTYPE:APPOINTMENT",
    );
    only_with(
        |q| q.all_day = AllDay::Category,
        |v| to_old(day, v),
        "DTSTART:20060925T000000|CATEGORIES:SPECIAL OCCASION",
    );
}

#[test]
fn c13_events_and_tasks_of_one_datastore_each_stay_what_they_are() {
    let both = "BEGIN:VTODO|SUMMARY:a|END:VTODO";
    assert_eq!(lines(&read(&tree("1.0", both), &prague())), both);
}

#[test]
fn c14_a_description_is_the_summary_where_there_is_no_other() {
    only_with(
        |q| q.description_is_summary = true,
        |v| from_old("DESCRIPTION:lunch", v),
        "SUMMARY:lunch",
    );
    only_with(
        |q| q.description_is_summary = true,
        |v| to_old("SUMMARY:lunch", v),
        "DESCRIPTION:lunch",
    );
}

#[test]
fn c15_categories_lose_the_x_that_a_device_puts_before_them() {
    only_with(
        |q| q.x_categories = true,
        |v| from_old("CATEGORIES:X-Work;MEETING", v),
        "CATEGORIES:Work,MEETING",
    );
}

#[test]
fn c16_a_recurrence_has_no_end_on_a_device_that_knows_none() {
    only_with(
        |q| q.endless_rules = true,
        |v| to_old(WEEKLY, v),
        "DTSTART:20060703T070000Z|RRULE:W1 MO #0",
    );
    only_with(
        |q| q.endless_rules = true,
        |v| to_new(WEEKLY, v),
        "DTSTART;TZID=Europe/Prague:20060703T090000|RRULE:FREQ=WEEKLY",
    );
}

#[test]
fn c17_an_end_is_told_a_day_early_and_taken_back_a_day_later() {
    let new = "DTSTART:20060703T070000Z|RRULE:FREQ=WEEKLY;UNTIL=20060801T070000Z;BYDAY=MO";
    let old = "DTSTART:20060703T070000Z|RRULE:W1 MO 20060731T070000Z";
    only_with(|q| q.end_day_early = true, |v| to_old(new, v), old);
    let back = from_old(old, &with(|q| q.end_day_early = true));
    assert!(back.ends_with("UNTIL=20060801T070000Z;BYDAY=MO"), "{back}");
}

#[test]
fn c18_zones_are_told_in_full_in_short_or_not_at_all() {
    let old = |view: &View| {
        lines(
            &render(&tree("2.0", &event(SUMMER)), Version::Calendar10, view)
                .unwrap()
                .document,
        )
    };
    only_with(
        |q| q.zone_rules = ZoneRules::Short,
        old,
        "TZ:+01|BEGIN:VEVENT|DTSTART:20060701T070000Z|END:VEVENT",
    );
    only_with(
        |q| q.zone_rules = ZoneRules::None,
        old,
        "BEGIN:VEVENT|DTSTART:20060701T070000Z|END:VEVENT",
    );
    let new = |view: &View| {
        let shown = render(&tree("2.0", &event(SUMMER)), Version::Calendar20, view).unwrap();
        shown.document.root.components[0]
            .components
            .len()
            .to_string()
    };
    only_with(|q| q.zone_rules = ZoneRules::None, new, "1");
}

#[test]
fn c19_a_device_gets_the_bare_name_of_a_zone() {
    let path = "DTSTART;TZID=/mozilla.org/20050126_1/Europe/Prague:20060701T090000";
    only_with(|q| q.plain_zones = true, |v| to_new(path, v), SUMMER);
}

#[test]
fn c20_a_count_becomes_a_date_and_a_recurrence_is_told_in_utc() {
    only_with(
        |q| q.no_count = true,
        |v| to_old(WEEKLY, v),
        "DTSTART:20060703T070000Z|RRULE:W1 MO 20060717T070000Z",
    );
    only_with(
        |q| q.no_count = true,
        |v| to_new(WEEKLY, v),
        "DTSTART;TZID=Europe/Prague:20060703T090000|RRULE:FREQ=WEEKLY;UNTIL=20060717T070000Z",
    );
    only_with(
        |q| q.recurring_in_utc = true,
        |v| to_new(WEEKLY, v),
        "DTSTART:20060703T070000Z|RRULE:FREQ=WEEKLY;COUNT=3",
    );
}

#[test]
fn c21_excluded_dates_are_read_whatever_stands_between_them() {
    let start = "DTSTART:20060703T070000Z|RRULE:W1 MO #0|EXDATE:";
    for list in [
        "20060710T070000Z;20060717T070000Z",
        "20060710T070000Z,20060717T070000Z",
        "20060710T070000Z; 20060717T070000Z",
        "20060710 20060717",
    ] {
        let read = from_old(&format!("{start}{list}"), &prague());
        assert!(
            read.ends_with("EXDATE;TZID=Europe/Prague:20060710T090000,20060717T090000"),
            "{list} is {read}"
        );
    }
}

#[test]
fn c22_a_priority_is_told_on_the_scale_of_the_device() {
    only_with(
        |q| q.priority = Scale::Nine,
        |v| to_old("PRIORITY:7", v),
        "PRIORITY:7",
    );
    only_with(
        |q| q.priority = Scale::Two,
        |v| to_new("PRIORITY:1", v),
        "PRIORITY:2",
    );
    only_with(
        |q| q.priority = Scale::Nine,
        |v| from_old("PRIORITY:3", v),
        "PRIORITY:3",
    );
    only_with(
        |q| q.priority = Scale::Three,
        |v| to_new("PRIORITY:7", v),
        "PRIORITY:3",
    );
    only_with(
        |q| q.priority = Scale::Two,
        |v| from_new("PRIORITY:2", v),
        "PRIORITY:1",
    );
}

#[test]
fn c23_a_task_is_due_on_the_day_that_its_midnight_begins() {
    let task = |inner: &str| format!("BEGIN:VTODO|{inner}|END:VTODO");
    // Midnight of the 12th in Prague.
    let read_old = |v: &View| {
        inside(&lines(&read(
            &tree("1.0", &task("DUE:20060711T220000Z")),
            v,
        )))
    };
    only_with(|q| q.due_is_day = true, read_old, "DUE;VALUE=DATE:20060712");
    let read_new = |v: &View| {
        inside(&lines(&read(
            &tree("2.0", &task("DUE:20060711T220000Z")),
            v,
        )))
    };
    only_with(|q| q.due_is_day = true, read_new, "DUE;VALUE=DATE:20060712");
    let told = |v: &View| {
        inside(&lines(
            &render(
                &tree("2.0", &task("DUE:20060712T150000Z")),
                Version::Calendar10,
                v,
            )
            .unwrap()
            .document,
        ))
    };
    only_with(|q| q.due_is_day = true, told, "DUE:20060712T000000");
}

#[test]
fn c24_a_device_finds_a_description_and_no_priority() {
    only_with(
        |q| q.needs_description = true,
        |v| to_old("SUMMARY:a", v),
        "SUMMARY:a|DESCRIPTION:a",
    );
    only_with(
        |q| q.no_priority = true,
        |v| to_old("SUMMARY:a|PRIORITY:1", v),
        "SUMMARY:a",
    );
    only_with(
        |q| q.no_priority = true,
        |v| to_new("SUMMARY:a|PRIORITY:1", v),
        "SUMMARY:a",
    );
}

#[test]
fn c25_rules_and_alarms_come_in_their_simplest_form() {
    let odd = "DTSTART:20060703T070000Z|RRULE:FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR";
    only_with(
        |q| q.simple_rules = true,
        |v| to_new(odd, v),
        "DTSTART:20060703T070000Z|RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    );
    let alarm = from_new(
        "DTSTART:20060703T070000Z|BEGIN:VALARM|TRIGGER;VALUE=DURATION;RELATED=START:-P0DT0H15M0S|END:VALARM",
        &prague(),
    );
    assert_eq!(
        alarm,
        "DTSTART:20060703T070000Z|BEGIN:VALARM|TRIGGER:-PT15M|ACTION:DISPLAY|END:VALARM"
    );
}
