//! What holds for a device, as the command line shows and sets it.

use serde_json::{Value, json};

use crate::home::Home;

/// A device that synced once: it told its User-Agent and nothing else.
fn synced(home: &Home) {
    home.run(&["user", "list"]).done();
    let path = home.path(".local/share/anchorage/anchorage.sqlite");
    let store = anchorage::store::Store::open(
        &format!("sqlite:{}", path.display()),
        &anchorage::store::Options::default(),
    )
    .unwrap();
    let device = |account| anchorage::store::Device {
        account,
        id: anchorage::ids::DeviceId::parse("IMEI:1").unwrap(),
        devinf: None,
        user_agent: Some("Nokia6300/2.0 (05.00)".to_owned()),
        hints: None,
        quirks: None,
        auth_count: 0,
        first_seen: anchorage::ids::Millis(1),
        last_seen: anchorage::ids::Millis(1),
    };
    store
        .write(|tx| {
            let account = tx.accounts()?.remove(0).id;
            tx.put_device(&device(account))
        })
        .unwrap();
}

#[test]
fn what_holds_for_a_device_is_shown_with_its_reasons_and_can_be_set() {
    let home = Home::with_alice();
    synced(&home);
    let shown = || home.json(&["device", "show", "alice", "IMEI:1"]);
    let first = shown();
    let dialogue = |shown: &Value| {
        let flags = shown["flags"].as_object().unwrap().clone();
        let flags = flags.into_iter();
        Value::Object(
            flags
                .filter(|(name, _)| !name.starts_with("contact_") && !name.starts_with("calendar_"))
                .collect(),
        )
    };
    assert_eq!(
        dialogue(&first),
        json!({"bare_errors": "true", "max_message": "70%", "size_plus_one": "true"})
    );
    assert_eq!(first["flags"]["contact_name_parts"], json!("2"));
    let rules = first["rules"].as_array().unwrap();
    assert_eq!(rules[0]["rule"], json!("nokia"));
    let model = rules.iter().find(|hit| hit["rule"] == json!("nokia-s40"));
    assert_eq!(
        model.unwrap()["because"],
        json!(["user_agent \"Nokia6300/2.0 (05.00)\" is like \"Nokia6300*\""])
    );
    let set = |arguments: &[&str]| {
        let all: Vec<&str> = ["device", "set", "alice", "IMEI:1"]
            .iter()
            .chain(arguments)
            .copied()
            .collect();
        home.run(&all)
    };
    assert_eq!(
        set(&["bare_errors=false", "max_message=9000"]).done(),
        "Set for IMEI:1 of alice: bare_errors=false max_message=9000. It holds from its next message on.\n"
    );
    assert_eq!(
        dialogue(&shown()),
        json!({"max_message": "9000", "size_plus_one": "true"})
    );
    set(&["--unset", "max_message", "cdata=true"]).done();
    assert_eq!(
        shown()["set"],
        json!({"bare_errors": "false", "cdata": "true"})
    );
    let told = String::from_utf8(set(&["cdat=true"]).0.stderr).unwrap();
    assert!(
        told.contains("unknown flag `cdat`: did you mean `cdata`?"),
        "{told}"
    );
    assert_eq!(
        set(&[]).failed(2),
        "name a flag to set, as FLAG=VALUE, or to --unset, or a --zone"
    );
    assert_eq!(
        home.run(&["device", "set", "alice", "IMEI:2", "cdata=true"])
            .failed(3),
        "alice has no device IMEI:2"
    );
}

#[test]
fn a_device_is_given_the_zone_it_lives_in() {
    let home = Home::with_alice();
    synced(&home);
    let set = |zone: &[&str]| home.run(&[&["device", "set", "alice", "IMEI:1"], zone].concat());
    let flags = || home.json(&["device", "show", "alice", "IMEI:1"])["flags"].clone();
    assert_eq!(flags()["zone"], Value::Null);
    assert_eq!(
        set(&["--zone", "europe/prague"]).done(),
        "Set for IMEI:1 of alice: zone=Europe/Prague. It holds from its next message on.\n"
    );
    assert_eq!(flags()["zone"], json!("Europe/Prague"));
    let told = String::from_utf8(set(&["--zone", "Europe/Praque"]).0.stderr).unwrap();
    assert!(told.contains("did you mean `Europe/Prague`?"), "{told}");
    assert_eq!(flags()["zone"], json!("Europe/Prague"));
    set(&["--unset", "zone"]).done();
    assert_eq!(flags()["zone"], Value::Null);
}

#[test]
fn a_file_of_rules_is_checked_and_used() {
    let home = Home::with_alice();
    synced(&home);
    let good = home.file(
        "good.toml",
        "[[rule]]\nname = \"nokia-s40\"\noff = true\n\n[[rule]]\nname = \"house\"\nwhen = { dev_id = \"*\" }\nset = { cdata = true }\n",
    );
    let config = home.file("a.toml", &format!("quirks = {good:?}\n"));
    home.run(&["config", "check", "--config", &config]).done();
    let shown = home.json(&["device", "show", "alice", "IMEI:1", "--config", &config]);
    assert_eq!(shown["flags"]["cdata"], json!("true"));
    assert_eq!(shown["flags"]["bare_errors"], Value::Null);
    let bad = home.file(
        "bad.toml",
        "[[rule]]\nname = \"house\"\nwhen = { dev_id = \"*\" }\nset = { cdat = true }\n",
    );
    let config = home.file("b.toml", &format!("quirks = {bad:?}\n"));
    for command in [["config", "check"], ["serve", "--listen=127.0.0.1:0"]] {
        assert_eq!(
            home.run(&[&command[..], &["--config", &config]].concat())
                .failed(2),
            format!("{bad}:4: unknown flag `cdat`: did you mean `cdata`?")
        );
    }
}
