//! The store: the only place that knows diesel. `PostgreSQL` and `SQLite` behind one set of queries.
//!
//! A function is a question or a fact, not a table access; each is one statement (chunked where a database
//! bounds the number of bound values), whatever the number of rows. Values come and go as the plain structs
//! of [`rows`]; no SQL type leaves this module, and no content is parsed in it.
//!
//! Everything happens inside [`Store::read`] or [`Store::write`], which hand out a [`Tx`].
//!
//! ```
//! use anchorage::store::{Options, Store, StoreError};
//!
//! let store = Store::open("sqlite::memory:", &Options::default())?;
//! store.migrate("0a1b2c3d")?;
//! let names = store.read(|tx| tx.accounts())?;
//! assert!(names.is_empty());
//! # Ok::<(), StoreError>(())
//! ```

pub mod access;
mod conn;
mod error;
mod map_state;
mod migrate;
mod partial;
mod pool;
pub mod rows;
mod schema;
mod sql;
mod tx;
mod upsert;
mod walks;

pub use access::{Notification, ServerLogin};
pub use conn::Kind;
pub use error::{Cause, StoreError};
pub use map_state::MapState;
pub use partial::Partial;
pub use pool::{Options, Store};
pub use rows::{
    Account, Collection, Device, Had, Item, LogEntry, MapEntry, NewAccount, Peer, Policy, Revision,
    Role, Session, Staged, term,
};
pub use tx::{Savepoint, Tally, Tx};
pub use walks::{ChangeRow, Cursor, Tombstones, Walk, WalkKind};
