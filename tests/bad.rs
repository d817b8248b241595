//! Hostile and broken input, sent to a running server: what `conformance/bad` holds, file by file. Its README tells how.
//!
//! (`cfg(test)` tells clippy that the modules are tests, where `unwrap` is right.)

#[cfg(test)]
#[path = "bad/corpus.rs"]
mod corpus;
#[cfg(test)]
#[path = "bad/play.rs"]
mod play;
