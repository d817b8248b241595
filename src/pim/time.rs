//! Instants as the formats write them: `20060102T030405Z`, `2006-01-02T03:04:05+01:00`, `20060102`.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

use crate::ids::Millis;

/// Reads an instant, basic or extended. Without a zone it is taken as UTC, without a time as midnight;
/// `None` when it is no date.
#[must_use]
pub fn instant(text: &str) -> Option<Millis> {
    let text = text.trim();
    let (date, rest) = match text.find(['T', 't', ' ']) {
        Some(at) => (text.get(..at)?, text.get(at + 1..)?),
        None => (text, ""),
    };
    let [century, year, month, day] = pairs(date)?;
    let year = i16::from(century) * 100 + i16::from(year);
    let date = Date::new(year, month, day).ok()?;
    let clock = rest
        .find(['+', '-', 'Z', 'z', '.', ','])
        .unwrap_or(rest.len());
    let (clock, zone) = rest.split_at_checked(clock)?;
    let time = if clock.is_empty() {
        Time::midnight()
    } else {
        of_day(clock)?
    };
    let at = DateTime::from_parts(date, time);
    let stamp = offset(zone)?.to_timestamp(at).ok()?;
    Some(Millis(stamp.as_millisecond()))
}

/// An instant as the formats write it, basic and in UTC; `None` where a year has more than four digits.
#[must_use]
pub fn written(at: Millis) -> Option<String> {
    let time = jiff::Timestamp::from_millisecond(at.0).ok()?;
    let text = time.strftime("%Y%m%dT%H%M%SZ").to_string();
    (text.len() == "20060102T030405Z".len()).then_some(text)
}

/// `HHMMSS` or `HHMM`; the leap second counts as the one before it.
fn of_day(clock: &str) -> Option<Time> {
    let [hour, minute, second] =
        pairs(clock).or_else(|| pairs(clock).map(|[hour, minute]| [hour, minute, 0]))?;
    Time::new(hour, minute, second.min(59), 0).ok()
}

/// `Z`, `+HHMM`, `-HH:MM`, a fraction before either, or nothing.
fn offset(zone: &str) -> Option<Offset> {
    let Some(sign) = zone.find(['+', '-']) else {
        return Some(Offset::UTC);
    };
    let (_, digits) = zone.split_at_checked(sign)?;
    let [hours, minutes] = pairs(digits).or_else(|| pairs(digits).map(|[hours]| [hours, 0]))?;
    let seconds = (i32::from(hours) * 60 + i32::from(minutes)) * 60;
    Offset::from_seconds(if digits.starts_with('-') {
        -seconds
    } else {
        seconds
    })
    .ok()
}

/// The digits of a text as exactly `N` numbers of two digits each.
fn pairs<const N: usize>(text: &str) -> Option<[i8; N]> {
    let mut digits = text
        .chars()
        .filter_map(|c| c.to_digit(10))
        .filter_map(|d| i8::try_from(d).ok());
    let mut pairs = [0; N];
    for pair in &mut pairs {
        *pair = digits.next()? * 10 + digits.next()?;
    }
    digits.next().is_none().then_some(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_as_it_is_read() {
        let at = Millis(1_136_171_045_678);
        assert_eq!(written(at).as_deref(), Some("20060102T030405Z"));
        assert_eq!(written(Millis(i64::MAX)), None);
    }

    #[test]
    fn an_instant_is_read_in_every_spelling() {
        let table = [
            ("20060102T030405Z", Some(1_136_171_045_000)),
            ("2006-01-02T03:04:05Z", Some(1_136_171_045_000)),
            ("2006-01-02T03:04:05.25Z", Some(1_136_171_045_000)),
            ("2006-01-02T04:04:05+01:00", Some(1_136_171_045_000)),
            ("20060101T220405-0500", Some(1_136_171_045_000)),
            ("20060102T0304", Some(1_136_171_040_000)),
            ("20060102T030405", Some(1_136_171_045_000)),
            (" 20060102 ", Some(1_136_160_000_000)),
            ("20061302", None),
            ("yesterday", None),
            ("", None),
            ("2006010203040506070809", None),
        ];
        for (text, expected) in table {
            assert_eq!(instant(text), expected.map(Millis), "{text}");
        }
    }
}
