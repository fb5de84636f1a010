//! Every refusal of saved plans and locks as a person meets it: exit code, error and hint. Test code only.

use std::path::PathBuf;

use jiff::Timestamp;

use super::error::Error;
use crate::engine::{self, Claim, LockError, LockRecord};
use crate::hint::Hint as _;
use crate::plan::{Fate, Fingerprints, Inputs, Layer, Risk, SavedPlan};
use crate::render::{Style, error_text};

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

fn lock() -> Box<LockRecord> {
    let claim = Claim {
        owner: "ben".to_owned(),
        host: "ci-7".to_owned(),
        run: Some("https://github.com/quickdumpnow/infra/actions/runs/4711".to_owned()),
        command: "apply",
    };
    let since = at("2026-01-01T09:30:00Z");
    Box::new(LockRecord::of(&claim, "0k3x9q2ab7".to_owned(), since))
}

fn stale() -> engine::Error {
    let (mut before, mut now) = (Inputs::default(), Inputs::default());
    before.note("stack file", "one");
    now.note("stack file", "another");
    let mut moved = before.moved(&now);
    let (mut before, mut now) = (Fingerprints::default(), Fingerprints::default());
    before.note(Layer::Stack, "stack qdn-staging", "one");
    now.note(Layer::Stack, "stack qdn-staging", "another");
    before.note(Layer::Site, "track/index.html", "one");
    now.note(Layer::Site, "track/new.css", "one");
    moved.extend(before.moved(&now));
    engine::Error::Stale {
        moved,
        bootstrapped: false,
    }
}

fn mismatch() -> engine::Error {
    engine::Error::PlanMismatch {
        stack: "qdn-staging".to_owned(),
    }
}

fn no_plan(bytes: &[u8]) -> Error {
    Error::Plan {
        file: PathBuf::from("staging.plan"),
        source: SavedPlan::parse(bytes).unwrap_err(),
    }
}

#[test]
fn every_refusal_says_what_and_how_to_go_on() {
    let environment = || "staging".to_owned();
    let id = || lock().id;
    let refusals: Vec<Error> = vec![
        stale().into(),
        engine::Error::TooOld {
            made_at: at("2026-01-01T09:30:00Z"),
            minutes: 1440,
        }
        .into(),
        engine::Error::OtherEnvironment {
            made_for: environment(),
            asked: "prod".to_owned(),
        }
        .into(),
        engine::Error::NoBootstrap {
            environment: environment(),
            stack: "qdn-staging-bootstrap".to_owned(),
        }
        .into(),
        no_plan(b"name: qdn-staging\n"),
        no_plan(br#"{"format": "tfplan", "version": 4}"#),
        no_plan(br#"{"format": "qdn-infra plan", "version": 999}"#),
        no_plan(br#"{"format": "qdn-infra plan", "version": 1, "program": "0.1.0"}"#),
        engine::Error::from(LockError::Held { held: lock() }).into(),
        engine::Error::from(LockError::Lost { id: id() }).into(),
        engine::Error::from(LockError::Moves { id: id() }).into(),
        engine::Error::from(LockError::Other {
            asked: "0k3x9q2ab8".to_owned(),
            held: lock(),
        })
        .into(),
        engine::Error::from(LockError::Foreign {
            place: "s3://qdn-staging-artifacts-123456789012-us-east-1/locks/qdn-staging.json"
                .to_owned(),
            message: "missing field `id` at line 1 column 2".to_owned(),
        })
        .into(),
        engine::Error::Blocked {
            risks: vec![
                Risk::DataLoss {
                    logical_id: "Table".to_owned(),
                    resource_type: "AWS::DynamoDB::Table".to_owned(),
                    fate: Fate::Replaced,
                },
                Risk::RouteRemoval {
                    route: "POST /api/old".to_owned(),
                },
                Risk::PageRemovals {
                    count: 60,
                    limit: 50,
                },
            ],
        }
        .into(),
        mismatch().into(),
        Error::PutBack {
            release: "20261126-190211-004711-4711".to_owned(),
            failed: Box::new(mismatch().into()),
        },
        Error::NotPutBack {
            failed: Box::new(mismatch().into()),
            error: Box::new(engine::Error::from(LockError::Lost { id: id() }).into()),
        },
    ];
    let style = Style {
        color: false,
        width: 80,
    };
    let told = refusals.iter().map(|refusal| {
        let text = error_text(refusal, refusal.hint().as_deref(), style);
        format!("exit code {}\n{text}", refusal.exit_code())
    });
    insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n"));
}
