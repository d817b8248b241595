//! Every flag for content does what it says to the items of a device: with it they look one way, without it another.

mod agenda;

use super::*;
use crate::item::Content;
use crate::session::quirks::{flag, flags};

const OLD: (&str, &str) = ("text/x-vcard", "2.1");
const NEW: (&str, &str) = ("text/vcard", "3.0");

/// A phone that takes contacts in this type and says (unless it says nothing) that it holds these properties, `NAME` or
/// `NAME=MaxSize`; with these flags.
fn phone((ct_type, ver_ct): (&str, &str), holds: &[&str], set: &[(&str, &str)]) -> Takes {
    let content = ContentType {
        ct_type: ct_type.to_owned(),
        ver_ct: ver_ct.to_owned(),
    };
    let property = |text: &&str| {
        let (name, size) = text.split_once('=').unwrap_or((text, ""));
        Property {
            name: name.to_owned(),
            max_size: Some(size.to_owned()),
            ..Property::default()
        }
    };
    let caps = CtCap {
        content: content.clone(),
        properties: holds.iter().map(property).collect(),
        ..CtCap::default()
    };
    let store = DataStore {
        source_ref: "./C".to_owned(),
        rx_pref: Some(content),
        ct_caps: Some(caps)
            .filter(|_| !holds.is_empty())
            .into_iter()
            .collect(),
        ..DataStore::default()
    };
    let devinf = DevInf {
        datastores: vec![store],
        ..DevInf::default()
    };
    let mut quirks = Quirks::default();
    for (name, value) in set {
        let flag = flag(name).unwrap_or_else(|| panic!("no flag {name}"));
        assert!(flag.set(&mut quirks, value), "{name}={value}");
    }
    takes(&devinf, "./C", &quirks, Millis(0))
}

fn card((media_type, version): (&str, &str), lines: &str) -> Content {
    let body =
        format!("BEGIN:VCARD\r\nVERSION:{version}\r\nFN:Jane Doe\r\n{lines}\r\nEND:VCARD\r\n");
    Content {
        media_type: MediaType::new(media_type),
        body: body.into(),
    }
}

/// Unfolded, with what is not ASCII as far as it can be read.
fn text(content: &Content) -> String {
    let text = String::from_utf8_lossy(&content.body).into_owned();
    text.replace("\r\n ", "")
}

/// What happens to an item.
enum Way {
    /// It is sent to the device.
    Sent,
    /// It comes back like this.
    Back(&'static str),
}
use Way::{Back, Sent};

/// Flags, the type and capabilities of the device, the item as we have it (vCard 3.0), what happens, and what is then in
/// the outcome and what is not.
type Row = (
    &'static [(&'static str, &'static str)],
    (&'static str, &'static str),
    &'static [&'static str],
    &'static str,
    Way,
    &'static str,
    &'static str,
);

#[rustfmt::skip]
fn rows() -> Vec<Row> {
    let name = "N:Doe;Jane;Ann;;\r\nTEL;TYPE=home:1\r\nTEL;TYPE=home:2\r\nEMAIL;TYPE=home:j@x\r\nTITLE:t";
    vec![
        (&[("contact_one_per_type", "TEL")], OLD, &[], name, Sent, "TEL;HOME:1", "TEL;HOME:2"),
        (&[("contact_no_pref", "true")], OLD, &[], "N:Doe\r\nTEL;TYPE=home,pref:1", Sent, "TEL;HOME:1", "PREF"),
        (&[("contact_slots", "TEL;cell,TEL;home")], OLD, &[], name, Sent, "TEL;CELL:\r\nTEL;HOME:1", "TEL;HOME:2"),
        (&[("contact_typeless", "ADR")], OLD, &[], "N:Doe\r\nADR;TYPE=home:;;Road;;;;", Sent, "ADR:;;Road", "HOME"),
        (&[("contact_name_parts", "2")], OLD, &[], name, Sent, "N:Doe;Jane\r\n", "Ann"),
        (&[("contact_single_name", "given-first")], OLD, &[], name, Back("N:Jane Doe\r\nTEL;HOME:1\r\nTEL;HOME:2\r\nEMAIL;INTERNET;HOME:j@x\r\nTITLE:t"), "N:Doe;Jane;Ann", "nothing"),
        (&[("contact_renames", "NICKNAME:X-EPOCSECONDNAME")], OLD, &[], "N:Doe\r\nNICKNAME:J", Sent, "X-EPOCSECONDNAME:J", "NICKNAME"),
        (&[("contact_no_photo_type", "true")], OLD, &[], "N:Doe\r\nPHOTO;TYPE=JPEG;ENCODING=b:AAEC", Sent, "PHOTO;ENCODING=BASE64", "JPEG"),
        (&[("contact_type_order", "voice,home")], OLD, &[], "N:Doe\r\nTEL;TYPE=home,voice:1", Sent, "TEL;VOICE;HOME:1", "HOME;VOICE"),
        (&[("contact_ignore_sizes", "PHOTO")], OLD, &["N", "PHOTO=4"], "N:Doe\r\nPHOTO;TYPE=JPEG;ENCODING=b:AAECAwQF", Sent, "PHOTO", "nothing"),
        (&[("contact_internet", "always")], NEW, &[], name, Sent, "EMAIL;TYPE=INTERNET,HOME", "EMAIL;TYPE=HOME"),
        (&[("contact_internet", "never")], OLD, &[], name, Sent, "EMAIL;HOME", "INTERNET"),
        (&[("contact_ignore_caps", "true")], OLD, &["N"], name, Sent, "TITLE:t", "nothing"),
        (&[("contact_unlisted", "TITLE")], OLD, &["N"], name, Sent, "TITLE:t", "TEL"),
        (&[("contact_stand_ins", "TITLE:-")], OLD, &[], "N:Doe\r\nNOTE:n", Back("N:Doe\r\nNOTE:n\r\nTITLE:-"), "NOTE:n", "TITLE"),
        (&[("contact_no_empties", "true"), ("contact_slots", "TEL;cell,TEL;home")], OLD, &[], name, Sent, "TEL;HOME:1", "TEL;CELL"),
        (&[("contact_swapped_address", "true")], OLD, &[], "N:Doe\r\nADR;TYPE=home:;Flat;Road;;;;", Sent, ";Road;Flat", ";Flat;Road"),
        (&[("contact_digits_only", "true")], OLD, &[], "N:Doe\r\nTEL:+1 (5) 0-0", Sent, "+1500", "(5)"),
        (&[("contact_without", "FN")], OLD, &[], name, Sent, "N:Doe", "FN:"),
        (&[("contact_without_types", "TEL;pager")], OLD, &[], "N:Doe\r\nTEL;TYPE=pager:1\r\nTEL;TYPE=cell:2", Sent, "TEL;CELL:2", "PAGER"),
        (&[("contact_most", "TEL;fax:1")], OLD, &[], "N:Doe\r\nTEL;TYPE=fax:1\r\nTEL;TYPE=fax,home:2", Sent, "TEL;FAX:1", "TEL;FAX;HOME:2"),
        (&[("contact_quote_everything", "true")], NEW, &[], "N:D\u{fc}\r\nTITLE:t", Sent, "QUOTED-PRINTABLE:D=C3=BC", "\u{fc}"),
        (&[("contact_no_birthday", "0000-00-00")], OLD, &[], name, Sent, "BDAY:0000-00-00", "nothing"),
        (&[("contact_lone_address", "work")], OLD, &[], "N:Doe\r\nADR;TYPE=home:;;Road;;;;", Sent, "ADR;WORK", "ADR;HOME"),
        (&[("contact_basic_birthday", "true")], OLD, &[], "N:Doe\r\nBDAY:1970-01-31", Sent, "BDAY:19700131", "1970-01-31"),
        (&[("contact_label_for_address", "true")], OLD, &[], "N:Doe\r\nADR;TYPE=home:;;Road;;;;", Sent, "LABEL;HOME", "ADR"),
        (&[("contact_cuts_silently", "true")], OLD, &[], "N:Featherstonehaugh;Jane", Back("N:Feathersto;Jane"), "Featherstonehaugh", "nothing"),
        (&[("contact_absent_is_kept", "true")], OLD, &[], "N:Doe\r\nNOTE:n", Back("N:Doe"), "NOTE:n", "nothing"),
        (&[("charset", "windows-1252")], OLD, &[], "N:D\u{fc}", Sent, "=FC", "=C3=BC"),
    ]
}

/// The outcome for a device with these flags.
fn outcome(row: &Row, set: &[(&str, &str)]) -> String {
    let (_, form, holds, lines, way, ..) = row;
    let (takes, stored) = (phone(*form, holds, set), card(NEW, lines));
    match way {
        Sent => text(&takes.shows(&stored)),
        Back(lines) => {
            let came = card(*form, lines);
            text(&takes.made_whole(&came, &stored, true).unwrap_or(came))
        }
    }
}

fn fits(row: &Row, outcome: &str) -> bool {
    let (.., wanted, unwanted) = row;
    outcome.contains(wanted) && !outcome.contains(unwanted)
}

/// Field quirks V1 to V23; V24 is understood from everybody.
#[test]
fn every_habit_with_contacts_is_reached_by_its_flag() {
    let rows = rows();
    for row in &rows {
        let set = row.0;
        let with = outcome(row, set);
        assert!(fits(row, &with), "{set:?}: {with}");
        let without = outcome(row, &set[1..]);
        assert!(!fits(row, &without), "{set:?} changes nothing: {without}");
    }
    let spelled = ["contact_no_folds", "contact_no_soft_breaks"];
    for flag in flags().filter(|flag| flag.name.starts_with("contact_")) {
        let has_row = rows.iter().any(|row| row.0[0].0 == flag.name);
        assert!(has_row || spelled.contains(&flag.name), "{}", flag.name);
    }
}

/// Field quirks V13 and V21.
#[test]
fn lines_are_broken_as_the_flags_say() {
    let stored = card(
        NEW,
        &format!(
            "N:Doe\r\nTITLE:{}\r\nNOTE:{}",
            "word ".repeat(30),
            "\u{fc}".repeat(60)
        ),
    );
    let sent = |set: &[(&str, &str)]| {
        let shown = phone(OLD, &[], set).shows(&stored).into_owned();
        String::from_utf8(shown.body).unwrap()
    };
    let usual = sent(&[]);
    assert!(
        usual.contains("\r\n ") && usual.contains("=\r\n"),
        "{usual}"
    );
    assert!(!sent(&[("contact_no_folds", "true")]).contains("\r\n "));
    assert!(!sent(&[("contact_no_soft_breaks", "true")]).contains("=\r\n"));
}

#[test]
fn what_is_known_of_a_device_changes_the_mark_of_what_it_sees() {
    let mark = |set: &[(&str, &str)]| phone(OLD, &[], set).mark();
    assert_eq!(mark(&[]), "");
    let one = mark(&[("contact_name_parts", "2")]);
    let other = mark(&[("contact_name_parts", "3")]);
    assert!(!one.is_empty() && one != other);
}
