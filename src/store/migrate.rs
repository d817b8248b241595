//! Making the tables, and the database's epoch.

use diesel::prelude::*;
use diesel::r2d2::R2D2Connection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::conn::{Access, Conn};
use super::{Store, StoreError, Tx};

/// The same files for both databases.
const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

impl Store {
    /// Makes the tables, or brings those of an older version up to date; all or nothing, and nothing when they
    /// are. Several processes may do so at once: they wait for each other. A database that has no epoch yet gets
    /// `fresh_epoch`, random text by which every device notices another database in this one's place.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer, [`StoreError::Other`] when a migration fails.
    pub fn migrate(&self, fresh_epoch: &str) -> Result<(), StoreError> {
        let _turn = self.turn()?;
        let mut link = self.begin(Access::Write)?;
        let mut tx = Tx::new(&mut link.conn, Access::Write);
        tx.migrate()?;
        if tx.setting("epoch")?.is_none() {
            tx.put_setting("epoch", fresh_epoch)?;
        }
        tx.commit()
    }
}

impl Tx<'_> {
    fn migrate(&mut self) -> Result<(), StoreError> {
        self.tell_by(|conn| {
            let Conn::Pg(conn) = conn else { return Ok(0) };
            // Not bounded by the time a message may wait: another node may be at a long migration.
            diesel::sql_query("SELECT set_config('lock_timeout', '0', true), set_config('statement_timeout', '0', true)")
                .execute(conn)?;
            diesel::sql_query("SELECT pg_advisory_xact_lock(4704158329104518003)").execute(conn)
        })?;
        let run = self.conn().run_pending_migrations(MIGRATIONS).map(drop);
        run.map_err(|cause| {
            if self.conn().is_broken() {
                StoreError::Unavailable(cause)
            } else {
                StoreError::Other(cause)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use diesel::migration::{Migration, MigrationSource};

    use super::*;
    use crate::store::Options;
    use crate::store::conn::Backend;

    /// The migrations of an older version, of which one that counts less than others came later.
    fn older() -> Vec<Box<dyn Migration<Backend>>> {
        let all: Vec<Box<dyn Migration<Backend>>> = MIGRATIONS.migrations().unwrap();
        let mut older: Vec<_> = all
            .into_iter()
            .filter(|one| one.name().version().to_string() != "0005")
            .collect();
        older.sort_by_key(|one| one.name().version().as_owned());
        older
    }

    #[test]
    fn a_database_of_an_older_version_gets_what_it_lacks_in_any_order() {
        let store = Store::open("sqlite::memory:", &Options::default()).unwrap();
        {
            let mut link = store.begin(Access::Write).unwrap();
            let mut tx = Tx::new(&mut link.conn, Access::Write);
            tx.conn().applied_migrations().unwrap();
            for migration in older() {
                tx.conn().run_migration(migration.as_ref()).unwrap();
            }
            diesel::sql_query(
                "INSERT INTO accounts (account_id, name, password_hash, role, disabled, clock, next_item, created) \
                 VALUES (1, 'ada', '', 'user', false, 1, 1, 1)",
            )
            .execute(tx.conn())
            .unwrap();
            tx.commit().unwrap();
        }
        store.migrate("epoch").unwrap();
        let collections = store.read(|tx| tx.collections(crate::ids::AccountId(1)));
        let names: Vec<_> = collections
            .unwrap()
            .into_iter()
            .map(|collection| collection.id.to_string())
            .collect();
        assert_eq!(names, ["email", "files"]);
    }
}
