//! What counts as a refusal, by the answers that come.

use std::collections::BTreeMap;

use qdn_shared::cors::ALLOWED_HEADERS;

use super::*;

const DASHBOARD: &str = "https://dashboard.quickdumpnow.com";

fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> WebResponse {
    let headers = headers.iter();
    WebResponse {
        status,
        headers: headers
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect::<BTreeMap<_, _>>(),
        body: body.as_bytes().to_vec(),
    }
}

fn judged(expected: Expected, answer: &WebResponse) -> String {
    let probe = Probe {
        method: "POST",
        path: "/api/jobs".to_owned(),
        expected,
    };
    fault(&probe, answer, DASHBOARD, ALLOWED_HEADERS).unwrap_or_default()
}

fn problem(kind: ProblemKind) -> WebResponse {
    let body = serde_json::to_string(&Problem::new(kind)).unwrap();
    let headers = [
        ("content-type", CONTENT_TYPE),
        ("access-control-allow-origin", DASHBOARD),
    ];
    answer(kind.status(), &headers, &body)
}

fn undeployed() -> WebResponse {
    answer(403, &[], r#"{"message":"Missing Authentication Token"}"#)
}

#[test]
fn only_the_right_problem_is_a_refusal() {
    let judged =
        |answer: &WebResponse| judged(Expected::Problem(ProblemKind::Unauthorized), answer);
    assert_eq!(judged(&problem(ProblemKind::Unauthorized)), "");
    insta::assert_snapshot!(judged(&problem(ProblemKind::NotFound)), @"POST /api/jobs answered 404 (Not found) to a stranger, expected 401 (Operator key required)");
    insta::assert_snapshot!(judged(&answer(201, &[], "{}")), @"POST /api/jobs answered 201 (no problem document) to a stranger, expected 401 (Operator key required)");
    insta::assert_snapshot!(judged(&answer(401, &[], "no")), @"POST /api/jobs answered 401 (no problem document) to a stranger, expected 401 (Operator key required)");
    insta::assert_snapshot!(judged(&undeployed()), @"POST /api/jobs is not deployed");
    let mut unreadable = problem(ProblemKind::Unauthorized);
    unreadable.headers.remove("access-control-allow-origin");
    insta::assert_snapshot!(judged(&unreadable), @"POST /api/jobs lets nobody read its answer, expected https://dashboard.quickdumpnow.com");
}

#[test]
fn a_path_that_nobody_declares_is_known_by_the_error() {
    assert_eq!(judged(Expected::NotDeployed, &undeployed()), "");
    let kind = [("x-amzn-errortype", "MissingAuthenticationTokenException")];
    assert_eq!(judged(Expected::NotDeployed, &answer(403, &kind, "")), "");
    let ours = problem(ProblemKind::Forbidden);
    insta::assert_snapshot!(judged(Expected::NotDeployed, &ours), @"POST /api/jobs answered 403 though nobody declares it");
    assert_eq!(judged(Expected::Deployed, &ours), "");
}

#[test]
fn a_preflight_names_the_origin_and_every_method() {
    let asked = || Expected::Preflight(vec!["GET".to_owned(), "POST".to_owned()]);
    let answered = |origin, methods, headers| {
        let headers = [
            ("access-control-allow-origin", origin),
            ("access-control-allow-methods", methods),
            ("access-control-allow-headers", headers),
        ];
        judged(asked(), &answer(204, &headers, ""))
    };
    let allowed = |origin, methods| answered(origin, methods, ALLOWED_HEADERS);
    assert_eq!(allowed(DASHBOARD, "GET, POST, OPTIONS"), "");
    insta::assert_snapshot!(allowed(DASHBOARD, "GET"), @"OPTIONS /api/jobs does not let https://dashboard.quickdumpnow.com call with POST");
    insta::assert_snapshot!(allowed("*", "GET, POST"), @"OPTIONS /api/jobs answered 204 and lets * call, expected https://dashboard.quickdumpnow.com");
    insta::assert_snapshot!(answered(DASHBOARD, "GET, POST", "Authorization, Idempotency-Key, If-Match"), @"OPTIONS /api/jobs does not let https://dashboard.quickdumpnow.com send Content-Type");
}

#[test]
fn parameters_are_filled_and_routes_without_a_credential_are_left_alone() {
    assert_eq!(filled("/api/jobs/{jobId}/link"), "/api/jobs/0/link");
    assert_eq!(refusal("GET", "/api/health"), None);
    let wants = |method, template| refusal(method, template).map(|(_, expected)| expected);
    assert_eq!(
        wants("GET", "/api/jobs"),
        Some(Expected::Problem(ProblemKind::Unauthorized))
    );
    assert_eq!(
        wants("GET", "/api/track"),
        Some(Expected::Problem(ProblemKind::NotFound))
    );
    assert_eq!(wants("GET", "/api/of/old"), Some(Expected::Deployed));
    assert_eq!(wants("POST", "/api/of/old"), None);
}
