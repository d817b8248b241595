//! Recorded messages of real devices and clients: every one is read. They are no part of the project; where
//! their folder is absent there is nothing to read, and the test says so.

#![expect(
    clippy::unwrap_used,
    reason = "a test that fails may panic, in its helpers too"
)]

use std::path::{Path, PathBuf};

use anchorage::codec::Limits;
use anchorage::message::query::PutData;
use anchorage::message::{Command, DevInf, Header, Message, Meta, Received};

fn folder() -> PathBuf {
    std::env::var_os("ANCHORAGE_CAPTURES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/captures"),
        PathBuf::from,
    )
}

/// The messages that clients sent, in every folder below this one.
fn client_messages(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for path in entries.map(|entry| entry.unwrap().path()) {
        let name = path.file_name().unwrap().to_string_lossy();
        if path.is_dir() {
            client_messages(&path, found);
        } else if name.contains("client.") && (name.ends_with(".xml") || name.ends_with(".wbxml")) {
            found.push(path);
        }
    }
    found.sort();
}

fn devinfs(message: &Message) -> Vec<&DevInf> {
    let items = message.body.iter().flat_map(|command| {
        if let Command::Put(put) = command {
            put.items.as_slice()
        } else if let Command::Results(results) = command {
            results.items.as_slice()
        } else {
            &[]
        }
    });
    items
        .filter_map(|item| {
            if let PutData::DevInf(devinf) = &item.data {
                Some(&**devinf)
            } else {
                None
            }
        })
        .collect()
}

/// Whether the message sends device information, by its text or, if it is WBXML, by that of its twin in XML.
fn has_devinf(path: &Path) -> bool {
    let text = std::fs::read(path.with_extension("xml")).unwrap_or_default();
    String::from_utf8_lossy(&text).contains("<DataStore>")
}

#[test]
fn every_recorded_client_message_is_read_with_its_device_information() {
    let folder = folder();
    let mut paths = Vec::new();
    client_messages(&folder, &mut paths);
    if paths.is_empty() {
        println!("no recordings in {}: nothing read", folder.display());
        return;
    }
    let mut with_devinf = 0;
    for path in &paths {
        let bytes = std::fs::read(path).unwrap();
        let received = Message::decode(&bytes, None, &Limits::default());
        let received = received.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let message = &received.message;
        assert!(message.header.version().is_some(), "{}", path.display());
        assert!(!message.header.source.uri.is_empty(), "{}", path.display());
        assert!(
            !message.body.is_empty() || message.is_final,
            "{}",
            path.display()
        );
        let devinfs = devinfs(message);
        if has_devinf(path) {
            assert_eq!(devinfs.len(), 1, "{}", path.display());
        }
        for devinf in devinfs {
            assert!(
                !devinf.dev_id.is_empty() && !devinf.datastores.is_empty(),
                "{}: {devinf:?}",
                path.display()
            );
            with_devinf += 1;
        }
        survives(&received, path);
    }
    println!(
        "{} recorded messages read, {with_devinf} with device information",
        paths.len()
    );
}

/// What was read lenient and is written strict is the same again, command by command, and its header too.
fn survives(received: &Received, path: &Path) {
    let message = &received.message;
    let again = Message::decode(
        &message.encode(received.encoding, "utf-8"),
        None,
        &Limits::default(),
    )
    .unwrap()
    .message;
    let names = |message: &Message| {
        let names = message.body.iter().map(Command::name);
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(names(&again), names(message), "{}", path.display());
    // A 1.0 client may announce MaxObjSize all the same; we never write it then.
    let header = |message: &Message| Header {
        meta: Meta::default(),
        ..message.header.clone()
    };
    assert_eq!(header(&again), header(message), "{}", path.display());
}
