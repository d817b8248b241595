//! Connections: which database a URL names, how one is opened, and the pool's view of them.

use std::fmt;

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::r2d2::{ManageConnection, R2D2Connection};
use diesel::sql_types::Text;
use diesel::sqlite::SqliteConnection;

use super::StoreError;

/// A connection to either database.
#[derive(diesel::MultiConnection)]
pub(super) enum Conn {
    /// `PostgreSQL`.
    Pg(PgConnection),
    /// `SQLite`.
    Sqlite(SqliteConnection),
}

/// What diesel calls both databases together.
pub(super) type Backend = <Conn as Connection>::Backend;

/// Runs one statement, written once, on whichever database it is: diesel's own enum knows no upsert and
/// no insert of many rows, each of its sides does.
macro_rules! each {
    ($conn:expr, $statement:expr) => {
        match $conn {
            $crate::store::conn::Conn::Pg(conn) => diesel::RunQueryDsl::execute($statement, conn),
            $crate::store::conn::Conn::Sqlite(conn) => {
                diesel::RunQueryDsl::execute($statement, conn)
            }
        }
    };
}
pub(super) use each;

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `PostgreSQL`.
    Postgres,
    /// `SQLite`.
    Sqlite,
}

/// What a transaction may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Only ask.
    Read,
    /// Ask and tell.
    Write,
}

impl Conn {
    /// Opens a transaction. A reader sees the database as it was at its first question; a writer on `SQLite` is
    /// the only one from here on, because one that first reads and then writes cannot wait for its turn.
    pub(super) fn begin(&mut self, access: Access) -> QueryResult<()> {
        match (self, access) {
            (Self::Pg(conn), Access::Read) => AnsiTransactionManager::begin_transaction_sql(
                conn,
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            ),
            (Self::Pg(conn), Access::Write) => AnsiTransactionManager::begin_transaction_sql(
                conn,
                "BEGIN ISOLATION LEVEL READ COMMITTED",
            ),
            (Self::Sqlite(conn), Access::Read) => {
                AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN")
            }
            (Self::Sqlite(conn), Access::Write) => {
                AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE")
            }
        }
    }

    /// Makes what was told last.
    pub(super) fn commit(&mut self) -> QueryResult<()> {
        <Self as Connection>::TransactionManager::commit_transaction(self)
    }

    /// Forgets what was told.
    pub(super) fn rollback(&mut self) -> QueryResult<()> {
        <Self as Connection>::TransactionManager::rollback_transaction(self)
    }
}

/// A connection as the pool holds it.
pub(super) struct Link {
    /// The connection.
    pub(super) conn: Conn,
    /// It failed to open a transaction: nothing else is to be tried on it.
    pub(super) broken: bool,
}

/// Where the database is. It has no `Display`: a URL may hold a password.
#[derive(Clone)]
pub(super) enum Target {
    /// A libpq URL.
    Postgres(String),
    /// A file.
    File(String),
    /// A private database in memory, gone with its only connection.
    Memory,
}

impl Target {
    /// Reads a database URL: `sqlite:PATH`, `sqlite::memory:`, `postgres://..`, `postgresql://..`.
    pub(super) fn parse(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(with_defaults(url)));
        }
        let path = url.strip_prefix("sqlite:").ok_or(StoreError::Url)?;
        if path == ":memory:" {
            return Ok(Self::Memory);
        }
        let path = path.strip_prefix("//").unwrap_or(path);
        // SQLite reads a path that begins so as a URL of its own.
        if path.is_empty() || path.starts_with("file:") || path.starts_with("sqlite:") {
            return Err(StoreError::Url);
        }
        Ok(Self::File(path.to_owned()))
    }

    /// Which database it is.
    pub(super) const fn kind(&self) -> Kind {
        match self {
            Self::Postgres(_) => Kind::Postgres,
            Self::File(_) | Self::Memory => Kind::Sqlite,
        }
    }
}

/// Adds what keeps a server from waiting for a host that is gone, and our name for whoever looks at the
/// database's connections; what the URL itself says stands.
fn with_defaults(url: &str) -> String {
    let mut full = url.to_owned();
    for (name, value) in [
        ("connect_timeout", "5"),
        ("tcp_user_timeout", "30000"),
        ("fallback_application_name", "anchorage"),
    ] {
        if !url.contains(&format!("{name}=")) {
            full.push(if full.contains('?') { '&' } else { '?' });
            full.push_str(name);
            full.push('=');
            full.push_str(value);
        }
    }
    full
}

/// Why no connection could be opened. Never shows the URL.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct ConnectError(String);

impl ConnectError {
    fn of(error: impl fmt::Display) -> Self {
        let told = error.to_string();
        // libpq quotes a URL that it cannot read, password and all.
        if told.contains("URI") || told.contains("://") || told.contains("percent-encoded") {
            return Self("the database URL cannot be read".to_owned());
        }
        Self(told)
    }
}

/// Opens connections for the pool.
pub(super) struct Manager {
    /// Where to.
    pub(super) target: Target,
    /// How long a statement of `PostgreSQL` may wait for a lock, in milliseconds.
    pub(super) lock_timeout_ms: u128,
}

impl Manager {
    fn open_postgres(&self, url: &str) -> Result<Conn, ConnectError> {
        let mut conn = PgConnection::establish(url).map_err(ConnectError::of)?;
        let lock_timeout = self.lock_timeout_ms.to_string();
        for (name, value) in [
            ("lock_timeout", lock_timeout.as_str()),
            ("statement_timeout", STATEMENT_TIMEOUT_MS),
            ("idle_in_transaction_session_timeout", IDLE_TIMEOUT_MS),
            // A plan made for an empty table would be kept while the table grows.
            ("plan_cache_mode", "force_custom_plan"),
        ] {
            diesel::sql_query("SELECT set_config($1, $2, false)")
                .bind::<Text, _>(name)
                .bind::<Text, _>(value)
                .execute(&mut conn)
                .map_err(ConnectError::of)?;
        }
        Ok(Conn::Pg(conn))
    }

    fn open_sqlite(path: &str) -> Result<Conn, ConnectError> {
        let mut conn = SqliteConnection::establish(path).map_err(ConnectError::of)?;
        conn.batch_execute(PRAGMAS).map_err(ConnectError::of)?;
        Ok(Conn::Sqlite(conn))
    }
}

impl ManageConnection for Manager {
    type Connection = Link;
    type Error = ConnectError;

    fn connect(&self) -> Result<Link, ConnectError> {
        let conn = match &self.target {
            Target::Postgres(url) => self.open_postgres(url),
            Target::File(path) => Self::open_sqlite(path),
            Target::Memory => Self::open_sqlite(":memory:"),
        }?;
        Ok(Link {
            conn,
            broken: false,
        })
    }

    fn is_valid(&self, link: &mut Link) -> Result<(), ConnectError> {
        link.conn.ping().map_err(ConnectError::of)
    }

    fn has_broken(&self, link: &mut Link) -> bool {
        link.broken || link.conn.is_broken()
    }
}

/// The longest a single statement of `PostgreSQL` may take.
const STATEMENT_TIMEOUT_MS: &str = "30000";
/// The longest `PostgreSQL` keeps the locks of a process that went silent within a transaction.
const IDLE_TIMEOUT_MS: &str = "60000";
/// `busy_timeout` comes first: already the change to WAL may have to wait for another process.
const PRAGMAS: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                       PRAGMA foreign_keys = ON; PRAGMA case_sensitive_like = ON;";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_a_file_a_private_memory_or_a_server() {
        assert!(matches!(
            Target::parse("sqlite::memory:"),
            Ok(Target::Memory)
        ));
        assert!(
            matches!(Target::parse("sqlite:a/b.db"), Ok(Target::File(path)) if path == "a/b.db")
        );
        assert!(
            matches!(Target::parse("sqlite:///a/b.db"), Ok(Target::File(path)) if path == "/a/b.db")
        );
        for url in ["postgres://h/d", "postgresql://h/d"] {
            assert!(
                matches!(Target::parse(url), Ok(Target::Postgres(full)) if full.starts_with(url))
            );
        }
    }

    #[test]
    fn a_url_of_another_kind_is_refused_without_quoting_it() {
        for url in [
            "",
            "anchorage.db",
            "mysql://u:secret@h/d",
            "sqlite:",
            "sqlite:file:x?mode=memory",
            "postgres:h",
        ] {
            let refused = Target::parse(url).err().unwrap();
            assert!(matches!(refused, StoreError::Url));
            assert!(!refused.to_string().contains("secret"));
        }
    }

    #[test]
    fn what_the_url_says_of_timeouts_stands() {
        let full = with_defaults("postgres://h/d?connect_timeout=1");
        assert_eq!(full.matches("connect_timeout").count(), 1);
        assert!(full.contains("?connect_timeout=1&tcp_user_timeout=30000&"));
    }

    #[test]
    fn a_password_in_an_unreadable_url_is_not_quoted() {
        for url in [
            "postgres://u:secret%zz@h/d",
            "postgres://u:secret@[h/d",
            "postgres://u:secret@h/d?secret",
        ] {
            let manager = Manager {
                target: Target::parse(url).unwrap(),
                lock_timeout_ms: 1,
            };
            let refused = manager.connect().err().unwrap();
            assert!(!refused.to_string().contains("secret"), "{refused}");
        }
    }
}
