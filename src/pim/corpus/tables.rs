//! The rows of the tables: fields of items as they are stored, and what becomes of each in each form.

use super::items::content;
use super::way::{Way, lines, stored};

/// What a form does to a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Carried,
    Approximated,
    KeptAside,
}

impl Fate {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Carried => "carried",
            Self::Approximated => "approximated",
            Self::KeptAside => "kept aside",
        }
    }
}

/// One table.
pub struct Table {
    pub title: &'static str,
    pub ways: &'static [Way],
    /// What stands around a line; the second where it is a start or the like itself.
    pub frames: [(&'static str, &'static str); 2],
    /// The field, and its line; several lines are put together with `|`.
    pub rows: &'static [(&'static str, &'static str)],
}

impl Table {
    /// What a form does to the field of a row.
    pub fn fate(&self, row: &str, way: &Way) -> Fate {
        let [usual, bare] = self.frames;
        let is_bare = ["DTSTART", "DUE"].iter().any(|name| row.starts_with(name));
        let (begin, end) = if is_bare { bare } else { usual };
        let row = row.replace('|', "\r\n");
        let item = stored(&content(
            format!("{begin}\r\n{row}\r\n{end}\r\n").as_bytes(),
        ));
        let own = names(&row);
        let said = |item| {
            let mut lines = lines(item);
            lines.retain(|line| own.iter().any(|name| name == name_of(line)));
            lines
        };
        let before = said(&item);
        assert!(!before.is_empty(), "{row} is stored");
        let after = said(&(way.back)(&(way.there)(&item)));
        if before == after {
            Fate::Carried
        } else if after.is_empty() {
            Fate::KeptAside
        } else {
            Fate::Approximated
        }
    }

    /// The row that speaks of such a line, if one does.
    pub fn row(&self, line: &str) -> Option<&'static str> {
        let signature = Signature::of(line);
        let rows = self.rows.iter().map(|(_, row)| *row);
        rows.filter(|row| !row.contains('|')).find(|row| {
            let item = Signature::of(row);
            item.name == signature.name
                && item.params == signature.params
                && item.shape.covers(&signature.shape)
        })
    }
}

/// The names under which a row's lines are told apart.
fn names(row: &str) -> Vec<String> {
    if row.contains("RECURRENCE-ID") {
        return vec!["override".to_owned()];
    }
    if row.starts_with("BEGIN:VALARM") {
        return vec!["VALARM".to_owned()];
    }
    row.lines().map(|line| name_of(line).to_owned()).collect()
}

pub fn name_of(line: &str) -> &str {
    line.split([':', ';']).next().unwrap_or_default()
}

/// What must be alike for a row to speak of a line.
struct Signature {
    name: String,
    params: Vec<String>,
    shape: Shape,
}

/// How a value is built.
#[derive(Debug, PartialEq, Eq)]
enum Shape {
    /// A text whatever it says.
    Text,
    /// One of the words that a version may or may not know, a rule's parts, or digits as `9`.
    Word(String),
    /// How full each part is: not at all, with one value, with more.
    Parts(Vec<u8>),
    /// So many values.
    List(usize),
}

impl Shape {
    fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Parts(all), Self::Parts(some)) => {
                let all = all.iter().copied().chain(std::iter::repeat(0));
                some.iter().zip(all).all(|(here, there)| *here <= there)
            }
            (Self::List(most), Self::List(number)) => number <= most,
            (Self::Text | Self::Word(_) | Self::Parts(_) | Self::List(_), other) => self == other,
        }
    }
}

impl Signature {
    fn of(line: &str) -> Self {
        let (head, value) = line.split_once(':').unwrap_or((line, ""));
        let mut head = head.split(';');
        let name = head.next().unwrap_or_default().to_owned();
        let mut params: Vec<String> = head.map(str::to_lowercase).collect();
        params.sort();
        let shape = match name.as_str() {
            "N" | "ADR" | "ORG" => {
                let full = |part: &str| match part.replace("\\,", "") {
                    part if part.is_empty() => 0,
                    part => 1 + u8::from(part.contains(',')),
                };
                Shape::Parts(value.split(';').map(full).collect())
            }
            "NICKNAME" | "CATEGORIES" if value.contains("\\,") => Shape::List(usize::MAX),
            "NICKNAME" | "CATEGORIES" => Shape::List(value.split(',').count()),
            "RRULE" => {
                let mut keys: Vec<_> = value
                    .split(';')
                    .map(|part| {
                        if part.starts_with("FREQ") {
                            part
                        } else {
                            name_of(part).split('=').next().unwrap_or_default()
                        }
                    })
                    .collect();
                keys.sort_unstable();
                Shape::Word(keys.join(";"))
            }
            "STATUS" | "CLASS" | "TRANSP" | "PRIORITY" | "GENDER" => Shape::Word(value.to_owned()),
            "BDAY" | "ANNIVERSARY" | "DTSTART" | "DTEND" | "DUE" | "COMPLETED" | "EXDATE"
            | "RDATE" => Shape::Word(
                value
                    .chars()
                    .map(|c| if c.is_ascii_digit() { '9' } else { c })
                    .collect(),
            ),
            _ => Shape::Text,
        };
        Self {
            name,
            params,
            shape,
        }
    }
}

/// Fields of a contact as they are stored: what the table is about.
pub const CONTACTS: &[(&str, &str)] = &[
    ("several middle names", "N:Doe;Jane;Ann,Eve;;"),
    (
        "name (family, given, middle, prefix, suffix)",
        "N:Doe;Jane;Ann;Dr.;PhD",
    ),
    ("shown name", "FN:Jane"),
    ("nickname", "NICKNAME:Jay"),
    ("several nicknames", "NICKNAME:Jay,JD"),
    ("telephone, mobile", "TEL;TYPE=cell:1"),
    ("telephone, home", "TEL;TYPE=home,voice:1"),
    ("telephone, fax at work", "TEL;TYPE=work,fax:1"),
    ("telephone, preferred", "TEL;TYPE=home,pref:1"),
    ("telephone, no kind", "TEL:1"),
    ("telephone, ISDN", "TEL;TYPE=isdn:1"),
    ("mail, no kind", "EMAIL:j@example.org"),
    ("mail, work", "EMAIL;TYPE=work:j@example.org"),
    ("web page", "URL:http://example.org/"),
    ("address, home", "ADR;TYPE=home:;;Road;Town;Region;1;UK"),
    (
        "address, second line",
        "ADR;TYPE=home:;Floor;Road;Town;Region;1;UK",
    ),
    ("address label", "LABEL;TYPE=home:Road\\nTown"),
    ("company and department", "ORG:Acme;R&D"),
    ("a third level of a company", "ORG:Acme;R&D;Lab"),
    ("title, role", "TITLE:t"),
    ("note of several lines", "NOTE:a\\nb"),
    ("birthday", "BDAY:1970-01-31"),
    ("birthday with its time", "BDAY:1970-01-31T10:20:30Z"),
    ("birthday without its year", "BDAY:--0131"),
    ("anniversary", "ANNIVERSARY:2001-02-03"),
    ("categories", "CATEGORIES:a,b"),
    ("class", "CLASS:PRIVATE"),
    ("picture", "PHOTO;TYPE=JPEG;ENCODING=b:AAEC"),
    (
        "picture elsewhere",
        "PHOTO;VALUE=uri:http://example.org/a.jpg",
    ),
    ("sound", "SOUND;TYPE=WAVE;ENCODING=b:AAEC"),
    ("public key", "KEY;TYPE=PGP;ENCODING=b:AAEC"),
    ("position", "GEO:1.5;2.5"),
    ("messenger", "IMPP:xmpp:j@example.org"),
    ("gender", "GENDER:F"),
    ("what is unknown", "X-EVOLUTION-SPOUSE;X-A=b:Joe"),
];

pub const NOTES: &[(&str, &str)] = &[
    ("text", "BODY:a"),
    ("categories", "CATEGORIES:a;b"),
    ("what is unknown", "X-A:b"),
];

pub const EVENTS: &[(&str, &str)] = &[
    ("summary", "SUMMARY:s"),
    ("place", "LOCATION:l"),
    ("description of several lines", "DESCRIPTION:a\\nb"),
    (
        "start, on the clock of the device's zone",
        "DTSTART;TZID=Europe/Prague:20060105T090000",
    ),
    (
        "start, on the clock of another zone",
        "DTSTART;TZID=America/New_York:20060105T090000",
    ),
    ("start, in UTC", "DTSTART:20060105T080000Z"),
    (
        "start, in UTC, of what recurs",
        "DTSTART:20060105T080000Z|RRULE:FREQ=DAILY;COUNT=5",
    ),
    ("start, on nobody's clock", "DTSTART:20060105T090000"),
    (
        "start and end",
        "DTSTART:20060105T080000Z|DTEND:20060105T090000Z",
    ),
    (
        "start and duration",
        "DTSTART:20060105T080000Z|DURATION:PT45M",
    ),
    (
        "a whole day",
        "DTSTART;VALUE=DATE:20060105|DTEND;VALUE=DATE:20060106",
    ),
    (
        "several days",
        "DTSTART;VALUE=DATE:20060105|DTEND;VALUE=DATE:20060108",
    ),
    ("daily, so many times", "RRULE:FREQ=DAILY;COUNT=5"),
    ("weekly, without end", "RRULE:FREQ=WEEKLY;INTERVAL=2"),
    (
        "weekly on some days, until a time",
        "RRULE:FREQ=WEEKLY;UNTIL=20060202T080000Z;BYDAY=MO,TH",
    ),
    (
        "monthly on a weekday, so many times",
        "RRULE:FREQ=MONTHLY;COUNT=7;BYDAY=1TH",
    ),
    ("monthly on a day", "RRULE:FREQ=MONTHLY;BYMONTHDAY=5"),
    ("yearly", "RRULE:FREQ=YEARLY"),
    (
        "the last working day of a month",
        "RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    ),
    ("every six hours", "RRULE:FREQ=HOURLY;INTERVAL=6;COUNT=9"),
    (
        "a recurrence left out",
        "RRULE:FREQ=DAILY;COUNT=5|EXDATE;TZID=Europe/Prague:20060106T090000",
    ),
    (
        "a recurrence more",
        "RRULE:FREQ=DAILY;COUNT=5|RDATE;TZID=Europe/Prague:20060120T090000",
    ),
    (
        "a recurrence changed",
        "UID:u|RRULE:FREQ=DAILY;COUNT=5|END:VEVENT|BEGIN:VEVENT|UID:u|RECURRENCE-ID;TZID=Europe/Prague:20060106T090000|DTSTART;TZID=Europe/Prague:20060106T110000|SUMMARY:later",
    ),
    (
        "alarm with a text",
        "BEGIN:VALARM|ACTION:DISPLAY|TRIGGER:-PT15M|DESCRIPTION:Up|END:VALARM",
    ),
    (
        "alarm with a sound",
        "BEGIN:VALARM|ACTION:AUDIO|TRIGGER:-PT15M|END:VALARM",
    ),
    (
        "alarm that repeats",
        "BEGIN:VALARM|ACTION:DISPLAY|TRIGGER:-PT15M|DESCRIPTION:Up|REPEAT:2|DURATION:PT5M|END:VALARM",
    ),
    (
        "alarm at an instant",
        "BEGIN:VALARM|ACTION:DISPLAY|TRIGGER;VALUE=DATE-TIME:20060104T200000Z|DESCRIPTION:Up|END:VALARM",
    ),
    (
        "alarm by the end",
        "BEGIN:VALARM|ACTION:DISPLAY|TRIGGER;RELATED=END:-PT5M|DESCRIPTION:Up|END:VALARM",
    ),
    (
        "alarm by mail",
        "BEGIN:VALARM|ACTION:EMAIL|TRIGGER:-PT15M|SUMMARY:s|DESCRIPTION:d|ATTENDEE:mailto:j@example.org|END:VALARM",
    ),
    ("categories", "CATEGORIES:MEETING,WORK"),
    ("class, private", "CLASS:PRIVATE"),
    ("class, confidential", "CLASS:CONFIDENTIAL"),
    ("priority, the highest", "PRIORITY:1"),
    ("priority, in the middle", "PRIORITY:5"),
    ("priority, in between", "PRIORITY:3"),
    ("status, tentative", "STATUS:TENTATIVE"),
    ("status, confirmed", "STATUS:CONFIRMED"),
    ("status, cancelled", "STATUS:CANCELLED"),
    ("free or busy", "TRANSP:TRANSPARENT"),
    (
        "people",
        "ATTENDEE;CN=John Smith;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED:mailto:js@example.org",
    ),
    ("organizer", "ORGANIZER;CN=Jane:mailto:jane@example.org"),
    ("web page", "URL:http://example.org/"),
    ("position", "GEO:50.08;14.43"),
    (
        "picture or file elsewhere",
        "ATTACH:http://example.org/a.pdf",
    ),
    ("comment", "COMMENT:c"),
    ("name for ever", "UID:u@example.org"),
    ("count of changes", "SEQUENCE:3"),
    ("when it was made", "CREATED:20060101T000000Z"),
    ("what is unknown", "X-FOO;X-A=b:bar"),
];

pub const TASKS: &[(&str, &str)] = &[
    ("summary", "SUMMARY:s"),
    ("description of several lines", "DESCRIPTION:a\\nb"),
    ("due on a day", "DUE;VALUE=DATE:20060112"),
    ("due at a time", "DUE:20060112T170000Z"),
    (
        "start and due on days",
        "DTSTART;VALUE=DATE:20060110|DUE;VALUE=DATE:20060112",
    ),
    ("weekly, so many times", "RRULE:FREQ=WEEKLY;COUNT=3"),
    ("status, not begun", "STATUS:NEEDS-ACTION"),
    ("status, begun", "STATUS:IN-PROCESS"),
    (
        "status, done, and when",
        "STATUS:COMPLETED|COMPLETED:20060111T101500Z",
    ),
    ("status, given up", "STATUS:CANCELLED"),
    ("how much is done", "PERCENT-COMPLETE:40"),
    ("priority, the highest", "PRIORITY:1"),
    ("priority, in between", "PRIORITY:3"),
    ("categories", "CATEGORIES:Home"),
    ("class, private", "CLASS:PRIVATE"),
    (
        "alarm with a text",
        "BEGIN:VALARM|ACTION:DISPLAY|TRIGGER;RELATED=END:-PT15M|DESCRIPTION:Up|END:VALARM",
    ),
    ("what is unknown", "X-FOO;X-A=b:bar"),
];
