//! Notes through the lens.

use super::*;

#[test]
fn a_note_has_its_words_in_every_form_and_keeps_its_categories() {
    let base = content(
        "BEGIN:VNOTE\r\nVERSION:1.1\r\nBODY;ENCODING=QUOTED-PRINTABLE:Milk=0D=0AEggs\r\nCATEGORIES:home\r\nEND:VNOTE\r\n",
    );
    let lens = phone(Form::Text);
    let sent = lens.render(&base);
    assert_eq!(
        (text(&sent).as_str(), sent.media_type.as_str()),
        ("Milk\r\nEggs", "text/plain")
    );
    assert_eq!(
        lens.apply_edits(Some(&base), &base, &sent),
        Applied::Unchanged
    );
    let Applied::Edited(result) = lens.apply_edits(Some(&base), &base, &content("Milk\r\nBread"))
    else {
        panic!("edited")
    };
    assert!(
        text(&result).contains("CATEGORIES:home\r\n") && text(&result).contains("Milk=0D=0ABread")
    );
    let sif = phone(Form::Sif).render(&base);
    assert!(
        text(&sif).contains("<Subject>Milk</Subject>")
            && text(&sif).contains("<Categories>home</Categories>")
    );
    assert_eq!(
        phone(Form::Sif).apply_edits(Some(&base), &base, &sif),
        Applied::Unchanged
    );
    let plain = content("Milk\r\n");
    assert_eq!(text(&lens.canonical(&plain)), "Milk\r\n");
}
