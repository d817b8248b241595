//! Why a command did not do what it was asked to, as a sentence and as an exit code.

use std::error::Error;
use std::io;
use std::process::ExitCode;

use crate::auth::{BadPassword, SecretError, StoreFailed};
use crate::config::Problems;
use crate::store::StoreError;

/// Why a command did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Exit code 1: it went wrong.
    #[error("{0}")]
    Failed(String),
    /// Exit code 2: the command or the configuration is wrong.
    #[error("{0}")]
    Usage(String),
    /// Exit code 3: there is no such thing.
    #[error("{0}")]
    NotFound(String),
    /// Exit code 4: it is already there, or may not be done.
    #[error("{0}")]
    Refused(String),
    /// Exit code 5: the database cannot be reached or is busy.
    #[error("{0}")]
    Database(String),
    /// Exit code 0: the reader of our output went away, as `head` does.
    #[error("nobody reads the answer")]
    NoReader,
}

impl Failure {
    /// Something went wrong, told in a sentence.
    pub fn failed(sentence: impl Into<String>) -> Self {
        Self::Failed(sentence.into())
    }

    /// How the process ends.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::NoReader => 0,
            Self::Failed(_) => 1,
            Self::Usage(_) => 2,
            Self::NotFound(_) => 3,
            Self::Refused(_) => 4,
            Self::Database(_) => 5,
        })
    }

    /// Tells it on stderr.
    pub(super) fn tell(&self) {
        match self {
            Self::NoReader => {}
            Self::Failed(text)
            | Self::Usage(text)
            | Self::NotFound(text)
            | Self::Refused(text)
            | Self::Database(text) => {
                use io::Write;
                // There is nowhere left to tell that stderr is gone.
                drop(writeln!(io::stderr(), "anchorage: {text}"));
            }
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let text = with_cause(&error);
        match error {
            StoreError::Unavailable(_) => Self::Database(text),
            StoreError::Duplicate(_) => Self::Refused(text),
            StoreError::Missing(_) => Self::NotFound(text),
            StoreError::Url => Self::Usage(text),
            StoreError::Corrupt(_) | StoreError::Other(_) => Self::Failed(text),
        }
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        Self::Usage(problems.to_string())
    }
}

impl From<SecretError> for Failure {
    fn from(error: SecretError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<StoreFailed> for Failure {
    fn from(error: StoreFailed) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<BadPassword> for Failure {
    fn from(error: BadPassword) -> Self {
        Self::Usage(error.to_string())
    }
}

/// The error and what caused it, in one line.
fn with_cause(error: &dyn Error) -> String {
    let mut text = error.to_string();
    if let Some(cause) = error.source() {
        let cause = cause.to_string();
        let lines: Vec<&str> = cause
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        text = format!("{text}: {}", lines.join("; "));
    }
    text
}
