//! Messages and objects larger than one side takes.

use super::*;

#[test]
fn many_changes_go_in_messages_the_server_can_take() {
    for encoding in BOTH {
        let mut device = with(|p| (p.encoding, p.puts_devinf) = (encoding, false));
        for number in 0..60 {
            contacts(&mut device).add(card(&format!("name {number}")));
        }
        let mut fake = Fake::new();
        fake.max_msg_size = 2_000;
        let summary = well(&mut device, &mut fake, Mode::Slow);
        assert!(summary.messages > 5, "{}", summary.messages);
        assert_eq!(
            (fake.items.len(), summary.stores[0].sent.replaces),
            (60, 60)
        );
        let finals = fake.heard.iter().filter(|message| message.is_final).count();
        assert_eq!(finals, 3);
    }
}

#[test]
fn many_changes_of_the_server_are_fetched_with_222() {
    let mut device = device();
    let mut fake = Fake::new();
    let add = |guid: u32| change(ChangeKind::Add, &guid.to_string(), &card(&guid.to_string()));
    fake.updates = vec![vec![add(10), add(11)], vec![add(12)], vec![], vec![add(13)]];
    well(&mut device, &mut fake, Mode::Slow);
    let flow: Vec<_> = fake.heard.iter().skip(2).map(outline).collect();
    assert_eq!(flow, ["Alert 222", "Alert 222", "Alert 222", "Map, Final"]);
    assert_eq!((names(&device).len(), fake.maps.len()), (4, 4));
}

#[test]
fn an_object_larger_than_a_message_goes_in_chunks() {
    for encoding in BOTH {
        let mut device = with(|p| (p.encoding, p.puts_devinf) = (encoding, false));
        let large = card(&"J\u{f6}rg & <Sons> ".repeat(400));
        contacts(&mut device).add(card("a"));
        contacts(&mut device).add(large.clone());
        contacts(&mut device).add(card("z"));
        let mut fake = Fake::new();
        fake.max_msg_size = 2_000;
        let summary = well(&mut device, &mut fake, Mode::Slow);
        assert_eq!(fake.items["2"].as_ref(), Some(&large));
        assert_eq!((fake.items.len(), summary.stores[0].sent.all()), (3, 3));
    }
}

#[test]
fn a_device_of_1_0_leaves_out_what_no_message_holds() {
    let mut device = with(|p| (p.version, p.puts_devinf) = (Version::V10, false));
    contacts(&mut device).add(card(&"x".repeat(5_000)));
    contacts(&mut device).add(card("b"));
    let mut fake = Fake::new();
    fake.max_msg_size = 2_000;
    fake.spoil = Box::new(|_, reply| {
        if let Some(Command::Sync(sync)) = reply.body.last_mut() {
            sync.number_of_changes = None;
        }
    });
    let summary = well(&mut device, &mut fake, Mode::Slow);
    assert_eq!(
        (summary.stores[0].sent.all(), summary.stores[0].refused),
        (1, 1)
    );
    assert_eq!(device.store("./c").unwrap().pending().count(), 1);
}

#[test]
fn chunks_of_the_server_become_one_item() {
    let body = card("a long name");
    let (one, rest) = body.split_at(20);
    let (two, three) = rest.split_at(10);
    let piece = |data: &[u8], size: Option<usize>, more| {
        let mut change = change(ChangeKind::Add, "77", data);
        change.meta.size = size.map(|size| size.to_string());
        change.items[0].more_data = more;
        change
    };
    let mut device = device();
    let mut fake = Fake::new();
    fake.updates = vec![
        vec![piece(one, Some(body.len()), true)],
        vec![piece(two, None, true)],
        vec![piece(three, None, false)],
    ];
    fake.spoil = Box::new(|_, reply| {
        if let Some(Command::Sync(sync)) = reply.body.last_mut() {
            sync.number_of_changes = sync.number_of_changes.as_ref().map(|_| "1".to_owned());
        }
    });
    well(&mut device, &mut fake, Mode::Slow);
    assert_eq!(
        device.store("./c").unwrap().get(&luid(1)).unwrap().body,
        body
    );
    let chunks: Vec<_> = fake
        .heard
        .iter()
        .skip(2)
        .map(|message| codes(message).pop().unwrap())
        .collect();
    assert_eq!(chunks, ["Add 213", "Add 213", "Add 201"]);
}

#[test]
fn a_chunk_the_server_does_not_want_ends_its_object_alone() {
    let mut device = with(|p| p.puts_devinf = false);
    contacts(&mut device).add(card(&"x".repeat(5_000)));
    contacts(&mut device).add(card("b"));
    let mut fake = Fake::new();
    fake.max_msg_size = 2_000;
    fake.codes = [("1".to_owned(), StatusCode::RequestedSizeTooBig)].into();
    let summary = well(&mut device, &mut fake, Mode::Slow);
    assert_eq!(
        (summary.stores[0].sent.all(), summary.stores[0].refused),
        (1, 1)
    );
    let pending: Vec<_> = device
        .store("./c")
        .unwrap()
        .pending()
        .map(|(luid, _)| luid.clone())
        .collect();
    assert_eq!(pending, [luid(1)]);
}

#[test]
fn a_deletion_without_room_waits_for_the_next_message() {
    for limit in (1_300..1_900).step_by(10) {
        let mut device = synced(with(|p| (p.puts_devinf, p.gets_devinf) = (false, false)));
        contacts(&mut device).delete(&luid(1));
        let mut fake = again();
        fake.max_msg_size = limit;
        well(&mut device, &mut fake, Mode::TwoWay);
        assert_eq!(fake.items.get("1"), Some(&None), "{limit}");
    }
}
