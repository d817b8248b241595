//! What is known of the database itself.

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::Result;
use crate::store::Tx;
use crate::store::conn::each;
use crate::store::schema::settings;

impl Tx<'_> {
    /// A fact about the database: `epoch`, `server-id`, `twin-keys`.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn setting(&mut self, name: &str) -> Result<Option<String>> {
        self.ask_one(settings::table.find(name).select(settings::value))
    }

    /// Keeps a fact about the database; one of that name is replaced.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn put_setting(&mut self, name: &str, value: &str) -> Result<()> {
        let put = diesel::insert_into(settings::table)
            .values((settings::name.eq(name), settings::value.eq(value)))
            .on_conflict(settings::name)
            .do_update()
            .set(settings::value.eq(excluded(settings::value)));
        self.tell_by(|conn| each!(conn, put)).map(drop)
    }
}
