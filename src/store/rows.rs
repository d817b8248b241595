//! What lies in the tables, as plain values.

use serde::{Deserialize, Serialize};

use super::MapState;
use crate::ids::{
    AccountId, Anchor, CollectionId, DatastoreId, DeviceId, ItemId, Luid, Millis, Rev,
    SessionToken, UserName,
};
use crate::item::{Content, Digest, TwinKey};

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Syncs its own items.
    User,
    /// May manage others.
    Admin,
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Our key.
    pub id: AccountId,
    /// The name typed at the device; unique.
    pub name: UserName,
    /// Argon2id hash of the password, PHC text.
    pub password_hash: String,
    /// The sealed secret for MD5, only for users who want it (`auth::seal`).
    pub md5_secret: Option<Vec<u8>>,
    /// What it may do.
    pub role: Role,
    /// May not sync while set.
    pub disabled: bool,
    /// The account's clock: the change number of its latest write.
    pub clock: Rev,
    /// When it was made.
    pub created: Millis,
}

/// A user to be made; its collections come with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// Our key: random and positive.
    pub id: AccountId,
    /// The name typed at the device.
    pub name: UserName,
    /// Argon2id hash of the password, PHC text.
    pub password_hash: String,
    /// The sealed secret for MD5.
    pub md5_secret: Option<Vec<u8>>,
    /// What it may do.
    pub role: Role,
    /// Now.
    pub created: Millis,
}

/// A device of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Whose.
    pub account: AccountId,
    /// Its Source `LocURI`.
    pub id: DeviceId,
    /// Its device information as JSON, once it told.
    pub devinf: Option<String>,
    /// User-Agent of its latest session.
    pub user_agent: Option<String>,
    /// What else its latest session said of it before it told anything, as JSON (`session::quirks::Facts`).
    pub hints: Option<String>,
    /// Flags that are set for it alone, as a JSON object; [`crate::store::Tx::set_device_quirks`] writes it.
    pub quirks: Option<String>,
    /// How often it was authenticated by MD5; every nonce depends on it, so each is good once.
    pub auth_count: i64,
    /// First session.
    pub first_seen: Millis,
    /// Latest session.
    pub last_seen: Millis,
}

/// How a conflict is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// The item as the server has it stays; the device's goes to the revisions.
    ServerWins,
    /// The device's item stays; the server's goes to the revisions.
    ClientWins,
    /// The one changed last stays; where nothing tells, both.
    NewestWins,
    /// Both stay, as two items.
    KeepBoth,
}

/// A set of items of one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collection {
    /// Whose.
    pub account: AccountId,
    /// `contacts`, `calendar`, `tasks`, `notes`, `files`, `email`.
    pub id: CollectionId,
    /// Change number of the latest change in it; 0 when there was none.
    pub seq: Rev,
    /// A device whose acknowledged number is below this one must sync slowly: older tombstones are gone.
    pub floor: Rev,
    /// Sum over the live items of a term of id and digest, modulo 2^31-1: equal sets have equal sums.
    pub state_hash: i64,
    /// How many live items.
    pub live: i64,
    /// How a conflict is settled.
    pub policy: Policy,
}

/// An item, live or a tombstone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Whose.
    pub account: AccountId,
    /// Our name for it; the GUID.
    pub id: ItemId,
    /// Where it lies.
    pub collection: CollectionId,
    /// Change number of its latest change.
    pub seq: Rev,
    /// Change number of its making.
    pub created_seq: Rev,
    /// A tombstone: its content is the last it had.
    pub deleted: bool,
    /// The bytes and their type.
    pub content: Content,
    /// What it says.
    pub digest: Digest,
    /// By which it is found again in a slow sync.
    pub twin_key: TwinKey,
    /// The folder it lies in, an item of the same collection; 0 for none. `digest` is of what it says and of this.
    pub parent: ItemId,
    /// The device that wrote it last; `None` for the command line and the like.
    pub writer: Option<DeviceId>,
    /// When it was written last.
    pub modified: Millis,
}

/// What one live item adds to its collection's `state_hash`: 0 to 2^31-2, spread by a fixed mixing of id and digest.
#[must_use]
pub fn term(ItemId(id): ItemId, Digest(digest): Digest) -> i64 {
    let mut mixed = id.cast_unsigned().wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ digest.cast_unsigned();
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    i64::try_from((mixed ^ (mixed >> 31)) % 0x7FFF_FFFF).unwrap_or_default()
}

/// A body that was superseded or lost a conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Whose.
    pub account: AccountId,
    /// Of which item.
    pub item: ItemId,
    /// Change number: the one the body had; a loser that was never current has that of the transaction that refused it.
    pub seq: Rev,
    /// The bytes and their type.
    pub content: Content,
    /// What they say.
    pub digest: Digest,
    /// `superseded`, `deleted`, `lost-conflict`, `merged`, `archived`.
    pub reason: String,
    /// The device that wrote this body.
    pub writer: Option<DeviceId>,
    /// When it became a revision.
    pub at: Millis,
    /// Number of the session in which it became one; `None` for the command line.
    pub session: Option<i64>,
}

/// What a device had of an item: its change number then, and the digest of what it says there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Had {
    /// Which item.
    pub item: ItemId,
    /// As of this number; 0 where that is not known.
    pub seq: Rev,
    /// What it said; 0 where that is not known.
    pub digest: Digest,
}

/// A `MapItem`: one item as one device has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapEntry {
    /// Whose.
    pub account: AccountId,
    /// Which device.
    pub device: DeviceId,
    /// Under which datastore the device has it.
    pub datastore: DatastoreId,
    /// Our name for the item.
    pub item: ItemId,
    /// The device's name for it, once it told.
    pub luid: Option<Luid>,
    /// How far it has come.
    pub state: MapState,
    /// Change number of the item that the device is known to have; 0 for none.
    pub known: Rev,
    /// Digest of what the device is known to have; 0 for nothing.
    pub known_digest: Digest,
    /// Change number of the item as it was last sent; 0 for never.
    pub offered: Rev,
    /// Digest of the item as it was last sent.
    pub offered_digest: Digest,
    /// The folder in which the device is known to have it; 0 for none.
    pub known_parent: ItemId,
    /// The folder in which it was last sent.
    pub offered_parent: ItemId,
    /// Number of the session (its `Session::number`) that touched this entry last.
    pub session: i64,
}

/// What is known of one device and one datastore between sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// Whose.
    pub account: AccountId,
    /// Which device.
    pub device: DeviceId,
    /// Which datastore.
    pub datastore: DatastoreId,
    /// The device's Next of the last session that ended well; `None` forces a slow sync.
    pub client_anchor: Option<Anchor>,
    /// The one before.
    pub client_anchor_prev: Option<Anchor>,
    /// Our Next of the last session that ended well.
    pub server_anchor: Option<Anchor>,
    /// The one before, which a device that holds its previous anchor was told.
    pub server_anchor_prev: Option<Anchor>,
    /// Everything up to here was offered to the device or came from it.
    pub acked: Rev,
    /// The one before.
    pub acked_prev: Rev,
    /// The media types the device took then, sorted, blanks between; empty means all.
    pub types: String,
    /// The filter by which it was sent items last, as the engine writes it; empty means none.
    pub filter: String,
    /// The one before.
    pub filter_prev: String,
    /// The database's epoch when the anchors were written.
    pub epoch: String,
    /// When it last synced well.
    pub synced: Millis,
}

/// A session, between two of its messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub account: AccountId,
    /// Finds it again (`RespURI`).
    pub token: SessionToken,
    /// Which device.
    pub device: DeviceId,
    /// The device's `SessionID`, to the letter.
    pub client_session: String,
    /// Our number of it: larger than that of any earlier session of the account.
    pub number: i64,
    /// Everything the dialogue needs, versioned (`session::State` as JSON).
    pub state: Vec<u8>,
    /// It is over: kept only for its last reply.
    pub over: bool,
    /// `MsgID` of the device's last message that was answered.
    pub last_msg: i64,
    /// Hash of that message's bytes.
    pub request_hash: i64,
    /// The answer's bytes.
    pub reply: Vec<u8>,
    /// The answer's content type.
    pub reply_type: String,
    /// When it was last written.
    pub updated: Millis,
    /// When it may be thrown away.
    pub expires: Millis,
}

/// An item of a refresh from the client that waits for the package to be complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staged {
    /// Whose.
    pub account: AccountId,
    /// Which device.
    pub device: DeviceId,
    /// Which datastore.
    pub datastore: DatastoreId,
    /// The device's name for it.
    pub luid: Luid,
    /// The bytes and their type.
    pub content: Content,
    /// What they say.
    pub digest: Digest,
    /// By which a twin is found.
    pub twin_key: TwinKey,
    /// The LUID of the folder it lies in, if it lies in one.
    pub parent: Option<Luid>,
}

/// What one session did to one datastore: what a person looks at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    /// Whose.
    pub account: AccountId,
    /// When the session began; with `datastore` the key.
    pub at: Millis,
    /// Which device.
    pub device: DeviceId,
    /// The session's number.
    pub number: i64,
    /// Which datastore; `-` for the session as a whole (a failed login of a known device).
    pub datastore: String,
    /// The mode the device asked for, as alert code.
    pub asked: i64,
    /// The mode that was run, as alert code; 0 when none was.
    pub given: i64,
    /// Why another mode was given than asked, or why nothing was: plain words.
    pub why: String,
    /// `running`, `done`, `broken off`, `failed`.
    pub outcome: String,
    /// Counts of what happened and errors, as JSON (`session::Counts`).
    pub counts: String,
    /// Names of the rules that held for the device, with blanks between them.
    pub quirks: String,
    /// When it was last written.
    pub ended: Millis,
}
