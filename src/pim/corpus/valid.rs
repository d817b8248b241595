//! What a version insists on, as far as lines show it: ends, lengths, charset, heads, frames, and the words it knows.
//!
//! Sources: vCard 2.1 section 3, vCalendar 1.0 section 3, RFC 2426 section 4, RFC 6350 section 3.3, RFC 5545 section 3.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::words::{CALENDAR_10, CALENDAR_20, CARD_21, CARD_30, CARD_40, NOTE};
use crate::item::Content;
use crate::pim::line::{Coding, Dialect, Line, Lines};
use crate::pim::recur::Rule;
use crate::pim::when::When;

/// Whether a body is valid in the version that it names; why not.
pub fn check(item: &Content) -> Result<(), String> {
    let media_type = item.media_type.as_str();
    if media_type == "text/plain" {
        return std::str::from_utf8(&item.body)
            .map(|_| ())
            .map_err(|e| e.to_string());
    }
    if media_type.starts_with("text/x-s4j-") {
        return document(&item.body);
    }
    physical(&item.body)?;
    let lines: Vec<_> = Lines::new(&item.body)
        .filter(|line| !line.is_blank())
        .collect();
    let version = lines
        .iter()
        .find(|line| line.is("VERSION"))
        .map(value)
        .ok_or("no VERSION")?;
    let mut open: Vec<(String, Vec<String>)> = Vec::new();
    for line in &lines {
        let name = text(line.name());
        match name.as_str() {
            "BEGIN" => open.push((value(line), Vec::new())),
            "END" => {
                let (component, names) = open.pop().ok_or("an END too many")?;
                if component != value(line) {
                    return Err(format!("{component} ends as {}", value(line)));
                }
                frame(&component, &version, &names)?;
            }
            _ => {
                let (component, names) = open.last_mut().ok_or("a line outside of all")?;
                head(line, &name)?;
                word(component, &version, &name)?;
                meaning(line, component, &version, &name)?;
                names.push(name);
            }
        }
    }
    if open.is_empty() {
        Ok(())
    } else {
        Err(format!("{open:?} stay open"))
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn value(line: &Line<'_>) -> String {
    text(line.value().trim_ascii())
}

/// Line ends, lengths and bytes.
fn physical(body: &[u8]) -> Result<(), String> {
    let dialect = Dialect::of(body);
    if !body.ends_with(b"\r\n") {
        return Err("it does not end with a line end".to_owned());
    }
    for line in body.split(|b| *b == b'\n') {
        let line = match line.strip_suffix(b"\r") {
            Some(line) => line,
            None if line.is_empty() => continue,
            None => return Err(format!("a bare line end behind {}", text(line))),
        };
        if line
            .iter()
            .any(|b| *b == b'\r' || (*b < b' ' && *b != b'\t'))
        {
            return Err(format!("a control character in {}", text(line)));
        }
        match dialect {
            Dialect::Old if !line.is_ascii() => {
                return Err(format!("bare bytes in {}", text(line)));
            }
            Dialect::New if line.len() > 75 => {
                return Err(format!("{} bytes in {}", line.len(), text(line)));
            }
            Dialect::New if std::str::from_utf8(line).is_err() => {
                return Err(format!("a character folded in two: {}", text(line)));
            }
            Dialect::Old | Dialect::New => {}
        }
    }
    Ok(())
}

/// Name and parameters of a line.
fn head(line: &Line<'_>, name: &str) -> Result<(), String> {
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    if !is_name(name) {
        return Err(format!("{name:?} is no name"));
    }
    for param in line.params() {
        let raw = text(param.value);
        let bare = raw.len() > 1 && raw.starts_with('"') && raw.ends_with('"');
        let key = param.key.map(text);
        let fits = match (line.dialect, &key) {
            (_, Some(key)) if !is_name(key) => false,
            (Dialect::Old, None) => is_name(&raw),
            (Dialect::New, None) => false,
            (Dialect::Old, Some(_)) => !raw.contains([';', ':']),
            (Dialect::New, Some(_)) => bare || !raw.contains(['"', ';', ':']),
        };
        if !fits {
            return Err(format!("the parameter {key:?}={raw:?} of {name}"));
        }
        let coding = match (line.dialect, param.coding()) {
            (Dialect::New, Some(Coding::Quoted)) => Err("quoted-printable"),
            (Dialect::New, Some(Coding::Base64)) if !raw.eq_ignore_ascii_case("b") => Err("BASE64"),
            (Dialect::New | Dialect::Old, _) => Ok(()),
        };
        coding.map_err(|coding| format!("{coding} in {name}"))?;
    }
    Ok(())
}

/// Whether a property is none of another version; one that no version knows is a program's own.
fn word(component: &str, version: &str, name: &str) -> Result<(), String> {
    let (own, others): (&[&str], &[&[&str]]) = match (component, version) {
        ("VCARD", "2.1") => (CARD_21, &[CARD_30, CARD_40]),
        ("VCARD", "3.0") => (CARD_30, &[CARD_21, CARD_40]),
        ("VCARD", _) => (CARD_40, &[CARD_21, CARD_30]),
        ("VCALENDAR" | "VEVENT" | "VTODO", "1.0") => (CALENDAR_10, &[CALENDAR_20]),
        ("VCALENDAR" | "VEVENT" | "VTODO", _) => (CALENDAR_20, &[CALENDAR_10]),
        ("VNOTE", _) => (NOTE, &[CALENDAR_20]),
        _ => return Ok(()),
    };
    let is_foreign = others.iter().any(|words| words.contains(&name));
    if own.contains(&name) || !is_foreign {
        Ok(())
    } else {
        Err(format!("{version} has no {name}"))
    }
}

/// Dates and rules.
fn meaning(line: &Line<'_>, component: &str, version: &str, name: &str) -> Result<(), String> {
    let said = value(line);
    let is_entry = matches!(component, "VEVENT" | "VTODO");
    let fits = match name {
        "DTSTART" | "DTEND" | "DUE" | "COMPLETED" if is_entry => {
            let is_day = line
                .params()
                .any(|p| p.is("VALUE") && p.value.eq_ignore_ascii_case(b"DATE"));
            match When::read(&said) {
                Some(When::Day(_)) => is_day && version == "2.0",
                Some(When::Local(_) | When::Utc(_)) => !is_day,
                None => false,
            }
        }
        "RRULE" if is_entry && version == "2.0" => Rule::read_new(&said).is_some(),
        "RRULE" if is_entry => {
            let start = When::read("20060105T080000Z").unwrap().at();
            Rule::read_old(&said, start).is_some() || is_of_minutes(&said)
        }
        "BDAY" if version == "4.0" => {
            !said.get(1..).is_some_and(|rest| rest.contains('-')) || said.starts_with("--")
        }
        _ => true,
    };
    let is_zoned = line.params().any(|p| p.is("TZID"));
    if fits && !(is_zoned && version == "1.0") {
        Ok(())
    } else {
        Err(format!("{name}:{said} in {version}"))
    }
}

/// Rules of minutes, which are kept as they came.
fn is_of_minutes(rule: &str) -> bool {
    rule.strip_prefix('M')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// What a component must have, and have once.
fn frame(component: &str, version: &str, names: &[String]) -> Result<(), String> {
    let must: &[&str] = match (component, version) {
        ("VCARD", "2.1") => &["VERSION", "N"],
        ("VCARD", "3.0") => &["VERSION", "N", "FN"],
        ("VCARD", _) => &["VERSION", "FN"],
        ("VCALENDAR", _) => &["VERSION"],
        ("VNOTE", _) => &["VERSION", "BODY"],
        ("VALARM", _) => &["ACTION", "TRIGGER"],
        _ => &[],
    };
    if component == "VALARM" && version == "1.0" {
        return Err("1.0 has no VALARM".to_owned());
    }
    if let Some(missing) = must
        .iter()
        .find(|must| !names.iter().any(|name| name == *must))
    {
        return Err(format!("{component} has no {missing}"));
    }
    if version == "4.0" && names.first().is_none_or(|first| first != "VERSION") {
        return Err("VERSION is not the first".to_owned());
    }
    let count = |name: &str| names.iter().filter(|own| *own == name).count();
    let once = [
        "VERSION", "N", "DTSTART", "DTEND", "DUE", "UID", "ACTION", "TRIGGER",
    ];
    if let Some(twice) = once.iter().find(|name| count(name) > 1) {
        return Err(format!("{component} has two {twice}"));
    }
    if count("DTEND") + count("DURATION") > 1 && component == "VEVENT" {
        return Err("an event ends twice".to_owned());
    }
    Ok(())
}

/// SIF: XML with one root, nothing but texts below it but for its exceptions.
fn document(body: &[u8]) -> Result<(), String> {
    let mut reader = Reader::from_reader(body);
    reader.config_mut().check_end_names = true;
    let mut depth = 0_usize;
    let mut roots = 0_usize;
    loop {
        match reader.read_event().map_err(|e| e.to_string())? {
            Event::Start(tag) => {
                roots += usize::from(depth == 0);
                depth += 1;
                let known = ["contact", "appointment", "task", "note"];
                let name = tag.name().as_ref().to_owned();
                if depth == 1 && !known.contains(&name.as_str()) {
                    return Err(format!("a root {name}"));
                }
                if depth > 3 {
                    return Err(format!("{name} too deep"));
                }
            }
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            Event::Text(text) if depth == 0 && !text.trim().is_empty() => {
                return Err("text outside".to_owned());
            }
            Event::Text(_)
            | Event::Empty(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_)
            | Event::GeneralRef(_) => {}
        }
    }
    if roots == 1 {
        Ok(())
    } else {
        Err(format!("{roots} roots"))
    }
}
