//! The flags that rules and settings can set: one row each. Everything that reads or shows flags reads this table.

mod calendars;
mod contacts;
mod values;

use std::fmt;

use encoding_rs::{Encoding, UTF_8};

use super::{DevInfNames, ItemFormat, Quirks, Share, Style};
use crate::pim::zone::Zone;
use calendars::CALENDARS;
use contacts::CONTACTS;
use values::{number, put, seconds, share, switch};

/// One thing in which devices differ.
pub struct Flag {
    /// Its name in files and on the command line.
    pub name: &'static str,
    /// What a value looks like.
    pub kind: Kind,
    /// What it means; the numbers `P1` to `P35`, `V1` to `V24` and `C1` to `C25` are those of `conformance/devices/README.md`.
    pub meaning: &'static str,
    /// Takes a value of the kind; `false` when it is none.
    set: fn(&mut Quirks, &str) -> bool,
    /// The value as it would be written.
    get: fn(&Quirks) -> String,
}

impl fmt::Debug for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Flag {
    /// Sets it; `false`, and nothing changed, when the value is none of its kind.
    pub fn set(&self, quirks: &mut Quirks, value: &str) -> bool {
        (self.set)(quirks, value)
    }

    /// Its value, as it would be written.
    #[must_use]
    pub fn get(&self, quirks: &Quirks) -> String {
        (self.get)(quirks)
    }

    /// Its value for a device that no rule knows.
    #[must_use]
    pub fn default(&self) -> String {
        self.get(&Quirks::default())
    }
}

/// What a value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false`.
    Switch,
    /// A whole number of these, both ends included.
    Number(usize, usize, &'static str),
    /// Bytes, from 1024, or a share such as `70%`.
    Share,
    /// One of these words.
    Word(&'static [&'static str]),
    /// These, such as that; or nothing.
    List(&'static str, &'static str),
    /// A time zone, or nothing.
    Zone,
}

impl fmt::Display for Kind {
    /// What was expected, for an error.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Switch => f.write_str("true or false"),
            Self::Number(min, max, unit) => write!(f, "a number of {unit} from {min} to {max}"),
            Self::Share => f.write_str("a number of bytes from 1024, or a share such as \"70%\""),
            Self::Word(words) => write!(f, "one of \"{}\"", words.join("\", \"")),
            Self::List(what, such) => write!(f, "{what}, such as \"{such}\""),
            Self::Zone => f.write_str("a time zone, such as \"Europe/Prague\""),
        }
    }
}

impl Kind {
    /// The value that is nearest to this one, as a question; nothing where none is near.
    #[must_use]
    pub fn nearest(self, value: &str) -> String {
        match self {
            Self::Word(words) => did_you_mean(value, words.iter().copied()),
            Self::Zone => {
                let zones = Zone::names();
                did_you_mean(value, zones.iter().map(String::as_str))
            }
            Self::Switch | Self::Number(..) | Self::Share | Self::List(..) => String::new(),
        }
    }
}

/// The flag of this name.
#[must_use]
pub fn flag(name: &str) -> Option<&'static Flag> {
    flags().find(|flag| flag.name == name)
}

/// Every flag.
pub fn flags() -> impl Iterator<Item = &'static Flag> {
    FLAGS.iter().chain(CONTACTS).chain(CALENDARS)
}

/// What concerns the dialogue, and the device as a whole.
#[rustfmt::skip]
const FLAGS: &[Flag] = &[
    Flag {
        name: "bare_errors", kind: Kind::Switch,
        meaning: "A Status that says no carries no Item, and always a SourceRef (P1).",
        set: |quirks, text| switch(&mut quirks.bare_errors, text), get: |quirks| quirks.bare_errors.to_string(),
    },
    Flag {
        name: "size_plus_one", kind: Kind::Switch,
        meaning: "The device counts the Size of an object in chunks as one byte more than it is (P2).",
        set: |quirks, text| switch(&mut quirks.size_plus_one, text), get: |quirks| quirks.size_plus_one.to_string(),
    },
    Flag {
        name: "max_message", kind: Kind::Share,
        meaning: "How much of the MaxMsgSize that the device announces is used: bytes, or a share (P4, P5).",
        set: |quirks, text| put(&mut quirks.max_message, share(text)), get: |quirks| match quirks.max_message {
            Share::Bytes(bytes) => bytes.to_string(),
            Share::Percent(percent) => format!("{percent}%"),
        },
    },
    Flag {
        name: "max_changes", kind: Kind::Number(0, 100_000, "changes"),
        meaning: "The most Adds, Replaces and Deletes in one message to the device; 0: as many as fit (P4).",
        set: |quirks, text| put(&mut quirks.max_changes, number(text, 100_000).map(|most| Some(most).filter(|most| *most > 0))),
        get: |quirks| quirks.max_changes.unwrap_or(0).to_string(),
    },
    Flag {
        name: "max_guid", kind: Kind::Number(0, 255, "bytes"),
        meaning: "The longest GUID of an item that is new to the device, in bytes; 0: as its device information says, MaxGUIDSize (P30).",
        set: |quirks, text| put(&mut quirks.max_guid, number(text, 255).map(|most| Some(most).filter(|most| *most > 0))),
        get: |quirks| quirks.max_guid.unwrap_or(0).to_string(),
    },
    Flag {
        name: "resp_uri", kind: Kind::Switch,
        meaning: "Messages carry a RespURI, where the transport wants one (P8, P9).",
        set: |quirks, text| switch(&mut quirks.resp_uri, text), get: |quirks| quirks.resp_uri.to_string(),
    },
    Flag {
        name: "server_name", kind: Kind::Switch,
        meaning: "The header names the server for people: LocName of its Source (P8).",
        set: |quirks, text| switch(&mut quirks.server_name, text), get: |quirks| quirks.server_name.to_string(),
    },
    Flag {
        name: "alert_max_size", kind: Kind::Switch,
        meaning: "Our Alerts say MaxObjSize (P8).",
        set: |quirks, text| switch(&mut quirks.alert_max_size, text), get: |quirks| quirks.alert_max_size.to_string(),
    },
    Flag {
        name: "ask_devinf", kind: Kind::Switch,
        meaning: "A device that does not tell what it is gets a Get for its device information (P8).",
        set: |quirks, text| switch(&mut quirks.ask_devinf, text), get: |quirks| quirks.ask_devinf.to_string(),
    },
    Flag {
        name: "ct_cap", kind: Kind::Switch,
        meaning: "Our device information says what we take of each type: CTCap (P13).",
        set: |quirks, text| switch(&mut quirks.ct_cap, text), get: |quirks| quirks.ct_cap.to_string(),
    },
    Flag {
        name: "x_properties", kind: Kind::Switch,
        meaning: "Our device information names extensions, which begin with X- (P14).",
        set: |quirks, text| switch(&mut quirks.x_properties, text), get: |quirks| quirks.x_properties.to_string(),
    },
    Flag {
        name: "devinf_names", kind: Kind::Word(&["as-alerted", "without-options", "ours"]),
        meaning: "Under which names our device information lists the datastores: as the device wrote them, without what stands behind the question mark, or by our own (P16).",
        set: |quirks, text| put(&mut quirks.devinf_names, match text {
            "as-alerted" => Some(DevInfNames::AsAlerted),
            "without-options" => Some(DevInfNames::WithoutOptions),
            "ours" => Some(DevInfNames::Ours),
            _ => None,
        }),
        get: |quirks| match quirks.devinf_names {
            DevInfNames::AsAlerted => "as-alerted",
            DevInfNames::WithoutOptions => "without-options",
            DevInfNames::Ours => "ours",
        }.to_owned(),
    },
    Flag {
        name: "replace_in_slow_sync", kind: Kind::Switch,
        meaning: "In a slow sync the device takes Replaces; where it does not, they wait for its next two-way sync (P17).",
        set: |quirks, text| switch(&mut quirks.replace_in_slow_sync, text), get: |quirks| quirks.replace_in_slow_sync.to_string(),
    },
    Flag {
        name: "missing_is_done", kind: Kind::Switch,
        meaning: "A change whose Status is missing when the session has ended well counts as done, and is not offered again (P18).",
        set: |quirks, text| switch(&mut quirks.missing_is_done, text), get: |quirks| quirks.missing_is_done.to_string(),
    },
    Flag {
        name: "check_anchors", kind: Kind::Switch,
        meaning: "The last anchor of the device is compared with the one we have; where it is not, only a missing one or 0 means a slow sync (P19).",
        set: |quirks, text| switch(&mut quirks.check_anchors, text), get: |quirks| quirks.check_anchors.to_string(),
    },
    Flag {
        name: "copy_is_add", kind: Kind::Switch,
        meaning: "A Copy that brings data along is an Add (P20).",
        set: |quirks, text| switch(&mut quirks.copy_is_add, text), get: |quirks| quirks.copy_is_add.to_string(),
    },
    Flag {
        name: "item_statuses", kind: Kind::Switch,
        meaning: "Each change of the device gets a Status; where not, only one that failed (P24).",
        set: |quirks, text| switch(&mut quirks.item_statuses, text), get: |quirks| quirks.item_statuses.to_string(),
    },
    Flag {
        name: "cdata", kind: Kind::Switch,
        meaning: "In XML, items stand in CDATA sections and not escaped (P34).",
        set: |quirks, text| switch(&mut quirks.cdata, text), get: |quirks| quirks.cdata.to_string(),
    },
    Flag {
        name: "exists_is_ok", kind: Kind::Switch,
        meaning: "The device is told 200 where it should be told 418, that the item is there already (P35).",
        set: |quirks, text| switch(&mut quirks.exists_is_ok, text), get: |quirks| quirks.exists_is_ok.to_string(),
    },
    Flag {
        name: "item_format", kind: Kind::Word(&["auto", "text", "b64"]),
        meaning: "How items are spelled: as the device spells its own, as text, or in base64.",
        set: |quirks, text| put(&mut quirks.item_format, match text {
            "auto" => Some(ItemFormat::Auto),
            "text" => Some(ItemFormat::Text),
            "b64" => Some(ItemFormat::Base64),
            _ => None,
        }),
        get: |quirks| match quirks.item_format {
            ItemFormat::Auto => "auto",
            ItemFormat::Text => "text",
            ItemFormat::Base64 => "b64",
        }.to_owned(),
    },
    Flag {
        name: "busy", kind: Kind::Word(&["server", "busy", "keep-alive", "busy-once"]),
        meaning: "How the device is told to wait: as the server is set, by 101, by messages that say nothing, or by one 101 and then such messages (P23).",
        set: |quirks, text| put(&mut quirks.busy, match text {
            "server" => Some(None),
            style => Style::parse(style).map(Some),
        }),
        get: |quirks| quirks.busy.map_or("server", Style::as_str).to_owned(),
    },
    Flag {
        name: "busy_after", kind: Kind::Number(0, 600, "seconds"),
        meaning: "The longest that the device waits for an answer before it is told to wait, where the server would take longer; 0: as the server is set (P22).",
        set: |quirks, text| put(&mut quirks.busy_after, number(text, 600).map(seconds)),
        get: |quirks| quirks.busy_after.map_or(0, |after| after.as_secs()).to_string(),
    },
    Flag {
        name: "zone", kind: Kind::Zone,
        meaning: "The time zone the device lives in: events and tasks are sent and read on its clock; nothing: UTC (C1, C6).",
        set: |quirks, text| put(&mut quirks.zone, match text {
            "" => Some(None),
            name => Zone::named(name).map(|zone| Some(zone.name().to_owned())),
        }),
        get: |quirks| quirks.zone.clone().unwrap_or_default(),
    },
    Flag {
        name: "charset", kind: Kind::Word(&["utf-8", "windows-1252", "windows-1250", "windows-1251", "shift_jis", "gbk", "big5", "euc-kr"]),
        meaning: "The charset in which the device writes and reads contacts, notes and events of the old versions (V13, V14, V15).",
        set: |quirks, text| put(&mut quirks.charset, Encoding::for_label(text.as_bytes()).map(|found| Some(found).filter(|found| *found != UTF_8))),
        get: |quirks| quirks.charset.unwrap_or(UTF_8).name().to_ascii_lowercase(),
    },
    Flag {
        name: "from_client_sync", kind: Kind::Switch,
        meaning: "In a sync from the client alone (202, 203) the device gets an empty Sync all the same, and ends with a Map.",
        set: |quirks, text| switch(&mut quirks.from_client_sync, text), get: |quirks| quirks.from_client_sync.to_string(),
    },
];

/// The known name that is nearest, as a question; nothing when none is near.
pub(super) fn did_you_mean<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> String {
    let likeness = |other: &str| strsim::normalized_damerau_levenshtein(name, other);
    known
        .filter(|other| likeness(other) > 0.5)
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
        .map_or_else(String::new, |near| format!(": did you mean `{near}`?"))
}

/// A flag and its value as they are typed for one device: `KEY=VALUE`.
///
/// # Errors
/// What is wrong with it, in plain words.
pub fn setting(text: &str) -> Result<(&'static str, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as FLAG=VALUE")?;
    let flag = named(name)?;
    let mut quirks = Quirks::default();
    if super::rules::fits(flag, value) && flag.set(&mut quirks, value) {
        return Ok((flag.name, flag.get(&quirks)));
    }
    let near = flag.kind.nearest(value);
    Err(format!("`{}` must be {}{near}", flag.name, flag.kind))
}

/// A flag as it is typed.
///
/// # Errors
/// That there is none, in plain words, with the nearest one.
pub fn named(name: &str) -> Result<&'static Flag, String> {
    flag(name).ok_or_else(|| {
        format!(
            "unknown flag `{name}`{}",
            did_you_mean(name, flags().map(|flag| flag.name))
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flag_takes_what_it_gives_and_no_nonsense() {
        for flag in flags() {
            let mut quirks = Quirks::default();
            assert!(flag.set(&mut quirks, &flag.default()), "{}", flag.name);
            assert_eq!(quirks, Quirks::default(), "{}", flag.name);
            assert!(!flag.set(&mut quirks, "nonsense"), "{}", flag.name);
            assert_eq!(quirks, Quirks::default(), "{}", flag.name);
        }
    }

    #[test]
    fn every_value_of_a_flag_is_told_as_it_was_given() {
        for flag in flags() {
            let values: Vec<String> = match flag.kind {
                Kind::Switch => vec!["true".into(), "false".into()],
                Kind::Number(min, max, _) => vec![min.to_string(), max.to_string()],
                Kind::Share => vec!["1024".into(), "70%".into()],
                Kind::Word(words) => words.iter().map(|word| (*word).to_owned()).collect(),
                Kind::List(_, such) => vec![String::new(), such.to_owned()],
                Kind::Zone => vec![String::new(), "Europe/Prague".into()],
            };
            for value in values {
                let mut quirks = Quirks::default();
                assert!(flag.set(&mut quirks, &value), "{} {value}", flag.name);
                assert_eq!(flag.get(&quirks), value, "{}", flag.name);
            }
        }
    }

    #[test]
    fn a_number_out_of_its_bounds_is_refused() {
        let mut quirks = Quirks::default();
        for (name, value) in [
            ("max_message", "1023"),
            ("max_message", "0%"),
            ("max_message", "101%"),
            ("max_changes", "100001"),
            ("max_changes", "-1"),
        ] {
            assert!(
                !flag(name).unwrap().set(&mut quirks, value),
                "{name} {value}"
            );
        }
    }

    #[test]
    fn a_setting_is_a_flag_and_a_value_of_its_kind() {
        assert_eq!(
            setting("max_message=70%"),
            Ok(("max_message", "70%".to_owned()))
        );
        assert_eq!(setting("cdata"), Err("write it as FLAG=VALUE".to_owned()));
        assert_eq!(
            setting("cdata=yes"),
            Err("`cdata` must be true or false".to_owned())
        );
        assert_eq!(
            setting("c_data=true"),
            Err("unknown flag `c_data`: did you mean `cdata`?".to_owned())
        );
        assert_eq!(
            setting("zone=Europe/Pragu"),
            Err("`zone` must be a time zone, such as \"Europe/Prague\": did you mean `Europe/Prague`?".to_owned())
        );
        assert_eq!(
            setting("zone=europe/prague"),
            Ok(("zone", "Europe/Prague".to_owned()))
        );
    }
}
