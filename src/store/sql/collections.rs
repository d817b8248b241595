//! Collections: how far each has come, and what lies in it as one number.

use diesel::dsl::case_when;
use diesel::prelude::*;

use super::Result;
use super::codes::{policy, policy_word};
use crate::ids::{AccountId, CollectionId, Rev};
use crate::store::error::stored;
use crate::store::schema::collections;
use crate::store::{Collection, Policy, StoreError, Tx};

/// The state hash counts modulo this prime.
const MODULUS: i64 = (1 << 31) - 1;

#[derive(Queryable)]
struct CollectionRow {
    account_id: i64,
    collection_id: String,
    seq: i64,
    floor: i64,
    state_hash: i64,
    live: i64,
    policy: String,
}

impl Tx<'_> {
    /// All collections of the account, by id.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub fn collections(&mut self, account: AccountId) -> Result<Vec<Collection>> {
        let rows = self.ask(collections::table.filter(collections::account_id.eq(account.0)))?;
        let mut all = rows
            .into_iter()
            .map(CollectionRow::collection)
            .collect::<Result<Vec<_>>>()?;
        all.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(all)
    }

    /// Notes that something changed in a collection at `seq`: by how much its state hash grew (any number,
    /// taken modulo 2^31-1) and by how many its live items did.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such collection.
    pub fn touch_collection(
        &mut self,
        account: AccountId,
        id: &CollectionId,
        seq: Rev,
        hash_delta: i64,
        live_delta: i64,
    ) -> Result<()> {
        let sum = collections::state_hash + hash_delta.rem_euclid(MODULUS);
        let wrapped = collections::state_hash + (hash_delta.rem_euclid(MODULUS) - MODULUS);
        let met = self.tell(
            diesel::update(collections::table.find((account.0, id.as_str()))).set((
                collections::seq.eq(seq.0),
                collections::state_hash.eq(case_when(sum.ge(MODULUS), wrapped).otherwise(sum)),
                collections::live.eq(collections::live + live_delta),
            )),
        )?;
        met_one(met)
    }

    /// Sets how conflicts in a collection are settled from now on.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such collection.
    pub fn set_policy(
        &mut self,
        account: AccountId,
        id: &CollectionId,
        policy: Policy,
    ) -> Result<()> {
        let collection = collections::table.find((account.0, id.as_str()));
        let met =
            self.tell(diesel::update(collection).set(collections::policy.eq(policy_word(policy))))?;
        met_one(met)
    }
}

fn met_one(met: usize) -> Result<()> {
    if met == 0 {
        Err(StoreError::Missing("collection"))
    } else {
        Ok(())
    }
}

impl CollectionRow {
    fn collection(self) -> Result<Collection> {
        Ok(Collection {
            account: AccountId(self.account_id),
            id: stored(CollectionId::parse(&self.collection_id))?,
            seq: Rev(self.seq),
            floor: Rev(self.floor),
            state_hash: self.state_hash,
            live: self.live,
            policy: policy(&self.policy)?,
        })
    }
}
