//! Peers: the anchors of a device and a datastore.

use std::borrow::Cow;

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::Result;
use crate::ids::{AccountId, Anchor, DatastoreId, DeviceId, Millis, Rev};
use crate::store::conn::each;
use crate::store::error::stored;
use crate::store::schema::peers;
use crate::store::{Peer, Tx};

#[derive(Queryable, Insertable)]
#[diesel(table_name = peers, treat_none_as_default_value = false)]
struct PeerRow<'a> {
    account_id: i64,
    device_id: Cow<'a, str>,
    datastore: Cow<'a, str>,
    client_anchor: Option<Cow<'a, str>>,
    client_anchor_prev: Option<Cow<'a, str>>,
    server_anchor: Option<Cow<'a, str>>,
    server_anchor_prev: Option<Cow<'a, str>>,
    acked: i64,
    acked_prev: i64,
    types: Cow<'a, str>,
    epoch: Cow<'a, str>,
    synced: i64,
    filter: Cow<'a, str>,
    filter_prev: Cow<'a, str>,
}

impl Tx<'_> {
    /// What is known of all datastores of a device.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn peers(&mut self, account: AccountId, device: &DeviceId) -> Result<Vec<Peer>> {
        let of = peers::table.filter(
            peers::account_id
                .eq(account.0)
                .and(peers::device_id.eq(device.as_str())),
        );
        let mut all = self
            .ask(of)?
            .into_iter()
            .map(PeerRow::peer)
            .collect::<Result<Vec<_>>>()?;
        all.sort_by(|one, other| one.datastore.cmp(&other.datastore));
        Ok(all)
    }

    /// Keeps what is known of a datastore; what was known is replaced.
    ///
    /// # Errors
    /// [`crate::store::StoreError::Missing`] when there is no such account.
    pub fn put_peer(&mut self, peer: &Peer) -> Result<()> {
        let put = diesel::insert_into(peers::table)
            .values(PeerRow::from(peer))
            .on_conflict((peers::account_id, peers::device_id, peers::datastore))
            .do_update()
            .set((
                peers::client_anchor.eq(excluded(peers::client_anchor)),
                peers::client_anchor_prev.eq(excluded(peers::client_anchor_prev)),
                peers::server_anchor.eq(excluded(peers::server_anchor)),
                peers::server_anchor_prev.eq(excluded(peers::server_anchor_prev)),
                peers::acked.eq(excluded(peers::acked)),
                peers::acked_prev.eq(excluded(peers::acked_prev)),
                peers::types.eq(excluded(peers::types)),
                peers::epoch.eq(excluded(peers::epoch)),
                peers::synced.eq(excluded(peers::synced)),
                peers::filter.eq(excluded(peers::filter)),
                peers::filter_prev.eq(excluded(peers::filter_prev)),
            ));
        self.tell_by(|conn| each!(conn, put)).map(drop)
    }
}

impl Tx<'_> {
    /// Notes the filter by which the device is sent items, as the engine writes it, in what is known of a datastore.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn note_filter(
        &mut self,
        account: AccountId,
        device: &DeviceId,
        datastore: &DatastoreId,
        filter: &str,
    ) -> Result<()> {
        let peer = peers::table.filter(
            peers::account_id
                .eq(account.0)
                .and(peers::device_id.eq(device.as_str()))
                .and(peers::datastore.eq(datastore.as_str())),
        );
        self.tell(diesel::update(peer).set(peers::filter.eq(filter)))
            .map(drop)
    }

    /// Forgets the device's anchor: its next sync must be a full one.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn void_peer(
        &mut self,
        account: AccountId,
        device: &DeviceId,
        datastore: &DatastoreId,
    ) -> Result<()> {
        let peer = peers::table.filter(
            peers::account_id
                .eq(account.0)
                .and(peers::device_id.eq(device.as_str()))
                .and(peers::datastore.eq(datastore.as_str())),
        );
        self.tell(diesel::update(peer).set(peers::client_anchor.eq(None::<&str>)))
            .map(drop)
    }
}

impl<'a> From<&'a Peer> for PeerRow<'a> {
    fn from(peer: &'a Peer) -> Self {
        let text =
            |anchor: &'a Option<Anchor>| anchor.as_ref().map(|anchor| anchor.as_str().into());
        Self {
            account_id: peer.account.0,
            device_id: peer.device.as_str().into(),
            datastore: peer.datastore.as_str().into(),
            client_anchor: text(&peer.client_anchor),
            client_anchor_prev: text(&peer.client_anchor_prev),
            server_anchor: text(&peer.server_anchor),
            server_anchor_prev: text(&peer.server_anchor_prev),
            acked: peer.acked.0,
            acked_prev: peer.acked_prev.0,
            types: peer.types.as_str().into(),
            epoch: peer.epoch.as_str().into(),
            synced: peer.synced.0,
            filter: peer.filter.as_str().into(),
            filter_prev: peer.filter_prev.as_str().into(),
        }
    }
}

impl PeerRow<'static> {
    fn peer(self) -> Result<Peer> {
        let anchor =
            |text: Option<Cow<'_, str>>| text.map(|text| stored(Anchor::parse(&text))).transpose();
        Ok(Peer {
            account: AccountId(self.account_id),
            device: stored(DeviceId::parse(&self.device_id))?,
            datastore: stored(DatastoreId::parse(&self.datastore))?,
            client_anchor: anchor(self.client_anchor)?,
            client_anchor_prev: anchor(self.client_anchor_prev)?,
            server_anchor: anchor(self.server_anchor)?,
            server_anchor_prev: anchor(self.server_anchor_prev)?,
            acked: Rev(self.acked),
            acked_prev: Rev(self.acked_prev),
            types: self.types.into_owned(),
            filter: self.filter.into_owned(),
            filter_prev: self.filter_prev.into_owned(),
            epoch: self.epoch.into_owned(),
            synced: Millis(self.synced),
        })
    }
}
