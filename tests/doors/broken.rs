//! Bodies that are no SyncML message, or more than we take: refused by HTTP, before anybody is asked who he is.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};

use crate::kit::{MAX_BYTES, Site, WBXML, XML, opening};

/// REQ-HTTP-3, ANC-25, REQ-REP-1.
#[test]
fn what_is_no_message_is_a_bad_request() {
    let site = Site::new();
    let good = opening();
    let half = &good[..good.len() / 2];
    let twice = format!("{good}{}", good.split_once("?>").unwrap().1);
    let deep = format!("{}{}", "<SyncML>".repeat(200), "</SyncML>".repeat(200));
    let nul = good.replace("IMEI:1", "IMEI:\0");
    let nul_reference = good.replace("IMEI:1", "IMEI:&#0;");
    let subset = good.replace("?>", "?><!DOCTYPE SyncML [<!ENTITY a \"b\">]>");
    let entity = good.replace("IMEI:1", "&lol;");
    for (what, body) in [
        ("nothing", ""),
        ("words", "Hello, is this the server?"),
        ("a page", "<html><body>Hello</body></html>"),
        ("JSON", "{\"SyncML\": {}}"),
        ("half a message", half),
        ("two messages", &twice),
        ("too many levels", &deep),
        ("a NUL", &nul),
        ("a reference to NUL", &nul_reference),
        ("a DTD of its own", &subset),
        ("an entity of its own", &entity),
        (
            "no header",
            "<SyncML><SyncBody><Final/></SyncBody></SyncML>",
        ),
    ] {
        let answer = site.post(XML, body.as_bytes());
        assert_eq!(
            answer.status,
            400,
            "{what}: {}",
            String::from_utf8_lossy(&answer.body)
        );
        assert!(!answer.body.is_empty(), "{what}: the answer says why");
    }
}

/// REQ-WBX-8, ANC-25.
#[test]
fn lengths_beyond_the_end_of_a_document_are_refused() {
    let site = Site::new();
    // Version 1.2, public id 0x1201, UTF-8, no string table; SyncML with content, SyncHdr with content, VerDTD with
    // content, then an OPAQUE of 4 GiB, or of a length that is no number at all.
    let head = [0x02, 0xa4, 0x01, 0x6a, 0x00, 0x6d, 0x6c, 0x71];
    for tail in [
        &[0xc3, 0x8f, 0xff, 0xff, 0xff, 0x7f, 0x31][..],
        &[0xc3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
        &[0xc3, 0x10, 0x31],
        &[0x83, 0x8f, 0xff, 0xff, 0xff, 0x7f],
        &[0x03, 0x31, 0x2e, 0x32],
    ] {
        let answer = site.post(WBXML, &[&head[..], tail].concat());
        assert_eq!(answer.status, 400, "{tail:x?}");
    }
    let table = [0x02, 0xa4, 0x01, 0x6a, 0x8f, 0xff, 0xff, 0xff, 0x7f, 0x6d];
    assert_eq!(
        site.post(WBXML, &table).status,
        400,
        "a string table of 4 GiB"
    );
}

#[test]
fn a_header_we_cannot_use_is_a_bad_request() {
    let site = Site::new();
    for (from, to) in [
        ("<MsgID>1</MsgID>", "<MsgID>0</MsgID>"),
        ("<MsgID>1</MsgID>", "<MsgID>99999999999999999999</MsgID>"),
        ("<MsgID>1</MsgID>", "<MsgID>one</MsgID>"),
        ("<LocURI>IMEI:1</LocURI>", "<LocURI></LocURI>"),
    ] {
        let body = opening().replace(from, to);
        assert_eq!(site.post(XML, body.as_bytes()).status, 400, "{to}");
    }
    let long = opening().replace("IMEI:1", &"9".repeat(10_000));
    assert_eq!(
        site.post(XML, long.as_bytes()).status,
        400,
        "a device id of 10000 bytes"
    );
    let session = opening().replace("<SessionID>1<", &format!("<SessionID>{}<", "9".repeat(500)));
    assert_eq!(
        site.post(XML, session.as_bytes()).status,
        400,
        "a SessionID of 500 bytes"
    );
}

#[test]
fn a_body_that_is_too_large_is_refused_whether_it_says_so_or_not() {
    let site = Site::new();
    let large = vec![b' '; MAX_BYTES + 1];
    assert_eq!(site.post(XML, &large).status, 413, "declared");
    assert_eq!(site.post_chunked(&large).status, 413, "in chunks");
    assert_eq!(
        site.post(XML, opening().as_bytes()).status,
        200,
        "and the next is answered"
    );
}

/// REQ-HTTP-1.
#[test]
fn a_body_in_chunks_is_taken() {
    let site = Site::new();
    let answer = site.post_chunked(opening().as_bytes());
    assert_eq!(answer.statuses()[0], ("SyncHdr".to_owned(), 212));
}

#[test]
fn a_body_that_breaks_off_is_no_message() {
    let site = Site::new();
    let mut stream = TcpStream::connect(site.address()).unwrap();
    let body = opening();
    write!(
        stream,
        "POST /sync HTTP/1.1\r\nHost: x\r\nContent-Type: {XML}\r\nContent-Length: {}\r\n\r\n{}",
        body.len(),
        &body[..body.len() / 2]
    )
    .unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    // Who hung up need not be answered; if he is, then not as if he had said it all.
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 400"),
        "{answer}"
    );
    let again = site.post(XML, body.as_bytes());
    assert_eq!(
        again.statuses()[0].1,
        212,
        "the whole message is new to the server"
    );
}
