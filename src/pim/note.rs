//! Plain text notes: no markup, the first line is the title.

use std::borrow::Cow;

use super::decode;

/// The text of a note, without a byte order mark; Latin-1 where it is no UTF-8.
pub fn text(body: &[u8]) -> Cow<'_, str> {
    decode::unlabelled(body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body))
}

/// The first line that is not blank.
pub fn first_line(text: &str) -> &str {
    text.split(['\r', '\n'])
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default()
}
