//! Answers, good and bad.

use std::collections::BTreeMap;

use qdn_shared::api::{problems, samples, success};
use qdn_shared::problem::{CONTENT_TYPE, Fault, Problem, ProblemKind};
use qdn_shared::route::RouteName;
use serde_json::{Map, Value, json};

use super::schemas::Schemas;
use super::words;

/// All answers of a route, by status; `default` is API Gateway's own.
pub(super) fn of(name: RouteName, schemas: &mut Schemas) -> Map<String, Value> {
    let mut responses = Map::new();
    for status in success(name) {
        responses.insert(status.to_string(), good(name, *status, schemas));
    }
    let mut by_status: BTreeMap<u16, Vec<ProblemKind>> = BTreeMap::new();
    for kind in problems(name) {
        by_status.entry(kind.status()).or_default().push(kind);
    }
    for (status, kinds) in by_status {
        responses.insert(status.to_string(), bad(&kinds, schemas));
    }
    responses.insert(
        "default".to_owned(),
        json!({ "$ref": "#/components/responses/Gateway" }),
    );
    responses
}

/// The answers that routes share: one for each kind of problem, and API Gateway's.
pub(super) fn shared(schemas: &mut Schemas) -> Map<String, Value> {
    let mut shared: Map<String, Value> = ProblemKind::ALL
        .iter()
        .map(|kind| (format!("{kind:?}"), problem_response(&[*kind], schemas)))
        .collect();
    shared.insert("Gateway".to_owned(), gateway());
    shared.insert("Options".to_owned(), options());
    shared
}

fn good(name: RouteName, status: u16, schemas: &mut Schemas) -> Value {
    let mut response = json!({ "description": words::of(name).answer });
    if let (Some(schema), Some(example)) = (schemas.answer(name), samples::answer(name)) {
        response["content"] =
            json!({ "application/json": { "schema": schema, "example": example } });
    }
    if name == RouteName::CarrierInbound {
        let twiml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>";
        response["content"] =
            json!({ "text/xml": { "schema": { "type": "string" }, "example": twiml } });
    }
    let mut headers = Map::new();
    if has_version(name) {
        headers.insert(
            "ETag".to_owned(),
            json!({ "$ref": "#/components/headers/ETag" }),
        );
    }
    if name == RouteName::CreateJob && status == 201 {
        headers.insert(
            "Location".to_owned(),
            json!({ "$ref": "#/components/headers/Location" }),
        );
    }
    if !headers.is_empty() {
        response["headers"] = Value::Object(headers);
    }
    response
}

const fn has_version(name: RouteName) -> bool {
    matches!(
        name,
        RouteName::CreateJob
            | RouteName::GetJob
            | RouteName::MoveJob
            | RouteName::RenewLink
            | RouteName::SetCharge
            | RouteName::GetMaintenance
            | RouteName::PutMaintenance
    )
}

fn bad(kinds: &[ProblemKind], schemas: &mut Schemas) -> Value {
    match kinds {
        [kind] => json!({ "$ref": format!("#/components/responses/{kind:?}") }),
        kinds => problem_response(kinds, schemas),
    }
}

/// The answer of one kind of problem, or of several with one status.
fn problem_response(kinds: &[ProblemKind], schemas: &mut Schemas) -> Value {
    let titles: Vec<_> = kinds.iter().map(|kind| kind.title()).collect();
    let examples: Map<String, Value> = kinds
        .iter()
        .map(|kind| {
            let value = json!({ "summary": kind.title(), "value": example(*kind) });
            (format!("{kind:?}"), value)
        })
        .collect();
    let mut response = json!({
        "description": titles.join("; or: "),
        "content": { CONTENT_TYPE: { "schema": schemas.problem(), "examples": examples } },
    });
    let header = match kinds {
        [ProblemKind::Unavailable] => "RetryAfter",
        [ProblemKind::Unauthorized | ProblemKind::Forbidden] => "WWWAuthenticate",
        _ => return response,
    };
    let name = if header == "RetryAfter" {
        "Retry-After"
    } else {
        "WWW-Authenticate"
    };
    response["headers"] = json!({ name: { "$ref": format!("#/components/headers/{header}") } });
    response
}

fn example(kind: ProblemKind) -> Problem {
    let problem = Problem::new(kind);
    match kind {
        ProblemKind::InvalidRequest => problem.with_errors(vec![
            Fault::pointer(
                "#/customer/phones/0",
                "has too few or too many digits for its country",
            ),
            Fault::parameter("limit", "expected a whole number from 1 to 100"),
            Fault::header("If-Match", "must not be repeated"),
        ]),
        ProblemKind::Forbidden => problem.with_detail("the key lacks the scope `jobs`"),
        ProblemKind::Conflict => {
            problem.with_detail("nothing was changed: read the job again and decide again")
        }
        ProblemKind::IllegalMove => {
            problem.with_detail("the job is CREATED and cannot become COMPLETE; possible: ASSIGNED")
        }
        ProblemKind::PayloadTooLarge => problem.with_detail("at most 65536 bytes are accepted"),
        ProblemKind::Unauthorized
        | ProblemKind::NotFound
        | ProblemKind::MethodNotAllowed
        | ProblemKind::PreconditionFailed
        | ProblemKind::UnsupportedMediaType
        | ProblemKind::KeyReused
        | ProblemKind::PreconditionRequired
        | ProblemKind::Internal
        | ProblemKind::Unavailable => problem,
    }
}

/// What a request gets that did not come through to the function, or whose answer did not.
fn gateway() -> Value {
    json!({
        "description": "API Gateway's own answer: too many requests (429), a path or method that is not deployed (403), \
                        no answer of the function (502, 504)",
        "content": { "application/json": {
            "schema": {
                "type": "object",
                "properties": { "message": { "type": ["string", "null"] } },
            },
            "example": { "message": "Too Many Requests" },
        } },
    })
}

/// The answer to `OPTIONS`.
fn options() -> Value {
    json!({
        "description": "What may be asked of this path; for an allowed origin also the cross-origin headers",
        "headers": {
            "Allow": {
                "description": "The path's methods.",
                "schema": { "type": "string" },
                "example": "GET, OPTIONS",
            },
        },
    })
}

/// Headers of answers.
pub(super) fn headers() -> Value {
    let header = |description: &str, example: &str| json!({ "description": description, "schema": { "type": "string" }, "example": example });
    json!({
        "ETag": header("Which version the answer shows.", "\"3\""),
        "Location": header("Where the job is found.", "/api/jobs/7K3M9QX2"),
        "RetryAfter": header("Seconds after which the request may be sent again.", "1"),
        "WWWAuthenticate": header("What the caller has to show.", "Bearer"),
    })
}
