//! The stand-in over HTTP, as its users meet it: on a loopback port, in this process.

mod contract;
mod delivery;
mod keeping;
mod numbers;
mod replies;
mod troubles;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinHandle;

use super::credentials;
use super::form::{Params, encoded};
use super::magic::{CUSTOMER, SENDER};
use super::serve::{Serve, open};

/// How long something may take that takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// A stand-in of a test, ended when this is dropped. Its steps take 5 ms.
struct Bench {
    folder: PathBuf,
    /// Removes the folder at the end.
    temporary: Option<TempDir>,
    url: String,
    client: reqwest::Client,
    secrets: BTreeMap<String, String>,
    task: JoinHandle<()>,
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Bench {
    async fn new() -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().to_owned();
        let mut bench = Self::at(&folder).await;
        bench.temporary = Some(temporary);
        bench.behave(json!({"stepMs": 5})).await;
        bench
    }

    /// On what another one left in this folder.
    async fn at(folder: &Path) -> Self {
        let secrets_file = folder.join("repos.env");
        credentials::ensure(&secrets_file).unwrap();
        let told = Serve {
            folder: folder.to_owned(),
            secrets_file: secrets_file.clone(),
            port: 0,
            identity: "test".into(),
        };
        let open = open(&told, Box::new(io::sink())).await.unwrap();
        let url = open.carrier.about.url.trim_end_matches('/').to_owned();
        let text = std::fs::read_to_string(secrets_file).unwrap();
        let pairs = text.lines().filter_map(|line| line.split_once('='));
        Self {
            folder: folder.to_owned(),
            temporary: None,
            url,
            client: reqwest::Client::builder()
                .no_proxy()
                .timeout(PATIENCE)
                .build()
                .unwrap(),
            secrets: pairs
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            task: tokio::spawn(open.answer()),
        }
    }

    fn secret(&self, name: &str) -> &str {
        &self.secrets[name]
    }

    /// A path below the account.
    fn path(&self, rest: &str) -> String {
        format!(
            "/2010-04-01/Accounts/{}/{rest}",
            self.secret("TWILIO_ACCOUNT_SID")
        )
    }

    fn signed(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        request.basic_auth(
            self.secret("TWILIO_API_KEY_SID"),
            Some(self.secret("TWILIO_API_KEY_SECRET")),
        )
    }

    fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let address = format!("{}{path}", self.url);
        self.client.request(method.parse().unwrap(), address)
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        answer(self.signed(self.request("GET", path))).await
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> (u16, Value) {
        answer(self.form(path, form)).await
    }

    fn form(&self, path: &str, form: &[(&str, &str)]) -> reqwest::RequestBuilder {
        let request = self.signed(self.request("POST", path));
        request
            .header("content-type", "application/x-www-form-urlencoded")
            .body(encoded(form.iter().copied()))
    }

    /// The form of a plain text to a number.
    fn send(&self, to: &str, body: &str) -> reqwest::RequestBuilder {
        self.form(
            &self.path("Messages.json"),
            &[("To", to), ("From", SENDER), ("Body", body)],
        )
    }

    /// Sends a text that is accepted; its SID.
    async fn sent(&self, to: &str, body: &str) -> String {
        let (status, message) = answer(self.send(to, body)).await;
        assert_eq!(status, 201, "{message}");
        message["sid"].as_str().unwrap().to_owned()
    }

    async fn behave(&self, change: Value) {
        let (status, _) = answer(self.request("POST", "/_local/behaviour").json(&change)).await;
        assert_eq!(status, 200);
    }

    /// The texts to or from a phone, oldest first.
    async fn texts(&self, phone: &str) -> Vec<Value> {
        let (_, all) = answer(self.request("GET", "/_local/messages")).await;
        let mut texts = all["messages"].as_array().unwrap().clone();
        texts.retain(|text| text["phone"] == phone);
        texts
    }

    /// The one text of a phone, once it is in this status.
    async fn once(&self, phone: &str, status: &str) -> Value {
        let find = async || {
            let texts = self.texts(phone).await;
            texts.into_iter().find(|text| text["status"] == status)
        };
        eventually(find).await
    }
}

/// Status and document of an answer; null when it is no JSON.
async fn answer(request: reqwest::RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    (
        status,
        serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default(),
    )
}

/// What is there as soon as it is there.
async fn eventually<T>(find: impl AsyncFn() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = find().await {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "it never came");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A request that the stand-in made: method, path and query, parameters.
#[derive(Debug, Clone)]
struct Heard {
    method: String,
    path: String,
    parameters: Params,
}

impl Heard {
    fn get(&self, name: &str) -> &str {
        self.parameters.get(name).unwrap_or_default()
    }
}

/// Hears what the stand-in calls, and answers each path with the status it ends in (`/…/500`), or 204.
struct Listener {
    url: String,
    heard: Arc<Mutex<Vec<Heard>>>,
    task: JoinHandle<()>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Listener {
    async fn new() -> Self {
        let heard = Arc::<Mutex<Vec<Heard>>>::default();
        let hear = async |State(heard): State<Arc<Mutex<Vec<Heard>>>>,
                          method: axum::http::Method,
                          uri: Uri,
                          headers: HeaderMap,
                          body: axum::body::Bytes| {
            let query = Params::parse(uri.query().unwrap_or_default());
            let is_post = method == axum::http::Method::POST;
            heard.lock().unwrap().push(Heard {
                method: method.to_string(),
                path: uri.path().to_owned(),
                parameters: if is_post {
                    Params::of_body(&headers, &body)
                } else {
                    query
                },
            });
            let wanted = uri
                .path()
                .rsplit('/')
                .next()
                .and_then(|status| status.parse().ok());
            wanted
                .and_then(|status| StatusCode::from_u16(status).ok())
                .unwrap_or(StatusCode::NO_CONTENT)
        };
        let app = axum::Router::new()
            .fallback(hear)
            .with_state(Arc::clone(&heard));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let task = tokio::spawn(async { axum::serve(listener, app).await.unwrap() });
        Self { url, heard, task }
    }

    fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }

    /// What was heard, once it is so many.
    async fn wait(&self, count: usize) -> Vec<Heard> {
        eventually(async || Some(self.heard()).filter(|heard| heard.len() >= count)).await
    }
}
