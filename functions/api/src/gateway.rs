//! Between API Gateway and the router: the event made fit for `lambda_http`, the path without the stage on the way
//! in, no framing on the way out. Reading the event and writing the answer's JSON is `lambda_http`'s work.

use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{Uri, header};
use lambda_http::lambda_runtime::LambdaEvent;
use lambda_http::request::{LambdaRequest, RequestContext};
use lambda_http::{Request, RequestExt};

/// Takes out of an event what `lambda_http` would stumble over: it lets the last of several headers of one name
/// stand for all of them, and panics on a host, a path or a body of an unexpected form.
pub fn event(mut event: LambdaEvent<LambdaRequest>) -> LambdaEvent<LambdaRequest> {
    let LambdaRequest::ApiGatewayV1(request) = &mut event.payload else {
        return event;
    };
    for name in request.multi_value_headers.keys() {
        request.headers.remove(name);
    }
    // Only for an address that `routed` replaces.
    request.headers.remove(header::HOST);
    request.request_context.domain_name = None;
    let path = request.path.get_or_insert_default();
    if !path.starts_with('/') {
        path.insert(0, '/');
    }
    let body = request.body.as_deref().unwrap_or_default();
    if request.is_base64_encoded && STANDARD.decode(body).is_err() {
        // As it stands it is refused for what it is. Without a body the request could mean something else.
        request.is_base64_encoded = false;
    }
    event
}

/// Gives the request the path of the API, whatever the stage is called.
///
/// `lambda_http` puts the stage in front of a REST event's path unless an environment variable forbids it.
/// The event's own path is at hand, so the function depends neither on that variable nor on the stage's name.
pub fn routed(mut request: Request) -> Request {
    let path = without_stage(request.raw_http_path(), stage(&request));
    let target = match request.uri().query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    // A path that no client may send has no route: the root is answered with "not found".
    *request.uri_mut() = target.parse().unwrap_or_else(|_| Uri::from_static("/"));
    request
}

/// Takes out the length that the framework computed. API Gateway counts for itself, and would hand a length
/// of ours to the client under another name (`x-amzn-remapped-content-length`).
pub fn unframed(mut response: Response) -> Response {
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response
}

/// A custom domain with a base path of the stage's name leaves the stage in the event's path.
fn without_stage<'a>(path: &'a str, stage: Option<&str>) -> &'a str {
    if path.starts_with("/api/") {
        return path;
    }
    let rest = stage.and_then(|stage| path.strip_prefix('/')?.strip_prefix(stage));
    rest.filter(|rest| rest.starts_with("/api/"))
        .unwrap_or(path)
}

fn stage(request: &Request) -> Option<&str> {
    match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV1(context)) => context.stage.as_deref(),
        Some(_) | None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_stage_goes_and_nothing_else() {
        let cases = [
            ("/api/health", Some("v1"), "/api/health"),
            ("/v1/api/health", Some("v1"), "/api/health"),
            ("/api/health", Some("api"), "/api/health"),
            ("/api/health", None, "/api/health"),
            ("/v1/api/health", Some("v2"), "/v1/api/health"),
            ("/v1x/api/health", Some("v1"), "/v1x/api/health"),
            ("/v1", Some("v1"), "/v1"),
            ("/api", Some("v1"), "/api"),
            ("", Some("v1"), ""),
            ("api/health", Some("api"), "api/health"),
        ];
        for (path, stage, expected) in cases {
            assert_eq!(without_stage(path, stage), expected, "{path} {stage:?}");
        }
    }

    proptest! {
        #[test]
        fn any_stage_leads_to_the_same_path(stage in "[A-Za-z0-9_]{1,12}", rest in "[a-z/]{0,12}") {
            let path = format!("/api/{rest}");
            prop_assert_eq!(without_stage(&path, Some(&stage)), &path);
            if stage != "api" {
                let staged = format!("/{stage}{path}");
                prop_assert_eq!(without_stage(&staged, Some(&stage)), &path);
            }
        }
    }
}
