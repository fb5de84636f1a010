//! Conditions of writing, in memory and as they are told to S3.

use aws_config::{BehaviorVersion, Region};
use aws_credential_types::Credentials;
use aws_sdk_s3::config::SharedCredentialsProvider;
use aws_smithy_http_client::test_util::{ReplayEvent, StaticReplayClient};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;

use super::*;

fn version(etag: &str) -> Expected {
    Expected::Version(etag.to_owned())
}

#[tokio::test]
async fn only_who_has_seen_the_document_replaces_it() {
    let memory = MemoryDocument::default();
    assert_eq!(memory.read().await, Ok(None));
    let unseen = memory.write(b"0".to_vec(), &version("\"x\"")).await;
    assert_eq!(unseen, Err(DocumentError::Changed));
    let first = memory
        .write(b"1".to_vec(), &Expected::Absent)
        .await
        .unwrap();
    assert_eq!(
        memory.write(b"2".to_vec(), &Expected::Absent).await,
        Err(DocumentError::Changed)
    );
    let second = memory.write(b"2".to_vec(), &version(&first)).await.unwrap();
    assert_ne!(first, second);
    let late = memory.write(b"3".to_vec(), &version(&first)).await;
    assert_eq!(late, Err(DocumentError::Changed));
    let stored = memory.read().await.unwrap().unwrap();
    assert_eq!((stored.etag, stored.body), (second, b"2".to_vec()));
}

/// A bucket that gives these answers, and the client that knows what was asked.
fn bucket(answers: &[(u16, &str)]) -> (S3Document, StaticReplayClient) {
    let event = |(status, body): &(u16, &str)| {
        let status = (*status).try_into().unwrap();
        let mut response = HttpResponse::new(status, SdkBody::from(*body));
        response.headers_mut().insert("etag", "\"two\"");
        ReplayEvent::new(HttpRequest::empty(), response)
    };
    let replay = StaticReplayClient::new(answers.iter().map(event).collect());
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new(
            "id", "secret", None, None, "test",
        )))
        .http_client(replay.clone())
        .build();
    (S3Document::new(Client::from_conf(config), "site"), replay)
}

fn error(code: &str) -> String {
    format!("<Error><Code>{code}</Code><Message>a secret</Message></Error>")
}

#[tokio::test]
async fn a_document_is_read_with_its_version() {
    let (bucket, replay) = bucket(&[
        (200, "{}"),
        (404, &error("NoSuchKey")),
        (403, &error("AccessDenied")),
    ]);
    let stored = bucket.read().await.unwrap().unwrap();
    assert_eq!(
        (stored.etag.as_str(), stored.body.as_slice()),
        ("\"two\"", b"{}".as_slice())
    );
    assert_eq!(bucket.read().await, Ok(None));
    let refused = bucket.read().await.unwrap_err().to_string();
    insta::assert_snapshot!(refused, @"GetObject of the maintenance document failed: AccessDenied");
    let asked = replay.actual_requests().next().unwrap();
    assert!(
        asked.uri().contains("/data/maintenance.json"),
        "{}",
        asked.uri()
    );
}

#[tokio::test]
async fn s3_is_told_the_condition_and_heard() {
    let (bucket, replay) = bucket(&[
        (200, ""),
        (200, ""),
        (412, &error("PreconditionFailed")),
        (409, &error("ConditionalRequestConflict")),
        (403, &error("AccessDenied")),
    ]);
    let etag = bucket
        .write(b"{}".to_vec(), &Expected::Absent)
        .await
        .unwrap();
    assert_eq!(etag, "\"two\"");
    bucket
        .write(b"{}".to_vec(), &version("\"one\""))
        .await
        .unwrap();
    for _ in 0..2 {
        let lost = bucket.write(b"{}".to_vec(), &version("\"one\"")).await;
        assert_eq!(lost, Err(DocumentError::Changed));
    }
    let refused = bucket
        .write(b"{}".to_vec(), &Expected::Absent)
        .await
        .unwrap_err();
    assert!(matches!(refused, DocumentError::Failed { .. }), "{refused}");
    let conditions: Vec<_> = replay
        .actual_requests()
        .map(|asked| {
            let header = |name| asked.headers().get(name).map(str::to_owned);
            (header("if-none-match"), header("if-match"))
        })
        .collect();
    assert_eq!(conditions[0], (Some("*".to_owned()), None));
    assert_eq!(conditions[1], (None, Some("\"one\"".to_owned())));
}
