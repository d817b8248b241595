//! Statuses as a device can bear them.

use super::Quirks;
use crate::message::{ChangeKind, Status, StatusCode};

/// A Status as this device can bear it; `None` when it is better left out. `device` is its own address.
pub(in crate::session) fn bearable(
    quirks: &Quirks,
    mut status: Status,
    device: &str,
) -> Option<Status> {
    if quirks.exists_is_ok && status.code == Some(StatusCode::AlreadyExists) {
        status.code = Some(StatusCode::Ok);
    }
    let of_change = ChangeKind::ALL
        .iter()
        .any(|kind| kind.tag().name() == status.cmd);
    let went_well = status.code.is_some_and(StatusCode::is_success);
    if !quirks.item_statuses && of_change && went_well {
        return None;
    }
    Some(bare(quirks, status, device))
}

/// A Status that says no, without any Item and with a `SourceRef`, for a device that wants it so. The
/// echo of an anchor with 508 stays: the sync goes on.
pub(in crate::session) fn bare(quirks: &Quirks, mut status: Status, device: &str) -> Status {
    let says_no = status.code.is_some_and(|code| !code.is_success());
    if quirks.bare_errors && says_no {
        let begins_anew = status.code == Some(StatusCode::RefreshRequired);
        status
            .items
            .retain(|item| begins_anew && item.anchor.is_some());
        if status.source_refs.is_empty() {
            let named = status.target_refs.first().map_or(device, String::as_str);
            status.source_refs = vec![named.to_owned()];
        }
    }
    status
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::status::StatusItem;
    use crate::message::{AnchorPair, Item};

    fn status(cmd: &str, code: StatusCode) -> Status {
        let text = StatusItem {
            item: Item {
                data: Some(b"why".to_vec()),
                ..Item::default()
            },
            anchor: None,
        };
        Status {
            cmd: cmd.to_owned(),
            target_refs: vec!["7".to_owned()],
            code: Some(code),
            items: vec![text],
            ..Status::default()
        }
    }

    /// Field quirk P1.
    #[test]
    fn a_status_that_says_no_can_go_without_an_item() {
        let quirks = Quirks {
            bare_errors: true,
            ..Quirks::default()
        };
        let refused = bare(&quirks, status("Add", StatusCode::CommandFailed), "IMEI:1");
        assert!(refused.items.is_empty());
        assert_eq!(refused.source_refs, ["7"]);
        let nameless = Status {
            target_refs: Vec::new(),
            ..status("Alert", StatusCode::NotFound)
        };
        assert_eq!(bare(&quirks, nameless, "IMEI:1").source_refs, ["IMEI:1"]);
        let mut refresh = status("Alert", StatusCode::RefreshRequired);
        refresh.items[0].anchor = Some(AnchorPair {
            last: None,
            next: "9".into(),
        });
        assert_eq!(
            bare(&quirks, refresh, "IMEI:1").items.len(),
            1,
            "the anchor's echo"
        );
        assert_eq!(
            bare(&quirks, status("Add", StatusCode::ItemAdded), "IMEI:1")
                .items
                .len(),
            1
        );
        assert_eq!(
            bare(
                &Quirks::default(),
                status("Add", StatusCode::CommandFailed),
                "IMEI:1"
            )
            .items
            .len(),
            1
        );
    }

    /// Field quirk P24.
    #[test]
    fn statuses_of_changes_that_went_well_can_be_left_out() {
        let quirks = Quirks {
            item_statuses: false,
            ..Quirks::default()
        };
        let kept = |cmd, code| bearable(&quirks, status(cmd, code), "IMEI:1").is_some();
        for cmd in ["Add", "Replace", "Delete"] {
            assert!(!kept(cmd, StatusCode::Ok));
            assert!(kept(cmd, StatusCode::UnsupportedMediaType));
        }
        assert!(
            kept("Sync", StatusCode::Ok)
                && kept("Alert", StatusCode::Ok)
                && kept("Map", StatusCode::Ok)
        );
    }

    /// Field quirk P35.
    #[test]
    fn a_device_can_be_told_that_all_is_well_where_an_item_exists() {
        let told = |quirks: &Quirks| {
            bearable(quirks, status("Add", StatusCode::AlreadyExists), "IMEI:1")
                .unwrap()
                .code
        };
        assert_eq!(
            told(&Quirks {
                exists_is_ok: true,
                ..Quirks::default()
            }),
            Some(StatusCode::Ok)
        );
        assert_eq!(told(&Quirks::default()), Some(StatusCode::AlreadyExists));
    }
}
