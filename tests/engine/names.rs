//! Names and anchors: the previous anchor, LUIDs used again, offers without a Map.

use std::collections::BTreeMap;

use anchorage::item::{Content, MediaType};
use anchorage::store::Policy;
use anchorage::sync::{Edit, Mode, Outcome};

use crate::bench::{Bench, Phone, add, phone, put};

/// The phone as it was when it held this anchor.
fn set_back(phone: &Phone, last: Option<String>) -> Phone {
    Phone {
        id: phone.id.clone(),
        last,
        filter: phone.filter.clone(),
    }
}

#[test]
fn a_phone_one_sync_behind_is_told_again_and_needs_no_slow_sync() {
    let mut bench = Bench::new(Policy::NewestWins);
    let cards = ["a:0", "b:0"];
    let mut theirs = phone(&mut bench, "theirs", &cards);
    let mut ours = phone(&mut bench, "ours", &cards);
    let before = ours.last.clone();
    let edits = [("1", put("a:1")), ("2", Edit::Delete)];
    bench.sync(&mut theirs, Mode::TwoWay, &edits);
    assert_eq!(
        bench.sync(&mut ours, Mode::TwoWay, &[]).sent,
        ["=1 a:1", "-2"]
    );
    let mut ours = set_back(&ours, before);
    let again = bench.sync(&mut ours, Mode::TwoWay, &[]);
    assert_eq!(again.mode, Some(Mode::TwoWay));
    assert_eq!(again.sent, ["=1 a:1", "-2"]);
    assert!(bench.sync(&mut ours, Mode::TwoWay, &[]).sent.is_empty());
}

#[test]
fn a_phone_two_syncs_behind_compares_everything() {
    let mut bench = Bench::new(Policy::NewestWins);
    let mut ours = phone(&mut bench, "ours", &["a:0"]);
    let before = ours.last.clone();
    bench.sync(&mut ours, Mode::TwoWay, &[]);
    bench.sync(&mut ours, Mode::TwoWay, &[]);
    let mut ours = set_back(&ours, before);
    assert_eq!(
        bench.sync(&mut ours, Mode::TwoWay, &[]).mode,
        Some(Mode::Slow)
    );
}

#[test]
fn what_a_phone_behind_missed_is_not_forgotten_while_it_only_sends() {
    let mut bench = Bench::new(Policy::NewestWins);
    let mut theirs = phone(&mut bench, "theirs", &["a:0"]);
    let mut ours = phone(&mut bench, "ours", &["a:0"]);
    let before = ours.last.clone();
    bench.sync(&mut theirs, Mode::TwoWay, &[("1", put("a:1"))]);
    bench.sync(&mut ours, Mode::TwoWay, &[]);
    let mut ours = set_back(&ours, before);
    assert!(
        bench
            .sync(&mut ours, Mode::OneWayFromClient, &[])
            .sent
            .is_empty()
    );
    assert_eq!(bench.sync(&mut ours, Mode::TwoWay, &[]).sent, ["=1 a:1"]);
}

#[test]
fn after_a_refresh_there_is_no_way_back_to_the_names_before() {
    let mut bench = Bench::new(Policy::NewestWins);
    let mut ours = phone(&mut bench, "ours", &["a:0"]);
    let before = ours.last.clone();
    bench.sync(&mut ours, Mode::RefreshFromServer, &[]);
    let mut ours = set_back(&ours, before);
    assert_eq!(
        bench.sync(&mut ours, Mode::TwoWay, &[]).mode,
        Some(Mode::Slow)
    );
}

#[test]
fn a_new_item_under_an_old_name_takes_nothing_from_the_item_that_had_it() {
    let mut bench = Bench::new(Policy::NewestWins);
    let mut ours = phone(&mut bench, "ours", &["a:0"]);
    let synced = bench.sync(&mut ours, Mode::TwoWay, &[("1", add("b:0"))]);
    assert_eq!(synced.outcomes, [Outcome::Added]);
    assert_eq!(synced.sent, ["+a:0"]);
    assert_eq!(bench.items(), ["a:0", "b:0"]);
}

#[test]
fn an_item_added_once_more_with_another_text_is_an_edit() {
    let mut bench = Bench::new(Policy::NewestWins);
    let mut ours = phone(&mut bench, "ours", &["a:0"]);
    bench.sync(&mut ours, Mode::TwoWay, &[("1", add("a:1"))]);
    assert_eq!(bench.items(), ["a:1"]);
}

#[test]
fn what_nobody_named_is_offered_again() {
    let mut bench = Bench::new(Policy::NewestWins);
    let mut ours = phone(&mut bench, "ours", &[]);
    phone(&mut bench, "theirs", &["a:0"]);
    let first = bench.sync(&mut ours, Mode::TwoWay, &[]);
    let second = bench.sync(&mut ours, Mode::TwoWay, &[]);
    assert_eq!((first.sent, &first.added), (second.sent, &second.added));
    let names = BTreeMap::from([("a:0", "9")]);
    bench.steps(&mut ours, Mode::TwoWay, &[], &names, true);
    assert!(bench.sync(&mut ours, Mode::TwoWay, &[]).sent.is_empty());
}

#[test]
fn an_unnamed_offer_that_comes_back_as_a_new_item_is_joined() {
    let mut bench = Bench::new(Policy::NewestWins);
    let mut ours = phone(&mut bench, "ours", &[]);
    phone(&mut bench, "theirs", &["a:0"]);
    bench.steps(&mut ours, Mode::TwoWay, &[], &BTreeMap::new(), false);
    let synced = bench.sync(&mut ours, Mode::TwoWay, &[("9", add("a:0"))]);
    assert_eq!(synced.outcomes, [Outcome::Added]);
    assert!(synced.sent.is_empty());
    assert_eq!(bench.items(), ["a:0"]);
}

#[test]
fn an_unnamed_offer_is_no_twin_to_quarrel_with() {
    let mut bench = Bench::new(Policy::KeepBoth);
    let mut ours = phone(&mut bench, "ours", &[]);
    let mut theirs = phone(&mut bench, "theirs", &["a:0"]);
    bench.steps(&mut ours, Mode::TwoWay, &[], &BTreeMap::new(), false);
    bench.sync(&mut theirs, Mode::TwoWay, &[("1", put("a:1"))]);
    let synced = bench.sync(&mut ours, Mode::Slow, &[("9", put("a:0"))]);
    assert_eq!(synced.sent, ["=9 a:1"]);
    assert_eq!(bench.items(), ["a:1"]);
}

#[test]
fn an_edit_of_an_unnamed_offer_is_an_edit() {
    let mut bench = Bench::new(Policy::ServerWins);
    let mut ours = phone(&mut bench, "ours", &[]);
    phone(&mut bench, "theirs", &["a:0"]);
    bench.steps(&mut ours, Mode::TwoWay, &[], &BTreeMap::new(), false);
    let synced = bench.sync(&mut ours, Mode::Slow, &[("9", put("a:1"))]);
    assert_eq!(synced.outcomes, [Outcome::Replaced]);
    assert_eq!(bench.items(), ["a:1"]);
}

#[test]
fn a_session_that_broke_off_leaves_the_anchors_where_they_were() {
    let mut bench = Bench::new(Policy::NewestWins);
    let mut ours = phone(&mut bench, "ours", &["a:0"]);
    bench.steps(
        &mut ours,
        Mode::TwoWay,
        &[("1", put("a:1"))],
        &BTreeMap::new(),
        false,
    );
    let synced = bench.sync(&mut ours, Mode::TwoWay, &[("1", put("a:1"))]);
    assert_eq!(synced.mode, Some(Mode::TwoWay));
    assert_eq!(synced.outcomes, [Outcome::Unchanged]);
}

#[test]
fn a_deletion_that_a_slow_sync_put_off_is_told_again_to_a_phone_set_back() {
    let mut bench = Bench::new(Policy::NewestWins);
    let mut ours = phone(&mut bench, "ours", &["a:0", "b:0"]);
    let mut theirs = phone(&mut bench, "theirs", &["a:0", "b:0"]);
    bench.sync(&mut theirs, Mode::TwoWay, &[("1", Edit::Delete)]);
    let all = [("1", put("a:0")), ("2", put("b:0"))];
    assert!(bench.sync(&mut ours, Mode::Slow, &all).sent.is_empty());
    let before = ours.last.clone();
    assert_eq!(bench.sync(&mut ours, Mode::TwoWay, &[]).sent, ["-1"]);
    ours.last = before;
    let synced = bench.sync(&mut ours, Mode::TwoWay, &[]);
    assert_eq!(
        (synced.mode, synced.sent),
        (Some(Mode::TwoWay), vec!["-1".to_owned()])
    );
    assert!(bench.sync(&mut ours, Mode::TwoWay, &[]).sent.is_empty());
}

/// REQ-FMT-7. A wiped phone, though, may have another person under the LUID.
#[test]
fn a_card_with_another_company_is_still_that_card_in_a_slow_sync_of_its_phone() {
    let card = |name: &str, company: &str| {
        let body = format!(
            "BEGIN:VCARD\r\nVERSION:2.1\r\nN:{name}\r\nORG:{company}\r\nNOTE:0\r\nEND:VCARD\r\n"
        );
        Edit::Replace(Content {
            media_type: MediaType::new("text/x-vcard"),
            body: body.into_bytes(),
        })
    };
    let mut bench = Bench::new(Policy::NewestWins);
    let mut ours = phone(&mut bench, "ours", &[]);
    bench.sync(&mut ours, Mode::Slow, &[("1", card("a", "Elm"))]);
    let slow = bench.sync(&mut ours, Mode::Slow, &[("1", card("a", "Oak"))]);
    assert_eq!(
        (slow.outcomes, slow.sent),
        (vec![Outcome::Replaced], vec![])
    );
    assert_eq!(bench.items(), ["a:0"]);
    let slow = bench.sync(&mut ours, Mode::Slow, &[("1", card("b", "Oak"))]);
    assert_eq!(
        (slow.outcomes, slow.sent),
        (vec![Outcome::Added], vec!["+a:0".to_owned()])
    );
    assert_eq!(bench.items(), ["a:0", "b:0"]);
}

/// Else a third device that changed it, too, would have another one of it.
#[test]
fn what_was_deleted_elsewhere_and_changed_here_lives_again_as_the_same_item_in_a_slow_sync() {
    let mut bench = Bench::new(Policy::NewestWins);
    let cards = ["a:0"];
    let mut ours = phone(&mut bench, "ours", &cards);
    let mut theirs = phone(&mut bench, "theirs", &cards);
    let mut others = phone(&mut bench, "others", &cards);
    bench.sync(&mut theirs, Mode::TwoWay, &[("1", Edit::Delete)]);
    let slow = bench.sync(&mut ours, Mode::Slow, &[("1", put("a:1"))]);
    assert_eq!((slow.outcomes, slow.sent), (vec![Outcome::Added], vec![]));
    bench.sync(&mut others, Mode::TwoWay, &[("1", put("a:2"))]);
    assert_eq!(bench.items(), ["a:2"]);
    assert_eq!(bench.sync(&mut ours, Mode::TwoWay, &[]).sent, ["=1 a:2"]);
    assert_eq!(bench.sync(&mut theirs, Mode::TwoWay, &[]).sent, ["+a:2"]);
}
