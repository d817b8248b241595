//! `anchorage import` and `anchorage export`: items from files, and to files.

mod export;
mod import;
mod places;
mod split;
mod tree;

pub use export::{ExportArgs, export};
pub use import::{ImportArgs, import};
