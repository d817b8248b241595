//! `anchorage device`: what syncs.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::ask::confirm;
use super::out::instant;
use super::{Context, Failure, Out, account, accounts, quirks};
use crate::ids::{DeviceId, UserName};
use crate::store::{Device, Peer};

mod alert;
mod probe;
mod release;
mod server_password;

#[derive(Debug, Subcommand)]
pub enum DeviceCommand {
    /// The devices of a user, or of all users.
    List(List),
    /// One device: what it told of itself, and how far each datastore has come.
    Show(Named),
    /// Decide on deletions of a device that were held back, since they were too many at once.
    Release(release::Release),
    /// Treat one device otherwise than the rules say.
    Set(quirks::Set),
    /// Forget what a device has: at its next sync it compares everything. No item is lost.
    Forget(Forget),
    /// Tell a device to sync now: over a gateway, by a command of yours, or as a file.
    Alert(alert::AlertArgs),
    /// Set the server's password towards a device that asks for one: the user's own stands in where there is none.
    ServerPassword(server_password::ServerPassword),
    /// Sync with a server as a phone would, and say what it can.
    Try(probe::TryArgs),
}

#[derive(Debug, Args)]
pub struct List {
    /// Only this user's.
    #[arg(value_parser = UserName::parse)]
    user: Option<UserName>,
}

#[derive(Debug, Args)]
pub struct Named {
    /// Whose device.
    #[arg(value_parser = UserName::parse)]
    pub user: UserName,
    /// The name it gives itself, as `device list` shows it.
    #[arg(value_parser = DeviceId::parse)]
    pub device: DeviceId,
}

#[derive(Debug, Args)]
pub struct Forget {
    #[command(flatten)]
    which: Named,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
}

/// `open` opens our database, which trying another server does not need.
pub fn run(
    open: impl FnOnce() -> Result<Context, Failure>,
    out: Out,
    command: &DeviceCommand,
) -> Result<(), Failure> {
    match command {
        DeviceCommand::List(args) => list(&open()?, args.user.as_ref()),
        DeviceCommand::Show(args) => show(&open()?, args),
        DeviceCommand::Release(args) => release::run(&open()?, args),
        DeviceCommand::Set(args) => quirks::set(&open()?, args),
        DeviceCommand::Forget(args) => forget(&open()?, args),
        DeviceCommand::Alert(args) => alert::run(&open()?, args),
        DeviceCommand::ServerPassword(args) => server_password::run(&open()?, args),
        DeviceCommand::Try(args) => probe::run(out, args),
    }
}

fn list(context: &Context, user: Option<&UserName>) -> Result<(), Failure> {
    let rows = context.store.read(|tx| {
        let mut rows = Vec::new();
        for account in accounts(tx, user)? {
            for device in tx.devices(account.id)? {
                let Device {
                    id,
                    user_agent,
                    first_seen,
                    last_seen,
                    ..
                } = device;
                rows.push(vec![
                    json!(account.name),
                    json!(id),
                    json!(user_agent),
                    instant(first_seen),
                    instant(last_seen),
                ]);
            }
        }
        Ok::<_, Failure>(rows)
    })?;
    if rows.is_empty() {
        context.out.say("No device has synced yet.")?;
    }
    context.out.list(
        &["user", "device", "user_agent", "first_seen", "last_seen"],
        rows,
    )
}

fn show(context: &Context, which: &Named) -> Result<(), Failure> {
    let Named { user, device } = which;
    let (found, peers, maps, notified) = context.store.read(|tx| {
        let account = account(tx, user)?;
        let found = tx
            .device(account.id, device)?
            .ok_or_else(|| no_device(which))?;
        Ok::<_, Failure>((
            found,
            tx.peers(account.id, device)?,
            tx.maps_of(account.id, device)?,
            tx.notification(account.id, device)?,
        ))
    })?;
    let peer = |peer: &Peer| {
        let known = maps
            .iter()
            .filter(|map| map.datastore == peer.datastore)
            .count();
        json!({ "datastore": peer.datastore, "synced": instant(peer.synced), "items": known, "anchor": peer.client_anchor })
    };
    let told = found.devinf.as_deref().map_or(Value::Null, |text| {
        serde_json::from_str(text).unwrap_or_else(|_| text.into())
    });
    let mut fields = vec![
        ("user", json!(user)),
        ("device", json!(found.id)),
        ("user_agent", json!(found.user_agent)),
        ("first_seen", instant(found.first_seen)),
        ("last_seen", instant(found.last_seen)),
        ("datastores", peers.iter().map(peer).collect()),
        ("notified", notified.map_or(Value::Null, |sent| {
            let answered = sent.answered.map_or(Value::Null, instant);
            json!({ "session": sent.session, "times": sent.times, "sent": instant(sent.sent), "answered": answered })
        })),
        ("held_back", json!(release::held_back(&maps, user, device))),
    ];
    fields.extend(quirks::held(context, &found)?);
    fields.push(("device_information", told));
    context.out.record(fields)
}

fn forget(context: &Context, args: &Forget) -> Result<(), Failure> {
    let Named { user, device } = &args.which;
    let id = context.store.read(|tx| {
        let account = account(tx, user)?;
        tx.device(account.id, device)?
            .ok_or_else(|| no_device(&args.which))?;
        Ok::<_, Failure>(account.id)
    })?;
    confirm(
        args.yes.into(),
        &format!("Forget {device} of {user}? It will compare everything at its next sync."),
    )?;
    context.store.write(|tx| tx.forget_device(id, device))?;
    if context.out.is_json() {
        return context
            .out
            .record(vec![("user", json!(user)), ("device", json!(device))]);
    }
    context.out.say(&format!("{device} is forgotten."))
}

pub fn no_device(which: &Named) -> Failure {
    Failure::NotFound(format!("{} has no device {}", which.user, which.device))
}
