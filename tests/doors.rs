//! The SyncML door over real HTTP: what every request gets, good or bad, and what a failing database does to it.

#[cfg(test)]
#[path = "doors/broken.rs"]
mod broken;
#[cfg(test)]
#[path = "doors/busy.rs"]
mod busy;
#[cfg(test)]
#[path = "doors/busy_rules.rs"]
mod busy_rules;
#[cfg(test)]
mod common;
#[cfg(test)]
#[path = "doors/envelope.rs"]
mod envelope;
#[cfg(test)]
#[path = "doors/http.rs"]
mod http;
#[cfg(test)]
#[path = "doors/kit.rs"]
mod kit;
#[cfg(test)]
#[path = "doors/outage.rs"]
mod outage;
#[cfg(test)]
#[path = "doors/refused.rs"]
mod refused;
#[cfg(test)]
#[path = "common/validate.rs"]
mod validate;
