//! Our device information, and what is read in that of others.

use super::*;

/// REQ-DINF-3, REQ-DINF-4, REQ-DINF-11, REQ-FIELD-2.
#[test]
fn our_information_lists_the_datastores_as_the_device_calls_them() {
    let told = server("id", Version::V12, &["./card", "todo"], false, Detail::Full);
    let names: Vec<_> = told
        .datastores
        .iter()
        .map(|store| store.source_ref.as_str())
        .collect();
    assert_eq!(names, ["./card", "todo"]);
    assert_eq!(told.ver_dtd, "1.2");
    assert!(
        told.datastores
            .iter()
            .all(|store| store.max_guid_size.is_none() && store.rx_pref.is_some())
    );
    assert!(
        told.datastores
            .iter()
            .all(|store| store.ct_caps.len() == 2 && store.sync_types.len() == 7)
    );
}

/// REQ-DINF-11.
#[test]
fn every_type_and_every_sync_of_a_datastore_is_listed() {
    use crate::message::AlertCode;
    for version in [Version::V10, Version::V11, Version::V12] {
        for detail in [Detail::Full, Detail::Brief] {
            // Those that know no folders are not told of them.
            let tree = version == Version::V12;
            let told = server("id", version, &[], tree, detail);
            for (store, ours) in told.datastores.iter().zip(DATASTORES) {
                assert_eq!(store.source_ref, format!("./{}", ours.name));
                let types = ours
                    .types
                    .iter()
                    .filter(|(name, _)| tree || *name != crate::pim::FOLDER);
                let all: Vec<_> = types.map(|of| content_type(*of)).collect();
                let rx: Vec<_> = store.rx_pref.iter().chain(&store.rx).cloned().collect();
                let tx: Vec<_> = store.tx_pref.iter().chain(&store.tx).cloned().collect();
                assert_eq!((&rx, &tx), (&all, &all), "{} in {version:?}", ours.name);
                let syncs = (1..=7).map(|sync| sync.to_string());
                assert_eq!(store.sync_types, syncs.collect::<Vec<_>>());
            }
            assert_eq!(told.datastores.len(), DATASTORES.len());
        }
    }
    // SyncType 1 to 6 are the Alerts 200 to 205, and 7 those that the server asks for.
    let taken = (0..=u16::MAX).filter(|code| {
        let code = AlertCode::of(*code);
        code != AlertCode::Resume && crate::session::asked_mode(code).is_ok()
    });
    assert_eq!(taken.collect::<Vec<_>>(), (200..=210).collect::<Vec<_>>());
}

#[test]
fn without_alerts_all_datastores_are_listed() {
    assert_eq!(
        server("id", Version::V11, &[], false, Detail::Brief)
            .datastores
            .len(),
        DATASTORES.len()
    );
}

/// Field quirk P27.
#[test]
fn folders_are_told_of_where_there_are_any_and_to_those_alone_who_know_them() {
    for trees in [true, false] {
        let told = server("id", Version::V12, &[], trees, Detail::Full);
        for store in &told.datastores {
            let has_folders = ["./files", "./email"].contains(&store.source_ref.as_str());
            assert_eq!(
                store.hierarchical,
                trees && has_folders,
                "{}",
                store.source_ref
            );
            let mut types = store.rx_pref.iter().chain(&store.rx);
            let takes = types.any(|of| of.ct_type == pim::FOLDER);
            assert_eq!(takes, store.hierarchical, "{}", store.source_ref);
        }
    }
}

#[test]
fn capabilities_stand_where_the_version_has_them() {
    let old = server("id", Version::V11, &["contacts"], false, Detail::Full);
    assert!(!old.ct_caps.is_empty() && old.datastores.iter().all(|store| store.ct_caps.is_empty()));
    let new = server("id", Version::V12, &["contacts"], false, Detail::Full);
    assert!(new.ct_caps.is_empty());
}

#[test]
fn a_device_takes_what_it_lists_under_the_name_it_alerts_with() {
    let content = |ct_type: &str, ver_ct: &str| ContentType {
        ct_type: ct_type.into(),
        ver_ct: ver_ct.into(),
    };
    let store = DataStore {
        source_ref: "./Contacts".into(),
        rx_pref: Some(content("text/x-vcard", "2.1")),
        rx: vec![content("text/x-vcard", "3.0")],
        ..DataStore::default()
    };
    let devinf = DevInf {
        datastores: vec![store],
        ..DevInf::default()
    };
    let names = |types: Vec<MediaType>| types.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        names(taken(&devinf, "contacts")),
        ["text/vcard", "text/x-s4j-sifc", "text/x-vcard"]
    );
    assert!(taken(&devinf, "calendar").is_empty());
}
