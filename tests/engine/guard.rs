//! The guard against mass deletion: what is held back, for whom, and what becomes of it.

use anchorage::pim::filter::Filter;
use anchorage::store::Policy;
use anchorage::sync::{Edit, Guard, Mode, Outcome, Release, Released};

use crate::bench::{Bench, Phone, phone, put};
use crate::filters::only;

const CARDS: [&str; 4] = ["a:0", "b:0", "c:0", "d:0"];

/// Two phones with the same four cards; more than half of three or more must not go at once.
fn two() -> (Bench, Phone, Phone) {
    let mut bench = Bench::new(Policy::NewestWins);
    bench.guard = Guard {
        percent: 50,
        least: 2,
    };
    let one = phone(&mut bench, "one", &CARDS);
    let other = phone(&mut bench, "other", &CARDS);
    (bench, one, other)
}

fn deletions(luids: &[&'static str]) -> Vec<(&'static str, Edit)> {
    luids.iter().map(|luid| (*luid, Edit::Delete)).collect()
}

#[test]
fn half_of_a_collection_may_go() {
    let (mut bench, mut one, mut other) = two();
    let synced = bench.sync(&mut one, Mode::TwoWay, &deletions(&["1", "2"]));
    assert_eq!(synced.outcomes, [Outcome::Deleted; 2]);
    assert_eq!(bench.items(), ["c:0", "d:0"]);
    assert_eq!(bench.sync(&mut other, Mode::TwoWay, &[]).sent, ["-1", "-2"]);
    assert!(bench.sync(&mut one, Mode::TwoWay, &[]).sent.is_empty());
}

#[test]
fn more_than_half_stays_for_all_others_and_is_not_sent_again() {
    let (mut bench, mut one, mut other) = two();
    let synced = bench.sync(&mut one, Mode::TwoWay, &deletions(&["1", "2", "3"]));
    assert_eq!(synced.outcomes, [Outcome::Deleted; 3]);
    assert!(synced.sent.is_empty());
    assert_eq!(bench.items(), CARDS);
    assert!(bench.sync(&mut other, Mode::TwoWay, &[]).sent.is_empty());
    assert!(bench.sync(&mut one, Mode::TwoWay, &[]).sent.is_empty());
}

#[test]
fn deletions_that_are_released_are_carried_out_but_for_what_changed_since() {
    let (mut bench, mut one, mut other) = two();
    bench.sync(&mut one, Mode::TwoWay, &deletions(&["1", "2", "3"]));
    bench.sync(&mut other, Mode::TwoWay, &[("3", put("c:1"))]);
    let released = bench.release(&one, Release::CarryOut);
    let expected = Released {
        deleted: 2,
        kept: 1,
    };
    assert_eq!(released, expected);
    assert_eq!(bench.items(), ["c:1", "d:0"]);
    assert_eq!(bench.sync(&mut one, Mode::TwoWay, &[]).sent, ["+c:1"]);
    assert_eq!(bench.sync(&mut other, Mode::TwoWay, &[]).sent, ["-1", "-2"]);
    assert_eq!(bench.release(&one, Release::CarryOut), Released::default());
}

#[test]
fn deletions_that_were_no_ones_wish_are_undone_on_the_phone() {
    let (mut bench, mut one, mut other) = two();
    bench.sync(&mut one, Mode::TwoWay, &deletions(&["1", "2", "3"]));
    assert_eq!(bench.release(&one, Release::GiveBack).kept, 3);
    let synced = bench.sync(&mut one, Mode::TwoWay, &[]);
    assert_eq!(synced.sent, ["+a:0", "+b:0", "+c:0"]);
    assert!(bench.sync(&mut other, Mode::TwoWay, &[]).sent.is_empty());
}

/// What a filter keeps from a device is not missing there, however much it is.
#[test]
fn what_a_filter_hides_is_not_counted_among_what_a_refresh_deletes() {
    let mut bench = Bench::new(Policy::NewestWins);
    bench.guard = Guard {
        percent: 50,
        least: 2,
    };
    let cards = [CARDS.as_slice(), &["e:1", "f:1"]].concat();
    let mut phone = phone(&mut bench, "filtered", &cards);
    phone.filter = only("NOTE&CON;1");
    let synced = bench.sync(&mut phone, Mode::TwoWay, &[]);
    assert_eq!(synced.sent, ["-1", "-2", "-3", "-4"]);
    bench.sync(&mut phone, Mode::RefreshFromClient, &[("5", put("e:1"))]);
    assert_eq!(bench.items(), ["a:0", "b:0", "c:0", "d:0", "e:1"]);
    // It is what would be deleted that is held back.
    phone.filter = Filter::default();
    let all = ["+a:0", "+b:0", "+c:0", "+d:0"];
    assert_eq!(bench.sync(&mut phone, Mode::TwoWay, &[]).sent, all);
    bench.sync(&mut phone, Mode::RefreshFromClient, &[("5", put("e:1"))]);
    assert_eq!(bench.items(), ["a:0", "b:0", "c:0", "d:0", "e:1"]);
}

#[test]
fn a_held_back_item_that_changes_goes_to_the_phone_again() {
    let (mut bench, mut one, mut other) = two();
    bench.sync(&mut one, Mode::TwoWay, &deletions(&["1", "2", "3"]));
    bench.sync(&mut other, Mode::TwoWay, &[("2", put("b:1"))]);
    assert_eq!(bench.sync(&mut one, Mode::TwoWay, &[]).sent, ["+b:1"]);
}

#[test]
fn deletions_of_a_session_that_broke_off_are_decided_on_in_the_next() {
    let (mut bench, mut one, mut other) = two();
    bench.half(&one, &deletions(&["1"]));
    assert_eq!(bench.items(), CARDS, "not yet decided on");
    bench.sync(&mut one, Mode::TwoWay, &[]);
    assert_eq!(bench.items(), ["b:0", "c:0", "d:0"]);
    assert_eq!(bench.sync(&mut other, Mode::TwoWay, &[]).sent, ["-1"]);

    let (mut bench, mut one, _) = two();
    bench.half(&one, &deletions(&["1", "2"]));
    bench.sync(&mut one, Mode::TwoWay, &deletions(&["3"]));
    assert_eq!(bench.items(), CARDS, "three of four in all");
}

#[test]
fn an_item_changed_before_its_deletion_is_decided_on_stays() {
    let (mut bench, mut one, mut other) = two();
    bench.half(&one, &deletions(&["1"]));
    bench.sync(&mut other, Mode::TwoWay, &[("1", put("a:1"))]);
    assert_eq!(bench.sync(&mut one, Mode::TwoWay, &[]).sent, ["+a:1"]);
}

#[test]
fn an_item_that_the_phone_has_again_is_not_deleted() {
    let (mut bench, mut one, _) = two();
    let mut changes = deletions(&["1", "2"]);
    changes.push(("1", put("a:0")));
    bench.sync(&mut one, Mode::TwoWay, &changes);
    assert_eq!(bench.items(), ["a:0", "c:0", "d:0"]);
    assert!(bench.sync(&mut one, Mode::TwoWay, &[]).sent.is_empty());
}

#[test]
fn a_slow_sync_gives_back_what_was_held_back() {
    let (mut bench, mut one, _) = two();
    bench.sync(&mut one, Mode::TwoWay, &deletions(&["1", "2", "3"]));
    let synced = bench.sync(&mut one, Mode::Slow, &[("4", put("d:0"))]);
    assert_eq!(synced.sent, ["+a:0", "+b:0", "+c:0"]);
    assert_eq!(bench.release(&one, Release::CarryOut), Released::default());
}

#[test]
fn a_phone_set_back_to_before_its_deletions_has_the_items() {
    let (mut bench, mut one, mut other) = two();
    let before = one.last.clone();
    bench.sync(&mut one, Mode::TwoWay, &deletions(&["1", "2", "3"]));
    one.last = before;
    bench.sync(&mut one, Mode::TwoWay, &[]);
    bench.sync(&mut other, Mode::TwoWay, &[("2", put("b:1"))]);
    assert_eq!(bench.sync(&mut one, Mode::TwoWay, &[]).sent, ["=2 b:1"]);
}

#[test]
fn a_refresh_from_the_client_that_leaves_too_little_deletes_nothing() {
    let (mut bench, mut one, mut other) = two();
    bench.sync(&mut one, Mode::RefreshFromClient, &[("9", put("z:0"))]);
    assert_eq!(bench.items(), ["a:0", "b:0", "c:0", "d:0", "z:0"]);
    assert!(bench.sync(&mut one, Mode::TwoWay, &[]).sent.is_empty());
    assert_eq!(bench.sync(&mut other, Mode::TwoWay, &[]).sent, ["+z:0"]);
    assert_eq!(bench.release(&one, Release::CarryOut).deleted, 4);
    assert_eq!(bench.items(), ["z:0"]);
}

#[test]
fn a_refresh_from_the_client_that_leaves_enough_deletes_the_rest() {
    let (mut bench, mut one, _) = two();
    let kept = [("1", put("a:0")), ("2", put("b:0"))];
    bench.sync(&mut one, Mode::RefreshFromClient, &kept);
    assert_eq!(bench.items(), ["a:0", "b:0"]);
}

#[test]
fn without_a_guard_everything_may_go() {
    let (mut bench, mut one, _) = two();
    bench.guard = Guard::default();
    bench.sync(&mut one, Mode::TwoWay, &deletions(&["1", "2", "3", "4"]));
    assert!(bench.items().is_empty());
}
