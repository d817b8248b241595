//! What holds for every message: it survives the wire, and a draft keeps to its limit.

use proptest::collection::vec;
use proptest::prelude::*;

use super::arbitrary::{World, command, header, message, world};
use super::{Command, Draft, Header, Message};
use crate::codec::{Encoding, Limits};

fn in_world<S: Strategy>(make: fn(World) -> S) -> impl Strategy<Value = (World, S::Value)> {
    world().prop_flat_map(move |world| (Just(world), make(world)))
}

fn work(world: World) -> impl Strategy<Value = (Header, Vec<(bool, Command)>, usize)> {
    (
        header(world),
        vec((any::<bool>(), command(world)), 0..12),
        0_usize..6000,
    )
}

proptest! {
    /// REQ-REP-2, REQ-REP-14: what is written in the order of the DTD is read back as it was.
    #[test]
    fn a_message_survives_both_spellings_of_every_version((world, message) in in_world(message)) {
        let bytes = message.encode(world.encoding, "utf-8");
        let received = Message::decode(&bytes, None, &Limits::default());
        prop_assert!(received.is_ok(), "{received:?} of {}", String::from_utf8_lossy(&bytes));
        let received = received.unwrap();
        prop_assert_eq!(received.encoding, world.encoding);
        prop_assert_eq!(received.message, message);
    }

    /// REQ-META-3: `MaxMsgSize` counts every byte.
    #[test]
    fn a_draft_never_passes_its_limit_and_knows_its_size((world, (header, commands, limit)) in in_world(work)) {
        for charset in ["utf-8", "iso-8859-1"] {
            let mut draft = Draft::new(header.clone(), world.encoding, charset, limit);
            let empty = draft.size();
            for (into_sync, command) in commands.clone() {
                let room = draft.room();
                let taken = if into_sync { draft.push_into_sync(command).map(drop) } else { draft.push(command).map(drop) };
                if taken.is_err() {
                    prop_assert_eq!(draft.room(), room);
                }
            }
            prop_assert!(draft.size() <= limit.max(empty));
            let size = draft.size();
            let length = draft.finish().len();
            prop_assert!(length <= size && size <= length + 64, "{length} bytes, and {size} foretold");
        }
    }

    /// A Status that cannot be left out is counted like any other.
    #[test]
    fn a_draft_forced_past_its_limit_still_knows_its_size((world, (header, commands, limit)) in in_world(work)) {
        let mut draft = Draft::new(header, world.encoding, "utf-8", limit);
        for (_, command) in commands {
            draft.force(command);
        }
        draft.set_final();
        let size = draft.size();
        let length = draft.finish().len();
        prop_assert!(length <= size && size <= length + 64, "{length} bytes, and {size} foretold");
    }
}

/// REQ-REP-3.
#[test]
fn a_draft_numbers_every_command_from_one_and_those_within_others_too() {
    use super::{Change, Sync};
    let change = || Command::Change(Change::default());
    let mut draft = Draft::new(
        Header {
            ver_dtd: "1.2".into(),
            ..Header::default()
        },
        Encoding::Xml,
        "utf-8",
        4000,
    );
    draft.push(change()).unwrap();
    draft
        .push(Command::Sync(Sync {
            commands: vec![change(), change()],
            ..Sync::default()
        }))
        .unwrap();
    assert_eq!(draft.push_into_sync(change()).unwrap(), "5");
    draft.force(change());
    let ids: Vec<&str> = draft.message().body.iter().map(Command::cmd_id).collect();
    assert_eq!(ids, ["1", "2", "6"]);
    let Command::Sync(sync) = &draft.message().body[1] else {
        panic!("the second command is the Sync")
    };
    let ids: Vec<&str> = sync.commands.iter().map(Command::cmd_id).collect();
    assert_eq!(ids, ["3", "4", "5"]);
}

#[test]
fn a_draft_that_has_no_room_gives_the_command_back_and_its_number_to_the_next() {
    use super::{Change, Item};
    let big = Item {
        data: Some(vec![b'x'; 5000]),
        ..Item::default()
    };
    let mut draft = Draft::new(Header::default(), Encoding::Wbxml, "utf-8", 1000);
    let refused = draft.push(Command::Change(Change {
        items: vec![big.clone()],
        ..Change::default()
    }));
    assert_eq!(
        refused,
        Err(Command::Change(Change {
            items: vec![big],
            ..Change::default()
        }))
    );
    draft.push(Command::Change(Change::default())).unwrap();
    assert_eq!(draft.message().body[0].cmd_id(), "1");
    assert!(
        draft
            .push_into_sync(Command::Change(Change::default()))
            .is_err(),
        "there is no Sync"
    );
}
