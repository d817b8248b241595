//! What a notification says, from what is known of the device.

use log::warn;

use super::{AlertArgs, Form, Mode, Subject};
use crate::auth::server::Server;
use crate::auth::{Auth, Scheme, digest::Formula};
use crate::cli::{Context, Failure, random, serve};
use crate::codec::{Encoding, Version};
use crate::message::{Cred, Meta};
use crate::push::alert::{self, Summons};
use crate::push::{Asked, Initiator, Notice, TooLarge, san, wsp, wsp_type};
use crate::session::datastores::{self, Datastore};

/// Ready to leave.
pub(super) struct Built {
    /// Its media type.
    pub(super) content_type: &'static str,
    /// The bytes.
    pub(super) body: Vec<u8>,
}

fn version(subject: &Subject) -> Option<Version> {
    let told = subject.devinf.as_ref()?.ver_dtd.trim();
    [Version::V10, Version::V11, Version::V12]
        .into_iter()
        .find(|version| version.as_str() == told)
}

/// Whether the device is too old for the binary form.
fn is_old(subject: &Subject) -> bool {
    version(subject).is_some_and(|version| version < Version::V12)
}

/// Puts the notification together, in the form that was asked for or the one its version takes.
pub(super) fn build(
    context: &Context,
    args: &AlertArgs,
    subject: &Subject,
    stores: &[(String, &Datastore)],
    session: u16,
) -> Result<Built, Failure> {
    let usual = if is_old(subject) {
        Form::Wbxml
    } else {
        Form::San
    };
    let id = serve::server_id(context)?;
    let auth = Auth::new(context.keys()?, random()?, context.config.default_scheme());
    let server = Server {
        id: &id,
        account: &subject.account,
        password: subject
            .login
            .as_ref()
            .and_then(|login| login.password.as_deref()),
    };
    let nonce = subject.login.as_ref().map_or(&[][..], |login| &login.nonce);
    let summons = |encoding| {
        let summons = summons(args, subject, stores, session, (&auth, server));
        Built {
            content_type: alert::media_type(encoding),
            body: summons.bytes(encoding),
        }
    };
    let native = || {
        if is_old(subject) {
            return Ok((
                wsp::Content::Message(Encoding::Wbxml),
                summons(Encoding::Wbxml).body,
            ));
        }
        let notice = notice(args, subject, stores, session, &id);
        let body = notice.bytes().map_err(too_large)?;
        let digest = auth
            .server_digest(server, nonce, &body)
            .filter(|_| !args.unsigned);
        if digest.is_none() && !args.unsigned {
            warn!(
                "the notification has no digest, which many devices do not believe: {} has no secret for MD5, and the server no password at {}",
                args.which.user, args.which.device
            );
        }
        let package = notice.package(digest).map_err(too_large)?;
        Ok::<_, Failure>((wsp::Content::Notification, package))
    };
    let binary = "application/octet-stream";
    match args.form.unwrap_or(usual) {
        Form::Xml => Ok(summons(Encoding::Xml)),
        Form::Wbxml => Ok(summons(Encoding::Wbxml)),
        Form::San if is_old(subject) => Err(Failure::Usage(format!(
            "{} does not speak 1.2, which alone has the binary notification; take wbxml",
            args.which.device
        ))),
        Form::San => Ok(Built {
            content_type: san::MEDIA_TYPE,
            body: native()?.1,
        }),
        Form::Wsp => {
            let (carried, payload) = native()?;
            Ok(Built {
                content_type: binary,
                body: wsp::push(carried, &payload),
            })
        }
        Form::Sms => {
            let (carried, payload) = native()?;
            let [_, reference] = session.to_be_bytes();
            let messages = wsp::short_messages(&wsp::push(carried, &payload), reference);
            let messages = messages.map_err(|cause| Failure::failed(cause.to_string()))?;
            Ok(Built {
                content_type: "text/plain",
                body: messages.iter().flat_map(|message| hex(message)).collect(),
            })
        }
    }
}

fn notice(
    args: &AlertArgs,
    subject: &Subject,
    stores: &[(String, &Datastore)],
    session: u16,
    server: &str,
) -> Notice {
    let asked = |(name, store): &(String, &Datastore)| Asked {
        wish: args.mode.wish(),
        content: wsp_type(&media_type(subject, store)),
        uri: name.clone(),
    };
    // Everything two-way needs no list, and is the shortest.
    let is_all = args.datastores.is_empty() && args.mode == Mode::TwoWay;
    Notice {
        version: san::VERSION_1_2,
        ui: args.ui.ui(),
        initiator: Initiator::Server,
        session,
        server: server.to_owned(),
        syncs: if is_all {
            Vec::new()
        } else {
            stores.iter().map(asked).collect()
        },
        vendor: Vec::new(),
    }
}

fn summons(
    args: &AlertArgs,
    subject: &Subject,
    stores: &[(String, &Datastore)],
    session: u16,
    (auth, server): (&Auth, Server<'_>),
) -> Summons {
    let version = version(subject).unwrap_or(Version::V11);
    let formula = match version {
        Version::V10 => Formula::V1_0,
        Version::V11 | Version::V12 => Formula::V1_1,
    };
    let cred = subject.login.as_ref().and_then(|login| {
        let scheme = Scheme::named(login.scheme.as_deref()?)?;
        let data = auth.server_cred(server, scheme, formula, &login.nonce)?;
        Some(Cred {
            meta: Meta {
                format: Some("b64".to_owned()),
                media_type: Some(scheme.as_str().to_owned()),
                ..Meta::default()
            },
            data: data.into_bytes(),
        })
    });
    let asked = |(name, store): &(String, &Datastore)| alert::Asked {
        wish: args.mode.wish(),
        media_type: media_type(subject, store),
        source: name.clone(),
        target: None,
    };
    Summons {
        version,
        session,
        device: subject.device.id.to_string(),
        server: server.id.to_owned(),
        cred: cred.filter(|_| !args.unsigned),
        syncs: stores.iter().map(asked).collect(),
    }
}

/// The type a device likes best for a datastore, as far as it told; else what the oldest take.
fn media_type(subject: &Subject, store: &Datastore) -> String {
    let told = subject.devinf.iter().flat_map(|devinf| &devinf.datastores);
    let told = told
        .filter(|theirs| {
            datastores::find(&theirs.source_ref).is_some_and(|found| found.name == store.name)
        })
        .find_map(|theirs| theirs.rx_pref.as_ref());
    if let Some(told) = told {
        return told.ct_type.clone();
    }
    let oldest = store.types.iter().map(|(name, _)| *name);
    let numbered = |name: &&str| (1..0x100).contains(&wsp_type(name));
    let known = oldest.clone().find(numbered).or(oldest.clone().next());
    known.unwrap_or_default().to_owned()
}

fn hex(message: &[u8]) -> Vec<u8> {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    let digits = message.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    let line: String = digits.map(digit).chain(['\n']).collect();
    line.to_ascii_uppercase().into_bytes()
}

fn too_large(cause: TooLarge) -> Failure {
    Failure::Usage(cause.to_string())
}
