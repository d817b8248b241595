//! Where the items come from: the project's own samples, chance, and the recordings of devices.

use std::fs;
use std::path::{Path, PathBuf};

use super::{entries, people};
use crate::item::{Content, MediaType};
use crate::pim::classify;

/// A body with the type that it says it has.
pub fn content(body: &[u8]) -> Content {
    Content {
        media_type: classify(body, &MediaType::new("text/plain")),
        body: body.to_vec(),
    }
}

/// Where the project lies.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every item there is.
pub fn all() -> Vec<Content> {
    let mut all = samples();
    all.extend(people::contacts(320));
    all.extend(people::notes(40));
    all.extend(entries::events(120));
    all.extend(entries::tasks(40));
    all.extend(recorded());
    all
}

/// The bodies that lie in the project.
pub fn samples() -> Vec<Content> {
    let mut paths: Vec<_> = fs::read_dir(root().join("conformance/pim/bodies"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    assert!(paths.len() >= 20, "the bodies are there");
    paths
        .iter()
        .map(|path| content(&fs::read(path).unwrap()))
        .collect()
}

/// Chance that is the same every time (xorshift64*).
pub struct Dice(u64);

impl Dice {
    pub fn new() -> Self {
        Self(0x9e37_79b9_7f4a_7c15)
    }

    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33).unwrap() % end
    }

    pub fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

/// The bodies in recordings of devices (`ANCHORAGE_CAPTURES`, or beside the project), as far as their markup lets them
/// be cut out.
fn recorded() -> Vec<Content> {
    let folder = std::env::var_os("ANCHORAGE_CAPTURES")
        .map_or_else(|| root().join("../shared/captures"), PathBuf::from);
    let mut found = Vec::new();
    if folder.is_dir() {
        collect(&folder, &mut found);
        assert!(
            found.len() >= 20,
            "bodies are found in {}",
            folder.display()
        );
    } else {
        eprintln!(
            "there are no recordings in {}: none of their bodies take part",
            folder.display()
        );
    }
    found
}

fn collect(folder: &Path, found: &mut Vec<Content>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    let mut paths: Vec<_> = entries.flatten().map(|e| e.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, found);
            continue;
        }
        let bytes = fs::read(&path).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        for (begin, end) in BODIES {
            for piece in text.split(begin).skip(1) {
                if let Some((body, _)) = piece.split_once(end) {
                    found.push(content(format!("{begin}{body}{end}\r\n").as_bytes()));
                }
            }
        }
    }
}

const BODIES: [(&str, &str); 7] = [
    ("BEGIN:VCARD", "END:VCARD"),
    ("BEGIN:VCALENDAR", "END:VCALENDAR"),
    ("BEGIN:VNOTE", "END:VNOTE"),
    ("<contact>", "</contact>"),
    ("<appointment>", "</appointment>"),
    ("<task>", "</task>"),
    ("<note>", "</note>"),
];
