//! Between bytes and trees, by the type of a body: what is stored, what a device is sent, what it sends.

use super::agenda::Told;
use super::{Form, Lens, agenda};
use crate::item::{Content, MediaType};
use crate::pim::model::{Component, Document, MAX_BYTES, Reading, Spelling, Version, read, write};
use crate::pim::{card, classify, memo, sif};

/// The canonical tree of what is stored, in whatever version that is; `None` when it is not understood.
pub(super) fn stored(content: &Content) -> Option<Component> {
    parsed(content, None).map(|(tree, _)| tree)
}

/// The canonical tree of what a device sent, and the version it was in.
pub(super) fn came(content: &Content, lens: &Lens) -> Option<(Component, Came)> {
    parsed(content, Some(lens))
}

/// What a tree came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Came {
    /// Content lines.
    Lines,
    /// SIF: a field that is not there is unknown to the device, not cleared.
    Fields,
    /// A plain text.
    Text,
}

/// Without a lens: what is stored.
fn parsed(content: &Content, lens: Option<&Lens>) -> Option<(Component, Came)> {
    let how = Reading {
        charset: lens.and_then(|lens| lens.charset),
    };
    if content.body.len() > MAX_BYTES {
        return None;
    }
    let media_type = classify(&content.body, &content.media_type);
    if media_type.as_str().starts_with("text/x-s4j-") && sif::is_too_long(&content.body) {
        return None;
    }
    match media_type.as_str() {
        "text/plain" => Some((memo::from_text(&content.body, how.charset), Came::Text)),
        "text/x-s4j-sifc" => Some((card::sif::read(&content.body), Came::Fields)),
        "text/x-s4j-sifn" => Some((memo::from_sif(&content.body), Came::Fields)),
        "text/x-vcalendar" | "text/calendar" | "text/x-s4j-sife" | "text/x-s4j-sift" => {
            let tree = match lens {
                Some(lens) => agenda::came(content, lens),
                None => agenda::stored(content),
            };
            Some((tree?, Came::Lines))
        }
        "text/x-vcard" | "text/vcard" | "text/x-vnote" => {
            let document = read(&content.body, how).ok()?;
            let version = document.version;
            let mut tree = subject(document)?;
            if let Some(lens) = lens {
                lens.undress(&mut tree);
            }
            let tree = match tree.name.as_str() {
                "VCARD" => card::from_card(tree, version),
                "VNOTE" => memo::from_note(&tree),
                _ => return None,
            };
            Some((tree, Came::Lines))
        }
        _ => None,
    }
}

/// The one object of a body; one that holds more, or anything beside it, is kept as it is.
pub(super) fn subject(mut document: Document) -> Option<Component> {
    let is_clean = document.root.properties.is_empty() && document.root.components.len() == 1;
    is_clean.then(|| document.root.components.pop()).flatten()
}

/// How a canonical tree is stored.
pub(super) fn store(mut tree: Component) -> Content {
    let lines = |media_type: &str, tree: Component, version: Version| Content {
        media_type: MediaType::new(media_type),
        body: lines(tree, &Spelling::of(version)),
    };
    match tree.name.as_str() {
        "VCARD" => {
            let version = crate::pim::model::Property::text_of("VERSION", Version::Card30.label());
            tree.properties.insert(0, version);
            lines("text/vcard", tree, Version::Card30)
        }
        "VNOTE" if is_plain(&tree) => Content {
            media_type: MediaType::new("text/plain"),
            body: memo::to_text(&tree).into_bytes(),
        },
        "VNOTE" => lines("text/x-vnote", memo::to_note(&tree), Version::Note11),
        _ => agenda::store(tree),
    }
}

/// Whether a note is no more than its text.
fn is_plain(note: &Component) -> bool {
    let is_text = |p: &crate::pim::model::Property| p.name == "BODY" && p.params.is_empty();
    note.properties.len() < 2 && note.properties.iter().all(is_text) && note.components.is_empty()
}

/// What a device is sent of a tree that it can hold; `None` where its form has nothing for it.
pub(super) fn told(tree: Component, lens: &Lens) -> Option<Told> {
    if tree.name == "VCALENDAR" && lens.form != Form::AsStored {
        return agenda::told(tree, lens);
    }
    let content = sent(tree, lens)?;
    Some(Told {
        content,
        approximated: Vec::new(),
    })
}

/// The same without what is said of it.
pub(super) fn sent(tree: Component, lens: &Lens) -> Option<Content> {
    let spelled = |media_type: &str, mut tree: Component, version: Version| {
        lens.dress(&mut tree, version);
        Some(Content {
            media_type: MediaType::new(media_type),
            body: lines(tree, &lens.spelling(version)),
        })
    };
    let bytes = |media_type: &str, body: Vec<u8>| {
        Some(Content {
            media_type: MediaType::new(media_type),
            body,
        })
    };
    match (tree.name.as_str(), lens.form) {
        (_, Form::AsStored) => Some(store(tree)),
        ("VCALENDAR", Form::Lines(_) | Form::Sif | Form::Text) => {
            agenda::told(tree, lens).map(|told| told.content)
        }
        ("VCARD", Form::Lines(Version::Card21)) => spelled(
            "text/x-vcard",
            card::to_card(tree, Version::Card21),
            Version::Card21,
        ),
        ("VCARD", Form::Lines(Version::Card40)) => spelled(
            "text/vcard",
            card::to_card(tree, Version::Card40),
            Version::Card40,
        ),
        ("VCARD", Form::Lines(_) | Form::Text) => spelled(
            "text/vcard",
            card::to_card(tree, Version::Card30),
            Version::Card30,
        ),
        ("VCARD", Form::Sif) => bytes(
            "text/x-s4j-sifc",
            card::sif::write(&tree, !lens.contact.no_empties),
        ),
        ("VNOTE", Form::Sif) => bytes("text/x-s4j-sifn", memo::to_sif(&tree)),
        ("VNOTE", Form::Lines(Version::Note11)) => {
            spelled("text/x-vnote", memo::to_note(&tree), Version::Note11)
        }
        ("VNOTE", Form::Lines(_) | Form::Text) => bytes("text/plain", text(&tree, lens)),
        (_, Form::Lines(_) | Form::Sif | Form::Text) => None,
    }
}

fn text(tree: &Component, lens: &Lens) -> Vec<u8> {
    let text = memo::to_text(tree);
    match lens.charset {
        Some(charset) => charset.encode(&text).0.into_owned(),
        None => text.into_bytes(),
    }
}

fn lines(tree: Component, how: &Spelling) -> Vec<u8> {
    let document = Document {
        version: how.version,
        root: Component {
            components: vec![tree],
            ..Component::default()
        },
    };
    write(&document, how)
}
