//! Messages that are understood and refused: HTTP says 200, the Statuses say why.

use crate::kit::{RIGHT, Site, XML, alert, message, one_contact, opening, versioned};

fn pairs(expected: &[(&str, u16)]) -> Vec<(String, u16)> {
    let pairs = expected.iter();
    pairs
        .map(|(cmd, code)| ((*cmd).to_owned(), *code))
        .collect()
}

/// REQ-REP-10, REQ-DS2-1.
#[test]
fn a_version_we_do_not_speak_is_answered_505_or_513() {
    let site = Site::new();
    let body = format!("{}<Final/>", alert(1, "contacts"));
    for (dtd, proto, code) in [
        ("9.9", "SyncML/9.9", 505),
        ("2.0", "DS/2.0", 505),
        ("1.2", "SyncML/9.9", 513),
        ("1.2", "DM/1.2", 513),
    ] {
        let answer = site.post(XML, versioned(dtd, proto, 1, Some(RIGHT), &body).as_bytes());
        assert_eq!(
            answer.statuses(),
            pairs(&[("SyncHdr", code)]),
            "{dtd} {proto}"
        );
    }
}

#[test]
fn an_unknown_datastore_is_not_there_while_others_go_on() {
    let site = Site::new();
    let body = format!("{}{}<Final/>", alert(1, "nowhere"), alert(2, "contacts"));
    let answer = site.post(XML, message(1, Some(RIGHT), &body).as_bytes());
    assert_eq!(
        answer.statuses(),
        pairs(&[("SyncHdr", 212), ("Alert", 404), ("Alert", 200)])
    );
}

/// REQ-REP-15.
#[test]
fn an_unknown_command_is_not_implemented_and_the_others_are_carried_out() {
    let site = Site::new();
    let fetch = "<Fetch><CmdID>7</CmdID><Item><Target><LocURI>x</LocURI></Target></Item></Fetch>";
    let body = format!("{fetch}{}<Final/>", alert(8, "contacts"));
    let answer = site.post(XML, message(1, Some(RIGHT), &body).as_bytes());
    let codes: Vec<_> = answer
        .statuses()
        .into_iter()
        .map(|(_, code)| code)
        .collect();
    assert_eq!(codes, [212, 501, 200]);
}

/// REQ-HTTP-6, REQ-AUTH-2, REQ-AUTH-3, REQ-AUTH-14.
#[test]
fn bad_credentials_are_challenged_in_an_answer_of_http_200() {
    let site = Site::new();
    let body = format!("{}<Final/>", alert(1, "contacts"));
    for (what, cred, code) in [
        ("none", None, 407),
        ("no base64", Some("!!!"), 401),
        ("no colon", Some("YW5uYQ=="), 401),
        ("wrong", Some("YW5uYTp3cm9uZw=="), 401),
        ("nobody", Some("bm9ib2R5Ong="), 401),
    ] {
        let answer = site.post(XML, message(1, cred, &body).as_bytes());
        assert_eq!(
            answer.statuses(),
            pairs(&[("SyncHdr", code), ("Alert", code)]),
            "{what}"
        );
        let text = String::from_utf8(answer.body).unwrap();
        let challenge = text.split("<Chal>").nth(1).unwrap_or_default();
        assert!(challenge.contains("syncml:auth-md5"), "{what}: {text}");
        assert!(challenge.contains("NextNonce"), "{what}: {text}");
    }
}

/// A device that goes on with a session nobody knows starts again.
#[test]
fn a_session_that_does_not_exist_has_failed() {
    let site = Site::new();
    let url = site.url("/sync?s=7-0123456789abcdef0123456789abcdef");
    let body = message(2, None, one_contact());
    let answer = site.post_with(&url, &[("Content-Type", XML)], body.as_bytes());
    assert_eq!(answer.statuses(), pairs(&[("SyncHdr", 512)]));
    let forged = site.url("/sync?s=..%2f..%2fetc");
    let answer = site.post_with(&forged, &[("Content-Type", XML)], body.as_bytes());
    assert_eq!(answer.statuses(), pairs(&[("SyncHdr", 512)]));
}

/// The token is known to its device alone.
#[test]
fn another_device_cannot_go_on_with_a_session() {
    let site = Site::new();
    let first = site.post(XML, opening().as_bytes()).message();
    let uri = first.header.resp_uri.unwrap();
    let stranger = message(2, None, one_contact()).replace("IMEI:1", "IMEI:2");
    let answer = site.post_with(&uri, &[("Content-Type", XML)], stranger.as_bytes());
    assert_eq!(answer.statuses(), pairs(&[("SyncHdr", 512)]));
}
