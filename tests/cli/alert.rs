//! `anchorage device alert`: what leaves, for whom, by which way.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;

use anchorage::ids::{DeviceId, Millis, UserName};
use anchorage::push::{Notice, Ui, Wish};
use anchorage::store::{Device, Notification, Options, Store, StoreError};
use serde_json::json;

use crate::home::Home;

const PHONE: &str = "IMEI:490000000000001";

fn store(home: &Home) -> Store {
    let path = home.path(".local/share/anchorage/anchorage.sqlite");
    Store::open(&format!("sqlite:{}", path.display()), &Options::default()).unwrap()
}

/// Alice, with a phone of this version that has synced nothing yet.
fn home(version: &str) -> Home {
    let home = Home::with_alice();
    let devinf = anchorage::message::DevInf {
        ver_dtd: version.into(),
        ..Default::default()
    };
    let made = store(&home).write(|tx| {
        let account = tx.account_by_name(&UserName::parse("alice").unwrap())?;
        tx.put_device(&Device {
            account: account.unwrap().id,
            id: DeviceId::parse(PHONE).unwrap(),
            devinf: Some(serde_json::to_string(&devinf).unwrap()),
            user_agent: None,
            hints: None,
            quirks: None,
            auth_count: 0,
            first_seen: Millis(1),
            last_seen: Millis(1),
        })
    });
    made.unwrap_or_else(|error: StoreError| panic!("{error}"));
    home
}

fn alert<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["device", "alert", "alice", PHONE], more].concat()
}

fn written(home: &Home, more: &[&str]) -> Vec<u8> {
    let path = home.path("package").display().to_string();
    home.run(&[alert(more), vec!["--out", &path]].concat())
        .done();
    fs::read(path).unwrap()
}

/// REQ-SAN-4, REQ-SAN-8: a notification sent again is the same one, and the next one is another.
#[test]
fn a_notification_keeps_its_session_until_the_device_comes() {
    let home = home("1.2");
    let first = written(&home, &[]);
    assert_eq!(written(&home, &[]), first, "to the byte");
    let (_, notice) = Notice::parse(&first).unwrap();
    assert_ne!(notice.session, 0);
    let shown = home.json(&["device", "show", "alice", PHONE]);
    assert_eq!(shown["notified"]["session"], json!(notice.session));
    assert_eq!(shown["notified"]["times"], json!(2));
    let answered = store(&home).write(|tx| {
        let account = tx.account_by_name(&UserName::parse("alice").unwrap())?;
        let (account, device) = (account.unwrap().id, DeviceId::parse(PHONE).unwrap());
        let sent = tx.notification(account, &device)?.unwrap();
        tx.put_notification(&Notification {
            answered: Some(Millis(5)),
            ..sent
        })
    });
    answered.unwrap_or_else(|error: StoreError| panic!("{error}"));
    let (_, next) = Notice::parse(&written(&home, &[])).unwrap();
    assert_ne!(next.session, notice.session);
}

/// REQ-SAN-1, REQ-SAN-3, REQ-DINF-5.
#[test]
fn a_notification_says_what_was_asked_for() {
    let home = home("1.2");
    let package = written(
        &home,
        &[
            "--datastore",
            "contacts",
            "--datastore",
            "./cal",
            "--mode",
            "refresh-from-server",
            "--ui",
            "user",
        ],
    );
    let (digest, notice) = Notice::parse(&package).unwrap();
    assert_eq!(notice.ui, Ui::Interactive);
    let known = store(&home).read(|tx| tx.setting("server-id"));
    let known = known.unwrap_or_else(|error: StoreError| panic!("{error}"));
    assert_eq!(
        Some(notice.server),
        known,
        "what devices know the server by"
    );
    let asked = notice.syncs.iter();
    let asked: Vec<_> = asked
        .map(|asked| (asked.wish, asked.content, asked.uri.as_str()))
        .collect();
    let wish = Wish::RefreshFromServer;
    assert_eq!(asked, [(wish, 7, "contacts"), (wish, 6, "./cal")]);
    assert_ne!(digest, [0; 16]);
    let unsigned = written(&home, &["--unsigned"]);
    let (digest, notice) = Notice::parse(&unsigned).unwrap();
    assert_eq!((digest, notice.syncs), ([0; 16], Vec::new()));
}

/// REQ-SAN-7.
#[test]
fn an_older_phone_gets_a_message_with_alerts() {
    let home = home("1.1");
    let text = written(&home, &["--form", "xml", "--datastore", "notes"]);
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("<VerDTD>1.1</VerDTD>"), "{text}");
    assert!(text.contains("<Data>206</Data><Item><Source><LocURI>notes</LocURI></Source><Meta><Type xmlns=\"syncml:metinf\">text/plain</Type>"), "{text}");
    assert!(text.contains("<Final/>"), "{text}");
    let usual = written(&home, &[]);
    assert_eq!(usual[..3], [0x02, 0x9f, 0x53], "WBXML of 1.1");
    let refused = home.run(&alert(&["--form", "san", "--out", "-"])).failed(2);
    assert!(refused.contains("does not speak 1.2"), "{refused}");
}

/// REQ-SAN-5.
#[test]
fn short_messages_are_lines_a_modem_takes() {
    let home = home("1.2");
    let lines = String::from_utf8(written(&home, &["--form", "sms"])).unwrap();
    assert_eq!(lines.lines().count(), 1);
    assert!(lines.starts_with("0605040B8423F0010603CEAF85"), "{lines}");
    let push = written(&home, &["--form", "wsp"]);
    assert_eq!(push[..6], [0x01, 0x06, 0x03, 0xce, 0xaf, 0x85]);
    assert!(Notice::parse(&push[6..]).is_ok());
}

/// REQ-SAN-6: what the gateway says is all that is waited for.
#[test]
fn a_gateway_is_posted_to() {
    let home = home("1.2");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/push", listener.local_addr().unwrap());
    let gateway = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut read = Vec::new();
        let mut piece = [0; 4096];
        while !read.windows(4).any(|end| end == b"\r\n\r\n") || read.ends_with(b"\r\n\r\n") {
            let count = stream.read(&mut piece).unwrap();
            read.extend_from_slice(&piece[..count]);
        }
        stream
            .write_all(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
            .unwrap();
        String::from_utf8_lossy(&read).to_ascii_lowercase()
    });
    let said = home.run(&alert(&["--http", &url])).done();
    assert!(said.contains("was notified"), "{said}");
    let read = gateway.join().unwrap();
    assert!(
        read.contains("content-type: application/vnd.syncml.ds.notification"),
        "{read}"
    );
    let refused = home
        .run(&alert(&["--http", "file:///etc/passwd"]))
        .failed(2);
    assert!(refused.contains("is no http or https URL"), "{refused}");
}

#[cfg(unix)]
#[test]
fn the_hook_of_the_configuration_is_the_usual_way() {
    let home = home("1.2");
    let nowhere = home.run(&alert(&[])).failed(2);
    assert!(nowhere.contains("push_hook"), "{nowhere}");
    let path = home.path("sent").display().to_string();
    let hook = format!("(echo \"$PUSH_USER $PUSH_DEVICE\"; cat) > {path}");
    let file = home.file("anchorage.toml", &format!("push_hook = '{hook}'\n"));
    home.run(&[alert(&[]), vec!["--config", &file]].concat())
        .done();
    let sent = fs::read(&path).unwrap();
    let line = format!("alice {PHONE}\n");
    assert_eq!(sent[..line.len()], *line.as_bytes());
    assert!(Notice::parse(&sent[line.len()..]).is_ok());
    let failed = home.run(&alert(&["--hook", "exit 3"])).failed(1);
    assert!(failed.contains("the hook failed"), "{failed}");
}

#[test]
fn only_a_known_device_and_datastore_can_be_alerted() {
    let home = home("1.2");
    let failed = home
        .run(&["device", "alert", "alice", "IMEI:2", "--out", "-"])
        .failed(3);
    assert_eq!(failed, "alice has no device IMEI:2");
    let failed = home
        .run(&alert(&["--out", "-", "--datastore", "bookmarks"]))
        .failed(3);
    assert_eq!(failed, "there is no datastore bookmarks");
}

#[test]
fn the_server_is_given_a_password_of_its_own_at_a_device() {
    let home = home("1.2");
    let before = written(&home, &[]);
    let set = ["device", "server-password", "alice", PHONE];
    let said = home
        .typing("harbour\n", &[&set[..], &["--password-stdin"]].concat())
        .done();
    assert!(said.contains("the server is anchorage-"), "{said}");
    let (digest, _) = Notice::parse(&written(&home, &[])).unwrap();
    assert_ne!(digest, before[..16]);
    home.run(&[&set[..], &["--none"]].concat()).done();
    assert_eq!(written(&home, &[]), before);
}
