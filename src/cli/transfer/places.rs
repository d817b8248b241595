//! Where exported files go: a folder for each folder of a tree, a name for each file, none twice in one folder, and none
//! that leads out of it, whatever a device called it.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use crate::cli::folders::Folders;
use crate::ids::ItemId;

/// The longest name, in bytes: what any file system takes, with room for a number.
const LONGEST: usize = 200;

/// The places of one collection.
#[derive(Debug)]
pub struct Places {
    root: PathBuf,
    folders: HashMap<ItemId, PathBuf>,
    /// Names in use, without case: some file systems know none.
    taken: HashSet<(ItemId, String)>,
}

impl Places {
    /// A place for each of these folders below `root`.
    pub fn new(root: &Path, ids: &[ItemId], known: &Folders) -> Self {
        let mut places = Self {
            root: root.to_owned(),
            folders: HashMap::new(),
            taken: HashSet::new(),
        };
        for id in ids {
            let mut above = ItemId(0);
            for (folder, name) in known.down_to(*id) {
                if !places.folders.contains_key(&folder) {
                    let path = places.name(above, folder, name);
                    places.folders.insert(folder, path);
                }
                above = folder;
            }
        }
        places
    }

    /// The folder with this number; the root for any other.
    pub fn folder(&self, id: ItemId) -> &Path {
        self.folders.get(&id).unwrap_or(&self.root)
    }

    /// A path in this folder for an item of this name.
    pub fn name(&mut self, folder: ItemId, id: ItemId, name: &str) -> PathBuf {
        let mut name = safe(name);
        if !self.taken.insert((folder, name.to_lowercase())) {
            let (stem, ending) = match name.rsplit_once('.') {
                Some((stem, ending)) if !stem.is_empty() => (stem, format!(".{ending}")),
                Some(_) | None => (name.as_str(), String::new()),
            };
            name = format!("{stem} ({id}){ending}");
            self.taken.insert((folder, name.to_lowercase()));
        }
        self.folder(folder).join(name)
    }
}

/// A name that is no path.
fn safe(name: &str) -> String {
    let mut safe: String = name
        .chars()
        .map(|c| {
            if c.is_control() || matches!(c, '/' | '\\') {
                '_'
            } else {
                c
            }
        })
        .collect();
    while safe.len() > LONGEST {
        safe.pop();
    }
    if matches!(safe.trim(), "" | "." | "..") {
        return "_".to_owned();
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places() -> Places {
        Places::new(Path::new("out"), &[], &Folders::default())
    }

    #[test]
    fn no_name_leads_out_of_its_folder() {
        for (name, expected) in [
            ("a.txt", "a.txt"),
            ("../../etc/passwd", ".._.._etc_passwd"),
            ("..", "_"),
            ("", "_"),
            (" . ", "_"),
            ("C:\\a\u{0}b\n", "C:_a_b_"),
        ] {
            let path = places().name(ItemId(0), ItemId(1), name);
            assert_eq!(path, Path::new("out").join(expected), "{name:?}");
        }
        let long = places().name(ItemId(0), ItemId(1), &"\u{e9}".repeat(200));
        assert_eq!(long, Path::new("out").join("\u{e9}".repeat(100)));
    }

    #[test]
    fn no_name_is_there_twice_in_one_folder() {
        let mut places = places();
        let mut named = |folder, id, name| places.name(ItemId(folder), ItemId(id), name);
        assert_eq!(named(0, 1, "a.txt"), Path::new("out/a.txt"));
        assert_eq!(named(0, 2, "A.TXT"), Path::new("out/A (2).TXT"));
        assert_eq!(named(0, 3, ".hidden"), Path::new("out/.hidden"));
        assert_eq!(named(0, 4, ".hidden"), Path::new("out/.hidden (4)"));
        assert_eq!(named(7, 5, "a.txt"), Path::new("out/a.txt"));
    }
}
