//! Holds the router equal to the route table, in both directions.

use http::StatusCode;
use proptest::prelude::*;
use qdn_shared::route::{self, PathTemplate, ROUTES, Segment};

use crate::scene::{Answered, Ask, Scene};

/// Every method that a client may try; CONNECT names no path and cannot reach a router.
const ALL_METHODS: [&str; 9] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND",
];

async fn ask(method: &str, path: &str) -> Answered {
    Ask::new(&Scene::default().router, method, path)
        .send()
        .await
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
async fn every_route_of_the_table_has_a_handler_behind_its_credential() {
    for route in ROUTES {
        let answered = ask(route.method.as_str(), &example(route.path)).await;
        let expected = match route.credential {
            route::Credential::None => StatusCode::OK,
            route::Credential::OperatorKey(_) => StatusCode::UNAUTHORIZED,
            route::Credential::JobToken(_) | route::Credential::CarrierMac => StatusCode::NOT_FOUND,
        };
        assert_eq!(answered.status, expected, "{}", route.name.as_str());
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
            let answered = ask(method, &example(path)).await;
            let expected = if method == "OPTIONS" {
                StatusCode::NO_CONTENT
            } else {
                StatusCode::METHOD_NOT_ALLOWED
            };
            assert_eq!(answered.status, expected, "{method} {path}");
            assert_eq!(
                answered.header("allow"),
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
        "/api/jobs/",
        "/api/jobs/7K3M9QX2/messages/",
        "/api/jobs/7K3M9QX2/../7K3M9QX2/messages",
        "/api/%7BjobId%7D",
    ];
    for path in near {
        for method in ["GET", "OPTIONS", "POST"] {
            let answered = ask(method, path).await;
            assert_eq!(answered.status, StatusCode::NOT_FOUND, "{method} {path}");
            assert_eq!(answered.header("content-type"), "application/problem+json");
        }
    }
}

#[tokio::test]
async fn no_answer_may_be_stored_and_all_vary_by_origin() {
    for (method, path) in [
        ("GET", "/api/health"),
        ("OPTIONS", "/api/health"),
        ("PUT", "/api/health"),
        ("GET", "/api/track"),
        ("GET", "/api/jobs"),
        ("GET", "/x"),
    ] {
        let answered = ask(method, path).await;
        assert_eq!(
            answered.header("cache-control"),
            "no-store",
            "{method} {path}"
        );
        assert_eq!(answered.header("vary"), "Origin", "{method} {path}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn what_is_not_in_the_table_is_not_found(path in "/(api/)?[a-z0-9/._~%-]{0,16}", method in 0..ALL_METHODS.len()) {
        let known = route::paths().any(|template| path == example(template));
        // Paths with a parameter have tests of their own; an escape that is cut short is no path at all.
        prop_assume!(!path.starts_with("/api/jobs/") && !path.starts_with("/api/carrier/"));
        prop_assume!(path.parse::<http::Uri>().is_ok());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let answered = runtime.block_on(ask(ALL_METHODS[method], &path));
        let is_track = path.starts_with("/api/track");
        prop_assert!(answered.status == StatusCode::NOT_FOUND || known || is_track, "{}", path);
    }
}
