//! A mail as RFC 822 and its successors write it: the few header fields that tell one from another.
//!
//! Encoded words (RFC 2047) stay as they are written: they are compared, and shown, in that form.

use super::decode;

/// The values of these header fields, unfolded, empty where a field is missing; the first of each name counts.
pub fn fields<const N: usize>(body: &[u8], names: [&str; N]) -> [String; N] {
    let mut found = [const { String::new() }; N];
    let text = decode::unlabelled(body);
    let mut slot: Option<usize> = None;
    for line in text.lines().take_while(|line| !line.is_empty()) {
        if line.starts_with([' ', '\t']) {
            if let Some(value) = slot.and_then(|slot| found.get_mut(slot)) {
                value.push(' ');
                value.push_str(line.trim());
            }
            continue;
        }
        slot = None;
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        let at = names
            .iter()
            .position(|known| known.eq_ignore_ascii_case(name.trim()));
        if let Some((at, field)) = at.and_then(|at| Some((at, found.get_mut(at)?)))
            && field.is_empty()
        {
            value.trim().clone_into(field);
            slot = Some(at);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folded_field_is_one_value_and_the_text_is_no_header() {
        let mail =
            b"From: a@example.org\r\nsubject: one\r\n two\r\nX: y\r\n z\r\n\r\nTo: nobody\r\n";
        assert_eq!(
            fields(mail, ["Subject", "From", "To"]),
            ["one two", "a@example.org", ""]
        );
    }
}
