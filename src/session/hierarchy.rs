//! Folders on the wire: who knows them, how an item names the one it lies in, and what a Move is.
//!
//! Nothing of it is sent to a device that did not declare `SupportHierarchicalSync` for the datastore (field quirk P27),
//! and what such a device says of folders is read over. Source: Representation Protocol 1.2.2, sections 6.1.23, 6.1.28
//! and 7.3; `DevInf` 1.2, section 5.3.34.

use super::Phase;
use super::datastores::{self, Datastore};
use super::filters::{self, BadFilter};
use super::guid;
use super::talk::Talk;
use crate::codec::Version;
use crate::ids::Luid;
use crate::message::{AlertItem, Change, ChangeKind, DevInf, Item, Location};
use crate::pim::filter::Filter;
use crate::sync::{Hierarchy, Parent, ParentName};

/// Whether the items of a datastore lie in folders, and whether this device knows.
pub(super) fn of(
    store: &Datastore,
    version: Version,
    devinf: Option<&DevInf>,
    theirs: &str,
) -> Hierarchy {
    if !store.tree {
        return Hierarchy::None;
    }
    let name = datastores::normalise(theirs);
    let declared = devinf.is_some_and(|devinf| {
        let mut stores = devinf.datastores.iter();
        stores.any(|store| store.hierarchical && datastores::normalise(&store.source_ref) == name)
    });
    if declared && version >= Version::V12 {
        Hierarchy::Tree
    } else {
        Hierarchy::Flat
    }
}

/// Whether a device can be told that there are folders: it declares them itself. Funambol 10 gives a session up in
/// which it is told so unasked (field quirk P27).
pub(super) fn may_be_told(version: Version, devinf: Option<&DevInf>) -> bool {
    let declares = |devinf: &DevInf| devinf.datastores.iter().any(|store| store.hierarchical);
    version >= Version::V12 && devinf.is_some_and(declares)
}

impl Talk<'_, '_> {
    /// Whether the items of a datastore lie in folders, and whether the device knows.
    pub(super) fn hierarchy(&self, store: &Datastore, theirs: &str) -> Hierarchy {
        of(store, self.state.version, self.devinf.as_ref(), theirs)
    }

    /// What the device wants to have of this datastore. In folders that is everything: a filter would leave items
    /// without theirs; and files and mails are not taken apart.
    ///
    /// # Errors
    /// [`BadFilter`], with the first thing that is wrong.
    pub(super) fn filter(
        &self,
        item: &AlertItem,
        store: &Datastore,
        theirs: &str,
    ) -> Result<Filter, BadFilter> {
        let filter = filters::wanted(item, store, self.now())?;
        let in_folders = self.hierarchy(store, theirs) == Hierarchy::Tree;
        if (in_folders && !filter.is_empty()) || (store.tree && !filter.fields.is_everything()) {
            return Err(BadFilter::Folders);
        }
        Ok(filter)
    }

    /// The device told what it is only now: what it knows of folders counts as long as none of its changes were taken.
    pub(super) fn learn_hierarchy(&mut self) {
        if !matches!(self.state.phase, Phase::Opening | Phase::Intake) {
            return;
        }
        let (version, devinf) = (self.state.version, self.devinf.as_ref());
        for strand in &mut self.state.strands {
            let counts = &strand.course.counts;
            let is_fresh = counts.added + counts.replaced + counts.deleted + counts.unchanged == 0
                && strand.course.filter.is_empty()
                && !strand.course.resumed;
            let store = datastores::find(strand.course.view.datastore.as_str());
            if let Some(store) = store.filter(|_| is_fresh) {
                strand.course.hierarchy = of(store, version, devinf, &strand.theirs);
            }
        }
    }
}

/// The folder an item lies in, as a device names it: by its own name, else by ours; `/` and nothing are none.
pub(super) fn parent(item: &Item) -> Option<Parent> {
    let is_root = |uri: &str| matches!(uri.trim(), "" | "/" | "./");
    if let Some(uri) = &item.source_parent {
        return Some(if is_root(uri) {
            Parent::Root
        } else {
            Luid::parse(uri).map_or(Parent::Nonsense, Parent::Luid)
        });
    }
    let uri = item.target_parent.as_ref()?;
    Some(if is_root(uri) {
        Parent::Root
    } else {
        guid::read(uri).map_or(Parent::Nonsense, Parent::Item)
    })
}

/// The folder of a copy, as a device names it: by its own name, as it does with the copy; else that of the original.
pub(super) fn parent_of_copy(item: &Item) -> Option<Parent> {
    let named = item.target_parent.clone().or(item.source_parent.clone());
    parent(&Item {
        source_parent: named,
        ..Item::default()
    })
}

/// The item of a change with the folder it is to lie in: by the device's name as `TargetParent`, by ours as
/// `SourceParent` as long as the device has not told its own.
pub(super) fn placed(parent: Option<&ParentName>, item: Item) -> Item {
    let (source_parent, target_parent) = match parent {
        None => (None, None),
        Some(ParentName::Root) => (None, Some("/".to_owned())),
        Some(ParentName::Luid(luid)) => (None, Some(luid.to_string())),
        Some(ParentName::Guid(id)) => (Some(id.to_string()), None),
    };
    Item {
        source_parent,
        target_parent,
        ..item
    }
}

/// A Move: the device's name of the item, and the folder.
pub(super) fn move_command(parent: Option<&ParentName>, luid: &Luid) -> Change {
    let item = Item {
        target: Some(Location::from(luid.as_str())),
        ..Item::default()
    };
    Change {
        kind: ChangeKind::Move,
        items: vec![placed(parent, item)],
        ..Change::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ItemId;
    use crate::message::devinf::DataStore;

    fn device(hierarchical: bool) -> DevInf {
        let store = DataStore {
            source_ref: "./F".into(),
            hierarchical,
            ..DataStore::default()
        };
        DevInf {
            datastores: vec![store],
            ..DevInf::default()
        }
    }

    #[test]
    fn only_a_1_2_device_that_declares_folders_gets_them() {
        let files = datastores::find("files").unwrap();
        let (knows, not) = (device(true), device(false));
        let rows = [
            (Version::V12, Some(&knows), "f", Hierarchy::Tree),
            (Version::V12, Some(&knows), "g", Hierarchy::Flat),
            (Version::V12, Some(&not), "./F", Hierarchy::Flat),
            (Version::V12, None, "./F", Hierarchy::Flat),
            (Version::V11, Some(&knows), "./F", Hierarchy::Flat),
        ];
        for (version, devinf, theirs, expected) in rows {
            assert_eq!(
                of(files, version, devinf, theirs),
                expected,
                "{version:?} {theirs}"
            );
        }
        let notes = datastores::find("notes").unwrap();
        assert_eq!(
            of(notes, Version::V12, Some(&knows), "./F"),
            Hierarchy::None
        );
        assert!(may_be_told(Version::V12, Some(&knows)));
        assert!(!may_be_told(Version::V12, Some(&not)) && !may_be_told(Version::V11, Some(&knows)));
    }

    #[test]
    fn a_folder_is_named_by_the_devices_name_or_ours_and_a_slash_is_none() {
        let said = |source: Option<&str>, target: Option<&str>| {
            parent(&Item {
                source_parent: source.map(str::to_owned),
                target_parent: target.map(str::to_owned),
                ..Item::default()
            })
        };
        let luid = |text: &str| Some(Parent::Luid(Luid::parse(text).unwrap()));
        assert_eq!(said(None, None), None);
        assert_eq!(said(Some("/"), None), Some(Parent::Root));
        assert_eq!(said(Some(""), Some("7")), Some(Parent::Root));
        assert_eq!(said(Some("d1"), Some("7")), luid("d1"));
        assert_eq!(said(None, Some("7")), Some(Parent::Item(ItemId(7))));
        assert_eq!(said(None, Some("/")), Some(Parent::Root));
        assert_eq!(
            said(None, Some("awslr1")),
            Some(Parent::Item(ItemId(100_000_000)))
        );
        assert_eq!(said(None, Some("d-1")), Some(Parent::Nonsense));
    }
}
