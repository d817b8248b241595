//! What is asked for, and what is refused.

use super::*;
use crate::message::{Item, Location};

/// 2006-03-15, about noon.
const NOW: Millis = Millis(1_142_424_000_000);

fn ask(uri: &str) -> Result<String, BadFilter> {
    options(uri, NOW).map(|filter| filter.to_string())
}

#[test]
fn options_in_a_name_are_read_wherever_phones_write_them() {
    let window = "exclusive SINCE&EQ;20060213T000000Z&AND;BEFORE&EQ;20060614T000000Z";
    let table = [
        ("c?/na", "without ATTACH PHOTO LOGO SOUND".to_owned()),
        ("calendar/na/max(1)", "at most 1 items, without ATTACH PHOTO LOGO SOUND".to_owned()),
        ("./contacts", String::new()),
        ("./contacts/james_bond", String::new()),
        ("http://a.example/sync/contacts", String::new()),
        ("./contacts?CATEGORY&iCON;Family", "inclusive CATEGORY&iCON;Family".to_owned()),
        ("./calendar?/dr(-30,90)", window.to_owned()),
        ("./calendar/dr(-30,90)", window.to_owned()),
        ("calendar?/li(2000)/max(50)", "items of at most 2000 bytes, at most 50 items".to_owned()),
        ("calendar/LI(2000)/max( 50 )", "items of at most 2000 bytes, at most 50 items".to_owned()),
        ("c?/fi(GROUP&EQ;A)", "exclusive GROUP&EQ;A".to_owned()),
        ("c?/tf(GROUP&EQ;A)/li(9)FN&CON;b", "inclusive GROUP&EQ;A, inclusive FN&CON;b, items of at most 9 bytes".to_owned()),
        ("calendar/dr(0,0)?SUMMARY&CON;x", "exclusive SINCE&EQ;20060315T000000Z&AND;BEFORE&EQ;20060316T000000Z, inclusive SUMMARY&CON;x".to_owned()),
    ];
    for (uri, expected) in table {
        assert_eq!(ask(uri), Ok(expected), "{uri}");
    }
}

/// REQ-REP-16.
#[test]
fn options_that_say_nothing_sensible_are_refused() {
    for uri in [
        "c?FN",
        "c?/dr(1)",
        "c?/dr(a,b)",
        "c?/dr(9,1)",
        "c?/dr(-99999999,1)",
        "c?/li()",
        "c?/max(-1)",
        "c?/what",
        "c?/li(5",
        "c/dr(x,y)",
        "c?/fi()",
    ] {
        let bad = ask(uri).unwrap_err();
        assert_eq!(bad.status(), StatusCode::BadCgi, "{uri}: {bad}");
    }
}

/// An Alert's Item with a filter, each part of it as it stands.
fn alert(
    of: Option<&str>,
    filter_type: Option<&str>,
    grammar: Option<&str>,
    query: Option<&str>,
) -> AlertItem {
    let typed = |media_type: Option<&str>| Meta {
        media_type: media_type.map(str::to_owned),
        ..Meta::default()
    };
    let record = query.map(|query| Item {
        meta: typed(grammar),
        data: Some(query.as_bytes().to_vec()),
        ..Item::default()
    });
    let filter = message::Filter {
        meta: typed(of),
        record,
        filter_type: filter_type.map(str::to_owned),
        ..message::Filter::default()
    };
    let target = Location {
        filter: Some(Box::new(filter)),
        ..Location::from("./contacts")
    };
    AlertItem {
        target: Some(target),
        ..AlertItem::default()
    }
}

/// REQ-REP-16.
#[test]
fn each_flaw_of_a_filter_has_its_status() {
    let (card, cgi) = (Some("text/x-vcard"), Some(GRAMMAR));
    let query = Some("FN&CON;a");
    let table = [
        (
            alert(card, None, cgi, query),
            Ok("exclusive FN&CON;a".to_owned()),
        ),
        (
            alert(card, Some(" exclusive "), cgi, query),
            Ok("exclusive FN&CON;a".to_owned()),
        ),
        (
            alert(
                Some("text/vcard; charset=utf-8"),
                Some("INCLUSIVE"),
                Some("SyncML:FilterType-CGI"),
                query,
            ),
            Ok("inclusive FN&CON;a".to_owned()),
        ),
        // Neither Record nor Field: there is nothing to filter by.
        (alert(card, None, None, None), Ok(String::new())),
        (alert(None, None, cgi, query), Err(412)),
        (alert(Some(" "), None, cgi, query), Err(412)),
        (alert(card, None, None, query), Err(412)),
        (alert(card, None, cgi, Some(" ")), Err(412)),
        (alert(Some("text/calendar"), None, cgi, query), Err(415)),
        (alert(card, Some("PERHAPS"), cgi, query), Err(406)),
        (
            alert(card, None, Some("syncml:filtertype-xpath"), query),
            Err(421),
        ),
        (alert(card, None, cgi, Some("FN=a")), Err(422)),
    ];
    let store = datastores::find("contacts").unwrap();
    for (item, expected) in table {
        let filter = wanted(&item, store, NOW);
        let got = filter
            .as_ref()
            .map(ToString::to_string)
            .map_err(|bad| bad.status().number());
        assert_eq!(got, expected, "{item:?}");
        let named = (expected == Err(406)).then_some("FilterType");
        assert_eq!(unsupported(&item), named);
    }
}

/// REQ-DINF-12.
#[test]
fn a_datastore_says_by_what_it_filters() {
    for store in datastores::DATASTORES {
        for detail in [Detail::Full, Detail::Brief] {
            let (grammars, caps) = caps(store, detail);
            assert_eq!(grammars.len(), caps.len());
            assert!(
                caps.iter()
                    .all(|cap| grammars.contains(&cap.content) && !cap.keywords.is_empty())
            );
        }
    }
}
