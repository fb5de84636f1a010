//! Functions, what sets them to work, and the roles of both.

use super::Handler;
use crate::permissions::Target::{
    Boundary, EventSources, Functions, LogGroups, LogRolePolicy, NewRoles, OwnRoles, Packages,
    RolesOfFunctions, RolesOfSchedules, Schedule, Unnamed,
};
use crate::permissions::need;

pub(super) const HANDLERS: &[Handler] = &[
    Handler {
        resource_type: "AWS::IAM::Role",
        read: &[need(
            &[
                "iam:GetRole",
                "iam:GetRolePolicy",
                "iam:ListAttachedRolePolicies",
                "iam:ListRolePolicies",
                "iam:ListRoleTags",
            ],
            &[OwnRoles],
        )],
        // Of these IAM can ask whether the role is bounded; a boundary is never taken off.
        create: &[
            need(
                &[
                    "iam:CreateRole",
                    "iam:PutRolePermissionsBoundary",
                    "iam:PutRolePolicy",
                ],
                &[NewRoles],
            ),
            need(&["iam:TagRole"], &[OwnRoles]),
        ],
        update: &[
            need(&["iam:DeleteRolePolicy"], &[NewRoles]),
            need(
                &[
                    "iam:UntagRole",
                    "iam:UpdateAssumeRolePolicy",
                    "iam:UpdateRole",
                    "iam:UpdateRoleDescription",
                ],
                &[OwnRoles],
            ),
        ],
        delete: &[need(&["iam:DeleteRole"], &[OwnRoles])],
    },
    // Only the bootstrap stack has one: the permissions boundary.
    Handler {
        resource_type: "AWS::IAM::ManagedPolicy",
        read: &[need(
            &[
                "iam:GetPolicy",
                "iam:GetPolicyVersion",
                "iam:ListEntitiesForPolicy",
                "iam:ListPolicyVersions",
            ],
            &[Boundary],
        )],
        create: &[
            need(&["iam:CreatePolicy"], &[Boundary]),
            // The log role beside it is given a policy of AWS's own.
            need(
                &["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
                &[LogRolePolicy],
            ),
        ],
        update: &[need(
            &["iam:CreatePolicyVersion", "iam:DeletePolicyVersion"],
            &[Boundary],
        )],
        delete: &[need(&["iam:DeletePolicy"], &[Boundary])],
    },
    Handler {
        resource_type: "AWS::Lambda::Function",
        read: &[need(
            &[
                "lambda:GetFunction",
                "lambda:GetFunctionCodeSigningConfig",
                "lambda:GetFunctionConfiguration",
                "lambda:GetFunctionRecursionConfig",
                "lambda:GetFunctionScalingConfig",
                "lambda:GetRuntimeManagementConfig",
                "lambda:ListTags",
            ],
            &[Functions],
        )],
        create: &[
            need(
                &["lambda:CreateFunction", "lambda:TagResource"],
                &[Functions],
            ),
            need(&["iam:PassRole"], &[RolesOfFunctions]),
            need(&["s3:GetObject"], &[Packages]),
        ],
        update: &[need(
            &[
                "lambda:UntagResource",
                "lambda:UpdateFunctionCode",
                "lambda:UpdateFunctionConfiguration",
            ],
            &[Functions],
        )],
        delete: &[need(&["lambda:DeleteFunction"], &[Functions])],
    },
    Handler {
        resource_type: "AWS::Lambda::Permission",
        read: &[need(&["lambda:GetPolicy"], &[Functions])],
        create: &[need(&["lambda:AddPermission"], &[Functions])],
        update: &[],
        delete: &[need(&["lambda:RemovePermission"], &[Functions])],
    },
    Handler {
        resource_type: "AWS::Lambda::EventInvokeConfig",
        read: &[need(&["lambda:GetFunctionEventInvokeConfig"], &[Functions])],
        create: &[need(&["lambda:PutFunctionEventInvokeConfig"], &[Functions])],
        update: &[need(
            &["lambda:UpdateFunctionEventInvokeConfig"],
            &[Functions],
        )],
        delete: &[need(
            &["lambda:DeleteFunctionEventInvokeConfig"],
            &[Functions],
        )],
    },
    Handler {
        resource_type: "AWS::Lambda::EventSourceMapping",
        read: &[need(
            &["lambda:GetEventSourceMapping", "lambda:ListTags"],
            &[EventSources],
        )],
        create: &[
            need(&["lambda:CreateEventSourceMapping"], &[Unnamed]),
            need(&["lambda:TagResource"], &[EventSources]),
        ],
        update: &[need(
            &["lambda:UntagResource", "lambda:UpdateEventSourceMapping"],
            &[EventSources],
        )],
        delete: &[need(&["lambda:DeleteEventSourceMapping"], &[EventSources])],
    },
    Handler {
        resource_type: "AWS::Scheduler::Schedule",
        read: &[need(&["scheduler:GetSchedule"], &[Schedule])],
        create: &[
            need(&["scheduler:CreateSchedule"], &[Schedule]),
            need(&["iam:PassRole"], &[RolesOfSchedules]),
        ],
        update: &[need(&["scheduler:UpdateSchedule"], &[Schedule])],
        delete: &[need(&["scheduler:DeleteSchedule"], &[Schedule])],
    },
    Handler {
        resource_type: "AWS::Logs::LogGroup",
        read: &[
            need(
                &[
                    "logs:DescribeIndexPolicies",
                    "logs:DescribeLogGroups",
                    "logs:DescribeResourcePolicies",
                ],
                &[Unnamed],
            ),
            need(
                &["logs:GetDataProtectionPolicy", "logs:ListTagsForResource"],
                &[LogGroups],
            ),
        ],
        create: &[need(
            &[
                "logs:CreateLogGroup",
                "logs:PutRetentionPolicy",
                "logs:TagResource",
            ],
            &[LogGroups],
        )],
        update: &[need(
            &["logs:DeleteRetentionPolicy", "logs:UntagResource"],
            &[LogGroups],
        )],
        delete: &[need(&["logs:DeleteLogGroup"], &[LogGroups])],
    },
];
