//! Between API Gateway and the router: the path without the stage on the way in, no framing on the way out.
//! Reading the event and writing the answer's JSON is `lambda_http`'s work.

use axum::response::Response;
use http::{Uri, header};
use lambda_http::request::RequestContext;
use lambda_http::{Request, RequestExt};

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
