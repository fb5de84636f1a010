//! Twilio's interface: `api.twilio.com/2010-04-01` and `messaging.twilio.com/v1`, both under one address.

mod list;
mod messages;
mod numbers;
mod services;

use std::sync::Arc;

use axum::Router;
use axum::http::Uri;
use axum::middleware::from_fn_with_state;
use axum::routing::get;

use super::access;
use super::fault::Fault;
use super::world::Carrier;

/// The routes of Twilio's interface. They also answer every path that nobody else has.
pub(super) fn router(carrier: &Arc<Carrier>) -> Router<Arc<Carrier>> {
    const ACCOUNT: &str = "/2010-04-01/Accounts/{account}";
    let path = |rest: &str| format!("{ACCOUNT}/{rest}");
    Router::new()
        .route(
            &path("Messages.json"),
            get(messages::list).post(messages::create),
        )
        .route(&path("Messages/{file}"), get(messages::fetch))
        .route(
            &path("IncomingPhoneNumbers.json"),
            get(numbers::list).post(numbers::create),
        )
        .route(
            &path("IncomingPhoneNumbers/{file}"),
            get(numbers::fetch).post(numbers::update),
        )
        .route("/v1/Services", get(services::list))
        .route(
            "/v1/Services/{sid}",
            get(services::fetch).post(services::update),
        )
        .route(
            "/v1/Services/{sid}/PhoneNumbers",
            get(services::phone_numbers),
        )
        .method_not_allowed_fallback(async || Fault::method_not_allowed())
        .fallback(async |uri: Uri| Fault::not_found(uri.path()))
        .layer(from_fn_with_state(Arc::clone(carrier), access::interface))
}

/// The SID of a path that ends in `SID.json`.
fn sid_of(file: &str) -> &str {
    file.strip_suffix(".json").unwrap_or(file)
}
