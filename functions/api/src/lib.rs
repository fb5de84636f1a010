//! The `api` Lambda: answers `/api/*` behind API Gateway.
//!
//! An invocation passes, from outside to inside: [`gateway`] (what API Gateway does to a request and an
//! answer), [`log`] (one line per answer), [`answers`] (what every answer carries, and the limits),
//! [`router`] (made from the route table of `qdn_shared`), a handler ([`health`]). Domain types live in
//! `qdn_shared`; names of AWS resources live nowhere here.

pub mod answers;
pub mod gateway;
pub mod health;
pub mod log;
pub mod problem;
pub mod router;
pub mod settings;

use std::convert::Infallible;

use axum::response::Response;
use lambda_http::{Request, Service};
use tower::ServiceExt;

use settings::{Settings, SettingsError};

/// Serves invocations until the runtime ends the process.
pub async fn run() -> Result<(), RunError> {
    let settings = Settings::from_environment()?;
    lambda_http::run(service(settings))
        .await
        .map_err(RunError::Runtime)
}

/// What the Lambda runtime calls, once per invocation.
pub fn service(
    settings: Settings,
) -> impl Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone {
    router::router(settings)
        .map_request(gateway::routed)
        .map_response(gateway::unframed)
}

/// Why the function does not start, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The environment is not what the stack should have made it.
    #[error("unusable settings: {0}")]
    Settings(#[from] SettingsError),
    /// The runtime interface did not answer as it should.
    #[error("the Lambda runtime interface failed: {0}")]
    Runtime(lambda_http::Error),
}
