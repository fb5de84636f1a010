//! The `Logs` port on CloudWatch Logs.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::config::{Builder, Region};
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

    async fn delivered(&self, resource: &str) -> Result<Vec<Vec<String>>> {
        const OPERATION: &str = "DescribeDeliveries";
        let sources = self.sources(resource).await?;
        let mut fields = Vec::new();
        if sources.is_empty() {
            return Ok(fields);
        }
        let mut page = None;
        loop {
            let asked = self.client.describe_deliveries();
            let asked = asked.set_next_token(page.take()).customize();
            let answer = asked.config_override(of_cloudfront()).send().await;
            let answer = answer.map_err(|error| failure(SERVICE, OPERATION, resource, &error))?;
            let deliveries = answer.deliveries().iter();
            let of_sources = deliveries.filter(|delivery| {
                let source = delivery.delivery_source_name();
                source.is_some_and(|source| sources.contains(source))
            });
            fields.extend(of_sources.map(|delivery| delivery.record_fields().to_vec()));
            match answer.next_token {
                Some(next) if !next.is_empty() => page = Some(next),
                _ => return Ok(fields),
            }
        }
    }
}

impl CloudWatchLogs {
    /// Names of the delivery sources of a resource.
    async fn sources(&self, resource: &str) -> Result<BTreeSet<String>> {
        const OPERATION: &str = "DescribeDeliverySources";
        let mut names = BTreeSet::new();
        let mut page = None;
        loop {
            let asked = self.client.describe_delivery_sources();
            let asked = asked.set_next_token(page.take()).customize();
            let answer = asked.config_override(of_cloudfront()).send().await;
            let answer = answer.map_err(|error| failure(SERVICE, OPERATION, resource, &error))?;
            let sources = answer.delivery_sources().iter();
            let of_resource =
                sources.filter(|source| source.resource_arns().iter().any(|arn| arn == resource));
            names.extend(of_resource.filter_map(|source| source.name().map(str::to_owned)));
            match answer.next_token {
                Some(next) if !next.is_empty() => page = Some(next),
                _ => return Ok(names),
            }
        }
    }
}

/// Wherever the stack lives, what CloudFront delivers is set up there.
fn of_cloudfront() -> Builder {
    Builder::new().region(Region::from_static("us-east-1"))
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

    /// Asked for in the one region where CloudFront's deliveries are set up, page by page.
    #[tokio::test]
    async fn what_a_distribution_delivers_is_told_by_its_sources_alone() {
        const ARN: &str = "arn:aws:cloudfront::123456789012:distribution/E1";
        let replay = Replay::of([
            Answer::json(
                200,
                r#"{"deliverySources": [{"name": "other", "resourceArns": ["arn:other"]}], "nextToken": "2"}"#,
            ),
            Answer::json(
                200,
                &format!(
                    r#"{{"deliverySources": [{{"name": "ours", "resourceArns": ["{ARN}"]}}]}}"#
                ),
            ),
            Answer::json(
                200,
                r#"{"deliveries": [{"id": "1", "deliverySourceName": "other", "recordFields": ["date"]},
                    {"id": "2", "deliverySourceName": "ours", "recordFields": ["date", "cs-uri-query"]},
                    {"id": "3", "deliverySourceName": "ours"}]}"#,
            ),
            Answer::json(200, r#"{"deliverySources": []}"#),
        ]);
        let ireland = replay
            .config()
            .into_builder()
            .region(aws_config::Region::new("eu-west-1"))
            .build();
        let logs = CloudWatchLogs::new(&ireland, None);
        let fields = ["date", "cs-uri-query"].map(str::to_owned).to_vec();
        assert_eq!(logs.delivered(ARN).await, Ok(vec![fields, Vec::new()]));
        assert_eq!(logs.delivered(ARN).await, Ok(Vec::new()));
        let sent = replay.requests().await;
        assert_eq!(sent.len(), 4);
        for sent in &sent {
            assert!(sent.headers["authorization"].contains("/us-east-1/logs/"));
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
