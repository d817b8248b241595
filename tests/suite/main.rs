//! Our own conformance suite: it passes against our server, and each of its cases fails against one that is wrong.
//!
//! (`cfg(test)` tells clippy that the modules are tests, where `unwrap` is right.)

#[cfg(test)]
#[path = "../common/mod.rs"]
mod common;

#[cfg(test)]
mod bends;
#[cfg(test)]
mod green;
#[cfg(test)]
mod mutants;
#[cfg(test)]
mod site;
