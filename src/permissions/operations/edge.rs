//! CloudFront and its key value stores.

use super::{Operation, row};
use crate::permissions::Purpose::{self, Apply, Plan, Preview};
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
                Apply,
                need(&["cloudfront:GetDistributionConfig"], &[Distribution]),
            ),
        ],
    ),
    edge(
        "UpdateDistribution",
        &[(
            Apply,
            need(&["cloudfront:UpdateDistribution"], &[AdoptedDistribution]),
        )],
    ),
    edge(
        "GetFunction",
        &[(Preview, need(&["cloudfront:GetFunction"], &[EdgeFunction]))],
    ),
    edge(
        "CreateInvalidation",
        &[(
            Apply,
            need(&["cloudfront:CreateInvalidation"], &[Distribution]),
        )],
    ),
    edge(
        "GetInvalidation",
        &[(
            Apply,
            need(&["cloudfront:GetInvalidation"], &[Distribution]),
        )],
    ),
    edge(
        "CreateFunction",
        &[(Apply, need(&["cloudfront:CreateFunction"], &[Unnamed]))],
    ),
    edge(
        "TestFunction",
        &[(Apply, need(&["cloudfront:TestFunction"], &[EdgeCandidate]))],
    ),
    edge(
        "DescribeFunction",
        &[(
            Apply,
            need(&["cloudfront:DescribeFunction"], &[EdgeCandidate]),
        )],
    ),
    edge(
        "DeleteFunction",
        &[(
            Apply,
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
