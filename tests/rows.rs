//! What a sync costs the database, counted in statements and rows, which no machine makes faster or slower: the cost
//! of a message is that of what it brings, never that of the collection.
//!
//! Held against `SQLite` and `PostgreSQL`. (`cfg(test)` tells clippy that it is tests, where `unwrap` is right.)

#[cfg(test)]
mod common;
#[cfg(test)]
#[path = "../examples/load/device.rs"]
mod device;

#[cfg(test)]
mod tests {
    use anchorage::auth::{self, Auth, Chance, Keys, Password, Scheme, Secret};
    use anchorage::codec::Encoding;
    use anchorage::ids::{AccountId, Millis, UserName};
    use anchorage::message::AlertCode;
    use anchorage::session::{Host, Settings};
    use anchorage::store::{NewAccount, Options, Role, Store, Tally};

    use super::common::postgres::database;
    use super::device::{Device, Meter, PASSWORD, USER, says::contact};

    /// The most statements for one message with any number of changes, login and journal included.
    const STATEMENTS_PER_MESSAGE: u64 = 16;
    /// The most statements for the message that opens a session: it gets to know the device, its former sessions, what
    /// is held back and what it was told of, and brings no items.
    const STATEMENTS_PER_OPENING: u64 = 20;
    /// The most statements for a whole sync in which nothing happens: three messages, login and journal included.
    const STATEMENTS_PER_IDLE_SYNC: u64 = 48;
    /// The most rows read by it.
    const ROWS_PER_IDLE_SYNC: u64 = 40;

    /// Notes what each message cost.
    struct Bill<'s> {
        store: &'s Store,
        before: Tally,
        messages: Vec<Tally>,
    }

    impl<'s> Bill<'s> {
        fn of(store: &'s Store) -> Self {
            Self {
                store,
                before: store.tally(),
                messages: Vec::new(),
            }
        }

        #[track_caller]
        fn assert_few_statements(&self) {
            let (opening, rest) = self.messages.split_first().unwrap();
            let most = rest.iter().map(|m| m.statements).max().unwrap();
            let few = opening.statements <= STATEMENTS_PER_OPENING;
            assert!(few && most <= STATEMENTS_PER_MESSAGE, "{:?}", self.messages);
        }
    }

    impl Meter for Bill<'_> {
        fn start(&mut self) {
            self.before = self.store.tally();
        }

        fn stop(&mut self, _request_bytes: usize, _reply_bytes: usize) {
            let after = self.store.tally();
            self.messages.push(Tally {
                statements: after.statements - self.before.statements,
                rows_read: after.rows_read - self.before.rows_read,
                rows_written: after.rows_written - self.before.rows_written,
            });
        }
    }

    /// A server with one user, over an empty database.
    fn host(url: &str) -> Host {
        let store = Store::open(url, &Options::default()).unwrap();
        store.migrate("0a1b2c3d").unwrap();
        let (keys, id) = (Keys::new(&Secret::from_bytes([7; 32])), AccountId(1));
        let (name, password) = (
            UserName::parse(USER).unwrap(),
            Password::parse(PASSWORD).unwrap(),
        );
        let chance = Chance {
            salt: [3; 16],
            seal: [5; 24],
        };
        let stored = auth::store(&keys, id, &name, &password, Scheme::Basic, chance).unwrap();
        let account = NewAccount {
            id,
            name,
            password_hash: stored.hash,
            md5_secret: stored.md5_secret,
            role: Role::User,
            created: Millis(0),
        };
        store.write(|tx| tx.create_account(&account)).unwrap();
        Host::new(
            store,
            Auth::new(keys, [9; 32], Scheme::Basic),
            Settings::default(),
        )
    }

    fn phone(contacts: u32) -> Device {
        Device::new(
            "phone",
            Encoding::Wbxml,
            (0..contacts).map(contact).collect(),
        )
    }

    /// What each message of a sync cost.
    fn sync<'h>(host: &'h Host, device: &mut Device, code: AlertCode) -> Bill<'h> {
        let mut bill = Bill::of(host.store());
        device.sync(host, code, &mut bill).unwrap();
        bill
    }

    fn a_sync_without_changes_costs_the_same_whatever_lies_there(url: impl Fn() -> String) {
        let bill_at = |contacts| {
            let (host, mut phone) = (host(&url()), phone(contacts));
            sync(&host, &mut phone, AlertCode::Slow);
            sync(&host, &mut phone, AlertCode::TwoWay).messages
        };
        let few = bill_at(100);
        assert_eq!(few, bill_at(10_000));
        let statements: u64 = few.iter().map(|message| message.statements).sum();
        let rows: u64 = few.iter().map(|message| message.rows_read).sum();
        assert!(statements <= STATEMENTS_PER_IDLE_SYNC, "{few:?}");
        assert!(rows <= ROWS_PER_IDLE_SYNC, "{few:?}");
    }

    fn a_message_takes_as_many_statements_for_eighty_items_as_for_ten(url: impl Fn() -> String) {
        let bill_at = |items_per_message| {
            let (host, mut phone) = (host(&url()), phone(240));
            phone.items_per_message = items_per_message;
            let bill = sync(&host, &mut phone, AlertCode::Slow);
            bill.assert_few_statements();
            // The second message with items: neither the session nor the package begins or ends with it.
            bill.messages[2]
        };
        let (ten, eighty) = (bill_at(10), bill_at(80));
        assert_eq!(ten.statements, eighty.statements);
        assert!(ten.rows_written < 30 && eighty.rows_written >= 160);
    }

    fn a_message_to_a_fresh_device_takes_few_statements(url: impl Fn() -> String) {
        let (host, mut first) = (host(&url()), phone(1000));
        sync(&host, &mut first, AlertCode::Slow);
        let mut second = Device::new("tablet", Encoding::Wbxml, Vec::new());
        let bill = sync(&host, &mut second, AlertCode::Slow);
        assert!(first.contacts.values().eq(second.contacts.values()));
        bill.assert_few_statements();
        // The entry of each item is written twice: when it is offered, and when the device has given its LUID.
        let written: u64 = bill.messages.iter().map(|m| m.rows_written).sum();
        assert!(
            written <= 2 * 1000 + 10 * STATEMENTS_PER_MESSAGE,
            "{written}"
        );
        let read: u64 = bill.messages.iter().map(|m| m.rows_read).sum();
        assert!(read <= 3 * 1000, "{read}");
        assert!(bill.messages.len() < 20, "{}", bill.messages.len());
    }

    macro_rules! facts {
        ($($fact:ident),+ $(,)?) => {
            mod on_sqlite { $(#[test] fn $fact() { super::$fact(|| "sqlite::memory:".to_owned()); })+ }
            mod on_postgres { $(#[test] fn $fact() {
                let databases = std::cell::RefCell::new(Vec::new());
                super::$fact(|| {
                    databases.borrow_mut().push(super::database());
                    databases.borrow().last().unwrap().url().to_owned()
                });
            })+ }
        };
    }

    facts! {
        a_sync_without_changes_costs_the_same_whatever_lies_there,
        a_message_takes_as_many_statements_for_eighty_items_as_for_ten,
        a_message_to_a_fresh_device_takes_few_statements,
    }
}
