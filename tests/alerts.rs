//! Server-alerted sync from end to end.
//!
//! (`cfg(test)` tells clippy that the module is a test, where `unwrap` is right.)

#[cfg(test)]
#[path = "alerts/phone.rs"]
mod phone;
