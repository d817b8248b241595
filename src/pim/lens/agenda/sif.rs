//! A document of SIF that came, with the fields it leaves out as they were sent: what a device does not say it may not know, and
//! what it says with nothing in it was cleared.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::pim::calendar::sif::PATTERN;
use crate::pim::sif;

/// The document that came, made whole by the one that was sent; `None` when it is none.
pub(super) fn completed(sent: &[u8], told: &[u8]) -> Option<Vec<u8>> {
    let (sent, told) = (sif::unpacked(sent), sif::unpacked(told));
    let root = match sif::media_type(sent.as_bytes())? {
        "text/x-s4j-sife" => "appointment",
        "text/x-s4j-sift" => "task",
        _ => return None,
    };
    let mut names = names(&sent);
    for (one, others) in GROUPS {
        if one.iter().any(|name| names.contains(name)) {
            names.extend(others.iter().copied());
        }
    }
    let came = sif::fields(&sent);
    let kept = sif::fields(&told).filter(|(name, _)| !names.contains(name));
    let fields: Vec<(&str, Cow<'_, str>)> = came.chain(kept).collect();
    Some(sif::document(root, fields))
}

/// The names of all elements, empty ones among them.
fn names(xml: &str) -> HashSet<&str> {
    let tags = xml.split('<').skip(1).take(MAX_TAGS);
    tags.map(|tag| {
        let end = tag.find(|c: char| c == '>' || c == '/' || c.is_whitespace());
        tag.get(..end.unwrap_or(tag.len())).unwrap_or_default()
    })
    .collect()
}

/// More is no event.
const MAX_TAGS: usize = 20_000;

/// What one of the first stands for is not taken from elsewhere.
const GROUPS: [(&[&str], &[&str]); 5] = [
    (&["Duration"], &["End"]),
    (&["Complete"], &["Status"]),
    (&["Exceptions"], &["ExcludeDate", "IncludeDate"]),
    (
        &["ExcludeDate", "IncludeDate"],
        &["Exceptions", "ExcludeDate", "IncludeDate"],
    ),
    (&["RecurrenceType"], PATTERN),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_device_leaves_out_is_as_it_was_sent_and_what_it_empties_is_empty() {
        let told = b"<?xml version=\"1.0\"?>\n<appointment><Subject>a</Subject><Location>b</Location><Body>c</Body><End>d</End></appointment>\n";
        let sent =
            b"<appointment><Subject>x</Subject><Location/><Duration>30</Duration></appointment>";
        let whole = String::from_utf8(completed(sent, told).unwrap()).unwrap();
        assert!(
            whole.contains(
                "<Subject>x</Subject><Duration>30</Duration><Body>c</Body></appointment>"
            ),
            "{whole}"
        );
        assert!(!whole.contains("Location") && !whole.contains("End>"));
        assert_eq!(completed(b"BEGIN:VCALENDAR", told), None);
    }

    #[test]
    fn dates_left_out_of_a_series_are_those_that_were_sent_unless_there_are_others() {
        let told = b"<appointment><Subject>a</Subject><Exceptions><ExcludeDate>1</ExcludeDate></Exceptions></appointment>";
        let completed =
            |sent: &str| String::from_utf8(completed(sent.as_bytes(), told).unwrap()).unwrap();
        assert!(
            completed("<appointment><Subject>x</Subject></appointment>")
                .contains("<ExcludeDate>1<")
        );
        assert!(
            !completed("<appointment><Exceptions></Exceptions></appointment>")
                .contains("ExcludeDate")
        );
        let other = completed(
            "<appointment><Exceptions><ExcludeDate>2</ExcludeDate></Exceptions></appointment>",
        );
        assert!(other.contains("<ExcludeDate>2<") && !other.contains("<ExcludeDate>1<"));
    }
}
