//! The fuzz targets' bodies, run on some thousand mutations of the corpus. The mutations are the same
//! at every run; a document that once broke something becomes a named test elsewhere.

#![expect(
    clippy::indexing_slicing,
    reason = "the mutations keep within the bytes"
)]

use std::fs;
use std::path::Path;

#[path = "../fuzz/bodies.rs"]
mod bodies;

/// Mutations of each document for each body.
const ROUNDS: u64 = 120;

#[test]
fn no_mutation_of_a_known_document_breaks_a_fuzz_target() {
    let folders = ["conformance/wbxml", "conformance/pim/bodies"];
    let mut paths: Vec<_> = folders
        .iter()
        .flat_map(|folder| {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
            fs::read_dir(folder).unwrap()
        })
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let corpus: Vec<Vec<u8>> = paths.iter().map(|path| fs::read(path).unwrap()).collect();
    assert!(corpus.len() >= 24, "the corpus is there");
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for (name, body) in bodies::ALL {
        for (path, document) in paths.iter().zip(&corpus) {
            body(document);
            for round in 0..ROUNDS {
                let other = &corpus[dice.below(corpus.len())];
                let mutant = dice.mutate(document, other);
                let outcome = std::panic::catch_unwind(|| body(&mutant));
                assert!(
                    outcome.is_ok(),
                    "{name} breaks on {}, round {round}: {mutant:02x?}",
                    path.display()
                );
            }
        }
    }
}

/// Chance that is the same every time (xorshift64*).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.roll() >> 16).map_or(0, |roll| roll % end.max(1))
    }

    fn byte(&mut self) -> u8 {
        self.roll().to_be_bytes()[0]
    }

    /// One to four changes, as a careless or hostile sender would make them.
    fn mutate(&mut self, document: &[u8], other: &[u8]) -> Vec<u8> {
        let mut bytes = document.to_vec();
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len());
            let end = at + self.below((bytes.len() - at).min(64));
            match self.below(8) {
                0 => bytes[at..]
                    .iter_mut()
                    .take(1)
                    .for_each(|byte| *byte ^= 1 << (at % 8)),
                1 => bytes[at..]
                    .iter_mut()
                    .take(1)
                    .for_each(|byte| *byte = at.to_le_bytes()[0]),
                2 => drop(bytes.drain(at..end)),
                3 => {
                    let again = bytes[at..end].to_vec();
                    bytes.splice(at..at, again);
                }
                4 => {
                    let piece = PIECES[self.below(PIECES.len())];
                    bytes.splice(at..at, piece.iter().copied());
                }
                5 => {
                    let from = self.below(other.len());
                    let piece = &other[from..(from + self.below(64)).min(other.len())];
                    bytes.splice(at..end, piece.iter().copied());
                }
                6 => bytes.insert(at, self.byte()),
                _ => bytes.truncate(at),
            }
            if bytes.is_empty() {
                bytes.push(self.byte());
            }
        }
        bytes
    }
}

/// What breaks readers.
const PIECES: &[&[u8]] = &[
    b"<![CDATA[",
    b"]]>",
    b"&#0;",
    b"&#xD800;",
    b"&amp;",
    b"&unknown;",
    b"<!DOCTYPE x [<!ENTITY y 'z'>]>",
    b"<Data>",
    b"</Data>",
    b"<Data><DevInf><VerDTD/></DevInf></Data>",
    b"<x:Type xmlns:x='syncml:metinf'/>",
    b" xmlns='syncml:devinf'",
    b"<?pi?>",
    b"<!-- -->",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\0",
    b"\xc3\xff\xff\xff\xff\x0f",
    b"\xc3\x04\x00\x01\xfe\xff",
    b"\x4f\xc3\x0b\x02\xa4\x03\x6a\x00\x4a\x49\x03d\x00\x01\x01",
    b"\x83\x00",
    b"\x84\x00\x05\x01",
    b"\x00\x01",
    b"\x00\x07",
    b"\x02\x81\x48",
    b"\x40a\x00",
    b"\x43\x05\x01",
    b"\x01\x01\x01",
];
