//! What is called beside: identity, table, functions, their logs, API, roles, secrets.

use super::{Operation, row};
use crate::permissions::Purpose::{self, Administer, Apply, Deploy, Plan, Preview};
use crate::permissions::Target::{
    AnyRole, Functions, GatewayAccount, LogGroups, Packages, RestApis, SecretValues, Secrets,
    Table, Unnamed,
};
use crate::permissions::{Need, need};
use crate::ports::Service;

pub(super) const OPERATIONS: &[Operation] = &[
    // Nobody can be forbidden to ask who they are.
    row(Service::Sts, "GetCallerIdentity", &[]),
    row(
        Service::DynamoDb,
        "DescribeTable",
        &[(Preview, need(&["dynamodb:DescribeTable"], &[Table]))],
    ),
    row(
        Service::DynamoDb,
        "UpdateTable",
        &[(Administer, need(&["dynamodb:UpdateTable"], &[Table]))],
    ),
    row(
        Service::DynamoDb,
        "DeleteTable",
        &[(Administer, need(&["dynamodb:DeleteTable"], &[Table]))],
    ),
    row(
        Service::Lambda,
        "GetFunctionConfiguration",
        &[(
            Preview,
            need(&["lambda:GetFunctionConfiguration"], &[Functions]),
        )],
    ),
    row(
        Service::Lambda,
        "Invoke",
        &[(Deploy, need(&["lambda:InvokeFunction"], &[Functions]))],
    ),
    row(
        Service::Lambda,
        "UpdateFunctionCode",
        &[
            (Deploy, need(&["lambda:UpdateFunctionCode"], &[Functions])),
            (Deploy, need(&["s3:GetObject"], &[Packages])),
        ],
    ),
    row(
        Service::ApiGateway,
        "GetAccount",
        &[(Preview, need(&["apigateway:GET"], &[GatewayAccount]))],
    ),
    row(
        Service::ApiGateway,
        "GetStage",
        &[(Preview, need(&["apigateway:GET"], &[RestApis]))],
    ),
    row(
        Service::ApiGateway,
        "GetDeployment",
        &[(Preview, need(&["apigateway:GET"], &[RestApis]))],
    ),
    row(
        Service::ApiGateway,
        "CreateDeployment",
        &[(Deploy, need(&["apigateway:POST"], &[RestApis]))],
    ),
    row(
        Service::CloudWatchLogs,
        "FilterLogEvents",
        &[(Plan, need(&["logs:FilterLogEvents"], &[LogGroups]))],
    ),
    row(
        Service::CloudWatchLogs,
        "DescribeDeliverySources",
        &[(Preview, need(&["logs:DescribeDeliverySources"], &[Unnamed]))],
    ),
    row(
        Service::CloudWatchLogs,
        "DescribeDeliveries",
        &[(Preview, need(&["logs:DescribeDeliveries"], &[Unnamed]))],
    ),
    // Both for `doctor`, which says so where they are not allowed. Which role asks, no stack file says.
    row(
        Service::Iam,
        "GetRole",
        &[(Administer, need(&["iam:GetRole"], &[AnyRole]))],
    ),
    row(
        Service::Iam,
        "SimulatePrincipalPolicy",
        &[(
            Administer,
            need(&["iam:SimulatePrincipalPolicy"], &[AnyRole]),
        )],
    ),
    secrets(
        "DescribeSecret",
        &[(
            Preview,
            need(&["secretsmanager:DescribeSecret"], &[Secrets]),
        )],
    ),
    secrets(
        "GetSecretValue",
        &[(
            Plan,
            need(&["secretsmanager:GetSecretValue"], &[SecretValues]),
        )],
    ),
    secrets(
        "CreateSecret",
        &[
            (Apply, need(&["secretsmanager:CreateSecret"], &[Secrets])),
            (Apply, need(&["secretsmanager:TagResource"], &[Secrets])),
        ],
    ),
    secrets(
        "PutSecretValue",
        &[(Apply, need(&["secretsmanager:PutSecretValue"], &[Secrets]))],
    ),
    secrets(
        "TagResource",
        &[(Apply, need(&["secretsmanager:TagResource"], &[Secrets]))],
    ),
    secrets(
        "RestoreSecret",
        &[(Apply, need(&["secretsmanager:RestoreSecret"], &[Secrets]))],
    ),
    secrets(
        "DeleteSecret",
        &[(
            Administer,
            need(&["secretsmanager:DeleteSecret"], &[Secrets]),
        )],
    ),
];

const fn secrets(name: &'static str, needs: &'static [(Purpose, Need)]) -> Operation {
    row(Service::SecretsManager, name, needs)
}
