//! What the fuzz targets of `pim` check: whatever the bytes are, they are read within bounds, written again and read
//! the same, and taken through lenses of every form.

use anchorage::item::{Content, MediaType};
use anchorage::pim::lens::{Applied, Form, Lens};
use anchorage::pim::model::{Reading, Spelling, Version, read, write};
use anchorage::pim::{self, digest};

fn content(data: &[u8], declared: &str) -> Content {
    Content {
        media_type: pim::classify(data, &MediaType::new(declared)),
        body: data.to_vec(),
    }
}

/// Any bytes as content lines: written in any version, they stay within bounds, and once written are stable.
pub fn model(data: &[u8]) {
    let Ok(document) = read(data, Reading::default()) else {
        return;
    };
    for version in [
        Version::Card21,
        Version::Card30,
        Version::Card40,
        Version::Calendar20,
    ] {
        let once = write(&document, &Spelling::of(version));
        assert!(once.len() <= 16 * (data.len() + 64), "bounded");
    }
    let own = Spelling::of(document.version);
    let once = write(&document, &own);
    if let Ok(again) = read(&once, Reading::default()) {
        let twice = write(&again, &own);
        assert!(
            twice.len() <= 2 * once.len() + 64,
            "writing does not make it grow"
        );
    }
}

/// Any bytes as an item: the form a device may have renders it, and what comes back unchanged changes nothing. The first
/// byte chooses the form and the type that is declared.
pub fn lens(data: &[u8]) {
    let choice = usize::from(data.first().copied().unwrap_or_default()) + data.len();
    let declared = DECLARED
        .get(choice % DECLARED.len())
        .copied()
        .unwrap_or_default();
    let Some(form) = FORMS.get(choice / DECLARED.len() % FORMS.len()) else {
        return;
    };
    let lens = Lens::of(*form);
    let stored = lens.canonical(&content(data, declared));
    let sent = lens.render(&stored);
    let back = lens.apply_edits(Some(&stored), &stored, &sent);
    assert_eq!(
        back,
        Applied::Unchanged,
        "{form:?} of {:?}",
        digest(&stored)
    );
}

const DECLARED: [&str; 4] = [
    "text/x-vcard",
    "text/vcard",
    "text/x-s4j-sifc",
    "text/plain",
];

/// Any bytes as what a device sends back for a known contact.
pub fn edits(data: &[u8]) {
    let base = content(BASE, "text/vcard");
    let choice = data.len() % FORMS.len();
    if let Some(form) = FORMS.get(choice) {
        let lens = Lens::of(*form);
        match lens.apply_edits(Some(&base), &base, &content(data, "text/x-vcard")) {
            Applied::Unchanged | Applied::Conflict { .. } => {}
            Applied::Edited(one) | Applied::Merged(one) => {
                assert!(one.body.len() <= 32 * (data.len() + BASE.len()), "bounded");
            }
        }
    }
}

const FORMS: [Form; 5] = [
    Form::Lines(Version::Card21),
    Form::Lines(Version::Card30),
    Form::Lines(Version::Card40),
    Form::Sif,
    Form::Text,
];

const BASE: &[u8] = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Jane Doe\r\nN:Doe;Jane;;;\r\nTEL;TYPE=home:1\r\nTEL;TYPE=work:2\r\nADR;TYPE=home:;;Road;Town;;;\r\nNOTE:x\r\nEND:VCARD\r\n";
