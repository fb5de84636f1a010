//! Counts in `CloudWatch`'s embedded metric format: a JSON line in the log from which `CloudWatch` makes metrics, so no
//! request is spent on them.

use std::io::Write;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
pub use qdn_shared::metric::Metric;
use qdn_shared::metric::{DIMENSION, NAMESPACE};
use serde_json::{Map, Value, json};

/// Where counts go.
#[derive(Debug)]
pub struct Metrics {
    stack: String,
    sink: Sink,
}

#[derive(Debug)]
enum Sink {
    Log,
    Memory(Mutex<Vec<(Metric, u64)>>),
}

impl Metrics {
    /// To the log, for the stack of this name.
    pub fn to_log(stack: impl Into<String>) -> Self {
        Metrics {
            stack: stack.into(),
            sink: Sink::Log,
        }
    }

    /// Kept, for tests.
    pub fn kept() -> Self {
        Metrics {
            stack: String::new(),
            sink: Sink::Memory(Mutex::default()),
        }
    }

    /// Counts these values; nothing is written for none.
    pub fn count(&self, now: Timestamp, values: &[(Metric, u64)]) {
        match &self.sink {
            _ if values.is_empty() => {}
            Sink::Log => {
                // A full or closed stdout must not stop a message from being sent.
                let line = line(&self.stack, now, values);
                let _ = writeln!(std::io::stdout().lock(), "{line}");
            }
            Sink::Memory(kept) => kept
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .extend_from_slice(values),
        }
    }

    /// The sum of what was counted and kept.
    pub fn sum(&self, metric: Metric) -> u64 {
        self.of(metric).into_iter().sum()
    }

    /// The largest value that was counted and kept; 0 when there is none.
    pub fn most(&self, metric: Metric) -> u64 {
        self.of(metric).into_iter().max().unwrap_or(0)
    }

    fn of(&self, metric: Metric) -> Vec<u64> {
        match &self.sink {
            Sink::Log => Vec::new(),
            Sink::Memory(kept) => {
                let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                let of_it = kept.iter().filter(|(counted, _)| *counted == metric);
                of_it.map(|(_, value)| *value).collect()
            }
        }
    }
}

fn line(stack: &str, now: Timestamp, values: &[(Metric, u64)]) -> Value {
    let metrics: Vec<Value> = values
        .iter()
        .map(|(metric, _)| json!({ "Name": metric.name(), "Unit": metric.unit() }))
        .collect();
    let mut line = Map::new();
    line.insert(
        "_aws".to_owned(),
        json!({
            "Timestamp": now.as_millisecond(),
            "CloudWatchMetrics": [{
                "Namespace": NAMESPACE,
                "Dimensions": [[DIMENSION]],
                "Metrics": metrics,
            }],
        }),
    );
    line.insert(DIMENSION.to_owned(), stack.into());
    for (metric, value) in values {
        line.insert(metric.name().to_owned(), (*value).into());
    }
    Value::Object(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_what_cloudwatch_reads() {
        let now = Timestamp::from_second(1_767_225_600).unwrap();
        let line = line(
            "qdn-local",
            now,
            &[(Metric::MessagesSent, 2), (Metric::OldestDueSeconds, 61)],
        );
        assert_eq!(
            line,
            json!({
                "_aws": {
                    "Timestamp": 1_767_225_600_000_i64,
                    "CloudWatchMetrics": [{
                        "Namespace": "QDN",
                        "Dimensions": [["Stack"]],
                        "Metrics": [
                            { "Name": "MessagesSent", "Unit": "Count" },
                            { "Name": "OldestDueSeconds", "Unit": "Seconds" },
                        ],
                    }],
                },
                "Stack": "qdn-local",
                "MessagesSent": 2,
                "OldestDueSeconds": 61,
            })
        );
    }
}
