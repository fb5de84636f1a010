//! An alarm on a metric, or on how one compares with another.

#![expect(
    clippy::struct_field_names,
    reason = "fields are named as CloudFormation names them"
)]

use serde::Serialize;

use super::metric::{Dimension, Metric, PERIOD_SECONDS, Statistic};
use crate::resource::sns::Topic;
use crate::template::{Arn, HasArn, Text, resource};

/// Three hours: of what happens seldom, long enough for several to come together.
const COMPARED_SECONDS: u32 = 10_800;

/// `AWS::CloudWatch::Alarm` that looks at metrics and calls when there is too much of something.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Alarm {
    alarm_name: Text,
    alarm_description: String,
    #[serde(flatten)]
    watched: Watched,
    comparison_operator: &'static str,
    threshold: u32,
    evaluation_periods: u32,
    treat_missing_data: &'static str,
    alarm_actions: [Arn<Topic>; 1],
    #[serde(rename = "OKActions")]
    ok_actions: [Arn<Topic>; 1],
}

/// What an alarm looks at.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged, rename_all_fields = "PascalCase")]
enum Watched {
    One {
        #[serde(flatten)]
        metric: Named,
        #[serde(flatten)]
        statistic: AlarmStatistic,
        /// Seconds.
        period: u32,
    },
    Several {
        metrics: Vec<Query>,
    },
}

/// CloudFormation has one property for plain statistics and one for percentiles.
#[derive(Debug, Clone, Serialize)]
enum AlarmStatistic {
    Statistic(Statistic),
    ExtendedStatistic(Statistic),
}

/// A metric, or what is made of others.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Query {
    id: &'static str,
    #[serde(flatten)]
    source: Source,
    /// Whether the alarm looks at it.
    return_data: bool,
}

#[derive(Debug, Clone, Serialize)]
enum Source {
    Expression(String),
    MetricStat(MetricStat),
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct MetricStat {
    metric: Named,
    /// Seconds.
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
        let watched = Watched::One {
            metric: Named::of(metric),
            statistic,
            period: PERIOD_SECONDS,
        };
        Self::on(watched, threshold, alarm_name, description.into(), topic)
    }

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
        let share = Query {
            id: "share",
            source: Source::Expression(format!("IF(wrong >= {least} AND 2 * wrong > right, 1, 0)")),
            return_data: true,
        };
        let metrics = vec![share, Query::of("wrong", wrong), Query::of("right", right)];
        let watched = Watched::Several { metrics };
        Self::on(watched, 1, alarm_name, description.into(), topic)
    }

    fn on(
        watched: Watched,
        threshold: u32,
        alarm_name: Text,
        alarm_description: String,
        topic: &Arn<Topic>,
    ) -> Self {
        Self {
            alarm_name,
            alarm_description,
            watched,
            comparison_operator: "GreaterThanOrEqualToThreshold",
            threshold,
            evaluation_periods: 1,
            treat_missing_data: "notBreaching",
            alarm_actions: [topic.clone()],
            ok_actions: [topic.clone()],
        }
    }
}

impl Named {
    fn of(metric: Metric) -> Self {
        Self {
            namespace: metric.namespace,
            metric_name: metric.name,
            dimensions: metric.dimensions,
        }
    }
}

impl Query {
    fn of(id: &'static str, metric: Metric) -> Self {
        Self {
            id,
            source: Source::MetricStat(MetricStat {
                stat: metric.statistic,
                metric: Named::of(metric),
                period: COMPARED_SECONDS,
            }),
            return_data: false,
        }
    }
}

resource!(Alarm, "AWS::CloudWatch::Alarm", AlarmAttribute { Arn => "Arn" });

impl HasArn for Alarm {
    const ARN: AlarmAttribute = AlarmAttribute::Arn;
}
