//! Folders and what lies in them: what two phones do at the same time, in which order a phone is told, what goes with a
//! folder and what stays.

use anchorage::pim::files;
use anchorage::store::Policy;
use anchorage::sync::history::Then;
use anchorage::sync::{Change, Edit, Guard, Outcome, Release, Room};

use crate::woods::{Phone, Woods, archived, copied, deleted, file, folder, moved, soft_deleted};

/// Two folders, a file in the first.
fn plain() -> Vec<Change> {
    vec![
        folder("a", "/", "A"),
        folder("b", "/", "B"),
        file("f", "a", "1"),
    ]
}

/// Two phones that have the same.
fn two(policy: Policy, has: &[Change]) -> (Woods, Phone, Phone) {
    let mut woods = Woods::new(policy);
    let one = woods.phone("one", has);
    let other = woods.phone("other", has);
    (woods, one, other)
}

#[test]
fn a_move_and_an_edit_of_one_file_both_stand() {
    for policy in [Policy::ServerWins, Policy::ClientWins, Policy::KeepBoth] {
        let (mut woods, mut one, mut other) = two(policy, &plain());
        woods.sync(&mut one, &[moved("f", "b")]);
        let synced = woods.sync(&mut other, &[file("f", "a", "2")]);
        assert_eq!(synced.outcomes, [Outcome::Replaced], "{policy:?}");
        assert_eq!(woods.paths(), ["A", "B", "B/f: 2"], "{policy:?}");
        assert_eq!(synced.sent, [">f in b"], "{policy:?}");
        assert_eq!(woods.sync(&mut one, &[]).sent, ["=f in b"], "{policy:?}");
        assert!(woods.sync(&mut other, &[]).sent.is_empty(), "{policy:?}");
    }
}

#[test]
fn of_two_moves_the_policy_chooses_one() {
    let rows = [
        (Policy::ServerWins, "B", Outcome::ServerWon, Some(">f in b")),
        (Policy::ClientWins, "C", Outcome::Replaced, None),
        (Policy::NewestWins, "C", Outcome::Replaced, None),
    ];
    for (policy, winner, outcome, sent) in rows {
        let mut has = plain();
        has.push(folder("c", "/", "C"));
        let (mut woods, mut one, mut other) = two(policy, &has);
        woods.sync(&mut one, &[moved("f", "b")]);
        let synced = woods.sync(&mut other, &[moved("f", "c")]);
        assert_eq!(synced.outcomes, [outcome], "{policy:?}");
        assert_eq!(synced.sent, Vec::from_iter(sent), "{policy:?}");
        let path = format!("{winner}/f: 1");
        assert!(woods.paths().contains(&path), "{policy:?}");
    }
}

#[test]
fn of_two_moves_that_make_a_ring_the_second_is_undone() {
    let (mut woods, mut one, mut other) = two(Policy::ClientWins, &plain());
    woods.sync(&mut one, &[moved("a", "b")]);
    let synced = woods.sync(&mut other, &[moved("b", "a")]);
    assert_eq!(synced.outcomes, [Outcome::MoveFailed]);
    assert_eq!(woods.paths(), ["B", "B/A", "B/A/f: 1"]);
    assert_eq!(synced.sent, [">b in /", ">a in b"]);
}

#[test]
fn a_folder_goes_with_what_its_phone_had_and_leaves_what_came_elsewhere() {
    let (mut woods, mut one, mut other) = two(Policy::NewestWins, &plain());
    woods.sync(&mut other, &[file("new", "a", "n"), file("f", "a", "2")]);
    let synced = woods.sync(&mut one, &[deleted("a")]);
    assert_eq!(synced.outcomes, [Outcome::Deleted]);
    assert_eq!(woods.paths(), ["B", "f: 2", "new: n"]);
    assert_eq!(synced.sent, ["+f in /", "+new in /"]);
    let synced = woods.sync(&mut other, &[]);
    assert_eq!(synced.sent, [">f in /", ">new in /", "-a"]);
}

#[test]
fn deletions_along_with_a_folder_are_counted() {
    let (mut woods, mut one, _) = two(Policy::NewestWins, &plain());
    assert_eq!(woods.sync(&mut one, &[deleted("a")]).deleted, 2);
    assert_eq!(woods.paths(), ["B"]);
}

#[test]
fn a_folder_is_sent_before_what_lies_in_it_whatever_came_first() {
    let (mut woods, mut one, mut other) = two(Policy::NewestWins, &[file("f", "/", "1")]);
    woods.sync(&mut one, &[file("f", "/", "2")]);
    woods.sync(&mut one, &[folder("c", "/", "C"), folder("d", "c", "D")]);
    woods.sync(&mut one, &[moved("f", "d"), folder("c", "/", "Z")]);
    let synced = woods.sync(&mut other, &[]);
    let [outer, inner] = ["+Z in /", "+D in #"].map(|start| {
        let at = synced.sent.iter().position(|sent| sent.starts_with(start));
        at.unwrap_or_else(|| panic!("no {start}: {:?}", synced.sent))
    });
    let file = synced
        .sent
        .iter()
        .position(|sent| sent.starts_with("=f in #"));
    assert!(outer < inner && Some(inner) < file, "{:?}", synced.sent);
    assert_eq!(synced.total, None);
}

#[test]
fn what_leaves_a_folder_is_sent_before_the_folder_goes() {
    let mut has = plain();
    has.push(file("g", "a", "1"));
    let (mut woods, mut one, mut other) = two(Policy::NewestWins, &has);
    woods.sync(&mut one, &[deleted("a"), moved("g", "b")]);
    assert_eq!(woods.sync(&mut other, &[]).sent, ["-f", ">g in b", "-a"]);
}

#[test]
fn where_there_is_no_room_for_a_folder_what_lies_in_it_waits_with_it() {
    let (mut woods, mut one, mut other) = two(Policy::NewestWins, &[file("f", "/", "1")]);
    woods.sync(
        &mut one,
        &[folder("c", "/", "C"), moved("f", "c"), file("g", "c", "1")],
    );
    woods.room = Room {
        items: Some(0),
        ..Room::default()
    };
    let synced = woods.sync(&mut other, &[]);
    assert_eq!((synced.sent, synced.waiting), (Vec::new(), 3));
    woods.room.items = Some(1);
    let synced = woods.sync(&mut other, &[]);
    assert_eq!(synced.sent.len(), 2, "{:?}", synced.sent);
    assert!(synced.sent[0].starts_with("+C in /"), "{:?}", synced.sent);
    assert!(synced.sent[1].starts_with(">f in #"), "{:?}", synced.sent);
    assert_eq!(synced.waiting, 1);
    woods.room = Room::default();
    assert_eq!(woods.sync(&mut other, &[]).sent.len(), 1);
}

#[test]
fn a_soft_deleted_folder_comes_back_for_what_changes_in_it() {
    let mut has = plain();
    has.push(file("g", "a", "1"));
    let (mut woods, mut one, mut other) = two(Policy::NewestWins, &has);
    let synced = woods.sync(&mut one, &[soft_deleted("a")]);
    assert_eq!(synced.outcomes, [Outcome::SoftDeleted]);
    assert!(synced.sent.is_empty() && woods.sync(&mut other, &[]).sent.is_empty());
    assert!(woods.sync(&mut one, &[]).sent.is_empty());
    woods.sync(&mut other, &[file("f", "a", "2")]);
    let synced = woods.sync(&mut one, &[]);
    assert_eq!(synced.sent.len(), 2, "{:?}", synced.sent);
    assert!(synced.sent[0].starts_with("+A in /") && synced.sent[1].starts_with("+f in #"));
    assert_eq!(woods.paths(), ["A", "A/f: 2", "A/g: 1", "B"]);
}

#[test]
fn what_changed_before_its_folder_was_soft_deleted_comes_back_in_it() {
    let (mut woods, mut one, mut other) = two(Policy::NewestWins, &plain());
    woods.sync(&mut other, &[file("f", "a", "2")]);
    let synced = woods.sync(&mut one, &[soft_deleted("a")]);
    assert_eq!(synced.sent.len(), 2, "{:?}", synced.sent);
    assert!(synced.sent[0].starts_with("+A in /") && synced.sent[1].starts_with("+f in #"));
}

#[test]
fn an_archived_folder_goes_with_what_is_in_it() {
    let (mut woods, mut one, mut other) = two(Policy::NewestWins, &plain());
    let synced = woods.sync(&mut one, &[archived("a")]);
    assert_eq!(
        (synced.outcomes, synced.deleted),
        (vec![Outcome::Deleted], 2)
    );
    assert_eq!(woods.paths(), ["B"]);
    assert_eq!(woods.sync(&mut other, &[]).sent, ["-f", "-a"]);
}

#[test]
fn copies_of_one_file_lie_each_in_its_folder() {
    let (mut woods, mut one, mut other) = two(Policy::NewestWins, &plain());
    let changes = [
        copied("f", "f1", Some("b")),
        copied("f", "f2", None),
        copied("x", "y", None),
    ];
    let synced = woods.sync(&mut one, &changes);
    let (added, nothing) = (Outcome::Added, Outcome::NothingToCopy);
    assert_eq!(synced.outcomes, [added, added, nothing]);
    assert!(synced.sent.is_empty(), "{:?}", synced.sent);
    assert_eq!(woods.paths(), ["A", "A/f: 1", "A/f: 1", "B", "B/f: 1"]);
    woods.sync(&mut one, &[deleted("f1")]);
    assert_eq!(woods.sync(&mut other, &[]).sent, ["+f in a"]);
}

#[test]
fn a_file_copied_and_then_deleted_in_one_message_is_kept_as_the_copy() {
    let (mut woods, mut one, _) = two(Policy::NewestWins, &plain());
    let synced = woods.sync(&mut one, &[deleted("f"), copied("f", "g", Some("b"))]);
    assert_eq!(synced.outcomes, [Outcome::Deleted, Outcome::Added]);
    assert_eq!(woods.paths(), ["A", "B", "B/f: 1"]);
}

/// A folder with so many files, on two phones; more than half must not go at once.
fn full(files: usize) -> (Woods, Phone, Phone) {
    let names: Vec<_> = (0..files).map(|n| format!("f{n:03}")).collect();
    let mut has = vec![folder("a", "/", "A")];
    has.extend(names.iter().map(|name| file(name, "a", "1")));
    let (mut woods, one, other) = two(Policy::NewestWins, &has);
    woods.guard = Guard {
        percent: 50,
        least: 2,
    };
    (woods, one, other)
}

#[test]
fn too_much_that_goes_with_a_folder_is_held_back() {
    let (mut woods, mut one, mut other) = full(4);
    let synced = woods.sync(&mut one, &[deleted("a")]);
    assert_eq!(synced.outcomes, [Outcome::Deleted]);
    assert_eq!((synced.held_back, synced.deleted), (5, 0));
    assert_eq!(woods.paths().len(), 5);
    assert!(woods.sync(&mut one, &[]).sent.is_empty());
    woods.sync(&mut other, &[file("new", "a", "n")]);
    let synced = woods.sync(&mut one, &[]);
    assert_eq!(synced.sent.len(), 2, "the folder, too: {:?}", synced.sent);
    assert_eq!(woods.release(&one, Release::CarryOut).deleted, 4);
    assert_eq!(woods.paths(), ["A", "A/new: n"]);
}

#[test]
fn what_came_into_a_folder_that_is_released_goes_up() {
    let (mut woods, mut one, mut other) = full(4);
    woods.sync(&mut one, &[deleted("a")]);
    woods.sync(&mut other, &[file("new", "a", "n")]);
    assert_eq!(woods.release(&one, Release::CarryOut).deleted, 5);
    assert_eq!(woods.paths(), ["new: n"]);
    assert_eq!(woods.sync(&mut one, &[]).sent, ["+new in /"]);
}

#[test]
fn a_folder_with_more_than_is_decided_on_at_once_goes_whole() {
    let (mut woods, mut one, mut other) = full(600);
    woods.guard.percent = 100;
    let synced = woods.sync(&mut one, &[deleted("a")]);
    assert_eq!((synced.held_back, synced.deleted), (0, 601));
    assert!(woods.paths().is_empty(), "{:?}", woods.paths());
    assert_eq!(woods.sync(&mut other, &[]).sent.last().unwrap(), "-a");
}

#[test]
fn what_is_brought_back_lies_in_a_folder_that_lives() {
    let has = [
        folder("a", "/", "A"),
        folder("b", "a", "B"),
        file("f", "b", "1"),
    ];
    let (mut woods, mut one, _) = two(Policy::NewestWins, &has);
    let file_again = || {
        let Edit::Replace(content) = file("f", "b", "1").edit else {
            unreachable!("a file is a Replace")
        };
        Then::There(content)
    };
    let folder_again = |name| Then::There(files::folder(name));
    woods.sync(&mut one, &[deleted("b")]);
    woods.put_back(&[(3, file_again())]);
    assert_eq!(woods.paths(), ["A", "A/f: 1"]);
    woods.put_back(&[(2, folder_again("B"))]);
    woods.put_back(&[(1, Then::Absent)]);
    assert_eq!(woods.paths(), ["B", "f: 1"]);
    woods.put_back(&[(2, Then::Absent), (3, Then::Absent)]);
    woods.put_back(&[(3, file_again()), (2, folder_again("B"))]);
    assert_eq!(woods.paths(), ["B", "f: 1"]);
}
