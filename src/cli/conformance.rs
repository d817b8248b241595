//! `anchorage conformance`: our conformance suite, played against any SyncML server over HTTP.
//!
//! It needs an account there and writes to it: the items of the cases, which it takes away again over sync. What was
//! in the account before is read, and stays; still, an account of its own is the better one.

use std::collections::BTreeSet;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::ask::login_password;
use super::{Failure, Out, now, random};
use crate::client::http::Http;
use crate::client::suite::{Case, Outcome, Played, Setting, Suite, shipped};
use crate::client::{Password, Scheme};
use crate::codec::{Encoding, Version};
use crate::ids::UserName;

/// How long the server may take for one message.
const PATIENCE: Duration = Duration::from_mins(2);

#[derive(Debug, Subcommand)]
pub enum ConformanceCommand {
    /// The cases of the suite.
    List,
    /// Play the cases against a server. Writes to the account, and takes away what it wrote.
    Run(RunArgs),
}

#[derive(Debug, Args)]
pub struct RunArgs {
    /// The server's URL.
    url: String,
    /// As whom. The account is written to: the items of the cases come and go.
    #[arg(long, value_parser = UserName::parse)]
    user: UserName,
    /// Read the password from the first line of stdin.
    #[arg(long)]
    password_stdin: bool,
    /// The versions to play in.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Spoken::V11, Spoken::V12])]
    version: Vec<Spoken>,
    /// The encodings to play in.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Spelled::Xml, Spelled::Wbxml])]
    encoding: Vec<Spelled>,
    /// Only this case; may be given several times.
    #[arg(long, value_name = "ID")]
    case: Vec<String>,
    /// What the server calls its contacts.
    #[arg(long, default_value = "contacts", value_name = "NAME")]
    datastore: String,
    /// What the server calls its calendar, which one case opens beside the contacts.
    #[arg(long, default_value = "calendar", value_name = "NAME")]
    calendar: String,
    /// Prove who you are by Basic at once, and not by MD5 when asked.
    #[arg(long)]
    basic: bool,
    /// Use the devices PREFIX-a, PREFIX-b and PREFIX-c in all cases, for a server that must know its devices beforehand.
    #[arg(long, value_name = "PREFIX")]
    devices: Option<String>,
}

/// The versions of SyncML.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Spoken {
    /// SyncML 1.0.
    #[value(name = "1.0")]
    V10,
    /// SyncML 1.1.
    #[value(name = "1.1")]
    V11,
    /// OMA Data Synchronization 1.2.
    #[value(name = "1.2")]
    V12,
}

/// The two encodings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Spelled {
    /// Text.
    Xml,
    /// Binary.
    Wbxml,
}

/// How many cases came to what.
#[derive(Debug, Default)]
struct Tally {
    passed: u32,
    failed: u32,
    not_applicable: u32,
}

pub fn run(out: Out, command: &ConformanceCommand) -> Result<(), Failure> {
    let cases = shipped().map_err(Failure::failed)?;
    match command {
        ConformanceCommand::List => {
            let row = |case: &Case| vec![json!(case.id), json!(case.about), json!(case.unseen)];
            out.list(
                &["case", "about", "not_visible"],
                cases.iter().map(row).collect(),
            )
        }
        ConformanceCommand::Run(args) => play(out, args, &chosen(cases, &args.case)?),
    }
}

/// The cases of these names; all of them where there are none.
fn chosen(cases: Vec<Case>, names: &[String]) -> Result<Vec<Case>, Failure> {
    let known: BTreeSet<&str> = cases.iter().map(|case| case.id.as_str()).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(name.as_str())) {
        return Err(Failure::NotFound(format!(
            "there is no case {unknown:?}; `anchorage conformance list` shows them"
        )));
    }
    let is_chosen = |case: &Case| names.is_empty() || names.contains(&case.id);
    Ok(cases.into_iter().filter(is_chosen).collect())
}

fn play(out: Out, args: &RunArgs, cases: &[Case]) -> Result<(), Failure> {
    let password = login_password(args.user.as_str(), args.password_stdin)?;
    let word = u32::from_be_bytes(random()?);
    let http = Http::new(PATIENCE);
    let rounds = args.version.len() * args.encoding.len() * cases.len();
    let bar = bar(rounds)?;
    let (mut rows, mut tally) = (Vec::new(), Tally::default());
    for version in &args.version {
        for encoding in &args.encoding {
            let (version, encoding) = (version.version(), encoding.encoding());
            let setting = Setting {
                url: args.url.clone(),
                user: args.user.clone(),
                password: Password(password.reveal().to_owned()),
                scheme: if args.basic {
                    Scheme::Basic
                } else {
                    Scheme::Md5
                },
                contacts: args.datastore.clone(),
                calendar: args.calendar.clone(),
                prefix: args
                    .devices
                    .clone()
                    .unwrap_or_else(|| format!("anchorage-{word:08x}")),
                same_devices: args.devices.is_some(),
                tag: format!(
                    "C{word:08x}{}{}",
                    number(version).replace('.', ""),
                    first_letter(encoding)
                ),
                now: now()?,
            };
            let mut suite = Suite::new(setting, version, encoding).map_err(Failure::Usage)?;
            for case in cases {
                bar.set_message(format!(
                    "{} in {}, {}",
                    case.id,
                    number(version),
                    name(encoding)
                ));
                let played = suite.play(case, &mut |exchange| http.post(exchange));
                rows.push(tally.row(case, version, encoding, &played));
                bar.inc(1);
            }
        }
    }
    bar.finish_and_clear();
    out.list(
        &["case", "version", "encoding", "result", "why", "remarks"],
        rows,
    )?;
    let Tally {
        passed,
        failed,
        not_applicable,
    } = tally;
    out.say(&format!(
        "{passed} passed, {failed} failed, {not_applicable} not applicable."
    ))?;
    if failed == 0 {
        return Ok(());
    }
    Err(Failure::failed(format!(
        "{failed} of {rounds} cases failed"
    )))
}

impl Tally {
    fn row(
        &mut self,
        case: &Case,
        version: Version,
        encoding: Encoding,
        played: &Played,
    ) -> Vec<Value> {
        let (result, why) = match &played.outcome {
            Outcome::Passed => {
                self.passed += 1;
                ("passed", String::new())
            }
            Outcome::Failed(why) => {
                self.failed += 1;
                ("failed", why.join("; "))
            }
            Outcome::NotApplicable(why) => {
                self.not_applicable += 1;
                ("not applicable", why.clone())
            }
        };
        let mut remarks = played.remarks.clone();
        remarks.sort_unstable();
        remarks.dedup();
        vec![
            json!(case.id),
            json!(number(version)),
            json!(name(encoding)),
            json!(result),
            json!(why),
            json!(remarks.join("; ")),
        ]
    }
}

/// Progress, for a person at a terminal.
fn bar(rounds: usize) -> Result<ProgressBar, Failure> {
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}");
    let style = style.map_err(|flaw| Failure::failed(flaw.to_string()))?;
    let rounds = u64::try_from(rounds).unwrap_or(u64::MAX);
    Ok(ProgressBar::new(rounds).with_style(style))
}

impl Spoken {
    const fn version(self) -> Version {
        match self {
            Self::V10 => Version::V10,
            Self::V11 => Version::V11,
            Self::V12 => Version::V12,
        }
    }
}

impl Spelled {
    const fn encoding(self) -> Encoding {
        match self {
            Self::Xml => Encoding::Xml,
            Self::Wbxml => Encoding::Wbxml,
        }
    }
}

const fn number(version: Version) -> &'static str {
    match version {
        Version::V10 => "1.0",
        Version::V11 => "1.1",
        Version::V12 => "1.2",
    }
}

const fn name(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Xml => "XML",
        Encoding::Wbxml => "WBXML",
    }
}

const fn first_letter(encoding: Encoding) -> char {
    match encoding {
        Encoding::Xml => 'x',
        Encoding::Wbxml => 'w',
    }
}
