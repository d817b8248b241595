//! What stands around a message in HTTP: a MAC, the credentials of HTTP, and whether anybody can listen.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use anchorage::session::Settings;

use crate::kit::{RIGHT, Site, XML, alert, message};

/// The header as the specification has it, with MD5 for H: H(B64(H(user:password)):nonce:B64(H(message))).
fn hmac(user: &str, nonce: &[u8], body: &[u8]) -> String {
    let hash = |bytes: &[u8]| STANDARD.encode(md5::compute(bytes).0);
    let verifier = hash(format!("{user}:green-ladder-42").as_bytes());
    let body = hash(body);
    hash(&[verifier.as_bytes(), b":", nonce, b":", body.as_bytes()].concat())
}

fn header(nonce: &[u8], body: &[u8]) -> String {
    format!("mac={}, username=anna", hmac("anna", nonce, body))
}

fn between<'t>(text: &'t str, before: &str, behind: &str) -> &'t str {
    let rest = text.split_once(before).unwrap().1;
    rest.split_once(behind).unwrap().0
}

/// ANC-13, REQ-AUTH-7.
#[test]
fn a_mac_travels_in_its_header_both_ways() {
    let site = Site::new();
    let body = |number| message(number, None, &format!("{}<Final/>", alert(1, "contacts")));
    let post = |body: &str, nonce: &[u8]| {
        let signature = header(nonce, body.as_bytes());
        let headers = [("Content-Type", XML), ("X-SyncML-HMAC", signature.as_str())];
        site.post_with(&site.url("/sync"), &headers, body.as_bytes())
    };
    let first = post(&body(1), b"");
    assert_eq!(first.statuses()[0], ("SyncHdr".to_owned(), 401));
    assert_eq!(first.header("x-syncml-hmac"), None, "to a stranger");
    let text = String::from_utf8(first.body).unwrap();
    assert!(text.contains("syncml:auth-MAC"), "{text}");
    let nonce = between(&text, "<NextNonce xmlns=\"syncml:metinf\">", "<");
    let second = post(&body(2), &STANDARD.decode(nonce).unwrap());
    assert_eq!(second.statuses()[0], ("SyncHdr".to_owned(), 200));
    let expected = format!(
        "algorithm=MD5, username=\"anchorage\", mac={}",
        hmac("anchorage", b"", &second.body)
    );
    assert_eq!(second.header("x-syncml-hmac"), Some(expected.as_str()));
}

/// REQ-HTTP-6, REQ-HTTP-8, REQ-AUTH-12: a message that says nothing of itself is no pass for who sends it again. The answer to bad credentials of HTTP is HTTP 200, too.
#[test]
fn credentials_of_http_let_in_where_they_are_switched_on() {
    let body = message(1, None, &format!("{}<Final/>", alert(1, "contacts")));
    let ask = |site: &Site, authorization: &str| {
        let headers = [("Content-Type", XML), ("Authorization", authorization)];
        let answer = site.post_with(&site.url("/sync"), &headers, body.as_bytes());
        answer.statuses()[0].1
    };
    let right = format!("Basic {RIGHT}");
    let switched_on = Site::set(Settings {
        http_basic: true,
        ..Settings::default()
    });
    assert_eq!(ask(&switched_on, &right), 200);
    assert_eq!(ask(&switched_on, "Basic YW5uYTpuZWlu"), 401);
    assert_eq!(ask(&switched_on, "Bearer abc"), 407);
    assert_eq!(ask(&Site::new(), &right), 407);
}

#[test]
fn a_password_over_plain_http_can_be_refused() {
    let body = message(1, Some(RIGHT), &format!("{}<Final/>", alert(1, "contacts")));
    let strict = Settings {
        plain_basic: false,
        ..Settings::default()
    };
    let plain = Site::set(strict.clone());
    let answer = plain.post(XML, body.as_bytes());
    assert_eq!(answer.statuses()[0].1, 401);
    let text = String::from_utf8(answer.body).unwrap();
    assert!(text.contains("syncml:auth-md5"), "{text}");
    let behind_a_proxy = Site::set_at(strict, Some("https://sync.example.org"));
    let answer = behind_a_proxy.post(XML, body.as_bytes());
    assert_eq!(answer.statuses()[0].1, 212);
}
