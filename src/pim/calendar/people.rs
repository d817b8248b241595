//! Who takes part: `ATTENDEE` of both versions, `ORGANIZER`.
//!
//! vCalendar 1.0 writes `John Smith <js@host1.com>` and has the organizer among the attendees; iCalendar has an address, and the name beside
//! it. Somebody without an address gets one that leads nowhere, so that the name is kept. vCalendar 1.0 section 2.3.4.1.

use crate::pim::model::{Param, Property, Text};

/// An attendee of vCalendar 1.0 as one of iCalendar, or its organizer.
pub(super) fn from_old(property: &Property) -> Property {
    let text = property.text();
    let (name, address) = match text.split_once('<') {
        Some((name, rest)) => (
            name.trim(),
            rest.split('>').next().unwrap_or_default().trim(),
        ),
        None if text.contains('@') || text.contains(':') => ("", text.trim()),
        None => (text.trim(), ""),
    };
    let role = word(property, "ROLE");
    let organizes = matches!(role.as_str(), "ORGANIZER" | "OWNER");
    let mut new = Property::text_of(
        if organizes { "ORGANIZER" } else { "ATTENDEE" },
        uri(address),
    );
    let name = name.trim_matches('"');
    if !name.is_empty() {
        new.params.push(Param::new("CN", name));
    }
    for param in &property.params {
        let value = param
            .values
            .first()
            .map(Text::to_ascii_uppercase)
            .unwrap_or_default();
        match param.key.as_str() {
            "ROLE" => {}
            "EXPECT" if organizes => {}
            "EXPECT" => {
                let role = if value == "FYI" {
                    "NON-PARTICIPANT"
                } else if value == "REQUEST" {
                    "OPT-PARTICIPANT"
                } else {
                    "REQ-PARTICIPANT"
                };
                new.params.push(Param::new("ROLE", role));
            }
            "STATUS" => new
                .params
                .push(Param::new("PARTSTAT", state_from_old(&value))),
            "RSVP" => new.params.push(Param::new(
                "RSVP",
                if value == "YES" { "TRUE" } else { "FALSE" },
            )),
            _ => new.params.push(param.clone()),
        }
    }
    new
}

/// An attendee or organizer of iCalendar as an attendee of vCalendar 1.0.
pub(super) fn to_old(property: &Property) -> Property {
    let text = property.text();
    let address = text
        .get(..7)
        .filter(|scheme| scheme.eq_ignore_ascii_case("mailto:"))
        .and_then(|_| text.get(7..))
        .unwrap_or(&text);
    let address = if text.trim() == NOWHERE {
        ""
    } else {
        address.trim()
    };
    let name = property.param_text("CN").unwrap_or_default();
    let value = match (name, address) {
        ("", address) => address.to_owned(),
        (name, "") => name.to_owned(),
        (name, address) => format!("{name} <{address}>"),
    };
    let mut old = Property::text_of("ATTENDEE", value);
    if property.name == "ORGANIZER" {
        old.params.push(Param::new("ROLE", "ORGANIZER"));
    }
    for param in &property.params {
        let value = param
            .values
            .first()
            .map(Text::to_ascii_uppercase)
            .unwrap_or_default();
        match param.key.as_str() {
            "CN" => {}
            "ROLE" => {
                let expect = match value.as_str() {
                    "NON-PARTICIPANT" => "FYI",
                    "OPT-PARTICIPANT" => "REQUEST",
                    _ => "REQUIRE",
                };
                old.params.push(Param::new("EXPECT", expect));
            }
            "PARTSTAT" => old.params.push(Param::new("STATUS", state_to_old(&value))),
            "RSVP" => old.params.push(Param::new(
                "RSVP",
                if value == "TRUE" { "YES" } else { "NO" },
            )),
            _ => old.params.push(param.clone()),
        }
    }
    old
}

fn uri(address: &str) -> String {
    if address.is_empty() {
        NOWHERE.to_owned()
    } else if address.contains(':') {
        address.to_owned()
    } else {
        format!("mailto:{address}")
    }
}

fn word(property: &Property, key: &str) -> String {
    property
        .param_text(key)
        .unwrap_or_default()
        .trim()
        .to_ascii_uppercase()
}

fn state_from_old(word: &str) -> &str {
    match word {
        "NEEDS ACTION" | "SENT" => "NEEDS-ACTION",
        "CONFIRMED" => "ACCEPTED",
        other => other,
    }
}

fn state_to_old(word: &str) -> &str {
    match word {
        "NEEDS-ACTION" => "NEEDS ACTION",
        "IN-PROCESS" => "ACCEPTED",
        other => other,
    }
}

/// The address of somebody without one.
const NOWHERE: &str = "invalid:nomail";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_keep_name_address_and_answer() {
        let table = [
            (
                Property::text_of("ATTENDEE", "mailto:j@x.org")
                    .with("CN", "Jane Doe")
                    .with("ROLE", "OPT-PARTICIPANT")
                    .with("PARTSTAT", "NEEDS-ACTION")
                    .with("RSVP", "TRUE"),
                "Jane Doe <j@x.org>",
            ),
            (
                Property::text_of("ATTENDEE", "mailto:j@x.org").with("PARTSTAT", "DECLINED"),
                "j@x.org",
            ),
            (
                Property::text_of("ATTENDEE", NOWHERE).with("CN", "Jane Doe"),
                "Jane Doe",
            ),
            (
                Property::text_of("ORGANIZER", "mailto:j@x.org").with("CN", "Jane"),
                "Jane <j@x.org>",
            ),
        ];
        for (new, value) in table {
            let old = to_old(&new);
            assert_eq!(old.text(), value);
            assert_eq!(old.name, "ATTENDEE");
            assert_eq!(from_old(&old), new, "{value}");
        }
        let owner = Property::text_of("ATTENDEE", "John Smith <js@host1.com>")
            .with("ROLE", "OWNER")
            .with("STATUS", "CONFIRMED");
        let organizer = Property::text_of("ORGANIZER", "mailto:js@host1.com")
            .with("CN", "John Smith")
            .with("PARTSTAT", "ACCEPTED");
        assert_eq!(from_old(&owner), organizer);
    }
}
