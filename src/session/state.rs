//! What a session remembers between two messages. All of it lies in the store: any node can answer any message.

use serde::{Deserialize, Serialize};

use super::entry::Arrival;
use super::inbound::{Inbound, Unended};
use super::ours::Ours;
use super::outbound::Outbound;
use super::quirks::Format;
use super::resume::Answered;
use super::{Phase, Request};
use crate::auth::Scheme;
use crate::codec::Version;
use crate::ids::{ItemId, Millis, SessionToken, UserName};
use crate::message::AnchorPair;
use crate::store::{Account, StoreError, Tx};
use crate::sync::{Course, Sent};

/// The format of [`State`]; a node that reads another one has the device start again.
pub const FORMAT: u32 = 1;

/// A session between two messages.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own that may hold with any other"
)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// [`FORMAT`] of the node that wrote it.
    pub format: u32,
    /// Our number of the session.
    pub number: i64,
    /// Its token.
    pub token: SessionToken,
    /// Whose it is.
    pub user: UserName,
    /// When it began.
    pub began: Millis,
    /// The version both sides speak in it.
    pub version: Version,
    /// `VerProto`, as the device writes it.
    pub ver_proto: String,
    /// Where it stands.
    pub phase: Phase,
    /// The last credentials were good for one message only.
    pub per_message: bool,
    /// Our own address, as the device writes it in its first message.
    pub our_uri: String,
    /// `MaxMsgSize` of the device in bytes, if it has one.
    pub max_msg_size: Option<usize>,
    /// The device takes `NumberOfChanges`.
    pub number_of_changes: bool,
    /// Package 1 brought the device's changes.
    pub combined: bool,
    /// The device's package is complete; ours may say Final.
    pub their_final: bool,
    /// The anchors were moved.
    pub finished: bool,
    /// We asked for the device's information.
    pub asked_devinf: bool,
    /// One for each datastore that was alerted and found.
    pub strands: Vec<Strand>,
    /// Statuses that did not fit into the last message.
    pub owed: Vec<Owed>,
    /// Gets of our device information that did not fit: `MsgID`, `CmdID`, the object's name.
    pub devinf_owed: Vec<(String, String, String)>,
    /// Commands sent whose Status is still out.
    pub sent: Vec<SentChange>,
    /// How many messages in a row brought nothing and got nothing.
    pub idle: u32,
    /// The last reply was not given: the device was told to wait for it.
    #[serde(default)]
    pub held: Option<Held>,
    /// `MaxObjSize` of the device for all datastores, in bytes, if it has one.
    #[serde(default)]
    pub max_obj_size: Option<usize>,
    /// The device sent a chunk: it takes them, too.
    #[serde(default)]
    pub chunks: bool,
    /// Objects that broke off, which the device is still to be told.
    #[serde(default)]
    pub unended: Vec<Unended>,
    /// By which scheme its user was authenticated: it stays the same (REQ-AUTH-7).
    #[serde(default)]
    pub scheme: Option<Scheme>,
    /// How the device wants us to prove who we are.
    #[serde(default)]
    pub ours: Ours,
    /// Datastores, as the device calls ours, whose own credentials were refused and not put right yet.
    #[serde(default)]
    pub refused: Vec<String>,
    /// A Copy that brings data is an Add: some clients mean that by it (field quirk P20).
    #[serde(default)]
    pub copy_as_add: bool,
    /// How often in a row a device that resumed asked for more in vain.
    #[serde(default)]
    pub fruitless: u32,
    /// The rules that hold for the device, by name.
    #[serde(default)]
    pub quirks: Vec<String>,
}

impl State {
    /// The state of a session that begins with this message: nothing said, nothing alerted.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub(super) fn new(
        tx: &mut Tx<'_>,
        request: &Request<'_>,
        arrival: &Arrival,
        account: &Account,
    ) -> Result<Self, StoreError> {
        let header = &arrival.received.message.header;
        // Milliseconds and chance: larger than any earlier one of the device, and its own.
        let number = request.now.0 * 1024
            + i64::from(request.chance[0]) * 4
            + i64::from(request.chance[1] % 4);
        Ok(Self {
            format: FORMAT,
            number,
            token: SessionToken::from_chance(request.chance),
            user: account.name.clone(),
            began: request.now,
            version: arrival.version,
            ver_proto: header.ver_proto.clone(),
            phase: Phase::Opening,
            per_message: false,
            our_uri: header.target.uri.clone(),
            max_msg_size: None,
            number_of_changes: false,
            combined: false,
            their_final: false,
            finished: false,
            asked_devinf: false,
            strands: Vec::new(),
            owed: Vec::new(),
            devinf_owed: Vec::new(),
            sent: Vec::new(),
            idle: 0,
            held: None,
            max_obj_size: None,
            chunks: false,
            unended: Vec::new(),
            scheme: None,
            ours: super::ours::known(tx, account, &arrival.device)?,
            refused: Vec::new(),
            copy_as_add: false,
            fruitless: 0,
            quirks: Vec::new(),
        })
    }
}

/// A reply that waits to be asked for; it lies where the last reply of the session lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// `MsgID` of the message that it answers.
    pub msg: i64,
    /// With it the session ends well: only then do the anchors move.
    pub finish: bool,
    /// What it says of that message's header was said already.
    pub header_told: bool,
}

/// One datastore in a session: the engine's course, and what only the dialogue knows of it.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own that may hold with any other"
)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strand {
    /// The engine's side.
    pub course: Course,
    /// Our datastore, as the device writes it.
    pub ours: String,
    /// The device's datastore.
    pub theirs: String,
    /// `MaxObjSize` of the device for it, in bytes.
    pub max_obj_size: Option<usize>,
    /// Our Alert is still to be sent.
    pub alert_due: bool,
    /// Our first Sync was sent.
    pub sync_sent: bool,
    /// What a change that was sent took on the average, in bytes: how many are looked up for the next message.
    pub change_bytes: usize,
    /// Something went so wrong that its anchors must not move.
    pub failed: bool,
    /// The device counts the Size of an object as one byte more than it is (field quirk P2).
    #[serde(default)]
    pub size_plus_one: bool,
    /// The large object that the device is sending.
    #[serde(default)]
    pub inbound: Inbound,
    /// The large object that it is being sent, until its last chunk is answered.
    #[serde(default)]
    pub outbound: Option<Outbound>,
    /// The Last that the device sent when it opened the datastore, as it stands.
    #[serde(default)]
    pub last: Option<String>,
    /// Statuses of the latest changes that a second time would not get again.
    #[serde(default)]
    pub answered: Vec<Answered>,
    /// The device spells its items otherwise than as text.
    #[serde(default)]
    pub format: Option<Format>,
}

/// A Status that waits for room.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Owed {
    /// `MsgID` of the message with the command.
    pub msg_ref: String,
    /// The command.
    pub cmd_ref: String,
    /// Its name.
    pub cmd: String,
    /// Target of its item.
    pub target_ref: Option<String>,
    /// Source of its item.
    pub source_ref: Option<String>,
    /// The code.
    pub code: u16,
    /// The anchor echoed.
    pub next: Option<String>,
    /// The GUID of the duplicate that settled a conflict.
    pub duplicate: Option<String>,
    /// A word on what was wrong: the element that is not supported.
    pub detail: Option<String>,
    /// A challenge: its scheme, and its nonce in base64.
    pub challenge: Option<(Scheme, Option<String>)>,
    /// The device wants none: it counts for what its command is part of, and is not sent.
    #[serde(skip)]
    pub quiet: bool,
}

impl Owed {
    /// As the message layer has it.
    #[must_use]
    pub fn anchor(&self) -> Option<AnchorPair> {
        self.next
            .clone()
            .map(|next| AnchorPair { last: None, next })
    }
}

/// A command on its way to the device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentChange {
    /// `MsgID` of our message.
    pub msg: i64,
    /// `CmdID` in it.
    pub cmd: String,
    /// Index of its strand.
    pub strand: usize,
    /// What it was.
    pub subject: Subject,
}

/// What a command of ours was about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subject {
    /// Our Alert for the datastore.
    Alert,
    /// A Sync.
    Sync,
    /// A part of a large object that is not its last.
    Chunk {
        /// Which item.
        item: ItemId,
    },
    /// A change in a Sync.
    Change {
        /// Which item.
        item: ItemId,
        /// What was sent.
        what: Sent,
    },
}
