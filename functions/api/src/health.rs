//! `GET /api/health`: says that the function runs, and which package it runs.

use axum::response::Response;
use http::StatusCode;
use qdn_shared::health::{Health, HealthStatus};

use crate::Api;
use crate::answers::json;

/// Touches nothing but memory, so it answers as long as the function itself does.
pub fn health(api: &Api) -> Response {
    let health = Health {
        status: HealthStatus::Ok,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        package: api.package,
    };
    json(StatusCode::OK, &health)
}
