//! The shifts of ISO-2022-JP (RFC 1468): escape sequences that say what the bytes after them mean.

const LENGTH: usize = 3;

/// The bytes without the shifts that another one follows at once. Text put together from pieces has
/// such shifts and means no harm by it; the WHATWG Encoding Standard (section 12.2.1) refuses them.
pub(super) fn without_idle(bytes: &[u8]) -> Vec<u8> {
    let mut once = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&first, after)) = rest.split_first() {
        let beyond = rest.get(LENGTH..).unwrap_or_default();
        if begins_with_shift(rest) && begins_with_shift(beyond) {
            rest = beyond;
        } else {
            once.push(first);
            rest = after;
        }
    }
    once
}

fn begins_with_shift(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [0x1b, b'(', b'B' | b'J' | b'I', ..] | [0x1b, b'$', b'@' | b'B', ..]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_shifts_in_a_row_the_last_one_counts() {
        for (bytes, once) in [
            (&b"a"[..], &b"a"[..]),
            (b"\x1b(B\x1b$Ba", b"\x1b$Ba"),
            (b"\x1b(B\x1b(J\x1b$Ba\x1b(B", b"\x1b$Ba\x1b(B"),
            (b"\x1b$B\x1b", b"\x1b$B\x1b"),
        ] {
            assert_eq!(without_idle(bytes), once);
        }
    }
}
