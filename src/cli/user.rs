//! `anchorage user`: who may sync.

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use super::ask::{NewPassword, PasswordSource, confirm};
use super::out::instant;
use super::{Context, Failure, account, accounts, now, random};
use crate::auth::{self, Chance, Password, Scheme, Stored};
use crate::ids::{AccountId, UserName};
use crate::store::{Account, NewAccount, Role, StoreError};

#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Make a user.
    Add(Add),
    /// All users.
    List,
    /// One user, with what lies in the collections.
    Show(Named),
    /// Set a new password.
    Passwd(Passwd),
    /// Let a user sync no more; everything stays.
    Disable(Named),
    /// Let a disabled user sync again.
    Enable(Named),
    /// Remove a user with all items and devices, for good.
    Remove(Remove),
}

#[derive(Debug, Args)]
pub struct Named {
    /// The user's name.
    #[arg(value_parser = UserName::parse)]
    name: UserName,
}

#[derive(Debug, Args)]
pub struct Add {
    /// The name to type at the device.
    #[arg(value_parser = UserName::parse)]
    name: UserName,
    /// Keep no secret for MD5: the user's devices must then send the password itself (Basic).
    #[arg(long)]
    no_md5: bool,
    /// Let the user manage others.
    #[arg(long)]
    admin: bool,
    #[command(flatten)]
    password: PasswordSource,
}

#[derive(Debug, Args)]
pub struct Passwd {
    /// Whose.
    #[arg(value_parser = UserName::parse)]
    name: UserName,
    /// From now on let the user use MD5.
    #[arg(long)]
    md5: bool,
    /// From now on keep no secret for MD5.
    #[arg(long, conflicts_with = "md5")]
    no_md5: bool,
    #[command(flatten)]
    password: PasswordSource,
}

#[derive(Debug, Args)]
pub struct Remove {
    /// Whom.
    #[arg(value_parser = UserName::parse)]
    name: UserName,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
}

pub fn run(context: &Context, command: &UserCommand) -> Result<(), Failure> {
    match command {
        UserCommand::Add(args) => add(context, args),
        UserCommand::List => list(context),
        UserCommand::Show(args) => show(context, &args.name),
        UserCommand::Passwd(args) => passwd(context, args),
        UserCommand::Disable(args) => set_disabled(context, &args.name, true),
        UserCommand::Enable(args) => set_disabled(context, &args.name, false),
        UserCommand::Remove(args) => remove(context, args),
    }
}

fn add(context: &Context, args: &Add) -> Result<(), Failure> {
    let name = &args.name;
    if name.as_str().contains(':') {
        return Err(Failure::Usage(
            "a user name cannot hold a colon: it ends there on the wire".to_owned(),
        ));
    }
    // Asked before the password is: nobody should type one in vain.
    if context.store.read(|tx| tx.account_by_name(name))?.is_some() {
        return Err(taken(name));
    }
    let scheme = if args.no_md5 {
        Scheme::Basic
    } else {
        context.config.default_scheme()
    };
    let role = if args.admin { Role::Admin } else { Role::User };
    let new = args.password.obtain(name.as_str())?;
    let id = fresh_account_id()?;
    let Stored { hash, md5_secret } = stored(context, id, name, new.password(), scheme)?;
    let fresh = NewAccount {
        id,
        name: name.clone(),
        password_hash: hash,
        md5_secret,
        role,
        created: now()?,
    };
    context
        .store
        .write(|tx| tx.create_account(&fresh))
        .map_err(|error| {
            if matches!(error, StoreError::Duplicate(_)) {
                taken(name)
            } else {
                error.into()
            }
        })?;
    told(context, name, "was made", Some(&new))
}

/// Makes the first user where there is none at all, and answers the password that was made.
///
/// # Errors
/// [`Failure`] when the database or the system's chance fails.
pub fn first(context: &Context, name: &str) -> Result<Option<String>, Failure> {
    if !context.store.read(|tx| accounts(tx, None))?.is_empty() {
        return Ok(None);
    }
    let name = UserName::parse(name).map_err(|bad| Failure::failed(bad.to_string()))?;
    let password = Password::generate(random()?);
    let id = fresh_account_id()?;
    let scheme = context.config.default_scheme();
    let Stored { hash, md5_secret } = stored(context, id, &name, &password, scheme)?;
    let (role, created) = (Role::Admin, now()?);
    let fresh = NewAccount {
        id,
        name,
        password_hash: hash,
        md5_secret,
        role,
        created,
    };
    match context.store.write(|tx| tx.create_account(&fresh)) {
        Ok(()) => Ok(Some(password.reveal().to_owned())),
        // Another node was quicker.
        Err(StoreError::Duplicate(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn list(context: &Context) -> Result<(), Failure> {
    let accounts = context.store.read(|tx| accounts(tx, None))?;
    if accounts.is_empty() {
        context
            .out
            .say("There are no users yet; make one with `anchorage user add NAME`.")?;
    }
    let row = |account: &Account| {
        let Account {
            name,
            role,
            md5_secret,
            disabled,
            created,
            ..
        } = account;
        vec![
            json!(name),
            json!(role),
            json!(md5_secret.is_some()),
            json!(disabled),
            instant(*created),
        ]
    };
    context.out.list(
        &["name", "role", "md5", "disabled", "created"],
        accounts.iter().map(row).collect(),
    )
}

fn show(context: &Context, name: &UserName) -> Result<(), Failure> {
    let (account, collections, devices) = context.store.read(|tx| {
        let account = account(tx, name)?;
        let collections = tx.collections(account.id)?;
        let devices = tx.devices(account.id)?;
        Ok::<_, Failure>((account, collections, devices))
    })?;
    let items: Map<_, _> = collections
        .iter()
        .map(|collection| (collection.id.to_string(), collection.live.into()))
        .collect();
    context.out.record(vec![
        ("name", json!(account.name)),
        ("role", json!(account.role)),
        ("md5", json!(account.md5_secret.is_some())),
        ("disabled", json!(account.disabled)),
        ("created", instant(account.created)),
        ("items", Value::Object(items)),
        (
            "devices",
            devices.iter().map(|device| json!(device.id)).collect(),
        ),
    ])
}

fn passwd(context: &Context, args: &Passwd) -> Result<(), Failure> {
    let name = &args.name;
    let found = context.store.read(|tx| account(tx, name))?;
    let scheme = if args.md5 || (!args.no_md5 && found.md5_secret.is_some()) {
        Scheme::Md5
    } else {
        Scheme::Basic
    };
    let new = args.password.obtain(name.as_str())?;
    let Stored { hash, md5_secret } = stored(context, found.id, name, new.password(), scheme)?;
    context
        .store
        .write(|tx| tx.set_password(found.id, &hash, md5_secret.as_deref()))?;
    told(context, name, "has a new password", Some(&new))
}

fn set_disabled(context: &Context, name: &UserName, disabled: bool) -> Result<(), Failure> {
    context.store.write(|tx| {
        let found = account(tx, name)?;
        Ok::<_, Failure>(tx.set_disabled(found.id, disabled)?)
    })?;
    told(
        context,
        name,
        if disabled {
            "may not sync any more"
        } else {
            "may sync again"
        },
        None,
    )
}

fn remove(context: &Context, args: &Remove) -> Result<(), Failure> {
    let name = &args.name;
    let found = context.store.read(|tx| account(tx, name))?;
    confirm(
        args.yes.into(),
        &format!("Remove {name} with all items and devices, for good?"),
    )?;
    context.store.write(|tx| tx.remove_account(found.id))?;
    told(context, name, "was removed", None)
}

/// Says what was done; a password that was made is shown here and nowhere else.
fn told(
    context: &Context,
    name: &UserName,
    what: &str,
    new: Option<&NewPassword>,
) -> Result<(), Failure> {
    let made = new.and_then(NewPassword::generated).map(Password::reveal);
    if context.out.is_json() {
        let password = made.map(|text| ("password", json!(text)));
        return context.out.record(
            [("name", json!(name))]
                .into_iter()
                .chain(password)
                .collect(),
        );
    }
    context.out.say(&format!("{name} {what}."))?;
    match made {
        Some(text) => context
            .out
            .say(&format!("Password: {text}\nIt is not shown again.")),
        None => Ok(()),
    }
}

fn stored(
    context: &Context,
    id: AccountId,
    name: &UserName,
    password: &Password,
    scheme: Scheme,
) -> Result<Stored, Failure> {
    let chance = Chance {
        salt: random()?,
        seal: random()?,
    };
    Ok(auth::store(
        &context.keys()?,
        id,
        name,
        password,
        scheme,
        chance,
    )?)
}

fn fresh_account_id() -> Result<AccountId, Failure> {
    let random = i64::from_be_bytes(random()?) & i64::MAX;
    Ok(AccountId(random.max(1)))
}

fn taken(name: &UserName) -> Failure {
    Failure::Refused(format!("there is already a user {name}"))
}
