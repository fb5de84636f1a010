//! Events as API Gateway sends them, through `lambda_http` and the router, to the answer that it gets back.
//! Each file in `tests/events` is one event; its snapshot is the answer.

use std::path::{Path, PathBuf};
use std::{fs, io};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lambda_http::Context;
use lambda_http::lambda_runtime::LambdaEvent;
use lambda_http::request::LambdaRequest;
use proptest::prelude::*;
use qdn_api::answers::MAX_BODY_BYTES;
use qdn_shared::api::samples;
use qdn_shared::health::RunningPackage;
use qdn_shared::operator::OperatorScope;
use qdn_shared::route::RouteName;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::scene::{Scene, operator_key};

const PACKAGE: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// What API Gateway gets back for an event, as JSON.
async fn answer(event: &str) -> Value {
    let event: LambdaRequest = serde_json::from_str(event).expect("an API Gateway event");
    let package = RunningPackage::Known(PACKAGE.parse().expect("a digest"));
    let (_, api) = Scene::api(package);
    let origins = "https://dashboard.quickdumpnow.com,http://localhost:5173";
    let events = qdn_api::events(api, origins.parse().expect("origins"));
    let Ok(response) = events
        .oneshot(LambdaEvent::new(event, Context::default()))
        .await;
    serde_json::to_value(response).expect("an answer in JSON")
}

fn events() -> io::Result<Vec<PathBuf>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/events");
    let mut files: Vec<_> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    Ok(files)
}

#[tokio::test]
async fn each_event_has_its_answer() {
    let files = events().unwrap();
    assert!(files.len() > 15, "the events are there");
    for file in files {
        let name = file.file_stem().unwrap().to_str().unwrap();
        let answer = answer(&fs::read_to_string(&file).unwrap()).await;
        // The order of keys depends on which crates are built together.
        insta::with_settings!({sort_maps => true}, {
            insta::assert_json_snapshot!(name, answer);
        });
    }
}

#[tokio::test]
async fn the_name_of_the_stage_never_matters() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/events/health.json");
    let mut event: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let expected = answer(&event.to_string()).await;
    assert_eq!(expected["statusCode"], 200);
    for stage in [
        json!("v1"),
        json!("api"),
        json!("health"),
        json!("$default"),
        json!("prod_2"),
        Value::Null,
    ] {
        event["requestContext"]["stage"] = stage.clone();
        assert_eq!(answer(&event.to_string()).await, expected, "{stage}");
    }
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_whatever_its_encoding() {
    let size = usize::try_from(MAX_BODY_BYTES).unwrap() + 3;
    let text = "x".repeat(size);
    // The base64 of zero bytes: four letters for each three.
    let encoded = "A".repeat(size.div_ceil(3) * 4);
    for (body, is_encoded) in [(text, false), (encoded, true)] {
        let event = json!({
            "path": "/api/health", "httpMethod": "GET", "requestContext": { "httpMethod": "GET" },
            "body": body, "isBase64Encoded": is_encoded,
        });
        assert_eq!(
            answer(&event.to_string()).await["statusCode"],
            413,
            "base64: {is_encoded}"
        );
    }
}

#[test]
fn what_is_no_api_gateway_event_is_refused() {
    for event in [
        "{}",
        "[]",
        r#"{"Records":[]}"#,
        r#"{"version":"2.0","rawPath":"/api/health"}"#,
    ] {
        assert!(
            serde_json::from_str::<LambdaRequest>(event).is_err(),
            "{event}"
        );
    }
}

/// An event of API Gateway's that creates the job of the samples.
fn creation() -> Value {
    let key = operator_key(OperatorScope::Jobs);
    let body = samples::requests(RouteName::CreateJob).remove(0).1;
    json!({
        "resource": "/api/jobs",
        "path": "/api/jobs",
        "httpMethod": "POST",
        "headers": { "Host": "api.example.com", "Content-Type": "application/json", "Authorization": format!("Bearer {key}") },
        "multiValueHeaders": {
            "Host": ["api.example.com"],
            "Content-Type": ["application/json"],
            "Authorization": [format!("Bearer {key}")],
        },
        "queryStringParameters": null,
        "multiValueQueryStringParameters": null,
        "pathParameters": null,
        "requestContext": { "httpMethod": "POST", "stage": "v1", "path": "/v1/api/jobs" },
        "body": body.to_string(),
        "isBase64Encoded": false,
    })
}

async fn status(event: &Value) -> Value {
    answer(&event.to_string()).await["statusCode"].clone()
}

#[tokio::test]
async fn a_body_is_the_same_in_base64() {
    let mut event = creation();
    let created = answer(&event.to_string()).await;
    assert_eq!(created["statusCode"], 201, "{created}");
    assert_eq!(created["isBase64Encoded"], false);
    event["body"] = STANDARD.encode(event["body"].as_str().unwrap()).into();
    event["isBase64Encoded"] = true.into();
    assert_eq!(answer(&event.to_string()).await, created);
    // A body that is no base64 is no body, and not the end of the function.
    event["body"] = "{".into();
    assert_eq!(status(&event).await, 400);
}

#[tokio::test]
async fn every_value_of_a_repeated_header_and_parameter_is_seen() {
    let mut event = creation();
    let authorization = event["headers"]["Authorization"].clone();
    event["multiValueHeaders"]["Authorization"] = json!([authorization, authorization]);
    assert_eq!(status(&event).await, 401);

    let mut event = creation();
    event["headers"]["Idempotency-Key"] = json!("b");
    event["multiValueHeaders"]["Idempotency-Key"] = json!(["a", "b"]);
    assert_eq!(status(&event).await, 400);

    let mut event = creation();
    event["httpMethod"] = json!("GET");
    event["queryStringParameters"] = json!({ "limit": "1" });
    event["multiValueQueryStringParameters"] = json!({ "limit": ["1"] });
    assert_eq!(status(&event).await, 200);
    event["multiValueQueryStringParameters"] = json!({ "limit": ["1", "1"] });
    assert_eq!(status(&event).await, 400);
}

#[tokio::test]
async fn events_of_the_test_console_and_other_bare_ones_are_served() {
    // The console sends no headers unless somebody types them; then there are no lists of values.
    let mut event = creation();
    event.as_object_mut().unwrap().remove("multiValueHeaders");
    assert_eq!(status(&event).await, 201);
    event["multiValueHeaders"] = Value::Null;
    event["requestContext"] = json!({
        "httpMethod": "POST", "stage": "test-invoke-stage", "requestId": "test-invoke-request",
        "identity": { "sourceIp": "test-invoke-source-ip" }, "domainName": "testPrefix.testDomainName",
    });
    assert_eq!(status(&event).await, 201);
    event["headers"] = Value::Null;
    assert_eq!(status(&event).await, 401);
    event["body"] = Value::Null;
    assert_eq!(status(&event).await, 401);
}

#[tokio::test]
async fn odd_hosts_and_paths_are_no_end_of_the_function() {
    for host in ["", "a b", "host:99999", "[::", "é"] {
        let mut event = creation();
        event["headers"]["Host"] = json!(host);
        event["multiValueHeaders"]["Host"] = json!([host]);
        event["requestContext"]["domainName"] = json!(host);
        assert_eq!(status(&event).await, 201, "{host}");
    }
    for path in [
        "",
        ":",
        "api/jobs/x",
        "/api/jobs/7K3 M9QX",
        "/api/jobs/7K3/M9QX2",
        "/api/jobs/..",
        "/api/jobs/é",
        "/api/jobs/%",
        "/api/jobs/%zz",
        "//",
        "/api/jobs/a?b",
        "/api/jobs/a#b",
        "/api/jobs/\\",
        "/api/jobs/\u{0}",
    ] {
        let mut event = creation();
        event["path"] = json!(path);
        event["httpMethod"] = json!("GET");
        assert_eq!(status(&event).await, 404, "{path}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_event_ends_the_function(path in "\\PC{0,20}", host in "\\PC{0,12}", body in "\\PC{0,20}", encoded: bool) {
        let mut event = creation();
        event["path"] = path.into();
        event["requestContext"]["domainName"] = host.clone().into();
        event["body"] = body.into();
        event["isBase64Encoded"] = encoded.into();
        if http::HeaderValue::from_str(&host).is_ok() {
            event["headers"]["Host"] = host.into();
        }
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let status = runtime.block_on(status(&event)).as_u64().unwrap();
        prop_assert!((200..500).contains(&status), "{}", event);
    }
}
