//! `anchorage device alert`: tell a device to sync now, or write down what would tell it.
//!
//! The server has no radio. The notification goes to a file, to a push gateway over HTTP, or to a command that has the
//! modem. It is sent once, and again when it is asked for again: then under the session id it had, as long as the
//! device has not come (SAN 1.2.1, section 7.1.10).

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use serde_json::json;

use self::build::Built;
use super::{Named, no_device};
use crate::cli::{Context, Failure, account, now, random};
use crate::ids::{AccountId, DeviceId, Millis};
use crate::message::DevInf;
use crate::push::carrier::{self, NotCarried, Parcel};
use crate::push::{Ui, Wish};
use crate::session::datastores::{self, DATASTORES, Datastore};
use crate::store::{Account, Device, Notification, ServerLogin, StoreError, Tx};

mod build;

#[derive(Debug, Args)]
pub struct AlertArgs {
    #[command(flatten)]
    which: Named,
    /// A datastore to sync; may be said several times. Without: all of them.
    #[arg(long = "datastore", value_name = "NAME")]
    datastores: Vec<String>,
    /// How to sync. A notification cannot ask for a slow sync; the device finds out by itself when one is needed.
    #[arg(long, value_enum, default_value_t = Mode::TwoWay)]
    mode: Mode,
    /// How much its user is to notice.
    #[arg(long, value_enum, default_value_t = Shown::None)]
    ui: Shown,
    /// What to send. Without: san to devices of 1.2 and those that did not say, wbxml to older ones.
    #[arg(long, value_enum)]
    form: Option<Form>,
    /// Write it to this file; - is standard output.
    #[arg(long, value_name = "FILE", group = "way")]
    out: Option<PathBuf>,
    /// Post it to this URL: that of a push gateway, or of a device.
    #[arg(long, value_name = "URL", group = "way")]
    http: Option<String>,
    /// Give it to this command of the shell, on its standard input. Without any of the three: `push_hook` of the configuration.
    #[arg(long, value_name = "COMMAND", group = "way")]
    hook: Option<String>,
    /// Send no digest, for a device that lost its password or nonce.
    #[arg(long)]
    unsigned: bool,
    /// How long gateway or command may take, in seconds.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=600))]
    timeout: u64,
}

/// How to sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Mode {
    /// Both sides send what changed.
    TwoWay,
    /// Only the device sends what changed.
    FromClient,
    /// The device's items replace the server's.
    RefreshFromClient,
    /// Only the server sends what changed.
    FromServer,
    /// The server's items replace the device's.
    RefreshFromServer,
}

/// How much the user is to notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shown {
    /// The device decides.
    None,
    /// Nothing.
    Background,
    /// That it happens.
    Informative,
    /// The device asks its user.
    User,
}

/// What is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// The binary notification of 1.2.
    San,
    /// A SyncML message with Alerts, in XML.
    Xml,
    /// The same in WBXML, for phones of 1.0 and 1.1.
    Wbxml,
    /// A WSP push with what the device's version takes.
    Wsp,
    /// The same as short messages: the user data of each with its header, in hexadecimal, one a line.
    Sms,
}

/// All that is known of whom is to be told.
struct Subject {
    account: Account,
    device: Device,
    login: Option<ServerLogin>,
    devinf: Option<DevInf>,
    /// What it has synced.
    synced: Vec<String>,
}

pub fn run(context: &Context, args: &AlertArgs) -> Result<(), Failure> {
    let way = way(context, args)?;
    let subject = subject(context, &args.which)?;
    let stores = stores(args, &subject)?;
    let (at, fresh) = (now()?, u16::from_be_bytes(random()?));
    let sent = context
        .store
        .write(|tx| note(tx, subject.account.id, &subject.device.id, at, fresh))?;
    let session = u16::try_from(sent.session).unwrap_or_default();
    let built = build::build(context, args, &subject, &stores, session)?;
    let parcel = Parcel {
        user: args.which.user.as_str(),
        device: args.which.device.as_str(),
        session,
        content_type: built.content_type,
        body: &built.body,
    };
    let limit = Duration::from_secs(args.timeout);
    match &way {
        Way::Out(path) if path.as_os_str() == "-" => {
            let written = std::io::stdout().write_all(parcel.body);
            return written.map_err(|cause| {
                Failure::failed(format!("cannot write the notification: {cause}"))
            });
        }
        Way::Out(path) => {
            let failed =
                |cause| Failure::failed(format!("cannot write {}: {cause}", path.display()));
            std::fs::write(path, parcel.body).map_err(failed)?;
        }
        Way::Http(url) => {
            carrier::post(url, &parcel, limit).map_err(|cause| not_sent(&cause))?;
        }
        Way::Hook(command) => {
            carrier::hook(command, &parcel, limit).map_err(|cause| not_sent(&cause))?;
        }
    }
    told(context, args, &sent, &built)
}

/// Where it goes.
enum Way {
    Out(PathBuf),
    Http(String),
    Hook(String),
}

fn way(context: &Context, args: &AlertArgs) -> Result<Way, Failure> {
    let AlertArgs {
        out, http, hook, ..
    } = args;
    let configured = || context.config.push_hook.clone();
    match (out, http, hook.clone().or_else(configured)) {
        (Some(path), _, _) => Ok(Way::Out(path.clone())),
        (None, Some(url), _) => Ok(Way::Http(url.clone())),
        (None, None, Some(command)) => Ok(Way::Hook(command)),
        (None, None, None) => Err(Failure::Usage(
            "say where the notification is to go: --out, --http or --hook; `push_hook` in the configuration is the usual way"
                .to_owned(),
        )),
    }
}

fn subject(context: &Context, which: &Named) -> Result<Subject, Failure> {
    context.store.read(|tx| {
        let account = account(tx, &which.user)?;
        let device = tx.device(account.id, &which.device)?;
        let device = device.ok_or_else(|| no_device(which))?;
        let devinf = device.devinf.as_deref();
        let peers = tx.peers(account.id, &which.device)?;
        Ok(Subject {
            login: tx.server_login(account.id, &which.device)?,
            devinf: devinf.and_then(|json| serde_json::from_str(json).ok()),
            synced: peers
                .iter()
                .map(|peer| peer.datastore.to_string())
                .collect(),
            account,
            device,
        })
    })
}

/// The datastores to name, under the names that were given: those that are asked for, else those the device has synced,
/// else all.
fn stores(
    args: &AlertArgs,
    subject: &Subject,
) -> Result<Vec<(String, &'static Datastore)>, Failure> {
    let named = [&args.datastores, &subject.synced];
    let named = named.into_iter().find(|names| !names.is_empty());
    let Some(named) = named else {
        let all = DATASTORES.iter();
        return Ok(all.map(|store| (store.name.to_owned(), store)).collect());
    };
    let found = named.iter().map(|name| {
        let store = datastores::find(name);
        let missing = || Failure::NotFound(format!("there is no datastore {name}"));
        store.map(|store| (name.clone(), store)).ok_or_else(missing)
    });
    found.collect()
}

/// Notes that a notification goes out, and under which session id: that of the last one as long as it is not answered,
/// else a fresh one, never 0.
fn note(
    tx: &mut Tx<'_>,
    account: AccountId,
    device: &DeviceId,
    at: Millis,
    fresh: u16,
) -> Result<Notification, StoreError> {
    let former = tx.notification(account, device)?;
    let sent = match former {
        Some(former) if former.answered.is_none() => Notification {
            times: former.times + 1,
            sent: at,
            ..former
        },
        former => {
            let fresh = i64::from(fresh.max(1));
            let is_taken = former.is_some_and(|former| former.session == fresh);
            Notification {
                account,
                device: device.clone(),
                session: if is_taken { fresh % 0xffff + 1 } else { fresh },
                times: 1,
                sent: at,
                answered: None,
            }
        }
    };
    tx.put_notification(&sent)?;
    Ok(sent)
}

fn not_sent(cause: &NotCarried) -> Failure {
    match cause {
        NotCarried::Url(_) => Failure::Usage(cause.to_string()),
        NotCarried::Unreachable { .. }
        | NotCarried::Refused { .. }
        | NotCarried::Hook(_)
        | NotCarried::Failed(_)
        | NotCarried::TooSlow(_) => Failure::failed(cause.to_string()),
    }
}

fn told(
    context: &Context,
    args: &AlertArgs,
    sent: &Notification,
    built: &Built,
) -> Result<(), Failure> {
    let Named { user, device } = &args.which;
    if context.out.is_json() {
        return context.out.record(vec![
            ("user", json!(user)),
            ("device", json!(device)),
            ("session", json!(sent.session)),
            ("times", json!(sent.times)),
            ("content_type", json!(built.content_type)),
            ("bytes", json!(built.body.len())),
        ]);
    }
    let again = if sent.times > 1 { " again" } else { "" };
    context.out.say(&format!(
        "{device} was notified{again}; it is to come with session {}.",
        sent.session
    ))
}

impl Mode {
    const fn wish(self) -> Wish {
        match self {
            Self::TwoWay => Wish::TwoWay,
            Self::FromClient => Wish::OneWayFromClient,
            Self::RefreshFromClient => Wish::RefreshFromClient,
            Self::FromServer => Wish::OneWayFromServer,
            Self::RefreshFromServer => Wish::RefreshFromServer,
        }
    }
}

impl Shown {
    const fn ui(self) -> Ui {
        match self {
            Self::None => Ui::Unspecified,
            Self::Background => Ui::Background,
            Self::Informative => Ui::Informative,
            Self::User => Ui::Interactive,
        }
    }
}
