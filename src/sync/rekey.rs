//! Twin keys made anew, when the formula by which they are made is another one than that of the stored ones.
//!
//! A migration moves tables and reads no content, so this is done by whoever opens the database, after it: once for a formula
//! ([`pim::TWIN_FORMULA`]), page by page, each page a transaction of its own. Where it is broken off it begins anew, and
//! finds what was done. Messages may be answered meanwhile: an item that is written gets its new key with that, and
//! one that still has its old key is only not found as a twin by a device that has it under no name. No change number is
//! used, since nothing changes for a device.

use crate::ids::{AccountId, ItemId};
use crate::item::TwinKey;
use crate::pim;
use crate::store::{Store, StoreError, Tx};

/// Under which name the database keeps the formula of its keys. A database of before has none: it is the first.
const NAME: &str = "twin-keys";
/// How many items are looked at in one transaction.
const PAGE: i64 = 500;

/// Makes all keys anew, where they are of another formula; `looked_at` hears how many items were looked at so far. How
/// many keys were made anew; `None` where they are of this formula already.
///
/// # Errors
/// [`StoreError`] when the store fails: what was done till then stays.
pub fn renew(store: &Store, mut looked_at: impl FnMut(u64)) -> Result<Option<u64>, StoreError> {
    let formula = pim::TWIN_FORMULA.to_string();
    let (kept, accounts) = store.read(|tx| {
        let kept = tx.setting(NAME)?;
        let accounts = match &kept {
            Some(kept) if *kept == formula => Vec::new(),
            Some(_) | None => tx.accounts()?,
        };
        Ok::<_, StoreError>((kept, accounts))
    })?;
    if kept.as_ref() == Some(&formula) {
        return Ok(None);
    }
    let (mut seen, mut renewed) = (0, 0);
    for account in accounts {
        let mut after = ItemId(0);
        loop {
            let page = store.write(|tx| page(tx, account.id, after))?;
            let Some(last) = page.last else { break };
            after = last;
            seen += page.seen;
            renewed += page.renewed;
            looked_at(seen);
        }
    }
    store.write(|tx| tx.put_setting(NAME, &formula))?;
    Ok(Some(renewed))
}

/// What was done with one page.
#[derive(Debug, Default)]
struct Page {
    seen: u64,
    renewed: u64,
    /// The last item of it; `None` behind the last page.
    last: Option<ItemId>,
}

fn page(tx: &mut Tx<'_>, account: AccountId, after: ItemId) -> Result<Page, StoreError> {
    let mut page = Page::default();
    for item in tx.items_after(account, after, PAGE)? {
        let key: TwinKey = pim::twin_key(&item.content);
        let is_new = key != item.twin_key && tx.put_twin_key(account, item.id, item.seq, key)?;
        page.seen += 1;
        page.renewed += u64::from(is_new);
        page.last = Some(item.id);
    }
    Ok(page)
}
