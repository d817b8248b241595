//! Puts a configuration together from its four sources, and says of each value where it came from.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::{Config, KEYS, Key, Shape};

/// Where to look. Time, environment and command line are arguments, so that a test can give its own.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The file the command line names; it must exist.
    pub file: Option<PathBuf>,
    /// The environment, all of it.
    pub environment: Vec<(String, String)>,
    /// What the command line says: key and value.
    pub flags: Vec<(&'static str, String)>,
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Nobody said anything.
    Default,
    /// This line of this file.
    File(PathBuf, usize),
    /// This environment variable.
    Environment(String),
    /// The command line.
    Flag,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path, line) => write!(f, "{}:{line}", path.display()),
            Self::Environment(name) => f.write_str(name),
            Self::Flag => f.write_str("command line"),
        }
    }
}

/// One thing that is wrong with a configuration.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The file cannot be read.
    #[error("cannot read the configuration {path}: {cause}")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// The file is not TOML.
    #[error("{path}:{line}: {message}")]
    Syntax {
        /// Which file.
        path: PathBuf,
        /// In which line, counted from 1.
        line: usize,
        /// What TOML's reader said.
        message: String,
    },
    /// A key we do not have.
    #[error("unknown key `{key}` in {origin}{}", did_you_mean(nearest.as_ref()))]
    UnknownKey {
        /// Its name, with its section.
        key: String,
        /// Where it stands.
        origin: Origin,
        /// The key of ours it is nearest to.
        nearest: Option<String>,
    },
    /// A variable that begins with `ANCHORAGE_` and is none of ours.
    #[error("unknown environment variable `{name}`{}", did_you_mean(nearest.as_ref()))]
    UnknownVariable {
        /// Its name.
        name: String,
        /// The variable of ours it is nearest to.
        nearest: Option<String>,
    },
    /// A value that is not what its key wants. The value is not shown: it may be a secret.
    #[error("`{key}` in {origin} must be {expected}")]
    Value {
        /// Its key.
        key: &'static str,
        /// Where it stands.
        origin: Origin,
        /// What the key wants.
        expected: String,
    },
    /// There is no place for the data.
    #[error("there is no home folder to keep the data in; give --data-dir")]
    NoHome,
}

/// Everything that is wrong with a configuration, at least one thing.
#[derive(Debug, thiserror::Error)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    /// One line each.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, problem) in self.0.iter().enumerate() {
            write!(f, "{}{problem}", if n == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

/// A configuration, and how it came about.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The values.
    pub config: Config,
    /// The file that was read, if there was one.
    pub file: Option<PathBuf>,
    origins: BTreeMap<&'static str, Origin>,
}

impl Loaded {
    /// Puts the configuration together.
    ///
    /// # Errors
    /// All [`Problems`] at once.
    pub fn from(sources: &Sources) -> Result<Self, Problems> {
        let mut gathered = Gathered::default();
        let file = gathered.file(sources);
        gathered.environment(sources);
        for (name, value) in &sources.flags {
            gathered.take(name, value.clone(), Origin::Flag);
        }
        gathered.finish(sources, file)
    }

    /// Where the value of a key came from.
    #[must_use]
    pub fn origin(&self, key: &Key) -> Origin {
        self.origins
            .get(key.name)
            .cloned()
            .unwrap_or(Origin::Default)
    }
}

/// What the sources said so far; a later source replaces an earlier one.
#[derive(Default)]
struct Gathered {
    values: BTreeMap<&'static str, (String, Origin)>,
    problems: Vec<Problem>,
}

impl Gathered {
    fn take(&mut self, name: &str, value: String, origin: Origin) {
        if let Some(key) = KEYS.iter().find(|key| key.name == name) {
            self.values.insert(key.name, (value, origin));
        } else {
            self.unknown(name.to_owned(), origin);
        }
    }

    /// Reads the file the command line or the environment names, else the first usual one there is.
    fn file(&mut self, sources: &Sources) -> Option<PathBuf> {
        let named = sources
            .file
            .clone()
            .or_else(|| variable(sources, "ANCHORAGE_CONFIG").map(PathBuf::from));
        let path = match named {
            Some(path) => path,
            None => usual_files(sources)
                .into_iter()
                .find(|path| path.is_file())?,
        };
        match std::fs::read_to_string(&path) {
            Ok(text) => self.table(&path, &text),
            Err(cause) => self.problems.push(Problem::Unreadable {
                path: path.clone(),
                cause,
            }),
        }
        Some(path)
    }

    fn table(&mut self, path: &Path, text: &str) {
        let table = match DeTable::parse(text) {
            Ok(table) => table,
            Err(error) => {
                let line = line_at(text, error.span().map_or(0, |span| span.start));
                let message = error.message().to_owned();
                self.problems.push(Problem::Syntax {
                    path: path.to_owned(),
                    line,
                    message,
                });
                return;
            }
        };
        self.section(path, text, "", table.get_ref());
    }

    fn section(&mut self, path: &Path, text: &str, prefix: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let name = format!("{prefix}{}", key.get_ref());
            let origin = Origin::File(path.to_owned(), line_at(text, key.span().start));
            let known = KEYS.iter().find(|known| known.name == name);
            let section = format!("{name}.");
            let value = value.get_ref();
            match value {
                DeValue::Table(inner) if KEYS.iter().any(|key| key.name.starts_with(&section)) => {
                    self.section(path, text, &section, inner);
                }
                DeValue::String(_)
                | DeValue::Integer(_)
                | DeValue::Float(_)
                | DeValue::Boolean(_)
                | DeValue::Datetime(_)
                | DeValue::Array(_)
                | DeValue::Table(_) => {
                    match (known, known.and_then(|known| plain(known.shape, value))) {
                        (Some(_), Some(value)) => self.take(&name, value, origin),
                        (Some(known), None) => self.problems.push(misfit(known, origin)),
                        (None, _) => self.unknown(name, origin),
                    }
                }
            }
        }
    }

    fn unknown(&mut self, key: String, origin: Origin) {
        let names = KEYS.iter().flat_map(|key| {
            let section = key
                .name
                .split_once('.')
                .map(|(section, _)| section.to_owned());
            std::iter::once(key.name.to_owned()).chain(section)
        });
        let nearest = nearest(&key, names);
        self.problems.push(Problem::UnknownKey {
            key,
            origin,
            nearest,
        });
    }

    fn environment(&mut self, sources: &Sources) {
        for (name, value) in &sources.environment {
            if !name.starts_with("ANCHORAGE_") || name == "ANCHORAGE_CONFIG" || value.is_empty() {
                continue;
            }
            if let Some(key) = KEYS.iter().find(|key| key.variable() == *name) {
                self.take(key.name, value.clone(), Origin::Environment(name.clone()));
            } else {
                let names = KEYS
                    .iter()
                    .map(Key::variable)
                    .chain(["ANCHORAGE_CONFIG".to_owned()]);
                let nearest = nearest(name, names);
                self.problems.push(Problem::UnknownVariable {
                    name: name.clone(),
                    nearest,
                });
            }
        }
    }

    fn finish(mut self, sources: &Sources, file: Option<PathBuf>) -> Result<Loaded, Problems> {
        let data_dir = match self.values.get("data_dir") {
            Some((value, _)) => Some(PathBuf::from(value)),
            None => usual_data_dir(sources),
        };
        let mut config = Config::in_folder(data_dir.unwrap_or_default());
        let mut origins = BTreeMap::new();
        for key in KEYS {
            let Some((value, origin)) = self.values.remove(key.name) else {
                continue;
            };
            if !(fits(key.shape, &value) && (key.set)(&mut config, &value)) {
                self.problems.push(misfit(key, origin.clone()));
            }
            origins.insert(key.name, origin);
        }
        if config.data_dir.as_os_str().is_empty() {
            self.problems.push(Problem::NoHome);
        }
        if config.max_request_bytes < config.max_message_bytes {
            let origin = origins
                .get("max_request_bytes")
                .cloned()
                .unwrap_or(Origin::Default);
            let expected = format!("at least max_message_bytes, {}", config.max_message_bytes);
            self.problems.push(Problem::Value {
                key: "max_request_bytes",
                origin,
                expected,
            });
        }
        if self.problems.is_empty() {
            Ok(Loaded {
                config,
                file,
                origins,
            })
        } else {
            Err(Problems(self.problems))
        }
    }
}

/// A value of the file as text, if it is of the kind the shape wants.
fn plain(shape: Shape, value: &DeValue<'_>) -> Option<String> {
    match (shape, value) {
        (Shape::Text(_), DeValue::String(text)) => Some(text.to_string()),
        (Shape::Number { .. }, DeValue::Integer(number)) => {
            u64::from_str_radix(number.as_str(), number.radix())
                .ok()
                .map(|number| number.to_string())
        }
        (Shape::Switch, DeValue::Boolean(switch)) => Some(switch.to_string()),
        (Shape::Text(_) | Shape::Number { .. } | Shape::Switch, _) => None,
    }
}

fn fits(shape: Shape, value: &str) -> bool {
    match shape {
        Shape::Text(_) => true,
        Shape::Number { min, max, .. } => value
            .parse()
            .is_ok_and(|number: u64| (min..=max).contains(&number)),
        Shape::Switch => value == "true" || value == "false",
    }
}

fn misfit(key: &Key, origin: Origin) -> Problem {
    Problem::Value {
        key: key.name,
        origin,
        expected: key.shape.to_string(),
    }
}

fn variable<'a>(sources: &'a Sources, name: &str) -> Option<&'a str> {
    let found = sources
        .environment
        .iter()
        .find(|(known, value)| known == name && !value.is_empty());
    found.map(|(_, value)| value.as_str())
}

fn usual_data_dir(sources: &Sources) -> Option<PathBuf> {
    let xdg = variable(sources, "XDG_DATA_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    let home = || variable(sources, "HOME").map(|home| Path::new(home).join(".local/share"));
    xdg.or_else(home).map(|base| base.join("anchorage"))
}

fn usual_files(sources: &Sources) -> Vec<PathBuf> {
    let xdg = variable(sources, "XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    let own = xdg.or_else(|| variable(sources, "HOME").map(|home| Path::new(home).join(".config")));
    own.into_iter()
        .chain([PathBuf::from("/etc")])
        .map(|base| base.join("anchorage/anchorage.toml"))
        .collect()
}

fn line_at(text: &str, offset: usize) -> usize {
    text.bytes()
        .take(offset)
        .filter(|byte| *byte == b'\n')
        .count()
        + 1
}

fn nearest(name: &str, known: impl Iterator<Item = String>) -> Option<String> {
    let likeness = |other: &String| strsim::normalized_damerau_levenshtein(name, other);
    known
        .filter(|other| likeness(other) > 0.5)
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
}

fn did_you_mean(nearest: Option<&String>) -> String {
    nearest.map_or_else(String::new, |nearest| {
        format!(": did you mean `{nearest}`?")
    })
}
