//! A problem document as an HTTP response. The catalogue of problems is in `qdn_shared`.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use qdn_shared::problem::{CONTENT_TYPE, Problem, ProblemKind};

/// The bare document of a kind.
pub fn respond(kind: ProblemKind) -> Response {
    respond_with(&Problem::new(kind))
}

/// A document that may carry a detail.
pub fn respond_with(problem: &Problem) -> Response {
    let body = serde_json::to_vec(problem).expect("strings and a number always serialise");
    let mut response = Response::new(Body::from(body));
    *response.status_mut() =
        StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
    response
}
