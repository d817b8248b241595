//! A slow store and a device with rules of its own for when and how it is told to wait (field quirks P22 and P23).

use anchorage::ids::DeviceId;
use anchorage::message::AlertCode;
use anchorage::session::{Settings, Style};
use anchorage::store::{Store, StoreError};

use crate::busy::{LONG, Writer, node, on_both, titles};
use crate::kit::{ANNA, Answer, Site, XML, message, one_contact, opening, store};

/// Field quirk P22: a device of few seconds is told in time by a server that has many.
#[test]
fn a_device_is_told_as_early_as_it_gives_up() {
    on_both(|url| {
        let store = store(url, LONG);
        let site = Site::on(store.clone(), None, Some(LONG), Settings::default());
        let uri = opened(&site, &store, r#"{"busy_after":"1"}"#);
        let writer = Writer::begin(&store);
        let told = post(&site, &uri, 2, one_contact());
        assert_eq!(told.statuses(), [("SyncHdr".to_owned(), 101)]);
        writer.end();
    });
}

/// Field quirk P23: one 101, and from then on messages that say nothing.
#[test]
fn a_device_that_takes_one_101_gets_one() {
    on_both(|url| {
        let store = store(url, LONG);
        let site = node(&store, Style::Busy);
        let uri = opened(&site, &store, r#"{"busy":"busy-once","resp_uri":"false"}"#);
        let writer = Writer::begin(&store);
        let told = post(&site, &uri, 2, one_contact());
        assert_eq!(told.statuses(), [("SyncHdr".to_owned(), 101)]);
        assert_eq!(told.message().header.resp_uri, None, "nor here (P9)");
        let ask = |number, code: AlertCode| {
            let signal = format!(
                "<Alert><CmdID>1</CmdID><Data>{}</Data></Alert>",
                code.number()
            );
            post(&site, &uri, number, &signal)
        };
        let again = ask(3, AlertCode::Result);
        let well = [("SyncHdr".to_owned(), 200), ("Alert".to_owned(), 200)];
        assert_eq!(again.statuses(), well);
        assert!(!again.message().is_final);
        writer.end();
        let mut number = 4;
        let mut answer = ask(number, AlertCode::NextMessage);
        while answer.statuses() == well {
            number += 1;
            answer = ask(number, AlertCode::NextMessage);
        }
        assert!(answer.statuses().contains(&("Add".to_owned(), 201)));
        assert_eq!(titles(&store), ["Ada Arden"]);
    });
}

/// The address of a session of a device for which these flags are set.
fn opened(site: &Site, store: &Store, flags: &str) -> String {
    let first = site.post(XML, opening().as_bytes());
    let device = DeviceId::parse("IMEI:1").unwrap();
    let set = store.write(|tx| tx.set_device_quirks(ANNA, &device, Some(flags)));
    assert!(set.map_err(|error: StoreError| error).unwrap());
    first.message().header.resp_uri.unwrap()
}

fn post(site: &Site, uri: &str, number: u32, body: &str) -> Answer {
    let body = message(number, None, body);
    site.post_with(uri, &[("Content-Type", XML)], body.as_bytes())
}
