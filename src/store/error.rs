//! What can go wrong in the store, by what the caller can do about it.
//!
//! Nothing here shows SQL, a database URL or a value of a row; what the database itself said is
//! kept as the source, for the log.

use std::error::Error;

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use crate::ids::BadName;

/// What the database said; for the log, never for a device.
pub type Cause = Box<dyn Error + Send + Sync>;

/// Why a question was not answered or a fact not kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, is busy or full, or did not say whether it committed. Nothing is
    /// known of the transaction's outcome; asking again later may succeed.
    #[error("the database is not available")]
    Unavailable(#[source] Cause),
    /// Another row has this name: a user name, a session token, or a LUID already given to another item.
    #[error("the name is taken")]
    Duplicate(#[source] Cause),
    /// What the statement was about does not exist (any more).
    #[error("there is no such {0}")]
    Missing(&'static str),
    /// A value in the database is none of ours.
    #[error("the database holds what Anchorage never wrote: {0}")]
    Corrupt(String),
    /// The database URL names no database of a kind we know.
    #[error(
        "a database URL begins with sqlite:, postgres:// or postgresql://, and names a database"
    )]
    Url,
    /// A fault of ours: a statement was wrong.
    #[error("the database refused a statement")]
    Other(#[source] Cause),
}

impl StoreError {
    /// Whether asking again later may help: the answer to a device is then "service unavailable".
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        if is_passing(&error) {
            return Self::Unavailable(error.into());
        }
        if let DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) = error {
            return Self::Duplicate(error.into());
        }
        // Only accounts are referred to.
        if let DieselError::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) = error {
            return Self::Missing("account");
        }
        if let DieselError::DeserializationError(cause) = error {
            return Self::Corrupt(cause.to_string());
        }
        Self::Other(error.into())
    }
}

/// Takes a name from the database.
pub(super) fn stored<T>(parsed: Result<T, BadName>) -> Result<T, StoreError> {
    parsed.map_err(|bad| StoreError::Corrupt(bad.to_string()))
}

fn is_passing(error: &DieselError) -> bool {
    use DatabaseErrorKind::{ClosedConnection, SerializationFailure, UnableToSendCommand};
    if let DieselError::DatabaseError(kind, told) = error {
        return matches!(
            kind,
            ClosedConnection | SerializationFailure | UnableToSendCommand
        ) || PASSING.iter().any(|words| told.message().contains(words));
    }
    matches!(
        error,
        DieselError::BrokenTransactionManager | DieselError::RollbackErrorOnCommit { .. }
    )
}

/// What `SQLite` and `PostgreSQL` say when they are busy, full, going down or coming up; diesel keeps no code of these.
const PASSING: &[&str] = &[
    "database is locked",
    "database table is locked",
    "database or disk is full",
    "disk I/O error",
    "unable to open database file",
    "lock timeout",
    "statement timeout",
    "deadlock detected",
    "could not extend file",
    "No space left on device",
    "out of shared memory",
    "terminating connection",
    "server closed the connection",
    "could not receive data from server",
    "could not send data to server",
    "no connection to the server",
    "the database system is",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locked_database_is_worth_another_try() {
        let error = DieselError::DatabaseError(
            DatabaseErrorKind::Unknown,
            Box::new("database is locked".to_owned()),
        );
        assert!(StoreError::from(error).is_unavailable());
    }

    #[test]
    fn a_lost_connection_is_worth_another_try() {
        let error = DieselError::DatabaseError(
            DatabaseErrorKind::ClosedConnection,
            Box::new(String::new()),
        );
        assert!(StoreError::from(error).is_unavailable());
    }

    #[test]
    fn a_taken_name_and_a_wrong_statement_are_not_worth_another_try() {
        let taken =
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, Box::new(String::new()));
        assert!(matches!(StoreError::from(taken), StoreError::Duplicate(_)));
        let wrong = DieselError::DatabaseError(
            DatabaseErrorKind::Unknown,
            Box::new("syntax error".to_owned()),
        );
        assert!(matches!(StoreError::from(wrong), StoreError::Other(_)));
    }

    #[test]
    fn an_error_shows_nothing_of_the_database_to_the_outside() {
        let error = DieselError::DatabaseError(
            DatabaseErrorKind::UniqueViolation,
            Box::new("accounts.name".to_owned()),
        );
        let error = StoreError::from(error);
        assert_eq!(error.to_string(), "the name is taken");
        assert!(
            error
                .source()
                .is_some_and(|cause| cause.to_string().contains("accounts.name"))
        );
    }
}
