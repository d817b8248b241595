//! Puts a server under load in process: no socket, no client program. Prints what each kind of sync costs it.
//!
//! ```text
//! cargo run --release --example load -- [--xml] [--database URL] [CONTACTS]
//! ```
//!
//! A device uploads its contacts of about 1 KB (10,000 unless told otherwise) in a slow sync, syncs again with nothing
//! changed, and a fresh device downloads them all; 150,000-byte messages of WBXML or XML. The database is a `SQLite` file
//! in the folder for temporary files, removed at the end, unless a URL is given (its database must be empty).
//! Processor time is that of the thread which answers, where Linux tells it. Under `valgrind --tool=callgrind` (with
//! `CARGO_PROFILE_RELEASE_STRIP=none CARGO_PROFILE_RELEASE_DEBUG=line-tables-only`) it shows where the time goes.

mod device;

use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anchorage::auth::{self, Auth, Chance, Keys, Password, Scheme, Secret};
use anchorage::codec::Encoding;
use anchorage::ids::{AccountId, Millis, UserName};
use anchorage::message::AlertCode;
use anchorage::session::{Host, Settings};
use anchorage::store::{NewAccount, Options, Role, Store, Tally};
use device::says::contact;
use device::{Device, Failed, Meter, PASSWORD, USER};

fn main() -> Result<(), Failed> {
    let arguments = Arguments::read()?;
    let folder = std::env::temp_dir().join(format!("anchorage-load-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    let file = format!("sqlite:{}", folder.join("anchorage.db").display());
    let outcome = load(&arguments, arguments.database.as_ref().unwrap_or(&file));
    std::fs::remove_dir_all::<PathBuf>(folder)?;
    outcome
}

/// How often what costs next to nothing is done, to see what it costs.
const REPEATED: u32 = 50;

struct Arguments {
    contacts: u32,
    encoding: Encoding,
    database: Option<String>,
}

impl Arguments {
    fn read() -> Result<Self, Failed> {
        let mut read = Self {
            contacts: 10_000,
            encoding: Encoding::Wbxml,
            database: None,
        };
        let mut rest = std::env::args().skip(1);
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--xml" => read.encoding = Encoding::Xml,
                "--database" => read.database = Some(rest.next().ok_or("--database URL")?),
                number => read.contacts = number.parse()?,
            }
        }
        Ok(read)
    }
}

fn load(arguments: &Arguments, url: &str) -> Result<(), Failed> {
    let host = host(url)?;
    let contacts: Vec<_> = (0..arguments.contacts).map(contact).collect();
    let mut first = Device::new("load-1", arguments.encoding, contacts);
    let mut second = Device::new("load-2", arguments.encoding, Vec::new());
    // The first login hashes a password; the others are remembered.
    let mut nobody = Device::new("load-0", arguments.encoding, Vec::new());
    run("login", &host, &mut nobody, AlertCode::Slow, 1)?;
    run("upload", &host, &mut first, AlertCode::Slow, 1)?;
    run("no change", &host, &mut first, AlertCode::TwoWay, REPEATED)?;
    run("slow again", &host, &mut first, AlertCode::Slow, 1)?;
    run("download", &host, &mut second, AlertCode::Slow, 1)?;
    run("no change", &host, &mut second, AlertCode::TwoWay, REPEATED)?;
    if first.contacts.values().eq(second.contacts.values()) {
        return Ok(());
    }
    Err("the devices hold different contacts".into())
}

fn host(url: &str) -> Result<Host, Failed> {
    let store = Store::open(url, &Options::default())?;
    store.migrate("10ad10ad")?;
    let (keys, id) = (Keys::new(&Secret::from_bytes([7; 32])), AccountId(1));
    let (user, password) = (UserName::parse(USER)?, Password::parse(PASSWORD)?);
    let chance = Chance {
        salt: [3; 16],
        seal: [5; 24],
    };
    let stored = auth::store(&keys, id, &user, &password, Scheme::Basic, chance)?;
    let account = NewAccount {
        id,
        name: user,
        password_hash: stored.hash,
        md5_secret: stored.md5_secret,
        role: Role::User,
        created: Millis(0),
    };
    store.write(|tx| tx.create_account(&account))?;
    let auth = Auth::new(keys, [9; 32], Scheme::Basic);
    Ok(Host::new(store, auth, Settings::default()))
}

/// Syncs some times, and prints what one sync cost.
fn run(
    step: &str,
    host: &Host,
    device: &mut Device,
    code: AlertCode,
    times: u32,
) -> Result<(), Failed> {
    let mut meter = Clock::new();
    let before = host.store().tally();
    let mut messages = 0;
    for _ in 0..times {
        messages += device.sync(host, code, &mut meter)?;
    }
    let cost = since(before, host.store().tally());
    writeln!(
        std::io::stdout(),
        "{step:10} {:8.1} ms CPU {:8.1} ms wall {:4} messages {:6} KiB in {:6} KiB out {:6} statements {:6} rows read {:6} written",
        millis(meter.cpu / times),
        millis(meter.wall / times),
        messages / times,
        meter.received / 1024 / u64::from(times),
        meter.sent / 1024 / u64::from(times),
        cost.statements / u64::from(times),
        cost.rows_read / u64::from(times),
        cost.rows_written / u64::from(times),
    )?;
    Ok(())
}

fn since(before: Tally, after: Tally) -> Tally {
    Tally {
        statements: after.statements - before.statements,
        rows_read: after.rows_read - before.rows_read,
        rows_written: after.rows_written - before.rows_written,
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Adds up what the messages took.
struct Clock {
    cpu: Duration,
    wall: Duration,
    received: u64,
    sent: u64,
    began: (Duration, Instant),
}

impl Clock {
    fn new() -> Self {
        Self {
            cpu: Duration::ZERO,
            wall: Duration::ZERO,
            received: 0,
            sent: 0,
            began: (Duration::ZERO, Instant::now()),
        }
    }
}

impl Meter for Clock {
    fn start(&mut self) {
        self.began = (thread_time(), Instant::now());
    }

    fn stop(&mut self, request_bytes: usize, reply_bytes: usize) {
        let (cpu, wall) = self.began;
        self.wall += wall.elapsed();
        self.cpu += thread_time().saturating_sub(cpu);
        self.received += u64::try_from(request_bytes).unwrap_or(u64::MAX);
        self.sent += u64::try_from(reply_bytes).unwrap_or(u64::MAX);
    }
}

/// The processor time of this thread so far; zero where nobody tells.
fn thread_time() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = told
        .split_whitespace()
        .next()
        .and_then(|text| text.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or_default())
}
