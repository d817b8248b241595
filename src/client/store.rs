//! One datastore of a virtual device: its items, what the user did to them, and what it remembers of the server.
//!
//! Everything here outlives a session. An edit stays pending until a session that carried it ended well.

use std::collections::BTreeMap;

use super::commands::Parting;
use super::profile::Datastore;
use super::run::Run;
use crate::ids::Luid;
use crate::item::{Content, MediaType};
use crate::message::ChangeKind;
use crate::pim;
use crate::pim::filter::Rule;

/// A datastore and its memory.
#[derive(Debug, Clone)]
pub struct Store {
    /// Its names and types.
    pub place: Datastore,
    /// What it asks the server for; `None` is everything.
    pub filter: Option<Rule>,
    pub(super) items: BTreeMap<Luid, Content>,
    /// The folder each item lies in, if it lies in one.
    pub(super) parents: BTreeMap<Luid, Luid>,
    pub(super) pending: BTreeMap<Luid, Pending>,
    /// Our Next of the last session that ended well.
    pub(super) last: Option<String>,
    /// The server's Next of that session.
    pub(super) server_last: Option<String>,
    /// Items the server sent, by GUID, whose Map it has not acknowledged.
    pub(super) unmapped: BTreeMap<String, Luid>,
    /// Edits of the user so far: the number of the newest one.
    pub(super) edits: u64,
    /// How far the last session came, if it was suspended or broke off and can be gone on with.
    pub(super) broken: Option<Box<Run>>,
    /// Of which item each copy is that was not sent yet.
    pub(super) copies: BTreeMap<Luid, Luid>,
    /// How items left that were not simply deleted.
    pub(super) partings: BTreeMap<Luid, Parting>,
    luids: u32,
}

/// An edit the server has not seen, or not acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending {
    /// What happened in all: `Add`, `Copy`, `Replace`, `Move` or `Delete`.
    pub kind: ChangeKind,
    /// The number of the newest edit in it.
    pub edit: u64,
    /// It went out in some session, so the server may know the item.
    pub offered: bool,
}

impl Store {
    /// An empty datastore.
    #[must_use]
    pub fn new(place: Datastore) -> Self {
        Self {
            place,
            filter: None,
            items: BTreeMap::new(),
            parents: BTreeMap::new(),
            pending: BTreeMap::new(),
            last: None,
            server_last: None,
            unmapped: BTreeMap::new(),
            edits: 0,
            broken: None,
            copies: BTreeMap::new(),
            partings: BTreeMap::new(),
            luids: 0,
        }
    }

    /// What it holds, by LUID.
    pub fn items(&self) -> impl Iterator<Item = (&Luid, &Content)> {
        self.items.iter()
    }

    /// One item.
    #[must_use]
    pub fn get(&self, luid: &Luid) -> Option<&Content> {
        self.items.get(luid)
    }

    /// What the user did that is not yet known to have reached the server.
    pub fn pending(&self) -> impl Iterator<Item = (&Luid, &Pending)> {
        self.pending.iter()
    }

    /// The user enters an item. Answers its LUID.
    pub fn add(&mut self, body: impl Into<Vec<u8>>) -> Luid {
        let luid = self.fresh();
        let content = self.content(body.into());
        self.items.insert(luid.clone(), content);
        self.note(&luid, ChangeKind::Add);
        luid
    }

    /// The user changes an item. Answers whether it is there.
    pub fn replace(&mut self, luid: &Luid, body: impl Into<Vec<u8>>) -> bool {
        if !self.items.contains_key(luid) {
            return false;
        }
        let content = self.content(body.into());
        self.items.insert(luid.clone(), content);
        self.note(luid, ChangeKind::Replace);
        true
    }

    /// The user deletes an item, and what lies in it. Answers whether it was there.
    pub fn delete(&mut self, luid: &Luid) -> bool {
        if !self.items.contains_key(luid) {
            return false;
        }
        self.delete_inside(luid);
        self.items.remove(luid);
        self.parents.remove(luid);
        self.note(luid, ChangeKind::Delete);
        true
    }

    /// The memory of all sessions is lost, as after a restored backup; the items stay.
    pub fn forget_sessions(&mut self) {
        self.last = None;
        self.server_last = None;
        self.unmapped.clear();
        self.pending.clear();
        self.broken = None;
    }

    /// That the last session broke off is forgotten, as after a restored backup: the next one begins anew.
    pub fn forget_broken(&mut self) {
        self.broken = None;
    }

    /// A LUID that was never used.
    pub(super) fn fresh(&mut self) -> Luid {
        self.luids += 1;
        Luid::from(self.luids)
    }

    /// Forgets items and edits up to this edit: a refresh from the server begins.
    pub(super) fn wipe(&mut self, horizon: u64) {
        self.pending.retain(|_, pending| pending.edit > horizon);
        let pending = &self.pending;
        self.items.retain(|luid, _| pending.contains_key(luid));
        self.drop_lost_folders();
        self.unmapped.clear();
        // Should the session be cut now, the next one must not build on what is gone.
        self.last = None;
    }

    fn content(&self, body: Vec<u8>) -> Content {
        let media_type = pim::classify(&body, &MediaType::new(&self.place.prefers.ct_type));
        Content { media_type, body }
    }

    pub(super) fn note(&mut self, luid: &Luid, kind: ChangeKind) {
        self.edits += 1;
        let before = self.pending.get(luid).copied();
        let kind = match (before, kind) {
            (
                Some(Pending {
                    kind: ChangeKind::Add | ChangeKind::Copy,
                    ..
                }),
                ChangeKind::Replace | ChangeKind::Move,
            ) => ChangeKind::Add,
            (
                Some(Pending {
                    kind: ChangeKind::Replace,
                    ..
                }),
                ChangeKind::Move,
            ) => ChangeKind::Replace,
            (_, kind) => kind,
        };
        let offered = before.is_some_and(|pending| pending.offered);
        let is_new = |kind| matches!(kind, ChangeKind::Add | ChangeKind::Copy);
        let was_added = before.is_some_and(|pending| is_new(pending.kind));
        if kind == ChangeKind::Delete && was_added && !offered {
            self.pending.remove(luid);
            return;
        }
        self.pending.insert(
            luid.clone(),
            Pending {
                kind,
                edit: self.edits,
                offered,
            },
        );
    }
}
