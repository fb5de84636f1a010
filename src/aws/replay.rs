//! Replayed HTTP for the adapters' tests: scripted answers in order, and what was sent as plain text.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_sts::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_http_client::test_util::{ReplayEvent, StaticReplayClient};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use url::Url;

/// One scripted answer.
pub(super) struct Answer(HttpResponse);

impl Answer {
    pub(super) fn xml(status: u16, body: &str) -> Self {
        Self::with_body(status, body.as_bytes()).header("content-type", "text/xml")
    }

    pub(super) fn json(status: u16, body: &str) -> Self {
        Self::with_body(status, body.as_bytes()).header("content-type", "application/json")
    }

    pub(super) fn empty(status: u16) -> Self {
        Self::with_body(status, b"")
    }

    pub(super) fn with_body(status: u16, body: &[u8]) -> Self {
        let status = status.try_into().expect("a status");
        Self(HttpResponse::new(status, SdkBody::from(body)))
    }

    pub(super) fn header(mut self, name: &'static str, value: &'static str) -> Self {
        self.0.headers_mut().insert(name, value);
        self
    }
}

/// One request as it was sent.
#[derive(Debug)]
pub(super) struct Sent {
    pub method: String,
    pub host: String,
    pub path: String,
    pub query: BTreeMap<String, String>,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Sent {
    /// The fields of a form-encoded body.
    pub(super) fn form(&self) -> BTreeMap<String, String> {
        url::form_urlencoded::parse(self.body.as_bytes())
            .into_owned()
            .collect()
    }
}

/// A client that answers from a script and remembers what it was asked.
pub(super) struct Replay {
    client: StaticReplayClient,
    answers: usize,
}

impl Replay {
    pub(super) fn of<const N: usize>(answers: [Answer; N]) -> Self {
        let events = answers
            .map(|Answer(answer)| ReplayEvent::new(HttpRequest::new(SdkBody::empty()), answer));
        Self {
            client: StaticReplayClient::new(events.into()),
            answers: N,
        }
    }

    /// As for AWS in us-east-1, with example credentials and hardly any waiting between attempts.
    pub(super) fn config(&self) -> SdkConfig {
        let key = Credentials::new("AKIDEXAMPLE", "example", None, None, "replay");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(key))
            .http_client(self.client.clone())
            .retry_config(
                RetryConfig::standard()
                    .with_max_attempts(3)
                    .with_initial_backoff(Duration::from_millis(1)),
            )
            .build()
    }

    /// Every request, in order; fails when an answer was left over.
    pub(super) async fn requests(&self) -> Vec<Sent> {
        let mut requests = Vec::new();
        let copies: Vec<_> = self
            .client
            .actual_requests()
            .map(|request| {
                let body = request.body().try_clone().unwrap_or_else(SdkBody::empty);
                let headers = request
                    .headers()
                    .iter()
                    .map(|(k, v)| (k.to_owned(), v.to_owned()))
                    .collect();
                (
                    request.method().to_owned(),
                    request.uri().to_owned(),
                    headers,
                    body,
                )
            })
            .collect();
        for (method, uri, headers, body) in copies {
            let url = Url::parse(&uri).expect("an absolute address");
            let body = ByteStream::new(body)
                .collect()
                .await
                .expect("a body")
                .to_vec();
            requests.push(Sent {
                method,
                host: url.authority().to_owned(),
                path: url.path().to_owned(),
                query: url.query_pairs().into_owned().collect(),
                headers,
                body: String::from_utf8(body).expect("text"),
            });
        }
        assert_eq!(
            requests.len(),
            self.answers,
            "every answer is asked for once"
        );
        requests
    }

    /// The only request; fails when there were others.
    pub(super) async fn only_request(&self) -> Sent {
        let mut requests = self.requests().await;
        assert_eq!(requests.len(), 1);
        requests.remove(0)
    }
}
