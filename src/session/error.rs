//! What cannot be answered with a SyncML message.

use crate::message::ReadError;
use crate::store::StoreError;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The body is no SyncML message: HTTP 400, or 415 where it is in a charset or of a public id we do not know.
    #[error(transparent)]
    NotAMessage(#[from] ReadError),
    /// A name in the header is unusable: HTTP 400.
    #[error("unusable header: {0}")]
    BadHeader(String),
    /// The store is not there, or somebody else changed the session meanwhile: HTTP 503, nothing was done,
    /// the device may repeat the message.
    #[error("not available now")]
    Unavailable(#[source] Option<StoreError>),
    /// The store failed in a way that repeating does not mend: HTTP 500, nothing was done.
    #[error("the store failed")]
    Broken(#[source] StoreError),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        if error.is_unavailable() {
            Self::Unavailable(Some(error))
        } else {
            Self::Broken(error)
        }
    }
}
