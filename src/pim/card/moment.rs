//! Birthdays and anniversaries: `19700131`, `1970-01-31`, `--0131`, and `0000-00-00` where there is none.
//!
//! Canonical is the extended form; what is no whole date is kept as it stands. Sources: ISO 8601, vCard 2.1 section 2.2.4,
//! RFC 2426 section 3.1.5, RFC 6350 section 4.3.

use crate::pim::model::Version;

/// The canonical form; `None` for nothing, however it is spelled.
#[must_use]
pub fn canonical(text: &str) -> Option<String> {
    let text = text.trim();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if text.is_empty() || (!digits.is_empty() && digits.chars().all(|c| c == '0')) {
        return None;
    }
    let date = text.split(['T', 't']).next().unwrap_or_default();
    let rest = text.get(date.len()..).unwrap_or_default();
    let is_basic = date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit());
    // Midnight is how a device spells that it has no time for it.
    let rest = if rest.chars().filter(char::is_ascii_digit).all(|c| c == '0') {
        ""
    } else {
        rest
    };
    if is_basic
        && let (Some(year), Some(month), Some(day)) = (date.get(..4), date.get(4..6), date.get(6..))
    {
        return Some(format!("{year}-{month}-{day}{rest}"));
    }
    Some(format!("{date}{rest}"))
}

/// The form for a version; `None` where it has none for it.
#[must_use]
pub fn spelled(canonical: &str, version: Version) -> Option<String> {
    match version {
        Version::Card40 => Some(basic(canonical)),
        // A date without its year is only known to 4.0.
        _ if canonical.starts_with("--") => None,
        Version::Card21
        | Version::Card30
        | Version::Calendar10
        | Version::Calendar20
        | Version::Note11
        | Version::Other => Some(canonical.to_owned()),
    }
}

/// The same without hyphens between its parts: `19700131`.
#[must_use]
pub fn basic(canonical: &str) -> String {
    let is_whole = canonical.len() >= 10
        && canonical
            .bytes()
            .take(10)
            .enumerate()
            .all(|(at, b)| match at {
                4 | 7 => b == b'-',
                _ => b.is_ascii_digit(),
            });
    if !is_whole {
        return canonical.to_owned();
    }
    let (date, rest) = canonical.split_at_checked(10).unwrap_or((canonical, ""));
    let mut out = date.replace('-', "");
    out.push_str(&rest.replace(':', ""));
    out
}
