//! From when to when an item is: what the keywords `SINCE` and `BEFORE` ask.
//!
//! Local times count as UTC. What repeats with no end that can be read, and a task that is not done, has no end. An item
//! without dates is in every span. Sources: RFC 5545 section 3.6; vCalendar 1.0 section 3.

use super::Query;
use crate::ids::Millis;
use crate::item::Content;
use crate::pim::decode;
use crate::pim::line::Line;
use crate::pim::{Form, Kind, facts, kind, sif, time};

/// The time an item takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// When it begins.
    pub(super) starts: Millis,
    /// When it ends; `None` is never.
    ends: Option<Millis>,
}

impl Span {
    /// Whether it ends at this instant or later.
    pub(super) fn ends_after(self, instant: Millis) -> bool {
        self.ends.is_none_or(|ends| ends >= instant)
    }
}

impl Query {
    /// What ends, if ever, at `since` or later, and begins before `before`; `None` when no calendar has these instants.
    #[must_use]
    pub fn window(since: Millis, before: Millis) -> Option<Self> {
        let text = |at: Millis| {
            let at = jiff::Timestamp::from_millisecond(at.0).ok()?;
            Some(at.strftime("%Y%m%dT%H%M%SZ").to_string())
        };
        let (since, before) = (text(since)?, text(before)?);
        Self::parse(&format!("SINCE&EQ;{since}&AND;BEFORE&EQ;{before}")).ok()
    }
}

/// What an item says of its dates.
#[derive(Debug, Default)]
struct Dates {
    starts: Option<Millis>,
    ends: Option<Millis>,
    lasts: Option<i64>,
    /// When it is due, for a task.
    due: Option<Millis>,
    repeats: bool,
    /// Until when it repeats, if that can be read.
    until: Option<Millis>,
    is_done: bool,
}

/// The time an item takes; `None` when it has no date.
pub(super) fn of(content: &Content) -> Option<Span> {
    let kind = kind(content);
    let dates = match (Form::of(&content.media_type), kind) {
        (Form::Object, Kind::Event | Kind::Task) => object(&content.body),
        (Form::Sif(_), Kind::Event | Kind::Task) => fields(&content.body),
        (
            Form::Object | Form::Sif(_) | Form::Omads(_) | Form::Mail | Form::Text | Form::Bytes,
            _,
        ) => return None,
    };
    let starts = dates.starts.or(dates.due)?;
    let lasted = dates
        .lasts
        .map(|lasts| Millis(starts.0.saturating_add(lasts)));
    let ends = dates.ends.or(lasted).or(dates.due).unwrap_or(starts);
    let ends = match kind {
        Kind::Task if !dates.is_done => None,
        Kind::Task
        | Kind::Event
        | Kind::Contact
        | Kind::Note
        | Kind::Folder
        | Kind::File
        | Kind::Mail
        | Kind::Other => {
            if dates.repeats {
                dates.until.map(|until| until.max(ends))
            } else {
                Some(ends)
            }
        }
    };
    Some(Span { starts, ends })
}

fn object(body: &[u8]) -> Dates {
    let [starts, ends, lasts, due, rule, more, completed, status] = facts::properties(
        body,
        [
            "DTSTART",
            "DTEND",
            "DURATION",
            "DUE",
            "RRULE",
            "RDATE",
            "COMPLETED",
            "STATUS",
        ],
    );
    let text = |line: &Option<Line<'_>>| line.as_ref().map(|line| decode::text(line).into_owned());
    let instant = |line| text(line).and_then(|text| time::instant(&text));
    let is_completed = |status: String| status.trim().eq_ignore_ascii_case("COMPLETED");
    let until = text(&rule).and_then(|rule| until(&rule));
    Dates {
        starts: instant(&starts),
        ends: instant(&ends),
        lasts: text(&lasts).and_then(|text| duration(&text)),
        due: instant(&due),
        repeats: rule.is_some() || more.is_some(),
        until: until.filter(|_| more.is_none()),
        is_done: completed.is_some() || text(&status).is_some_and(is_completed),
    }
}

fn fields(body: &[u8]) -> Dates {
    let mut dates = Dates::default();
    for (name, value) in sif::fields(&decode::unlabelled(body)) {
        // The year 4501 is how Outlook spells "no date".
        let instant = time::instant(&value).filter(|_| !value.starts_with("45"));
        let is_true = matches!(value.trim(), "1" | "true" | "True");
        match name {
            "Start" | "StartDate" => dates.starts = instant,
            "End" => dates.ends = instant,
            "DueDate" => dates.due = instant,
            "IsRecurring" if is_true => dates.repeats = true,
            "Complete" => dates.is_done = is_true,
            _ => {}
        }
    }
    dates
}

/// When a rule of repetition ends, if it says so by a date: `UNTIL=20061231T000000Z`, or as the last word of a
/// vCalendar rule.
fn until(rule: &str) -> Option<Millis> {
    let named = rule.split(';').find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("UNTIL").then_some(value)
    });
    let last = || rule.split_ascii_whitespace().next_back();
    named.or_else(last).and_then(time::instant)
}

/// An ISO 8601 duration of weeks, days, hours, minutes and seconds, in milliseconds.
fn duration(text: &str) -> Option<i64> {
    let rest = text.trim().trim_start_matches('+').strip_prefix('P')?;
    let (mut all, mut number) = (0_i64, String::new());
    for c in rest.chars() {
        let unit = match c {
            '0'..='9' => {
                number.push(c);
                continue;
            }
            'T' => continue,
            'W' => 604_800_000,
            'D' => 86_400_000,
            'H' => 3_600_000,
            'M' => 60_000,
            'S' => 1_000,
            _ => return None,
        };
        let count: i64 = std::mem::take(&mut number).parse().ok()?;
        all = all.checked_add(count.checked_mul(unit)?)?;
    }
    number.is_empty().then_some(all)
}
