//! Rows that are kept whether or not there was one of the same key: an insert that becomes an update.
//!
//! diesel makes the text of an upsert anew for every call, and a database has to read it anew: for a hundred rows that
//! takes `SQLite` about as long as to write them. Here a statement for so many rows is the same each time, and stays
//! prepared.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::{QueryResult, RunQueryDsl};

use super::conn::Conn;

/// A row that can be kept, see [`kept`].
pub(super) trait Row {
    /// The statement up to its values.
    const HEAD: &'static str;
    /// From its `ON CONFLICT` on.
    const END: &'static str;
    /// The row without its lifetime.
    type Id: 'static;
}

/// The values of a row, in the order of its columns.
pub(super) trait Values<DB: Backend> {
    /// Binds them.
    fn bind<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()>;
}

/// The upsert of so many rows; of any number when that is none.
struct Upsert<'r, R, const ROWS: usize>(&'r [R]);

/// What a statement is known by.
#[derive(Debug)]
struct Known<R, const ROWS: usize>(PhantomData<R>);

impl<R: Row, const ROWS: usize> QueryId for Upsert<'_, R, ROWS> {
    type QueryId = Known<R::Id, ROWS>;
    const HAS_STATIC_QUERY_ID: bool = ROWS > 0;
}

impl<DB: Backend, R: Row + Values<DB>, const ROWS: usize> QueryFragment<DB>
    for Upsert<'_, R, ROWS>
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if ROWS != self.0.len() {
            out.unsafe_to_cache_prepared();
        }
        out.push_sql(R::HEAD);
        for (at, row) in self.0.iter().enumerate() {
            out.push_sql(if at == 0 { "(" } else { ", (" });
            row.bind(out.reborrow())?;
            out.push_sql(")");
        }
        out.push_sql(R::END);
        Ok(())
    }
}

impl<R, C, const ROWS: usize> RunQueryDsl<C> for Upsert<'_, R, ROWS> {}

/// Keeps rows: `PostgreSQL` takes them in one go, `SQLite` by the statements for so many that it has prepared.
pub(super) fn upsert<R>(conn: &mut Conn, rows: &[R]) -> QueryResult<usize>
where
    R: Row + Values<diesel::pg::Pg> + Values<diesel::sqlite::Sqlite>,
{
    let conn = match conn {
        Conn::Pg(conn) => return Upsert::<R, 0>(rows).execute(conn),
        Conn::Sqlite(conn) => conn,
    };
    let mut done = 0;
    let (many, rest) = rows.as_chunks::<MANY>();
    let (some, rest) = rest.as_chunks::<SOME>();
    for rows in many {
        done += Upsert::<R, MANY>(rows).execute(conn)?;
    }
    for rows in some {
        done += Upsert::<R, SOME>(rows).execute(conn)?;
    }
    for row in rest.chunks(1) {
        done += Upsert::<R, 1>(row).execute(conn)?;
    }
    Ok(done)
}

/// Says which columns a row has, with their types, those of its key first: a row of the same key has the others of the new
/// one afterwards.
macro_rules! kept {
    ($row:ident in $table:literal:
     $($key:ident: $of:ty),+; $first:ident: $first_of:ty $(, $column:ident: $column_of:ty)*) => {
        impl $crate::store::upsert::Row for $row<'_> {
            const HEAD: &'static str = concat!(
                "INSERT INTO ", $table, " (", $(stringify!($key), ", ",)+
                stringify!($first) $(, ", ", stringify!($column))*, ") VALUES "
            );
            const END: &'static str = concat!(
                " ON CONFLICT (", $crate::store::upsert::listed!($($key),+), ") DO UPDATE SET ",
                stringify!($first), " = excluded.", stringify!($first)
                $(, ", ", stringify!($column), " = excluded.", stringify!($column))*
            );
            type Id = $row<'static>;
        }
        $crate::store::upsert::kept!(@bind diesel::pg::Pg, $row:
            $($key: $of,)+ $first: $first_of $(, $column: $column_of)*);
        $crate::store::upsert::kept!(@bind diesel::sqlite::Sqlite, $row:
            $($key: $of,)+ $first: $first_of $(, $column: $column_of)*);
    };
    (@bind $backend:ty, $row:ident: $first:ident: $first_of:ty, $($column:ident: $of:ty),+) => {
        impl $crate::store::upsert::Values<$backend> for $row<'_> {
            fn bind<'b>(
                &'b self,
                mut out: diesel::query_builder::AstPass<'_, 'b, $backend>,
            ) -> diesel::QueryResult<()> {
                use diesel::sql_types::*;
                out.push_bind_param::<$first_of, _>(&self.$first)?;
                $(
                    out.push_sql(", ");
                    out.push_bind_param::<$of, _>(&self.$column)?;
                )+
                Ok(())
            }
        }
    };
}
pub(super) use kept;

/// Names, one beside the other.
macro_rules! listed {
    ($first:ident $(, $more:ident)*) => {
        concat!(stringify!($first) $(, ", ", stringify!($more))*)
    };
}
pub(super) use listed;

/// Rows of one statement: every connection keeps what it has prepared, so there are few such.
const MANY: usize = 32;
/// Rows of one for what is left.
const SOME: usize = 4;
