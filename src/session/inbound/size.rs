//! Whether a large object is as long as its device said. Source: Representation Protocol 1.2.2, `Size`; field quirk P2.

/// The length of a body as it is kept.
pub(super) fn length(data: &[u8]) -> i64 {
    i64::try_from(data.len()).unwrap_or(i64::MAX)
}

/// Whether a body is as long as its device announced. Devices count a line's end as one byte or as two, whatever they
/// send (and XML reads two as one); `off_by_one` is for those of Series 40, which count one byte too many or too few
/// (field quirk P2).
pub(super) fn agrees(announced: i64, body: &[u8], off_by_one: bool) -> bool {
    let pairs = body.windows(2).filter(|pair| *pair == b"\r\n").count();
    let feeds = body.split(|byte| *byte == b'\n').count() - 1;
    let lengths = [body.len(), body.len() - pairs, body.len() + (feeds - pairs)];
    let tolerance = i64::from(off_by_one);
    lengths
        .into_iter()
        .filter_map(|length| i64::try_from(length).ok())
        .any(|length| (length - announced).abs() <= tolerance)
}

#[cfg(test)]
mod tests {
    use super::agrees;

    /// REQ-META-7, field quirk P2.
    #[test]
    fn a_size_counts_line_ends_as_one_byte_or_as_two() {
        for body in [b"a\r\nb\r\n".as_slice(), b"a\nb\n"] {
            for (size, good) in [
                (3, false),
                (4, true),
                (5, body.len() == 5),
                (6, true),
                (7, false),
            ] {
                assert_eq!(agrees(size, body, false), good, "{size} of {body:?}");
            }
        }
        assert!(agrees(5, b"a\r\nb\n", false));
        assert!(agrees(0, b"", false));
    }

    #[test]
    fn a_device_that_counts_one_byte_too_many_is_believed_where_it_is_known_for_it() {
        assert!(agrees(4, b"abc", true) && agrees(2, b"abc", true));
        assert!(!agrees(4, b"abc", false));
        assert!(!agrees(5, b"abc", true));
    }
}
