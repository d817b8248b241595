//! Files as devices and other programs write them.

use super::*;

fn texts(kind: FileKind, text: &str) -> (Vec<String>, usize) {
    let Pieces { bodies, unreadable } = split(kind, text.as_bytes());
    (
        bodies
            .into_iter()
            .map(|body| String::from_utf8(body).unwrap())
            .collect(),
        unreadable,
    )
}

const CARDS: FileKind = FileKind::Cards("VCARD");

#[test]
fn a_file_of_cards_is_taken_apart_byte_for_byte() {
    let one = "BEGIN:VCARD\r\nVERSION:2.1\r\nN:Doe;Jane\r\nEND:VCARD\r\n";
    let two = "begin:vcard\nversion:3.0\nfn:Bob \nend:vcard";
    assert_eq!(
        texts(CARDS, &format!("\u{feff}{one}\r\n{two}")),
        (vec![one.to_owned(), two.to_owned()], 0)
    );
}

#[test]
fn a_card_within_a_card_stays_there() {
    let card = "BEGIN:VCARD\nAGENT:\nBEGIN:VCARD\nFN:Agent\nEND:VCARD\nFN:Boss\nEND:VCARD\n";
    assert_eq!(texts(CARDS, card), (vec![card.to_owned()], 0));
}

#[test]
fn what_is_cut_off_is_counted_and_costs_its_neighbours_nothing() {
    let good = "BEGIN:VCARD\nFN:Good\nEND:VCARD\n";
    assert_eq!(
        texts(CARDS, &format!("BEGIN:VCARD\nFN:Cut\n{good}")),
        (vec![good.to_owned()], 1)
    );
    assert_eq!(
        texts(CARDS, &format!("{good}BEGIN:VCARD\nFN:Cut")),
        (vec![good.to_owned()], 1)
    );
    assert_eq!(
        texts(CARDS, &format!("rubbish\nmore\n{good}END:VCARD\n")),
        (vec![good.to_owned()], 2)
    );
    assert_eq!(texts(CARDS, "no card at all"), (vec![], 1));
    assert_eq!(texts(CARDS, "\n\n"), (vec![], 0));
}

const ZONE: &str =
    "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nBEGIN:STANDARD\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";
const OTHER_ZONE: &str = "BEGIN:VTIMEZONE\r\nTZID:Asia/Tokyo\r\nEND:VTIMEZONE\r\n";

#[test]
fn each_entry_of_a_calendar_takes_its_time_zone_along() {
    let berlin = "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Europe/\r\n Berlin:20240101T100000\r\nEND:VEVENT\r\n";
    let task = "BEGIN:VTODO\r\nUID:2\r\nEND:VTODO\r\n";
    let head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n";
    let file = format!("{head}{ZONE}{OTHER_ZONE}{berlin}{task}END:VCALENDAR\r\n");
    let event = format!("{head}{ZONE}{berlin}END:VCALENDAR\r\n");
    let todo = format!("{head}{task}END:VCALENDAR\r\n");
    assert_eq!(texts(FileKind::Calendar, &file), (vec![event, todo], 0));
}

#[test]
fn a_series_and_its_exceptions_stay_together() {
    let series = "BEGIN:VEVENT\nUID:long-\n name\nRRULE:FREQ=DAILY\nBEGIN:VALARM\nUID:alarm\nEND:VALARM\nEND:VEVENT\n";
    let between = "BEGIN:VEVENT\nUID:other\nEND:VEVENT\n";
    let exception = "BEGIN:VEVENT\nUID:long-name\nRECURRENCE-ID:20240102\nEND:VEVENT\n";
    let file = format!("BEGIN:VCALENDAR\n{series}{between}{exception}END:VCALENDAR\n");
    let (bodies, unreadable) = texts(FileKind::Calendar, &file);
    assert_eq!(unreadable, 0);
    assert_eq!(
        bodies,
        [
            format!("BEGIN:VCALENDAR\n{series}{exception}END:VCALENDAR\n"),
            format!("BEGIN:VCALENDAR\n{between}END:VCALENDAR\n")
        ]
    );
}

#[test]
fn a_calendar_of_one_entry_is_kept_as_it_is() {
    let file = format!(
        "BEGIN:VCALENDAR\r\nX-WR-CALNAME:a\r\n{ZONE}BEGIN:VEVENT\r\nEND:VEVENT\r\nX-LATE:b\r\nEND:VCALENDAR\r\n"
    );
    assert_eq!(texts(FileKind::Calendar, &file), (vec![file.clone()], 0));
}

#[test]
fn calendars_follow_one_another_and_a_broken_one_is_counted() {
    let good = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VEVENT\nEND:VCALENDAR\n";
    let broken = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n";
    assert_eq!(
        texts(FileKind::Calendar, &format!("{good}{broken}{good}")),
        (vec![good.to_owned(); 2], 1)
    );
    assert_eq!(
        texts(
            FileKind::Calendar,
            "BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n"
        ),
        (vec![], 0),
        "an empty calendar"
    );
}

#[test]
fn a_text_is_one_note_and_a_blank_one_is_none() {
    assert_eq!(
        texts(FileKind::Text, "buy milk\n"),
        (vec!["buy milk\n".to_owned()], 0)
    );
    assert_eq!(texts(FileKind::Text, " \n"), (vec![], 1));
}

#[test]
fn files_are_known_by_their_names() {
    let kind = |name: &str| FileKind::of(Path::new(name));
    assert_eq!(kind("a.VCF"), Some(CARDS));
    assert_eq!(kind("a.vcs"), Some(FileKind::Calendar));
    assert_eq!(kind("a.txt"), Some(FileKind::Text));
    assert_eq!((kind("a.jpg"), kind("vcf")), (None, None));
}
