//! What is read of an object.

use super::*;

#[tokio::test]
async fn reads_the_headers_of_an_object() {
    let replay = Replay::of([Answer::empty(200)
        .header("content-length", "12")
        .header("etag", "\"abc\"")
        .header("content-type", "text/html")
        .header("cache-control", "no-cache")
        .header("x-amz-meta-sha256", "00ff")]);
    let head = s3(&replay)
        .head(BUCKET, "track/index.html")
        .await
        .expect("an answer");
    let expected = ObjectHead {
        etag: "abc".into(),
        size: 12,
        content_type: Some("text/html".into()),
        cache_control: Some("no-cache".into()),
        sha256: Some("00ff".into()),
    };
    assert_eq!(head, Some(expected));
    let sent = replay.only_request().await;
    assert_eq!(
        (sent.method.as_str(), sent.host.as_str(), sent.path.as_str()),
        (
            "HEAD",
            "qdn-site.s3.us-east-1.amazonaws.com",
            "/track/index.html"
        )
    );
}

#[tokio::test]
async fn the_local_cloud_is_asked_by_path() {
    let replay = Replay::of([Answer::empty(404)]);
    let config = replay
        .config()
        .into_builder()
        .endpoint_url("http://localhost:4566/")
        .build();
    let head = S3::new(&config, None)
        .head(BUCKET, "track/index.html")
        .await;
    assert_eq!(head, Ok(None));
    let sent = replay.only_request().await;
    assert_eq!(
        (sent.host.as_str(), sent.path.as_str()),
        ("localhost:4566", "/qdn-site/track/index.html")
    );
}

#[tokio::test]
async fn a_refused_head_says_what_it_can_mean() {
    let replay = Replay::of([
        Answer::empty(403).header("x-amz-request-id", "r-1"),
        Answer::empty(301).header("x-amz-bucket-region", "eu-west-1"),
        Answer::empty(400),
    ]);
    let s3 = s3(&replay);
    let mut told = Vec::new();
    for _ in 0..3 {
        let error = s3.head(BUCKET, "k").await.expect_err("refused");
        told.push(format!("{:?}: {error}", error.kind));
    }
    insta::assert_snapshot!(told.join("\n"), @"
    AccessDenied: S3 HeadObject of qdn-site/k: HTTP 403 without a reason (request id r-1); s3:GetObject is not allowed, or the object is absent and s3:ListBucket is not allowed
    Rejected: S3 HeadObject of qdn-site/k: HTTP 301 without a reason (the bucket is in region eu-west-1); the stack file names another region
    Rejected: S3 HeadObject of qdn-site/k: HTTP 400 without a reason; expired credentials are refused so
    ");
    replay.requests().await;
}

#[tokio::test]
async fn reads_an_object() {
    let replay = Replay::of([Answer::with_body(200, b"hello").header("content-length", "5")]);
    assert_eq!(
        s3(&replay).get(BUCKET, "a/b c").await,
        Ok(Some(b"hello".to_vec()))
    );
    let sent = replay.only_request().await;
    assert_eq!(
        (sent.method.as_str(), sent.path.as_str()),
        ("GET", "/a/b%20c")
    );
}

#[tokio::test]
async fn absent_objects_and_buckets_are_none() {
    let replay = Replay::of([
        refusal(404, "NoSuchKey"),
        refusal(404, "NoSuchBucket"),
        refusal(404, "NoSuchBucket"),
        refusal(404, "NoSuchBucket"),
    ]);
    let s3 = s3(&replay);
    assert_eq!(s3.get(BUCKET, "k").await, Ok(None));
    assert_eq!(s3.get(BUCKET, "k").await, Ok(None));
    assert_eq!(s3.list(BUCKET, "track/").await, Ok(None));
    assert_eq!(s3.versions(BUCKET).await, Ok(Vec::new()));
    replay.requests().await;
}

#[tokio::test]
async fn half_an_object_is_an_error() {
    let half = || Answer::with_body(200, b"half").header("content-length", "100");
    let replay = Replay::of([half(), Answer::with_body(200, b"whole")]);
    let read = s3(&replay).get(BUCKET, "k").await;
    assert_eq!(read, Ok(Some(b"whole".to_vec())), "it is read once more");
    let replay = Replay::of([half(), half(), half()]);
    let error = s3(&replay)
        .get(BUCKET, "k")
        .await
        .expect_err("96 bytes are missing");
    assert_eq!(
        (error.kind, error.subject.as_str()),
        (ErrorKind::Server, "qdn-site/k")
    );
    assert!(
        error
            .message
            .starts_with("the object could not be read to its end: "),
        "{error}"
    );
}

#[tokio::test]
async fn an_object_becomes_a_file_also_when_its_body_breaks_off_once() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("index.html");
    let half = Answer::with_body(200, b"longer than whole").header("content-length", "100");
    let replay = Replay::of([half, Answer::with_body(200, b"whole")]);
    assert_eq!(s3(&replay).save(BUCKET, "k", &file).await, Ok(true));
    assert_eq!(std::fs::read(&file).unwrap(), b"whole");
    let nowhere = folder.path().join("absent/index.html");
    let replay = Replay::of([Answer::with_body(200, b"whole")]);
    let error = s3(&replay).save(BUCKET, "k", &nowhere).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Disk);
    assert!(error.message.contains("absent/index.html"), "{error}");
}
