//! What is read of the field's device information, and what is written.

use super::*;
use crate::codec::Encoding;

fn write(devinf: &DevInf, version: Version) -> String {
    let mut out = Out::new(Encoding::Xml, version, "utf-8");
    out.put(Tag::DevInf, devinf);
    let text = String::from_utf8(out.finish()).unwrap();
    text.split_once("?>").unwrap().1.to_owned()
}

fn contacts() -> DevInf {
    let vcard = ContentType {
        ct_type: "text/x-vcard".into(),
        ver_ct: "2.1".into(),
    };
    let tel = Property {
        name: "TEL".into(),
        max_size: Some("40".into()),
        ..Property::default()
    };
    let cap = CtCap {
        content: vcard.clone(),
        properties: vec![tel],
        ..CtCap::default()
    };
    let store = DataStore {
        source_ref: "./c".into(),
        rx_pref: Some(vcard.clone()),
        tx_pref: Some(vcard),
        ct_caps: vec![cap],
        hierarchical: true,
        sync_types: vec!["1".into(), "2".into()],
        ..DataStore::default()
    };
    let dev_id = "anchorage".to_owned();
    DevInf {
        dev_id,
        dev_typ: "server".into(),
        utc: true,
        datastores: vec![store],
        ..DevInf::default()
    }
}

#[test]
fn what_phones_write_amiss_is_read_all_the_same() {
    // REQ-DINF-10, REQ-FIELD-12
    let devinf = sample(
        "<Man/><DevId> IMEI:1 </DevId><SupportLargeObjects/><Ext><Xnam>X-A</Xnam><Xval>1</Xval><Xval>2</Xval></Ext>\
             <DataStore><SyncCap><SyncType>01</SyncType><Odd/></SyncCap><SourceRef>./c </SourceRef>\
             <Tx-Pref><VerCT>3.0</VerCT><CTType>text/x-vcard  </CTType></Tx-Pref></DataStore>",
    );
    assert_eq!(
        (devinf.dev_id.as_str(), devinf.man.as_deref()),
        ("IMEI:1", Some(""))
    );
    assert!(devinf.large_objects && !devinf.utc);
    assert_eq!(
        devinf.ext,
        [("X-A".to_owned(), vec!["1".to_owned(), "2".to_owned()])]
    );
    let store = &devinf.datastores[0];
    assert_eq!(
        (store.source_ref.as_str(), store.sync_types.as_slice()),
        ("./c", &["01".to_owned()][..])
    );
    let preferred = ContentType {
        ct_type: "text/x-vcard".into(),
        ver_ct: "3.0".into(),
    };
    assert_eq!(
        (store.tx_pref.as_ref(), store.ct_caps.len()),
        (Some(&preferred), 0)
    );
}

#[test]
fn device_information_without_datastores_is_read() {
    assert_eq!(
        sample("<DevID>x</DevID>"),
        DevInf {
            dev_id: "x".into(),
            ..DevInf::default()
        }
    );
}

#[test]
fn bytes_that_are_no_device_information_are_none() {
    for bytes in [
        &b""[..],
        b"  ",
        b"<",
        b"<SyncML/>",
        b"\x02\x9f\x54\x6a\x00",
        b"BEGIN:VCARD",
    ] {
        assert_eq!(parse(bytes, &mut Pull::new(&[])), None, "{bytes:?}");
    }
}

#[test]
fn in_1_2_the_capabilities_stand_in_the_datastore() {
    // REQ-REP-2, REQ-DINF-3
    assert_eq!(
        write(&contacts(), Version::V12),
        "<DevInf xmlns=\"syncml:devinf\"><VerDTD>1.2</VerDTD><Man/><Mod/>\
             <FwV/><SwV/><HwV/><DevID>anchorage</DevID><DevTyp>server</DevTyp><UTC/><DataStore>\
             <SourceRef>./c</SourceRef><Rx-Pref><CTType>text/x-vcard</CTType><VerCT>2.1</VerCT></Rx-Pref>\
             <Tx-Pref><CTType>text/x-vcard</CTType><VerCT>2.1</VerCT></Tx-Pref><CTCap><CTType>text/x-vcard</CTType>\
             <VerCT>2.1</VerCT><Property><PropName>TEL</PropName><MaxSize>40</MaxSize></Property></CTCap>\
             <SupportHierarchicalSync/><SyncCap><SyncType>1</SyncType><SyncType>2</SyncType></SyncCap></DataStore>\
             </DevInf>"
    );
}

#[test]
fn before_1_2_they_stand_behind_the_datastores_and_1_0_knows_no_utc() {
    let old = write(&contacts(), Version::V10);
    assert_eq!(
        old,
        "<DevInf xmlns=\"syncml:devinf\"><VerDTD>1.0</VerDTD>\
             <DevID>anchorage</DevID><DevTyp>server</DevTyp><DataStore><SourceRef>./c</SourceRef><Rx-Pref>\
             <CTType>text/x-vcard</CTType><VerCT>2.1</VerCT></Rx-Pref><Tx-Pref><CTType>text/x-vcard</CTType>\
             <VerCT>2.1</VerCT></Tx-Pref><SyncCap><SyncType>1</SyncType><SyncType>2</SyncType></SyncCap></DataStore>\
             <CTCap><CTType>text/x-vcard</CTType><PropName>TEL</PropName></CTCap></DevInf>"
    );
    assert!(write(&contacts(), Version::V11).contains("<UTC/>"));
}

#[test]
fn a_datastore_that_claims_nothing_claims_its_preferred_type_in_1_2() {
    let mut devinf = contacts();
    devinf.datastores[0].ct_caps.clear();
    let text = write(&devinf, Version::V12);
    let cap = "<CTCap><CTType>text/x-vcard</CTType><VerCT>2.1</VerCT><Property><PropName/></Property></CTCap>";
    assert!(text.contains(cap), "{text}");
    assert!(!write(&devinf, Version::V11).contains("CTCap"));
}
