//! What an item says arrives and leaves to the byte: line ends, blanks, markup, characters of every length. REQ-FMT-5.

use anchorage::codec::{Encoding, Limits};
use anchorage::message::{
    Alert, AlertCode, AlertItem, AnchorPair, Change, ChangeKind, Command, Cred, Header, Item,
    Location, Message, Meta, Sync,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::recordings::PLAIN;
use crate::server::{On, PASSWORD, Server, USER};
use crate::wire;

const BODY: &str = "BEGIN:VCARD\r\nVERSION:2.1\r\nN:Ångström;Jörg\r\nFN:Jörg Ångström\r\nNOTE:  <b>&amp; ]]> \t trailing  \r\n\r\n\
                    X-FOLDED:one\r\n two\r\nX-WIDE:日本 \u{1F4C7}\r\nEND:VCARD\r\n  ";

#[test]
fn an_item_arrives_and_leaves_to_the_byte_in_both_encodings() {
    for on in [On::Sqlite, On::Postgres] {
        for (up, down) in [
            (Encoding::Xml, Encoding::Wbxml),
            (Encoding::Wbxml, Encoding::Xml),
        ] {
            let mut server = Server::new(on, PLAIN);
            let item = Item {
                source: Some("1".into()),
                data: Some(BODY.as_bytes().to_vec()),
                ..Item::default()
            };
            let add = Change {
                kind: ChangeKind::Add,
                cmd_id: "2".to_owned(),
                meta: Meta {
                    media_type: Some("text/x-vcard".to_owned()),
                    ..Meta::default()
                },
                items: vec![item],
                ..Change::default()
            };
            slow_sync(&mut server, "phone", up, vec![Command::Change(add)]);
            let kept = server.items();
            assert_eq!(kept.len(), 1);
            assert_eq!(
                String::from_utf8_lossy(&kept[0].content.body),
                BODY,
                "{on:?}, kept from {up:?}"
            );

            let reply = slow_sync(&mut server, "tablet", down, Vec::new());
            let changes = reply.body.iter().flat_map(Command::inner);
            let sent: Vec<_> = changes
                .filter_map(|command| {
                    let Command::Change(change) = command else {
                        return None;
                    };
                    Some(change.items[0].bytes(&change.meta).unwrap().into_owned())
                })
                .collect();
            assert_eq!(sent.len(), 1);
            assert_eq!(
                String::from_utf8_lossy(&sent[0]),
                BODY,
                "{on:?}, sent in {down:?}"
            );
        }
    }
}

/// The first two messages of a slow sync; the reply to the second.
fn slow_sync(
    server: &mut Server,
    device: &str,
    encoding: Encoding,
    changes: Vec<Command>,
) -> Message {
    let alert = Alert {
        cmd_id: "1".to_owned(),
        code: Some(AlertCode::Slow),
        items: vec![AlertItem {
            target: Some("contacts".into()),
            source: Some("./C".into()),
            meta: Meta {
                anchor: Some(AnchorPair {
                    last: None,
                    next: "1".to_owned(),
                }),
                ..Meta::default()
            },
            ..AlertItem::default()
        }],
        ..Alert::default()
    };
    let sync = Sync {
        cmd_id: "1".to_owned(),
        target: Some("contacts".into()),
        source: Some("./C".into()),
        commands: changes,
        ..Sync::default()
    };
    let first = say(server, device, encoding, None, Command::Alert(alert));
    let token = first
        .header
        .resp_uri
        .as_deref()
        .and_then(wire::token)
        .map(str::to_owned);
    say(
        server,
        device,
        encoding,
        token.as_deref(),
        Command::Sync(sync),
    )
}

fn say(
    server: &mut Server,
    device: &str,
    encoding: Encoding,
    token: Option<&str>,
    command: Command,
) -> Message {
    server.tick();
    let cred = Cred {
        meta: Meta {
            format: Some("b64".to_owned()),
            media_type: Some("syncml:auth-basic".to_owned()),
            ..Meta::default()
        },
        data: STANDARD.encode(format!("{USER}:{PASSWORD}")).into_bytes(),
    };
    let message = Message {
        header: Header {
            ver_dtd: "1.2".to_owned(),
            ver_proto: "SyncML/1.2".to_owned(),
            session_id: "1".to_owned(),
            msg_id: if token.is_some() { "2" } else { "1" }.to_owned(),
            target: "http://sync.example.org/sync".into(),
            source: Location {
                name: Some(USER.to_owned()),
                ..device.into()
            },
            cred: token.is_none().then_some(cred),
            ..Header::default()
        },
        body: vec![command],
        is_final: true,
    };
    let reply = server
        .answer(&message.encode(encoding, "utf-8"), token)
        .unwrap();
    Message::decode(&reply.body, None, &Limits::default())
        .unwrap()
        .message
}
