//! Accounts: who syncs, and the clock and the item numbers of each.

use std::borrow::Cow;

use diesel::dsl::case_when;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::Result;
use super::codes::{policy_word, role, role_word};
use crate::ids::{AccountId, ItemId, Millis, Rev, UserName};
use crate::store::conn::each;
use crate::store::error::stored;
use crate::store::schema::{accounts, collections};
use crate::store::{Account, NewAccount, Policy, StoreError, Tx};

/// What every account has from its first day on.
const COLLECTIONS: [&str; 6] = ["contacts", "calendar", "tasks", "notes", "files", "email"];

#[derive(Queryable, Insertable)]
#[diesel(table_name = accounts, treat_none_as_default_value = false)]
struct AccountRow<'a> {
    account_id: i64,
    name: Cow<'a, str>,
    password_hash: Cow<'a, str>,
    md5_secret: Option<Cow<'a, [u8]>>,
    role: Cow<'a, str>,
    disabled: bool,
    clock: i64,
    next_item: i64,
    created: i64,
}

impl Tx<'_> {
    /// Makes an account, enabled, with empty collections (contacts, calendar, tasks, notes, files, email) in
    /// which the newest version wins a conflict.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when the name (or the id) is taken.
    pub fn create_account(&mut self, account: &NewAccount) -> Result<()> {
        self.tell(diesel::insert_into(accounts::table).values(AccountRow::from(account)))?;
        let made: Vec<_> = COLLECTIONS
            .iter()
            .map(|id| {
                (
                    collections::account_id.eq(account.id.0),
                    collections::collection_id.eq(*id),
                    collections::seq.eq(0),
                    collections::floor.eq(0),
                    collections::state_hash.eq(0),
                    collections::live.eq(0),
                    collections::policy.eq(policy_word(Policy::NewestWins)),
                )
            })
            .collect();
        let put = diesel::insert_into(collections::table).values(&made);
        self.tell_by(|conn| each!(conn, put)).map(drop)
    }

    /// The account of this id.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub fn account(&mut self, id: AccountId) -> Result<Option<Account>> {
        self.ask_one(accounts::table.find(id.0))?
            .map(AccountRow::account)
            .transpose()
    }

    /// The account of this name, to the letter.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub fn account_by_name(&mut self, name: &UserName) -> Result<Option<Account>> {
        self.ask_one(accounts::table.filter(accounts::name.eq(name.as_str())))?
            .map(AccountRow::account)
            .transpose()
    }

    /// All accounts, by name.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub fn accounts(&mut self) -> Result<Vec<Account>> {
        let rows = self.ask(accounts::table)?;
        let mut all = rows
            .into_iter()
            .map(AccountRow::account)
            .collect::<Result<Vec<_>>>()?;
        // Not left to the database: each has its own idea of the order of letters.
        all.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(all)
    }

    /// Gives an account another password: its hash, and the sealed secret for MD5 or none.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such account.
    pub fn set_password(
        &mut self,
        id: AccountId,
        hash: &str,
        md5_secret: Option<&[u8]>,
    ) -> Result<()> {
        let met = self.tell(diesel::update(accounts::table.find(id.0)).set((
            accounts::password_hash.eq(hash),
            accounts::md5_secret.eq(md5_secret),
        )))?;
        met_one(met)
    }

    /// Shuts an account out, or lets it in again.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such account.
    pub fn set_disabled(&mut self, id: AccountId, disabled: bool) -> Result<()> {
        let met = self.tell(
            diesel::update(accounts::table.find(id.0)).set(accounts::disabled.eq(disabled)),
        )?;
        met_one(met)
    }

    /// Removes an account and everything that is its.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such account.
    pub fn remove_account(&mut self, id: AccountId) -> Result<()> {
        let met = self.tell(diesel::delete(accounts::table.find(id.0)))?;
        met_one(met)
    }

    /// Moves the account's clock to `now` (milliseconds), or one further where it already stands there or later,
    /// and returns it: larger than every change number before. The first statement of a transaction that writes
    /// items; any other such transaction of the account waits until this one is over.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such account; [`StoreError::Unavailable`] when the other
    /// transaction takes too long.
    pub fn tick(&mut self, id: AccountId, now: Millis) -> Result<Rev> {
        let next = accounts::clock + 1;
        let clock = case_when(next.gt(now.0), next).otherwise(now.0.into_sql::<BigInt>());
        let tick = diesel::update(accounts::table.find(id.0))
            .set(accounts::clock.eq(clock))
            .returning(accounts::clock);
        let clock = self.tell_and_ask(tick)?.into_iter().next();
        clock.map(Rev).ok_or(StoreError::Missing("account"))
    }

    /// Sets `count` fresh item numbers aside and returns the first; the others follow it.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such account.
    pub fn reserve_items(&mut self, id: AccountId, count: i64) -> Result<ItemId> {
        let reserve = diesel::update(accounts::table.find(id.0))
            .set(accounts::next_item.eq(accounts::next_item + count))
            .returning(accounts::next_item);
        let next: Option<i64> = self.tell_and_ask(reserve)?.into_iter().next();
        next.map(|next| ItemId(next - count))
            .ok_or(StoreError::Missing("account"))
    }
}

fn met_one(met: usize) -> Result<()> {
    if met == 0 {
        Err(StoreError::Missing("account"))
    } else {
        Ok(())
    }
}

impl<'a> From<&'a NewAccount> for AccountRow<'a> {
    fn from(account: &'a NewAccount) -> Self {
        Self {
            account_id: account.id.0,
            name: account.name.as_str().into(),
            password_hash: account.password_hash.as_str().into(),
            md5_secret: account.md5_secret.as_deref().map(Cow::from),
            role: role_word(account.role).into(),
            disabled: false,
            clock: 0,
            next_item: 1,
            created: account.created.0,
        }
    }
}

impl AccountRow<'static> {
    fn account(self) -> Result<Account> {
        Ok(Account {
            id: AccountId(self.account_id),
            name: stored(UserName::parse(&self.name))?,
            password_hash: self.password_hash.into_owned(),
            md5_secret: self.md5_secret.map(Cow::into_owned),
            role: role(&self.role)?,
            disabled: self.disabled,
            clock: Rev(self.clock),
            created: Millis(self.created),
        })
    }
}
