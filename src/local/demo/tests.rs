//! The demo against a small stand-in for site and carrier in one.

use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};

use super::*;

const KEY: &str = "k3x9q2ab.secret";
const TOKEN: &str = "AQcBAHDb2IAAESIzRFVmd4iZqrvM3e7_fxwc73av3s5ZkFEg9irKRnjs";

/// What was asked, and the texts that came of it.
#[derive(Default)]
struct Town {
    asked: Vec<Value>,
    texts: Vec<Value>,
    silent: bool,
}

type Shared = Arc<Mutex<Town>>;

impl Town {
    fn send(&mut self, body: &str) {
        if self.silent {
            return;
        }
        let link = format!("http://127.0.0.1:8080/track?jobToken={TOKEN}");
        let number = self.texts.len();
        self.texts.push(json!({
            "sid": format!("SM{number}"),
            "body": body.replace("[link]", &link),
            "status": "delivered",
            "created": "2026-11-22T18:00:00Z",
        }));
    }
}

fn bearer(headers: &HeaderMap) -> &str {
    headers["authorization"]
        .to_str()
        .unwrap()
        .strip_prefix("Bearer ")
        .unwrap()
}

async fn town() -> (String, Shared) {
    let create = async |State(town): State<Shared>, headers: HeaderMap, Json(body): Json<Value>| {
        let mut town = town.lock().unwrap();
        if bearer(&headers) != KEY {
            let problem = json!({"title": "Unauthorized", "detail": "the key is not known"});
            return (StatusCode::UNAUTHORIZED, Json(problem));
        }
        town.asked.push(body);
        town.send("Your job is confirmed. ID: 7K3M9QX2 Track: [link]");
        (StatusCode::CREATED, Json(json!({"id": "7K3M9QX2"})))
    };
    let transition =
        async |State(town): State<Shared>, Path(id): Path<String>, Json(body): Json<Value>| {
            assert_eq!(id, "7K3M9QX2");
            let mut town = town.lock().unwrap();
            let text = match body["to"].as_str().unwrap() {
                "ASSIGNED" => {
                    let window = serde_json::from_value(body["window"].clone()).unwrap();
                    text::assigned(body["technician"]["name"].as_str().unwrap(), &window)
                        .as_str()
                        .to_owned()
                }
                "IN_PROGRESS" => "Service underway. Your tech just arrived.".to_owned(),
                _ => "Job done! Rate your experience: [link]".to_owned(),
            };
            town.asked.push(body);
            town.send(&text);
            Json(json!({"id": id}))
        };
    let rate = async |State(town): State<Shared>, headers: HeaderMap, Json(body): Json<Value>| {
        assert_eq!(bearer(&headers), TOKEN);
        let mut town = town.lock().unwrap();
        town.asked.push(body);
        town.send("Thank you for rating. Here's your receipt: [link]");
        Json(json!({}))
    };
    let inbox =
        async |State(town): State<Shared>| Json(json!({"messages": town.lock().unwrap().texts}));
    let shared = Shared::default();
    shared
        .lock()
        .unwrap()
        .send("Job done! Rate your experience: [link]");
    let app = Router::new()
        .route("/api/jobs", post(create))
        .route("/api/jobs/{id}/transitions", post(transition))
        .route("/api/track/rating", post(rate))
        .route("/_local/messages", get(inbox))
        .with_state(Arc::clone(&shared));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, app).await.unwrap() });
    (url, shared)
}

async fn played(url: &str, key: &str, stars: Option<u8>) -> Result<Played, Error> {
    let scene = Scene {
        front: url,
        carrier: url,
        key: &key.to_owned().into(),
        patience: Duration::from_millis(300),
    };
    play(scene, stars, &|_| ()).await
}

#[tokio::test]
async fn a_job_is_played_to_its_end_again_and_again() {
    let (url, town) = town().await;
    for (stars, texts) in [(None, 4), (Some(5), 5)] {
        let played = played(&url, KEY, stars).await.unwrap();
        assert_eq!(
            (played.job.as_str(), played.texts.len()),
            ("7K3M9QX2", texts)
        );
        let track = played.track.unwrap();
        assert_eq!(
            (track.path(), track.query()),
            ("/track", Some(&*format!("jobToken={TOKEN}")))
        );
    }
    let town = town.lock().unwrap();
    let moves: Vec<&Value> = town.asked.iter().map(|asked| &asked["to"]).collect();
    let none = &Value::Null;
    let four = [
        none,
        &json!("ASSIGNED"),
        &json!("IN_PROGRESS"),
        &json!("COMPLETE"),
    ];
    assert_eq!(moves, [&four[..], &four[..], &[none]].concat());
    assert_eq!(town.asked[8], json!({"stars": 5}));
    assert_eq!(town.asked[0]["customer"]["phones"], json!([CUSTOMER]));
}

#[tokio::test]
async fn what_stops_it_is_named() {
    let (url, town) = town().await;
    let refused = played(&url, "wrong", None).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "POST /api/jobs was answered with 401: the key is not known"
    );
    town.lock().unwrap().silent = true;
    let silent = played(&url, KEY, None).await.unwrap_err();
    assert_eq!(
        silent.to_string(),
        "the text `Your job is confirmed. ID: 7K3M9QX2 Track:` did not come within 0 s"
    );
    let nobody = played("http://127.0.0.1:9", KEY, None).await.unwrap_err();
    assert_eq!(nobody.to_string(), "GET /_local/messages was not answered");
    assert!(
        [refused, silent, nobody]
            .iter()
            .all(|error| error.hint().is_some())
    );
}

#[test]
fn the_window_is_two_full_hours_to_come() {
    let window = the_window("2026-11-22T17:59:59Z".parse().unwrap());
    assert_eq!(window.describe(), "Sun Nov 22, 2-4 pm EST");
}
