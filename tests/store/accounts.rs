//! Accounts, devices, collections, peers, settings.

use anchorage::ids::{AccountId, DatastoreId, ItemId, Millis, Rev, UserName};
use anchorage::store::{
    Cursor, Device, Notification, Peer, Policy, Role, ServerLogin, StoreError, Tombstones, Tx,
    Walk, WalkKind,
};

use crate::fresh::{
    ACCOUNT, Fresh, account, card, contacts, device, item, log_entry, mapped, peer, phone,
    revision, session, staged, token,
};

pub fn a_new_account_is_enabled_and_has_its_empty_collections(fresh: &Fresh) {
    let ada = fresh.ask(|tx| tx.account(ACCOUNT)).unwrap();
    assert_eq!(
        (ada.name.as_str(), ada.disabled, ada.role, ada.clock),
        ("ada", false, Role::User, Rev(0))
    );
    assert_eq!(ada.md5_secret, Some(vec![0, 255, 7]));
    let collections = fresh.ask(|tx| tx.collections(ACCOUNT));
    assert_eq!(
        collections
            .iter()
            .map(|collection| collection.id.as_str())
            .collect::<Vec<_>>(),
        ["calendar", "contacts", "email", "files", "notes", "tasks"]
    );
    for collection in collections {
        assert_eq!((collection.seq, collection.floor), (Rev(0), Rev(0)));
        assert_eq!((collection.live, collection.state_hash), (0, 0));
        assert_eq!(collection.policy, Policy::NewestWins);
    }
}

pub fn a_user_name_is_taken_once_and_to_the_letter(fresh: &Fresh) {
    let again = fresh.write(|tx| tx.create_account(&account(AccountId(2), "ada")));
    assert!(matches!(again, Err(StoreError::Duplicate(_))));
    fresh.tell(|tx| tx.create_account(&account(AccountId(3), "Ada")));
    let found = fresh
        .ask(|tx| tx.account_by_name(&UserName::parse("Ada").unwrap()))
        .unwrap();
    assert_eq!(found.id, AccountId(3));
    let names: Vec<_> = fresh
        .accounts()
        .into_iter()
        .map(|one| one.name.to_string())
        .collect();
    assert_eq!(names, ["Ada", "ada"]);
}

pub fn a_password_and_the_door_can_be_changed(fresh: &Fresh) {
    fresh.tell(|tx| {
        tx.set_password(ACCOUNT, "$other$", None)?;
        tx.set_disabled(ACCOUNT, true)
    });
    let ada = fresh.ask(|tx| tx.account(ACCOUNT)).unwrap();
    assert_eq!(
        (ada.password_hash.as_str(), ada.md5_secret, ada.disabled),
        ("$other$", None, true)
    );
}

pub fn what_is_not_there_cannot_be_changed(fresh: &Fresh) {
    let nobody = AccountId(404);
    assert!(matches!(
        fresh.write(|tx| tx.tick(nobody, Millis(1))),
        Err(StoreError::Missing("account"))
    ));
    assert!(matches!(
        fresh.write(|tx| tx.reserve_items(nobody, 1)),
        Err(StoreError::Missing("account"))
    ));
    assert!(matches!(
        fresh.write(|tx| tx.set_password(nobody, "", None)),
        Err(StoreError::Missing("account"))
    ));
    assert!(matches!(
        fresh.write(|tx| tx.set_disabled(nobody, true)),
        Err(StoreError::Missing("account"))
    ));
    assert!(matches!(
        fresh.write(|tx| tx.remove_account(nobody)),
        Err(StoreError::Missing("account"))
    ));
    let touched = fresh.write(|tx| tx.touch_collection(nobody, &contacts(), Rev(1), 1, 1));
    assert!(matches!(touched, Err(StoreError::Missing("collection"))));
    assert!(fresh.ask(|tx| tx.account(nobody)).is_none());
}

/// Puts a row of the account into every table.
fn fill(fresh: &Fresh) {
    fresh.tell(|tx| {
        tx.tick(ACCOUNT, Millis(5))?;
        tx.put_device(&device())?;
        tx.put_items(&[item(1, 5)])?;
        tx.put_revisions(&[revision(1, 4, "superseded")])?;
        tx.put_maps(&[mapped(1, 5)])?;
        tx.put_peer(&peer())?;
        tx.insert_session(&session("one", 1))?;
        tx.put_staged(&[staged("a")])?;
        tx.put_log(&[log_entry(1, 1)])
    });
}

/// How many rows of the account lie in each table but that of the accounts.
fn rows(fresh: &Fresh) -> [usize; 9] {
    let session = WalkKind::Unpaired { session: 99 };
    fresh.ask(|tx| {
        let walk = Walk {
            account: ACCOUNT,
            device: &phone(),
            datastore: &card(),
            collections: &[contacts()],
            types: &[],
            except: None,
            tombstones: Tombstones::Sent,
            kind: session,
            after: Cursor::default(),
            upto: Rev(i64::MAX),
        };
        Ok([
            tx.collections(ACCOUNT)?.len(),
            tx.devices(ACCOUNT)?.len(),
            tx.walk(&walk, 10)?.len(),
            tx.revisions(ACCOUNT, ItemId(1))?.len(),
            tx.maps_of(ACCOUNT, &phone())?.len(),
            tx.peers(ACCOUNT, &phone())?.len(),
            usize::from(tx.session(ACCOUNT, &token("one"))?.is_some()),
            tx.staged(ACCOUNT, &phone(), &card(), None, 10)?.len(),
            tx.log(ACCOUNT, None, 10)?.len(),
        ])
    })
}

pub fn a_removed_account_leaves_nothing(fresh: &Fresh) {
    fill(fresh);
    assert_eq!(rows(fresh), [6, 1, 1, 1, 1, 1, 1, 1, 1]);
    fresh.tell(|tx| tx.remove_account(ACCOUNT));
    assert_eq!(rows(fresh), [0; 9]);
    assert!(fresh.accounts().is_empty());
}

pub fn a_removed_account_leaves_the_others_alone(fresh: &Fresh) {
    fill(fresh);
    fresh.tell(|tx| {
        tx.create_account(&account(AccountId(2), "bob"))?;
        tx.remove_account(AccountId(2))
    });
    assert_eq!(rows(fresh), [6, 1, 1, 1, 1, 1, 1, 1, 1]);
}

pub fn the_clock_follows_the_time_and_never_stands_still(fresh: &Fresh) {
    let tick = |now| fresh.tell(|tx| tx.tick(ACCOUNT, Millis(now)));
    assert_eq!(tick(1_700_000_000_000), Rev(1_700_000_000_000));
    assert_eq!(tick(1_700_000_000_000), Rev(1_700_000_000_001));
    assert_eq!(tick(5), Rev(1_700_000_000_002));
    assert_eq!(tick(1_700_000_000_003), Rev(1_700_000_000_003));
    assert_eq!(
        fresh.ask(|tx| tx.account(ACCOUNT)).unwrap().clock,
        Rev(1_700_000_000_003)
    );
}

pub fn item_numbers_are_given_out_once(fresh: &Fresh) {
    let reserve = |count| fresh.tell(|tx| tx.reserve_items(ACCOUNT, count));
    assert_eq!(reserve(3), ItemId(1));
    assert_eq!(reserve(1), ItemId(4));
    assert_eq!(reserve(1), ItemId(5));
}

pub fn a_device_is_kept_and_its_authentications_only_counted(fresh: &Fresh) {
    fresh.tell(|tx| tx.put_device(&device()));
    assert_eq!(fresh.ask(|tx| tx.device(ACCOUNT, &phone())), Some(device()));
    assert!(fresh.tell(|tx| tx.count_auth(ACCOUNT, &phone(), 0)));
    assert!(!fresh.tell(|tx| tx.count_auth(ACCOUNT, &phone(), 0)));
    assert!(fresh.tell(|tx| tx.count_auth(ACCOUNT, &phone(), 1)));

    let seen_later = Device {
        devinf: None,
        user_agent: Some("x".to_owned()),
        hints: Some("[]".to_owned()),
        last_seen: Millis(9),
        first_seen: Millis(9),
        ..device()
    };
    fresh.tell(|tx| tx.put_device(&seen_later));
    let kept = fresh.ask(|tx| tx.devices(ACCOUNT));
    assert_eq!(
        kept,
        [Device {
            auth_count: 2,
            first_seen: Millis(1),
            ..seen_later
        }]
    );
}

pub fn what_is_set_for_a_device_stays_through_its_sessions(fresh: &Fresh) {
    let set = |quirks| fresh.tell(|tx| tx.set_device_quirks(ACCOUNT, &phone(), quirks));
    assert!(!set(Some("{}")), "of a device that is not there");
    fresh.tell(|tx| tx.put_device(&device()));
    assert!(set(Some(r#"{"cdata":"true"}"#)));
    fresh.tell(|tx| tx.put_device(&device()));
    let kept = || fresh.ask(|tx| tx.device(ACCOUNT, &phone())).unwrap().quirks;
    assert_eq!(kept().as_deref(), Some(r#"{"cdata":"true"}"#));
    assert!(set(None));
    assert_eq!(kept(), None);
}

pub fn a_forgotten_device_leaves_only_its_log(fresh: &Fresh) {
    fill(fresh);
    fresh.tell(|tx| tx.forget_device(ACCOUNT, &phone()));
    assert_eq!(rows(fresh), [6, 0, 1, 1, 0, 0, 0, 0, 1]);
    fresh.tell(|tx| tx.forget_device(ACCOUNT, &phone()));
}

pub fn a_touched_collection_counts_modulo_its_prime(fresh: &Fresh) {
    const PRIME: i64 = (1 << 31) - 1;
    let touch = |seq, hash, live| {
        fresh.tell(|tx| tx.touch_collection(ACCOUNT, &contacts(), Rev(seq), hash, live));
        let collections = fresh.ask(|tx| tx.collections(ACCOUNT));
        let contacts = collections
            .into_iter()
            .find(|one| one.id == contacts())
            .unwrap();
        assert_eq!(contacts.seq, Rev(seq));
        (contacts.state_hash, contacts.live)
    };
    assert_eq!(touch(5, PRIME - 1, 2), (PRIME - 1, 2));
    assert_eq!(touch(6, 1, -1), (0, 1));
    assert_eq!(touch(7, -3, 0), (PRIME - 3, 1));
    assert_eq!(touch(8, 3 * PRIME + 4, 0), (1, 1));
    assert_eq!(
        touch(9, i64::MIN, 0).0,
        (1 + i64::MIN.rem_euclid(PRIME)) % PRIME
    );
}

pub fn a_policy_is_kept(fresh: &Fresh) {
    for policy in [
        Policy::KeepBoth,
        Policy::NewestWins,
        Policy::ServerWins,
        Policy::ClientWins,
    ] {
        fresh.tell(|tx| tx.set_policy(ACCOUNT, &contacts(), policy));
        let collections = fresh.ask(|tx| tx.collections(ACCOUNT));
        assert!(
            collections
                .iter()
                .any(|one| one.id == contacts() && one.policy == policy)
        );
    }
}

pub fn a_setting_is_replaced(fresh: &Fresh) {
    assert_eq!(fresh.ask(|tx| tx.setting("server-id")), None);
    fresh.tell(|tx| tx.put_setting("server-id", "a"));
    fresh.tell(|tx| tx.put_setting("server-id", "b"));
    assert_eq!(
        fresh.ask(|tx| tx.setting("server-id")).as_deref(),
        Some("b")
    );
}

pub fn anchors_are_kept_and_replaced(fresh: &Fresh) {
    let agenda = Peer {
        datastore: DatastoreId::parse("agenda").unwrap(),
        ..peer()
    };
    fresh.tell(|tx| {
        tx.put_peer(&peer())?;
        tx.put_peer(&agenda)
    });
    assert_eq!(
        fresh.ask(|tx| tx.peers(ACCOUNT, &phone())),
        [agenda.clone(), peer()]
    );
    let lost = Peer {
        client_anchor: None,
        acked: Rev(0),
        filter_prev: "{}".to_owned(),
        ..peer()
    };
    fresh.tell(|tx| tx.put_peer(&lost));
    assert_eq!(fresh.ask(|tx| tx.peers(ACCOUNT, &phone())), [agenda, lost]);
}

pub fn the_way_to_a_device_is_kept_and_forgotten_with_it(fresh: &Fresh) {
    let login = ServerLogin {
        account: ACCOUNT,
        device: phone(),
        password: None,
        scheme: Some("syncml:auth-md5".into()),
        nonce: vec![0, 255],
    };
    let notification = Notification {
        account: ACCOUNT,
        device: phone(),
        session: 65_535,
        times: 1,
        sent: Millis(7),
        answered: None,
    };
    assert_eq!(fresh.ask(|tx| tx.server_login(ACCOUNT, &phone())), None);
    fresh.tell(|tx| tx.put_server_login(&login));
    fresh.tell(|tx| tx.put_notification(&notification));
    let login = ServerLogin {
        password: Some(vec![1, 2]),
        scheme: None,
        nonce: Vec::new(),
        ..login
    };
    let notification = Notification {
        times: 2,
        answered: Some(Millis(9)),
        ..notification
    };
    fresh.tell(|tx| tx.put_server_login(&login));
    fresh.tell(|tx| tx.put_notification(&notification));
    let found = |tx: &mut Tx<'_>| {
        Ok((
            tx.server_login(ACCOUNT, &phone())?,
            tx.notification(ACCOUNT, &phone())?,
        ))
    };
    assert_eq!(fresh.ask(found), (Some(login), Some(notification)));
    fresh.tell(|tx| tx.forget_device(ACCOUNT, &phone()));
    assert_eq!(fresh.ask(found), (None, None));
}
