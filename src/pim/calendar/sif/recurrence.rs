//! The recurrence of SIF, in fields: `RecurrenceType`, `Interval`, `DayOfWeekMask`, `Instance`, ...

use jiff::civil::{DateTime, Weekday};

use crate::pim::recur::{End, Freq, Nth, Rule};
use crate::pim::when::When;

/// Reads the fields of a recurrence, each by its name; the end is as the device wrote it.
pub(super) fn read<'f>(field: impl Fn(&str) -> Option<&'f str>) -> Option<Rule> {
    let number = |name: &str| field(name).and_then(|text| text.trim().parse::<i64>().ok());
    let small = |name: &str, most: i64| {
        let number = number(name).filter(|n| (1..=most).contains(n))?;
        i8::try_from(number).ok()
    };
    let days = mask(number("DayOfWeekMask").unwrap_or(0));
    let each = || {
        days.iter()
            .map(|day| Nth { nth: 0, day: *day })
            .collect::<Vec<_>>()
    };
    let (month_day, month) = (small("DayOfMonth", 31), small("MonthOfYear", 12));
    let mut rule = match number("RecurrenceType")? {
        0 => Rule::every(Freq::Daily),
        1 => Rule {
            by_day: each(),
            ..Rule::every(Freq::Weekly)
        },
        2 => Rule {
            by_month_day: month_day.into_iter().collect(),
            ..Rule::every(Freq::Monthly)
        },
        3 => Rule::every(Freq::Monthly),
        5 => Rule {
            by_month: month.into_iter().collect(),
            by_month_day: month_day.into_iter().collect(),
            ..Rule::every(Freq::Yearly)
        },
        6 => Rule {
            by_month: month.into_iter().collect(),
            ..Rule::every(Freq::Yearly)
        },
        _ => return None,
    };
    if matches!(number("RecurrenceType"), Some(3 | 6)) {
        let nth = match small("Instance", 5)? {
            5 => -1,
            nth => nth,
        };
        match days.as_slice() {
            [] => return None,
            [day] => rule.by_day = vec![Nth { nth, day: *day }],
            _ => {
                rule.by_day = each();
                rule.by_position = vec![i16::from(nth)];
            }
        }
    }
    rule.interval = number("Interval")
        .and_then(|n| u32::try_from(n).ok())
        .unwrap_or(1)
        .max(1);
    let endless =
        field("NoEndDate").is_some_and(|text| matches!(text.trim(), "1" | "-1" | "True" | "true"));
    let count = number("Occurrences")
        .and_then(|n| u32::try_from(n).ok())
        .filter(|n| *n > 0);
    rule.end = match (endless, count, field("PatternEndDate").and_then(When::read)) {
        (true, _, _) | (false, None, None) => End::Never,
        (false, Some(count), _) => End::Count(count),
        (false, None, Some(until)) => End::Until(until),
    };
    Some(rule)
}

/// The fields of a rule whose entry starts then, on the device's clock; `None` when SIF has no words for it.
pub(super) fn write(rule: &Rule, start: DateTime) -> Option<Vec<(&'static str, String)>> {
    let plain = rule.plain(start);
    let positions = plain.by_position.as_slice();
    let spoken = plain.by_year_day.is_empty()
        && plain.by_week.is_empty()
        && plain.others.is_empty()
        && plain.by_hour.is_empty()
        && plain.by_minute.is_empty()
        && plain.by_second.is_empty()
        && positions.len() < 2;
    if !spoken {
        return None;
    }
    let bits = |days: &[Nth]| days.iter().map(|nth| bit(nth.day)).sum::<u32>().to_string();
    let no_dates = plain.by_month_day.is_empty() && plain.by_month.is_empty();
    let mut fields = match (plain.freq, plain.by_day.as_slice()) {
        (Freq::Daily, []) if no_dates && positions.is_empty() => {
            vec![("RecurrenceType", "0".to_owned())]
        }
        (Freq::Weekly, days) if no_dates && positions.is_empty() => {
            let own = [Nth {
                nth: 0,
                day: start.weekday(),
            }];
            let days = if days.is_empty() { &own[..] } else { days };
            let monday =
                plain.week_start == Weekday::Monday || plain.interval == 1 || days.len() == 1;
            if !monday || days.iter().any(|day| day.nth != 0) {
                return None;
            }
            vec![
                ("RecurrenceType", "1".to_owned()),
                ("DayOfWeekMask", bits(days)),
            ]
        }
        (Freq::Monthly, []) if plain.by_month.is_empty() && positions.is_empty() => {
            vec![
                ("RecurrenceType", "2".to_owned()),
                ("DayOfMonth", only(&plain.by_month_day, start.day())?),
            ]
        }
        (Freq::Monthly, days) if no_dates => {
            let nth = match (positions, days) {
                ([], [one]) => i16::from(one.nth),
                ([position], _) if days.iter().all(|day| day.nth == 0) => *position,
                _ => return None,
            };
            let instance = match nth {
                -1 => 5,
                1..=4 => nth,
                _ => return None,
            };
            // Years are counted in months where the rule is simple: twelve of them are one again.
            let yearly = plain.interval.is_multiple_of(12);
            let mut fields = vec![
                ("RecurrenceType", if yearly { "6" } else { "3" }.to_owned()),
                ("DayOfWeekMask", bits(days)),
                ("Instance", instance.to_string()),
            ];
            if yearly {
                fields.push(("MonthOfYear", start.month().to_string()));
            }
            fields
        }
        (Freq::Yearly, []) if positions.is_empty() => vec![
            ("RecurrenceType", "5".to_owned()),
            ("MonthOfYear", only(&plain.by_month, start.month())?),
            ("DayOfMonth", only(&plain.by_month_day, start.day())?),
        ],
        (
            Freq::Secondly
            | Freq::Minutely
            | Freq::Hourly
            | Freq::Daily
            | Freq::Weekly
            | Freq::Monthly
            | Freq::Yearly,
            _,
        ) => return None,
    };
    let in_years = fields.first().is_some_and(|(_, kind)| kind == "6");
    let interval = if in_years {
        plain.interval / 12
    } else {
        plain.interval
    };
    fields.push(("Interval", interval.to_string()));
    Some(fields)
}

/// The one number of a list, or this one of the start; `None` for more than one, or one that counts from the end.
fn only(list: &[i8], own: i8) -> Option<String> {
    match list {
        [] => Some(own.to_string()),
        [one] if *one > 0 => Some(one.to_string()),
        _ => None,
    }
}

/// The bit of a day: Sunday is 1, Monday 2, ...
fn bit(day: Weekday) -> u32 {
    1 << day.since(Weekday::Sunday)
}

fn mask(bits: i64) -> Vec<Weekday> {
    crate::pim::recur::WEEK
        .into_iter()
        .filter(|day| bits & i64::from(bit(*day)) != 0)
        .collect()
}
