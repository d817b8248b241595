//! The real `SyncEvolution` client against a real server: every encoding, version, login, store and
//! mode of the protocol, sessions of many messages, and a storm of edits on three devices.
//!
//! Nothing here knows the server's insides. What the client needs is in `client.rs`; without the
//! package `syncevolution` these tests fail and say so.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure here is a failed test"
)]

mod client;
#[cfg(test)]
#[path = "../common/mod.rs"]
mod common;
mod content;
mod items;
mod matrix;
mod program;
mod refusals;
mod report;
mod server;
mod storm;
mod volume;
mod weak;

use client::Encoding;
use server::Database;
use storm::Fleet;

#[test]
fn every_mode_works_in_every_dialect_on_sqlite() {
    matrix::run(Database::Sqlite);
}

#[test]
fn every_mode_works_in_every_dialect_on_postgresql() {
    matrix::run(Database::Postgres);
}

#[test]
fn a_session_of_many_messages_is_whole_in_wbxml() {
    volume::run(Database::Sqlite, Encoding::Wbxml);
}

#[test]
fn a_session_of_many_messages_is_whole_in_xml() {
    volume::run(Database::Postgres, Encoding::Xml);
}

#[test]
fn three_devices_agree_after_a_storm_on_sqlite() {
    storm::run(Database::Sqlite, &Fleet::modern());
}

#[test]
fn three_devices_agree_after_a_storm_on_postgresql() {
    storm::run(Database::Postgres, &Fleet::modern());
}

#[test]
fn phones_of_old_formats_and_new_devices_share_every_item_on_sqlite() {
    storm::run(Database::Sqlite, &Fleet::mixed());
}

#[test]
fn phones_of_old_formats_and_new_devices_share_every_item_on_postgresql() {
    storm::run(Database::Postgres, &Fleet::mixed());
}

#[test]
fn a_weak_phone_takes_nothing_from_a_strong_device_on_sqlite() {
    weak::run(Database::Sqlite);
}

#[test]
fn a_weak_phone_takes_nothing_from_a_strong_device_on_postgresql() {
    weak::run(Database::Postgres);
}
