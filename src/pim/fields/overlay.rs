//! Changes of single fields: what a device sends of an item takes the place of what the item has of the same kind, and
//! everything else stays.
//!
//! A field is what has the same name and the same types (`TEL;HOME`), or a component within the item (`VALARM`). An
//! empty value clears it. The device may send the fields inside of an object or alone. What the item is kept in stays:
//! its type, its envelope, its spelling. Source: Meta Information 1.2.2, section 5.2.3 (`FieldLevel`).

use std::collections::{BTreeMap, BTreeSet};

use super::spell::respelled;
use super::view::{Place, Track, component, key};
use crate::item::Content;
use crate::pim::Form;
use crate::pim::decode;
use crate::pim::line::{Dialect, Line, Lines, version};

/// A field: its name, and its types in the order of the letters.
type Field = (String, Vec<String>);

/// What a device changed of one component.
#[derive(Debug, Default)]
struct Changed {
    fields: BTreeSet<Field>,
    /// The new lines, as the item spells its own.
    lines: Vec<u8>,
}

/// The item with the fields that were sent in the place of its own; `None` where they cannot be told apart: other types,
/// no fields at all, or an occurrence of a series that the item has none of.
#[must_use]
pub fn overlaid(sent: &Content, ours: &Content) -> Option<Content> {
    let body = match (Form::of(&sent.media_type), Form::of(&ours.media_type)) {
        (Form::Object, Form::Object) => object(sent, &ours.body)?,
        // A text is one field.
        (Form::Text, Form::Text) => sent.body.clone(),
        (
            Form::Object | Form::Text | Form::Sif(_) | Form::Omads(_) | Form::Mail | Form::Bytes,
            _,
        ) => return None,
    };
    Some(Content {
        media_type: ours.media_type.clone(),
        body,
    })
}

fn object(sent: &Content, ours: &[u8]) -> Option<Vec<u8>> {
    let mut changed = changed(&spelled(sent), Dialect::of(ours));
    if changed.values().all(|one| one.fields.is_empty()) {
        return None;
    }
    let mut out = Vec::with_capacity(ours.len() + sent.body.len());
    let mut track = Track::default();
    let mut open: Vec<(Place, Line<'_>)> = Vec::new();
    for (number, line) in Lines::new(ours).enumerate() {
        match track.place(number, &line) {
            Place::Elsewhere => out.extend_from_slice(line.source),
            place @ (Place::Subject | Place::Nested(_)) => open.push((place, line)),
            Place::SubjectEnd => {
                put(&mut out, &open, changed.remove(&key(&open)));
                open.clear();
                out.extend_from_slice(line.source);
            }
        }
    }
    if !open.is_empty() {
        // A body without its end.
        put(&mut out, &open, changed.remove(&key(&open)));
    }
    changed
        .values()
        .all(|one| one.fields.is_empty())
        .then_some(out)
}

/// What was sent, with a version where it has none of its own: what it is says its type.
fn spelled(sent: &Content) -> Vec<u8> {
    let said = match (version(&sent.body), sent.media_type.as_str()) {
        (None, "text/vcard" | "text/calendar") => &b"VERSION:2.0\r\n"[..],
        (None | Some(_), _) => b"",
    };
    [said, &sent.body].concat()
}

/// The fields that were sent, component by component; those that stand alone are of the component without a key.
fn changed(sent: &[u8], dialect: Dialect) -> BTreeMap<String, Changed> {
    let mut all = BTreeMap::new();
    let mut track = Track::default();
    let mut open: Vec<(Place, Line<'_>)> = Vec::new();
    let mut alone: Vec<(Place, Line<'_>)> = Vec::new();
    let mut is_inside = false;
    for (number, line) in Lines::new(sent).enumerate() {
        is_inside |= line.is("BEGIN");
        match track.place(number, &line) {
            Place::Elsewhere if is_inside => {}
            Place::Elsewhere => alone.push((Place::Subject, line)),
            place @ (Place::Subject | Place::Nested(_)) => open.push((place, line)),
            Place::SubjectEnd => {
                all.insert(key(&open), changed_of(&open, dialect));
                open.clear();
            }
        }
    }
    if !open.is_empty() {
        all.insert(key(&open), changed_of(&open, dialect));
    }
    if !is_inside {
        all.insert(key(&alone), changed_of(&alone, dialect));
    }
    all
}

fn changed_of(lines: &[(Place, Line<'_>)], dialect: Dialect) -> Changed {
    let mut changed = Changed::default();
    let mut nested = Nested::default();
    for (place, line) in lines {
        let Some(field) = field(*place, line, &mut nested) else {
            continue;
        };
        changed.fields.insert(field);
        let is_cleared =
            *place == Place::Subject && decode::text(line).chars().all(|c| c == ';' || c == ' ');
        if !is_cleared {
            changed.lines.extend(respelled(line, dialect));
        }
    }
    changed
}

/// Writes a component but for its last line: its own fields but for those that changed, and those behind them.
fn put(out: &mut Vec<u8>, lines: &[(Place, Line<'_>)], changed: Option<Changed>) {
    let changed = changed.unwrap_or_default();
    let mut nested = Nested::default();
    for (place, line) in lines {
        let field = field(*place, line, &mut nested);
        if field.is_none_or(|field| !changed.fields.contains(&field)) {
            out.extend_from_slice(line.source);
        }
    }
    if !changed.lines.is_empty() && !out.is_empty() && !out.ends_with(b"\n") {
        out.extend_from_slice(b"\r\n");
    }
    out.extend(changed.lines);
}

/// The component within the item that lines belong to: the number of its first line, and its name.
#[derive(Debug, Default)]
struct Nested(Option<(usize, String)>);

/// The field that a line is of; `None` for what makes an object one.
fn field(place: Place, line: &Line<'_>, nested: &mut Nested) -> Option<Field> {
    if let Place::Nested(first) = place {
        let known = nested.0.take().filter(|(number, _)| *number == first);
        let (number, name) = known.unwrap_or_else(|| (first, component(line)));
        nested.0 = Some((number, name.clone()));
        return Some((name, Vec::new()));
    }
    let is_frame = ["BEGIN", "END", "VERSION", "PRODID", "RECURRENCE-ID"]
        .iter()
        .any(|name| line.is(name));
    if is_frame || line.name().is_empty() {
        return None;
    }
    let name = String::from_utf8_lossy(line.name()).to_ascii_uppercase();
    Some((name, types(line)))
}

/// The types of a property in either dialect; which one is preferred makes no other field of it.
fn types(line: &Line<'_>) -> Vec<String> {
    let mut types = BTreeSet::new();
    for param in line.params() {
        let is_type = param.key.is_none() || param.is("TYPE");
        if is_type && param.coding().is_none() {
            let words = String::from_utf8_lossy(param.value).to_ascii_uppercase();
            types.extend(
                words
                    .split(',')
                    .map(|word| word.trim_matches(['"', ' ']).to_owned()),
            );
        }
    }
    types.remove("PREF");
    types.into_iter().filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pim::tests::content;

    const CARD: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Berg;Bob\r\nFN:Bob Berg\r\nTEL;TYPE=HOME,PREF:1\r\nTEL;TYPE=CELL:2\r\n\
        NOTE:tall\\, calm\r\nX-OWN:kept\r\nEND:VCARD\r\n";

    fn over(sent_type: &str, sent: &str, ours: &str) -> Option<String> {
        let done = overlaid(&content(sent_type, sent), &content("text/vcard", ours))?;
        assert_eq!(done.media_type.as_str(), "text/vcard");
        Some(String::from_utf8(done.body).unwrap())
    }

    /// REQ-META-6.
    #[test]
    fn fields_that_were_sent_take_the_place_of_ours_and_the_others_stay() {
        let rest = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Berg;Bob\r\nFN:Bob Berg\r\n";
        let rows = [
            // In an object, alone, and of the other version.
            (
                "text/vcard",
                "BEGIN:VCARD\r\nVERSION:3.0\r\nTEL;TYPE=HOME:9\r\nEND:VCARD\r\n",
                "TEL;TYPE=CELL:2\r\nNOTE:tall\\, calm\r\nX-OWN:kept\r\nTEL;TYPE=HOME:9\r\n",
            ),
            (
                "text/vcard",
                "TEL;TYPE=HOME:9\r\n",
                "TEL;TYPE=CELL:2\r\nNOTE:tall\\, calm\r\nX-OWN:kept\r\nTEL;TYPE=HOME:9\r\n",
            ),
            (
                "text/x-vcard",
                "NOTE;ENCODING=QUOTED-PRINTABLE:a=0D=0Ab\r\n",
                "TEL;TYPE=HOME,PREF:1\r\nTEL;TYPE=CELL:2\r\nX-OWN:kept\r\nNOTE:a\\nb\r\n",
            ),
            // Of a kind that there was none of.
            (
                "text/vcard",
                "TEL;TYPE=WORK:3\r\n",
                "TEL;TYPE=HOME,PREF:1\r\nTEL;TYPE=CELL:2\r\nNOTE:tall\\, calm\r\nX-OWN:kept\r\nTEL;TYPE=WORK:3\r\n",
            ),
            // Cleared.
            (
                "text/vcard",
                "NOTE:\r\nTEL;TYPE=cell:\r\n",
                "TEL;TYPE=HOME,PREF:1\r\nX-OWN:kept\r\n",
            ),
        ];
        for (sent_type, sent, expected) in rows {
            let expected = format!("{rest}{expected}END:VCARD\r\n");
            assert_eq!(over(sent_type, sent, CARD), Some(expected), "{sent}");
        }
    }

    #[test]
    fn what_has_no_fields_to_tell_apart_is_not_guessed_at() {
        for sent in [
            "",
            "BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n",
            "no line of any kind",
        ] {
            assert_eq!(over("text/vcard", sent, CARD), None, "{sent:?}");
        }
        let rows = [
            ("text/plain", "text/vcard", None),
            ("image/png", "image/png", None),
            ("text/x-s4j-sifc", "text/x-s4j-sifc", None),
            ("text/plain", "text/plain", Some("NOTE:x")),
        ];
        for (sent, ours, expected) in rows {
            let of = |media_type: &str, body: &str| Content {
                media_type: crate::item::MediaType::new(media_type),
                body: body.as_bytes().to_vec(),
            };
            let done = overlaid(&of(sent, "NOTE:x"), &of(ours, CARD));
            let body = done.map(|done| String::from_utf8(done.body).unwrap());
            assert_eq!(body.as_deref(), expected, "{sent} over {ours}");
        }
    }

    #[test]
    fn one_occurrence_of_a_series_changes_by_itself_and_an_alarm_is_one_field() {
        let event = |lines: &str| format!("BEGIN:VEVENT\r\n{lines}END:VEVENT\r\n");
        let calendar = |events: &[String]| {
            format!(
                "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}END:VCALENDAR\r\n",
                events.concat()
            )
        };
        let alarm = |at: &str| format!("BEGIN:VALARM\r\nTRIGGER:{at}\r\nEND:VALARM\r\n");
        let first = format!("SUMMARY:a\r\n{}", alarm("-PT5M"));
        let ours = calendar(&[
            event(&first),
            event("RECURRENCE-ID:2\r\nSUMMARY:b\r\nLOCATION:x\r\n"),
        ]);
        let over = |sent: &str| {
            let done = overlaid(
                &content("text/calendar", sent),
                &content("text/calendar", &ours),
            );
            done.map(|done| String::from_utf8(done.body).unwrap())
        };
        let second = calendar(&[event("RECURRENCE-ID:2\r\nSUMMARY:c\r\n")]);
        let expected = calendar(&[
            event(&first),
            event("RECURRENCE-ID:2\r\nLOCATION:x\r\nSUMMARY:c\r\n"),
        ]);
        assert_eq!(over(&second), Some(expected));
        let expected = calendar(&[
            event(&format!("SUMMARY:a\r\n{}", alarm("-PT9M"))),
            event("RECURRENCE-ID:2\r\nSUMMARY:b\r\nLOCATION:x\r\n"),
        ]);
        assert_eq!(over(&calendar(&[event(&alarm("-PT9M"))])), Some(expected));
        assert_eq!(
            over(&calendar(&[event("RECURRENCE-ID:3\r\nSUMMARY:c\r\n")])),
            None
        );
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_taken_or_left(sent in proptest::collection::vec(proptest::num::u8::ANY, 0..120), ours in proptest::collection::vec(proptest::num::u8::ANY, 0..120), start in 0..3_usize) {
            let starts: [&[u8]; 3] = [b"", b"BEGIN:VCARD\nVERSION:3.0\nTEL:1\nNOTE:", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nX:"];
            let of = |body: &[u8]| Content { media_type: crate::item::MediaType::new("text/vcard"), body: [starts[start], body].concat() };
            let (sent, ours) = (of(&sent), of(&ours));
            if let Some(done) = overlaid(&sent, &ours) {
                proptest::prop_assert!(done.body.len() <= 64 * (sent.body.len() + ours.body.len()) + 64);
            }
        }
    }
}
