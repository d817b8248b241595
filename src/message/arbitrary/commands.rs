//! Random commands of each kind.

use super::*;

pub fn alert(world: World) -> BoxedStrategy<Command> {
    let filter = world.since(Version::V12, option::of(filter(world).prop_map(Box::new)));
    let target = (location(), filter).prop_map(|(place, filter)| Location { filter, ..place });
    let about = (
        option::of(target),
        option::of(location()),
        meta(world),
        option::of(world.data()),
    )
        .prop_map(|(target, source, meta, data)| AlertItem {
            target,
            source,
            meta,
            data,
        });
    let code = option::of((100_u16..300).prop_map(AlertCode::of));
    let correlator = world.since(Version::V12, maybe());
    (
        word(),
        any::<bool>(),
        cred(world),
        code,
        correlator,
        vec(about, 0..3),
    )
        .prop_map(|(cmd_id, no_resp, cred, code, correlator, items)| {
            Command::Alert(Alert {
                cmd_id,
                no_resp,
                cred,
                code,
                correlator,
                items,
            })
        })
        .boxed()
}

pub fn change(world: World) -> BoxedStrategy<Command> {
    let kinds = if world.version == Version::V12 {
        ChangeKind::ALL.to_vec()
    } else {
        ChangeKind::ALL[..4].to_vec()
    };
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    (
        proptest::sample::select(kinds),
        word(),
        flags,
        cred(world),
        meta(world),
        vec(item(world), 0..3),
    )
        .prop_map(
            |(kind, cmd_id, (no_resp, archive, soft_delete), cred, meta, items)| {
                Command::Change(Change {
                    kind,
                    cmd_id,
                    no_resp,
                    archive,
                    soft_delete,
                    cred,
                    meta,
                    items,
                })
            },
        )
        .boxed()
}

pub fn queries(world: World) -> BoxedStrategy<Command> {
    let get = (
        word(),
        any::<bool>(),
        maybe(),
        cred(world),
        meta(world),
        vec(item(world), 0..2),
    )
        .prop_map(|(cmd_id, no_resp, lang, cred, meta, items)| {
            Command::Get(Get {
                cmd_id,
                no_resp,
                lang,
                cred,
                meta,
                items,
            })
        });
    let sources = (option::of(location()), vec(location(), 0..2));
    let ask = (maybe(), meta(world), option::of(world.data()));
    let search = (
        word(),
        any::<bool>(),
        any::<bool>(),
        cred(world),
        sources,
        ask,
    )
        .prop_map(
            |(cmd_id, no_resp, no_results, cred, (target, sources), (lang, meta, data))| {
                Command::Search(Search {
                    cmd_id,
                    no_resp,
                    no_results,
                    cred,
                    target,
                    sources,
                    lang,
                    meta,
                    data,
                })
            },
        );
    let correlator = world.since(Version::V12, maybe());
    let run = option::of(item(world).prop_map(Box::new));
    let exec = (
        word(),
        any::<bool>(),
        cred(world),
        meta(world),
        correlator,
        run,
    )
        .prop_map(|(cmd_id, no_resp, cred, meta, correlator, item)| {
            Command::Exec(Exec {
                cmd_id,
                no_resp,
                cred,
                meta,
                correlator,
                item,
            })
        });
    prop_oneof![get, search, exec].boxed()
}

pub fn map(world: World) -> BoxedStrategy<Command> {
    let pair = (location(), location()).prop_map(|(target, source)| MapItem { target, source });
    (
        word(),
        location(),
        location(),
        cred(world),
        meta(world),
        vec(pair, 0..3),
    )
        .prop_map(|(cmd_id, target, source, cred, meta, items)| {
            Command::Map(Map {
                cmd_id,
                target,
                source,
                cred,
                meta,
                items,
            })
        })
        .boxed()
}

pub fn status(world: World) -> BoxedStrategy<Command> {
    let places = (option::of(location()), option::of(location()));
    let about = (
        places,
        meta(world),
        option::of(anchor()),
        option::of(world.data()),
    )
        .prop_map(|((target, source), meta, anchor, data)| {
            let data = data.filter(|_| anchor.is_none());
            StatusItem {
                item: Item {
                    target,
                    source,
                    meta,
                    data,
                    ..Item::default()
                },
                anchor,
            }
        });
    let refs = (word(), word(), word(), vec(word(), 0..2), vec(word(), 0..2));
    let chal = option::of(meta(world).prop_map(|meta| Chal { meta }));
    let code = option::of((100_u16..600).prop_map(StatusCode::of));
    (word(), refs, cred(world), chal, code, vec(about, 0..2))
        .prop_map(
            |(
                cmd_id,
                (msg_ref, cmd_ref, cmd, target_refs, source_refs),
                cred,
                chal,
                code,
                items,
            )| {
                let refs = Status {
                    msg_ref,
                    cmd_ref,
                    cmd,
                    target_refs,
                    source_refs,
                    ..Status::default()
                };
                Command::Status(Status {
                    cmd_id,
                    cred,
                    chal,
                    code,
                    items,
                    ..refs
                })
            },
        )
        .boxed()
}

fn put_item(world: World) -> BoxedStrategy<PutItem> {
    let data = prop_oneof![
        Just(PutData::None),
        world.data().prop_map(PutData::Other),
        devinf(world).prop_map(|devinf| PutData::DevInf(Box::new(devinf))),
    ];
    (
        option::of(location()),
        option::of(location()),
        meta(world),
        data,
    )
        .prop_map(|(target, source, meta, data)| {
            let mut item = PutItem {
                target,
                source,
                meta,
                data,
            };
            if matches!(item.data, PutData::DevInf(_)) {
                item.meta.media_type = None;
            }
            item
        })
        .boxed()
}

/// The Meta of a Put of these items, with the Type that device information has.
fn put_meta(world: World, mut meta: Meta, items: &[PutItem]) -> Meta {
    if items
        .iter()
        .any(|item| matches!(item.data, PutData::DevInf(_)))
    {
        meta.media_type = Some(match world.encoding {
            Encoding::Xml => "application/vnd.syncml-devinf+xml".to_owned(),
            Encoding::Wbxml => "application/vnd.syncml-devinf+wbxml".to_owned(),
        });
    }
    meta
}

pub fn puts(world: World) -> BoxedStrategy<Command> {
    let items = || vec(put_item(world), 0..2);
    let put = (
        word(),
        any::<bool>(),
        maybe(),
        cred(world),
        meta(world),
        items(),
    )
        .prop_map(move |(cmd_id, no_resp, lang, cred, meta, items)| {
            let meta = put_meta(world, meta, &items);
            Command::Put(Put {
                cmd_id,
                no_resp,
                lang,
                cred,
                meta,
                items,
            })
        });
    let refs = (maybe(), word(), maybe(), maybe());
    let results = (word(), refs, meta(world), items()).prop_map(
        move |(cmd_id, (msg_ref, cmd_ref, target_ref, source_ref), meta, items)| {
            let meta = put_meta(world, meta, &items);
            Command::Results(Results {
                cmd_id,
                msg_ref,
                cmd_ref,
                meta,
                target_ref,
                source_ref,
                items,
            })
        },
    );
    prop_oneof![put, results].boxed()
}
