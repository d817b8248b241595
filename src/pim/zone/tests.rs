use jiff::civil::DateTime;
use proptest::prelude::*;

use super::*;
use crate::pim::model::{self, Component, Reading};
use crate::pim::when::basic;

fn at(text: &str) -> DateTime {
    When::read(text).unwrap().at()
}

fn read(text: &str) -> Component {
    let body = format!("BEGIN:VCALENDAR\nVERSION:2.0\n{text}END:VCALENDAR\n");
    let document = model::read(body.as_bytes(), Reading::default()).unwrap();
    document.root.components[0].components[0].clone()
}

#[test]
fn a_zone_is_known_by_every_name_it_goes_by() {
    let table = [
        ("Europe/Prague", Some("Europe/Prague")),
        ("europe/prague", Some("Europe/Prague")),
        ("\"Europe/Prague\"", Some("Europe/Prague")),
        (
            "/mozilla.org/20050126_1/Europe/Berlin",
            Some("Europe/Berlin"),
        ),
        (
            "/freeassociation.sourceforge.net/Tzfile/America/Indiana/Knox",
            Some("America/Indiana/Knox"),
        ),
        (
            "/softwarestudio.org/Olson_20011030_5/America/New York",
            Some("America/New_York"),
        ),
        ("W. Europe Standard Time", Some("Europe/Berlin")),
        ("eastern standard time", Some("America/New_York")),
        ("GMT", Some("UTC")),
        ("Middle Earth", None),
        ("", None),
    ];
    for (name, expected) in table {
        assert_eq!(
            Zone::meant(name).as_ref().map(Zone::name),
            expected,
            "{name}"
        );
    }
    for (windows, olson) in names::WINDOWS {
        assert!(Zone::named(olson).is_some(), "{windows} is {olson}");
    }
}

#[test]
fn a_time_that_does_not_exist_or_exists_twice_has_an_answer() {
    let zone = Zone::named("Europe/Prague").unwrap();
    let utc = |local| basic(zone.to_utc(at(local)).unwrap());
    assert_eq!(
        utc("20060326T023000"),
        "20060326T013000",
        "the gap is jumped over"
    );
    assert_eq!(
        utc("20061029T023000"),
        "20061029T003000",
        "the first of two"
    );
    assert_eq!(utc("20060701T120000"), "20060701T100000");
    assert_eq!(zone.offset_at(at("20060101T000000")), 3600);
    assert_eq!(
        zone.without_daylight(2006).offset_at(at("20060701T000000")),
        3600
    );
    assert_eq!(
        zone.to_local(at("99991231T235959")),
        None,
        "past the end of the calendar"
    );
}

const BERLIN: &str = "BEGIN:VTIMEZONE\nTZID:Europe/Berlin\n\
BEGIN:DAYLIGHT\nDTSTART:20050327T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nTZNAME:CEST\nEND:DAYLIGHT\n\
BEGIN:STANDARD\nDTSTART:20051030T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nTZNAME:CET\nEND:STANDARD\nEND:VTIMEZONE\n";

#[test]
fn a_zone_is_written_for_the_years_around_an_event() {
    assert_eq!(
        timezone(&Zone::named("Europe/Berlin").unwrap(), 2006),
        read(BERLIN)
    );
    // The United States changed their rules in 2007.
    let new_york = timezone(&Zone::named("America/New_York").unwrap(), 2006);
    assert!(
        new_york
            .components
            .iter()
            .all(|part| part.first("RRULE").is_none() && part.first("RDATE").is_some())
    );
    let tokyo = timezone(&Zone::named("Asia/Tokyo").unwrap(), 2006);
    assert_eq!(tokyo.components.len(), 1);
    assert_eq!(tokyo.components[0].text("TZOFFSETTO"), "+0900");
}

#[test]
fn a_description_under_a_strange_name_is_known_by_what_it_says() {
    let custom = BERLIN.replace("Europe/Berlin", "Our Office");
    let described = |text: &str, preferred: Option<&Zone>| {
        Zone::described(&read(text), 2006, preferred).unwrap()
    };
    assert_eq!(described(&custom, None).name(), "Europe/Berlin");
    let prague = Zone::named("Europe/Prague").unwrap();
    assert_eq!(described(&custom, Some(&prague)).name(), "Europe/Prague");
    let tokyo = Zone::named("Asia/Tokyo").unwrap();
    assert_eq!(described(&custom, Some(&tokyo)).name(), "Europe/Berlin");
    let since_1970 = custom
        .replace("20050327", "19700329")
        .replace("20051030", "19701025");
    assert_eq!(described(&since_1970, None).name(), "Europe/Berlin");
    // Outlook's zones begin in 1601.
    let since_1601 = custom
        .replace("20050327", "16010325")
        .replace("20051030", "16011028");
    assert_eq!(described(&since_1601, None).name(), "Europe/Berlin");
    // Nobody's clocks go like this: an hour further, from May to September.
    let odd = custom
        .replace("BYMONTH=3", "BYMONTH=5")
        .replace("BYMONTH=10", "BYMONTH=9")
        .replace("20050327", "20050529")
        .replace("20051030", "20050925");
    let odd = described(&odd, None);
    assert_eq!(odd.name(), "Our Office");
    assert!(!odd.is_named());
    let hours = [
        "20060401T000000",
        "20060701T000000",
        "20061001T000000",
        "20110601T000000",
    ]
    .map(|text| odd.offset_at(at(text)) / 3600);
    assert_eq!(hours, [1, 2, 1, 2]);
}

#[test]
fn a_device_of_the_old_version_writes_and_reads_its_zone() {
    let old = |name: &str, when: &str| OldZone::of(&Zone::named(name).unwrap(), at(when)).unwrap();
    let berlin = old("Europe/Berlin", "20060105T090000");
    assert_eq!(berlin.tz, "+01");
    assert_eq!(
        berlin.daylight.join(";"),
        "TRUE;+02;20060326T010000Z;20061029T010000Z;CET;CEST"
    );
    assert_eq!(berlin.zone(2006, None).unwrap().name(), "Europe/Berlin");
    let prague = Zone::named("Europe/Prague").unwrap();
    assert_eq!(berlin.zone(2006, Some(&prague)), Some(prague.clone()));
    assert_eq!(old("Asia/Kolkata", "20060105T090000").tz, "+0530");
    assert_eq!(
        old("Asia/Kolkata", "20060105T090000")
            .zone(2006, None)
            .unwrap()
            .name(),
        "Asia/Kolkata"
    );
    // Local times, as a phone writes them.
    let local = OldZone {
        tz: "-0500".to_owned(),
        daylight: [
            "TRUE",
            "-0400",
            "20060402T020000",
            "20061029T020000",
            "EST",
            "EDT",
        ]
        .map(str::to_owned)
        .to_vec(),
    };
    assert_eq!(local.zone(2006, None).unwrap().name(), "America/New_York");
    let sydney = old("Australia/Sydney", "20060105T090000");
    assert_eq!(
        sydney.daylight.join(";"),
        "TRUE;+11;20051029T160000Z;20060401T160000Z;AEST;AEDT"
    );
    let none = OldZone {
        tz: "+01".to_owned(),
        daylight: vec!["FALSE".to_owned()],
    };
    assert_eq!(
        none.zone(2006, None)
            .unwrap()
            .offset_at(at("20060701T000000")),
        3600
    );
    let broken = OldZone {
        tz: "here".to_owned(),
        daylight: Vec::new(),
    };
    assert_eq!(broken.zone(2006, None), None);
}

#[test]
fn hostile_zones_are_bounded() {
    let part = "BEGIN:STANDARD\nDTSTART:00010101T000000\nTZOFFSETFROM:+0000\nTZOFFSETTO:+0100\nRRULE:FREQ=SECONDLY\nEND:STANDARD\n";
    let body = format!("BEGIN:VTIMEZONE\nTZID:x\n{}END:VTIMEZONE\n", part.repeat(3));
    assert!(Zone::described(&read(&body), 9999, None).is_some());
    assert_eq!(
        Zone::described(
            &read("BEGIN:VTIMEZONE\nTZID:x\nEND:VTIMEZONE\n"),
            2006,
            None
        ),
        None
    );
    for year in [1, 9999, i16::MAX - 20] {
        let _ = timezone(&Zone::named("Europe/Berlin").unwrap(), year);
    }
}

fn zone() -> impl Strategy<Value = Zone> {
    prop::sample::select(vec![
        "Europe/Prague",
        "America/New_York",
        "Australia/Sydney",
        "Asia/Kathmandu",
        "America/St_Johns",
        "Africa/Cairo",
    ])
    .prop_map(|name| Zone::named(name).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn an_instant_is_the_same_on_every_clock(zone in zone(), hours in 0..600_000_i64) {
        let utc = crate::pim::when::later(at("19800101T000000"), hours * 3600).unwrap();
        let local = zone.to_local(utc).unwrap();
        let back = zone.to_utc(local).unwrap();
        // Of an hour that comes twice the clock does not say which it is.
        prop_assert!(back == utc || zone.to_local(back) == Some(local));
    }

    #[test]
    fn a_description_says_what_the_zone_does(zone in zone(), year in 1995..2060_i16, month in 1..=12_i8, day in 1..=28_i8) {
        let mut written = timezone(&zone, year);
        written.set(model::Property::text_of("TZID", "nobody knows"));
        let read = Zone::described(&written, year, None).unwrap();
        let when = DateTime::new(year, month, day, 12, 0, 0, 0).unwrap();
        prop_assert_eq!(read.offset_at(when), zone.offset_at(when), "{} as {}", zone.name(), read.name());
    }
}
