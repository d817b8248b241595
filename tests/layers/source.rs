//! A Rust file as the layer check sees it: words and signs with their lines, without comments and
//! strings, and what its paths name. No parser: what it looks for are paths, and those are plain.

/// A word or a sign of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Token<'a> {
    line: usize,
    text: &'a str,
}

/// Something a path in the source names, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// Line, from 1.
    pub line: usize,
    /// A module of the crate, the first word of another path, or a call such as `Instant::now`.
    pub name: String,
}

/// What one file names.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Paths {
    /// Modules at the root of the crate, by `crate::`, `super::` or `self::`, use groups taken apart.
    pub modules: Vec<Named>,
    /// First words of all other paths: outside crates among them.
    pub roots: Vec<Named>,
    /// `X::now`, each as it stands.
    pub clocks: Vec<Named>,
}

/// Reads the paths of a file that is the module `module` of its crate (`["store", "rows"]`; the root: empty).
pub fn paths(source: &str, module: &[&str]) -> Paths {
    let tokens = tokens(source);
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text);
    let mut found = Paths::default();
    let mut module = module
        .iter()
        .map(|name| (*name).to_owned())
        .collect::<Vec<_>>();
    let (mut depth, mut inline) = (0_usize, Vec::new());
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).map_or("", text);
        match token.text {
            "{" => {
                depth += 1;
                if at.checked_sub(2).map_or("", text) == "mod" {
                    module.push(before.to_owned());
                    inline.push(depth);
                }
            }
            "}" => {
                if inline.pop_if(|opened| *opened == depth).is_some() {
                    module.pop();
                }
                depth = depth.saturating_sub(1);
            }
            "crate" | "super" | "self" if text(at + 1) == "::" && before != "::" => {
                let rest = tokens.get(at..).unwrap_or_default();
                found.modules.extend(own(rest, &module).map(|name| Named {
                    line: token.line,
                    name,
                }));
            }
            word if is_word(word) && before != "::" => {
                let is_path = text(at + 1) == "::" || ["use", "crate"].contains(&before);
                if is_path {
                    found.roots.push(Named {
                        line: token.line,
                        name: word.to_owned(),
                    });
                }
            }
            _ => {}
        }
        if text(at + 1) == "::" && text(at + 2) == "now" {
            found.clocks.push(Named {
                line: token.line,
                name: format!("{}::now", token.text),
            });
        }
    }
    found
}

/// The modules at the crate's root that a path beginning with `crate`, `super` or `self` names.
fn own<'a>(path: &'a [Token<'a>], module: &[String]) -> impl Iterator<Item = String> + use<> {
    let mut words = path
        .iter()
        .map(|token| token.text)
        .filter(|text| *text != "::")
        .peekable();
    let mut from = match words.next() {
        Some("self") => module.to_vec(),
        Some("super") => module
            .split_last()
            .map_or_else(Vec::new, |(_, outer)| outer.to_vec()),
        _ => Vec::new(),
    };
    while words.next_if_eq(&"super").is_some() {
        from.pop();
    }
    let names = match from.first() {
        Some(first) => vec![first.clone()],
        None if words.peek() == Some(&"{") => group(words),
        None => words.next().map(str::to_owned).into_iter().collect(),
    };
    names.into_iter()
}

/// The first word of each path in a use group.
fn group<'a>(words: impl Iterator<Item = &'a str>) -> Vec<String> {
    let (mut depth, mut first, mut names) = (0_usize, true, Vec::new());
    for word in words {
        match word {
            "{" => depth += 1,
            "}" => depth -= 1,
            "," if depth == 1 => first = true,
            name if first => {
                names.push(name.to_owned());
                first = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    names
}

/// Takes a source apart.
fn tokens(source: &str) -> Vec<Token<'_>> {
    let (mut tokens, mut rest, mut line) = (Vec::new(), source, 1);
    while let Some(first) = rest.chars().next() {
        let (length, is_token) = match first {
            '/' if rest.starts_with("//") => (rest.find('\n').unwrap_or(rest.len()), false),
            '/' if rest.starts_with("/*") => (comment(rest), false),
            '"' => (string(rest), false),
            '\'' => (quote(rest), false),
            'r' | 'b' | 'c' if raw(rest).is_some() => (raw(rest).unwrap_or(1), false),
            c if is_letter(c) => (rest.find(|c| !is_letter(c)).unwrap_or(rest.len()), true),
            ':' if rest.starts_with("::") => (2, true),
            c => (c.len_utf8(), !c.is_whitespace()),
        };
        let (text, after) = rest.split_at(length);
        if is_token {
            tokens.push(Token { line, text });
        }
        line += text.matches('\n').count();
        rest = after;
    }
    tokens
}

/// The length of a block comment; they nest.
fn comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest.starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// The length of a string, its quotes included.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a character with its quotes, or of the sign that opens a lifetime.
fn quote(text: &str) -> usize {
    let mut inside = text.char_indices().skip(1);
    match inside.next() {
        Some((_, '\\')) => inside
            .skip(1)
            .find(|(_, c)| *c == '\'')
            .map_or(text.len(), |(at, _)| at + 1),
        Some(_) => inside
            .next()
            .filter(|(_, c)| *c == '\'')
            .map_or(1, |(at, _)| at + 1),
        None => 1,
    }
}

/// The length of a raw string, if one begins here.
fn raw(text: &str) -> Option<usize> {
    let opened = text
        .strip_prefix('b')
        .or_else(|| text.strip_prefix('c'))
        .unwrap_or(text)
        .strip_prefix('r')?;
    let hashes = opened.bytes().take_while(|byte| *byte == b'#').count();
    let body = opened.get(hashes..)?.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let start = text.len() - body.len();
    Some(
        body.find(&end)
            .map_or(text.len(), |at| start + at + end.len()),
    )
}

/// Whether a character belongs to a word.
fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether a token is a word.
fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}
