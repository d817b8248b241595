//! The rules of vCalendar 1.0: `D2 #5`, `W1 MO WE 20240630T000000Z`, `MP1 2+ TU #0`.
//!
//! The numbers behind `#` count occurrences, the first included; `#0` is for ever, and nothing at all is `#2`. Minute
//! rules and rules inside others are not read: a rule that holds one is kept as text by whoever asked. vCalendar 1.0,
//! section 2.1.9.

use jiff::civil::DateTime;

use super::{End, Freq, MAX_LIST, Nth, Rule, letters, weekday};
use crate::pim::when::When;

impl Rule {
    /// Reads a rule of vCalendar for an entry that starts then; `None` when it is none. Words that mean nothing are read over.
    /// What it leaves out (the day of `W1`, of `MD1`, of `YM1`) both versions take from the start.
    #[must_use]
    pub fn read_old(text: &str, start: DateTime) -> Option<Self> {
        let text = text.trim();
        let letters = text
            .find(|c: char| !c.is_ascii_alphabetic())
            .filter(|at| *at > 0)?;
        let (kind, rest) = text.split_at_checked(letters)?;
        let mut words = rest.split_ascii_whitespace();
        let interval = words.next()?.parse().ok().filter(|every| *every >= 1)?;
        let kind = Kind::named(kind)?;
        let mut rule = Self {
            interval,
            end: End::Count(2),
            ..Self::every(kind.freq())
        };
        let mut waiting = Vec::new();
        for (index, word) in words.enumerate() {
            if index > MAX_LIST {
                return None;
            }
            if let Some(end) = end(word)? {
                rule.end = end;
            } else {
                rule.take(kind, word, &mut waiting);
            }
        }
        if kind == Kind::ByPosition {
            rule.by_day.extend(waiting.iter().map(|nth| Nth {
                nth: *nth,
                day: start.weekday(),
            }));
        }
        if kind == Kind::ByPosition && rule.by_day.is_empty() {
            rule.by_day.push(Nth {
                nth: (start.day() - 1) / 7 + 1,
                day: start.weekday(),
            });
        }
        Some(rule)
    }

    /// Takes one word of the list behind the interval.
    fn take(&mut self, kind: Kind, word: &str, waiting: &mut Vec<i8>) {
        match kind {
            Kind::Day => {}
            Kind::Week => self
                .by_day
                .extend(weekday(word).map(|day| Nth { nth: 0, day })),
            Kind::ByPosition => match weekday(word) {
                Some(day) => {
                    if waiting.is_empty() {
                        waiting.extend(self.by_day.last().map(|last| last.nth));
                    }
                    let days = waiting.drain(..).map(|nth| Nth { nth, day });
                    self.by_day.extend(days);
                }
                None => waiting.extend(signed(word, 5)),
            },
            Kind::MonthDay if word.eq_ignore_ascii_case("LD") => self.by_month_day.push(-1),
            Kind::MonthDay => self.by_month_day.extend(signed(word, 31)),
            Kind::Month => self
                .by_month
                .extend(signed(word, 12).filter(|month| *month > 0)),
            Kind::YearDay => {
                let day = word
                    .parse()
                    .ok()
                    .filter(|day: &i16| (1..=366).contains(day));
                self.by_year_day.extend(day);
            }
        }
    }

    /// The rule as vCalendar writes it for an entry that starts then; `None` when its grammar has no words for it.
    ///
    /// The rule must be [`Rule::plain`] already; one written so is read back as a rule of the same occurrences.
    #[must_use]
    pub fn write_old(&self, start: DateTime) -> Option<String> {
        let n = self.interval;
        let beyond = self.names_times()
            || !self.by_week.is_empty()
            || !self.by_position.is_empty()
            || !self.others.is_empty();
        if beyond {
            return None;
        }
        let (days, dates) = (&self.by_day, &self.by_month_day);
        let (year_days, months) = (&self.by_year_day, &self.by_month);
        let nothing =
            days.is_empty() && dates.is_empty() && year_days.is_empty() && months.is_empty();
        let no_years = year_days.is_empty() && months.is_empty();
        let head = match self.freq {
            Freq::Daily if nothing => format!("D{n}"),
            Freq::Weekly if dates.is_empty() && no_years && days.iter().all(|day| day.nth == 0) => {
                // Weeks begin with Monday in the old grammar, as far as anybody knows.
                let elsewhere = self.week_start != jiff::civil::Weekday::Monday;
                let own = [Nth {
                    nth: 0,
                    day: start.weekday(),
                }];
                let days = if days.is_empty() { &own[..] } else { days };
                if elsewhere && n > 1 && days != own {
                    return None;
                }
                format!("W{n}{}", words(days, |day| letters(day.day).to_owned()))
            }
            Freq::Monthly if dates.is_empty() && no_years && !days.is_empty() => {
                format!("MP{n}{}", positions(days)?)
            }
            Freq::Monthly if days.is_empty() && no_years => {
                let own = [start.day()];
                let dates = if dates.is_empty() { &own[..] } else { dates };
                format!("MD{n}{}", words(dates, |day| date(*day)))
            }
            Freq::Yearly if days.is_empty() && dates.is_empty() && year_days.is_empty() => {
                let own = [start.month()];
                let months = if months.is_empty() { &own[..] } else { months };
                format!("YM{n}{}", words(months, ToString::to_string))
            }
            Freq::Yearly
                if days.is_empty()
                    && dates.is_empty()
                    && months.is_empty()
                    && year_days.iter().all(|day| *day > 0) =>
            {
                format!("YD{n}{}", words(year_days, ToString::to_string))
            }
            Freq::Secondly
            | Freq::Minutely
            | Freq::Hourly
            | Freq::Daily
            | Freq::Weekly
            | Freq::Monthly
            | Freq::Yearly => return None,
        };
        Some(match self.end {
            End::Never => head + " #0",
            End::Count(count) => format!("{head} #{count}"),
            End::Until(when) => format!("{head} {}", when.basic()),
        })
    }
}

/// The six kinds of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Day,
    Week,
    ByPosition,
    MonthDay,
    Month,
    YearDay,
}

impl Kind {
    fn named(text: &str) -> Option<Self> {
        Some(match text.to_ascii_uppercase().as_str() {
            "D" => Self::Day,
            "W" => Self::Week,
            "MP" => Self::ByPosition,
            "MD" => Self::MonthDay,
            "YM" => Self::Month,
            "YD" => Self::YearDay,
            _ => return None,
        })
    }

    fn freq(self) -> Freq {
        match self {
            Self::Day => Freq::Daily,
            Self::Week => Freq::Weekly,
            Self::ByPosition | Self::MonthDay => Freq::Monthly,
            Self::Month | Self::YearDay => Freq::Yearly,
        }
    }
}

/// `#5`, `#0` or a date of more than two digits, as the end of a rule; an error (`None`) when a rule inside this one begins.
#[expect(
    clippy::option_option,
    reason = "the outer one is whether the rule can be read at all"
)]
fn end(word: &str) -> Option<Option<End>> {
    if let Some(count) = word.strip_prefix('#') {
        let count: u32 = count.parse().ok()?;
        return Some(Some(if count == 0 {
            End::Never
        } else {
            End::Count(count)
        }));
    }
    if word.len() > 4 && word.starts_with(|c: char| c.is_ascii_digit()) {
        return When::read(word).map(|when| Some(End::Until(when)));
    }
    let inner = word.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(0);
    let nested = word.get(..inner).and_then(Kind::named).is_some()
        || word.starts_with(['M', 'm']) && inner == 1;
    (!nested).then_some(None)
}

/// `2+`, `1-`, `3`: a number that counts from the end with a minus behind it (or, as some write, before it).
fn signed(word: &str, most: i8) -> Option<i8> {
    let word = word.trim_end_matches('$');
    let (digits, sign) = match (word.strip_suffix('-'), word.strip_prefix('-')) {
        (Some(digits), _) | (None, Some(digits)) => (digits, -1),
        (None, None) => (word.trim_matches('+'), 1),
    };
    let number: i8 = digits.parse().ok()?;
    (1..=most).contains(&number).then_some(number * sign)
}

/// ` 1+ TU WE 1- FR`; `None` where a day has no position the old grammar knows.
fn positions(days: &[Nth]) -> Option<String> {
    let mut out = String::new();
    let mut said = 0;
    for Nth { nth, day } in days {
        if !(-5..=5).contains(nth) || *nth == 0 {
            return None;
        }
        if said != *nth {
            let sign = if *nth < 0 { "-" } else { "+" };
            out.extend([" ", &nth.unsigned_abs().to_string(), sign]);
            said = *nth;
        }
        out.extend([" ", letters(*day)]);
    }
    Some(out)
}

/// Words behind the interval, a blank before each.
fn words<T>(list: &[T], word: impl Fn(&T) -> String) -> String {
    let mut out = String::new();
    for one in list {
        out.extend([" ", &word(one)]);
    }
    out
}

/// `15`, `LD`, `2-`.
fn date(day: i8) -> String {
    match day {
        -1 => "LD".to_owned(),
        ..0 => format!("{}-", day.unsigned_abs()),
        day => day.to_string(),
    }
}
