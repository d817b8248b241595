//! Which of the two spellings a device takes, by the header `Accept` of its request.
//!
//! Only where it leaves out that of the message itself does it count: many phones name what they like, and send the other.
//! Source: SyncML HTTP Binding 1.2.1, section 5.3.1; RFC 9110, section 12.5.1; REQ-WBX-2.

use actix_web::http::header::{ACCEPT, HeaderMap};

use crate::codec::Encoding;

/// The one spelling that the device takes; `None` when it takes both, or says nothing of either.
pub(super) fn only(headers: &HeaderMap) -> Option<Encoding> {
    let ranges: Vec<(String, bool)> = headers
        .get_all(ACCEPT)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(range)
        .collect();
    let takes = |encoding| takes(&ranges, encoding);
    match (takes(Encoding::Xml), takes(Encoding::Wbxml)) {
        (true, false) => Some(Encoding::Xml),
        (false, true) => Some(Encoding::Wbxml),
        (true, true) | (false, false) => None,
    }
}

/// A range of media types, and whether it is taken: with `q=0` it is not.
fn range(text: &str) -> (String, bool) {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default().to_ascii_lowercase();
    let weight = parts.find_map(|part| {
        let (key, value) = part.split_once('=')?;
        let is_weight = key.trim().eq_ignore_ascii_case("q");
        is_weight.then(|| value.trim().parse::<f32>().ok())?
    });
    (name, weight.is_none_or(|weight| weight > 0.0))
}

/// Whether a spelling is taken: what is said of it by name goes before what is said of all.
fn takes(ranges: &[(String, bool)], encoding: Encoding) -> bool {
    let names: [&str; 3] = match encoding {
        Encoding::Xml => ["application/vnd.syncml+xml", "application/*", "*/*"],
        Encoding::Wbxml => ["application/vnd.syncml+wbxml", "application/*", "*/*"],
    };
    let said = names
        .iter()
        .find_map(|wanted| ranges.iter().find(|(name, _)| name == wanted));
    said.is_some_and(|(_, is_taken)| *is_taken)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    /// REQ-WBX-2.
    #[test]
    fn a_spelling_counts_alone_only_where_the_other_one_is_left_out() {
        let rows: [(&[&str], Option<Encoding>); 11] = [
            (&[], None),
            (&["*/*"], None),
            (&["application/*"], None),
            (&["text/html, image/gif"], None),
            (&["application/vnd.syncml+xml"], Some(Encoding::Xml)),
            (
                &["text/plain, Application/Vnd.SyncML+WBXML; q=0.3"],
                Some(Encoding::Wbxml),
            ),
            (
                &["application/vnd.syncml+xml, application/vnd.syncml+wbxml"],
                None,
            ),
            (
                &["application/vnd.syncml+xml", "application/vnd.syncml+wbxml"],
                None,
            ),
            (&["application/vnd.syncml+wbxml, */*;q=0.1"], None),
            (
                &["application/vnd.syncml+wbxml;q=0, */*"],
                Some(Encoding::Xml),
            ),
            (
                &["application/vnd.syncml+xml;q=0.0, application/vnd.syncml+wbxml;q=high"],
                Some(Encoding::Wbxml),
            ),
        ];
        for (values, expected) in rows {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(ACCEPT, HeaderValue::from_static(value));
            }
            assert_eq!(only(&headers), expected, "{values:?}");
        }
    }
}
