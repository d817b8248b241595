//! Nonces and digests as devices use them, well and badly.

use super::*;

#[test]
fn a_first_contact_takes_one_challenge() {
    let (auth, alice, phone) = (auth(), alice(Scheme::Md5), phone());
    let caller = caller(Some(&alice), &phone, None);
    let hello = Claim::none(Some("alice"));
    assert_eq!(auth.check(&caller, &hello, NOW), Verdict::Missing);
    let asked = auth.challenge(&caller, &hello, NOW);
    assert_eq!(asked.scheme, Scheme::Md5);
    let answer = md5(Some("alice"), "s3cret", asked.nonce.unwrap().as_bytes());
    assert_eq!(auth.check(&caller, &answer, later(3000)), by_md5(None));
}

#[test]
fn the_nonce_given_with_success_is_good_for_one_session_whenever_it_comes() {
    let (auth, alice, phone) = (auth(), alice(Scheme::Md5), phone());
    let known = row(7, NOW);
    let nonce = auth.next_nonce(alice.id, &phone, 7);
    let claim = md5(Some("alice"), "s3cret", nonce.as_bytes());
    let year = later(365 * 24 * 3600 * 1000);
    assert_eq!(
        auth.check(&caller(Some(&alice), &phone, Some(&known)), &claim, year),
        by_md5(Some(7))
    );
    let moved_on = row(8, year);
    assert_eq!(
        auth.check(&caller(Some(&alice), &phone, Some(&moved_on)), &claim, year),
        Verdict::Stale,
        "a replay"
    );
}

#[test]
fn a_challenge_that_was_answered_cannot_be_answered_again() {
    let (auth, alice, phone) = (auth(), alice(Scheme::Md5), phone());
    let known = row(7, later(-60_000));
    let before = caller(Some(&alice), &phone, Some(&known));
    let asked = auth.challenge(&before, &Claim::none(Some("alice")), NOW);
    let answer = md5(Some("alice"), "s3cret", asked.nonce.unwrap().as_bytes());
    assert_eq!(auth.check(&before, &answer, NOW), by_md5(Some(7)));
    let moved_on = row(8, NOW);
    assert_eq!(
        auth.check(
            &caller(Some(&alice), &phone, Some(&moved_on)),
            &answer,
            later(1)
        ),
        Verdict::Wrong
    );
}

#[test]
fn a_device_that_names_its_user_late_is_let_in_once() {
    let (auth, alice, phone) = (auth(), alice(Scheme::Md5), phone());
    let asked = auth.challenge(&caller(None, &phone, None), &Claim::none(None), NOW);
    let answer = md5(Some("alice"), "s3cret", asked.nonce.unwrap().as_bytes());
    let known = row(7, later(-60_000));
    assert_eq!(
        auth.check(
            &caller(Some(&alice), &phone, Some(&known)),
            &answer,
            later(1000)
        ),
        by_md5(Some(7))
    );
    let moved_on = row(8, later(1000));
    assert_eq!(
        auth.check(
            &caller(Some(&alice), &phone, Some(&moved_on)),
            &answer,
            later(2000)
        ),
        Verdict::Wrong
    );
}

#[test]
fn a_digest_over_no_nonce_is_never_accepted() {
    let (auth, alice, phone) = (auth(), alice(Scheme::Md5), phone());
    let known = row(7, NOW);
    for row in [None, Some(&known)] {
        let verdict = auth.check(
            &caller(Some(&alice), &phone, row),
            &md5(Some("alice"), "s3cret", b""),
            NOW,
        );
        assert_eq!(verdict, Verdict::Stale);
    }
    let wrong = auth.check(
        &caller(Some(&alice), &phone, None),
        &md5(Some("alice"), "guess", b""),
        NOW,
    );
    assert_eq!(wrong, Verdict::Wrong);
}

#[test]
fn a_stale_nonce_of_the_right_user_is_no_wrong_try() {
    let (auth, alice, phone) = (auth(), alice(Scheme::Md5), phone());
    let caller = caller(Some(&alice), &phone, None);
    for _ in 0..50 {
        assert_eq!(
            auth.check(&caller, &md5(Some("alice"), "s3cret", b""), NOW),
            Verdict::Stale
        );
    }
}

#[test]
fn within_a_session_each_message_has_its_own_nonce() {
    let (auth, alice, phone) = (auth(), alice(Scheme::Md5), phone());
    let token = SessionToken::parse("abc").unwrap();
    let known = row(7, NOW);
    let at = |answered| Caller {
        message: Some((&token, answered)),
        ..caller(Some(&alice), &phone, Some(&known))
    };
    let claim = md5(
        Some("alice"),
        "s3cret",
        auth.message_nonce(&token, 2).as_bytes(),
    );
    assert_eq!(auth.check(&at(2), &claim, NOW), by_md5(None));
    assert_eq!(auth.check(&at(3), &claim, NOW), Verdict::Wrong);
    let opening = md5(
        Some("alice"),
        "s3cret",
        auth.next_nonce(alice.id, &phone, 7).as_bytes(),
    );
    assert_eq!(
        auth.check(&at(2), &opening, NOW),
        by_md5(Some(7)),
        "a device may use up the nonce for its next session"
    );
}

#[test]
fn both_formulas_and_a_user_bound_to_the_device_are_accepted() {
    let (auth, alice, phone) = (auth(), alice(Scheme::Md5), phone());
    let caller = caller(Some(&alice), &phone, None);
    let asked = auth
        .challenge(&caller, &Claim::none(None), NOW)
        .nonce
        .unwrap();
    let old = digest::digest(Formula::V1_0, b"alice:s3cret", asked.as_bytes());
    assert_eq!(
        auth.check(
            &caller,
            &Claim::read(Some("syncml:auth-md5"), &old, None),
            NOW
        ),
        by_md5(None)
    );
}
