//! Who is whose twin in a slow sync of a device that calls everything by new names: people of one name and one household.

use anchorage::ids::{AccountId, CollectionId, DeviceId, ItemId};
use anchorage::item::{Content, MediaType, TwinKey};
use anchorage::pim::filter::Filter;
use anchorage::store::Policy;
use anchorage::sync::{Edit, Mode, Outcome, rekey};

use crate::bench::{Bench, Phone};

fn cards(bodies: &[&str]) -> Vec<Content> {
    let card = |lines: &&str| {
        let lines = lines.replace('|', "\r\n");
        let body = format!("BEGIN:VCARD\r\nVERSION:3.0\r\n{lines}\r\nEND:VCARD\r\n");
        Content {
            media_type: MediaType::new("text/vcard"),
            body: body.into(),
        }
    };
    bodies.iter().map(card).collect()
}

/// A device that the server does not know brings all of these in a slow sync: what the engine made of each.
fn bring(bench: &mut Bench, device: &str, bodies: &[&str]) -> Vec<Outcome> {
    let mut phone = Phone {
        id: DeviceId::parse(device).unwrap(),
        last: None,
        filter: Filter::default(),
    };
    let luids: Vec<_> = (0..bodies.len()).map(|at| at.to_string()).collect();
    let edits = cards(bodies).into_iter().map(Edit::Replace);
    let edits: Vec<_> = luids.iter().map(String::as_str).zip(edits).collect();
    bench.sync(&mut phone, Mode::Slow, &edits).outcomes
}

/// What the server has after one device brought all of the first, and another one all of the second: how each item is
/// reached.
fn met(ours: &[&str], theirs: &[&str]) -> Vec<String> {
    let mut bench = Bench::new(Policy::NewestWins);
    bring(&mut bench, "one", ours);
    bring(&mut bench, "other", theirs);
    let contacts = CollectionId::parse("contacts").unwrap();
    let items = bench.tell(|tx| tx.items_of(AccountId(1), &contacts, ItemId(0), 100));
    let told = items.iter().map(|item| {
        let body = std::str::from_utf8(&item.content.body).unwrap();
        let mut lines: Vec<_> = body
            .lines()
            .filter_map(|line| line.strip_prefix("TEL:").or(line.strip_prefix("EMAIL:")))
            .collect();
        lines.sort_unstable();
        lines.join(" ")
    });
    told.collect()
}

/// Of one household, and of one name but for what the other device dropped: each is known by all of its numbers.
#[test]
fn people_of_one_name_and_one_household_stay_apart_without_their_middle_names() {
    let ours = [
        "N:Doe;John;Adam|TEL:2221111|TEL:7771111",
        "N:Doe;John;Bert|TEL:2221111|TEL:7772222",
        "N:Doe;John|TEL:2221111|TEL:7773333",
    ];
    let apart = ["2221111 7771111", "2221111 7772222", "2221111 7773333"];
    let mut theirs = [
        "N:Doe;John|TEL:2221111|TEL:7771111",
        "N:Doe;John|TEL:2221111|TEL:7772222",
        "N:Doe;John|TEL:2221111|TEL:7773333",
    ];
    for _ in 0..theirs.len() {
        theirs.rotate_left(1);
        assert_eq!(met(&ours, &theirs), apart, "{theirs:?}");
    }
    theirs.reverse();
    assert_eq!(met(&ours, &theirs), apart);
}

#[test]
fn who_shares_a_telephone_with_another_is_another_all_the_same() {
    let two = |one, other, both: [&str; 2]| assert_eq!(met(&[one], &[other]), both, "{other}");
    let home = ["2221111", "2221111"];
    // Brothers, and a father and his son.
    two("N:Doe;John|TEL:2221111", "N:Doe;Josh|TEL:2221111", home);
    two(
        "N:Doe;John;Adam|TEL:2221111",
        "N:Doe;John;Bert|TEL:2221111",
        home,
    );
    two(
        "N:Doe;John;;;Sr.|TEL:2221111",
        "N:Doe;John;;;Jr.|TEL:2221111",
        home,
    );
    two(
        "N:Doe;John|TEL:2221111",
        "N:Doe;John;;;Jr.|TEL:2221111",
        home,
    );
    // The son, whom the server does not have, without his middle name.
    two(
        "N:Doe;John;Adam|TEL:2221111|TEL:7771111",
        "N:Doe;John|TEL:2221111|TEL:7772222",
        ["2221111 7771111", "2221111 7772222"],
    );
    // Nothing is known of him but a part of a name.
    two("N:Doe;John;Adam|TEL:2221111", "N:Doe;John", ["2221111", ""]);
}

#[test]
fn a_title_or_a_suffix_that_was_dropped_makes_no_second_contact() {
    for (ours, theirs) in [
        ("N:Doe;John;;Dr.;PhD|TEL:2221111", "N:Doe;John|TEL:2221111"),
        (
            "N:Doe;John;Adam;Dr.;Jr.|TEL:2221111|EMAIL:john@example.org",
            "N:Doe;John|TEL:2221111|EMAIL:john@example.org",
        ),
        ("N:Doe;John;Adam|TEL:2221111", "N:John Doe|TEL:222 1111"),
    ] {
        assert_eq!(met(&[ours], &[theirs]).len(), 1, "{theirs}");
    }
}

/// A database of an older version, whose keys were made in another way.
#[test]
fn items_of_an_older_version_are_found_once_their_keys_were_made_anew() {
    let (ours, theirs) = (
        ["N:Doe;John;Adam|TEL:2221111", "N:Roe;Jane;Ann|TEL:2222222"],
        ["N:Roe;Jane|TEL:2222222", "N:Doe;John|TEL:2221111"],
    );
    let all = |bench: &Bench| bench.tell(|tx| tx.items_after(AccountId(1), ItemId(0), 100));
    let old = || {
        let mut bench = Bench::new(Policy::NewestWins);
        bring(&mut bench, "one", &ours);
        let before = all(&bench);
        bench.tell(|tx| {
            for item in &before {
                tx.put_twin_key(item.account, item.id, item.seq, TwinKey(7))?;
            }
            Ok(())
        });
        (bench, before)
    };
    let (mut bench, _) = old();
    assert_eq!(bring(&mut bench, "other", &theirs), [Outcome::Added; 2]);
    let (mut bench, before) = old();
    let mut heard = Vec::new();
    let renewed = rekey::renew(&bench.store, |seen| heard.push(seen)).unwrap();
    assert_eq!((renewed, heard), (Some(2), vec![2]));
    assert_eq!(all(&bench), before, "nothing else changed");
    assert_eq!(rekey::renew(&bench.store, |_| ()).unwrap(), None);
    assert!(!bring(&mut bench, "other", &theirs).contains(&Outcome::Added));
    assert_eq!(all(&bench).len(), 2);
}
