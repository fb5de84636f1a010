//! What is sent to the key value store's data plane, and what becomes of its answers.

use serde_json::{Value, json};

use super::*;
use crate::aws::replay::{Answer, Replay};

const STORE: &str = "arn:aws:cloudfront::123456789012:key-value-store/0e1c6b4e";
const PATH: &str =
    "/key-value-stores/arn%3Aaws%3Acloudfront%3A%3A123456789012%3Akey-value-store%2F0e1c6b4e";

fn key_values(replay: &Replay) -> KeyValueStore {
    KeyValueStore::new(&replay.config(), None)
}

fn refusal(status: u16, code: &'static str, message: &str) -> Answer {
    Answer::json(status, &json!({"Message": message}).to_string()).header("x-amzn-errortype", code)
}

fn described(status: &str, reason: Option<&str>) -> Answer {
    let mut document = json!({
        "KvsARN": STORE, "ItemCount": 2, "TotalSizeInBytes": 130, "Created": 1_767_225_600, "LastModified": 1_767_225_700,
        "Status": status,
    });
    if let Some(reason) = reason {
        document["FailureReason"] = reason.into();
    }
    Answer::json(200, &document.to_string()).header("etag", "KV1")
}

fn update() -> StoreUpdate {
    StoreUpdate {
        puts: [("tk.2".to_owned(), SecretString::from("canary-0123456789"))].into(),
        removals: ["tk.1".to_owned()].into(),
    }
}

#[tokio::test]
async fn a_store_is_ready_pending_or_failed() {
    let replay = Replay::of([
        described("READY", None),
        described("PROVISIONING", None),
        described("FAILED", Some("no such object")),
    ]);
    let key_values = key_values(&replay);
    for expected in [
        StoreStatus::Ready,
        StoreStatus::Pending,
        StoreStatus::Failed("no such object".into()),
    ] {
        let state = key_values.describe(STORE).await.expect("an answer");
        let version = "KV1".to_owned();
        assert_eq!(
            state,
            Some(StoreState {
                version,
                status: expected,
                changed_at: Timestamp::from_second(1_767_225_700).ok(),
            })
        );
    }
    let sent = &replay.requests().await[0];
    assert_eq!(
        (sent.method.as_str(), sent.host.as_str(), sent.path.as_str()),
        ("GET", "123456789012.cloudfront-kvs.global.api.aws", PATH)
    );
}

#[tokio::test]
async fn every_page_of_entries_is_read_and_no_value_is_printed() {
    let page = |key: &str, next: Option<&str>| {
        let mut page = json!({"Items": [{"Key": key, "Value": "canary-0123456789"}]});
        if let Some(next) = next {
            page["NextToken"] = next.into();
        }
        Answer::json(200, &page.to_string())
    };
    let replay = Replay::of([page("op.a", Some("n")), page("tk.1", None)]);
    let entries = key_values(&replay).entries(STORE).await;
    assert!(!format!("{entries:?}").contains("canary"), "{entries:?}");
    let entries = entries.expect("an answer").expect("a store");
    assert_eq!(entries.keys().collect::<Vec<_>>(), ["op.a", "tk.1"]);
    assert_eq!(entries["tk.1"].expose_secret(), "canary-0123456789");
    let sent = replay.requests().await;
    assert_eq!(sent[0].path, format!("{PATH}/keys"));
    assert_eq!(sent[0].query["MaxResults"], "50");
    assert_eq!(sent[1].query["NextToken"], "n");
}

#[tokio::test]
async fn an_absent_store_is_none() {
    let absent = || refusal(404, "ResourceNotFoundException", "not found");
    let replay = Replay::of([absent(), absent()]);
    let key_values = key_values(&replay);
    assert_eq!(key_values.describe(STORE).await, Ok(None));
    assert!(matches!(key_values.entries(STORE).await, Ok(None)));
    replay.requests().await;
}

#[tokio::test]
async fn an_update_is_conditional_and_signed_for_every_region() {
    let replay = Replay::of([
        Answer::json(200, r#"{"ItemCount":1,"TotalSizeInBytes":1}"#).header("etag", "KV2")
    ]);
    let version = key_values(&replay).update(STORE, "KV1", &update()).await;
    assert_eq!(version, Ok("KV2".to_owned()));
    let sent = replay.only_request().await;
    assert_eq!(sent.method, "POST");
    assert_eq!(sent.headers["if-match"], "KV1");
    assert_eq!(sent.headers["x-amz-region-set"], "*");
    assert!(
        sent.headers["authorization"].starts_with("AWS4-ECDSA-P256-SHA256 ")
            && sent.headers["authorization"].contains("/cloudfront-keyvaluestore/"),
        "{:?}",
        sent.headers
    );
    let body: Value = serde_json::from_str(&sent.body).expect("JSON");
    assert_eq!(
        body,
        json!({
            "Puts": [{"Key": "tk.2", "Value": "canary-0123456789"}],
            "Deletes": [{"Key": "tk.1"}],
        })
    );
}

#[tokio::test]
async fn an_empty_side_of_an_update_is_not_sent() {
    let replay = Replay::of([
        Answer::json(200, r#"{"ItemCount":1,"TotalSizeInBytes":1}"#).header("etag", "KV2")
    ]);
    let only_puts = StoreUpdate {
        removals: [].into(),
        ..update()
    };
    key_values(&replay)
        .update(STORE, "KV1", &only_puts)
        .await
        .expect("an answer");
    let body: Value = serde_json::from_str(&replay.only_request().await.body).expect("JSON");
    assert!(body.get("Deletes").is_none(), "{body}");
}

#[tokio::test]
async fn a_lost_race_is_a_conflict_and_a_refusal_never_repeats_a_value() {
    let replay = Replay::of([
        refusal(409, "ConflictException", "the version is another"),
        refusal(412, "PreconditionFailed", ""),
        refusal(400, "ValidationException", "canary-0123456789 is too long"),
    ]);
    let key_values = key_values(&replay);
    for _ in 0..2 {
        let error = key_values.update(STORE, "KV1", &update()).await;
        assert_eq!(error.expect_err("a conflict").kind, ErrorKind::Conflict);
    }
    let error = key_values.update(STORE, "KV1", &update()).await;
    assert_eq!(
        error.expect_err("refused").message,
        "ValidationException (its message repeats a secret and is left out)"
    );
    replay.requests().await;
}

#[tokio::test]
async fn the_local_cloud_is_reached_at_its_own_address() {
    let replay = Replay::of([described("READY", None)]);
    let local = replay
        .config()
        .into_builder()
        .endpoint_url("http://127.0.0.1:4566/")
        .build();
    let key_values = KeyValueStore::new(&local, None);
    key_values.describe(STORE).await.expect("an answer");
    let sent = replay.only_request().await;
    assert_eq!(
        (sent.host.as_str(), sent.path.as_str()),
        ("127.0.0.1:4566", PATH)
    );
    assert!(sent.headers["authorization"].contains("/cloudfront-keyvaluestore/"));
}
