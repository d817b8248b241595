//! The items that devices carry: made from a seed, about 1 KB each, in UTF-8, some with a photo.
//!
//! What makes an item *the same thing* to a slow sync (name and company, summary and start, first
//! line) depends on its key alone; everything else changes with its edition.

use std::fmt::Write as _;

/// What a store holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Contacts,
    Calendar,
    Todo,
    Memo,
}

/// Which generation of formats a device speaks on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Formats {
    /// vCard 3.0 and iCalendar 2.0.
    Modern,
    /// vCard 2.1 and vCalendar 1.0, as phones of the years of `SyncML` 1.0 and 1.1 do.
    Old,
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::Contacts, Self::Calendar, Self::Todo, Self::Memo];

    /// The device's name for the store.
    pub fn source(self) -> &'static str {
        match self {
            Self::Contacts => "contacts",
            Self::Calendar => "calendar",
            Self::Todo => "todo",
            Self::Memo => "memo",
        }
    }

    /// The server's name for the store.
    pub fn datastore(self) -> &'static str {
        match self {
            Self::Contacts => "contacts",
            Self::Calendar => "calendar",
            Self::Todo => "tasks",
            Self::Memo => "notes",
        }
    }

    /// The format of the device's own files.
    pub fn file_format(self) -> &'static str {
        match self {
            Self::Contacts => "text/vcard",
            Self::Calendar | Self::Todo => "text/calendar",
            Self::Memo => "text/plain",
        }
    }

    /// The format on the wire.
    pub fn wire_format(self, formats: Formats) -> &'static str {
        match (self, formats) {
            (Self::Contacts, Formats::Old) => "text/x-vcard",
            (Self::Calendar | Self::Todo, Formats::Old) => "text/x-vcalendar",
            (_, Formats::Modern) | (Self::Memo, Formats::Old) => self.file_format(),
        }
    }
}

/// Numbers from a seed (SplitMix64): the same everywhere, so a seed names a run.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 to `end - 1`.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).expect("usize is at most 64 bits");
        usize::try_from(self.roll() % end).expect("less than `end`")
    }

    pub fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    /// An order by chance (Fisher and Yates).
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }
}

const FIRST: &[&str] = &[
    "Anna",
    "Björn",
    "Chloé",
    "Dmitri",
    "Łucja",
    "Ματθαίος",
    "Ольга",
    "美咲",
    "دانيال",
    "Zoë",
];
const LAST: &[&str] = &[
    "Müller",
    "Šimek",
    "Øvergård",
    "García",
    "Иванова",
    "Παπαδόπουλος",
    "田中",
    "O'Neill",
    "Smith",
];
const CITY: &[&str] = &[
    "Zürich",
    "Łódź",
    "São Paulo",
    "Αθήνα",
    "Reykjavík",
    "東京",
    "London",
];
const WORDS: &[&str] = &[
    "harbour",
    "anchor",
    "tide",
    "grüße",
    "naïve",
    "façade",
    "встреча",
    "会議",
    "before",
    "after",
    "the",
    "quay",
    "rope",
    "lantern",
    "señal",
    "mañana",
];

/// Item `key` in its edition `edition`; every fifth contact has a photo of 1,500 bytes.
pub fn item(kind: Kind, seed: u64, key: u32, edition: u32) -> String {
    match kind {
        Kind::Contacts => contact(
            seed,
            key,
            edition,
            if key.is_multiple_of(5) { 1500 } else { 0 },
        ),
        Kind::Calendar => event(seed, key, edition),
        Kind::Todo => todo(seed, key, edition),
        Kind::Memo => memo(seed, key, edition),
    }
}

/// The key of an item, wherever a device keeps it; `None` for an item that is none of ours.
pub fn key_of(text: &str) -> Option<u32> {
    let unfolded = text.replace("\r\n", "\n").replace("\n ", "");
    let (_, rest) = unfolded.split_once("anchorage-")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// A contact as vCard 3.0, with a photo of `photo_bytes` unless that is 0.
pub fn contact(seed: u64, key: u32, edition: u32, photo_bytes: usize) -> String {
    let mut same = Dice::new(seed ^ (u64::from(key) << 20));
    let mut dice = dice(seed, key, edition);
    let (first, last) = (same.pick(FIRST), same.pick(LAST));
    let mut out = Lines::default();
    out.line("BEGIN:VCARD");
    out.line("VERSION:3.0");
    out.line(&format!("N:{last};{first};anchorage-{key};;"));
    out.line(&format!("FN:{first} anchorage-{key} {last}"));
    out.line(&format!("ORG:Haven & Sons {}", same.below(10)));
    out.line(&format!("TITLE:Edition {edition}"));
    for kind in ["CELL", "WORK", "HOME"] {
        out.line(&format!(
            "TEL;TYPE={kind}:+{} {} {}",
            1 + dice.below(98),
            100 + dice.below(900),
            dice.below(10_000_000)
        ));
    }
    out.line(&format!("EMAIL;TYPE=WORK:user{key}@example.org"));
    out.line(&format!(
        "EMAIL;TYPE=HOME:u{}.{key}@example.net",
        dice.below(1000)
    ));
    for kind in ["WORK", "HOME"] {
        out.line(&format!(
            "ADR;TYPE={kind}:;;Quay Street {};{};;{:05};Ísland",
            1 + dice.below(200),
            dice.pick(CITY),
            dice.below(100_000)
        ));
    }
    out.line(&format!("URL:http://www.example.org/{key}"));
    out.line(&format!(
        "BDAY:{}-{:02}-{:02}",
        1950 + same.below(50),
        1 + same.below(12),
        1 + same.below(28)
    ));
    out.line(&format!(
        "NOTE:{}\\n{}",
        prose(&mut dice, 40),
        prose(&mut dice, 12)
    ));
    if photo_bytes > 0 {
        out.line(&format!(
            "PHOTO;ENCODING=b;TYPE=JPEG:{}",
            photo(&mut dice, photo_bytes)
        ));
    }
    out.line("END:VCARD");
    out.0
}

fn event(seed: u64, key: u32, edition: u32) -> String {
    let mut same = Dice::new(seed ^ (u64::from(key) << 20));
    let mut dice = dice(seed, key, edition);
    let (month, day, hour) = (1 + same.below(12), 1 + same.below(20), 6 + same.below(14));
    let mut out = Lines::calendar("VEVENT");
    out.line(&format!("UID:event-{seed}-{key}@example.org"));
    out.line("DTSTAMP:20260101T000000Z");
    out.line(&format!("SUMMARY:anchorage-{key} {}", prose(&mut same, 3)));
    out.line(&format!("LOCATION:{}", dice.pick(CITY)));
    out.line(&format!(
        "DESCRIPTION:edition {edition} {}",
        prose(&mut dice, 70)
    ));
    if key.is_multiple_of(4) {
        out.line(&format!("DTSTART;VALUE=DATE:2026{month:02}{day:02}"));
        out.line(&format!("DTEND;VALUE=DATE:2026{month:02}{:02}", day + 1));
    } else {
        out.line(&format!("DTSTART:2026{month:02}{day:02}T{hour:02}3000Z"));
        out.line(&format!(
            "DTEND:2026{month:02}{day:02}T{:02}1500Z",
            hour + 1
        ));
    }
    if key % 4 == 2 {
        // Devices turn COUNT into UNTIL, so it is UNTIL from the start.
        out.line(&format!(
            "RRULE:FREQ=DAILY;INTERVAL=2;UNTIL=2026{month:02}{:02}T{hour:02}3000Z",
            day + 6
        ));
    }
    out.line("CLASS:PUBLIC");
    out.line(&format!(
        "CATEGORIES:{}",
        dice.pick(&["BUSINESS", "PERSONAL", "MEETING"])
    ));
    out.line("TRANSP:OPAQUE");
    out.line("SEQUENCE:0");
    out.end_calendar("VEVENT")
}

fn todo(seed: u64, key: u32, edition: u32) -> String {
    let mut same = Dice::new(seed ^ (u64::from(key) << 20));
    let mut dice = dice(seed, key, edition);
    let mut out = Lines::calendar("VTODO");
    out.line(&format!("UID:todo-{seed}-{key}@example.org"));
    out.line("DTSTAMP:20260101T000000Z");
    out.line(&format!("SUMMARY:anchorage-{key} {}", prose(&mut same, 3)));
    out.line(&format!(
        "DESCRIPTION:edition {edition} {}",
        prose(&mut dice, 70)
    ));
    out.line(&format!(
        "DUE:2026{:02}{:02}T120000Z",
        1 + same.below(12),
        1 + same.below(28)
    ));
    // The client keeps these two also by way of vCalendar 1.0, which has three in all.
    out.line(&format!("PRIORITY:{}", dice.pick(&["1", "7"])));
    out.line("STATUS:NEEDS-ACTION");
    out.line("CLASS:PUBLIC");
    out.line("SEQUENCE:0");
    out.end_calendar("VTODO")
}

fn memo(seed: u64, key: u32, edition: u32) -> String {
    let mut same = Dice::new(seed ^ (u64::from(key) << 20));
    let mut dice = dice(seed, key, edition);
    let mut out = format!("anchorage-{key} {}\nedition {edition}", prose(&mut same, 3));
    for _ in 0..8 {
        out.push('\n');
        out.push_str(&prose(&mut dice, 12));
    }
    out
}

fn dice(seed: u64, key: u32, edition: u32) -> Dice {
    Dice::new(seed ^ (u64::from(key) << 20) ^ (u64::from(edition) << 44) ^ 0xED17)
}

fn prose(dice: &mut Dice, words: usize) -> String {
    let words: Vec<_> = (0..words).map(|_| dice.pick(WORDS)).collect();
    words.join(" ")
}

/// Bytes by chance in the envelope of a JPEG, in base64; no device looks further.
fn photo(dice: &mut Dice, bytes: usize) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::from("/9j/4AAQSkZJRgABAQAAAQABAAD/");
    for _ in 0..bytes.div_ceil(3) * 4 {
        out.push(char::from(ALPHABET[dice.below(64)]));
    }
    out
}

/// Lines as RFC 2425 and RFC 5545 write them: folded at 75 bytes, ended by CR LF.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn calendar(component: &str) -> Self {
        let mut out = Self::default();
        for line in [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Anchorage//real clients//EN",
        ] {
            out.line(line);
        }
        out.line(&format!("BEGIN:{component}"));
        out
    }

    fn end_calendar(mut self, component: &str) -> String {
        self.line(&format!("END:{component}"));
        self.line("END:VCALENDAR");
        self.0
    }

    fn line(&mut self, text: &str) {
        let mut width = 0;
        for c in text.chars() {
            if width + c.len_utf8() > 74 {
                self.0.push_str("\r\n ");
                width = 1;
            }
            width += c.len_utf8();
            self.0.push(c);
        }
        self.0.write_str("\r\n").expect("a string grows");
    }
}
