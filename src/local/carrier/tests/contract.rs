//! What Twilio is strict about, and the shape of its answers.

use super::*;

#[tokio::test]
async fn an_accepted_message_is_answered_in_twilios_form() {
    let bench = Bench::new().await;
    let (status, created) = answer(bench.send(CUSTOMER, "O Slash: \u{d8}")).await;
    assert_eq!(status, 201);
    let sid = created["sid"].as_str().unwrap();
    assert!(crate::local::carrier::sid::is("SM", sid), "{sid}");
    let mut shown = created.clone();
    let account = bench.secret("TWILIO_ACCOUNT_SID");
    for field in ["date_created", "date_updated"] {
        let date = shown[field].take();
        let parsed = jiff::fmt::rfc2822::parse(date.as_str().unwrap()).unwrap();
        assert!(parsed.timestamp() <= jiff::Timestamp::now(), "{date}");
    }
    let text = serde_json::to_string_pretty(&shown).unwrap();
    insta::assert_snapshot!(text.replace(sid, "SM…").replace(account, "AC…"), @r#"
    {
      "account_sid": "AC…",
      "api_version": "2010-04-01",
      "body": "O Slash: Ø",
      "date_created": null,
      "date_sent": null,
      "date_updated": null,
      "direction": "outbound-api",
      "error_code": null,
      "error_message": null,
      "from": "+15005550006",
      "messaging_service_sid": null,
      "num_media": "0",
      "num_segments": "1",
      "price": null,
      "price_unit": "USD",
      "sid": "SM…",
      "status": "queued",
      "subresource_uris": {
        "media": "/2010-04-01/Accounts/AC…/Messages/SM…/Media.json"
      },
      "to": "+15005550100",
      "uri": "/2010-04-01/Accounts/AC…/Messages/SM….json"
    }
    "#);
    let (status, fetched) = bench.get(created["uri"].as_str().unwrap()).await;
    assert_eq!((status, &fetched["sid"]), (200, &created["sid"]));
}

#[tokio::test]
async fn wrong_parameters_get_twilios_codes() {
    let bench = Bench::new().await;
    let long = "x".repeat(1_601);
    let unknown = format!("MG{}", "0".repeat(32));
    let cases: &[(&[(&str, &str)], u32)] = &[
        (&[("From", SENDER), ("Body", "b")], 21604),
        (&[("To", CUSTOMER), ("Body", "b")], 21603),
        (&[("To", CUSTOMER), ("From", SENDER)], 21602),
        (&[("To", CUSTOMER), ("From", SENDER), ("Body", "")], 21602),
        (
            &[("To", "5005550100"), ("From", SENDER), ("Body", "b")],
            21211,
        ),
        (
            &[("To", "+1 500 555 0100"), ("From", SENDER), ("Body", "b")],
            21211,
        ),
        (&[("To", CUSTOMER), ("From", "QDN"), ("Body", "b")], 21212),
        (
            &[("To", CUSTOMER), ("From", "+15125550000"), ("Body", "b")],
            21606,
        ),
        (&[("To", SENDER), ("From", SENDER), ("Body", "b")], 21266),
        (
            &[("To", CUSTOMER), ("From", SENDER), ("Body", &long)],
            21617,
        ),
        (
            &[
                ("To", CUSTOMER),
                ("From", SENDER),
                ("Body", "b"),
                ("StatusCallback", "/here"),
            ],
            21609,
        ),
        (
            &[
                ("To", CUSTOMER),
                ("MessagingServiceSid", &unknown),
                ("Body", "b"),
            ],
            21701,
        ),
    ];
    for (form, code) in cases {
        let (status, fault) = bench.post(&bench.path("Messages.json"), form).await;
        let expected = json!({
            "code": code,
            "message": fault["message"],
            "more_info": format!("https://www.twilio.com/docs/errors/{code}"),
            "status": 400,
        });
        assert_eq!((status, fault), (400, expected), "{form:?}");
    }
    assert!(bench.texts(CUSTOMER).await.is_empty());
    bench.sent(CUSTOMER, &"x".repeat(1_600)).await;
}

#[tokio::test]
async fn only_a_form_is_read() {
    let bench = Bench::new().await;
    let request = bench.signed(bench.request("POST", &bench.path("Messages.json")));
    let (status, fault) =
        answer(request.json(&json!({"To": CUSTOMER, "From": SENDER, "Body": "b"}))).await;
    assert_eq!((status, &fault["code"]), (400, &json!(21604)));
}

#[tokio::test]
async fn nothing_is_told_without_the_accounts_credentials() {
    let bench = Bench::new().await;
    let path = bench.path("Messages.json");
    let (account, token) = (
        bench.secret("TWILIO_ACCOUNT_SID"),
        bench.secret("TWILIO_AUTH_TOKEN"),
    );
    let (key, secret) = (
        bench.secret("TWILIO_API_KEY_SID"),
        bench.secret("TWILIO_API_KEY_SECRET"),
    );
    let ask = async |path: &str, name: &str, password: &str| {
        answer(bench.request("GET", path).basic_auth(name, Some(password))).await
    };
    for (name, password) in [(account, token), (key, secret)] {
        assert_eq!(ask(&path, name, password).await.0, 200);
    }
    for (name, password) in [(account, secret), (key, token), (key, ""), ("", secret)] {
        let (status, fault) = ask(&path, name, password).await;
        assert_eq!((status, &fault["code"]), (401, &json!(20003)));
    }
    let other = path.replace(account, &format!("AC{}", "0".repeat(32)));
    assert_eq!(ask(&other, key, secret).await.0, 401);
    let without = bench.request("GET", &path).send().await.unwrap();
    assert_eq!(without.status(), 401);
    assert_eq!(
        without.headers()["www-authenticate"],
        "Basic realm=\"Twilio API\""
    );
}

#[tokio::test]
async fn what_is_not_there_is_said_in_the_paths_own_language() {
    let bench = Bench::new().await;
    let missing = bench.path(&format!("Messages/SM{}.json", "0".repeat(32)));
    for path in [missing.as_str(), &bench.path("Nothing.json"), "/v1/Nothing"] {
        let (status, fault) = bench.get(path).await;
        assert_eq!((status, &fault["code"]), (404, &json!(20404)), "{path}");
        assert_eq!(
            fault["message"],
            format!("The requested resource {path} was not found")
        );
    }
    let xml = bench
        .signed(bench.request("GET", &bench.path("Messages")))
        .send()
        .await
        .unwrap();
    assert_eq!(
        (xml.status().as_u16(), &xml.headers()["content-type"]),
        (404, &"application/xml".parse().unwrap())
    );
    assert!(xml.text().await.unwrap().contains("<Code>20404</Code>"));
    let (status, fault) =
        answer(bench.signed(bench.request("DELETE", &bench.path("Messages.json")))).await;
    assert_eq!((status, &fault["code"]), (405, &json!(20004)));
}

#[tokio::test]
async fn a_list_is_filtered_and_paged() {
    let bench = Bench::new().await;
    let other = "+15005550150";
    for (to, body) in [
        (CUSTOMER, "1"),
        (other, "2"),
        (CUSTOMER, "3"),
        (CUSTOMER, "4"),
    ] {
        bench.sent(to, body).await;
        let all_are = async || {
            let texts = bench.texts(to).await;
            texts
                .iter()
                .all(|text| text["status"] == "delivered")
                .then_some(())
        };
        eventually(all_are).await;
    }
    let bodies = |page: &Value| -> Vec<String> {
        let messages = page["messages"].as_array().unwrap();
        messages
            .iter()
            .map(|message| message["body"].as_str().unwrap().to_owned())
            .collect()
    };
    let query = encoded([("To", CUSTOMER), ("PageSize", "2")]);
    let (_, first) = bench
        .get(&bench.path(&format!("Messages.json?{query}")))
        .await;
    assert_eq!(
        (bodies(&first), &first["previous_page_uri"]),
        (vec!["4".into(), "3".into()], &Value::Null)
    );
    let (_, second) = bench.get(first["next_page_uri"].as_str().unwrap()).await;
    assert_eq!(
        (bodies(&second), &second["next_page_uri"]),
        (vec!["1".into()], &Value::Null)
    );
    let day = |hours: i64| {
        let time = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(hours);
        time.strftime("%Y-%m-%d").to_string()
    };
    for (comparison, day) in [("DateSent>", day(-24)), ("DateSent<", day(24))] {
        let query = encoded([(comparison, day.as_str()), ("From", SENDER)]);
        let (_, page) = bench
            .get(&bench.path(&format!("Messages.json?{query}")))
            .await;
        assert_eq!(bodies(&page).len(), 4, "{comparison}{day}");
    }
    let query = encoded([("DateSent<", "2020-01-01")]);
    let (_, none) = bench
        .get(&bench.path(&format!("Messages.json?{query}")))
        .await;
    assert_eq!(bodies(&none), Vec::<String>::new());
}

#[tokio::test]
async fn pages_of_other_sites_are_kept_out() {
    let bench = Bench::new().await;
    let from = |path: &str, headers: &[(&'static str, &'static str)]| {
        let request = bench.request("GET", path);
        headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        })
    };
    for (path, headers, status) in [
        ("/", &[][..], 200),
        (
            "/",
            &[
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-mode", "navigate"),
            ],
            200,
        ),
        (
            "/_local/messages",
            &[
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-mode", "navigate"),
            ],
            403,
        ),
        ("/_local/messages", &[("origin", "http://example.com")], 403),
        ("/_local/messages", &[("host", "example.com")], 403),
        ("/_local/health", &[("sec-fetch-site", "same-origin")], 200),
    ] {
        assert_eq!(
            answer(from(path, headers)).await.0,
            status,
            "{path} {headers:?}"
        );
    }
    let page = bench.request("GET", "/").send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(
        policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
        "{policy}"
    );
}
