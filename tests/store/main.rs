//! What the store promises: one list of facts, held against `SQLite` in memory and in a file, and against
//! `PostgreSQL`. A fact is a function that takes a fresh store with one account in it.
//!
//! (`cfg(test)` tells clippy that the modules are tests, where `unwrap` is right.)

#[cfg(test)]
#[path = "../common/mod.rs"]
mod common;

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod fresh;
#[cfg(test)]
mod items;
#[cfg(test)]
mod maps;
#[cfg(test)]
mod offers;
#[cfg(test)]
mod outages;
#[cfg(test)]
mod partials;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod transactions;
#[cfg(test)]
mod trees;
#[cfg(test)]
mod walks;

macro_rules! facts {
    ($($of:ident: $($fact:ident),+ $(,)?;)+) => {
        mod in_memory { $($(#[test] fn $fact() { crate::$of::$fact(&crate::fresh::Fresh::in_memory()); })+)+ }
        mod in_a_file { $($(#[test] fn $fact() { crate::$of::$fact(&crate::fresh::Fresh::in_a_file()); })+)+ }
        mod on_postgres { $($(#[test] fn $fact() { crate::$of::$fact(&crate::fresh::Fresh::on_postgres()); })+)+ }
    };
}

facts! {
    accounts:
        a_new_account_is_enabled_and_has_its_empty_collections,
        a_user_name_is_taken_once_and_to_the_letter,
        a_password_and_the_door_can_be_changed,
        what_is_not_there_cannot_be_changed,
        a_removed_account_leaves_nothing,
        a_removed_account_leaves_the_others_alone,
        the_clock_follows_the_time_and_never_stands_still,
        item_numbers_are_given_out_once,
        a_device_is_kept_and_its_authentications_only_counted,
        what_is_set_for_a_device_stays_through_its_sessions,
        a_forgotten_device_leaves_only_its_log,
        a_touched_collection_counts_modulo_its_prime,
        a_policy_is_kept,
        a_setting_is_replaced,
        anchors_are_kept_and_replaced,
        the_way_to_a_device_is_kept_and_forgotten_with_it;
    items:
        an_item_comes_back_as_it_was_kept,
        an_item_kept_again_is_replaced,
        of_one_item_kept_twice_at_once_the_last_stands,
        an_item_of_no_account_is_refused,
        a_twin_key_is_made_anew_for_the_item_as_it_was_alone,
        items_of_an_account_are_its_alone,
        thousands_of_items_are_kept_and_found_in_a_few_statements,
        empty_lists_cost_no_statement,
        twins_are_found_among_the_living,
        a_collection_is_listed_page_by_page,
        revisions_are_kept_by_reason,
        what_changed_since_is_listed_with_its_tombstones;
    maps:
        an_entry_comes_back_as_it_was_kept,
        a_luid_names_one_item_of_a_device,
        a_released_luid_may_name_another_item,
        a_luid_of_another_device_or_datastore_is_another,
        unfinished_business_of_earlier_sessions_is_pending,
        entries_are_dropped_by_item_by_session_and_when_gone;
    trees:
        a_folder_holds_its_living_items,
        a_device_has_in_a_folder_what_it_has_a_name_for,
        a_staged_item_keeps_the_name_of_its_folder;
    walks:
        a_walk_over_changes_visits_what_the_device_does_not_know,
        a_walk_visits_an_item_once_a_session,
        a_walk_over_everything_visits_what_the_device_knows_too,
        a_walk_over_everything_tells_what_has_a_luid_from_the_rest,
        a_walk_over_the_unpaired_visits_the_living_this_session_did_not_touch,
        a_walk_turns_its_pages_without_loss_or_repetition,
        a_walk_goes_through_several_collections_in_order,
        a_walk_visits_only_its_types_but_all_tombstones,
        a_walk_keeps_to_its_range,
        a_walk_looks_at_the_entries_of_its_device_and_datastore,
        a_walk_without_changes_costs_the_same_whatever_lies_there;
    sessions:
        a_session_is_found_by_its_token,
        a_session_whose_last_message_moved_is_not_overwritten,
        a_session_that_is_over_is_not_continued,
        a_newer_session_ends_the_older_ones,
        expired_sessions_are_purged_with_what_they_staged,
        what_a_live_session_staged_survives_a_purge,
        staged_items_are_read_page_by_page,
        the_log_is_read_newest_first,
        a_log_entry_is_replaced_as_the_session_goes_on,
        what_a_device_may_resume_is_found_newest_first;
    offers:
        what_was_too_large_is_found_by_its_size,
        what_a_session_sent_without_an_answer_is_pending_again;
    partials:
        the_pieces_of_an_object_are_joined_in_their_order,
        a_piece_without_bytes_changes_nothing,
        a_new_object_takes_the_place_of_the_one_before,
        what_a_device_was_sending_goes_with_its_last_session,
        what_a_device_was_sending_goes_with_device_and_account;
    transactions:
        what_failed_never_happened,
        what_panicked_never_happened,
        a_read_cannot_write,
        what_is_undone_to_a_savepoint_never_happened,
        a_savepoint_does_not_mend_a_transaction_that_failed,
        a_failed_statement_ends_its_transaction,
        a_reader_sees_one_moment,
        many_writers_of_one_account_take_turns,
        writers_of_different_accounts_all_succeed,
        every_statement_and_row_is_counted,
        migrating_again_changes_nothing,
        many_may_migrate_at_once;
}
