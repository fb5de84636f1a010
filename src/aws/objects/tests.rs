//! S3, replayed: what is asked, and what each answer means.

use sha2::{Digest, Sha256};

use super::*;
use crate::aws::replay::{Answer, Replay};

mod reading;

const BUCKET: &str = "qdn-site";

fn s3(replay: &Replay) -> S3 {
    S3::new(&replay.config(), None)
}

fn refusal(status: u16, code: &str) -> Answer {
    Answer::xml(
        status,
        &format!(
            "<Error><Code>{code}</Code><Message>no</Message><RequestId>r-1</RequestId></Error>"
        ),
    )
    .header("x-amz-request-id", "r-1")
}

fn hex(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

fn put(body: Body, sha256: String) -> PutObject {
    PutObject {
        bucket: BUCKET.into(),
        key: "track/index.html".into(),
        body,
        content_type: "text/html; charset=utf-8".into(),
        cache_control: Some("no-cache".into()),
        sha256,
        only_new: false,
    }
}

#[tokio::test]
async fn writes_bytes_with_headers_checksum_and_metadata() {
    let replay = Replay::of([Answer::empty(200).header("etag", "\"abc\"")]);
    let object = put(Body::Bytes(b"hello".to_vec()), hex(b"hello"));
    assert_eq!(s3(&replay).put(&object).await, Ok("abc".into()));
    let sent = replay.only_request().await;
    assert_eq!(
        (sent.method.as_str(), sent.path.as_str(), sent.body.as_str()),
        ("PUT", "/track/index.html", "hello")
    );
    assert_eq!(sent.headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(sent.headers["cache-control"], "no-cache");
    assert_eq!(sent.headers["content-length"], "5");
    assert!(!sent.headers.contains_key("if-none-match"));
    assert_eq!(sent.headers["x-amz-meta-sha256"], hex(b"hello"));
    assert_eq!(
        sent.headers["x-amz-checksum-sha256"],
        "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="
    );
}

#[tokio::test]
async fn writes_a_file_and_again_when_told_to_slow_down() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bootstrap.zip");
    std::fs::write(&path, "hello").expect("a file");
    let replay = Replay::of([
        refusal(503, "SlowDown"),
        Answer::empty(200).header("etag", "abc"),
    ]);
    let object = put(Body::File(path), hex(b"hello"));
    assert_eq!(s3(&replay).put(&object).await, Ok("abc".into()));
    for sent in replay.requests().await {
        assert_eq!(
            (sent.body.as_str(), sent.headers["content-length"].as_str()),
            ("hello", "5")
        );
        assert_eq!(
            sent.headers["x-amz-checksum-sha256"],
            "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="
        );
    }
}

#[tokio::test]
async fn a_file_that_is_not_there_and_a_hash_that_is_none_send_nothing() {
    let replay = Replay::of([]);
    let s3 = s3(&replay);
    let error = s3
        .put(&put(Body::File("/no/such/file".into()), hex(b"")))
        .await
        .expect_err("no file");
    assert!(error.message.starts_with("/no/such/file: "), "{error}");
    let error = s3
        .put(&put(Body::Bytes(Vec::new()), "12".into()))
        .await
        .expect_err("no hash");
    assert_eq!(error.message, "\"12\" is no SHA-256 in hexadecimal");
    replay.requests().await;
}

#[tokio::test]
async fn content_that_changed_on_the_way_is_refused() {
    let replay = Replay::of([refusal(400, "BadDigest")]);
    let error = s3(&replay)
        .put(&put(Body::Bytes(b"hello".to_vec()), hex(b"other")))
        .await
        .expect_err("not the hash");
    assert_eq!(error.kind, ErrorKind::Rejected);
    assert_eq!(
        error.to_string(),
        "S3 PutObject of qdn-site/track/index.html: BadDigest: no (request id r-1)"
    );
}

fn page(objects: &[(&str, u32)], next: &str) -> Answer {
    let contents = objects.iter().map(|(key, size)| {
        format!(
            "<Contents><Key>{key}</Key><ETag>&quot;e&quot;</ETag><Size>{size}</Size></Contents>"
        )
    });
    let contents = contents.collect::<Vec<_>>().concat();
    Answer::xml(
        200,
        &format!("<ListBucketResult>{contents}{next}</ListBucketResult>"),
    )
}

#[tokio::test]
async fn lists_every_page_in_key_order() {
    let next =
        "<IsTruncated>true</IsTruncated><NextContinuationToken>page2</NextContinuationToken>";
    let replay = Replay::of([
        page(&[("track/b", 2), ("track/a", 1)], next),
        page(&[("track/c&amp;d", 3)], ""),
    ]);
    let listed = s3(&replay)
        .list(BUCKET, "track/")
        .await
        .expect("an answer")
        .expect("a bucket");
    let told: Vec<_> = listed
        .iter()
        .map(|object| (object.key.as_str(), object.etag.as_str(), object.size))
        .collect();
    assert_eq!(
        told,
        [
            ("track/a", "e", 1),
            ("track/b", "e", 2),
            ("track/c&d", "e", 3)
        ]
    );
    let requests = replay.requests().await;
    assert_eq!(requests[0].query["prefix"], "track/");
    assert!(!requests[0].query.contains_key("continuation-token"));
    assert_eq!(requests[1].query["continuation-token"], "page2");
}

#[tokio::test]
async fn deletes_in_batches_of_a_thousand() {
    let replay = Replay::of([
        Answer::xml(200, "<DeleteResult/>"),
        Answer::xml(200, "<DeleteResult/>"),
    ]);
    let keys: Vec<String> = (0..1_001).map(|n| format!("track/{n}")).collect();
    s3(&replay).delete(BUCKET, &keys).await.expect("an answer");
    let requests = replay.requests().await;
    let counts: Vec<_> = requests
        .iter()
        .map(|sent| sent.body.matches("<Key>").count())
        .collect();
    assert_eq!(counts, [1_000, 1]);
    assert!(
        requests[1].body.contains("<Key>track/1000</Key>"),
        "{}",
        requests[1].body
    );
    assert!(
        requests[0].body.contains("<Quiet>true</Quiet>")
            && requests[0].query.contains_key("delete")
    );
}

#[tokio::test]
async fn nothing_to_delete_asks_nothing() {
    let replay = Replay::of([]);
    s3(&replay)
        .delete(BUCKET, &[])
        .await
        .expect("nothing to do");
    replay.requests().await;
}

fn refused(key: &str, code: &str) -> String {
    format!("<Error><Key>{key}</Key><Code>{code}</Code><Message>no</Message></Error>")
}

#[tokio::test]
async fn an_error_of_one_object_inside_a_200_is_an_error() {
    let errors = [
        refused("a", "AccessDenied"),
        refused("b", "InternalError"),
        refused("c", "AccessDenied"),
    ];
    let replay = Replay::of([
        Answer::xml(
            200,
            &format!("<DeleteResult>{}</DeleteResult>", errors.concat()),
        ),
        Answer::xml(
            200,
            &format!(
                "<DeleteResult>{}</DeleteResult>",
                refused("z", "AccessDenied")
            ),
        ),
    ]);
    let keys: Vec<String> = (0..1_001).map(|n| n.to_string()).collect();
    let error = s3(&replay)
        .delete(BUCKET, &keys)
        .await
        .expect_err("four are left");
    assert_eq!(error.kind, ErrorKind::AccessDenied);
    assert_eq!(
        error.to_string(),
        "S3 DeleteObjects of qdn-site: 4 not deleted: a: AccessDenied: no; b: InternalError: no; \
         c: AccessDenied: no; and 1 more"
    );
    // The second batch was tried all the same.
    replay.requests().await;
}

#[tokio::test]
async fn lists_versions_and_delete_markers_of_every_page() {
    let replay = Replay::of([
        Answer::xml(
            200,
            "<ListVersionsResult><IsTruncated>true</IsTruncated><NextKeyMarker>a</NextKeyMarker>\
             <NextVersionIdMarker>1</NextVersionIdMarker>\
             <Version><Key>a</Key><VersionId>1</VersionId></Version>\
             <DeleteMarker><Key>a</Key><VersionId>2</VersionId></DeleteMarker></ListVersionsResult>",
        ),
        Answer::xml(
            200,
            "<ListVersionsResult><IsTruncated>false</IsTruncated>\
             <Version><Key>b</Key><VersionId>null</VersionId></Version></ListVersionsResult>",
        ),
    ]);
    let versions = s3(&replay).versions(BUCKET).await.expect("an answer");
    let told: Vec<_> = versions
        .iter()
        .map(|found| (found.key.as_str(), found.version.as_str()))
        .collect();
    assert_eq!(told, [("a", "1"), ("a", "2"), ("b", "null")]);
    let requests = replay.requests().await;
    assert_eq!(
        (
            requests[1].query["key-marker"].as_str(),
            requests[1].query["version-id-marker"].as_str()
        ),
        ("a", "1")
    );
}

#[tokio::test]
async fn deletes_exactly_the_versions_it_is_given() {
    let replay = Replay::of([Answer::xml(200, "<DeleteResult/>")]);
    let versions = [ObjectVersion {
        key: "a".into(),
        version: "1".into(),
    }];
    s3(&replay)
        .delete_versions(BUCKET, &versions)
        .await
        .expect("an answer");
    let body = replay.only_request().await.body;
    assert!(
        body.contains("<Key>a</Key>") && body.contains("<VersionId>1</VersionId>"),
        "{body}"
    );
}

#[tokio::test]
async fn removes_a_bucket_that_is_empty_or_gone_and_no_other() {
    let replay = Replay::of([
        Answer::empty(204),
        refusal(404, "NoSuchBucket"),
        refusal(409, "BucketNotEmpty"),
    ]);
    let s3 = s3(&replay);
    s3.remove_bucket(BUCKET).await.expect("removed");
    s3.remove_bucket(BUCKET).await.expect("gone already");
    let error = s3.remove_bucket(BUCKET).await.expect_err("not empty");
    assert!(error.message.starts_with("BucketNotEmpty"), "{error}");
    let sent = &replay.requests().await[0];
    assert_eq!((sent.method.as_str(), sent.path.as_str()), ("DELETE", "/"));
}

#[test]
fn only_whole_hashes_become_checksums() {
    assert_eq!(
        checksum(&hex(b"hello")).as_deref(),
        Some("LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=")
    );
    assert_eq!(checksum(""), None);
    assert_eq!(checksum(&"0".repeat(63)), None);
    assert_eq!(checksum(&"g".repeat(64)), None);
    assert_eq!(checksum(&"é".repeat(32)), None);
}

#[tokio::test]
async fn what_has_to_be_the_first_under_its_key_is_refused_where_something_lies() {
    let replay = Replay::of([refusal(412, "PreconditionFailed")]);
    let object = PutObject {
        only_new: true,
        ..put(Body::Bytes(b"x".to_vec()), hex(b"x"))
    };
    let error = s3(&replay).put(&object).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Conflict);
    assert_eq!(replay.only_request().await.headers["if-none-match"], "*");
}
