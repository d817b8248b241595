//! What the lens promises of events and tasks, over invented ones, devices and edits.

use std::fmt::Write as _;

use super::*;
use crate::pim::calendar::{AlarmForm, AllDay, Scale, Times, ZoneRules};

fn zone() -> impl Strategy<Value = Option<String>> {
    prop::sample::select(vec![
        None,
        Some("Europe/Prague"),
        Some("America/New_York"),
        Some("Asia/Kathmandu"),
    ])
    .prop_map(|zone| zone.map(str::to_owned))
}

/// Habits of devices, one or two at a time.
fn habits() -> impl Strategy<Value = CalendarQuirks> {
    let one = prop::sample::select(vec![
        |_: &mut CalendarQuirks| {},
        |q: &mut CalendarQuirks| q.times = Times::Local,
        |q: &mut CalendarQuirks| q.times = Times::Utc,
        |q: &mut CalendarQuirks| q.zone_in_event = true,
        |q: &mut CalendarQuirks| q.daylight_of_now = true,
        |q: &mut CalendarQuirks| q.no_daylight = true,
        |q: &mut CalendarQuirks| q.first_year = Some(1980),
        |q: &mut CalendarQuirks| q.alarms_in_utc = true,
        |q: &mut CalendarQuirks| q.bare_alarms = true,
        |q: &mut CalendarQuirks| q.alarms = AlarmForm::Audio,
        |q: &mut CalendarQuirks| q.alarms = AlarmForm::Display,
        |q: &mut CalendarQuirks| q.all_day = AllDay::TwentyFour,
        |q: &mut CalendarQuirks| q.all_day = AllDay::LastMinute,
        |q: &mut CalendarQuirks| q.all_day = AllDay::Category,
        |q: &mut CalendarQuirks| q.all_day = AllDay::EightToSix,
        |q: &mut CalendarQuirks| q.epoc_types = true,
        |q: &mut CalendarQuirks| q.description_is_summary = true,
        |q: &mut CalendarQuirks| q.x_categories = true,
        |q: &mut CalendarQuirks| q.endless_rules = true,
        |q: &mut CalendarQuirks| q.end_day_early = true,
        |q: &mut CalendarQuirks| q.zone_rules = ZoneRules::Short,
        |q: &mut CalendarQuirks| q.zone_rules = ZoneRules::None,
        |q: &mut CalendarQuirks| q.plain_zones = true,
        |q: &mut CalendarQuirks| q.no_count = true,
        |q: &mut CalendarQuirks| q.recurring_in_utc = true,
        |q: &mut CalendarQuirks| q.priority = Scale::Three,
        |q: &mut CalendarQuirks| q.due_is_day = true,
        |q: &mut CalendarQuirks| q.needs_description = true,
        |q: &mut CalendarQuirks| q.no_priority = true,
        |q: &mut CalendarQuirks| q.simple_rules = true,
        |q: &mut CalendarQuirks| q.overrides_beside = true,
        |q: &mut CalendarQuirks| q.no_dates = true,
    ]);
    prop::collection::vec(one, 0..3).prop_map(|habits| {
        let mut quirks = CalendarQuirks::default();
        for habit in habits {
            habit(&mut quirks);
        }
        quirks
    })
}

fn caps() -> impl Strategy<Value = Option<Caps>> {
    let name = prop::sample::select(vec![
        "SUMMARY",
        "DESCRIPTION",
        "LOCATION",
        "AALARM",
        "DALARM",
        "VALARM",
        "EXDATE",
        "CATEGORIES",
        "PRIORITY",
        "CLASS",
        "STATUS",
        "ATTENDEE",
        "RECURRENCE-ID",
        "RDATE",
        "TRANSP",
        "X-KEPT",
        "TZ",
    ]);
    let listed =
        prop::collection::vec((name, prop::option::of(1..20_usize)), 1..12).prop_map(|names| {
            Caps {
                properties: names
                    .into_iter()
                    .map(|(name, max_size)| Capability {
                        max_size,
                        ..Capability::named(name)
                    })
                    .collect(),
            }
        });
    prop::option::of(listed)
}

fn device() -> impl Strategy<Value = Lens> {
    let form = prop::sample::select(vec![VCAL, ICAL, Form::Sif]);
    (form, zone(), any::<bool>(), habits(), caps()).prop_map(|(form, zone, utc, calendar, caps)| {
        Lens {
            zone,
            utc,
            calendar,
            caps,
            now: Millis(1_149_163_200_000),
            ..Lens::of(form)
        }
    })
}

fn rule() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "",
        "RRULE:FREQ=DAILY;COUNT=9|",
        "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH|",
        "RRULE:FREQ=MONTHLY;BYDAY=2TU;COUNT=7|",
        "RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1|",
        "RRULE:FREQ=YEARLY|",
        "RRULE:FREQ=WEEKLY;UNTIL=20300101T000000Z|",
        "RRULE:FREQ=DAILY;BYHOUR=9,17;COUNT=20|",
    ])
}

/// The fields of an invented event, each of which may be missing.
fn fields() -> impl Strategy<Value = Vec<&'static str>> {
    prop::sample::subsequence(
        vec![
            "DESCRIPTION:Agenda\\nand more",
            "LOCATION:Room 1",
            "CATEGORIES:Work,Weekly",
            "PRIORITY:1",
            "CLASS:PRIVATE",
            "STATUS:TENTATIVE",
            "TRANSP:TRANSPARENT",
            "ATTENDEE;CN=Jane;PARTSTAT=ACCEPTED:mailto:j@example.org",
            "ATTENDEE;CN=Jim;ROLE=OPT-PARTICIPANT:mailto:i@example.org",
            "ORGANIZER:mailto:o@example.org",
            "URL:http://example.org/",
            "X-KEPT;X-P=q:yes",
            "COMMENT:one",
            "BEGIN:VALARM|ACTION:DISPLAY|DESCRIPTION:Soon|TRIGGER:-PT15M|END:VALARM",
            "BEGIN:VALARM|ACTION:AUDIO|TRIGGER;RELATED=END:-PT5M|DURATION:PT5M|REPEAT:2|END:VALARM",
        ],
        0..15,
    )
}

/// An event on a clock, in UTC, on everybody's clock or of whole days; with moved occurrences.
fn item() -> impl Strategy<Value = Content> {
    let times = prop::sample::select(vec![
        (";TZID=Europe/Prague", "T091500", "T101500"),
        (";TZID=America/New_York", "T201500", "T211500"),
        ("", "T091500Z", "T101500Z"),
        ("", "T091500", "T101500"),
        (";VALUE=DATE", "", ""),
    ]);
    let dates = (1981..2035_i16, 1..=12_i8, 1..=27_i8);
    (times, dates, rule(), fields(), any::<bool>(), any::<bool>()).prop_map(
        |((zone, from, to), (year, month, day), rule, fields, excludes, moves)| {
            let date = |plus: i8| format!("{year:04}{month:02}{:02}", day + plus);
            let end = date(i8::from(from.is_empty()));
            let mut lines = format!(
                "UID:1|DTSTAMP:20060101T000000Z|SUMMARY:Team|DTSTART{zone}:{0}{from}|DTEND{zone}:{end}{to}|{rule}",
                date(0)
            );
            if excludes && !rule.is_empty() {
                let _ = write!(lines, "EXDATE{zone}:{}{from}|", date(1));
            }
            // Alarms stand behind all properties.
            lines += &fields.join("|");
            let lines = lines.trim_end_matches('|').to_owned();
            let mut entries = format!("BEGIN:VEVENT|{lines}|END:VEVENT");
            if moves && !rule.is_empty() {
                let _ = write!(
                    entries,
                    "|BEGIN:VEVENT|UID:1|DTSTAMP:20060101T000000Z|RECURRENCE-ID{zone}:{0}{from}|SUMMARY:Moved|DTSTART{zone}:{0}{from}|DTEND{zone}:{end}{to}|END:VEVENT",
                    date(0)
                );
            }
            calendar("2.0", &format!("PRODID:-//x|{entries}"))
        },
    )
}

/// The names of the properties of the first entry.
fn names(content: &Content) -> Vec<String> {
    let inside = inside(content);
    let mut parts = inside.split("BEGIN:VALARM");
    let first = parts.next().unwrap_or_default();
    let first = first.split("RECURRENCE-ID").next().unwrap_or_default();
    let mut names: Vec<String> = first
        .split('|')
        .map(|line| line.split([':', ';']).next().unwrap_or_default().to_owned())
        .collect();
    names.sort();
    names
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn an_event_that_comes_back_unchanged_changes_nothing(item in item(), device in device()) {
        let shown = device.render(&item);
        prop_assert_eq!(device.apply_edits(Some(&item), &item, &shown), Applied::Unchanged, "{}", text(&shown));
        // A later sync tells the same, whatever is told of an endless series by then.
        let later = Lens { now: Millis(device.now.0 + 86_400_000), ..device };
        prop_assert_eq!(later.apply_edits(Some(&item), &item, &shown), Applied::Unchanged, "{}", text(&shown));
    }

    #[test]
    fn an_edit_of_the_summary_changes_the_summary_and_no_other_field(item in item(), device in device()) {
        let device = Lens { caps: device.caps.map(|mut caps| { caps.properties.retain(|p| p.name != "SUMMARY"); caps }), ..device };
        let shown = device.render(&item);
        let edited = Content {
            body: text(&shown).replacen("Team", "Crew", 1).into_bytes(),
            ..shown.clone()
        };
        let plain = Lens::of(ICAL).canonical(&item);
        match device.apply_edits(Some(&item), &item, &edited) {
            Applied::Edited(result) => {
                prop_assert_eq!(inside(&result), inside(&plain).replace("Team", "Crew"), "{}", text(&edited));
            }
            odd @ (Applied::Unchanged | Applied::Merged(_) | Applied::Conflict { .. }) => {
                prop_assert!(false, "{odd:?}");
            }
        }
    }

    #[test]
    fn a_field_that_the_device_has_not_got_outlives_a_body_of_nothing_else(item in item(), device in device()) {
        // The worst of devices: it sends back a summary and times, and nothing of the rest that it was sent.
        let shown = names(&device.render(&item));
        let came = if device.form == Form::Sif {
            Content { body: b"<appointment><Subject>Crew</Subject></appointment>".to_vec(), media_type: MediaType::new("text/x-s4j-sife") }
        } else {
            let version = if device.form == VCAL { "1.0" } else { "2.0" };
            calendar(version, "BEGIN:VEVENT|SUMMARY:Crew|DTSTART:20060109T090000Z|END:VEVENT")
        };
        let (Applied::Edited(result) | Applied::Merged(result) | Applied::Conflict { theirs: result, .. }) = device.apply_edits(Some(&item), &item, &came) else {
            return Err(TestCaseError::fail("an edit"));
        };
        let (before, after) = (names(&item), names(&result));
        for name in ["DESCRIPTION", "LOCATION", "CLASS", "X-KEPT", "URL", "COMMENT", "PRIORITY", "TRANSP"] {
            let had = before.iter().any(|n| n == name);
            let hidden = !shown.iter().any(|n| n == name);
            let summarised = name == "DESCRIPTION" && device.calendar.description_is_summary;
            if had && (hidden || device.form == Form::Sif) && !summarised {
                prop_assert!(after.iter().any(|n| n == name), "{} of {} as {}", name, inside(&item), inside(&device.render(&item)));
            }
        }
    }

    #[test]
    fn any_body_has_an_answer(item in item(), device in device(), line in "(DTSTART|DTEND|RRULE|EXDATE|RDATE|AALARM|TRIGGER|RECURRENCE-ID|TZ|DAYLIGHT)[:;][A-Z0-9:;+#=, \\-]{0,30}") {
        for version in ["1.0", "2.0"] {
            let came = calendar(version, &format!("BEGIN:VEVENT|SUMMARY:a|{line}|END:VEVENT"));
            let _ = device.apply_edits(Some(&item), &item, &came);
            let _ = device.render(&came);
            let _ = device.canonical(&came);
        }
    }
}
