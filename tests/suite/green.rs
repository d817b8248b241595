//! Every case against our own server over HTTP: in 1.1 and 1.2, in XML and WBXML, on both databases. REQ-CONFORM-2.

use std::time::Duration;

use anchorage::client::http::Http;
use anchorage::client::suite::{Case, Outcome, Suite, shipped};
use anchorage::codec::{Encoding, Version};

use crate::common::postgres::database;
use crate::site::{serve, setting};

#[test]
fn the_suite_passes_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("suite.db");
    play_all(&format!("sqlite:{}", path.display()));
}

#[test]
fn the_suite_passes_on_postgresql() {
    let database = database();
    play_all(database.url());
}

fn play_all(database: &str) {
    let url = serve(database);
    let cases = shipped().unwrap();
    let (mut wrong, mut count) = (Vec::new(), 0);
    for version in [Version::V11, Version::V12] {
        for encoding in [Encoding::Xml, Encoding::Wbxml] {
            let mut suite =
                Suite::new(setting(&url, version, encoding), version, encoding).unwrap();
            for case in &cases {
                count += 1;
                let scene = format!("{} in {version:?}, {encoding:?}", case.id);
                wrong.extend(judged(&mut suite, case).map(|why| format!("{scene}: {why}")));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// What is wrong with a case, if anything is.
fn judged(suite: &mut Suite, case: &Case) -> Option<String> {
    let http = Http::new(Duration::from_mins(1));
    let played = suite.play(case, &mut |exchange| http.post(exchange));
    match played.outcome {
        Outcome::Failed(why) => Some(why.join("; ")),
        Outcome::NotApplicable(why) if why.contains("not offer") => Some(why),
        Outcome::NotApplicable(_) | Outcome::Passed => {
            (!played.remarks.is_empty()).then(|| played.remarks.join("; "))
        }
    }
}
