//! What is known of a device when its rules are looked for: what its transport says, what its messages say, and
//! what it tells of itself.

use super::super::Request;
use crate::message::{DevInf, Header};
use crate::store::Device;

/// What a rule can ask about: its name in the file, and what it is.
pub const FACTS: &[(&str, &str)] = &[
    (
        "user_agent",
        "how the device names its software to the transport",
    ),
    (
        "profile",
        "where its description lies: the headers `x-wap-profile` and `profile`",
    ),
    (
        "content_type",
        "the media type of its messages, with parameters",
    ),
    ("transport", "`http`, or the name of another transport"),
    ("ver_proto", "`VerProto`, such as `SyncML/1.1`"),
    ("version", "`VerDTD`, such as `1.1`"),
    (
        "dev_id",
        "the address in its header, and `DevID` of its device information",
    ),
    ("man", "the manufacturer"),
    ("mod", "the model"),
    ("oem", "whose brand it bears"),
    ("fw", "its firmware version"),
    ("sw", "its software version"),
    ("hw", "its hardware version"),
    ("dev_typ", "`phone`, `pda`, `workstation`, ..."),
];

/// The facts that are kept with a device, since nothing else that is kept says them.
const KEPT: [&str; 5] = [
    "profile",
    "content_type",
    "transport",
    "ver_proto",
    "version",
];
/// The longest value looked at, in characters.
const MAX_VALUE: usize = 255;

/// What is known of a device: names of [`FACTS`] with values, some of them with several.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts(Vec<(&'static str, String)>);

impl Facts {
    /// What the first look at a message tells.
    #[must_use]
    pub fn of_request(request: &Request<'_>, header: &Header) -> Self {
        let mut facts = Self::default();
        facts.learn("user_agent", request.user_agent);
        for (name, value) in request.hints {
            match *name {
                "x-wap-profile" | "profile" => facts.learn("profile", Some(value)),
                "content-type" => facts.learn("content_type", Some(value)),
                _ => {}
            }
        }
        facts.learn("transport", Some(request.transport));
        facts.learn("ver_proto", Some(&header.ver_proto));
        facts.learn("version", Some(&header.ver_dtd));
        facts.learn("dev_id", Some(&header.source.uri));
        facts
    }

    /// What is kept of a device since its last session.
    #[must_use]
    pub fn of_device(device: &Device, devinf: Option<&DevInf>) -> Self {
        let mut facts = Self::default();
        facts.learn("user_agent", device.user_agent.as_deref());
        let kept = device.hints.as_deref().unwrap_or_default();
        let kept: Vec<(String, String)> = serde_json::from_str(kept).unwrap_or_default();
        for (name, value) in &kept {
            if let Some(name) = KEPT.iter().find(|known| *known == name) {
                facts.learn(name, Some(value));
            }
        }
        facts.learn("dev_id", Some(device.id.as_str()));
        facts.with_devinf(devinf)
    }

    /// Also what it tells of itself.
    #[must_use]
    pub fn with_devinf(mut self, devinf: Option<&DevInf>) -> Self {
        let Some(devinf) = devinf else { return self };
        let DevInf {
            man,
            model,
            oem,
            fw_v,
            sw_v,
            hw_v,
            dev_id,
            dev_typ,
            ..
        } = devinf;
        for (name, value) in [
            ("man", man),
            ("mod", model),
            ("oem", oem),
            ("fw", fw_v),
            ("sw", sw_v),
            ("hw", hw_v),
        ] {
            self.learn(name, value.as_deref());
        }
        self.learn("dev_id", Some(dev_id));
        self.learn("dev_typ", Some(dev_typ));
        self
    }

    /// The values of a fact; none where nothing is known.
    pub fn of(&self, name: &str) -> impl Iterator<Item = &str> {
        let known = self.0.iter().filter(move |(known, _)| *known == name);
        known.map(|(_, value)| value.as_str())
    }

    /// What [`Facts::of_device`] reads again.
    #[must_use]
    pub fn to_keep(&self) -> String {
        let kept = self.0.iter().filter(|(name, _)| KEPT.contains(name));
        serde_json::to_string(&kept.collect::<Vec<_>>()).unwrap_or_default()
    }

    fn learn(&mut self, name: &'static str, value: Option<&str>) {
        let value: String = value
            .unwrap_or_default()
            .trim()
            .chars()
            .take(MAX_VALUE)
            .collect();
        if !value.is_empty() && !self.0.iter().any(|known| *known == (name, value.clone())) {
            self.0.push((name, value));
        }
    }

    /// A device that is addressed so, of which nothing else is known.
    #[cfg(test)]
    pub(super) fn told(facts: &[(&'static str, &str)]) -> Self {
        let mut all = Self::default();
        for (name, value) in facts {
            all.learn(name, Some(value));
        }
        all
    }
}

/// Facts are told by name; every name is one of the table.
#[must_use]
pub(super) fn known(name: &str) -> Option<&'static str> {
    FACTS
        .iter()
        .map(|(known, _)| *known)
        .find(|known| *known == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{AccountId, DeviceId, Millis};

    #[test]
    fn what_is_kept_of_a_device_is_what_its_messages_told() {
        let hints = [
            ("x-wap-profile", "\"http://example.org/N6300.xml\""),
            ("content-type", "application/vnd.syncml+wbxml"),
            ("host", "h"),
        ];
        let request = Request {
            user_agent: Some("Nokia6300/2.0"),
            hints: &hints,
            ..Request::default()
        };
        let header = Header {
            ver_dtd: "1.1".into(),
            ver_proto: "SyncML/1.1".into(),
            source: "IMEI:1".into(),
            ..Header::default()
        };
        let facts = Facts::of_request(&request, &header);
        assert_eq!(
            facts.of("profile").collect::<Vec<_>>(),
            ["\"http://example.org/N6300.xml\""]
        );
        assert_eq!(facts.of("man").count(), 0);
        let device = Device {
            account: AccountId(1),
            id: DeviceId::parse("IMEI:1").unwrap(),
            devinf: None,
            user_agent: Some("Nokia6300/2.0".into()),
            hints: Some(facts.to_keep()),
            quirks: None,
            auth_count: 0,
            first_seen: Millis(0),
            last_seen: Millis(0),
        };
        let mut kept = Facts::of_device(&device, None);
        let mut told = facts;
        kept.0.sort();
        told.0.sort();
        assert_eq!(kept, told);
    }
}
