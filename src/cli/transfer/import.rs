//! `anchorage import`: items from files into a user's collections.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Map, Value, json};

use super::split::{FileKind, split};
use crate::cli::{Context, Failure, account, now};
use crate::ids::{AccountId, CollectionId, ItemId, UserName};
use crate::item::{Content, Digest, MediaType, TwinKey};
use crate::pim::{self, Kind};
use crate::store::{Item, term};

/// How many items go into one transaction.
const BATCH: usize = 500;

#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Whose collections.
    #[arg(value_parser = UserName::parse)]
    user: UserName,
    /// Files (.vcf, .vnt, .ics, .vcs, .txt), or folders of such files; with --files anything.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Take files as files, in their folders, into the collection files; of a PATH that is a folder what lies in it.
    #[arg(long)]
    files: bool,
}

/// An item on its way in.
struct Incoming {
    collection: CollectionId,
    content: Content,
    digest: Digest,
    twin_key: TwinKey,
}

/// What became of everything.
#[derive(Default)]
pub struct Tally {
    pub imported: BTreeMap<CollectionId, usize>,
    pub already_there: usize,
    pub unreadable: Vec<(PathBuf, usize)>,
}

/// Imports files; each is one or more items, and one that is there with the same content is left out.
///
/// # Errors
/// [`Failure`] when the user or a file is not there, when the database fails, and, after everything else was
/// imported, when something could not be read.
pub fn import(context: &Context, args: &ImportArgs) -> Result<(), Failure> {
    let id = context.store.read(|tx| account(tx, &args.user))?.id;
    if args.files {
        let mut tally = Tally::default();
        super::tree::import(context, id, &args.paths, &mut tally)?;
        return report(context, &tally);
    }
    let files = files(&args.paths)?;
    let mut tally = Tally::default();
    let mut waiting = Vec::new();
    let progress = progress(files.len());
    for path in files {
        let Some(kind) = FileKind::of(&path) else {
            continue;
        };
        let bytes = fs::read(&path).map_err(|cause| unread(&path, &cause))?;
        let pieces = split(kind, &bytes);
        let declared = MediaType::new(kind.media_type());
        let mut unreadable = pieces.unreadable;
        for body in pieces.bodies {
            match incoming(body, &declared)? {
                Some(item) => waiting.push(item),
                None => unreadable += 1,
            }
        }
        if unreadable > 0 {
            tally.unreadable.push((path, unreadable));
        }
        while waiting.len() >= BATCH {
            let rest = waiting.split_off(BATCH);
            write(
                context,
                id,
                std::mem::replace(&mut waiting, rest),
                &mut tally,
            )?;
        }
        progress.inc(1);
    }
    write(context, id, waiting, &mut tally)?;
    progress.finish_and_clear();
    report(context, &tally)
}

/// All files the paths lead to, those of a folder in the order of their names.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        let found = fs::metadata(path).map_err(|cause| unread(path, &cause))?;
        if found.is_dir() {
            let entries = fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
            let mut inside: Vec<PathBuf> = entries
                .map_err(|cause| unread(path, &cause))?
                .iter()
                .map(fs::DirEntry::path)
                .collect();
            inside.retain(|path| {
                !path.is_symlink() && (path.is_dir() || FileKind::of(path).is_some())
            });
            inside.sort();
            files.extend(self::files(&inside)?);
        } else if FileKind::of(path).is_some() {
            files.push(path.clone());
        } else {
            let known = "a .vcf, .vnt, .ics, .vcs or .txt file";
            return Err(Failure::Usage(format!("{} is not {known}", path.display())));
        }
    }
    Ok(files)
}

/// What a body is and where it belongs; `None` when it is nothing we keep.
fn incoming(body: Vec<u8>, declared: &MediaType) -> Result<Option<Incoming>, Failure> {
    let media_type = pim::classify(&body, declared);
    let content = Content { media_type, body };
    let name = match pim::kind(&content) {
        Kind::Contact => "contacts",
        Kind::Event => "calendar",
        Kind::Task => "tasks",
        Kind::Note => "notes",
        Kind::Mail => "email",
        Kind::Folder | Kind::File => "files",
        Kind::Other => return Ok(None),
    };
    let collection = CollectionId::parse(name).map_err(|bad| Failure::failed(bad.to_string()))?;
    let (digest, twin_key) = (pim::digest(&content), pim::twin_key(&content));
    Ok(Some(Incoming {
        collection,
        content,
        digest,
        twin_key,
    }))
}

/// Writes up to [`BATCH`] items in one transaction.
fn write(
    context: &Context,
    account: AccountId,
    batch: Vec<Incoming>,
    tally: &mut Tally,
) -> Result<(), Failure> {
    if batch.is_empty() {
        return Ok(());
    }
    let asked = batch.len();
    let now = now()?;
    let written = context.store.write(|tx| {
        let seq = tx.tick(account, now)?;
        let collections: Vec<CollectionId> = tx
            .collections(account)?
            .into_iter()
            .map(|collection| collection.id)
            .collect();
        let keys: Vec<TwinKey> = batch.iter().map(|incoming| incoming.twin_key).collect();
        let there = tx.items_by_twin(account, &collections, &keys)?;
        let mut seen: HashSet<_> = there
            .into_iter()
            .map(|item| (item.collection, item.twin_key, item.digest))
            .collect();
        let mut fresh = batch;
        fresh.retain(|new| seen.insert((new.collection.clone(), new.twin_key, new.digest)));
        let mut id = tx.reserve_items(account, i64::try_from(fresh.len()).unwrap_or(i64::MAX))?;
        let mut items = Vec::with_capacity(fresh.len());
        for Incoming {
            collection,
            content,
            digest,
            twin_key,
        } in fresh
        {
            let writer = None;
            items.push(Item {
                account,
                id,
                collection,
                seq,
                created_seq: seq,
                deleted: false,
                content,
                digest,
                twin_key,
                writer,
                modified: now,
                parent: ItemId(0),
            });
            id.0 += 1;
        }
        tx.put_items(&items)?;
        let mut written: BTreeMap<CollectionId, (i64, usize)> = BTreeMap::new();
        for item in &items {
            let (terms, live) = written.entry(item.collection.clone()).or_default();
            *terms += term(item.id, item.digest);
            *live += 1;
        }
        for (collection, (terms, live)) in &written {
            tx.touch_collection(
                account,
                collection,
                seq,
                *terms,
                i64::try_from(*live).unwrap_or(i64::MAX),
            )?;
        }
        Ok::<_, Failure>(written)
    })?;
    let mut fresh = 0;
    for (collection, (_, live)) in written {
        fresh += live;
        *tally.imported.entry(collection).or_default() += live;
    }
    tally.already_there += asked - fresh;
    Ok(())
}

fn report(context: &Context, tally: &Tally) -> Result<(), Failure> {
    let out = context.out;
    let unreadable: usize = tally.unreadable.iter().map(|(_, count)| count).sum();
    if out.is_json() {
        let imported: Map<_, _> = tally
            .imported
            .iter()
            .map(|(id, count)| (id.to_string(), json!(count)))
            .collect();
        out.record(vec![
            ("imported", Value::Object(imported)),
            ("already_there", json!(tally.already_there)),
            ("unreadable", json!(unreadable)),
        ])?;
    } else {
        for (collection, count) in &tally.imported {
            out.say(&format!("{count} imported into {collection}."))?;
        }
        if tally.already_there > 0 {
            out.say(&format!(
                "{} left out: already there with the same content.",
                tally.already_there
            ))?;
        }
        if tally.imported.is_empty() && tally.already_there == 0 {
            out.say("Nothing was imported.")?;
        }
    }
    let Some((first, _)) = tally.unreadable.first() else {
        return Ok(());
    };
    let others = match tally.unreadable.len() {
        1 => String::new(),
        files => format!(" and {} more files", files - 1),
    };
    Err(Failure::failed(format!(
        "{unreadable} could not be read, in {}{others}",
        first.display()
    )))
}

/// On a terminal, how far it has come; elsewhere nothing.
fn progress(files: usize) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(files).unwrap_or(u64::MAX));
    match ProgressStyle::with_template("{wide_bar} {pos}/{len} files") {
        Ok(style) if files > 1 => bar.with_style(style),
        Ok(_) | Err(_) => ProgressBar::hidden(),
    }
}

pub fn unread(path: &Path, cause: &std::io::Error) -> Failure {
    let text = format!("cannot read {}: {cause}", path.display());
    if cause.kind() == std::io::ErrorKind::NotFound {
        Failure::NotFound(text)
    } else {
        Failure::failed(text)
    }
}
