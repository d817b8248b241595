//! Two devices and a server in one thread, without a network: what Anchorage does, in one page.
//!
//! ```text
//! cargo run --example two_devices
//! ```
//!
//! A phone of 2004 (SyncML 1.1, binary) and a laptop (SyncML 1.2, XML) share an address book. Each message goes
//! through the whole of the server, [`Host::answer`]; that time and chance are arguments makes every run the same.

use std::error::Error;

use anchorage::auth::{self, Auth, Chance, Keys, Password, Scheme, Secret};
use anchorage::client::{self, Datastore, Device, Exchange, Lost, Mode, Profile, Reply};
use anchorage::codec::{Encoding, Version};
use anchorage::ids::{AccountId, DeviceId, Luid, Millis, UserName};
use anchorage::message::devinf::ContentType;
use anchorage::pim;
use anchorage::session::{Envelope, Host, Request, Settings};
use anchorage::store::{NewAccount, Options, Role, Store};

const URL: &str = "http://server/sync";
const PASSWORD: &str = "correct horse";
/// What the devices and the server call the address book.
const BOOK: &str = "contacts";

fn main() -> Result<(), Box<dyn Error>> {
    let host = server()?;
    let mut phone = device("phone", Version::V11, Encoding::Wbxml)?;
    let mut laptop = device("laptop", Version::V12, Encoding::Xml)?;
    let mut clock = Millis(1_767_225_600_000);

    println!("Ada is entered on the phone, Bob on the laptop. Both sync, the phone once more:");
    let ada = enter(&mut phone, "Ada")?;
    enter(&mut laptop, "Bob")?;
    for device in [&mut phone, &mut laptop] {
        sync(&host, device, &mut clock)?;
    }
    sync(&host, &mut phone, &mut clock)?;
    show(&[&phone, &laptop]);

    println!("\nThe phone renames Ada, the laptop deletes Bob:");
    if let Some(book) = phone.store_mut(BOOK) {
        book.replace(&ada, card("Ada Lovelace"));
    }
    let bob = named(&laptop, "Bob").ok_or("Bob is not on the laptop")?;
    if let Some(book) = laptop.store_mut(BOOK) {
        book.delete(&bob);
    }
    sync(&host, &mut phone, &mut clock)?;
    sync(&host, &mut laptop, &mut clock)?;
    sync(&host, &mut phone, &mut clock)?;
    show(&[&phone, &laptop]);
    Ok(())
}

/// A server with one user, and everything in memory.
fn server() -> Result<Host, Box<dyn Error>> {
    let store = Store::open("sqlite::memory:", &Options::default())?;
    store.migrate("example")?;
    let keys = Keys::new(&Secret::from_bytes([1; 32]));
    let (id, name) = (AccountId(1), UserName::parse("ada")?);
    let chance = Chance {
        salt: [2; 16],
        seal: [3; 24],
    };
    let password = Password::parse(PASSWORD)?;
    let stored = auth::store(&keys, id, &name, &password, Scheme::Md5, chance)?;
    let account = NewAccount {
        id,
        name,
        password_hash: stored.hash,
        md5_secret: stored.md5_secret,
        role: Role::User,
        created: Millis(0),
    };
    store.write(|tx| tx.create_account(&account))?;
    let auth = Auth::new(keys, [4; 32], Scheme::Md5);
    Ok(Host::new(store, auth, Settings::default()))
}

/// A device with an address book.
fn device(name: &str, version: Version, encoding: Encoding) -> Result<Device, Box<dyn Error>> {
    let prefers = ContentType {
        ct_type: "text/x-vcard".to_owned(),
        ver_ct: "2.1".to_owned(),
    };
    let book = Datastore {
        local: BOOK.to_owned(),
        remote: BOOK.to_owned(),
        prefers,
        takes: Vec::new(),
        hierarchical: false,
        spells_out_deletes: false,
        holds: Vec::new(),
        keeps: None,
    };
    let profile = Profile::new(
        URL,
        DeviceId::parse(name)?,
        UserName::parse("ada")?,
        PASSWORD,
    );
    Ok(Device::new(Profile {
        version,
        encoding,
        datastores: vec![book],
        ..profile
    }))
}

/// One session: the device's messages go to the server until it is content.
fn sync(host: &Host, device: &mut Device, clock: &mut Millis) -> Result<(), Box<dyn Error>> {
    let now = *clock;
    let transport = |exchange: &Exchange| {
        clock.0 += 1000;
        let answered = host.answer(&Request {
            body: &exchange.body,
            charset: None,
            token: exchange.url.split_once("?s=").map(|(_, token)| token),
            endpoint: Some(URL),
            user_agent: None,
            envelope: Envelope::default(),
            hints: &[],
            now: *clock,
            // Of a real server these are random.
            chance: (u128::from(clock.0.unsigned_abs()) << 64).to_le_bytes(),
            ..Request::default()
        });
        let reply = answered.map_err(|refused| Lost(refused.to_string()))?;
        Ok(Reply {
            content_type: exchange.content_type.clone(),
            body: reply.body,
            hmac: reply.hmac,
        })
    };
    let summary = device.sync(&[(BOOK, Mode::TwoWay)], now, transport)?;
    for store in &summary.stores {
        let (name, messages) = (&device.profile.device, summary.messages);
        println!("  {name:<6} {store} ({messages} messages)");
    }
    if summary.violations.is_empty() {
        Ok(())
    } else {
        Err(summary.violations.join("; ").into())
    }
}

fn card(name: &str) -> String {
    format!("BEGIN:VCARD\r\nVERSION:2.1\r\nN:{name}\r\nEND:VCARD\r\n")
}

fn enter(device: &mut Device, name: &str) -> Result<Luid, Box<dyn Error>> {
    let book = device.store_mut(BOOK).ok_or("no address book")?;
    Ok(book.add(card(name)))
}

fn named(device: &Device, name: &str) -> Option<Luid> {
    let mut items = device.store(BOOK)?.items();
    items
        .find(|(_, content)| pim::title(content) == name)
        .map(|(luid, _)| luid.clone())
}

fn show(devices: &[&Device]) {
    for device in devices {
        let items = device
            .store(BOOK)
            .into_iter()
            .flat_map(client::Store::items);
        let names: Vec<_> = items
            .map(|(luid, content)| format!("{luid}={}", pim::title(content)))
            .collect();
        println!("  {:<6} has {}", device.profile.device, names.join(", "));
    }
}
