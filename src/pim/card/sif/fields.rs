//! The table of SIF-C: each field and where it stands in a canonical card.
//!
//! Source: Funambol's and Horde's sample documents.

/// The name and the types of a slot.
pub(super) type Slot = (&'static str, &'static [&'static str]);

/// Where a field of SIF-C stands in a canonical card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A property with these types.
    Whole(&'static str, &'static [&'static str]),
    /// A part of a property with these types.
    Part(&'static str, &'static [&'static str], usize),
    /// A list in one text.
    Words(&'static str),
    /// A date.
    Day(&'static str),
    /// `Sensitivity`.
    Class,
}

impl Place {
    /// The property it is in, and its types.
    pub(super) fn property(self) -> Slot {
        match self {
            Self::Whole(name, types) | Self::Part(name, types, _) => (name, types),
            Self::Words(name) | Self::Day(name) => (name, &[]),
            Self::Class => ("CLASS", &[]),
        }
    }
}

const HOME: &[&str] = &["home"];
const WORK: &[&str] = &["work"];
const NONE: &[&str] = &[];

/// The fields of SIF-C and where they stand; those of one property follow one another.
pub(super) const FIELDS: [(&str, Place); 67] = [
    ("LastName", Place::Part("N", NONE, 0)),
    ("FirstName", Place::Part("N", NONE, 1)),
    ("MiddleName", Place::Part("N", NONE, 2)),
    ("Title", Place::Part("N", NONE, 3)),
    ("Suffix", Place::Part("N", NONE, 4)),
    ("FileAs", Place::Whole("FN", NONE)),
    ("NickName", Place::Whole("NICKNAME", NONE)),
    ("CompanyName", Place::Part("ORG", NONE, 0)),
    ("Department", Place::Part("ORG", NONE, 1)),
    ("JobTitle", Place::Whole("TITLE", NONE)),
    ("Profession", Place::Whole("ROLE", NONE)),
    ("Body", Place::Whole("NOTE", NONE)),
    ("Birthday", Place::Day("BDAY")),
    ("Anniversary", Place::Day("ANNIVERSARY")),
    ("Categories", Place::Words("CATEGORIES")),
    ("Sensitivity", Place::Class),
    ("Spouse", Place::Whole("X-SPOUSE", NONE)),
    ("Children", Place::Whole("X-CHILD", NONE)),
    ("ManagerName", Place::Whole("X-MANAGER", NONE)),
    ("AssistantName", Place::Whole("X-ASSISTANT", NONE)),
    ("YomiFirstName", Place::Whole("X-PHONETIC-FIRST-NAME", NONE)),
    ("YomiLastName", Place::Whole("X-PHONETIC-LAST-NAME", NONE)),
    ("WebPage", Place::Whole("URL", NONE)),
    ("HomeWebPage", Place::Whole("URL", HOME)),
    ("BusinessWebPage", Place::Whole("URL", WORK)),
    ("Email1Address", Place::Whole("EMAIL", NONE)),
    ("Email2Address", Place::Whole("EMAIL", HOME)),
    ("Email3Address", Place::Whole("EMAIL", WORK)),
    ("MobileTelephoneNumber", Place::Whole("TEL", &["cell"])),
    (
        "HomeTelephoneNumber",
        Place::Whole("TEL", &["home", "voice"]),
    ),
    (
        "Home2TelephoneNumber",
        Place::Whole("TEL", &["home", "voice"]),
    ),
    (
        "BusinessTelephoneNumber",
        Place::Whole("TEL", &["work", "voice"]),
    ),
    (
        "Business2TelephoneNumber",
        Place::Whole("TEL", &["work", "voice"]),
    ),
    ("CarTelephoneNumber", Place::Whole("TEL", &["car", "voice"])),
    ("PagerNumber", Place::Whole("TEL", &["pager"])),
    (
        "PrimaryTelephoneNumber",
        Place::Whole("TEL", &["pref", "voice"]),
    ),
    ("RadioTelephoneNumber", Place::Whole("TEL", &["x-radio"])),
    (
        "CallbackTelephoneNumber",
        Place::Whole("TEL", &["x-callback"]),
    ),
    (
        "CompanyMainTelephoneNumber",
        Place::Whole("TEL", &["x-company"]),
    ),
    (
        "AssistantTelephoneNumber",
        Place::Whole("TEL", &["x-assistant"]),
    ),
    ("TelexNumber", Place::Whole("TEL", &["x-telex"])),
    ("HomeFaxNumber", Place::Whole("TEL", &["home", "fax"])),
    ("BusinessFaxNumber", Place::Whole("TEL", &["work", "fax"])),
    ("OtherFaxNumber", Place::Whole("TEL", &["fax"])),
    ("OtherTelephoneNumber", Place::Whole("TEL", &["voice"])),
    ("HomeAddressPostOfficeBox", Place::Part("ADR", HOME, 0)),
    ("HomeAddressStreet", Place::Part("ADR", HOME, 2)),
    ("HomeAddressCity", Place::Part("ADR", HOME, 3)),
    ("HomeAddressState", Place::Part("ADR", HOME, 4)),
    ("HomeAddressPostalCode", Place::Part("ADR", HOME, 5)),
    ("HomeAddressCountry", Place::Part("ADR", HOME, 6)),
    ("BusinessAddressPostOfficeBox", Place::Part("ADR", WORK, 0)),
    ("BusinessAddressStreet", Place::Part("ADR", WORK, 2)),
    ("BusinessAddressCity", Place::Part("ADR", WORK, 3)),
    ("BusinessAddressState", Place::Part("ADR", WORK, 4)),
    ("BusinessAddressPostalCode", Place::Part("ADR", WORK, 5)),
    ("BusinessAddressCountry", Place::Part("ADR", WORK, 6)),
    ("OtherAddressPostOfficeBox", Place::Part("ADR", NONE, 0)),
    ("OtherAddressStreet", Place::Part("ADR", NONE, 2)),
    ("OtherAddressCity", Place::Part("ADR", NONE, 3)),
    ("OtherAddressState", Place::Part("ADR", NONE, 4)),
    ("OtherAddressPostalCode", Place::Part("ADR", NONE, 5)),
    ("OtherAddressCountry", Place::Part("ADR", NONE, 6)),
    ("HomeLabel", Place::Whole("LABEL", HOME)),
    ("BusinessLabel", Place::Whole("LABEL", WORK)),
    ("OtherLabel", Place::Whole("LABEL", NONE)),
    ("IMAddress", Place::Whole("IMPP", NONE)),
];
