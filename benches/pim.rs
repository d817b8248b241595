//! What it costs to read, compare and render a contact and an event of about one kilobyte.
//!
//! `cargo bench --bench pim`. The goal is 20 microseconds for each; `README.md` says what was seen. `copy` and `split` are
//! what the machine needs to copy the same bytes and to cut them into lines: the measure for the others on a machine that
//! is slower or faster.

use std::hint::black_box;

use anchorage::item::{Content, MediaType};
use anchorage::pim::lens::{Form, Lens};
use anchorage::pim::model::{Reading, Spelling, Version, read, write};
use anchorage::pim::takes::{Taken, Takes};
use anchorage::pim::{digest, twin_key};
use criterion::Criterion;

const CONTACT: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:20061124T101500Z-4711@example.org\r\nFN:Dr. Jane Ann Doe\\, PhD\r\n\
N:Doe;Jane;Ann;Dr.;PhD\r\nNICKNAME:Jay\r\nORG:Acme Incorporated;Research;Laboratory 7\r\nTITLE:Head of Research\r\nROLE:Manager\r\n\
TEL;TYPE=CELL:+420 777 000 111\r\nTEL;TYPE=HOME,VOICE:+420 222 000 111\r\nTEL;TYPE=WORK,VOICE:+420 222 000 222\r\n\
TEL;TYPE=WORK,FAX:+420 222 000 333\r\nEMAIL;TYPE=INTERNET:jane.doe@example.org\r\nEMAIL;TYPE=INTERNET,WORK:jane.doe@acme.example.com\r\n\
URL:http://www.example.org/~jane/index.html\r\nADR;TYPE=HOME:;Flat 2;1 Long Road;Praha;;110 00;Czech Republic\r\n\
ADR;TYPE=WORK:Box 7;Floor 3;12 Industrial Street;Brno;Moravia;602 00;Czech\r\n  Republic\r\nBDAY:1970-01-31\r\n\
CATEGORIES:Family,Friends,Business\r\nNOTE:Met at the conference in Br\u{fc}nn.\\nSpeaks Czech\\, German and English\\; prefer\r\n \
s mail to telephone.\\nHer assistant is Joe Bloggs\\, who knows when she is in t\r\n he office.\r\nX-EVOLUTION-SPOUSE:John Doe\r\n\
X-EVOLUTION-ASSISTANT:Joe Bloggs\r\nREV:20061124T101500Z\r\nEND:VCARD\r\n";

const EVENT: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//Calendar//EN\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Prague\r\n\
BEGIN:STANDARD\r\nTZNAME:CET\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nDTSTART:19701025T030000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\n\
END:STANDARD\r\nBEGIN:DAYLIGHT\r\nTZNAME:CEST\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nDTSTART:19700329T020000\r\n\
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:20061124T101500Z-4712@example.org\r\n\
DTSTAMP:20061124T101500Z\r\nDTSTART;TZID=Europe/Prague:20061127T090000\r\nDTEND;TZID=Europe/Prague:20061127T100000\r\n\
SUMMARY:Meeting of the department\r\nLOCATION:Room 7\r\nDESCRIPTION:The usual things.\\nBring the figures of last week\\, please.\r\n\
RRULE:FREQ=WEEKLY;UNTIL=20070625T070000Z;BYDAY=MO,TH\r\nEXDATE;TZID=Europe/Prague:20061225T090000\r\nCATEGORIES:MEETING,WORK\r\n\
CLASS:PUBLIC\r\nPRIORITY:5\r\nTRANSP:OPAQUE\r\nATTENDEE;CN=Joe Bloggs;PARTSTAT=ACCEPTED:mailto:joe@example.org\r\nBEGIN:VALARM\r\n\
ACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nDESCRIPTION:Meeting\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

fn content(media_type: &str, body: &str) -> Content {
    Content {
        media_type: MediaType::new(media_type),
        body: body.into(),
    }
}

/// What is done to any item, whatever it is, and by which device.
fn measure(
    criterion: &mut Criterion,
    name: &str,
    stored: &Content,
    own: Version,
    old: (&str, Form),
) {
    let mut group = criterion.benchmark_group(name);
    group.bench_function("copy", |b| b.iter(|| black_box(&stored.body).clone()));
    group.bench_function("split", |b| {
        b.iter(|| {
            black_box(&stored.body)
                .split(|b| *b == b'\n')
                .map(<[u8]>::len)
                .sum::<usize>()
        });
    });
    group.bench_function("parse", |b| {
        b.iter(|| read(black_box(&stored.body), Reading::default()));
    });
    group.bench_function("digest", |b| b.iter(|| digest(black_box(stored))));
    group.bench_function("twin_key", |b| b.iter(|| twin_key(black_box(stored))));
    if let Ok(tree) = read(&stored.body, Reading::default()) {
        let how = Spelling::of(own);
        group.bench_function("write", |b| b.iter(|| write(black_box(&tree), &how)));
    }
    let (media_type, form) = old;
    let lens = Lens::of(form);
    group.bench_function("render", |b| b.iter(|| lens.render(black_box(stored))));
    let mut takes = |what: &str, media_type: &str, version: &str| {
        let lens = Lens::of(Form::AsStored);
        let taken = Taken::new(MediaType::new(media_type), version, lens);
        let device = Takes::new(vec![taken]);
        let mut shown = device.shows(stored).into_owned();
        shown.body.extend_from_slice(b"\r\n");
        group.bench_function(format!("{what}/shows"), |b| {
            b.iter(|| device.shows(black_box(stored)).body.len());
        });
        group.bench_function(format!("{what}/made_whole"), |b| {
            b.iter(|| device.made_whole(black_box(&shown), black_box(stored), true));
        });
    };
    takes("same type", stored.media_type.as_str(), "");
    takes("old type", media_type, "");
    let shown = lens.render(stored);
    let mut edited = shown.clone();
    let said = String::from_utf8_lossy(&edited.body).replace("Room 7", "Room 8");
    edited.body = said.replace("Head of", "Chief of").into_bytes();
    for (what, sent) in [("an echo", &shown), ("an edit", &edited)] {
        group.bench_function(format!("apply_edits/{what}"), |b| {
            b.iter(|| {
                lens.apply_edits(Some(black_box(stored)), black_box(stored), black_box(sent))
            });
        });
    }
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let card = ("text/x-vcard", Form::Lines(Version::Card21));
    measure(
        &mut criterion,
        "contact",
        &content("text/vcard", CONTACT),
        Version::Card30,
        card,
    );
    let calendar = ("text/x-vcalendar", Form::Lines(Version::Calendar10));
    measure(
        &mut criterion,
        "event",
        &content("text/calendar", EVENT),
        Version::Calendar20,
        calendar,
    );
    criterion.final_summary();
}
