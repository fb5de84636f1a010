//! A sample of drift.

use super::plans::empty;
use crate::engine::{Drift, StackDrift};
use crate::ports::{PropertyDrift, ResourceDrift};

/// A resource that is another, one that is gone, one with a long name, and some that nobody could compare.
pub(in crate::render) fn drifted() -> Drift {
    let resource = |id: &str, of: &str, is_gone, properties| ResourceDrift {
        logical_id: id.to_owned(),
        resource_type: of.to_owned(),
        is_gone,
        properties,
    };
    let table = PropertyDrift {
        path: "/Environment/Variables/QDN_TABLE".to_owned(),
        expected: Some("qdn-staging-data".to_owned()),
        actual: Some("another".to_owned()),
    };
    let resources = vec![
        resource("ApiFunction", "AWS::Lambda::Function", false, vec![table]),
        resource("ApiAlarm", "AWS::CloudWatch::Alarm", true, Vec::new()),
        resource(
            "TrackResponseHeadersOfEverythingElse",
            "AWS::CloudFront::ResponseHeadersPolicy",
            true,
            Vec::new(),
        ),
    ];
    Drift {
        release: "20261125-080000-000001-77".to_owned(),
        plan: empty(),
        stack: StackDrift::Compared {
            resources,
            partial: Some("no right to read DataTable".to_owned()),
        },
    }
}
