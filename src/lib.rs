//! Anchorage: one sync engine, and a door to it for every protocol.
//!
//! Start with `ARCHITECTURE.md` for the map and `examples/two_devices.rs` for the first
//! thing to read. A message flows downwards through these modules:
//!
//! ```text
//! doors -> codec -> message -> session -> sync -> store
//!                                 |         \--- pim (what an item means)
//!                                auth <- push (a device is told to sync)
//! ```
//!
//! `tests/layers.rs` enforces who may import whom.

pub mod auth;
pub mod cli;
pub mod client;
pub mod codec;
pub mod config;
pub mod doors;
pub mod ids;
pub mod item;
pub mod message;
pub mod pim;
pub mod push;
pub mod serve;
pub mod session;
pub mod store;
pub mod sync;
