//! What holds data or tells of it: buckets, the table, the queue, alarms and the board.

use super::Handler;
use crate::permissions::Target::{Alarms, Bucket, Dashboard, Queue, Subscriptions, Table, Topic};
use crate::permissions::need;

pub(super) const HANDLERS: &[Handler] = &[
    Handler {
        resource_type: "AWS::S3::Bucket",
        read: &[need(
            &[
                "s3:GetAccelerateConfiguration",
                "s3:GetAnalyticsConfiguration",
                "s3:GetBucketAbac",
                "s3:GetBucketCORS",
                "s3:GetBucketLogging",
                "s3:GetBucketMetadataTableConfiguration",
                "s3:GetBucketNotification",
                "s3:GetBucketObjectLockConfiguration",
                "s3:GetBucketOwnershipControls",
                "s3:GetBucketPublicAccessBlock",
                "s3:GetBucketTagging",
                "s3:GetBucketVersioning",
                "s3:GetBucketWebsite",
                "s3:GetEncryptionConfiguration",
                "s3:GetIntelligentTieringConfiguration",
                "s3:GetInventoryConfiguration",
                "s3:GetLifecycleConfiguration",
                "s3:GetMetricsConfiguration",
                "s3:GetReplicationConfiguration",
                "s3:ListBucket",
                "s3:ListTagsForResource",
            ],
            &[Bucket],
        )],
        create: &[need(
            &[
                "s3:CreateBucket",
                "s3:PutBucketOwnershipControls",
                "s3:PutBucketPublicAccessBlock",
                "s3:PutBucketTagging",
                "s3:PutBucketVersioning",
                "s3:PutEncryptionConfiguration",
                "s3:PutLifecycleConfiguration",
                "s3:TagResource",
            ],
            &[Bucket],
        )],
        update: &[need(&["s3:UntagResource"], &[Bucket])],
        // Of one that holds data only while its creation is rolled back: then it is empty.
        delete: &[need(&["s3:DeleteBucket"], &[Bucket])],
    },
    Handler {
        resource_type: "AWS::S3::BucketPolicy",
        read: &[need(&["s3:GetBucketPolicy"], &[Bucket])],
        create: &[need(&["s3:PutBucketPolicy"], &[Bucket])],
        update: &[],
        delete: &[need(&["s3:DeleteBucketPolicy"], &[Bucket])],
    },
    Handler {
        resource_type: "AWS::DynamoDB::Table",
        read: &[need(
            &[
                "dynamodb:DescribeContinuousBackups",
                "dynamodb:DescribeContributorInsights",
                "dynamodb:DescribeKinesisStreamingDestination",
                "dynamodb:DescribeTable",
                "dynamodb:DescribeTimeToLive",
                "dynamodb:GetResourcePolicy",
                "dynamodb:ListTagsOfResource",
            ],
            &[Table],
        )],
        create: &[need(
            &[
                "dynamodb:CreateTable",
                "dynamodb:TagResource",
                "dynamodb:UpdateContinuousBackups",
                "dynamodb:UpdateTimeToLive",
            ],
            &[Table],
        )],
        update: &[need(
            &["dynamodb:UntagResource", "dynamodb:UpdateTable"],
            &[Table],
        )],
        delete: &[need(&["dynamodb:DeleteTable"], &[Table])],
    },
    Handler {
        resource_type: "AWS::SQS::Queue",
        read: &[need(
            &[
                "sqs:GetQueueAttributes",
                "sqs:GetQueueUrl",
                "sqs:ListQueueTags",
            ],
            &[Queue],
        )],
        create: &[need(&["sqs:CreateQueue", "sqs:TagQueue"], &[Queue])],
        update: &[need(
            &["sqs:SetQueueAttributes", "sqs:UntagQueue"],
            &[Queue],
        )],
        delete: &[need(&["sqs:DeleteQueue"], &[Queue])],
    },
    Handler {
        resource_type: "AWS::SQS::QueuePolicy",
        read: &[need(&["sqs:GetQueueAttributes"], &[Queue])],
        create: &[need(&["sqs:SetQueueAttributes"], &[Queue])],
        update: &[],
        delete: &[],
    },
    Handler {
        resource_type: "AWS::SNS::Topic",
        read: &[need(
            &[
                "sns:GetDataProtectionPolicy",
                "sns:GetTopicAttributes",
                "sns:ListSubscriptionsByTopic",
                "sns:ListTagsForResource",
            ],
            &[Topic],
        )],
        create: &[need(&["sns:CreateTopic", "sns:TagResource"], &[Topic])],
        update: &[need(
            &["sns:SetTopicAttributes", "sns:UntagResource"],
            &[Topic],
        )],
        delete: &[need(&["sns:DeleteTopic"], &[Topic])],
    },
    Handler {
        resource_type: "AWS::SNS::Subscription",
        read: &[
            need(&["sns:ListSubscriptionsByTopic"], &[Topic]),
            need(&["sns:GetSubscriptionAttributes"], &[Subscriptions]),
        ],
        create: &[need(&["sns:Subscribe"], &[Topic])],
        update: &[need(&["sns:SetSubscriptionAttributes"], &[Subscriptions])],
        delete: &[need(&["sns:Unsubscribe"], &[Subscriptions])],
    },
    Handler {
        resource_type: "AWS::CloudWatch::Alarm",
        read: &[need(
            &[
                "cloudwatch:DescribeAlarms",
                "cloudwatch:ListTagsForResource",
            ],
            &[Alarms],
        )],
        create: &[need(
            &["cloudwatch:PutMetricAlarm", "cloudwatch:TagResource"],
            &[Alarms],
        )],
        update: &[need(&["cloudwatch:UntagResource"], &[Alarms])],
        delete: &[need(&["cloudwatch:DeleteAlarms"], &[Alarms])],
    },
    Handler {
        resource_type: "AWS::CloudWatch::Dashboard",
        read: &[need(
            &["cloudwatch:GetDashboard", "cloudwatch:ListTagsForResource"],
            &[Dashboard],
        )],
        create: &[need(
            &["cloudwatch:PutDashboard", "cloudwatch:TagResource"],
            &[Dashboard],
        )],
        update: &[need(&["cloudwatch:UntagResource"], &[Dashboard])],
        delete: &[need(&["cloudwatch:DeleteDashboards"], &[Dashboard])],
    },
];
