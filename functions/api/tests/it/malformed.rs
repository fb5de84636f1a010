//! Requests of which something is not as it has to be: what people are told.

use qdn_shared::route::RouteName;
use serde_json::json;

use crate::scene::Scene;

#[tokio::test]
async fn an_id_that_can_be_nobodys_is_told_so() {
    let scene = Scene::default();
    let mut lines = Vec::new();
    for id in [
        "",
        "..",
        "7K3M9QX2%2F..",
        "7k3m9qx2",
        "%FF",
        "%00",
        "7K3M9QX2%20",
        "7K3M9QX2-1",
    ] {
        let answered = scene.ask(RouteName::GetJob, &[id]).send().await;
        lines.push(format!("{id}: {}", answered.told()));
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    : 404 Not found
    ..: 404 Not found
      {"parameter":"jobId","detail":"not a job id, expected 8 digits and capital letters without I, L, O, U"}
    7K3M9QX2%2F..: 404 Not found
      {"parameter":"jobId","detail":"not a job id, expected 8 digits and capital letters without I, L, O, U"}
    7k3m9qx2: 404 Not found
      {"parameter":"jobId","detail":"not a job id, expected 8 digits and capital letters without I, L, O, U"}
    %FF: 404 Not found
      {"parameter":"jobId","detail":"is not UTF-8 text"}
    %00: 404 Not found
      {"parameter":"jobId","detail":"not a job id, expected 8 digits and capital letters without I, L, O, U"}
    7K3M9QX2%20: 404 Not found
      {"parameter":"jobId","detail":"not a job id, expected 8 digits and capital letters without I, L, O, U"}
    7K3M9QX2-1: 404 Not found
      {"parameter":"jobId","detail":"not a job id, expected 8 digits and capital letters without I, L, O, U"}
    "#);
}

#[tokio::test]
async fn repeated_and_odd_headers_are_named() {
    let scene = Scene::default();
    let id = scene.job().await;
    let ask = || scene.ask_sample(RouteName::SendMessage, &[&id]);
    let asks = [
        ask()
            .header("idempotency-key", "a")
            .header("idempotency-key", "a"),
        ask().header("idempotency-key", "x".repeat(256)),
        ask().header("idempotency-key", "a b"),
        ask().header("idempotency-key", [0xff]),
        scene
            .ask(RouteName::SetCharge, &[&id])
            .header("if-match", "\"1\"")
            .header("if-match", "\"1\"")
            .json(&json!({ "amount": -1, "currency": "" })),
        ask().header("content-type", "application/json"),
        ask().header("content-encoding", "gzip"),
        ask().body("application/json; charset=latin-1", "{}"),
        ask().body("application/json; charset=UTF-8", [b'"', 0xff, b'"']),
    ];
    let mut lines = Vec::new();
    for ask in asks {
        lines.push(ask.send().await.told());
    }
    insta::assert_snapshot!(lines.join("\n"), @r##"
        400 Invalid request
          {"header":"Idempotency-Key","detail":"must not be repeated"}
        400 Invalid request
          {"header":"Idempotency-Key","detail":"expected 1 to 255 visible ASCII characters"}
        400 Invalid request
          {"header":"Idempotency-Key","detail":"expected 1 to 255 visible ASCII characters"}
        400 Invalid request
          {"header":"Idempotency-Key","detail":"must be plain ASCII text"}
        400 Invalid request
          {"header":"If-Match","detail":"must not be repeated"}
          {"pointer":"#/currency","detail":"the currency has to be three capital letters, like `USD`"}
          {"pointer":"#/amount","detail":"the amount has to be from 0 to 999999999999 minor units (cents)"}
        415 Unsupported content type: expected `content-type: application/json` and no content encoding
        415 Unsupported content type: expected `content-type: application/json` and no content encoding
        415 Unsupported content type: expected `content-type: application/json` and no content encoding
        400 Invalid request
          {"pointer":"#","detail":"is not JSON at line 1, column 2"}
        "##);
    assert_eq!(scene.store.memory.messages().len(), 1);
}
