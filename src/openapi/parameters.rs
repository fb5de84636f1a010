//! Parameters of paths and queries, and headers.

use qdn_shared::route::{Route, RouteName, Segment};
use serde_json::{Value, json};

use super::schemas::Schemas;

/// The parameters of a route, those of its path first.
pub(super) fn of(route: &Route, schemas: &mut Schemas) -> Vec<Value> {
    let path = route.path.segments().filter_map(|segment| match segment {
        Segment::Parameter(name) => Some(in_path(name)),
        Segment::Literal(_) => None,
    });
    path.chain(own(route.name, schemas)).collect()
}

/// A parameter of a path, by the name that the route table gives it.
pub(super) fn in_path(name: &str) -> Value {
    let (description, pattern) = match name {
        "jobId" => ("The job's id.", "^[0-9A-HJKMNP-TV-Z]{8}$"),
        "messageId" => (
            "The message's id.",
            "^([0-9A-HJKMNP-TV-Z]{8}|[AI][0-9A-HJKMNP-TV-Z]{16})-[1-9][0-9]{0,5}$",
        ),
        "keyId" => (
            "The id of the key that signed the address.",
            "^[1-9][0-9]{0,2}$",
        ),
        _ => ("Our signature of the address.", "^[A-Za-z0-9_-]{24}$"),
    };
    json!({
        "name": name,
        "in": "path",
        "required": true,
        "description": description,
        "schema": { "type": "string", "pattern": pattern },
    })
}

fn own(name: RouteName, schemas: &mut Schemas) -> Vec<Value> {
    match name {
        RouteName::CreateJob | RouteName::SendMessage => vec![idempotency_key()],
        RouteName::ListJobs => vec![state(schemas), limit(), cursor()],
        RouteName::ListMessages => vec![limit(), cursor()],
        RouteName::MoveJob | RouteName::RenewLink | RouteName::SetCharge => vec![header(
            "If-Match",
            "The `ETag` of the job as the caller knows it: the job is changed only if it is still that version.",
            "\"3\"",
        )],
        RouteName::PutMaintenance => vec![
            header(
                "If-Match",
                "The `ETag` of the document that is replaced. This or `If-None-Match` has to be there.",
                "\"5d41402abc4b2a76b9719d911017c592\"",
            ),
            header("If-None-Match", "`*`: there is no document yet.", "*"),
        ],
        RouteName::GetJob
        | RouteName::Track
        | RouteName::Rate
        | RouteName::GetMaintenance
        | RouteName::CarrierStatus
        | RouteName::CarrierInbound
        | RouteName::Health => Vec::new(),
    }
}

fn idempotency_key() -> Value {
    json!({
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Any text of the caller's, new for each creation. For 24 hours the same request with the same key \
                        gets the same answer and creates nothing.",
        "schema": { "type": "string", "pattern": "^[!-~]{1,255}$" },
        "example": "2f1c8f0e-4a53-4ac1-a1c5-2a6f8a1d9f5e",
    })
}

fn header(name: &str, description: &str, example: &str) -> Value {
    json!({
        "name": name,
        "in": "header",
        "description": description,
        "schema": { "type": "string" },
        "example": example,
    })
}

fn state(schemas: &mut Schemas) -> Value {
    json!({
        "name": "state",
        "in": "query",
        "description": "Only jobs in this state.",
        "schema": schemas.state(),
    })
}

fn limit() -> Value {
    json!({
        "name": "limit",
        "in": "query",
        "description": "At most so many.",
        "schema": { "type": "integer", "minimum": 1, "maximum": 100, "default": 25 },
    })
}

fn cursor() -> Value {
    json!({
        "name": "cursor",
        "in": "query",
        "description": "`next` of the page before. Means nothing to anybody but the API.",
        "schema": { "type": "string" },
    })
}
