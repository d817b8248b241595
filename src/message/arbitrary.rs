//! Random messages for property tests: everything a version has, and nothing it has not.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::devinf::{ContentType, CtCap, DataStore, DevInf, DsMem, FilterCap, Property};
use super::meta::Mem;
use super::query::{PutData, PutItem};
use super::status::StatusItem;
use super::{
    Alert, AlertCode, AlertItem, AnchorPair, Chal, Change, ChangeKind, Command, Cred, Exec, Filter,
    Get, Group, GroupKind, Header, Item, Location, Map, MapItem, Message, Meta, Put, Results,
    Search, Status, StatusCode, Sync,
};
use crate::codec::{Encoding, Version};

mod commands;
mod devinf;

use commands::{alert, change, map, puts, queries, status};
use devinf::devinf;

/// In which a message is to survive.
#[derive(Debug, Clone, Copy)]
pub struct World {
    pub encoding: Encoding,
    pub version: Version,
}

pub fn world() -> BoxedStrategy<World> {
    let encoding = prop_oneof![Just(Encoding::Xml), Just(Encoding::Wbxml)];
    let version = prop_oneof![Just(Version::V10), Just(Version::V11), Just(Version::V12)];
    (encoding, version)
        .prop_map(|(encoding, version)| World { encoding, version })
        .boxed()
}

impl World {
    fn since<S: Strategy + 'static>(self, version: Version, value: S) -> BoxedStrategy<S::Value>
    where
        S::Value: Default + Clone,
    {
        if self.version >= version {
            value.boxed()
        } else {
            Just(S::Value::default()).boxed()
        }
    }

    const fn number(self) -> &'static str {
        match self.version {
            Version::V10 => "1.0",
            Version::V11 => "1.1",
            Version::V12 => "1.2",
        }
    }

    /// Data as this spelling can carry it.
    fn data(self) -> BoxedStrategy<Vec<u8>> {
        let text = "([ -~\r\n\téЖ漢]{0,30})".prop_map(String::into_bytes);
        match self.encoding {
            Encoding::Xml => text.boxed(),
            Encoding::Wbxml => prop_oneof![text, vec(any::<u8>(), 0..20)].boxed(),
        }
    }
}

fn word() -> impl Strategy<Value = String> + Clone {
    "[!-~éЖ漢]{1,6}( [!-~é]{1,3})?"
}

fn maybe() -> impl Strategy<Value = Option<String>> + Clone {
    option::of(word())
}

fn location() -> BoxedStrategy<Location> {
    (
        prop_oneof![4 => word().boxed(), 1 => Just(String::new()).boxed()],
        maybe(),
    )
        .prop_map(|(uri, name)| Location {
            uri,
            name,
            filter: None,
        })
        .boxed()
}

fn anchor() -> BoxedStrategy<AnchorPair> {
    (maybe(), word())
        .prop_map(|(last, next)| AnchorPair { last, next })
        .boxed()
}

fn meta(world: World) -> BoxedStrategy<Meta> {
    let texts = (
        maybe(),
        maybe(),
        maybe(),
        maybe(),
        maybe(),
        maybe(),
        option::of("[A-Za-z0-9+/]{1,6}={0,2}"),
    );
    let mem = (any::<bool>(), word(), word()).prop_map(|(shared, free_mem, free_id)| Mem {
        shared,
        free_mem,
        free_id,
    });
    let max_obj_size = world.since(Version::V11, maybe());
    let field_level = world.since(Version::V12, any::<bool>());
    let full = (
        texts,
        option::of(anchor()),
        option::of(mem),
        max_obj_size,
        field_level,
    )
        .prop_map(
            |(
                (format, media_type, mark, size, version, max_msg_size, next_nonce),
                anchor,
                mem,
                max_obj_size,
                field_level,
            )| {
                let emi = Vec::new();
                let meta = Meta {
                    field_level,
                    format,
                    media_type,
                    mark,
                    size,
                    anchor,
                    version,
                    ..Meta::default()
                };
                Meta {
                    next_nonce,
                    max_msg_size,
                    max_obj_size,
                    emi,
                    mem,
                    ..meta
                }
            },
        );
    prop_oneof![Just(Meta::default()), full].boxed()
}

fn cred(world: World) -> BoxedStrategy<Option<Cred>> {
    option::weighted(
        0.2,
        (meta(world), world.data()).prop_map(|(meta, data)| Cred { meta, data }),
    )
    .boxed()
}

fn item(world: World) -> BoxedStrategy<Item> {
    let parents = world.since(Version::V12, (maybe(), maybe()));
    let more_data = world.since(Version::V11, any::<bool>());
    let places = (option::of(location()), option::of(location()));
    (
        places,
        parents,
        meta(world),
        option::of(world.data()),
        more_data,
    )
        .prop_map(
            |((target, source), (source_parent, target_parent), meta, data, more_data)| Item {
                target,
                source,
                source_parent,
                target_parent,
                meta,
                data,
                more_data,
            },
        )
        .boxed()
}

fn filter(world: World) -> BoxedStrategy<Filter> {
    (
        meta(world),
        option::of(item(world)),
        option::of(item(world)),
        maybe(),
    )
        .prop_map(|(meta, field, record, filter_type)| Filter {
            meta,
            field,
            record,
            filter_type,
        })
        .boxed()
}

pub fn command(world: World) -> BoxedStrategy<Command> {
    let leaf = prop_oneof![
        3 => change(world), 2 => status(world), 1 => alert(world), 1 => queries(world), 1 => map(world), 1 => puts(world),
    ];
    leaf.prop_recursive(2, 8, 3, move |inner| {
        let kind = proptest::sample::select(GroupKind::ALL.to_vec());
        let group = (
            kind,
            word(),
            any::<bool>(),
            meta(world),
            vec(inner.clone(), 0..3),
        )
            .prop_map(|(kind, cmd_id, no_resp, meta, commands)| {
                Command::Group(Group {
                    kind,
                    cmd_id,
                    no_resp,
                    meta,
                    commands,
                })
            });
        let places = (option::of(location()), option::of(location()));
        let count = world.since(Version::V11, maybe());
        let sync = (
            word(),
            any::<bool>(),
            cred(world),
            places,
            meta(world),
            count,
            vec(inner, 0..3),
        )
            .prop_map(
                |(cmd_id, no_resp, cred, (target, source), meta, number_of_changes, commands)| {
                    Command::Sync(Sync {
                        cmd_id,
                        no_resp,
                        cred,
                        target,
                        source,
                        meta,
                        number_of_changes,
                        commands,
                    })
                },
            );
        prop_oneof![group, sync]
    })
    .boxed()
}

pub fn header(world: World) -> BoxedStrategy<Header> {
    let texts = (word(), word(), word(), maybe());
    (
        texts,
        location(),
        location(),
        any::<bool>(),
        cred(world),
        meta(world),
    )
        .prop_map(
            move |(
                (ver_proto, session_id, msg_id, resp_uri),
                target,
                source,
                no_resp,
                cred,
                meta,
            )| {
                let ver_dtd = world.number().to_owned();
                Header {
                    ver_dtd,
                    ver_proto,
                    session_id,
                    msg_id,
                    target,
                    source,
                    resp_uri,
                    no_resp,
                    cred,
                    meta,
                }
            },
        )
        .boxed()
}

pub fn message(world: World) -> BoxedStrategy<Message> {
    (header(world), vec(command(world), 0..4), any::<bool>())
        .prop_map(|(header, body, is_final)| Message {
            header,
            body,
            is_final,
        })
        .boxed()
}
