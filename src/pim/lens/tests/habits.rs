//! Habits of devices with contacts, V1 to V24: each with what it does, and what happens without it.

use super::*;

/// A lens with a habit and one without.
fn lenses(form: Form, habit: impl FnOnce(&mut ContactQuirks)) -> (Lens, Lens) {
    let mut with = phone(form);
    habit(&mut with.contact);
    (with, phone(form))
}

fn sent(lens: &Lens, stored: &Content) -> String {
    lines(&lens.render(stored)).join("|")
}

fn after(lens: &Lens, base: &Content, came: &Content) -> String {
    match lens.apply_edits(Some(base), base, came) {
        Applied::Unchanged => "unchanged".to_owned(),
        Applied::Edited(result) => lines(&result).join("|"),
        odd @ (Applied::Merged(_) | Applied::Conflict { .. }) => format!("{odd:?}"),
    }
}

fn old(lines: &str) -> Content {
    content(&format!(
        "BEGIN:VCARD\r\nVERSION:2.1\r\n{lines}\r\nEND:VCARD\r\n"
    ))
}

fn slot(name: &str, kind: &str) -> Slot {
    let types = if kind.is_empty() {
        vec![]
    } else {
        vec![kind.to_owned()]
    };
    Slot {
        name: name.to_owned(),
        types,
    }
}

#[test]
fn v1_one_number_of_each_kind_and_no_preference() {
    let (with, without) = lenses(OLD, |q| {
        q.one_per_type = vec!["TEL".into()];
        q.no_pref = true;
    });
    let base = card("N:Doe\r\nTEL;TYPE=home,pref:1\r\nTEL;TYPE=home:2\r\nTEL;TYPE=cell:3");
    assert_eq!(sent(&with, &base), "N:Doe|TEL;CELL:3|TEL;HOME:1");
    assert_eq!(
        sent(&without, &base),
        "N:Doe|TEL;CELL:3|TEL;HOME:2|TEL;HOME;PREF:1"
    );
    let came = old("N:Doe\r\nTEL;HOME;PREF:9\r\nTEL;CELL:3");
    assert_eq!(
        after(&with, &base, &came),
        "N:Doe|TEL;TYPE=cell:3|TEL;TYPE=home,pref:9|TEL;TYPE=home:2"
    );
    assert_ne!(after(&without, &base, &came), after(&with, &base, &came));
}

#[test]
fn v2_numbers_in_fixed_places_are_merged_back_by_place() {
    let (with, without) = lenses(OLD, |q| {
        q.slots = ["cell", "home", "work", "fax"]
            .map(|kind| slot("TEL", kind))
            .to_vec();
        q.typeless = vec!["ADR".into()];
    });
    let base = card(
        "N:Doe\r\nTEL;TYPE=work,voice:1\r\nTEL;TYPE=home:2\r\nTEL;TYPE=work:3\r\nADR;TYPE=home:;;Road;;;;",
    );
    let order = |lens: &Lens| {
        text(&lens.render(&base))
            .lines()
            .filter(|l| l.starts_with("TEL"))
            .collect::<Vec<_>>()
            .join("|")
    };
    assert_eq!(order(&with), "TEL;CELL:|TEL;HOME:2|TEL;WORK:1|TEL;FAX:");
    assert!(text(&with.render(&base)).contains("ADR:;;Road"));
    assert_ne!(order(&without), order(&with));
    // The phone keeps the places and loses the types.
    let came = old("N:Doe\r\nTEL:7\r\nTEL:2\r\nTEL:33\r\nTEL:\r\nADR:;;Road;;;;");
    assert_eq!(
        after(&with, &base, &came),
        "ADR;TYPE=home:;;Road;;;;|N:Doe|TEL;TYPE=cell:7|TEL;TYPE=home:2|TEL;TYPE=work,voice:33|TEL;TYPE=work:3"
    );
    assert_ne!(after(&without, &base, &came), after(&with, &base, &came));
}

#[test]
fn v3_a_name_of_two_parts() {
    let (with, without) = lenses(OLD, |q| q.name_parts = Some(2));
    let base = card("N:Doe;Jane;Ann;Dr.;");
    assert_eq!(sent(&with, &base), "N:Doe;Jane");
    assert_eq!(sent(&without, &base), "N:Doe;Jane;Ann;Dr.;");
    assert_eq!(
        after(&with, &base, &old("N:Roe;Jane")),
        "N:Roe;Jane;Ann;Dr.;"
    );
    assert_eq!(after(&without, &base, &old("N:Roe;Jane")), "N:Roe;Jane;;;");
}

#[test]
fn v4_a_picture_without_its_format_a_nickname_by_another_name_and_types_in_order() {
    let (with, without) = lenses(OLD, |q| {
        q.no_photo_type = true;
        q.renames = vec![("NICKNAME".into(), "X-EPOCSECONDNAME".into())];
        q.type_order = ["voice", "car", "home"].map(str::to_owned).to_vec();
    });
    let base = card(
        "N:Doe\r\nTEL;TYPE=home,voice:1\r\nTEL;TYPE=fax:2\r\nTEL;TYPE=car,voice:3\r\nNICKNAME:J\r\nPHOTO;TYPE=JPEG;ENCODING=b:AAEC",
    );
    let body = text(&with.render(&base));
    for part in [
        "PHOTO;ENCODING=BASE64:AAEC\r\n\r\n",
        "X-EPOCSECONDNAME:J",
        "TEL;VOICE;HOME:1\r\nTEL;VOICE;CAR:3\r\nTEL;FAX:2",
    ] {
        assert!(body.contains(part), "{part} in {body}");
        assert!(!text(&without.render(&base)).contains(part));
    }
    let came = edited(&with.render(&base), set("X-EPOCSECONDNAME", "K"));
    assert!(after(&with, &base, &came).contains("NICKNAME:K|"));
    assert!(after(&with, &base, &came).contains("PHOTO;TYPE=JPEG"));
}

#[test]
fn v5_a_size_that_is_not_true_is_not_kept_to() {
    let (mut with, mut without) = lenses(OLD, |q| q.ignore_sizes = vec!["PHOTO".into()]);
    let photo = Capability {
        max_size: Some(4),
        ..Capability::named("PHOTO")
    };
    let caps = Caps {
        properties: vec![Capability::named("N"), photo],
    };
    with.caps = Some(caps.clone());
    without.caps = Some(caps);
    let base = card("N:Doe\r\nPHOTO;TYPE=JPEG;ENCODING=b:AAECAwQF");
    assert!(sent(&with, &base).contains("PHOTO"));
    assert!(!sent(&without, &base).contains("PHOTO"));
}

#[test]
fn v6_v19_a_mail_address_says_internet_always_or_never() {
    let (always, usual) = lenses(NEW, |q| q.internet = Internet::Always);
    let base = card("FN:D\r\nN:Doe\r\nEMAIL;TYPE=home:j@x");
    assert!(sent(&always, &base).contains("EMAIL;TYPE=INTERNET,HOME:j@x"));
    assert!(sent(&usual, &base).contains("EMAIL;TYPE=HOME:j@x"));
    let (never, usual) = lenses(OLD, |q| q.internet = Internet::Never);
    assert!(sent(&never, &base).contains("EMAIL;HOME:j@x"));
    assert!(sent(&usual, &base).contains("EMAIL;INTERNET;HOME:j@x"));
}

#[test]
fn v7_what_a_device_lists_is_not_all_it_holds() {
    let (mut with, mut without) = lenses(OLD, |q| q.unlisted = vec!["PHOTO".into()]);
    let caps = Caps {
        properties: vec![Capability::named("N")],
    };
    let mut ignoring = phone(OLD);
    ignoring.contact.ignore_caps = true;
    for lens in [&mut with, &mut without, &mut ignoring] {
        lens.caps = Some(caps.clone());
    }
    let base = card("N:Doe\r\nTITLE:t\r\nPHOTO;TYPE=JPEG;ENCODING=b:AAEC");
    let names = |lens: &Lens| ["PHOTO", "TITLE"].map(|name| sent(lens, &base).contains(name));
    assert_eq!(names(&with), [true, false]);
    assert_eq!(names(&without), [false, false]);
    assert_eq!(names(&ignoring), [true, true]);
}

#[test]
fn v8_v11_a_field_that_went_is_sent_as_its_stand_in_and_that_is_nothing() {
    let (with, without) = lenses(OLD, |q| {
        q.stand_ins = vec![("EMAIL".into(), "-".into()), ("TITLE".into(), "-".into())];
    });
    let before = card("N:Doe\r\nTITLE:t\r\nEMAIL:j@x\r\nNOTE:n");
    let now = card("N:Doe");
    let render = |lens: &Lens| lines(&lens.render_over(&now, Some(&before))).join("|");
    assert_eq!(render(&with), "EMAIL;INTERNET:-|N:Doe|TITLE:-");
    assert_eq!(render(&without), "N:Doe");
    let came = with.render_over(&now, Some(&before));
    assert_eq!(after(&with, &now, &came), "unchanged");
    assert!(after(&without, &now, &came).contains("TITLE:-"));
}

#[test]
fn v9_v10_what_says_nothing_is_not_sent() {
    let places = vec![slot("TEL", "cell"), slot("TEL", "home")];
    let (with, without) = lenses(OLD, |q| {
        q.no_empties = true;
        q.slots.clone_from(&places);
    });
    let mut empty = without.clone();
    empty.contact.slots = places;
    let base = card("N:Doe\r\nTEL;TYPE=home:1");
    assert_eq!(sent(&with, &base), "N:Doe|TEL;HOME:1");
    assert_eq!(sent(&empty, &base), "N:Doe|TEL;CELL:|TEL;HOME:1");
}

#[test]
fn v12_an_address_with_its_parts_swapped_digits_and_names_of_its_own() {
    let (with, without) = lenses(OLD, |q| {
        q.swapped_address = true;
        q.digits_only = true;
        q.without = vec!["FN".into()];
        q.renames = vec![("CATEGORIES".into(), "X-MOT-CAT".into())];
    });
    let base = card(
        "FN:D\r\nN:Doe\r\nADR;TYPE=home:;2nd floor;Road;Town;;;\r\nTEL;TYPE=home:+1 (555) 0-0\r\nCATEGORIES:a",
    );
    assert_eq!(
        sent(&with, &base),
        "ADR;HOME:;Road;2nd floor;Town;;;|N:Doe|TEL;HOME:+155500|X-MOT-CAT:a"
    );
    assert_ne!(sent(&without, &base), sent(&with, &base));
    let came = edited(&with.render(&base), set("X-MOT-CAT", "b"));
    assert_eq!(
        after(&with, &base, &came),
        "ADR;TYPE=home:;2nd floor;Road;Town;;;|CATEGORIES:b|FN:D|N:Doe|TEL;TYPE=home:+1 (555) 0-0"
    );
    assert_ne!(after(&without, &base, &came), after(&with, &base, &came));
}

#[test]
fn v13_v20_v21_lines_and_quotes_as_the_device_can_read_them() {
    let long = "\u{fc}".repeat(60);
    let base = card(&format!(
        "FN:D\r\nN:Doe\r\nNOTE:{long}\r\nTITLE:{}",
        "word ".repeat(30)
    ));
    let count = |lens: &Lens| lens.render(&base).body.split(|b| *b == b'\n').count();
    let (folded, usual) = lenses(OLD, |q| q.no_folds = true);
    assert!(count(&folded) < count(&usual));
    assert_eq!(count(&folded), 8);
    let (one_line, usual) = lenses(OLD, |q| q.no_soft_breaks = true);
    let broken = |lens: &Lens| String::from_utf8_lossy(&lens.render(&base).body).contains("=\r\n");
    assert!(!broken(&one_line) && broken(&usual));
    let (quoted, usual) = lenses(NEW, |q| q.quote_everything = true);
    let is_ascii = |lens: &Lens| lens.render(&base).body.is_ascii();
    assert!(is_ascii(&quoted) && !is_ascii(&usual));
    for lens in [folded, one_line, quoted] {
        assert_eq!(after(&lens, &base, &lens.render(&base)), "unchanged");
    }
}

#[test]
fn v14_v23_a_value_that_the_device_cut_without_saying_so_is_unchanged() {
    let (with, without) = lenses(OLD, |q| q.cuts_silently = true);
    let base = card("N:Featherstonehaugh;Jane\r\nTITLE:a very long title");
    let came = old("N:Feathersto;Jane\r\nTITLE:a very lon");
    assert_eq!(after(&with, &base, &came), "unchanged");
    assert_eq!(
        after(&without, &base, &came),
        "N:Feathersto;Jane|TITLE:a very lon"
    );
    assert_eq!(
        after(&with, &base, &old("N:Feathersto;Joan\r\nTITLE:b")),
        "N:Featherstonehaugh;Joan|TITLE:b"
    );
}

#[test]
fn v14_v15_a_device_writes_and_reads_its_own_charset() {
    let (mut with, without) = lenses(OLD, |_| {});
    with.charset = Some(encoding_rs::SHIFT_JIS);
    let base = card("N:\u{5c71}\u{7530}");
    assert!(
        text(&with.render(&base))
            .contains("N;CHARSET=Shift_JIS;ENCODING=QUOTED-PRINTABLE:=8ER=93c")
    );
    assert!(
        text(&without.render(&base))
            .contains("N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=B1=B1=E7=94=B0")
    );
    let came = Content {
        body: b"BEGIN:VCARD\r\nVERSION:2.1\r\nN:\x8e\x52\x93\x63\r\nEND:VCARD\r\n".to_vec(),
        ..base.clone()
    };
    assert_eq!(after(&with, &base, &came), "unchanged");
    assert_ne!(after(&without, &base, &came), "unchanged");
}

#[test]
fn v16_a_name_in_one_field() {
    let (with, without) = lenses(OLD, |q| q.single_name = Some(NameOrder::GivenFirst));
    let base = card("N:Doe;Jane;Ann;;");
    // What the phone shows in one field it sends in one.
    let came = old("N:Jane Doe");
    assert_eq!(after(&with, &base, &came), "unchanged");
    assert_ne!(after(&without, &base, &came), "unchanged");
    assert_eq!(after(&with, &base, &old("N:Jane Roe")), "N:Roe;Jane;Ann;;");
    let (family, _) = lenses(OLD, |q| q.single_name = Some(NameOrder::FamilyFirst));
    assert_eq!(
        after(&family, &base, &old("N:Roe Jane")),
        "N:Roe;Jane;Ann;;"
    );
}

#[test]
fn v17_what_upsets_the_device_is_left_out_and_kept() {
    let (with, without) = lenses(OLD, |q| {
        q.without = vec!["CATEGORIES".into()];
        q.without_types = vec![
            ("TEL".into(), vec!["pager".into()]),
            ("TEL".into(), vec!["work".into(), "pref".into()]),
        ];
        q.most = vec![("TEL".into(), "fax".into(), 1)];
    });
    let base = card(
        "N:Doe\r\nCATEGORIES:a\r\nTEL;TYPE=pager:1\r\nTEL;TYPE=work,pref:2\r\nTEL;TYPE=work:3\r\nTEL;TYPE=fax:4\r\nTEL;TYPE=fax,home:5",
    );
    assert_eq!(sent(&with, &base), "N:Doe|TEL;FAX:4|TEL;WORK:3");
    assert_eq!(sent(&without, &base).matches("TEL").count(), 5);
    assert_eq!(
        after(&with, &base, &old("N:Roe\r\nTEL;WORK:3\r\nTEL;FAX:4")),
        "CATEGORIES:a|N:Roe|TEL;TYPE=fax,home:5|TEL;TYPE=fax:4|TEL;TYPE=pager:1|TEL;TYPE=work,pref:2|TEL;TYPE=work:3"
    );
}

#[test]
fn v18_v19_a_birthday_that_is_none_or_has_no_hyphens_and_the_one_address() {
    let (with, without) = lenses(OLD, |q| {
        q.no_birthday = Some("0000-00-00".into());
        q.lone_address = Some("work".into());
    });
    let base = card("N:Doe\r\nADR;TYPE=home:;;Road;;;;");
    assert_eq!(
        sent(&with, &base),
        "ADR;WORK:;;Road;;;;|BDAY:0000-00-00|N:Doe"
    );
    assert_eq!(sent(&without, &base), "ADR;HOME:;;Road;;;;|N:Doe");
    let came = old("N:Doe\r\nADR;WORK:;;Lane;;;;\r\nBDAY:0000-00-00");
    assert_eq!(after(&with, &base, &came), "ADR;TYPE=home:;;Lane;;;;|N:Doe");
    assert_ne!(after(&without, &base, &came), after(&with, &base, &came));
    let (basic, usual) = lenses(OLD, |q| q.basic_birthday = true);
    let base = card("N:Doe\r\nBDAY:1970-01-31");
    assert_eq!(sent(&basic, &base), "BDAY:19700131|N:Doe");
    assert_eq!(sent(&usual, &base), "BDAY:1970-01-31|N:Doe");
}

#[test]
fn v22_an_address_is_a_label() {
    let (with, without) = lenses(OLD, |q| {
        q.label_for_address = true;
        q.no_soft_breaks = true;
    });
    let base = card("N:Doe\r\nADR;TYPE=home:;;Road 1;Town;;123;UK");
    let came = old(
        "N:Doe\r\nLABEL;HOME;ENCODING=QUOTED-PRINTABLE:Road 2=0D=0ATown=0D=0A=0D=0A123=0D=0AUK",
    );
    assert!(
        sent(&with, &base).contains(
            "LABEL;HOME;ENCODING=QUOTED-PRINTABLE:Road 1=0D=0ATown=0D=0A=0D=0A123=0D=0AUK"
        )
    );
    assert!(sent(&without, &base).contains("ADR;HOME:"));
    assert_eq!(
        after(&with, &base, &came),
        "ADR;TYPE=home:;;Road 2;Town;;123;UK|N:Doe"
    );
    assert_ne!(after(&without, &base, &came), after(&with, &base, &came));
}

#[test]
fn v23_what_does_not_come_back_was_not_cleared() {
    let (with, without) = lenses(OLD, |q| q.absent_is_kept = true);
    let base = card("N:Doe\r\nTITLE:t\r\nNOTE:n");
    let came = old("N:Doe\r\nTITLE:");
    assert_eq!(after(&with, &base, &came), "N:Doe|NOTE:n");
    assert_eq!(after(&without, &base, &came), "N:Doe");
}

#[test]
fn v24_the_format_of_a_picture_as_a_media_type() {
    let lens = phone(OLD);
    let came = content(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Doe\r\nPHOTO;ENCODING=b;TYPE=image/jpeg:AAEC\r\nEND:VCARD\r\n",
    );
    let stored = lens.canonical(&came);
    assert!(text(&stored).contains("PHOTO;TYPE=JPEG;ENCODING=b:AAEC"));
    assert!(text(&lens.render(&came)).contains("PHOTO;TYPE=JPEG;ENCODING=BASE64:"));
}
