//! The questions and facts, a file a table. Each file has its row as diesel sees it, its [`super::Tx`] methods, and
//! the way from the row to the plain value and back.

mod accounts;
mod changes;
mod codes;
mod collections;
mod devices;
mod items;
mod log;
mod maps;
mod notifications;
mod off_device;
mod offers;
mod partials;
mod peers;
mod revisions;
mod server_logins;
mod sessions;
mod settings;
mod staged;
mod trees;

use std::collections::HashSet;
use std::hash::Hash;

use super::StoreError;

type Result<T> = std::result::Result<T, StoreError>;

/// How many values are bound by one `IN`: `PostgreSQL` takes 65,535 and `SQLite` 32,766 of them in one statement.
const LIST: usize = 5_000;

/// How many values are bound by one insert of many rows.
const BINDS: usize = 30_000;

/// The rows of one upsert in chunks that a database takes. Of several with one key the last one stands, as if
/// they were told one after another; `PostgreSQL` would refuse the statement, `SQLite` not.
fn chunks<'a, T, R, K: Eq + Hash>(
    values: &'a [T],
    columns: usize,
    key: impl Fn(&'a T) -> K,
    row: impl Fn(&'a T) -> R,
) -> Vec<Vec<R>> {
    let mut seen = HashSet::with_capacity(values.len());
    let mut latest: Vec<&T> = values
        .iter()
        .rev()
        .filter(|value| seen.insert(key(value)))
        .collect();
    latest.reverse();
    latest
        .chunks(BINDS / columns.max(1))
        .map(|chunk| chunk.iter().map(|value| row(value)).collect())
        .collect()
}

#[cfg(test)]
mod plan;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_rows_with_one_key_the_last_one_stands() {
        let told = [(1, 'a'), (2, 'b'), (1, 'c')];
        assert_eq!(
            chunks(&told, 2, |row| row.0, |row| *row),
            [[(2, 'b'), (1, 'c')]]
        );
    }

    #[test]
    fn a_chunk_binds_no_more_values_than_a_database_takes() {
        let told: Vec<usize> = (0..25_001).collect();
        let chunks = chunks(&told, 12, |row| *row, |row| *row);
        assert!(chunks.iter().all(|chunk| chunk.len() * 12 <= BINDS));
        assert_eq!(chunks.concat(), told);
    }
}
