//! SIF, the flat XML of Funambol's clients: `<contact>`, `<appointment>`, `<task>`, `<note>` around one
//! level of fields.
//!
//! This reads just enough to compare and to name items; a document that is no XML yields fewer
//! fields, never an error. Entities and CDATA sections are undone, attributes read over.

use std::borrow::Cow;

use super::decode;
use super::model::MAX_PROPERTIES;

/// The media type of a SIF document by its root element; `None` for any other text.
#[must_use]
pub fn media_type(body: &[u8]) -> Option<&'static str> {
    let (open, _, media_type) = ROOTS
        .iter()
        .find(|(_, close, _)| body.trim_ascii_end().ends_with(close.as_bytes()))?;
    let mut rest = body
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(body)
        .trim_ascii_start();
    while rest.starts_with(b"<?") || rest.starts_with(b"<!") {
        let end = rest.iter().position(|b| *b == b'>')?;
        rest = rest.get(end + 1..)?.trim_ascii_start();
    }
    let after = rest.strip_prefix(open.as_bytes())?.first()?;
    (*after == b'>' || after.is_ascii_whitespace()).then_some(*media_type)
}

/// A document with this root element and these fields in it.
#[must_use]
pub fn document<'f>(
    root: &str,
    fields: impl IntoIterator<Item = (&'f str, Cow<'f, str>)>,
) -> Vec<u8> {
    let mut out = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root}>");
    for (name, text) in fields {
        out.extend(["<", name, ">"]);
        for c in text.chars() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '\n' => out.push_str("\r\n"),
                '\t' => out.push(c),
                // XML 1.0 has no other control characters.
                c if c.is_control() => {}
                c => out.push(c),
            }
        }
        out.extend(["</", name, ">"]);
    }
    out.extend(["</", root, ">\n"]);
    out.into_bytes()
}

/// The text of a document as it came, or packed in base64 a second time (clients of Sync4j).
#[must_use]
pub fn unpacked(body: &[u8]) -> Cow<'_, str> {
    let is_xml = body.trim_ascii_start().starts_with(b"<") || body.starts_with(b"\xEF\xBB\xBF");
    let unpacked = if is_xml { None } else { decode::base64(body) };
    match unpacked.filter(|bytes| media_type(bytes).is_some()) {
        Some(bytes) => Cow::Owned(decode::unlabelled(&bytes).into_owned()),
        None => decode::unlabelled(body),
    }
}

/// Whether a document has more fields than are taken apart; such a one is kept as it is.
#[must_use]
pub fn is_too_long(body: &[u8]) -> bool {
    // A field is nine bytes or more.
    body.len() > 9 * MAX_PROPERTIES && fields(&unpacked(body)).nth(MAX_PROPERTIES).is_some()
}

/// The innermost elements of a document in their order: name and text.
pub fn fields(xml: &str) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
    let mut rest = xml;
    std::iter::from_fn(move || {
        loop {
            let (_, tag) = rest.split_once('<')?;
            let (tag, after) = tag.split_once('>')?;
            rest = after;
            let name = tag
                .split(|c: char| c.is_ascii_whitespace())
                .next()
                .unwrap_or_default();
            if name.starts_with(['/', '?', '!']) || tag.ends_with('/') {
                continue;
            }
            let (text, after) = content(rest)?;
            rest = after;
            if rest.starts_with("</") {
                return Some((name, text));
            }
        }
    })
}

/// The text up to the next tag, and what follows it.
fn content(xml: &str) -> Option<(Cow<'_, str>, &str)> {
    let at = xml.find('<')?;
    let (text, mut rest) = xml.split_at_checked(at)?;
    let mut text = unescape(text);
    while let Some(section) = rest.strip_prefix("<![CDATA[") {
        let (inside, after) = section.split_once("]]>")?;
        let (outside, next) = after.split_at_checked(after.find('<')?)?;
        let text = text.to_mut();
        text.push_str(inside);
        text.push_str(&unescape(outside));
        rest = next;
    }
    Some((text, rest))
}

/// Text with its entities undone; one that is unknown stays as it stands.
fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        // The longest entity is "&#x10FFFF;": looking no further keeps a row of "&" linear.
        let end = after.bytes().take(9).position(|b| b == b';');
        let entity = end.and_then(|at| Some((character(after.get(..at)?)?, after.get(at + 1..)?)));
        let (c, next) = entity.unwrap_or(('&', after));
        out.push(c);
        rest = next;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn character(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        number => {
            let number = number.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            code.ok().and_then(char::from_u32)
        }
    }
}

/// Root elements: how each opens and closes, and its media type.
const ROOTS: [(&str, &str, &str); 4] = [
    ("<contact", "</contact>", "text/x-s4j-sifc"),
    ("<appointment", "</appointment>", "text/x-s4j-sife"),
    ("<task", "</task>", "text/x-s4j-sift"),
    ("<note", "</note>", "text/x-s4j-sifn"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_element_names_the_type_and_a_note_that_only_looks_like_one_does_not() {
        let table = [
            (
                "<?xml version=\"1.0\"?>\n<contact><a/></contact>\n",
                Some("text/x-s4j-sifc"),
            ),
            ("<note></note>", Some("text/x-s4j-sifn")),
            (
                "<appointment x='1'>\n</appointment>",
                Some("text/x-s4j-sife"),
            ),
            ("<task> buy milk", None),
            ("<tasks></task>", None),
            ("", None),
        ];
        for (body, expected) in table {
            assert_eq!(media_type(body.as_bytes()), expected, "{body}");
        }
    }

    #[test]
    fn fields_come_without_markup() {
        let xml = "<?xml version='1.0'?><contact><FirstName>A&amp;B &#x41;&#66;&x;&</FirstName><Empty/>\
                   <E2></E2><Exceptions><ExcludeDate>1</ExcludeDate></Exceptions><Body>x<![CDATA[<&>]]>y</Body></contact>";
        let fields: Vec<_> = fields(xml).map(|(n, v)| format!("{n}={v}")).collect();
        assert_eq!(
            fields,
            ["FirstName=A&B AB&x;&", "E2=", "ExcludeDate=1", "Body=x<&>y"]
        );
    }
}
