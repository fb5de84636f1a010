//! What the scenes talk to: the API behind the front address, the local carrier, and the emulator itself.

use std::time::{Duration, Instant};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

/// How long something may take that has to happen by itself, on a busy machine.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// Everything that the scenes talk to.
pub struct Town {
    pub http: Client,
    pub front: String,
    pub endpoint: String,
    pub carrier: String,
    pub key: String,
}

impl Town {
    pub fn api(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.front))
            .bearer_auth(&self.key)
    }

    pub async fn ask(request: RequestBuilder, status: u16) -> Value {
        let response = request.send().await.unwrap();
        let got = response.status().as_u16();
        let text = response.text().await.unwrap();
        assert_eq!(got, status, "{text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// A new job of a customer with these numbers; gives its id.
    pub async fn job(&self, phones: &[&str]) -> String {
        let body = json!({ "customer": { "name": "Ada Example", "phones": phones } });
        let job = Self::ask(self.api(Method::POST, "/api/jobs").json(&body), 201).await;
        job["id"].as_str().unwrap().to_owned()
    }

    /// The messages of a job.
    pub async fn messages(&self, job: &str) -> Vec<Value> {
        let path = format!("/api/jobs/{job}/messages");
        let page = Self::ask(self.api(Method::GET, &path), 200).await;
        page["items"].as_array().unwrap().clone()
    }

    /// Waits until a job's first message is as wanted.
    pub async fn first(&self, job: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        self.nth(job, 0, wanted).await
    }

    pub async fn nth(&self, job: &str, index: usize, wanted: impl Fn(&Value) -> bool) -> Value {
        let began = Instant::now();
        loop {
            let messages = self.messages(job).await;
            match messages.get(index) {
                Some(message) if wanted(message) => return message.clone(),
                seen => assert!(began.elapsed() < PATIENCE, "still {seen:?}"),
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// What the carrier was given for a number.
    pub async fn carried(&self, to: &str) -> Vec<Value> {
        let request = self
            .http
            .get(format!("{}/_local/messages", self.carrier))
            .query(&[("to", to)]);
        let listed = Self::ask(request, 200).await;
        listed["messages"].as_array().unwrap().clone()
    }

    pub async fn behave(&self, behaviour: Value) {
        let address = format!("{}/_local/behaviour", self.carrier);
        Self::ask(self.http.post(address).json(&behaviour), 200).await;
    }

    /// How the SDKs reach the local cloud.
    pub fn sdk(&self) -> SdkConfig {
        sdk(&self.endpoint)
    }

    /// A secret document.
    pub async fn secret(&self, name: &str) -> Value {
        let client = aws_sdk_secretsmanager::Client::new(&self.sdk());
        let secret = client
            .get_secret_value()
            .secret_id(name)
            .send()
            .await
            .unwrap();
        serde_json::from_str(secret.secret_string().unwrap()).unwrap()
    }

    /// Lets the schedule's function run until a job's first message is sent.
    pub async fn upkeep_until_sent(&self, job: &str) {
        let began = Instant::now();
        while self.first(job, |_| true).await["delivery"] != "sent" {
            let seen = self.messages(job).await;
            assert!(began.elapsed() < 4 * PATIENCE, "{seen:?}");
            self.upkeep().await;
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
    }

    /// One run of the function that the schedule starts every minute.
    pub async fn upkeep(&self) -> Value {
        let address = format!(
            "{}/2015-03-31/functions/qdn-local-upkeep/invocations",
            self.endpoint
        );
        Self::ask(self.http.post(address).json(&json!({})), 200).await
    }
}

/// How the SDKs reach the local cloud at this address.
pub fn sdk(endpoint: &str) -> SdkConfig {
    let nobody = Credentials::new("000000000000", "local", None, None, "test");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(endpoint)
        .region(Region::from_static("us-east-1"))
        .credentials_provider(SharedCredentialsProvider::new(nobody))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build()
}

/// Whether a message is delivered as said.
pub fn is(delivery: &str) -> impl Fn(&Value) -> bool {
    move |message| message["delivery"] == delivery
}
