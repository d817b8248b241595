//! Many histories, and those that once failed.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::history::History;
use crate::phone::Theme;
use crate::server;
use crate::told::Told;
use crate::validate::Validator;

const HISTORIES: u64 = 2_000;
const TREES: u64 = 600;
const LENSES: u64 = 600;
const AGENDAS: u64 = 200;
const TASKS: u64 = 120;
const SILENT: u64 = 150;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Runs the history of this seed; what went wrong in it.
fn run(
    seed: u64,
    store: &anchorage::store::Store,
    theme: Theme,
    trace: bool,
) -> (Told, Vec<String>) {
    let told = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let mut history = History::new(seed, store, theme, trace);
        history.run();
        (history.told, history.wrong)
    }));
    told.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        (
            Told::default(),
            vec![format!("panic: {}", text.unwrap_or_default())],
        )
    })
}

#[test]
fn all_sides_agree_in_the_end() {
    all_agree(Theme::Lists, HISTORIES);
}

#[test]
fn all_sides_hold_the_same_tree_in_the_end() {
    all_agree(Theme::Trees, TREES);
}

#[test]
fn every_field_outlives_the_devices_that_cannot_hold_it() {
    all_agree(Theme::Lenses, LENSES);
}

#[test]
fn an_event_is_at_the_same_instant_on_every_device() {
    all_agree(Theme::Agendas, AGENDAS);
}

#[test]
fn a_task_is_due_at_the_same_instant_on_every_device() {
    all_agree(Theme::Tasks, TASKS);
}

#[test]
fn what_devices_cut_in_silence_and_users_enter_twice_is_whole_and_there_once() {
    all_agree(Theme::Silent, SILENT);
}

fn all_agree(theme: Theme, usual: u64) {
    if let Some(seed) = number("ANCHORAGE_TEST_SEED") {
        let (told, wrong) = run(seed, &server::store(), theme, true);
        println!("seed {seed}: {told}");
        assert!(wrong.is_empty(), "seed {seed}:\n  {}", wrong.join("\n  "));
        return;
    }
    let count = number("ANCHORAGE_TEST_HISTORIES").unwrap_or(usual);
    let first = number("ANCHORAGE_TEST_FROM").unwrap_or(0);
    let next = AtomicU64::new(first);
    let all = Mutex::new((Told::default(), BTreeMap::new()));
    let threads = std::thread::available_parallelism()
        .map_or(2, std::num::NonZero::get)
        .clamp(2, 8);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let store = server::store();
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + count {
                        return;
                    }
                    let (told, wrong) = run(seed, &store, theme, false);
                    let mut all = all.lock().unwrap();
                    all.0.add(&told);
                    if !wrong.is_empty() {
                        all.1.insert(seed, wrong);
                    }
                }
            });
        }
    });
    let (told, failed) = all.into_inner().unwrap();
    println!("histories={count} {told}");
    let few = failed.iter().take(25);
    let few: Vec<_> = few
        .map(|(seed, wrong)| format!("seed {seed}: {}", wrong.join("\n    ")))
        .collect();
    assert!(
        failed.is_empty(),
        "{} histories failed:\n{}",
        failed.len(),
        few.join("\n")
    );
}

/// Every XML message of some histories is valid by the DTD of its version.
#[test]
fn whatever_happens_the_server_says_it_in_valid_messages() {
    let store = server::store();
    let mut validator = Validator::default();
    for seed in 0..30 {
        let mut history = History::new(seed, &store, Theme::Lists, false);
        history.run();
        for (number, message) in history.server.said().iter().enumerate() {
            validator.add(&format!("seed {seed}, message {number}"), message);
        }
    }
    validator.assert_all_valid();
}

/// Seeds that once failed.
macro_rules! histories {
    ($theme:ident: $($name:ident: $seed:literal,)*) => {
        $(#[test] fn $name() {
            let (_, wrong) = run($seed, &server::store(), Theme::$theme, false);
            assert!(wrong.is_empty(), "seed {}:\n  {}", $seed, wrong.join("\n  "));
        })*
    };
}

histories! { Lists:
    a_message_full_of_statuses_has_room_to_ask_for_more: 1043,
    a_name_for_an_object_is_the_answer_to_its_last_chunk: 571,
    an_object_whose_end_comes_again_is_there_once: 505,
    a_phone_set_back_before_a_slow_sync_gets_again_what_that_brought: 1371,
    what_a_filter_took_before_the_line_broke_comes_back_without_it: 1554,
    a_deletion_missed_by_a_phone_that_only_sends_is_told_later: 577,
    a_restored_phone_that_uses_luids_again_keeps_every_item_apart: 711,
    a_deletion_of_an_item_nobody_remembers_telling_does_not_stand: 1378,
    an_offer_that_was_never_named_is_no_rival_of_its_newer_version: 1390,
    a_twin_that_lost_may_go_with_the_twin_that_won: 1488,
    a_phone_that_joins_the_packages_suspends_once_the_server_agreed: 12,
    an_object_taken_back_before_the_resume_is_not_missed: 948,
    an_object_that_a_resumed_atomic_brings_whole_is_not_missed: 538,
    an_object_deleted_before_a_resumed_slow_sync_never_ends: 1179,
    what_a_slow_sync_noted_to_leave_leaves_though_it_was_resumed: 934,
}

histories! { Trees:
    a_deletion_that_a_slow_sync_put_off_is_told_again_to_a_phone_set_back: 1307,
}

histories! { Agendas:
    what_a_stale_refresh_left_out_is_sent_to_the_phone_it_came_from: 305,
    a_phone_that_refreshed_from_what_it_had_shows_all_that_others_wrote: 106,
    an_event_that_was_offered_and_moved_before_its_name_came_is_that_event: 28,
    a_rule_that_a_phone_has_no_words_for_takes_the_place_of_the_one_it_had: 132,
}

histories! { Tasks:
    what_others_wrote_before_a_deletion_comes_to_the_phone_that_undid_it: 324,
}

histories! { Silent:
    a_twin_that_is_kept_beside_the_other_stays_what_it_was: 64,
}

histories! { Lenses:
    an_item_deleted_elsewhere_lives_again_as_itself_in_a_slow_sync: 345,
    what_was_written_since_a_lost_offer_comes_after_a_slow_sync: 368,
    what_a_phone_set_back_lacks_comes_once_more: 486,
}
