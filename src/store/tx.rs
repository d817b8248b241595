//! An open transaction, and the two ways a statement is run in it: asked or told, both counted.
//!
//! The questions and facts themselves stand by table in [`super::sql`]. For all of them: `account` comes
//! first in every key; a list may have any length (long ones are taken in chunks), and an empty one costs
//! no statement.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::query_dsl::methods::{ExecuteDsl, LoadQuery};

use super::StoreError;
use super::conn::{Access, Conn};

/// An open transaction. Once a statement of it has failed, it answers nothing more and will not be committed.
pub struct Tx<'c> {
    conn: &'c mut Conn,
    access: Access,
    tally: Tally,
    stage: Stage,
}

/// What a transaction has cost, or all of a store's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Statements sent to the database, its opening and its end not counted; the rows kept at once count as one, in however
    /// many pieces `SQLite`, which is no journey away, is given them.
    pub statements: u64,
    /// Rows that came back.
    pub rows_read: u64,
    /// Rows inserted, updated or deleted; those that fall with an account not counted.
    pub rows_written: u64,
}

/// A point in a transaction to which what follows it can be undone; good once.
#[derive(Debug)]
#[must_use = "what follows it is either kept or undone"]
pub struct Savepoint(u64);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Open,
    Failed,
    Closed,
}

type Result<T> = std::result::Result<T, StoreError>;

impl<'c> Tx<'c> {
    /// Takes over a connection on which a transaction was just opened.
    pub(super) fn new(conn: &'c mut Conn, access: Access) -> Self {
        Self {
            conn,
            access,
            tally: Tally::default(),
            stage: Stage::Open,
        }
    }

    /// What this transaction has cost so far.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// Marks this point: what is told from here on is to be kept or undone as a whole, with [`Tx::keep`] or
    /// [`Tx::undo`]. Points nest; the latest goes first.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub fn savepoint(&mut self) -> Result<Savepoint> {
        let mark = Savepoint(self.tally.statements);
        self.batch(&format!("SAVEPOINT s{}", mark.0))?;
        Ok(mark)
    }

    /// Keeps what was told since.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails, or a statement since did.
    #[expect(clippy::needless_pass_by_value, reason = "a point is good once")]
    pub fn keep(&mut self, mark: Savepoint) -> Result<()> {
        let Savepoint(number) = mark;
        self.batch(&format!("RELEASE SAVEPOINT s{number}"))
    }

    /// Undoes what was told since. It does not mend a transaction in which a statement failed: that is lost as a whole.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails, or a statement since did.
    #[expect(clippy::needless_pass_by_value, reason = "a point is good once")]
    pub fn undo(&mut self, mark: Savepoint) -> Result<()> {
        let Savepoint(number) = mark;
        self.batch(&format!(
            "ROLLBACK TO SAVEPOINT s{number}; RELEASE SAVEPOINT s{number}"
        ))
    }

    fn batch(&mut self, sql: &str) -> Result<()> {
        self.run(Access::Write, |conn| conn.batch_execute(sql))
    }

    /// Makes what was told last.
    pub(super) fn commit(mut self) -> Result<()> {
        self.check(Access::Read)?;
        self.stage = Stage::Closed;
        // Whatever a database says here, it does not say whether it committed.
        self.conn
            .commit()
            .map_err(|error| StoreError::Unavailable(error.into()))
    }

    /// Asks; every row of the answer.
    pub(super) fn ask<'q, Q, R>(&mut self, query: Q) -> Result<Vec<R>>
    where
        Q: RunQueryDsl<Conn> + LoadQuery<'q, Conn, R>,
    {
        let rows = self.run(Access::Read, |conn| query.load(conn))?;
        self.tally.rows_read += count(rows.len());
        Ok(rows)
    }

    /// Asks; the first row of the answer.
    pub(super) fn ask_one<'q, Q, R>(&mut self, query: Q) -> Result<Option<R>>
    where
        Q: RunQueryDsl<Conn> + LoadQuery<'q, Conn, R>,
    {
        Ok(self.ask(query)?.into_iter().next())
    }

    /// Tells, and asks for the rows as they are then.
    pub(super) fn tell_and_ask<'q, Q, R>(&mut self, statement: Q) -> Result<Vec<R>>
    where
        Q: RunQueryDsl<Conn> + LoadQuery<'q, Conn, R>,
    {
        let rows = self.run(Access::Write, |conn| statement.load(conn))?;
        self.tally.rows_read += count(rows.len());
        self.tally.rows_written += count(rows.len());
        Ok(rows)
    }

    /// Tells; how many rows it met.
    pub(super) fn tell<Q>(&mut self, statement: Q) -> Result<usize>
    where
        Q: RunQueryDsl<Conn> + ExecuteDsl<Conn>,
    {
        self.tell_by(|conn| statement.execute(conn))
    }

    /// Tells what each database has to be told by itself; how many rows it met.
    pub(super) fn tell_by(
        &mut self,
        run: impl FnOnce(&mut Conn) -> QueryResult<usize>,
    ) -> Result<usize> {
        let rows = self.run(Access::Write, run)?;
        self.tally.rows_written += count(rows);
        Ok(rows)
    }

    /// For what runs its statements itself; they are not counted.
    pub(super) fn conn(&mut self) -> &mut Conn {
        self.conn
    }

    fn run<T>(
        &mut self,
        access: Access,
        run: impl FnOnce(&mut Conn) -> QueryResult<T>,
    ) -> Result<T> {
        self.check(access)?;
        self.tally.statements += 1;
        run(self.conn).map_err(|error| {
            self.stage = Stage::Failed;
            error.into()
        })
    }

    /// `PostgreSQL` refuses both by itself, the second even silently at the end; `SQLite` would go on.
    fn check(&self, access: Access) -> Result<()> {
        if self.access == Access::Read && access == Access::Write {
            return Err(StoreError::Other("a write within a read".into()));
        }
        if self.stage == Stage::Failed {
            return Err(StoreError::Other(
                "an earlier statement of the transaction failed".into(),
            ));
        }
        Ok(())
    }
}

impl Drop for Tx<'_> {
    fn drop(&mut self) {
        if self.stage != Stage::Closed {
            // A connection that cannot even roll back counts as broken and leaves the pool.
            self.conn.rollback().ok();
        }
    }
}

fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}
