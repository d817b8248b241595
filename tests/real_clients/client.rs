//! One device: a directory in which the `SyncEvolution` client keeps its settings, anchors and items.
//!
//! Its items are plain files, one an item, in a folder for each store. The client takes a file's
//! time in whole seconds for its revision, so every write here gets a second of its own, long past.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::content::content;
use super::items::{Formats, Kind, item, key_of};
use super::program::{printed, run};
use super::report::{Outcome, reports};

/// The encoding of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Xml,
    Wbxml,
}

/// How the device proves who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Login {
    Basic,
    Md5,
}

/// A kind of session, by the name that the client's command line gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    TwoWay,
    Slow,
    OneWayFromLocal,
    RefreshFromLocal,
    OneWayFromRemote,
    /// The device empties itself and asks for a slow sync (alert 201).
    RefreshFromRemote,
    /// The device asks for a refresh by its own alert (205).
    RefreshFromRemoteByAlert,
}

impl Mode {
    pub fn name(self) -> &'static str {
        match self {
            Self::TwoWay => "two-way",
            Self::Slow => "slow",
            Self::OneWayFromLocal => "one-way-from-local",
            Self::RefreshFromLocal => "refresh-from-local",
            Self::OneWayFromRemote => "one-way-from-remote",
            Self::RefreshFromRemote | Self::RefreshFromRemoteByAlert => "refresh-from-remote",
        }
    }
}

/// Where a user's items live and how to get at them.
#[derive(Debug, Clone)]
pub struct Account {
    pub url: String,
    pub user: String,
    pub password: String,
}

/// What a device is like. The protocol's version and login count for the first session only; after
/// that the client repeats what the server accepted.
#[derive(Debug, Clone)]
pub struct Setup {
    pub encoding: Encoding,
    /// `1.0`, `1.1` or `1.2`.
    pub version: &'static str,
    pub login: Login,
    pub formats: Formats,
    pub kinds: Vec<Kind>,
    /// The largest message that the device says it takes, in bytes; the client knows none below 10,240.
    pub max_message_bytes: u32,
    /// Whether the client keeps a copy of every message, to be counted.
    pub keep_messages: bool,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            encoding: Encoding::Wbxml,
            version: "1.2",
            login: Login::Md5,
            formats: Formats::Modern,
            kinds: Kind::ALL.to_vec(),
            max_message_bytes: 150_000,
            keep_messages: false,
        }
    }
}

/// A device.
#[derive(Debug)]
pub struct Device {
    dir: PathBuf,
    setup: Setup,
    /// The time of the next file, in seconds since 1970.
    clock: u64,
}

impl Device {
    /// A fresh device called `name`, which keeps its things in a new folder below `parent`.
    pub fn new(parent: &Path, name: &str, account: &Account, setup: Setup) -> Self {
        let dir = parent.join(name);
        for kind in Kind::ALL {
            fs::create_dir_all(dir.join("items").join(kind.source())).unwrap();
        }
        fs::create_dir_all(dir.join("log")).unwrap();
        let device = Self {
            dir,
            setup,
            clock: 1_600_000_000,
        };
        let done = run(&device.dir, &device.settings(name, account));
        assert!(
            done.status.success(),
            "{name} cannot be set up:\n{}",
            printed(&done)
        );
        device
    }

    /// The device's name, for whoever reads a failure.
    pub fn name(&self) -> String {
        self.dir
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    }

    /// The command line that sets the device up.
    fn settings(&self, name: &str, account: &Account) -> Vec<String> {
        let setup = &self.setup;
        let login = match setup.login {
            Login::Basic => "basic",
            Login::Md5 => "md5",
        };
        let fixed = "--daemon=no --configure --template none keyring=no RetryInterval=0 maxObjSize=4000000 \
                     preventSlowSync=0 printChanges=0 dumpData=0 maxlogdirs=50";
        let mut out: Vec<_> = fixed.split_whitespace().map(str::to_owned).collect();
        out.extend([
            format!("syncURL={}", account.url),
            format!("username={}", account.user),
            format!("password={}", account.password),
            format!("deviceId={name}"),
            format!(
                "enableWBXML={}",
                i32::from(setup.encoding == Encoding::Wbxml)
            ),
            format!("SyncMLVersion={}", setup.version),
            format!("clientAuthType={login}"),
            format!("maxMsgSize={}", setup.max_message_bytes),
            format!("logdir={}", self.dir.join("log").display()),
            format!("loglevel={}", if setup.keep_messages { 5 } else { 2 }),
        ]);
        for kind in &setup.kinds {
            let old = i32::from(setup.formats == Formats::Old);
            let settings = [
                "backend=file".to_owned(),
                format!("database=file://{}", self.folder(*kind).display()),
                format!("databaseFormat={}", kind.file_format()),
                format!("syncFormat={}", kind.wire_format(setup.formats)),
                format!("forceSyncFormat={old}"),
                format!("uri={}", kind.datastore()),
                "sync=two-way".to_owned(),
            ];
            out.extend(settings.map(|setting| format!("{}/{setting}", kind.source())));
        }
        out.push("server@device".to_owned());
        out.extend(setup.kinds.iter().map(|kind| kind.source().to_owned()));
        out
    }

    /// Runs one session over all stores.
    ///
    /// # Panics
    /// When the client is not content, with all that it printed.
    pub fn sync(&self, mode: Mode) -> Outcome {
        let outcome = self.try_sync(mode);
        let stores = &outcome.stores;
        let failed = stores
            .values()
            .any(|store| store.local.failed + store.remote.failed > 0);
        let complete = self
            .setup
            .kinds
            .iter()
            .all(|kind| stores.contains_key(kind));
        assert!(
            outcome.code == 0 && complete && !failed,
            "{} failed on {} (status {}):\n{}",
            mode.name(),
            self.name(),
            outcome.code,
            outcome.text
        );
        outcome
    }

    /// Runs one session and says how it went, also when it went wrong.
    pub fn try_sync(&self, mode: Mode) -> Outcome {
        let by_alert = i32::from(mode == Mode::RefreshFromRemoteByAlert);
        let mut args: Vec<String> = ["--daemon=no", "--sync", mode.name(), "--run"]
            .map(str::to_owned)
            .to_vec();
        args.push(format!("sync={}", mode.name()));
        args.push(format!("enableRefreshSync={by_alert}"));
        args.push("server@device".to_owned());
        args.extend(self.setup.kinds.iter().map(|kind| kind.source().to_owned()));
        let done = run(&self.dir, &args);
        let text = printed(&done);
        Outcome {
            code: done.status.code().unwrap_or(-1),
            stores: reports(&text),
            text,
        }
    }

    fn folder(&self, kind: Kind) -> PathBuf {
        self.dir.join("items").join(kind.source())
    }

    /// Writes an item as its user would: a new one, or a new edition of one that is there.
    pub fn put(&mut self, kind: Kind, key: u32, text: &str) {
        let name = self
            .file_of(kind, key)
            .unwrap_or_else(|| format!("new-{key}"));
        let path = self.folder(kind).join(name);
        fs::write(&path, text).unwrap();
        self.clock += 10;
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(self.clock);
        File::options()
            .write(true)
            .open(path)
            .unwrap()
            .set_modified(time)
            .unwrap();
    }

    /// Writes edition `edition` of item `key` of the family `seed` into every store.
    pub fn put_everywhere(&mut self, seed: u64, key: u32, edition: u32) {
        for kind in self.setup.kinds.clone() {
            self.put(kind, key, &item(kind, seed, key, edition));
        }
    }

    /// Deletes an item as its user would.
    pub fn remove(&mut self, kind: Kind, key: u32) {
        let name = self
            .file_of(kind, key)
            .unwrap_or_else(|| panic!("the device has no {kind:?} {key}"));
        fs::remove_file(self.folder(kind).join(name)).unwrap();
    }

    /// Deletes item `key` from every store.
    pub fn remove_everywhere(&mut self, key: u32) {
        for kind in self.setup.kinds.clone() {
            self.remove(kind, key);
        }
    }

    /// The files of a store: name and text.
    fn files(&self, kind: Kind) -> Vec<(String, String)> {
        let entries = fs::read_dir(self.folder(kind)).unwrap().map(Result::unwrap);
        entries
            .map(|entry| {
                (
                    entry.file_name().into_string().unwrap(),
                    fs::read_to_string(entry.path()).unwrap(),
                )
            })
            .collect()
    }

    fn file_of(&self, kind: Kind, key: u32) -> Option<String> {
        self.files(kind)
            .into_iter()
            .find(|(_, text)| key_of(text) == Some(key))
            .map(|(name, _)| name)
    }

    /// What the items of a store say, sorted; a duplicate is there twice.
    pub fn contents(&self, kind: Kind) -> Vec<String> {
        let mut out: Vec<_> = self
            .files(kind)
            .iter()
            .map(|(_, text)| content(kind, text))
            .collect();
        out.sort();
        out
    }

    /// The file of item `key`.
    pub fn text(&self, kind: Kind, key: u32) -> String {
        let mut files = self.files(kind).into_iter();
        let Some((_, text)) = files.find(|(_, text)| key_of(text) == Some(key)) else {
            panic!("{} has no {kind:?} {key}", self.name());
        };
        text
    }

    /// The keys of the items in a store, sorted.
    pub fn keys(&self, kind: Kind) -> Vec<u32> {
        let mut out: Vec<_> = self
            .files(kind)
            .iter()
            .filter_map(|(_, text)| key_of(text))
            .collect();
        out.sort_unstable();
        out
    }

    /// How many messages of the last session the server sent; the device must keep them.
    pub fn messages_of_last_session(&self) -> usize {
        let names = |dir: &Path| -> Vec<PathBuf> {
            fs::read_dir(dir)
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .collect()
        };
        let last = names(&self.dir.join("log"))
            .into_iter()
            .max()
            .expect("a session leaves a log");
        names(&last)
            .iter()
            .filter(|path| path.to_string_lossy().contains("_incoming"))
            .count()
    }
}
