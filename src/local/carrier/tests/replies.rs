//! Texts from a person.

use super::*;

async fn text(bench: &Bench, body: &str) -> (u16, Value) {
    answer(
        bench
            .request("POST", "/_local/inbound")
            .json(&json!({"from": CUSTOMER, "body": body})),
    )
    .await
}

/// Lets the account's number call these addresses.
async fn call(bench: &Bench, changes: &[(&str, &str)]) {
    let (_, page) = bench.get(&bench.path("IncomingPhoneNumbers.json")).await;
    let path = page["incoming_phone_numbers"][0]["uri"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(bench.post(&path, changes).await.0, 200);
}

#[tokio::test]
async fn a_reply_goes_to_the_numbers_address() {
    let (bench, listener) = (Bench::new().await, Listener::new().await);
    call(&bench, &[("SmsUrl", &format!("{}/in", listener.url))]).await;
    let (status, sent) = text(&bench, "Is it 2 & 3? ☎").await;
    assert_eq!(
        (status, &sent["status"], &sent["direction"]),
        (201, &json!("received"), &json!("inbound"))
    );
    let heard = listener.wait(1).await;
    assert_eq!(
        (heard[0].method.as_str(), heard[0].path.as_str()),
        ("POST", "/in")
    );
    for (name, value) in [
        ("From", CUSTOMER),
        ("To", SENDER),
        ("Body", "Is it 2 & 3? ☎"),
        ("NumMedia", "0"),
        ("MessageSid", sent["sid"].as_str().unwrap()),
        ("AccountSid", bench.secret("TWILIO_ACCOUNT_SID")),
    ] {
        assert_eq!(heard[0].get(name), value, "{name}");
    }
    let (_, fetched) = bench
        .get(&bench.path(&format!("Messages/{}.json", heard[0].get("MessageSid"))))
        .await;
    assert_eq!(
        (&fetched["direction"], &fetched["from"]),
        (&json!("inbound"), &json!(CUSTOMER))
    );
}

#[tokio::test]
async fn a_failing_address_has_a_fallback() {
    let (bench, listener) = (Bench::new().await, Listener::new().await);
    let (first, fallback) = (
        format!("{}/500", listener.url),
        format!("{}/fallback", listener.url),
    );
    call(
        &bench,
        &[
            ("SmsUrl", &first),
            ("SmsFallbackUrl", &fallback),
            ("SmsFallbackMethod", "GET"),
        ],
    )
    .await;
    text(&bench, "hello").await;
    let heard = listener.wait(2).await;
    assert_eq!(
        (heard[1].method.as_str(), heard[1].path.as_str()),
        ("GET", "/fallback")
    );
    assert_eq!(
        (heard[1].get("ErrorCode"), heard[1].get("ErrorUrl")),
        ("11200", first.as_str())
    );
    assert_eq!(heard[1].get("Body"), "hello");
}

#[tokio::test]
async fn a_service_may_take_replies_itself() {
    let (bench, listener) = (Bench::new().await, Listener::new().await);
    call(&bench, &[("SmsUrl", &format!("{}/number", listener.url))]).await;
    let (_, list) = bench.get("/v1/Services").await;
    let path = format!(
        "/v1/Services/{}",
        list["services"][0]["sid"].as_str().unwrap()
    );
    let address = format!("{}/service", listener.url);
    let changes = [
        ("InboundRequestUrl", address.as_str()),
        ("UseInboundWebhookOnNumber", "false"),
    ];
    bench.post(&path, &changes).await;
    text(&bench, "hello").await;
    assert_eq!(listener.wait(1).await[0].path, "/service");
}

#[tokio::test]
async fn stop_holds_until_start() {
    let (bench, listener) = (Bench::new().await, Listener::new().await);
    call(&bench, &[("SmsUrl", &format!("{}/in", listener.url))]).await;
    text(&bench, "stop").await;
    let (status, fault) = answer(bench.send(CUSTOMER, "hello")).await;
    assert_eq!((status, &fault["code"]), (400, &json!(21610)));
    assert_eq!(answer(bench.send("+15005550150", "hello")).await.0, 201);
    text(&bench, "STOP").await;
    text(&bench, "Start").await;
    assert_eq!(answer(bench.send(CUSTOMER, "hello")).await.0, 201);
    // Twilio itself answers each change once; nobody is asked to, and its interface does not list it.
    let texts = bench.texts(CUSTOMER).await;
    let replies = texts
        .iter()
        .filter(|text| text["direction"] == "outbound-reply");
    assert_eq!(replies.count(), 2);
    let heard = listener.wait(3).await;
    assert_eq!(
        heard
            .iter()
            .map(|call| call.get("Body"))
            .collect::<Vec<_>>(),
        ["stop", "STOP", "Start"]
    );
    let (_, page) = bench.get(&bench.path("Messages.json")).await;
    assert_eq!(page["messages"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn a_text_that_cannot_be_is_refused() {
    let bench = Bench::new().await;
    for wrong in [
        json!({"from": "5005550100", "body": "b"}),
        json!({"from": CUSTOMER, "body": " "}),
        json!({"from": CUSTOMER, "to": CUSTOMER, "body": "b"}),
        json!({"from": CUSTOMER, "body": "b", "extra": 1}),
    ] {
        let (status, _) = answer(bench.request("POST", "/_local/inbound").json(&wrong)).await;
        assert_eq!(status, 422, "{wrong}");
    }
    assert!(bench.texts(CUSTOMER).await.is_empty());
}
