//! What goes over the wire to Twilio, and what its answers mean: against a server on the loopback that answers once
//! as told and keeps the request.

use qdn_shared::credentials::CarrierCredentials;
use qdn_shared::message::{CarrierStatus, Posted};
use qdn_shared::phone::PhoneNumber;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::{Answer, Carrier, CarrierError, Outgoing, SENDING, Twilio};
use crate::stub::{self, answer};

fn credentials(from: &str) -> CarrierCredentials {
    serde_json::from_value(serde_json::json!({
        "TWILIO_ACCOUNT_SID": format!("AC{}", "1".repeat(32)),
        "TWILIO_API_KEY_SID": format!("SK{}", "2".repeat(32)),
        "TWILIO_API_KEY_SECRET": "stand-in-secret-of-the-tests",
        "TWILIO_FROM": from,
        "QDN_CONTACT_PRIMARY": "+15005550101",
        "QDN_CONTACT_MAIN": "+15005550102",
        "QDN_CONTACT_BACKUP": "+15005550103",
    }))
    .unwrap()
}

fn outgoing() -> Outgoing {
    Outgoing {
        to: PhoneNumber::parse("+15005550100").unwrap(),
        body: "Job done! Rate: https://q.example/track?jobToken=A&b=c é".to_owned(),
        status_callback: "https://q.example/api/carrier/status/7K3M9QX2-1/1/mac".to_owned(),
    }
}

async fn server(answers: Vec<String>) -> (Twilio, JoinHandle<Vec<String>>) {
    let (base, served) = stub::server(answers).await;
    (Twilio::new(&base, SENDING).unwrap(), served)
}

fn document(number: u32, status: &str, to: &str) -> String {
    serde_json::json!({
        "sid": format!("SM{number:032x}"), "status": status, "to": to, "from": "+15005550006",
        "body": "Hello", "error_code": null, "error_message": null, "num_segments": "1",
        "date_created": "Thu, 01 Jan 2026 00:00:05 +0000", "direction": "outbound-api",
    })
    .to_string()
}

async fn posted(answers: String) -> Answer {
    let (twilio, served) = server(vec![answers]).await;
    let answer = twilio.post(&credentials("+15005550006"), &outgoing()).await;
    served.await.unwrap();
    answer
}

#[tokio::test]
async fn a_post_is_a_form_with_the_api_key_and_the_callback() {
    let created = answer("201 CREATED", "", &document(7, "queued", "+15005550100"));
    let (twilio, served) = server(vec![created.clone()]).await;
    let got = twilio.post(&credentials("+15005550006"), &outgoing()).await;
    let expected = Posted::Accepted {
        sid: format!("SM{:032x}", 7).parse().unwrap(),
        status: CarrierStatus::Queued,
    };
    assert_eq!(got, Answer::Posted(expected));
    let request = served.await.unwrap().remove(0);
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let account = "1".repeat(32);
    assert!(
        head.starts_with(&format!(
            "POST /2010-04-01/Accounts/AC{account}/Messages.json HTTP/1.1"
        )),
        "{head}"
    );
    assert!(
        head.contains("content-type: application/x-www-form-urlencoded"),
        "{head}"
    );
    assert!(head.contains("authorization: Basic "), "{head}");
    insta::assert_snapshot!(body, @"To=%2B15005550100&From=%2B15005550006&Body=Job+done%21+Rate%3A+https%3A%2F%2Fq.example%2Ftrack%3FjobToken%3DA%26b%3Dc+%C3%A9&StatusCallback=https%3A%2F%2Fq.example%2Fapi%2Fcarrier%2Fstatus%2F7K3M9QX2-1%2F1%2Fmac");

    let (twilio, served) = server(vec![created]).await;
    let service = format!("MG{}", "3".repeat(32));
    twilio.post(&credentials(&service), &outgoing()).await;
    let request = served.await.unwrap().remove(0);
    assert!(
        request.contains(&format!("&MessagingServiceSid={service}&")),
        "{request}"
    );
}

#[tokio::test]
async fn every_answer_has_its_meaning() {
    let error = |status: &str, code: u32| {
        let body = serde_json::json!({ "code": code, "message": "…", "status": 400 });
        answer(status, "Retry-After: 7\r\n", &body.to_string())
    };
    let cases = [
        ("too many requests", error("429 Too Many Requests", 20429)),
        ("no such number", error("400 Bad Request", 21211)),
        ("opted out", error("400 Bad Request", 21610)),
        ("not our credentials", error("401 Unauthorized", 20003)),
        ("account suspended", error("403 Forbidden", 20005)),
        ("no such account", error("404 Not Found", 20404)),
        ("not our number", error("400 Bad Request", 21660)),
        ("broken", error("500 Internal Server Error", 20500)),
        ("gateway", answer("502 Bad Gateway", "", "<html>")),
        ("unavailable", answer("503 Service Unavailable", "", "")),
        (
            "redirect",
            answer("302 Found", "Location: http://127.0.0.1:1/\r\n", ""),
        ),
        ("created, unreadable", answer("201 CREATED", "", "{")),
        ("request timeout", answer("408 Request Timeout", "", "")),
        ("no answer", String::new()),
        ("half an answer", "HTTP/1.1 201 CRE".to_owned()),
    ];
    let mut told = Vec::new();
    for (case, answer) in cases {
        told.push(format!("{case}: {:?}", posted(answer).await));
    }
    insta::assert_snapshot!(told.join("\n"), @r"
    too many requests: Posted(NotProcessed { code: Some(20429), retry_after: Some(7) })
    no such number: Posted(Refused { code: Some(21211) })
    opted out: Posted(OptedOut)
    not our credentials: CredentialsRefused
    account suspended: CredentialsRefused
    no such account: CredentialsRefused
    not our number: CredentialsRefused
    broken: Posted(Unclear)
    gateway: Posted(Unclear)
    unavailable: Posted(Unclear)
    redirect: Posted(Unclear)
    created, unreadable: Posted(Unclear)
    request timeout: Posted(Unclear)
    no answer: Posted(Unclear)
    half an answer: Posted(Unclear)
    ");
}

#[tokio::test]
async fn without_a_connection_nothing_was_processed() {
    // A port that was free a moment ago.
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let twilio = Twilio::new(&address, SENDING).unwrap();
    let got = twilio.post(&credentials("+15005550006"), &outgoing()).await;
    let expected = Posted::NotProcessed {
        code: None,
        retry_after: None,
    };
    assert_eq!(got, Answer::Posted(expected));
    let sid = format!("SM{:032x}", 1).parse().unwrap();
    let error = twilio
        .fetch(&credentials("+15005550006"), &sid)
        .await
        .unwrap_err();
    insta::assert_snapshot!(error, @"the carrier could not be asked: no connection");
}

#[tokio::test]
async fn a_message_is_fetched_by_its_id() {
    let sid = format!("SM{:032x}", 1).parse().unwrap();
    let answers = vec![
        answer("200 OK", "", &document(1, "delivered", "+15005550100")),
        answer("404 Not Found", "", "{}"),
        answer("401 Unauthorized", "", "{}"),
        answer("200 OK", "", "{}"),
    ];
    let (twilio, served) = server(answers).await;
    let credentials = credentials("+15005550006");
    let found = twilio.fetch(&credentials, &sid).await.unwrap().unwrap();
    assert_eq!(
        (found.status, found.to.as_str()),
        (Some(CarrierStatus::Delivered), "+15005550100")
    );
    assert_eq!(found.created_at.as_second(), 1_767_225_605);
    assert_eq!(twilio.fetch(&credentials, &sid).await, Ok(None));
    let refused = twilio.fetch(&credentials, &sid).await;
    assert_eq!(refused, Err(CarrierError::CredentialsRefused));
    assert!(twilio.fetch(&credentials, &sid).await.is_err());
    let request = served.await.unwrap().remove(0);
    assert!(
        request.contains(&format!("/Messages/{sid}.json HTTP/1.1")),
        "{request}"
    );
}

#[tokio::test]
async fn a_list_is_read_until_it_is_older_than_asked_for() {
    let page = |documents: &[String], next: &str| {
        let body = format!(
            r#"{{"messages":[{}],"next_page_uri":{next},"page_size":200}}"#,
            documents.join(",")
        );
        answer("200 OK", "", &body)
    };
    let one = document(1, "sent", "+15005550100");
    let next = r#""/2010-04-01/Accounts/AC/Messages.json?Page=1""#;
    let to = PhoneNumber::parse("+15005550100").unwrap();
    let at = |second| jiff::Timestamp::from_second(second).unwrap();
    let credentials = credentials("+15005550006");

    let two_pages = vec![
        page(std::slice::from_ref(&one), next),
        page(std::slice::from_ref(&one), "null"),
    ];
    let (twilio, served) = server(two_pages).await;
    let found = twilio
        .list(&credentials, &to, at(1_767_225_600))
        .await
        .unwrap();
    assert_eq!(found.len(), 2);
    let requests = served.await.unwrap();
    assert!(
        requests[0].contains("Messages.json?To=%2B15005550100&PageSize=200 "),
        "{}",
        requests[0]
    );
    assert!(requests[1].starts_with("GET /2010-04-01/Accounts/AC/Messages.json?Page=1 "));

    let (twilio, served) = server(vec![page(std::slice::from_ref(&one), next)]).await;
    let found = twilio
        .list(&credentials, &to, at(1_767_225_606))
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
    served.await.unwrap();

    let foreign = page(&[one], r#""https://evil.example/""#);
    let (twilio, served) = server(vec![foreign]).await;
    assert!(twilio.list(&credentials, &to, at(0)).await.is_err());
    served.await.unwrap();
}
