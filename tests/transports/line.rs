//! A line that stays open: what leads a message to its session, and what does not.

use anchorage::auth::{self, Auth, Chance, Keys, Password, Scheme, Secret};
use anchorage::codec::Limits;
use anchorage::ids::{AccountId, Millis, UserName};
use anchorage::message::{Command, Message};
use anchorage::session::{Connection, Host, Refused, Reply, Request, Settings};
use anchorage::store::{NewAccount, Options, Role, Store};

const NOW: Millis = Millis(1_767_225_600_000);
/// `anna:green-ladder-42`.
const RIGHT: &str = "<Cred><Meta><Format xmlns='syncml:metinf'>b64</Format><Type xmlns='syncml:metinf'>syncml:auth-basic</Type></Meta>\
                     <Data>YW5uYTpncmVlbi1sYWRkZXItNDI=</Data></Cred>";

fn host() -> Host {
    let store = Store::open("sqlite::memory:", &Options::default()).unwrap();
    store.migrate("0a1b2c3d").unwrap();
    let keys = Keys::new(&Secret::from_bytes([7; 32]));
    let (id, name) = (AccountId(7), UserName::parse("anna").unwrap());
    let password = Password::parse("green-ladder-42").unwrap();
    let (salt, seal) = ([3; 16], [4; 24]);
    let chance = Chance { salt, seal };
    let stored = auth::store(&keys, id, &name, &password, Scheme::Basic, chance).unwrap();
    let account = NewAccount {
        id,
        name,
        password_hash: stored.hash,
        md5_secret: stored.md5_secret,
        role: Role::User,
        created: NOW,
    };
    store.write(|tx| tx.create_account(&account)).unwrap();
    let auth = Auth::new(keys, [9; 32], Scheme::Basic);
    Host::new(store, auth, Settings::default())
}

/// A message of a session, from a device, with this number.
fn message(device: &str, session: u32, number: u32, cred: &str, body: &str) -> Vec<u8> {
    format!(
        "<SyncML xmlns='SYNCML:SYNCML1.2'><SyncHdr><VerDTD>1.2</VerDTD><VerProto>SyncML/1.2</VerProto><SessionID>{session}</SessionID>\
         <MsgID>{number}</MsgID><Target><LocURI>server</LocURI></Target><Source><LocURI>{device}</LocURI></Source>{cred}</SyncHdr>\
         <SyncBody>{body}</SyncBody></SyncML>"
    )
    .into_bytes()
}

fn alert() -> &'static str {
    "<Alert><CmdID>1</CmdID><Data>201</Data><Item><Target><LocURI>contacts</LocURI></Target><Source><LocURI>c</LocURI></Source>\
     <Meta><Anchor xmlns='syncml:metinf'><Next>1</Next></Anchor></Meta></Item></Alert><Final/>"
}

fn sync() -> &'static str {
    "<Sync><CmdID>1</CmdID><Target><LocURI>contacts</LocURI></Target><Source><LocURI>c</LocURI></Source></Sync><Final/>"
}

fn read(reply: &Reply) -> Message {
    let read = Message::decode(&reply.body, None, &Limits::default());
    read.unwrap().message
}

/// The code for the header.
fn header(reply: &Reply) -> u16 {
    let Some(Command::Status(status)) = read(reply).body.into_iter().next() else {
        panic!("no Status")
    };
    status.code.unwrap().number()
}

fn say(host: &Host, line: &mut Connection, moment: u8, body: &[u8]) -> Reply {
    let now = Millis(NOW.0 + i64::from(moment));
    line.answer(host, body, now, [moment; 16]).unwrap()
}

#[test]
fn a_session_goes_on_over_its_line_without_address_and_without_new_credentials() {
    let host = host();
    let mut line = Connection::new("obex");
    let first = say(&host, &mut line, 1, &message("phone", 1, 1, RIGHT, alert()));
    assert_eq!(header(&first), 212);
    assert_eq!(read(&first).header.resp_uri, None);
    let second = say(&host, &mut line, 2, &message("phone", 1, 2, "", sync()));
    assert_eq!((header(&second), read(&second).is_final), (200, true));
    assert_eq!(read(&second).header.resp_uri, None);
}

#[test]
fn a_new_session_may_begin_on_a_line_that_had_another_with_nothing_but_a_question() {
    let host = host();
    let mut line = Connection::new("obex");
    say(&host, &mut line, 1, &message("phone", 1, 1, RIGHT, alert()));
    let get = "<Get><CmdID>1</CmdID><Item><Target><LocURI>./devinf12</LocURI></Target></Item></Get><Final/>";
    let stranger = say(&host, &mut line, 2, &message("phone", 2, 1, "", get));
    assert_eq!(header(&stranger), 407, "it has to say who it is");
    let known = say(&host, &mut line, 3, &message("phone", 2, 1, RIGHT, get));
    assert_eq!(header(&known), 212);
}

#[test]
fn another_device_on_the_line_is_nobody() {
    let host = host();
    let mut line = Connection::new("obex");
    say(&host, &mut line, 1, &message("phone", 1, 1, RIGHT, alert()));
    let other = say(&host, &mut line, 2, &message("tablet", 1, 2, "", sync()));
    assert_eq!(header(&other), 512);
    let same = say(&host, &mut line, 3, &message("phone", 1, 2, "", sync()));
    assert_eq!(header(&same), 200);
}

#[test]
fn a_line_that_broke_is_made_up_for_by_credentials() {
    let host = host();
    say(
        &host,
        &mut Connection::new("obex"),
        1,
        &message("phone", 1, 1, RIGHT, alert()),
    );
    let mut line = Connection::new("obex");
    let asked = say(&host, &mut line, 2, &message("phone", 1, 2, "", sync()));
    assert_eq!(header(&asked), 407);
    let proven = say(&host, &mut line, 3, &message("phone", 1, 3, RIGHT, sync()));
    assert_eq!((header(&proven), read(&proven).is_final), (212, true));
}

/// Field quirk P9: an endpoint off HTTP is no reason for a RespURI.
#[test]
fn only_http_has_a_resp_uri() {
    let host = host();
    let over = |transport: &str, moment| {
        let body = message(transport, 1, 1, RIGHT, alert());
        let reply = host.answer(&Request {
            body: &body,
            transport,
            endpoint: Some("http://sync.example.org/sync"),
            now: NOW,
            chance: [moment; 16],
            ..Request::default()
        });
        read(&reply.unwrap()).header.resp_uri
    };
    assert_eq!(over("obex", 1), None);
    assert!(over("http", 2).is_some_and(|uri| uri.starts_with("http://sync.example.org/sync?s=")));
}

#[test]
fn what_is_no_message_is_refused_and_the_line_stays_good() {
    let host = host();
    let mut line = Connection::new("local");
    say(&host, &mut line, 1, &message("phone", 1, 1, RIGHT, alert()));
    let refused = line.answer(&host, b"hello", NOW, [2; 16]);
    assert!(matches!(refused, Err(Refused::NotAMessage(_))));
    let second = say(&host, &mut line, 3, &message("phone", 1, 2, "", sync()));
    assert_eq!(header(&second), 200);
}
