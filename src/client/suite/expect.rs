//! What a reply must say, and whether it does.

use serde::Deserialize;

use crate::message::{AlertCode, ChangeKind, Command, Message, Status};

/// One demand on a reply. Codes are given as `200`, `2xx` or several of them with `|` between.
#[derive(Debug, Clone, Default, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a word of the file that may stand with any other"
)]
#[serde(deny_unknown_fields, default)]
pub struct Expect {
    /// The command of our message whose Status is meant, by its `CmdID`; `0` is the header.
    pub status: Option<String>,
    /// The codes it may have.
    pub code: Option<String>,
    /// Codes by which a server says that it does not offer this: the case does not apply then.
    pub lacking: Option<String>,
    /// The Status has a challenge.
    pub challenge: bool,
    /// The Status lists versions.
    pub versions: bool,
    /// The Status repeats our Next.
    pub echo: bool,
    /// The command that must have no Status.
    pub silent: Option<String>,
    /// An Alert of the server for our contacts, with one of these codes.
    pub alert: Option<String>,
    /// The same for our calendar.
    pub calendar_alert: Option<String>,
    /// An Alert of the server with one of these codes, whatever it is about.
    pub alert_code: Option<String>,
    /// Device information is there, with a datastore of our name.
    pub results: bool,
    /// There is nothing but Statuses.
    pub only_statuses: bool,
    /// The server adds this item.
    pub adds: Option<String>,
    /// The server does not add this item.
    pub lacks: Option<String>,
    /// There is a Sync for our contacts, or there is none.
    pub sync: Option<bool>,
}

/// Why a demand is not met.
#[derive(Debug, PartialEq, Eq)]
pub enum Unmet {
    /// The server does it wrong.
    Wrong(String),
    /// The server does not do it, and says so.
    Lacking(String),
}

/// What is known where a reply is looked at.
pub struct Scene<'a> {
    /// The reply.
    pub reply: &'a Message,
    /// Number of our message.
    pub msg: &'a str,
    /// Our Next.
    pub next: &'a str,
    /// Names of our contacts and our calendar.
    pub locals: [&'a str; 2],
    /// The word of the run.
    pub tag: &'a str,
    /// What the server calls our contacts.
    pub remote: &'a str,
}

impl Expect {
    /// Holds the reply against the demand.
    ///
    /// # Errors
    /// [`Unmet`], with a sentence.
    pub fn check(&self, scene: &Scene<'_>) -> Result<(), Unmet> {
        if let Some(command) = &self.status {
            self.check_status(scene, command)?;
        }
        if let Some(command) = &self.silent
            && let Some(status) = status(scene, command)
        {
            return wrong(format!(
                "{} {command} asked for no Status and got {}",
                status.cmd,
                code(status)
            ));
        }
        for (codes, local) in [&self.alert, &self.calendar_alert]
            .into_iter()
            .zip(scene.locals)
        {
            if let Some(codes) = codes {
                check_alert(scene, codes, local)?;
            }
        }
        if let Some(codes) = &self.alert_code {
            let mut alerts = scene.reply.body.iter().filter_map(|command| {
                let Command::Alert(alert) = command else {
                    return None;
                };
                alert.code.map(AlertCode::number)
            });
            if !alerts.any(|code| matches(codes, code)) {
                return wrong(format!("the server sends no Alert {codes}"));
            }
        }
        if self.results {
            check_results(scene)?;
        }
        if self.only_statuses
            && let Some(command) = scene
                .reply
                .body
                .iter()
                .find(|command| !matches!(command, Command::Status(_)))
        {
            return wrong(format!("there is a {} beside the Statuses", command.name()));
        }
        self.check_changes(scene)
    }

    fn check_status(&self, scene: &Scene<'_>, command: &str) -> Result<(), Unmet> {
        let what = if command == "0" {
            "the header".to_owned()
        } else {
            format!("command {command}")
        };
        let Some(status) = status(scene, command) else {
            return wrong(format!("there is no Status for {what}"));
        };
        let number = status
            .code
            .map(crate::message::StatusCode::number)
            .unwrap_or_default();
        let is_in =
            |codes: &Option<String>| codes.as_ref().is_some_and(|codes| matches(codes, number));
        if is_in(&self.lacking) && !is_in(&self.code) {
            return Err(Unmet::Lacking(format!(
                "the server answers {what} with {number}: it does not offer this"
            )));
        }
        if self.code.is_some() && !is_in(&self.code) {
            let wanted = self
                .code
                .as_deref()
                .unwrap_or_default()
                .replace('|', " or ");
            return wrong(format!(
                "{what} ({}) is answered {number}, not {wanted}",
                status.cmd
            ));
        }
        if self.challenge && status.chal.is_none() {
            return wrong(format!("the Status {number} for {what} has no challenge"));
        }
        let lists = |item: &crate::message::status::StatusItem| {
            let data = item.item.data.as_deref().unwrap_or_default();
            String::from_utf8_lossy(data).contains("1.")
        };
        if self.versions && !status.items.iter().any(lists) {
            return wrong(format!(
                "the Status {number} for {what} does not list the versions"
            ));
        }
        let echo = status.items.iter().find_map(|item| item.anchor.as_ref());
        if self.echo && echo.is_none_or(|anchor| anchor.next != scene.next) {
            return wrong(format!(
                "the Status {number} for {what} does not repeat our Next {:?}",
                scene.next
            ));
        }
        Ok(())
    }

    fn check_changes(&self, scene: &Scene<'_>) -> Result<(), Unmet> {
        let syncs: Vec<_> = scene
            .reply
            .body
            .iter()
            .filter(|command| matches!(command, Command::Sync(_)))
            .collect();
        let changes = syncs.iter().flat_map(|command| command.inner());
        let added: Vec<String> = changes
            .filter_map(|command| {
                let Command::Change(change) = command else {
                    return None;
                };
                (change.kind == ChangeKind::Add).then(|| bodies(change))
            })
            .collect();
        if let Some(name) = &self.adds {
            let word = super::text::word(scene.tag, name);
            if !added.iter().any(|body| body.contains(&word)) {
                return wrong(format!("the server does not send item {name:?}"));
            }
        }
        if let Some(name) = &self.lacks {
            let word = super::text::word(scene.tag, name);
            if added.iter().any(|body| body.contains(&word)) {
                return wrong(format!(
                    "the server sends item {name:?}, which it was not to send"
                ));
            }
        }
        match (self.sync, syncs.is_empty()) {
            (Some(true), true) => wrong("there is no Sync".to_owned()),
            (Some(false), false) => wrong("there is a Sync".to_owned()),
            (None, _) | (Some(true), false) | (Some(false), true) => Ok(()),
        }
    }
}

/// The bodies of a change, whatever their format.
pub fn bodies(change: &crate::message::Change) -> String {
    let bodies = change
        .items
        .iter()
        .map(|item| item.bytes(&change.meta).unwrap_or_default().into_owned());
    bodies
        .map(|body| String::from_utf8_lossy(&body).into_owned())
        .collect()
}

fn check_alert(scene: &Scene<'_>, codes: &str, local: &str) -> Result<(), Unmet> {
    let alerts = scene.reply.body.iter().filter_map(|command| {
        let Command::Alert(alert) = command else {
            return None;
        };
        let is_ours = alert.items.iter().any(|item| {
            item.target
                .as_ref()
                .is_some_and(|target| target.uri == local)
        });
        alert.code.map(AlertCode::number).filter(|_| is_ours)
    });
    let got: Vec<u16> = alerts.collect();
    match got.as_slice() {
        [] => wrong(format!("the server sends no Alert for {local}")),
        [one] if matches(codes, *one) => Ok(()),
        [one] => wrong(format!(
            "the server's Alert for {local} is {one}, not {}",
            codes.replace('|', " or ")
        )),
        [..] => wrong(format!("the server alerts {local} {} times", got.len())),
    }
}

fn check_results(scene: &Scene<'_>) -> Result<(), Unmet> {
    use crate::message::query::PutData;
    let items = scene.reply.body.iter().flat_map(|command| match command {
        Command::Results(results) => results.items.as_slice(),
        Command::Put(put) => put.items.as_slice(),
        Command::Alert(_)
        | Command::Change(_)
        | Command::Group(_)
        | Command::Exec(_)
        | Command::Get(_)
        | Command::Map(_)
        | Command::Search(_)
        | Command::Status(_)
        | Command::Sync(_)
        | Command::Unknown { .. } => &[],
    });
    let told = items.filter_map(|item| match &item.data {
        PutData::DevInf(devinf) => Some(devinf),
        PutData::None | PutData::Other(_) => None,
    });
    let mut told = told.peekable();
    if told.peek().is_none() {
        return wrong("the server's device information does not come".to_owned());
    }
    let bare = |uri: &str| {
        uri.trim_start_matches("./")
            .trim_end_matches('/')
            .to_ascii_lowercase()
    };
    let knows = told.any(|devinf| {
        devinf
            .datastores
            .iter()
            .any(|store| bare(&store.source_ref) == bare(scene.remote))
    });
    if knows {
        Ok(())
    } else {
        wrong(format!(
            "the server's device information does not list {:?}",
            scene.remote
        ))
    }
}

fn status<'a>(scene: &Scene<'a>, command: &str) -> Option<&'a Status> {
    scene.reply.body.iter().find_map(|answer| {
        let Command::Status(status) = answer else {
            return None;
        };
        (status.msg_ref.trim() == scene.msg && status.cmd_ref.trim() == command).then_some(status)
    })
}

fn code(status: &Status) -> String {
    status
        .code
        .map_or_else(|| "no code".to_owned(), |code| code.to_string())
}

fn wrong<T>(sentence: String) -> Result<T, Unmet> {
    Err(Unmet::Wrong(sentence))
}

/// Whether a code is one of these.
pub fn matches(codes: &str, number: u16) -> bool {
    codes.split('|').any(|one| match one.strip_suffix("xx") {
        Some(hundred) => hundred.parse() == Ok(number / 100),
        None => one.parse() == Ok(number),
    })
}
