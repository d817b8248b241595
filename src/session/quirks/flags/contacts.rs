//! Flags for what devices do with contacts: one row for each habit the lens knows, V1 to V24 of
//! `conformance/devices/README.md`.

use super::values::{
    counts, counts_text, names, number, one_of, pairs, pairs_text, put, slots, slots_text, switch,
    typed, typed_text, types, word, word_of,
};
use super::{Flag, Kind};
use crate::pim::lens::quirks::NameOrder;

/// Habits with contacts.
#[rustfmt::skip]
pub(super) const CONTACTS: &[Flag] = &[
    Flag {
        name: "contact_one_per_type", kind: Kind::List("names of properties, in capitals, between commas", "TEL,EMAIL"),
        meaning: "Of these properties of contacts one of each set of types is sent: the device cannot change a second (V1).",
        set: |quirks, text| put(&mut quirks.contact.one_per_type, names(text)), get: |quirks| quirks.contact.one_per_type.join(","),
    },
    Flag {
        name: "contact_no_pref", kind: Kind::Switch,
        meaning: "PREF is neither sent nor taken (V1).",
        set: |quirks, text| switch(&mut quirks.contact.no_pref, text), get: |quirks| quirks.contact.no_pref.to_string(),
    },
    Flag {
        name: "contact_slots", kind: Kind::List("properties with their types, between commas", "TEL;cell,TEL;work;fax,ADR"),
        meaning: "Numbers and addresses stand in fixed places, all of them always sent, and come back by place (V2, V12).",
        set: |quirks, text| put(&mut quirks.contact.slots, slots(text)), get: |quirks| slots_text(&quirks.contact.slots),
    },
    Flag {
        name: "contact_typeless", kind: Kind::List("names of properties, in capitals, between commas", "ADR"),
        meaning: "These properties have no types on the device (V2).",
        set: |quirks, text| put(&mut quirks.contact.typeless, names(text)), get: |quirks| quirks.contact.typeless.join(","),
    },
    Flag {
        name: "contact_name_parts", kind: Kind::Number(0, 5, "parts"),
        meaning: "N has only so many parts on the device; 0: all (V3).",
        set: |quirks, text| put(&mut quirks.contact.name_parts, number(text, 5).map(|most| Some(most).filter(|most| *most > 0))), get: |quirks| quirks.contact.name_parts.unwrap_or(0).to_string(),
    },
    Flag {
        name: "contact_single_name", kind: Kind::Word(&["none", "given-first", "family-first"]),
        meaning: "The device has one field for a name, with this part first (V16).",
        set: |quirks, text| match text {
            "none" => { quirks.contact.single_name = None; true }
            order => {
                let mut found = NameOrder::GivenFirst;
                let known = word(&mut found, order);
                if known { quirks.contact.single_name = Some(found); }
                known
            }
        }, get: |quirks| quirks.contact.single_name.map_or_else(|| "none".to_owned(), |order| word_of(&order)),
    },
    Flag {
        name: "contact_renames", kind: Kind::List("pairs NAME:NAME between commas", "NICKNAME:X-EPOCSECONDNAME"),
        meaning: "What the device calls properties: the name in the standard, and its own (V4, V12).",
        set: |quirks, text| put(&mut quirks.contact.renames, pairs(text)), get: |quirks| pairs_text(&quirks.contact.renames),
    },
    Flag {
        name: "contact_no_photo_type", kind: Kind::Switch,
        meaning: "The format of a picture is not told: it upsets the device (V4).",
        set: |quirks, text| switch(&mut quirks.contact.no_photo_type, text), get: |quirks| quirks.contact.no_photo_type.to_string(),
    },
    Flag {
        name: "contact_type_order", kind: Kind::List("types, between commas", "voice,car,home"),
        meaning: "Types stand in this order, and properties in that of their first one (V4).",
        set: |quirks, text| put(&mut quirks.contact.type_order, types(text)), get: |quirks| quirks.contact.type_order.join(","),
    },
    Flag {
        name: "contact_ignore_sizes", kind: Kind::List("names of properties, in capitals, between commas", "PHOTO"),
        meaning: "The MaxSize that the device tells of these properties is not true (V5).",
        set: |quirks, text| put(&mut quirks.contact.ignore_sizes, names(text)), get: |quirks| quirks.contact.ignore_sizes.join(","),
    },
    Flag {
        name: "contact_internet", kind: Kind::Word(&["usual", "always", "never"]),
        meaning: "Whether EMAIL says INTERNET: as the version has it, always or never (V6, V19).",
        set: |quirks, text| word(&mut quirks.contact.internet, text), get: |quirks| word_of(&quirks.contact.internet),
    },
    Flag {
        name: "contact_ignore_caps", kind: Kind::Switch,
        meaning: "What the device says it can hold of contacts is not true: it is sent everything (V7).",
        set: |quirks, text| switch(&mut quirks.contact.ignore_caps, text), get: |quirks| quirks.contact.ignore_caps.to_string(),
    },
    Flag {
        name: "contact_unlisted", kind: Kind::List("names of properties, in capitals, between commas", "PHOTO"),
        meaning: "The device holds these properties although it does not list them (V7).",
        set: |quirks, text| put(&mut quirks.contact.unlisted, names(text)), get: |quirks| quirks.contact.unlisted.join(","),
    },
    Flag {
        name: "contact_stand_ins", kind: Kind::List("pairs NAME:TEXT between commas", "EMAIL:-,TITLE:-"),
        meaning: "What a property is sent as that was cleared, since the device keeps one that is missing or empty; * is any (V8, V11).",
        set: |quirks, text| put(&mut quirks.contact.stand_ins, pairs(text)), get: |quirks| pairs_text(&quirks.contact.stand_ins),
    },
    Flag {
        name: "contact_no_empties", kind: Kind::Switch,
        meaning: "Properties that say nothing are not sent (V9, V10).",
        set: |quirks, text| switch(&mut quirks.contact.no_empties, text), get: |quirks| quirks.contact.no_empties.to_string(),
    },
    Flag {
        name: "contact_swapped_address", kind: Kind::Switch,
        meaning: "The second and the third part of an address stand in one another's place (V12).",
        set: |quirks, text| switch(&mut quirks.contact.swapped_address, text), get: |quirks| quirks.contact.swapped_address.to_string(),
    },
    Flag {
        name: "contact_digits_only", kind: Kind::Switch,
        meaning: "Telephone numbers are sent as digits (V12).",
        set: |quirks, text| switch(&mut quirks.contact.digits_only, text), get: |quirks| quirks.contact.digits_only.to_string(),
    },
    Flag {
        name: "contact_without", kind: Kind::List("names of properties, in capitals, between commas", "FN,CATEGORIES"),
        meaning: "These properties are not sent (V12, V17).",
        set: |quirks, text| put(&mut quirks.contact.without, names(text)), get: |quirks| quirks.contact.without.join(","),
    },
    Flag {
        name: "contact_without_types", kind: Kind::List("properties with their types, between commas", "TEL;pager,TEL;work;pref"),
        meaning: "Properties with all of these types are not sent (V17).",
        set: |quirks, text| put(&mut quirks.contact.without_types, typed(text)), get: |quirks| typed_text(&quirks.contact.without_types),
    },
    Flag {
        name: "contact_most", kind: Kind::List("NAME;type:number between commas", "TEL;fax:1"),
        meaning: "How many of a property with this type are sent (V17).",
        set: |quirks, text| put(&mut quirks.contact.most, counts(text)), get: |quirks| counts_text(&quirks.contact.most),
    },
    Flag {
        name: "contact_no_folds", kind: Kind::Switch,
        meaning: "Lines of contacts are not folded (V13).",
        set: |quirks, text| switch(&mut quirks.contact.no_folds, text), get: |quirks| quirks.contact.no_folds.to_string(),
    },
    Flag {
        name: "contact_quote_everything", kind: Kind::Switch,
        meaning: "All that is not ASCII is sent in quoted-printable, in every version (V20).",
        set: |quirks, text| switch(&mut quirks.contact.quote_everything, text), get: |quirks| quirks.contact.quote_everything.to_string(),
    },
    Flag {
        name: "contact_no_soft_breaks", kind: Kind::Switch,
        meaning: "Quoted-printable has no soft line breaks (V21).",
        set: |quirks, text| switch(&mut quirks.contact.no_soft_breaks, text), get: |quirks| quirks.contact.no_soft_breaks.to_string(),
    },
    Flag {
        name: "contact_no_birthday", kind: Kind::Word(&["none", "0000-00-00", "00000000"]),
        meaning: "What the device is sent where there is no birthday (V18).",
        set: |quirks, text| one_of(&mut quirks.contact.no_birthday, text, &["none", "0000-00-00", "00000000"]), get: |quirks| quirks.contact.no_birthday.clone().unwrap_or_else(|| "none".to_owned()),
    },
    Flag {
        name: "contact_lone_address", kind: Kind::Word(&["none", "home", "work"]),
        meaning: "The type of an address that is the only one (V18).",
        set: |quirks, text| one_of(&mut quirks.contact.lone_address, text, &["none", "home", "work"]), get: |quirks| quirks.contact.lone_address.clone().unwrap_or_else(|| "none".to_owned()),
    },
    Flag {
        name: "contact_basic_birthday", kind: Kind::Switch,
        meaning: "A birthday is sent without hyphens (V19).",
        set: |quirks, text| switch(&mut quirks.contact.basic_birthday, text), get: |quirks| quirks.contact.basic_birthday.to_string(),
    },
    Flag {
        name: "contact_label_for_address", kind: Kind::Switch,
        meaning: "An address is a LABEL, both ways (V22).",
        set: |quirks, text| switch(&mut quirks.contact.label_for_address, text), get: |quirks| quirks.contact.label_for_address.to_string(),
    },
    Flag {
        name: "contact_cuts_silently", kind: Kind::Switch,
        meaning: "The device cuts values without saying so: the beginning of what it was sent is no edit (V14, V23).",
        set: |quirks, text| switch(&mut quirks.contact.cuts_silently, text), get: |quirks| quirks.contact.cuts_silently.to_string(),
    },
    Flag {
        name: "contact_absent_is_kept", kind: Kind::Switch,
        meaning: "A property that does not come back was not cleared, only one that comes empty (V23).",
        set: |quirks, text| switch(&mut quirks.contact.absent_is_kept, text), get: |quirks| quirks.contact.absent_is_kept.to_string(),
    },
];
