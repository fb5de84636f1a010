//! An API on a table in memory, with a clock that is set by hand, a carrier that says what it is told to say, and
//! secrets that can fail. For the tests and the benchmark of this crate.

mod ask;
mod fakes;
mod store;

use std::sync::Arc;

use axum::Router;
use qdn_api::Api;
use qdn_runtime::maintenance::MemoryDocument;
use qdn_runtime::messaging::Messaging;
use qdn_runtime::metrics::Metrics;
use qdn_runtime::secrets::{Document, ExposeSecret, KEEP, KEEP_OPERATORS};
use qdn_runtime::store::{Store, Write};
use qdn_shared::api::samples;
use qdn_shared::health::RunningPackage;
use qdn_shared::id::{LinkId, MessageId};
use qdn_shared::mac::{self, CallbackRoute};
use qdn_shared::message::Policy;
use qdn_shared::phone::PhoneNumber;
use qdn_shared::route::{Credential, RouteName, route};
use qdn_shared::token::{JobToken, Scopes};
use serde_json::Value;

pub use ask::{Answered, Ask};
pub use fakes::{Clock, FakeCarrier, FakeSecrets, WatchedDocument, operator_key, received, sent};
pub use store::WatchedStore;

/// The customer of the samples.
pub const CUSTOMER: &str = "+12025550143";
/// Our number at the carrier.
pub const OURS: &str = "+15005550006";

/// An API and everything around it.
pub struct Scene {
    /// The API.
    pub router: Router,
    /// The table.
    pub store: Arc<WatchedStore>,
    /// The maintenance document.
    pub document: Arc<WatchedDocument>,
    /// The carrier.
    pub carrier: Arc<FakeCarrier>,
    /// The clock.
    pub clock: Arc<Clock>,
    /// The secrets.
    pub secrets: Arc<FakeSecrets>,
}

impl Default for Scene {
    fn default() -> Self {
        Scene::with_package(RunningPackage::Unknown)
    }
}

impl Scene {
    /// An API that runs this package.
    pub fn with_package(package: RunningPackage) -> Self {
        let (mut scene, api) = Scene::api(package);
        let origins = "https://dashboard.quickdumpnow.com,http://localhost:5173";
        scene.router = qdn_api::router::router(api, origins.parse().expect("origins"));
        scene
    }

    /// The same without a router around it.
    pub fn api(package: RunningPackage) -> (Self, Api) {
        let store = Arc::new(WatchedStore::default());
        let document = Arc::new(WatchedDocument(
            MemoryDocument::default(),
            store::Switch::default(),
        ));
        let carrier = Arc::new(FakeCarrier::default());
        let clock = Arc::new(Clock::default());
        let secrets = Arc::new(FakeSecrets::default());
        let api = Api {
            messaging: Messaging {
                store: store.clone(),
                carrier: carrier.clone(),
                world: clock.clone(),
                credentials: Document::new("carrier", secrets.clone(), KEEP),
                keys: Document::new("keys", secrets.clone(), KEEP),
                policy: Policy::with_cascade(120),
                public_url: "https://www.quickdumpnow.com".to_owned(),
                metrics: Metrics::kept(),
            },
            operators: Document::new("operators", secrets.clone(), KEEP_OPERATORS),
            maintenance: document.clone(),
            support_phone: PhoneNumber::parse("+12025550100").expect("a number"),
            package,
        };
        let scene = Scene {
            router: Router::new(),
            store,
            document,
            carrier,
            clock,
            secrets,
        };
        (scene, api)
    }

    /// A request to a route with the credential that it needs. `{jobId}` and the like are filled from `path`.
    pub fn ask(&self, name: RouteName, path: &[&str]) -> Ask {
        let route = route(name);
        let mut values = path.iter();
        let filled: Vec<String> = route
            .template()
            .split('/')
            .map(|part| {
                let value = part.starts_with('{').then(|| values.next()).flatten();
                value.copied().unwrap_or(part).to_owned()
            })
            .collect();
        let ask = Ask::new(&self.router, route.method.as_str(), &filled.join("/"));
        match route.credential {
            Credential::OperatorKey(scope) => ask.bearer(&operator_key(scope)),
            Credential::None | Credential::JobToken(_) | Credential::CarrierMac => ask,
        }
    }

    /// The same with the first sample of the route's bodies.
    pub fn ask_sample(&self, name: RouteName, path: &[&str]) -> Ask {
        let body = samples::requests(name).into_iter().next();
        let body = body.map(|(_, body)| body);
        let ask = self.ask(name, path);
        match (route(name).credential, body) {
            (Credential::CarrierMac, Some(form)) => ask.form(&form),
            (_, Some(body)) => ask.json(&body),
            (_, None) => ask,
        }
    }

    /// Creates the job of the samples; returns its id.
    pub async fn job(&self) -> String {
        let answered = self.ask_sample(RouteName::CreateJob, &[]).send().await;
        assert_eq!(answered.status, 201, "{}", answered.text());
        answered.json()["id"].as_str().expect("an id").to_owned()
    }

    /// Takes the job of the samples through its first so many transitions.
    pub async fn job_after(&self, transitions: usize) -> String {
        let id = self.job().await;
        for (_, body) in &samples::requests(RouteName::MoveJob)[..transitions] {
            let answered = self.move_job(&id, body).await;
            assert_eq!(answered.status, 200, "{}", answered.text());
        }
        id
    }

    /// Asks for a transition.
    pub async fn move_job(&self, id: &str, body: &Value) -> Answered {
        self.ask(RouteName::MoveJob, &[id]).json(body).send().await
    }

    /// Lets a job's thread have no number left.
    pub async fn fill_thread(&self, id: &str) {
        let job = self.store.job_now(id);
        let mut stored = serde_json::to_value(&job).expect("JSON");
        stored["messages"] = MessageId::MAX_NUMBER.into();
        stored["version"] = (job.version() + 1).into();
        let full = serde_json::from_value(stored).expect("a job");
        let written = self.store.memory.commit(&[Write::UpdateJob(full)]).await;
        written.expect("nobody else writes");
    }

    /// The token of a job's tracking link, as the customer has it.
    pub fn token(&self, id: &str) -> String {
        let job = self.store.job_now(id);
        self.mint(job.link(), job.generation(), Scopes::TRACK_AND_RATE)
    }

    /// Any token, good for an hour.
    pub fn mint(&self, link: LinkId, generation: u8, scopes: Scopes) -> String {
        let token = JobToken {
            scopes,
            generation,
            expires_at: JobToken::expiry(self.clock.time(), 3600),
            link,
        };
        let text = token.mint(&fakes::signing_keys().tokens);
        text.expose_secret().to_owned()
    }

    /// A customer's request.
    pub fn ask_with(&self, name: RouteName, token: &str) -> Ask {
        self.ask(name, &[]).bearer(token)
    }

    /// The carrier's request about a message of ours.
    pub fn ask_status(&self, message: &str) -> Ask {
        let id = message.parse().expect("a message's id");
        let route = CallbackRoute::Status(&id);
        Ask::new(
            &self.router,
            "POST",
            &mac::path(&fakes::signing_keys().carrier, route),
        )
    }

    /// The carrier's request about a text that came in.
    pub fn ask_inbound(&self) -> Ask {
        let path = mac::path(&fakes::signing_keys().carrier, CallbackRoute::Inbound);
        Ask::new(&self.router, "POST", &path)
    }
}
