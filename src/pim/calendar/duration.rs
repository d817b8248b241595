//! Lengths of time: `-PT15M`, `P1DT2H`. RFC 5545, section 3.3.6.

/// Reads a length in seconds; a day is 24 hours. `None` when it is none.
pub(super) fn read(text: &str) -> Option<i64> {
    let text = text.trim();
    let (sign, rest) = match text.split_at_checked(1)? {
        ("-", rest) => (-1, rest),
        ("+", rest) => (1, rest),
        _ => (1, text),
    };
    let rest = rest.strip_prefix(['P', 'p'])?;
    let mut seconds = 0_i64;
    let mut number = String::new();
    let mut in_time = false;
    for c in rest.chars() {
        if c.is_ascii_digit() {
            number.push(c);
            continue;
        }
        if matches!(c, 'T' | 't') && number.is_empty() {
            in_time = true;
            continue;
        }
        let unit = match (c.to_ascii_uppercase(), in_time) {
            ('W', false) => 604_800,
            ('D', false) => 86_400,
            ('H', true) => 3600,
            ('M', true) => 60,
            ('S', true) => 1,
            _ => return None,
        };
        let count: i64 = number.parse().ok()?;
        seconds = seconds.checked_add(count.checked_mul(unit)?)?;
        number.clear();
    }
    (number.is_empty() && rest.len() > 1).then_some(sign * seconds)
}

/// The length of so many seconds.
pub(super) fn write(seconds: i64) -> String {
    let sign = if seconds < 0 { "-" } else { "" };
    let all = seconds.unsigned_abs();
    let (days, hours, minutes, rest) = (all / 86_400, all / 3600 % 24, all / 60 % 60, all % 60);
    let mut text = format!("{sign}P");
    let mut put = |count: u64, unit: &str| {
        if count > 0 {
            text.extend([count.to_string().as_str(), unit]);
        }
    };
    put(days, "D");
    if all == 0 {
        return "PT0S".to_owned();
    }
    if all.is_multiple_of(86_400) {
        return text;
    }
    let mut time = String::from("T");
    for (count, unit) in [(hours, "H"), (minutes, "M"), (rest, "S")] {
        if count > 0 {
            time.extend([count.to_string().as_str(), unit]);
        }
    }
    text + &time
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_read_and_written() {
        let table = [
            ("-PT15M", Some(-900), "-PT15M"),
            ("P1DT2H", Some(93_600), "P1DT2H"),
            ("P2W", Some(1_209_600), "P14D"),
            ("+PT90S", Some(90), "PT1M30S"),
            ("PT0S", Some(0), "PT0S"),
            ("P", None, ""),
            ("PT", None, ""),
            ("P1H", None, ""),
            ("PT99999999999999999999S", None, ""),
            ("15M", None, ""),
        ];
        for (text, seconds, again) in table {
            assert_eq!(read(text), seconds, "{text}");
            if let Some(seconds) = seconds {
                assert_eq!(write(seconds), again, "{text}");
            }
        }
    }
}
