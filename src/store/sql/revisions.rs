//! Revisions: bodies that were superseded or lost a conflict.

use std::borrow::Cow;

use diesel::prelude::*;

use super::{LIST, Result, chunks};
use crate::ids::{AccountId, DeviceId, ItemId, Millis, Rev};
use crate::item::{Content, Digest, MediaType};
use crate::store::error::stored;
use crate::store::schema::revisions;
use crate::store::upsert::{kept, upsert};
use crate::store::{Had, Revision, Tx};

#[derive(Queryable)]
struct RevisionRow<'a> {
    account_id: i64,
    item_id: i64,
    seq: i64,
    reason: Cow<'a, str>,
    digest: i64,
    writer: Option<Cow<'a, str>>,
    at: i64,
    media_type: Cow<'a, str>,
    body: Cow<'a, [u8]>,
    session: Option<i64>,
}

const COLUMNS: usize = 10;

/// The reason of what lost a conflict.
const LOST: &str = "lost-conflict";

/// The reasons of what was never the item.
const NEVER: [&str; 2] = [LOST, "merged"];

kept!(RevisionRow in "revisions":
    account_id: BigInt, item_id: BigInt, seq: BigInt, reason: Text;
    media_type: Text, body: Binary, digest: BigInt, writer: Nullable<Text>, at: BigInt,
    session: Nullable<BigInt>
);

impl Tx<'_> {
    /// Keeps bodies; one of the same item, change number and reason is replaced.
    ///
    /// # Errors
    /// [`crate::store::StoreError::Missing`] when there is no such account.
    pub fn put_revisions(&mut self, revisions: &[Revision]) -> Result<()> {
        let key = |one: &'_ Revision| (one.account, one.item, one.seq, one.reason.clone());
        for rows in chunks(revisions, COLUMNS, key, RevisionRow::from) {
            self.tell_by(|conn| upsert(conn, &rows))?;
        }
        Ok(())
    }

    /// What an item was at this change number, if it has been changed since.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn revision_since(
        &mut self,
        account: AccountId,
        item: ItemId,
        seq: Rev,
    ) -> Result<Option<Revision>> {
        let since = revisions::table
            .filter(
                revisions::account_id
                    .eq(account.0)
                    .and(revisions::item_id.eq(item.0)),
            )
            .filter(revisions::seq.ge(seq.0))
            .filter(revisions::reason.ne_all(NEVER))
            .order(revisions::seq)
            .limit(1);
        self.ask_one(since)?.map(RevisionRow::revision).transpose()
    }

    /// What is kept of what a device had of these items: bodies that say the same, or were the item then.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn bases(&mut self, account: AccountId, had: &[Had]) -> Result<Vec<Revision>> {
        let mut found = Vec::new();
        for some in had.chunks(LIST) {
            let kept = revisions::table
                .filter(revisions::account_id.eq(account.0))
                .filter(revisions::item_id.eq_any(some.iter().map(|had| had.item.0)))
                .filter(
                    revisions::seq
                        .eq_any(some.iter().map(|had| had.seq.0))
                        .or(revisions::digest.eq_any(some.iter().map(|had| had.digest.0))),
                );
            let rows = self.ask(kept)?;
            found.extend(
                rows.into_iter()
                    .map(RevisionRow::revision)
                    .collect::<Result<Vec<_>>>()?,
            );
        }
        Ok(found)
    }

    /// The earlier and the losing bodies of these items, by item, oldest first.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn revisions_of(&mut self, account: AccountId, items: &[ItemId]) -> Result<Vec<Revision>> {
        let mut found: Vec<RevisionRow<'_>> = Vec::new();
        for some in items.chunks(LIST) {
            let some = some.iter().map(|id| id.0);
            let of = revisions::table
                .filter(revisions::account_id.eq(account.0))
                .filter(revisions::item_id.eq_any(some))
                .order((revisions::item_id, revisions::seq, revisions::reason));
            found.extend(self.ask(of)?);
        }
        found.into_iter().map(RevisionRow::revision).collect()
    }

    /// A page of what lost a conflict: at most `limit` after this item and change number, by item, oldest first.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn losers(
        &mut self,
        account: AccountId,
        after: (ItemId, Rev),
        limit: i64,
    ) -> Result<Vec<Revision>> {
        let (item, seq) = (after.0.0, after.1.0);
        let behind = revisions::item_id
            .gt(item)
            .or(revisions::item_id.eq(item).and(revisions::seq.gt(seq)));
        let lost = revisions::table
            .filter(revisions::account_id.eq(account.0))
            .filter(revisions::reason.eq(LOST))
            .filter(behind)
            .order((revisions::item_id, revisions::seq))
            .limit(limit);
        self.ask(lost)?
            .into_iter()
            .map(RevisionRow::revision)
            .collect()
    }

    /// Forgets one revision: what lost a conflict and has been made the item after all.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn drop_revision(&mut self, revision: &Revision) -> Result<()> {
        let gone = revisions::table
            .filter(revisions::account_id.eq(revision.account.0))
            .filter(revisions::item_id.eq(revision.item.0))
            .filter(revisions::seq.eq(revision.seq.0))
            .filter(revisions::reason.eq(&revision.reason));
        self.tell(diesel::delete(gone)).map(drop)
    }

    /// The earlier and the losing bodies of an item, oldest first.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn revisions(&mut self, account: AccountId, item: ItemId) -> Result<Vec<Revision>> {
        let of = revisions::table
            .filter(
                revisions::account_id
                    .eq(account.0)
                    .and(revisions::item_id.eq(item.0)),
            )
            .order((revisions::seq, revisions::reason));
        self.ask(of)?
            .into_iter()
            .map(RevisionRow::revision)
            .collect()
    }
}

impl<'a> From<&'a Revision> for RevisionRow<'a> {
    fn from(revision: &'a Revision) -> Self {
        Self {
            account_id: revision.account.0,
            item_id: revision.item.0,
            seq: revision.seq.0,
            media_type: revision.content.media_type.as_str().into(),
            body: revision.content.body.as_slice().into(),
            digest: revision.digest.0,
            reason: revision.reason.as_str().into(),
            writer: revision
                .writer
                .as_ref()
                .map(|writer| writer.as_str().into()),
            at: revision.at.0,
            session: revision.session,
        }
    }
}

impl RevisionRow<'static> {
    fn revision(self) -> Result<Revision> {
        Ok(Revision {
            account: AccountId(self.account_id),
            item: ItemId(self.item_id),
            seq: Rev(self.seq),
            content: Content {
                media_type: MediaType::new(&self.media_type),
                body: self.body.into_owned(),
            },
            digest: Digest(self.digest),
            reason: self.reason.into_owned(),
            writer: self
                .writer
                .map(|writer| stored(DeviceId::parse(&writer)))
                .transpose()?,
            at: Millis(self.at),
            session: self.session,
        })
    }
}
