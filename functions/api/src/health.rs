//! `GET /api/health`: says that the function runs, and which package it runs.

use axum::Json;
use axum::extract::State;
use qdn_shared::health::{Health, HealthStatus, RunningPackage};

/// Touches nothing but memory, so it answers as long as the function itself does.
pub async fn health(State(package): State<RunningPackage>) -> Json<Health> {
    Json(Health {
        status: HealthStatus::Ok,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        package,
    })
}
