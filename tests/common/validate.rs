//! Is what the server sent valid? The DTD of the message's own version says (`dtd/README.md`), asked
//! through `xmllint`; what a DTD cannot say, the namespace of every element, is checked here.
//!
//! A test takes this file in by its path:
//!
//! ```text
//! #[path = "common/validate.rs"]
//! mod validate;
//! ```

use std::fs;
use std::process::Command;

use quick_xml::NsReader;
use quick_xml::events::Event;
use quick_xml::name::{Namespace, ResolveResult};

// Each test takes a part of this file; here all of it is in use.
const _: fn(&[u8]) = assert_valid;
const _: fn(Validator) = Validator::assert_all_valid;

/// Asserts that one message (or one `DevInf` document) in XML is valid. Starts a process; a test that sees
/// many messages collects them in a [`Validator`] instead.
#[track_caller]
pub fn assert_valid(xml: &[u8]) {
    let mut validator = Validator::default();
    validator.add("the message", xml);
    validator.assert_all_valid();
}

/// Collects documents and judges them all at the end, with one process for each DTD.
#[derive(Debug, Default)]
pub struct Validator {
    documents: Vec<Document>,
    complaints: Vec<String>,
}

#[derive(Debug)]
struct Document {
    name: String,
    dtd: String,
    xml: String,
}

impl Validator {
    /// Takes a document in. `name` stands in the complaint about it: the test and the number of the message.
    pub fn add(&mut self, name: &str, xml: &[u8]) {
        match look(xml) {
            Ok(seen) => {
                self.complaints.extend(
                    seen.complaints
                        .iter()
                        .map(|complaint| format!("{name}: {complaint}")),
                );
                self.documents.push(Document {
                    name: name.to_owned(),
                    dtd: seen.dtd,
                    xml: seen.xml,
                });
            }
            Err(why) => self.complaints.push(format!("{name}: {why}")),
        }
    }

    /// Asserts that there were documents, and that every one of them was valid.
    #[track_caller]
    pub fn assert_all_valid(self) {
        let taken = self.documents.len() + self.complaints.len();
        assert!(taken > 0, "no document was given to the validator");
        let complaints = self.complaints();
        assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    }

    /// What is wrong with the documents, a line or more for each bad one; empty when all are valid.
    pub fn complaints(mut self) -> Vec<String> {
        self.documents.sort_by(|a, b| a.dtd.cmp(&b.dtd));
        for group in self.documents.chunk_by(|a, b| a.dtd == b.dtd) {
            // A command line has an end: a thousand file names a process.
            for batch in group.chunks(1000) {
                if let Err(why) = judge(batch) {
                    self.complaints.push(why);
                }
            }
        }
        self.complaints
    }
}

/// Runs `xmllint` over documents of one DTD.
fn judge(documents: &[Document]) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    let mut command = Command::new("xmllint");
    command
        .args(["--noout", "--nonet", "--dtdvalid"])
        .args(documents.first().map(|document| &document.dtd));
    command.current_dir(folder.path());
    for (number, document) in documents.iter().enumerate() {
        let file = format!("{number}.xml");
        fs::write(folder.path().join(&file), &document.xml)
            .map_err(|error| format!("{file}: {error}"))?;
        command.arg(file);
    }
    let output = command
        .output()
        .map_err(|error| format!("xmllint (of libxml2) is needed and does not run: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let lines = String::from_utf8_lossy(&output.stderr)
        .lines()
        .map(|line| named(line, documents))
        .collect::<Vec<_>>();
    Err(lines.join("\n"))
}

/// A line of `xmllint` with the document's name in place of the file's.
fn named(line: &str, documents: &[Document]) -> String {
    let name = line.split_once(".xml:").and_then(|(number, rest)| {
        let document = documents.get(number.parse::<usize>().ok()?)?;
        Some(format!("{}, line {rest}", document.name))
    });
    name.unwrap_or_else(|| line.to_owned())
}

/// What one look at a document finds.
struct Seen {
    dtd: String,
    xml: String,
    complaints: Vec<String>,
}

/// Finds the DTD by root and `VerDTD`, and every element outside of its namespace.
fn look(xml: &[u8]) -> Result<Seen, String> {
    let text = str::from_utf8(xml).map_err(|error| format!("not UTF-8: {error}"))?;
    let mut reader = NsReader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<Open> = Vec::new();
    let (mut root, mut version, mut complaints) = (None, None, Vec::new());
    loop {
        match reader
            .read_resolved_event()
            .map_err(|error| format!("not well-formed: {error}"))?
        {
            (space, Event::Start(start)) => {
                let name = start.name().0.to_owned();
                let found = match space {
                    ResolveResult::Bound(Namespace(space)) => space.to_owned(),
                    ResolveResult::Unbound | ResolveResult::Unknown(_) => String::new(),
                };
                let root_space = &*root.get_or_insert_with(|| (name.clone(), found.clone())).1;
                let expected = expected_space(&name, open.last(), root_space);
                if found != expected {
                    complaints.push(format!(
                        "{name} is in the namespace {found:?}, not in {expected:?}"
                    ));
                }
                open.push(Open {
                    name,
                    space: expected,
                });
            }
            (_, Event::Text(text))
                if open.last().is_some_and(|element| element.name == "VerDTD") =>
            {
                version.get_or_insert_with(|| text.trim().to_owned());
            }
            (_, Event::End(_)) => drop(open.pop()),
            (_, Event::Eof) => break,
            _ => {}
        }
    }
    let version = version.ok_or("it has no VerDTD")?;
    let kind = match root.as_ref().map(|(name, _)| name.as_str()) {
        Some("SyncML") => "syncml",
        Some("DevInf") => "devinf",
        other => return Err(format!("its root is {other:?}, neither SyncML nor DevInf")),
    };
    let dtd = format!("{}/dtd/{kind}-{version}.dtd", env!("CARGO_MANIFEST_DIR"));
    if !fs::exists(&dtd).unwrap_or(false) {
        return Err(format!("there is no DTD for version {version:?}"));
    }
    Ok(Seen {
        dtd,
        xml: text.to_owned(),
        complaints,
    })
}

/// An element whose end is still to come.
struct Open {
    name: String,
    space: String,
}

/// The namespace an element belongs to where it stands.
fn expected_space(name: &str, parent: Option<&Open>, root: &str) -> String {
    let inside = |space: &str| parent.is_some_and(|parent| parent.space == space);
    if name == "DevInf" || inside("syncml:devinf") {
        "syncml:devinf".to_owned()
    } else if name == "Anchor"
        || parent.is_some_and(|parent| parent.name == "Meta")
        || inside("syncml:metinf")
    {
        "syncml:metinf".to_owned()
    } else {
        root.to_owned()
    }
}
