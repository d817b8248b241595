//! Random device information.

use super::*;

fn content_type() -> BoxedStrategy<ContentType> {
    (word(), word())
        .prop_map(|(ct_type, ver_ct)| ContentType { ct_type, ver_ct })
        .boxed()
}

/// Names them apart: equal ones are one.
fn apart(properties: Vec<Property>) -> Vec<Property> {
    let name = |(n, property): (usize, Property)| Property {
        name: format!("{}{n}", property.name),
        ..property
    };
    properties.into_iter().enumerate().map(name).collect()
}

fn property(world: World, params: usize) -> BoxedStrategy<Property> {
    let flat = (word(), vec(word(), 0..3), maybe(), maybe(), maybe());
    let rest = (maybe(), any::<bool>());
    let inner = if params == 0 {
        Just(vec![]).boxed()
    } else {
        vec(property(world, 0), 0..params).boxed()
    };
    (flat, rest, inner)
        .prop_map(
            move |(
                (name, val_enum, data_type, max_size, display_name),
                (max_occur, no_truncate),
                inner,
            )| {
                let mut property = Property {
                    name,
                    data_type,
                    val_enum,
                    display_name,
                    ..Property::default()
                };
                if world.version < Version::V12 {
                    property
                        .data_type
                        .take_if(|_| !property.val_enum.is_empty());
                    property.max_size = max_size.filter(|_| property.data_type.is_some());
                } else if params > 0 {
                    property = Property {
                        max_occur,
                        max_size,
                        no_truncate,
                        ..property
                    };
                }
                Property {
                    params: apart(inner),
                    ..property
                }
            },
        )
        .boxed()
}

fn caps(world: World) -> BoxedStrategy<Vec<CtCap>> {
    let cap = (content_type(), any::<bool>(), vec(property(world, 3), 1..3));
    vec(cap, 1..3)
        .prop_map(move |caps| {
            let cap = |(n, (content, field_level, properties)): (
                usize,
                (ContentType, bool, Vec<Property>),
            )| {
                let ct_type = format!("{}{n}", content.ct_type);
                let properties = apart(properties);
                if world.version < Version::V12 {
                    CtCap {
                        content: ContentType {
                            ct_type,
                            ver_ct: String::new(),
                        },
                        field_level: false,
                        properties,
                    }
                } else {
                    CtCap {
                        content: ContentType { ct_type, ..content },
                        field_level,
                        properties,
                    }
                }
            };
            caps.into_iter().enumerate().map(cap).collect()
        })
        .boxed()
}

fn datastore(world: World) -> BoxedStrategy<DataStore> {
    let types = || (option::of(content_type()), vec(content_type(), 0..2));
    let names = (word(), maybe(), maybe(), vec(word(), 0..3));
    let mem = (any::<bool>(), maybe(), maybe()).prop_map(|(shared, max_mem, max_id)| DsMem {
        shared,
        max_mem,
        max_id,
    });
    let filter_cap = (content_type(), vec(word(), 0..2), vec(word(), 0..2)).prop_map(
        |(content, keywords, prop_names)| FilterCap {
            content,
            keywords,
            prop_names,
        },
    );
    let young = (
        caps(world),
        any::<bool>(),
        vec(content_type(), 0..2),
        vec(filter_cap, 0..2),
    );
    (
        names,
        types(),
        types(),
        option::of(mem),
        world.since(Version::V12, young),
    )
        .prop_map(
            |(
                names,
                (rx_pref, rx),
                (tx_pref, tx),
                mem,
                (ct_caps, hierarchical, filter_rx, filter_caps),
            )| {
                let (source_ref, display_name, max_guid_size, sync_types) = names;
                let old = DataStore {
                    source_ref,
                    display_name,
                    max_guid_size,
                    sync_types,
                    ..DataStore::default()
                };
                let young = DataStore {
                    ct_caps,
                    hierarchical,
                    filter_rx,
                    filter_caps,
                    ..old
                };
                DataStore {
                    rx_pref,
                    rx,
                    tx_pref,
                    tx,
                    mem,
                    ..young
                }
            },
        )
        .boxed()
}

pub fn devinf(world: World) -> BoxedStrategy<DevInf> {
    let about = (maybe(), maybe(), maybe(), maybe(), maybe(), maybe());
    let flags = world.since(Version::V11, (any::<bool>(), any::<bool>(), any::<bool>()));
    let outer = if world.version < Version::V12 {
        caps(world).boxed()
    } else {
        Just(vec![]).boxed()
    };
    let ext = vec((word(), vec(word(), 0..3)), 0..2);
    (
        about,
        (word(), word()),
        flags,
        vec(datastore(world), 0..3),
        outer,
        ext,
    )
        .prop_map(
            move |(
                (man, model, oem, fw_v, sw_v, hw_v),
                (dev_id, dev_typ),
                flags,
                datastores,
                ct_caps,
                ext,
            )| {
                let must = |text: Option<String>| {
                    if world.version < Version::V12 {
                        text
                    } else {
                        Some(text.unwrap_or_default())
                    }
                };
                let (utc, large_objects, number_of_changes) = flags;
                DevInf {
                    ver_dtd: world.number().to_owned(),
                    man: must(man),
                    model: must(model),
                    oem,
                    fw_v: must(fw_v),
                    sw_v: must(sw_v),
                    hw_v: must(hw_v),
                    dev_id,
                    dev_typ,
                    utc,
                    large_objects,
                    number_of_changes,
                    datastores,
                    ct_caps,
                    ext,
                }
            },
        )
        .boxed()
}
