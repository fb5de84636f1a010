//! An alarm on a metric.

#![expect(
    clippy::struct_field_names,
    reason = "fields are named as CloudFormation names them"
)]

use serde::Serialize;

use super::metric::{Dimension, Metric, PERIOD_SECONDS, Statistic};
use crate::resource::sns::Topic;
use crate::template::{Arn, HasArn, Text, resource};

/// `AWS::CloudWatch::Alarm` that looks at a metric and calls when there is too much of it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Alarm {
    alarm_name: Text,
    alarm_description: String,
    namespace: &'static str,
    metric_name: &'static str,
    dimensions: Vec<Dimension>,
    #[serde(flatten)]
    statistic: AlarmStatistic,
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

/// CloudFormation has one property for plain statistics and one for percentiles.
#[derive(Debug, Clone, Serialize)]
enum AlarmStatistic {
    Statistic(Statistic),
    ExtendedStatistic(Statistic),
}

impl Alarm {
    /// Fires when `metric` is at least `threshold` in five minutes, and tells `topic` then and when it is over.
    /// No data counts as nothing wrong: nobody may have called.
    pub fn at_least(
        threshold: u32,
        metric: Metric,
        alarm_name: Text,
        description: impl Into<String>,
        topic: &Arn<Topic>,
    ) -> Self {
        let statistic = match metric.statistic {
            plain @ (Statistic::Maximum | Statistic::Sum) => AlarmStatistic::Statistic(plain),
            percentile @ Statistic::P99 => AlarmStatistic::ExtendedStatistic(percentile),
        };
        Self {
            alarm_name,
            alarm_description: description.into(),
            namespace: metric.namespace,
            metric_name: metric.name,
            dimensions: metric.dimensions,
            statistic,
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
