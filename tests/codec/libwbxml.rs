//! Agreement with libwbxml, an independent implementation, both ways and over the whole corpus.
//! Its programs `xml2wbxml` and `wbxml2xml` must be installed (Debian: `libwbxml2-utils`).

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "without the programs the test must fail"
)]

use std::borrow::Cow;
use std::fs;
use std::path::Path;
use std::process::Command;

use anchorage::codec::{Document, Encoding, Event, Tag, Version};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::corpus::{carries, own, read, recordings, version, write};

/// Runs one of libwbxml's programs over these bytes; `None` when it refuses them.
fn convert(program: &str, options: &[&str], input: &[u8]) -> Option<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("in"), folder.path().join("out"));
    fs::write(&from, input).unwrap();
    let run = Command::new(program)
        .args(options)
        .arg("-o")
        .arg(&to)
        .arg(&from)
        .output();
    let run = run
        .unwrap_or_else(|error| panic!("{program} is needed (Debian: libwbxml2-utils): {error}"));
    if run.status.success() {
        fs::read(&to).ok()
    } else {
        None
    }
}

/// The events as libwbxml would leave them: it writes line ends its own way, ends base64 with one, says
/// `+wbxml` in the type of a `DevInf` that it writes, and makes raw bytes base64 when it writes XML.
/// Unknown elements are left out.
fn plain(events: &[Event<'_>]) -> Vec<(Option<Tag>, String)> {
    let mut out: Vec<(Option<Tag>, String)> = Vec::new();
    let mut unknown = 0_usize;
    for event in events {
        match event {
            Event::Start(Tag::Unknown) => unknown += 1,
            Event::Start(_) if unknown > 0 => unknown += 1,
            Event::End if unknown > 0 => unknown -= 1,
            Event::Text(_) if unknown > 0 => {}
            Event::Start(Tag::InfSize) => out.push((Some(Tag::MaxSize), String::new())),
            Event::Start(tag) => out.push((Some(*tag), String::new())),
            Event::End => out.push((None, String::new())),
            Event::Text(bytes) => {
                let text = String::from_utf8(bytes.to_vec())
                    .unwrap_or_else(|_| BASE64_STANDARD.encode(bytes));
                let text = text.replace("syncml-devinf+xml", "syncml-devinf+wbxml");
                let lines: Vec<_> = text
                    .split(['\r', '\n'])
                    .filter(|line| !line.is_empty())
                    .collect();
                if let Some((_, before)) = out.last_mut() {
                    before.push_str(&lines.join("\n"));
                }
            }
        }
    }
    out
}

/// Whether events are the same, but for what libwbxml does to them and origins of recordings did.
pub fn alike(left: &[Event<'_>], right: &[Event<'_>]) -> bool {
    let (left, right) = (plain(left), plain(right));
    let difference = left.iter().zip(&right).find(|(a, b)| a != b);
    if let Some((a, b)) = difference {
        println!("{a:?}\n{b:?}");
    }
    difference.is_none() && left.len() == right.len()
}

/// libwbxml reads what we write, and we read what it writes, as the same message.
fn agrees(path: &Path) -> bool {
    let bytes = fs::read(path).unwrap();
    let mut document = read(&bytes);
    // It goes by the type, not by the bytes, when it reads a nested document.
    for event in &mut document.events {
        if let Event::Text(text) = event
            && text.as_ref() == b"application/vnd.syncml-devinf+xml"
        {
            *text = Cow::Borrowed(b"application/vnd.syncml-devinf+wbxml");
        }
    }
    // Nothing but a document type tells it the version of a DevInf that stands alone.
    let xml = String::from_utf8(write(&document, Encoding::Xml)).unwrap();
    let xml = xml.replace("?><DevInf", &format!("?>{}<DevInf", devinf_type(&document)));
    let from_wbxml = convert(
        "wbxml2xml",
        &["-m", "0", "-k"],
        &write(&document, Encoding::Wbxml),
    );
    let from_xml = convert("xml2wbxml", &["-k", "-v", "1.2"], xml.as_bytes());
    [from_wbxml, from_xml].iter().all(|theirs| {
        theirs
            .as_ref()
            .is_some_and(|theirs| alike(&read(theirs).events, &document.events))
    })
}

fn devinf_type(document: &Document<'_>) -> String {
    let number = match version(document) {
        Version::V10 => "1.0",
        Version::V11 => "1.1",
        Version::V12 => "1.2",
    };
    format!("<!DOCTYPE DevInf PUBLIC '-//SYNCML//DTD DevInf {number}//EN' ''>")
}

/// Whether it has elements that libwbxml's table for its version lacks; ours is one for all.
fn is_ahead(document: &Document<'_>) -> bool {
    let version = version(document);
    document.events.iter().any(|event| match event {
        Event::Start(Tag::MaxSize) | Event::Text(_) | Event::End => false,
        Event::Start(tag) => tag.since() > version,
    })
}

#[test]
fn libwbxml_and_we_read_each_other_over_our_own_documents() {
    let paths = own("xml");
    for path in &paths {
        assert!(agrees(path), "{}", path.display());
    }
    println!(
        "{} documents of our own agree with libwbxml both ways",
        paths.len()
    );
}

#[test]
fn libwbxml_and_we_read_each_other_over_recordings() {
    let (mut agreeing, mut strangers, mut raw, mut ahead) = (0, 0, 0, 0);
    let mut not: Vec<String> = Vec::new();
    for path in recordings("xml").into_iter().chain(recordings("wbxml")) {
        let bytes = fs::read(&path).unwrap();
        let document = read(&bytes);
        if !matches!(
            document.events.first(),
            Some(Event::Start(Tag::SyncMl | Tag::DevInf))
        ) {
            strangers += 1;
        } else if !carries(Encoding::Xml, &document) {
            raw += 1;
        } else if is_ahead(&document) {
            ahead += 1;
        } else if agrees(&path) {
            agreeing += 1;
        } else {
            not.push(path.display().to_string());
        }
    }
    println!("{agreeing} recordings agree with libwbxml both ways");
    println!(
        "{strangers} more are no SyncML, {raw} no XML can have, {ahead} have elements their version has not"
    );
    assert!(not.is_empty(), "{not:#?}");
}
