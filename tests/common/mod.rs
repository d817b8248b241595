//! What several test binaries share. Include it with `#[cfg(test)] mod common;` (from a folder of tests, with
//! `#[path = "../common/mod.rs"]` before it); `cfg(test)` tells clippy that it is tests, where `unwrap` is right.

pub mod postgres;
