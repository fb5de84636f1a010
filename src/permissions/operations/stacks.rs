//! CloudFormation: both stacks, and what changes them.

use super::{Operation, row};
use crate::permissions::Purpose::{self, Administer, Deploy, Preview};
use crate::permissions::Target::{self, BootstrapStack, MainStack, Templates, Unnamed};
use crate::permissions::{Need, need};
use crate::ports::Service;

const BOTH: &[Target] = &[MainStack, BootstrapStack];

pub(super) const OPERATIONS: &[Operation] = &[
    stacks(
        "DescribeStacks",
        &[(Preview, need(&["cloudformation:DescribeStacks"], BOTH))],
    ),
    stacks(
        "GetTemplate",
        &[(Preview, need(&["cloudformation:GetTemplate"], BOTH))],
    ),
    stacks(
        "CreateChangeSet",
        &[
            (Preview, need(&["cloudformation:CreateChangeSet"], BOTH)),
            // CloudFormation reads the template as its caller.
            (Preview, need(&["s3:GetObject"], &[Templates])),
            (Preview, need(&["cloudformation:TagResource"], BOTH)),
        ],
    ),
    stacks(
        "DescribeChangeSet",
        &[(Preview, need(&["cloudformation:DescribeChangeSet"], BOTH))],
    ),
    stacks(
        "DescribeEvents",
        &[(Preview, need(&["cloudformation:DescribeEvents"], BOTH))],
    ),
    stacks(
        "DeleteChangeSet",
        &[(Preview, need(&["cloudformation:DeleteChangeSet"], BOTH))],
    ),
    stacks(
        "ListStackResources",
        &[(Preview, need(&["cloudformation:ListStackResources"], BOTH))],
    ),
    stacks(
        "ListChangeSets",
        &[(Preview, need(&["cloudformation:ListChangeSets"], BOTH))],
    ),
    stacks(
        "DescribeStackEvents",
        &[(Preview, need(&["cloudformation:DescribeStackEvents"], BOTH))],
    ),
    stacks(
        "DetectStackDrift",
        &[
            (
                Preview,
                need(&["cloudformation:DetectStackDrift"], &[MainStack]),
            ),
            (
                Preview,
                need(&["cloudformation:DetectStackResourceDrift"], &[MainStack]),
            ),
        ],
    ),
    stacks(
        "DescribeStackDriftDetectionStatus",
        &[(
            Preview,
            need(
                &["cloudformation:DescribeStackDriftDetectionStatus"],
                &[Unnamed],
            ),
        )],
    ),
    stacks(
        "DescribeStackResourceDrifts",
        &[(
            Preview,
            need(
                &["cloudformation:DescribeStackResourceDrifts"],
                &[MainStack],
            ),
        )],
    ),
    stacks(
        "ExecuteChangeSet",
        &[
            (
                Deploy,
                need(&["cloudformation:ExecuteChangeSet"], &[MainStack]),
            ),
            (
                Administer,
                need(&["cloudformation:ExecuteChangeSet"], &[BootstrapStack]),
            ),
        ],
    ),
    stacks(
        "ContinueUpdateRollback",
        &[
            (
                Deploy,
                need(&["cloudformation:ContinueUpdateRollback"], &[MainStack]),
            ),
            (
                Administer,
                need(
                    &["cloudformation:ContinueUpdateRollback"],
                    &[BootstrapStack],
                ),
            ),
        ],
    ),
    // Apply takes a stack away whose creation failed; policies cannot tell it from one that is at work.
    stacks(
        "DeleteStack",
        &[
            (Deploy, need(&["cloudformation:DeleteStack"], &[MainStack])),
            (
                Administer,
                need(&["cloudformation:DeleteStack"], &[BootstrapStack]),
            ),
        ],
    ),
];

const fn stacks(name: &'static str, needs: &'static [(Purpose, Need)]) -> Operation {
    row(Service::CloudFormation, name, needs)
}
