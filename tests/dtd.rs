//! The DTDs of `dtd/`, from three sides: they take a document with every element, they refuse one that is
//! wrong in a single place, and they hold the same elements as the table both codecs read.

use std::collections::BTreeSet;
use std::fs;

use anchorage::codec::{Space, Tag, Version};

#[path = "common/validate.rs"]
mod validate;

use validate::{Validator, assert_valid};

const V10: &str = include_str!("dtd/everything-1.0.xml");
const V11: &str = include_str!("dtd/everything-1.1.xml");
const V12: &str = include_str!("dtd/everything-1.2.xml");

/// A version, its name, and its document with every element.
const VERSIONS: [(Version, &str, &str); 3] = [
    (Version::V10, "1.0", V10),
    (Version::V11, "1.1", V11),
    (Version::V12, "1.2", V12),
];

#[test]
fn a_message_with_every_element_is_valid_in_each_version() {
    for (_, _, document) in VERSIONS {
        assert_valid(document.as_bytes());
    }
}

#[test]
fn many_messages_of_all_versions_are_judged_together() {
    let mut validator = Validator::default();
    for (_, name, document) in VERSIONS.into_iter().cycle().take(30) {
        validator.add(name, document.as_bytes());
    }
    validator.assert_all_valid();
}

#[test]
fn a_devinf_document_alone_is_valid() {
    for (_, _, document) in VERSIONS {
        assert_valid(devinf(document).as_bytes());
    }
}

#[test]
fn every_element_of_a_version_stands_in_its_document() {
    for (_, version, document) in VERSIONS {
        for kind in ["syncml", "metinf", "devinf"] {
            for name in declared(kind, version) {
                let there = ['>', ' ', '/']
                    .iter()
                    .any(|end| document.contains(&format!("<{name}{end}")));
                assert!(there, "{name} of {kind} {version} is not in the document");
            }
        }
    }
}

#[test]
fn the_dtds_and_the_table_of_the_codecs_hold_the_same_elements() {
    for (version, number, _) in VERSIONS {
        for (space, kind) in [
            (Space::SyncMl, "syncml"),
            (Space::MetInf, "metinf"),
            (Space::DevInf, "devinf"),
        ] {
            let table = Tag::ALL
                .iter()
                .filter(|tag| tag.space() == space && tag.since() <= version)
                // DevInf says MaxSize from 1.2 on.
                .filter(|tag| !(version == Version::V12 && **tag == Tag::InfSize))
                .map(|tag| tag.name().to_owned())
                .collect::<BTreeSet<_>>();
            assert_eq!(declared(kind, number), table, "{kind} {number}");
        }
    }
}

/// What the wrong document is, the version it is made from, what is replaced (once), and by what.
type Wrong = (&'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip] // a row for each wrong document
const WRONG: &[Wrong] = &[
    // The order of the children
    ("VerProto before VerDTD", V10, "<VerDTD>1.0</VerDTD><VerProto>SyncML/1.0</VerProto>", "<VerProto>SyncML/1.0</VerProto><VerDTD>1.0</VerDTD>"),
    ("MsgID before SessionID", V12, "<SessionID>17</SessionID><MsgID>2</MsgID>", "<MsgID>2</MsgID><SessionID>17</SessionID>"),
    ("SourceRef before TargetRef", V12, "<TargetRef>./contacts</TargetRef><SourceRef>./c</SourceRef>", "<SourceRef>./c</SourceRef><TargetRef>./contacts</TargetRef>"),
    ("Item before Meta", V11, "<Meta><Type xmlns=\"syncml:metinf\">application/vnd.syncml-devinf+xml</Type></Meta><Item><Target><LocURI>./devinf11</LocURI></Target></Item>", "<Item><Target><LocURI>./devinf11</LocURI></Target></Item><Meta><Type xmlns=\"syncml:metinf\">application/vnd.syncml-devinf+xml</Type></Meta>"),
    ("MoreData before Data", V12, "<Data>BEGIN:VCARD</Data><MoreData/>", "<MoreData/><Data>BEGIN:VCARD</Data>"),
    ("Type before Format", V12, "<Format xmlns=\"syncml:metinf\">b64</Format><Type xmlns=\"syncml:metinf\">syncml:auth-md5</Type>", "<Type xmlns=\"syncml:metinf\">syncml:auth-md5</Type><Format xmlns=\"syncml:metinf\">b64</Format>"),
    ("Next before Last", V11, "<Last>276</Last><Next>277</Next>", "<Next>277</Next><Last>276</Last>"),
    ("NumberOfChanges before Meta", V12, "<Meta><Mem xmlns=\"syncml:metinf\"><SharedMem/><FreeMem>8100</FreeMem><FreeID>81</FreeID></Mem></Meta><NumberOfChanges>8</NumberOfChanges>", "<NumberOfChanges>8</NumberOfChanges><Meta><Mem xmlns=\"syncml:metinf\"><SharedMem/><FreeMem>8100</FreeMem><FreeID>81</FreeID></Mem></Meta>"),
    ("MaxObjSize before MaxMsgSize", V11, "<MaxMsgSize xmlns=\"syncml:metinf\">65536</MaxMsgSize><MaxObjSize xmlns=\"syncml:metinf\">4194304</MaxObjSize>", "<MaxObjSize xmlns=\"syncml:metinf\">4194304</MaxObjSize><MaxMsgSize xmlns=\"syncml:metinf\">65536</MaxMsgSize>"),
    ("a command after Final", V12, "<Final/>", "<Final/><Get><CmdID>21</CmdID><Item/></Get>"),
    ("Rx after Tx-Pref", V12, "<Tx><CTType>text/x-vcard</CTType><VerCT>2.1</VerCT></Tx>", "<Rx><CTType>text/x-vcard</CTType><VerCT>2.1</VerCT></Rx>"),
    // A child that is missing
    ("Status without Data", V11, "<Data>212</Data>", ""),
    ("Status without CmdRef", V10, "<CmdRef>0</CmdRef>", ""),
    ("SyncHdr without Source", V12, "<Source><LocURI>https://sync.example/sync</LocURI></Source>", ""),
    ("Anchor without Next", V12, "<Anchor xmlns=\"syncml:metinf\"><Next>277</Next></Anchor>", "<Anchor xmlns=\"syncml:metinf\"></Anchor>"),
    ("Mem without FreeID", V10, "<FreeID>81</FreeID>", ""),
    ("Map without a MapItem", V11, "<MapItem><Target><LocURI>57</LocURI></Target><Source><LocURI>31</LocURI></Source></MapItem>", ""),
    ("Add without an Item", V12, "<Move><CmdID>13</CmdID><Item><Source><LocURI>58</LocURI></Source><TargetParent><LocURI>2</LocURI></TargetParent></Item></Move>", "<Add><CmdID>13</CmdID></Add>"),
    ("DataStore without SyncCap", V10, "<SyncCap><SyncType>1</SyncType><SyncType>2</SyncType></SyncCap>", ""),
    ("Rx without VerCT", V11, "<Rx><CTType>text/x-vcard</CTType><VerCT>2.1</VerCT></Rx>", "<Rx><CTType>text/x-vcard</CTType></Rx>"),
    ("DevInf 1.2 without Man", V12, "<Man>Anchorage</Man>", ""),
    ("CTCap 1.2 without VerCT", V12, "<CTCap><CTType>text/x-vcard</CTType><VerCT>2.1</VerCT>", "<CTCap><CTType>text/x-vcard</CTType>"),
    // An element of another version, or of none
    ("MoreData in 1.0", V10, "<Data>BEGIN:VCARD</Data>", "<Data>BEGIN:VCARD</Data><MoreData/>"),
    ("NumberOfChanges in 1.0", V10, "<FreeID>81</FreeID></Mem></Meta>", "<FreeID>81</FreeID></Mem></Meta><NumberOfChanges>7</NumberOfChanges>"),
    ("MaxObjSize in 1.0", V10, "</MaxMsgSize>", "</MaxMsgSize><MaxObjSize xmlns=\"syncml:metinf\">9</MaxObjSize>"),
    ("UTC in DevInf 1.0", V10, "<DevTyp>server</DevTyp>", "<DevTyp>server</DevTyp><UTC/>"),
    ("Move in 1.1", V11, "<Copy>", "<Move><CmdID>13</CmdID><Item/></Move><Copy>"),
    ("Filter in 1.1", V11, "<LocName>Phone</LocName>", "<LocName>Phone</LocName><Filter><Meta/></Filter>"),
    ("Correlator in 1.1", V11, "<Data>200</Data>\n   <Item>\n    <Target>", "<Data>200</Data><Correlator>c</Correlator><Item><Target>"),
    ("FieldLevel in 1.1", V11, "<Replace><CmdID>10</CmdID><Meta>", "<Replace><CmdID>10</CmdID><Meta><FieldLevel xmlns=\"syncml:metinf\"/>"),
    ("CTCap in a DataStore of 1.1", V11, "<DSMem>", "<CTCap><CTType>text/plain</CTType><PropName/></CTCap><DSMem>"),
    ("CTCap outside of the DataStores in 1.2", V12, "<Ext>", "<CTCap><CTType>text/plain</CTType><VerCT>1.0</VerCT><Property><PropName/></Property></CTCap><Ext>"),
    ("a flat CTCap in 1.2", V12, "<Property><PropName>N</PropName></Property>", "<PropName>N</PropName>"),
    ("Size in a CTCap of 1.2", V12, "<MaxSize>512</MaxSize>", "<Size>512</Size>"),
    ("Size before DataType in a flat CTCap", V11, "<DataType>chr</DataType><Size>512</Size>", "<Size>512</Size><DataType>chr</DataType>"),
    ("an unknown element", V12, "<Copy>", "<Rename><CmdID>99</CmdID></Rename><Copy>"),
    ("an element in the wrong case", V12, "<DevID>sync.example</DevID>", "<DevId>sync.example</DevId>"),
    // Something where nothing may be, twice what may be once, an attribute
    ("text in NoResp", V12, "<NoResp/>", "<NoResp>1</NoResp>"),
    ("text between commands", V11, "<Final/>", "well<Final/>"),
    ("Final twice", V10, "<Final/>", "<Final/><Final/>"),
    ("two Chal in a Status", V12, "<Chal>", "<Chal><Meta/></Chal><Chal>"),
    ("Sync in a Sync", V12, "<Copy>", "<Sync><CmdID>99</CmdID></Sync><Copy>"),
    ("an attribute", V12, "<Data>212</Data>", "<Data lang=\"de\">212</Data>"),
    // Namespaces
    ("the root in the namespace of another version", V12, "SYNCML:SYNCML1.2", "SYNCML:SYNCML1.1"),
    ("the root in no namespace", V11, " xmlns=\"SYNCML:SYNCML1.1\"", ""),
    ("DevInf in the namespace of SyncML", V11, " xmlns=\"syncml:devinf\"", ""),
    ("a child of Meta in the namespace of SyncML", V12, "<MaxMsgSize xmlns=\"syncml:metinf\">", "<MaxMsgSize>"),
    ("an Anchor in the namespace of SyncML", V10, "<Data><Anchor xmlns=\"syncml:metinf\">", "<Data><Anchor>"),
    ("a FieldLevel of MetInf in a CTCap", V12, "<FieldLevel/>", "<FieldLevel xmlns=\"syncml:metinf\"/>"),
    ("a namespace that does not exist", V12, "<NextNonce xmlns=\"syncml:metinf\">", "<NextNonce xmlns=\"syncml:metainf\">"),
    // No message at all
    ("no version", V10, "<VerDTD>1.0</VerDTD><VerProto>", "<VerProto>"),
    ("a version from the future", V12, "<VerDTD>1.2</VerDTD><VerProto>", "<VerDTD>2.0</VerDTD><VerProto>"),
    ("a document cut short", V12, "</SyncML>", ""),
];

#[test]
fn a_message_wrong_in_one_place_is_invalid() {
    for (what, document, place, instead) in WRONG {
        assert!(
            document.contains(place),
            "{what}: the document has no {place}"
        );
        let mut validator = Validator::default();
        validator.add(what, document.replacen(place, instead, 1).as_bytes());
        let complaints = validator.complaints();
        assert!(!complaints.is_empty(), "{what} was found valid");
        assert!(
            complaints.iter().any(|complaint| complaint.contains(what)),
            "not by its name: {complaints:?}"
        );
    }
}

#[test]
fn one_bad_message_among_good_ones_is_named() {
    let mut validator = Validator::default();
    validator.add("the first", V12.as_bytes());
    validator.add("the second", V12.replace("<Data>212</Data>", "").as_bytes());
    validator.add("the third", V11.as_bytes());
    let complaints = validator.complaints().join("\n");
    assert!(complaints.contains("the second, line"), "{complaints}");
    assert!(
        !complaints.contains("the first") && !complaints.contains("the third"),
        "{complaints}"
    );
}

#[test]
#[should_panic(expected = "no document was given")]
fn a_validator_that_was_given_nothing_approves_nothing() {
    Validator::default().assert_all_valid();
}

/// The `DevInf` element of a document.
fn devinf(document: &str) -> &str {
    let (_, from) = document.split_at(document.find("<DevInf").unwrap_or_default());
    let (devinf, _) = from.split_at(
        from.find("</DevInf>")
            .map_or(0, |at| at + "</DevInf>".len()),
    );
    devinf
}

/// The names that a DTD file declares, those of its conditional section included.
fn declared(kind: &str, version: &str) -> BTreeSet<String> {
    let file = format!("{}/dtd/{kind}-{version}.dtd", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(file).unwrap_or_default();
    let declarations = text.split("<!ELEMENT ").skip(1);
    declarations
        .filter_map(|rest| rest.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}
