//! The doorkeeper as devices meet it.

mod constant;
mod md5;
mod signed;

use super::digest::Formula;
use super::*;
use crate::ids::{Rev, SessionToken, UserName};
use crate::store::Role;

const NOW: Millis = Millis(1_700_000_001_234);

fn later(ms: i64) -> Millis {
    Millis(NOW.0 + ms)
}

fn keys() -> Keys {
    Keys::new(&Secret::from_bytes([1; 32]))
}

fn auth() -> Auth {
    Auth::new(keys(), [2; 32], Scheme::Md5)
}

fn phone() -> DeviceId {
    DeviceId::parse("IMEI:490000000000001").unwrap()
}

fn alice(scheme: Scheme) -> Account {
    let name = UserName::parse("alice").unwrap();
    let password = Password::parse("s3cret").unwrap();
    let stored = store(
        &keys(),
        AccountId(1),
        &name,
        &password,
        scheme,
        Chance {
            salt: [3; 16],
            seal: [4; 24],
        },
    )
    .unwrap();
    Account {
        id: AccountId(1),
        name,
        password_hash: stored.hash,
        md5_secret: stored.md5_secret,
        role: Role::User,
        disabled: false,
        clock: Rev(0),
        created: NOW,
    }
}

fn row(auth_count: i64, last_seen: Millis) -> Device {
    Device {
        account: AccountId(1),
        id: phone(),
        devinf: None,
        user_agent: None,
        hints: None,
        quirks: None,
        auth_count,
        first_seen: last_seen,
        last_seen,
    }
}

fn md5(user: Option<&str>, password: &str, nonce: &[u8]) -> Claim {
    let digest = digest::digest(
        Formula::V1_1,
        format!("{}:{password}", user.unwrap_or("alice")).as_bytes(),
        nonce,
    );
    Claim::read(Some("syncml:auth-md5"), &digest, user)
}

fn basic(user: &str, password: &str) -> Claim {
    Claim::read(None, format!("{user}:{password}").as_bytes(), None)
}

/// A device before its account, with or without a row.
fn caller<'a>(
    account: Option<&'a Account>,
    device: &'a DeviceId,
    row: Option<&'a Device>,
) -> Caller<'a> {
    Caller {
        account,
        device,
        row,
        message: None,
    }
}

fn by_md5(spends: Option<i64>) -> Verdict {
    Verdict::Accepted {
        by: Scheme::Md5,
        spends,
    }
}

const BY_BASIC: Verdict = Verdict::Accepted {
    by: Scheme::Basic,
    spends: None,
};

#[test]
fn the_right_password_gets_in_by_basic_and_is_remembered() {
    let (auth, alice, phone) = (auth(), alice(Scheme::Basic), phone());
    let caller = caller(Some(&alice), &phone, None);
    assert_eq!(
        auth.check(&caller, &basic("alice", "s3cret"), NOW),
        BY_BASIC
    );
    assert!(auth.remembered.knows(
        alice.id,
        &alice.password_hash,
        &Password::parse("s3cret").unwrap(),
        NOW
    ));
    assert_eq!(
        auth.check(&caller, &basic("alice", "s3cret"), later(1)),
        BY_BASIC
    );
    assert_eq!(
        auth.check(&caller, &basic("alice", "s3cres"), later(2)),
        Verdict::Wrong
    );
}

#[test]
fn nobody_gets_in_as_a_user_who_does_not_exist() {
    let (auth, phone) = (auth(), phone());
    let caller = caller(None, &phone, None);
    assert_eq!(
        auth.check(&caller, &basic("ghost", "s3cret"), NOW),
        Verdict::Wrong
    );
    assert_eq!(
        auth.check(&caller, &md5(Some("nobody"), "nobody", b""), NOW),
        Verdict::Wrong
    );
    let asked = auth.challenge(&caller, &Claim::none(Some("nobody")), NOW);
    let answer = md5(Some("nobody"), "nobody", asked.nonce.unwrap().as_bytes());
    assert_eq!(auth.check(&caller, &answer, NOW), Verdict::Wrong);
}

#[test]
fn a_user_without_md5_is_asked_for_basic_and_an_unknown_one_like_a_new_one() {
    let (auth, alice, phone) = (auth(), alice(Scheme::Basic), phone());
    let without = caller(Some(&alice), &phone, None);
    assert_eq!(
        auth.check(&without, &md5(Some("alice"), "s3cret", b"n"), NOW),
        Verdict::SchemeNotAllowed
    );
    assert_eq!(
        auth.challenge(&without, &Claim::none(None), NOW),
        Challenge {
            scheme: Scheme::Basic,
            nonce: None
        }
    );
    assert_eq!(
        auth.challenge(
            &caller(None, &phone, None),
            &Claim::none(Some("ghost")),
            NOW
        )
        .scheme,
        Scheme::Md5
    );
    let basic_by_default = Auth::new(keys(), [2; 32], Scheme::Basic);
    assert_eq!(
        basic_by_default
            .challenge(&caller(None, &phone, None), &Claim::none(None), NOW)
            .scheme,
        Scheme::Basic
    );
}

#[test]
fn a_secret_sealed_elsewhere_turns_md5_off_and_nothing_else() {
    let (alice, phone) = (alice(Scheme::Md5), phone());
    let restored = Auth::new(
        Keys::new(&Secret::from_bytes([9; 32])),
        [2; 32],
        Scheme::Md5,
    );
    let caller = caller(Some(&alice), &phone, None);
    assert_eq!(
        restored.check(&caller, &md5(Some("alice"), "s3cret", b"n"), NOW),
        Verdict::SchemeNotAllowed
    );
    assert_eq!(
        restored.check(&caller, &basic("alice", "s3cret"), NOW),
        BY_BASIC
    );
}

#[test]
fn a_disabled_user_learns_it_only_by_the_right_password() {
    let (auth, phone) = (auth(), phone());
    let alice = Account {
        disabled: true,
        ..alice(Scheme::Md5)
    };
    let caller = caller(Some(&alice), &phone, None);
    assert_eq!(
        auth.check(&caller, &basic("alice", "s3cret"), NOW),
        Verdict::Disabled
    );
    assert_eq!(
        auth.check(&caller, &basic("alice", "guess"), NOW),
        Verdict::Wrong
    );
}

#[test]
fn a_guesser_is_slowed_down_and_the_known_phone_is_not() {
    let (auth, alice, phone) = (auth(), alice(Scheme::Md5), phone());
    let stranger = DeviceId::parse("stranger").unwrap();
    let guesser = caller(Some(&alice), &stranger, None);
    for _ in 0..softlock::FREE {
        assert_eq!(
            auth.check(&guesser, &md5(Some("alice"), "guess", b"n"), NOW),
            Verdict::Wrong
        );
    }
    assert_eq!(
        auth.check(&guesser, &md5(Some("alice"), "guess", b"n"), NOW),
        Verdict::Locked
    );
    assert_eq!(
        auth.check(&guesser, &basic("alice", "s3cret"), NOW),
        Verdict::Locked,
        "both schemes draw on one budget"
    );
    let known = row(7, NOW);
    let right = md5(
        Some("alice"),
        "s3cret",
        auth.next_nonce(alice.id, &phone, 7).as_bytes(),
    );
    assert_eq!(
        auth.check(&caller(Some(&alice), &phone, Some(&known)), &right, NOW),
        by_md5(Some(7))
    );
}

#[test]
fn unknown_schemes_and_junk_are_told_apart() {
    let (auth, alice, phone) = (auth(), alice(Scheme::Md5), phone());
    let caller = caller(Some(&alice), &phone, None);
    let check = |scheme, data: &[u8]| {
        auth.check(
            &caller,
            &Claim::read(Some(scheme), data, Some("alice")),
            NOW,
        )
    };
    assert_eq!(check("syncml:auth-x509", b"x"), Verdict::SchemeUnknown);
    assert_eq!(check("syncml:auth-md5", b"junk"), Verdict::Wrong);
}
