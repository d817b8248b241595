//! The server as a new user meets it: started, told how to point a phone at it, tried, and looked at.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use crate::home::Home;

/// A server that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Starts a server on a free port; what it said until it had said `last`.
fn serve(home: &Home, last: &str) -> (Running, Vec<String>) {
    let mut command = home.command(&["serve", "--listen", "127.0.0.1:0"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let running = Running(child);
    let mut told = Vec::new();
    while !told.last().is_some_and(|line: &String| line.contains(last)) {
        told.push(lines.next().unwrap().unwrap());
    }
    (running, told)
}

/// What stands behind a name in what the server said.
fn told(lines: &[String], name: &str) -> String {
    let line = lines.iter().find(|line| line.trim().starts_with(name));
    line.unwrap().trim()[name.len()..].trim().to_owned()
}

#[test]
fn a_first_start_says_how_to_sync_and_sessions_are_shown_afterwards() {
    let home = Home::new();
    let (_server, lines) = serve(&home, "Only this machine");
    let (url, password) = (told(&lines, "Server address"), told(&lines, "Password"));
    assert_eq!(told(&lines, "User name"), "anchorage");
    for store in ["Contacts", "Calendar", "Tasks", "Notes"] {
        assert_eq!(told(&lines, store), store.to_lowercase());
    }
    let try_it = [
        "device",
        "try",
        &url,
        "--user",
        "anchorage",
        "--password-stdin",
    ];
    let mut command = home.command(&try_it);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    writeln!(child.stdin.take().unwrap(), "{password}").unwrap();
    let tried = child.wait_with_output().unwrap();
    assert!(tried.status.success(), "{tried:?}");

    let sessions = home.json(&["session", "list", "anchorage"]);
    let told = |field: &str| -> Vec<Value> {
        let rows = sessions.as_array().unwrap().iter().rev();
        rows.map(|row| row[field].clone()).collect()
    };
    assert_eq!(told("asked"), ["slow", "two-way", "two-way", "two-way"]);
    assert_eq!(told("given"), told("asked"));
    assert_eq!(told("outcome"), ["done"; 4]);
    assert_eq!(told("taken"), ["0", "+1", "0", "-1"]);
    assert_eq!(told("sent"), ["0"; 4]);
    assert_eq!(told("errors"), [0, 0, 0, 0]);
    let first = &sessions[3];
    let shown = home.json(&[
        "session",
        "show",
        "anchorage",
        &first["session"].to_string(),
    ]);
    assert_eq!(shown["datastores"][0]["asked"], json!("slow"));
    assert_eq!(shown["datastores"][0]["why"], first["why"]);
    assert_eq!(home.json(&["item", "list", "anchorage"]), json!([]));
}

#[test]
fn a_second_start_keeps_the_password_to_itself() {
    let home = Home::with_alice();
    let (_server, lines) = serve(&home, "answers at");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].starts_with("Anchorage answers at http://127.0.0.1:"));
}

/// REQ-CONFORM-2.
#[test]
fn the_suite_is_played_against_a_server_and_says_what_became_of_each_case() {
    let home = Home::new();
    let (_server, lines) = serve(&home, "Only this machine");
    let (url, password) = (told(&lines, "Server address"), told(&lines, "Password"));
    let run = |url: &str, more: &[&str]| {
        let of = [
            "conformance",
            "run",
            url,
            "--user",
            "anchorage",
            "--password-stdin",
        ];
        home.typing(&format!("{password}\n"), &[&of, more].concat())
    };
    let few = [
        "--version",
        "1.1,1.2",
        "--encoding",
        "wbxml",
        "--case",
        "SCTS-0302",
        "--case",
        "ANC-23",
    ];
    let rows: Value =
        serde_json::from_str(&run(&url, &[&few[..], &["--json"]].concat()).done()).unwrap();
    let of = |field: &str| -> Vec<Value> {
        rows.as_array()
            .unwrap()
            .iter()
            .map(|row| row[field].clone())
            .collect()
    };
    assert_eq!(of("case"), ["SCTS-0302", "ANC-23", "SCTS-0302", "ANC-23"]);
    assert_eq!(of("version"), ["1.1", "1.1", "1.2", "1.2"]);
    assert_eq!(of("encoding"), ["WBXML"; 4]);
    assert_eq!(
        of("result"),
        ["passed", "not applicable", "passed", "not applicable"]
    );
    assert!(
        of("why")[1]
            .as_str()
            .unwrap()
            .starts_with("not visible from outside")
    );
    assert_eq!(of("remarks"), [""; 4]);
    assert!(
        run(&url, &few)
            .done()
            .ends_with("2 passed, 0 failed, 2 not applicable.\n")
    );
    // Nothing stays of what the cases wrote.
    assert_eq!(home.json(&["item", "list", "anchorage"]), json!([]));

    let elsewhere = url.replace("/sync", "/no-such-door");
    let failed = run(
        &elsewhere,
        &[
            "--version",
            "1.2",
            "--encoding",
            "xml",
            "--case",
            "SCTS-0302",
        ],
    );
    let table = String::from_utf8_lossy(&failed.0.stdout).into_owned();
    assert!(table.contains("the server answers HTTP 404"), "{table}");
    assert_eq!(failed.failed(1), "1 of 1 cases failed");
    let unknown = run(&url, &["--case", "SCTS-9999"]).failed(3);
    assert_eq!(
        unknown,
        "there is no case \"SCTS-9999\"; `anchorage conformance list` shows them"
    );
}

#[test]
fn every_case_of_the_suite_is_listed() {
    let cases = Home::new().json(&["conformance", "list"]);
    let cases = cases.as_array().unwrap();
    assert_eq!(cases.len(), 45);
    assert_eq!(cases[0]["case"], "SCTS-0101");
    let unseen = cases.iter().filter(|case| !case["not_visible"].is_null());
    let unseen: Vec<_> = unseen.map(|case| case["case"].as_str().unwrap()).collect();
    assert_eq!(unseen, ["ANC-22", "ANC-23", "ANC-24"]);
}
