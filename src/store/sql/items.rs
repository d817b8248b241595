//! Items: looked up by number, by twin key or one after the other, and kept.

use std::borrow::Cow;

use diesel::prelude::*;

use super::{LIST, Result, chunks};
use crate::ids::{AccountId, CollectionId, DeviceId, ItemId, Millis, Rev};
use crate::item::{Content, Digest, MediaType, TwinKey};
use crate::store::error::stored;
use crate::store::schema::items;
use crate::store::upsert::{kept, upsert};
use crate::store::{Item, Tx};

#[derive(Queryable, Selectable)]
#[diesel(table_name = items)]
pub(super) struct ItemRow<'a> {
    account_id: i64,
    item_id: i64,
    collection_id: Cow<'a, str>,
    seq: i64,
    created_seq: i64,
    deleted: bool,
    digest: i64,
    twin_key: i64,
    writer: Option<Cow<'a, str>>,
    modified: i64,
    media_type: Cow<'a, str>,
    body: Cow<'a, [u8]>,
    parent: i64,
}

const COLUMNS: usize = 13;

kept!(ItemRow in "items":
    account_id: BigInt, item_id: BigInt;
    collection_id: Text, seq: BigInt, created_seq: BigInt, deleted: Bool, media_type: Text,
    body: Binary, digest: BigInt, twin_key: BigInt, writer: Nullable<Text>, modified: BigInt,
    parent: BigInt
);

impl Tx<'_> {
    /// The items of these numbers, tombstones too, by number; those that never were are left out.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn items(&mut self, account: AccountId, ids: &[ItemId]) -> Result<Vec<Item>> {
        let mut found = Vec::with_capacity(ids.len());
        for some in ids.chunks(LIST) {
            let some = some.iter().map(|id| id.0);
            let of = items::table.filter(
                items::account_id
                    .eq(account.0)
                    .and(items::item_id.eq_any(some)),
            );
            found.extend(self.ask(of)?);
        }
        by_id(found)
    }

    /// Which of these items are tombstones, by number.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn deleted_among(&mut self, account: AccountId, ids: &[ItemId]) -> Result<Vec<ItemId>> {
        let mut found: Vec<i64> = Vec::new();
        for some in ids.chunks(LIST) {
            let ids = some.iter().map(|id| id.0);
            let deleted = items::table
                .filter(items::account_id.eq(account.0))
                .filter(items::item_id.eq_any(ids))
                .filter(items::deleted)
                .select(items::item_id);
            found.extend(self.ask::<_, i64>(deleted)?);
        }
        found.sort_unstable();
        Ok(found.into_iter().map(ItemId).collect())
    }

    /// The live items of these collections with one of these twin keys, by number.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn items_by_twin(
        &mut self,
        account: AccountId,
        collections: &[CollectionId],
        keys: &[TwinKey],
    ) -> Result<Vec<Item>> {
        if collections.is_empty() {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        for some in keys.chunks(LIST) {
            let live_twins = items::table
                .filter(items::account_id.eq(account.0))
                .filter(items::twin_key.eq_any(some.iter().map(|key| key.0)))
                .filter(items::deleted.eq(false));
            found.extend(self.ask(live_twins)?);
        }
        // Not asked of the database, which might search by the collection instead of by the key.
        found.retain(|row: &ItemRow<'_>| {
            collections
                .iter()
                .any(|collection| collection.as_str() == row.collection_id)
        });
        by_id(found)
    }

    /// A page of the live items of a collection, by number: at most `limit` after `after`.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn items_of(
        &mut self,
        account: AccountId,
        collection: &CollectionId,
        after: ItemId,
        limit: i64,
    ) -> Result<Vec<Item>> {
        let of = items::table
            .filter(
                items::account_id
                    .eq(account.0)
                    .and(items::item_id.gt(after.0)),
            )
            .filter(
                items::collection_id
                    .eq(collection.as_str())
                    .and(items::deleted.eq(false)),
            )
            .order(items::item_id)
            .limit(limit);
        self.ask(of)?.into_iter().map(ItemRow::item).collect()
    }

    /// A page of all items of an account, tombstones too, by number: at most `limit` after `after`.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn items_after(
        &mut self,
        account: AccountId,
        after: ItemId,
        limit: i64,
    ) -> Result<Vec<Item>> {
        let all = items::table
            .filter(
                items::account_id
                    .eq(account.0)
                    .and(items::item_id.gt(after.0)),
            )
            .order(items::item_id)
            .limit(limit);
        self.ask(all)?.into_iter().map(ItemRow::item).collect()
    }

    /// Gives an item another twin key, where it is still as it was at this change number: whether it was. It changes nothing
    /// for devices.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn put_twin_key(
        &mut self,
        account: AccountId,
        item: ItemId,
        seq: Rev,
        key: TwinKey,
    ) -> Result<bool> {
        let as_it_was = items::table.filter(
            items::account_id
                .eq(account.0)
                .and(items::item_id.eq(item.0))
                .and(items::seq.eq(seq.0)),
        );
        let put = diesel::update(as_it_was).set(items::twin_key.eq(key.0));
        Ok(self.tell(put)? > 0)
    }

    /// A page of what changed in a collection after `since`, tombstones too, by number: at most `limit` after `after`.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn items_changed(
        &mut self,
        account: AccountId,
        collection: &CollectionId,
        since: Rev,
        after: ItemId,
        limit: i64,
    ) -> Result<Vec<Item>> {
        let of = items::table
            .filter(
                items::account_id
                    .eq(account.0)
                    .and(items::item_id.gt(after.0)),
            )
            .filter(items::collection_id.eq(collection.as_str()))
            .filter(items::seq.gt(since.0))
            .order(items::item_id)
            .limit(limit);
        self.ask(of)?.into_iter().map(ItemRow::item).collect()
    }

    /// Keeps items; one that is already there is replaced.
    ///
    /// # Errors
    /// [`crate::store::StoreError::Missing`] when there is no such account.
    pub fn put_items(&mut self, items: &[Item]) -> Result<()> {
        for rows in chunks(
            items,
            COLUMNS,
            |item| (item.account, item.id),
            ItemRow::from,
        ) {
            self.tell_by(|conn| upsert(conn, &rows))?;
        }
        Ok(())
    }
}

fn by_id(rows: Vec<ItemRow<'static>>) -> Result<Vec<Item>> {
    let mut items = rows
        .into_iter()
        .map(ItemRow::item)
        .collect::<Result<Vec<_>>>()?;
    items.sort_by_key(|item| item.id);
    items.dedup_by_key(|item| item.id);
    Ok(items)
}

impl<'a> From<&'a Item> for ItemRow<'a> {
    fn from(item: &'a Item) -> Self {
        Self {
            account_id: item.account.0,
            item_id: item.id.0,
            collection_id: item.collection.as_str().into(),
            seq: item.seq.0,
            created_seq: item.created_seq.0,
            deleted: item.deleted,
            media_type: item.content.media_type.as_str().into(),
            body: item.content.body.as_slice().into(),
            digest: item.digest.0,
            twin_key: item.twin_key.0,
            writer: item.writer.as_ref().map(|writer| writer.as_str().into()),
            modified: item.modified.0,
            parent: item.parent.0,
        }
    }
}

impl ItemRow<'static> {
    pub(super) fn item(self) -> Result<Item> {
        Ok(Item {
            account: AccountId(self.account_id),
            id: ItemId(self.item_id),
            collection: stored(CollectionId::parse(&self.collection_id))?,
            seq: Rev(self.seq),
            created_seq: Rev(self.created_seq),
            deleted: self.deleted,
            content: Content {
                media_type: MediaType::new(&self.media_type),
                body: self.body.into_owned(),
            },
            digest: Digest(self.digest),
            twin_key: TwinKey(self.twin_key),
            writer: self
                .writer
                .map(|writer| stored(DeviceId::parse(&writer)))
                .transpose()?,
            modified: Millis(self.modified),
            parent: ItemId(self.parent),
        })
    }
}
