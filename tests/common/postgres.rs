//! A `PostgreSQL` for tests.
//!
//! [`database`] gives a test a database of its own (a schema, which the URL leads into: made in an instant where
//! a whole database takes a second), dropped with the value:
//!
//! ```ignore
//! let database = common::postgres::database();
//! let store = Store::open(database.url(), &Options::default())?;
//! ```
//!
//! The server behind it is started when the first test of the binary asks for it, in a folder of its own under
//! `/tmp`, reached by a socket there and by no port, with the settings that a fresh cluster has (`fsync` is on).
//! When the test binary ends, however it ends, the server is stopped and the folder removed.
//!
//! `ANCHORAGE_TEST_POSTGRES` names a database to be used instead: a URL with the right to create schemas in it,
//! for instance `postgres://postgres@/postgres?host=/run/postgresql`.
//!
//! Without `PostgreSQL` (`initdb` and `pg_ctl` on the `PATH` or in `/usr/lib/postgresql/*/bin`) these tests fail;
//! they are never skipped.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};

/// An empty database, dropped with this value.
#[derive(Debug)]
pub struct Database {
    server: String,
    name: String,
    url: String,
}

impl Database {
    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Ok(mut conn) = PgConnection::establish(&self.server) {
            conn.batch_execute(&format!("DROP SCHEMA {} CASCADE", self.name))
                .ok();
        }
    }
}

/// Makes an empty database.
pub fn database() -> Database {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let server = server();
    let name = format!(
        "anchorage_{}_{}",
        std::process::id(),
        MADE.fetch_add(1, Ordering::Relaxed)
    );
    let mut conn = PgConnection::establish(server).expect("the PostgreSQL for tests answers");
    conn.batch_execute(&format!("CREATE SCHEMA {name}"))
        .expect("a schema can be created");
    let join = if server.contains('?') { '&' } else { '?' };
    Database {
        server: server.to_owned(),
        url: format!("{server}{join}options=-csearch_path%3D{name}"),
        name,
    }
}

/// The server of this test binary: the one that `ANCHORAGE_TEST_POSTGRES` names, or our own.
fn server() -> &'static str {
    static SERVER: OnceLock<(String, Option<Cluster>)> = OnceLock::new();
    let (url, _) = SERVER.get_or_init(|| {
        if let Ok(url) = std::env::var("ANCHORAGE_TEST_POSTGRES") {
            return (url, None);
        }
        let cluster = Cluster::start();
        (cluster.url(), Some(cluster))
    });
    url
}

/// A server of our own.
pub struct Cluster {
    folder: PathBuf,
    /// Waits for its input to end, as it does with this process, and clears up.
    janitor: Child,
}

impl Cluster {
    /// Makes a cluster and starts its server.
    pub fn start() -> Self {
        let made = run(as_postgres("mktemp").args(["-d", "/tmp/anchorage-postgres-XXXXXX"]));
        let folder = PathBuf::from(made.trim());
        let data = folder.join("data");
        let janitor = as_postgres("sh")
            .arg("-c")
            .arg(r#"trap '' INT TERM; cat >&2; "$1" stop --pgdata="$2/data" --mode=immediate --silent; rm -rf "$2""#)
            .arg("sh")
            .arg(program("pg_ctl"))
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell can be started");
        run(as_postgres(program("initdb"))
            .args([
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
                "--pgdata",
            ])
            .arg(&data));
        let cluster = Self { folder, janitor };
        cluster.pg_ctl(&["start"]);
        cluster
    }

    /// Where its first database is.
    pub fn url(&self) -> String {
        format!(
            "postgres://postgres@/postgres?host={}",
            self.folder.display()
        )
    }

    /// Runs `pg_ctl` on it: `start`, `stop`, `restart`, each with its options, and waits until that is done.
    pub fn pg_ctl(&self, arguments: &[&str]) {
        let socket = self.folder.display();
        run(as_postgres(program("pg_ctl"))
            .args(arguments)
            .args(["--wait", "--silent", "--options"])
            .arg(format!(
                "-c listen_addresses= -c unix_socket_directories={socket} -c max_connections=300"
            ))
            .arg("--log")
            .arg(self.folder.join("log"))
            .arg("--pgdata")
            .arg(self.folder.join("data")));
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.janitor.stdin.take());
        self.janitor.wait().ok();
    }
}

/// A command run as somebody whom `PostgreSQL` serves: it refuses root.
fn as_postgres(program: impl AsRef<OsStr>) -> Command {
    if run(Command::new("id").arg("-u")).trim() != "0" {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command
        .args([
            "--reuid=postgres",
            "--regid=postgres",
            "--init-groups",
            "--",
        ])
        .arg(program);
    command
}

/// Where a program of `PostgreSQL` is: the newest one installed, or the one on the `PATH`.
fn program(name: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let number = |path: &Path| {
        path.file_name()
            .and_then(OsStr::to_str)
            .and_then(|name| name.parse::<u32>().ok())
    };
    versions
        .map(|version| version.path())
        .filter(|version| version.join("bin").join(name).exists())
        .max_by_key(|version| number(version))
        .map_or_else(
            || PathBuf::from(name),
            |version| version.join("bin").join(name),
        )
}

/// Runs a command to its end; what it wrote.
fn run(command: &mut Command) -> String {
    // A server that outlives pg_ctl would hold a pipe open for ever.
    let output = tempfile::NamedTempFile::new().expect("a file can be made");
    let to = |file: &tempfile::NamedTempFile| {
        Stdio::from(file.reopen().expect("a file can be opened twice"))
    };
    let status = command
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(to(&output))
        .stderr(to(&output))
        .status();
    let written = std::fs::read_to_string(output.path()).unwrap_or_default();
    match status {
        Ok(status) if status.success() => written,
        Ok(status) => panic!("{command:?}: {status}\n{written}"),
        Err(error) => panic!(
            "{command:?}: {error}. These tests need PostgreSQL (see tests/common/postgres.rs)"
        ),
    }
}
