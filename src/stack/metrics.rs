//! What is counted and measured, by AWS and by our own functions: alarms look at it, the dashboard shows it.

use qdn_shared::metric;
use qdn_shared::package::FunctionName;

use super::names;
use crate::config::StackFile;
use crate::resource::cloudwatch::{Dimension, Metric, Statistic};

/// A metric that AWS keeps of a function.
pub(super) fn function(
    file: &StackFile,
    function: FunctionName,
    name: &'static str,
    statistic: Statistic,
) -> Metric {
    Metric {
        namespace: "AWS/Lambda",
        name,
        dimensions: one("FunctionName", names::function(file, function)),
        statistic,
    }
}

/// A metric that AWS keeps of the REST API.
pub(super) fn api(file: &StackFile, name: &'static str, statistic: Statistic) -> Metric {
    Metric {
        namespace: "AWS/ApiGateway",
        name,
        dimensions: one("ApiName", names::of(file, "api")),
        statistic,
    }
}

/// What lies in the queue of dead letters.
pub(super) fn dead_letters(file: &StackFile) -> Metric {
    Metric {
        namespace: "AWS/SQS",
        name: "ApproximateNumberOfMessagesVisible",
        dimensions: one("QueueName", names::dead_letters(file)),
        statistic: Statistic::Maximum,
    }
}

/// A metric that AWS keeps of the table.
pub(super) fn table(file: &StackFile, name: &'static str) -> Metric {
    Metric {
        namespace: "AWS/DynamoDB",
        name,
        dimensions: one("TableName", names::table(file)),
        statistic: Statistic::Sum,
    }
}

/// A metric that our functions write into their logs.
pub(super) fn own(file: &StackFile, counted: metric::Metric, statistic: Statistic) -> Metric {
    Metric {
        namespace: metric::NAMESPACE,
        name: counted.name(),
        dimensions: one(metric::DIMENSION, file.name.as_str().to_owned()),
        statistic,
    }
}

fn one(name: &'static str, value: String) -> Vec<Dimension> {
    vec![Dimension { name, value }]
}
