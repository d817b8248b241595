//! Filters of a virtual device: which items it asks for, as its version can say it.
//!
//! In 1.2 a `Filter` in the Alert's Target; before, an option in the name of the server's datastore. It holds for a
//! session, so it is said in each. Source: Representation Protocol 1.2.2, section 6.1.8.

use super::device::{Device, NoSuchStore};
use super::store::Store;
use crate::codec::Version;
use crate::message::{Filter, Item, Location, Meta};
use crate::pim::filter::{FilterType, Rule};

impl Device {
    /// From the next session on the datastore of this local name asks for what passes this rule, or for everything.
    ///
    /// # Errors
    /// [`NoSuchStore`] when the device has no datastore of such a name.
    pub fn filter_by(&mut self, local: &str, rule: Option<Rule>) -> Result<(), NoSuchStore> {
        let store = self.store_mut(local);
        store.ok_or_else(|| NoSuchStore(local.to_owned()))?.filter = rule;
        Ok(())
    }
}

/// The server's datastore as a device of this version names it.
pub(super) fn name(store: &Store, version: Version) -> String {
    let remote = &store.place.remote;
    match store.filter.as_ref().filter(|_| version < Version::V12) {
        None => remote.clone(),
        Some(rule) => {
            let query = rule.query.as_str();
            match rule.filter_type {
                FilterType::Inclusive => format!("{remote}?{query}"),
                FilterType::Exclusive => format!("{remote}?/fi({query})"),
            }
        }
    }
}

/// The Target of the Alert for it.
pub(super) fn target(store: &Store, remote: &str, version: Version) -> Location {
    let rule = store.filter.as_ref().filter(|_| version == Version::V12);
    Location {
        filter: rule.map(|rule| Box::new(element(store, rule))),
        ..Location::from(remote)
    }
}

fn element(store: &Store, rule: &Rule) -> Filter {
    let of_type = |media_type: &str| Meta {
        media_type: Some(media_type.to_owned()),
        ..Meta::default()
    };
    let record = Item {
        meta: of_type("syncml:filtertype-cgi"),
        data: Some(rule.query.as_str().as_bytes().to_vec()),
        ..Item::default()
    };
    let filter_type = match rule.filter_type {
        FilterType::Inclusive => Some("INCLUSIVE".to_owned()),
        // What is not said.
        FilterType::Exclusive => None,
    };
    Filter {
        meta: of_type(&store.place.prefers.ct_type),
        record: Some(record),
        filter_type,
        ..Filter::default()
    }
}
