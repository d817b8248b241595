//! Edits of several sides, by name.

use super::*;

const BASE: &str = "FN:Jane Doe\r\nN:Doe;Jane;Ann;;\r\nTEL;TYPE=home:1\r\nTEL;TYPE=work:2\r\nCATEGORIES:a,b\r\nNOTE:x\r\nADR;TYPE=home:;;Road 1;Town;;1;UK";

fn changed(from: &str, to: &str) -> Content {
    assert!(BASE.contains(from));
    card(&BASE.replace(from, to))
}

fn sorted(lines: &str) -> Vec<String> {
    let mut lines: Vec<_> = lines.split("\r\n").map(str::to_owned).collect();
    lines.sort();
    lines
}

/// What is changed and into what it is now, what and into what on the device, and what comes of it: ours, and theirs where
/// it differs.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
);

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn edits_that_do_not_touch_are_merged_and_those_that_do_are_told() {
    let lens = phone(NEW);
    let base = card(BASE);
    let table: [Row; 10] = [
        (
            "TEL;TYPE=home:1",
            "TEL;TYPE=home:11",
            "TEL;TYPE=work:2",
            "TEL;TYPE=work:22",
            "TEL;TYPE=home:11|TEL;TYPE=work:22",
            None,
        ),
        (
            "N:Doe;Jane;Ann",
            "N:Roe;Jane;Ann",
            "N:Doe;Jane;Ann",
            "N:Doe;Joan;Ann",
            "N:Roe;Joan;Ann",
            None,
        ),
        (
            "CATEGORIES:a,b",
            "CATEGORIES:a,b,c",
            "CATEGORIES:a,b",
            "CATEGORIES:b,d",
            "CATEGORIES:b,c,d",
            None,
        ),
        (
            "Road 1;Town",
            "Road 2;Town",
            "Road 1;Town",
            "Road 1;City",
            "Road 2;City",
            None,
        ),
        (
            "NOTE:x",
            "NOTE:y",
            "NOTE:x",
            "NOTE:z",
            "NOTE:y",
            Some("NOTE:z"),
        ),
        ("NOTE:x", "NOTE:y", "NOTE:x", "NOTE:y", "NOTE:y", None),
        (
            "NOTE:x\r\n",
            "",
            "NOTE:x",
            "NOTE:z",
            "!NOTE:z",
            Some("NOTE:z"),
        ),
        (
            "NOTE:x",
            "NOTE:y",
            "NOTE:x\r\n",
            "",
            "NOTE:y",
            Some("!NOTE:"),
        ),
        (
            "TEL;TYPE=home:1\r\n",
            "",
            "TEL;TYPE=home:1\r\n",
            "",
            "!TEL;TYPE=home:1",
            None,
        ),
        (
            "NOTE:x",
            "NOTE:x\r\nTITLE:t",
            "NOTE:x",
            "NOTE:x\r\nROLE:r",
            "TITLE:t|ROLE:r",
            None,
        ),
    ];
    for (from, now, of, sent, ours, theirs) in table {
        let (now, sent) = (changed(from, now), changed(of, sent));
        let upper = |l: &str| {
            l.replace("TYPE=home", "TYPE=HOME")
                .replace("TYPE=work", "TYPE=WORK")
        };
        let check = |content: &Content, expected: &str| {
            let text = upper(&text(content));
            for part in expected.split('|') {
                match part.strip_prefix('!') {
                    Some(absent) => assert!(!text.contains(&upper(absent)), "{absent} in {text}"),
                    None => assert!(text.contains(&upper(part)), "{part} in {text}"),
                }
            }
        };
        match (lens.apply_edits(Some(&base), &now, &sent), theirs) {
            (Applied::Merged(both), None) => check(&both, ours),
            (Applied::Unchanged, None) => check(&now, ours),
            (
                Applied::Conflict {
                    ours: kept,
                    theirs: other,
                    fields,
                },
                Some(theirs),
            ) => {
                check(&kept, ours);
                check(&other, theirs);
                assert_eq!(fields.len(), 1, "{fields:?}");
            }
            (odd, _) => panic!("{from} and {of}: {odd:?}"),
        }
    }
}

#[test]
fn a_conflict_names_its_field_and_both_values_and_keeps_all_other_edits() {
    let lens = phone(NEW);
    let base = card(BASE);
    let now = changed("NOTE:x", "NOTE:y");
    let sent = card(
        &BASE
            .replace("NOTE:x", "NOTE:z")
            .replace("TYPE=home:1", "TYPE=home:9"),
    );
    let Applied::Conflict {
        ours,
        theirs,
        fields,
    } = lens.apply_edits(Some(&base), &now, &sent)
    else {
        panic!("both wrote the note")
    };
    let [field] = &fields[..] else {
        panic!("{fields:?}")
    };
    assert_eq!(field.name, "NOTE");
    let texts =
        [&field.base, &field.ours, &field.theirs].map(|p| p.as_ref().unwrap().text().into_owned());
    assert_eq!(texts, ["x", "y", "z"]);
    for (result, note) in [(ours, "NOTE:y"), (theirs, "NOTE:z")] {
        let expected = sorted(
            &BASE
                .replace("NOTE:x", note)
                .replace("TYPE=home:1", "TYPE=HOME:9"),
        );
        let found: Vec<_> = lines(&result)
            .iter()
            .map(|l| l.replace("TYPE=WORK", "TYPE=work"))
            .collect();
        let lower = |l: &Vec<String>| l.iter().map(|l| l.to_lowercase()).collect::<Vec<_>>();
        let (mut found, mut expected) = (lower(&found), lower(&expected));
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
    }
}

#[test]
fn a_text_that_was_cut_and_comes_back_is_whole_and_one_that_was_edited_keeps_its_end() {
    let long = format!("{}the end", "word ".repeat(20));
    let base = card(&format!("N:Doe\r\nNOTE:{long}"));
    let mut lens = phone(OLD);
    let limit = Capability {
        max_size: Some(40),
        ..Capability::named("NOTE")
    };
    lens.caps = Some(Caps {
        properties: vec![Capability::named("N"), limit],
    });
    let sent = lens.render(&base);
    assert!(!text(&sent).contains("the end"));
    assert_eq!(
        lens.apply_edits(Some(&base), &base, &sent),
        Applied::Unchanged
    );
    let note = |edit: &str| {
        let came = edited(&sent, set("NOTE", edit));
        match lens.apply_edits(Some(&base), &base, &came) {
            Applied::Edited(result) => body::stored(&result).unwrap().text("NOTE").into_owned(),
            odd @ (Applied::Unchanged | Applied::Merged(_) | Applied::Conflict { .. }) => {
                panic!("{odd:?}")
            }
        }
    };
    // The user wrote before it, and the phone cut it again: what stood behind the cut is still there.
    let kept: String = long.chars().skip(39).collect();
    let words = format!("new {}", "word ".repeat(7));
    assert_eq!(note(&words), format!("{}{kept}", words.trim_end()));
    assert_eq!(note("something else"), "something else");
    // A device that may not be sent a cut value is not sent it at all, and takes nothing away.
    lens.caps.as_mut().unwrap().properties[1].no_truncate = true;
    let sent = lens.render(&base);
    assert!(!text(&sent).contains("NOTE"));
    assert_eq!(
        lens.apply_edits(Some(&base), &base, &sent),
        Applied::Unchanged
    );
}

#[test]
fn a_device_that_lists_less_than_it_sends_is_believed_in_what_it_sends() {
    let base = card("N:Doe\r\nBDAY:1970-01-31\r\nTITLE:t");
    let mut lens = phone(OLD);
    lens.caps = Some(Caps {
        properties: vec![Capability::named("N"), Capability::named("TEL")],
    });
    let came = edited(&lens.render(&base), |card| {
        set("BDAY", "19710131")(card);
    });
    let Applied::Edited(result) = lens.apply_edits(Some(&base), &base, &came) else {
        panic!("the birthday is new")
    };
    assert_eq!(lines(&result), ["BDAY:1971-01-31", "N:Doe", "TITLE:t"]);
}

#[test]
fn the_number_of_a_property_its_values_and_types_are_those_that_the_device_lists() {
    let base = card(
        "N:Doe\r\nTEL;TYPE=home:1\r\nTEL;TYPE=work,fax:2\r\nTEL;TYPE=isdn,work:3\r\nTEL;TYPE=car:4\r\nCLASS:CONFIDENTIAL",
    );
    let mut lens = phone(OLD);
    let types = |values: &[&str]| ParamCap {
        name: "TYPE".into(),
        values: values.iter().map(|v| (*v).to_owned()).collect(),
    };
    let tel = Capability {
        max_occur: Some(2),
        params: vec![types(&["HOME,WORK", "CELL"])],
        ..Capability::named("TEL")
    };
    let class = Capability {
        values: vec!["PUBLIC".into(), "PRIVATE".into()],
        ..Capability::named("CLASS")
    };
    lens.caps = Some(Caps {
        properties: vec![Capability::named("N"), tel, class],
    });
    assert_eq!(lines(&lens.render(&base)), ["N:Doe", "TEL;HOME:1"]);
    // As many phones of 1.1 list them.
    let word = |name: &str| ParamCap {
        name: name.into(),
        values: vec![],
    };
    let caps = lens.caps.as_mut().unwrap();
    caps.properties[1].params = vec![word("HOME"), word("WORK"), word("FAX")];
    caps.properties[1].max_occur = Some(3);
    assert_eq!(
        lines(&lens.render(&base)),
        ["N:Doe", "TEL;HOME:1", "TEL;WORK:3", "TEL;WORK;FAX:2"]
    );
    let sent = lens.render(&base);
    assert_eq!(
        lens.apply_edits(Some(&base), &base, &sent),
        Applied::Unchanged
    );
}

#[test]
fn two_that_meet_in_a_slow_sync_fill_one_another_and_clear_nothing() {
    let ours = card("N:Doe;Jane;;;\r\nTEL;TYPE=home:+1 (555) 0\r\nNOTE:x\r\nTITLE:t");
    let lens = phone(NEW);
    let sent =
        card("N:Doe;Jane;Ann;;\r\nTEL;TYPE=home:+15550\r\nTEL;TYPE=cell:2\r\nROLE:r\r\nTITLE:t");
    let Applied::Merged(both) = lens.apply_edits(None, &ours, &sent) else {
        panic!("each knows more")
    };
    assert_eq!(
        lines(&both),
        [
            "N:Doe;Jane;Ann;;",
            "NOTE:x",
            "ROLE:r",
            "TEL;TYPE=cell:2",
            "TEL;TYPE=home:+1 (555) 0",
            "TITLE:t"
        ]
    );
    let sent = card("N:Doe;Jane;;;\r\nTITLE:u");
    let Applied::Conflict {
        ours: kept,
        theirs,
        fields,
    } = lens.apply_edits(None, &ours, &sent)
    else {
        panic!("two titles")
    };
    assert_eq!(fields[0].name, "TITLE");
    assert!(text(&kept).contains("TITLE:t") && text(&theirs).contains("TITLE:u"));
    assert!(text(&theirs).contains("NOTE:x"));
}

#[test]
fn a_name_that_is_changed_takes_the_shown_name_along() {
    let base = card("FN:Doe\\, Jane\r\nN:Doe;Jane;;;\r\nNOTE:x");
    let mut lens = phone(OLD);
    lens.caps = Some(Caps {
        properties: vec![Capability::named("N")],
    });
    let came = edited(&lens.render(&base), |card| {
        card.set(Property::new(
            "N",
            Value::Parts(vec![vec!["Roe".into()], vec!["Jane".into()]]),
        ));
    });
    let Applied::Edited(result) = lens.apply_edits(Some(&base), &base, &came) else {
        panic!("renamed")
    };
    assert_eq!(
        lines(&result),
        ["FN:Roe\\, Jane", "N:Roe;Jane;;;", "NOTE:x"]
    );
}

#[test]
fn what_is_not_understood_is_compared_as_a_whole() {
    let item = |body: &str| Content {
        media_type: MediaType::new("image/gif"),
        body: body.as_bytes().to_vec(),
    };
    let lens = phone(OLD);
    assert_eq!(lens.render(&item("a")), item("a"));
    assert_eq!(lens.canonical(&item("a")), item("a"));
    assert_eq!(
        lens.apply_edits(Some(&item("a")), &item("a"), &item("b")),
        Applied::Edited(item("b"))
    );
    assert_eq!(
        lens.apply_edits(Some(&item("a")), &item("b"), &item("a")),
        Applied::Unchanged
    );
    assert!(matches!(
        lens.apply_edits(Some(&item("a")), &item("b"), &item("c")),
        Applied::Conflict { .. }
    ));
    let bookmark = content("BEGIN:VBKM\r\nVERSION:1.0\r\nURL:http://x\r\nEND:VBKM\r\n");
    assert_eq!(lens.canonical(&bookmark), bookmark);
    assert_eq!(lens.render(&bookmark), bookmark);
}
