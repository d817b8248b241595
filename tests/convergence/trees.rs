//! Folders in a history: what users do with them, and what must be true of a tree in the end.

use std::collections::{BTreeMap, BTreeSet};

use anchorage::ids::{AccountId, ItemId, Luid};
use anchorage::pim;
use anchorage::store::Item;

use crate::body::{self, Mark, Sort};
use crate::history::History;
use crate::model::Seen;
use crate::phone::{FILES, Phone, Theme};

/// What an item says, who wrote it, and which folder it lies in.
type Leaf = (i64, Mark, Option<usize>);

impl History {
    /// A user does something on a device with a tree.
    pub fn edit_tree(&mut self, at: usize) {
        let shown = self.phones[at].shown(FILES.local);
        let keeps_trees = self.phones[at].keeps_trees;
        self.told.edits += 1;
        if shown.is_empty() || self.chance.percent(40) {
            self.add_to_tree(at);
        } else {
            let (luid, mark) = shown[self.chance.below(shown.len())].clone();
            match self.chance.below(100) {
                0..35 if keeps_trees => self.move_in_tree(at, &luid, mark),
                35..60 => self.delete_from_tree(at, &luid),
                _ => self.change(at, FILES.local, &luid, mark, false),
            }
        }
        self.phones[at].look();
    }

    /// A folder of the device, or none.
    fn some_folder(&mut self, at: usize) -> Option<Luid> {
        let store = self.phones[at].life.device.store(FILES.local).unwrap();
        let folders: Vec<Luid> = store
            .items()
            .filter(|(luid, _)| store.is_folder(luid))
            .map(|(luid, _)| luid.clone())
            .collect();
        let is_root = folders.is_empty() || self.chance.percent(25);
        (!is_root).then(|| folders[self.chance.below(folders.len())].clone())
    }

    fn add_to_tree(&mut self, at: usize) {
        let user = self.phones[at].user;
        let keeps_trees = self.phones[at].keeps_trees;
        let tag = self.users[user].model.edits.len();
        if body::is_folder(tag) && !keeps_trees {
            return;
        }
        let folder = if keeps_trees {
            self.some_folder(at)
        } else {
            None
        };
        let model = &mut self.users[user].model;
        let edit = model.note(tag, Sort::Tree, false, &Seen::new());
        model.copies.insert(tag, 1);
        let stamp = self.faults.stamped.then_some(self.now.0);
        let bytes = body::body(
            Sort::Tree,
            Mark { user, tag, edit },
            stamp,
            false,
            &mut self.chance,
        );
        let store = self.phones[at].life.device.store_mut(FILES.local).unwrap();
        let luid = store.add_in(folder.as_ref(), bytes).unwrap();
        self.say(|| {
            format!(
                "{} adds {tag} as {luid} in {folder:?}",
                self.phones[at].name
            )
        });
    }

    fn move_in_tree(&mut self, at: usize, luid: &Luid, mark: Mark) {
        let folder = self.some_folder(at);
        let store = self.phones[at].life.device.store_mut(FILES.local).unwrap();
        if !store.move_to(luid, folder.as_ref()) {
            return;
        }
        self.restate(self.phones[at].user, mark.tag);
        self.say(|| {
            format!(
                "{} moves {} ({luid}) to {folder:?}",
                self.phones[at].name, mark.tag
            )
        });
    }

    /// Rule: what is moved lives, even if somebody deleted it who had not seen that.
    fn restate(&mut self, user: usize, tag: usize) {
        let edits = self.users[user].model.edits.iter_mut();
        for edit in edits.filter(|edit| edit.tag == tag && !edit.deletes) {
            edit.restated = true;
        }
    }

    /// An item is deleted, a folder with all that is shown in it.
    fn delete_from_tree(&mut self, at: usize, luid: &Luid) {
        let store = self.phones[at].life.device.store(FILES.local).unwrap();
        let marks: BTreeMap<Luid, Mark> = store
            .with_inside(luid)
            .into_iter()
            .map(|luid| (luid.clone(), body::mark(&store.get(&luid).unwrap().body)))
            .collect();
        let before: BTreeSet<Luid> = marks.keys().cloned().collect();
        for (inner, mark) in marks.iter().filter(|(inner, _)| *inner != luid) {
            self.note_deletion(at, inner, *mark);
        }
        self.change(at, FILES.local, luid, marks[luid], true);
        let store = self.phones[at].life.device.store(FILES.local).unwrap();
        let told: BTreeSet<Luid> = store.pending().map(|(luid, _)| luid.clone()).collect();
        let is_told = told.contains(luid);
        for inner in before.iter().filter(|inner| *inner != luid) {
            if !is_told && !told.contains(inner) {
                let user = self.phones[at].user;
                let edits = self.phones[at].life.seen[&(FILES.local, inner.clone())].clone();
                let last = *edits.last().unwrap();
                self.users[user].model.edits[last].waived = true;
            }
        }
        self.say(|| format!("{} deletes {luid} with {before:?}", self.phones[at].name));
    }

    /// The user saw this item go with its folder.
    fn note_deletion(&mut self, at: usize, luid: &Luid, mark: Mark) {
        let phone = &mut self.phones[at];
        let key = (FILES.local, luid.clone());
        let seen = phone.life.seen.get(&key).cloned().unwrap_or_default();
        let is_unsure = phone.session.is_some() || phone.unsure.contains(FILES.local);
        let model = &mut self.users[phone.user].model;
        if is_unsure {
            for edit in &seen {
                model.edits[*edit].restated = true;
            }
        }
        let edit = model.note(mark.tag, Sort::Tree, true, &seen);
        phone.life.seen.entry(key).or_default().insert(edit);
    }

    /// Where each item of the user of this device lies with the server.
    pub fn folders(&self, at: usize) -> BTreeMap<ItemId, ItemId> {
        if self.theme != Theme::Trees {
            return BTreeMap::new();
        }
        let account = self.users[self.phones[at].user].account;
        let items = self.server.items(account, Sort::Tree.collection());
        items
            .into_iter()
            .map(|item| (item.id, item.parent))
            .collect()
    }

    /// Rule: so does what the server had to move, out of a folder that went.
    pub fn note_moves(&mut self, at: usize, before: &BTreeMap<ItemId, ItemId>) {
        if self.theme != Theme::Trees {
            return;
        }
        let user = self.phones[at].user;
        let items = self
            .server
            .items(self.users[user].account, Sort::Tree.collection());
        for item in items {
            if before
                .get(&item.id)
                .is_some_and(|folder| *folder != item.parent)
            {
                self.restate(user, body::mark(&item.content.body).tag);
            }
        }
    }

    /// Where a device and the server hold other trees.
    pub fn compare_trees(&self, phone: &Phone, account: AccountId) -> Vec<String> {
        let items = self.server.items(account, Sort::Tree.collection());
        let mut wrong = broken(&items);
        let store = phone.life.device.store(FILES.local).unwrap();
        let tag_of = |luid: &Luid| body::mark(&store.get(luid).unwrap().body).tag;
        let mut theirs: Vec<Leaf> = store
            .items()
            .map(|(luid, content)| {
                let folder = store.folder_of(luid).map(tag_of);
                (pim::digest(content).0, body::mark(&content.body), folder)
            })
            .collect();
        let tag = |id: ItemId| {
            let folder = items.iter().find(|item| item.id == id)?;
            Some(body::mark(&folder.content.body).tag)
        };
        let mut ours: Vec<Leaf> = items
            .iter()
            .filter(|item| phone.keeps_trees || pim::kind(&item.content) != pim::Kind::Folder)
            .map(|item| {
                let folder = tag(item.parent).filter(|_| phone.keeps_trees);
                let mark = body::mark(&item.content.body);
                (pim::digest(&item.content).0, mark, folder)
            })
            .collect();
        theirs.sort_unstable();
        ours.sort_unstable();
        if ours != theirs {
            let alone: Vec<_> = theirs.iter().filter(|leaf| !ours.contains(leaf)).collect();
            let lacks: Vec<_> = ours.iter().filter(|leaf| !theirs.contains(leaf)).collect();
            wrong.push(format!(
                "{} alone has {alone:?}, lacks {lacks:?}",
                phone.name
            ));
        }
        if store.pending().count() > 0 {
            wrong.push(format!("{} still has something to send", phone.name));
        }
        wrong
    }
}

/// What is wrong with a tree: items in folders that are none, and rings.
fn broken(items: &[Item]) -> Vec<String> {
    let by_id: BTreeMap<ItemId, &Item> = items.iter().map(|item| (item.id, item)).collect();
    let mut wrong = Vec::new();
    for item in items {
        let digest = pim::digest(&item.content).under(item.parent.0);
        if digest != item.digest {
            wrong.push(format!("item {} has a digest of another place", item.id));
        }
        let (mut above, mut steps) = (item.parent, 0);
        while above != ItemId(0) {
            steps += 1;
            match by_id.get(&above) {
                Some(folder) if pim::kind(&folder.content) == pim::Kind::Folder => {
                    above = folder.parent;
                }
                Some(_) | None => {
                    wrong.push(format!(
                        "item {} lies in {above}, which is no folder",
                        item.id
                    ));
                    break;
                }
            }
            if steps > items.len() {
                wrong.push(format!("item {} lies in itself", item.id));
                break;
            }
        }
    }
    wrong
}
