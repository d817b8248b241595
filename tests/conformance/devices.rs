//! The page on devices: `conformance/devices/README.md` says what each rule, flag and field quirk is, and is held to
//! its word; and what a device sees of its quirks that no story can show.
//!
//! `UPDATE=1` writes the tables of rules, flags and facts anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anchorage::auth::Scheme;
use anchorage::session::Style;
use anchorage::session::quirks::{FACTS, Rules, flag, flags as all_flags};
use anchorage::sync::Guard;

use crate::server::{On, Server, Setting};
use crate::story::Elsewhere;
use crate::wire;

const PAGE: &str = "conformance/devices/README.md";

#[test]
fn the_tables_of_rules_flags_and_facts_are_true() {
    let path = root().join(PAGE);
    let page = fs::read_to_string(&path).unwrap();
    let mut fresh = page.clone();
    for (name, table) in [("rules", rules()), ("flags", flags()), ("facts", facts())] {
        let (begin, end) = (
            format!("<!-- {name} -->\n"),
            format!("<!-- end of {name} -->\n"),
        );
        let from = fresh.find(&begin).expect(name) + begin.len();
        let to = fresh.find(&end).expect(name);
        fresh.replace_range(from..to, &format!("\n{table}\n"));
    }
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &fresh).unwrap();
    }
    assert!(
        fresh == page || std::env::var_os("UPDATE").is_some(),
        "{PAGE} is out of date: UPDATE=1 writes it anew"
    );
}

/// Every field quirk from P1 to P35, V1 to V24 and C1 to C25 has its row, with tests that exist or with a reason; every flag has a quirk that
/// needs it, and every number that a flag or a rule names is explained.
#[test]
fn every_field_quirk_has_its_row_and_its_tests() {
    let page = fs::read_to_string(root().join(PAGE)).unwrap();
    let is_row = |line: &&str| {
        let number = ["| P", "| V", "| C"]
            .iter()
            .find_map(|start| line.strip_prefix(start));
        number.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    let rows = page.lines().filter(is_row);
    let rows: BTreeMap<_, _> = rows
        .map(|row| {
            let cells: Vec<_> = row.trim_matches('|').split(" | ").map(str::trim).collect();
            let [number, what, how, tests] = cells[..] else {
                panic!("four columns: {row}")
            };
            (
                number.to_owned(),
                (what.to_owned(), how.to_owned(), tests.to_owned()),
            )
        })
        .collect();
    let kinds = [("P", 35), ("V", 24), ("C", 25)];
    let numbers = kinds.map(|(kind, last)| (1..=last).map(move |number| format!("{kind}{number}")));
    let wanted: BTreeSet<_> = numbers.into_iter().flatten().collect();
    let speaks_of_one = |text: &str| ["(P", "(V", "(C"].iter().any(|start| text.contains(start));
    assert_eq!(rows.keys().cloned().collect::<BTreeSet<_>>(), wanted);
    let known = functions();
    let mut named = BTreeSet::new();
    for (number, (what, how, tests)) in &rows {
        assert!(!what.is_empty() && !how.is_empty(), "{number} says nothing");
        named.extend(quoted(how));
        if let Some(reason) = tests.strip_prefix("none: ") {
            assert!(reason.len() > 20, "{number}: no reason");
            continue;
        }
        let tests = quoted(tests);
        assert!(!tests.is_empty(), "{number} names no test");
        for test in tests {
            assert!(known.contains(&test), "{number}: there is no test {test}");
        }
    }
    for flag in all_flags() {
        assert!(
            named.contains(flag.name) || !speaks_of_one(flag.meaning),
            "no row speaks of {}",
            flag.name
        );
    }
    let rules = Rules::default();
    for rule in rules.iter() {
        assert!(speaks_of_one(&rule.about), "{} names no quirk", rule.name);
        for (name, _) in &rule.set {
            assert!(
                flag(name).is_some() && named.contains(*name),
                "{}: {name}",
                rule.name
            );
        }
    }
}

/// A quirk of content that single devices have is found by a rule that names it and sets one of its flags.
#[test]
fn every_quirk_of_content_has_a_rule_for_the_devices_that_have_it() {
    let page = fs::read_to_string(root().join(PAGE)).unwrap();
    let rules = Rules::default();
    let mut found = 0;
    for row in page
        .lines()
        .filter(|line| line.starts_with("| V") || line.starts_with("| C"))
    {
        let cells: Vec<_> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [number, _, how, _] = cells[..] else {
            panic!("four columns: {row}")
        };
        if how.starts_with("For everybody") {
            continue;
        }
        let wanted = quoted(how);
        let names_it = |about: &str| {
            [",", ")"]
                .iter()
                .any(|end| about.contains(&format!("{number}{end}")))
        };
        let mut meant = rules.iter().filter(|rule| names_it(&rule.about));
        let has_flag = meant.any(|rule| rule.set.iter().any(|(flag, _)| wanted.contains(*flag)));
        assert!(has_flag, "no rule for {number}");
        found += 1;
    }
    assert_eq!(found, 24 + 25 - 5);
}

/// Field quirk P34.
#[test]
fn items_stand_in_cdata_for_a_device_that_wants_it() {
    const CARD: &str = "BEGIN:VCARD\nVERSION:2.1\nN:Arden;A&B<]]>\nFN:A\nEND:VCARD\n";
    for cdata in [false, true] {
        let setting = Setting {
            scheme: Scheme::Basic,
            per_message: false,
            http_basic: false,
            busy_style: Style::Busy,
            policy: None,
            guard: Guard {
                percent: 0,
                least: 0,
            },
            copy_as_add: false,
            used_numbers: 0,
        };
        let mut server = Server::new(On::Sqlite, setting);
        server.elsewhere(&Elsewhere {
            before: 1,
            add: Some("contacts".to_owned()),
            body: CARD.to_owned(),
            ..Elsewhere::default()
        });
        let mut replies = Vec::new();
        let mut token = None::<String>;
        for number in 1..=2 {
            server.tick();
            let story = root().join("conformance/sessions/a-map-kept-for-the-next-session");
            let text = fs::read_to_string(story.join(format!("0{number}.in.xml"))).unwrap();
            let text = text.replace("text/vcard", "text/x-vcard");
            let body = wire::with_credentials(&text, &[]);
            let reply = server.answer(body.as_bytes(), token.as_deref()).unwrap();
            let document = wire::read(&reply.body);
            token = wire::text(&document.events, anchorage::codec::Tag::RespUri)
                .and_then(wire::token)
                .map(str::to_owned);
            replies.push(String::from_utf8(reply.body.clone()).unwrap());
            server.set(&BTreeMap::from([("cdata".to_owned(), cdata.to_string())]));
        }
        let spelled = if cdata {
            "<Data><![CDATA[BEGIN:VCARD\r\nVERSION:2.1\r\nN:Arden;A&B<]]]]><![CDATA[>\r\n"
        } else {
            "<Data>BEGIN:VCARD\r\nVERSION:2.1\r\nN:Arden;A&amp;B&lt;]]&gt;\r\n"
        };
        assert!(replies[1].contains(spelled), "{}", replies[1]);
    }
}

fn rules() -> String {
    let mut table = "| rule | about | sets |\n|---|---|---|\n".to_owned();
    for rule in Rules::default().iter() {
        let set: Vec<_> = rule
            .set
            .iter()
            .map(|(flag, value)| format!("`{flag}` = {value}"))
            .collect();
        let set = if rule.stop {
            "nothing, and no later rule does".to_owned()
        } else {
            set.join(", ")
        };
        writeln!(table, "| `{}` | {} | {set} |", rule.name, rule.about).unwrap();
    }
    table
}

fn flags() -> String {
    let mut table = "| flag | a value is | usually | meaning |\n|---|---|---|---|\n".to_owned();
    for flag in all_flags() {
        writeln!(
            table,
            "| `{}` | {} | {} | {} |",
            flag.name,
            flag.kind,
            flag.default(),
            flag.meaning
        )
        .unwrap();
    }
    table
}

fn facts() -> String {
    let mut table = "| fact | is |\n|---|---|\n".to_owned();
    for (name, what) in FACTS {
        writeln!(table, "| `{name}` | {what} |").unwrap();
    }
    table
}

/// The words in backticks.
fn quoted(text: &str) -> BTreeSet<String> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// The names of all functions in `src` and `tests`.
fn functions() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![root().join("src"), root().join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let words = text.split("fn ").skip(1);
                let name = |word: &str| {
                    word.chars()
                        .take_while(|c| c.is_alphanumeric() || *c == '_')
                        .collect()
                };
                found.extend(words.map(name));
            }
        }
    }
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}
