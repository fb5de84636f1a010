//! Amazon SNS: topics and their subscriptions.

use serde::Serialize;

use crate::template::{Arn, HasArn, Text, resource};

/// `AWS::SNS::Topic`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Topic {
    /// Taken once in an account and region.
    pub topic_name: Text,
    /// What recipients see as the sender.
    pub display_name: Text,
}

/// `AWS::SNS::Subscription` by e-mail; SNS sends a confirmation to the address first.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Subscription {
    topic_arn: Arn<Topic>,
    protocol: &'static str,
    endpoint: Text,
}

impl Subscription {
    /// Sends what reaches `topic` to `address`.
    pub fn email(topic: Arn<Topic>, address: Text) -> Self {
        Self {
            topic_arn: topic,
            protocol: "email",
            endpoint: address,
        }
    }
}

resource!(Topic, "AWS::SNS::Topic", TopicAttribute { TopicArn => "TopicArn" });
resource!(Subscription, "AWS::SNS::Subscription", SubscriptionAttribute { Arn => "Arn" });

impl HasArn for Topic {
    const ARN: TopicAttribute = TopicAttribute::TopicArn;
}
