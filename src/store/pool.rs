//! The store itself: a pool of connections, and transactions on them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use diesel::r2d2::{ManageConnection, NopErrorHandler, Pool, PooledConnection, R2D2Connection};

use super::StoreError;
use super::conn::{Access, Kind, Manager, Target};
use super::tx::{Tally, Tx};

/// How a store is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// How many connections it keeps at most, at least 1. A database in memory has one, whatever stands here.
    pub pool_size: u32,
    /// How long a caller waits for a connection, a writer for its turn, and a statement for a lock.
    pub patience: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            pool_size: 8,
            patience: Duration::from_secs(5),
        }
    }
}

/// The database. A clone is the same store.
///
/// A transaction must not be opened within another one of the same thread: it would wait for itself
/// until [`Options::patience`] is over.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    pool: Pool<Manager>,
    kind: Kind,
    turn: Turn,
    statements: AtomicU64,
    rows_read: AtomicU64,
    rows_written: AtomicU64,
}

impl Store {
    /// Opens the database that `url` names: `sqlite:PATH` (the file is made when there is none),
    /// `sqlite::memory:` (private to this store, gone with it), `postgres://..` or `postgresql://..`.
    /// The tables are [`Store::migrate`]'s business.
    ///
    /// # Errors
    /// [`StoreError::Url`] for any other URL; [`StoreError::Unavailable`] when no connection can be opened.
    pub fn open(url: &str, options: &Options) -> Result<Self, StoreError> {
        let target = Target::parse(url)?;
        let kind = target.kind();
        let pool_size = match target {
            Target::Memory => 1,
            Target::File(_) | Target::Postgres(_) => options.pool_size.max(1),
        };
        let patience = options.patience.max(Duration::from_millis(1));
        let manager = Manager {
            target,
            lock_timeout_ms: patience.as_millis(),
        };
        // Tried once without the pool, which would ask again and again before it told why.
        manager
            .connect()
            .map_err(|error| StoreError::Unavailable(error.into()))?;
        let pool = Pool::builder()
            .max_size(pool_size)
            .min_idle(Some(0))
            .max_lifetime(None)
            .idle_timeout(None)
            .test_on_check_out(false)
            .connection_timeout(patience)
            .error_handler(Box::new(NopErrorHandler))
            .build_unchecked(manager);
        Ok(Self(Arc::new(Inner {
            pool,
            kind,
            turn: Turn {
                taken: Mutex::new(false),
                freed: Condvar::new(),
                patience,
            },
            statements: AtomicU64::new(0),
            rows_read: AtomicU64::new(0),
            rows_written: AtomicU64::new(0),
        })))
    }

    /// Which database it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// What all finished transactions of this process on this store have cost.
    #[must_use]
    pub fn tally(&self) -> Tally {
        Tally {
            statements: self.0.statements.load(Ordering::Relaxed),
            rows_read: self.0.rows_read.load(Ordering::Relaxed),
            rows_written: self.0.rows_written.load(Ordering::Relaxed),
        }
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when there is none.
    pub fn ping(&self) -> Result<(), StoreError> {
        let mut link = self.begin(Access::Read)?;
        let mut tx = Tx::new(&mut link.conn, Access::Read);
        tx.conn().ping()?;
        tx.commit()
    }

    /// Runs questions in one transaction that sees the database as it is at its first question.
    ///
    /// # Errors
    /// What `work` returns, and [`StoreError`] as `E` when the database fails or `work` tries to write.
    pub fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.transaction(Access::Read, work)
    }

    /// Runs questions and facts in one transaction: all of it lasts once this has returned `Ok`; nothing of
    /// it happened when `work` returned an error or panicked.
    ///
    /// # Errors
    /// What `work` returns, and [`StoreError`] as `E` when the database fails. When the commit itself fails the
    /// outcome is unknown, which is [`StoreError::Unavailable`].
    pub fn write<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let _turn = self.turn()?;
        self.transaction(Access::Write, work)
    }

    /// Waits until no other writer of this process is at work, where the database allows only one: waiting
    /// here costs nothing, waiting in `SQLite` is sleeping and asking again.
    pub(super) fn turn(&self) -> Result<Option<TurnGuard<'_>>, StoreError> {
        match self.0.kind {
            Kind::Postgres => Ok(None),
            Kind::Sqlite => self.0.turn.take().map(Some),
        }
    }

    fn transaction<T, E: From<StoreError>>(
        &self,
        access: Access,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut link = self.begin(access)?;
        let mut tx = Tx::new(&mut link.conn, access);
        let outcome = work(&mut tx);
        self.count(tx.tally());
        let value = outcome?;
        tx.commit()?;
        Ok(value)
    }

    /// A connection with an open transaction. A restart of the server leaves the pool full of dead connections:
    /// as nothing was said on it yet, each is thrown away and the next one tried.
    pub(super) fn begin(&self, access: Access) -> Result<PooledConnection<Manager>, StoreError> {
        let mut dead = 0;
        loop {
            let mut link = self
                .0
                .pool
                .get()
                .map_err(|error| StoreError::Unavailable(error.into()))?;
            let Err(error) = link.conn.begin(access) else {
                return Ok(link);
            };
            // SQLite is busy or the disk full, but its connection, which may hold the only copy, is sound.
            link.broken = self.0.kind == Kind::Postgres;
            if !link.broken || dead == self.0.pool.max_size() {
                return Err(StoreError::Unavailable(error.into()));
            }
            dead += 1;
        }
    }

    fn count(&self, tally: Tally) {
        self.0
            .statements
            .fetch_add(tally.statements, Ordering::Relaxed);
        self.0
            .rows_read
            .fetch_add(tally.rows_read, Ordering::Relaxed);
        self.0
            .rows_written
            .fetch_add(tally.rows_written, Ordering::Relaxed);
    }
}

/// The right to write, of which `SQLite` has one.
struct Turn {
    taken: Mutex<bool>,
    freed: Condvar,
    patience: Duration,
}

impl Turn {
    fn take(&self) -> Result<TurnGuard<'_>, StoreError> {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut taken, wait) = self
            .freed
            .wait_timeout_while(taken, self.patience, |taken| *taken)
            .unwrap_or_else(PoisonError::into_inner);
        if wait.timed_out() && *taken {
            return Err(StoreError::Unavailable(
                "another writer is still at work".into(),
            ));
        }
        *taken = true;
        Ok(TurnGuard(self))
    }
}

pub(super) struct TurnGuard<'t>(&'t Turn);

impl Drop for TurnGuard<'_> {
    fn drop(&mut self) {
        *self.0.taken.lock().unwrap_or_else(PoisonError::into_inner) = false;
        self.0.freed.notify_one();
    }
}
