//! The same occurrences in simpler parts: what other calendars write with `BYSETPOS`, days filtered out of `DAILY`, or years
//! where months would do (field quirk C25), and what the grammar of vCalendar 1.0 has words for.

use jiff::civil::DateTime;

use super::{Freq, Nth, Rule, WEEK};

impl Rule {
    /// The rule in the simplest parts that come to the same occurrences for an entry that starts then.
    #[must_use]
    pub fn plain(&self, start: DateTime) -> Self {
        let mut rule = self.clone();
        rule.drop_own_time(start);
        if (1..=12).all(|month| rule.by_month.contains(&month)) {
            rule.by_month.clear();
        }
        if rule.freq == Freq::Yearly {
            rule.years_as_months(start);
        }
        if rule.freq == Freq::Monthly {
            rule.positions_as_days();
            rule.weeks_of_dates();
            rule.months_as_years(start);
        }
        rule.days_as_weeks();
        rule
    }

    /// The rule without the one day that it would have from the start by itself: `W1 MO` of a Monday is `W1`.
    #[must_use]
    pub fn without_own_day(mut self, start: DateTime) -> Self {
        let own_day = [Nth {
            nth: 0,
            day: start.weekday(),
        }];
        match self.freq {
            Freq::Weekly if self.only_days() && self.by_day.as_slice() == own_day => {
                self.by_day.clear();
            }
            Freq::Monthly if self.by_day.is_empty() && self.by_other_days() => {
                if self.by_month_day.as_slice() == [start.day()] && self.by_position.is_empty() {
                    self.by_month_day.clear();
                }
            }
            Freq::Secondly
            | Freq::Minutely
            | Freq::Hourly
            | Freq::Daily
            | Freq::Weekly
            | Freq::Monthly
            | Freq::Yearly => {}
        }
        self
    }

    fn only_days(&self) -> bool {
        self.by_month_day.is_empty() && self.by_other_days()
    }

    /// No part but days, dates and months.
    fn by_other_days(&self) -> bool {
        self.by_year_day.is_empty()
            && self.by_week.is_empty()
            && self.others.is_empty()
            && !self.names_times()
    }

    fn each_day(&self) -> bool {
        !self.by_day.is_empty() && self.by_day.iter().all(|day| day.nth == 0)
    }

    /// The time of the start need not be said.
    fn drop_own_time(&mut self, start: DateTime) {
        if matches!(self.freq, Freq::Secondly | Freq::Minutely | Freq::Hourly) {
            return;
        }
        let own = [
            (&mut self.by_hour, start.hour()),
            (&mut self.by_minute, start.minute()),
            (&mut self.by_second, start.second()),
        ];
        for (list, own) in own {
            if list.as_slice() == [own] {
                list.clear();
            }
        }
    }

    /// `BYDAY=MO;BYSETPOS=2` is `BYDAY=2MO`, and any day's second is the 2nd.
    fn positions_as_days(&mut self) {
        let fits = self.each_day() && self.only_days() && !self.by_position.is_empty();
        let positions: Option<Vec<i8>> = self
            .by_position
            .iter()
            .map(|p| i8::try_from(*p).ok())
            .collect();
        let Some(positions) = positions.filter(|_| fits) else {
            return;
        };
        let within = |most: i8| positions.iter().all(|p| (-most..=most).contains(p));
        let has = |day| self.by_day.contains(&Nth { nth: 0, day });
        if WEEK.into_iter().all(has) && within(31) {
            self.by_day.clear();
            self.by_month_day = positions;
            self.by_position.clear();
        } else if let [Nth { day, .. }] = self.by_day[..]
            && within(5)
        {
            self.by_day = positions.iter().map(|nth| Nth { nth: *nth, day }).collect();
            self.by_position.clear();
        }
    }

    /// A day of the week between the 8th and the 14th is the second of its kind.
    fn weeks_of_dates(&mut self) {
        if !self.each_day() || !self.by_position.is_empty() || !self.by_other_days() {
            return;
        }
        let week = (0..4).find(|week| {
            let days = week * 7 + 1..=week * 7 + 7;
            self.by_month_day.len() == 7
                && self.by_month_day.iter().all(|day| days.contains(day))
                && days.clone().all(|day| self.by_month_day.contains(&day))
        });
        if let Some(week) = week {
            self.by_month_day.clear();
            for day in &mut self.by_day {
                day.nth = week + 1;
            }
        }
    }

    /// One month of the year, counted in months.
    fn years_as_months(&mut self, start: DateTime) {
        if !self.by_other_days() || !self.by_position.is_empty() {
            return;
        }
        let Some(months) = self.interval.checked_mul(12) else {
            return;
        };
        let own_month = self.by_month.as_slice() == [start.month()];
        let nth = !self.by_day.is_empty() && self.by_day.iter().all(|day| day.nth != 0);
        if self.by_day.is_empty() && !self.by_month_day.is_empty() {
            if self.by_month.is_empty() && self.interval == 1 {
                self.freq = Freq::Monthly;
            } else if !self.by_month.is_empty() && self.by_month_day.as_slice() == [start.day()] {
                self.by_month_day.clear();
            } else if own_month {
                self.freq = Freq::Monthly;
                self.interval = months;
                self.by_month.clear();
            }
        } else if nth && own_month && self.by_month_day.is_empty() {
            self.freq = Freq::Monthly;
            self.interval = months;
            self.by_month.clear();
        }
    }

    /// Months by name are parts of the year, unless days are counted in them.
    fn months_as_years(&mut self, start: DateTime) {
        let simple = self.by_other_days() && self.by_position.is_empty() && self.interval == 1;
        if self.by_month.is_empty() || !simple {
            return;
        }
        let own_day = self.by_month_day.is_empty() || self.by_month_day.as_slice() == [start.day()];
        if self.by_day.is_empty() && own_day {
            self.freq = Freq::Yearly;
            self.by_month_day.clear();
        } else if self.by_month.as_slice() == [start.month()]
            && !self.each_day()
            && (self.by_day.is_empty() || self.by_month_day.is_empty())
        {
            self.interval = 12;
            self.by_month.clear();
        }
    }

    /// Each Monday, of whatever, is a matter of weeks.
    fn days_as_weeks(&mut self) {
        let coarse = match self.freq {
            Freq::Daily | Freq::Monthly | Freq::Yearly => true,
            Freq::Secondly | Freq::Minutely | Freq::Hourly | Freq::Weekly => false,
        };
        let fits = coarse
            && self.interval == 1
            && self.each_day()
            && self.only_days()
            && self.by_month.is_empty()
            && self.by_position.is_empty();
        if fits {
            self.freq = Freq::Weekly;
        }
    }
}
