//! How log lines read. Test code only.

use qdn_shared::package::FunctionName;

use super::*;

fn line(function: FunctionName, at: &str, text: &str) -> LogLine {
    LogLine {
        id: format!("{function} {at}"),
        at: at.parse().unwrap(),
        function,
        text: text.to_owned(),
        object: serde_json::from_str(text).ok(),
    }
}

fn lines() -> Vec<LogLine> {
    let (api, relay, upkeep) = (FunctionName::Api, FunctionName::Relay, FunctionName::Upkeep);
    vec![
        line(
            api,
            "2026-11-26T23:59:58.120Z",
            r#"{"level":"INFO","requestId":"8b1f7a52-2f0e-4c6e-9f57-0123456789ab","gatewayRequestId":"g","method":"POST","route":"/api/jobs","status":201,"milliseconds":45,"message":"answered","target":"qdn_api::log"}"#,
        ),
        line(
            api,
            "2026-11-26T23:59:58.121Z",
            r#"{"type":"platform.report","record":{"requestId":"8b1f7a52","status":"success"}}"#,
        ),
        line(
            api,
            "2026-11-26T23:59:59Z",
            r#"{"level":"ERROR","requestId":"9c","method":"GET","route":"/api/jobs/{jobId}","status":503,"milliseconds":12,"cause":"GetItem of the table failed: InternalServerError","message":"answered"}"#,
        ),
        line(
            relay,
            "2026-11-27T00:00:00.500Z",
            r#"{"level":"WARN","messageId":"7K3M9QX2-1","code":21610,"message":"a message reached nobody","span":{"requestId":"6a0b1c2d-0000","name":"invocation"}}"#,
        ),
        line(
            relay,
            "2026-11-27T00:00:00.600Z",
            r#"{"_aws":{},"Stack":"qdn-staging","MessagesFailed":1}"#,
        ),
        line(
            relay,
            "2026-11-27T00:01:00Z",
            r#"{"type":"platform.report","record":{"requestId":"6a0b1c2d-0000","status":"timeout","metrics":{"durationMs":60000}}}"#,
        ),
        line(
            upkeep,
            "2026-11-27T00:01:01Z",
            r#"{"level":"INFO","messages":3,"failed":0,"message":"ran"}"#,
        ),
        line(upkeep, "2026-11-27T00:01:02Z", "not JSON\u{1b}[31m at all"),
    ]
}

#[test]
fn people_read_what_happened() {
    let mut printer = LogPrinter::new(Style::default());
    let text: String = lines().iter().map(|line| printer.human(line)).collect();
    insta::assert_snapshot!(text, @r"
    2026-11-26 UTC
    23:59:58.120  api     INFO    answered  POST /api/jobs 201 in 45 ms  8b1f7a52
    23:59:59.000  api     ERROR   answered  GET /api/jobs/{jobId} 503 in 12 ms  GetItem of the table failed: InternalServerError  9c
    2026-11-27 UTC
    00:00:00.500  relay   WARN    a message reached nobody  code=21610  messageId=7K3M9QX2-1  6a0b1c2d
    00:01:00.000  relay   FAILED  invocation timeout after 60000 ms  6a0b1c2d
    00:01:01.000  upkeep  INFO    ran  failed=0  messages=3
    00:01:02.000  upkeep          not JSON\u{1b}[31m at all
    ");
    assert_eq!(printer.left_out(), 2);
}

#[test]
fn colour_changes_nothing_but_colour() {
    let told = |color| {
        let mut printer = LogPrinter::new(Style { color, width: 80 });
        lines()
            .iter()
            .map(|line| printer.human(line))
            .collect::<String>()
    };
    let colored = told(true);
    assert!(colored.contains("\u{1b}[31;1mERROR") || colored.contains("\u{1b}[1;31mERROR"));
    let mut plain = String::new();
    let mut inside = false;
    for c in colored.chars() {
        match c {
            '\u{1b}' => inside = true,
            'm' if inside => inside = false,
            _ if inside => {}
            c => plain.push(c),
        }
    }
    assert_eq!(plain, told(false));
}

#[test]
fn programs_read_every_line() {
    let text: String = lines().iter().map(log_json).collect();
    let objects: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(objects.len(), lines().len());
    assert_eq!(objects[0]["line"]["status"], 201);
    assert_eq!(objects[0]["function"], "api");
    assert_eq!(objects[0]["at"], "2026-11-26T23:59:58.12Z");
    assert_eq!(objects[7]["line"], "not JSON\u{1b}[31m at all");
}
