//! Contacts from one version to another, as tables and as properties.

use base64::Engine;
use proptest::prelude::*;

use super::*;
use crate::pim::memo;
use crate::pim::model::{Spelling, read, write};

fn canonical(body: &str) -> Component {
    let document = read(body.as_bytes(), Reading::default()).unwrap();
    from_card(document.root.components[0].clone(), document.version)
}

fn spelled(card: &Component, version: Version) -> String {
    let document = model::Document {
        version,
        root: Component {
            components: vec![to_card(card.clone(), version)],
            ..Component::default()
        },
    };
    String::from_utf8(write(&document, &Spelling::of(version))).unwrap()
}

fn card(version: Version, lines: &str) -> String {
    format!(
        "BEGIN:VCARD\r\nVERSION:{}\r\n{lines}\r\nEND:VCARD\r\n",
        version.label()
    )
}

/// A card that does not say which parts of a property were there.
fn whole(mut card: Component) -> Component {
    for property in &mut card.properties {
        property.params.retain(|p| p.key != "X-PARTS");
    }
    card
}

/// The lines of a card in another version, without those that frame it and those that it had to add.
fn lines(from: Version, lines: &str, to: Version) -> String {
    let out = spelled(&canonical(&card(from, lines)), to);
    let out = out.replace("\r\n ", "");
    let out: Vec<_> = out
        .lines()
        .filter(|line| {
            !["BEGIN:", "END:", "VERSION:"]
                .iter()
                .any(|head| line.starts_with(head))
                && (lines
                    .lines()
                    .any(|l| l.starts_with("N:") || l.starts_with("FN:"))
                    || !["N:", "FN:"].iter().any(|head| line.starts_with(head)))
        })
        .filter(|line| !line.is_empty())
        .collect();
    out.join("\n")
}

mod table;

use table::FIELDS;

const V2: Version = Version::Card21;
const V3: Version = Version::Card30;
const V4: Version = Version::Card40;

#[test]
fn each_field_is_said_in_the_words_of_the_version() {
    for (from, said, to, expected) in FIELDS.iter().copied() {
        assert_eq!(
            lines(from, said, to),
            expected,
            "{said} from {} to {}",
            from.label(),
            to.label()
        );
    }
}

#[test]
fn an_agent_stays_a_card_in_every_version() {
    let old = card(
        V2,
        "N:Smith;John\r\nAGENT:\r\nBEGIN:VCARD\r\nVERSION:2.1\r\nN:Agent;A\r\nTEL;CELL:1\r\nEND:VCARD\r\n",
    );
    let new = spelled(&canonical(&old), V3);
    assert!(
        new.replace("\r\n ", "").contains("AGENT:BEGIN:VCARD\\nVERSION:3.0\\nFN:A Agent\\nN:Agent\\;A\\nTEL\\;TYPE=CELL:1\\nEND:VCARD\\n\r\n"),
        "{new}"
    );
    let back = spelled(&canonical(&new), V2);
    assert!(
        back.contains("AGENT:\r\nBEGIN:VCARD\r\nVERSION:2.1\r\n"),
        "{back}"
    );
    assert!(back.contains("TEL;CELL:1\r\n"), "{back}");
}

#[test]
fn a_contact_of_sif_has_its_slots() {
    let xml = "<?xml version=\"1.0\"?><contact><SIFVersion>1.1</SIFVersion><FileAs>Doe, Jane</FileAs><FirstName>Jane</FirstName><LastName>Doe &amp; Co</LastName>\
<CompanyName>Acme</CompanyName><Department>R&amp;D</Department><MobileTelephoneNumber>1</MobileTelephoneNumber><HomeTelephoneNumber>2</HomeTelephoneNumber>\
<Home2TelephoneNumber>3</Home2TelephoneNumber><BusinessFaxNumber>4</BusinessFaxNumber><Email1Address>a@x</Email1Address><Email1AddressType>SMTP</Email1AddressType><Email2Address>b@x</Email2Address>\
<WorkAddressStreet>Road</WorkAddressStreet><WorkAddressCity>Town</WorkAddressCity><Birthday>1970-01-31</Birthday><Sensitivity>2</Sensitivity>\
<Categories>a, b;c</Categories><Gender>1</Gender><NickName></NickName></contact>";
    let card = sif::read(xml.as_bytes());
    assert!(card.first("N").unwrap().param("X-PARTS").is_some());
    let said = spelled(&whole(card.clone()), V3);
    for line in [
        "N:Doe & Co;Jane;;;",
        "FN:Doe\\, Jane",
        "ORG:Acme;R&D",
        "TEL;TYPE=CELL:1",
        "TEL;TYPE=HOME,VOICE:2",
        "TEL;TYPE=HOME,VOICE:3",
        "TEL;TYPE=WORK,FAX:4",
        "EMAIL:a@x",
        "EMAIL;TYPE=HOME:b@x",
        "ADR;TYPE=WORK:;;Road;Town;;;",
        "BDAY:1970-01-31",
        "CLASS:PRIVATE",
        "CATEGORIES:a,b,c",
        "X-SIF;X-FIELD=Gender:1",
        "NICKNAME:",
    ] {
        assert!(said.contains(&format!("{line}\r\n")), "{line} in {said}");
    }
    // The same again, packed in base64.
    let packed = base64::engine::general_purpose::STANDARD.encode(xml);
    assert_eq!(sif::read(packed.as_bytes()), card);
    let again = sif::read(&sif::write(&card, false));
    let full = |card: &Component| {
        let filled = card.properties.iter().filter(|p| !p.is_empty()).cloned();
        filled.collect::<Vec<_>>()
    };
    assert_eq!(full(&whole(again)), full(&whole(card)));
}

#[test]
fn a_contact_is_fitted_into_the_slots_of_sif() {
    let card = canonical(&card(
        V3,
        "N:Doe;Jane\r\nTEL;TYPE=WORK,VOICE:1\r\nTEL;TYPE=work:2\r\nTEL;TYPE=work:3\r\nTEL;TYPE=HOME,FAX:4\r\nTEL;TYPE=fax,modem:5\r\nTEL:6\r\nEMAIL;TYPE=work:w@x\r\nEMAIL;TYPE=work:v@x\r\nADR;TYPE=home,dom:;;R;T;;;\r\nPHOTO;ENCODING=b:AAEC\r\nURL:u",
    ));
    let held = sif::hold(&card);
    let mut out = Component::named("VCARD");
    out.properties = held.iter().map(|(_, p)| p.clone()).collect();
    let xml = String::from_utf8(sif::write(&out, false)).unwrap();
    for field in [
        "<BusinessTelephoneNumber>1<",
        "<Business2TelephoneNumber>2<",
        "<HomeFaxNumber>4<",
        "<OtherTelephoneNumber>6<",
        "<Email3Address>w@x<",
        "<Email1Address>v@x<",
        "<HomeAddressStreet>R<",
        "<WebPage>u<",
        "<LastName>Doe<",
    ] {
        assert!(xml.contains(field), "{field} in {xml}");
    }
    // A third number for work and a fax for data have no slot, and are not shown as what they are not.
    assert!(!xml.contains(">3<") && !xml.contains(">5<"), "{xml}");
    let again = whole(sif::read(xml.as_bytes()));
    assert_eq!(again.properties, out.properties);
    for (at, property) in held {
        assert_eq!(card.properties[at].name, property.name);
    }
}

#[test]
fn a_note_is_a_text_a_vnote_or_sif() {
    let plain = memo::from_text(b"Milk\r\nEggs\r\nBread", None);
    assert_eq!(memo::to_text(&plain), "Milk\r\nEggs\r\nBread");
    assert_eq!(
        String::from_utf8(memo::to_sif(&plain)).unwrap(),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<note><SIFVersion>1.1</SIFVersion><Subject>Milk</Subject><Body>Milk\r\nEggs\r\nBread</Body><Categories></Categories></note>\n"
    );
    let body = b"BEGIN:VNOTE\r\nVERSION:1.1\r\nSUMMARY:Shopping\r\nBODY;ENCODING=QUOTED-PRINTABLE:Milk=0D=0AEggs\r\nX-IRMC-LUID:7\r\nCATEGORIES:a;b\r\nEND:VNOTE\r\n";
    let document = read(body, Reading::default()).unwrap();
    assert_eq!(document.version, Version::Note11);
    let note = memo::from_note(&document.root.components[0]);
    assert_eq!(memo::to_text(&note), "Shopping\r\nMilk\r\nEggs");
    let vnote = memo::to_note(&note);
    assert_eq!(memo::from_note(&vnote), note);
    let sif = memo::from_sif(&memo::to_sif(&note));
    assert_eq!(sif.first("CATEGORIES"), note.first("CATEGORIES"));
    assert_eq!(sif.text("BODY"), note.text("BODY"));
    let foreign = memo::from_sif(
        b"<note><Subject>Shopping</Subject><Body>Shopping\nMilk</Body><Color>3</Color></note>",
    );
    assert_eq!(memo::to_text(&foreign), "Shopping\r\nMilk");
    assert!(
        String::from_utf8(memo::to_sif(&foreign))
            .unwrap()
            .contains("<Color>3</Color>")
    );
}

#[test]
fn a_shown_name_follows_the_name_that_it_was_made_of() {
    let name = |family: &str, given: &str| {
        let parts = [family, given, "", "", ""].map(|p| vec![p.into()]);
        Property::new("N", Value::Parts(parts.to_vec()))
    };
    let (before, after) = (name("Doe", "Jane"), name("Roe", "Jane"));
    let table = [
        ("Jane Doe", Some("Jane Roe")),
        ("Doe, Jane", Some("Roe, Jane")),
        ("Doe Jane", Some("Roe Jane")),
        ("The Boss", None),
    ];
    for (shown, expected) in table {
        assert_eq!(
            name::follow(shown, &before, &after).as_deref(),
            expected,
            "{shown}"
        );
    }
}

fn text() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9\u{e4}\u{4e2d} ,;.@-]{0,20}[a-z0-9]"
}

/// Lines of a canonical card that every version can say.
fn common() -> impl Strategy<Value = Property> {
    let one = |name: &'static str, types: &'static [&'static str]| {
        let types = prop::sample::select(types.to_vec());
        (text(), types).prop_map(move |(text, kind)| match kind {
            "" => Property::text_of(name, text),
            kind => Property::text_of(name, text).with("TYPE", kind),
        })
    };
    let parts = |name: &'static str, most: usize| {
        prop::collection::vec(text(), 1..=most).prop_map(move |parts| {
            Property::new(
                name,
                Value::Parts(parts.into_iter().map(|p| vec![p.into()]).collect()),
            )
        })
    };
    prop_oneof![
        one("TEL", &["", "home", "work", "cell", "pager", "car"]),
        one("NOTE", &[""]),
        one("TITLE", &[""]),
        one("URL", &["", "home"]),
        one("X-FIELD", &[""]),
        parts("ADR", 7),
        parts("ORG", 3),
        (1900..2100_u16, 1..13_u8, 1..29_u8)
            .prop_map(|(y, m, d)| Property::text_of("BDAY", format!("{y:04}-{m:02}-{d:02}"))),
        prop::collection::vec(any::<u8>(), 1..100).prop_map(|bytes| Property::new(
            "PHOTO",
            Value::Bytes(bytes)
        )
        .with("TYPE", "JPEG")),
        prop::collection::vec("[a-z]{1,8}".prop_map(Text::from), 1..4)
            .prop_map(|list| Property::new("CATEGORIES", Value::List(list))),
        "[a-z]{1,8}".prop_map(|n| Property::new("NICKNAME", Value::List(vec![n.into()]))),
    ]
}

proptest! {
    #[test]
    fn what_all_versions_can_say_survives_any_way_through_them(
        properties in prop::collection::vec(common(), 0..8),
        way in prop::collection::vec(prop_oneof![Just(V2), Just(V3), Just(V4)], 1..5),
    ) {
        let mut card = Component::named("VCARD");
        card.properties.push(Property::text_of("FN", "Jane Doe"));
        card.properties.push(Property::new("N", Value::Parts(vec![vec!["Doe".into()], vec!["Jane".into()]])));
        card.properties.extend(properties);
        let mut now = card.clone();
        for version in &way {
            let body = spelled(&now, *version);
            now = canonical(&body);
        }
        // A number that separates with ";" or "," is a text in all of them.
        prop_assert_eq!(now, card);
    }

    #[test]
    fn what_a_version_says_of_its_own_is_not_changed_by_reading_it(properties in prop::collection::vec(common(), 0..8), version in prop_oneof![Just(V2), Just(V3), Just(V4)]) {
        let mut card = Component::named("VCARD");
        card.properties = properties;
        let once = canonical(&spelled(&card, version));
        let twice = canonical(&spelled(&once, version));
        prop_assert_eq!(twice, once);
    }

    #[test]
    fn any_card_goes_anywhere(lines in "[A-Za-z;:=,.\r\n 0-9]{0,300}", from in 0..3_usize, to in 0..3_usize) {
        let versions = [V2, V3, V4];
        let body = card(versions[from], &lines);
        if let Ok(document) = read(body.as_bytes(), Reading::default()) {
            let canonical = from_card(document.root.components[0].clone(), document.version);
            let out = spelled(&canonical, versions[to]);
            prop_assert!(read(out.as_bytes(), Reading::default()).is_ok());
            prop_assert!(out.len() < 20 * body.len());
        }
    }
}

#[test]
fn a_place_without_numbers_is_none() {
    for nowhere in ["GEO:;", "GEO:,", "GEO:"] {
        assert!(
            canonical(&card(Version::Card30, nowhere))
                .first("GEO")
                .is_none_or(Property::is_empty)
        );
    }
    assert_eq!(
        lines(Version::Card30, "GEO:1.5;-2", Version::Card21),
        "GEO:1.5,-2"
    );
}
