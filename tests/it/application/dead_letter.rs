//! A record of the stream that cannot be worked on at all: it goes out of the way, into the queue of dead letters,
//! and its message is sent from the table.
//!
//! The emulator gives up a batch by its age alone, and only when the function fails as a whole; it neither counts
//! retries nor bisects nor reads partial failures. Those are tested on `relay` itself.

use std::time::{Duration, Instant};

use aws_sdk_lambda::Client;
use aws_sdk_lambda::types::Environment;
use serde_json::{Value, json};

use super::town::{PATIENCE, Town};

const RELAY: &str = "qdn-local-relay";
const PHONE: &str = "+15005550154";

pub async fn a_dead_letter_stays_due_and_upkeep_sends_it(town: &Town) {
    let lambda = Client::new(&town.sdk());
    let (mapping, oldest) = mapping(&lambda).await;
    let configuration = lambda
        .get_function_configuration()
        .function_name(RELAY)
        .send()
        .await
        .unwrap();
    let variables = configuration.environment().unwrap().variables().unwrap();
    let set = |variables: Option<std::collections::HashMap<String, String>>| {
        lambda
            .update_function_configuration()
            .function_name(RELAY)
            .environment(Environment::builder().set_variables(variables).build())
            .send()
    };
    // Without its settings the function does not even start.
    set(None).await.unwrap();
    give_up_after(&lambda, &mapping, 1).await;
    // Nor can the schedule send it before we looked.
    let busy = json!({ "effect": "tooManyRequests", "times": 50, "to": PHONE });
    town.behave(json!({ "next": [busy] })).await;

    let job = town.job(&[PHONE]).await;
    let letter = letter(town).await;
    assert_eq!(
        letter["requestContext"]["condition"],
        "MaxRecordAgeExceeded"
    );
    assert!(
        letter["DDBStreamBatchInfo"]["batchSize"].as_u64() > Some(0),
        "{letter}"
    );
    // A pointer, nothing that a person wrote.
    for told in [PHONE, "Ada", "confirmed"] {
        assert!(!letter.to_string().contains(told), "{letter}");
    }
    assert_eq!(town.first(&job, |_| true).await["delivery"], "pending");
    assert!(town.carried(PHONE).await.is_empty());

    town.behave(json!({ "next": [] })).await;
    set(Some(variables.clone())).await.unwrap();
    give_up_after(&lambda, &mapping, oldest).await;
    town.upkeep_until_sent(&job).await;
    assert_eq!(town.carried(PHONE).await.len(), 1);
}

/// What feeds `relay`, and after how many seconds it gives a record up.
async fn mapping(lambda: &Client) -> (String, i32) {
    let listed = lambda
        .list_event_source_mappings()
        .function_name(RELAY)
        .send()
        .await
        .unwrap();
    let [mapping] = listed.event_source_mappings() else {
        panic!("{listed:?}");
    };
    (
        mapping.uuid().unwrap().to_owned(),
        mapping.maximum_record_age_in_seconds().unwrap(),
    )
}

async fn give_up_after(lambda: &Client, mapping: &str, seconds: i32) {
    lambda
        .update_event_source_mapping()
        .uuid(mapping)
        .maximum_record_age_in_seconds(seconds)
        .send()
        .await
        .unwrap();
}

/// The next letter in the queue, taken out of it.
async fn letter(town: &Town) -> Value {
    let began = Instant::now();
    loop {
        let queue = format!("{}/000000000000/qdn-local-dead-letters", town.endpoint);
        let asked = town.http.post(queue).form(&[
            ("Action", "ReceiveMessage"),
            ("Version", "2012-11-05"),
            ("VisibilityTimeout", "600"),
        ]);
        let answer = asked.send().await.unwrap().text().await.unwrap();
        if let Some((_, rest)) = answer.split_once("<Body>") {
            let (body, _) = rest.split_once("</Body>").unwrap();
            let body = body.replace("&quot;", "\"").replace("&amp;", "&");
            return serde_json::from_str(&body).unwrap();
        }
        assert!(began.elapsed() < PATIENCE, "{answer}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
