//! A date or a time as calendars write it: `20060102`, `20060102T030405`, `20060102T030405Z`.
//!
//! What zone a local time is in stands elsewhere (a parameter, the device); here it is only local. Years 1 to 9999 are read,
//! others are no dates. Sources: RFC 5545 sections 3.3.4 and 3.3.5; vCalendar 1.0 section 2.2 (ISO 8601).

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, Time};

/// A point in a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum When {
    /// A whole day.
    Day(Date),
    /// A time on the clock of whoever looks at it, or of a zone named beside it.
    Local(DateTime),
    /// A time in UTC.
    Utc(DateTime),
}

impl When {
    /// Reads a date or time, basic or extended; one with an offset becomes UTC. `T240000` is the midnight that follows,
    /// a leap second the one before it. `None` when it is no date.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let (date, rest) = match text.find(['T', 't', ' ']) {
            Some(at) => (text.get(..at)?, text.get(at + 1..)?),
            None => (text, ""),
        };
        let day = day(date)?;
        if rest.is_empty() {
            return Some(Self::Day(day));
        }
        let end = rest
            .find(['+', '-', 'Z', 'z', '.', ','])
            .unwrap_or(rest.len());
        let (clock, zone) = rest.split_at_checked(end)?;
        let at = of_day(day, clock)?;
        match zone.find(['+', '-', 'Z', 'z']) {
            None => Some(Self::Local(at)),
            Some(sign) => {
                let zone = zone.get(sign..)?;
                let offset = if zone.eq_ignore_ascii_case("Z") {
                    0
                } else {
                    offset(zone)?
                };
                sane(at.checked_sub(SignedDuration::from_secs(offset)).ok()?).map(Self::Utc)
            }
        }
    }

    /// The time; midnight for a day.
    #[must_use]
    pub fn at(self) -> DateTime {
        match self {
            Self::Day(day) => day.to_datetime(Time::midnight()),
            Self::Local(at) | Self::Utc(at) => at,
        }
    }

    /// The day.
    #[must_use]
    pub fn day(self) -> Date {
        self.at().date()
    }

    /// As it is written, in the basic form.
    #[must_use]
    pub fn basic(self) -> String {
        match self {
            Self::Day(day) => basic_day(day),
            Self::Local(at) => basic(at),
            Self::Utc(at) => basic(at) + "Z",
        }
    }
}

/// `20060102T030405`.
#[must_use]
pub fn basic(at: DateTime) -> String {
    let mut out = String::with_capacity(BASIC);
    put_day(at.date(), &mut out);
    out.push('T');
    for two in [at.hour(), at.minute(), at.second()] {
        put::<2>(two.into(), &mut out);
    }
    out
}

/// `20060102`.
#[must_use]
pub fn basic_day(day: Date) -> String {
    let mut out = String::with_capacity(BASIC);
    put_day(day, &mut out);
    out
}

fn put_day(day: Date, out: &mut String) {
    put::<4>(day.year(), out);
    put::<2>(day.month().into(), out);
    put::<2>(day.day().into(), out);
}

/// Appends a number in so many digits. A year, a month or an hour, so that it has no more and is not negative.
fn put<const DIGITS: usize>(number: i16, out: &mut String) {
    let mut rest = number.unsigned_abs();
    let mut digits = ['0'; DIGITS];
    for digit in digits.iter_mut().rev() {
        *digit = char::from_digit(u32::from(rest % 10), 10).unwrap_or('0');
        rest /= 10;
    }
    out.extend(digits);
}

/// Bytes of a time in UTC.
const BASIC: usize = 16;

/// This time so many seconds later; `None` outside of the years 1 to 9999.
#[must_use]
pub fn later(at: DateTime, seconds: i64) -> Option<DateTime> {
    sane(at.checked_add(SignedDuration::from_secs(seconds)).ok()?)
}

/// The seconds from the first time to the second, both on the same clock; negative when that is earlier.
#[must_use]
pub fn seconds_between(from: DateTime, to: DateTime) -> i64 {
    from.duration_until(to).as_secs()
}

/// A distance to UTC in seconds, east positive: `+01`, `-0530`, `+05:30`, `+013000`.
#[must_use]
pub fn offset(text: &str) -> Option<i64> {
    let text = text.trim();
    let (sign, digits) = match text.split_at_checked(1)? {
        ("-", digits) => (-1, digits),
        ("+", digits) => (1, digits),
        _ => (1, text),
    };
    let digits: String = digits.chars().filter(|c| *c != ':').collect();
    let digits = match digits.len() {
        1 | 3 => format!("0{digits}"),
        _ => digits,
    };
    let number = |from: usize| match digits.get(from..) {
        Some("") | None => Some(0),
        Some(_) => digits.get(from..from + 2)?.parse::<i64>().ok(),
    };
    let (hours, minutes, seconds) = (number(0)?, number(2)?, number(4)?);
    let fits = digits.bytes().all(|b| b.is_ascii_digit()) && (1..=6).contains(&digits.len());
    (fits && hours <= 15 && minutes < 60 && seconds < 60)
        .then_some(sign * (hours * 3600 + minutes * 60 + seconds))
}

/// An offset as both versions write it: `+0100`, with seconds only where there are some.
#[must_use]
pub fn basic_offset(seconds: i64) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let all = seconds.abs();
    let (hours, minutes, seconds) = (all / 3600, all / 60 % 60, all % 60);
    if seconds == 0 {
        format!("{sign}{hours:02}{minutes:02}")
    } else {
        format!("{sign}{hours:02}{minutes:02}{seconds:02}")
    }
}

fn sane(at: DateTime) -> Option<DateTime> {
    (at.year() >= 1).then_some(at)
}

fn day(text: &str) -> Option<Date> {
    let digits: String = text.chars().filter(|c| !matches!(c, '-' | '/')).collect();
    if digits.len() != 8 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let year = digits.get(..4)?.parse().ok().filter(|year| *year >= 1)?;
    let month = digits.get(4..6)?.parse().ok()?;
    Date::new(year, month, digits.get(6..)?.parse().ok()?).ok()
}

/// `HHMMSS`, `HHMM` or `HH`.
fn of_day(day: Date, clock: &str) -> Option<DateTime> {
    let digits: String = clock.chars().filter(|c| *c != ':').collect();
    if !digits.bytes().all(|b| b.is_ascii_digit()) || !matches!(digits.len(), 2 | 4 | 6) {
        return None;
    }
    let number = |from: usize| {
        digits
            .get(from..from + 2)
            .map_or(Some(0), |two| two.parse::<i8>().ok())
    };
    let (hour, minute, second) = (number(0)?, number(2)?, number(4)?);
    if (hour, minute, second) == (24, 0, 0) {
        return sane(day.tomorrow().ok()?.to_datetime(Time::midnight()));
    }
    let time = Time::new(hour, minute, second.min(59), 0).ok()?;
    Some(day.to_datetime(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_in_every_spelling_and_written_in_one() {
        let table = [
            ("20060102", Some("20060102")),
            ("2006-01-02", Some("20060102")),
            ("20060102T0304", Some("20060102T030400")),
            ("2006-01-02T03:04:05", Some("20060102T030405")),
            ("20060102T030405Z", Some("20060102T030405Z")),
            ("20060102T030405.5Z", Some("20060102T030405Z")),
            ("20060102T003000+0100", Some("20060101T233000Z")),
            ("20060102T030460", Some("20060102T030459")),
            ("20060131T240000", Some("20060201T000000")),
            ("99991231T235959Z", Some("99991231T235959Z")),
            ("99991231T240000", None),
            ("00000101T000000", None),
            ("20061301", None),
            ("20060102T250000", None),
            ("2006-01-02-03", None),
            ("\u{0662}0060102", None),
            ("soon", None),
            ("", None),
        ];
        for (text, expected) in table {
            let read = When::read(text).map(When::basic);
            assert_eq!(read.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn an_offset_is_read_in_every_spelling() {
        let table = [
            ("+01", Some(3600)),
            ("-5", Some(-18_000)),
            ("-0530", Some(-19_800)),
            ("+05:45", Some(20_700)),
            ("-023645", Some(-9405)),
            ("1", Some(3600)),
            ("+2500", None),
            ("+\u{0661}", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(offset(text), expected, "{text}");
        }
        assert_eq!(basic_offset(-19_800), "-0530");
        assert_eq!(basic_offset(-9405), "-023645");
    }
}
