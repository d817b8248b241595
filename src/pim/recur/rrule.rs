//! `RRULE` and `EXRULE` of iCalendar 2.0. RFC 5545, section 3.3.10.

use super::{End, Freq, MAX_LIST, Nth, Rule, letters, weekday};
use crate::pim::when::When;

impl Rule {
    /// Reads a rule of iCalendar; `None` when it has no `FREQ` or a part makes no sense. `COUNT` wins over `UNTIL`.
    #[must_use]
    pub fn read_new(text: &str) -> Option<Self> {
        let mut rule = Self::every(Freq::Daily);
        let mut freq = None;
        for part in text
            .split(';')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let (name, value) = part.split_once('=')?;
            let value = value.trim();
            match name.trim().to_ascii_uppercase().as_str() {
                "FREQ" => freq = Some(named(value)?),
                "INTERVAL" => rule.interval = number(value).filter(|every| *every >= 1)?,
                "COUNT" => rule.end = End::Count(number(value)?),
                "UNTIL" => match rule.end {
                    End::Never | End::Until(_) => rule.end = End::Until(When::read(value)?),
                    End::Count(_) => {}
                },
                "BYSECOND" => rule.by_second = list(value, 0, 60, false)?,
                "BYMINUTE" => rule.by_minute = list(value, 0, 59, false)?,
                "BYHOUR" => rule.by_hour = list(value, 0, 23, false)?,
                "BYDAY" => rule.by_day = days(value)?,
                "BYMONTHDAY" => rule.by_month_day = list(value, 1, 31, true)?,
                "BYYEARDAY" => rule.by_year_day = list(value, 1, 366, true)?,
                "BYWEEKNO" => rule.by_week = list(value, 1, 53, true)?,
                "BYMONTH" => rule.by_month = list(value, 1, 12, false)?,
                "BYSETPOS" => rule.by_position = list(value, 1, 366, true)?,
                "WKST" => rule.week_start = weekday(value)?,
                _ => rule.others.push(part.to_owned()),
            }
        }
        rule.freq = freq?;
        for second in &mut rule.by_second {
            *second = (*second).min(59);
        }
        Some(rule)
    }

    /// The rule as iCalendar writes it.
    #[must_use]
    pub fn write_new(&self) -> String {
        let mut out = format!("FREQ={}", name(self.freq));
        if self.interval != 1 {
            out.extend([";INTERVAL=", &self.interval.to_string()]);
        }
        match self.end {
            End::Never => {}
            End::Count(count) => out.extend([";COUNT=", &count.to_string()]),
            End::Until(when) => out.extend([";UNTIL=", &when.basic()]),
        }
        put(&mut out, "BYMONTH", &self.by_month);
        put(&mut out, "BYWEEKNO", &self.by_week);
        put(&mut out, "BYYEARDAY", &self.by_year_day);
        put(&mut out, "BYMONTHDAY", &self.by_month_day);
        let days: Vec<String> = self.by_day.iter().map(ToString::to_string).collect();
        put(&mut out, "BYDAY", &days);
        put(&mut out, "BYHOUR", &self.by_hour);
        put(&mut out, "BYMINUTE", &self.by_minute);
        put(&mut out, "BYSECOND", &self.by_second);
        put(&mut out, "BYSETPOS", &self.by_position);
        if self.week_start != jiff::civil::Weekday::Monday {
            out.extend([";WKST=", letters(self.week_start)]);
        }
        for other in &self.others {
            out.extend([";", other]);
        }
        out
    }
}

/// As iCalendar writes it: `MO`, `2TU`, `-1FR`.
impl std::fmt::Display for Nth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.nth != 0 {
            write!(f, "{}", self.nth)?;
        }
        f.write_str(letters(self.day))
    }
}

fn put<T: ToString>(out: &mut String, name: &str, list: &[T]) {
    if !list.is_empty() {
        let list: Vec<String> = list.iter().map(ToString::to_string).collect();
        out.extend([";", name, "=", &list.join(",")]);
    }
}

fn number(text: &str) -> Option<u32> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // A number past all bounds is as good as the largest.
    Some(text.parse().unwrap_or(u32::MAX))
}

/// Numbers between commas, within these limits, or from the end where that may be.
fn list<T: TryFrom<i16>>(text: &str, least: i16, most: i16, from_end: bool) -> Option<Vec<T>> {
    let mut out = Vec::new();
    for word in text
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty())
    {
        let number: i16 = word.strip_prefix('+').unwrap_or(word).parse().ok()?;
        let fits = (least..=most).contains(&number)
            || (from_end && (least..=most).contains(&number.checked_neg()?));
        if !fits || out.len() >= MAX_LIST {
            return None;
        }
        out.push(T::try_from(number).ok()?);
    }
    (!out.is_empty()).then_some(out)
}

fn days(text: &str) -> Option<Vec<Nth>> {
    let mut out = Vec::new();
    for word in text
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty())
    {
        let at = word.len().checked_sub(2)?;
        let (nth, day) = word.split_at_checked(at)?;
        let nth = match nth.trim() {
            "" => 0,
            nth => nth.strip_prefix('+').unwrap_or(nth).parse().ok()?,
        };
        if !(-53..=53).contains(&nth) || out.len() >= MAX_LIST {
            return None;
        }
        out.push(Nth {
            nth,
            day: weekday(day)?,
        });
    }
    (!out.is_empty()).then_some(out)
}

fn named(text: &str) -> Option<Freq> {
    FREQS
        .into_iter()
        .find(|freq| name(*freq).eq_ignore_ascii_case(text))
}

fn name(freq: Freq) -> &'static str {
    match freq {
        Freq::Secondly => "SECONDLY",
        Freq::Minutely => "MINUTELY",
        Freq::Hourly => "HOURLY",
        Freq::Daily => "DAILY",
        Freq::Weekly => "WEEKLY",
        Freq::Monthly => "MONTHLY",
        Freq::Yearly => "YEARLY",
    }
}

const FREQS: [Freq; 7] = [
    Freq::Secondly,
    Freq::Minutely,
    Freq::Hourly,
    Freq::Daily,
    Freq::Weekly,
    Freq::Monthly,
    Freq::Yearly,
];
