//! The addresses that inbound texts go to: of a number and of a messaging service.

use super::*;

#[tokio::test]
async fn the_accounts_number_can_be_found_read_and_changed() {
    let bench = Bench::new().await;
    let query = encoded([("PhoneNumber", SENDER)]);
    let (_, page) = bench
        .get(&bench.path(&format!("IncomingPhoneNumbers.json?{query}")))
        .await;
    let number = &page["incoming_phone_numbers"][0];
    assert_eq!(
        (&number["phone_number"], &number["sms_url"]),
        (&json!(SENDER), &json!(""))
    );
    assert_eq!(page["incoming_phone_numbers"].as_array().unwrap().len(), 1);
    let path = number["uri"].as_str().unwrap();
    let changes = [
        ("SmsUrl", "http://127.0.0.1:8080/in"),
        ("SmsMethod", "POST"),
        ("SmsFallbackUrl", ""),
    ];
    let (status, answered) = bench.post(path, &changes).await;
    assert_eq!(
        (status, &answered["sms_url"]),
        (200, &json!("http://127.0.0.1:8080/in"))
    );
    let (_, fetched) = bench.get(path).await;
    assert_eq!(fetched, answered);
    for field in ["voice_url", "status_callback", "friendly_name", "sid"] {
        assert_eq!(fetched[field], number[field], "{field}");
    }
    let (status, fault) = bench.post(path, &[("SmsUrl", "nowhere")]).await;
    assert_eq!((status, &fault["code"]), (400, &json!(21402)));
    assert_eq!(bench.get(path).await.1, answered);
    let query = encoded([("PhoneNumber", CUSTOMER)]);
    let (_, none) = bench
        .get(&bench.path(&format!("IncomingPhoneNumbers.json?{query}")))
        .await;
    assert_eq!(none["incoming_phone_numbers"], json!([]));
}

#[tokio::test]
async fn a_number_is_bought_once() {
    let bench = Bench::new().await;
    let path = bench.path("IncomingPhoneNumbers.json");
    for (wanted, status) in [
        ("+15125550142", 201),
        ("+15125550142", 400),
        (SENDER, 400),
        ("+15005550000", 400),
        ("5125550142", 400),
    ] {
        assert_eq!(
            bench.post(&path, &[("PhoneNumber", wanted)]).await.0,
            status,
            "{wanted}"
        );
    }
    let form = [("To", CUSTOMER), ("From", "+15125550142"), ("Body", "b")];
    assert_eq!(bench.post(&bench.path("Messages.json"), &form).await.0, 201);
}

#[tokio::test]
async fn a_service_can_be_read_and_changed() {
    let bench = Bench::new().await;
    let (_, list) = bench.get("/v1/Services").await;
    let service = &list["services"][0];
    let path = format!("/v1/Services/{}", service["sid"].as_str().unwrap());
    assert_eq!(
        (
            &service["inbound_request_url"],
            &service["use_inbound_webhook_on_number"]
        ),
        (&Value::Null, &json!(true))
    );
    let changes = [
        ("InboundRequestUrl", "http://127.0.0.1/in"),
        ("UseInboundWebhookOnNumber", "false"),
    ];
    let (status, answered) = bench.post(&path, &changes).await;
    assert_eq!(
        (status, &answered["inbound_request_url"]),
        (200, &json!("http://127.0.0.1/in"))
    );
    assert_eq!(bench.get(&path).await.1, answered);
    let (_, pool) = bench.get(&format!("{path}/PhoneNumbers")).await;
    assert_eq!(pool["phone_numbers"][0]["phone_number"], SENDER);
    assert_eq!(bench.get("/v1/Services/MG0").await.0, 404);
}
