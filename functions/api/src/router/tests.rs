//! Holds the router equal to the route table, in both directions.

use super::*;
use axum::body::Body;
use http::Request;
use proptest::prelude::*;
use qdn_shared::health::RunningPackage;
use qdn_shared::route::Segment;
use tower::ServiceExt;

/// Every method that a client may try; CONNECT names no path and cannot reach a router.
const ALL_METHODS: [&str; 9] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND",
];

fn api() -> Router {
    router(Settings {
        package: RunningPackage::Unknown,
        allowed_origins: "https://dashboard.quickdumpnow.com".parse().unwrap(),
    })
}

async fn ask(method: &str, path: &str) -> Response {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .body(Body::empty())
        .unwrap();
    api().oneshot(request).await.unwrap()
}

/// A path that a template stands for.
fn example(path: PathTemplate) -> String {
    path.segments()
        .map(|segment| match segment {
            Segment::Literal(text) => format!("/{text}"),
            Segment::Parameter(name) => format!("/example-{name}"),
        })
        .collect::<Vec<_>>()
        .concat()
}

#[tokio::test]
async fn every_route_of_the_table_is_served() {
    for route in ROUTES {
        let status = ask(route.method.as_str(), &example(route.path))
            .await
            .status();
        let unserved = [StatusCode::NOT_FOUND, StatusCode::METHOD_NOT_ALLOWED];
        assert!(
            !unserved.contains(&status),
            "{} {}: {status}",
            route.method,
            route.template()
        );
    }
}

#[tokio::test]
async fn every_other_method_of_a_path_is_refused_and_told_the_right_ones() {
    for path in route::paths() {
        for method in ALL_METHODS {
            let declared = route::methods_of(path.as_str()).any(|known| known.as_str() == method);
            if declared {
                continue;
            }
            let response = ask(method, &example(path)).await;
            let expected = if method == "OPTIONS" {
                StatusCode::NO_CONTENT
            } else {
                StatusCode::METHOD_NOT_ALLOWED
            };
            assert_eq!(response.status(), expected, "{method} {path}");
            assert_eq!(
                response.headers()["allow"],
                route::allow(path.as_str()),
                "{method} {path}"
            );
        }
    }
}

#[tokio::test]
async fn paths_near_the_table_are_not_found() {
    let near = [
        "/",
        "/api",
        "/api/",
        "/api/health/",
        "/api/health/x",
        "/api/Health",
        "/health",
        "//api/health",
        "/api//health",
        "/api/%68ealth",
        "/v1/api/health",
        "/api/{jobId}",
    ];
    for path in near {
        for method in ["GET", "OPTIONS", "POST"] {
            let response = ask(method, &path.replace(['{', '}'], "%7B")).await;
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{method} {path}");
            assert_eq!(
                response.headers()["content-type"],
                "application/problem+json"
            );
        }
    }
}

#[tokio::test]
async fn no_answer_may_be_stored_and_all_vary_by_origin() {
    for (method, path) in [
        ("GET", "/api/health"),
        ("OPTIONS", "/api/health"),
        ("PUT", "/api/health"),
        ("GET", "/x"),
    ] {
        let response = ask(method, path).await;
        assert_eq!(
            response.headers()["cache-control"],
            "no-store",
            "{method} {path}"
        );
        assert_eq!(response.headers()["vary"], "Origin", "{method} {path}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn what_is_not_in_the_table_is_not_found(path in "/(api/)?[a-z0-9/._~%-]{0,16}", method in 0..ALL_METHODS.len()) {
        let known = route::paths().any(|template| path == example(template));
        // An escape that is cut short is no path at all.
        let Ok(request) = Request::builder().method(ALL_METHODS[method]).uri(&path).body(Body::empty()) else {
            return Ok(());
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let response = runtime.block_on(api().oneshot(request)).unwrap();
        prop_assert_eq!(response.status() == StatusCode::NOT_FOUND, !known, "{}", path);
    }
}
