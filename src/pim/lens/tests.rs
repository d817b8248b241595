//! What the lens promises, as properties over invented contacts and devices, and by name.

mod agenda;
mod contacts;
mod echo;
mod glance;
mod habits;
mod merging;
mod notes;

use proptest::prelude::*;

use super::caps::{Capability, Caps, ParamCap};
use super::quirks::{Internet, NameOrder, Slot};
use super::*;
use crate::item::MediaType;
use crate::pim::model::{self, Document, Param, Reading, Value};

pub(super) fn content(body: &str) -> Content {
    Content {
        media_type: crate::pim::classify(body.as_bytes(), &MediaType::new("text/plain")),
        body: body.as_bytes().to_vec(),
    }
}

/// A card of 3.0 with these lines, as it is stored.
pub(super) fn card(lines: &str) -> Content {
    content(&format!(
        "BEGIN:VCARD\r\nVERSION:3.0\r\n{lines}\r\nEND:VCARD\r\n"
    ))
}

pub(super) fn text(content: &Content) -> String {
    String::from_utf8(content.body.clone())
        .unwrap()
        .replace("\r\n ", "")
}

/// The lines of a stored card, in order of the alphabet, its frame left out.
pub(super) fn lines(content: &Content) -> Vec<String> {
    let (text, frame) = (text(content), ["BEGIN:", "END:", "VERSION:"]);
    let mut lines: Vec<_> = text
        .lines()
        .filter(|l| !frame.iter().any(|start| l.starts_with(start)))
        .map(str::to_owned)
        .collect();
    lines.sort();
    lines
}

pub(super) fn phone(form: Form) -> Lens {
    Lens::of(form)
}

pub(super) const OLD: Form = Form::Lines(Version::Card21);
pub(super) const NEW: Form = Form::Lines(Version::Card30);

/// What a device's user does to the item that the device was sent.
pub(super) fn edited(sent: &Content, edit: impl FnOnce(&mut Component)) -> Content {
    let mut document: Document = model::read(&sent.body, Reading::default()).unwrap();
    edit(&mut document.root.components[0]);
    Content {
        media_type: sent.media_type.clone(),
        body: model::write(&document, &Spelling::of(document.version)),
    }
}

pub(super) fn set(name: &str, text: &str) -> impl Fn(&mut Component) {
    let property = Property::text_of(name, text);
    move |card: &mut Component| {
        let mut property = property.clone();
        if let Some(known) = card.first(&property.name) {
            property.params.clone_from(&known.params);
        }
        card.set(property);
    }
}

/// A canonical property of a contact.
fn property() -> impl Strategy<Value = Property> {
    let text = || "[a-zA-Z0-9\u{e4}\u{4e2d} ,;.@+-]{0,30}[a-z0-9]";
    let typed = |name: &'static str, types: &'static [&'static str]| {
        let types = prop::sample::subsequence(types.to_vec(), 0..=types.len().min(2));
        (text(), types).prop_map(move |(text, types)| {
            let mut property = Property::text_of(name, text);
            if !types.is_empty() {
                let values = types.into_iter().map(model::Text::from).collect();
                property.params.push(Param {
                    key: "TYPE".into(),
                    values,
                });
            }
            property
        })
    };
    prop_oneof![
        4 => typed("TEL", &["home", "work", "cell", "fax", "pager", "pref", "voice"]),
        2 => typed("EMAIL", &["internet", "home", "work", "pref"]),
        1 => typed("URL", &["home", "work"]),
        2 => (prop::collection::vec(text(), 1..=7), prop::sample::select(vec!["home", "work", "x-none"])).prop_map(|(parts, kind)| {
            let parts = parts.into_iter().map(|p| vec![p.into()]).collect();
            Property::new("ADR", Value::Parts(parts)).with("TYPE", kind)
        }),
    ]
}

fn single() -> impl Strategy<Value = Vec<Property>> {
    let text = || "[a-zA-Z0-9\u{e4}\u{4e2d} ,;.-]{0,40}[a-z0-9]";
    let parts = |name: &'static str, most: usize| {
        prop::collection::vec(text(), 1..=most).prop_map(move |parts| {
            Property::new(
                name,
                Value::Parts(parts.into_iter().map(|p| vec![p.into()]).collect()),
            )
        })
    };
    let all = (
        parts("N", 5),
        parts("ORG", 3),
        prop::collection::vec("[a-z]{1,8}".prop_map(model::Text::from), 1..4)
            .prop_map(|l| Property::new("CATEGORIES", Value::List(l))),
        "[a-z]{1,9}".prop_map(|n| Property::new("NICKNAME", Value::List(vec![n.into()]))),
        (1970..2030_u16, 1..13_u8, 1..29_u8)
            .prop_map(|(y, m, d)| Property::text_of("BDAY", format!("{y:04}-{m:02}-{d:02}"))),
        prop::collection::vec(any::<u8>(), 1..60)
            .prop_map(|b| Property::new("PHOTO", Value::Bytes(b)).with("TYPE", "JPEG")),
        "[a-z]{1,9}\n[a-z]{1,40}".prop_map(|n| Property::text_of("NOTE", n)),
        text().prop_map(|t| Property::text_of("TITLE", t)),
        text().prop_map(|t| Property::text_of("FN", t)),
        text().prop_map(|t| Property::text_of("X-FIELD", t)),
    );
    (all, any::<u16>()).prop_map(|((a, b, c, d, e, f, g, h, i, j), pick)| {
        let all = [a, b, c, d, e, f, g, h, i, j].into_iter().enumerate();
        all.filter(|(at, _)| *at == 0 || pick >> at & 1 == 1)
            .map(|(_, p)| p)
            .collect()
    })
}

fn contact() -> impl Strategy<Value = Component> {
    (single(), prop::collection::vec(property(), 0..6)).prop_map(|(mut all, more)| {
        all.extend(more);
        let mut card = Component::named("VCARD");
        card.properties = all;
        card
    })
}

const NAMES: [&str; 12] = [
    "FN",
    "N",
    "TEL",
    "EMAIL",
    "ADR",
    "ORG",
    "TITLE",
    "NOTE",
    "BDAY",
    "PHOTO",
    "CATEGORIES",
    "NICKNAME",
];

fn caps() -> impl Strategy<Value = Option<Caps>> {
    let one = |name: &'static str| {
        (
            prop::option::of(1..30_usize),
            prop::option::of(1..3_usize),
            any::<bool>(),
        )
            .prop_map(move |(max_size, max_occur, no_truncate)| Capability {
                max_size,
                max_occur,
                no_truncate,
                params: if no_truncate && name == "TEL" {
                    vec![ParamCap {
                        name: "TYPE".into(),
                        values: vec!["HOME,WORK".into(), "CELL".into()],
                    }]
                } else {
                    Vec::new()
                },
                ..Capability::named(name)
            })
    };
    let all: Vec<_> = NAMES.iter().map(|name| one(name)).collect();
    prop::option::of((all, any::<u16>()).prop_map(|(all, pick)| {
        Caps {
            properties: all
                .into_iter()
                .enumerate()
                .filter(|(at, _)| pick >> at & 1 == 1)
                .map(|(_, c)| c)
                .collect(),
        }
    }))
}

fn habits() -> impl Strategy<Value = ContactQuirks> {
    any::<u32>().prop_map(|pick| {
        let has = |bit: u32| pick >> bit & 1 == 1;
        let slot = |kind: &str| Slot {
            name: "TEL".into(),
            types: vec![kind.into()],
        };
        ContactQuirks {
            one_per_type: if has(0) { vec!["TEL".into()] } else { vec![] },
            no_pref: has(1),
            slots: if has(2) && has(3) {
                vec![slot("cell"), slot("home"), slot("work")]
            } else {
                vec![]
            },
            typeless: if has(4) && has(5) {
                vec!["ADR".into()]
            } else {
                vec![]
            },
            name_parts: has(6).then_some(2),
            single_name: (has(7) && has(8)).then_some(NameOrder::GivenFirst),
            renames: if has(9) {
                vec![("NICKNAME".into(), "X-EPOCSECONDNAME".into())]
            } else {
                vec![]
            },
            no_photo_type: has(10),
            type_order: if has(11) {
                vec!["voice".into(), "cell".into()]
            } else {
                vec![]
            },
            internet: if has(12) {
                Internet::Always
            } else {
                Internet::Never
            },
            no_empties: has(13),
            swapped_address: has(14),
            digits_only: has(15),
            without: if has(16) {
                vec!["CATEGORIES".into()]
            } else {
                vec![]
            },
            without_types: if has(17) {
                vec![("TEL".into(), vec!["pager".into()])]
            } else {
                vec![]
            },
            no_folds: has(18),
            quote_everything: has(19),
            no_soft_breaks: has(20),
            no_birthday: has(21).then(|| "0000-00-00".into()),
            lone_address: has(22).then(|| "work".into()),
            basic_birthday: has(23),
            label_for_address: has(24) && has(25),
            cuts_silently: has(26),
            absent_is_kept: has(27),
            stand_ins: if has(28) {
                vec![("*".into(), "-".into())]
            } else {
                vec![]
            },
            ignore_caps: has(29) && has(30),
            ..ContactQuirks::default()
        }
    })
}

fn lens() -> impl Strategy<Value = Lens> {
    let form = prop_oneof![
        Just(OLD),
        Just(NEW),
        Just(Form::Lines(Version::Card40)),
        Just(Form::Sif),
        Just(Form::AsStored)
    ];
    let charset = prop::option::of(Just(encoding_rs::WINDOWS_1252));
    let quirks = prop_oneof![Just(ContactQuirks::default()), habits()];
    (form, caps(), charset, quirks).prop_map(|(form, caps, charset, contact)| Lens {
        caps,
        charset,
        contact,
        ..Lens::of(form)
    })
}

fn hidden(item: &Component, lens: &Lens) -> Vec<Property> {
    let held = lens.held(item.clone());
    let seen: std::collections::HashSet<_> = held.from.into_iter().flatten().collect();
    item.properties
        .iter()
        .enumerate()
        .filter(|(at, _)| !seen.contains(at))
        .map(|(_, p)| p.clone())
        .collect()
}

proptest! {
    #[test]
    fn an_unchanged_item_that_comes_back_changes_nothing(item in contact(), other in contact(), lens in lens()) {
        let stored = body::store(item.clone());
        let sent = lens.render(&stored);
        prop_assert_eq!(lens.apply_edits(Some(&stored), &stored, &sent), Applied::Unchanged, "{}\n{}", text(&stored), String::from_utf8_lossy(&sent.body));
        // Nor when others have changed it meanwhile.
        let other = body::store(other.clone());
        prop_assert_eq!(lens.apply_edits(Some(&stored), &other, &sent), Applied::Unchanged);
        // Nor when it is met anew.
        prop_assert_eq!(lens.apply_edits(None, &stored, &sent), Applied::Unchanged, "{}\n{}", text(&stored), String::from_utf8_lossy(&sent.body));
    }

    #[test]
    fn what_a_device_is_sent_twice_is_the_same(item in contact(), lens in lens()) {
        let stored = body::store(item.clone());
        let once = lens.render(&stored);
        prop_assert_eq!(lens.render(&stored), once);
        let canonical = lens.canonical(&lens.render(&stored));
        prop_assert!(body::stored(&canonical).is_some());
    }

    #[test]
    fn a_field_outside_the_lens_never_changes(item in contact(), lens in lens(), note in "[a-z]{1,20}", seed in any::<u8>()) {
        let stored = body::store(item.clone());
        let tree = body::stored(&stored).unwrap();
        let sent = lens.render(&stored);
        prop_assume!(lens.form != Form::Sif);
        let came = edited(&sent, |card| {
            // The user changes, removes and adds what is there to be seen.
            card.properties.retain(|p| p.name != "TEL" || seed & 1 == 0);
            if seed & 2 > 0 { set("TITLE", &note)(card); }
            if seed & 4 > 0 { card.properties.push(Property::text_of("TEL", "555").with("TYPE", "CAR")); }
            if seed & 8 > 0 { card.properties.retain(|p| p.name != "ADR"); }
        });
        let hidden = hidden(&tree, &lens);
        let results = match lens.apply_edits(Some(&stored), &stored, &came) {
            Applied::Unchanged => vec![stored],
            Applied::Edited(one) | Applied::Merged(one) => vec![one],
            Applied::Conflict { .. } => return Err(TestCaseError::fail("nobody else changed it")),
        };
        for result in results {
            let result = body::stored(&result).unwrap();
            for property in &hidden {
                // But the title, which the user may have written although the device does not list it.
                prop_assert!(result.properties.contains(property) || property.name == "TITLE", "{:?} in {:#?}", property, result);
            }
        }
    }

    #[test]
    fn a_field_that_is_cleared_on_a_device_that_holds_it_is_cleared(item in contact(), form in prop_oneof![Just(OLD), Just(NEW), Just(Form::Lines(Version::Card40))], at in 0..12_usize) {
        let stored = body::store(item.clone());
        let lens = Lens::of(form);
        let name = NAMES[at];
        prop_assume!(item.first(name).is_some() && name != "N" && name != "FN");
        let sent = lens.render(&stored);
        let came = edited(&sent, |card| { card.properties.retain(|p| p.name.trim_start_matches("X-") != name); });
        let Applied::Edited(result) = lens.apply_edits(Some(&stored), &stored, &came) else {
            return Err(TestCaseError::fail("it was edited"));
        };
        let result = body::stored(&result).unwrap();
        prop_assert!(result.first(name).is_none());
        let others = |tree: &Component| tree.properties.iter().filter(|p| p.name != name).cloned().collect::<Vec<_>>();
        prop_assert_eq!(others(&result), others(&body::stored(&stored).unwrap()));
    }

    #[test]
    fn two_devices_that_edit_different_fields_both_win(item in contact(), one in lens(), other in lens(), title in "[a-z]{1,9}", note in "[a-z]{1,9}") {
        prop_assume!(one.form != Form::Sif && other.form != Form::Sif);
        let stored = body::store(item.clone());
        let first = edited(&one.render(&stored), |card| set("TITLE", &title)(card));
        let now = match one.apply_edits(Some(&stored), &stored, &first) {
            Applied::Edited(now) => now,
            Applied::Unchanged => stored.clone(),
            odd @ (Applied::Merged(_) | Applied::Conflict { .. }) => return Err(TestCaseError::fail(format!("{odd:?}"))),
        };
        let second = edited(&other.render(&stored), |card| set("NOTE", &note)(card));
        let both = match other.apply_edits(Some(&stored), &now, &second) {
            Applied::Merged(both) | Applied::Edited(both) => both,
            Applied::Unchanged => now.clone(),
            odd @ Applied::Conflict { .. } => return Err(TestCaseError::fail(format!("{odd:?}"))),
        };
        let has = |content: &Content, name: &str| body::stored(content).unwrap().text(name).into_owned();
        prop_assert_eq!(has(&both, "TITLE"), has(&now, "TITLE"));
        prop_assert!(has(&both, "NOTE").starts_with(&note));
    }

    #[test]
    fn whatever_comes_back_has_an_answer(item in contact(), lens in lens(), junk in prop::collection::vec(any::<u8>(), 0..200), at in 0..200_usize) {
        let stored = body::store(item.clone());
        let mut sent = lens.render(&stored);
        let at = at % (sent.body.len() + 1);
        sent.body.splice(at..at, junk);
        let canonical = lens.canonical(&sent);
        prop_assert!(canonical.body.len() < 20 * (sent.body.len() + 100));
        if let Applied::Edited(result) | Applied::Merged(result) = lens.apply_edits(Some(&stored), &stored, &sent) {
            prop_assert!(body::stored(&result).is_some() || result == sent);
        }
    }
}
