//! The `Logs` port on CloudWatch Logs.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::config::Builder;
use aws_sdk_cloudwatchlogs::types::FilteredLogEvent;
use jiff::Timestamp;

use super::failure::{code, failure, incomplete};
use super::recorder::Recorder;
use crate::ports::{LogEvent, Logs, Result, Service};

const SERVICE: Service = Service::CloudWatchLogs;
const OPERATION: &str = "FilterLogEvents";

/// CloudWatch Logs.
#[derive(Debug)]
pub(super) struct CloudWatchLogs {
    client: Client,
}

impl CloudWatchLogs {
    pub(super) fn new(config: &SdkConfig, recorder: Option<&Recorder>) -> Self {
        let mut config = Builder::from(config);
        if let Some(recorder) = recorder {
            config = config.interceptor(recorder.clone());
        }
        Self {
            client: Client::from_conf(config.build()),
        }
    }
}

#[async_trait]
impl Logs for CloudWatchLogs {
    async fn events(&self, group: &str, from: Timestamp) -> Result<Option<Vec<LogEvent>>> {
        let mut events = Vec::new();
        let mut seen = Seen::new();
        let mut page = None;
        loop {
            let asked = self
                .client
                .filter_log_events()
                .log_group_name(group)
                .start_time(from.as_millisecond())
                .set_next_token(page.take());
            let answer = match asked.send().await {
                Ok(answer) => answer,
                Err(error) if code(&error) == Some("ResourceNotFoundException") => {
                    return Ok(None);
                }
                Err(error) => return Err(failure(SERVICE, OPERATION, group, &error)),
            };
            for event in answer.events() {
                let event = read(event, &mut seen)
                    .ok_or_else(|| incomplete(SERVICE, OPERATION, group, "timestamp"))?;
                events.push(event);
            }
            // A page may be empty and still not be the last.
            match answer.next_token {
                Some(next) if !next.is_empty() => page = Some(next),
                _ => return Ok(Some(events)),
            }
        }
    }
}

/// How many events without an id there were, by stream and millisecond.
type Seen = BTreeMap<(String, i64), usize>;

/// The event; none when it has no time.
fn read(event: &FilteredLogEvent, seen: &mut Seen) -> Option<LogEvent> {
    let millisecond = event.timestamp()?;
    let at = Timestamp::from_millisecond(millisecond).ok()?;
    let text = event.message().unwrap_or_default().trim_end().to_owned();
    let id = match event.event_id() {
        Some(id) if !id.is_empty() => id.to_owned(),
        // An emulator gives none. A reading begins with a whole millisecond, and streams only grow: the place stays.
        _ => {
            let stream = event.log_stream_name().unwrap_or_default();
            let place = seen.entry((stream.to_owned(), millisecond)).or_default();
            *place += 1;
            format!("{stream} {millisecond} {place}")
        }
    };
    Some(LogEvent { id, at, text })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::replay::{Answer, Replay};
    use crate::ports::ErrorKind;

    const GROUP: &str = "/aws/lambda/qdn-staging-api";

    fn logs(replay: &Replay) -> CloudWatchLogs {
        CloudWatchLogs::new(&replay.config(), None)
    }

    fn start() -> Timestamp {
        "2026-01-01T10:00:00Z".parse().expect("a time")
    }

    #[tokio::test]
    async fn every_page_is_read_an_empty_one_as_well() {
        let replay = Replay::of([
            Answer::json(
                200,
                r#"{"events": [{"eventId": "1", "logStreamName": "s", "timestamp": 1767261600123,
                    "message": "{\"level\":\"INFO\"}\n"}], "nextToken": "two"}"#,
            ),
            Answer::json(200, r#"{"events": [], "nextToken": "three"}"#),
            Answer::json(
                200,
                r#"{"events": [{"logStreamName": "s", "timestamp": 1767261601000, "message": "END"},
                    {"logStreamName": "s", "timestamp": 1767261601000, "message": "END"}]}"#,
            ),
        ]);
        let events = logs(&replay).events(GROUP, start()).await;
        let events = events.expect("events").expect("the group is there");
        let at = |time: &str| time.parse::<Timestamp>().expect("a time");
        let expected = [
            LogEvent {
                id: "1".to_owned(),
                at: at("2026-01-01T10:00:00.123Z"),
                text: r#"{"level":"INFO"}"#.to_owned(),
            },
            LogEvent {
                id: "s 1767261601000 1".to_owned(),
                at: at("2026-01-01T10:00:01Z"),
                text: "END".to_owned(),
            },
            LogEvent {
                id: "s 1767261601000 2".to_owned(),
                at: at("2026-01-01T10:00:01Z"),
                text: "END".to_owned(),
            },
        ];
        assert_eq!(events, expected);
        let sent: Vec<serde_json::Value> = replay
            .requests()
            .await
            .iter()
            .map(|sent| serde_json::from_str(&sent.body).expect("JSON"))
            .collect();
        for (body, token) in sent.iter().zip([None, Some("two"), Some("three")]) {
            assert_eq!(body["logGroupName"], GROUP);
            assert_eq!(body["startTime"], 1_767_261_600_000_i64);
            assert_eq!(body["nextToken"].as_str(), token);
            assert!(body.get("unmask").is_none(), "{body}");
        }
    }

    #[tokio::test]
    async fn a_group_is_there_or_not_and_a_refusal_is_neither() {
        let refusal =
            |code: &str| Answer::json(400, &format!(r#"{{"__type": "{code}", "message": "no"}}"#));
        let replay = Replay::of([
            refusal("ResourceNotFoundException"),
            refusal("AccessDeniedException"),
        ]);
        let logs = logs(&replay);
        assert_eq!(logs.events(GROUP, start()).await, Ok(None));
        let refused = logs.events(GROUP, start()).await.expect_err("refused");
        assert_eq!(refused.kind, ErrorKind::AccessDenied);
        assert_eq!(refused.subject, GROUP);
    }
}
