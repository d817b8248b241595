//! The two generations of content lines, told apart by `VERSION`.

/// Which of the two generations of content lines a body is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// vCard 2.1, vCalendar 1.0, vNote 1.1: folded only where a blank already stood, so the blank stays;
    /// `\;` is the only escape.
    Old,
    /// vCard 3.0 and 4.0, iCalendar 2.0: folded anywhere with one extra blank, which goes; `\n \, \; \\`.
    New,
}

impl Dialect {
    /// The dialect a body's first `VERSION` names; [`Dialect::Old`] when there is none.
    #[must_use]
    pub fn of(body: &[u8]) -> Self {
        match version(body) {
            Some(b"3.0" | b"4.0" | b"2.0") => Self::New,
            Some(_) | None => Self::Old,
        }
    }
}

/// The value of the first `VERSION` line within the first 64 KiB of a body, without blanks.
#[must_use]
pub fn version(body: &[u8]) -> Option<&[u8]> {
    let head = body.get(..VERSION_WITHIN).unwrap_or(body);
    head.split(|b| *b == b'\n').find_map(|line| {
        let (name, rest) = line.trim_ascii_start().split_at_checked(b"VERSION".len())?;
        let is_version = name.eq_ignore_ascii_case(b"VERSION")
            && matches!(rest.first(), Some(b':' | b';' | b' '));
        let colon = rest
            .iter()
            .position(|b| *b == b':')
            .filter(|_| is_version)?;
        rest.get(colon + 1..).map(<[u8]>::trim_ascii)
    })
}

const VERSION_WITHIN: usize = 64 << 10;
