//! The configuration: one struct, and one table that says for every key what it means.
//!
//! A value comes from the command line, else from the environment (`ANCHORAGE_` and the key's name in capitals,
//! a dot becoming `_`), else from a TOML file, else from its default. A key or variable nobody knows is an
//! error that names the nearest one. Everything that talks about keys (`load`, `config show`, `config example`)
//! reads the one table [`KEYS`].

mod key;
mod load;
mod shown;

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use crate::auth::{Scheme, Secret};
use crate::session::Style;

pub use key::{Key, Shape};
pub use load::{Loaded, Origin, Problem, Problems, Sources};
use shown::without_password;

/// How the server is to run. Owned by `main`, handed down as a value; there is no global one.
#[derive(Clone, PartialEq, Eq)]
pub struct Config {
    /// Where to listen for devices.
    pub listen: SocketAddr,
    /// The folder for the `SQLite` database and the server's secret.
    pub data_dir: PathBuf,
    /// The database URL, `sqlite:PATH` or `postgres://..`; may hold a password.
    pub database: String,
    /// The URL devices reach the server at; `None`: what each request says.
    pub public_url: Option<String>,
    /// The `DevID` the server tells devices; `None`: made once and kept in the database.
    pub server_id: Option<String>,
    /// The server's secret in base64; `None`: the file `secret.key` in `data_dir`.
    pub secret_key: Option<String>,
    /// The largest `SyncML` message we ask devices to send, in bytes.
    pub max_message_bytes: u64,
    /// The largest object a device may send in chunks, in bytes.
    pub max_object_bytes: u64,
    /// The largest request taken, in bytes; beyond it is 413.
    pub max_request_bytes: u64,
    /// How users prove who they are.
    pub auth: AuthConfig,
    /// How long things are kept.
    pub retention: RetentionConfig,
    /// Which deletions are too many to be obeyed.
    pub guard: GuardConfig,
    /// A file with rules for devices, beside those that are shipped.
    pub quirks: Option<PathBuf>,
    /// How many database connections are kept at most.
    pub pool_size: u32,
    /// How many threads answer requests; `None`: one for each core.
    pub workers: Option<usize>,
    /// How long a device waits for an answer before it is told to ask again, in seconds; 0: as long as it takes.
    pub busy_after_seconds: u64,
    /// How it is told.
    pub busy_style: Style,
    /// The command of the shell that takes notifications to devices; may hold a password.
    pub push_hook: Option<String>,
    /// What is logged: a level, or a filter as `env_logger` has it.
    pub log: String,
}

/// How users prove who they are.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a key of its own that may hold with any other"
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuthConfig {
    /// Every message of a session must be authenticated, not only the first.
    pub per_message: bool,
    /// New users may use MD5.
    pub md5: bool,
    /// Users who may use MD5 are asked for a MAC of each message instead.
    pub mac: bool,
    /// Passwords are taken over connections that are not encrypted.
    pub plain_basic: bool,
    /// The credentials of an HTTP header count where a message has none.
    pub http_basic: bool,
}

/// Which deletions of one session are held back until a person decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuardConfig {
    /// Those of more than this share of a collection, in percent; 0: none.
    pub delete_percent: u32,
    /// But for collections of so many items or fewer.
    pub delete_least: u32,
}

/// How long things are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetentionConfig {
    /// How long a session may pause between two messages, in hours.
    pub session_hours: u64,
    /// How long superseded and deleted versions of an item are kept at least, in days; 0 keeps none. Nothing throws them
    /// away yet.
    pub revision_days: u64,
}

impl Config {
    /// The defaults, with everything the server keeps in `data_dir`.
    #[must_use]
    pub fn in_folder(data_dir: PathBuf) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            database: format!("sqlite:{}", data_dir.join("anchorage.sqlite").display()),
            data_dir,
            public_url: None,
            server_id: None,
            secret_key: None,
            max_message_bytes: 256 * 1024,
            max_object_bytes: 4 * 1024 * 1024,
            max_request_bytes: 4 * 1024 * 1024,
            auth: AuthConfig {
                per_message: false,
                md5: true,
                mac: false,
                plain_basic: true,
                http_basic: false,
            },
            retention: RetentionConfig {
                session_hours: 24,
                revision_days: 90,
            },
            guard: GuardConfig {
                delete_percent: 50,
                delete_least: 10,
            },
            quirks: None,
            pool_size: 8,
            workers: None,
            busy_after_seconds: 20,
            busy_style: Style::Busy,
            push_hook: None,
            log: "info".to_owned(),
        }
    }

    /// The scheme new users get, and are asked for.
    #[must_use]
    pub const fn default_scheme(&self) -> Scheme {
        match (self.auth.md5, self.auth.mac) {
            (true, true) => Scheme::Mac,
            (true, false) => Scheme::Md5,
            (false, _) => Scheme::Basic,
        }
    }

    /// Where the server's secret lies when it is not configured itself.
    #[must_use]
    pub fn secret_file(&self) -> PathBuf {
        self.data_dir.join("secret.key")
    }

    /// The database URL without its password, for people.
    #[must_use]
    pub fn database_shown(&self) -> String {
        without_password(&self.database)
    }
}

impl fmt::Debug for Config {
    /// Shows every key as `config show` does: no secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(KEYS.iter().map(|key| (key.name, (key.get)(self))))
            .finish()
    }
}

/// Every key there is, sections together, in the order people see them.
#[rustfmt::skip]
pub const KEYS: &[Key] = &[
    Key {
        name: "listen", shape: Shape::Text("an address and a port, such as 0.0.0.0:8080"), default: "127.0.0.1:8080",
        meaning: "Where to listen for devices. 127.0.0.1 is this machine alone; 0.0.0.0:8080 lets phones in the network reach it.",
        set: |config, text| text.parse().map(|value| config.listen = value).is_ok(), get: |config| config.listen.to_string(),
    },
    Key {
        name: "data_dir", shape: Shape::Text("a folder"), default: "$XDG_DATA_HOME/anchorage, else ~/.local/share/anchorage",
        meaning: "The folder for the SQLite database and the server's secret.",
        set: |config, text| { config.data_dir = PathBuf::from(text); true }, get: |config| config.data_dir.display().to_string(),
    },
    Key {
        name: "database", shape: Shape::Text("a database URL, such as sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME"), default: "sqlite:DATA_DIR/anchorage.sqlite",
        meaning: "The database. May hold a password, which is never shown; better give that in the environment.",
        set: |config, text| { text.clone_into(&mut config.database); is_database(text) }, get: Config::database_shown,
    },
    Key {
        name: "public_url", shape: Shape::Text("a URL that begins with http:// or https://"), default: "",
        meaning: "The URL devices reach the server at, when a proxy stands before it. Empty: what each request says.",
        set: |config, text| { config.public_url = some(text); text.is_empty() || is_http(text) }, get: |config| shown(config.public_url.as_ref()),
    },
    Key {
        name: "server_id", shape: Shape::Text("a name of 1 to 64 printable ASCII characters"), default: "",
        meaning: "The name the server tells devices (DevID). Empty: made once and kept in the database. Devices that know another one sync everything anew.",
        set: |config, text| { config.server_id = some(text); text.len() <= 64 && text.chars().all(|c| c.is_ascii_graphic()) }, get: |config| shown(config.server_id.as_ref()),
    },
    Key {
        name: "secret_key", shape: Shape::Text("32 bytes in base64"), default: "",
        meaning: "The server's secret, which seals the passwords of MD5 users; best given in the environment. Empty: the file secret.key in data_dir, made when it is not there.",
        set: |config, text| { config.secret_key = some(text); text.is_empty() || Secret::parse(text, "secret_key").is_ok() },
        get: |config| config.secret_key.as_ref().map_or_else(String::new, |_| HIDDEN.to_owned()),
    },
    Key {
        name: "max_message_bytes", shape: Shape::Number { min: 4096, max: 16_777_216, unit: "bytes" }, default: "262144",
        meaning: "The largest SyncML message devices are asked to send, in bytes (MaxMsgSize).",
        set: |config, text| text.parse().map(|value| config.max_message_bytes = value).is_ok(), get: |config| config.max_message_bytes.to_string(),
    },
    Key {
        name: "max_object_bytes", shape: Shape::Number { min: 65_536, max: 268_435_456, unit: "bytes" }, default: "4194304",
        meaning: "The largest item a device may send in several messages, in bytes (MaxObjSize). A larger one is refused with 416.",
        set: |config, text| text.parse().map(|value| config.max_object_bytes = value).is_ok(), get: |config| config.max_object_bytes.to_string(),
    },
    Key {
        name: "max_request_bytes", shape: Shape::Number { min: 4096, max: 1_073_741_824, unit: "bytes" }, default: "4194304",
        meaning: "The largest request taken, in bytes; not below max_message_bytes. A larger one is refused with 413.",
        set: |config, text| text.parse().map(|value| config.max_request_bytes = value).is_ok(), get: |config| config.max_request_bytes.to_string(),
    },
    Key {
        name: "quirks", shape: Shape::Text("a file"), default: "",
        meaning: "A TOML file with rules for devices that need to be treated otherwise; it adds to the rules that are shipped and can replace them. conformance/devices/README.md says how it is written.",
        set: |config, text| { config.quirks = some(text).map(PathBuf::from); true }, get: |config| config.quirks.as_ref().map_or_else(String::new, |path| path.display().to_string()),
    },
    Key {
        name: "pool_size", shape: Shape::Number { min: 1, max: 1000, unit: "connections" }, default: "8",
        meaning: "How many database connections are kept at most.",
        set: |config, text| text.parse().map(|value| config.pool_size = value).is_ok(), get: |config| config.pool_size.to_string(),
    },
    Key {
        name: "workers", shape: Shape::Number { min: 0, max: 1024, unit: "threads" }, default: "0",
        meaning: "How many threads answer requests. 0: one for each core.",
        set: |config, text| text.parse().map(|value| config.workers = Some(value).filter(|value| *value > 0)).is_ok(), get: |config| config.workers.unwrap_or(0).to_string(),
    },
    Key {
        name: "busy_after_seconds", shape: Shape::Number { min: 0, max: 600, unit: "seconds" }, default: "20",
        meaning: "How long a device waits for an answer before it is told to ask again, in seconds; the work goes on. 0: it waits as long as it takes.",
        set: |config, text| text.parse().map(|value| config.busy_after_seconds = value).is_ok(), get: |config| config.busy_after_seconds.to_string(),
    },
    Key {
        name: "busy_style", shape: Shape::Text("busy, keep-alive or busy-once"), default: "busy",
        meaning: "How it is told: busy is status 101, which the specification has; keep-alive an answer that says nothing yet, for devices that do not know 101; busy-once 101 and then such answers.",
        set: |config, text| Style::parse(text).map(|value| config.busy_style = value).is_some(), get: |config| config.busy_style.as_str().to_owned(),
    },
    Key {
        name: "push_hook", shape: Shape::Text("a command of the shell"), default: "",
        meaning: "What takes notifications to devices (device alert): a command that gets each on its standard input, and PUSH_USER, PUSH_DEVICE, PUSH_SESSION and PUSH_CONTENT_TYPE in its environment.",
        set: |config, text| { config.push_hook = some(text); true }, get: |config| config.push_hook.as_ref().map_or_else(String::new, |_| HIDDEN.to_owned()),
    },
    Key {
        name: "log", shape: Shape::Text("error, warn, info, debug, trace, off, or a filter such as info,anchorage::session=debug"), default: "info",
        meaning: "What is logged to stderr.",
        set: |config, text| { text.clone_into(&mut config.log); is_log_filter(text) }, get: |config| config.log.clone(),
    },
    Key {
        name: "auth.per_message", shape: Shape::Switch, default: "false",
        meaning: "Ask for credentials in every message of a session, not only in the first.",
        set: |config, text| text.parse().map(|value| config.auth.per_message = value).is_ok(), get: |config| config.auth.per_message.to_string(),
    },
    Key {
        name: "auth.md5", shape: Shape::Switch, default: "true",
        meaning: "Let new users use MD5, which many phones need; their passwords are then kept sealed, not only hashed.",
        set: |config, text| text.parse().map(|value| config.auth.md5 = value).is_ok(), get: |config| config.auth.md5.to_string(),
    },
    Key {
        name: "auth.mac", shape: Shape::Switch, default: "false",
        meaning: "Ask users who may use MD5 for a MAC over each message instead (syncml:auth-MAC). It is taken in any case; few devices know it.",
        set: |config, text| text.parse().map(|value| config.auth.mac = value).is_ok(), get: |config| config.auth.mac.to_string(),
    },
    Key {
        name: "auth.plain_basic", shape: Shape::Switch, default: "true",
        meaning: "Take passwords as they are (Basic) over plain HTTP, too, as old phones send them. False: only over HTTPS; public_url says so where a proxy ends it.",
        set: |config, text| text.parse().map(|value| config.auth.plain_basic = value).is_ok(), get: |config| config.auth.plain_basic.to_string(),
    },
    Key {
        name: "auth.http_basic", shape: Shape::Switch, default: "false",
        meaning: "Take the user and password of an HTTP Authorization header where a message has no credentials of its own. Not with a proxy in front that has a password itself.",
        set: |config, text| text.parse().map(|value| config.auth.http_basic = value).is_ok(), get: |config| config.auth.http_basic.to_string(),
    },
    Key {
        name: "retention.session_hours", shape: Shape::Number { min: 1, max: 720, unit: "hours" }, default: "24",
        meaning: "How long a session may pause between two messages before it has to start anew, in hours.",
        set: |config, text| text.parse().map(|value| config.retention.session_hours = value).is_ok(), get: |config| config.retention.session_hours.to_string(),
    },
    Key {
        name: "retention.revision_days", shape: Shape::Number { min: 0, max: 36_500, unit: "days" }, default: "90",
        meaning: "How long superseded and deleted versions of an item are kept at least, in days; 0 keeps none. Nothing throws them away yet.",
        set: |config, text| text.parse().map(|value| config.retention.revision_days = value).is_ok(), get: |config| config.retention.revision_days.to_string(),
    },
    Key {
        name: "guard.delete_percent", shape: Shape::Number { min: 0, max: 100, unit: "percent" }, default: "50",
        meaning: "A device that deletes more than this share of a collection in one session, in percent, is not obeyed: the items stay until `anchorage device release` decides. 0: whatever a device deletes is deleted.",
        set: |config, text| text.parse().map(|value| config.guard.delete_percent = value).is_ok(), get: |config| config.guard.delete_percent.to_string(),
    },
    Key {
        name: "guard.delete_least", shape: Shape::Number { min: 0, max: 1_000_000, unit: "items" }, default: "10",
        meaning: "Collections of so many items or fewer are not guarded against deletion.",
        set: |config, text| text.parse().map(|value| config.guard.delete_least = value).is_ok(), get: |config| config.guard.delete_least.to_string(),
    },
];

/// The defaults as a commented file, with the meaning of every key.
#[must_use]
pub fn example() -> String {
    let mut parts = vec![
        "# Anchorage. Every key is optional; the values shown are the defaults.".to_owned(),
        "# Each can also be set in the environment, e.g. ANCHORAGE_LISTEN, ANCHORAGE_AUTH_MD5."
            .to_owned(),
    ];
    let mut section = "";
    for key in KEYS {
        let (of, name) = key.name.split_once('.').unwrap_or(("", key.name));
        if of != section {
            section = of;
            parts.push(format!("\n[{section}]"));
        }
        let range = match key.shape {
            Shape::Text(_) | Shape::Switch => String::new(),
            Shape::Number { min, max, .. } => format!(" ({min} to {max})"),
        };
        parts.push(format!(
            "\n# {}{range}\n# {name} = {}",
            key.meaning,
            key.example()
        ));
    }
    parts.push(String::new());
    parts.join("\n")
}

const HIDDEN: &str = "(hidden)";

fn some(text: &str) -> Option<String> {
    Some(text)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

fn shown(value: Option<&String>) -> String {
    value.cloned().unwrap_or_default()
}

fn is_database(text: &str) -> bool {
    ["sqlite:", "postgres://", "postgresql://"]
        .iter()
        .any(|scheme| text.len() > scheme.len() && text.starts_with(scheme))
}

fn is_http(text: &str) -> bool {
    ["http://", "https://"]
        .iter()
        .any(|scheme| text.len() > scheme.len() && text.starts_with(scheme))
}

fn is_log_filter(text: &str) -> bool {
    let level = |word: &str| word.trim().parse::<log::LevelFilter>().is_ok();
    text.split(',').all(|part| {
        part.rsplit_once('=')
            .map_or_else(|| level(part), |(_, word)| level(word))
    })
}

#[cfg(test)]
mod tests;
