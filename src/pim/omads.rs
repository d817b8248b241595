//! The data objects of DS 1.2 for trees: `<Folder>`, `<File>` and `<Email>`, each a small XML document.
//!
//! This reads what names one and what it says; the body stays as it came. A document that is no XML says nothing, and
//! is then compared as bytes. Source: OMA DS 1.2, data objects Folder, File and Email.

use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::decode;

/// The media type of a folder.
pub const FOLDER: &str = "application/vnd.omads-folder+xml";
/// The media type of a file.
pub const FILE: &str = "application/vnd.omads-file+xml";
/// The media type of a mail with what a mailbox knows of it.
pub const EMAIL: &str = "application/vnd.omads-email+xml";

/// The type of a document by its root element; `None` for any other.
#[must_use]
pub fn media_type(body: &[u8]) -> Option<&'static str> {
    let mut root = None;
    read(&decode::unlabelled(body), |path, _, _| {
        root.get_or_insert_with(|| path.first().cloned().unwrap_or_default());
    })?;
    match root?.as_str() {
        "folder" => Some(FOLDER),
        "file" => Some(FILE),
        "email" => Some(EMAIL),
        _ => None,
    }
}

/// The text of the first element of this name (in lower case) right below the root, as written; empty when there
/// is none.
#[must_use]
pub fn field(body: &[u8], name: &str) -> String {
    let mut found = None;
    // What was read before a flaw in the document still counts: a name is better than none.
    let _ = read(&decode::unlabelled(body), |path, _, text| {
        if let [_, field] = path
            && field == name
            && !text.trim().is_empty()
        {
            found.get_or_insert_with(|| trimmed(text));
        }
    });
    found.unwrap_or_default()
}

/// The digest of a document: its filled fields and their attributes in any order, but for the time of the last
/// reading. `None` when it is no XML.
#[must_use]
pub fn digest(body: &[u8]) -> Option<u64> {
    let mut sum = 0_u64;
    read(&decode::unlabelled(body), |path, attributes, text| {
        let text = trimmed(text);
        let is_volatile = matches!(path, [_, field] if field == "accessed");
        let is_empty = text.is_empty() && attributes.is_empty();
        if !is_volatile && !is_empty {
            let head = xxh3_64(format!("{}\u{1f}{attributes}", path.join("/")).as_bytes());
            sum = sum.wrapping_add(xxh3_64_with_seed(text.as_bytes(), head));
        }
    })?;
    Some(sum)
}

/// Without blanks at the ends, and with line ends of one kind.
fn trimmed(text: &str) -> String {
    text.trim().replace("\r\n", "\n")
}

/// Hands over each element as it closes: its path in lower case without prefixes, its attributes, its own text.
/// `None` when the document is no XML.
pub(super) fn read(xml: &str, mut each: impl FnMut(&[String], &str, &str)) -> Option<()> {
    let mut reader = Reader::from_str(xml);
    let mut path: Vec<String> = Vec::new();
    let mut open: Vec<(String, String)> = Vec::new();
    let mut is_document = false;
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => {
                path.push(local_name(&tag));
                open.push((attributes(&tag), String::new()));
            }
            Event::Empty(tag) => {
                path.push(local_name(&tag));
                each(&path, &attributes(&tag), "");
                path.pop();
                is_document = true;
            }
            Event::End(_) => {
                let (attributes, text) = open.pop()?;
                each(&path, &attributes, &text);
                path.pop();
                is_document = true;
            }
            Event::Text(text) => add(&mut open, &text.into_inner()),
            Event::CData(text) => add(&mut open, &text.into_inner()),
            Event::GeneralRef(entity) => match entity.resolve_char_ref().ok()? {
                Some(c) => add(&mut open, c.encode_utf8(&mut [0; 4])),
                None => add(&mut open, resolve_xml_entity(&entity)?),
            },
            Event::Eof => return (is_document && path.is_empty()).then_some(()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
        if path.len() > MOST_DEEP {
            return None;
        }
    }
}

fn add(open: &mut [(String, String)], text: &str) {
    if let Some((_, own)) = open.last_mut() {
        own.push_str(text);
    }
}

fn local_name(tag: &BytesStart<'_>) -> String {
    tag.local_name().as_ref().to_ascii_lowercase()
}

/// The attributes but for namespaces, in the order of their names.
fn attributes(tag: &BytesStart<'_>) -> String {
    let mut all: Vec<String> = tag
        .attributes()
        .flatten()
        .filter(|one| !one.key.as_ref().starts_with("xmlns"))
        .map(|one| format!("{}={}", one.key.as_ref(), one.value))
        .collect();
    all.sort_unstable();
    all.join("\u{1e}")
}

/// No object of DS 1.2 has more elements inside one another than this.
const MOST_DEEP: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: &str = "<?xml version='1.0'?>\n<File><name>plan &amp; map.txt</name><created>20260101T000000Z</created>\
        <attributes><h>true</h></attributes><body enc=\"base64\">QQ==</body></File>";

    #[test]
    fn a_root_element_tells_a_folder_from_a_file_and_a_mail() {
        for (body, of) in [
            ("<Folder><name>a</name></Folder>", Some(FOLDER)),
            (PLAN, Some(FILE)),
            ("<e:Email xmlns:e='x'/>", Some(EMAIL)),
            ("<note/>", None),
            ("<File><name>a", None),
            ("no XML", None),
            ("", None),
        ] {
            assert_eq!(media_type(body.as_bytes()), of, "{body}");
        }
    }

    #[test]
    fn a_name_is_read_with_its_entities_even_of_a_broken_document() {
        assert_eq!(field(PLAN.as_bytes(), "name"), "plan & map.txt");
        assert_eq!(field(b"<File><name>a&#x42;</name><oops", "name"), "aB");
        assert_eq!(field(b"<File><x><name>deep</name></x></File>", "name"), "");
    }

    #[test]
    fn order_blanks_and_the_last_reading_do_not_count() {
        let other = "<File>\r\n<accessed>20260202T000000Z</accessed> <body enc='base64'> QQ== </body>\
            <attributes><h>true</h><s/></attributes><created>20260101T000000Z</created>\
            <name><![CDATA[plan & map.txt]]></name></File>";
        assert_eq!(digest(PLAN.as_bytes()), digest(other.as_bytes()));
    }

    #[test]
    fn every_value_place_and_attribute_counts() {
        let all = [
            PLAN.to_owned(),
            PLAN.replace("true", "false"),
            PLAN.replace(" enc=\"base64\"", ""),
            PLAN.replace("<h>true</h>", "<s>true</s>"),
            PLAN.replace("QQ==", "QUE="),
        ];
        for (at, one) in all.iter().enumerate() {
            for other in &all[at + 1..] {
                assert_ne!(
                    digest(one.as_bytes()),
                    digest(other.as_bytes()),
                    "{one} {other}"
                );
            }
        }
        assert_eq!(digest(b"<File><name>a"), None);
    }
}
