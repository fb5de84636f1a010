//! A function that is fed by a table's stream.

use serde::Serialize;

use super::Function;
use crate::resource::dynamodb::{Table, TableAttribute};
use crate::resource::sqs::Queue;
use crate::template::{Arn, Handle, Text, resource};

/// `AWS::Lambda::EventSourceMapping` of a table's stream.
///
/// A function says which records of a batch it could not work on; those are tried again, in smaller and smaller
/// batches, and what cannot be worked on at all goes out of the way into a queue.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct EventSourceMapping {
    event_source_arn: Text,
    function_name: Handle<Function>,
    starting_position: &'static str,
    filter_criteria: FilterCriteria,
    function_response_types: [&'static str; 1],
    bisect_batch_on_function_error: bool,
    destination_config: DestinationConfig,
    batch_size: u32,
    maximum_record_age_in_seconds: u32,
    maximum_retry_attempts: u32,
    parallelization_factor: u32,
}

/// How a stream is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamReading {
    /// What the sort key of a record begins with that the function is told of.
    pub sort_key_prefix: &'static str,
    /// Records handed over together, 1 to 10,000.
    pub batch_size: u32,
    /// Batches of one shard handed over at the same time, 1 to 10. Those of one partition stay in order.
    pub batches_per_shard: u32,
    /// How often a batch is tried again, up to 10,000 times.
    pub retries: u32,
    /// Seconds after which a record is given up, 60 to 604,800.
    pub oldest: u32,
}

impl EventSourceMapping {
    /// Feeds `function` with what is written to `table`, deletions left out; `sort_key` is the name of that
    /// attribute. Begins with the oldest record that the stream has, so that none is missed while it is set up.
    pub fn of_stream(
        table: &Handle<Table>,
        sort_key: &str,
        function: &Handle<Function>,
        dead_letters: &Handle<Queue>,
        reading: StreamReading,
    ) -> Self {
        let pattern = serde_json::json!({
            "dynamodb": {"Keys": {sort_key: {"S": [{"prefix": reading.sort_key_prefix}]}}},
            "eventName": ["INSERT", "MODIFY"],
        });
        Self {
            event_source_arn: table.attribute(TableAttribute::StreamArn),
            function_name: function.clone(),
            starting_position: "TRIM_HORIZON",
            filter_criteria: FilterCriteria {
                filters: [Filter {
                    pattern: pattern.to_string(),
                }],
            },
            function_response_types: ["ReportBatchItemFailures"],
            bisect_batch_on_function_error: true,
            destination_config: DestinationConfig {
                on_failure: OnFailure {
                    destination: dead_letters.arn(),
                },
            },
            batch_size: reading.batch_size,
            maximum_record_age_in_seconds: reading.oldest,
            maximum_retry_attempts: reading.retries,
            parallelization_factor: reading.batches_per_shard,
        }
    }
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct FilterCriteria {
    filters: [Filter; 1],
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Filter {
    /// JSON.
    pattern: String,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct DestinationConfig {
    on_failure: OnFailure,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct OnFailure {
    destination: Arn<Queue>,
}

resource!(
    EventSourceMapping,
    "AWS::Lambda::EventSourceMapping",
    EventSourceMappingAttribute { Id => "Id", EventSourceMappingArn => "EventSourceMappingArn" }
);
