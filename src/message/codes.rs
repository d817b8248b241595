//! Status and alert codes as tables (`RepPro` 1.2.2 section 10; DS Protocol 1.2, alert codes).

use super::element::Field;
use super::out::Out;
use super::pull::Pull;
use crate::codec::Tag;

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $( $(#[$row:meta])* $variant:ident = $code:literal ),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $( $(#[$row])* $variant, )*
            /// A code of no table: answered and logged, not lost.
            Unknown(u16),
        }

        impl $name {
            /// Every code of the table, in its order.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )* ];

            /// The number on the wire.
            #[must_use]
            pub const fn number(self) -> u16 {
                match self { $( Self::$variant => $code, )* Self::Unknown(code) => code }
            }

            /// The code with this number.
            #[must_use]
            pub const fn of(number: u16) -> Self {
                match number { $( $code => Self::$variant, )* code => Self::Unknown(code) }
            }

            /// Reads a number as it stands in Data; blanks and a NUL around it are dropped.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                let text = text.trim_matches(|c: char| c == '\0' || c.is_whitespace());
                text.parse().ok().map(Self::of)
            }
        }

        /// A code in Data: `None` when it is no number.
        impl Field for Option<$name> {
            fn read(&mut self, pull: &mut Pull<'_>) {
                *self = $name::parse(&pull.text());
            }

            fn write(&self, tag: Tag, out: &mut Out) {
                if let Some(code) = self {
                    out.text(tag, &code.to_string());
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.number().fmt(f)
            }
        }
    };
}

codes! {
    /// What a `Status` says of a command.
    StatusCode {
        /// In progress: ask again.
        Busy = 101,
        /// Done.
        Ok = 200,
        /// The item was added.
        ItemAdded = 201,
        /// Accepted, not done yet.
        Accepted = 202,
        /// Done by somebody who may not know.
        NonAuthoritative = 203,
        /// Nothing there.
        NoContent = 204,
        /// The originator should refresh.
        ResetContent = 205,
        /// Part of it done.
        PartialContent = 206,
        /// A conflict, settled by merging.
        ConflictMerged = 207,
        /// A conflict, and the client's command won.
        ConflictClientWins = 208,
        /// A conflict, settled by keeping both.
        ConflictDuplicated = 209,
        /// Deleted, no copy kept.
        DeletedWithoutArchive = 210,
        /// Not deleted: it was not there.
        ItemNotDeleted = 211,
        /// Authenticated for the session.
        Authenticated = 212,
        /// Chunk accepted and buffered.
        ChunkAccepted = 213,
        /// Cancelled, and nothing more will be done.
        Cancelled = 214,
        /// Not executed: the user said no.
        NotExecuted = 215,
        /// Rolled back with its Atomic.
        AtomicRolledBack = 216,
        /// Several places.
        MultipleChoices = 300,
        /// Moved for good.
        MovedPermanently = 301,
        /// Found elsewhere.
        Found = 302,
        /// See elsewhere.
        SeeOther = 303,
        /// Not modified.
        NotModified = 304,
        /// Use a proxy.
        UseProxy = 305,
        /// Malformed.
        BadRequest = 400,
        /// Wrong credentials.
        InvalidCredentials = 401,
        /// Payment needed.
        PaymentRequired = 402,
        /// Forbidden.
        Forbidden = 403,
        /// Not found.
        NotFound = 404,
        /// Not allowed on this target.
        CommandNotAllowed = 405,
        /// An optional feature that is not supported.
        OptionalFeatureNotSupported = 406,
        /// Credentials are missing.
        MissingCredentials = 407,
        /// Took too long.
        RequestTimeout = 408,
        /// A conflict, not settled.
        Conflict = 409,
        /// Gone for good.
        Gone = 410,
        /// A chunked item without its size.
        SizeRequired = 411,
        /// Something mandatory is missing.
        IncompleteCommand = 412,
        /// Too large.
        EntityTooLarge = 413,
        /// URI too long.
        UriTooLong = 414,
        /// Media type or format not supported.
        UnsupportedMediaType = 415,
        /// Declared size too big.
        RequestedSizeTooBig = 416,
        /// Later.
        RetryLater = 417,
        /// Already there.
        AlreadyExists = 418,
        /// A conflict, and the server's data won.
        ConflictServerWins = 419,
        /// Full.
        DeviceFull = 420,
        /// Unknown search grammar.
        UnknownSearchGrammar = 421,
        /// Bad CGI part.
        BadCgi = 422,
        /// A soft delete of what is gone.
        SoftDeleteConflict = 423,
        /// The object is not as long as it said.
        SizeMismatch = 424,
        /// Permission denied.
        PermissionDenied = 425,
        /// A partial item is not accepted: send it whole.
        PartialItemNotAccepted = 426,
        /// The parent has children.
        ItemNotEmpty = 427,
        /// Move failed.
        MoveFailed = 428,
        /// Failed, unexpectedly.
        CommandFailed = 500,
        /// Not implemented.
        NotImplemented = 501,
        /// Bad gateway.
        BadGateway = 502,
        /// Not available now.
        ServiceUnavailable = 503,
        /// Gateway timed out.
        GatewayTimeout = 504,
        /// This `VerDTD` is not supported.
        DtdVersionNotSupported = 505,
        /// Failed while processing: try again.
        ProcessingError = 506,
        /// The Atomic failed.
        AtomicFailed = 507,
        /// Refresh required: the anchors do not match.
        RefreshRequired = 508,
        /// Reserved.
        Reserved509 = 509,
        /// The datastore failed.
        DataStoreFailure = 510,
        /// The server failed: do not try again.
        ServerFailure = 511,
        /// Synchronization failed: start the session again.
        SynchronizationFailed = 512,
        /// This `VerProto` is not supported.
        ProtocolVersionNotSupported = 513,
        /// Cancelled before it was processed.
        OperationCancelled = 514,
        /// The Atomic could not be rolled back.
        AtomicRollBackFailed = 516,
        /// The answer to the Atomic is too large.
        AtomicResponseTooLarge = 517,
    }
}

impl StatusCode {
    /// Whether the command did what it was sent for, 2xx; 419 and 418 count, since the item is settled.
    #[must_use]
    pub const fn is_success(self) -> bool {
        matches!(self.number(), 200..=299 | 418 | 419)
    }
}

codes! {
    /// What an `Alert` asks for.
    #[derive(Default)]
    AlertCode {
        /// Show a text to the user.
        Display = 100,
        /// Both sides send what changed since their last anchors.
        #[default]
        TwoWay = 200,
        /// Both sides compare everything.
        Slow = 201,
        /// Only the client sends its changes.
        OneWayFromClient = 202,
        /// The client's items replace the server's.
        RefreshFromClient = 203,
        /// Only the server sends its changes.
        OneWayFromServer = 204,
        /// The server's items replace the client's.
        RefreshFromServer = 205,
        /// The server asks the client to start 200.
        TwoWayByServer = 206,
        /// The server asks the client to start 202.
        OneWayFromClientByServer = 207,
        /// The server asks the client to start 203.
        RefreshFromClientByServer = 208,
        /// The server asks the client to start 204.
        OneWayFromServerByServer = 209,
        /// The server asks the client to start 205.
        RefreshFromServerByServer = 210,
        /// After busy: give me the result now.
        Result = 221,
        /// Send the next message of your package.
        NextMessage = 222,
        /// The end of a chunked object never came.
        NoEndOfData = 223,
        /// Suspend the session.
        Suspend = 224,
        /// Resume a suspended sync.
        Resume = 225,
    }
}
