//! `anchorage export`: a user's items to files, byte for byte as the devices wrote them. What lies in folders is written
//! into folders of the same names; of a file that is a file, as it would lie on a computer.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::{Args, ValueEnum};
use serde_json::json;

use super::places::Places;
use crate::cli::folders::Folders;
use crate::cli::item::each_item;
use crate::cli::{Context, Failure};
use crate::ids::{CollectionId, ItemId, UserName};
use crate::item::MediaType;
use crate::pim::{self, Kind};
use crate::store::Item;

#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Whose items.
    #[arg(value_parser = UserName::parse)]
    user: UserName,
    /// A folder that is empty or not there, or a file that is not there, or - for stdout.
    target: PathBuf,
    /// Only this collection: contacts, calendar, tasks, notes, files or email.
    #[arg(long, value_parser = CollectionId::parse)]
    collection: Option<CollectionId>,
    /// One file for each item, or all in one file [default: one for a target with an extension or -, else files].
    #[arg(long, value_enum)]
    format: Option<Format>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One file for each item, in a folder for each collection; files and mails in their own folders below that.
    Files,
    /// All items in one file: of one kind, and not notes.
    One,
}

/// Exports items.
///
/// # Errors
/// [`Failure`] when there is no such user or collection, when the target is there already or cannot be written,
/// or when the items do not go into one file.
pub fn export(context: &Context, args: &ExportArgs) -> Result<(), Failure> {
    let to_stdout = args.target.as_os_str() == "-";
    let by_name = if to_stdout || args.target.extension().is_some() {
        Format::One
    } else {
        Format::Files
    };
    match args.format.unwrap_or(by_name) {
        Format::Files if to_stdout => Err(Failure::Usage("stdout takes one file only".to_owned())),
        Format::Files => files(context, args),
        Format::One => one(context, args, to_stdout),
    }
}

fn files(context: &Context, args: &ExportArgs) -> Result<(), Failure> {
    let target = &args.target;
    let occupied = fs::read_dir(target).is_ok_and(|mut entries| entries.next().is_some());
    if occupied || target.is_file() {
        return Err(Failure::Refused(format!(
            "{} is there already; export to a new folder",
            target.display()
        )));
    }
    let mut trees = trees(context, args)?;
    let mut count = 0;
    each_item(context, &args.user, args.collection.as_ref(), |page| {
        for item in page {
            let places = trees
                .entry(item.collection.clone())
                .or_insert_with(|| no_folders(target, &item.collection));
            put(places, &item)?;
            count += 1;
        }
        Ok(())
    })?;
    fs::create_dir_all(target).map_err(|cause| unwritten(target, &cause))?;
    told(context, target, count)
}

/// The places of the collections that have folders.
fn trees(context: &Context, args: &ExportArgs) -> Result<HashMap<CollectionId, Places>, Failure> {
    let mut found: HashMap<CollectionId, (Folders, Vec<ItemId>)> = HashMap::new();
    each_item(context, &args.user, args.collection.as_ref(), |page| {
        for item in page {
            if pim::kind(&item.content) == Kind::Folder {
                let (folders, ids) = found.entry(item.collection.clone()).or_default();
                folders.note(&item);
                ids.push(item.id);
            }
        }
        Ok(())
    })?;
    let places = found.into_iter().map(|(collection, (folders, ids))| {
        let root = args.target.join(collection.as_str());
        let places = Places::new(&root, &ids, &folders);
        (collection, places)
    });
    Ok(places.collect())
}

fn no_folders(target: &Path, collection: &CollectionId) -> Places {
    Places::new(&target.join(collection.as_str()), &[], &Folders::default())
}

/// Writes one item to its place: a folder as a folder, a file as a file, all else as it came.
fn put(places: &mut Places, item: &Item) -> Result<(), Failure> {
    if pim::kind(&item.content) == Kind::Folder {
        let folder = places.folder(item.id);
        return fs::create_dir_all(folder).map_err(|cause| unwritten(folder, &cause));
    }
    let folder = places.folder(item.parent).to_owned();
    let file = pim::files::read(&item.content);
    let path = if let Some(file) = &file {
        places.name(item.parent, item.id, &file.name)
    } else {
        let ending = extension(&item.content.media_type);
        places.name(item.parent, item.id, &format!("{}.{ending}", item.id))
    };
    let body = file
        .as_ref()
        .map_or(item.content.body.as_slice(), |file| file.body.as_slice());
    let written = fs::create_dir_all(&folder).and_then(|()| {
        let mut out = File::create(&path)?;
        out.write_all(body)?;
        if let Some(time) = file.as_ref().and_then(changed) {
            // A time that the file system cannot hold is no reason to lose the file.
            let _ = out.set_modified(time);
        }
        Ok(())
    });
    written.map_err(|cause| unwritten(&path, &cause))
}

fn changed(file: &pim::files::File) -> Option<SystemTime> {
    let since = u64::try_from(file.modified?.0).ok()?;
    UNIX_EPOCH.checked_add(Duration::from_millis(since))
}

fn one(context: &Context, args: &ExportArgs, to_stdout: bool) -> Result<(), Failure> {
    let target = &args.target;
    let mut bytes = Vec::new();
    let (mut count, mut family) = (0, None);
    each_item(context, &args.user, args.collection.as_ref(), |page| {
        for item in page {
            let its = joinable(&item)?;
            if *family.get_or_insert(its) != its {
                let hint = "choose one with --collection, or use --format files";
                return Err(Failure::Usage(format!(
                    "one file cannot hold cards and calendars; {hint}"
                )));
            }
            bytes.extend_from_slice(&item.content.body);
            if !item.content.body.ends_with(b"\n") {
                bytes.extend_from_slice(b"\r\n");
            }
            count += 1;
        }
        Ok(())
    })?;
    if to_stdout {
        return context.out.bytes(&bytes);
    }
    let mut file = create(target)?;
    file.write_all(&bytes)
        .and_then(|()| file.flush())
        .map_err(|cause| unwritten(target, &cause))?;
    told(context, target, count)
}

fn create(target: &Path) -> Result<BufWriter<File>, Failure> {
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(target)
        .map_err(|cause| {
            if cause.kind() == io::ErrorKind::AlreadyExists {
                return Failure::Refused(format!("{} is there already", target.display()));
            }
            unwritten(target, &cause)
        })?;
    Ok(BufWriter::new(file))
}

fn told(context: &Context, target: &Path, count: u64) -> Result<(), Failure> {
    if context.out.is_json() {
        return context.out.record(vec![
            ("exported", json!(count)),
            ("target", json!(target.display().to_string())),
        ]);
    }
    let items = if count == 1 { "item" } else { "items" };
    context.out.say(&format!(
        "{count} {items} exported to {}.",
        target.display()
    ))
}

/// What may follow one another in one file and be told apart again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Cards,
    Calendars,
    Notes,
}

fn joinable(item: &Item) -> Result<Family, Failure> {
    match extension(&item.content.media_type) {
        "vcf" => Ok(Family::Cards),
        "ics" | "vcs" => Ok(Family::Calendars),
        "vnt" => Ok(Family::Notes),
        _ => {
            let kind = &item.content.media_type;
            Err(Failure::Usage(format!(
                "items of type {kind} cannot be told apart in one file; use --format files"
            )))
        }
    }
}

/// The usual ending of a file of this type.
fn extension(media_type: &MediaType) -> &'static str {
    match media_type.as_str() {
        "text/x-vcard" | "text/vcard" | "text/directory" => "vcf",
        "text/calendar" => "ics",
        "text/x-vcalendar" => "vcs",
        "text/x-vnote" => "vnt",
        "text/plain" => "txt",
        "message/rfc822" => "eml",
        "application/vnd.omads-email+xml"
        | "application/vnd.omads-file+xml"
        | "text/x-s4j-sifc"
        | "text/x-s4j-sife"
        | "text/x-s4j-sift"
        | "text/x-s4j-sifn" => "xml",
        _ => "bin",
    }
}

fn unwritten(path: &Path, cause: &io::Error) -> Failure {
    Failure::failed(format!("cannot write {}: {cause}", path.display()))
}
