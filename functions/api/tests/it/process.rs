//! The program as Lambda starts it: its settings, one invocation, its log.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::runtime_interface::RuntimeInterface;

const EVENT: &str = include_str!("../events/health-from-the-dashboard.json");
const HEX: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// The program with the environment that Lambda gives every function, and nothing of this machine's.
fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_api"));
    program
        .env_clear()
        .env("AWS_LAMBDA_FUNCTION_NAME", "api")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
        .env("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/api")
        .env("AWS_LAMBDA_LOG_STREAM_NAME", "stream")
        .env("AWS_REGION", "eu-central-1")
        .env("QDN_ALLOWED_ORIGINS", "https://dashboard.quickdumpnow.com")
        .env("QDN_STACK", "qdn-test")
        .env("QDN_TABLE", "qdn-test-data")
        .env("QDN_SITE_BUCKET", "qdn-test-site")
        .env("QDN_CARRIER_SECRET", "qdn-test/carrier")
        .env("QDN_KEYS_SECRET", "qdn-test/keys")
        .env("QDN_OPERATORS_SECRET", "qdn-test/operators")
        .env("QDN_PUBLIC_URL", "https://www.quickdumpnow.com")
        .env("QDN_CARRIER_URL", "https://api.twilio.com")
        .env("QDN_CASCADE_SECONDS", "120")
        .env("QDN_SUPPORT_PHONE", "+12025550100")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    program
}

fn lines(log: &str) -> Vec<Value> {
    log.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

#[test]
fn one_invocation_is_answered_and_logged_without_anything_personal() {
    let interface = RuntimeInterface::serving(EVENT.to_owned()).unwrap();
    let mut child = program()
        .env("AWS_LAMBDA_RUNTIME_API", interface.address.to_string())
        .env("QDN_PACKAGE", format!("functions/api/{HEX}.zip"))
        .spawn()
        .unwrap();
    let answered = interface.posts.recv_timeout(Duration::from_secs(30));
    child.kill().unwrap();
    child.wait().unwrap();
    let mut log = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut log)
        .unwrap();

    let (path, body) = answered.unwrap_or_else(|error| panic!("no answer ({error}); log:\n{log}"));
    assert_eq!(
        path,
        "/2018-06-01/runtime/invocation/8476a536-e9f4-11e8-9739-2dfe598c3fcd/response"
    );
    let answer: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(answer["statusCode"], 200);
    assert_eq!(
        answer["multiValueHeaders"]["access-control-allow-origin"][0],
        "https://dashboard.quickdumpnow.com"
    );
    assert!(answer["body"].as_str().unwrap().contains(HEX));

    let lines = lines(&log);
    let [line] = lines.as_slice() else {
        panic!("one line for one answer, found:\n{log}")
    };
    assert_eq!(line["message"], "answered");
    assert_eq!(line["requestId"], "8476a536-e9f4-11e8-9739-2dfe598c3fcd");
    assert_eq!(
        line["gatewayRequestId"],
        "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
    );
    assert_eq!(line["method"], "GET");
    assert_eq!(line["route"], "/api/health");
    assert_eq!(line["status"], 200);
    for personal in [
        "198.51.100.11",
        "203.0.113.7",
        "Amazon CloudFront",
        "dashboard",
    ] {
        assert!(!log.contains(personal), "{personal} in:\n{log}");
    }
}

#[test]
fn wrong_settings_stop_the_start_and_name_the_variable() {
    for (named, value) in [
        ("QDN_ALLOWED_ORIGINS", Some("*")),
        ("QDN_PACKAGE", Some("latest.zip")),
        ("QDN_TABLE", None),
        ("QDN_SUPPORT_PHONE", Some("911")),
    ] {
        let mut program = program();
        program.env("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9");
        match value {
            Some(value) => program.env(named, value),
            None => program.env_remove(named),
        };
        let output = program.output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let lines = lines(&String::from_utf8(output.stdout).unwrap());
        let [line] = lines.as_slice() else {
            panic!("one line, found {lines:?}")
        };
        assert_eq!(line["level"], "ERROR");
        assert!(line["error"].as_str().unwrap().contains(named), "{line}");
    }
}
