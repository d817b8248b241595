//! A home of its own for every test, and the executable run in it.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// Somebody's home, with nothing in it.
pub struct Home(TempDir);

impl Home {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn with_alice() -> Self {
        let home = Self::new();
        home.typing("s3cret\n", &["user", "add", "alice", "--password-stdin"])
            .done();
        home
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn file(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_anchorage"));
        command
            .env_clear()
            .env("HOME", self.0.path())
            .args(arguments)
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran(self.command(arguments).output().unwrap())
    }

    pub fn typing(&self, input: &str, arguments: &[&str]) -> Ran {
        let mut command = self.command(arguments);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        Ran(child.wait_with_output().unwrap())
    }

    pub fn json(&self, arguments: &[&str]) -> Value {
        let all: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
        serde_json::from_str(&self.run(&all).done()).unwrap()
    }
}

pub struct Ran(pub Output);

impl Ran {
    /// What it said, having succeeded.
    pub fn done(self) -> String {
        assert!(self.0.status.success(), "{:?}", self.0);
        assert_eq!(String::from_utf8_lossy(&self.0.stderr), "");
        String::from_utf8(self.0.stdout).unwrap()
    }

    /// What it complained of, having ended with this code and said nothing else.
    pub fn failed(self, code: i32) -> String {
        assert_eq!(self.0.status.code(), Some(code), "{:?}", self.0);
        let stderr = String::from_utf8(self.0.stderr).unwrap();
        assert_eq!(stderr.lines().count(), 1, "one sentence: {stderr}");
        stderr
            .trim_end()
            .strip_prefix("anchorage: ")
            .unwrap()
            .to_owned()
    }
}
