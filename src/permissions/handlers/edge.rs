//! CloudFront. What is created there has no name of ours yet, or an id that CloudFront gives.

use super::Handler;
use crate::permissions::Target::{
    CachePolicies, Distribution, EdgeFunction, HeadersPolicies, KeyValueStores,
    OriginAccessControls, Unnamed,
};
use crate::permissions::need;

pub(super) const HANDLERS: &[Handler] = &[
    Handler {
        resource_type: "AWS::CloudFront::Distribution",
        read: &[need(
            &[
                "cloudfront:GetDistribution",
                "cloudfront:GetDistributionConfig",
                "cloudfront:ListTagsForResource",
            ],
            &[Distribution],
        )],
        create: &[need(
            &["cloudfront:CreateDistribution", "cloudfront:TagResource"],
            &[Distribution],
        )],
        update: &[need(
            &["cloudfront:UntagResource", "cloudfront:UpdateDistribution"],
            &[Distribution],
        )],
        delete: &[need(&["cloudfront:DeleteDistribution"], &[Distribution])],
    },
    Handler {
        resource_type: "AWS::CloudFront::Function",
        read: &[need(
            &[
                "cloudfront:DescribeFunction",
                "cloudfront:GetFunction",
                "cloudfront:ListTagsForResource",
            ],
            &[EdgeFunction],
        )],
        create: &[
            need(&["cloudfront:CreateFunction"], &[Unnamed]),
            need(
                &["cloudfront:PublishFunction", "cloudfront:TagResource"],
                &[EdgeFunction],
            ),
        ],
        update: &[need(
            &["cloudfront:UntagResource", "cloudfront:UpdateFunction"],
            &[EdgeFunction],
        )],
        delete: &[need(&["cloudfront:DeleteFunction"], &[EdgeFunction])],
    },
    Handler {
        resource_type: "AWS::CloudFront::KeyValueStore",
        read: &[need(
            &[
                "cloudfront:DescribeKeyValueStore",
                "cloudfront:ListTagsForResource",
            ],
            &[KeyValueStores],
        )],
        create: &[
            need(&["cloudfront:CreateKeyValueStore"], &[Unnamed]),
            need(&["cloudfront:TagResource"], &[KeyValueStores]),
        ],
        update: &[need(
            &["cloudfront:UntagResource", "cloudfront:UpdateKeyValueStore"],
            &[KeyValueStores],
        )],
        delete: &[need(&["cloudfront:DeleteKeyValueStore"], &[KeyValueStores])],
    },
    Handler {
        resource_type: "AWS::CloudFront::CachePolicy",
        read: &[need(&["cloudfront:GetCachePolicy"], &[CachePolicies])],
        create: &[need(&["cloudfront:CreateCachePolicy"], &[Unnamed])],
        update: &[need(&["cloudfront:UpdateCachePolicy"], &[CachePolicies])],
        delete: &[need(&["cloudfront:DeleteCachePolicy"], &[CachePolicies])],
    },
    Handler {
        resource_type: "AWS::CloudFront::ResponseHeadersPolicy",
        read: &[need(
            &["cloudfront:GetResponseHeadersPolicy"],
            &[HeadersPolicies],
        )],
        create: &[need(
            &["cloudfront:CreateResponseHeadersPolicy"],
            &[Unnamed],
        )],
        update: &[need(
            &["cloudfront:UpdateResponseHeadersPolicy"],
            &[HeadersPolicies],
        )],
        delete: &[need(
            &["cloudfront:DeleteResponseHeadersPolicy"],
            &[HeadersPolicies],
        )],
    },
    Handler {
        resource_type: "AWS::CloudFront::OriginAccessControl",
        read: &[need(
            &["cloudfront:GetOriginAccessControl"],
            &[OriginAccessControls],
        )],
        create: &[need(&["cloudfront:CreateOriginAccessControl"], &[Unnamed])],
        update: &[need(
            &["cloudfront:UpdateOriginAccessControl"],
            &[OriginAccessControls],
        )],
        delete: &[need(
            &["cloudfront:DeleteOriginAccessControl"],
            &[OriginAccessControls],
        )],
    },
];
