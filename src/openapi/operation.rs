//! One route in the document.

use qdn_shared::api::samples;
use qdn_shared::route::{Credential, Route, RouteName};
use serde_json::{Map, Value, json};

use super::schemas::{Schemas, carrier_form};
use super::{parameters, responses, words};

/// A route's operation.
pub(super) fn of(route: &Route, schemas: &mut Schemas) -> Value {
    let words = words::of(route.name);
    let mut operation = json!({
        "operationId": route.name.as_str(),
        "tags": [words.tag],
        "summary": words.summary,
        "security": security(route.credential),
        "responses": responses::of(route.name, schemas),
    });
    if !words.description.is_empty() {
        operation["description"] = words.description.into();
    }
    let parameters = parameters::of(route, schemas);
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    if let Some(body) = request_body(route, schemas) {
        operation["requestBody"] = body;
    }
    operation
}

/// What anybody may ask of every path.
pub(super) fn options() -> Value {
    json!({
        "tags": ["health"],
        "summary": "What may be asked of this path",
        "security": [],
        "responses": {
            "204": { "$ref": "#/components/responses/Options" },
            "default": { "$ref": "#/components/responses/Gateway" },
        },
    })
}

/// How callers show what they have.
pub(super) fn security_schemes() -> Value {
    let bearer = |format: &str, description: &str| json!({ "type": "http", "scheme": "bearer", "bearerFormat": format, "description": description });
    json!({
        "operatorKey": bearer("<keyId>.<secret>", "An operator's key that has the named scope, or `admin`."),
        "jobToken": bearer("<56 base64url characters>", "The token of a customer's tracking link."),
    })
}

fn security(credential: Credential) -> Value {
    match credential {
        Credential::OperatorKey(scope) => json!([{ "operatorKey": [scope.as_str()] }]),
        Credential::JobToken(_) => json!([{ "jobToken": [] }]),
        // The carrier's is in the path.
        Credential::CarrierMac | Credential::None => json!([]),
    }
}

fn request_body(route: &Route, schemas: &mut Schemas) -> Option<Value> {
    let examples: Map<String, Value> = samples::requests(route.name)
        .into_iter()
        .map(|(summary, value)| {
            let name = summary.replace(' ', "-");
            (name, json!({ "summary": summary, "value": value }))
        })
        .collect();
    let (media, schema) = match route.credential {
        Credential::CarrierMac => ("application/x-www-form-urlencoded", carrier_form()),
        _ => ("application/json", schemas.request(route.name)?),
    };
    let mut content = json!({ "schema": schema });
    if !examples.is_empty() {
        content["examples"] = Value::Object(examples);
    }
    Some(json!({
        "required": route.name != RouteName::RenewLink,
        "content": { media: content },
    }))
}
