//! Weak devices and strong ones over many rounds.

use super::*;

#[test]
fn after_ten_rounds_of_a_weak_device_the_strong_one_has_all_its_fields() {
    let strong = "BDAY:1970-01-31\r\nCATEGORIES:a,b\r\nFN:Jane Ann Doe\r\nN:Doe;Jane;Ann;Dr.;\r\nORG:Acme;R&D\r\nPHOTO;TYPE=JPEG;ENCODING=b:AAEC\r\n\
TEL;TYPE=home:1\r\nTEL;TYPE=work,fax:2\r\nTEL;TYPE=work:3\r\nX-EVOLUTION-SPOUSE;X-A=b:Joe";
    let mut stored = card(&format!(
        "{strong}\r\nNOTE:{}",
        "a long note that the phone cuts ".repeat(10)
    ));
    let mut weak = phone(OLD);
    let limited = |name: &str, most| Capability {
        max_size: Some(most),
        ..Capability::named(name)
    };
    weak.caps = Some(Caps {
        properties: vec![
            Capability::named("N"),
            limited("TEL", 20),
            limited("NOTE", 30),
        ],
    });
    weak.contact.name_parts = Some(2);
    weak.contact.one_per_type = vec!["TEL".into()];
    for round in 0..10 {
        let came = edited(&weak.render(&stored), |card| {
            let tel = card
                .properties
                .iter_mut()
                .find(|p| p.has_type("HOME"))
                .unwrap();
            tel.value = Value::Text(format!("10{round}").into());
        });
        let Applied::Edited(result) = weak.apply_edits(Some(&stored), &stored, &came) else {
            panic!("edited")
        };
        stored = result;
    }
    let after = text(&stored);
    for line in strong
        .split("\r\n")
        .filter(|l| !l.starts_with("TEL;TYPE=home"))
    {
        assert!(after.contains(line), "{line} in {after}");
    }
    assert!(after.contains("TEL;TYPE=home:109"));
    assert!(after.contains(&"a long note that the phone cuts ".repeat(9)));
}

#[test]
fn a_client_of_sif_clears_what_it_sends_empty_and_keeps_what_it_does_not_know() {
    let base = card(
        "FN:Jane Doe\r\nN:Doe;Jane;Ann;;\r\nTEL;TYPE=cell:1\r\nTEL;TYPE=home:2\r\nORG:Acme;R&D\r\nPHOTO;ENCODING=b;TYPE=JPEG:AAEC\r\nNICKNAME:J",
    );
    let lens = phone(Form::Sif);
    let sent = lens.render(&base);
    assert!(text(&sent).contains("<MobileTelephoneNumber>1</MobileTelephoneNumber>"));
    assert_eq!(
        lens.apply_edits(Some(&base), &base, &sent),
        Applied::Unchanged
    );
    let came = content(
        "<contact><FileAs>Jane Doe</FileAs><LastName>Roe</LastName><FirstName>Jane</FirstName><CompanyName>Acme</CompanyName><MobileTelephoneNumber></MobileTelephoneNumber><HomeTelephoneNumber>2</HomeTelephoneNumber></contact>",
    );
    let Applied::Edited(result) = lens.apply_edits(Some(&base), &base, &came) else {
        panic!("edited")
    };
    assert_eq!(
        lines(&result),
        [
            "FN:Jane Roe",
            "N:Roe;Jane;Ann;;",
            "NICKNAME:J",
            "ORG:Acme;R&D",
            "PHOTO;TYPE=JPEG;ENCODING=b:AAEC",
            "TEL;TYPE=home:2"
        ]
    );
}

#[test]
fn a_new_contact_is_stored_in_one_form_whatever_it_came_in() {
    let old = content(
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;J;;;\r\nTEL;CELL:1\r\nADR:;;;;;;\r\nEMAIL;INTERNET:j@x\r\nEND:VCARD\r\n",
    );
    let sif = content(
        "<contact><LastName>M\u{fc}ller</LastName><FirstName>J</FirstName><MobileTelephoneNumber>1</MobileTelephoneNumber><Email1Address>j@x</Email1Address><NickName></NickName></contact>",
    );
    let stored = [phone(OLD).canonical(&old), phone(Form::Sif).canonical(&sif)];
    assert_eq!(stored[0].media_type.as_str(), "text/vcard");
    assert_eq!(
        lines(&stored[0]),
        [
            "EMAIL;TYPE=internet:j@x",
            "N:M\u{fc}ller;J;;;",
            "TEL;TYPE=cell:1"
        ]
    );
    assert_eq!(
        lines(&stored[1]),
        ["EMAIL:j@x", "N:M\u{fc}ller;J;;;", "TEL;TYPE=cell:1"]
    );
}
