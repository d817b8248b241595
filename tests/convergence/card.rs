//! Contacts and notes as the devices of a history write and read them, field by field. Each value names the edit that
//! set it. What is read here is read without the server's own reading.

use std::collections::BTreeMap;

use crate::body::Mark;
use crate::lines::{Line, lines};

/// A field of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    Title,
    Org,
    Role,
    Note,
    Url,
    Cell,
    Home,
    Email,
    Street,
    City,
    /// A property that no specification knows.
    Hull,
    /// Of a note: what stands below its title.
    Text,
    /// Of an event: start and end.
    When,
    Place,
    Details,
    Rule,
    Alarm,
    Kinds,
    Class,
    Priority,
    Status,
    /// Of a task: when it is to be done, and when it was.
    Due,
    Completed,
}

/// The fields of a contact.
pub const CONTACT: [Field; 11] = [
    Field::Title,
    Field::Org,
    Field::Role,
    Field::Note,
    Field::Url,
    Field::Cell,
    Field::Home,
    Field::Email,
    Field::Street,
    Field::City,
    Field::Hull,
];

/// The values of an item; a field without one is not there. Of telephones and the like there may be several. Of addresses
/// the street and the city of one stand at the same place, one of them empty if need be.
pub type Fields = BTreeMap<Field, Vec<String>>;

/// How a device spells items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Card21,
    Card30,
    Text,
    Note11,
    Calendar10,
    Calendar20,
}

impl Form {
    /// Its type and version.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Card21 => ("text/x-vcard", "2.1"),
            Self::Card30 => ("text/vcard", "3.0"),
            Self::Text => ("text/plain", "1.0"),
            Self::Note11 => ("text/x-vnote", "1.1"),
            Self::Calendar10 => ("text/x-vcalendar", "1.0"),
            Self::Calendar20 => ("text/calendar", "2.0"),
        }
    }
}

impl Field {
    /// Name of the property and its type, in the spelling of vCard 2.1.
    pub const fn property(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Title => ("TITLE", None),
            Self::Org => ("ORG", None),
            Self::Role => ("ROLE", None),
            Self::Note => ("NOTE", None),
            Self::Url => ("URL", None),
            Self::Cell => ("TEL", Some("CELL")),
            Self::Home => ("TEL", Some("HOME")),
            Self::Email => ("EMAIL", Some("INTERNET")),
            Self::Street | Self::City => ("ADR", Some("HOME")),
            Self::Hull => ("X-HULL", None),
            Self::Text => ("BODY", None),
            Self::When => ("DTSTART", None),
            Self::Place => ("LOCATION", None),
            Self::Details => ("DESCRIPTION", None),
            Self::Rule => ("RRULE", None),
            Self::Alarm => ("AALARM", None),
            Self::Kinds => ("CATEGORIES", None),
            Self::Class => ("CLASS", None),
            Self::Priority => ("PRIORITY", None),
            Self::Status => ("STATUS", None),
            Self::Due => ("DUE", None),
            Self::Completed => ("COMPLETED", None),
        }
    }

    /// Whether an item has one of it at most.
    const fn is_single(self) -> bool {
        !matches!(
            self,
            Self::Url
                | Self::Cell
                | Self::Home
                | Self::Email
                | Self::Street
                | Self::City
                | Self::Kinds
                | Self::Alarm
        )
    }

    /// Whether a value is free text, which names its edit by itself.
    pub const fn is_text(self) -> bool {
        !matches!(
            self,
            Self::When
                | Self::Rule
                | Self::Alarm
                | Self::Class
                | Self::Priority
                | Self::Status
                | Self::Due
                | Self::Completed
        )
    }

    /// Whether no item is without it.
    pub const fn is_needed(self) -> bool {
        matches!(self, Self::When | Self::Due)
    }

    /// A value that this edit sets, with so much behind its number.
    pub fn value(self, edit: usize, pad: usize) -> String {
        if matches!(self, Self::Cell | Self::Home) {
            format!("{DIAL}{edit:06}")
        } else {
            format!("E{edit}.{}", ["x", "y", "z"][edit % 3].repeat(pad))
        }
    }
}

const DIAL: &str = "+4930";

/// The edit that set a value.
pub fn edit_of(value: &str) -> Option<usize> {
    if let Some(number) = value.strip_prefix(DIAL) {
        return number.parse().ok();
    }
    let (number, _) = value.strip_prefix('E')?.split_once('.')?;
    number.parse().ok()
}

/// An item as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    pub form: Form,
    pub mark: Mark,
    pub fields: Fields,
}

impl Read {
    /// Every edit that shows in it.
    pub fn edits(&self) -> impl Iterator<Item = usize> {
        let values = self.fields.values().flatten();
        let edits = values.filter_map(|value| edit_of(value));
        edits.chain([self.mark.edit])
    }

    /// Fields that are there more than once, and should not.
    pub fn doubled(&self) -> Vec<Field> {
        let fields = self.fields.iter();
        let doubled = fields.filter(|(field, values)| field.is_single() && values.len() > 1);
        doubled.map(|(field, _)| *field).collect()
    }
}

/// The name of an item. It never changes, and says which edit entered it.
pub fn name(mark: Mark) -> String {
    format!("T{}.{}.E{}.", mark.user, mark.tag, mark.tag)
}

/// An item in this form, with or without the name as it is shown (`FN`).
pub fn write(form: Form, mark: Mark, fields: &Fields, shows: bool, stamp: &str) -> Vec<u8> {
    let name = name(mark);
    match form {
        Form::Text => format!("{name}\r\n{}\r\n", text(fields)),
        Form::Note11 => format!(
            "BEGIN:VNOTE\r\nVERSION:1.1\r\nBODY;ENCODING=QUOTED-PRINTABLE:{name}=0D=0A{}=0D=0A\r\nEND:VNOTE\r\n",
            text(fields)
        ),
        Form::Calendar10 | Form::Calendar20 => unreachable!("agenda::write writes these"),
        Form::Card21 | Form::Card30 => {
            let mut lines = vec![
                "BEGIN:VCARD".to_owned(),
                format!("VERSION:{}", form.names().1),
                format!("N:{name};;;;"),
            ];
            lines.extend(shows.then(|| format!("FN:{name}")));
            lines.extend(properties(form, fields));
            lines.extend((!stamp.is_empty()).then(|| format!("REV:{stamp}")));
            lines.push("END:VCARD\r\n".to_owned());
            lines.join("\r\n")
        }
    }
    .into_bytes()
}

fn text(fields: &Fields) -> &str {
    let values = fields.get(&Field::Text);
    values.map_or("", |values| values[0].as_str())
}

fn properties(form: Form, fields: &Fields) -> Vec<String> {
    let mut lines = Vec::new();
    let mut put = |field: Field, value: &str| {
        let (name, word) = field.property();
        let word = match (word, form) {
            (Some(word), Form::Card30) => format!(";TYPE={word}"),
            (Some(word), _) => format!(";{word}"),
            (None, _) => String::new(),
        };
        lines.push(format!("{name}{word}:{value}"));
    };
    for (field, values) in fields {
        let is_address = matches!(field, Field::Street | Field::City);
        for value in values.iter().filter(|_| !is_address) {
            put(*field, value);
        }
    }
    let part = |field, at: usize| {
        let values: Option<&Vec<String>> = fields.get(&field);
        let value = values.and_then(|values| values.get(at));
        value.map_or("", String::as_str)
    };
    let count = |field| fields.get(&field).map_or(0, Vec::len);
    for at in 0..count(Field::Street).max(count(Field::City)) {
        let (street, city) = (part(Field::Street, at), part(Field::City, at));
        put(Field::Street, &format!(";;{street};{city};;;"));
    }
    lines
}

/// An item, read again.
///
/// # Errors
/// What is wrong with it.
pub fn read(body: &[u8]) -> Result<Read, String> {
    let text = std::str::from_utf8(body).map_err(|error| error.to_string())?;
    let fail = || format!("unreadable: {text:?}");
    let mark = || named(text).ok_or_else(fail);
    if text.starts_with("BEGIN:VCALENDAR") {
        return crate::agenda::read::read(text, None);
    }
    let is_card = text.starts_with("BEGIN:VCARD");
    if !is_card && !text.starts_with("BEGIN:VNOTE") {
        return note(Form::Text, text, mark()?);
    }
    let lines = lines(text);
    let value = |name: &str| lines.iter().find(|line| line.name == name);
    if !is_card {
        let body = value("BODY").ok_or_else(fail)?;
        return note(Form::Note11, &body.value, mark()?);
    }
    let mut read = Read {
        form: match value("VERSION").map(|line| line.value.trim()) {
            Some("2.1") => Form::Card21,
            Some("3.0") => Form::Card30,
            _ => return Err(fail()),
        },
        mark: mark()?,
        fields: Fields::new(),
    };
    for line in &lines {
        for (field, value) in fields_of(line) {
            read.fields.entry(field).or_default().push(value);
        }
    }
    let says = |values: &Vec<String>| values.iter().any(|value| !value.is_empty());
    read.fields.retain(|_, values| says(values));
    Ok(read)
}

/// The name in a text.
pub fn named(text: &str) -> Option<Mark> {
    let mut starts = text.match_indices('T').map(|(at, _)| &text[at + 1..]);
    starts.find_map(|rest| {
        let (user, rest) = rest.split_once('.')?;
        let (tag, rest) = rest.split_once('.')?;
        let (edit, _) = rest.strip_prefix('E')?.split_once('.')?;
        Some(Mark {
            user: user.parse().ok()?,
            tag: tag.parse().ok()?,
            edit: edit.parse().ok()?,
        })
    })
}

fn note(form: Form, text: &str, mark: Mark) -> Result<Read, String> {
    let (title, rest) = text.split_once('\n').unwrap_or((text, ""));
    if title.trim_end() != name(mark) {
        return Err(format!("another title: {text:?}"));
    }
    let rest = rest.trim_end();
    let there = (!rest.is_empty()).then(|| (Field::Text, vec![rest.to_owned()]));
    Ok(Read {
        form,
        mark,
        fields: there.into_iter().collect(),
    })
}

/// What a property of a contact says of which field.
fn fields_of(line: &Line) -> Vec<(Field, String)> {
    let has = |word: &str| line.words.iter().any(|known| known == word);
    let whole = |field| vec![(field, line.value.trim().to_owned())];
    match line.name.as_str() {
        "TITLE" => whole(Field::Title),
        // One unit of an organisation, whatever is left empty behind it.
        "ORG" => vec![(Field::Org, line.value.trim_end_matches(';').to_owned())],
        "ROLE" => whole(Field::Role),
        "NOTE" => whole(Field::Note),
        "URL" => whole(Field::Url),
        "TEL" => {
            let kind = if has("CELL") {
                Field::Cell
            } else {
                Field::Home
            };
            vec![(kind, line.value.trim().replace(' ', ""))]
        }
        "EMAIL" => whole(Field::Email),
        "ADR" => {
            let mut parts = line.value.split(';').skip(2);
            let mut part = || parts.next().unwrap_or_default().to_owned();
            vec![(Field::Street, part()), (Field::City, part())]
        }
        "X-HULL" => whole(Field::Hull),
        _ => Vec::new(),
    }
}
