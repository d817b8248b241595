//! What a device has no room for waits, and comes first when there is room.

use anchorage::store::Policy;
use anchorage::sync::{Mode, Room};

use crate::bench::{Bench, Phone, phone, put};

/// A phone with the first card, and three more on the server.
fn one_of_four() -> (Bench, Phone) {
    let mut bench = Bench::new(Policy::NewestWins);
    let small = phone(&mut bench, "small", &["a:0"]);
    phone(&mut bench, "large", &["a:0", "b:0", "c:0", "d:0"]);
    (bench, small)
}

#[test]
fn no_more_items_are_sent_than_the_phone_has_room_for_and_none_is_lost() {
    let (mut bench, mut small) = one_of_four();
    let names = [("b:0", "2"), ("c:0", "3"), ("d:0", "4")].into();
    bench.room.items = Some(2);
    let synced = bench.steps(&mut small, Mode::TwoWay, &[], &names, true);
    assert_eq!(synced.sent, ["+b:0", "+c:0"]);
    bench.room.items = Some(0);
    let synced = bench.steps(&mut small, Mode::TwoWay, &[], &names, true);
    assert!(synced.sent.is_empty());
    bench.room = Room::default();
    let synced = bench.steps(&mut small, Mode::TwoWay, &[], &names, true);
    assert_eq!(synced.sent, ["+d:0"]);
    let synced = bench.steps(&mut small, Mode::TwoWay, &[], &names, true);
    assert!(synced.sent.is_empty());
}

#[test]
fn changes_and_deletions_need_no_room() {
    let (mut bench, mut small) = one_of_four();
    let mut third = phone(&mut bench, "third", &["a:0"]);
    bench.sync(&mut third, Mode::TwoWay, &[("1", put("a:1"))]);
    bench.room.is_full = true;
    let synced = bench.sync(&mut small, Mode::TwoWay, &[]);
    assert_eq!(synced.sent, ["=1 a:1"]);
}

#[test]
fn bytes_are_counted_as_well() {
    let (mut bench, mut small) = one_of_four();
    bench.room.bytes = Some(150);
    let synced = bench.sync(&mut small, Mode::TwoWay, &[]);
    assert_eq!(synced.sent.len(), 2, "cards of about 65 bytes");
}

#[test]
fn a_full_phone_that_syncs_slowly_gets_the_rest_later() {
    let (mut bench, mut small) = one_of_four();
    bench.room.items = Some(1);
    let synced = bench.sync(&mut small, Mode::Slow, &[("1", put("a:0"))]);
    assert_eq!(synced.sent.len(), 1);
    bench.room = Room::default();
    let synced = bench.sync(&mut small, Mode::TwoWay, &[]);
    assert_eq!(synced.sent.len(), 3, "the one that was not mapped, too");
}
