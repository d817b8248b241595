//! Edits that meet on devices which hold less than we do, or whose session broke off before they had what came of it.

use anchorage::ids::DeviceId;
use anchorage::item::MediaType;
use anchorage::pim::lens::Lens;
use anchorage::pim::lens::caps::{Capability, Caps};
use anchorage::pim::takes::{Taken, Takes};
use anchorage::store::Policy;
use anchorage::sync::{Edit, Mode, Outcome};

use crate::bench::Bench;
use crate::merges::{CARD, after, lines, put, says, sync, with};

/// A phone that holds only these properties of a vCard 2.1.
fn weak(bench: &mut Bench, name: &str, holds: &[&str]) {
    let caps = Caps {
        properties: holds.iter().map(|name| Capability::named(name)).collect(),
    };
    let lens = Lens {
        caps: Some(caps),
        ..Lens::default()
    };
    sees(bench, name, lens);
}

/// A phone that sees cards of vCard 2.1 through this lens.
fn sees(bench: &mut Bench, name: &str, lens: Lens) {
    let taken = Taken::new(MediaType::new("text/x-vcard"), "2.1", lens);
    let id = DeviceId::parse(name).unwrap();
    bench.takes.insert(id, Takes::new(vec![taken]));
}

#[test]
fn a_weak_device_clears_nothing_that_others_put_there_meanwhile() {
    let mut bench = Bench::new(Policy::ServerWins);
    weak(&mut bench, "ours", &["N", "TEL", "TITLE"]);
    let mut theirs = with(&mut bench, "theirs", &put(CARD));
    let mut ours = with(&mut bench, "ours", &put(&["TEL;HOME:1", "TEL;CELL:2"]));
    assert_eq!(says(&bench), [["NOTE:old", "TEL;CELL:2", "TEL;HOME:1"]]);
    let edited = [
        "TEL;HOME:1",
        "TEL;CELL:2",
        "NOTE:new",
        "TITLE:Dr",
        "BDAY:19700101",
    ];
    sync(&mut bench, &mut theirs, put(&edited));
    let synced = sync(&mut bench, &mut ours, put(&["TEL;HOME:1", "TEL;CELL:22"]));
    assert_eq!(synced.outcomes, [Outcome::Merged]);
    let both = [
        "BDAY:1970-01-01",
        "NOTE:new",
        "TEL;CELL:22",
        "TEL;HOME:1",
        "TITLE:Dr",
    ];
    assert_eq!(says(&bench), [both]);
    let own = ["TEL;CELL:22", "TEL;HOME:1", "TITLE:Dr"];
    assert_eq!(lines(&synced.bodies[0]), own);
    // What it cannot hold is no reason to send it anything.
    sync(
        &mut bench,
        &mut theirs,
        put(&["TEL;HOME:1", "TEL;CELL:22", "NOTE:newest", "TITLE:Dr"]),
    );
    let synced = sync(
        &mut bench,
        &mut ours,
        put(&["TEL;HOME:111", "TEL;CELL:22", "TITLE:Dr"]),
    );
    assert_eq!(
        (synced.outcomes, synced.sent.len()),
        (vec![Outcome::Replaced], 0)
    );
    assert_eq!(
        says(&bench),
        [["NOTE:newest", "TEL;CELL:22", "TEL;HOME:111", "TITLE:Dr"]]
    );
}

/// Field quirk V8.
#[test]
fn a_device_that_keeps_what_is_missing_is_sent_something_in_its_place() {
    let mut bench = Bench::new(Policy::ServerWins);
    let mut lens = Lens::default();
    lens.contact.stand_ins = vec![("TITLE".into(), "-".into())];
    sees(&mut bench, "ours", lens);
    let titled = put(&["TEL;HOME:1", "TITLE:Dr", "NOTE:old"]);
    let mut theirs = with(&mut bench, "theirs", &titled);
    let mut ours = with(&mut bench, "ours", &titled);
    sync(&mut bench, &mut theirs, put(&["TEL;HOME:1"]));
    let synced = bench.sync(&mut ours, Mode::TwoWay, &[]);
    let sent = ["TEL;HOME:1", "TITLE:-"];
    assert_eq!(lines(&synced.bodies[0]), sent);
    // What stands in for nothing is nothing when it comes back, alone or with an edit.
    let echo = sync(&mut bench, &mut ours, put(&sent));
    assert_eq!(
        (echo.outcomes, echo.sent.len()),
        (vec![Outcome::Unchanged], 0)
    );
    sync(&mut bench, &mut ours, put(&["TEL;HOME:2", "TITLE:-"]));
    assert_eq!(says(&bench), [["TEL;TYPE=home:2"]]);
}

#[test]
fn an_edit_taken_back_before_the_merged_item_came_is_taken_back() {
    let (mut bench, _, mut ours) = after(
        Policy::NewestWins,
        &["TEL;HOME:1", "TEL;CELL:2", "NOTE:new"],
    );
    let edited = put(&["TEL;HOME:1", "TEL;CELL:22", "NOTE:old"]);
    // The line breaks before the device gets the merged item.
    assert_eq!(
        bench.half(&ours, &[("1", edited.clone())]),
        [Outcome::Merged]
    );
    // The same again is no edit.
    assert_eq!(bench.half(&ours, &[("1", edited)]), [Outcome::Unchanged]);
    let synced = sync(&mut bench, &mut ours, put(CARD));
    assert_eq!(synced.outcomes, [Outcome::Merged]);
    let now = ["NOTE:new", "TEL;CELL:2", "TEL;HOME:1"];
    assert_eq!(says(&bench), [now]);
    assert_eq!(lines(&synced.bodies[0]), now);
}

#[test]
fn a_loser_that_goes_on_is_laid_beside_what_it_lost_with() {
    let (mut bench, _, mut ours) = after(
        Policy::ServerWins,
        &["TEL;HOME:1", "TEL;CELL:2", "NOTE:new"],
    );
    let lost = put(&["TEL;HOME:1", "TEL;CELL:2", "NOTE:ours"]);
    assert_eq!(bench.half(&ours, &[("1", lost)]), [Outcome::ServerWon]);
    let synced = sync(
        &mut bench,
        &mut ours,
        put(&["TEL;HOME:1", "TEL;CELL:22", "NOTE:ours"]),
    );
    assert_eq!(synced.outcomes, [Outcome::Merged]);
    assert_eq!(says(&bench), [["NOTE:new", "TEL;CELL:22", "TEL;HOME:1"]]);
}

#[test]
fn a_refresh_from_a_weak_device_keeps_what_others_wrote_since_and_sends_it_there() {
    let mut bench = Bench::new(Policy::ServerWins);
    weak(&mut bench, "ours", &["N", "TEL", "TITLE"]);
    let mut theirs = with(&mut bench, "theirs", &put(&["TEL;HOME:1"]));
    let mut ours = with(&mut bench, "ours", &put(&["TEL;HOME:1"]));
    sync(
        &mut bench,
        &mut theirs,
        put(&["TEL;HOME:1", "NOTE:new", "TITLE:Dr"]),
    );
    let all = [("1", put(&["TEL;HOME:1"]))];
    bench.sync(&mut ours, Mode::RefreshFromClient, &all);
    assert_eq!(says(&bench), [["NOTE:new", "TEL;HOME:1", "TITLE:Dr"]]);
    let next = bench.sync(&mut ours, Mode::TwoWay, &[]);
    assert_eq!(lines(&next.bodies[0]), ["TEL;HOME:1", "TITLE:Dr"]);
}

#[test]
fn what_was_cleared_on_an_item_that_others_changed_and_deleted_stays_cleared() {
    let mut bench = Bench::new(Policy::ServerWins);
    weak(&mut bench, "ours", &["N", "TEL", "TITLE"]);
    let mut theirs = with(
        &mut bench,
        "theirs",
        &put(&["TEL;HOME:1", "NOTE:old", "TITLE:Dr"]),
    );
    let mut ours = with(&mut bench, "ours", &put(&["TEL;HOME:1", "TITLE:Dr"]));
    sync(
        &mut bench,
        &mut theirs,
        put(&["TEL;HOME:1", "NOTE:new", "TITLE:Dr"]),
    );
    bench.sync(&mut theirs, Mode::TwoWay, &[("1", Edit::Delete)]);
    let synced = sync(&mut bench, &mut ours, put(&["TEL;HOME:2"]));
    assert_eq!(synced.outcomes, [Outcome::ClientWon]);
    assert_eq!(says(&bench), [["NOTE:new", "TEL;HOME:2"]]);
}

#[test]
fn of_two_twins_that_are_both_kept_each_stays_what_it_was() {
    let mut bench = Bench::new(Policy::KeepBoth);
    weak(&mut bench, "ours", &["N", "TEL", "TITLE"]);
    with(
        &mut bench,
        "theirs",
        &put(&["TEL;HOME:1", "TITLE:Dr", "NOTE:old"]),
    );
    let mut ours = with(&mut bench, "ours", &put(&["TEL;HOME:1", "TITLE:Prof"]));
    assert_eq!(
        says(&bench),
        [
            vec!["NOTE:old", "TEL;HOME:1", "TITLE:Dr"],
            vec!["TEL;HOME:1", "TITLE:Prof"]
        ]
    );
    // The other one comes under a name that it has not told yet; of its own it has all.
    let sent = bench.sync(&mut ours, Mode::TwoWay, &[]).sent;
    assert!(sent.iter().all(|told| told.starts_with('+')), "{sent:?}");
}
