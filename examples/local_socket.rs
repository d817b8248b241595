//! A transport of one's own: SyncML over a local socket, server and device in one file.
//!
//! ```text
//! cargo run --example local_socket
//! ```
//!
//! A transport has two things to do. It cuts messages out of its stream: here each is preceded by its length, four
//! bytes, the high one first. And it hands them to a [`Connection`], which finds the session by the line the message came
//! over, so that no address has to be sent along. An OBEX server does the same with PUT and GET as its frames.

use std::error::Error;
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::thread;

use anchorage::auth::{self, Auth, Chance, Keys, Password, Scheme, Secret};
use anchorage::client::{Datastore, Device, Exchange, Lost, Mode, Profile, Reply};
use anchorage::ids::{AccountId, DeviceId, Millis, UserName};
use anchorage::message::devinf::ContentType;
use anchorage::session::{Connection, Host, Settings};
use anchorage::store::{NewAccount, Options, Role, Store};

/// What the session calls this transport.
const TRANSPORT: &str = "local";
/// The longest message either side takes, in bytes.
const MAX_BYTES: u32 = 1 << 20;
/// When it all happens, in milliseconds since 1970.
const BEGIN: Millis = Millis(1_767_225_600_000);
const PASSWORD: &str = "correct horse";
const BOOK: &str = "contacts";

/// One device syncs twice over one line.
///
/// # Errors
/// What went wrong.
pub fn main() -> Result<(), Box<dyn Error>> {
    let host = server()?;
    let (mut ours, theirs) = UnixStream::pair()?;
    let serving = thread::spawn(move || serve(&host, theirs));
    let mut phone = phone()?;
    if let Some(book) = phone.store_mut(BOOK) {
        book.add("BEGIN:VCARD\r\nVERSION:2.1\r\nN:Lovelace;Ada\r\nEND:VCARD\r\n".to_owned());
    }
    for now in [BEGIN, Millis(BEGIN.0 + 60_000)] {
        let summary = phone.sync(&[(BOOK, Mode::TwoWay)], now, |exchange| {
            call(&mut ours, exchange).map_err(|error| Lost(error.to_string()))
        })?;
        for store in &summary.stores {
            println!("{store} ({} messages)", summary.messages);
        }
        if !summary.violations.is_empty() {
            return Err(summary.violations.join("; ").into());
        }
    }
    drop(ours);
    let answered = serving.join().map_err(|_| "the server panicked")??;
    println!("the line is closed after {answered} messages");
    Ok(())
}

/// The server's end of a line: answers until the other end hangs up. How many messages came.
fn serve(host: &Host, mut line: UnixStream) -> io::Result<u32> {
    let mut connection = Connection::new(TRANSPORT);
    let mut answered: u32 = 0;
    while let Some(body) = receive(&mut line)? {
        answered += 1;
        // Of a real server the time is that of the clock, and chance is random.
        let now = Millis(BEGIN.0 + i64::from(answered) * 1000);
        let chance = [u8::try_from(answered).unwrap_or(u8::MAX); 16];
        let reply = connection.answer(host, &body, now, chance);
        // Whoever sends what is no message gets none back: a frame of nothing.
        send(
            &mut line,
            &reply.map(|reply| reply.body).unwrap_or_default(),
        )?;
    }
    Ok(answered)
}

/// The device's end: one message there, one back.
fn call(line: &mut UnixStream, exchange: &Exchange) -> io::Result<Reply> {
    send(line, &exchange.body)?;
    let body = receive(line)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    Ok(Reply {
        content_type: exchange.content_type.clone(),
        body,
        hmac: None,
    })
}

fn send(line: &mut UnixStream, body: &[u8]) -> io::Result<()> {
    let length = u32::try_from(body.len()).map_err(io::Error::other)?;
    line.write_all(&length.to_be_bytes())?;
    line.write_all(body)
}

/// The next message; `None` when the other end hung up between two.
fn receive(line: &mut UnixStream) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    if line.read(&mut length)? == 0 {
        return Ok(None);
    }
    let length = u32::from_be_bytes(length);
    if length > MAX_BYTES {
        return Err(io::Error::other("a message of more than 1 MiB"));
    }
    // Nothing is set aside for what was only announced.
    let mut body = Vec::new();
    line.take(length.into()).read_to_end(&mut body)?;
    if u32::try_from(body.len()) != Ok(length) {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(body))
}

/// A server with one user, and everything in memory.
fn server() -> Result<Host, Box<dyn Error>> {
    let store = Store::open("sqlite::memory:", &Options::default())?;
    store.migrate("example")?;
    let keys = Keys::new(&Secret::from_bytes([1; 32]));
    let (id, name) = (AccountId(1), UserName::parse("ada")?);
    let (salt, seal) = ([2; 16], [3; 24]);
    let password = Password::parse(PASSWORD)?;
    let stored = auth::store(
        &keys,
        id,
        &name,
        &password,
        Scheme::Md5,
        Chance { salt, seal },
    )?;
    let account = NewAccount {
        id,
        name,
        password_hash: stored.hash,
        md5_secret: stored.md5_secret,
        role: Role::User,
        created: Millis(0),
    };
    store.write(|tx| tx.create_account(&account))?;
    let auth = Auth::new(keys, [4; 32], Scheme::Md5);
    Ok(Host::new(store, auth, Settings::default()))
}

/// A phone with an address book.
fn phone() -> Result<Device, Box<dyn Error>> {
    let prefers = ContentType {
        ct_type: "text/x-vcard".to_owned(),
        ver_ct: "2.1".to_owned(),
    };
    let book = Datastore {
        local: BOOK.to_owned(),
        remote: BOOK.to_owned(),
        prefers,
        takes: Vec::new(),
        hierarchical: false,
        spells_out_deletes: false,
        holds: Vec::new(),
        keeps: None,
    };
    let id = DeviceId::parse("IMEI:490154203237518")?;
    // Off HTTP an address is no more than a name for the server.
    let profile = Profile::new("local:anchorage", id, UserName::parse("ada")?, PASSWORD);
    Ok(Device::new(Profile {
        datastores: vec![book],
        ..profile
    }))
}
