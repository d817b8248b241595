//! Where the items of a user lie: the folders of `files` and `email` by number, for lists and for files.

use std::collections::{HashMap, HashSet};

use crate::ids::ItemId;
use crate::pim::{self, Kind};
use crate::store::Item;

/// The folders that were met so far: their names, and what they lie in.
#[derive(Debug, Default)]
pub struct Folders(HashMap<ItemId, (String, ItemId)>);

impl Folders {
    /// Takes note of an item, if it is a folder.
    pub fn note(&mut self, item: &Item) {
        if pim::kind(&item.content) == Kind::Folder {
            let name = pim::files::name(&item.content).unwrap_or_default();
            self.0.insert(item.id, (name, item.parent));
        }
    }

    /// The folders down to this one, the outermost first, as far as they were met.
    pub fn down_to(&self, folder: ItemId) -> Vec<(ItemId, &str)> {
        let (mut path, mut seen, mut at) = (Vec::new(), HashSet::new(), folder);
        while let Some((name, above)) = self.0.get(&at).filter(|_| seen.insert(at)) {
            path.push((at, name.as_str()));
            at = *above;
        }
        path.reverse();
        path
    }

    /// The same as a person writes it; nothing for an item that lies in no folder. A `/` in a name, which some devices
    /// allow, is shown as `_`.
    pub fn path(&self, folder: ItemId) -> String {
        let names = self.down_to(folder).into_iter();
        let names: Vec<_> = names.map(|(_, name)| name.replace('/', "_")).collect();
        names.join("/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{AccountId, CollectionId, Millis, Rev};
    use crate::item::{Digest, TwinKey};

    fn folder(id: i64, name: &str, parent: i64) -> Item {
        Item {
            account: AccountId(1),
            id: ItemId(id),
            collection: CollectionId::parse("files").unwrap(),
            seq: Rev(1),
            created_seq: Rev(1),
            deleted: false,
            content: pim::files::folder(name),
            digest: Digest(0),
            twin_key: TwinKey(0),
            parent: ItemId(parent),
            writer: None,
            modified: Millis(1),
        }
    }

    #[test]
    fn a_path_leads_from_the_outermost_folder_whatever_their_numbers() {
        let mut folders = Folders::default();
        folders.note(&folder(1, "in/ner", 9));
        folders.note(&folder(9, "outer", 0));
        assert_eq!(folders.path(ItemId(1)), "outer/in_ner");
        assert_eq!(folders.path(ItemId(9)), "outer");
        assert_eq!(folders.path(ItemId(0)), "");
        assert_eq!(folders.path(ItemId(7)), "");
    }

    #[test]
    fn folders_in_one_another_have_a_path_that_ends() {
        let mut folders = Folders::default();
        folders.note(&folder(1, "a", 2));
        folders.note(&folder(2, "b", 1));
        assert_eq!(folders.path(ItemId(1)), "b/a");
    }
}
