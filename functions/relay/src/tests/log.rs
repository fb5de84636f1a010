//! What stands in the log after everything that can go wrong: ids and codes; nobody's name, number, token or words.

use futures::FutureExt;
use qdn_runtime::log;
use qdn_runtime::store::{Store, Write};

use super::carrier::PostFault;
use super::faults::WriteFault;
use super::world::Scene;
use crate::stream::{Batch, handle};

#[tokio::test]
async fn nobody_and_no_secret_is_in_the_log() {
    let kept = log::kept();
    let scene = Scene::new();
    for fault in PostFault::ALL {
        for (after, struck) in [
            (9, WriteFault::ErrorBefore),
            (0, WriteFault::ErrorBefore),
            (1, WriteFault::ErrorBefore),
            (1, WriteFault::ErrorAfter),
        ] {
            let number = u8::try_from(scene.memory.messages().len()).unwrap();
            let (job, message) = scene.job(number, &["+12025550143", "+12025550199"]);
            let record = serde_json::json!({ "eventName": "INSERT", "dynamodb": {
                "Keys": { "pk": { "S": format!("T#{}", job.id()) }, "sk": { "S": "MSG#000001" } },
                "SequenceNumber": "1",
            }});
            let writes = [Write::CreateJob(job), Write::CreateMessage(message)];
            scene.memory.commit(&writes).await.unwrap();
            let batch: Batch =
                serde_json::from_value(serde_json::json!({ "Records": [record] })).unwrap();
            scene.carrier.fail_next(fault);
            scene.store.strike(after, struck);
            let deadline = jiff::Timestamp::MAX;
            let _ = handle(&scene.relay, batch, deadline).now_or_never();
            scene.store.heal();
            scene.carrier.heal();
            scene.carrier.answer_questions(number % 2 == 0);
            for _ in 0..4 {
                scene.clock.advance(400);
                for message in scene.memory.messages() {
                    if let Err(error) = scene.relay.tend(&message.id).await {
                        tracing::error!(messageId = %message.id, %error, "not handled");
                    }
                }
            }
        }
    }
    let log = kept.text();
    assert!(log.lines().count() > 30, "{log}");
    let codes = ["InternalServerError", "status 503", "messageId"];
    assert!(codes.iter().all(|code| log.contains(code)), "{log}");
    for told in [
        "2025550",
        "Ada",
        "Lovelace",
        "confirmed",
        "jobToken",
        "stand-in-secret",
        "/api/carrier",
    ] {
        assert!(!log.contains(told), "{told} in:\n{log}");
    }
    // No key stands twice on a line: who reads the last one would lose the first.
    for line in log.lines() {
        let keys = line.matches("\"message\":").count();
        assert_eq!(keys, 1, "{line}");
    }
}
