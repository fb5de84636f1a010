//! An alarm on how much of something goes wrong.

use serde::Serialize;

use super::metric::{Dimension, Metric, Statistic};
use crate::resource::sns::Topic;
use crate::template::{Arn, Text, resource};

/// Three hours: of few, long enough for several to come together.
const PERIOD_SECONDS: u32 = 10_800;

/// `AWS::CloudWatch::Alarm` that calls when too much of something goes wrong.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ShareAlarm {
    alarm_name: Text,
    alarm_description: String,
    metrics: [Query; 3],
    comparison_operator: &'static str,
    threshold: u32,
    evaluation_periods: u32,
    treat_missing_data: &'static str,
    alarm_actions: [Arn<Topic>; 1],
    #[serde(rename = "OKActions")]
    ok_actions: [Arn<Topic>; 1],
}

/// A metric, or what is made of others.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Query {
    id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    metric_stat: Option<MetricStat>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expression: Option<String>,
    return_data: bool,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct MetricStat {
    metric: Named,
    period: u32,
    stat: Statistic,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Named {
    namespace: &'static str,
    metric_name: &'static str,
    dimensions: Vec<Dimension>,
}

impl ShareAlarm {
    /// Fires when `wrong` is at least `least` in three hours and more than half of `right`, and tells `topic` then and when it
    /// is over. Half, because what goes wrong late may have been counted as right before. `right` has to have a value whenever
    /// `wrong` has one.
    pub fn against(
        least: u32,
        wrong: Metric,
        right: Metric,
        alarm_name: Text,
        description: impl Into<String>,
        topic: &Arn<Topic>,
    ) -> Self {
        let expression = format!("IF(wrong >= {least} AND 2 * wrong > right, 1, 0)");
        Self {
            alarm_name,
            alarm_description: description.into(),
            metrics: [
                Query {
                    id: "share",
                    metric_stat: None,
                    expression: Some(expression),
                    return_data: true,
                },
                Query::of("wrong", wrong),
                Query::of("right", right),
            ],
            comparison_operator: "GreaterThanOrEqualToThreshold",
            threshold: 1,
            evaluation_periods: 1,
            treat_missing_data: "notBreaching",
            alarm_actions: [topic.clone()],
            ok_actions: [topic.clone()],
        }
    }
}

impl Query {
    fn of(id: &'static str, metric: Metric) -> Self {
        let named = Named {
            namespace: metric.namespace,
            metric_name: metric.name,
            dimensions: metric.dimensions,
        };
        Self {
            id,
            metric_stat: Some(MetricStat {
                metric: named,
                period: PERIOD_SECONDS,
                stat: metric.statistic,
            }),
            expression: None,
            return_data: false,
        }
    }
}

resource!(ShareAlarm, "AWS::CloudWatch::Alarm", ShareAlarmAttribute { Arn => "Arn" });
