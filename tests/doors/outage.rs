//! The database goes away in the middle of a session and comes back.

use crate::common::postgres::{Cluster, database};
use crate::kit::{Site, XML, message, one_contact, opening};

#[test]
fn without_a_database_devices_are_asked_to_come_again_and_nothing_is_half_done() {
    let cluster = Cluster::start();
    let site = Site::over(&cluster.url(), None);
    let uri = site
        .post(XML, opening().as_bytes())
        .message()
        .header
        .resp_uri
        .unwrap();
    let next = message(2, None, one_contact());
    cluster.pg_ctl(&["stop", "--mode=immediate"]);
    for _ in 0..2 {
        let answer = site.post_with(&uri, &[("Content-Type", XML)], next.as_bytes());
        assert_eq!(answer.status, 503);
        assert!(
            answer
                .header("Retry-After")
                .is_some_and(|seconds| seconds.parse::<u32>().is_ok())
        );
        assert!(answer.body.is_empty(), "nothing of the inside is told");
    }
    assert_eq!(site.get("/readyz").status, 503);
    assert_eq!(site.get("/healthz").status, 200);
    cluster.pg_ctl(&["start"]);
    let answer = site.post_with(&uri, &[("Content-Type", XML)], next.as_bytes());
    let codes: Vec<_> = answer
        .statuses()
        .into_iter()
        .map(|(_, code)| code)
        .collect();
    assert_eq!(codes, [200, 200, 201], "the session goes on where it was");
    let again = site.post_with(&uri, &[("Content-Type", XML)], next.as_bytes());
    assert_eq!(again.body, answer.body);
    assert_eq!(site.get("/readyz").status, 200);
}

#[test]
fn a_session_goes_through_on_postgresql() {
    let database = database();
    let site = Site::over(database.url(), None);
    let uri = site
        .post(XML, opening().as_bytes())
        .message()
        .header
        .resp_uri
        .unwrap();
    let second = site.post_with(
        &uri,
        &[("Content-Type", XML)],
        message(2, None, one_contact()).as_bytes(),
    );
    assert_eq!(second.statuses()[2], ("Add".to_owned(), 201));
}
