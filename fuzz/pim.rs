//! What the fuzz targets of `pim` check: whatever the bytes are, they are read within bounds, written again and read
//! the same, and taken through lenses of every form.

use anchorage::item::{Content, MediaType};
use anchorage::pim::lens::caps::{Capability, Caps};
use anchorage::pim::lens::{Applied, Form, Lens};
use anchorage::pim::model::{Reading, Spelling, Version, read, write};
use anchorage::pim::takes::{Absent, Taken, Takes};
use anchorage::pim::{self, Likeness, digest, likeness};

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

/// Any bytes as an item of a device that takes one type and holds little of it, which the first two bytes choose: what it
/// was shown changes nothing when it comes back, and whatever else comes is done within bounds.
pub fn weak(data: &[u8]) {
    let Some(([first, second], rest)) = data.split_first_chunk() else {
        return;
    };
    let (first, second) = (usize::from(*first), usize::from(*second));
    let Some((media_type, version)) = TYPES.get(first % TYPES.len()) else {
        return;
    };
    let names = NAMES.iter().enumerate();
    let held = names.filter(|(at, _)| (first ^ second) >> (at % 8) & 1 == 1);
    let properties = held.map(|(at, name)| Capability {
        max_size: (second % 3 == 0).then_some(at * 4 + 1),
        max_occur: (second % 5 == 0).then_some(1),
        no_truncate: second % 2 == 0,
        ..Capability::named(name)
    });
    let lens = Lens {
        caps: Some(Caps {
            properties: properties.collect(),
        }),
        ..Lens::of(Form::AsStored)
    };
    let device = Takes::new(vec![Taken::new(MediaType::new(media_type), version, lens)]);
    let item = content(rest, media_type);
    let shown = device.shows(&item).into_owned();
    // SIF has all its fields, empty ones, too.
    assert!(shown.body.len() <= 16 * (rest.len() + 1024), "bounded");
    if let Some(whole) = device.made_whole(&shown, &item, true) {
        assert_eq!(whole, item, "an echo changes nothing");
    }
    let known = content(BASE, "text/vcard");
    for (sent, now) in [(&known, &item), (&item, &known)] {
        for had in [true, false] {
            let whole = device.made_whole(sent, now, had);
            assert!(
                whole.is_none_or(|whole| whole.body.len() <= 32 * (rest.len() + 1024)),
                "bounded"
            );
        }
        let _ = device.merged(Some(&known), now, sent, Absent::Cleared);
        let _ = device.merged(None, now, sent, Absent::Unknown);
    }
}

const TYPES: [(&str, &str); 7] = [
    ("text/x-vcard", "2.1"),
    ("text/vcard", "3.0"),
    ("text/vcard", "4.0"),
    ("text/x-s4j-sifc", ""),
    ("text/x-vnote", "1.1"),
    ("text/x-vcalendar", "1.0"),
    ("text/calendar", "2.0"),
];

const NAMES: [&str; 12] = [
    "N", "FN", "TEL", "EMAIL", "ADR", "NOTE", "ORG", "PHOTO", "SUMMARY", "DTSTART", "RRULE", "BODY",
];

/// Any bytes as two items: they are as alike one way round as the other, and each is itself.
pub fn twins(data: &[u8]) {
    let (one, other) = data.split_at(data.len() / 2);
    for declared in DECLARED {
        let (one, other) = (content(one, declared), content(other, declared));
        assert_eq!(
            likeness(&one, &other),
            likeness(&other, &one),
            "{one:?}\n{other:?}"
        );
        for item in [&one, &other] {
            assert_ne!(likeness(item, item), Likeness::Other, "{item:?}");
        }
    }
    let known = content(BASE, "text/vcard");
    let item = content(data, "text/vcard");
    assert_eq!(likeness(&item, &known), likeness(&known, &item), "{item:?}");
}
