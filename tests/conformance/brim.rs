//! Items that fill a message of the device's `MaxMsgSize` to its last byte.

use anchorage::codec::{Encoding, Limits};
use anchorage::message::{Command, Message};

use crate::recordings::PLAIN;
use crate::server::{On, Server};
use crate::story::Elsewhere;
use crate::wire;

/// The most messages a device asks for.
const MESSAGES: u32 = 16;

/// How long the message was in which the item came to a device that takes messages of so many bytes; `None` where the
/// item did not come, though the session ended well.
fn came(encoding: Encoding, limit: usize, body: &str) -> Option<usize> {
    let mut server = Server::new(On::Sqlite, PLAIN);
    server.elsewhere(&Elsewhere {
        before: 1,
        add: Some("contacts".to_owned()),
        replace: None,
        delete: None,
        release: None,
        moved: None,
        folder: None,
        media_type: None,
        body: body.to_owned(),
    });
    let opening = "<Alert><CmdID>1</CmdID><Data>201</Data><Item><Target><LocURI>contacts</LocURI></Target><Source>\
        <LocURI>./C</LocURI></Source><Meta><Anchor xmlns='syncml:metinf'><Next>1</Next></Anchor></Meta></Item></Alert><Final/>";
    let changes = "<Sync><CmdID>1</CmdID><Target><LocURI>contacts</LocURI></Target><Source><LocURI>./C</LocURI></Source></Sync><Final/>";
    let more = "<Alert><CmdID>1</CmdID><Data>222</Data><Item><Target><LocURI>contacts</LocURI></Target><Source>\
        <LocURI>./C</LocURI></Source></Item></Alert>";
    let mut token = None;
    for number in 1..=MESSAGES {
        let said = match number {
            1 => opening,
            2 => changes,
            _ => more,
        };
        let text = format!(
            "<SyncML xmlns='SYNCML:SYNCML1.2'><SyncHdr><VerDTD>1.2</VerDTD><VerProto>SyncML/1.2</VerProto><SessionID>1</SessionID>\
             <MsgID>{number}</MsgID><Target><LocURI>http://sync.example.org/sync</LocURI></Target><Source><LocURI>IMEI:1</LocURI></Source>\
             <Cred><Meta><Format xmlns='syncml:metinf'>b64</Format><Type xmlns='syncml:metinf'>syncml:auth-basic</Type></Meta>\
             <Data>{{basic}}</Data></Cred><Meta><MaxMsgSize xmlns='syncml:metinf'>{limit}</MaxMsgSize></Meta></SyncHdr>\
             <SyncBody>{said}</SyncBody></SyncML>"
        );
        let text = wire::with_credentials(&text, &[]);
        let request = wire::write(&wire::read(text.as_bytes()).events, encoding);
        server.tick();
        let reply = server.answer(&request, token.as_deref()).unwrap();
        assert!(
            reply.body.len() <= limit,
            "{} of {limit} bytes",
            reply.body.len()
        );
        let message = Message::decode(&reply.body, None, &Limits::default())
            .unwrap()
            .message;
        let changes = message.body.iter().flat_map(Command::inner).count();
        if changes > 0 {
            assert_eq!(changes, 1);
            return Some(reply.body.len());
        }
        if number > 1 && message.is_final {
            return None;
        }
        token = reply.token;
    }
    panic!("a device that takes {limit} bytes is kept asking");
}

/// REQ-PKG-5: what has room is sent, to the very byte.
#[test]
fn an_item_that_just_fits_into_a_message_is_sent_and_one_byte_more_is_not() {
    let card = |name: usize| {
        format!(
            "BEGIN:VCARD\nVERSION:3.0\nN:Brim\nFN:Brim\nNOTE:{}\nEND:VCARD\n",
            "x".repeat(name)
        )
    };
    for encoding in [Encoding::Xml, Encoding::Wbxml] {
        for length in [900, 901, 2000] {
            let body = card(length);
            // The smallest message in which it comes, by halves.
            let (mut too_small, mut least) = (1250, 4096);
            assert_eq!(came(encoding, too_small, &body), None);
            while least - too_small > 1 {
                let middle = usize::midpoint(too_small, least);
                if came(encoding, middle, &body).is_some() {
                    least = middle;
                } else {
                    too_small = middle;
                }
            }
            assert_eq!(
                came(encoding, least, &body),
                Some(least),
                "{encoding:?} {length}"
            );
        }
    }
}
