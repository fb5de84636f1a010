//! The event: records of the table's stream, of which those that could not be handled are named in the answer, so
//! that Lambda gives them (and what comes after them) again.
//!
//! A message is looked at whenever it was written: also a change can make it due, when the next contact's turn comes.

use jiff::Timestamp;
use lambda_runtime::{LambdaEvent, service_fn};
use qdn_shared::id::{MessageId, ThreadId};
use qdn_shared::reach::Reach;
use serde::{Deserialize, Serialize};
use tracing::Instrument as _;

use crate::invocation::Invocation;
use crate::send::Relay;
use crate::start::{self, StartError};

/// A batch of records. Whatever else the event holds is of no interest.
#[derive(Debug, Deserialize)]
pub struct Batch {
    /// The records, oldest first.
    #[serde(rename = "Records")]
    pub records: Vec<Record>,
    /// Asks whether the function reaches what it works with. No stream does.
    #[serde(default)]
    pub reach: bool,
}

/// One change of an item.
#[derive(Debug, Deserialize)]
pub struct Record {
    /// `INSERT`, `MODIFY` or `REMOVE`.
    #[serde(rename = "eventName")]
    pub event_name: String,
    /// The change.
    pub dynamodb: Change,
}

/// Where an item changed. The stream carries keys alone.
#[derive(Debug, Deserialize)]
pub struct Change {
    /// The item's key.
    #[serde(rename = "Keys")]
    pub keys: Keys,
    /// The record's place in the stream.
    #[serde(rename = "SequenceNumber")]
    pub sequence_number: String,
}

/// The key of an item.
#[derive(Debug, Deserialize)]
pub struct Keys {
    pk: Text,
    sk: Text,
}

#[derive(Debug, Deserialize)]
struct Text {
    #[serde(rename = "S")]
    value: String,
}

/// The records to be given again; empty when all were handled.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The first that could not be handled: Lambda gives it and all after it again.
    #[serde(rename = "batchItemFailures")]
    pub failures: Vec<Failure>,
    /// Whether the function reaches what it works with, where that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reach: Option<Reach>,
}

/// A record to be given again.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Its sequence number.
    #[serde(rename = "itemIdentifier")]
    pub item: String,
}

impl Record {
    /// The message that was written by this change, if it is one.
    pub fn written(&self) -> Option<MessageId> {
        if self.event_name == "REMOVE" {
            return None;
        }
        let thread = self.dynamodb.keys.pk.value.strip_prefix("T#")?;
        let number = self.dynamodb.keys.sk.value.strip_prefix("MSG#")?;
        let thread: ThreadId = thread.parse().ok()?;
        MessageId::of(thread, number.parse().ok()?).ok()
    }
}

/// Sends what a batch says. A message that fails does not hold up the others; the first failure is where Lambda
/// begins again, and what was sent after it is met as already sent. What there is no time for until `deadline`, when
/// Lambda ends the invocation, is given again as well.
pub async fn handle(relay: &Relay, batch: Batch, deadline: Timestamp) -> Outcome {
    let mut outcome = Outcome::default();
    if batch.reach {
        outcome.reach = Some(relay.messaging.reach().await);
    }
    for record in &batch.records {
        let Some(id) = record.written() else {
            continue;
        };
        let in_time = relay.has_time(deadline);
        if in_time && let Err(error) = relay.send(&id).await {
            tracing::error!(messageId = %id, %error, "not handled");
        } else if in_time {
            continue;
        }
        if outcome.failures.is_empty() {
            outcome.failures.push(Failure {
                item: record.dynamodb.sequence_number.clone(),
            });
        }
        if !in_time {
            tracing::warn!("the rest of the batch has to wait for the next invocation");
            break;
        }
    }
    outcome
}

/// Serves invocations until the runtime ends the process.
pub async fn run() -> Result<(), StartError> {
    let relay = start::relay()?;
    let relay = &relay;
    lambda_runtime::run(service_fn(|event: LambdaEvent<Batch>| {
        let invocation = Invocation::of(&event.context);
        let handled = handle(relay, event.payload, invocation.deadline);
        async move { Ok::<_, lambda_runtime::Error>(handled.await) }.instrument(invocation.span)
    }))
    .await
    .map_err(StartError::Runtime)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(event: serde_json::Value) -> Batch {
        serde_json::from_value(event).unwrap()
    }

    #[test]
    fn written_messages_are_found_among_all_changes() {
        let record = |event: &str, pk: &str, sk: &str| {
            serde_json::json!({
                "eventID": "1", "eventName": event, "awsRegion": "us-east-1",
                "dynamodb": {
                    "Keys": { "pk": { "S": pk }, "sk": { "S": sk } },
                    "SequenceNumber": "100", "StreamViewType": "KEYS_ONLY",
                },
            })
        };
        let batch = batch(serde_json::json!({ "Records": [
            record("INSERT", "T#7K3M9QX2", "MSG#000002"),
            record("MODIFY", "T#7K3M9QX2", "MSG#000002"),
            record("REMOVE", "T#7K3M9QX2", "MSG#000001"),
            record("INSERT", "T#7K3M9QX2", "JOB"),
            record("INSERT", "LINK#00", "LINK"),
            record("INSERT", "T#nonsense", "MSG#000001"),
        ]}));
        let written: Vec<String> = batch
            .records
            .iter()
            .filter_map(|record| Some(record.written()?.to_string()))
            .collect();
        assert_eq!(written, ["7K3M9QX2-2", "7K3M9QX2-2"]);
    }

    #[test]
    fn an_outcome_has_lambdas_form() {
        let outcome = Outcome {
            failures: vec![Failure {
                item: "100".to_owned(),
            }],
            reach: None,
        };
        assert_eq!(
            serde_json::to_string(&outcome).unwrap(),
            r#"{"batchItemFailures":[{"itemIdentifier":"100"}]}"#
        );
        assert_eq!(
            serde_json::to_string(&Outcome::default()).unwrap(),
            r#"{"batchItemFailures":[]}"#
        );
    }
}
