//! What is told from the lines alone is what the tree would tell.

use proptest::prelude::*;

use super::super::caps::{Capability, Caps, ParamCap};
use super::super::{Form, Lens, body};
use crate::item::Content;

use super::{NAMES, NEW, OLD, caps, card, contact, content};

fn listing(caps: impl Into<Option<Caps>>, form: Form) -> Lens {
    Lens {
        caps: caps.into(),
        ..Lens::of(form)
    }
}

fn sees_all(lens: &Lens, stored: &Content) -> bool {
    lens.sees_all(&lens.sight(stored).unwrap(), stored)
}

fn of(names: &[&str]) -> Caps {
    Caps {
        properties: names.iter().map(|name| Capability::named(name)).collect(),
    }
}

proptest! {
    #[test]
    fn a_contact_whose_lines_are_listed_is_held(item in contact(), some in caps(), is_old in any::<bool>()) {
        let form = if is_old { OLD } else { NEW };
        let stored = Lens::of(form).render(&body::store(item.clone()));
        let written = String::from_utf8_lossy(&stored.body).into_owned();
        for lens in [listing(some, form), listing(of(&NAMES), form)] {
            prop_assert!(!lens.lists_every_line(&stored.body) || sees_all(&lens, &stored), "{written}");
        }
    }
}

#[test]
fn a_line_that_is_not_listed_or_has_no_room_is_left_to_the_tree() {
    let lines = "N:Doe;Ann\r\nTEL;TYPE=CELL:1\r\nTEL;TYPE=WORK,VOICE:2\r\nGEO:;\r\nNOTE:hi\r\n";
    let stored = card(lines);
    let caps = of(&["N", "FN", "tel", "NOTE"]);
    let lists = |caps: Caps| listing(caps, NEW).lists_every_line(&stored.body);
    assert!(lists(caps.clone()));
    assert!(sees_all(&listing(caps.clone(), NEW), &stored));
    let with = |change: fn(&mut Capability), at: usize| {
        let mut caps = caps.clone();
        change(&mut caps.properties[at]);
        lists(caps)
    };
    let typed = |words: &str| ParamCap {
        name: "TYPE".into(),
        values: vec![words.to_owned()],
    };
    let mut all_types = caps.clone();
    all_types.properties[2].params = vec![typed("cell,Work"), typed("VOICE")];
    assert!(lists(all_types.clone()));
    all_types.properties[2].params.pop();
    assert!(!lists(all_types));
    assert!(!with(|tel| tel.max_occur = Some(1), 2));
    assert!(with(|note| note.max_size = Some(2), 3));
    assert!(!with(|note| note.max_size = Some(1), 3));
    assert!(!with(|note| note.values = vec!["ho".into()], 3));
    assert!(!lists(of(&["N", "FN", "TEL"])));
    assert!(!listing(None, NEW).lists_every_line(&stored.body));
}

#[test]
fn what_is_more_or_less_than_one_card_is_left_to_the_tree() {
    let lens = listing(of(&["N", "AGENT", "TEL"]), OLD);
    let one = "BEGIN:VCARD\r\nVERSION:2.1\r\nN:Doe\r\nTEL;CELL:1\r\nEND:VCARD\r\n";
    assert!(lens.lists_every_line(one.as_bytes()));
    for body in [
        one.repeat(2),
        one.replace("N:Doe", &format!("AGENT:\r\n{one}")),
        one.replace("END:VCARD\r\n", ""),
        format!("TEL:1\r\n{one}"),
        format!("{one}TEL:1\r\n"),
        one.replace("N:Doe", "no property"),
        one.replace("VCARD", "VEVENT"),
        String::new(),
    ] {
        assert!(
            !lens.lists_every_line(content(&body).body.as_slice()),
            "{body}"
        );
    }
}
