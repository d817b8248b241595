//! MACs as devices make them, well and badly.

use super::*;

const BODY: &[u8] = b"<SyncML>one message</SyncML>";

fn signed(user: &str, password: &str, nonce: &[u8], body: &[u8]) -> Claim {
    let verifier = digest::verifier(format!("{user}:{password}").as_bytes());
    let made = mac::mac(&verifier, nonce, &mac::message(body));
    Claim::signed(&mac::write(user, &made), BODY, None)
}

fn by_mac(spends: Option<i64>) -> Verdict {
    Verdict::Accepted {
        by: Scheme::Mac,
        spends,
    }
}

#[test]
fn a_mac_over_the_challenge_gets_in_and_one_of_another_message_does_not() {
    let auth = Auth::new(keys(), [2; 32], Scheme::Mac);
    let (alice, phone) = (alice(Scheme::Md5), phone());
    let caller = caller(Some(&alice), &phone, None);
    let asked = auth.challenge(&caller, &Claim::none(Some("alice")), NOW);
    assert_eq!(asked.scheme, Scheme::Mac);
    let nonce = asked.nonce.unwrap();
    let check = |claim: &Claim| auth.check(&caller, claim, NOW);
    let good = signed("alice", "s3cret", nonce.as_bytes(), BODY);
    assert_eq!(check(&good), by_mac(None));
    for bad in [
        signed("alice", "s3cret", nonce.as_bytes(), b"another message"),
        signed("alice", "guess", nonce.as_bytes(), BODY),
        signed("alice", "s3cret", b"another nonce", BODY),
    ] {
        assert_eq!(check(&bad), Verdict::Wrong);
    }
    assert_eq!(
        check(&signed("alice", "s3cret", b"", BODY)),
        Verdict::Stale,
        "a device that has no nonce yet"
    );
}

#[test]
fn a_mac_is_taken_where_md5_is_and_its_nonces_are_good_once() {
    let (auth, alice, phone) = (auth(), alice(Scheme::Md5), phone());
    let known = row(7, NOW);
    let nonce = auth.next_nonce(alice.id, &phone, 7);
    let claim = signed("alice", "s3cret", nonce.as_bytes(), BODY);
    assert_eq!(
        auth.check(&caller(Some(&alice), &phone, Some(&known)), &claim, NOW),
        by_mac(Some(7))
    );
    let moved_on = row(8, NOW);
    assert_eq!(
        auth.check(&caller(Some(&alice), &phone, Some(&moved_on)), &claim, NOW),
        Verdict::Stale
    );
}

#[test]
fn a_user_without_a_secret_cannot_use_a_mac() {
    let (alice, phone) = (alice(Scheme::Basic), phone());
    let auth = Auth::new(keys(), [2; 32], Scheme::Mac);
    let caller = caller(Some(&alice), &phone, None);
    let claim = signed("alice", "s3cret", b"n", BODY);
    assert_eq!(auth.check(&caller, &claim, NOW), Verdict::SchemeNotAllowed);
    assert_eq!(auth.challenge(&caller, &claim, NOW).scheme, Scheme::Basic);
}
