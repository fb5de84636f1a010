//! What S3 is asked, and what its answers mean.

use aws_config::{BehaviorVersion, Region};
use aws_credential_types::Credentials;
use tokio::task::JoinHandle;

use super::*;
use crate::stub;

/// A bucket that gives these answers.
async fn bucket(answers: &[(&str, &str)]) -> (S3Document, JoinHandle<Vec<String>>) {
    let answers = answers
        .iter()
        .map(|(status, body)| stub::answer(status, "ETag: \"two\"\r\n", body))
        .collect();
    let (endpoint, served) = stub::server(answers).await;
    let credentials = Credentials::new(
        "AKIDEXAMPLE",
        "secret",
        Some("session".to_owned()),
        None,
        "test",
    );
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .endpoint_url(endpoint)
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build();
    (S3Document::new(&config, "quickdumpnow.com"), served)
}

fn error(code: &str) -> String {
    format!("<Error><Code>{code}</Code><Message>a secret</Message></Error>")
}

#[tokio::test]
async fn a_document_is_read_with_its_version() {
    let (bucket, served) = bucket(&[
        ("200 OK", "{}"),
        ("404 Not Found", &error("NoSuchKey")),
        ("404 Not Found", &error("NoSuchBucket")),
        ("403 Forbidden", &error("AccessDenied")),
        ("503 Slow Down", &error("SlowDown")),
        ("200 OK", "{}"),
    ])
    .await;
    let stored = bucket.read().await.unwrap().unwrap();
    assert_eq!(stored.etag, "\"two\"");
    assert_eq!(stored.body, b"{}");
    assert_eq!(bucket.read().await, Ok(None));
    let absent = bucket.read().await.unwrap_err();
    insta::assert_snapshot!(absent, @"GetObject of the maintenance document failed: NoSuchBucket");
    let refused = bucket.read().await.unwrap_err();
    insta::assert_snapshot!(refused, @"GetObject of the maintenance document failed: AccessDenied");
    assert!(
        bucket.read().await.unwrap().is_some(),
        "a read is tried again"
    );
    let request = served.await.unwrap().remove(0);
    assert!(
        request.starts_with("GET /quickdumpnow.com/data/maintenance.json HTTP/1.1\r\n"),
        "{request}"
    );
    for signed in [
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/",
        "/eu-central-1/s3/aws4_request",
        "x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "x-amz-security-token: session",
    ] {
        assert!(request.contains(signed), "{signed}\n{request}");
    }
}

#[tokio::test]
async fn s3_is_told_the_condition_and_heard() {
    let (bucket, served) = bucket(&[
        ("200 OK", ""),
        ("200 OK", ""),
        ("412 Precondition Failed", &error("PreconditionFailed")),
        ("409 Conflict", &error("ConditionalRequestConflict")),
        ("403 Forbidden", &error("AccessDenied")),
    ])
    .await;
    let one = Expected::Version("\"one\"".to_owned());
    let written = bucket.write(b"{}".to_vec(), &Expected::Absent).await;
    assert_eq!(written, Ok("\"two\"".to_owned()));
    assert!(bucket.write(b"{}".to_vec(), &one).await.is_ok());
    for _ in 0..2 {
        let lost = bucket.write(b"{}".to_vec(), &one).await;
        assert_eq!(lost, Err(DocumentError::Changed));
    }
    let refused = bucket.write(b"{}".to_vec(), &one).await.unwrap_err();
    insta::assert_snapshot!(refused, @"PutObject of the maintenance document failed: AccessDenied");
    let requests = served.await.unwrap();
    assert!(
        requests[0].contains("if-none-match: *\r\n"),
        "{}",
        requests[0]
    );
    assert!(
        requests[1].contains("if-match: \"one\"\r\n"),
        "{}",
        requests[1]
    );
    // A condition that is not signed could be taken away on the way.
    assert!(
        requests[1].contains("SignedHeaders=content-type;host;if-match;"),
        "{}",
        requests[1]
    );
    assert!(requests[1].ends_with("\r\n\r\n{}"), "{}", requests[1]);
}
