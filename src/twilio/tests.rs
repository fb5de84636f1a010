//! The adapter against a small server on loopback: what it sends, and what it makes of answers and failures.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode as Status, Uri};
use qdn_shared::phone::PhoneNumber;

use super::*;

const ACCOUNT: &str = "AC0a1b2c3d4e5f60718293a4b5c6d7e8f9";
const TOKEN: &str = "canary0123456789abcdef0123456789";
const SERVICE_SID: &str = "MG2a1b2c3d4e5f60718293a4b5c6d7e8f9";

/// What was asked, and what is answered next.
#[derive(Default)]
struct Desk {
    asked: Vec<String>,
    answers: Vec<(u16, &'static str)>,
}

type Shared = Arc<Mutex<Desk>>;

async fn answer(
    State(desk): State<Shared>,
    method: axum::http::Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (Status, &'static str) {
    assert!(
        headers["authorization"]
            .to_str()
            .unwrap()
            .starts_with("Basic ")
    );
    let mut desk = desk.lock().unwrap();
    let body = String::from_utf8_lossy(&body);
    desk.asked
        .push(format!("{method} {uri} {body}").trim().to_owned());
    let (status, text) = desk.answers.remove(0);
    (Status::from_u16(status).unwrap(), text)
}

/// A carrier that answers so, one after another.
async fn carrier(answers: &[(u16, &'static str)]) -> (CarrierAccess, Shared) {
    let desk = Shared::default();
    desk.lock().unwrap().answers = answers.to_vec();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(answer).with_state(desk.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let access = CarrierAccess {
        account: ACCOUNT.into(),
        token: TOKEN.into(),
        base: Some(base),
    };
    (access, desk)
}

fn number() -> Sender {
    Sender::Number(PhoneNumber::parse("+15125550100").unwrap())
}

const PAGE: &str = r#"{"incoming_phone_numbers": [
    {"sid": "PN1", "phone_number": "+151255501007", "sms_url": "https://not.this"},
    {"sid": "PN2", "phone_number": "+15125550100", "sms_url": "https://a.example/in", "sms_method": "POST",
     "sms_fallback_url": "", "sms_application_sid": null, "voice_url": "https://a.example/voice"}
]}"#;

#[tokio::test]
async fn a_number_is_found_by_its_whole_self() {
    let (access, desk) = carrier(&[(200, PAGE)]).await;
    let found = Twilio::new(false)
        .inbound(&access, &number())
        .await
        .unwrap();
    let found = found.unwrap();
    assert_eq!(found.sid, "PN2");
    insta::assert_json_snapshot!(found.fields, @r#"
    {
      "SmsApplicationSid": "",
      "SmsFallbackMethod": "",
      "SmsFallbackUrl": "",
      "SmsMethod": "POST",
      "SmsUrl": "https://a.example/in"
    }
    "#);
    insta::assert_snapshot!(desk.lock().unwrap().asked.join("\n"), @"GET /2010-04-01/Accounts/AC0a1b2c3d4e5f60718293a4b5c6d7e8f9/IncomingPhoneNumbers.json?PhoneNumber=%2B15125550100");
}

#[tokio::test]
async fn what_the_account_does_not_have_is_none() {
    let answers = [(200, r#"{"incoming_phone_numbers": []}"#), (404, "{}")];
    let (access, _) = carrier(&answers).await;
    let twilio = Twilio::new(false);
    assert_eq!(twilio.inbound(&access, &number()).await, Ok(None));
    let service = Sender::parse(SERVICE_SID).unwrap();
    assert_eq!(twilio.inbound(&access, &service).await, Ok(None));
}

#[tokio::test]
async fn only_the_fields_that_are_named_are_sent() {
    let shown = r#"{"sid": "MG2", "inbound_request_url": "https://a.example/in", "use_inbound_webhook_on_number": false}"#;
    let (access, desk) = carrier(&[(200, shown)]).await;
    let fields = BTreeMap::from([
        (
            "InboundRequestUrl".to_owned(),
            "https://a.example/in".to_owned(),
        ),
        ("UseInboundWebhookOnNumber".to_owned(), "false".to_owned()),
    ]);
    let service = Sender::parse(SERVICE_SID).unwrap();
    let set = Twilio::new(false)
        .set_inbound(&access, &service, SERVICE_SID, &fields)
        .await
        .unwrap();
    assert_eq!(set.fields["UseInboundWebhookOnNumber"], "false");
    assert_eq!(set.fields["InboundRequestUrl"], "https://a.example/in");
    insta::assert_snapshot!(desk.lock().unwrap().asked.join("\n"), @"POST /v1/Services/MG2a1b2c3d4e5f60718293a4b5c6d7e8f9 InboundRequestUrl=https%3A%2F%2Fa.example%2Fin&UseInboundWebhookOnNumber=false");
}

#[tokio::test]
async fn what_may_pass_is_tried_again() {
    let busy = (503, "busy");
    let answers = [(429, "{}"), busy, busy, busy, busy, busy, (200, PAGE)];
    let (access, desk) = carrier(&answers).await;
    assert!(
        Twilio::new(false)
            .inbound(&access, &number())
            .await
            .unwrap()
            .is_some()
    );
    assert_eq!(desk.lock().unwrap().asked.len(), 7);
}

#[tokio::test]
async fn a_refusal_is_told_once_and_without_what_was_refused() {
    let refusal = r#"{"code": 20003, "message": "Authenticate", "status": 401}"#;
    let (access, desk) = carrier(&[(401, refusal)]).await;
    let error = Twilio::new(false)
        .inbound(&access, &number())
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Credentials);
    assert_eq!(desk.lock().unwrap().asked.len(), 1);
    insta::assert_snapshot!(error, @"Twilio ListIncomingPhoneNumbers of the sender: status 401, error 20003");
}

#[tokio::test]
async fn nobody_there_is_told_without_the_account() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let access = CarrierAccess {
        account: ACCOUNT.into(),
        token: TOKEN.into(),
        base: Some(format!("http://{}", listener.local_addr().unwrap())),
    };
    drop(listener);
    let error = Twilio::new(false)
        .inbound(&access, &number())
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unreachable);
    let shown = format!("{error} {error:?} {access:?}");
    assert!(
        !shown.contains(ACCOUNT) && !shown.contains(TOKEN),
        "{shown}"
    );
}
