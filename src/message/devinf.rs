//! `DevInf`: what a device is and can hold (`DevInf` 1.2; the flat `CTCap` of 1.0 and 1.1 is read into the same
//! values by content, not by version).

use serde::{Deserialize, Serialize};

use super::ctcap;
use super::element::{Element, content, same};
use super::out::Out;
use super::pull::Pull;
use crate::codec::{Limits, Tag, Version, decode_devinf};

/// Device information.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DevInf {
    /// `VerDTD` as it stands.
    pub ver_dtd: String,
    /// Manufacturer.
    pub man: Option<String>,
    /// Model.
    pub model: Option<String>,
    /// The maker whose brand it bears.
    pub oem: Option<String>,
    /// Firmware version.
    pub fw_v: Option<String>,
    /// Software version.
    pub sw_v: Option<String>,
    /// Hardware version.
    pub hw_v: Option<String>,
    /// Its globally unique id.
    pub dev_id: String,
    /// `phone`, `pda`, `server`, `workstation`, ...
    pub dev_typ: String,
    /// It handles UTC.
    pub utc: bool,
    /// It takes objects in chunks.
    pub large_objects: bool,
    /// It takes `NumberOfChanges`.
    pub number_of_changes: bool,
    /// Its datastores.
    pub datastores: Vec<DataStore>,
    /// Capabilities by content type that stand outside of the datastores (1.0 and 1.1).
    pub ct_caps: Vec<CtCap>,
    /// Extensions: a name and its values.
    pub ext: Vec<(String, Vec<String>)>,
}

/// One `DataStore`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DataStore {
    /// Its URI.
    pub source_ref: String,
    /// Its name for people.
    pub display_name: Option<String>,
    /// Longest GUID it takes, in bytes. A server never sends it.
    pub max_guid_size: Option<String>,
    /// What it likes best to receive.
    pub rx_pref: Option<ContentType>,
    /// What else it receives.
    pub rx: Vec<ContentType>,
    /// What it likes best to send.
    pub tx_pref: Option<ContentType>,
    /// What else it sends.
    pub tx: Vec<ContentType>,
    /// Capabilities by content type (1.2).
    pub ct_caps: Vec<CtCap>,
    /// Static memory limits.
    pub mem: Option<DsMem>,
    /// It understands parents (1.2).
    pub hierarchical: bool,
    /// The `SyncType`s as they stand: `1` two-way ... `7` server alerted.
    pub sync_types: Vec<String>,
    /// Filter grammars it takes (1.2).
    pub filter_rx: Vec<ContentType>,
    /// What its filters can name (1.2).
    pub filter_caps: Vec<FilterCap>,
}

/// A media type and its version.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ContentType {
    /// `CTType`.
    pub ct_type: String,
    /// `VerCT`.
    pub ver_ct: String,
}

/// `DSMem`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DsMem {
    /// Shared with other datastores.
    pub shared: bool,
    /// Bytes in all, as it stands.
    pub max_mem: Option<String>,
    /// Items in all, as it stands.
    pub max_id: Option<String>,
}

/// What can be held of one content type.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CtCap {
    /// `CTType` and `VerCT`; the flat form has no version.
    pub content: ContentType,
    /// Only changed fields may be sent (1.2).
    pub field_level: bool,
    /// The properties.
    pub properties: Vec<Property>,
}

/// A property, or (without its own params) a parameter of one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Property {
    /// `PropName` or `ParamName`.
    pub name: String,
    /// Type of its value; not used for vObjects.
    pub data_type: Option<String>,
    /// Most values it may have, as it stands.
    pub max_occur: Option<String>,
    /// Most characters it may have, as it stands (`Size` before 1.2).
    pub max_size: Option<String>,
    /// Never send it cut.
    pub no_truncate: bool,
    /// The values it may have.
    pub val_enum: Vec<String>,
    /// Its name for people.
    pub display_name: Option<String>,
    /// Its parameters.
    pub params: Vec<Property>,
}

/// `FilterCap`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FilterCap {
    /// The grammar.
    pub content: ContentType,
    /// Keywords.
    pub keywords: Vec<String>,
    /// Properties that may be named.
    pub prop_names: Vec<String>,
}

/// Reads device information that came as bytes: XML or WBXML, whatever its media type says. `None` when it
/// is no such document.
pub(super) fn parse(bytes: &[u8], pull: &mut Pull<'_>) -> Option<DevInf> {
    let bytes = bytes.trim_ascii_start();
    let bytes = match bytes.first()? {
        0x00..=0x03 => bytes,
        b'<' | 0xef => bytes.get(..=bytes.iter().rposition(|b| *b == b'>')?)?,
        _ => return None,
    };
    let document = decode_devinf(bytes, &Limits::default()).ok()?;
    pull.within(&document.events, |pull| {
        same(pull.child()?, Tag::DevInf).then(|| pull.read())
    })
}

impl DevInf {
    fn read_version(&mut self, pull: &mut Pull<'_>) {
        self.ver_dtd = pull.text();
    }

    /// The layout below is that of the session, and so is the version (REQ-DINF-3).
    #[expect(clippy::unused_self, reason = "a row of a table names two methods")]
    fn write_version(&self, tag: Tag, out: &mut Out) {
        out.text(
            tag,
            match out.version() {
                Version::V10 => "1.0",
                Version::V11 => "1.1",
                Version::V12 => "1.2",
            },
        );
    }

    fn read_caps(&mut self, pull: &mut Pull<'_>) {
        ctcap::read(&mut self.ct_caps, pull);
    }

    /// Before 1.2 all capabilities stand here, those of the datastores too; in 1.2 none do.
    fn write_caps(&self, tag: Tag, out: &mut Out) {
        if out.version() < Version::V12 {
            let caps = self
                .datastores
                .iter()
                .flat_map(|store| &store.ct_caps)
                .chain(&self.ct_caps);
            ctcap::write_flat(caps, tag, out);
        }
    }
}

impl DataStore {
    fn read_caps(&mut self, pull: &mut Pull<'_>) {
        ctcap::read(&mut self.ct_caps, pull);
    }

    /// 1.2 wants at least one: a datastore without any claims its preferred type and no property of it.
    fn write_caps(&self, tag: Tag, out: &mut Out) {
        if out.version() < Version::V12 {
            return;
        }
        for cap in &self.ct_caps {
            ctcap::write(cap, tag, out);
        }
        if self.ct_caps.is_empty() {
            let content = self.rx_pref.clone().unwrap_or_default();
            ctcap::write(
                &CtCap {
                    content,
                    ..CtCap::default()
                },
                tag,
                out,
            );
        }
    }

    fn read_sync_cap(&mut self, pull: &mut Pull<'_>) {
        while let Some(tag) = pull.child() {
            if same(tag, Tag::SyncType) {
                self.sync_types.push(pull.text());
            } else {
                pull.skip();
            }
        }
    }

    fn write_sync_cap(&self, tag: Tag, out: &mut Out) {
        if !self.sync_types.is_empty() {
            out.open(tag, |out| out.put(Tag::SyncType, &self.sync_types));
        }
    }
}

content! { DevInf {
    InfVerDtd => (read_version, write_version), Man => { man }, Mod => { model }, Oem => oem, FwV => { fw_v },
    SwV => { sw_v }, HwV => { hw_v }, DevId => dev_id, DevTyp => dev_typ, Utc => utc,
    SupportLargeObjs => large_objects, SupportNumberOfChanges => number_of_changes, DataStore => datastores,
    CtCap => (read_caps, write_caps), Ext => ext,
} }

content! { DataStore {
    InfSourceRef => source_ref, DisplayName => display_name, MaxGuidSize => max_guid_size, RxPref => rx_pref,
    Rx => rx, TxPref => tx_pref, Tx => tx, CtCap => (read_caps, write_caps), DsMem => mem,
    SupportHierarchicalSync => hierarchical, SyncCap => (read_sync_cap, write_sync_cap),
    FilterRx => filter_rx, FilterCap => filter_caps,
} }

content! { ContentType { CtType => ct_type, VerCt => ver_ct } }

content! { DsMem { InfSharedMem => shared, MaxMem => max_mem, MaxId => max_id } }

content! { FilterCap {
    CtType => [content.ct_type], VerCt => [content.ver_ct], FilterKeyword => keywords, PropName => prop_names,
} }

/// An extension: `XNam`, then its `XVal`s.
impl Element for (String, Vec<String>) {
    fn take(&mut self, tag: Tag, pull: &mut Pull<'_>) -> bool {
        if same(tag, Tag::XNam) {
            self.0 = pull.text();
        } else if same(tag, Tag::XVal) {
            self.1.push(pull.text());
        } else {
            return false;
        }
        true
    }

    fn give(&self, out: &mut Out) {
        out.put(Tag::XNam, &self.0);
        out.put(Tag::XVal, &self.1);
    }
}

/// Device information with this inside.
#[cfg(test)]
pub(super) fn sample(inside: &str) -> DevInf {
    let text = format!("<DevInf xmlns='syncml:devinf'>{inside}</DevInf>");
    parse(text.as_bytes(), &mut Pull::new(&[])).unwrap()
}

#[cfg(test)]
mod tests;
