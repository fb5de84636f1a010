//! The line of one answer. It holds ids, the job's among them, the route template and the status; never a path, a query,
//! a header, a body or an address, because those can name a person or carry a token.

use std::time::Instant;

use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{MatchedPath, RawPathParams, Request};
use axum::middleware::Next;
use axum::response::Response;
use lambda_http::request::RequestContext;
use lambda_http::{Context, RequestExt};
use qdn_shared::id::JobId;
use tracing::Instrument as _;

/// What an answer says to the log and not to the caller. Holds codes and names of ours, nothing of the request.
#[derive(Clone, Debug)]
pub struct Cause(pub String);

/// Writes the line of one answer; with a cause it is an error.
pub async fn answered(
    path: Option<MatchedPath>,
    parameters: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
    next: Next,
) -> Response {
    let job = parameters.ok().as_ref().and_then(job);
    let job = job.map(tracing::field::display);
    let started = Instant::now();
    let method = request.method().clone();
    let invocation = request
        .extensions()
        .get::<Context>()
        .map(|context| context.request_id.clone());
    let gateway = gateway_request_id(&request);
    // What is told on the way carries the id as well.
    let span = tracing::info_span!("invocation", requestId = invocation);
    let response = next.run(request).instrument(span).await;
    let route = path.as_ref().map_or("none", MatchedPath::as_str);
    let status = response.status().as_u16();
    let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    match response.extensions().get::<Cause>() {
        None => tracing::info!(
            requestId = invocation,
            gatewayRequestId = gateway,
            method = method.as_str(),
            route,
            jobId = job,
            status,
            milliseconds,
            "answered"
        ),
        Some(Cause(cause)) => tracing::error!(
            requestId = invocation,
            gatewayRequestId = gateway,
            method = method.as_str(),
            route,
            jobId = job,
            status,
            milliseconds,
            cause,
            "answered"
        ),
    }
    response
}

/// The job that a path names; none when what stands there is no job's id, and may be anything.
fn job(parameters: &RawPathParams) -> Option<JobId> {
    let mut parameters = parameters.iter();
    let (_, text) = parameters.find(|(name, _)| *name == "jobId")?;
    text.parse().ok()
}

/// The id under which API Gateway's access log has the same request.
fn gateway_request_id(request: &Request) -> Option<String> {
    match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV1(context)) => context.request_id.clone(),
        Some(_) | None => None,
    }
}
