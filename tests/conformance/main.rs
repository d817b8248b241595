//! Whole sessions, message by message: what stands in `conformance/sessions` is played against the server and its
//! replies are compared with those that stand there, on both databases, in XML and in WBXML; recordings of
//! real clients are played where they are at hand. `conformance/sessions/README.md` tells how a story is written.
//!
//! (`cfg(test)` tells clippy that the modules are tests, where `unwrap` is right.)

#[cfg(test)]
#[path = "../common/mod.rs"]
mod common;
#[cfg(test)]
#[path = "../common/validate.rs"]
mod validate;

#[cfg(test)]
mod brim;
#[cfg(test)]
mod bytes;
#[cfg(test)]
mod devices;
#[cfg(test)]
mod endings;
#[cfg(test)]
mod objects;
#[cfg(test)]
mod play;
#[cfg(test)]
mod recordings;
#[cfg(test)]
mod server;
#[cfg(test)]
mod shape;
#[cfg(test)]
mod story;
#[cfg(test)]
mod wire;

macro_rules! stories {
    ($($(#[$note:meta])* fn $story:ident;)+) => {
        $($(#[$note])* #[test] fn $story() { crate::play::story(stringify!($story)); })+

        #[test]
        fn every_story_is_played() {
            let mut told = [$(stringify!($story).replace('_', "-")),+];
            told.sort_unstable();
            assert_eq!(crate::story::folders(), told);
        }
    };
}

stories! {
    /// REQ-SUSP-3, REQ-SUSP-7, ANC-17.
    fn a_broken_line_after_the_map_is_resumed;
    /// REQ-SUSP-2, REQ-SUSP-3, REQ-FIELD-9, ANC-17.
    fn a_broken_line_while_we_send_is_resumed;
    /// REQ-BUSY-1, REQ-AUTH-7, ANC-13, ANC-22.
    fn a_busy_server_and_a_mac_around_every_message;
    /// REQ-BUSY-1, REQ-AUTH-6, ANC-22.
    fn a_busy_server_asks_for_credentials_with_every_message;
    /// REQ-BUSY-1, REQ-STAT-1, ANC-22.
    fn a_busy_server_gives_its_reply_when_asked;
    /// REQ-BUSY-1, ANC-22. Field quirk P23.
    fn a_busy_server_in_the_middle_of_package_3;
    /// REQ-BUSY-1, REQ-PKG-5, ANC-22.
    fn a_busy_server_is_found_out_at_the_last_moment;
    /// REQ-BUSY-1, REQ-HTTP-10, ANC-22.
    fn a_busy_server_is_sent_the_message_again;
    /// REQ-ANCHOR-8, ANC-22.
    fn a_busy_server_that_is_not_asked_again_moves_no_anchor;
    /// Field quirk P20.
    fn a_client_that_copies_what_is_new;
    /// Field quirk P18.
    fn a_client_that_leaves_statuses_out;
    /// REQ-FIELD-7.
    fn a_client_that_uses_base64_gets_base64;
    /// Field quirk P19.
    fn a_client_whose_anchors_are_wrong;
    /// REQ-CONF-1, ANC-11.
    fn a_conflict_under_client_wins;
    /// REQ-CONF-1, ANC-11, REQ-STAT-8.
    fn a_conflict_under_keep_both;
    /// REQ-CONF-1, ANC-11.
    fn a_conflict_under_newest_wins;
    /// REQ-CONF-1, ANC-11.
    fn a_conflict_under_server_wins;
    /// Representation Protocol 1.2.2, sections 7.3.4 and 7.3.11.
    fn a_copy_is_an_item_of_its_own;
    /// Field quirk P20.
    fn a_copy_with_data_may_be_an_add;
    /// ANC-11.
    fn a_delete_meets_an_edit;
    /// REQ-META-6, REQ-DINF-7.
    fn a_device_changes_fields_of_an_item;
    /// REQ-META-4, REQ-LOB-2.
    fn a_device_is_sent_nothing_larger_than_it_takes;
    /// REQ-BUSY-1, ANC-22. Field quirks P9, P22 and P23.
    fn a_device_is_told_to_wait_in_its_own_way;
    /// Field quirk P4.
    fn a_device_takes_few_changes_in_a_message;
    /// REQ-MAP-3, REQ-MAP-4, REQ-FIELD-8; field quirk P30.
    fn a_device_takes_short_guids_alone;
    /// REQ-REP-11.
    fn a_device_that_changes_its_version;
    /// REQ-BUSY-1, ANC-22. Field quirks P22 and P23.
    fn a_device_that_does_not_know_101_is_kept_alive;
    /// Some Symbian phones.
    fn a_device_that_resumes_and_only_asks_for_more_gets_it;
    /// REQ-FMT-2, ANC-18.
    fn a_device_that_wants_few_fields_destroys_no_others;
    /// Field quirks P8, P9.
    fn a_device_that_wants_no_address;
    /// Field quirk P27.
    fn a_device_of_1_1_sees_files_without_folders;
    /// Field quirk P27.
    fn a_device_that_declares_no_folders_is_sent_none;
    /// SyncML Representation Protocol 1.2.2, sections 6.1.23 and 6.1.28.
    fn a_folder_is_deleted_on_either_side;
    /// REQ-LOB-1; SyncML Representation Protocol 1.2.2, sections 6.1.23 and 6.1.28.
    fn a_large_file_in_a_tree;
    /// REQ-REP-17; ARCHITECTURE.md, section 7.
    fn a_filter_takes_items_and_too_many_deletions_are_held_back;
    /// REQ-LOB-1, REQ-LOB-2.
    fn a_large_object_beyond_our_limit_is_refused;
    /// REQ-FIELD-10, REQ-META-7.
    fn a_large_object_in_base64_is_joined_before_it_is_decoded;
    /// Field quirk P2.
    fn a_large_object_of_a_series_40_phone;
    /// REQ-LOB-1, REQ-META-7, ANC-09.
    fn a_large_object_of_another_size_is_not_kept;
    /// REQ-STAT-7, REQ-LOB-1, REQ-LOB-2, REQ-FIELD-10, ANC-09, REQ-DINF-9.
    fn a_large_object_of_the_device_in_1_1;
    /// REQ-STAT-7, REQ-LOB-1, REQ-LOB-2, REQ-FIELD-10, ANC-09.
    fn a_large_object_of_the_device_in_1_2;
    /// REQ-SUSP-6, ANC-17.
    fn a_large_object_of_the_device_is_resumed;
    /// REQ-LOB-3.
    fn a_large_object_stays_what_it_was_while_it_is_sent;
    /// REQ-LOB-1, ANC-09.
    fn a_large_object_that_breaks_off_is_reported;
    /// REQ-LOB-1, REQ-SUSP-6.
    fn an_object_taken_back_before_a_resume_is_not_missed;
    /// REQ-REP-17, REQ-SUSP-3.
    fn what_a_filter_takes_leaves_after_a_resumed_slow_sync;
    /// REQ-MAP-3; SyncML Representation Protocol 1.2.2, sections 6.1.23 and 6.1.28.
    fn folders_go_by_short_guids_too;
    /// REQ-LOB-3, REQ-ERR-2, ANC-09.
    fn a_large_object_that_the_device_refuses_is_offered_again;
    /// REQ-STAT-7, REQ-LOB-3, REQ-META-7, ANC-09.
    fn a_large_object_to_the_device_in_1_1;
    /// REQ-STAT-7, REQ-LOB-3, REQ-META-7, ANC-09.
    fn a_large_object_to_the_device_in_1_2;
    /// REQ-SUSP-6, ANC-17.
    fn a_large_object_to_the_device_is_resumed;
    /// REQ-LOB-3, REQ-META-4.
    fn a_large_object_waits_for_a_device_that_takes_it;
    /// REQ-ANCHOR-3, ANC-03.
    fn a_last_anchor_of_zero_means_a_slow_sync;
    /// REQ-ANCHOR-3, ANC-03.
    fn a_last_anchor_of_zeros_means_a_slow_sync;
    /// REQ-AUTH-7, REQ-AUTH-12, ANC-13.
    fn a_mac_around_every_message;
    /// Field quirk P33.
    fn a_mail_client_on_a_phone_is_no_phone;
    /// REQ-MAP-4, REQ-MAP-5, REQ-FIELD-4, ANC-05.
    fn a_map_kept_for_the_next_session;
    /// REQ-HTTP-10, REQ-ERR-1, ANC-06.
    fn a_message_that_comes_twice_gets_the_same_reply;
    /// ARCHITECTURE.md, section 8.
    fn a_newer_session_ends_the_older_one;
    /// REQ-META-5.
    fn a_note_without_type_and_format;
    /// Field quirks P14, P16.
    fn a_phone_that_extensions_make_fail;
    /// Field quirks P5, P8.
    fn a_phone_that_full_messages_overrun;
    /// Field quirk P24.
    fn a_phone_that_takes_few_statuses;
    /// Field quirks P13, P17.
    fn a_phone_that_takes_no_replace_in_a_slow_sync;
    /// REQ-TYPE-4, REQ-PKG-8, ANC-10.
    fn a_refresh_from_the_client_replaces_everything;
    /// REQ-ANCHOR-4.
    fn a_refresh_from_the_client_that_breaks_off_changes_nothing;
    /// REQ-TYPE-5, ANC-10.
    fn a_refresh_from_the_server_sends_everything;
    /// REQ-ANCHOR-3, ANC-03, ANC-12; field quirk P7.
    fn a_reset_device_that_deletes_everything_gets_it_back;
    /// REQ-ANCHOR-3, REQ-FMT-7, ANC-12.
    fn a_reset_device_with_several_of_a_kind;
    /// REQ-SUSP-2.
    fn a_resume_before_1_2_is_refused;
    /// REQ-SUSP-3, REQ-SUSP-6.
    fn a_resume_that_breaks_off_is_resumed;
    /// REQ-SUSP-2.
    fn a_resume_that_we_cannot_mean_is_refused;
    /// REQ-SUSP-3, REQ-REP-17, ANC-17, ANC-18.
    fn a_resumed_sync_keeps_its_filter;
    /// Field quirk P1.
    fn a_series_40_phone_gets_errors_without_items;
    /// REQ-AUTH-7.
    fn a_session_keeps_its_scheme;
    /// REQ-ANCHOR-4, REQ-ERR-1, REQ-ERR-2, ANC-04.
    fn a_session_that_breaks_off_is_made_up_for;
    /// Field quirk P4.
    fn a_siemens_phone_gets_short_messages;
    /// Field quirk P3.
    fn a_size_that_means_nothing;
    /// REQ-TYPE-1, REQ-ANCHOR-6, REQ-FMT-7, ANC-12.
    fn a_slow_sync_pairs_twins;
    /// REQ-SUSP-2, REQ-SUSP-3, REQ-SUSP-7, ANC-17.
    fn a_slow_sync_that_broke_off_is_resumed;
    /// SCTS-0601.
    fn a_slow_sync_without_changes_leaves_both_sides_equal;
    /// SyncML Representation Protocol 1.2.2, section 7.3.5.
    fn a_soft_deleted_folder_stays_on_the_server;
    /// Representation Protocol 1.2.2, section 7.3.5.
    fn a_soft_deleted_item_stays_on_the_server;
    /// REQ-TYPE-2, REQ-PKG-8, REQ-FIELD-6, REQ-FIELD-14, ANC-10.
    fn a_sync_from_the_client_alone_sends_nothing;
    /// Sync Protocol 1.1, section 6.2, as some clients read it.
    fn a_sync_from_the_client_with_an_empty_answer;
    /// REQ-TYPE-2, REQ-TYPE-6, ANC-10.
    fn a_sync_from_the_server_alone_takes_nothing;
    /// REQ-ANCHOR-4.
    fn a_sync_that_the_device_refuses;
    /// REQ-FMT-1, REQ-FMT-2.
    fn a_task_with_a_priority;
    /// SyncML Representation Protocol 1.2.2, sections 6.1.23 and 6.1.28; field quirk P27.
    fn a_tree_goes_up_and_comes_down;
    /// SyncML Representation Protocol 1.2.2, section 10, code 428.
    fn a_tree_refuses_what_cannot_be;
    /// REQ-CONF-1, ANC-11.
    fn a_twin_that_differs_under_client_wins;
    /// REQ-CONF-1, ANC-11.
    fn a_twin_that_differs_under_keep_both;
    /// REQ-CONF-1, ANC-11.
    fn a_twin_that_differs_under_newest_wins;
    /// REQ-AUTH-1, REQ-AUTH-2, REQ-AUTH-3, REQ-AUTH-4, REQ-AUTH-5, REQ-STAT-2, REQ-STAT-3, SCTS-0101, SCTS-0202.
    fn a_wrong_password_then_the_right_one;
    /// REQ-PKG-1.
    fn alerts_in_a_package_after_the_device_information;
    /// REQ-FMT-1, REQ-TYPE-4.
    fn an_agenda_of_events_alone_has_no_place_for_tasks;
    /// REQ-FMT-8, ANC-24.
    fn an_all_day_event_in_a_dialect;
    /// Field quirk P11.
    fn an_alert_without_a_target;
    /// Representation Protocol 1.2.2, section 7.3.5.
    fn an_archived_item_is_deleted_and_kept;
    /// ANC-21.
    fn an_atomic_is_carried_out_as_a_whole_or_not_at_all;
    /// REQ-AUTH-2, ANC-13.
    fn an_empty_and_an_old_nonce_are_challenged;
    /// REQ-FIELD-4, REQ-FIELD-5.
    fn an_empty_sync_without_final_ends_nothing;
    /// REQ-FMT-1, REQ-FMT-3, REQ-FMT-4, REQ-DINF-8, ANC-24.
    fn an_event_between_a_phone_and_a_desktop;
    /// REQ-REP-17, ANC-18.
    fn an_exclusive_filter_takes_items_from_the_device;
    /// REQ-REP-17, ANC-18.
    fn an_inclusive_filter_leaves_the_device_what_it_has;
    /// Field quirk C7. REQ-TYPE-4.
    fn an_old_calendar_has_no_day_before_1980;
    /// REQ-REP-15.
    fn an_unknown_command_is_answered;
    /// Field quirk P6.
    fn anchors_that_alternate;
    /// REQ-ANCHOR-3, REQ-STAT-4, ANC-02.
    fn anchors_that_do_not_agree_mean_a_slow_sync;
    /// REQ-AUTH-7.
    fn another_user_within_a_session;
    /// SCTS-0205, SCTS-0301, SCTS-0302, SCTS-0401, SCTS-0402,
    /// SCTS-0403, SCTS-0404, SCTS-0405, SCTS-0501, SCTS-0502, SCTS-0503, SCTS-0504, REQ-REP-6.
    fn both_sides_change_each_others_items;
    /// ARCHITECTURE.md, section 7.
    fn calendar_and_tasks_behind_one_name;
    /// REQ-TYPE-3, REQ-STAT-9, SCTS-0505, SCTS-0701.
    fn changes_that_cannot_be_carried_out;
    /// REQ-PKG-1, ANC-07.
    fn changes_with_the_first_message;
    /// REQ-AUTH-3, ANC-07.
    fn changes_with_the_first_message_and_a_wrong_password;
    /// REQ-ANCHOR-3, REQ-COMB-1, REQ-STAT-4, ANC-07.
    fn changes_with_the_first_message_and_bad_anchors;
    /// REQ-REP-15, REQ-STAT-10, SCTS-0701.
    fn commands_we_do_not_carry_out;
    /// SyncML Representation Protocol 1.2.2, section 7.3.4.
    fn copies_in_a_tree;
    /// REQ-AUTH-11.
    fn credentials_for_single_datastores;
    /// REQ-HTTP-8, REQ-AUTH-14.
    fn credentials_in_the_header_of_http;
    /// REQ-AUTH-6, ANC-13.
    fn credentials_with_every_message;
    /// ARCHITECTURE.md, section 7.
    fn deletions_that_are_too_many_are_held_back;
    /// REQ-FMT-2, REQ-FMT-3, REQ-DINF-6.
    fn a_weak_phone_spoils_no_event;
    /// REQ-FMT-1, REQ-FMT-2, REQ-DINF-6.
    fn a_weak_phone_spoils_nothing;
    /// Field quirk P28.
    fn device_information_of_1_1_in_a_message_of_1_2;
    /// REQ-CONF-1, REQ-STAT-8.
    fn edits_of_different_fields_both_stand;
    /// REQ-REP-16, ANC-18.
    fn filters_that_cannot_be_used_are_refused;
    /// ARCHITECTURE.md, section 7.
    fn held_back_deletions_are_carried_out;
    /// ARCHITECTURE.md, section 7.
    fn held_back_deletions_are_undone;
    /// Field quirk P12.
    fn items_without_a_type;
    /// SyncML Representation Protocol 1.2.2, section 7.3, Move.
    fn items_of_a_tree_move_both_ways;
    /// REQ-PKG-2, REQ-PKG-3, REQ-PKG-4, REQ-PKG-5, REQ-FIELD-13, ANC-08.
    fn many_messages_both_ways_in_wbxml;
    /// REQ-PKG-2, REQ-PKG-3, REQ-PKG-4, REQ-PKG-5, REQ-FIELD-13, ANC-08, REQ-REP-9, REQ-META-3.
    fn many_messages_both_ways_in_xml;
    /// REQ-MAP-4, REQ-FIELD-4.
    fn maps_after_a_request_for_more_with_final;
    /// REQ-AUTH-10.
    fn md5_by_the_formula_of_1_0;
    /// REQ-REP-19.
    fn names_may_be_urns;
    /// REQ-AUTH-1, REQ-AUTH-2, REQ-AUTH-4, REQ-AUTH-5, REQ-AUTH-8, REQ-AUTH-9, REQ-FIELD-1, SCTS-0201, ANC-13.
    fn no_credentials_then_md5;
    /// REQ-ANCHOR-3, ANC-03.
    fn no_last_anchor_means_a_slow_sync;
    /// REQ-NOC-1; Meta Information 1.2.2, section 5.2.6.
    fn no_more_items_than_the_device_has_room_for;
    /// ANC-20.
    fn no_response_is_wanted;
    /// REQ-ADDR-1.
    fn options_in_the_name_of_a_datastore;
    /// REQ-PKG-7, SCTS-0204, ANC-19.
    fn several_datastores_one_of_them_unknown;
    /// Representation Protocol 1.2.2, section 6.4.1.
    fn several_items_in_one_command;
    /// REQ-SUSP-2, REQ-SUSP-4, REQ-SUSP-7.
    fn suspend_and_resume_are_answered;
    /// REQ-SUSP-1, REQ-SUSP-2, REQ-SUSP-4, REQ-SUSP-5, REQ-SUSP-7, REQ-FIELD-9, ANC-17.
    fn suspend_and_resume_while_the_device_sends;
    /// REQ-REP-11, REQ-DINF-1, REQ-DINF-2, REQ-DINF-3, ANC-14.
    fn syncml_1_0_from_end_to_end;
    /// REQ-REP-11, REQ-DINF-1, REQ-DINF-2, REQ-DINF-3, ANC-14.
    fn syncml_1_1_from_end_to_end;
    /// REQ-TYPE-2.
    fn syncs_that_the_server_asked_for;
    /// Sync Protocol 1.1, section 3: either side may challenge.
    fn the_device_asks_who_we_are;
    /// REQ-DEV-1, REQ-DEV-2, REQ-NOC-1, REQ-DINF-1, REQ-FIELD-3, SCTS-0203, REQ-DINF-4, REQ-SAN-9.
    fn the_device_is_asked_what_it_is;
    /// REQ-ANCHOR-7.
    fn the_device_refuses_our_anchor;
    /// REQ-ANCHOR-6.
    fn the_first_session_asks_for_two_way;
    /// REQ-HTTP-8.
    fn the_header_of_http_is_not_looked_at;
    /// ARCHITECTURE.md, section 7.
    fn the_last_reply_was_lost;
    /// REQ-AUTH-12.
    fn three_tries_in_one_session;
    /// REQ-ANCHOR-1, REQ-ANCHOR-2, REQ-MAP-1, REQ-MAP-2, REQ-PKG-7, REQ-STAT-5, ANC-01,
    /// REQ-REP-4, REQ-REP-5, REQ-REP-7, REQ-REP-8, REQ-REP-13, REQ-REP-18, REQ-ANCHOR-5.
    fn two_way_with_edits_on_both_sides;
    /// REQ-STAT-1.
    fn unknown_status_codes_count_as_their_hundred;
    /// REQ-REP-10, REQ-STAT-6, REQ-DS2-1, ANC-14.
    fn versions_we_do_not_speak_are_refused;
    /// REQ-PKG-6.
    fn what_changes_after_package_4_waits;
    /// REQ-FMT-6.
    fn what_is_no_contact_costs_no_other_item;
    /// REQ-AUTH-11, REQ-ANCHOR-4.
    fn wrong_credentials_for_a_sync;
}
