//! What a recording implies: which items there are after each session, kept beside the server and never read from it.

use std::collections::BTreeMap;

use anchorage::message::{ChangeKind, Command};
use anchorage::store::Policy;

use super::tape::{At, Session, changes, collection};

/// The items by collection and the name they go by: the client's, once it gave one, the other server's before.
#[derive(Default)]
pub struct World {
    policy: Option<Policy>,
    items: BTreeMap<Key, String>,
    /// What the device has under these names, where that is not certain to be the item.
    copies: Vec<String>,
}

/// Collection and name.
type Key = (&'static str, Name);

/// Whose name it is: a recorded GUID may be spelled as a LUID of another item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Name {
    Device(String),
    Server(String),
}

/// What another device did on the server before a session.
pub enum Elsewhere {
    /// A new item in this collection.
    Added(&'static str, Vec<u8>),
    /// The item with this LUID has another body.
    Edited(String, Vec<u8>),
    /// The item with this LUID is gone.
    Deleted(String),
}

impl World {
    /// A world whose conflicts are settled so.
    pub fn under(policy: Policy) -> Self {
        Self {
            policy: Some(policy),
            ..Self::default()
        }
    }

    /// The bodies of all items, sorted.
    pub fn bodies(&self) -> Vec<String> {
        let mut bodies: Vec<_> = self.items.values().chain(&self.copies).cloned().collect();
        bodies.sort_unstable();
        bodies
    }

    /// What the device has by its own names, and their bodies.
    pub fn luids(&self) -> impl Iterator<Item = (&'static str, &str, &str)> {
        self.items
            .iter()
            .filter_map(|((home, name), body)| match name {
                Name::Device(luid) => Some((*home, luid.as_str(), body.as_str())),
                Name::Server(_) => None,
            })
    }

    /// What happened on the server before this session, as far as the recorded server told in it.
    pub fn elsewhere(&self, session: &Session) -> Vec<Elsewhere> {
        let mut events: Vec<_> = session
            .deleted_there
            .iter()
            .cloned()
            .map(Elsewhere::Deleted)
            .collect();
        for at in session
            .replied
            .iter()
            .flat_map(|message| changes(message, true))
        {
            let name = at.name();
            let edit = session
                .edited_there
                .iter()
                .find(|(guid, _)| *guid == name && at.kind == ChangeKind::Add);
            match (at.kind, edit) {
                (_, Some((_, luid))) => events.push(Elsewhere::Edited(luid.clone(), at.bytes)),
                (ChangeKind::Add, None) if self.items.values().any(|body| *body == at.body) => {}
                (ChangeKind::Add, None) => events.push(Elsewhere::Added(at.collection, at.bytes)),
                (ChangeKind::Replace, None) => events.push(Elsewhere::Edited(name, at.bytes)),
                (ChangeKind::Delete, None) => events.push(Elsewhere::Deleted(name)),
                (ChangeKind::Copy | ChangeKind::Move, None) => panic!("no recording has these"),
            }
        }
        events
    }

    /// A session takes place.
    pub fn pass(&mut self, session: &Session) {
        let edits = self.theirs(session);
        if session.modes.contains(&203) {
            self.items.clear();
        }
        for at in session
            .said
            .iter()
            .flat_map(|said| changes(&said.message, false))
        {
            self.ours(&at, &edits);
        }
        for command in session.said.iter().flat_map(|said| &said.message.body) {
            let Command::Map(map) = command else {
                continue;
            };
            let home = collection(&map.target.uri);
            for item in &map.items {
                let (guid, luid) = (item.target.uri.clone(), item.source.uri.clone());
                let edit = session
                    .edited_there
                    .iter()
                    .find(|(added, _)| *added == guid);
                let former =
                    edit.map_or(Name::Server(guid), |(_, luid)| Name::Device(luid.clone()));
                if let Some(body) = self.items.remove(&(home, former)) {
                    self.items.insert((home, Name::Device(luid)), body);
                }
            }
        }
    }

    /// What the server's users did; answers what each edit or deletion made of the device's items.
    fn theirs(&mut self, session: &Session) -> BTreeMap<String, Option<String>> {
        let mut edits = BTreeMap::new();
        for luid in &session.deleted_there {
            edits.insert(luid.clone(), None);
        }
        for at in session
            .replied
            .iter()
            .flat_map(|message| changes(message, true))
        {
            let name = at.name();
            let edit = session
                .edited_there
                .iter()
                .find(|(guid, _)| *guid == name && at.kind == ChangeKind::Add);
            let luid = edit.map(|(_, luid)| luid.clone());
            if at.kind == ChangeKind::Add && luid.is_none() {
                // In a refresh the server sends again what it had: the device names it anew.
                self.items.retain(|_, body| *body != at.body);
                self.items
                    .insert((at.collection, Name::Server(name)), at.body);
                continue;
            }
            let luid = luid.unwrap_or(name);
            let is_there = at.kind != ChangeKind::Delete;
            edits.insert(luid.clone(), is_there.then(|| at.body.clone()));
        }
        for (luid, body) in &edits {
            for home in ["contacts", "calendar", "tasks", "notes"] {
                let key = (home, Name::Device(luid.clone()));
                if self.items.remove(&key).is_some()
                    && let Some(body) = body
                {
                    self.items.insert(key, body.clone());
                }
            }
        }
        edits
    }

    /// A change of the device. `edits` is what the server's users did meanwhile.
    fn ours(&mut self, at: &At<'_>, edits: &BTreeMap<String, Option<String>>) {
        let luid = at.name();
        let edit = edits.get(&luid);
        let key = (at.collection, Name::Device(luid));
        if at.kind == ChangeKind::Delete {
            // What one side deleted and the other changed lives.
            if !matches!(edit, Some(Some(_))) {
                self.items.remove(&key);
            }
            return;
        }
        let theirs = edit.and_then(Option::as_ref);
        match (theirs, self.policy) {
            (Some(_), Some(Policy::ServerWins)) => {}
            (Some(theirs), Some(Policy::KeepBoth)) => {
                self.copies.push(theirs.clone());
                self.items.insert(key, at.body.clone());
            }
            // The recorded versions: only the server's says of itself when it was changed.
            (
                _,
                Some(
                    Policy::ServerWins | Policy::ClientWins | Policy::NewestWins | Policy::KeepBoth,
                )
                | None,
            ) => {
                self.items.insert(key, at.body.clone());
            }
        }
    }
}
