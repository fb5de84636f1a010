//! Whatever is sent: an answer below 500, no panic, and nothing stored when it is refused.

use axum::Router;
use http::{HeaderName, HeaderValue};
use proptest::prelude::*;
use qdn_runtime::maintenance::DocumentStore;
use qdn_shared::api::samples;
use qdn_shared::route::{Credential, ROUTES, Route};
use serde_json::{Value, json};

use crate::scene::{Answered, Ask, Scene, operator_key};

/// What may stand for a parameter of a path.
fn segments() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just("7K3M9QX2".to_owned()),
        1 => prop::sample::select(vec![
            "..", ".", "%2F", "7K3M9QX2%2F..", "%00", "%FF", "%E2%80%AE", "7k3m9qx2", "7K3M9QX2-1", "a%20b", "{jobId}",
            "%25", "7K3M9QX2%0A",
        ]).prop_map(str::to_owned),
        1 => "[A-Za-z0-9._~%+-]{1,20}",
    ]
}

fn paths() -> impl Strategy<Value = (&'static Route, String)> {
    let route = prop::sample::select(ROUTES.iter().collect::<Vec<_>>());
    (route, prop::collection::vec(segments(), 3)).prop_map(|(route, mut values)| {
        let filled: Vec<_> = route
            .template()
            .split('/')
            .map(|part| {
                if part.starts_with('{') {
                    values.pop().unwrap_or_default()
                } else {
                    part.to_owned()
                }
            })
            .collect();
        (route, filled.join("/"))
    })
}

fn header() -> impl Strategy<Value = (String, Vec<u8>)> {
    let names = vec![
        "authorization",
        "content-type",
        "content-encoding",
        "idempotency-key",
        "if-match",
        "if-none-match",
        "origin",
        "content-length",
        "transfer-encoding",
        "x-forwarded-for",
        "cookie",
    ];
    let values = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..20),
        prop::sample::select(vec![
            "Bearer x",
            "application/json",
            "application/json; charset=utf-16",
            "gzip",
            "*",
            "\"1\"",
            "W/\"1\"",
            "\"1\", \"2\"",
            "https://dashboard.quickdumpnow.com",
            "",
            " ",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    (prop::sample::select(names).prop_map(str::to_owned), values)
}

/// A body of the route with a part replaced, or any bytes.
fn body(route: &'static Route) -> impl Strategy<Value = Vec<u8>> {
    let samples: Vec<Value> = samples::requests(route.name)
        .into_iter()
        .map(|(_, body)| body)
        .collect();
    let odd = prop_oneof![
        Just(json!(null)),
        Just(json!([[[]]])),
        Just(json!("\u{0}\u{202e}[link]")),
        Just(json!(1e300)),
        Just(json!(-1)),
        "\\PC{0,40}".prop_map(Value::from),
        Just(json!("x".repeat(5000))),
    ];
    let changed = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        odd,
    )
        .prop_map(move |(which, field, odd)| {
            let mut body = if samples.is_empty() {
                json!({})
            } else {
                samples[which.index(samples.len())].clone()
            };
            if let Some(object) = body.as_object_mut() {
                let names: Vec<_> = object.keys().cloned().chain(["more".to_owned()]).collect();
                object.insert(names[field.index(names.len())].clone(), odd);
            }
            body.to_string().into_bytes()
        });
    prop_oneof![
        4 => changed,
        1 => prop::collection::vec(any::<u8>(), 0..200),
        1 => "[\\[{\":,}\\]a0 ]{0,40}".prop_map(String::into_bytes),
        1 => prop::sample::select(vec![70_000_usize, 65_536]).prop_map(|size| vec![b'['; size]),
    ]
}

/// A place in the list of jobs, `2026-11-22T13:00:00.000Z#7K3M9QX2`.
const CURSOR_OF_JOBS: &str = "cursor=MjAyNi0xMS0yMlQxMzowMDowMC4wMDBaIzdLM005UVgy";

#[derive(Clone, Debug)]
struct Sent {
    method: String,
    route: &'static Route,
    path: String,
    query: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    with_credential: bool,
    with_type: bool,
}

fn sent() -> impl Strategy<Value = Sent> {
    paths().prop_flat_map(|(route, path)| {
        let method = prop_oneof![8 => Just(route.method.as_str().to_owned()), 1 => "[A-Z]{1,7}"];
        let query = prop_oneof![
            4 => Just(String::new()),
            1 => "[a-z=&%0-9+]{0,24}",
            1 => prop::sample::select(vec!["limit=0", "limit=1&limit=2", "state=NONE", "cursor=%00", "cursor=AAAA", CURSOR_OF_JOBS, "cursor=enp6", "limit=99999999999999999999"])
                .prop_map(str::to_owned),
        ];
        let headers = prop::collection::vec(header(), 0..3);
        (method, Just((route, path)), query, headers, body(route), prop::bool::weighted(0.8), prop::bool::weighted(0.8))
            .prop_map(|(method, (route, path), query, headers, body, with_credential, with_type)| {
                Sent { method, route, path, query, headers, body, with_credential, with_type }
            })
    })
}

/// The request, where HTTP can say it at all.
fn ask(router: &Router, token: &str, sent: &Sent) -> Option<Ask> {
    let target = if sent.query.is_empty() {
        sent.path.clone()
    } else {
        format!("{}?{}", sent.path, sent.query)
    };
    target.parse::<http::Uri>().ok()?;
    let mut ask = Ask::new(router, &sent.method, &target);
    if sent.with_type {
        ask = ask.header("content-type", "application/json");
    }
    if sent.with_credential {
        ask = match sent.route.credential {
            Credential::OperatorKey(scope) => ask.bearer(&operator_key(scope)),
            Credential::JobToken(_) => ask.bearer(token),
            Credential::None | Credential::CarrierMac => ask,
        };
    }
    for (name, value) in &sent.headers {
        name.parse::<HeaderName>().ok()?;
        HeaderValue::from_bytes(value).ok()?;
        ask = ask.header(name, value);
    }
    Some(ask.with_body(sent.body.clone()))
}

async fn check(sent: Sent) -> Result<(), TestCaseError> {
    let scene = Scene::default();
    let id = scene.job_after(2).await;
    let token = scene.token(&id);
    let sent = Sent {
        path: sent.path.replace("7K3M9QX2", &id),
        ..sent
    };
    let written = scene.store.written();
    let document = scene.document.0.read().await.unwrap();
    let Some(ask) = ask(&scene.router, &token, &sent) else {
        return Ok(());
    };
    let answered: Answered = ask.send().await;
    prop_assert!(
        answered.status.as_u16() < 500,
        "{} {:?}",
        answered.text(),
        sent
    );
    if answered.status.is_client_error() {
        prop_assert_eq!(scene.store.written(), written, "{:?}", sent);
        prop_assert_eq!(scene.document.0.read().await.unwrap(), document);
        prop_assert_eq!(answered.header("content-type"), "application/problem+json");
        if sent.method != "HEAD" {
            let problem: qdn_shared::problem::Problem =
                serde_json::from_slice(&answered.body).unwrap();
            prop_assert!(
                problem.status != 400 || !problem.errors.is_empty(),
                "a fault without its place: {:?}",
                sent
            );
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn nothing_that_is_sent_breaks_it(sent in sent()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(check(sent))?;
    }
}
