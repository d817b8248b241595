//! Convergence: whatever is lost, repeated, late or interleaved between devices and server, once the faults stop and
//! each device has finished two more two-way syncs, all hold the same items; nothing is lost, nothing doubled, nothing
//! of another user, no slow sync that was not needed, and a further sync moves nothing.
//!
//! Histories know several devices, lost, repeated and late messages, wiped and restored devices and filters; by their seed
//! ([`lore`]) also large objects in chunks, suspended and resumed sessions, two sessions of one device at once, copies,
//! archived and put-away items, Atomics, and deletions that are held back. There are those of lists, of trees, and of
//! devices that see the same items differently: in other versions, with fewer fields and shorter ones ([`glass`]), judged
//! field by field ([`verdict`]). In those of events and of tasks ([`agenda`]) devices live in different zones ([`dial`]) as well, write
//! times in UTC or on their clocks, in vCalendar 1.0 or iCalendar, and a day without times in several ways: an event is at
//! the same instant on all of them, a task due at it, and a day is that day. In
//! those of silent devices ([`glass::silent`]) some cut or drop what they are sent without a word, and some contacts are
//! entered by hand on two devices before either ever synced ([`twice`]): each is one contact in the end.
//!
//! A history follows from its seed. `ANCHORAGE_TEST_SEED=n` replays one and tells it step by step;
//! `ANCHORAGE_TEST_HISTORIES=n` says how many are run, `ANCHORAGE_TEST_FROM=n` where they begin.
//! Seeds that once failed stand below as tests.

#[cfg(test)]
mod agenda;
#[cfg(test)]
mod appointments;
#[cfg(test)]
mod body;
#[cfg(test)]
mod breaks;
#[cfg(test)]
mod card;
#[cfg(test)]
mod chance;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod dial;
#[cfg(test)]
mod edits;
#[cfg(test)]
mod end;
#[cfg(test)]
mod entries;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod glass;
#[cfg(test)]
mod guard;
#[cfg(test)]
mod history;
#[cfg(test)]
mod lines;
#[cfg(test)]
mod lore;
#[cfg(test)]
mod model;
#[cfg(test)]
mod outline;
#[cfg(test)]
mod phone;
#[cfg(test)]
mod runs;
#[cfg(test)]
mod server;
#[cfg(test)]
mod told;
#[cfg(test)]
mod trees;
#[cfg(test)]
mod twice;
#[cfg(test)]
#[path = "../common/validate.rs"]
mod validate;
#[cfg(test)]
mod verdict;
#[cfg(test)]
mod wish;
