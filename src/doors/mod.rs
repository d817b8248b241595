//! The doors: where devices come in. One file a door; each turns its transport's requests into calls of the layers
//! below and hops to a blocking thread for them. The only place that is async, and with `serve` and `cli` the
//! only one that reads the clock.

mod accept;
pub mod health;
mod patience;
pub mod syncml;

use actix_web::web;

/// Puts every door on its paths.
pub fn open(app: &mut web::ServiceConfig) {
    syncml::open(app);
    health::open(app);
}
