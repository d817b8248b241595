//! Two devices change one item: what each did to it is there in the end, and only the same field is a conflict.

use anchorage::ids::{AccountId, CollectionId, DeviceId, ItemId};
use anchorage::item::{Content, MediaType};
use anchorage::pim::filter::Filter;
use anchorage::store::Policy;
use anchorage::sync::{Edit, Mode, Outcome};

use crate::bench::{Bench, Phone, Synced};

const POLICIES: [Policy; 4] = [
    Policy::ServerWins,
    Policy::ClientWins,
    Policy::NewestWins,
    Policy::KeepBoth,
];

/// What both phones begin with.
pub const CARD: &[&str] = &["TEL;HOME:1", "TEL;CELL:2", "NOTE:old"];

/// A card of Ann Doe with these lines.
fn card(lines: &[&str]) -> Content {
    let lines = lines.join("\r\n");
    let body = format!("BEGIN:VCARD\r\nVERSION:2.1\r\nN:Doe;Ann\r\n{lines}\r\nEND:VCARD\r\n");
    content("text/x-vcard", &body)
}

fn content(media_type: &str, body: &str) -> Content {
    Content {
        media_type: MediaType::new(media_type),
        body: body.into(),
    }
}

pub fn put(lines: &[&str]) -> Edit {
    Edit::Replace(card(lines))
}

fn stranger(name: &str) -> Phone {
    Phone {
        id: DeviceId::parse(name).unwrap(),
        last: None,
        filter: Filter::default(),
    }
}

/// A phone that has this item under LUID 1.
pub fn with(bench: &mut Bench, name: &str, edit: &Edit) -> Phone {
    let mut phone = stranger(name);
    bench.sync(&mut phone, Mode::Slow, &[("1", edit.clone())]);
    phone
}

/// Two phones with the same card; the other one has then made this of it.
pub fn after(policy: Policy, lines: &[&str]) -> (Bench, Phone, Phone) {
    let mut bench = Bench::new(policy);
    let mut theirs = with(&mut bench, "theirs", &put(CARD));
    let ours = with(&mut bench, "ours", &put(CARD));
    bench.sync(&mut theirs, Mode::TwoWay, &[("1", put(lines))]);
    (bench, theirs, ours)
}

/// What the items say: their lines but for those that every card has.
pub fn says(bench: &Bench) -> Vec<Vec<String>> {
    let contacts = CollectionId::parse("contacts").unwrap();
    let items = bench.tell(|tx| tx.items_of(AccountId(1), &contacts, ItemId(0), 100));
    let bodies = items.iter().map(|item| {
        let body = String::from_utf8(item.content.body.clone()).unwrap();
        lines(&body)
    });
    bodies.collect()
}

pub fn lines(body: &str) -> Vec<String> {
    let frame = ["BEGIN", "END", "VERSION", "N", "FN"];
    let own = body.lines().filter(|line| {
        let name = line.split([':', ';']).next().unwrap_or_default();
        !frame.contains(&name)
    });
    let mut own: Vec<_> = own.map(ToOwned::to_owned).collect();
    own.sort();
    own
}

/// A sync of a phone that says this of the item it has under LUID 1.
pub fn sync(bench: &mut Bench, phone: &mut Phone, edit: Edit) -> Synced {
    bench.sync(phone, Mode::TwoWay, &[("1", edit)])
}

#[test]
fn two_devices_that_change_different_fields_both_win() {
    for policy in POLICIES {
        let edited = ["TEL;HOME:1", "TEL;CELL:2", "NOTE:new", "TITLE:Dr"];
        let (mut bench, mut theirs, mut ours) = after(policy, &edited);
        let edited = put(&["TEL;HOME:1", "TEL;CELL:22", "NOTE:old", "TEL;FAX:3"]);
        let synced = sync(&mut bench, &mut ours, edited);
        assert_eq!(synced.outcomes, [Outcome::Merged], "{policy:?}");
        let both = [
            "NOTE:new",
            "TEL;CELL:22",
            "TEL;FAX:3",
            "TEL;HOME:1",
            "TITLE:Dr",
        ];
        assert_eq!(says(&bench), [both], "{policy:?}");
        // REQ-STAT-8: the device that was told of the merge gets what came of it, the other one as well.
        assert_eq!(synced.bodies.len(), 1);
        assert_eq!(lines(&synced.bodies[0]), both);
        let synced = bench.sync(&mut theirs, Mode::TwoWay, &[]);
        assert_eq!(lines(&synced.bodies[0]), both);
        for phone in [&mut ours, &mut theirs] {
            assert_eq!(bench.sync(phone, Mode::TwoWay, &[]).sent.len(), 0);
        }
    }
}

#[test]
fn of_the_fields_that_both_changed_alone_the_policy_decides() {
    let theirs = ["TEL;HOME:1", "TEL;CELL:2", "NOTE:theirs", "TITLE:Dr"];
    let ours = ["TEL;HOME:11", "TEL;CELL:2", "NOTE:ours"];
    let merged = |note: &'static str| {
        let mut all = vec![note, "TEL;CELL:2", "TEL;HOME:11", "TITLE:Dr"];
        all.sort_unstable();
        all
    };
    for (policy, outcome, note, kept) in [
        (
            Policy::ServerWins,
            Outcome::ServerWon,
            "NOTE:theirs",
            "lost-conflict",
        ),
        (
            Policy::ClientWins,
            Outcome::ClientWon,
            "NOTE:ours",
            "superseded",
        ),
        (
            Policy::NewestWins,
            Outcome::ClientWon,
            "NOTE:ours",
            "superseded",
        ),
    ] {
        let (mut bench, _, mut phone) = after(policy, &theirs);
        let synced = sync(&mut bench, &mut phone, put(&ours));
        assert_eq!(synced.outcomes, [outcome], "{policy:?}");
        assert_eq!(says(&bench), [merged(note)], "{policy:?}");
        assert_eq!(lines(&synced.bodies[0]), merged(note), "{policy:?}");
        let revisions = bench.tell(|tx| tx.revisions(AccountId(1), ItemId(1)));
        let loser = revisions
            .iter()
            .rev()
            .find(|one| one.reason == kept)
            .unwrap();
        let loser = lines(std::str::from_utf8(&loser.content.body).unwrap());
        let other = if note == "NOTE:ours" {
            "NOTE:theirs"
        } else {
            "NOTE:ours"
        };
        assert!(loser.contains(&other.to_owned()), "{policy:?}: {loser:?}");
    }
    let (mut bench, _, mut phone) = after(Policy::KeepBoth, &theirs);
    let synced = sync(&mut bench, &mut phone, put(&ours));
    assert!(matches!(synced.outcomes[..], [Outcome::Duplicated(_)]));
    let whole = |lines: &[&str]| {
        let mut all: Vec<_> = lines.iter().map(|line| (*line).to_owned()).collect();
        all.sort();
        all
    };
    assert_eq!(says(&bench), [whole(&theirs), whole(&ours)]);
}

#[test]
fn what_a_user_cleared_stays_cleared_beside_the_edits_of_others() {
    let (mut bench, _, mut ours) = after(
        Policy::ServerWins,
        &["TEL;HOME:1", "TEL;CELL:2", "NOTE:new"],
    );
    let synced = sync(&mut bench, &mut ours, put(&["TEL;HOME:1", "NOTE:old"]));
    assert_eq!(synced.outcomes, [Outcome::Merged]);
    assert_eq!(says(&bench), [["NOTE:new", "TEL;HOME:1"]]);
}

#[test]
fn a_device_that_sends_back_what_it_had_in_other_words_changes_nothing() {
    let (mut bench, _, mut ours) = after(
        Policy::ClientWins,
        &["TEL;HOME:1", "TEL;CELL:2", "NOTE:new"],
    );
    let echo = put(&["NOTE:old", "TEL;CELL:(2)", "TEL;HOME:1", "TITLE:"]);
    let synced = sync(&mut bench, &mut ours, echo);
    assert_eq!(synced.outcomes, [Outcome::Unchanged]);
    let now = ["NOTE:new", "TEL;CELL:2", "TEL;HOME:1"];
    assert_eq!(says(&bench), [now]);
    assert_eq!(lines(&synced.bodies[0]), now);
}

#[test]
fn without_what_the_device_had_the_items_are_compared_as_a_whole() {
    let (mut bench, _, mut ours) = after(
        Policy::ClientWins,
        &["TEL;HOME:1", "TEL;CELL:2", "NOTE:new"],
    );
    for kept in bench.tell(|tx| tx.revisions(AccountId(1), ItemId(1))) {
        bench.tell(|tx| tx.drop_revision(&kept));
    }
    let edited = ["NOTE:old", "TEL;CELL:22", "TEL;HOME:1"];
    let synced = sync(&mut bench, &mut ours, put(&edited));
    assert_eq!(synced.outcomes, [Outcome::ClientWon]);
    assert_eq!(says(&bench), [edited]);
}

#[test]
fn what_is_not_understood_is_compared_as_a_whole() {
    let version = |text: &str| Edit::Replace(content("application/x-own", text));
    for (policy, outcome, left) in [
        (Policy::ServerWins, Outcome::ServerWon, "theirs"),
        (Policy::ClientWins, Outcome::ClientWon, "ours"),
    ] {
        let mut bench = Bench::new(policy);
        let mut theirs = with(&mut bench, "theirs", &version("old"));
        let mut ours = with(&mut bench, "ours", &version("old"));
        sync(&mut bench, &mut theirs, version("theirs"));
        let synced = sync(&mut bench, &mut ours, version("ours"));
        assert_eq!(synced.outcomes, [outcome]);
        assert_eq!(says(&bench), [[left]]);
    }
}

/// Meta Information 1.2.2, section 5.2.3.
#[test]
fn single_fields_of_a_device_meet_the_edits_of_others() {
    let (mut bench, _, mut ours) = after(
        Policy::ServerWins,
        &["TEL;HOME:1", "TEL;CELL:2", "NOTE:new"],
    );
    let synced = sync(&mut bench, &mut ours, Edit::Fields(card(&["TEL;CELL:22"])));
    assert_eq!(synced.outcomes, [Outcome::Merged]);
    let both = ["NOTE:new", "TEL;CELL:22", "TEL;HOME:1"];
    assert_eq!(says(&bench), [both]);
    assert_eq!(lines(&synced.bodies[0]), both);
    let (mut bench, _, mut ours) = after(
        Policy::ServerWins,
        &["TEL;HOME:1", "TEL;CELL:2", "NOTE:new"],
    );
    let synced = sync(&mut bench, &mut ours, Edit::Fields(card(&["NOTE:newer"])));
    assert_eq!(synced.outcomes, [Outcome::ServerWon]);
    assert_eq!(says(&bench), [["NOTE:new", "TEL;CELL:2", "TEL;HOME:1"]]);
}

#[test]
fn twins_that_say_different_things_become_one_item_that_says_both() {
    for policy in POLICIES {
        let mut bench = Bench::new(policy);
        with(&mut bench, "theirs", &put(&["TEL;HOME:1", "NOTE:hi"]));
        let mut ours = stranger("ours");
        let twin = [("7", put(&["TEL;HOME:1", "TITLE:Dr"]))];
        let synced = bench.sync(&mut ours, Mode::Slow, &twin);
        assert_eq!(synced.outcomes, [Outcome::Merged], "{policy:?}");
        let both = ["NOTE:hi", "TEL;HOME:1", "TITLE:Dr"];
        assert_eq!(
            (says(&bench), lines(&synced.bodies[0])),
            (
                vec![both.map(ToOwned::to_owned).to_vec()],
                both.map(ToOwned::to_owned).to_vec()
            )
        );
        let again = bench.sync(&mut ours, Mode::Slow, &[("7", put(&both))]);
        assert_eq!(
            (again.outcomes, again.sent.len()),
            (vec![Outcome::Unchanged], 0)
        );
    }
}

/// A slow sync of two that share a past is no meeting of strangers.
#[test]
fn a_slow_sync_merges_by_what_the_device_had() {
    let (mut bench, _, mut ours) = after(Policy::ServerWins, &["TEL;HOME:1", "NOTE:new"]);
    ours.last = None;
    let edited = put(&["TEL;HOME:11", "TEL;CELL:2", "NOTE:old"]);
    let synced = bench.sync(&mut ours, Mode::Slow, &[("1", edited)]);
    assert_eq!(synced.outcomes, [Outcome::Merged]);
    assert_eq!(says(&bench), [["NOTE:new", "TEL;HOME:11"]]);
}
