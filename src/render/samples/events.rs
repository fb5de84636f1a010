//! Sample events: an apply that succeeds, and one that fails.

use super::build::key;
use crate::engine::event::{Awaited, Event, What};
use crate::plan::{Check, Layer};

fn at(at_ms: u64, what: What) -> Event {
    Event { at_ms, what }
}

fn said(logical_id: &str, kind: &str, status: &str, reason: Option<&str>) -> What {
    What::Resource {
        stack: "qdn-staging".into(),
        logical_id: logical_id.into(),
        resource_type: kind.into(),
        status: status.into(),
        reason: reason.map(str::to_owned),
        at: None,
        took_ms: None,
    }
}

/// The same as the end of what took so long.
fn ended(logical_id: &str, kind: &str, status: &str, took: u64) -> What {
    let mut what = said(logical_id, kind, status, None);
    if let What::Resource { took_ms, .. } = &mut what {
        *took_ms = Some(took);
    }
    what
}

fn beginning() -> Vec<Event> {
    vec![
        at(
            0,
            What::CommandStarted {
                command: "apply",
                environment: "staging".into(),
            },
        ),
        at(
            2,
            What::Building {
                stage: "api for arm64".into(),
            },
        ),
        at(900, What::Observing),
        at(1300, What::Observed { took_ms: 400 }),
        at(
            1310,
            What::ChangeSetRequested {
                stack: "qdn-staging".into(),
            },
        ),
        at(
            1320,
            What::Waiting {
                awaited: Awaited::ChangeSet,
                limit_ms: 300_000,
            },
        ),
        at(2900, What::Planned { took_ms: 2000 }),
        at(
            3000,
            What::LayerStarted {
                layer: Layer::Package,
                steps: 1,
            },
        ),
        at(
            3600,
            What::Uploaded {
                key: key('b'),
                bytes: 1_234_567,
            },
        ),
        at(
            3601,
            What::LayerFinished {
                layer: Layer::Package,
                took_ms: 601,
            },
        ),
        at(
            3602,
            What::LayerStarted {
                layer: Layer::Stack,
                steps: 2,
            },
        ),
        at(
            3700,
            said(
                "qdn-staging",
                "AWS::CloudFormation::Stack",
                "UPDATE_IN_PROGRESS",
                Some("User Initiated"),
            ),
        ),
        at(
            3800,
            said("SiteBucket", "AWS::S3::Bucket", "CREATE_IN_PROGRESS", None),
        ),
        at(
            3900,
            said(
                "SiteBucket",
                "AWS::S3::Bucket",
                "CREATE_IN_PROGRESS",
                Some("Resource creation Initiated"),
            ),
        ),
    ]
}

pub(in crate::render) fn apply_events() -> Vec<Event> {
    [beginning(), stack_events(), later_layers()].concat()
}

fn stack_events() -> Vec<Event> {
    vec![
        at(
            9000,
            ended("SiteBucket", "AWS::S3::Bucket", "CREATE_COMPLETE", 5_200),
        ),
        at(
            9200,
            What::Estimated {
                stack: "qdn-staging".into(),
                left_ms: 34_000,
            },
        ),
        at(
            9500,
            said(
                "ApiFunction",
                "AWS::Lambda::Function",
                "UPDATE_IN_PROGRESS",
                None,
            ),
        ),
        at(
            40_000,
            ended(
                "ApiFunction",
                "AWS::Lambda::Function",
                "UPDATE_COMPLETE",
                30_500,
            ),
        ),
        at(
            44_000,
            said(
                "ApiDeployment3f2a9c01b7e4d5a6f0c1",
                "AWS::ApiGateway::Deployment",
                "DELETE_COMPLETE",
                None,
            ),
        ),
        at(
            44_700,
            said(
                "qdn-staging",
                "AWS::CloudFormation::Stack",
                "UPDATE_COMPLETE",
                None,
            ),
        ),
    ]
}

fn later_layers() -> Vec<Event> {
    vec![
        at(
            44_802,
            What::LayerFinished {
                layer: Layer::Stack,
                took_ms: 41_200,
            },
        ),
        at(
            44_803,
            What::LayerStarted {
                layer: Layer::Site,
                steps: 3,
            },
        ),
        at(
            44_900,
            What::Uploaded {
                key: "track/index.html".into(),
                bytes: 912,
            },
        ),
        at(
            45_000,
            What::Deleted {
                count: 3,
                place: "qdn-staging-site-123456789012-us-east-1".into(),
            },
        ),
        at(
            45_100,
            What::Invalidating {
                paths: ["/track", "/track/", "/track/index.html", "/track/old.css"]
                    .map(Into::into)
                    .into(),
            },
        ),
        at(
            45_110,
            What::Invalidated {
                id: "I2J0I21PCUYOIK".to_owned(),
                complete: true,
            },
        ),
        at(
            50_000,
            What::LayerFinished {
                layer: Layer::Site,
                took_ms: 5_197,
            },
        ),
        at(
            50_001,
            What::LayerStarted {
                layer: Layer::Verify,
                steps: 5,
            },
        ),
        at(
            50_300,
            What::Proved {
                check: Check::Health,
                seen: "https://d111111abcdef8.cloudfront.net/api/health answers 200".into(),
            },
        ),
        at(
            50_301,
            What::LayerFinished {
                layer: Layer::Verify,
                took_ms: 300,
            },
        ),
        at(
            50_302,
            What::ApiCalls {
                count: 31,
                depth: 14,
                at_once: 6,
                changing: [
                    "CreateChangeSet",
                    "PutObject",
                    "ExecuteChangeSet",
                    "PutObject",
                    "DeleteObjects",
                ]
                .map(Into::into)
                .into(),
                operations: Vec::new(),
            },
        ),
        at(
            50_302,
            What::Finished {
                changes: 6,
                took_ms: 50_302,
            },
        ),
    ]
}

pub(in crate::render) fn failure_events() -> Vec<Event> {
    let mut events = beginning();
    let reason = "Resource handler returned message: \"The role defined for the function cannot be \
        assumed by Lambda. (Service: Lambda, Status Code: 400)\" (RequestToken: 1f2e, \
        HandlerErrorCode: InvalidRequest)";
    events.extend([
        at(
            9000,
            said(
                "ApiFunction",
                "AWS::Lambda::Function",
                "CREATE_FAILED",
                Some(reason),
            ),
        ),
        at(
            9100,
            said(
                "qdn-staging",
                "AWS::CloudFormation::Stack",
                "UPDATE_ROLLBACK_IN_PROGRESS",
                None,
            ),
        ),
        at(
            9900,
            said(
                "qdn-staging",
                "AWS::CloudFormation::Stack",
                "UPDATE_ROLLBACK_COMPLETE",
                None,
            ),
        ),
        at(
            9901,
            What::Disproved {
                check: Check::Page,
                seen: "/track answers 403, expected 200".into(),
            },
        ),
        at(
            9902,
            What::LayerFailed {
                layer: Layer::Stack,
            },
        ),
    ]);
    events
}
