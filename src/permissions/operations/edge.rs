//! CloudFront and its key value stores.

use super::{Operation, row};
use crate::permissions::Purpose::{self, Apply, Deploy, Plan, Preview};
use crate::permissions::Target::{
    AdoptedDistribution, Distribution, EdgeCandidate, EdgeFunction, KeyValueStores, Unnamed,
};
use crate::permissions::{Need, need};
use crate::ports::Service;

pub(super) const OPERATIONS: &[Operation] = &[
    edge(
        "GetDistribution",
        &[(
            Preview,
            need(&["cloudfront:GetDistribution"], &[Distribution]),
        )],
    ),
    edge(
        "GetDistributionConfig",
        &[
            (
                Preview,
                need(
                    &["cloudfront:GetDistributionConfig"],
                    &[AdoptedDistribution],
                ),
            ),
            // Whoever proves looks at the default behavior, whosever the distribution is.
            (
                Deploy,
                need(&["cloudfront:GetDistributionConfig"], &[Distribution]),
            ),
        ],
    ),
    edge(
        "UpdateDistribution",
        &[(
            Deploy,
            need(&["cloudfront:UpdateDistribution"], &[AdoptedDistribution]),
        )],
    ),
    edge(
        "GetFunction",
        &[(Preview, need(&["cloudfront:GetFunction"], &[EdgeFunction]))],
    ),
    edge(
        "UpdateFunction",
        &[(
            Deploy,
            need(&["cloudfront:UpdateFunction"], &[EdgeFunction]),
        )],
    ),
    edge(
        "PublishFunction",
        &[(
            Deploy,
            need(&["cloudfront:PublishFunction"], &[EdgeFunction]),
        )],
    ),
    edge(
        "CreateInvalidation",
        &[(
            Deploy,
            need(&["cloudfront:CreateInvalidation"], &[Distribution]),
        )],
    ),
    edge(
        "GetInvalidation",
        &[(
            Deploy,
            need(&["cloudfront:GetInvalidation"], &[Distribution]),
        )],
    ),
    edge(
        "CreateFunction",
        &[(Deploy, need(&["cloudfront:CreateFunction"], &[Unnamed]))],
    ),
    edge(
        "TestFunction",
        &[(Deploy, need(&["cloudfront:TestFunction"], &[EdgeCandidate]))],
    ),
    edge(
        "DescribeFunction",
        &[(
            Deploy,
            need(
                &["cloudfront:DescribeFunction"],
                &[EdgeCandidate, EdgeFunction],
            ),
        )],
    ),
    edge(
        "DeleteFunction",
        &[(
            Deploy,
            need(&["cloudfront:DeleteFunction"], &[EdgeCandidate]),
        )],
    ),
    row(
        Service::KeyValueStore,
        "DescribeKeyValueStore",
        &[(
            Plan,
            need(
                &["cloudfront-keyvaluestore:DescribeKeyValueStore"],
                &[KeyValueStores],
            ),
        )],
    ),
    // It answers values, which are keys.
    row(
        Service::KeyValueStore,
        "ListKeys",
        &[(
            Plan,
            need(&["cloudfront-keyvaluestore:ListKeys"], &[KeyValueStores]),
        )],
    ),
    row(
        Service::KeyValueStore,
        "UpdateKeys",
        &[(
            Apply,
            need(
                &[
                    "cloudfront-keyvaluestore:DeleteKey",
                    "cloudfront-keyvaluestore:PutKey",
                    "cloudfront-keyvaluestore:UpdateKeys",
                ],
                &[KeyValueStores],
            ),
        )],
    ),
];

const fn edge(name: &'static str, needs: &'static [(Purpose, Need)]) -> Operation {
    row(Service::CloudFront, name, needs)
}
