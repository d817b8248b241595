//! What the module promises, as properties over invented cards in every spelling.

use proptest::prelude::*;

use super::tests::{bytes, content};
use super::*;

/// One property of an invented card: name, type and value.
type Property = (&'static str, &'static str, String);

fn properties() -> impl Strategy<Value = Vec<Property>> {
    let name = prop_oneof![Just("NOTE"), Just("TITLE"), Just("TEL"), Just("X-FIELD")];
    let kind = prop_oneof![Just(""), Just("HOME"), Just("WORK")];
    prop::collection::vec(
        (
            name,
            kind,
            "[a-z][a-z0-9 =;,.\\\\\n\u{e4}\u{4e2d}]{0,60}[a-z]",
        ),
        1..6,
    )
}

/// How a card is spelled: each field is one freedom a device takes.
#[derive(Debug, Clone)]
struct Spelling {
    old: bool,
    bare: bool,
    line_end: &'static str,
    /// Every so many units a line is broken; 0 is never.
    fold: usize,
    quoted: bool,
    rotate: usize,
}

fn spelling() -> impl Strategy<Value = Spelling> {
    (
        any::<bool>(),
        any::<bool>(),
        prop_oneof![Just("\n"), Just("\r\n")],
        0..20_usize,
        any::<bool>(),
        0..6_usize,
    )
        .prop_map(|(old, bare, line_end, fold, quoted, rotate)| Spelling {
            old,
            bare,
            line_end,
            fold,
            quoted,
            rotate,
        })
}

fn spell(properties: &[Property], how: &Spelling) -> Content {
    let end = how.line_end;
    let version = if how.old { "2.1" } else { "3.0" };
    let mut body = format!("BEGIN:VCARD{end}VERSION:{version}{end}");
    let mut properties = properties.to_vec();
    let by = how.rotate % properties.len();
    properties.rotate_left(by);
    for (name, kind, value) in properties {
        let kind = match (kind, how.bare && how.old) {
            ("", _) => String::new(),
            (kind, true) => format!(";{kind}"),
            (kind, false) => format!(";TYPE={}", kind.to_lowercase()),
        };
        let (wrapping, value) = wrap(&value, how);
        body.extend([name, &kind, wrapping, ":", &value, end]);
    }
    body.extend(["END:VCARD", end]);
    content("text/x-vcard", &body)
}

/// In the old dialect `\;` is an escape even in quoted-printable, which the new one spells otherwise.
fn without_escapes(mut value: String) -> String {
    while value.contains("\\;") {
        value = value.replace("\\;", ";");
    }
    value
}

/// A value as one line: quoted, folded and escaped.
fn wrap(value: &str, how: &Spelling) -> (&'static str, String) {
    let end = how.line_end;
    // An old value holds a line end or a literal backslash before ";" only in quoted-printable.
    let quoted = how.old && (how.quoted || value.contains(['\n', '\\']));
    if quoted {
        let units = value
            .replace('\n', "\r\n")
            .bytes()
            .map(|b| format!("={b:02X}"))
            .collect::<Vec<_>>();
        let lines = units
            .chunks(how.fold.max(1))
            .map(<[String]>::concat)
            .collect::<Vec<_>>();
        let broken = if how.fold == 0 {
            units.concat()
        } else {
            lines.join(&format!("={end}"))
        };
        return (";CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE", broken);
    }
    if how.old {
        return (
            "",
            if how.fold > 10 {
                value.replace(' ', &format!("{end} "))
            } else {
                value.to_owned()
            },
        );
    }
    let escaped = value
        .replace('\\', "\\\\")
        .replace('\n', "\\n")
        .replace(';', "\\;")
        .replace(',', "\\,");
    let chars: Vec<char> = escaped.chars().collect();
    let lines: Vec<String> = chars
        .chunks(how.fold.max(1))
        .map(|c| c.iter().collect())
        .collect();
    (
        "",
        if how.fold == 0 {
            escaped
        } else {
            lines.join(&format!("{end} "))
        },
    )
}

proptest! {
    #[test]
    fn spelling_does_not_change_a_digest(card in properties(), one in spelling(), other in spelling()) {
        let card: Vec<_> = card.into_iter().map(|(n, k, v)| (n, k, without_escapes(v))).collect();
        let (one, other) = (spell(&card, &one), spell(&card, &other));
        prop_assert_eq!(digest(&one), digest(&other), "{}\n{}", String::from_utf8_lossy(&one.body), String::from_utf8_lossy(&other.body));
    }

    #[test]
    fn a_changed_value_changes_the_digest(card in properties(), how in spelling(), at in 0..6_usize, more in "[a-z]{1,3}") {
        let mut changed = card.clone();
        let at = at % changed.len();
        changed[at].2 += &more;
        prop_assert_ne!(digest(&spell(&card, &how)), digest(&spell(&changed, &how)));
    }

    #[test]
    fn any_bytes_have_an_answer(body in prop::collection::vec(any::<u8>(), 0..300), shape in 0..8_usize) {
        let start: &[u8] = [&b""[..], b"BEGIN:VCARD\n", b"BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\n", b"BEGIN:VNOTE\n", b"<contact>", b"\xEF\xBB\xBF", b"N;ENCODING=BASE64:", b"REV:2"][shape];
        for declared in ["text/x-vcard", "text/calendar", "text/plain", "text/x-s4j-sifc", "x"] {
            let item = bytes(declared, &[start, &body].concat());
            let raw = Content { media_type: MediaType::new(declared), body: item.body.clone() };
            for item in [item, raw] {
                prop_assert_eq!(digest(&item), digest(&item.clone()));
                prop_assert_eq!(twin_key(&item), twin_key(&item.clone()));
                prop_assert!(title(&item).chars().count() <= 80);
                prop_assert_eq!(changed_at(&item), changed_at(&item.clone()));
            }
        }
    }
}
