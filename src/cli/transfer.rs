//! `anchorage import` and `anchorage export`: items from files, and to files.

mod export;
mod import;
mod split;

pub use export::{ExportArgs, export};
pub use import::{ImportArgs, import};
