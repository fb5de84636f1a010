//! Amazon SQS: queues and their policies.

#![expect(
    clippy::struct_field_names,
    reason = "fields are named as CloudFormation names them"
)]

use serde::Serialize;

use super::Error;
use super::policy::{
    ConditionKey, DeniedService, Operator, Principal, ResourcePolicy, Resources, Statement,
};
use crate::template::{Handle, HasArn, Text, resource};

/// `AWS::SQS::Queue`, encrypted at rest.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Queue {
    queue_name: Text,
    /// Seconds.
    message_retention_period: u32,
    sqs_managed_sse_enabled: bool,
}

/// The longest that SQS keeps a message: two weeks.
const LONGEST_RETENTION: u32 = 14 * 24 * 60 * 60;

impl Queue {
    /// Keeps what could not be worked on until a person looks at it, as long as SQS can.
    pub fn of_dead_letters(queue_name: Text) -> Self {
        Self {
            queue_name,
            message_retention_period: LONGEST_RETENTION,
            sqs_managed_sse_enabled: true,
        }
    }
}

/// `AWS::SQS::QueuePolicy`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct QueuePolicy {
    queues: [Handle<Queue>; 1],
    policy_document: ResourcePolicy,
}

impl QueuePolicy {
    /// A policy that refuses everybody without TLS and allows nobody anything.
    pub fn tls_only(queue: &Handle<Queue>) -> Result<Self, Error> {
        let this = Resources::these([queue.arn().into()]);
        let without_tls = Statement::deny_service("TlsOnly", DeniedService::Sqs, this)?
            .when(Operator::Bool, ConditionKey::SecureTransport, "false")
            .granted_to(Principal::Everybody);
        Ok(Self {
            queues: [queue.clone()],
            policy_document: ResourcePolicy::new([without_tls])?,
        })
    }
}

resource!(Queue, "AWS::SQS::Queue", QueueAttribute { Arn => "Arn", QueueUrl => "QueueUrl", QueueName => "QueueName" });
resource!(QueuePolicy, "AWS::SQS::QueuePolicy");

impl HasArn for Queue {
    const ARN: QueueAttribute = QueueAttribute::Arn;
}
