//! Recordings of real clients against other servers. They are no part of the project: they are read where they
//! lie beside the checkout, or in the folder that `ANCHORAGE_CAPTURES` names; without them there is nothing to play.
//!
//! What is rewritten in them: the credentials of every header (to Basic ones of our user), the address (we
//! follow our own RespURI) and, in the sessions that are played to their end, the GUIDs in Maps. The Statuses for the other
//! server's commands stay as they are and mean nothing to us.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anchorage::auth::Scheme;
use anchorage::codec::{Event, Limits, Tag};
use anchorage::item::{Content, MediaType};
use anchorage::message::{Change, ChangeKind, Command, Item, Message, StatusCode};
use anchorage::pim;

use crate::server::{On, Server, Setting};
use crate::story::Elsewhere;
use crate::wire;

const PLAIN: Setting = Setting {
    scheme: Scheme::Basic,
    per_message: false,
    policy: None,
};

/// Every folder with messages of a client, with those messages in their order.
fn sessions() -> Vec<(PathBuf, Vec<PathBuf>)> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let roots = std::env::var_os("ANCHORAGE_CAPTURES").map_or_else(
        || vec![beside.join("captures"), beside.join("clients/captures")],
        |folder| vec![PathBuf::from(folder)],
    );
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

fn said_by(who: &str, paths: &[PathBuf]) -> Vec<PathBuf> {
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

fn message(bytes: &[u8]) -> Message {
    Message::decode(bytes, None, &Limits::default())
        .unwrap()
        .message
}

/// `MsgID` and `CmdID` of every command that wants a Status.
fn expecting(message: &Message) -> BTreeSet<(String, String)> {
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

/// Plays messages in their order. Answers the replies; `rewrite` sees each message before it is sent.
fn play(
    server: &mut Server,
    messages: &[PathBuf],
    mut rewrite: impl FnMut(&mut Vec<Event<'_>>, &[Message]),
) -> Vec<Message> {
    let fresh = credentials();
    let (mut token, mut replies) = (None::<String>, Vec::new());
    let (mut wanted, mut got) = (BTreeSet::new(), BTreeSet::new());
    for path in messages {
        let scene = path.display();
        server.tick();
        let bytes = fs::read(path).unwrap();
        let document = wire::read(&bytes);
        let mut events = with_our_credentials(&document.events, &fresh);
        rewrite(&mut events, &replies);
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
        replies.push(reply);
    }
    let missing: Vec<_> = wanted.difference(&got).collect();
    assert!(
        missing.is_empty(),
        "{:?}: no Status for {missing:?}",
        messages.first()
    );
    replies
}

#[test]
fn every_recorded_message_is_answered_and_each_command_gets_its_status() {
    let mut count = 0;
    for (_, messages) in sessions() {
        let mut server = Server::new(On::Sqlite, PLAIN);
        // The device's and our messages are numbered alike, as in every session.
        count += play(&mut server, &messages, |_, _| {}).len();
    }
    println!("{count} recorded messages answered");
}

/// What changes bring items, with the item's text.
fn items(messages: &[Message]) -> Vec<(Change, Item, Content)> {
    let syncs = messages.iter().flat_map(|message| &message.body);
    let inner = syncs.flat_map(Command::inner);
    let changes = inner.filter_map(|command| {
        if let Command::Change(change) = command {
            Some(change)
        } else {
            None
        }
    });
    changes
        .filter(|change| change.kind != ChangeKind::Delete)
        .flat_map(|change| change.items.iter().map(move |item| (change, item)))
        .map(|(change, item)| {
            let body = item.bytes(&change.meta).unwrap().into_owned();
            let media_type = pim::classify(&body, &MediaType::new(""));
            (change.clone(), item.clone(), Content { media_type, body })
        })
        .collect()
}

/// Slow syncs of SyncEvolution: in the end the server has what the client sent and what the other server had.
#[test]
fn recorded_slow_syncs_end_with_everything_on_the_server() {
    const PLAYED: [&str; 6] = [
        "slow3-",
        "multimsg-",
        "cal-",
        "calvcal10-",
        "todomemo-",
        "vcard21-",
    ];
    for (folder, messages) in sessions() {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let told_by_them =
            folder.join("01-server.xml").exists() || folder.join("01-server.wbxml").exists();
        if !PLAYED.iter().any(|start| name.starts_with(start)) || !told_by_them {
            continue;
        }
        let read = |who| -> Vec<Message> {
            let entries = fs::read_dir(&folder).unwrap().flatten();
            let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
            paths.sort_unstable();
            let paths = said_by(who, &paths);
            paths
                .iter()
                .map(|path| message(&fs::read(path).unwrap()))
                .collect()
        };
        let theirs = items(&read("server"));
        let sent = items(&read("client"));
        let mut server = Server::new(On::Sqlite, PLAIN);
        let mut guids = BTreeMap::new();
        let of_server = theirs
            .iter()
            .filter(|(change, ..)| change.kind == ChangeKind::Add);
        for (number, (_, item, content)) in (1..).zip(of_server) {
            server.elsewhere(&Elsewhere {
                before: 1,
                add: Some(home(content).to_owned()),
                replace: None,
                delete: None,
                body: String::from_utf8(content.body.clone())
                    .unwrap()
                    .replace('\r', ""),
            });
            guids.insert(
                item.source.as_ref().unwrap().uri.clone(),
                number.to_string(),
            );
        }
        play(&mut server, &messages, |events, _| rename(events, &guids));
        let mut expected: Vec<_> = sent
            .iter()
            .map(|(_, _, content)| pim::title(content))
            .collect();
        let added = theirs
            .iter()
            .filter(|(change, ..)| change.kind == ChangeKind::Add);
        expected.extend(added.map(|(_, _, content)| pim::title(content)));
        expected.sort_unstable();
        let mut there: Vec<_> = server.titles().into_values().flatten().collect();
        there.sort_unstable();
        assert_eq!(there, expected, "{name}");
        println!("{name}: {} items", there.len());
    }
}

fn home(content: &Content) -> &'static str {
    match pim::kind(content) {
        pim::Kind::Contact => "contacts",
        pim::Kind::Event => "calendar",
        pim::Kind::Task => "tasks",
        pim::Kind::Note | pim::Kind::Other => "notes",
    }
}

/// Gives the items in Maps the names we have for them.
fn rename(events: &mut [Event<'_>], guids: &BTreeMap<String, String>) {
    let starts = |at: usize, tags: &[Tag], events: &[Event<'_>]| {
        let window = at
            .checked_sub(tags.len())
            .and_then(|from| events.get(from..at));
        window.is_some_and(|window| {
            window
                .iter()
                .zip(tags)
                .all(|(event, tag)| *event == Event::Start(*tag))
        })
    };
    for at in 0..events.len() {
        if starts(at, &[Tag::MapItem, Tag::Target, Tag::LocUri], events)
            && let Event::Text(text) = &events[at]
            && let Some(ours) = guids.get(std::str::from_utf8(text).unwrap())
        {
            events[at] = Event::Text(ours.clone().into_bytes().into());
        }
    }
}
