//! Rules: which devices, and what holds for them; from a list of rules and the facts of a device to its quirks.

use std::collections::BTreeMap;

use super::facts::Facts;
use super::flags::{Flag, Kind, flag};
use super::read::{self, Flaw};
use super::{Quirks, flags};

/// The rules we ship.
const SHIPPED: &str = include_str!("devices.toml");

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rule {
    /// Its name: letters, digits and `-`.
    pub name: String,
    /// Which devices are meant and what is wrong with them, for people.
    pub about: String,
    /// It holds when one of these does.
    pub when: Vec<Condition>,
    /// Flags and their values, each of its kind.
    pub set: Vec<(&'static str, String)>,
    /// Where it holds, no later rule of its list is looked at.
    pub stop: bool,
    /// It never holds: a rule of ours that an admin wants gone.
    pub off: bool,
}

/// What must be known of a device: every fact named must have a value that is like one of the patterns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Condition(pub BTreeMap<&'static str, Vec<String>>);

impl Condition {
    /// Why it holds, fact by fact; `None` when it does not.
    #[must_use]
    pub fn holds(&self, facts: &Facts) -> Option<Vec<String>> {
        let because = |(fact, patterns): (&&str, &Vec<String>)| {
            let mut pairs = facts
                .of(fact)
                .flat_map(|value| patterns.iter().map(move |pattern| (value, pattern)));
            let (value, pattern) = pairs.find(|(value, pattern)| is_like(value, pattern))?;
            Some(format!("{fact} {value:?} is like {pattern:?}"))
        };
        self.0.iter().map(because).collect()
    }
}

/// Whether a text is like a pattern: `*` stands for any characters, `?` for one, case does not matter.
fn is_like(text: &str, pattern: &str) -> bool {
    let (mut text, mut pattern) = (text.chars(), pattern.chars());
    // The pattern behind the last star, and the text that star has not taken yet.
    let mut star = None;
    loop {
        let (mut here, mut wanted) = (text.clone(), pattern.clone());
        match (wanted.next(), here.next()) {
            (Some('*'), _) => {
                star = Some((wanted.clone(), text.clone()));
                pattern = wanted;
                continue;
            }
            (Some(wants), Some(c)) if wants == '?' || is_same(wants, c) => {
                (text, pattern) = (here, wanted);
                continue;
            }
            (None, None) => return true,
            (Some(_) | None, _) => {}
        }
        // The last star takes one more; what came before it need not change.
        let Some((behind, mut rest)) = star else {
            return false;
        };
        if rest.next().is_none() {
            return false;
        }
        (pattern, text) = (behind.clone(), rest.clone());
        star = Some((behind, rest));
    }
}

fn is_same(one: char, other: char) -> bool {
    one == other || one.to_lowercase().eq(other.to_lowercase())
}

/// A rule that holds for a device, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// Why it holds, fact by fact.
    pub because: Vec<String>,
}

/// What holds for a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved<'a> {
    /// Every flag.
    pub quirks: Quirks,
    /// The rules it comes from, in the order in which they hold.
    pub hits: Vec<Hit<'a>>,
    /// What is set for this device alone: flags and values.
    pub own: Vec<(&'static str, String)>,
}

impl Resolved<'_> {
    /// The names of what is in force: those of the rules, and `device` for what is set for this device alone.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let own = (!self.own.is_empty()).then(|| "device".to_owned());
        self.hits
            .iter()
            .map(|hit| hit.rule.name.clone())
            .chain(own)
            .collect()
    }

    /// The flags that are not as for any device, with their values.
    #[must_use]
    pub fn changed(&self) -> Vec<(&'static str, String)> {
        let flags = flags().map(|flag| (flag.name, flag.get(&self.quirks), flag.default()));
        let changed = flags.filter(|(_, value, default)| value != default);
        changed.map(|(name, value, _)| (name, value)).collect()
    }
}

/// All rules, in their order: ours, and after them those of an admin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    ours: Vec<Rule>,
    admins: Vec<Rule>,
}

impl Default for Rules {
    /// The rules we ship.
    fn default() -> Self {
        Self {
            // Ours can be read: a test says so.
            ours: read::rules(SHIPPED, &[]).unwrap_or_default(),
            admins: Vec::new(),
        }
    }
}

impl Rules {
    /// The rules we ship and those of an admin's file: one of the name of ours takes its place, others come after.
    ///
    /// # Errors
    /// Everything that is wrong with the file.
    pub fn with(text: &str) -> Result<Self, Vec<Flaw>> {
        let mut rules = Self::default();
        let names: Vec<_> = rules.ours.iter().map(|rule| rule.name.clone()).collect();
        for rule in read::rules(text, &names)? {
            match rules.ours.iter_mut().find(|ours| ours.name == rule.name) {
                Some(ours) => *ours = rule,
                None => rules.admins.push(rule),
            }
        }
        Ok(rules)
    }

    /// Every rule, in the order in which they are looked at.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.ours.iter().chain(&self.admins)
    }

    /// What holds for a device of which these facts are known. `own` is what is set for it alone, as
    /// [`crate::store::Device::quirks`] has it.
    #[must_use]
    pub fn resolve(&self, facts: &Facts, own: Option<&str>) -> Resolved<'_> {
        let mut hits = Vec::new();
        for list in [&self.ours, &self.admins] {
            for rule in list.iter().filter(|rule| !rule.off) {
                let mut reasons = rule.when.iter().filter_map(|when| when.holds(facts));
                let Some(because) = reasons.next() else {
                    continue;
                };
                hits.push(Hit { rule, because });
                if rule.stop {
                    break;
                }
            }
        }
        let own = overrides(own);
        let mut quirks = Quirks::default();
        let set = hits.iter().flat_map(|hit| &hit.rule.set).chain(&own);
        for (name, value) in set {
            if let Some(flag) = flag(name) {
                flag.set(&mut quirks, value);
            }
        }
        Resolved { quirks, hits, own }
    }
}

/// What is set for one device alone, out of the JSON that is kept: flags we know with values of their kind.
#[must_use]
pub fn overrides(kept: Option<&str>) -> Vec<(&'static str, String)> {
    let kept: BTreeMap<String, String> = kept
        .and_then(|json| serde_json::from_str(json).ok())
        .unwrap_or_default();
    let known = kept.into_iter().filter_map(|(name, value)| {
        let flag = flag(&name)?;
        fits(flag, &value).then_some((flag.name, value))
    });
    known.collect()
}

/// Whether a value is of the flag's kind.
pub(super) fn fits(flag: &Flag, value: &str) -> bool {
    let in_bounds = match flag.kind {
        Kind::Number(min, ..) => value.parse::<usize>().is_ok_and(|number| number >= min),
        Kind::Switch | Kind::Share | Kind::Word(_) | Kind::List(..) | Kind::Zone => true,
    };
    in_bounds && flag.set(&mut Quirks::default(), value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(
        file: &str,
        facts: &[(&'static str, &str)],
        own: Option<&str>,
    ) -> (Vec<String>, Vec<(&'static str, String)>) {
        let rules = Rules {
            ours: read::rules(file, &[]).unwrap(),
            admins: Vec::new(),
        };
        let resolved = rules.resolve(&Facts::told(facts), own);
        (resolved.names(), resolved.changed())
    }

    #[test]
    fn a_star_stands_for_anything_and_case_does_not_matter() {
        for (text, pattern, is) in [
            ("Nokia6300/2.0 (05.00)", "Nokia6300*", true),
            ("NOKIA6300", "nokia6300*", true),
            ("xNokia6300", "nokia6300*", false),
            (
                "Symbian SyncMLClient SonyEricssonM600",
                "*sonyericssonm600*",
                true,
            ),
            ("abc", "a?c", true),
            ("ac", "a?c", false),
            ("", "*", true),
            ("aXbXc", "a*b*c", true),
            ("aXbX", "a*b*c", false),
            ("abcabc", "*abc", true),
            ("a", "", false),
        ] {
            assert_eq!(is_like(text, pattern), is, "{text} like {pattern}");
        }
    }

    #[test]
    fn the_rules_we_ship_can_be_read_and_each_holds_for_some_device() {
        let rules = read::rules(SHIPPED, &[]).unwrap();
        assert!(rules.len() > 10);
        for rule in &rules {
            assert!(!rule.about.is_empty(), "{} says nothing", rule.name);
            assert!(
                !rule.set.is_empty() || rule.stop,
                "{} does nothing",
                rule.name
            );
        }
        assert_eq!(Rules::default().ours, rules);
    }

    #[test]
    fn later_rules_override_single_flags_of_earlier_ones() {
        let file = "[[rule]]\nname='maker'\nwhen={man='Nokia*'}\nset={max_message='70%',bare_errors=true}\n\
                    [[rule]]\nname='model'\nwhen={mod='6300'}\nset={max_message=4500}";
        let known = [("man", "Nokia Corporation"), ("mod", "6300")];
        let both = vec![
            ("bare_errors", "true".to_owned()),
            ("max_message", "4500".to_owned()),
        ];
        assert_eq!(
            resolved(file, &known, None),
            (vec!["maker".to_owned(), "model".to_owned()], both)
        );
        let share = vec![
            ("bare_errors", "true".to_owned()),
            ("max_message", "70%".to_owned()),
        ];
        assert_eq!(
            resolved(file, &known[..1], None),
            (vec!["maker".to_owned()], share)
        );
        assert_eq!(
            resolved(file, &[("man", "Siemens")], None),
            (vec![], vec![])
        );
    }

    #[test]
    fn all_facts_of_a_condition_must_hold_but_only_one_condition() {
        let file = "[[rule]]\nname='r'\nwhen=[{man='Nokia',mod=['6300','3110']},{user_agent='Nokia6300*'}]\nset={cdata=true}";
        let holds = |facts: &[(&'static str, &str)]| !resolved(file, facts, None).0.is_empty();
        assert!(holds(&[("man", "Nokia"), ("mod", "3110")]));
        assert!(!holds(&[("man", "Nokia"), ("mod", "N95")]));
        assert!(!holds(&[("man", "Nokia")]));
        assert!(holds(&[("user_agent", "Nokia6300/1.0")]));
    }

    /// Field quirk P33.
    #[test]
    fn a_rule_that_stops_keeps_later_ones_away() {
        let known = [
            ("user_agent", "SonyEricssonK610i/R1"),
            ("dev_id", "fjm-1234"),
        ];
        let rules = Rules::default();
        assert_eq!(
            rules.resolve(&Facts::told(&known), None).names(),
            ["sony-ericsson-java-mail"]
        );
        let phone = rules.resolve(&Facts::told(&known[..1]), None).names();
        assert!(
            phone.contains(&"sony-ericsson-k610".to_owned()),
            "{phone:?}"
        );
    }

    #[test]
    fn what_is_set_for_one_device_overrides_every_rule() {
        let file = "[[rule]]\nname='r'\nwhen={man='*'}\nset={cdata=true,max_message=4500}";
        let own = r#"{"cdata":"false","no_such_flag":"1","max_message":"tall"}"#;
        let (names, changed) = resolved(file, &[("man", "Nokia")], Some(own));
        assert_eq!(names, ["r", "device"]);
        assert_eq!(changed, [("max_message", "4500".to_owned())]);
    }

    #[test]
    fn an_admins_rule_takes_the_place_of_ours_and_new_ones_come_last() {
        let file = "[[rule]]\nname='nokia'\noff=true\n[[rule]]\nname='house'\nwhen={dev_id='*'}\nset={cdata=true}";
        let rules = Rules::with(file).unwrap();
        let known = Facts::told(&[("user_agent", "Nokia6300/2.0"), ("dev_id", "IMEI:1")]);
        let names = rules.resolve(&known, None).names();
        assert!(
            !names.contains(&"nokia".to_owned()) && names.contains(&"nokia-s40".to_owned()),
            "{names:?}"
        );
        assert_eq!(names.last().map(String::as_str), Some("house"));
        assert_eq!(rules.iter().count(), Rules::default().iter().count() + 1);
    }

    #[test]
    fn a_rule_tells_why_it_holds() {
        let rules = Rules::default();
        let known = Facts::told(&[("user_agent", "Nokia6300/2.0")]);
        let resolved = rules.resolve(&known, None);
        let because: Vec<_> = resolved
            .hits
            .iter()
            .flat_map(|hit| hit.because.clone())
            .collect();
        assert!(
            because.contains(&"user_agent \"Nokia6300/2.0\" is like \"Nokia6300*\"".to_owned()),
            "{because:?}"
        );
    }
}
