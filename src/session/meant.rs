//! Which datastore is meant by an Alert without a Target.
//!
//! Sony Ericsson C510 leaves the Target out (field quirk P11): then the name of its own datastore says it, or else what it
//! sends from there, as its device information has it.

use super::datastores::{self, DATASTORES, Datastore};
use crate::message::{AlertItem, DevInf, Location};

/// What an Alert's item calls our datastore and the device's own, and which of ours that is. Where it does not name ours,
/// the device's name stands for it.
pub(super) fn names<'i>(
    item: &'i AlertItem,
    devinf: Option<&DevInf>,
) -> (&'i str, &'i str, Option<&'static Datastore>) {
    let uri = |location: &'i Option<Location>| location.as_ref().map_or("", |l| l.uri.as_str());
    match (uri(&item.target), uri(&item.source)) {
        ("", theirs) => (theirs, theirs, by_source(theirs, devinf)),
        (ours, theirs) => (ours, theirs, datastores::find(ours)),
    }
}

/// The datastore of ours that goes with this one of the device.
fn by_source(theirs: &str, devinf: Option<&DevInf>) -> Option<&'static Datastore> {
    datastores::find(theirs).or_else(|| by_content(theirs, devinf?))
}

/// By the types that the device sends from it: the first datastore of ours that takes one.
fn by_content(theirs: &str, devinf: &DevInf) -> Option<&'static Datastore> {
    let name = datastores::normalise(theirs);
    let mut stores = devinf.datastores.iter();
    let store = stores.find(|store| datastores::normalise(&store.source_ref) == name)?;
    let sent = store.tx_pref.iter().chain(&store.tx);
    let mut sent = sent.map(|content| content.ct_type.trim().to_ascii_lowercase());
    sent.find_map(|sent| {
        let takes = |ours: &&Datastore| ours.types.iter().any(|(ours, _)| *ours == sent);
        DATASTORES.iter().find(takes)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::devinf::{ContentType, DataStore};

    /// Field quirk P11.
    #[test]
    fn what_a_device_sends_from_a_datastore_says_which_of_ours_is_meant() {
        let store = |name: &str, ct_type: &str| DataStore {
            source_ref: name.into(),
            tx_pref: Some(ContentType {
                ct_type: ct_type.into(),
                ver_ct: String::new(),
            }),
            ..DataStore::default()
        };
        let devinf = DevInf {
            datastores: vec![
                store("DB1", "Text/X-vCard"),
                store("DB2", "text/x-vcalendar"),
                store("DB3", "text/x-imelody"),
            ],
            ..DevInf::default()
        };
        let meant = |name| by_source(name, Some(&devinf)).map(|store| store.name);
        assert_eq!(meant("./DB1"), Some("contacts"));
        assert_eq!(meant("DB2"), Some("calendar"));
        assert_eq!(meant("DB3"), None);
        assert_eq!(meant("DB4"), None);
        assert_eq!(meant("./card"), Some("contacts"), "by its name");
        assert_eq!(by_source("DB1", None).map(|store| store.name), None);
    }
}
