//! Holds `conformance/README.md` to its word: an id stands in the table once, a row that claims something
//! names its tests, every test named exists, and no requirement of the specification sheets is missing.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The statuses a row may have, and whether such a row must name a test.
const STATUSES: [(&str, bool); 5] = [
    ("held", true),
    ("partly", true),
    (WITH_REASON, false),
    ("not yet", false),
    ("not for a server", false),
];

/// The status of a row that gives a reason instead of a test.
const WITH_REASON: &str = "reason";
/// A reason is no shorter than this, in characters.
const SHORTEST_REASON: usize = 40;

/// One requirement of the table.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    line: usize,
    id: String,
    meaning: String,
    status: String,
    tests: Vec<String>,
}

#[test]
fn the_table_is_honest() {
    let table = fs::read_to_string(root().join("conformance/README.md")).unwrap();
    let (rows, complaints) = read(&table);
    assert!(rows.len() > 200, "only {} rows were found", rows.len());
    let complaints = [complaints, judge(&rows, &functions().unwrap())].concat();
    assert!(
        complaints.is_empty(),
        "conformance/README.md\n{}",
        complaints.join("\n")
    );
}

#[test]
fn every_requirement_is_in_the_table() {
    let sheets = root().join("../shared/spec");
    if !sheets.exists() {
        eprintln!("the specification sheets are not here: nothing to compare the table with");
        return;
    }
    let table = fs::read_to_string(root().join("conformance/README.md")).unwrap();
    let listed = read(&table)
        .0
        .into_iter()
        .map(|row| row.id)
        .collect::<BTreeSet<_>>();
    let wanted = wanted(&sheets).unwrap();
    let missing = wanted.difference(&listed).collect::<Vec<_>>();
    let invented = listed.difference(&wanted).collect::<Vec<_>>();
    assert!(
        missing.is_empty() && invented.is_empty(),
        "missing: {missing:?}\nnot in the sheets: {invented:?}"
    );
}

/// REQ-CONFORM-1: who reads the test finds the requirement, and who changes it sees what he breaks.
#[test]
fn a_row_that_is_held_is_named_by_one_of_its_tests() {
    let table = fs::read_to_string(root().join("conformance/README.md")).unwrap();
    let notes = notes().unwrap();
    let (rows, _) = read(&table);
    let held = rows.iter().filter(|row| row.status == "held");
    let silent: Vec<_> = held
        .filter(|row| !is_named(&row.id, &row.tests, &notes))
        .map(|row| row.id.as_str())
        .collect();
    assert!(silent.is_empty(), "no test of the row names {silent:?}");
}

#[test]
fn a_longer_number_is_another_requirement() {
    let notes = vec![("a_test".to_owned(), "/// REQ-REP-10, ANC-07.".to_owned())];
    let tests = ["a_test".to_owned()];
    assert!(is_named("REQ-REP-10", &tests, &notes) && is_named("ANC-07", &tests, &notes));
    assert!(!is_named("REQ-REP-1", &tests, &notes));
    assert!(!is_named("REQ-REP-10", &["another".to_owned()], &notes));
}

/// Whether the note of one of these tests names the requirement.
fn is_named(id: &str, tests: &[String], notes: &[(String, String)]) -> bool {
    notes
        .iter()
        .filter(|(test, _)| tests.contains(test))
        .flat_map(|(_, note)| note.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')))
        .any(|word| word == id)
}

/// The names of all functions, with what is noted above each.
fn notes() -> io::Result<Vec<(String, String)>> {
    let mut all = Vec::new();
    for folder in ["src", "tests"] {
        for file in files(&root().join(folder), "rs")? {
            let text = fs::read_to_string(file)?;
            let mut note = String::new();
            for line in text.lines().map(str::trim) {
                if line.starts_with("///") {
                    note = note + line + "\n";
                } else if let Some((_, rest)) = line.split_once("fn ") {
                    let name = rest.split(|c: char| !(c.is_alphanumeric() || c == '_'));
                    let name = name.take(1).collect::<String>();
                    all.push((name, std::mem::take(&mut note)));
                } else if !line.starts_with("#[") {
                    note.clear();
                }
            }
        }
    }
    Ok(all)
}

#[test]
fn a_row_is_read_with_its_tests() {
    let (rows, complaints) = read("text\n| `REQ-REP-1` | It is. | held | `a_test`, `another` |\n");
    let tests = vec!["a_test".to_owned(), "another".to_owned()];
    assert_eq!(
        rows,
        [Row {
            line: 2,
            id: "REQ-REP-1".into(),
            meaning: "It is.".into(),
            status: "held".into(),
            tests
        }]
    );
    assert!(complaints.is_empty());
}

#[test]
fn a_table_that_lies_is_found_out() {
    let lies = [
        ("| `REQ-REP-1` | It is. | held | - |", "names no test"),
        ("| `REQ-REP-1` | It is. | partly | - |", "names no test"),
        (
            "| `REQ-REP-1` | It is. | held | `a_test_nobody_wrote` |",
            "there is no test",
        ),
        (
            "| `REQ-REP-1` | It is. | not yet | `a_test_nobody_wrote` |",
            "there is no test",
        ),
        (
            "| `REQ-REP-1` | It is. | finished | `a_test` |",
            "no such status",
        ),
        ("| `REQ-REP-1` | It is. | reason | - |", "gives no reason"),
        (
            "| `REQ-REP-1` | It is. Reason: because. | reason | - |",
            "gives no reason",
        ),
        ("| `REQ-REP-1` | | not yet | - |", "says nothing"),
        ("| `REQ-REP-1` | It is. | not yet |", "four columns"),
        ("| `REQ-REP-1` | It is. | held | a_test |", "backticks"),
        ("| `REQ-REP-1` | It is. | held | |", "backticks"),
        ("| REQ-REP-1 | It is. | not yet | - |", "backticks"),
        (
            "| `REQ-REP-1` | It is. | not yet | - |\n| `REQ-REP-1` | It is. | not yet | - |",
            "twice",
        ),
    ];
    for (table, why) in lies {
        let (rows, complaints) = read(table);
        let complaints = [
            complaints,
            judge(&rows, &BTreeSet::from(["a_test".to_owned()])),
        ]
        .concat();
        assert!(
            complaints.iter().any(|complaint| complaint.contains(why)),
            "{table}: {complaints:?}"
        );
    }
}

/// Reads the rows of all tables, and what is not well-formed in them.
fn read(page: &str) -> (Vec<Row>, Vec<String>) {
    let (mut rows, mut complaints) = (Vec::new(), Vec::new());
    for (line, text) in (1..).zip(page.lines()) {
        let is_row = ["REQ-", "SCTS-", "ANC-"]
            .iter()
            .any(|area| text.trim_start_matches(['|', ' ', '`']).starts_with(area));
        if is_row && text.starts_with('|') {
            match row(line, text) {
                Ok(row) => rows.push(row),
                Err(why) => complaints.push(format!("line {line}: {why}")),
            }
        }
    }
    (rows, complaints)
}

/// Reads one row.
fn row(line: usize, text: &str) -> Result<Row, &'static str> {
    let cells = text
        .trim_matches('|')
        .split('|')
        .map(str::trim)
        .collect::<Vec<_>>();
    let [id, meaning, status, tests] = cells.as_slice() else {
        return Err("a row has four columns: id, requirement, status, test");
    };
    if meaning.is_empty() {
        return Err("the requirement says nothing");
    }
    let id = quoted(id).ok_or("the id stands in backticks")?;
    let tests = match *tests {
        "-" => Some(Vec::new()),
        names => names.split(',').map(|name| quoted(name.trim())).collect(),
    };
    let tests = tests.ok_or("the tests stand in backticks, or there is a `-`")?;
    Ok(Row {
        line,
        id,
        meaning: (*meaning).to_owned(),
        status: (*status).to_owned(),
        tests,
    })
}

/// The text between backticks.
fn quoted(text: &str) -> Option<String> {
    let name = text.strip_prefix('`')?.strip_suffix('`')?;
    (!name.is_empty()).then(|| name.to_owned())
}

/// What the rows claim without right.
fn judge(rows: &[Row], functions: &BTreeSet<String>) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut seen = BTreeSet::new();
    for row in rows {
        let mut complain =
            |why: String| complaints.push(format!("line {}: {} {why}", row.line, row.id));
        if !seen.insert(&row.id) {
            complain("stands there twice".to_owned());
        }
        match STATUSES.iter().find(|(status, _)| *status == row.status) {
            None => complain(format!("is {:?}: no such status", row.status)),
            Some((status, true)) if row.tests.is_empty() => {
                complain(format!("is {status:?} and names no test"));
            }
            Some(_) => {}
        }
        let reason = row
            .meaning
            .split_once("Reason: ")
            .map_or("", |(_, why)| why);
        if row.status == WITH_REASON && reason.chars().count() < SHORTEST_REASON {
            complain("gives no reason".to_owned());
        }
        for test in row.tests.iter().filter(|test| !functions.contains(*test)) {
            complain(format!("names {test}: there is no test of that name"));
        }
    }
    complaints
}

/// The names of all functions in `src/` and `tests/`.
fn functions() -> io::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for file in [
        files(&root().join("src"), "rs")?,
        files(&root().join("tests"), "rs")?,
    ]
    .concat()
    {
        let text = fs::read_to_string(file)?;
        for line in text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
        {
            let after = line.split("fn ").skip(1);
            names.extend(after.map(|rest| {
                rest.chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect()
            }));
        }
    }
    Ok(names)
}

/// The ids that the specification sheets give: requirements, cases of the test suite, scenarios.
fn wanted(sheets: &Path) -> io::Result<BTreeSet<String>> {
    let mut ids = BTreeSet::new();
    for file in files(sheets, "md")? {
        let text = fs::read_to_string(&file)?;
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
        ids.extend(words.filter(|word| is_id(word)).map(str::to_owned));
        let cases = text
            .lines()
            .filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
        let cases =
            cases.filter(|case| case.len() == 4 && case.bytes().all(|byte| byte.is_ascii_digit()));
        ids.extend(cases.map(|case| format!("SCTS-{case}")));
    }
    Ok(ids)
}

/// Whether a word is `REQ-AREA-7` or `ANC-07`.
fn is_id(word: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match word.split('-').collect::<Vec<_>>().as_slice() {
        ["REQ", area, digits] => !area.is_empty() && number(digits),
        ["ANC", digits] => number(digits),
        _ => false,
    }
}

/// Every file with this ending below a folder.
fn files(folder: &Path, ending: &str) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path, ending)?);
        } else if path
            .extension()
            .is_some_and(|extension| extension == ending)
        {
            found.push(path);
        }
    }
    Ok(found)
}

/// The checkout.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
