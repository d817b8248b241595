//! Every case, sent to one running server.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anchorage::auth::{Auth, Keys, Scheme, Secret, seal};
use anchorage::client::http::Http;
use anchorage::client::{Datastore, Device, Mode, Profile};
use anchorage::codec::Limits;
use anchorage::ids::{AccountId, DeviceId, Millis, UserName};
use anchorage::message::devinf::ContentType;
use anchorage::message::{Command, Message};
use anchorage::serve::{Bound, Options};
use anchorage::session::{Host, Settings};
use anchorage::store::{self, NewAccount, Role, Store, StoreError};
use argon2::{Argon2, PasswordHasher as _};
use base64::Engine as _;

use crate::corpus::{Case, all, filled, from_hex, text, unfolded};

const PASSWORD: &str = "green-ladder-42";
const XML: &str = "application/vnd.syncml+xml";
const WBXML: &str = "application/vnd.syncml+wbxml";
/// The longest that any answer may take, on a machine that has much else to do.
const LONGEST: Duration = Duration::from_secs(20);
/// Cases at once.
const THREADS: usize = 4;

/// What came back.
struct Answer {
    http: u16,
    body: Vec<u8>,
}

/// REQ-REP-1, REQ-WBX-8, REQ-WBX-9, REQ-HTTP-1 to REQ-HTTP-4, ANC-25.
#[test]
fn every_bad_input_gets_its_answer_and_the_server_is_as_before() {
    static PANICS: AtomicUsize = AtomicUsize::new(0);
    let cases = all();
    let server = server(cases.len());
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        PANICS.fetch_add(1, Ordering::Relaxed);
        usual(info);
    }));
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(case) = cases.get(number) else {
                        return;
                    };
                    let begun = Instant::now();
                    let mut complaints = play(server, number, case);
                    if begun.elapsed() > LONGEST {
                        complaints.push(format!("took {:?}", begun.elapsed()));
                    }
                    let mut wrong = wrong.lock().unwrap();
                    wrong.extend(
                        complaints
                            .iter()
                            .map(|what| format!("{}: {what}", case.name)),
                    );
                }
            });
        }
    });
    let mut wrong = wrong.into_inner().unwrap();
    wrong.sort_unstable();
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
    a_device_syncs(server, cases.len());
    assert_eq!(PANICS.load(Ordering::Relaxed), 0, "something panicked");
}

/// What is not as expected of a case.
fn play(server: SocketAddr, number: usize, case: &Case) -> Vec<String> {
    let fill = |content: &[u8]| with_names(content, server, number);
    let content = unfolded(&fill(&case.content));
    let answer = if case.kind() == "http" {
        let good = fill(text("good.xml").as_bytes());
        let next = fill(text("next.xml").as_bytes());
        let length = if case.content.ends_with(b"{next}") {
            next.len()
        } else {
            good.len()
        };
        let content = filled(&content, "{length}", length.to_string().as_bytes());
        let content = filled(&filled(&content, "{xml}", &good), "{next}", &next);
        exchange(server, &content)
    } else {
        let path = if case.expected.session {
            match session(server, &fill(text("good.xml").as_bytes())) {
                Ok(path) => path,
                Err(why) => return vec![why],
            }
        } else {
            "/sync".to_owned()
        };
        if case.kind() == "hex" {
            post(server, &path, WBXML, &from_hex(&content))
        } else {
            post(server, &path, XML, &content)
        }
    };
    let Some(answer) = answer else {
        return vec!["no answer".to_owned()];
    };
    let mut wrong = Vec::new();
    if answer.http != case.expected.http {
        let body = String::from_utf8_lossy(&answer.body);
        let body: String = body.chars().take(1500).collect();
        wrong.push(format!(
            "HTTP {}, not {} ({body})",
            answer.http, case.expected.http
        ));
    } else if let Some(codes) = &case.expected.codes {
        let told = codes_of(&answer.body);
        if told.as_ref() != Ok(codes) {
            wrong.push(format!("{told:?}, not {codes:?}"));
        }
    }
    wrong
}

fn user(number: usize) -> String {
    format!("user{number}")
}

fn with_names(content: &[u8], server: SocketAddr, number: usize) -> Vec<u8> {
    let user = user(number);
    let basic = format!("{user}:{PASSWORD}");
    let basic = base64::engine::general_purpose::STANDARD.encode(basic);
    [
        ("{user}", user),
        ("{basic}", basic),
        ("{device}", format!("IMEI:{number}")),
        ("{session}", number.to_string()),
        ("{host}", server.to_string()),
    ]
    .into_iter()
    .fold(content.to_vec(), |content, (name, text)| {
        filled(&content, name, text.as_bytes())
    })
}

/// Opens a session; the path of its next message.
fn session(server: SocketAddr, good: &[u8]) -> Result<String, String> {
    let answer = post(server, "/sync", XML, good).ok_or("no session")?;
    let read = Message::decode(&answer.body, None, &Limits::default());
    let uri = read.map_err(|why| why.to_string())?.message.header.resp_uri;
    let uri = uri.ok_or("no RespURI")?;
    let query = uri.split_once('?').ok_or("no token")?.1;
    Ok(format!("/sync?{query}"))
}

fn post(server: SocketAddr, path: &str, kind: &str, body: &[u8]) -> Option<Answer> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    exchange(server, &[head.as_bytes(), body].concat())
}

/// Sends bytes and reads until the server hangs up.
fn exchange(server: SocketAddr, request: &[u8]) -> Option<Answer> {
    let mut stream = TcpStream::connect(server).ok()?;
    stream.set_read_timeout(Some(LONGEST)).ok()?;
    stream.set_write_timeout(Some(LONGEST)).ok()?;
    // Who is refused by his head alone may not get rid of his body.
    stream.write_all(request).ok();
    let mut read = Vec::new();
    stream.read_to_end(&mut read).ok();
    let end = read.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&read[..end]).into_owned();
    let http = head.split(' ').nth(1)?.parse().ok()?;
    Some(Answer {
        http,
        body: read.split_off(end + 4),
    })
}

/// Command and code of each Status.
fn codes_of(body: &[u8]) -> Result<Vec<String>, String> {
    let read = Message::decode(body, None, &Limits::default()).map_err(|why| why.to_string())?;
    let statuses = read.message.body.iter().filter_map(|command| {
        if let Command::Status(status) = command {
            Some(format!("{} {}", status.cmd, status.code?.number()))
        } else {
            None
        }
    });
    Ok(statuses.collect())
}

/// A server with so many users, and one more.
fn server(cases: usize) -> SocketAddr {
    let options = store::Options {
        patience: Duration::from_mins(1),
        ..store::Options::default()
    };
    let store = Store::open("sqlite::memory:", &options).unwrap();
    store.migrate("0a1b2c3d").unwrap();
    let keys = Keys::new(&Secret::from_bytes([7; 32]));
    let hash = cheap_hash();
    let made = store.write(|tx| {
        for number in 0..=cases {
            let id = AccountId(i64::try_from(number).unwrap() + 1);
            let clear = format!("{}:{PASSWORD}", user(number));
            tx.create_account(&NewAccount {
                id,
                name: UserName::parse(&user(number)).unwrap(),
                password_hash: hash.clone(),
                md5_secret: Some(seal::seal(&keys, id, &clear, [9; seal::NONCE_BYTES]).unwrap()),
                role: Role::User,
                created: Millis(0),
            })?;
        }
        Ok::<_, StoreError>(())
    });
    made.unwrap();
    let host = Host::new(
        store,
        Auth::new(keys, [9; 32], Scheme::Md5),
        Settings::default(),
    );
    let bound = Bound::new(Options {
        listen: "127.0.0.1:0".parse().unwrap(),
        public_url: None,
        max_request_bytes: Limits::default().bytes,
        workers: Some(2),
        busy_after: None,
    });
    let bound = bound.unwrap();
    let address = bound.address().unwrap();
    thread::spawn(move || bound.run(host));
    address
}

/// A hash of the password that costs next to nothing to check.
fn cheap_hash() -> String {
    let params = argon2::Params::new(8, 1, 1, None).unwrap();
    let argon2 = Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let hash = argon2.hash_password_with_salt(PASSWORD.as_bytes(), &[7; 16]);
    hash.unwrap().to_string()
}

/// A session as any other.
fn a_device_syncs(server: SocketAddr, number: usize) {
    let prefers = ContentType {
        ct_type: "text/x-vcard".to_owned(),
        ver_ct: "2.1".to_owned(),
    };
    let book = Datastore {
        local: "contacts".to_owned(),
        remote: "contacts".to_owned(),
        prefers,
        takes: Vec::new(),
        hierarchical: false,
        spells_out_deletes: false,
        holds: Vec::new(),
        keeps: None,
    };
    let id = DeviceId::parse("phone").unwrap();
    let name = UserName::parse(&user(number)).unwrap();
    let profile = Profile::new(&format!("http://{server}/sync"), id, name, PASSWORD);
    let mut device = Device::new(Profile {
        datastores: vec![book],
        ..profile
    });
    let card = "BEGIN:VCARD\r\nVERSION:2.1\r\nN:Ada\r\nEND:VCARD\r\n".to_owned();
    device.store_mut("contacts").unwrap().add(card);
    let http = Http::new(Duration::from_mins(1));
    let now = Millis(1_767_225_600_000);
    let summary = device.sync(&[("contacts", Mode::TwoWay)], now, |exchange| {
        http.send(exchange)
    });
    let summary = summary.unwrap();
    assert_eq!(summary.violations, Vec::<String>::new());
    assert_eq!(summary.stores[0].sent.all(), 1);
}
