//! What outlives a stop, and what a reset takes.

use super::*;

/// Ends a stand-in as a crash does, and starts another on what it left.
async fn again(bench: Bench, folder: &Path) -> Bench {
    bench.task.abort();
    drop(bench);
    Bench::at(folder).await
}

async fn sms_url(bench: &Bench) -> Value {
    let (_, page) = bench.get(&bench.path("IncomingPhoneNumbers.json")).await;
    page["incoming_phone_numbers"][0]["sms_url"].clone()
}

#[tokio::test]
async fn a_stop_loses_nothing_and_what_was_under_way_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let bench = Bench::at(folder.path()).await;
    bench.behave(json!({"stepMs": 5})).await;
    let sid = bench.sent(CUSTOMER, "before").await;
    bench.once(CUSTOMER, "delivered").await;
    let stop = json!({"from": "+15005550150", "body": "STOP"});
    answer(bench.request("POST", "/_local/inbound").json(&stop)).await;
    let (_, page) = bench.get(&bench.path("IncomingPhoneNumbers.json")).await;
    let number = page["incoming_phone_numbers"][0].clone();
    bench
        .post(
            number["uri"].as_str().unwrap(),
            &[("SmsUrl", "http://127.0.0.1:9/in")],
        )
        .await;
    let (_, services) = bench.get("/v1/Services").await;
    // One that is still under way: its next step would take an hour.
    bench.behave(json!({"stepMs": 3_600_000})).await;
    bench.sent("+15005550151", "under way").await;

    let bench = again(bench, folder.path()).await;
    let (_, fetched) = bench
        .get(&bench.path(&format!("Messages/{sid}.json")))
        .await;
    assert_eq!(
        (&fetched["body"], &fetched["status"]),
        (&json!("before"), &json!("delivered"))
    );
    assert_eq!(
        answer(bench.send("+15005550150", "hello")).await.1["code"],
        21610
    );
    assert_eq!(sms_url(&bench).await, "http://127.0.0.1:9/in");
    assert_eq!(
        bench.get("/v1/Services").await.1["services"][0]["sid"],
        services["services"][0]["sid"]
    );
    bench.once("+15005550151", "delivered").await;
}

#[tokio::test]
async fn a_reset_forgets_texts_and_when_asked_addresses() {
    let bench = Bench::new().await;
    let (_, page) = bench.get(&bench.path("IncomingPhoneNumbers.json")).await;
    let number = page["incoming_phone_numbers"][0]["uri"].as_str().unwrap();
    bench
        .post(number, &[("SmsUrl", "http://127.0.0.1:9/in")])
        .await;
    bench.sent(CUSTOMER, "hello").await;
    let (_, before) = answer(bench.request("GET", "/_local/messages")).await;
    for (settings, left) in [(false, "http://127.0.0.1:9/in"), (true, "")] {
        bench.behave(json!({"outage": true})).await;
        let reset = bench
            .request("POST", "/_local/reset")
            .json(&json!({"settings": settings}));
        assert_eq!(answer(reset).await.0, 204);
        assert!(bench.texts(CUSTOMER).await.is_empty());
        assert_eq!(sms_url(&bench).await, left);
    }
    // A page that knew the texts is told all there is now.
    let query = format!(
        "/_local/messages?since={}&epoch={}",
        before["revision"],
        before["epoch"].as_str().unwrap()
    );
    bench.sent(CUSTOMER, "after").await;
    let (_, news) = answer(bench.request("GET", &query)).await;
    assert_ne!(news["epoch"], before["epoch"]);
    assert_eq!(news["messages"][0]["body"], "after");
}

#[tokio::test]
async fn only_what_changed_is_news() {
    let bench = Bench::new().await;
    bench.sent(CUSTOMER, "one").await;
    bench.once(CUSTOMER, "delivered").await;
    let (_, all) = answer(bench.request("GET", "/_local/messages")).await;
    let since = format!("/_local/messages?since={}", all["revision"]);
    assert_eq!(
        answer(bench.request("GET", &since)).await.1["messages"],
        json!([])
    );
    bench.sent("+15005550150", "two").await;
    let (_, news) = answer(bench.request("GET", &since)).await;
    assert_eq!(news["messages"].as_array().unwrap().len(), 1);
    assert_eq!(news["messages"][0]["body"], "two");
}

#[tokio::test]
async fn a_service_named_as_the_sender_exists() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("repos.env");
    credentials::ensure(&file).unwrap();
    let service = format!("MG{}", "a".repeat(32));
    let text = std::fs::read_to_string(&file)
        .unwrap()
        .replace(SENDER, &service);
    std::fs::write(&file, text).unwrap();
    let bench = Bench::at(folder.path()).await;
    let form = [
        ("To", CUSTOMER),
        ("MessagingServiceSid", service.as_str()),
        ("Body", "b"),
    ];
    let (status, created) = bench.post(&bench.path("Messages.json"), &form).await;
    assert_eq!(
        (status, &created["messaging_service_sid"]),
        (201, &json!(service))
    );
    assert_eq!(bench.texts(CUSTOMER).await[0]["from"], SENDER);
    assert!(bench.folder.join("state.jsonl").exists());
}
