//! Recorded sessions, one after the other as they were recorded, played to the state they end in: what the server
//! holds afterwards is compared with what the recording implies: every body (but for line ends and the folding of
//! lines), every name the device gave, and the modes that were agreed to.
//!
//! A recording was made with another server. To play it to its end, some of what the client said is rewritten:
//!
//! * the credentials of every header, to Basic ones of our user, and the address: we follow our own RespURI;
//! * its Statuses: they answer what *we* sent, with our numbers, and say what the client said to a command of that name;
//! * the GUIDs in Maps: our GUID of the item with the content that the recorded one had;
//! * the name of a datastore where the other server's is no word of ours (`srv_note`).
//!
//! LUIDs, anchors, contents, packages and everything else stay as they were recorded. What users did on the server
//! between the sessions is read off what the recorded server sent. Where the recording begins after a first sync that
//! was not recorded, such a one is played before it: with the anchor the client names, and with an item of our own
//! for each LUID it speaks of.

#[path = "endings/live.rs"]
mod live;
#[path = "endings/tape.rs"]
mod tape;
#[path = "endings/world.rs"]
mod world;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anchorage::codec::Encoding;
use anchorage::message::StatusCode;
use anchorage::store::Policy;

use crate::recordings::{PLAIN, message, roots, said_by};
use crate::server::{On, Server, Setting};
use live::Live;
use tape::Session;
use world::World;

/// A recording that is played to its end.
struct Chain {
    /// The folder.
    name: &'static str,
    /// The folders in it, one session each, in their order.
    sessions: &'static [&'static str],
    /// Messages of its last session that never arrived: the recorder cut the line before them.
    unheard: usize,
}

const fn chain(name: &'static str, sessions: &'static [&'static str]) -> Chain {
    Chain {
        name,
        sessions,
        unheard: 0,
    }
}

const ONE: &[&str] = &["."];
const FOUR: &[&str] = &["s1", "s2", "s3", "s4"];

/// What is played, with the policy a collection has by itself. `conflict-xml` is played under each policy, too.
const CHAINS: [Chain; 27] = [
    chain("slow3-xml-10", ONE),
    chain("slow3-xml-11", ONE),
    chain("slow3-xml-12", ONE),
    chain("slow3-wbxml-10", ONE),
    chain("slow3-wbxml-11", ONE),
    chain("slow3-wbxml-12", ONE),
    chain("multimsg-xml", ONE),
    chain("multimsg-wbxml", ONE),
    chain("cal-xml", ONE),
    chain("calvcal10-xml", ONE),
    chain("todomemo-xml", ONE),
    chain("vcard21-xml", ONE),
    chain("resend-xml", ONE),
    chain("fourstores-xml", &[".", "nochange"]),
    chain("twoway-edits-xml", &[".", "second-nochange"]),
    chain("twoway-edits-wbxml", &[".", "second-nochange"]),
    chain("oneway-xml", &["from-local", "from-remote"]),
    chain(
        "refresh-xml",
        &["from-remote", "from-remote-alert205", "from-local"],
    ),
    Chain {
        unheard: 1,
        ..chain("suspend-resume-xml", &["cut", "resumed", "after"])
    },
    chain(
        "horde-funambol-outlook3015-calendar",
        &["s1", "s2", "s3", "s4", "s5"],
    ),
    chain("horde-sync4j-pocketpc-contacts", FOUR),
    chain("horde-sync4j-pocketpc-notes", FOUR),
    chain("horde-synthesis-tasks", FOUR),
    chain("pysyncml-client-notes", ONE),
    chain("funambol-cpp-windowsmobile-add", ONE),
    chain("dotnet-funambol-javademo-slowlog", ONE),
    chain("dotnet-fol-refresh-from-client", ONE),
];

/// Recordings that have a test of their own here.
const APART: [&str; 3] = [
    "conflict-xml",
    "virtuoso-nokia9210-calendar-wbxml",
    "wrongpw-xml",
];

/// Recordings that cannot be played to an end, and why. Their messages are read and answered all the same.
const ENDLESS: [(&str, &str); 8] = [
    ("buteo-test-data", "single messages, of several sessions"),
    (
        "dotnet-funambol-javademo-slow",
        "ends before the client's Statuses; `dotnet-funambol-javademo-slowlog` is the same session whole",
    ),
    (
        "funambol-cpp-largeobject-server",
        "the server's half alone: there is nothing to play",
    ),
    ("funambol-init-messages", "first messages alone"),
    (
        "funambol-wbxml-pairs",
        "single messages, numbered in no order",
    ),
    (
        "largeobj-xml",
        "cut into chunks for the other server's MaxMsgSize; what the client sent is played by `objects`",
    ),
    (
        "libwbxml-spec-samples",
        "examples of the specification, no session",
    ),
    ("txsyncml-sonyericsson-k800i-init", "a first message alone"),
];

/// The folder of a recording, if it is at hand.
fn folder(name: &str) -> Option<PathBuf> {
    let folders = roots().into_iter().map(|root| root.join(name));
    let found = folders.into_iter().find(|folder| folder.is_dir());
    if found.is_none() {
        println!("no recording {name} at hand: not played");
    }
    found
}

#[test]
fn every_recording_is_played_to_its_end_or_says_why_not() {
    let mut there = BTreeSet::new();
    for root in roots() {
        for entry in fs::read_dir(root).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                there.insert(entry.file_name().into_string().unwrap());
            }
        }
    }
    let played = CHAINS.iter().map(|chain| chain.name);
    let endless = ENDLESS.iter().map(|(name, _)| *name);
    let named: Vec<_> = played.chain(APART).chain(endless).collect();
    let once: BTreeSet<_> = named.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(once.len(), named.len(), "a recording is named twice");
    assert!(ENDLESS.iter().all(|(_, why)| !why.is_empty()));
    let unknown: Vec<_> = there.difference(&once).collect();
    assert!(unknown.is_empty(), "nobody says what {unknown:?} comes to");
}

#[test]
fn recorded_sessions_end_as_the_recording_implies() {
    for chain in &CHAINS {
        let Some(folder) = folder(chain.name) else {
            continue;
        };
        let mut sessions: Vec<_> = chain
            .sessions
            .iter()
            .map(|name| Session::read(&folder.join(name)))
            .collect();
        if chain.unheard > 0 {
            let first = &mut sessions[0].said;
            first.truncate(first.len() - chain.unheard);
        }
        let mut world = World::default();
        play(chain.name, PLAIN, &sessions, &mut world);
        println!("{}: {} items", chain.name, world.bodies().len());
    }
}

/// Plays sessions on a server of their own and compares where it ends with what the world has become.
fn play(name: &str, setting: Setting, sessions: &[Session], world: &mut World) {
    let mut live = Live::new(name, Server::new(On::Sqlite, setting));
    if let Some(before) = tape::unrecorded(sessions) {
        live.play(&before, world);
    }
    for session in sessions {
        live.play(session, world);
    }
    live.compare(world);
}

/// One item was changed on both sides, one deleted by the client and changed on the server, one the other way round.
#[test]
fn recorded_conflicts_end_as_each_policy_says() {
    let Some(folder) = folder("conflict-xml") else {
        return;
    };
    let policies = [
        Policy::ServerWins,
        Policy::ClientWins,
        Policy::NewestWins,
        Policy::KeepBoth,
    ];
    for policy in policies {
        let mut sessions = [".", "after"].map(|session| Session::read(&folder.join(session)));
        // The recorded server let the client's edit of item 3 live and so never spoke of its own deletion, and sent
        // item 2, which it had edited, as a new one.
        sessions[0].deleted_there.push("3".to_owned());
        sessions[0]
            .edited_there
            .push(("1".to_owned(), "2".to_owned()));
        let mut world = World::under(policy);
        let setting = Setting {
            policy: Some(policy),
            ..PLAIN
        };
        play(
            &format!("conflict-xml, {policy:?}"),
            setting,
            &sessions,
            &mut world,
        );
        let both = usize::from(policy == Policy::KeepBoth);
        assert_eq!(world.bodies().len(), 3 + both, "{policy:?}");
    }
}

/// The client's half alone: a Nokia 9210 with anchors the server does not know, and three events.
#[test]
fn a_recorded_nokia_9210_ends_with_its_three_events_on_the_server() {
    let Some(folder) = folder("virtuoso-nokia9210-calendar-wbxml") else {
        return;
    };
    let mut session = Session::read(&folder);
    session.modes = vec![201];
    let mut world = World::default();
    play(
        "virtuoso-nokia9210-calendar-wbxml",
        PLAIN,
        &[session],
        &mut world,
    );
    assert_eq!(world.bodies().len(), 3);
}

/// Wrong passwords as they were sent, by Basic and by MD5, credentials and all: nobody gets in, nothing is kept.
#[test]
fn recorded_wrong_passwords_let_nobody_in() {
    let Some(folder) = folder("wrongpw-xml") else {
        return;
    };
    let mut count = 0;
    for scheme in ["basic", "md5", "unknown-device"] {
        let mut server = Server::new(On::Sqlite, PLAIN);
        for path in paths(&folder.join(scheme), "client") {
            server.tick();
            let reply = server.answer(&fs::read(&path).unwrap(), None).unwrap();
            assert_eq!(reply.encoding, Encoding::Xml);
            let reply = message(&reply.body);
            for status in tape::statuses(&reply) {
                let refused = [
                    Some(StatusCode::InvalidCredentials),
                    Some(StatusCode::MissingCredentials),
                ];
                assert!(
                    refused.contains(&status.code),
                    "{}: {status:?}",
                    path.display()
                );
            }
            assert_eq!(tape::statuses(&reply).count(), reply.body.len());
            count += 1;
        }
        assert!(server.items().is_empty());
    }
    assert!(count > 8, "{count}");
}

/// The messages of one side in a folder, in their order.
fn paths(folder: &Path, who: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort_unstable();
    said_by(who, &paths)
}
