//! What rules promise, over invented ones.

use jiff::civil::{DateTime, date};
use proptest::prelude::*;

use super::*;

fn start() -> impl Strategy<Value = DateTime> {
    (1980..2060_i16, 1..=12_i8, 1..=31_i8, 0..24_i8, 0..60_i8).prop_filter_map(
        "a day of the calendar",
        |(year, month, day, hour, minute)| {
            let day = jiff::civil::Date::new(year, month, day).ok()?;
            Some(day.at(hour, minute, 0, 0))
        },
    )
}

fn list<T: std::fmt::Debug + Clone>(of: impl Strategy<Value = T>) -> impl Strategy<Value = Vec<T>> {
    prop_oneof![3 => Just(Vec::new()), 2 => prop::collection::vec(of, 1..4)]
}

fn rule() -> impl Strategy<Value = Rule> {
    let freq = prop::sample::select(vec![Freq::Daily, Freq::Weekly, Freq::Monthly, Freq::Yearly]);
    let nth = (
        prop_oneof![Just(0_i8), -5..=5_i8],
        prop::sample::select(WEEK.to_vec()),
    );
    let end = prop_oneof![
        Just(End::Never),
        (1..60_u32).prop_map(End::Count),
        (1990..2080_i16)
            .prop_map(|year| End::Until(When::Local(date(year, 6, 15).at(12, 0, 0, 0)))),
    ];
    let from_end =
        |most: i8| (1..=most, any::<bool>()).prop_map(|(n, end)| if end { -n } else { n });
    (
        (freq, 1..4_u32, end),
        list(nth.prop_map(|(nth, day)| Nth { nth, day })),
        list(from_end(31)),
        list(1..=12_i8),
        list((1..=366_i16).prop_map(|n| n)),
        list(from_end(5).prop_map(i16::from)),
        prop::sample::select(WEEK.to_vec()),
    )
        .prop_map(
            |(
                (freq, interval, end),
                by_day,
                by_month_day,
                by_month,
                by_year_day,
                by_position,
                week_start,
            )| Rule {
                interval,
                end,
                by_day,
                by_month_day,
                by_month,
                by_year_day: if freq == Freq::Yearly {
                    by_year_day
                } else {
                    Vec::new()
                },
                by_position,
                week_start,
                ..Rule::every(freq)
            },
        )
}

/// The first occurrences of a lifetime: what lies further may be beyond what is looked at.
fn some(rule: &Rule, start: DateTime) -> Vec<DateTime> {
    let end = start.year() + 70;
    Occurrences::new(rule, start)
        .take_while(|at| at.year() < end)
        .take(40)
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_rule_that_is_written_and_read_is_the_same(rule in rule()) {
        let written = rule.write_new();
        prop_assert_eq!(Rule::read_new(&written).unwrap(), rule);
    }

    #[test]
    fn simpler_parts_come_to_the_same_occurrences(rule in rule(), start in start()) {
        let plain = rule.plain(start);
        prop_assert_eq!(some(&plain, start), some(&rule, start), "{} as {}", rule.write_new(), plain.write_new());
    }

    #[test]
    fn what_an_old_device_is_told_exactly_it_can_tell_back(rule in rule(), start in start()) {
        let window = Window { from: start, until: date(2100, 1, 1).at(0, 0, 0, 0), most: 50 };
        match for_old(&rule, start, &window) {
            Fit::Exact(text) => {
                let back = Rule::read_old(&text, start).unwrap();
                prop_assert_eq!(some(&back, start), some(&rule, start), "{} as {}", rule.write_new(), text);
            }
            Fit::Dates(dates) => prop_assert!(dates.len() <= 50 && dates.iter().all(|at| *at > start)),
        }
    }

    #[test]
    fn a_last_occurrence_ends_a_rule_where_its_count_does(rule in rule(), start in start()) {
        if let Some(until) = rule.with_last(start) {
            let all = |rule| Occurrences::new(rule, start).take(80).collect::<Vec<_>>();
            prop_assert_eq!(all(&until), all(&rule));
        }
    }

    #[test]
    fn occurrences_go_forward_and_end(rule in rule(), start in start()) {
        let all = Occurrences::new(&rule, start).take(200).collect::<Vec<_>>();
        prop_assert!(all.windows(2).all(|two| two[0] < two[1]));
        prop_assert_eq!(all[0], start);
    }

    #[test]
    fn any_text_has_an_answer(text in "[A-Z0-9=;,+ #$\\-]{0,40}", start in start()) {
        for rule in [Rule::read_new(&text), Rule::read_old(&text, start)].into_iter().flatten() {
            let _ = for_old(&rule, start, &Window { from: start, until: start, most: 1 });
        }
    }
}
