//! Content lines as they stand in a body, read without the server's own reading.

/// One property as it stands.
pub struct Line {
    pub name: String,
    /// What stands between the name and the value, in capitals.
    pub words: Vec<String>,
    pub value: String,
}

impl Line {
    /// The zone that is named beside a time.
    pub fn zone(&self) -> Option<String> {
        let at = self.words.iter().position(|word| word == "TZID")?;
        self.words.get(at + 1).cloned()
    }
}

/// The properties of an object, put together where they were folded or broken.
pub fn lines(text: &str) -> Vec<Line> {
    let mut whole: Vec<String> = Vec::new();
    for line in text.lines() {
        let is_broken =
            |last: &&mut String| last.contains("QUOTED-PRINTABLE") && last.ends_with('=');
        let is_folded = line.starts_with([' ', '\t']);
        match whole.last_mut() {
            Some(last) if is_folded => last.push_str(&line[1..]),
            Some(last) if is_broken(&last) => {
                last.pop();
                last.push_str(line);
            }
            _ => whole.push(line.to_owned()),
        }
    }
    let parted = whole.iter().filter_map(|line| line.split_once(':'));
    parted
        .map(|(head, value)| {
            let head = head.to_ascii_uppercase();
            let mut words = head.split([';', ',', '=', '"']).map(str::to_owned);
            let name = words.next().unwrap_or_default();
            let words: Vec<_> = words.collect();
            let is_printable = words.iter().any(|word| word == "QUOTED-PRINTABLE");
            Line {
                value: if is_printable {
                    printable(value)
                } else {
                    value.to_owned()
                },
                name,
                words,
            }
        })
        .collect()
}

/// Quoted-printable, of ASCII.
fn printable(value: &str) -> String {
    let mut pieces = value.split('=');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let code = piece
            .get(..2)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        out.push(code.map_or('\u{fffd}', char::from));
        out.push_str(piece.get(2..).unwrap_or_default());
    }
    out
}
