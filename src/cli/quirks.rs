//! Rules for devices as the command line meets them: the admin's file read, what holds for a device told, and flags
//! set for one device.

use std::collections::BTreeMap;

use clap::Args;
use serde_json::{Map, Value, json};

use super::device::{Named, no_device};
use super::{Context, Failure, account};
use crate::config::Config;
use crate::session::quirks::{Facts, Hit, Rules, named, overrides, setting};
use crate::store::Device;

#[derive(Debug, Args)]
pub struct Set {
    #[command(flatten)]
    which: Named,
    /// A flag and its value, such as `max_message=70%`; conformance/devices/README.md lists all flags.
    #[arg(value_name = "FLAG=VALUE", value_parser = setting)]
    flags: Vec<(&'static str, String)>,
    /// The time zone the device lives in, such as `Europe/Prague`: the flag `zone`.
    #[arg(long, value_name = "ZONE", value_parser = |name: &str| setting(&format!("zone={name}")))]
    zone: Option<(&'static str, String)>,
    /// A flag that is to be as the rules say again.
    #[arg(long, value_name = "FLAG", value_parser = |name: &str| named(name).map(|flag| flag.name))]
    unset: Vec<&'static str>,
}

/// The rules that are shipped, and those of the admin's file.
///
/// # Errors
/// [`Failure::Usage`] with everything that is wrong with the file.
pub fn rules(config: &Config) -> Result<Rules, Failure> {
    let Some(path) = &config.quirks else {
        return Ok(Rules::default());
    };
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|cause| {
        Failure::Usage(format!(
            "cannot read the rules for devices {shown}: {cause}"
        ))
    })?;
    Rules::with(&text).map_err(|flaws| {
        let lines: Vec<_> = flaws.iter().map(|flaw| format!("{shown}:{flaw}")).collect();
        Failure::Usage(lines.join("\n"))
    })
}

/// Sets and unsets flags of one device.
pub fn set(context: &Context, args: &Set) -> Result<(), Failure> {
    let Named { user, device } = &args.which;
    if args.flags.is_empty() && args.unset.is_empty() && args.zone.is_none() {
        return Err(Failure::Usage(
            "name a flag to set, as FLAG=VALUE, or to --unset, or a --zone".to_owned(),
        ));
    }
    let own = context.store.write(|tx| {
        let account = account(tx, user)?;
        let found = tx
            .device(account.id, device)?
            .ok_or_else(|| no_device(&args.which))?;
        let mut own: BTreeMap<_, _> = overrides(found.quirks.as_deref()).into_iter().collect();
        own.retain(|flag, _| !args.unset.contains(flag));
        own.extend(args.flags.iter().chain(&args.zone).cloned());
        let json = serde_json::to_string(&own).unwrap_or_default();
        tx.set_device_quirks(
            account.id,
            device,
            Some(json.as_str()).filter(|_| !own.is_empty()),
        )?;
        Ok::<_, Failure>(own)
    })?;
    if context.out.is_json() {
        return context.out.record(vec![
            ("user", json!(user)),
            ("device", json!(device)),
            ("set", json!(own)),
        ]);
    }
    let flags: Vec<_> = own
        .iter()
        .map(|(flag, value)| format!("{flag}={value}"))
        .collect();
    let flags = if flags.is_empty() {
        "nothing".to_owned()
    } else {
        flags.join(" ")
    };
    context.out.say(&format!(
        "Set for {device} of {user}: {flags}. It holds from its next message on."
    ))
}

/// What holds for a device: every flag that is not as usual, and the rules it comes from, with the reason for each.
pub fn held(context: &Context, device: &Device) -> Result<Vec<(&'static str, Value)>, Failure> {
    let rules = rules(&context.config)?;
    let devinf = device
        .devinf
        .as_deref()
        .and_then(|json| serde_json::from_str(json).ok());
    let facts = Facts::of_device(device, devinf.as_ref());
    let found = rules.resolve(&facts, device.quirks.as_deref());
    let rule = |hit: &Hit<'_>| json!({ "rule": hit.rule.name, "because": hit.because, "about": hit.rule.about, "sets": object(&hit.rule.set) });
    Ok(vec![
        ("flags", object(&found.changed())),
        ("set", object(&found.own)),
        ("rules", found.hits.iter().map(rule).collect()),
    ])
}

fn object(flags: &[(&'static str, String)]) -> Value {
    let fields: Map<_, _> = flags
        .iter()
        .map(|(flag, value)| ((*flag).to_owned(), json!(value)))
        .collect();
    Value::Object(fields)
}
