//! Folders on the device: what its user does with them, and where the server's items go.
//!
//! Source: Representation Protocol 1.2.2, `SourceParent`, `TargetParent`, `Move`, codes 427 and 428.

use std::collections::BTreeSet;

use super::store::Store;
use crate::ids::Luid;
use crate::item::Content;
use crate::message::{ChangeKind, Item, StatusCode};
use crate::pim::{self, Kind};

/// Where the server says that an item lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// It does not say.
    Unsaid,
    /// In no folder.
    Root,
    /// In the folder of this LUID, as `TargetParent`.
    Luid(String),
    /// In the folder of this GUID, as `SourceParent`.
    Guid(String),
}

impl Place {
    pub(super) fn of(item: &Item) -> Self {
        match (&item.target_parent, &item.source_parent) {
            (Some(uri), _) | (None, Some(uri)) if matches!(uri.as_str(), "/" | "") => Self::Root,
            (Some(luid), _) => Self::Luid(luid.clone()),
            (None, Some(guid)) => Self::Guid(guid.clone()),
            (None, None) => Self::Unsaid,
        }
    }
}

fn is_folder(content: &Content) -> bool {
    pim::kind(content) == Kind::Folder
}

impl Store {
    /// The user makes an item in a folder, or in none. Answers its LUID; `None` when there is no such folder.
    pub fn add_in(&mut self, folder: Option<&Luid>, body: impl Into<Vec<u8>>) -> Option<Luid> {
        if folder.is_some_and(|folder| !self.is_folder(folder)) {
            return None;
        }
        let luid = self.add(body);
        self.put_in(&luid, folder.cloned());
        Some(luid)
    }

    /// The user puts an item into another folder, or into none. Answers whether that can be.
    pub fn move_to(&mut self, luid: &Luid, folder: Option<&Luid>) -> bool {
        let fits = folder.is_none_or(|folder| self.is_folder(folder) && !self.is_in(folder, luid));
        if !fits || !self.items.contains_key(luid) {
            return false;
        }
        if self.parents.get(luid) != folder {
            self.put_in(luid, folder.cloned());
            self.note(luid, ChangeKind::Move);
        }
        true
    }

    /// The folder an item lies in.
    #[must_use]
    pub fn folder_of(&self, luid: &Luid) -> Option<&Luid> {
        self.parents.get(luid)
    }

    /// Whether an item is a folder.
    #[must_use]
    pub fn is_folder(&self, luid: &Luid) -> bool {
        self.items.get(luid).is_some_and(is_folder)
    }

    /// An item, and all that lies in it however deep: what is deeper comes first.
    #[must_use]
    pub fn with_inside(&self, luid: &Luid) -> Vec<Luid> {
        let mut found = vec![luid.clone()];
        let mut at = 0;
        while let Some(folder) = found.get(at).cloned() {
            found.extend(self.inside(&folder));
            at += 1;
        }
        found.reverse();
        found
    }

    /// What lies in a folder, not deeper.
    fn inside(&self, folder: &Luid) -> Vec<Luid> {
        let inside = self.parents.iter().filter(|(_, parent)| *parent == folder);
        inside.map(|(luid, _)| luid.clone()).collect()
    }

    /// Whether an item is this folder, or lies in it however deep.
    fn is_in(&self, item: &Luid, folder: &Luid) -> bool {
        let above = std::iter::successors(Some(item), |item| self.parents.get(item));
        above.take(MOST_DEEP).any(|above| above == folder)
    }

    /// The user deletes a folder: what lies in it goes too. Of what the server has there, and as it has it, the device
    /// says nothing if its user is told that a folder takes along what is in it.
    pub(super) fn delete_inside(&mut self, folder: &Luid) {
        let mut inside = self.with_inside(folder);
        inside.pop();
        for luid in inside {
            self.items.remove(&luid);
            self.parents.remove(&luid);
            if self.place.spells_out_deletes || self.pending.contains_key(&luid) {
                self.note(&luid, ChangeKind::Delete);
            }
        }
    }

    /// These items with folders before what lies in them, where there are any, and those that are gone last.
    pub(super) fn top_down(&self, mut luids: Vec<Luid>) -> Vec<Luid> {
        let depth = |luid: &Luid| {
            let above = std::iter::successors(Some(luid), |luid| self.parents.get(*luid));
            above.take(MOST_DEEP).count()
        };
        if self.place.hierarchical {
            luids.sort_by_key(|luid| (!self.items.contains_key(luid), depth(luid)));
        }
        luids
    }

    /// The folder an item of ours is said to lie in, for the server.
    pub(super) fn source_parent(&self, luid: &Luid) -> Option<String> {
        let root = "/".to_owned();
        let parent = self.parents.get(luid);
        self.place
            .hierarchical
            .then(|| parent.map_or(root, ToString::to_string))
    }

    /// Puts an item where the server says.
    pub(super) fn place(&mut self, luid: &Luid, place: &Place) -> Result<(), StatusCode> {
        let folder = self.find(place)?;
        if folder
            .as_ref()
            .is_some_and(|folder| self.is_in(folder, luid))
        {
            return Err(StatusCode::MoveFailed);
        }
        if *place != Place::Unsaid {
            self.put_in(luid, folder);
        }
        Ok(())
    }

    /// The folder the server means; `None` for the root.
    pub(super) fn find(&self, place: &Place) -> Result<Option<Luid>, StatusCode> {
        let luid = match place {
            Place::Unsaid | Place::Root => return Ok(None),
            Place::Luid(luid) => Luid::parse(luid).ok(),
            Place::Guid(guid) => self.unmapped.get(guid).cloned(),
        };
        let luid = luid.filter(|luid| self.is_folder(luid));
        luid.map(Some).ok_or(StatusCode::NotFound)
    }

    /// Whether something lies in this item.
    pub(super) fn is_full(&self, luid: &Luid) -> bool {
        self.parents.values().any(|parent| parent == luid)
    }

    /// Lets go of folders that are there no more.
    pub(super) fn drop_lost_folders(&mut self) {
        let items: BTreeSet<&Luid> = self.items.keys().collect();
        self.parents
            .retain(|luid, parent| items.contains(luid) && items.contains(parent));
    }

    fn put_in(&mut self, luid: &Luid, folder: Option<Luid>) {
        match folder {
            Some(folder) => self.parents.insert(luid.clone(), folder),
            None => self.parents.remove(luid),
        };
    }
}

/// No user makes a deeper tree: a bound for a ring that should not be.
const MOST_DEEP: usize = 1000;
