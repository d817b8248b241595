//! What the fuzz targets of calendars check: rules, zones and documents, whatever they hold, have an answer within bounds.

use anchorage::pim::calendar::{self, AllDay, CalendarQuirks, Times, View, sif};
use anchorage::pim::model::{Document, Reading, Version, read};
use anchorage::pim::recur::{MAX_STEPS, Occurrences, Rule};
use anchorage::pim::when::When;
use anchorage::pim::zone::{OldZone, Zone, timezone};

/// A text as a rule of both versions: what is read is written and read again as the same, and its occurrences end.
pub fn recurrence(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (start, text) = text.split_once('\n').unwrap_or(("20240229T090000", &text));
    let Some(start) = When::read(start).or_else(|| When::read("20240229T090000")) else {
        return;
    };
    if let Some(rule) = Rule::read_new(text) {
        let again = Rule::read_new(&rule.write_new());
        assert_eq!(again.as_ref(), Some(&rule), "{text:?}");
    }
    for rule in [Rule::read_new(text), Rule::read_old(text, start.at())]
        .into_iter()
        .flatten()
    {
        if let Some(old) = rule.plain(start.at()).write_old(start.at()) {
            assert!(
                Rule::read_old(&old, start.at()).is_some(),
                "{old:?} is a rule"
            );
        }
        let all = Occurrences::new(&rule, start.at()).take(500);
        let all: Vec<_> = all.collect();
        assert!(all.len() <= MAX_STEPS && all.is_sorted(), "{rule:?}");
    }
}

/// A text as a zone: by name, as `TZ` and `DAYLIGHT`, as `VTIMEZONE`; what is found can be written and found again.
pub fn zone(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut lines = text.lines();
    let tz = lines.next().unwrap_or_default();
    let daylight = lines
        .next()
        .unwrap_or_default()
        .split(';')
        .map(str::to_owned);
    let old = OldZone {
        tz: tz.to_owned(),
        daylight: daylight.collect(),
    };
    let described = read(data, Reading::default()).ok();
    let described = described.and_then(|document| {
        let components = &document.root.components;
        let inner = components
            .iter()
            .flat_map(|component| &component.components);
        components
            .iter()
            .chain(inner)
            .find_map(|c| Zone::described(c, 2006, None))
    });
    for zone in [Zone::meant(tz), old.zone(2006, None), described]
        .into_iter()
        .flatten()
    {
        let written = timezone(&zone, 2006);
        assert!(!written.components.is_empty(), "{zone:?}");
        assert!(
            Zone::described(&written, 2006, Some(&zone)).is_some(),
            "{zone:?}"
        );
    }
}

/// Any bytes as a calendar of either version: read for a device, it can be shown to every other.
pub fn entries(data: &[u8]) {
    let Ok(sent) = read(data, Reading::default()) else {
        return;
    };
    if let Some(view) = view(data.len()) {
        show(&calendar::read(&sent, &view), &view, data.len());
    }
}

/// Any bytes as a document of SIF.
pub fn outlook(data: &[u8]) {
    if let Some(view) = view(data.len()) {
        show(&sif::read(data, &view), &view, data.len());
    }
}

fn show(ours: &Document, view: &View, length: usize) {
    for version in [Version::Calendar10, Version::Calendar20] {
        if let Ok(shown) = calendar::render(ours, version, view) {
            let again = calendar::read(&shown.document, view);
            let _ = calendar::render(&again, version, view);
        }
    }
    if let Ok(written) = sif::write(ours, view) {
        assert!(written.body.len() <= 64 * (length + 256), "bounded");
        let _ = sif::read(&written.body, view);
    }
}

/// By the length of what it sent: a device by the book, one that nothing is known of, or one that does what it can to confuse.
fn view(length: usize) -> Option<View> {
    let odd = CalendarQuirks {
        times: Times::Utc,
        daylight_of_now: true,
        first_year: Some(1980),
        all_day: AllDay::EightToSix,
        no_count: true,
        end_day_early: true,
        due_is_day: true,
        overrides_beside: true,
        ..CalendarQuirks::default()
    };
    let (zone, quirks) = match length % 3 {
        0 => ("Europe/Prague", CalendarQuirks::default()),
        1 => ("", CalendarQuirks::default()),
        _ => ("America/St_Johns", odd),
    };
    Some(View {
        zone: Zone::named(zone),
        utc: false,
        now: When::read("20060601T120000")?.at(),
        quirks,
    })
}
