//! How good answers are made, what every answer of the API carries (cross-origin headers, `no-store`), and what no
//! request gets past (the body limit, a panic). Which route answers is the router's business.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use qdn_shared::cors::{self, AllowedOrigins};
use qdn_shared::problem::{Problem, ProblemKind};
use qdn_shared::route;
use serde::Serialize;
use tower_http::catch_panic::CatchPanicLayer;

use crate::{log, problem};

/// The largest request body, in bytes. Above any document of ours, far below API Gateway's 10 MB.
pub const MAX_BODY_BYTES: u64 = 64 * 1024;

/// A body of a type of ours.
pub fn json(status: StatusCode, body: &impl Serialize) -> Response {
    let body = serde_json::to_vec(body).expect("answers are structs of texts and numbers");
    json_text(status, body.into())
}

/// A body that is JSON already.
pub fn json_text(status: StatusCode, body: Body) -> Response {
    const JSON: HeaderValue = HeaderValue::from_static("application/json");
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, JSON);
    response
}

/// Says which version of something the answer shows.
pub fn versioned(response: Response, version: u64) -> Response {
    tagged(response, &format!("\"{version}\""))
}

/// The same with an entity tag that somebody else made. One that is no header text is left out.
pub fn tagged(mut response: Response, etag: &str) -> Response {
    if let Ok(etag) = HeaderValue::from_str(etag) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    response
}

/// Says where something is found, if it has an address.
pub fn located(mut response: Response, location: &str) -> Response {
    if let Ok(location) = HeaderValue::from_str(location)
        && !location.is_empty()
    {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// Wraps the routes. The layer added last is the outermost: the log sees every answer, and the headers are
/// put on problems, panics and refusals too.
pub fn complete(routes: Router, allowed: AllowedOrigins) -> Router {
    routes
        .layer(middleware::from_fn(limit_body))
        .layer(CatchPanicLayer::custom(|_| {
            problem::respond(ProblemKind::Internal)
        }))
        .layer(middleware::from_fn_with_state(
            Arc::new(allowed),
            add_headers,
        ))
        .layer(middleware::from_fn(log::answered))
}

/// The body is in memory already when the function is called, so its size is known before it is read.
async fn limit_body(request: Request, next: Next) -> Response {
    if request.body().size_hint().lower() > MAX_BODY_BYTES {
        let detail = format!("at most {MAX_BODY_BYTES} bytes are accepted");
        return problem::respond_with(
            &Problem::new(ProblemKind::PayloadTooLarge).with_detail(detail),
        );
    }
    next.run(request).await
}

async fn add_headers(
    State(allowed): State<Arc<AllowedOrigins>>,
    path: Option<MatchedPath>,
    request: Request,
    next: Next,
) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let preflight = path.filter(|_| request.method() == Method::OPTIONS);
    let mut response = next.run(request).await;

    let origin = origin.as_ref().and_then(|origin| origin.to_str().ok());
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    match preflight {
        Some(path) => set(
            headers,
            &cors::preflight_headers(&allowed, origin, &route::allow(path.as_str())),
        ),
        None => set(headers, &cors::answer_headers(&allowed, origin)),
    }
    response
}

fn set(headers: &mut HeaderMap, decided: &[cors::Header]) {
    for (name, value) in decided {
        let value =
            HeaderValue::from_str(value).expect("origins and our own lists are header text");
        headers.insert(HeaderName::from_static(name), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::{get, post};
    use tower::ServiceExt;

    fn api() -> Router {
        let routes = Router::new()
            .route(
                "/api/panic",
                get(async || -> StatusCode { panic!("a secret of the request") }),
            )
            .route("/api/read", post(async |body: String| body));
        complete(
            routes,
            "https://dashboard.quickdumpnow.com".parse().unwrap(),
        )
    }

    async fn answer(request: http::Request<Body>) -> (StatusCode, HeaderMap, String) {
        let (parts, body) = api().oneshot(request).await.unwrap().into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        (
            parts.status,
            parts.headers,
            String::from_utf8(body.to_vec()).unwrap(),
        )
    }

    #[tokio::test]
    async fn a_panic_becomes_a_problem_that_its_caller_may_read_and_that_tells_nothing() {
        let request = http::Request::get("/api/panic")
            .header("origin", "https://dashboard.quickdumpnow.com")
            .body(Body::empty())
            .unwrap();
        let (status, headers, body) = answer(request).await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(headers["content-type"], "application/problem+json");
        assert_eq!(
            headers["access-control-allow-origin"],
            "https://dashboard.quickdumpnow.com"
        );
        assert_eq!(headers["cache-control"], "no-store");
        insta::assert_snapshot!(body, @r#"{"type":"tag:quickdumpnow.com,2026:problem/internal","title":"Internal error","status":500}"#);
    }

    #[tokio::test]
    async fn a_body_at_the_limit_is_read_and_one_byte_more_is_refused() {
        let size = usize::try_from(MAX_BODY_BYTES).unwrap();
        let send = |size| {
            http::Request::post("/api/read")
                .body(Body::from(vec![b'x'; size]))
                .unwrap()
        };
        let (status, _, body) = answer(send(size)).await;
        assert_eq!((status, body.len()), (StatusCode::OK, size));

        let (status, headers, body) = answer(send(size + 1)).await;
        assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(headers["vary"], "Origin");
        insta::assert_snapshot!(body, @r#"{"type":"tag:quickdumpnow.com,2026:problem/payload-too-large","title":"Request body too large","status":413,"detail":"at most 65536 bytes are accepted"}"#);
    }

    #[tokio::test]
    async fn an_origin_that_is_no_text_is_no_origin() {
        let origin = HeaderValue::from_bytes(&[0xff]).unwrap();
        let request = http::Request::post("/api/read")
            .header("origin", origin)
            .body(Body::empty())
            .unwrap();
        let (status, headers, _) = answer(request).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(headers["vary"], "Origin");
        assert!(!headers.contains_key("access-control-allow-origin"));
    }
}
