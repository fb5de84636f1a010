//! The log: JSON lines on stdout, one for each answer. A line holds ids, the route template and the status;
//! never a path, a query, a header, a body or an address, because those can name a person or carry a token.

use std::panic;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use lambda_http::request::RequestContext;
use lambda_http::{Context, RequestExt};
use tracing::level_filters::LevelFilter;

/// Starts the log of the process. A second call in the same process does nothing.
pub fn start() {
    let lines = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        // CloudWatch stamps every line itself.
        .without_time()
        .with_max_level(LevelFilter::INFO)
        .finish();
    if tracing::subscriber::set_global_default(lines).is_ok() {
        panic::set_hook(Box::new(|info| {
            // The place alone: the message may quote what a customer sent.
            let place = info.location().map(ToString::to_string);
            tracing::error!(place, "panicked");
        }));
    }
}

/// Writes the line of one answer.
pub async fn answered(path: Option<MatchedPath>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let invocation = request
        .extensions()
        .get::<Context>()
        .map(|context| context.request_id.clone());
    let gateway = gateway_request_id(&request);
    let response = next.run(request).await;
    tracing::info!(
        requestId = invocation,
        gatewayRequestId = gateway,
        method = method.as_str(),
        route = path.as_ref().map_or("none", MatchedPath::as_str),
        status = response.status().as_u16(),
        milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        "answered"
    );
    response
}

/// The id under which API Gateway's access log has the same request.
fn gateway_request_id(request: &Request) -> Option<String> {
    match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV1(context)) => context.request_id.clone(),
        Some(_) | None => None,
    }
}
