//! What stands in the log after requests of every kind: ids, codes, routes; nobody's name, number, token or words.

use qdn_runtime::log::{self, Kept};
use qdn_shared::api::samples;
use qdn_shared::operator::OperatorScope;
use qdn_shared::route::{ROUTES, RouteName};
use serde_json::{Value, json};

use crate::scene::{CUSTOMER, OURS, Scene, operator_key, received};

const SID: &str = "SM00112233445566778899aabbccddeeff";

fn last(log: &Kept) -> Value {
    serde_json::from_str(log.text().lines().last().unwrap()).unwrap()
}

#[tokio::test]
async fn nobody_and_no_secret_is_in_the_log() {
    let lines = log::kept();
    let scene = Scene::default();
    let id = scene.job_after(3).await;
    let token = scene.token(&id);
    scene
        .carrier
        .has(received(SID, CUSTOMER, OURS, "my gate code is 4711"));
    let form = json!({ "MessageSid": SID });
    let keys: Vec<_> = OperatorScope::ALL
        .iter()
        .map(|scope| operator_key(*scope))
        .collect();
    for broken in [false, true] {
        scene.secrets.broken.set(broken);
        scene.store.broken.set(broken);
        scene.carrier.broken.set(broken);
        scene.clock.pass(400);
        for route in ROUTES {
            let ask = match route.name {
                RouteName::Track | RouteName::Rate => {
                    scene.ask_sample(route.name, &[]).bearer(&token)
                }
                RouteName::CarrierStatus => scene.ask_status(&format!("{id}-1")).form(&form),
                RouteName::CarrierInbound => scene.ask_inbound().form(&form),
                _ => scene.ask_sample(route.name, &[&id]),
            };
            ask.clone().query(&format!("secret={token}")).send().await;
            ask.clone()
                .json(
                    &json!({ "customer": { "name": "[Ana]", "phones": ["+1"] }, "text": "\u{0}" }),
                )
                .send()
                .await;
            ask.send().await;
        }
    }
    let log = lines.text();
    assert!(log.lines().count() > 90, "{log}");
    let secrets = [
        "Ana",
        "Ruiz",
        "Sam",
        "Elm",
        "4711",
        "2025550",
        "jobToken",
        "Bearer",
        "/api/jobs/0",
        "stand-in-secret",
    ];
    let words = samples::requests(RouteName::SendMessage).remove(0).1["text"].to_string();
    for secret in secrets
        .iter()
        .copied()
        .chain([token.as_str(), words.as_str()])
    {
        assert!(!log.contains(secret), "{secret} in:\n{log}");
    }
    // The job, by its id, where the route has one: never anything else of the path.
    let lines = log.lines().map(|line| serde_json::from_str(line).unwrap());
    for line in lines.filter(|line: &Value| line["message"] == "answered") {
        let names_one = line["route"].as_str().unwrap().contains("{jobId}");
        let expected = if names_one { json!(id) } else { Value::Null };
        assert_eq!(line["jobId"], expected, "{line}");
        let mut rest = line.clone();
        rest["jobId"].take();
        assert!(!rest.to_string().contains(&id), "{line}");
    }
    for key in keys {
        assert!(!log.contains(key.split_once('.').unwrap().1));
    }
}

#[tokio::test]
async fn a_failure_is_logged_by_its_code_on_the_line_of_its_answer() {
    let lines = log::kept();
    let scene = Scene::default();
    let id = scene.job().await;
    let get = || scene.ask(RouteName::GetJob, &[&id]).send();
    scene.store.broken.set(true);
    assert_eq!(get().await.status, 503);
    let line = last(&lines);
    assert_eq!(line["level"], "ERROR");
    assert_eq!(line["route"], "/api/jobs/{jobId}");
    assert_eq!(line["status"], 503);
    insta::assert_snapshot!(line["cause"].as_str().unwrap(), @"GetItem of the table failed: InternalServerError");

    let scene = Scene::default();
    scene.secrets.broken.set(true);
    assert_eq!(scene.ask(RouteName::ListJobs, &[]).send().await.status, 503);
    insta::assert_snapshot!(last(&lines)["cause"].as_str().unwrap(), @"secret `operators` could not be read: AccessDeniedException");
}
