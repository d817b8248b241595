//! Which version knows which names, parameters and types.
//!
//! Sources: vCard 2.1 section 2, RFC 2426 sections 3 and 4, RFC 6350 sections 5 and 6; `X-` forms as `SyncEvolution`,
//! Apple and Funambol write them.

use std::borrow::Cow;

use crate::pim::model::{Param, Property, Version};

/// The canonical name that this name stands for; `None` when it stands for itself.
pub(super) fn meant_by(name: &str) -> Option<&'static str> {
    let bare = name.strip_prefix("X-")?;
    LATER
        .iter()
        .chain(&FORMER)
        .find(|known| **known == bare)
        .copied()
}

/// The name of a canonical property in a version; `None` when it has none there.
pub(super) fn spelled(name: &str, version: Version) -> Option<Cow<'_, str>> {
    let missing: &[&str] = match version {
        Version::Card21 => &LATER,
        Version::Card30
        | Version::Calendar10
        | Version::Calendar20
        | Version::Note11
        | Version::Other => &LATER_THAN_3,
        Version::Card40 => &FORMER,
    };
    if version != Version::Card30 && name == "NAME" {
        return None;
    }
    Some(if missing.contains(&name) {
        Cow::Owned(format!("X-{name}"))
    } else {
        Cow::Borrowed(name)
    })
}

/// Leaves of the parameters what the version has, in its case.
pub(super) fn restrict(property: &mut Property, version: Version) {
    let name = property.name.clone();
    let is_media = matches!(name.as_str(), "PHOTO" | "LOGO" | "SOUND" | "KEY");
    let mut is_best = false;
    property.params.retain_mut(|param| {
        if param.key != "TYPE" {
            return knows_param(&param.key, version);
        }
        match version {
            Version::Card40 => {
                is_best = param.values.iter().any(|w| w == "pref");
                // 4.0 knows no other kind of mail address.
                param.values.retain(|w| w != "pref" && w != "internet");
            }
            Version::Card21 => {
                param
                    .values
                    .retain(|w| is_media || w.starts_with("x-") || OLD_TYPES.contains(&w.as_str()));
                param
                    .values
                    .iter_mut()
                    .for_each(|w| w.make_ascii_uppercase());
            }
            Version::Card30
            | Version::Calendar10
            | Version::Calendar20
            | Version::Note11
            | Version::Other => param
                .values
                .iter_mut()
                .for_each(|w| w.make_ascii_uppercase()),
        }
        !param.values.is_empty()
    });
    if is_best {
        property.params.push(Param::new("PREF", "1"));
    }
    if version == Version::Card21 {
        if let Some(place) = property.params.iter_mut().find(|p| p.key == "VALUE") {
            for value in &mut place.values {
                if value.eq_ignore_ascii_case("uri") {
                    *value = "URL".into();
                }
            }
        }
        if name == "EMAIL" && !property.types().any(|w| MAIL_TYPES.contains(&w)) {
            let internet = Param::new("TYPE", "INTERNET");
            match property.params.iter_mut().find(|p| p.key == "TYPE") {
                Some(types) => types.values.insert(0, "INTERNET".into()),
                None => property.params.insert(0, internet),
            }
        }
    }
}

/// Whether this bare word of 2.1 is a `VALUE`.
pub(super) fn is_place(word: &str) -> bool {
    ["URL", "CONTENT-ID", "CID", "INLINE"]
        .iter()
        .any(|known| word.eq_ignore_ascii_case(known))
}

fn knows_param(key: &str, version: Version) -> bool {
    let known: &[&str] = match version {
        Version::Card21 => &["VALUE", "LANGUAGE"],
        Version::Card30
        | Version::Calendar10
        | Version::Calendar20
        | Version::Note11
        | Version::Other => &["VALUE", "LANGUAGE", "CONTEXT"],
        Version::Card40 => return key != "CONTEXT",
    };
    known.contains(&key) || key.starts_with("X-") || key == "ENCODING"
}

/// Properties that came after 3.0. The usual ones of the IMPP kind are known to 3.0 by RFC 4770.
const LATER_THAN_3: [&str; 9] = [
    "ANNIVERSARY",
    "GENDER",
    "KIND",
    "LANG",
    "RELATED",
    "MEMBER",
    "XML",
    "CLIENTPIDMAP",
    "HOBBY",
];

/// Properties that came after 2.1 and that its devices do not take by these names. (`CATEGORIES` and `CLASS` they do.)
const LATER: [&str; 17] = [
    "ANNIVERSARY",
    "GENDER",
    "KIND",
    "LANG",
    "RELATED",
    "MEMBER",
    "XML",
    "CLIENTPIDMAP",
    "HOBBY",
    "NICKNAME",
    "SORT-STRING",
    "IMPP",
    "CALURI",
    "CALADRURI",
    "FBURL",
    "PRODID",
    "SOURCE",
];

/// Properties that 4.0 no longer has.
const FORMER: [&str; 5] = ["LABEL", "MAILER", "AGENT", "CLASS", "SORT-STRING"];

const MAIL_TYPES: [&str; 12] = [
    "INTERNET",
    "AOL",
    "APPLELINK",
    "ATTMAIL",
    "CIS",
    "EWORLD",
    "IBMMAIL",
    "MCIMAIL",
    "POWERSHARE",
    "PRODIGY",
    "TLX",
    "X400",
];

/// The types of 2.1 but for the formats of pictures and sounds, in lower case.
const OLD_TYPES: [&str; 30] = [
    "pref",
    "work",
    "home",
    "voice",
    "fax",
    "msg",
    "cell",
    "pager",
    "bbs",
    "modem",
    "car",
    "isdn",
    "video",
    "dom",
    "intl",
    "postal",
    "parcel",
    "internet",
    "aol",
    "applelink",
    "attmail",
    "cis",
    "eworld",
    "ibmmail",
    "mcimail",
    "powershare",
    "prodigy",
    "tlx",
    "x400",
    "other",
];
