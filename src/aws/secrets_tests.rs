//! What is sent to Secrets Manager, and what becomes of its answers.

use serde_json::json;

use super::*;
use crate::aws::replay::{Answer, Replay, Sent};
use crate::ports::ErrorKind;

const TOKEN: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

fn secrets(replay: &Replay) -> SecretsManager {
    SecretsManager::new(&replay.config(), None)
}

fn refusal(code: &str, message: &str) -> Answer {
    Answer::json(
        400,
        &json!({"__type": code, "message": message}).to_string(),
    )
}

fn operation(sent: &Sent) -> (&str, Value) {
    let target = sent.headers["x-amz-target"].strip_prefix("secretsmanager.");
    (
        target.expect("an operation of Secrets Manager"),
        serde_json::from_str(&sent.body).expect("JSON"),
    )
}

fn carrier() -> NewSecret {
    NewSecret {
        name: "qdn-prod/carrier".into(),
        description: "Credentials",
        text: r#"{"TWILIO_API_KEY_SECRET":"canary-0123456789"}"#.into(),
        token: TOKEN.into(),
        tags: [("qdn:fingerprint".to_owned(), "ab".to_owned())].into(),
    }
}

#[tokio::test]
async fn a_secret_is_described_with_tags_and_labelled_versions() {
    let replay = Replay::of([Answer::json(
        200,
        &json!({
            "Name": "qdn-prod/carrier",
            "Tags": [{"Key": "qdn:fingerprint", "Value": "ab"}, {"Key": "project", "Value": "quickdumpnow"}],
            "VersionIdsToStages": {"v2": ["AWSCURRENT"], "v1": ["AWSPREVIOUS"]},
        })
        .to_string(),
    )]);
    let state = secrets(&replay).describe("qdn-prod/carrier").await;
    let expected = SecretState {
        tags: [("project", "quickdumpnow"), ("qdn:fingerprint", "ab")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into(),
        current: Some("v2".into()),
        previous: Some("v1".into()),
        scheduled_for_deletion: false,
    };
    assert_eq!(state, Ok(Some(expected)));
    let sent = replay.only_request().await;
    assert_eq!(sent.host, "secretsmanager.us-east-1.amazonaws.com");
    assert_eq!(
        operation(&sent),
        ("DescribeSecret", json!({"SecretId": "qdn-prod/carrier"}))
    );
}

#[tokio::test]
async fn a_scheduled_deletion_is_told() {
    let replay = Replay::of([Answer::json(200, r#"{"DeletedDate": 1767225600}"#)]);
    let state = secrets(&replay).describe("qdn-prod/keys").await;
    assert!(matches!(state, Ok(Some(state)) if state.scheduled_for_deletion));
}

#[tokio::test]
async fn an_absent_secret_is_none_and_deleted_already() {
    let absent = || {
        refusal(
            "ResourceNotFoundException",
            "Secrets Manager can't find it.",
        )
    };
    let replay = Replay::of([absent(), absent(), absent()]);
    let secrets = secrets(&replay);
    assert_eq!(secrets.describe("qdn-prod/keys").await, Ok(None));
    assert!(matches!(secrets.value("qdn-prod/keys").await, Ok(None)));
    assert_eq!(secrets.delete("qdn-prod/keys", Deletion::Now).await, Ok(()));
    replay.requests().await;
}

#[tokio::test]
async fn a_secret_scheduled_for_deletion_has_no_value_and_is_deleted_already() {
    let refused = |words: &str| {
        refusal(
            "InvalidRequestException",
            &format!("You can't perform this operation on the secret because it was {words}."),
        )
    };
    let replay = Replay::of([
        refused("marked for deletion"),
        refused("already scheduled for deletion"),
        refused("made by another service"),
    ]);
    let secrets = secrets(&replay);
    assert!(matches!(secrets.value("qdn-prod/keys").await, Ok(None)));
    let after = Deletion::AfterDays(30);
    assert_eq!(secrets.delete("qdn-prod/keys", after).await, Ok(()));
    assert!(secrets.delete("qdn-prod/keys", after).await.is_err());
    replay.requests().await;
}

#[tokio::test]
async fn a_value_is_read_and_not_printed() {
    let replay = Replay::of([Answer::json(
        200,
        r#"{"SecretString": "canary-0123456789"}"#,
    )]);
    let value = secrets(&replay).value("qdn-prod/keys").await;
    assert!(!format!("{value:?}").contains("canary"), "{value:?}");
    let value = value.expect("an answer").expect("a value");
    assert_eq!(value.expose_secret(), "canary-0123456789");
}

#[tokio::test]
async fn creation_carries_token_and_tags_and_names_no_key() {
    let replay = Replay::of([Answer::json(200, r#"{"VersionId": "v1"}"#)]);
    secrets(&replay).create(&carrier()).await.expect("made");
    let sent = replay.only_request().await;
    assert_eq!(
        operation(&sent),
        (
            "CreateSecret",
            json!({
                "Name": "qdn-prod/carrier",
                "Description": "Credentials",
                "ClientRequestToken": TOKEN,
                "SecretString": r#"{"TWILIO_API_KEY_SECRET":"canary-0123456789"}"#,
                "Tags": [{"Key": "qdn:fingerprint", "Value": "ab"}],
            })
        )
    );
}

#[tokio::test]
async fn a_new_version_is_put_under_its_token_and_tags_follow() {
    let replay = Replay::of([Answer::json(200, "{}"), Answer::json(200, "{}")]);
    let secrets = secrets(&replay);
    let text = SecretString::from("{}");
    secrets
        .put("qdn-prod/carrier", TOKEN, &text)
        .await
        .expect("put");
    secrets
        .tag("qdn-prod/carrier", &carrier().tags)
        .await
        .expect("tagged");
    let sent = replay.requests().await;
    assert_eq!(
        operation(&sent[0]),
        (
            "PutSecretValue",
            json!({"SecretId": "qdn-prod/carrier", "ClientRequestToken": TOKEN, "SecretString": "{}"})
        )
    );
    assert_eq!(
        operation(&sent[1]),
        (
            "TagResource",
            json!({"SecretId": "qdn-prod/carrier", "Tags": [{"Key": "qdn:fingerprint", "Value": "ab"}]})
        )
    );
}

#[tokio::test]
async fn deletions_say_whether_they_can_be_taken_back() {
    let replay = Replay::of([
        Answer::json(200, "{}"),
        Answer::json(200, "{}"),
        Answer::json(200, "{}"),
    ]);
    let secrets = secrets(&replay);
    secrets.delete("s", Deletion::Now).await.expect("deleted");
    secrets
        .delete("s", Deletion::AfterDays(30))
        .await
        .expect("scheduled");
    secrets.restore("s").await.expect("restored");
    let sent: Vec<_> = replay.requests().await;
    let sent: Vec<_> = sent.iter().map(operation).collect();
    assert_eq!(
        sent,
        [
            (
                "DeleteSecret",
                json!({"SecretId": "s", "ForceDeleteWithoutRecovery": true})
            ),
            (
                "DeleteSecret",
                json!({"SecretId": "s", "RecoveryWindowInDays": 30})
            ),
            ("RestoreSecret", json!({"SecretId": "s"})),
        ]
    );
}

#[tokio::test]
async fn a_refusal_never_repeats_the_secret() {
    let replay = Replay::of([
        refusal(
            "InvalidParameterException",
            "1 validation error detected: Value 'canary-0123456789' failed to satisfy constraint",
        ),
        refusal("ResourceExistsException", "the secret already exists"),
    ]);
    let secrets = secrets(&replay);
    let error = secrets.create(&carrier()).await.expect_err("refused");
    assert_eq!(
        error.to_string(),
        "Secrets Manager CreateSecret of qdn-prod/carrier: InvalidParameterException (its message repeats a \
         secret and is left out)"
    );
    let error = secrets.create(&carrier()).await.expect_err("it exists");
    assert_eq!(error.kind, ErrorKind::Conflict);
    replay.requests().await;
}
