//! Servers that do one thing wrong, each our own with its messages bent on the way. Every case of the suite fails against
//! one of them: a case that cannot fail says nothing.

use std::cell::Cell;
use std::collections::BTreeSet;

use anchorage::client::Exchange;
use anchorage::client::http::Answer;
use anchorage::client::suite::{Case, Outcome, Suite, shipped};
use anchorage::codec::{Encoding, Limits, Version};
use anchorage::message::{AlertCode, ChangeKind, Command, Message, StatusCode};

use crate::bends::{
    credulous, drop_all, drop_changes, each_alert, each_change, each_status, each_sync,
    echo_another, forget_the_title, is, one_by_one, recode, strict_head, talk_too_much, twice,
    whole_already,
};
use crate::site::{ENDPOINT, Here, setting};

/// A wrong server: what it does wrong, how, and the cases that find it out.
struct Mutant {
    wrong: &'static str,
    bend: Bend,
    finders: &'static [&'static str],
}

/// What is bent.
enum Bend {
    /// What the client says, before the server hears it.
    Request(fn(&mut Message)),
    /// What the server says.
    Reply(fn(&mut Message)),
    /// What comes back to these bytes over HTTP.
    Http(fn(&[u8], &mut Answer)),
    /// A message that comes again is a new one.
    Forgetful,
}

const MUTANTS: [Mutant; 30] = [
    Mutant {
        wrong: "takes an Atomic for a Sequence",
        bend: Bend::Request(|m| each_sync(m, one_by_one)),
        finders: &["ANC-21"],
    },
    Mutant {
        wrong: "takes a chunk for an item",
        bend: Bend::Request(|m| each_change(m, whole_already)),
        finders: &["ANC-09"],
    },
    Mutant {
        wrong: "knows every grammar of filters",
        bend: Bend::Reply(|m| recode(m, 421, 200)),
        finders: &["ANC-18"],
    },
    Mutant {
        wrong: "answers an Add with 200",
        bend: Bend::Reply(|m| recode(m, 201, 200)),
        finders: &["SCTS-0302", "ANC-06"],
    },
    Mutant {
        wrong: "challenges nobody",
        bend: Bend::Reply(|m| each_status(m, |s| s.chal = None)),
        finders: &["SCTS-0101", "SCTS-0201", "ANC-13"],
    },
    Mutant {
        wrong: "lets everybody in",
        bend: Bend::Reply(|m| recode(m, 401, 212)),
        finders: &["SCTS-0101", "ANC-07"],
    },
    Mutant {
        wrong: "does not know its users",
        bend: Bend::Reply(|m| recode(m, 212, 403)),
        finders: &["SCTS-0202", "ANC-13"],
    },
    Mutant {
        wrong: "keeps its device information to itself",
        bend: Bend::Reply(|m| drop_all(m, |c| matches!(c, Command::Results(_)))),
        finders: &["SCTS-0203"],
    },
    Mutant {
        wrong: "sends no Alerts",
        bend: Bend::Reply(|m| drop_all(m, |c| matches!(c, Command::Alert(_)))),
        finders: &[
            "SCTS-0202",
            "SCTS-0204",
            "ANC-02",
            "ANC-16",
            "ANC-17",
            "ANC-20",
        ],
    },
    Mutant {
        wrong: "echoes another anchor",
        bend: Bend::Reply(echo_another),
        finders: &["SCTS-0301", "ANC-02"],
    },
    Mutant {
        wrong: "takes any anchor for the right one",
        bend: Bend::Reply(|m| recode(m, 508, 200)),
        finders: &["ANC-02", "ANC-03"],
    },
    Mutant {
        wrong: "has no memory of what it said",
        bend: Bend::Forgetful,
        finders: &["ANC-06"],
    },
    Mutant {
        wrong: "sends no Deletes",
        bend: Bend::Reply(|m| drop_changes(m, ChangeKind::Delete)),
        finders: &["SCTS-0405", "SCTS-0504"],
    },
    Mutant {
        wrong: "sends no Replaces",
        bend: Bend::Reply(|m| drop_changes(m, ChangeKind::Replace)),
        finders: &["SCTS-0403", "SCTS-0502", "ANC-05", "ANC-11"],
    },
    Mutant {
        wrong: "sends no Adds",
        bend: Bend::Reply(|m| drop_changes(m, ChangeKind::Add)),
        finders: &["SCTS-0205", "SCTS-0401", "ANC-04", "ANC-08", "ANC-12"],
    },
    Mutant {
        wrong: "sends every new item twice",
        bend: Bend::Reply(|m| each_sync(m, twice)),
        finders: &["SCTS-0601", "ANC-12"],
    },
    Mutant {
        wrong: "names an item it adds by the Target",
        bend: Bend::Reply(|m| {
            each_change(m, |change| {
                change
                    .items
                    .iter_mut()
                    .for_each(|item| item.target = item.source.take().or(item.target.take()));
            });
        }),
        finders: &["SCTS-0205", "SCTS-0401"],
    },
    Mutant {
        wrong: "overhears Deletes",
        bend: Bend::Request(|m| each_sync(m, |c| c.retain(|c| !is(c, ChangeKind::Delete)))),
        finders: &["SCTS-0404", "SCTS-0503"],
    },
    Mutant {
        wrong: "takes no Replaces to heart",
        bend: Bend::Request(|m| each_change(m, forget_the_title)),
        finders: &["SCTS-0402", "SCTS-0501"],
    },
    Mutant {
        wrong: "refuses Replaces of what it does not know",
        bend: Bend::Reply(|m| {
            each_status(m, |s| {
                if s.cmd == "Replace" {
                    s.code = Some(StatusCode::NotFound);
                }
            });
        }),
        finders: &["SCTS-0505"],
    },
    Mutant {
        wrong: "says yes to everything",
        bend: Bend::Reply(|m| {
            each_status(m, |s| {
                if s.code.is_some_and(|c| c.number() >= 500) {
                    s.code = Some(StatusCode::Ok);
                }
            });
        }),
        finders: &["SCTS-0701", "ANC-14"],
    },
    Mutant {
        wrong: "has every datastore",
        bend: Bend::Reply(|m| recode(m, 404, 200)),
        finders: &["ANC-19"],
    },
    Mutant {
        wrong: "answers where no answer is wanted",
        bend: Bend::Reply(talk_too_much),
        finders: &["ANC-20"],
    },
    Mutant {
        wrong: "does not read device information",
        bend: Bend::Reply(|m| {
            each_status(m, |s| {
                if s.cmd == "Put" {
                    s.code = Some(StatusCode::UnsupportedMediaType);
                }
            });
        }),
        finders: &["ANC-15"],
    },
    Mutant {
        wrong: "knows one head of WBXML alone",
        bend: Bend::Http(strict_head),
        finders: &["ANC-16"],
    },
    Mutant {
        wrong: "takes anything for a message",
        bend: Bend::Http(credulous),
        finders: &["ANC-25"],
    },
    Mutant {
        wrong: "takes a resumption for the wish to hear more",
        bend: Bend::Request(|m| {
            each_alert(m, |code| {
                if code == AlertCode::Resume {
                    AlertCode::NextMessage
                } else {
                    code
                }
            });
        }),
        finders: &["ANC-17"],
    },
    Mutant {
        wrong: "makes every one-way sync two-way",
        bend: Bend::Request(|m| {
            each_alert(m, |code| {
                if code.number() == 202 {
                    AlertCode::TwoWay
                } else {
                    code
                }
            });
        }),
        finders: &["ANC-10"],
    },
    Mutant {
        wrong: "loses Maps",
        bend: Bend::Request(|m| drop_all(m, |c| matches!(c, Command::Map(_)))),
        finders: &["SCTS-0401"],
    },
    Mutant {
        wrong: "syncs slowly every time",
        bend: Bend::Request(|m| {
            each_alert(m, |code| {
                if code.number() == 200 {
                    AlertCode::Slow
                } else {
                    code
                }
            });
        }),
        finders: &["ANC-01", "SCTS-0301"],
    },
];

#[test]
fn each_wrong_server_is_found_out_by_its_cases() {
    let cases = shipped().unwrap();
    let mut missed = Vec::new();
    for mutant in &MUTANTS {
        for id in mutant.finders {
            let case = cases.iter().find(|case| case.id == *id).unwrap();
            let outcome = against(mutant, case);
            if !matches!(outcome, Outcome::Failed(_)) {
                missed.push(format!(
                    "{id} against a server that {}: {outcome:?}",
                    mutant.wrong
                ));
            }
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// The control: it is what is bent that the cases find, not that a message was written anew.
#[test]
fn a_server_whose_messages_are_only_written_anew_passes() {
    let faithful = [Bend::Request(|_| {}), Bend::Reply(|_| {})].map(|bend| Mutant {
        wrong: "does nothing wrong",
        bend,
        finders: &[],
    });
    for case in shipped().unwrap() {
        if case.unseen.is_some() {
            continue;
        }
        for mutant in &faithful {
            let outcome = against(mutant, &case);
            let is_fine = !matches!(outcome, Outcome::Failed(_));
            assert!(is_fine, "{}: {outcome:?}", case.id);
        }
    }
}

#[test]
fn every_case_with_steps_finds_a_wrong_server_out() {
    let finders: BTreeSet<_> = MUTANTS
        .iter()
        .flat_map(|mutant| mutant.finders)
        .copied()
        .collect();
    let cases = shipped().unwrap();
    let blind: Vec<_> = cases
        .iter()
        .filter(|case| case.unseen.is_none() && !finders.contains(case.id.as_str()))
        .map(|case| &case.id)
        .collect();
    assert!(blind.is_empty(), "{blind:?}");
}

/// Plays a case in 1.2, in WBXML where it is one of heads and in XML else.
fn against(mutant: &Mutant, case: &Case) -> Outcome {
    let encoding = if case.id == "ANC-16" {
        Encoding::Wbxml
    } else {
        Encoding::Xml
    };
    let here = Here::new();
    let count = Cell::new(0_u32);
    let mut suite = Suite::new(
        setting(ENDPOINT, Version::V12, encoding),
        Version::V12,
        encoding,
    )
    .unwrap();
    suite
        .play(case, &mut |exchange| {
            Ok(bent(mutant, &here, exchange, &count))
        })
        .outcome
}

fn bent(mutant: &Mutant, here: &Here, exchange: &Exchange, count: &Cell<u32>) -> Answer {
    count.set(count.get() + 1);
    let mut exchange = exchange.clone();
    if let Bend::Request(bend) = mutant.bend {
        exchange.body = rewritten(&exchange.body, bend);
    }
    let mut answer = here.answer(&exchange);
    match mutant.bend {
        Bend::Reply(bend) => answer.reply.body = rewritten(&answer.reply.body, bend),
        Bend::Http(bend) => bend(&exchange.body, &mut answer),
        Bend::Forgetful => {
            let number = count.get().to_string();
            let said = |m: &mut Message| m.header.meta.max_msg_size = Some(format!("1000{number}"));
            answer.reply.body = rewritten(&answer.reply.body, said);
        }
        Bend::Request(_) => {}
    }
    answer
}

/// A message after this; what is none stays as it is.
fn rewritten(body: &[u8], bend: impl FnOnce(&mut Message)) -> Vec<u8> {
    let Ok(mut read) = Message::decode(body, None, &Limits::default()) else {
        return body.to_vec();
    };
    bend(&mut read.message);
    read.message.encode(read.encoding, "utf-8")
}
