//! Lines as devices write them, and as they should not.

use proptest::prelude::*;

use super::*;

fn read(body: &str) -> Vec<(String, String)> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Lines::new(body.as_bytes())
        .map(|l| (text(l.name()), text(l.value())))
        .collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected
        .iter()
        .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
        .collect()
}

#[test]
fn an_old_fold_keeps_its_blank_and_a_new_one_loses_it() {
    let old = read("VERSION:2.1\r\nNOTE:one\r\n two\r\nTEL:1\r\n");
    assert_eq!(
        old,
        pairs(&[("VERSION", "2.1"), ("NOTE", "one two"), ("TEL", "1")])
    );
    let new = read("VERSION:3.0\r\nNOTE:one\r\n two\r\n\tthree\r\n");
    assert_eq!(new, pairs(&[("VERSION", "3.0"), ("NOTE", "onetwothree")]));
}

#[test]
fn a_soft_break_joins_whatever_the_next_line_looks_like() {
    let lines = read("NOTE;ENCODING=QUOTED-PRINTABLE:a=0D=0A=\n TEL:b=\nc\nTEL:1\n");
    assert_eq!(lines, pairs(&[("NOTE", "a=0D=0A TEL:bc"), ("TEL", "1")]));
}

#[test]
fn a_soft_break_never_swallows_the_end_of_the_component() {
    let lines = read("NOTE;QUOTED-PRINTABLE:100 =\r\nEND:VCARD\r\n");
    assert_eq!(lines, pairs(&[("NOTE", "100 ="), ("END", "VCARD")]));
}

#[test]
fn a_base64_block_ends_with_its_empty_line_or_the_next_property() {
    let indented = read("PHOTO;ENCODING=BASE64:\r\n AAAA\r\n BBBB==\r\n\r\nTEL:1\r\n");
    assert_eq!(indented, pairs(&[("PHOTO", " AAAA BBBB=="), ("TEL", "1")]));
    let flush = read("PHOTO;BASE64;JPEG:AAAA\nBBBB==\nTEL:1\n");
    assert_eq!(flush, pairs(&[("PHOTO", "AAAABBBB=="), ("TEL", "1")]));
}

#[test]
fn a_colon_inside_quotes_belongs_to_the_parameter() {
    let body = b"ATTENDEE;CN=\"Doe: J; x\";RSVP=TRUE:mailto:j@x.org";
    let line = Lines::new(body).next().unwrap();
    assert_eq!(line.value(), b"mailto:j@x.org");
    let params: Vec<_> = line.params().map(|p| (p.key.unwrap(), p.value)).collect();
    assert_eq!(
        params,
        [(&b"CN"[..], &b"\"Doe: J; x\""[..]), (b"RSVP", b"TRUE")]
    );
}

#[test]
fn a_head_may_be_folded_before_its_colon() {
    let body = b"VERSION:2.0\nX-LONG;A=\"b\"\n ;ENCODING=QUOTED-PRINTABLE:=41=\n=42\nEND:X\n";
    let line = Lines::new(body).nth(1).unwrap();
    assert_eq!(
        (line.name(), line.value()),
        (&b"X-LONG"[..], &b"=41=42"[..])
    );
    assert_eq!(line.coding(), Coding::Quoted);
}

#[test]
fn groups_bare_words_a_byte_order_mark_and_a_missing_last_line_end_are_read() {
    let body = "\u{feff}begin:vcard\nitem1.Tel;home;VOICE:1\n\nno property\nEND:VCARD".as_bytes();
    let lines: Vec<_> = Lines::new(body).collect();
    assert!(lines[0].is("BEGIN"));
    assert_eq!(
        (lines[1].group(), lines[1].name()),
        (&b"item1"[..], &b"Tel"[..])
    );
    assert!(lines[1].params().all(|p| p.key.is_none()));
    assert!(lines[2].is_blank());
    assert_eq!(
        (lines[3].name(), lines[3].value()),
        (&b""[..], &b"no property"[..])
    );
    assert_eq!(lines[4].value(), b"VCARD");
}

#[test]
fn a_hundred_thousand_folds_without_a_colon_take_no_time() {
    let body = "a\"\n \"".repeat(200_000);
    assert_eq!(
        Lines::new(body.as_bytes())
            .map(|l| l.source.len())
            .sum::<usize>(),
        body.len()
    );
}

proptest! {
    #[test]
    fn no_byte_is_lost(body in proptest::collection::vec(
        prop_oneof![Just(b'\n'), Just(b'\r'), Just(b' '), Just(b':'), Just(b';'), Just(b'='), Just(b'"'), any::<u8>()], 0..400)
    ) {
        let joined: Vec<u8> = Lines::new(&body).flat_map(|l| l.source.to_vec()).collect();
        prop_assert_eq!(joined, body);
    }

    #[test]
    fn hostile_lines_yield_parts_that_lie_inside_them(body in "[A-Z;:=\" \r\n.a-z0-9+/]{0,300}") {
        for line in Lines::new(body.as_bytes()) {
            let parts = line.group().len() + line.name().len() + line.value().len()
                + line.params().map(|p| p.value.len()).sum::<usize>();
            prop_assert!(parts <= line.source.len());
        }
    }
}
