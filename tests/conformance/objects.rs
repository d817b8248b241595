//! Large objects in bytes that no text can show: a chunk may end inside a character.

use std::fs;

use anchorage::codec::{Encoding, Limits};
use anchorage::message::{
    Alert, AlertCode, AlertItem, AnchorPair, Change, ChangeKind, Command, Cred, Header, Item,
    Message, Meta, Status, StatusCode, Sync,
};

use crate::recordings::{PLAIN, message, play, roots, said_by};
use crate::server::{ENDPOINT, On, Server};
use crate::wire;

/// A device that says what it is told to say.
struct Device {
    server: Server,
    encoding: Encoding,
    msg: u32,
    token: Option<String>,
}

/// What stands in a message in XML for a byte that is half a character: our writer has none.
const HALVES: [(&str, u8); 2] = [("(half C3)", 0xc3), ("(half B8)", 0xb8)];

impl Device {
    fn new(encoding: Encoding) -> Self {
        Self {
            server: Server::new(On::Sqlite, PLAIN),
            encoding,
            msg: 0,
            token: None,
        }
    }

    /// A chunk as `say` can write it.
    fn spelled(&self, chunk: &[u8]) -> Vec<u8> {
        let half = |byte: Option<&u8>| HALVES.iter().find(|(_, half)| Some(half) == byte);
        match self.encoding {
            Encoding::Wbxml => chunk.to_vec(),
            Encoding::Xml => match (half(chunk.first()), half(chunk.last())) {
                (Some((text, _)), _) => [text.as_bytes(), &chunk[1..]].concat(),
                (None, Some((text, _))) => [&chunk[..chunk.len() - 1], text.as_bytes()].concat(),
                (None, None) => chunk.to_vec(),
            },
        }
    }

    fn say(&mut self, body: Vec<Command>, is_final: bool) -> Message {
        self.server.tick();
        self.msg += 1;
        let header = Header {
            ver_dtd: "1.2".into(),
            ver_proto: "SyncML/1.2".into(),
            session_id: "1".into(),
            msg_id: self.msg.to_string(),
            target: ENDPOINT.into(),
            source: "IMEI:1".into(),
            cred: (self.msg == 1).then(|| Cred {
                meta: Meta {
                    format: Some("b64".into()),
                    media_type: Some("syncml:auth-basic".into()),
                    ..Meta::default()
                },
                data: wire::with_credentials("{basic}", &[]).into_bytes(),
            }),
            ..Header::default()
        };
        let message = Message {
            header,
            body,
            is_final,
        };
        let mut bytes = message.encode(self.encoding, "utf-8");
        for (text, byte) in HALVES {
            let at = bytes
                .windows(text.len())
                .position(|window| window == text.as_bytes());
            if let Some(at) = at {
                bytes.splice(at..at + text.len(), [byte]);
            }
        }
        let reply = self.server.answer(&bytes, self.token.as_deref()).unwrap();
        let reply = Message::decode(&reply.body, None, &Limits::default()).unwrap();
        let uri = reply.message.header.resp_uri.as_deref();
        self.token = uri.and_then(wire::token).map(str::to_owned);
        reply.message
    }
}

fn alert() -> Command {
    let anchor = Some(AnchorPair {
        last: None,
        next: "1".into(),
    });
    let item = AlertItem {
        target: Some("contacts".into()),
        source: Some("./C".into()),
        meta: Meta {
            anchor,
            ..Meta::default()
        },
        data: None,
    };
    Command::Alert(Alert {
        cmd_id: "1".into(),
        code: Some(AlertCode::Slow),
        items: vec![item],
        ..Alert::default()
    })
}

/// A Sync with one chunk of an Add.
fn chunk(data: &[u8], size: Option<usize>, more: bool) -> Command {
    let item = Item {
        source: Some("12".into()),
        data: Some(data.to_vec()),
        more_data: more,
        ..Item::default()
    };
    let add = Change {
        kind: ChangeKind::Add,
        cmd_id: "3".into(),
        meta: Meta {
            media_type: Some("text/vcard".into()),
            size: size.map(|size| size.to_string()),
            ..Meta::default()
        },
        items: vec![item],
        ..Change::default()
    };
    Command::Sync(Sync {
        cmd_id: "2".into(),
        target: Some("contacts".into()),
        source: Some("./C".into()),
        commands: vec![Command::Change(add)],
        ..Sync::default()
    })
}

fn code(reply: &Message, cmd: &str) -> Option<StatusCode> {
    let mut codes = reply.body.iter().filter_map(|command| {
        if let Command::Status(Status { cmd: of, code, .. }) = command {
            code.filter(|_| of == cmd)
        } else {
            None
        }
    });
    codes.next()
}

/// REQ-FIELD-10.
#[test]
fn a_character_cut_in_two_is_whole_again() {
    let body = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Søberg;Åse\r\nFN:Åse Søberg\r\nEND:VCARD\r\n";
    let cut = body.find('ø').unwrap() + 1;
    let (head, tail) = body.as_bytes().split_at(cut);
    assert!(std::str::from_utf8(head).is_err() && std::str::from_utf8(tail).is_err());
    for encoding in [Encoding::Wbxml, Encoding::Xml] {
        let mut device = Device::new(encoding);
        device.say(vec![alert()], true);
        let (head, tail) = (device.spelled(head), device.spelled(tail));
        let reply = device.say(vec![chunk(&head, Some(body.len()), true)], false);
        assert_eq!(code(&reply, "Add"), Some(StatusCode::ChunkAccepted));
        let reply = device.say(vec![chunk(&tail, None, false)], true);
        assert_eq!(code(&reply, "Add"), Some(StatusCode::ItemAdded));
        let items = device.server.items();
        assert_eq!(items.len(), 1);
        assert_eq!(items[0].content.body, body.as_bytes());
    }
}

/// An object that is announced small and grows beyond our limit is refused where it passes it.
#[test]
fn an_object_that_grows_beyond_our_limit_is_refused() {
    let mut device = Device::new(Encoding::Wbxml);
    device.say(vec![alert()], true);
    let piece = vec![b'x'; 1_500_000];
    let mut codes = Vec::new();
    for at in 0..4 {
        let size = (at == 0).then_some(4_000_000);
        let reply = device.say(vec![chunk(&piece, size, at < 3)], at == 3);
        codes.push(code(&reply, "Add").unwrap());
    }
    let (taken, refused) = (StatusCode::ChunkAccepted, StatusCode::EntityTooLarge);
    assert_eq!(codes, [taken, taken, refused, refused]);
    assert!(device.server.items().is_empty());
}

/// The objects of these messages, those that came in chunks put together.
fn joined(messages: &[Message]) -> Vec<Vec<u8>> {
    let inner = messages
        .iter()
        .flat_map(|message| &message.body)
        .flat_map(Command::inner);
    let (mut whole, mut open) = (Vec::new(), Vec::new());
    for command in inner {
        let Command::Change(change) = command else {
            continue;
        };
        for item in &change.items {
            open.extend_from_slice(item.data.as_deref().unwrap_or_default());
            if !item.more_data {
                whole.push(std::mem::take(&mut open));
            }
        }
    }
    whole.sort_unstable();
    whole
}

/// ANC-09: contacts with photos, which `SyncEvolution` cut for another server's `MaxMsgSize`, are whole on ours.
#[test]
fn recorded_large_objects_are_whole_in_the_end() {
    for folder in roots().into_iter().map(|root| root.join("largeobj-xml")) {
        let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
        let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
        paths.sort_unstable();
        let said = said_by("client", &paths);
        if said.is_empty() {
            continue;
        }
        let messages: Vec<_> = said
            .iter()
            .map(|path| message(&fs::read(path).unwrap()))
            .collect();
        let sent = joined(&messages);
        assert!(sent.iter().any(|object| object.len() > 10_000));
        let mut server = Server::new(On::Sqlite, PLAIN);
        play(&mut server, &said);
        let mut there: Vec<_> = server
            .items()
            .into_iter()
            .map(|item| item.content.body)
            .collect();
        there.sort_unstable();
        assert_eq!(there, sent, "{}", folder.display());
    }
}
