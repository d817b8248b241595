//! `anchorage serve`: the server as a command.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::{Context, Failure, quirks, random, user};
use crate::auth::Auth;
use crate::codec::Limits;
use crate::doors::syncml::PATHS;
use crate::serve::{Bound, Options};
use crate::session::datastores::DATASTORES;
use crate::session::{Host, Settings};
use crate::sync::Guard;

/// The name of the account that is made when there is none.
const FIRST_USER: &str = "anchorage";
/// An hour, in milliseconds.
const HOUR_MS: i64 = 3_600_000;

/// Options of the server.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// As it was typed; the configuration judges it.
    #[arg(
        long,
        value_name = "ADDR:PORT",
        help = "Where to listen; 0.0.0.0:8080 lets phones in the network reach it [env: ANCHORAGE_LISTEN] [default: 127.0.0.1:8080]"
    )]
    pub listen: Option<String>,
}

pub fn run(context: &Context, _args: &ServeArgs) -> Result<(), Failure> {
    let config = &context.config;
    let auth = Auth::new(context.keys()?, random()?, config.default_scheme());
    let host = Host::new(context.store.clone(), auth, settings(context)?);
    let bound = Bound::new(Options {
        listen: config.listen,
        public_url: config.public_url.clone(),
        max_request_bytes: usize::try_from(config.max_request_bytes).unwrap_or(usize::MAX),
        workers: config.workers,
        busy_after: Some(config.busy_after_seconds)
            .filter(|seconds| *seconds > 0)
            .map(Duration::from_secs),
    });
    let bound = bound
        .map_err(|cause| Failure::failed(format!("cannot listen on {}: {cause}", config.listen)))?;
    let address = bound
        .address()
        .map_err(|cause| Failure::failed(format!("cannot tell the address: {cause}")))?;
    let first = user::first(context, FIRST_USER)?;
    welcome(context, address, first.as_deref())?;
    bound
        .run(host)
        .map_err(|cause| Failure::failed(format!("the server ended: {cause}")))
}

fn settings(context: &Context) -> Result<Settings, Failure> {
    let config = &context.config;
    let bytes = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let hours = i64::try_from(config.retention.session_hours).unwrap_or(24);
    Ok(Settings {
        server_id: server_id(context)?,
        max_message_bytes: bytes(config.max_message_bytes),
        max_object_bytes: bytes(config.max_object_bytes),
        limits: Limits {
            bytes: bytes(config.max_request_bytes),
            expansion: bytes(config.max_request_bytes.saturating_mul(2)),
            ..Limits::default()
        },
        per_message: config.auth.per_message,
        http_basic: config.auth.http_basic,
        plain_basic: config.auth.plain_basic,
        quirks: Arc::new(quirks::rules(config)?),
        session_ms: hours.saturating_mul(HOUR_MS),
        busy_style: config.busy_style,
        guard: Guard {
            percent: config.guard.delete_percent,
            least: config.guard.delete_least,
        },
        keeps_revisions: config.retention.revision_days > 0,
        ..Settings::default()
    })
}

/// The name devices know the server by: as configured, or made once and kept.
pub fn server_id(context: &Context) -> Result<String, Failure> {
    const NAME: &str = "server-id";
    if let Some(id) = &context.config.server_id {
        return Ok(id.clone());
    }
    let fresh = format!("anchorage-{:08x}", u32::from_be_bytes(random()?));
    context.store.write(|tx| {
        if let Some(id) = tx.setting(NAME)? {
            return Ok(id);
        }
        tx.put_setting(NAME, &fresh)?;
        Ok(fresh)
    })
}

/// Says where the server is; on the first start also how to point a phone at it. Only here is the password shown.
fn welcome(context: &Context, address: SocketAddr, password: Option<&str>) -> Result<(), Failure> {
    let path = PATHS.first().copied().unwrap_or_default();
    let url = match &context.config.public_url {
        Some(base) => format!("{}{path}", base.trim_end_matches('/')),
        None => format!("http://{address}{path}"),
    };
    let mut text = format!("Anchorage answers at {url}");
    if let Some(password) = password {
        let rows = [
            ("Server address", url.as_str()),
            ("User name", FIRST_USER),
            ("Password", password),
        ];
        let stores = DATASTORES.iter().map(|store| (store.title, store.name));
        let rows: Vec<_> = rows
            .into_iter()
            .chain(stores)
            .map(|(what, value)| format!("  {what:<20} {value}"))
            .collect();
        text += "\n\nThis is the first start. Enter this in the phone or sync client:\n\n";
        text += &rows.join("\n");
        text += "\n\nThe password is not shown again; `anchorage user passwd` sets a new one.";
        if address.ip().is_loopback() && context.config.public_url.is_none() {
            text += "\nOnly this machine can reach the server; `--listen 0.0.0.0:8080` lets phones in the network do so.";
        }
    }
    context.out.say(&text)
}
