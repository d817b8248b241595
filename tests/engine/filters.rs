//! What a filter does to a device's items, and what it never does to ours.

use std::collections::BTreeMap;

use anchorage::ids::DeviceId;
use anchorage::pim::filter::{Filter, FilterType, Query, Rule};
use anchorage::store::Policy;
use anchorage::sync::{Edit, Mode, Outcome};

use crate::bench::{Bench, Phone, bare, phone, put};

fn filter(filter_type: FilterType, query: &str) -> Filter {
    Filter {
        rules: vec![Rule {
            filter_type,
            query: Query::parse(query).unwrap(),
        }],
        ..Filter::default()
    }
}

pub fn only(query: &str) -> Filter {
    filter(FilterType::Exclusive, query)
}

/// A phone with the cards `a:0` and `b:1` under the LUIDs 1 and 2, which now wants only notes with a 1.
fn filtered(bench: &mut Bench) -> Phone {
    let mut phone = phone(bench, "filtered", &["a:0", "b:1"]);
    phone.filter = only("NOTE&CON;1");
    let synced = bench.sync(&mut phone, Mode::TwoWay, &[]);
    assert_eq!(synced.sent, ["-1"]);
    assert_eq!(bench.items(), ["a:0", "b:1"]);
    phone
}

/// REQ-REP-17.
#[test]
fn what_left_a_device_comes_back_when_the_filter_is_gone_or_the_item_matches() {
    let mut bench = Bench::new(Policy::NewestWins);
    let mut phone = filtered(&mut bench);
    assert!(bench.sync(&mut phone, Mode::TwoWay, &[]).sent.is_empty());
    phone.filter = Filter::default();
    assert_eq!(bench.sync(&mut phone, Mode::TwoWay, &[]).sent, ["+a:0"]);

    let mut bench = Bench::new(Policy::NewestWins);
    let mut phone = filtered(&mut bench);
    let mut other = crate::bench::phone(&mut bench, "other", &["a:0", "b:1"]);
    bench.sync(&mut other, Mode::TwoWay, &[("1", put("a:10"))]);
    assert_eq!(bench.sync(&mut phone, Mode::TwoWay, &[]).sent, ["+a:10"]);
}

/// REQ-REP-17.
#[test]
fn a_device_that_echoes_our_delete_buries_nothing() {
    let mut bench = Bench::new(Policy::NewestWins);
    let mut phone = filtered(&mut bench);
    let echo = [("1", Edit::Delete)];
    let synced = bench.sync(&mut phone, Mode::TwoWay, &echo);
    assert_eq!(synced.outcomes, [Outcome::Deleted]);
    assert_eq!(bench.items(), ["a:0", "b:1"]);
    // A deletion of what the filter lets through is the user's own.
    bench.sync(&mut phone, Mode::TwoWay, &[("2", Edit::Delete)]);
    assert_eq!(bench.items(), ["a:0"]);
}

#[test]
fn a_device_that_was_set_back_is_told_again_what_must_leave() {
    let mut bench = Bench::new(Policy::NewestWins);
    let mut phone = phone(&mut bench, "filtered", &["a:0", "b:1"]);
    let before = phone.last.clone();
    phone.filter = only("NOTE&CON;1");
    assert_eq!(bench.sync(&mut phone, Mode::TwoWay, &[]).sent, ["-1"]);
    phone.last.clone_from(&before);
    let sent = bench.sync(&mut phone, Mode::TwoWay, &[]).sent;
    assert!(sent.contains(&"-1".to_owned()), "{sent:?}");
    // It edits what it has again: that is the same item, and no other one.
    phone.last = before;
    bench.sync(&mut phone, Mode::TwoWay, &[("1", put("a:2"))]);
    assert_eq!(bench.items(), ["a:2", "b:1"]);
}

#[test]
fn a_name_that_is_used_again_for_another_item_leaves_the_old_one_alone() {
    let mut bench = Bench::new(Policy::NewestWins);
    let mut phone = filtered(&mut bench);
    let add = crate::bench::add("c:1");
    let synced = bench.sync(&mut phone, Mode::TwoWay, &[("1", add)]);
    assert_eq!(
        (synced.outcomes, synced.sent),
        (vec![Outcome::Added], vec![])
    );
    assert_eq!(bench.items(), ["a:0", "b:1", "c:1"]);
    phone.filter = Filter::default();
    assert_eq!(bench.sync(&mut phone, Mode::TwoWay, &[]).sent, ["+a:0"]);
}

/// REQ-REP-17: the device's own changes are taken, in or out of its filter.
#[test]
fn what_a_device_makes_outside_of_its_filter_is_kept_and_leaves() {
    let mut bench = Bench::new(Policy::NewestWins);
    let mut phone = filtered(&mut bench);
    let synced = bench.sync(
        &mut phone,
        Mode::TwoWay,
        &[("3", put("c:5")), ("2", put("b:6"))],
    );
    assert_eq!(synced.sent, ["-2", "-3"]);
    assert_eq!(bench.items(), ["a:0", "b:6", "c:5"]);

    // By way of a sync in which we send nothing, it leaves in the next.
    let mut bench = Bench::new(Policy::NewestWins);
    let mut phone = filtered(&mut bench);
    bench.sync(&mut phone, Mode::OneWayFromClient, &[("3", put("c:5"))]);
    assert_eq!(bench.sync(&mut phone, Mode::TwoWay, &[]).sent, ["-3"]);
}

#[test]
fn an_inclusive_filter_takes_nothing_and_sends_nothing_new_that_does_not_match() {
    let mut bench = Bench::new(Policy::NewestWins);
    let mut other = phone(&mut bench, "other", &["a:0", "b:1"]);
    let mut phone = phone(&mut bench, "filtered", &["a:0"]);
    phone.filter = filter(FilterType::Inclusive, "NOTE&CON;1");
    let changes = [("1", put("a:7")), ("3", put("c:8"))];
    bench.sync(&mut other, Mode::TwoWay, &changes);
    let names = BTreeMap::from([("b:1", "2")]);
    let synced = bench.steps(&mut phone, Mode::TwoWay, &[], &names, true);
    assert_eq!(synced.sent, ["+b:1", "=1 a:7"]);
    phone.filter = Filter::default();
    assert_eq!(bench.sync(&mut phone, Mode::TwoWay, &[]).sent, ["+c:8"]);
}

/// A slow sync deletes nothing (REQ-TYPE-1): what must leave does in the next.
#[test]
fn a_slow_sync_takes_nothing_from_the_device_and_the_next_one_does() {
    let mut bench = Bench::new(Policy::NewestWins);
    let mut phone = phone(&mut bench, "filtered", &["a:0", "b:1"]);
    phone.filter = only("NOTE&CON;1");
    let all = [("1", put("a:0")), ("2", put("b:1"))];
    assert!(bench.sync(&mut phone, Mode::Slow, &all).sent.is_empty());
    assert_eq!(bench.sync(&mut phone, Mode::TwoWay, &[]).sent, ["-1"]);
}

/// A refresh from a device deletes what the device could have had, and nothing that a filter kept from it.
#[test]
fn a_refresh_from_a_filtered_device_spares_what_it_never_had() {
    for filter_now in [only("NOTE&CON;1"), Filter::default()] {
        let mut bench = Bench::new(Policy::NewestWins);
        let mut phone = filtered(&mut bench);
        let mut other = crate::bench::phone(&mut bench, "other", &["a:0", "b:1"]);
        bench.sync(&mut other, Mode::TwoWay, &[("3", put("c:1"))]);
        bench.sync(&mut phone, Mode::TwoWay, &[]);
        phone.filter = filter_now;
        bench.sync(&mut phone, Mode::RefreshFromClient, &[("2", put("b:1"))]);
        assert_eq!(
            bench.items(),
            ["a:0", "b:1"],
            "c is not on the device, and would be"
        );
        phone.filter = Filter::default();
        assert_eq!(bench.sync(&mut phone, Mode::TwoWay, &[]).sent, ["+a:0"]);
    }
}

#[test]
fn a_device_gets_no_more_items_than_it_wants() {
    let mut bench = Bench::new(Policy::NewestWins);
    phone(&mut bench, "other", &["a:0", "b:0", "c:0", "d:0"]);
    let names = BTreeMap::from([("b:0", "2"), ("c:0", "3"), ("d:0", "4")]);
    let mut fresh = Phone {
        id: DeviceId::parse("fresh").unwrap(),
        last: None,
        filter: Filter {
            most: Some(2),
            ..Filter::default()
        },
    };
    let sent = bench
        .steps(&mut fresh, Mode::Slow, &[("1", put("a:0"))], &names, true)
        .sent;
    assert_eq!(sent, ["+b:0"]);
    assert!(bench.sync(&mut fresh, Mode::TwoWay, &[]).sent.is_empty());
    let sent = bench
        .steps(
            &mut fresh,
            Mode::TwoWay,
            &[("1", Edit::Delete)],
            &names,
            true,
        )
        .sent;
    assert_eq!(sent, ["+c:0"]);
    assert_eq!(bench.items(), ["b:0", "c:0", "d:0"]);
}

/// A phone that wants nothing but names, with the cards `a:0` and `b:1`; a note that it sends is its own.
fn without_notes(bench: &mut Bench) -> Phone {
    let mut phone = phone(bench, "small", &["a:0", "b:1"]);
    phone.filter.fields.without.push("NOTE".to_owned());
    assert_eq!(
        bench.sync(&mut phone, Mode::TwoWay, &[]).sent,
        ["=1 a:", "=2 b:"]
    );
    phone
}

/// REQ-FMT-2.
#[test]
fn what_a_device_does_not_want_of_an_item_outlives_its_edits() {
    let mut bench = Bench::new(Policy::NewestWins);
    let mut phone = without_notes(&mut bench);
    // The same as it was sent is no edit; another name is one, and takes nothing but the name.
    let synced = bench.sync(
        &mut phone,
        Mode::TwoWay,
        &[("1", bare("a")), ("2", bare("c"))],
    );
    assert_eq!(synced.outcomes, [Outcome::Unchanged, Outcome::Replaced]);
    assert!(synced.sent.is_empty());
    assert_eq!(bench.items(), ["a:0", "c:1"]);
    // Neither a slow sync nor a refresh takes more.
    let all = [("1", bare("a")), ("2", bare("c"))];
    for mode in [Mode::Slow, Mode::RefreshFromClient] {
        assert!(bench.sync(&mut phone, mode, &all).sent.is_empty(), "{mode}");
        assert_eq!(bench.items(), ["a:0", "c:1"], "{mode}");
    }
    phone.filter = Filter::default();
    let sent = bench.sync(&mut phone, Mode::TwoWay, &[]).sent;
    assert_eq!(sent, ["=1 a:0", "=2 c:1"]);
    assert!(bench.sync(&mut phone, Mode::TwoWay, &[]).sent.is_empty());
}

/// A session that broke off has told the device what it has told it, by a filter that no later session need have.
#[test]
fn what_a_filter_took_in_a_session_that_broke_off_comes_back() {
    let mut bench = Bench::new(Policy::NewestWins);
    let mut phone = phone(&mut bench, "filtered", &["a:0", "b:1"]);
    phone.filter = only("NOTE&CON;1");
    let cut = bench.steps(&mut phone, Mode::TwoWay, &[], &BTreeMap::new(), false);
    assert_eq!(cut.sent, ["-1"]);
    phone.filter = Filter::default();
    assert_eq!(bench.sync(&mut phone, Mode::TwoWay, &[]).sent, ["+a:0"]);
    assert_eq!(bench.items(), ["a:0", "b:1"]);
}
