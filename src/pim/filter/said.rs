//! What an item says under a name, and how two texts compare.

use std::cmp::Ordering;

use crate::ids::Millis;
use crate::item::Content;
use crate::pim::decode::{self, Char};
use crate::pim::facts::is_subject;
use crate::pim::line::{Coding, Line};
use crate::pim::walk::{Step, Walk};
use crate::pim::{Form, mail, note, sif, time};

/// Everything an item says under this name, which is in upper case: the values of all properties of that name in the
/// component it is about. A value made of parts is there as a whole and in its parts; bytes in base64 say nothing.
pub(super) fn values(content: &Content, name: &str) -> Vec<String> {
    let name = if matches!(name, "GROUP" | "CATEGORY") {
        "CATEGORIES"
    } else {
        name
    };
    match Form::of(&content.media_type) {
        Form::Object => properties(&content.body, name),
        Form::Sif(_) | Form::Omads(_) => fields(&content.body, name),
        Form::Mail => {
            let [value] = mail::fields(&content.body, [name]);
            vec![value]
        }
        Form::Text => {
            let text = note::text(&content.body);
            match name {
                "SUMMARY" => vec![note::first_line(&text).to_owned()],
                "BODY" | "DESCRIPTION" | "NOTE" => vec![text.into_owned()],
                _ => Vec::new(),
            }
        }
        Form::Bytes if content.media_type.as_str().ends_with("xml") => fields(&content.body, name),
        Form::Bytes => Vec::new(),
    }
}

/// Whether nobody has looked at it: an e-mail that does not say that it was read.
pub(super) fn is_unseen(content: &Content) -> bool {
    !values(content, "READ")
        .iter()
        .any(|read| matches!(read.trim(), "true" | "1"))
}

/// Whether two texts are the same, or the same instant. Numbers are texts here: of two telephone numbers a nought in
/// front makes two.
pub(super) fn equal(said: &str, wanted: &str) -> bool {
    said == wanted || instants(said, wanted).is_some_and(|(said, wanted)| said == wanted)
}

/// Two texts: as instants where both are, as numbers where both are, else by their characters.
pub(super) fn compare(said: &str, wanted: &str) -> Ordering {
    let number = |text: &str| text.parse::<i64>().ok();
    if let Some((said, wanted)) = instants(said, wanted) {
        return said.cmp(&wanted);
    }
    if let (Some(said), Some(wanted)) = (number(said), number(wanted)) {
        return said.cmp(&wanted);
    }
    said.cmp(wanted)
}

fn instants(said: &str, wanted: &str) -> Option<(Millis, Millis)> {
    let instant = |text: &str| time::instant(text).filter(|_| text.len() >= DATE_BYTES);
    Some((instant(said)?, instant(wanted)?))
}

fn properties(body: &[u8], name: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut depth = None;
    let mut walk = Walk::new(body);
    while let Some(step) = walk.next() {
        match step {
            Step::Begin(component) if depth.is_none() && is_subject(component) => {
                depth = Some(walk.open().len());
            }
            Step::Property(line) if depth == Some(walk.open().len()) && line.is(name) => {
                take(&line, name, &mut found);
            }
            Step::End(_) if depth.is_some_and(|depth| walk.open().len() < depth) => break,
            Step::Begin(_) | Step::Property(_) | Step::End(_) => {}
        }
    }
    found
}

/// Puts what a property says with the rest.
fn take(line: &Line<'_>, name: &str, found: &mut Vec<String>) {
    if line.coding() == Coding::Base64 {
        return;
    }
    let text = decode::text(line);
    let is_made_of_parts = PARTS.contains(&name);
    let (mut whole, mut parts) = (String::new(), vec![String::new()]);
    for c in decode::unescaped(&text, line.dialect) {
        let (Char::Plain(c) | Char::Escaped(c)) = c;
        whole.push(c);
        let separates = |c: char| c == ';' || c == ',';
        match (c, parts.last_mut()) {
            (c, Some(part)) if !(is_made_of_parts && separates(c)) => part.push(c),
            (_, _) => parts.push(String::new()),
        }
    }
    found.push(whole);
    if parts.len() > 1 {
        found.extend(parts);
    }
}

/// The fields of that name in a flat XML document.
fn fields(body: &[u8], name: &str) -> Vec<String> {
    let xml = decode::unlabelled(body);
    let mut found = Vec::new();
    for (_, value) in sif::fields(&xml).filter(|(field, _)| field.eq_ignore_ascii_case(name)) {
        if PARTS.contains(&name) {
            found.extend(value.split([';', ',']).map(|part| part.trim().to_owned()));
        }
        found.push(value.into_owned());
    }
    found
}

/// Properties whose value is made of parts.
const PARTS: [&str; 6] = ["N", "ADR", "ORG", "CATEGORIES", "NICKNAME", "RESOURCES"];

/// The shortest spelling of a day.
const DATE_BYTES: usize = 8;
