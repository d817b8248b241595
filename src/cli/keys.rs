//! What a new version of the server has to do once with an older database, besides moving its tables.

use indicatif::{ProgressBar, ProgressStyle};
use log::info;

use super::Failure;
use crate::store::Store;
use crate::sync::rekey;

/// Makes the keys by which twins are found anew, where this version makes them in another way; on a terminal it shows how
/// far it has come.
///
/// # Errors
/// [`Failure`] when the database is not available.
pub(super) fn renew(store: &Store) -> Result<(), Failure> {
    let bar = match ProgressStyle::with_template("{spinner} {pos} items looked at for twins") {
        Ok(style) => ProgressBar::no_length().with_style(style),
        Err(_) => ProgressBar::hidden(),
    };
    let renewed = rekey::renew(store, |seen| bar.set_position(seen))?;
    bar.finish_and_clear();
    if let Some(renewed) = renewed.filter(|renewed| *renewed > 0) {
        info!("the twin keys of {renewed} items were made anew");
    }
    Ok(())
}
