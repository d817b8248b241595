//! What a device parts with, keeps a copy of, or copies.

use anchorage::ids::Luid;
use anchorage::store::Policy;
use anchorage::sync::{Edit, Mode, Outcome};

use crate::bench::{Bench, Phone, add, phone, put};

/// Two phones with the same cards.
fn two(cards: &[&str]) -> (Bench, Phone, Phone) {
    let mut bench = Bench::new(Policy::NewestWins);
    let one = phone(&mut bench, "one", cards);
    let other = phone(&mut bench, "other", cards);
    (bench, one, other)
}

fn copy(to: &str) -> Edit {
    Edit::Copy(Some(Luid::parse(to).unwrap()))
}

#[test]
fn a_soft_deleted_item_stays_for_all_others_and_is_not_sent_again() {
    let (mut bench, mut one, mut other) = two(&["a:0", "b:0"]);
    let synced = bench.sync(&mut one, Mode::TwoWay, &[("1", Edit::SoftDelete)]);
    assert_eq!(synced.outcomes, [Outcome::SoftDeleted]);
    assert!(synced.sent.is_empty());
    assert!(bench.sync(&mut other, Mode::TwoWay, &[]).sent.is_empty());
    assert!(bench.sync(&mut one, Mode::TwoWay, &[]).sent.is_empty());
    assert_eq!(bench.items(), ["a:0", "b:0"]);
}

#[test]
fn a_soft_deleted_item_comes_back_as_a_new_one_when_it_changes() {
    let (mut bench, mut one, mut other) = two(&["a:0"]);
    bench.sync(&mut one, Mode::TwoWay, &[("1", Edit::SoftDelete)]);
    bench.sync(&mut other, Mode::TwoWay, &[("1", put("a:1"))]);
    assert_eq!(bench.sync(&mut one, Mode::TwoWay, &[]).sent, ["+a:1"]);
}

#[test]
fn a_soft_deleted_item_that_is_deleted_elsewhere_is_not_spoken_of() {
    let (mut bench, mut one, mut other) = two(&["a:0"]);
    bench.sync(&mut one, Mode::TwoWay, &[("1", Edit::SoftDelete)]);
    bench.sync(&mut other, Mode::TwoWay, &[("1", Edit::Delete)]);
    assert!(bench.sync(&mut one, Mode::TwoWay, &[]).sent.is_empty());
    assert!(bench.items().is_empty());
}

#[test]
fn a_slow_sync_brings_soft_deleted_items_back() {
    let (mut bench, mut one, _) = two(&["a:0", "b:0"]);
    bench.sync(&mut one, Mode::TwoWay, &[("1", Edit::SoftDelete)]);
    let synced = bench.sync(&mut one, Mode::Slow, &[("2", put("b:0"))]);
    assert_eq!(synced.sent, ["+a:0"]);
}

#[test]
fn a_phone_set_back_to_before_a_soft_delete_has_the_item_and_gets_its_change() {
    let (mut bench, mut one, mut other) = two(&["a:0"]);
    let before = one.last.clone();
    bench.sync(&mut one, Mode::TwoWay, &[("1", Edit::SoftDelete)]);
    one.last = before;
    assert!(bench.sync(&mut one, Mode::TwoWay, &[]).sent.is_empty());
    bench.sync(&mut other, Mode::TwoWay, &[("1", put("a:1"))]);
    assert_eq!(bench.sync(&mut one, Mode::TwoWay, &[]).sent, ["=1 a:1"]);
}

#[test]
fn a_soft_delete_of_what_is_gone_is_a_conflict() {
    let (mut bench, mut one, mut other) = two(&["a:0"]);
    bench.sync(&mut other, Mode::TwoWay, &[("1", Edit::Delete)]);
    let changes = [
        ("1", Edit::SoftDelete),
        ("1", Edit::SoftDelete),
        ("9", Edit::SoftDelete),
    ];
    let synced = bench.sync(&mut one, Mode::TwoWay, &changes);
    let gone = Outcome::SoftDeleteConflict;
    assert_eq!(synced.outcomes, [gone, gone, Outcome::NotThere]);
}

#[test]
fn an_item_changed_elsewhere_survives_a_soft_delete_and_comes_back() {
    let (mut bench, mut one, mut other) = two(&["a:0"]);
    bench.sync(&mut other, Mode::TwoWay, &[("1", put("a:1"))]);
    let synced = bench.sync(&mut one, Mode::TwoWay, &[("1", Edit::SoftDelete)]);
    assert_eq!(synced.outcomes, [Outcome::SoftDeleted]);
    assert_eq!(synced.sent, ["+a:1"]);
}

#[test]
fn what_was_soft_deleted_can_still_be_deleted_for_good() {
    let (mut bench, mut one, mut other) = two(&["a:0"]);
    bench.sync(&mut one, Mode::TwoWay, &[("1", Edit::SoftDelete)]);
    let synced = bench.sync(&mut one, Mode::TwoWay, &[("1", Edit::Delete)]);
    assert_eq!(synced.outcomes, [Outcome::Deleted]);
    assert_eq!(bench.sync(&mut other, Mode::TwoWay, &[]).sent, ["-1"]);
}

#[test]
fn the_luid_of_a_soft_deleted_item_may_be_used_again() {
    let (mut bench, mut one, _) = two(&["a:0"]);
    bench.sync(&mut one, Mode::TwoWay, &[("1", Edit::SoftDelete)]);
    let synced = bench.sync(&mut one, Mode::TwoWay, &[("1", add("z:0"))]);
    assert_eq!(synced.outcomes, [Outcome::Added]);
    assert!(synced.sent.is_empty(), "{:?}", synced.sent);
    assert_eq!(bench.items(), ["a:0", "z:0"]);
}

#[test]
fn an_archived_item_is_deleted_and_its_body_kept() {
    let (mut bench, mut one, mut other) = two(&["a:0"]);
    let synced = bench.sync(&mut one, Mode::TwoWay, &[("1", Edit::Archive)]);
    assert_eq!(synced.outcomes, [Outcome::Deleted]);
    assert_eq!(bench.revisions(), ["archived a:0"]);
    assert_eq!(bench.sync(&mut other, Mode::TwoWay, &[]).sent, ["-1"]);
}

#[test]
fn a_copy_is_an_item_of_its_own_under_the_name_the_phone_gave_it() {
    let (mut bench, mut one, mut other) = two(&["a:0"]);
    let synced = bench.sync(&mut one, Mode::TwoWay, &[("1", copy("7"))]);
    assert_eq!(synced.outcomes, [Outcome::Added]);
    assert!(synced.sent.is_empty());
    assert_eq!(bench.sync(&mut other, Mode::TwoWay, &[]).sent, ["+a:0"]);
    bench.sync(&mut one, Mode::TwoWay, &[("7", put("a:7"))]);
    assert_eq!(bench.items(), ["a:0", "a:7"]);
}

#[test]
fn a_copy_that_comes_again_is_no_second_one() {
    let (mut bench, mut one, _) = two(&["a:0"]);
    bench.half(&one, &[("1", copy("7"))]);
    let synced = bench.sync(
        &mut one,
        Mode::TwoWay,
        &[("1", copy("7")), ("7", put("a:7"))],
    );
    assert_eq!(synced.outcomes, [Outcome::Added, Outcome::Replaced]);
    assert_eq!(bench.items(), ["a:0", "a:7"]);
}

#[test]
fn a_copy_of_what_was_changed_elsewhere_is_brought_up_to_date() {
    let (mut bench, mut one, mut other) = two(&["a:0"]);
    bench.sync(&mut other, Mode::TwoWay, &[("1", put("a:1"))]);
    let mut sent = bench.sync(&mut one, Mode::TwoWay, &[("1", copy("7"))]).sent;
    sent.sort();
    assert_eq!(sent, ["=1 a:1", "=7 a:1"]);
}

#[test]
fn a_copy_without_a_name_comes_to_the_phone_as_a_new_item() {
    let (mut bench, mut one, _) = two(&["a:0"]);
    let synced = bench.sync(&mut one, Mode::TwoWay, &[("1", Edit::Copy(None))]);
    assert_eq!(synced.sent, ["+a:0"]);
}

#[test]
fn nothing_can_be_copied_that_is_not_there() {
    let (mut bench, mut one, mut other) = two(&["a:0"]);
    bench.sync(&mut other, Mode::TwoWay, &[("1", Edit::Delete)]);
    let synced = bench.sync(
        &mut one,
        Mode::TwoWay,
        &[("9", copy("7")), ("1", copy("8"))],
    );
    assert_eq!(synced.outcomes, [Outcome::NothingToCopy; 2]);
    assert!(bench.items().is_empty());
}
