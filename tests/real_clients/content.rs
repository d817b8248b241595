//! What an item file *says*, as one text that is equal for two files that say the same.
//!
//! Devices write the same item in their own way: order, folding, case, empty properties, time
//! stamps, a PRODID. All that is dropped here; what the user typed stays.

use super::items::Kind;

/// Properties which say when and by whom a file was written, and not what is in it.
const NOISE: &[&str] = &[
    "BEGIN",
    "END",
    "VERSION",
    "PRODID",
    "REV",
    "UID",
    "DTSTAMP",
    "LAST-MODIFIED",
    "CREATED",
    "SEQUENCE",
    "CALSCALE",
    "METHOD",
    "CLASS",
    "TRANSP",
    "PERCENT-COMPLETE",
];

/// Types of a telephone or an address that a device adds or leaves out as it likes.
const DEFAULT_TYPES: &[&str] = &["VOICE", "INTERNET", "PREF", "JPEG"];

/// The content of an item file.
pub fn content(kind: Kind, text: &str) -> String {
    match kind {
        Kind::Memo => plain(text),
        Kind::Contacts | Kind::Calendar | Kind::Todo => structured(text),
    }
}

/// Fails with what is missing and what is too much, when two sorted lists of contents differ.
///
/// # Panics
/// When they differ; that is what it is for.
pub fn assert_same(held: &[String], expected: &[String], who: &str) {
    let without = |list: &[String], other: &[String]| -> Vec<String> {
        list.iter()
            .filter(|item| !other.contains(item))
            .cloned()
            .collect()
    };
    let (missing, foreign) = (without(expected, held), without(held, expected));
    assert!(
        held == expected,
        "{who} holds {} items of {}\nmissing: {missing:#?}\ntoo much: {foreign:#?}",
        held.len(),
        expected.len()
    );
}

fn plain(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(str::trim_end).collect();
    lines.join("\n").trim().to_owned()
}

fn structured(text: &str) -> String {
    let mut out = Vec::new();
    let mut inside = Vec::new();
    for line in unfold(text) {
        let Some((head, value)) = line.split_once(':') else {
            continue;
        };
        if head.eq_ignore_ascii_case("BEGIN") {
            inside.push(value.to_ascii_uppercase());
        } else if head.eq_ignore_ascii_case("END") {
            inside.pop();
        }
        let timezone = inside.iter().any(|part| part == "VTIMEZONE");
        if let Some(property) = property(head, value).filter(|_| !timezone) {
            let alarm = if inside.iter().any(|part| part == "VALARM") {
                "alarm "
            } else {
                ""
            };
            out.push(format!("{alarm}{property}"));
        }
    }
    out.sort();
    out.join("\n")
}

/// Lines without folds; the soft breaks of quoted-printable (vCard 2.1) are folds too.
fn unfold(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        match lines.last_mut() {
            Some(last) if line.starts_with([' ', '\t']) => last.push_str(&line[1..]),
            Some(last) if last.ends_with('=') && is_quoted(last) => {
                last.pop();
                last.push_str(line);
            }
            Some(_) | None => lines.push(line.to_owned()),
        }
    }
    lines
}

fn is_quoted(line: &str) -> bool {
    line.split(':')
        .next()
        .unwrap_or_default()
        .to_ascii_uppercase()
        .contains("QUOTED-PRINTABLE")
}

/// One property in one spelling, or nothing when it is empty or noise.
fn property(head: &str, value: &str) -> Option<String> {
    let mut parts = head.split(';');
    let name = parts.next()?.to_ascii_uppercase();
    if NOISE.contains(&name.as_str()) || name.starts_with("X-") {
        return None;
    }
    let mut params = Vec::new();
    let mut quoted = false;
    for part in parts {
        let part = part.to_ascii_uppercase();
        let (key, of) = part.split_once('=').unwrap_or(("TYPE", &part));
        match key {
            "TYPE" => params.extend(
                of.split(',')
                    .filter(|t| !DEFAULT_TYPES.contains(t))
                    .map(str::to_owned),
            ),
            "ENCODING" => quoted = of == "QUOTED-PRINTABLE",
            "TZID" => params.push(zone(of)),
            _ => {}
        }
    }
    params.sort();
    let decoded = if quoted {
        unquote(value)
    } else {
        value.to_owned()
    };
    let value = match name.as_str() {
        "PHOTO" => decoded.split_whitespace().collect(),
        "BDAY" => decoded.replace('-', "").chars().take(8).collect(),
        "PRIORITY" => rank(&decoded).to_owned(),
        _ => unescape(&decoded)
            .trim_end_matches([';', ' ', '\n'])
            .to_owned(),
    };
    (!value.is_empty()).then(|| format!("{name}[{}] {value}", params.join(",")))
}

/// vCalendar 1.0 has three priorities: what of iCalendar's nine they stand for (RFC 5545, section 3.8.1.9).
fn rank(priority: &str) -> &'static str {
    match priority.trim().parse() {
        Ok(1..=4) => "high",
        Ok(5) => "medium",
        Ok(6..=9) => "low",
        Ok(0_u8 | 10..) | Err(_) => "",
    }
}

/// `/example.org/Europe/Berlin` and `Europe/Berlin` are one zone.
fn zone(name: &str) -> String {
    let parts: Vec<_> = name.split('/').collect();
    parts[parts.len().saturating_sub(2)..].join("/")
}

fn unquote(value: &str) -> String {
    let bytes = value.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let hex = value
            .get(at + 1..at + 3)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        if let Some(byte) = hex.filter(|_| bytes[at] == b'=') {
            out.push(byte);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn unescape(value: &str) -> String {
    let value = value.replace("\r\n", "\n");
    let mut out = String::new();
    let mut rest = value.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => match rest.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            other => out.push(other),
        }
    }
    out
}

#[test]
fn two_spellings_of_one_contact_say_the_same() {
    let ours = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Smith;Zoë;;;\r\nTEL;TYPE=WORK,VOICE:+1 2\r\nNOTE:a\\nb\\, c\r\nBDAY:1970-01-02\r\nEND:VCARD\r\n";
    let theirs = "BEGIN:VCARD\nVERSION:2.1\nREV:20260101T000000Z\nNOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:a=0D=0A=\nb, c\n\
                  TEL;WORK:+1 2\nBDAY:19700102\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Smith;Zo=C3=AB\nTITLE:\nEND:VCARD\n";
    assert_eq!(
        content(Kind::Contacts, ours),
        content(Kind::Contacts, theirs)
    );
    assert!(content(Kind::Contacts, ours).contains("N[] Smith;Zoë"));
}

#[test]
fn a_changed_word_says_something_else() {
    let (one, two) = (
        "BEGIN:VTODO\nSUMMARY:rope\nEND:VTODO\n",
        "BEGIN:VTODO\nSUMMARY:ropes\nEND:VTODO\n",
    );
    assert_ne!(content(Kind::Todo, one), content(Kind::Todo, two));
    assert_ne!(
        content(Kind::Memo, "rope\nedition 1"),
        content(Kind::Memo, "rope\nedition 2")
    );
}
