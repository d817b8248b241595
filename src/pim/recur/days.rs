//! Which days of a period a rule names. RFC 5545, section 3.3.10: the table of what expands and what limits.

use jiff::civil::{Date, DateTime, Weekday};

use super::{Freq, Nth, Rule};

impl Rule {
    /// The days of the `n`th period after the start's, in order; `None` past the year 9999. Counts the days it looks at.
    pub(super) fn days(&self, start: DateTime, n: i64, looked_at: &mut usize) -> Option<Vec<Date>> {
        let steps = n.checked_mul(i64::from(self.interval))?;
        let (first, length) = match self.freq {
            Freq::Yearly => {
                let year = i64::from(start.year()).checked_add(steps)?;
                let first = Date::new(i16::try_from(year).ok()?, 1, 1).ok()?;
                if self.by_other_than_start() {
                    *looked_at += 1;
                    let own = Date::new(first.year(), start.month(), start.day());
                    return Some(own.into_iter().collect());
                }
                (first, first.days_in_year())
            }
            Freq::Monthly => {
                let month = i64::from(start.year()) * 12 + i64::from(start.month()) - 1;
                let month = month.checked_add(steps)?;
                let year = i16::try_from(month.div_euclid(12)).ok()?;
                let month = i8::try_from(month.rem_euclid(12) + 1).ok()?;
                let first = Date::new(year, month, 1).ok()?;
                (first, i16::from(first.days_in_month()))
            }
            Freq::Weekly => {
                let back = i64::from(start.weekday().since(self.week_start));
                (add(start.date(), steps.checked_mul(7)? - back)?, 7)
            }
            Freq::Daily => (add(start.date(), steps)?, 1),
            Freq::Secondly | Freq::Minutely | Freq::Hourly => (start.date(), 1),
        };
        let mut days = Vec::new();
        let mut day = first;
        let last = first.saturating_add(jiff::Span::new().days(length - 1));
        while day <= last {
            // Outlook's zones begin in 1601: a month the rule does not want is not looked at day by day.
            if !self.by_month.is_empty() && !self.by_month.contains(&day.month()) {
                *looked_at += 1;
                match day.last_of_month().tomorrow() {
                    Ok(next) => day = next,
                    Err(_) => break,
                }
                continue;
            }
            *looked_at += 1;
            if self.names(day, start) {
                days.push(day);
            }
            match day.tomorrow() {
                Ok(next) => day = next,
                Err(_) => break,
            }
        }
        Some(days)
    }

    /// Whether a yearly rule names no days, so that they are the start's.
    fn by_other_than_start(&self) -> bool {
        self.by_month.is_empty()
            && self.by_week.is_empty()
            && self.by_year_day.is_empty()
            && self.by_month_day.is_empty()
            && self.by_day.is_empty()
    }

    /// Whether a day is one of the rule's, as far as days go.
    pub(super) fn names(&self, day: Date, start: DateTime) -> bool {
        let yearly = self.freq == Freq::Yearly;
        (self.by_month.is_empty() || self.by_month.contains(&day.month()))
            && (self.by_month_day.is_empty()
                || in_list(&self.by_month_day, day.day(), day.days_in_month()))
            && (self.by_year_day.is_empty()
                || in_list(&self.by_year_day, day.day_of_year(), day.days_in_year()))
            && (!yearly || self.in_weeks(day))
            && self.in_days(day)
            && self.in_default(day, start)
    }

    /// Where no part names the day, the start does.
    fn in_default(&self, day: Date, start: DateTime) -> bool {
        if !(self.by_day.is_empty() && self.by_month_day.is_empty() && self.by_year_day.is_empty())
        {
            return true;
        }
        match self.freq {
            Freq::Yearly if !self.by_week.is_empty() => day.weekday() == start.weekday(),
            Freq::Yearly | Freq::Monthly => day.day() == start.day(),
            Freq::Weekly => day.weekday() == start.weekday(),
            Freq::Secondly | Freq::Minutely | Freq::Hourly | Freq::Daily => true,
        }
    }

    fn in_days(&self, day: Date) -> bool {
        let by_year = self.freq == Freq::Yearly && self.by_month.is_empty();
        let counted = matches!(self.freq, Freq::Yearly | Freq::Monthly) && self.by_week.is_empty();
        let is = |nth: &Nth| {
            if nth.day != day.weekday() {
                return false;
            }
            if nth.nth == 0 || !counted {
                return true;
            }
            let (at, length) = if by_year {
                (day.day_of_year(), day.days_in_year())
            } else {
                (i16::from(day.day()), i16::from(day.days_in_month()))
            };
            let nth = i16::from(nth.nth);
            nth == (at - 1) / 7 + 1 || nth == -((length - at) / 7 + 1)
        };
        self.by_day.is_empty() || self.by_day.iter().any(is)
    }

    fn in_weeks(&self, day: Date) -> bool {
        if self.by_week.is_empty() {
            return true;
        }
        let Some((number, weeks)) = week_of_year(day, self.week_start) else {
            return false;
        };
        in_list(&self.by_week, number, weeks)
    }
}

/// Whether a list holds this number, from the front or from the end of so many.
fn in_list<T>(list: &[T], number: T, of: T) -> bool
where
    T: Copy + PartialEq + std::ops::Sub<Output = T> + From<i8>,
{
    list.contains(&number) || list.contains(&(number - of - T::from(1)))
}

/// The week of the year a day lies in, and how many weeks that year has. The first week is the first with four days of the year.
fn week_of_year(day: Date, week_start: Weekday) -> Option<(i8, i8)> {
    let first_week = |year: i16| {
        let fourth = Date::new(year, 1, 4).ok()?;
        add(fourth, -i64::from(fourth.weekday().since(week_start)))
    };
    let mut year = day.year();
    let next = year.checked_add(1).and_then(first_week);
    let mut first = first_week(year)?;
    if next.is_some_and(|next| day >= next) {
        year += 1;
        first = next?;
    } else if day < first {
        year -= 1;
        first = first_week(year)?;
    }
    let weeks =
        |from: Date, to: Date| i8::try_from(from.duration_until(to).as_hours() / (24 * 7)).ok();
    let end = first_week(year.checked_add(1)?)?;
    Some((weeks(first, day)? + 1, weeks(first, end)?))
}

/// So many days later.
pub(super) fn add(day: Date, days: i64) -> Option<Date> {
    let hours = days
        .checked_mul(24)
        .filter(|hours| hours.abs() < MAX_HOURS)?;
    day.checked_add(jiff::SignedDuration::from_hours(hours))
        .ok()
        .filter(|day| day.year() >= 1)
}

/// More than there are from the year -9999 to 9999.
const MAX_HOURS: i64 = 24 * 366 * 20_000;
