//! Amazon `EventBridge` Scheduler: what is invoked by the clock.

#![expect(
    clippy::struct_field_names,
    reason = "fields are named as CloudFormation names them"
)]

use serde::Serialize;

use super::iam::Role;
use super::lambda::Function;
use super::sqs::Queue;
use crate::template::{Arn, Handle, HasArn, Text, resource};

/// `AWS::Scheduler::Schedule` that invokes a function every so many minutes, to the minute.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Schedule {
    name: Text,
    description: String,
    schedule_expression: String,
    flexible_time_window: FlexibleTimeWindow,
    target: Target,
}

impl Schedule {
    /// Invokes `function` every `minutes`, by the powers of `role`. An invocation that cannot be handed over is
    /// given up when the next one is due, and goes to `dead_letters`.
    pub fn every_minutes(
        minutes: u32,
        name: Text,
        description: impl Into<String>,
        function: &Handle<Function>,
        role: &Handle<Role>,
        dead_letters: &Handle<Queue>,
    ) -> Self {
        let unit = if minutes == 1 { "minute" } else { "minutes" };
        Self {
            name,
            description: description.into(),
            schedule_expression: format!("rate({minutes} {unit})"),
            flexible_time_window: FlexibleTimeWindow { mode: "OFF" },
            target: Target {
                arn: function.arn(),
                role_arn: role.arn(),
                // Without one the scheduler would make up an event of its own.
                input: "{}",
                retry_policy: RetryPolicy {
                    maximum_event_age_in_seconds: minutes * 60,
                    maximum_retry_attempts: 2,
                },
                dead_letter_config: DeadLetterConfig {
                    arn: dead_letters.arn(),
                },
            },
        }
    }
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct FlexibleTimeWindow {
    mode: &'static str,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Target {
    arn: Arn<Function>,
    role_arn: Arn<Role>,
    input: &'static str,
    retry_policy: RetryPolicy,
    dead_letter_config: DeadLetterConfig,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct RetryPolicy {
    /// 60 to 86,400.
    maximum_event_age_in_seconds: u32,
    maximum_retry_attempts: u32,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct DeadLetterConfig {
    arn: Arn<Queue>,
}

resource!(Schedule, "AWS::Scheduler::Schedule", ScheduleAttribute { Arn => "Arn" });

impl HasArn for Schedule {
    const ARN: ScheduleAttribute = ScheduleAttribute::Arn;
}
