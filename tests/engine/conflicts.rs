//! The conflict matrix: what either side did to one item, under every policy.

use anchorage::pim::filter::Filter;
use anchorage::store::Policy;
use anchorage::sync::{Edit, Mode, Outcome};

use crate::bench::{Bench, Phone, add, phone, put};

const POLICIES: [Policy; 4] = [
    Policy::ServerWins,
    Policy::ClientWins,
    Policy::NewestWins,
    Policy::KeepBoth,
];

/// Two phones with the card `a:0` under LUID 1; the other one then does this to it.
fn after(policy: Policy, other: Edit) -> (Bench, Phone) {
    let mut bench = Bench::new(policy);
    let mut theirs = phone(&mut bench, "theirs", &["a:0"]);
    let ours = phone(&mut bench, "ours", &["a:0"]);
    bench.sync(&mut theirs, Mode::TwoWay, &[("1", other)]);
    (bench, ours)
}

#[test]
fn of_two_versions_the_policy_keeps_one_or_both() {
    type Row = (
        Policy,
        &'static str,
        fn(&Outcome) -> bool,
        &'static [&'static str],
        &'static [&'static str],
    );
    let rows: [Row; 4] = [
        (
            Policy::ServerWins,
            "lost-conflict a:2",
            |o| *o == Outcome::ServerWon,
            &["a:1"],
            &["=1 a:1"],
        ),
        (
            Policy::ClientWins,
            "superseded a:1",
            |o| *o == Outcome::ClientWon,
            &["a:2"],
            &[],
        ),
        // Neither says when it was written: an edit of what the device had is the newer one.
        (
            Policy::NewestWins,
            "superseded a:1",
            |o| *o == Outcome::ClientWon,
            &["a:2"],
            &[],
        ),
        (
            Policy::KeepBoth,
            "superseded a:0",
            |o| matches!(o, Outcome::Duplicated(_)),
            &["a:1", "a:2"],
            &["+a:1"],
        ),
    ];
    for (policy, kept, is_outcome, items, sent) in rows {
        let (mut bench, mut ours) = after(policy, put("a:1"));
        let synced = bench.sync(&mut ours, Mode::TwoWay, &[("1", put("a:2"))]);
        assert!(is_outcome(&synced.outcomes[0]), "{policy:?}: {synced:?}");
        assert_eq!(
            (bench.items(), synced.sent),
            (strings(items), strings(sent)),
            "{policy:?}"
        );
        assert!(
            bench.revisions().contains(&kept.to_owned()),
            "{policy:?}: {:?}",
            bench.revisions()
        );
    }
}

#[test]
fn the_newer_version_wins_where_both_say_when() {
    for (mine, outcome) in [
        ("2@20060101T120000Z", Outcome::ServerWon),
        ("2@20060301T120000Z", Outcome::ClientWon),
    ] {
        let (mut bench, mut ours) = after(Policy::NewestWins, put("a:1@20060201T120000Z"));
        let synced = bench.sync(&mut ours, Mode::TwoWay, &[("1", put(&format!("a:{mine}")))]);
        assert_eq!(synced.outcomes, [outcome]);
    }
}

#[test]
fn the_same_edit_on_both_sides_is_no_conflict() {
    for policy in POLICIES {
        let (mut bench, mut ours) = after(policy, put("a:1"));
        let synced = bench.sync(&mut ours, Mode::TwoWay, &[("1", put("a:1"))]);
        assert_eq!(
            (synced.outcomes.as_slice(), synced.sent.len()),
            (&[Outcome::Unchanged][..], 0)
        );
        assert_eq!(bench.items(), ["a:1"]);
    }
}

#[test]
fn an_edit_survives_a_deletion_on_the_other_side() {
    for policy in POLICIES {
        let (mut bench, mut ours) = after(policy, Edit::Delete);
        let synced = bench.sync(&mut ours, Mode::TwoWay, &[("1", put("a:2"))]);
        assert_eq!(
            (synced.outcomes.as_slice(), synced.sent.len()),
            (&[Outcome::ClientWon][..], 0)
        );
        assert_eq!(bench.items(), ["a:2"]);

        let (mut bench, mut ours) = after(policy, put("a:1"));
        let synced = bench.sync(&mut ours, Mode::TwoWay, &[("1", Edit::Delete)]);
        assert_eq!(
            (synced.outcomes.as_slice(), synced.sent),
            (&[Outcome::ServerWon][..], strings(&["+a:1"]))
        );
        assert_eq!(bench.items(), ["a:1"]);
    }
}

#[test]
fn what_both_deleted_is_gone() {
    for policy in POLICIES {
        let (mut bench, mut ours) = after(policy, Edit::Delete);
        let synced = bench.sync(&mut ours, Mode::TwoWay, &[("1", Edit::Delete)]);
        assert_eq!(
            (synced.outcomes.as_slice(), synced.sent.len()),
            (&[Outcome::Deleted][..], 0)
        );
        assert_eq!(bench.items(), [""; 0]);
    }
}

#[test]
fn twins_that_differ_are_a_conflict_without_a_past() {
    let rows: [(Policy, &[&str], &[&str]); 4] = [
        (Policy::ServerWins, &["a:0"], &["=7 a:0"]),
        (Policy::ClientWins, &["a:9"], &[]),
        // Nothing says that a twin met for the first time is newer.
        (Policy::NewestWins, &["a:0"], &["=7 a:0"]),
        (Policy::KeepBoth, &["a:0", "a:9"], &["+a:0"]),
    ];
    for (policy, items, sent) in rows {
        let mut bench = Bench::new(policy);
        phone(&mut bench, "theirs", &["a:0"]);
        let mut ours = Phone {
            id: anchorage::ids::DeviceId::parse("ours").unwrap(),
            last: None,
            filter: Filter::default(),
        };
        let synced = bench.sync(&mut ours, Mode::Slow, &[("7", put("a:9"))]);
        assert_eq!(
            (bench.items(), synced.sent),
            (strings(items), strings(sent)),
            "{policy:?}"
        );
    }
}

#[test]
fn twins_are_paired_one_to_one_the_same_before_the_similar() {
    let mut bench = Bench::new(Policy::ServerWins);
    phone(&mut bench, "theirs", &["a:0", "a:1"]);
    let mut ours = Phone {
        id: anchorage::ids::DeviceId::parse("ours").unwrap(),
        last: None,
        filter: Filter::default(),
    };
    let cards = [("1", put("a:1")), ("2", put("a:0")), ("3", put("a:2"))];
    let synced = bench.sync(&mut ours, Mode::Slow, &cards);
    assert_eq!(
        synced.outcomes,
        [Outcome::Unchanged, Outcome::Unchanged, Outcome::Added]
    );
    assert_eq!(
        (bench.items(), synced.sent.len()),
        (strings(&["a:0", "a:1", "a:2"]), 0)
    );
}

#[test]
fn a_new_item_is_never_taken_for_another_of_the_same_name() {
    let mut bench = Bench::new(Policy::ServerWins);
    phone(&mut bench, "theirs", &["a:0"]);
    let mut ours = phone(&mut bench, "ours", &["a:0"]);
    bench.sync(&mut ours, Mode::TwoWay, &[("2", add("a:0"))]);
    assert_eq!(bench.items(), ["a:0", "a:0"]);
}

fn strings(all: &[&str]) -> Vec<String> {
    all.iter().map(|one| (*one).to_owned()).collect()
}
