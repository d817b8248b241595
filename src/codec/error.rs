//! Why bytes are not a `SyncML` document.

/// What is wrong with a document, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Neither XML nor WBXML.
    #[error("neither XML nor WBXML: the first byte is {first:#04x}")]
    NotSyncMl {
        /// The first byte; 0 when there is none.
        first: u8,
    },
    /// Broken at this byte.
    #[error("broken at byte {at}: {what}")]
    Malformed {
        /// Byte offset from the start of the document.
        at: usize,
        /// What was found wrong there.
        what: String,
    },
    /// Refused though it may be well-formed: an internal DTD subset, an entity of its own, a NUL.
    #[error("refused at byte {at}: {what}")]
    Forbidden {
        /// Byte offset from the start of the document.
        at: usize,
        /// What is not allowed.
        what: &'static str,
    },
    /// A limit was passed; reading stopped there.
    #[error("more than {max} {what}")]
    TooMuch {
        /// What there was too much of.
        what: &'static str,
        /// The limit.
        max: usize,
    },
    /// The bytes are not of their charset.
    #[error("cannot read charset {0:?}")]
    Charset(String),
    /// It may be sound, but it is in a charset or of a public id that we do not know.
    #[error("{0} is not one that is read here")]
    Foreign(String),
}
