//! The files, and what is expected of each.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// The layers.
const FOLDERS: [&str; 5] = ["command", "header", "http", "wbxml", "xml"];

/// What comes back.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The HTTP status.
    pub http: u16,
    /// Command and code of each Status.
    pub codes: Option<Vec<String>>,
    /// It goes into a session that is open.
    #[serde(default)]
    pub session: bool,
}

/// One file.
#[derive(Debug)]
pub struct Case {
    /// Folder and file.
    pub name: String,
    /// As it lies there.
    pub content: Vec<u8>,
    pub expected: Expected,
}

impl Case {
    /// The ending of its name: `xml`, `hex`, `http`.
    pub fn kind(&self) -> &str {
        self.name.rsplit_once('.').map_or("", |(_, ending)| ending)
    }
}

/// Every case, in the order of their names.
pub fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    for folder in FOLDERS {
        let path = root().join(folder);
        let toml = fs::read_to_string(path.join("expected.toml")).unwrap();
        let expected: BTreeMap<String, Expected> =
            toml::from_str(&toml).unwrap_or_else(|why| panic!("{folder}: {why}"));
        let listed: BTreeSet<String> = expected.keys().cloned().collect();
        let files = fs::read_dir(&path).unwrap().map(|entry| entry.unwrap());
        let mut files: BTreeSet<String> = files
            .map(|file| file.file_name().into_string().unwrap())
            .collect();
        files.remove("expected.toml");
        assert_eq!(files, listed, "{folder}: files, and what is said of them");
        for (file, expected) in expected {
            cases.push(Case {
                content: fs::read(path.join(&file)).unwrap(),
                name: format!("{folder}/{file}"),
                expected,
            });
        }
    }
    cases
}

/// A file beside the folders.
pub fn text(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/bad")
}

/// Writes out `{{TEXT*N}}`.
pub fn unfolded(content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len());
    let mut rest = content;
    while let Some(at) = find(rest, b"{{") {
        let end = at + find(&rest[at..], b"}}").unwrap();
        let inner = &rest[at + 2..end];
        let star = inner.iter().rposition(|byte| *byte == b'*').unwrap();
        let times: usize = std::str::from_utf8(&inner[star + 1..])
            .unwrap()
            .parse()
            .unwrap();
        out.extend_from_slice(&rest[..at]);
        let text = &inner[..star];
        for number in 0..times {
            match find(text, b"{n}") {
                None => out.extend_from_slice(text),
                Some(here) => {
                    out.extend_from_slice(&text[..here]);
                    out.extend_from_slice(number.to_string().as_bytes());
                    out.extend_from_slice(&text[here + 3..]);
                }
            }
        }
        rest = &rest[end + 2..];
    }
    out.extend_from_slice(rest);
    out
}

/// Puts a text in the place of a name.
pub fn filled(content: &[u8], name: &str, text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len());
    let mut rest = content;
    while let Some(at) = find(rest, name.as_bytes()) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(text);
        rest = &rest[at + name.len()..];
    }
    out.extend_from_slice(rest);
    out
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// Bytes from digits; blanks between them do not count.
pub fn from_hex(digits: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = digits
        .iter()
        .filter(|digit| !digit.is_ascii_whitespace())
        .map(|digit| u8::try_from(char::from(*digit).to_digit(16).unwrap()).unwrap())
        .collect();
    assert!(digits.len().is_multiple_of(2), "half a byte");
    digits
        .chunks_exact(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect()
}

/// ANC-25.
#[test]
fn the_corpus_of_bad_input_has_four_hundred_cases_and_none_twice() {
    let cases = all();
    assert!(cases.len() >= 400, "only {}", cases.len());
    let mut seen = BTreeMap::new();
    for case in &cases {
        let twin = seen.insert((case.content.clone(), case.expected.session), &case.name);
        assert_eq!(twin, None, "{} is the same", case.name);
    }
}

#[test]
fn a_repetition_is_written_out() {
    assert_eq!(unfolded(b"a{{b*3}}c{{ x{n}*2}}"), b"abbbc x0 x1");
    assert_eq!(from_hex(b"02 a4\n01"), [2, 0xa4, 1]);
}
