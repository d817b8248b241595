//! `anchorage device try URL`: sync with a server as a phone would, and say in plain words what it can.
//!
//! Four sessions of a phone that did not exist before: it takes what is there, brings one item of its own, finds that
//! nothing changed, and takes its item away again. The server keeps nothing but the memory of a device.

use std::time::Duration;

use clap::{Args, ValueEnum};
use serde_json::json;

use crate::cli::ask::login_password;
use crate::cli::{Failure, Out, now, random};
use crate::client::http::Http;
use crate::client::{Datastore, Device, Mode, Profile, Scheme, Summary};
use crate::codec::{Encoding, Version};
use crate::ids::{DeviceId, UserName};
use crate::message::devinf::ContentType;

/// How long the server may take for one message.
const PATIENCE: Duration = Duration::from_mins(2);

#[derive(Debug, Args)]
pub struct TryArgs {
    /// The server's URL.
    url: String,
    /// As whom.
    #[arg(long, value_parser = UserName::parse)]
    user: UserName,
    /// Read the password from the first line of stdin.
    #[arg(long)]
    password_stdin: bool,
    /// Which of its datastores to sync with: contacts, as the server calls them.
    #[arg(long, default_value = "contacts", value_name = "NAME")]
    datastore: String,
    /// The version to speak.
    #[arg(long, value_enum, default_value_t = Spoken::V12)]
    speak: Spoken,
    /// Speak WBXML, as phones do, and not XML.
    #[arg(long)]
    wbxml: bool,
    /// Prove who you are by Basic, and not by MD5.
    #[arg(long)]
    basic: bool,
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

/// One session of the trial: what it is for, and what came of it.
struct Trial {
    what: &'static str,
    result: String,
    violations: Vec<String>,
    is_good: bool,
}

/// The device's own name for its datastore.
const LOCAL: &str = "./contacts";

pub fn run(out: Out, args: &TryArgs) -> Result<(), Failure> {
    let password = login_password(args.user.as_str(), args.password_stdin)?;
    let name = format!("anchorage-try-{:08x}", u32::from_be_bytes(random()?));
    let id = DeviceId::parse(&name).map_err(|bad| Failure::failed(bad.to_string()))?;
    let mut profile = Profile::new(&args.url, id, args.user.clone(), password.reveal());
    profile.version = match args.speak {
        Spoken::V10 => Version::V10,
        Spoken::V11 => Version::V11,
        Spoken::V12 => Version::V12,
    };
    profile.encoding = if args.wbxml {
        Encoding::Wbxml
    } else {
        Encoding::Xml
    };
    profile.scheme = if args.basic {
        Scheme::Basic
    } else {
        Scheme::Md5
    };
    profile.max_msg_size = 64 << 10;
    profile.datastores = vec![Datastore {
        local: LOCAL.to_owned(),
        remote: args.datastore.clone(),
        prefers: content_type("text/x-vcard", "2.1"),
        takes: vec![content_type("text/vcard", "3.0")],
        hierarchical: false,
        spells_out_deletes: false,
        holds: Vec::new(),
        keeps: None,
    }];
    let trials = trials(Device::new(profile), &name)?;
    let rows = trials.iter().map(|trial| {
        vec![
            json!(trial.what),
            json!(trial.result),
            json!(trial.violations.join("; ")),
        ]
    });
    out.list(&["session", "result", "against_the_rules"], rows.collect())?;
    if trials.iter().all(|trial| trial.is_good) {
        return Ok(());
    }
    Err(Failure::failed(
        "the server did not do all that a phone needs",
    ))
}

fn content_type(ct_type: &str, ver_ct: &str) -> ContentType {
    ContentType {
        ct_type: ct_type.to_owned(),
        ver_ct: ver_ct.to_owned(),
    }
}

fn trials(mut device: Device, name: &str) -> Result<Vec<Trial>, Failure> {
    let http = Http::new(PATIENCE);
    let mut trials = vec![session(
        &mut device,
        &http,
        Mode::Slow,
        "first sync, of an empty phone",
    )?];
    if !trials.iter().all(|trial| trial.is_good) {
        return Ok(trials);
    }
    let body =
        format!("BEGIN:VCARD\r\nVERSION:2.1\r\nN:Trial;{name}\r\nTEL;CELL:+1\r\nEND:VCARD\r\n");
    let Some(store) = device.store_mut(LOCAL) else {
        return Ok(trials);
    };
    let luid = store.add(body);
    trials.push(session(
        &mut device,
        &http,
        Mode::TwoWay,
        "one contact added on the phone",
    )?);
    let mut quiet = session(&mut device, &http, Mode::TwoWay, "nothing changed")?;
    if quiet.is_good && !quiet.result.starts_with("two-way: sent 0, received 0") {
        quiet
            .violations
            .push("something moved though nothing had changed".to_owned());
        quiet.is_good = false;
    }
    trials.push(quiet);
    if let Some(store) = device.store_mut(LOCAL) {
        store.delete(&luid);
    }
    trials.push(session(
        &mut device,
        &http,
        Mode::TwoWay,
        "the contact deleted on the phone",
    )?);
    Ok(trials)
}

fn session(
    device: &mut Device,
    http: &Http,
    mode: Mode,
    what: &'static str,
) -> Result<Trial, Failure> {
    Ok(
        match device.sync(&[(LOCAL, mode)], now()?, |exchange| http.send(exchange)) {
            Ok(summary) => {
                let is_good = summary.violations.is_empty()
                    && summary.stores.iter().all(|store| store.is_done);
                Trial {
                    what,
                    result: told(&summary),
                    violations: summary.violations,
                    is_good,
                }
            }
            Err(failed) => {
                let result = format!("failed: {}", failed.reason);
                Trial {
                    what,
                    result,
                    violations: failed.summary.violations,
                    is_good: false,
                }
            }
        },
    )
}

/// A session in plain words.
fn told(summary: &Summary) -> String {
    let stores = summary.stores.iter().map(|store| {
        let mode = match store.mode {
            Mode::TwoWay => "two-way",
            Mode::Slow => "slow",
            Mode::OneWayFromClient => "one-way from the phone",
            Mode::RefreshFromClient => "refresh from the phone",
            Mode::OneWayFromServer => "one-way from the server",
            Mode::RefreshFromServer => "refresh from the server",
        };
        let failure = store
            .failure
            .as_ref()
            .map(|why| format!(", failed: {why}"))
            .unwrap_or_default();
        format!(
            "{mode}: sent {}, received {}{failure}",
            store.sent.all(),
            store.taken.all()
        )
    });
    let stores: Vec<_> = stores.collect();
    format!("{} ({} messages)", stores.join("; "), summary.messages)
}
