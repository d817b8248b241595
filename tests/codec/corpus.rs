//! Documents: our own in `conformance/wbxml`, each as XML and as the WBXML we write of it, and
//! recordings of devices where they are at hand.
//!
//! Recordings are looked for beside the project (`../shared/captures`, `../shared/clients/captures`) and
//! in the folders of `ANCHORAGE_CAPTURES`, separated by colons. `UPDATE=1` writes our WBXML anew.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use anchorage::codec::{Document, Encoding, Event, Limits, Tag, Version, Writer, decode};

use crate::libwbxml::alike;

/// Every document read must decode.
pub fn read(bytes: &[u8]) -> Document<'_> {
    match decode(bytes, None, &Limits::default()) {
        Ok(document) => document,
        Err(error) => unreadable(&error.to_string()),
    }
}

#[expect(
    clippy::panic,
    reason = "a document of the corpus that cannot be read fails the test"
)]
fn unreadable(error: &str) -> ! {
    panic!("a document that must decode does not: {error}")
}

/// Bytes of their hexadecimal digits.
pub fn from_hex(digits: &str) -> Vec<u8> {
    let digit = |b: &u8| {
        char::from(*b)
            .to_digit(16)
            .and_then(|d| u8::try_from(d).ok())
            .unwrap_or_default()
    };
    digits
        .as_bytes()
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |byte, b| byte << 4 | digit(b)))
        .collect()
}

/// A document written anew.
pub fn write(document: &Document<'_>, encoding: Encoding) -> Vec<u8> {
    let mut writer = Writer::new(encoding, version(document));
    writer.events(&document.events);
    writer.finish()
}

/// The version of a document: what its `VerDTD` says, as the specification has it.
pub fn version(document: &Document<'_>) -> Version {
    let mut events = document.events.iter();
    events.find(|event| matches!(event, Event::Start(Tag::VerDtd | Tag::InfVerDtd)));
    match events.next() {
        Some(Event::Text(text)) if text.starts_with(b"1.0") => Version::V10,
        Some(Event::Text(text)) if text.starts_with(b"1.1") => Version::V11,
        Some(_) | None => Version::V12,
    }
}

/// Whether the spelling can have all texts of the document: a digest as raw bytes it may not.
pub fn carries(encoding: Encoding, document: &Document<'_>) -> bool {
    document.events.iter().all(|event| match event {
        Event::Text(bytes) => Writer::carries(encoding, bytes),
        Event::Start(_) | Event::End => true,
    })
}

/// Our own documents, in the order of their names.
pub fn own(extension: &str) -> Vec<PathBuf> {
    found(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/wbxml"),
        extension,
    )
}

/// Recordings at hand, of this extension; none is no failure.
pub fn recordings(extension: &str) -> Vec<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let named = env::var_os("ANCHORAGE_CAPTURES").unwrap_or_default();
    let folders: Vec<PathBuf> = [beside.join("captures"), beside.join("clients/captures")]
        .into_iter()
        .chain(env::split_paths(&named))
        .collect();
    folders
        .iter()
        .flat_map(|folder| found(folder, extension))
        .collect()
}

fn found(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                paths.push(path);
            }
        }
    }
    paths.sort();
    paths
}

/// REQ-WBX-10.
#[test]
fn our_documents_have_every_element_and_version() {
    let mut seen = HashSet::new();
    let mut versions = HashSet::new();
    for path in own("xml") {
        let bytes = fs::read(&path).unwrap();
        let document = read(&bytes);
        versions.insert(document.version.unwrap());
        for event in &document.events {
            if let Event::Start(tag) = event {
                assert_ne!(*tag, Tag::Unknown, "{}", path.display());
                seen.insert(*tag);
            }
        }
    }
    let missing: Vec<_> = Tag::ALL.iter().filter(|tag| !seen.contains(*tag)).collect();
    assert!(missing.is_empty(), "no document has {missing:?}");
    assert_eq!(versions.len(), 3);
}

/// REQ-WBX-7.
#[test]
fn our_documents_are_written_as_the_golden_bytes_and_mean_the_same_in_both_spellings() {
    let paths = own("xml");
    assert!(paths.len() >= 12);
    for path in &paths {
        let xml = fs::read(path).unwrap();
        let document = read(&xml);
        let wbxml = write(&document, Encoding::Wbxml);
        let golden = path.with_extension("wbxml");
        if env::var_os("UPDATE").is_some() {
            fs::write(&golden, &wbxml).unwrap();
        }
        assert_eq!(fs::read(&golden).unwrap(), wbxml, "{}", golden.display());
        assert_eq!(read(&wbxml).events, document.events, "{}", path.display());
        assert_eq!(
            read(&write(&document, Encoding::Xml)).events,
            document.events,
            "{}",
            path.display()
        );
    }
    println!(
        "{} documents of our own, {} goldens",
        paths.len(),
        own("wbxml").len()
    );
    assert_eq!(
        own("wbxml").len(),
        paths.len(),
        "every golden has its source"
    );
}

#[test]
fn every_recording_is_read_and_reads_the_same_written_anew() {
    let (xml, wbxml) = (recordings("xml"), recordings("wbxml"));
    let (mut strangers, mut raw) = (0, 0);
    for path in xml.iter().chain(&wbxml) {
        let bytes = fs::read(path).unwrap();
        let document = read(&bytes);
        if !matches!(
            document.events.first(),
            Some(Event::Start(Tag::SyncMl | Tag::DevInf))
        ) {
            strangers += 1;
            continue;
        }
        for encoding in [Encoding::Xml, Encoding::Wbxml] {
            if !carries(encoding, &document) {
                raw += 1;
                continue;
            }
            let again = write(&document, encoding);
            assert!(
                alike(&read(&again).events, &document.events),
                "{} through {encoding:?}",
                path.display()
            );
        }
    }
    let (xml, wbxml) = (xml.len(), wbxml.len());
    println!(
        "{xml} recordings in XML and {wbxml} in WBXML read; {strangers} are no SyncML, {raw} no XML can have"
    );
}

#[test]
fn a_recording_in_both_spellings_means_the_same_in_both() {
    let mut pairs = 0;
    for path in recordings("wbxml") {
        let Ok(xml) = fs::read(path.with_extension("xml")) else {
            continue;
        };
        let wbxml = fs::read(&path).unwrap();
        assert!(
            alike(&read(&wbxml).events, &read(&xml).events),
            "{}",
            path.display()
        );
        pairs += 1;
    }
    println!("{pairs} recordings in both spellings");
}
