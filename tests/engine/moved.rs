//! Events that were moved to another time, and found again where nobody can tell from their time what they are.

use std::collections::BTreeMap;

use anchorage::item::{Content, MediaType};
use anchorage::store::Policy;
use anchorage::sync::{Edit, Mode, Outcome};

use anchorage::ids::DeviceId;
use anchorage::pim::lens::Lens;
use anchorage::pim::takes::{Taken, Takes};

use crate::bench::{Bench, phone};

fn event(title: &str, day: &str) -> Edit {
    recurring(title, day, "")
}

/// The same with a rule, a line with its end.
fn recurring(title: &str, day: &str, rule: &str) -> Edit {
    let body = format!(
        "BEGIN:VCALENDAR\r\nVERSION:1.0\r\nBEGIN:VEVENT\r\nSUMMARY:{title}\r\nDTSTART:200601{day}T090000Z\r\n\
         DTEND:200601{day}T100000Z\r\n{rule}END:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    Edit::Replace(Content {
        media_type: MediaType::new("text/x-vcalendar"),
        body: body.into_bytes(),
    })
}

#[test]
fn an_event_moved_before_a_slow_sync_is_the_one_it_was() {
    let mut bench = Bench::new(Policy::ServerWins);
    let mut ours = phone(&mut bench, "ours", &[]);
    bench.sync(&mut ours, Mode::TwoWay, &[("1", event("Dentist", "10"))]);
    let slow = bench.sync(&mut ours, Mode::Slow, &[("1", event("Dentist", "12"))]);
    assert_eq!(slow.outcomes, [Outcome::Replaced]);
    assert_eq!(bench.items().len(), 1);
    // Another title is another event.
    let other = [("1", event("Hairdresser", "12"))];
    assert_eq!(
        bench.sync(&mut ours, Mode::Slow, &other).outcomes,
        [Outcome::Added]
    );
    assert_eq!(bench.items().len(), 2);
}

#[test]
fn events_of_one_title_that_changed_their_names_stay_what_they_are() {
    let mut bench = Bench::new(Policy::ServerWins);
    let mut ours = phone(&mut bench, "ours", &[]);
    let (monday, wednesday) = (event("Gym", "09"), event("Gym", "11"));
    let first = [("1", monday.clone()), ("2", wednesday.clone())];
    bench.sync(&mut ours, Mode::TwoWay, &first);
    // Wiped and filled again, it counts its names anew, in another order.
    let again = [("1", wednesday), ("2", event("Gym", "13")), ("3", monday)];
    let slow = bench.sync(&mut ours, Mode::Slow, &again);
    assert_eq!(
        slow.outcomes,
        [Outcome::Unchanged, Outcome::Added, Outcome::Unchanged]
    );
    assert_eq!(bench.items().len(), 3);
}

#[test]
fn an_offer_moved_before_its_name_was_told_is_that_event() {
    let mut bench = Bench::new(Policy::ServerWins);
    let mut theirs = phone(&mut bench, "theirs", &[]);
    let mut ours = phone(&mut bench, "ours", &[]);
    bench.sync(&mut theirs, Mode::TwoWay, &[("1", event("Dentist", "10"))]);
    let broken = bench.steps(&mut ours, Mode::TwoWay, &[], &BTreeMap::new(), false);
    assert_eq!(broken.added.len(), 1);
    let moved = [("7", event("Dentist", "12"))];
    bench.sync(&mut ours, Mode::Slow, &moved);
    assert_eq!(bench.items().len(), 1);
    assert!(bench.sync(&mut theirs, Mode::TwoWay, &[]).bodies[0].contains("20060112"));
}

/// A rule that vCalendar 1.0 has no words for is not laid beside what comes; but the rule it took the place of must go.
#[test]
fn a_rule_that_is_no_more_does_not_stay_where_the_new_one_has_no_words() {
    let mut bench = Bench::new(Policy::ServerWins);
    let taken = Taken::new(
        MediaType::new("text/x-vcalendar"),
        "1.0",
        Lens {
            zone: Some("Europe/Prague".to_owned()),
            ..Lens::default()
        },
    );
    let id = DeviceId::parse("ours").unwrap();
    bench.takes.insert(id, Takes::new(vec![taken]));
    let mut ours = phone(&mut bench, "ours", &[]);
    let daily = recurring("Pay", "10", "RRULE:D1 #5\r\n");
    bench.sync(&mut ours, Mode::TwoWay, &[("1", daily)]);
    let mut theirs = phone(&mut bench, "theirs", &[]);
    bench.sync(&mut theirs, Mode::Slow, &[]);
    let last_working_day = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nSUMMARY:Pay\r\n\
        DTSTART:20060110T090000Z\r\nDTEND:20060110T100000Z\r\n\
        RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=9\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let ruled = Content {
        media_type: MediaType::new("text/calendar"),
        body: last_working_day.as_bytes().to_vec(),
    };
    bench.sync(&mut theirs, Mode::Slow, &[("7", Edit::Replace(ruled))]);
    let moved = recurring("Pay", "12", "RRULE:D1 #5\r\n");
    let synced = bench.sync(&mut ours, Mode::TwoWay, &[("1", moved)]);
    let told = &synced.bodies[0];
    assert!(
        told.contains("20060112") && !told.contains("RRULE"),
        "{told}"
    );
}
