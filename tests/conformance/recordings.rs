//! Recordings of real clients against other servers. They are no part of the project: they are read where they
//! lie beside the checkout, or in the folder that `ANCHORAGE_CAPTURES` names; without them there is nothing to play.
//!
//! Here each message is played as it was sent; what is rewritten are the credentials of every header (to Basic ones
//! of our user) and the address (we follow our own RespURI). The Statuses for the other server's commands stay as
//! they are and mean nothing to us. `endings.rs` plays whole sessions to the state they end in.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anchorage::auth::Scheme;
use anchorage::codec::{Event, Limits, Tag};
use anchorage::message::{Command, Message, StatusCode};
use anchorage::sync::Guard;

use crate::server::{On, Server, Setting};
use crate::wire;

/// A server as it comes.
pub const PLAIN: Setting = Setting {
    scheme: Scheme::Basic,
    per_message: false,
    http_basic: false,
    policy: None,
    busy_style: anchorage::session::Style::Busy,
    guard: Guard {
        percent: 0,
        least: 0,
    },
    copy_as_add: false,
    used_numbers: 0,
};

/// The folders that hold recordings, a folder each.
pub fn roots() -> Vec<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    std::env::var_os("ANCHORAGE_CAPTURES").map_or_else(
        || vec![beside.join("captures"), beside.join("clients/captures")],
        |folder| vec![PathBuf::from(folder)],
    )
}

/// Every folder with messages of a client, with those messages in their order.
fn sessions() -> Vec<(PathBuf, Vec<PathBuf>)> {
    let roots = roots();
    let mut found = Vec::new();
    for root in &roots {
        walk(root, &mut found);
    }
    if found.is_empty() {
        println!("no recordings in {roots:?}: nothing played");
    }
    found
}

fn walk(folder: &Path, found: &mut Vec<(PathBuf, Vec<PathBuf>)>) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort_unstable();
    for path in paths.iter().filter(|path| path.is_dir()) {
        walk(path, found);
    }
    let messages = said_by("client", &paths);
    if !messages.is_empty() {
        found.push((folder.to_owned(), messages));
    }
}

/// The messages among these files that one side said.
pub fn said_by(who: &str, paths: &[PathBuf]) -> Vec<PathBuf> {
    let is_message = |path: &&PathBuf| {
        let name = path.to_string_lossy();
        ["xml", "wbxml"]
            .iter()
            .any(|ending| name.ends_with(&format!("{who}.{ending}")))
    };
    paths.iter().filter(is_message).cloned().collect()
}

/// The events with our credentials in the header instead of the client's.
fn with_our_credentials<'a>(events: &[Event<'a>], fresh: &'a [Event<'a>]) -> Vec<Event<'a>> {
    let mut out = Vec::new();
    let (mut depth, mut dropped) = (0_usize, None);
    for event in events {
        match event {
            Event::Start(tag) => {
                depth += 1;
                if *tag == Tag::Cred && depth == 3 {
                    dropped = Some(depth);
                }
            }
            Event::End if depth == 2 && !out.contains(&Event::Start(Tag::SyncBody)) => {
                out.extend_from_slice(fresh);
            }
            Event::End | Event::Text(_) => {}
        }
        if dropped.is_none() {
            out.push(event.clone());
        }
        if *event == Event::End {
            if dropped == Some(depth) {
                dropped = None;
            }
            depth -= 1;
        }
    }
    out
}

/// `Cred` as events.
fn credentials() -> Vec<Event<'static>> {
    let xml = wire::with_credentials(
        "<SyncML><SyncHdr><Cred><Meta><Format xmlns='syncml:metinf'>b64</Format>\
         <Type xmlns='syncml:metinf'>syncml:auth-basic</Type></Meta><Data>{basic}</Data></Cred></SyncHdr></SyncML>",
        &[],
    );
    let document = wire::read(xml.as_bytes());
    let inner = document.events[2..document.events.len() - 2].iter();
    inner
        .map(|event| match event {
            Event::Text(text) => Event::Text(text.to_vec().into()),
            Event::Start(tag) => Event::Start(*tag),
            Event::End => Event::End,
        })
        .collect()
}

/// Reads a message that must be one.
pub fn message(bytes: &[u8]) -> Message {
    Message::decode(bytes, None, &Limits::default())
        .unwrap()
        .message
}

/// `MsgID` and `CmdID` of every command that wants a Status.
pub fn expecting(message: &Message) -> BTreeSet<(String, String)> {
    fn add(command: &Command, message: &Message, wanted: &mut BTreeSet<(String, String)>) {
        let told = matches!(command, Command::Status(_) | Command::Results(_));
        if !told && !command.no_resp() && !command.cmd_id().is_empty() {
            let header = &message.header;
            wanted.insert((header.msg_id.clone(), command.cmd_id().to_owned()));
        }
        for inner in command.inner() {
            add(inner, message, wanted);
        }
    }
    let mut wanted = BTreeSet::new();
    if !message.header.no_resp {
        message
            .body
            .iter()
            .for_each(|command| add(command, message, &mut wanted));
    }
    wanted
}

/// Plays messages in their order. Answers how many there were.
pub fn play(server: &mut Server, messages: &[PathBuf]) -> usize {
    let fresh = credentials();
    let mut token = None::<String>;
    let (mut wanted, mut got) = (BTreeSet::new(), BTreeSet::new());
    for path in messages {
        let scene = path.display();
        server.tick();
        let bytes = fs::read(path).unwrap();
        let document = wire::read(&bytes);
        let events = with_our_credentials(&document.events, &fresh);
        if wire::text(&events, Tag::MsgId) == Some("1") {
            token = None;
        }
        let body = wire::write(&events, document.encoding);
        let reply = server.answer(&body, token.as_deref());
        let reply = reply.unwrap_or_else(|why| panic!("{scene}: {why}"));
        assert_eq!(reply.encoding, document.encoding, "{scene}");
        let reply = message(&reply.body);
        let code = reply.body.iter().find_map(|command| {
            if let Command::Status(status) = command {
                status.code
            } else {
                None
            }
        });
        assert!(code.is_none_or(StatusCode::is_success), "{scene}: {code:?}");
        for command in &reply.body {
            if let Command::Status(status) = command {
                got.insert((status.msg_ref.clone(), status.cmd_ref.clone()));
            }
        }
        wanted.extend(expecting(&message(&body)));
        let uri = reply.header.resp_uri.as_deref().and_then(wire::token);
        token = uri.map(str::to_owned).or(token);
    }
    let missing: Vec<_> = wanted.difference(&got).collect();
    assert!(
        missing.is_empty(),
        "{:?}: no Status for {missing:?}",
        messages.first()
    );
    messages.len()
}

/// ANC-16.
#[test]
fn every_recorded_message_is_answered_and_each_command_gets_its_status() {
    let mut count = 0;
    for (_, messages) in sessions() {
        let mut server = Server::new(On::Sqlite, PLAIN);
        // The device's and our messages are numbered alike, as in every session.
        count += play(&mut server, &messages);
    }
    println!("{count} recorded messages answered");
}
