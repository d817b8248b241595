//! `anchorage device server-password`: the server's own password towards a device that wants to know whom it syncs with.

use clap::Args;
use serde_json::json;

use super::super::ask::{NewPassword, PasswordSource};
use super::super::{Context, Failure, account, random};
use super::Named;
use crate::auth::seal::{Purpose, seal_for};
use crate::auth::{Password, StoreFailed};
use crate::store::ServerLogin;

#[derive(Debug, Args)]
pub struct ServerPassword {
    #[command(flatten)]
    which: Named,
    /// Have none: the user's own password stands in again, which the server can prove by MD5 and MAC alone.
    #[arg(long, conflicts_with_all = ["password_stdin", "generate"])]
    none: bool,
    #[command(flatten)]
    password: PasswordSource,
}

/// Keeps the password, sealed. The device need not have synced yet: some ask at their first contact.
pub fn run(context: &Context, args: &ServerPassword) -> Result<(), Failure> {
    let Named { user, device } = &args.which;
    let id = context.store.read(|tx| account(tx, user))?.id;
    let new = if args.none {
        None
    } else {
        Some(args.password.obtain(&format!("the server at {device}"))?)
    };
    let sealed = match &new {
        Some(new) => {
            let clear = new.password().reveal();
            let keys = context.keys()?;
            let sealed = seal_for(Purpose::Server, &keys, id, clear, random()?);
            Some(sealed.map_err(StoreFailed::from)?)
        }
        None => None,
    };
    context.store.write(|tx| {
        let former = tx.server_login(id, device)?;
        let (scheme, nonce) =
            former.map_or((None, Vec::new()), |login| (login.scheme, login.nonce));
        Ok::<_, Failure>(tx.put_server_login(&ServerLogin {
            account: id,
            device: device.clone(),
            password: sealed,
            scheme,
            nonce,
        })?)
    })?;
    told(context, args, new.as_ref())
}

/// Says what was done, and under which name the server goes; a password that was made is shown here and nowhere else.
fn told(
    context: &Context,
    args: &ServerPassword,
    new: Option<&NewPassword>,
) -> Result<(), Failure> {
    let Named { user, device } = &args.which;
    let server = super::super::serve::server_id(context)?;
    let made = new.and_then(NewPassword::generated).map(Password::reveal);
    if context.out.is_json() {
        let password = made.map(|text| ("password", json!(text)));
        let rows = [
            ("user", json!(user)),
            ("device", json!(device)),
            ("server", json!(server)),
        ];
        return context
            .out
            .record(rows.into_iter().chain(password).collect());
    }
    if new.is_none() {
        return context.out.say(&format!(
            "The server has no password of its own at {device}."
        ));
    }
    context.out.say(&format!(
        "At {device} the server is {server}, with the new password."
    ))?;
    made.map_or(Ok(()), |text| {
        context
            .out
            .say(&format!("Password: {text}\nIt is not shown again."))
    })
}
