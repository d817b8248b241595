//! Where objects are cut, and what is said of their parts.

use super::*;
use crate::codec::Limits;
use crate::message::{Draft, Header, Item, Meta};

fn outbox(encoding: Encoding) -> Outbox {
    let header = Header {
        ver_dtd: "1.2".into(),
        ..Header::default()
    };
    Outbox {
        draft: Draft::new(header, encoding, "utf-8", Limits::default().bytes),
        encoding,
        limit: Limits::default().bytes,
        open: None,
    }
}

fn change(data: &str, format: Option<&str>) -> Change {
    Change {
        meta: Meta {
            format: format.map(str::to_owned),
            ..Meta::default()
        },
        items: vec![Item {
            data: Some(data.as_bytes().to_vec()),
            ..Item::default()
        }],
        ..Change::default()
    }
}

#[test]
fn a_text_is_cut_between_its_characters() {
    let text = change("a\u{e9}\u{20ac}z", None);
    for encoding in [Encoding::Xml, Encoding::Wbxml] {
        let outbox = outbox(encoding);
        let cuts: Vec<_> = (1..=7).map(|size| outbox.cut(&text, 0, size)).collect();
        let good = [
            Some(1),
            Some(1),
            Some(3),
            Some(3),
            Some(3),
            Some(6),
            Some(7),
        ];
        assert_eq!(cuts, good);
        assert_eq!(outbox.cut(&text, 3, 9), Some(7));
        assert_eq!(outbox.cut(&text, 0, 0), None);
    }
}

#[test]
fn base64_is_cut_between_its_groups() {
    let text = change("QUJDREVGRw==", Some("b64"));
    let outbox = outbox(Encoding::Xml);
    let cuts: Vec<_> = [3, 4, 7, 8, 12, 99]
        .map(|size| outbox.cut(&text, 0, size))
        .to_vec();
    assert_eq!(cuts, [None, Some(4), Some(4), Some(8), Some(12), Some(12)]);
}

/// Field quirk P2.
#[test]
fn the_size_is_told_once_and_one_byte_larger_where_a_device_counts_so() {
    let text = change("0123456789", None);
    let mut object = Outbound {
        item: ItemId(1),
        what: Sent::Add,
        luid: None,
        parent: None,
        seq: Rev(1),
        total: 10,
        hash: 0,
        at: 0,
        acked: 0,
        waiting: false,
        tells_size: true,
    };
    let size = |object: &Outbound, end, plus_one| {
        let Command::Change(change) = part(object, &text, end, plus_one) else {
            panic!("a change")
        };
        (change.meta.size, change.items[0].more_data)
    };
    assert_eq!(size(&object, 6, false), (Some("10".to_owned()), true));
    assert_eq!(size(&object, 6, true), (Some("11".to_owned()), true));
    (object.at, object.tells_size) = (6, false);
    assert_eq!(size(&object, 10, true), (None, false));
    // A resumed session tells what is left (REQ-SUSP-6).
    (object.acked, object.waiting) = (6, true);
    object.rewind();
    assert_eq!(size(&object, 10, false), (Some("4".to_owned()), false));
}
