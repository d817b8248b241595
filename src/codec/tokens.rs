//! THE table of elements: names, namespaces, WBXML tokens and the version that first has them.
//! Both codecs read it, nothing else knows a token.
//!
//! Sources: `SyncML` Representation Protocol 1.2.2 section 8, `MetInf` 1.2.2 section 7,
//! `DevInf` 1.2 section 7.

use super::Version;

/// The three vocabularies of `SyncML`. In WBXML, `SyncML` and `MetInf` are code pages 0 and 1 of one
/// document, `DevInf` is code page 0 of a nested document of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Space {
    /// The representation protocol: `SYNCML:SYNCML1.x`.
    SyncMl,
    /// Meta information: `syncml:metinf`.
    MetInf,
    /// Device information: `syncml:devinf`.
    DevInf,
}

macro_rules! elements {
    ($( $space:ident { $( $variant:ident = $token:literal $name:literal $since:ident ),* $(,)? } )*) => {
        /// Every element of `SyncML`, `MetInf` and `DevInf`, 1.0 to 1.2. Names that two vocabularies share
        /// carry the prefix `Inf` for `DevInf` and `Meta` for `MetInf`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "each variant is the element of that name in the table below")]
        pub enum Tag {
            $( $( $variant, )* )*
            /// An element of none of the tables: read over, never written.
            Unknown,
        }

        impl Tag {
            /// Every element but [`Tag::Unknown`], in the order of the tables.
            pub const ALL: &'static [Self] = &[ $( $( Self::$variant, )* )* ];

            /// The element's name in XML.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $( $( Self::$variant => $name, )* )* Self::Unknown => "" }
            }

            /// The vocabulary it belongs to.
            #[must_use]
            pub const fn space(self) -> Space {
                match self { $( $( Self::$variant => Space::$space, )* )* Self::Unknown => Space::SyncMl }
            }

            /// Its WBXML token on the code page of its vocabulary, 0x05 to 0x3F.
            #[must_use]
            pub const fn token(self) -> u8 {
                match self { $( $( Self::$variant => $token, )* )* Self::Unknown => 0 }
            }

            /// The first version that has it.
            #[must_use]
            pub const fn since(self) -> Version {
                match self { $( $( Self::$variant => Version::$since, )* )* Self::Unknown => Version::V10 }
            }
        }

        /// The element of this name in this vocabulary.
        #[must_use]
        pub fn by_name(space: Space, name: &str) -> Option<Tag> {
            match space { $( Space::$space => match name { $( $name => Some(Tag::$variant), )* _ => None }, )* }
        }

        /// The element with this token in this vocabulary. `DevInf` 0x1C is `Size` before 1.2 and `MaxSize`
        /// in it; this answers [`Tag::MaxSize`], and readers treat the two alike.
        #[must_use]
        pub fn by_token(space: Space, token: u8) -> Option<Tag> {
            #[expect(unreachable_patterns, reason = "Size and MaxSize share a token")]
            match space { $( Space::$space => match token { $( $token => Some(Tag::$variant), )* _ => None }, )* }
        }
    };
}

elements! {
    SyncMl {
        Add = 0x05 "Add" V10, Alert = 0x06 "Alert" V10, Archive = 0x07 "Archive" V10, Atomic = 0x08 "Atomic" V10,
        Chal = 0x09 "Chal" V10, Cmd = 0x0A "Cmd" V10, CmdId = 0x0B "CmdID" V10, CmdRef = 0x0C "CmdRef" V10,
        Copy = 0x0D "Copy" V10, Cred = 0x0E "Cred" V10, Data = 0x0F "Data" V10, Delete = 0x10 "Delete" V10,
        Exec = 0x11 "Exec" V10, Final = 0x12 "Final" V10, Get = 0x13 "Get" V10, Item = 0x14 "Item" V10,
        Lang = 0x15 "Lang" V10, LocName = 0x16 "LocName" V10, LocUri = 0x17 "LocURI" V10, Map = 0x18 "Map" V10,
        MapItem = 0x19 "MapItem" V10, Meta = 0x1A "Meta" V10, MsgId = 0x1B "MsgID" V10, MsgRef = 0x1C "MsgRef" V10,
        NoResp = 0x1D "NoResp" V10, NoResults = 0x1E "NoResults" V10, Put = 0x1F "Put" V10, Replace = 0x20 "Replace" V10,
        RespUri = 0x21 "RespURI" V10, Results = 0x22 "Results" V10, Search = 0x23 "Search" V10, Sequence = 0x24 "Sequence" V10,
        SessionId = 0x25 "SessionID" V10, SftDel = 0x26 "SftDel" V10, Source = 0x27 "Source" V10, SourceRef = 0x28 "SourceRef" V10,
        Status = 0x29 "Status" V10, Sync = 0x2A "Sync" V10, SyncBody = 0x2B "SyncBody" V10, SyncHdr = 0x2C "SyncHdr" V10,
        SyncMl = 0x2D "SyncML" V10, Target = 0x2E "Target" V10, TargetRef = 0x2F "TargetRef" V10, VerDtd = 0x31 "VerDTD" V10,
        VerProto = 0x32 "VerProto" V10, NumberOfChanges = 0x33 "NumberOfChanges" V11, MoreData = 0x34 "MoreData" V11,
        Field = 0x35 "Field" V12, Filter = 0x36 "Filter" V12, Record = 0x37 "Record" V12, FilterType = 0x38 "FilterType" V12,
        SourceParent = 0x39 "SourceParent" V12, TargetParent = 0x3A "TargetParent" V12, Move = 0x3B "Move" V12,
        Correlator = 0x3C "Correlator" V12,
    }
    MetInf {
        Anchor = 0x05 "Anchor" V10, Emi = 0x06 "EMI" V10, Format = 0x07 "Format" V10, FreeId = 0x08 "FreeID" V10,
        FreeMem = 0x09 "FreeMem" V10, Last = 0x0A "Last" V10, Mark = 0x0B "Mark" V10, MaxMsgSize = 0x0C "MaxMsgSize" V10,
        Mem = 0x0D "Mem" V10, MetInf = 0x0E "MetInf" V10, Next = 0x0F "Next" V10, NextNonce = 0x10 "NextNonce" V10,
        MetaSharedMem = 0x11 "SharedMem" V10, MetaSize = 0x12 "Size" V10, Type = 0x13 "Type" V10, MetaVersion = 0x14 "Version" V10,
        MaxObjSize = 0x15 "MaxObjSize" V11, MetaFieldLevel = 0x16 "FieldLevel" V12,
    }
    DevInf {
        CtCap = 0x05 "CTCap" V10, CtType = 0x06 "CTType" V10, DataStore = 0x07 "DataStore" V10, DataType = 0x08 "DataType" V10,
        DevId = 0x09 "DevID" V10, DevInf = 0x0A "DevInf" V10, DevTyp = 0x0B "DevTyp" V10, DisplayName = 0x0C "DisplayName" V10,
        DsMem = 0x0D "DSMem" V10, Ext = 0x0E "Ext" V10, FwV = 0x0F "FwV" V10, HwV = 0x10 "HwV" V10, Man = 0x11 "Man" V10,
        MaxGuidSize = 0x12 "MaxGUIDSize" V10, MaxId = 0x13 "MaxID" V10, MaxMem = 0x14 "MaxMem" V10, Mod = 0x15 "Mod" V10,
        Oem = 0x16 "OEM" V10, ParamName = 0x17 "ParamName" V10, PropName = 0x18 "PropName" V10, Rx = 0x19 "Rx" V10,
        RxPref = 0x1A "Rx-Pref" V10, InfSharedMem = 0x1B "SharedMem" V10, MaxSize = 0x1C "MaxSize" V12, InfSize = 0x1C "Size" V10,
        InfSourceRef = 0x1D "SourceRef" V10, SwV = 0x1E "SwV" V10, SyncCap = 0x1F "SyncCap" V10, SyncType = 0x20 "SyncType" V10,
        Tx = 0x21 "Tx" V10, TxPref = 0x22 "Tx-Pref" V10, ValEnum = 0x23 "ValEnum" V10, VerCt = 0x24 "VerCT" V10,
        InfVerDtd = 0x25 "VerDTD" V10, XNam = 0x26 "XNam" V10, XVal = 0x27 "XVal" V10, Utc = 0x28 "UTC" V11,
        SupportNumberOfChanges = 0x29 "SupportNumberOfChanges" V11, SupportLargeObjs = 0x2A "SupportLargeObjs" V11,
        Property = 0x2B "Property" V12, PropParam = 0x2C "PropParam" V12, MaxOccur = 0x2D "MaxOccur" V12,
        NoTruncate = 0x2E "NoTruncate" V12, FilterRx = 0x30 "Filter-Rx" V12, FilterCap = 0x31 "FilterCap" V12,
        FilterKeyword = 0x32 "FilterKeyword" V12, InfFieldLevel = 0x33 "FieldLevel" V12,
        SupportHierarchicalSync = 0x34 "SupportHierarchicalSync" V12,
    }
}
