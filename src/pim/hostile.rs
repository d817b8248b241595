//! Bodies that want to break something: each is read, kept or refused within bounds, and nothing panics.
//!
//! There is no clock here: the bodies are so large that anything quadratic in them would not end. What a body is turned
//! into is held against its own size.

use super::calendar::{self, CalendarQuirks, View, sif as outlook};
use super::lens::{Applied, Form, Lens};
use super::model::{MAX_BYTES, MAX_PROPERTIES, Reading, Unread, Version, read};
use super::when::When;
use super::zone::Zone;
use super::{changed_at, classify, digest, kind, likeness, title, twin_key};
use crate::item::{Content, MediaType};

/// The forms that do most to a body: other words, other lines, and no lines at all.
const FORMS: [Form; 3] = [
    Form::Lines(Version::Card21),
    Form::Lines(Version::Card40),
    Form::Sif,
];

fn item(body: impl Into<Vec<u8>>, declared: &str) -> Content {
    let body = body.into();
    Content {
        media_type: classify(&body, &MediaType::new(declared)),
        body,
    }
}

fn card(lines: &str) -> String {
    format!("BEGIN:VCARD\r\nVERSION:3.0\r\n{lines}\r\nEND:VCARD\r\n")
}

fn old_card(lines: &str) -> String {
    format!("BEGIN:VCARD\r\nVERSION:2.1\r\n{lines}\r\nEND:VCARD\r\n")
}

fn event(version: &str, lines: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:{version}\r\nBEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

/// What every item that comes is asked.
fn ask(item: &Content) {
    let _ = (
        kind(item),
        digest(item),
        twin_key(item),
        changed_at(item),
        title(item),
    );
}

/// What is done to an item on its way to a device of any form, and back.
fn carry(item: &Content) {
    ask(item);
    let stored = Lens::of(Form::AsStored).canonical(item);
    assert!(
        stored.body.len() <= 8 * (item.body.len() + 256),
        "what is stored is bounded"
    );
    for form in FORMS {
        let lens = Lens::of(form);
        let sent = lens.render(&stored);
        assert!(
            sent.body.len() <= 64 * (item.body.len() + 256),
            "{form:?} is bounded"
        );
        assert_eq!(
            lens.apply_edits(Some(&stored), &stored, &sent),
            Applied::Unchanged,
            "{form:?}"
        );
    }
}

/// What no lens takes apart is kept to the byte, whoever has it.
fn is_kept(item: &Content) {
    ask(item);
    let stored = Lens::of(Form::AsStored).canonical(item);
    assert!(stored == *item, "it is stored as it came");
    let lens = Lens::of(Form::Lines(Version::Card21));
    assert!(lens.render(item) == *item, "it is sent as it came");
    assert!(lens.apply_edits(Some(item), item, item) == Applied::Unchanged);
}

#[test]
fn a_line_of_a_hundred_megabytes_is_kept_as_it_came() {
    let mut body = card("NOTE:").into_bytes();
    let at = body.len() - "\r\nEND:VCARD\r\n".len();
    body.splice(at..at, std::iter::repeat_n(b'a', 100 << 20));
    let item = Content {
        media_type: classify(&body, &MediaType::new("text/vcard")),
        body,
    };
    assert_eq!(read(&item.body, Reading::default()), Err(Unread::TooLarge));
    assert_eq!(item.media_type.as_str(), "text/vcard");
    let lens = Lens::of(Form::Lines(Version::Card21));
    assert!(lens.render(&item) == item);
    let _ = digest(&item);
}

#[test]
fn the_largest_lines_that_are_read_go_through_every_form() {
    let long = "a; b, c\\\\ ".repeat(MAX_BYTES / 200);
    carry(&item(card(&format!("NOTE:{long}")), "text/vcard"));
    carry(&item(long, "text/plain"));
}

#[test]
fn a_million_properties_are_kept_as_they_came() {
    let body = card(&"TEL:1\r\n".repeat(1_000_000));
    assert_eq!(
        read(body.as_bytes(), Reading::default()),
        Err(Unread::TooMany)
    );
    is_kept(&item(body, "text/vcard"));
    let fields = "<A>1</A>".repeat(1_000_000);
    is_kept(&item(
        format!("<contact>{fields}</contact>"),
        "text/x-s4j-sifc",
    ));
}

#[test]
fn as_many_properties_as_are_read_go_through_every_form() {
    let count = MAX_PROPERTIES - 10;
    carry(&item(
        card(&"TEL;TYPE=cell:1\r\n".repeat(count)),
        "text/vcard",
    ));
    let different: Vec<_> = (0..count)
        .map(|at| format!("TEL;TYPE=cell:{at}\r\n"))
        .collect();
    carry(&item(card(&different.concat()), "text/vcard"));
}

#[test]
fn long_lists_of_anything_in_one_line_take_time_linear_to_them() {
    let many = 50_000;
    for line in [
        format!("TEL{}:1", ";TYPE=a".repeat(many)),
        format!("TEL;TYPE={}:1", "a,".repeat(many)),
        format!("TEL{}:1", ";\"".repeat(many)),
        format!("N:{}", ";".repeat(many)),
        format!("CATEGORIES:{}", "a,".repeat(many)),
        format!("NOTE:{}", "\\".repeat(many)),
        format!("NOTE:{}", "a\r\n ".repeat(many)),
        format!("a{}", "\r\n b:".repeat(many)),
        format!("{}.TEL:1", "a.".repeat(many)),
    ] {
        carry(&item(card(&line), "text/vcard"));
    }
}

#[test]
fn what_is_packed_to_grow_or_never_to_end_does_not() {
    let many = 50_000;
    for line in [
        format!("NOTE;ENCODING=QUOTED-PRINTABLE:{}", "=\r\n".repeat(many)),
        format!("NOTE;ENCODING=QUOTED-PRINTABLE:{}", "=0D=0A".repeat(many)),
        format!("NOTE;ENCODING=QUOTED-PRINTABLE:{}", "=".repeat(many)),
        format!("PHOTO;ENCODING=BASE64:{}", "\r\n AA".repeat(many)),
        format!("NOTE;CHARSET=ISO-2022-JP:{}", "\u{1b}$B".repeat(many)),
        format!("NOTE;CHARSET=UTF-7:{}", "+AAA-".repeat(many)),
    ] {
        carry(&item(old_card(&line), "text/x-vcard"));
    }
    let entities = "&amp;".repeat(many) + &"&".repeat(many);
    carry(&item(
        format!("<contact><Body>{entities}</Body></contact>"),
        "text/x-s4j-sifc",
    ));
    is_answered(&format!("<contact>{}", "<".repeat(many)));
    is_answered(&format!("<contact>{}", "<a>".repeat(many)));
    is_answered(&format!(
        "<contact>{}</contact>",
        "<Body><![CDATA[".repeat(many)
    ));
}

/// A document that is none has an answer.
fn is_answered(document: &str) {
    ask(&Content {
        media_type: MediaType::new("text/x-s4j-sifc"),
        body: document.into(),
    });
}

#[test]
fn components_within_components_are_kept_as_they_came() {
    let many = 100_000;
    let nested = |name: &str| {
        format!(
            "{}A:1\r\n{}",
            format!("BEGIN:{name}\r\n").repeat(many),
            format!("END:{name}\r\n").repeat(many)
        )
    };
    for body in [
        card(&nested("VCARD")),
        event("2.0", &nested("VALARM")),
        nested("X"),
    ] {
        assert_eq!(
            read(body.as_bytes(), Reading::default()),
            Err(Unread::TooDeep)
        );
        is_kept(&item(body, "text/vcard"));
    }
    let open = "BEGIN:VCARD\r\n".repeat(many);
    is_kept(&item(open, "text/vcard"));
    let side_by_side = "BEGIN:VALARM\r\nEND:VALARM\r\n".repeat(many);
    is_kept(&item(event("2.0", &side_by_side), "text/calendar"));
}

#[test]
fn an_agent_of_an_agent_goes_no_deeper_than_components() {
    let agents = |depth: usize| {
        let begin = "BEGIN:VCARD\r\nN:A\r\nAGENT:\r\n".repeat(depth);
        old_card(&format!(
            "N:A\r\nAGENT:\r\n{begin}BEGIN:VCARD\r\nN:B\r\nEND:VCARD\r\n{}",
            "\r\nEND:VCARD\r\n".repeat(depth)
        ))
    };
    carry(&item(agents(8), "text/x-vcard"));
    is_kept(&item(agents(50_000), "text/x-vcard"));
    // A card in a text in a card: each line end within costs twice as much as the one around it.
    let mut inner = "BEGIN:VCARD\nVERSION:3.0\nFN:x\nEND:VCARD\n".to_owned();
    while inner.len() < 1 << 18 {
        let escaped = inner
            .replace('\\', "\\\\")
            .replace('\n', "\\n")
            .replace([';'], "\\;");
        inner = format!("BEGIN:VCARD\nVERSION:3.0\nFN:x\nN:x\nAGENT:{escaped}\nEND:VCARD\n");
    }
    carry(&item(inner, "text/vcard"));
}

/// A device that has everything and lives somewhere.
fn view() -> View {
    View {
        zone: Zone::named("Pacific/Apia"),
        utc: false,
        now: When::read("20060601T120000").unwrap().at(),
        quirks: CalendarQuirks::default(),
    }
}

#[test]
fn dates_that_are_none_and_dates_at_the_ends_of_time_have_an_answer() {
    let starts = [
        "00000101T000000Z",
        "00010101T000000Z",
        "00010101",
        "99991231T235959Z",
        "99991231",
        "99991231T240000",
        "20060230",
        "20061301T256199",
        "-00010101",
        "+99999-01-01",
        "20060925T000000+9999",
        "19700101T000000-1500",
        "",
        "Z",
        "T",
        "\u{662}\u{660}\u{660}\u{666}",
    ];
    let lasts = [
        "P1D",
        "P9999999999999W",
        "-P9999999D",
        "PT99999999999999999999S",
        "P",
        "",
    ];
    for start in starts {
        for version in ["1.0", "2.0"] {
            for (end, trigger) in starts.iter().zip(lasts.iter().cycle()) {
                let lines = format!(
                    "SUMMARY:x\r\nDTSTART;TZID=Pacific/Kiritimati:{start}\r\nDTEND:{end}\r\nRRULE:FREQ=YEARLY;UNTIL={end}\r\nEXDATE:{start},{end}\r\n\
                     DURATION:{trigger}\r\nAALARM:{end};{trigger};99999999999;x\r\nTZ:{end}\r\nDAYLIGHT:TRUE;+99;{start};{end};A;B\r\n\
                     BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:{trigger}\r\nEND:VALARM"
                );
                let item = item(event(version, &lines), "text/calendar");
                ask(&item);
                visit(&item);
            }
        }
        ask(&item(
            card(&format!("N:x\r\nBDAY:{start}\r\nREV:{start}")),
            "text/vcard",
        ));
        carry(&item(
            card(&format!("FN:x\r\nN:x\r\nBDAY:{start}")),
            "text/vcard",
        ));
        let sif = format!(
            "<appointment><Subject>x</Subject><Start>{start}</Start><End>{start}</End><AllDayEvent>1</AllDayEvent></appointment>"
        );
        ask(&item(sif.clone(), "text/x-s4j-sife"));
        let _ = outlook::write(&outlook::read(sif.as_bytes(), &view()), &view());
    }
}

/// An event on its way through every form.
fn visit(item: &Content) {
    let sent = read(&item.body, Reading::default()).unwrap();
    let ours = calendar::read(&sent, &view());
    for version in [Version::Calendar10, Version::Calendar20] {
        if let Ok(shown) = calendar::render(&ours, version, &view()) {
            let size =
                super::model::write(&shown.document, &super::model::Spelling::of(version)).len();
            assert!(
                size <= 64 * (item.body.len() + 4096),
                "{size} bytes of {}",
                item.body.len()
            );
            let _ = calendar::read(&shown.document, &view());
        }
    }
    if let Ok(written) = outlook::write(&ours, &view()) {
        let _ = outlook::read(&written.body, &view());
    }
}

#[test]
fn rules_of_a_billion_occurrences_are_told_in_bounded_work() {
    let rules = [
        "FREQ=SECONDLY;COUNT=1000000000",
        "FREQ=SECONDLY;UNTIL=99991231T235959Z",
        "FREQ=DAILY;COUNT=1000000000;BYSETPOS=-1;BYDAY=MO,TU",
        "FREQ=YEARLY;INTERVAL=2000000000;COUNT=4294967295",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO;BYSETPOS=5;COUNT=1000000000",
        "FREQ=MINUTELY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;BYSECOND=0,30;COUNT=1000000000",
        "FREQ=YEARLY;BYDAY=53MO,-53MO,1MO;BYYEARDAY=366,-366;BYWEEKNO=53,-53",
        "FREQ=DAILY;INTERVAL=0;COUNT=1000000000",
    ];
    for rule in rules {
        for start in [
            "DTSTART:20060105T080000Z",
            "DTSTART;TZID=Europe/Prague:20060105T090000",
            "DTSTART;VALUE=DATE:20060105",
            "DTSTART:99991231T235959Z",
        ] {
            visit(&item(
                event("2.0", &format!("SUMMARY:x\r\n{start}\r\nRRULE:{rule}")),
                "text/calendar",
            ));
        }
    }
    for rule in [
        "D1 #1000000000",
        "W1 MO TU WE 99991231T235959Z",
        "M1 #1000000000",
        "MP1 1+ MO 5- FR #999999999",
        "YD999999999 366 #0",
        "D0 #0",
    ] {
        visit(&item(
            event(
                "1.0",
                &format!("SUMMARY:x\r\nDTSTART:20060105T080000Z\r\nRRULE:{rule}"),
            ),
            "text/x-vcalendar",
        ));
    }
    let dates = "20060105T080000Z,".repeat(200_000);
    visit(&item(
        event(
            "2.0",
            &format!(
                "DTSTART:20060105T080000Z\r\nRRULE:FREQ=DAILY\r\nEXDATE:{dates}\r\nRDATE:{dates}"
            ),
        ),
        "text/calendar",
    ));
}

#[test]
fn many_that_are_alike_are_compared_in_time_linear_to_them() {
    let numbers: Vec<_> = (0..MAX_PROPERTIES)
        .map(|at| format!("TEL:{at}\r\nEMAIL:{at}@example.org\r\n"))
        .collect();
    let numbers = numbers.concat();
    let one = item(card(&format!("N:Doe;Jane\r\n{numbers}")), "text/vcard");
    let other = item(card(&format!("N:Doe;Jane;Ann\r\n{numbers}")), "text/vcard");
    assert_eq!(likeness(&one, &other), super::Likeness::Close);
    let name = "a\u{301} ".repeat(50_000);
    let one = item(card(&format!("FN:{name}")), "text/vcard");
    assert_eq!(likeness(&one, &one), super::Likeness::Namesake);
}
