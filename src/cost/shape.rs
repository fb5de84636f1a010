//! What a declared stack has that costs money, however much is asked of it, and what it lets through.

use std::collections::BTreeMap;

use qdn_shared::package::FunctionName;

use crate::config::StackFile;
use crate::package::Architecture;
use crate::template::Template;

/// A function as declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FunctionShape {
    /// Memory in MB (2²⁰ bytes).
    pub memory_mb: u32,
    /// Instruction set.
    pub architecture: Architecture,
}

/// A stack as declared, as far as it costs and limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// Each function.
    pub functions: BTreeMap<FunctionName, FunctionShape>,
    /// Metrics that alarms look at; an alarm that compares two is priced as two.
    pub alarms: u32,
    /// Dashboards.
    pub dashboards: u32,
    /// Schedules, each of which starts a function every minute.
    pub schedules: u32,
    /// Whether the table can be put back to any second of the last weeks.
    pub point_in_time_recovery: bool,
    /// For how many days logs are kept.
    pub retention_days: u32,
    /// Texts that may be sent in a second.
    pub sends_per_second: u32,
    /// Calls that the API takes in a second.
    pub throttle_rate: u32,
}

impl Shape {
    /// The shape of what `stack::declare` makes of a stack file. `host` is the building machine's instruction set.
    pub fn of(file: &StackFile, template: &Template, host: Architecture) -> Self {
        let functions = FunctionName::ALL.iter().map(|name| {
            let settings = file.functions.of(*name);
            let shape = FunctionShape {
                memory_mb: settings.memory_mb.get(),
                architecture: Architecture::chosen(settings.architecture, host),
            };
            (*name, shape)
        });
        let count = |wanted: &str| {
            let found = template
                .resources()
                .filter(|(_, resource)| resource.resource_type() == wanted);
            u32::try_from(found.count()).unwrap_or(u32::MAX)
        };
        let point_in_time_recovery = template.resources().any(|(_, resource)| {
            let specification = &resource.properties()["PointInTimeRecoverySpecification"];
            specification["PointInTimeRecoveryEnabled"] == true
        });
        Self {
            functions: functions.collect(),
            alarms: alarmed_metrics(template),
            dashboards: count("AWS::CloudWatch::Dashboard"),
            schedules: count("AWS::Scheduler::Schedule"),
            point_in_time_recovery,
            retention_days: file.logs.retention_days.get(),
            sends_per_second: file.messages.sends_per_second,
            throttle_rate: file.api.throttle.rate,
        }
    }
}

fn alarmed_metrics(template: &Template) -> u32 {
    let alarms = template
        .resources()
        .filter(|(_, resource)| resource.resource_type() == "AWS::CloudWatch::Alarm");
    let metrics = alarms.map(|(_, alarm)| {
        let compared = alarm.properties()["Metrics"].as_array();
        compared.map_or(1, |queries| {
            let metrics = queries.iter();
            metrics
                .filter(|query| query.get("MetricStat").is_some())
                .count()
        })
    });
    u32::try_from(metrics.sum::<usize>()).unwrap_or(u32::MAX)
}
