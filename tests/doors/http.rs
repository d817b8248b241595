//! What HTTP itself asks of the door.

use anchorage::codec::{Encoding, Limits};
use anchorage::message::Message;

use crate::kit::{MAX_BYTES, Site, WBXML, XML, message, one_contact, opening};

/// REQ-HTTP-2.
#[test]
fn another_content_type_is_refused() {
    let site = Site::new();
    for wrong in [
        "text/html",
        "application/json",
        "application/vnd.syncml.dm+xml",
    ] {
        assert_eq!(
            site.post(wrong, opening().as_bytes()).status,
            415,
            "{wrong}"
        );
    }
    let packed = [("Content-Type", XML), ("Content-Encoding", "gzip")];
    let answer = site.post_with(&site.url("/sync"), &packed, opening().as_bytes());
    assert_eq!(answer.status, 415, "a coding we do not undo");
}

#[test]
fn another_method_is_told_which_one_is_allowed() {
    let site = Site::new();
    for answer in [site.get("/sync"), site.put("/sync"), site.get("/syncml")] {
        assert_eq!(answer.status, 405);
        assert_eq!(answer.header("Allow"), Some("POST"));
    }
    assert_eq!(site.get("/elsewhere").status, 404);
}

/// REQ-HTTP-4.
#[test]
fn a_charset_we_do_not_write_is_not_acceptable() {
    let site = Site::new();
    let ask = |charsets| {
        let headers = [("Content-Type", XML), ("Accept-Charset", charsets)];
        site.post_with(&site.url("/sync"), &headers, opening().as_bytes())
            .status
    };
    assert_eq!(ask("iso-8859-1"), 406);
    assert_eq!(ask("iso-8859-1, utf-8;q=0.7"), 200);
    assert_eq!(ask("*"), 200);
}

/// REQ-HTTP-7.
#[test]
fn every_reply_says_its_length_and_is_stored_nowhere() {
    let site = Site::new();
    let answer = site.post(XML, opening().as_bytes());
    let length = answer.header("Content-Length").unwrap();
    assert_eq!(length.parse(), Ok(answer.body.len()));
    assert_eq!(answer.header("Content-Type"), Some(XML));
    let caching = answer.header("Cache-Control").unwrap();
    assert!(
        caching.contains("no-store") && caching.contains("private"),
        "{caching}"
    );
}

/// REQ-WBX-2, REQ-HTTP-2.
#[test]
fn the_reply_has_the_spelling_of_the_request() {
    let site = Site::new();
    let opening = opening();
    let read = Message::decode(opening.as_bytes(), None, &Limits::default()).unwrap();
    let binary = read.message.encode(Encoding::Wbxml, "utf-8");
    let answer = site.post(WBXML, &binary);
    assert_eq!(answer.header("Content-Type"), Some(WBXML));
    assert_eq!(answer.body[0], 0x02, "WBXML 1.2");
    assert_eq!(answer.statuses()[0].1, 212);
}

/// REQ-WBX-2.
#[test]
fn a_device_that_accepts_only_the_other_spelling_gets_that() {
    let site = Site::new();
    let text = opening().into_bytes();
    let read = Message::decode(&text, None, &Limits::default()).unwrap();
    let binary = read.message.encode(Encoding::Wbxml, "utf-8");
    let rows = [
        (XML, &text, WBXML, WBXML),
        (WBXML, &binary, XML, XML),
        (XML, &text, "*/*", XML),
        (WBXML, &binary, "text/html", WBXML),
    ];
    for (spelling, body, accepts, expected) in rows {
        let headers = [("Content-Type", spelling), ("Accept", accepts)];
        let answer = site.post_with(&site.url("/sync"), &headers, body);
        assert_eq!(answer.header("Content-Type"), Some(expected), "{accepts}");
        assert_eq!(answer.body[0] == 0x02, expected == WBXML, "{accepts}");
        assert_eq!(answer.statuses()[0].1, 212, "{accepts}");
    }
}

/// REQ-REP-12.
#[test]
fn the_address_for_the_next_message_is_absolute_and_where_the_device_came_from() {
    let site = Site::new();
    for path in ["/sync", "/funambol/ds", "/syncml"] {
        let url = site.url(path);
        let answer = site.post_with(&url, &[("Content-Type", XML)], opening().as_bytes());
        let uri = answer.message().header.resp_uri.unwrap();
        assert!(uri.starts_with(&format!("{url}?s=")), "{uri}");
        let next = message(2, None, one_contact());
        let answer = site.post_with(&uri, &[("Content-Type", XML)], next.as_bytes());
        assert_eq!(answer.statuses()[0], ("SyncHdr".to_owned(), 200), "{path}");
    }
}

#[test]
fn the_address_for_the_next_message_follows_the_public_url() {
    let site = Site::over("sqlite::memory:", Some("https://sync.example.org/pim/"));
    let uri = site
        .post(XML, opening().as_bytes())
        .message()
        .header
        .resp_uri
        .unwrap();
    assert!(
        uri.starts_with("https://sync.example.org/pim/sync?s="),
        "{uri}"
    );
}

#[test]
fn the_server_says_that_it_is_well() {
    let site = Site::new();
    assert_eq!(
        (site.get("/healthz").status, site.get("/readyz").status),
        (200, 200)
    );
}

/// REQ-HTTP-5, REQ-HTTP-9, REQ-HTTP-10.
#[test]
fn a_message_that_comes_twice_over_two_connections_gets_the_same_bytes() {
    let site = Site::new();
    let uri = site
        .post(XML, opening().as_bytes())
        .message()
        .header
        .resp_uri
        .unwrap();
    let next = message(2, None, one_contact());
    let close = [("Content-Type", XML), ("Connection", "close")];
    let once = site.post_with(&uri, &close, next.as_bytes());
    let twice = site.post_with(&uri, &close, next.as_bytes());
    assert_eq!(once.statuses()[2], ("Add".to_owned(), 201));
    assert_eq!(once.body, twice.body);
}

/// A device's user agent, cookies and what else it sends along mean nothing.
#[test]
fn headers_we_do_not_know_are_read_over() {
    let site = Site::new();
    let headers = [
        (
            "Content-Type",
            "application/vnd.syncml+xml; verproto=\"SyncML/1.2\"; charset=\"UTF-8\"",
        ),
        ("Accept", "application/vnd.syncml+wbxml"),
        ("Cookie", "a=b"),
        ("x-syncml-client", "1"),
    ];
    let answer = site.post_with(&site.url("/sync"), &headers, opening().as_bytes());
    assert_eq!(answer.statuses()[0].1, 212);
    assert!(opening().len() < MAX_BYTES);
}
