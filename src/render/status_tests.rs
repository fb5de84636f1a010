//! How a status reads. Test code only.

use qdn_shared::package::FunctionName;

use super::*;
use crate::engine::{Addresses, Claim, LockRecord, Operation};

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

fn good() -> Status {
    let function = |function| FunctionNow {
        function,
        runs: Look::Seen(Some(Runs {
            code_sha256: "3f2a9c0d1e7b5a88".repeat(4),
            state: "ready",
            reason: None,
            as_released: Some(true),
        })),
    };
    Status {
        environment: "staging".to_owned(),
        account: "123456789012".to_owned(),
        region: "us-east-1".to_owned(),
        at: at("2026-11-26T19:02:11Z"),
        stack_name: "qdn-staging".to_owned(),
        stack: Some(StackNow {
            status: "UPDATE_COMPLETE".to_owned(),
            reason: None,
            settled: true,
            operating: false,
            operation: Look::Seen(Some(Operation {
                began: "2026-11-26T18:53:00Z".to_owned(),
                newest: "2026-11-26T18:55:03Z".to_owned(),
                event: "qdn-staging UPDATE_COMPLETE".to_owned(),
            })),
        }),
        release: Look::Seen(Some(ReleaseNow {
            id: "20261126-185500-000002-4700".to_owned(),
            made_at: at("2026-11-26T18:56:40Z"),
            revision: Some("0123456789abcdef0123456789abcdef01234567-dirty".to_owned()),
            restores: None,
        })),
        lock: Look::Seen(None),
        functions: FunctionName::ALL.iter().copied().map(function).collect(),
        edge: Look::Seen(Some(EdgeNow {
            as_released: Some(true),
        })),
        distribution: Look::Seen(Some(DistributionNow {
            id: "E1A2B3C4D5E6F7".to_owned(),
            domain: "d111111abcdef8.cloudfront.net".to_owned(),
            enabled: true,
            deployed: true,
        })),
        page: Look::Seen(Some(PageNow {
            files: 6,
            bytes: 41_234,
            unlike_release: Some(0),
        })),
        addresses: Some(Addresses {
            track: "https://staging.quickdumpnow.com/track".to_owned(),
            api: "https://staging.quickdumpnow.com/api".to_owned(),
        }),
    }
}

fn bad() -> Status {
    let mut status = good();
    let claim = Claim {
        owner: "ben".to_owned(),
        host: "ci-7".to_owned(),
        run: Some("https://github.com/quickdumpnow/infra/actions/runs/4711".to_owned()),
        command: "apply",
    };
    let since = at("2026-11-26T19:00:00Z");
    status.lock = Look::Seen(Some(LockNow {
        record: LockRecord::of(&claim, "20261126-190000-000001-7".to_owned(), since),
        over: false,
    }));
    let stack = status.stack.as_mut().unwrap();
    stack.status = "UPDATE_IN_PROGRESS".to_owned();
    (stack.settled, stack.operating) = (false, true);
    stack.operation = Look::Seen(Some(Operation {
        began: "2026-11-26T19:00:04Z".to_owned(),
        newest: "2026-11-26T19:01:50Z".to_owned(),
        event: "ApiFunction UPDATE_IN_PROGRESS".to_owned(),
    }));
    status.functions[0].runs = Look::Seen(Some(Runs {
        code_sha256: "0".repeat(64),
        state: "failed",
        reason: Some("the key of its environment was disabled".to_owned()),
        as_released: Some(false),
    }));
    status.functions[1].runs = Look::Seen(None);
    status.functions[2].runs = Look::Unread {
        unread: "Lambda GetFunctionConfiguration of qdn-staging-upkeep: AccessDeniedException: no"
            .to_owned(),
    };
    status.edge = Look::Seen(None);
    status.page = Look::Seen(Some(PageNow {
        files: 5,
        bytes: 40_000,
        unlike_release: Some(1),
    }));
    status
}

fn new() -> Status {
    let mut status = good();
    status.stack = None;
    status.release = Look::Seen(None);
    status.edge = Look::Seen(None);
    status.distribution = Look::Seen(None);
    status.page = Look::Seen(None);
    status.addresses = None;
    for function in &mut status.functions {
        function.runs = Look::Seen(None);
    }
    status
}

/// Each kind of status by its name.
pub(in crate::render) fn every() -> [(&'static str, Status); 3] {
    [
        ("a good status", good()),
        ("a bad status", bad()),
        ("a status of nothing", new()),
    ]
}

fn told(status: &Status) -> String {
    let text = status_human(status, Style::default());
    let lines = text.lines().collect::<Vec<_>>();
    assert!(lines.len() <= 24, "more than one screen:\n{text}");
    assert!(
        lines.iter().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    text
}

#[test]
fn all_is_well_in_one_screen() {
    insta::assert_snapshot!(told(&good()));
}

#[test]
fn what_is_not_well_says_so() {
    insta::assert_snapshot!(told(&bad()));
}

#[test]
fn before_the_first_apply_there_is_little_to_tell() {
    insta::assert_snapshot!(told(&new()));
}

#[test]
fn how_long_ago_is_told_in_one_unit() {
    let ago = |minutes| ago(SignedDuration::from_mins(minutes));
    assert_eq!(ago(-3), "just now");
    assert_eq!(ago(59), "59 min ago");
    assert_eq!(ago(119), "1 h ago");
    assert_eq!(ago(2880), "2 days ago");
}
