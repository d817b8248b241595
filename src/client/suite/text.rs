//! Templates of messages, and the items of the cases.

/// The word that names an item, in this run and nowhere else.
pub fn word(tag: &str, name: &str) -> String {
    format!("{tag}-{name}-x")
}

/// The body of an item: a vCard 2.1 of at least so many bytes, with `text` in it.
pub fn card(tag: &str, name: &str, text: &str, bytes: usize) -> String {
    let word = word(tag, name);
    let title = if text.is_empty() {
        String::new()
    } else {
        format!("TITLE:{text}\r\n")
    };
    let card =
        format!("BEGIN:VCARD\r\nVERSION:2.1\r\nN:{word};Trial\r\nFN:Trial {word}\r\n{title}");
    // Words, not one long one: a server may fold lines where it likes.
    let filler = "lighthouse harbour ".repeat(bytes.saturating_sub(card.len()).div_ceil(19));
    let note = if filler.is_empty() {
        filler
    } else {
        format!("NOTE:{}\r\n", filler.trim_end())
    };
    format!("{card}{note}END:VCARD\r\n")
}

/// A template with each `{name}` replaced by what `value` has for it. `{times:3:ab}` is `ababab`.
///
/// # Errors
/// A sentence, when there is no such value.
pub fn filled(template: &str, value: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (name, after) = after.split_once('}').ok_or("a placeholder has no end")?;
        let repeated = name
            .strip_prefix("times:")
            .and_then(|rest| rest.split_once(':'));
        match repeated {
            Some((times, text)) => {
                let times: usize = times.parse().map_err(|_| format!("{times} is no number"))?;
                out.push_str(&text.repeat(times));
            }
            None => out.push_str(&value(name).ok_or_else(|| format!("there is no {{{name}}}"))?),
        }
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// Text for XML; a CR survives.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('\r', "&#13;")
}

/// Bytes from hexadecimal digits, blanks skipped; `None` when they are none.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    let pairs = digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(&pair.iter().collect::<String>(), 16).ok());
    if digits.len().is_multiple_of(2) {
        pairs.collect()
    } else {
        None
    }
}

/// A text in two halves, the first so many bytes long, cut where a character ends.
pub fn halves(text: &str, first: usize) -> (&str, &str) {
    let at = (0..=first.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at));
    text.split_at_checked(at.unwrap_or_default())
        .unwrap_or((text, ""))
}
