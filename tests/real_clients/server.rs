//! One Anchorage for a test: the real executable, its own data folder, a port that the system chose.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::client::Account;
use super::content::content;
use super::items::{Kind, key_of};
use crate::common::postgres;

/// Where the server keeps its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    Postgres,
}

/// A running server; it ends, with all its data, when this is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// `http://127.0.0.1:PORT`.
    base: String,
    database: String,
    dir: TempDir,
    /// Dropped last: the database it lives in.
    _schema: Option<postgres::Database>,
}

impl Server {
    /// Starts a server with further settings from `environment`, and waits until it listens.
    pub fn start(database: Database, environment: &[(&str, &str)]) -> Self {
        let dir = TempDir::new().unwrap();
        let mut schema = None;
        let database = match database {
            Database::Sqlite => format!("sqlite:{}", dir.path().join("anchorage.sqlite").display()),
            Database::Postgres => {
                let made = postgres::database();
                let url = made.url().to_owned();
                schema = Some(made);
                url
            }
        };
        let log = fs::File::create(dir.path().join("log")).unwrap();
        let mut command = anchorage(&dir, &database);
        command
            .args(["serve", "--listen", "127.0.0.1:0"])
            .envs(environment.iter().copied());
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok);
        let base = lines.find_map(|line| {
            let (_, rest) = line.split_once("http://127.0.0.1:")?;
            let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
            Some(format!("http://127.0.0.1:{port}"))
        });
        let Some(base) = base else {
            let status = child.wait();
            let log = fs::read_to_string(dir.path().join("log")).unwrap_or_default();
            panic!("the server never said where it listens ({status:?}):\n{log}");
        };
        // Its further words must not fill the pipe.
        std::thread::spawn(move || lines.count());
        Self {
            child,
            base,
            database,
            dir,
            _schema: schema,
        }
    }

    /// A new user, with the address and the password that a device needs.
    pub fn account(&self, user: &str) -> Account {
        let password = format!("{user}'s password");
        let mut command = anchorage(&self.dir, &self.database);
        command.args(["user", "add", user, "--password-stdin"]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        writeln!(child.stdin.take().unwrap(), "{password}").unwrap();
        assert!(
            child.wait().unwrap().success(),
            "the user {user} cannot be added"
        );
        Account {
            url: format!("{}/syncml", self.base),
            user: user.to_owned(),
            password,
        }
    }

    /// What the server's items of one user and store say, sorted.
    pub fn contents(&self, user: &str, kind: Kind) -> Vec<String> {
        let mut out: Vec<_> = self
            .export(user, kind)
            .iter()
            .map(|text| content(kind, text))
            .collect();
        out.sort();
        out
    }

    /// The keys of the server's items of one user and store, sorted.
    pub fn keys(&self, user: &str, kind: Kind) -> Vec<u32> {
        let mut out: Vec<_> = self
            .export(user, kind)
            .iter()
            .filter_map(|text| key_of(text))
            .collect();
        out.sort_unstable();
        out
    }

    /// The server's items of one user and store, by way of `anchorage export`.
    fn export(&self, user: &str, kind: Kind) -> Vec<String> {
        let out = TempDir::new().unwrap();
        let mut command = anchorage(&self.dir, &self.database);
        command
            .args(["export", user, "--collection", kind.datastore()])
            .arg(out.path());
        let done = command.stdin(Stdio::null()).output().unwrap();
        assert!(
            done.status.success(),
            "the export failed:\n{}",
            String::from_utf8_lossy(&done.stderr)
        );
        let folder = out.path().join(kind.datastore());
        if !folder.exists() {
            return Vec::new();
        }
        let files = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        files
            .map(|path| fs::read_to_string(path).unwrap())
            .collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = fs::read_to_string(self.dir.path().join("log")).unwrap_or_default();
            let lines: Vec<_> = log.lines().collect();
            eprintln!(
                "the server's last words:\n{}",
                lines[lines.len().saturating_sub(40)..].join("\n")
            );
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn anchorage(dir: &TempDir, database: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_anchorage"));
    // What is meant for the tests is none of the server's settings.
    for (name, _) in
        std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("ANCHORAGE_"))
    {
        command.env_remove(name);
    }
    command
        .arg("--data-dir")
        .arg(dir.path())
        .args(["--database", database]);
    command
}
