//! The `api` Lambda: answers `/api/*` behind API Gateway.
//!
//! An invocation passes, from outside to inside: [`gateway`] (what API Gateway does to a request and an
//! answer), [`log`] (one line per answer), [`answers`] (what every answer carries, and the limits),
//! [`router`] (made from the route table of `qdn_shared`), [`auth`] (what the route's caller has to show), a
//! handler. Domain types live in `qdn_shared`, I/O in `qdn_runtime`; names of AWS resources live nowhere here.
//!
//! | handlers | routes |
//! |---|---|
//! | [`jobs`] | jobs: create, list, get |
//! | [`moves`] | transitions, charges, new links |
//! | [`messages`] | messages: send, list |
//! | [`track`] | the customer's view, and the rating |
//! | [`maintenance`] | maintenance data |
//! | [`callbacks`], [`replies`] | what the carrier tells |
//! | [`health`] | that the function runs |
//!
//! They share [`asked`] (reading a request), [`idempotency`] (creating once) and [`refusal`] (why there is no good
//! answer).

pub mod answers;
pub mod asked;
pub mod auth;
pub mod callbacks;
pub mod gateway;
pub mod health;
pub mod idempotency;
pub mod jobs;
pub mod log;
pub mod maintenance;
pub mod messages;
pub mod moves;
pub mod problem;
pub mod refusal;
pub mod replies;
pub mod router;
pub mod settings;
pub mod start;
pub mod track;

use std::convert::Infallible;
use std::sync::Arc;

use jiff::Timestamp;
use lambda_http::lambda_runtime::{self, LambdaEvent};
use lambda_http::request::LambdaRequest;
use lambda_http::{Adapter, Service};
use qdn_runtime::aws;
use qdn_runtime::carrier::ClientError;
use qdn_runtime::maintenance::DocumentStore;
use qdn_runtime::messaging::Messaging;
use qdn_runtime::secrets::Document;
use qdn_runtime::settings::{SettingError, Variables};
use qdn_runtime::store::Store;
use qdn_shared::cors::AllowedOrigins;
use qdn_shared::health::RunningPackage;
use qdn_shared::operator::OperatorKeys;
use qdn_shared::phone::PhoneNumber;
use serde::Serialize;
use tower::ServiceExt;

use settings::Settings;

/// Everything that the handlers work with.
pub struct Api {
    /// The table, the carrier, the signing keys, time and randomness.
    pub messaging: Messaging,
    /// What operator keys are checked against.
    pub operators: Document<OperatorKeys>,
    /// Where the maintenance document is.
    pub maintenance: Arc<dyn DocumentStore>,
    /// The number that customers may call.
    pub support_phone: PhoneNumber,
    /// The package that this process runs.
    pub package: RunningPackage,
}

impl Api {
    /// The table.
    pub fn store(&self) -> &dyn Store {
        self.messaging.store.as_ref()
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.messaging.now()
    }

    /// Random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        qdn_runtime::world::random(self.messaging.world.as_ref())
    }
}

/// Serves invocations until the runtime ends the process.
pub async fn run() -> Result<(), RunError> {
    let settings = Settings::read(&Variables::of_this_process())?;
    let allowed_origins = settings.allowed_origins.clone();
    let api = start::api(settings, &aws::config())?;
    let events = events(api, allowed_origins);
    lambda_runtime::run(events).await.map_err(RunError::Runtime)
}

/// What the Lambda runtime calls, once per invocation.
pub fn events(
    api: Api,
    allowed_origins: AllowedOrigins,
) -> impl Service<LambdaEvent<LambdaRequest>, Response: Serialize, Error = Infallible, Future: Send>
{
    let requests = router::router(api, allowed_origins)
        .map_request(gateway::routed)
        .map_response(gateway::unframed);
    Adapter::from(requests).map_request(gateway::event)
}

/// Why the function does not start, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The environment is not what the stack should have made it.
    #[error("unusable settings: {0}")]
    Settings(#[from] SettingError),
    /// The HTTP client could not be made.
    #[error("no HTTP client for the carrier: {0}")]
    Client(#[from] ClientError),
    /// The runtime interface did not answer as it should.
    #[error("the Lambda runtime interface failed: {0}")]
    Runtime(lambda_http::Error),
}
