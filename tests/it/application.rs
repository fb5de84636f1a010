//! The application on the local cloud and the local carrier, as operators and customers meet it: a whole job, and
//! every way in which a text can go wrong. Part of the end-to-end test, on the stack that it applied.

mod dead_letter;
mod edge;
mod maintenance;
mod town;
mod webhook;

use qdn_runtime::store::contract;
use qdn_runtime::store::dynamo::DynamoStore;
use qdn_shared::mac::{self, CallbackRoute};
use qdn_shared::ring::SigningKeys;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use self::town::is;
pub use self::town::{Town, sdk};
use crate::checkout::{Checkout, Ran};
use crate::leaks;

pub fn it_works(checkout: &Checkout, first_apply: &Ran, processes: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let line = checkout.run(
        &[
            "keys",
            "operator",
            "new",
            "--name",
            "end-to-end",
            "--scope",
            "jobs,messages,maintenance",
        ],
        0,
    );
    let town = Town {
        http: Client::builder().no_proxy().build().unwrap(),
        front: checkout.address("front"),
        endpoint: checkout.address("endpoint"),
        carrier: checkout.address("inbox"),
        key: line.out.trim().to_owned(),
    };
    // First, while the table has no jobs: the contract lists all there are.
    runtime.block_on(the_table_keeps_the_contract(&town));
    let job = a_demo_is_played(checkout);
    runtime.block_on(async {
        the_demos_texts_have_their_sids(&town, &job).await;
        a_text_that_cannot_be_delivered_goes_to_the_next_number(&town).await;
        who_opted_out_gets_nothing_more(&town).await;
        too_many_requests_are_waited_out(&town).await;
        a_lost_answer_is_found_out(&town).await;
        a_reply_reaches_the_operators_lines(&town).await;
        webhook::Number::of(checkout, &town)
            .comes_back(checkout)
            .await;
        an_outage_is_survived(&town).await;
        dead_letter::a_dead_letter_stays_due_and_upkeep_sends_it(&town).await;
        maintenance::it_is_not_overwritten(&town).await;
        edge::the_page_opens_for_its_customer_alone(checkout, &town).await;
        edge::the_data_opens_for_a_key_alone(&town).await;
    });
    maintenance::seed_and_people_change_it(checkout, &town, &runtime);
    edge::the_page_works_in_a_browser(&town);
    leaks::none_got_out(checkout, &town, &runtime, first_apply, processes);
}

/// Five texts, each as the carrier has it, and the job is rated.
fn a_demo_is_played(checkout: &Checkout) -> String {
    let ran = checkout.run(&["local", "demo", "--rate", "5"], 0);
    for text in [
        "Your job is confirmed. ID: ",
        "is on the way. ETA: ",
        "Service underway. Your tech just arrived.",
        "Job done! Rate your experience: http://",
        "Thank you for rating. Here's your receipt: http://",
    ] {
        assert_eq!(ran.out.matches(text).count(), 1, "{text}\n{}", ran.out);
    }
    assert!(ran.out.contains("/track?jobToken="), "{}", ran.out);
    let (_, rest) = ran.out.split_once("Your job is confirmed. ID: ").unwrap();
    rest[..8].to_owned()
}

/// What the history says of the demo's texts is what the carrier has.
async fn the_demos_texts_have_their_sids(town: &Town, job: &str) {
    let read = town.api(Method::GET, &format!("/api/jobs/{job}"));
    let read = Town::ask(read, 200).await;
    assert_eq!(read["state"], "RATED");
    let customer = read["customer"]["phones"][0].as_str().unwrap();
    let carried = town.carried(customer).await;
    let messages = town.messages(job).await;
    let kinds: Vec<&str> = messages
        .iter()
        .map(|message| message["kind"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        ["CREATED", "ASSIGNED", "IN_PROGRESS", "COMPLETE", "RATED"]
    );
    for message in &messages {
        let same = |one: &&Value| one["sid"] == message["sid"];
        let one = carried.iter().find(same).expect("the carrier has it");
        // Stored is the placeholder, sent was the link.
        let text = message["text"].as_str().unwrap();
        let link = format!("{}/track?jobToken=", town.front);
        let body = one["body"].as_str().unwrap();
        let (begin, end) = text.split_once("[link]").unwrap_or((text, ""));
        assert!(body.starts_with(begin) && body.ends_with(end), "{body}");
        assert_eq!(body.contains(&link), text.contains("[link]"), "{body}");
        assert_eq!(message["delivery"], "sent");
    }
}

async fn the_table_keeps_the_contract(town: &Town) {
    let client = aws_sdk_dynamodb::Client::new(&town.sdk());
    let store = DynamoStore::new(client, "qdn-local-data");
    // Later than any job of the other scenes, so the lists begin with the contract's own.
    let now = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1);
    let now = jiff::Timestamp::from_second(now.as_second()).unwrap();
    contract::check(&store, 77, now).await;
}

async fn a_text_that_cannot_be_delivered_goes_to_the_next_number(town: &Town) {
    let job = town.job(&["+15005550103", "+15005550150"]).await;
    let message = town
        .first(&job, |message| {
            message["attempts"]
                .as_array()
                .is_some_and(|tried| tried.len() == 2)
                && message["delivery"] == "sent"
        })
        .await;
    let attempts = &message["attempts"];
    assert_eq!(
        (&attempts[0]["delivery"], &attempts[0]["errorCode"]),
        (&json!("failed"), &json!(30006))
    );
    assert_eq!(attempts[1]["delivery"], "sent");
    let carried = town.carried("+15005550150").await;
    assert_eq!(carried.last().unwrap()["sid"], attempts[1]["sid"]);
}

async fn who_opted_out_gets_nothing_more(town: &Town) {
    let job = town.job(&["+15005550004"]).await;
    let message = town.first(&job, is("failed")).await;
    assert_eq!(message["errorCode"], 21610);
    let text = json!({ "text": "Are you there?" });
    let path = format!("/api/jobs/{job}/messages");
    Town::ask(town.api(Method::POST, &path).json(&text), 201).await;
    let message = town.nth(&job, 1, is("failed")).await;
    assert_eq!(message["errorCode"], 21610);
    assert!(town.carried("+15005550004").await.is_empty());
}

async fn too_many_requests_are_waited_out(town: &Town) {
    let many =
        json!({ "next": [{ "effect": "tooManyRequests", "times": 1, "to": "+15005550151" }] });
    town.behave(many).await;
    let job = town.job(&["+15005550151"]).await;
    // An attempt is there before its answer is.
    let was_answered = |message: &Value| !message["attempts"][0]["errorCode"].is_null();
    let message = town.first(&job, was_answered).await;
    assert_eq!(message["attempts"][0]["errorCode"], 20429);
    // Its next attempt is due within seconds; the schedule would come for it within a minute.
    town.upkeep_until_sent(&job).await;
    assert_eq!(town.carried("+15005550151").await.len(), 1);
}

async fn a_lost_answer_is_found_out(town: &Town) {
    let job = town.job(&["+15005550114"]).await;
    let message = town.first(&job, is("sent")).await;
    let carried = town.carried("+15005550114").await;
    assert_eq!(carried.len(), 1, "it was sent twice");
    assert_eq!(message["sid"], carried[0]["sid"]);
    assert_eq!(message["attempts"].as_array().unwrap().len(), 1);
}

async fn a_reply_reaches_the_operators_lines(town: &Town) {
    let customer = "+15005550152";
    let job = town.job(&[customer]).await;
    town.first(&job, is("sent")).await;
    let address = format!("{}/_local/inbound", town.carrier);
    let reply = json!({ "from": customer, "body": "The gate code is 4711" });
    let reply = Town::ask(town.http.post(&address).json(&reply), 201).await;

    // The carrier calls the address that the number was given, and then once more.
    let keys: SigningKeys = serde_json::from_value(town.secret("qdn-local/keys").await).unwrap();
    let lines = town.secret("qdn-local/carrier").await;
    let path = mac::path(&keys.carrier, CallbackRoute::Inbound);
    let form = [
        ("MessageSid", reply["sid"].as_str().unwrap()),
        ("From", customer),
        ("To", lines["TWILIO_FROM"].as_str().unwrap()),
        ("Body", "what is said here is not believed"),
    ];
    town.nth(&job, 2, is("sent")).await;
    let call = town.http.post(format!("{}{path}", town.front)).form(&form);
    Town::ask(call, 200).await;
    let forged = format!("{}{}x", town.front, &path[..path.len() - 1]);
    Town::ask(town.http.post(forged).form(&form), 404).await;

    let passed_on = town.nth(&job, 2, is("sent")).await;
    assert_eq!(passed_on["kind"], "RELAYED");
    let messages = town.messages(&job).await;
    assert_eq!(messages.len(), 3, "a repeated call was taken in twice");
    assert_eq!(messages[1]["text"], "The gate code is 4711");
    let primary = lines["QDN_CONTACT_PRIMARY"].as_str().unwrap();
    // Alerts of the maintenance data may have come there as well.
    let carried = town.carried(primary).await;
    let mut bodies = carried.iter().filter_map(|one| one["body"].as_str());
    assert!(
        bodies.any(|body| body.contains("The gate code is 4711")),
        "{carried:?}"
    );
}

/// A message that the carrier does not take is put off in the table, where the schedule finds it.
async fn an_outage_is_survived(town: &Town) {
    town.behave(json!({ "outage": true })).await;
    let job = town.job(&["+15005550153"]).await;
    town.first(&job, was_tried).await;
    town.behave(json!({ "outage": false })).await;
    town.upkeep_until_sent(&job).await;
    assert_eq!(town.carried("+15005550153").await.len(), 1);
}

fn was_tried(message: &Value) -> bool {
    let attempts = message["attempts"].as_array();
    attempts.is_some_and(|attempts| !attempts.is_empty())
}
