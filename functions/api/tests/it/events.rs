//! Events as API Gateway sends them, through `lambda_http` and the router, to the answer that it gets back.
//! Each file in `tests/events` is one event; its snapshot is the answer.

use std::path::{Path, PathBuf};
use std::{fs, io};

use lambda_http::lambda_runtime::LambdaEvent;
use lambda_http::request::LambdaRequest;
use lambda_http::{Adapter, Context};
use qdn_api::answers::MAX_BODY_BYTES;
use qdn_api::settings::Settings;
use serde_json::{Value, json};
use tower::ServiceExt;

const PACKAGE: &str =
    "functions/api/00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff.zip";

fn settings() -> Settings {
    let origins = "https://dashboard.quickdumpnow.com,http://localhost:5173";
    let lookup = |name| {
        Some(
            if name == "QDN_PACKAGE" {
                PACKAGE
            } else {
                origins
            }
            .into(),
        )
    };
    Settings::from_lookup(lookup).expect("good settings")
}

/// What API Gateway gets back for an event, as JSON.
async fn answer(event: &str) -> Value {
    let event: LambdaRequest = serde_json::from_str(event).expect("an API Gateway event");
    let adapter = Adapter::from(qdn_api::service(settings()));
    let Ok(response) = adapter
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
