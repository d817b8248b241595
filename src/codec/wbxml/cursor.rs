//! A place in WBXML bytes. Every read is checked against what is left; nothing is allocated here.

use crate::codec::DecodeError;
use crate::codec::assemble::malformed;

/// Reads forward through one document, or through a document nested in another.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Where `bytes` begins in the outermost document.
    base: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8], base: usize) -> Self {
        Self { bytes, at: 0, base }
    }

    /// The offset in the outermost document.
    pub(super) fn at(&self) -> usize {
        self.base.saturating_add(self.at)
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn truncated(&self) -> DecodeError {
        malformed(
            self.base.saturating_add(self.bytes.len()),
            "the document is truncated",
        )
    }

    /// The next byte, without going on.
    pub(super) fn peek(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    pub(super) fn byte(&mut self) -> Result<u8, DecodeError> {
        let byte = self.peek().ok_or_else(|| self.truncated())?;
        self.at += 1;
        Ok(byte)
    }

    /// An `mb_u_int32`: groups of seven bits, most significant first, at most five bytes and 32 bits.
    pub(super) fn number(&mut self) -> Result<u32, DecodeError> {
        let start = self.at();
        let mut value = 0_u64;
        for _ in 0..5 {
            let byte = self.byte()?;
            value = value << 7 | u64::from(byte & 0x7f);
            if byte < 0x80 {
                return u32::try_from(value)
                    .map_err(|_| malformed(start, "a number of more than 32 bits"));
            }
        }
        Err(malformed(start, "a number of more than five bytes"))
    }

    /// A number that counts bytes.
    pub(super) fn length(&mut self) -> Result<usize, DecodeError> {
        self.number()
            .map(|length| usize::try_from(length).unwrap_or(usize::MAX))
    }

    /// This many bytes.
    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], DecodeError> {
        let taken = self.rest().get(..length).ok_or_else(|| self.truncated())?;
        self.at += length;
        Ok(taken)
    }

    /// The bytes before the NUL that ends an inline string; `wide` strings end with two.
    pub(super) fn string(&mut self, wide: bool) -> Result<&'a [u8], DecodeError> {
        let length = string_length(self.rest(), wide).ok_or_else(|| self.truncated())?;
        let string = self.take(length)?;
        self.at += if wide { 2 } else { 1 };
        Ok(string)
    }
}

/// The length of the string at the head of these bytes, without its end; `None` if it has no end.
pub(super) fn string_length(bytes: &[u8], wide: bool) -> Option<usize> {
    if wide {
        bytes
            .chunks_exact(2)
            .position(|unit| unit == [0, 0])
            .map(|units| units * 2)
    } else {
        bytes.iter().position(|byte| *byte == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_at_most_five_bytes_and_32_bits() {
        for (bytes, number) in [
            (&[0x00][..], 0),
            (&[0x7f], 127),
            (&[0x81, 0x48], 200),
            (&[0xa4, 0x01], 0x1201),
            (&[0x8f, 0xff, 0xff, 0xff, 0x7f], u32::MAX),
        ] {
            assert_eq!(Cursor::new(bytes, 0).number(), Ok(number));
        }
        assert_eq!(
            Cursor::new(&[0x90, 0x80, 0x80, 0x80, 0x00], 3).number(),
            Err(malformed(3, "a number of more than 32 bits"))
        );
        assert_eq!(
            Cursor::new(&[0xff; 6], 0).number(),
            Err(malformed(0, "a number of more than five bytes"))
        );
        assert_eq!(
            Cursor::new(&[0x81], 0).number(),
            Err(malformed(1, "the document is truncated"))
        );
    }

    #[test]
    fn a_wide_string_ends_at_a_whole_unit() {
        assert_eq!(
            string_length(&[0x01, 0x00, 0x00, 0x01, 0x00, 0x00, 0xff], true),
            Some(4)
        );
        assert_eq!(string_length(&[0x01, 0x00, 0x00], true), None);
        assert_eq!(string_length(b"ab\0c", false), Some(2));
    }
}
