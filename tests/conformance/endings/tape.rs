//! A recorded session as it lies in its folder, and the session before it that nobody recorded.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anchorage::codec::Encoding;
use anchorage::message::{
    Alert, AlertCode, AlertItem, AnchorPair, Change, ChangeKind, Command, Item, Message, Meta,
    Status, StatusCode, Sync,
};

use crate::recordings::message;

/// One session.
pub struct Session {
    /// What the client said.
    pub said: Vec<Said>,
    /// What the other server replied.
    pub replied: Vec<Message>,
    /// The modes the other server agreed to, in the order of the datastores. Where ours resumes what the other did not,
    /// that is told by the Status of the Alert.
    pub modes: Vec<u16>,
    /// LUIDs of items that the server's users deleted, though the recorded server never said so.
    pub deleted_there: Vec<String>,
    /// Recorded Adds (their GUIDs) that were edits on the server, of the item with this LUID.
    pub edited_there: Vec<(String, String)>,
}

/// One message of the client.
#[derive(Clone, PartialEq)]
pub struct Said {
    /// As it was recorded.
    pub message: Message,
    /// How it is spelled.
    pub encoding: Encoding,
}

/// A change and where: the server's name of the datastore, as a collection of ours.
pub struct At<'a> {
    /// The collection.
    pub collection: &'static str,
    /// What changes.
    pub kind: ChangeKind,
    /// The item; where the change has several, each comes by itself.
    pub item: &'a Item,
    /// The content, to compare; empty for a deletion.
    pub body: String,
    /// The content as it came.
    pub bytes: Vec<u8>,
}

impl At<'_> {
    /// The sender's name of the item, or the receiver's where it gives none.
    pub fn name(&self) -> String {
        let place = self
            .item
            .source
            .as_ref()
            .filter(|place| !place.uri.is_empty());
        let place = place.or(self.item.target.as_ref());
        place.map(|place| place.uri.clone()).unwrap_or_default()
    }
}

impl Session {
    /// Reads a session.
    pub fn read(folder: &Path) -> Self {
        let read = |who| {
            super::paths(folder, who)
                .into_iter()
                .map(|path| fs::read(path).unwrap())
        };
        let said: Vec<_> = read("client")
            .map(|bytes| Said {
                message: message(&bytes),
                encoding: crate::wire::read(&bytes).encoding,
            })
            .collect();
        let replied: Vec<_> = read("server").map(|bytes| message(&bytes)).collect();
        assert!(!said.is_empty(), "{}", folder.display());
        let modes = replied.iter().flat_map(modes).collect();
        Self {
            said,
            replied,
            modes,
            deleted_there: Vec::new(),
            edited_there: Vec::new(),
        }
    }

    /// What the client answered to commands of this name: the first such Status.
    pub fn answer(&self, name: &str) -> Option<StatusCode> {
        let mut said = self.said.iter().flat_map(|said| statuses(&said.message));
        said.find(|status| status.cmd == name)?.code
    }
}

/// The modes in the Alerts of a message.
pub fn modes(message: &Message) -> Vec<u16> {
    let alerts = message.body.iter().filter_map(|command| {
        let Command::Alert(alert) = command else {
            return None;
        };
        alert.code.map(AlertCode::number)
    });
    alerts.filter(|code| (200..=205).contains(code)).collect()
}

/// The Statuses of a message.
pub fn statuses(message: &Message) -> impl Iterator<Item = &Status> {
    message.body.iter().filter_map(|command| {
        let Command::Status(status) = command else {
            return None;
        };
        Some(status)
    })
}

/// The changes in a message, item by item; `is_servers` where the server speaks.
pub fn changes(message: &Message, is_servers: bool) -> Vec<At<'_>> {
    let mut found = Vec::new();
    for command in &message.body {
        let Command::Sync(sync) = command else {
            continue;
        };
        let place = if is_servers {
            &sync.source
        } else {
            &sync.target
        };
        let collection = collection(&place.as_ref().unwrap().uri);
        for command in &sync.commands {
            let Command::Change(change) = command else {
                continue;
            };
            for item in &change.items {
                let bytes = item.bytes(&change.meta).unwrap().into_owned();
                found.push(At {
                    collection,
                    kind: change.kind,
                    item,
                    body: text(&bytes),
                    bytes,
                });
            }
        }
    }
    found
}

/// A body to compare: lines whole, without CR, and without properties that say nothing, which are not kept of a device
/// with habits. Of two spellings of one content the server keeps the first.
pub fn text(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body).replace('\r', "");
    let text = text.replace("\n ", "").replace("\n\t", "");
    let says_nothing = |line: &str| {
        let name = line.trim_end().strip_suffix(':').unwrap_or_default();
        !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '-')
    };
    let lines = text.split_inclusive('\n');
    lines.filter(|line| !says_nothing(line)).collect()
}

/// Our collection behind a server's name for a datastore.
pub fn collection(name: &str) -> &'static str {
    let name = name.to_ascii_lowercase();
    let has = |word| name.contains(word);
    if has("note") || has("memo") {
        "notes"
    } else if has("task") || has("todo") {
        "tasks"
    } else if has("cal") {
        "calendar"
    } else {
        "contacts"
    }
}

/// The first sync that was not recorded, if there must have been one: the client names a Last, and the other server knew
/// it. It brings an item for each LUID that the recording speaks of without telling where it came from.
pub fn unrecorded(sessions: &[Session]) -> Option<Session> {
    let first = sessions.first()?;
    let one = &first.said.first()?.message;
    let alerts = one.body.iter().filter_map(|command| {
        let Command::Alert(alert) = command else {
            return None;
        };
        Some(alert.clone())
    });
    let alerts: Vec<Alert> = alerts.collect();
    let last = |alert: &Alert| alert.items.first()?.meta.anchor.as_ref()?.last.clone();
    let incremental = [200, 202, 204];
    if !first.modes.iter().any(|mode| incremental.contains(mode))
        || !alerts.iter().any(|alert| last(alert).is_some())
    {
        return None;
    }
    let say = |number: &str, body: Vec<Command>| {
        let mut message = Message {
            header: one.header.clone(),
            body,
            is_final: true,
        };
        message.header.session_id = "before".to_owned();
        message.header.msg_id = number.to_owned();
        Said {
            message,
            encoding: first.said[0].encoding,
        }
    };
    let opening = alerts.iter().map(|alert| {
        let mut alert = alert.clone();
        alert.code = Some(AlertCode::Slow);
        let item: &mut AlertItem = &mut alert.items[0];
        let next = item.meta.anchor.as_ref().unwrap().last.clone().unwrap();
        item.meta.anchor = Some(AnchorPair { last: None, next });
        Command::Alert(alert)
    });
    let known = unexplained(sessions);
    let sync = alerts.iter().map(|alert| {
        let remote = alert.items[0].target.clone();
        let home = collection(&remote.as_ref().unwrap().uri);
        let luids = known.get(home).into_iter().flatten();
        Command::Sync(Sync {
            cmd_id: "1".to_owned(),
            target: remote,
            source: alert.items[0].source.clone(),
            commands: luids
                .zip(2..)
                .map(|(luid, number)| first_item(luid, number))
                .collect(),
            ..Sync::default()
        })
    });
    Some(Session {
        said: vec![
            say("1", opening.collect()),
            say("2", sync.collect()),
            say("3", Vec::new()),
        ],
        replied: Vec::new(),
        modes: vec![201; alerts.len()],
        deleted_there: Vec::new(),
        edited_there: Vec::new(),
    })
}

fn first_item(luid: &str, number: u32) -> Command {
    let body = format!(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Before;{luid}\r\nFN:Before {luid}\r\nEND:VCARD\r\n"
    );
    let item = Item {
        source: Some(luid.into()),
        data: Some(body.into_bytes()),
        ..Item::default()
    };
    Command::Change(Change {
        kind: ChangeKind::Replace,
        cmd_id: number.to_string(),
        meta: Meta {
            media_type: Some("text/vcard".to_owned()),
            ..Meta::default()
        },
        items: vec![item],
        ..Change::default()
    })
}

/// LUIDs that are changed or deleted before anything tells what they are, by collection.
fn unexplained(sessions: &[Session]) -> BTreeMap<&'static str, BTreeSet<String>> {
    let mut told = BTreeSet::new();
    let mut unexplained = BTreeMap::<_, BTreeSet<_>>::new();
    for session in sessions {
        let theirs = session
            .replied
            .iter()
            .flat_map(|message| changes(message, true));
        let ours = session
            .said
            .iter()
            .flat_map(|said| changes(&said.message, false));
        for (at, is_new) in theirs
            .filter(|at| at.kind != ChangeKind::Add)
            .map(|at| (at, false))
            .chain(ours.map(|at| {
                let is_new = at.kind == ChangeKind::Add;
                (at, is_new)
            }))
        {
            let key = (at.collection, at.name());
            if is_new {
                told.insert(key);
            } else if !told.contains(&key) {
                unexplained.entry(key.0).or_default().insert(key.1);
            }
        }
        for command in session.said.iter().flat_map(|said| &said.message.body) {
            if let Command::Map(map) = command {
                let home = collection(&map.target.uri);
                told.extend(map.items.iter().map(|item| (home, item.source.uri.clone())));
            }
        }
    }
    unexplained
}
