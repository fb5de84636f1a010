//! Statuses after the answer, and the callbacks that tell them.

use super::*;

/// Sends a text with a callback, and what was called, once it is so many.
async fn called(to: &str, count: usize) -> (Bench, Listener, Vec<Heard>) {
    let (bench, listener) = (Bench::new().await, Listener::new().await);
    let callback = format!("{}/status/one", listener.url);
    let form = [
        ("To", to),
        ("From", SENDER),
        ("Body", "hello"),
        ("StatusCallback", callback.as_str()),
    ];
    let (status, _) = bench.post(&bench.path("Messages.json"), &form).await;
    assert_eq!(status, 201);
    let heard = listener.wait(count).await;
    (bench, listener, heard)
}

fn statuses(heard: &[Heard]) -> Vec<&str> {
    heard
        .iter()
        .map(|heard| heard.get("MessageStatus"))
        .collect()
}

#[tokio::test]
async fn every_change_but_the_first_is_told() {
    let (bench, _listener, heard) = called(CUSTOMER, 3).await;
    assert_eq!(statuses(&heard), ["sending", "sent", "delivered"]);
    let text = bench.once(CUSTOMER, "delivered").await;
    for call in &heard {
        assert_eq!(
            (call.method.as_str(), call.path.as_str()),
            ("POST", "/status/one")
        );
        assert_eq!(call.get("MessageSid"), text["sid"]);
        assert_eq!((call.get("To"), call.get("From")), (CUSTOMER, SENDER));
        assert_eq!(call.get("AccountSid"), bench.secret("TWILIO_ACCOUNT_SID"));
        assert_eq!(call.parameters.get("ErrorCode"), None);
    }
    let path = bench.path(&format!("Messages/{}.json", text["sid"].as_str().unwrap()));
    let (_, fetched) = bench.get(&path).await;
    assert_eq!(fetched["status"], "delivered");
    assert!(fetched["date_sent"].is_string());
    let told = eventually(async || {
        let text = bench.once(CUSTOMER, "delivered").await;
        Some(text["callbacks"].clone()).filter(|calls| calls.as_array().unwrap().len() == 3)
    });
    assert_eq!(told.await[2]["answer"], 204);
}

#[tokio::test]
async fn what_is_not_delivered_says_why() {
    let (bench, _listener, heard) = called("+15005550102", 3).await;
    assert_eq!(statuses(&heard), ["sending", "sent", "undelivered"]);
    assert_eq!(heard[2].get("ErrorCode"), "30005");
    let text = bench.once("+15005550102", "undelivered").await;
    assert_eq!(
        (&text["errorCode"], &text["errorMessage"]),
        (&json!(30005), &json!("Unknown destination handset"))
    );
    let (_bench, _listener, heard) = called("+15005550105", 1).await;
    assert_eq!(
        (statuses(&heard), heard[0].get("ErrorCode")),
        (vec!["failed"], "30008")
    );
}

#[tokio::test]
async fn callbacks_come_twice_or_in_reverse_when_asked_for() {
    let (_bench, _listener, heard) = called("+15005550110", 6).await;
    assert_eq!(
        statuses(&heard),
        [
            "sending",
            "sending",
            "sent",
            "sent",
            "delivered",
            "delivered"
        ]
    );
    let (_bench, _listener, heard) = called("+15005550109", 3).await;
    assert_eq!(statuses(&heard), ["delivered", "sent", "sending"]);
}

#[tokio::test]
async fn some_lives_end_early_or_untold() {
    let (bench, listener) = (Bench::new().await, Listener::new().await);
    let callback = format!("{}/status", listener.url);
    for to in ["+15005550106", "+15005550107", "+15005550108"] {
        let form = [
            ("To", to),
            ("From", SENDER),
            ("Body", "b"),
            ("StatusCallback", callback.as_str()),
        ];
        assert_eq!(bench.post(&bench.path("Messages.json"), &form).await.0, 201);
    }
    bench.once("+15005550108", "delivered").await;
    bench.once("+15005550106", "sent").await;
    let told = listener.wait(2).await;
    assert!(
        told.iter().all(|call| call.get("To") == "+15005550106"),
        "{told:?}"
    );
    assert_eq!(bench.texts("+15005550107").await[0]["status"], "queued");
}

#[tokio::test]
async fn an_answer_that_is_no_success_is_kept_and_not_repeated() {
    let (bench, listener) = (Bench::new().await, Listener::new().await);
    let callback = format!("{}/500", listener.url);
    let form = [
        ("To", CUSTOMER),
        ("From", SENDER),
        ("Body", "b"),
        ("StatusCallback", callback.as_str()),
    ];
    bench.post(&bench.path("Messages.json"), &form).await;
    let calls = eventually(async || {
        let text = bench.once(CUSTOMER, "delivered").await;
        Some(text["callbacks"].clone()).filter(|calls| calls.as_array().unwrap().len() == 3)
    });
    assert!(
        calls
            .await
            .as_array()
            .unwrap()
            .iter()
            .all(|call| call["answer"] == 500)
    );
    assert_eq!(listener.heard().len(), 3);
}

#[tokio::test]
async fn a_service_takes_the_message_before_it_queues_it() {
    let (bench, listener) = (Bench::new().await, Listener::new().await);
    let (_, services) = bench.get("/v1/Services").await;
    let sid = services["services"][0]["sid"].as_str().unwrap();
    let callback = format!("{}/service", listener.url);
    bench
        .post(
            &format!("/v1/Services/{sid}"),
            &[("StatusCallback", &callback)],
        )
        .await;
    let form = [
        ("To", CUSTOMER),
        ("MessagingServiceSid", sid),
        ("Body", "b"),
    ];
    let (status, created) = bench.post(&bench.path("Messages.json"), &form).await;
    assert_eq!(
        (status, &created["status"], &created["from"]),
        (201, &json!("accepted"), &Value::Null)
    );
    let heard = listener.wait(4).await;
    assert_eq!(statuses(&heard), ["queued", "sending", "sent", "delivered"]);
    assert_eq!(
        (heard[0].get("MessagingServiceSid"), heard[0].get("From")),
        (sid, SENDER)
    );
}
