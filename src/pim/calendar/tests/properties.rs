//! What conversions promise, over invented entries.

use proptest::prelude::*;

use super::*;
use crate::pim::recur::Occurrences;
use crate::pim::recur::Rule;
use crate::pim::when::When;

fn view() -> impl Strategy<Value = View> {
    let zone = prop::sample::select(vec![
        "Europe/Prague",
        "America/New_York",
        "Asia/Kathmandu",
        "Australia/Sydney",
    ]);
    let all_day = prop::sample::select(vec![
        AllDay::NextMidnight,
        AllDay::TwentyFour,
        AllDay::LastMinute,
        AllDay::LastSecond,
    ]);
    (zone, any::<bool>(), all_day, any::<bool>()).prop_map(
        |(zone, utc, all_day, daylight_of_now)| View {
            zone: Zone::named(zone),
            utc,
            quirks: CalendarQuirks {
                all_day,
                daylight_of_now: daylight_of_now && utc,
                ..CalendarQuirks::default()
            },
            ..prague()
        },
    )
}

/// A time at noon-ish hours: none that a spring skips or an autumn repeats.
fn start() -> impl Strategy<Value = String> {
    let zone = prop::sample::select(vec![
        "Europe/Prague",
        "America/New_York",
        "Asia/Tokyo",
        "Europe/London",
    ]);
    (1985..2040_i16, 1..=12_i8, 1..=28_i8, 8..22_i8, zone).prop_map(
        |(year, month, day, hour, zone)| {
            format!("DTSTART;TZID={zone}:{year:04}{month:02}{day:02}T{hour:02}1500")
        },
    )
}

fn rule() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "FREQ=DAILY;COUNT=9",
        "FREQ=WEEKLY;INTERVAL=2;COUNT=5",
        "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=12",
        "FREQ=MONTHLY;BYDAY=2TU;COUNT=7",
        "FREQ=YEARLY;COUNT=4",
        "FREQ=WEEKLY;BYDAY=SU,WE",
    ])
}

/// The instants of the first occurrences of the event in a canonical document.
fn instants(document: &Document, view: &View) -> Vec<String> {
    let calendar = calendar(document);
    let clock = clock::Clock::new(view, calendar, 2006);
    let entry = calendar.components.iter().find(|c| is_entry(c)).unwrap();
    let start = clock.item(entry.first("DTSTART").unwrap()).unwrap();
    let rule = entry
        .first("RRULE")
        .map(|rule| Rule::read_new(&rule.text()).unwrap());
    let on_zone = |at| clock::Moment {
        when: match start.when {
            When::Utc(_) => When::Utc(at),
            When::Local(_) | When::Day(_) => When::Local(at),
        },
        zone: start.zone.clone(),
    };
    let Some(rule) = rule else {
        return vec![When::Utc(start.utc(None).unwrap()).basic()];
    };
    let rule = rule::on_own_clock(&rule, &start, &clock);
    Occurrences::new(&rule, start.when.at())
        .take(12)
        .map(|at| When::Utc(on_zone(at).utc(None).unwrap()).basic())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn an_instant_is_the_same_after_a_visit_to_any_device(start in start(), view in view()) {
        let ours = tree("2.0", &event(&start));
        for version in [Version::Calendar10, Version::Calendar20] {
            let shown = render(&ours, version, &view).unwrap();
            prop_assert_eq!(instants(&read(&shown.document, &view), &view), instants(&ours, &view), "{}", lines(&shown.document));
        }
    }

    #[test]
    fn occurrences_are_the_same_after_a_visit_to_a_device_in_their_zone(start in start(), rule in rule(), utc in any::<bool>()) {
        let zone = start.split(['=', ':']).nth(1).unwrap().to_owned();
        let view = View { zone: Zone::named(&zone), utc, ..prague() };
        let ours = tree("2.0", &event(&format!("{start}|RRULE:{rule}")));
        for version in [Version::Calendar10, Version::Calendar20] {
            let shown = render(&ours, version, &view).unwrap();
            let back = read(&shown.document, &view);
            prop_assert_eq!(instants(&back, &view), instants(&ours, &view), "{}", lines(&shown.document));
        }
    }

    #[test]
    fn a_day_stays_a_day_on_every_device(day in 1..=28_i8, length in 1..5_i8, view in view()) {
        let first = date(2006, 9, day);
        let end = first.checked_add(jiff::Span::new().days(length)).unwrap();
        let days = format!("DTSTART;VALUE=DATE:{}|DTEND;VALUE=DATE:{}", When::Day(first).basic(), When::Day(end).basic());
        prop_assert_eq!(from_old(&to_old(&days, &view), &view), days);
    }

    #[test]
    fn texts_survive_the_old_version(summary in "[ -~\u{e4}\u{4e2d}]{1,40}", view in view()) {
        let summary = summary.replace(['\\', '|'], "");
        prop_assume!(!summary.trim().is_empty());
        let mut ours = tree("2.0", &event("X-A:1"));
        ours.root.components[0].components[0].set(model::Property::text_of("SUMMARY", summary.trim()));
        let shown = render(&ours, Version::Calendar10, &view).unwrap();
        let body = model::write(&shown.document, &Spelling::of(Version::Calendar10));
        let back = read(&model::read(&body, Reading::default()).unwrap(), &view);
        prop_assert_eq!(back.root.components[0].components[0].text("SUMMARY"), summary.trim());
    }

    #[test]
    fn any_lines_have_an_answer(inner in "(DTSTART|DTEND|DUE|RRULE|EXDATE|AALARM|DALARM|TRIGGER|ATTENDEE|PRIORITY|STATUS|DURATION|TZ|DAYLIGHT)[:;][A-Z0-9:;+#=, \\-]{0,30}", start in start(), view in view()) {
        for version in ["1.0", "2.0"] {
            let document = tree(version, &event(&format!("{start}|{inner}")));
            let ours = read(&document, &view);
            for version in [Version::Calendar10, Version::Calendar20] {
                let _ = render(&ours, version, &view);
            }
        }
    }
}
