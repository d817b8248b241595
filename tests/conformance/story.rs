//! A story as it lies in its folder: `story.toml` and the messages.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anchorage::auth::Scheme;
use anchorage::codec::Encoding;
use anchorage::store::Policy;
use anchorage::sync::Guard;
use serde::Deserialize;

/// `story.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Story {
    /// What is told, for the reader.
    pub about: String,
    /// How the user may prove who he is.
    #[serde(default = "basic")]
    pub scheme: Scheme,
    /// Credentials are asked for with every message.
    #[serde(default)]
    pub per_message: bool,
    /// The credentials of an HTTP header count.
    #[serde(default)]
    pub http_basic: bool,
    /// Numbers of the messages that come with the `Authorization` of HTTP.
    #[serde(default)]
    pub authorization: Vec<usize>,
    /// Numbers of the messages with a MAC around them, over the nonce given last.
    #[serde(default)]
    pub mac: Vec<usize>,
    /// Numbers of the messages that were changed on their way, after the MAC was made.
    #[serde(default)]
    pub forged: Vec<usize>,
    /// The one spelling it is told in; none: both.
    pub only: Option<Spelling>,
    /// How the device names its software.
    pub user_agent: Option<String>,
    /// What is set for the device before its message of this number (`device set`).
    #[serde(default)]
    pub set: Vec<Setting>,
    /// How conflicts are settled.
    pub policy: Option<Policy>,
    /// How many items are too many to be deleted at once; none: no number is.
    #[serde(default)]
    pub guard: Guard,
    /// A Copy with data is an Add.
    #[serde(default)]
    pub copy_as_add: bool,
    /// So many numbers of items are used up before.
    #[serde(default)]
    pub used_numbers: i64,
    /// Numbers of the messages that are sent twice.
    #[serde(default)]
    pub repeat: Vec<usize>,
    /// Numbers of the messages on which the server works too long, so that the device is told to wait.
    #[serde(default)]
    pub busy: Vec<usize>,
    /// The same, where that is noticed only when all is done but for the commit.
    #[serde(default)]
    pub busy_at_the_last: Vec<usize>,
    /// How it is told: `busy` or `keep-alive`.
    pub busy_style: Option<String>,
    /// What happens on the server meanwhile.
    #[serde(default)]
    pub elsewhere: Vec<Elsewhere>,
    /// What the server has in the end: titles by collection, in the order of the letters.
    pub after: BTreeMap<String, Vec<String>>,
}

/// What is set for the device.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// The number of the message it happens before.
    pub before: usize,
    /// Flags and their values.
    pub flags: BTreeMap<String, String>,
}

/// One of the two spellings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Spelling {
    /// Text.
    Xml,
    /// Binary.
    Wbxml,
}

impl Spelling {
    /// As the codec has it.
    pub const fn encoding(self) -> Encoding {
        match self {
            Self::Xml => Encoding::Xml,
            Self::Wbxml => Encoding::Wbxml,
        }
    }
}

/// What a person decides.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// The deletions are carried out.
    CarryOut,
    /// The device gets the items again.
    GiveBack,
}

/// What another device does.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Elsewhere {
    /// The number of the message it happens before.
    pub before: usize,
    /// A new item in this collection.
    pub add: Option<String>,
    /// The item of this number gets another body.
    pub replace: Option<i64>,
    /// The item of this number is deleted.
    pub delete: Option<i64>,
    /// A person decides on the deletions of the device that were held back.
    pub release: Option<Decision>,
    /// The item of this number goes to another folder.
    pub moved: Option<i64>,
    /// The folder, by its number; 0 for none.
    pub folder: Option<i64>,
    /// The type of the body, where it does not tell.
    #[serde(rename = "type")]
    pub media_type: Option<String>,
    /// The body, with plain line ends.
    #[serde(default)]
    pub body: String,
}

const fn basic() -> Scheme {
    Scheme::Basic
}

/// One message of the device and where the reply to it is told.
pub struct Exchange {
    /// `NN` of its file.
    pub number: usize,
    /// What the device says, with its placeholders.
    pub text: String,
    /// Where the reply stands.
    pub reply: PathBuf,
}

impl Story {
    /// Reads a story and its messages.
    pub fn read(name: &str) -> (Self, Vec<Exchange>) {
        let folder = root().join(name);
        let toml = fs::read_to_string(folder.join("story.toml")).unwrap();
        let story: Self = toml::from_str(&toml).unwrap_or_else(|why| panic!("{name}: {why}"));
        assert!(!story.about.is_empty(), "{name} tells nothing");
        let exchanges = (1..100)
            .map(|number| {
                (
                    number,
                    folder.join(format!("{number:02}.in.xml")),
                    folder.join(format!("{number:02}.out.xml")),
                )
            })
            .take_while(|(_, path, _)| path.exists())
            .map(|(number, path, reply)| Exchange {
                number,
                text: fs::read_to_string(path).unwrap(),
                reply,
            })
            .collect::<Vec<_>>();
        let messages = fs::read_dir(&folder).unwrap().filter(|entry| {
            entry
                .as_ref()
                .is_ok_and(|entry| entry.path().to_string_lossy().ends_with(".in.xml"))
        });
        assert!(!exchanges.is_empty(), "{name} has no 01.in.xml");
        assert_eq!(
            messages.count(),
            exchanges.len(),
            "{name}: a number is missing"
        );
        (story, exchanges)
    }
}

/// The names of all stories.
pub fn folders() -> Vec<String> {
    let entries = fs::read_dir(root()).unwrap().map(|entry| entry.unwrap());
    let mut names = entries
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect::<Vec<_>>();
    names.sort_unstable();
    names
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/sessions")
}
