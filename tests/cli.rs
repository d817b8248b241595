//! The command line as a person and a script meet it: the real executable, on `SQLite` in a folder of its own.

use std::fs;

use serde_json::json;

#[cfg(test)]
#[path = "cli/alert.rs"]
mod alert;
#[cfg(test)]
#[path = "cli/devices.rs"]
mod devices;
#[cfg(test)]
#[path = "cli/guard.rs"]
mod guard;
#[cfg(test)]
#[path = "cli/history.rs"]
mod history;
#[cfg(test)]
#[path = "cli/home.rs"]
mod home;
#[cfg(test)]
#[path = "cli/live.rs"]
mod live;
#[cfg(test)]
#[path = "cli/scene.rs"]
mod scene;
#[cfg(test)]
#[path = "cli/transfer.rs"]
mod transfer;
#[cfg(test)]
#[path = "cli/tree.rs"]
mod tree;

use home::{Home, Ran};

#[test]
fn a_user_is_made_listed_shown_and_removed() {
    let home = Home::new();
    assert!(
        home.run(&["user", "list"])
            .done()
            .contains("anchorage user add")
    );
    assert_eq!(
        home.typing("s3cret\n", &["user", "add", "alice", "--password-stdin"])
            .done(),
        "alice was made.\n"
    );
    home.typing(
        "s3cret",
        &[
            "user",
            "add",
            "bob",
            "--password-stdin",
            "--no-md5",
            "--admin",
        ],
    )
    .done();
    let list = home.run(&["user", "list"]).done();
    let rows: Vec<Vec<&str>> = list
        .lines()
        .map(|line| line.split_whitespace().take(4).collect())
        .collect();
    assert_eq!(
        rows,
        [
            ["NAME", "ROLE", "MD5", "DISABLED"],
            ["alice", "user", "yes", "no"],
            ["bob", "admin", "no", "no"]
        ]
    );
    assert_eq!(
        home.json(&["user", "show", "alice"])["items"],
        json!({"calendar": 0, "contacts": 0, "email": 0, "files": 0, "notes": 0, "tasks": 0})
    );
    home.run(&["user", "remove", "bob", "--yes"]).done();
    assert_eq!(
        home.run(&["user", "show", "bob"]).failed(3),
        "there is no user bob"
    );
}

#[test]
fn a_user_is_disabled_and_enabled() {
    let home = Home::with_alice();
    home.run(&["user", "disable", "alice"]).done();
    assert_eq!(
        home.json(&["user", "show", "alice"])["disabled"],
        json!(true)
    );
    home.run(&["user", "enable", "alice"]).done();
    assert_eq!(
        home.json(&["user", "show", "alice"])["disabled"],
        json!(false)
    );
}

#[test]
fn a_generated_password_is_shown_once_and_stored_nowhere() {
    let home = Home::new();
    let password = home.json(&["user", "add", "alice", "--generate"])["password"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(password.len(), 14);
    for name in ["anchorage.sqlite", "anchorage.sqlite-wal"] {
        let Ok(bytes) = fs::read(home.path(".local/share/anchorage").join(name)) else {
            continue;
        };
        assert!(
            !bytes
                .windows(password.len())
                .any(|window| window == password.as_bytes()),
            "{name}"
        );
    }
    assert!(
        !home
            .run(&["user", "show", "alice"])
            .done()
            .contains(&password)
    );
}

#[test]
fn a_new_password_keeps_or_changes_the_scheme() {
    let home = Home::with_alice();
    let md5 = || home.json(&["user", "show", "alice"])["md5"].clone();
    home.typing("other\n", &["user", "passwd", "alice", "--password-stdin"])
        .done();
    assert_eq!(md5(), json!(true));
    home.typing(
        "other\n",
        &["user", "passwd", "alice", "--password-stdin", "--no-md5"],
    )
    .done();
    assert_eq!(md5(), json!(false));
    home.typing("other\n", &["user", "passwd", "alice", "--password-stdin"])
        .done();
    assert_eq!(md5(), json!(false));
    home.typing(
        "other\n",
        &["user", "passwd", "alice", "--password-stdin", "--md5"],
    )
    .done();
    assert_eq!(md5(), json!(true));
}

#[test]
fn bad_input_is_told_in_a_sentence_with_its_exit_code() {
    let home = Home::with_alice();
    assert_eq!(
        home.run(&["user", "add", "alice", "--generate"]).failed(4),
        "there is already a user alice"
    );
    assert_eq!(
        home.run(&["user", "add", "a:b", "--generate"]).failed(2),
        "a user name cannot hold a colon: it ends there on the wire"
    );
    assert_eq!(
        home.typing("\n", &["user", "add", "bob", "--password-stdin"])
            .failed(2),
        "the password is empty"
    );
    assert_eq!(
        home.run(&["user", "passwd", "nobody", "--generate"])
            .failed(3),
        "there is no user nobody"
    );
    assert_eq!(
        home.run(&["user", "remove", "alice"]).failed(2),
        "there is nobody to ask whether this is meant; say --yes"
    );
    assert_eq!(
        home.run(&["device", "show", "alice", "IMEI:1"]).failed(3),
        "alice has no device IMEI:1"
    );
    assert_eq!(
        home.run(&["device", "forget", "alice", "IMEI:1", "--yes"])
            .failed(3),
        "alice has no device IMEI:1"
    );
    assert_eq!(
        home.run(&["item", "show", "alice", "7"]).failed(3),
        "alice has no item 7"
    );
    assert_eq!(
        home.run(&["item", "list", "alice", "photos"]).failed(3),
        "alice has no collection photos"
    );
    assert_eq!(
        home.run(&["session", "show", "alice", "1"]).failed(3),
        "alice had no session 1"
    );
    assert_eq!(
        home.run(&["--database", "mysql://x", "user", "list"])
            .failed(2)
            .split(" must be ")
            .next(),
        Some("`database` in command line")
    );
    let there = home
        .run(&[
            "--database",
            "sqlite:/nonexistent/folder/a.sqlite",
            "user",
            "list",
        ])
        .failed(5);
    assert!(
        there.starts_with("the database is not available"),
        "{there}"
    );
}

#[test]
fn what_clap_refuses_ends_with_2_and_help_with_0() {
    let home = Home::new();
    for arguments in [
        vec!["user"],
        vec!["usr", "list"],
        vec!["item", "show", "alice", "zero"],
        vec!["user", "add"],
        vec!["user", "add", "\u{1b}"],
    ] {
        assert_eq!(
            home.run(&arguments).0.status.code(),
            Some(2),
            "{arguments:?}"
        );
    }
    let help = home.run(&["--help"]).done();
    assert!(
        help.contains("--listen 0.0.0.0:8080") && help.contains("Exit codes:"),
        "{help}"
    );
    assert!(!home.path(".local").exists(), "nothing was made");
}

#[test]
fn how_conflicts_are_settled_is_shown_and_set() {
    let home = Home::with_alice();
    let conflicts =
        |of: usize| home.json(&["collection", "list", "alice"])[of]["conflicts"].clone();
    assert_eq!(conflicts(1), json!("newest-wins"));
    let set = |collection: &str, policy: &str| {
        home.run(&[
            "collection",
            "set",
            "alice",
            collection,
            "--conflicts",
            policy,
        ])
    };
    assert_eq!(
        set("contacts", "keep-both").done(),
        "Conflicts in contacts of alice are settled by keep-both from now on.\n"
    );
    assert_eq!(conflicts(1), json!("keep-both"));
    assert_eq!(conflicts(0), json!("newest-wins"), "only that collection");
    assert_eq!(
        set("photos", "keep-both").failed(3),
        "alice has no collection photos"
    );
    assert_eq!(set("contacts", "coin").0.status.code(), Some(2));
}

#[test]
fn empty_lists_are_told_to_people_and_are_empty_in_json() {
    let home = Home::with_alice();
    assert_eq!(
        home.run(&["device", "list"]).done(),
        "No device has synced yet.\n"
    );
    assert_eq!(
        home.run(&["session", "list", "alice"]).done(),
        "There was no session yet.\n"
    );
    for noun in ["device", "session"] {
        assert_eq!(home.json(&[noun, "list"]), json!([]));
    }
}

#[test]
fn the_configuration_is_shown_checked_and_exemplified() {
    let home = Home::new();
    let example = home.run(&["config", "example"]).done();
    let file = home.file(".config/anchorage/anchorage.toml", &example);
    assert_eq!(
        home.run(&["config", "check"]).done(),
        format!("{file} is fine.\n")
    );
    home.file(
        ".config/anchorage/anchorage.toml",
        "log = \"warn\"\n[auth]\nmd5 = false\n",
    );
    let shown = home.json(&["config", "show", "--database", "postgres://a:hunter2@h/d"]);
    let row = |key: &str| {
        shown
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["key"] == key)
            .unwrap()
            .clone()
    };
    assert_eq!(
        row("log"),
        json!({"key": "log", "value": "warn", "origin": format!("{file}:1")})
    );
    assert_eq!(row("auth.md5")["value"], json!("false"));
    assert_eq!(
        row("database"),
        json!({"key": "database", "value": "postgres://a:(hidden)@h/d", "origin": "command line"})
    );
    home.file(
        ".config/anchorage/anchorage.toml",
        "lisen = \"127.0.0.1:1\"\n",
    );
    for command in [["config", "check"], ["user", "list"]] {
        assert_eq!(
            home.run(&command).failed(2),
            format!("unknown key `lisen` in {file}:1: did you mean `listen`?")
        );
    }
    assert!(
        !home.path(".local").exists(),
        "a wrong configuration makes nothing"
    );
}

#[test]
fn the_environment_is_heard_and_its_typos_too() {
    let home = Home::new();
    let ran = home
        .command(&["user", "list"])
        .env("ANCHORAGE_DATABSE", "sqlite:x")
        .output()
        .unwrap();
    assert_eq!(
        Ran(ran).failed(2),
        "unknown environment variable `ANCHORAGE_DATABSE`: did you mean `ANCHORAGE_DATABASE`?"
    );
    let elsewhere = home.path("elsewhere");
    let ran = home
        .command(&["user", "add", "alice", "--generate"])
        .env("ANCHORAGE_DATA_DIR", &elsewhere)
        .output()
        .unwrap();
    Ran(ran).done();
    assert!(elsewhere.join("anchorage.sqlite").exists() && elsewhere.join("secret.key").exists());
}
