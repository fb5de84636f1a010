//! Amazon `CloudWatch`: alarms on metrics. Log groups are in `logs`.

#![expect(
    clippy::struct_field_names,
    reason = "fields are named as CloudFormation names them"
)]

use serde::Serialize;

use super::sns::Topic;
use crate::template::{Arn, HasArn, Text, resource};

/// `AWS::CloudWatch::Alarm` that counts something and calls when there is too much of it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Alarm {
    alarm_name: Text,
    alarm_description: String,
    namespace: &'static str,
    metric_name: &'static str,
    dimensions: Vec<Dimension>,
    statistic: &'static str,
    comparison_operator: &'static str,
    threshold: u32,
    /// Seconds.
    period: u32,
    evaluation_periods: u32,
    treat_missing_data: &'static str,
    alarm_actions: [Arn<Topic>; 1],
    #[serde(rename = "OKActions")]
    ok_actions: [Arn<Topic>; 1],
}

/// What is counted.
#[derive(Debug, Clone)]
pub struct Metric {
    /// For example `AWS/Lambda`.
    pub namespace: &'static str,
    /// For example `Errors`.
    pub name: &'static str,
    /// Of what: for example a function's name.
    pub dimensions: Vec<Dimension>,
}

/// One property by which a metric is told apart.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Dimension {
    /// For example `FunctionName`.
    pub name: &'static str,
    /// For example a function's name.
    pub value: Text,
}

/// Five minutes: long enough for one e-mail a burst, short enough to act on.
const PERIOD_SECONDS: u32 = 300;

impl Alarm {
    /// Fires when `metric` is counted at least `threshold` times within five minutes, and tells `topic` then and
    /// when it is over. No data counts as nothing wrong: nobody may have called.
    pub fn at_least(
        threshold: u32,
        metric: Metric,
        alarm_name: Text,
        description: impl Into<String>,
        topic: &Arn<Topic>,
    ) -> Self {
        Self {
            alarm_name,
            alarm_description: description.into(),
            namespace: metric.namespace,
            metric_name: metric.name,
            dimensions: metric.dimensions,
            statistic: "Sum",
            comparison_operator: "GreaterThanOrEqualToThreshold",
            threshold,
            period: PERIOD_SECONDS,
            evaluation_periods: 1,
            treat_missing_data: "notBreaching",
            alarm_actions: [topic.clone()],
            ok_actions: [topic.clone()],
        }
    }
}

resource!(Alarm, "AWS::CloudWatch::Alarm", AlarmAttribute { Arn => "Arn" });

impl HasArn for Alarm {
    const ARN: AlarmAttribute = AlarmAttribute::Arn;
}
