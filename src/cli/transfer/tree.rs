//! `anchorage import --files`: folders and files of a computer into the collection `files`, as they lie.
//!
//! What is there is found by its path. A folder that is there is used; a file that is there with the same bytes is left
//! out, with others it takes the new ones, and what it was is kept as a revision. Nothing is deleted, and no link is
//! followed.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::import::{Tally, unread};
use crate::cli::{Context, Failure, now};
use crate::ids::{AccountId, CollectionId, ItemId, Millis, Rev};
use crate::item::Content;
use crate::pim::files::{self, File};
use crate::pim::{self, Kind};
use crate::store::{Item, Revision, Tx, term};

/// How many files go into one transaction,
const BATCH: usize = 500;
/// and how many bytes.
const BATCH_BYTES: u64 = 8 << 20;
/// The largest file, in bytes: it lies in memory, several times over.
const LARGEST: u64 = 100 << 20;
/// How many items one transaction reads.
const PAGE: i64 = 500;

/// What was found on the computer.
#[derive(Default)]
struct Found {
    /// Each folder behind the one it lies in.
    folders: Vec<Entry>,
    files: Vec<Entry>,
}

struct Entry {
    /// The place of its folder among the folders; `None` for the root.
    within: Option<usize>,
    name: String,
    path: PathBuf,
    bytes: u64,
}

/// What is in the collection: number, and whether it is a folder, by folder and name.
type There = HashMap<(ItemId, String, bool), ItemId>;

/// Imports files and folders.
///
/// # Errors
/// [`Failure`] when a path is not there, a file cannot be read, or the database fails. What cannot be taken is noted in
/// the tally.
pub fn import(
    context: &Context,
    account: AccountId,
    paths: &[PathBuf],
    tally: &mut Tally,
) -> Result<(), Failure> {
    let collection =
        CollectionId::parse("files").map_err(|bad| Failure::failed(bad.to_string()))?;
    let mut found = Found::default();
    for path in paths {
        let metadata = fs::metadata(path).map_err(|cause| unread(path, &cause))?;
        if metadata.is_dir() {
            look_into(path, None, &mut found, tally)?;
        } else {
            take(path, None, metadata.len(), &mut found, tally);
        }
    }
    let there = there(context, account, &collection)?;
    let made = now()?;
    let place = Place {
        account,
        collection,
        made,
    };
    let folders = context
        .store
        .write(|tx| place.folders(tx, &found.folders, &there))?;
    *tally.imported.entry(place.collection.clone()).or_default() += folders.made;
    tally.already_there += found.folders.len() - folders.made;
    let mut rest = found.files.as_slice();
    while !rest.is_empty() {
        let (batch, behind) = rest.split_at(batch_of(rest));
        rest = behind;
        let read = batch
            .iter()
            .map(|entry| Ok((folders.of(entry.within), read(entry)?)))
            .collect::<Result<Vec<_>, Failure>>()?;
        let asked = read.len();
        let written = context.store.write(|tx| place.files(tx, &read, &there))?;
        *tally.imported.entry(place.collection.clone()).or_default() += written;
        tally.already_there += asked - written;
    }
    tally.imported.retain(|_, count| *count > 0);
    Ok(())
}

/// What lies in a folder, in the order of the names.
fn look_into(
    folder: &Path,
    within: Option<usize>,
    found: &mut Found,
    tally: &mut Tally,
) -> Result<(), Failure> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut entries = entries.map_err(|cause| unread(folder, &cause))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let metadata = fs::symlink_metadata(&path).map_err(|cause| unread(&path, &cause))?;
        if metadata.is_dir() {
            let Some(name) = name_of(&path) else {
                tally.unreadable.push((path, 1));
                continue;
            };
            found.folders.push(Entry {
                within,
                name,
                path: path.clone(),
                bytes: 0,
            });
            let at = found.folders.len() - 1;
            look_into(&path, Some(at), found, tally)?;
        } else if metadata.is_file() {
            take(&path, within, metadata.len(), found, tally);
        }
    }
    Ok(())
}

fn take(path: &Path, within: Option<usize>, bytes: u64, found: &mut Found, tally: &mut Tally) {
    match name_of(path).filter(|_| bytes <= LARGEST) {
        Some(name) => found.files.push(Entry {
            within,
            name,
            path: path.to_owned(),
            bytes,
        }),
        None => tally.unreadable.push((path.to_owned(), 1)),
    }
}

/// The name of a file, if it is text that an item can carry.
fn name_of(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?.to_owned();
    let carried = files::name(&files::folder(&name))?;
    (carried == name).then_some(name)
}

/// How many of these files go into the next transaction.
fn batch_of(files: &[Entry]) -> usize {
    let mut bytes = 0;
    let fits = files.iter().take(BATCH).take_while(|entry| {
        bytes += entry.bytes;
        bytes <= BATCH_BYTES
    });
    fits.count().max(1)
}

fn read(entry: &Entry) -> Result<File, Failure> {
    let body = fs::read(&entry.path).map_err(|cause| unread(&entry.path, &cause))?;
    let modified = fs::metadata(&entry.path).and_then(|metadata| metadata.modified());
    let since = modified
        .ok()
        .and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    let seconds = since.and_then(|since| i64::try_from(since.as_secs()).ok());
    Ok(File {
        name: entry.name.clone(),
        modified: seconds.and_then(|seconds| Some(Millis(seconds.checked_mul(1000)?))),
        body,
    })
}

/// What is in the collection. Of two of one name the older counts.
fn there(
    context: &Context,
    account: AccountId,
    collection: &CollectionId,
) -> Result<There, Failure> {
    let (mut there, mut after) = (There::new(), ItemId(0));
    loop {
        let page = context
            .store
            .read(|tx| tx.items_of(account, collection, after, PAGE))?;
        let Some(last) = page.last() else {
            return Ok(there);
        };
        after = last.id;
        for item in page {
            if let Some(name) = files::name(&item.content) {
                let is_folder = pim::kind(&item.content) == Kind::Folder;
                there
                    .entry((item.parent, name, is_folder))
                    .or_insert(item.id);
            }
        }
    }
}

/// The numbers of the folders that were found.
struct Numbered {
    ids: Vec<ItemId>,
    made: usize,
}

impl Numbered {
    fn of(&self, folder: Option<usize>) -> ItemId {
        let id = folder.and_then(|at| self.ids.get(at));
        id.copied().unwrap_or(ItemId(0))
    }
}

/// Where everything goes, and when.
struct Place {
    account: AccountId,
    collection: CollectionId,
    made: Millis,
}

impl Place {
    /// Makes the folders that are not there.
    fn folders(
        &self,
        tx: &mut Tx<'_>,
        found: &[Entry],
        there: &There,
    ) -> Result<Numbered, Failure> {
        let mut numbered = Numbered {
            ids: Vec::with_capacity(found.len()),
            made: 0,
        };
        if found.is_empty() {
            return Ok(numbered);
        }
        let seq = tx.tick(self.account, self.made)?;
        let most = i64::try_from(found.len()).unwrap_or(i64::MAX);
        let mut next = tx.reserve_items(self.account, most)?;
        let mut items = Vec::new();
        for entry in found {
            let parent = numbered.of(entry.within);
            let key = (parent, entry.name.clone(), true);
            let id = there.get(&key).copied().unwrap_or_else(|| {
                let id = next;
                next.0 += 1;
                items.push(self.item(id, seq, files::folder(&entry.name), parent));
                id
            });
            numbered.ids.push(id);
        }
        numbered.made = items.len();
        self.put(tx, seq, &items, Vec::new())?;
        Ok(numbered)
    }

    /// Writes files into folders; answers how many were not there as they are.
    fn files(
        &self,
        tx: &mut Tx<'_>,
        found: &[(ItemId, File)],
        there: &There,
    ) -> Result<usize, Failure> {
        let seq = tx.tick(self.account, self.made)?;
        let known = |(folder, file): &(ItemId, File)| {
            there.get(&(*folder, file.name.clone(), false)).copied()
        };
        let ids: Vec<_> = found.iter().filter_map(known).collect();
        let old = tx.items(self.account, &ids)?;
        let old: HashMap<_, _> = old.into_iter().map(|item| (item.id, item)).collect();
        let most = i64::try_from(found.len()).unwrap_or(i64::MAX);
        let mut next = tx.reserve_items(self.account, most)?;
        let (mut items, mut before) = (Vec::new(), Vec::new());
        for one in found {
            let (folder, file) = one;
            let old = known(one).and_then(|id| old.get(&id));
            let old = old.filter(|item| !item.deleted && item.parent == *folder);
            let same = |item: &&Item| files::read(&item.content).map(|file| file.body);
            if old.as_ref().and_then(same).as_ref() == Some(&file.body) {
                continue;
            }
            let mut item = self.item(next, seq, files::file(file), *folder);
            if let Some(old) = old {
                (item.id, item.created_seq) = (old.id, old.created_seq);
                before.push(old.clone());
            } else {
                next.0 += 1;
            }
            items.push(item);
        }
        let written = items.len();
        self.put(tx, seq, &items, before)?;
        Ok(written)
    }

    fn item(&self, id: ItemId, seq: Rev, content: Content, parent: ItemId) -> Item {
        Item {
            account: self.account,
            id,
            collection: self.collection.clone(),
            seq,
            created_seq: seq,
            deleted: false,
            digest: pim::digest(&content).under(parent.0),
            twin_key: pim::twin_key(&content),
            content,
            parent,
            writer: None,
            modified: self.made,
        }
    }

    /// Writes items, `before` being what some of them were; all of them in folders that are still there.
    fn put(
        &self,
        tx: &mut Tx<'_>,
        seq: Rev,
        items: &[Item],
        before: Vec<Item>,
    ) -> Result<(), Failure> {
        if items.is_empty() {
            return Ok(());
        }
        let mut above: Vec<_> = items.iter().map(|item| item.parent).collect();
        above.retain(|id| *id != ItemId(0) && !items.iter().any(|item| item.id == *id));
        above.sort_unstable();
        above.dedup();
        let lives = |item: &Item| !item.deleted && pim::kind(&item.content) == Kind::Folder;
        if tx
            .items(self.account, &above)?
            .iter()
            .filter(|item| lives(item))
            .count()
            < above.len()
        {
            return Err(Failure::failed(
                "a device deleted a folder meanwhile; import again".to_owned(),
            ));
        }
        let gone: i64 = before.iter().map(|item| term(item.id, item.digest)).sum();
        let terms: i64 = items.iter().map(|item| term(item.id, item.digest)).sum();
        let live = i64::try_from(items.len() - before.len()).unwrap_or(i64::MAX);
        let revisions: Vec<_> = before.into_iter().map(|old| self.revision(old)).collect();
        tx.put_items(items)?;
        tx.put_revisions(&revisions)?;
        tx.touch_collection(self.account, &self.collection, seq, terms - gone, live)?;
        Ok(())
    }

    fn revision(&self, old: Item) -> Revision {
        Revision {
            account: self.account,
            item: old.id,
            seq: old.seq,
            content: old.content,
            digest: old.digest,
            reason: "superseded".to_owned(),
            writer: old.writer,
            at: self.made,
            session: None,
        }
    }
}
