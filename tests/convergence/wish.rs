//! What a device wants to have: filters of a history, and what passes them by the bodies alone.

use anchorage::client::Device;
use anchorage::pim::filter::{FilterType, Query, Rule};

use crate::body::{Mark, Sort};
use crate::chance::Chance;
use crate::history::History;
use crate::phone::{Phone, Place};

/// Words of which a text that passes has one: numbers of edits that end with them stand in front of a dot.
const WISHES: [&[&str]; 3] = [
    &["1.", "3.", "5.", "7.", "9."],
    &["0.", "2.", "4.", "6.", "8."],
    &["2.", "5."],
];

/// The property in which the edit's number stands.
const fn property(sorts: &[Sort]) -> &'static str {
    match sorts[0] {
        Sort::Contact => "NOTE",
        Sort::Event | Sort::Task => "DESCRIPTION",
        Sort::Note | Sort::Tree => "BODY",
    }
}

fn wish(chance: &mut Chance, place: &Place) -> Option<Rule> {
    if chance.percent(25) {
        return None;
    }
    let words: &[&str] = chance.one(&WISHES);
    let property = property(place.sorts);
    let terms: Vec<_> = words
        .iter()
        .map(|word| format!("{property}&CON;{word}"))
        .collect();
    Some(Rule {
        filter_type: chance.one(&[
            FilterType::Exclusive,
            FilterType::Exclusive,
            FilterType::Inclusive,
        ]),
        query: Query::parse(&terms.join("&OR;")).unwrap(),
    })
}

/// Whether a body passes: the words of the query are looked for in the text, without any reading of queries.
pub fn passes(rule: &Rule, body: &[u8]) -> bool {
    let body = std::str::from_utf8(body).unwrap();
    let text = ["\r\nNOTE:", "\r\nDESCRIPTION:"]
        .iter()
        .find_map(|name| body.split_once(name))
        .map_or(body, |(_, text)| text.split("\r\n").next().unwrap());
    let query = rule.query.as_str();
    let mut words = query.split("&CON;").skip(1);
    words.any(|word| text.contains(word.split('&').next().unwrap()))
}

/// The filter of a datastore of a device, as it stands.
pub fn rule<'a>(device: &'a Device, local: &str) -> Option<&'a Rule> {
    device.store(local).unwrap().filter.as_ref()
}

impl History {
    /// Before a session a user may wish something else.
    pub fn wish_anew(&mut self, at: usize) {
        let Some(chance) = self.wishes.as_mut() else {
            return;
        };
        let phone = &mut self.phones[at];
        for place in phone.places.clone() {
            if chance.percent(30) {
                let wish = wish(chance, &place);
                phone.wish(place.local, wish);
            }
        }
        let wishes: Vec<_> = self.phones[at]
            .places
            .iter()
            .map(|place| (place.local, rule(&self.phones[at].life.device, place.local)))
            .collect();
        self.say(|| format!("{} wishes {wishes:?}", self.phones[at].name));
    }

    /// Every device wants everything again.
    pub fn wish_everything(&mut self) {
        self.say(|| "nobody filters any more".to_owned());
        for phone in &mut self.phones {
            for place in phone.places.clone() {
                phone.wish(place.local, None);
            }
        }
    }
}

impl Phone {
    fn wish(&mut self, local: &'static str, wish: Option<Rule>) {
        if let Some(rule) = wish.clone() {
            self.wishes.push((local, rule));
        }
        self.life.device.filter_by(local, wish).unwrap();
    }

    /// Rule: a deletion of what a filter takes from the device, or once took, cannot be told from an echo of the
    /// server's own: it need not be obeyed.
    pub fn may_have_left(&self, local: &str, body: &[u8]) -> bool {
        self.wishes.iter().any(|(at, rule)| {
            *at == local && rule.filter_type == FilterType::Exclusive && !passes(rule, body)
        })
    }

    /// What is wrong with what a device holds (`theirs`) of what there is (`ours`), each with its body.
    pub fn misses(
        &self,
        local: &str,
        ours: &[((i64, Mark), Vec<u8>)],
        theirs: &[(i64, Mark)],
    ) -> Vec<String> {
        let (mut wrong, rule) = (Vec::new(), rule(&self.life.device, local));
        let name = &self.name;
        for (one, body) in ours {
            let (has, within) = (
                theirs.contains(one),
                rule.is_none_or(|rule| passes(rule, body)),
            );
            let leaves = rule.is_some_and(|rule| rule.filter_type == FilterType::Exclusive);
            let is_away = self
                .life
                .away
                .iter()
                .any(|away| (away.0, away.1) == (local, one.1.tag));
            if within && !has && !is_away {
                wrong.push(format!("{name} lacks {:?} in {local}", one.1));
            }
            if leaves && !within && has {
                wrong.push(format!(
                    "{name} has {:?} in {local}, which its filter excludes",
                    one.1
                ));
            }
        }
        for one in theirs {
            let count = |all: &mut dyn Iterator<Item = (i64, Mark)>| {
                all.filter(|other| other == one).count()
            };
            let here = count(&mut theirs.iter().copied());
            let there = count(&mut ours.iter().map(|(one, _)| *one));
            if here > there {
                wrong.push(format!(
                    "{name} has {:?} in {local} {here} times, the server {there}",
                    one.1
                ));
            }
        }
        let is_away = self.life.away.iter().any(|(place, _)| *place == local);
        let all = rule.is_none() && !is_away && ours.len() != theirs.len();
        if all {
            wrong.push(format!(
                "{name} has {} items in {local}, the server {}",
                theirs.len(),
                ours.len()
            ));
        }
        wrong
    }
}
