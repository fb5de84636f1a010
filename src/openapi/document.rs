//! The document.

use qdn_shared::route::{self, PathTemplate, ROUTES};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::schemas::Schemas;
use super::{operation, responses, words};

/// The parts of the document in the order in which people read them; inside, names are sorted.
#[derive(Serialize)]
struct Document {
    openapi: &'static str,
    info: Value,
    servers: Value,
    tags: Vec<Value>,
    paths: Map<String, Value>,
    components: Value,
}

/// The document as JSON text. The same program always makes the same text.
pub fn document() -> String {
    let mut schemas = Schemas::new();
    let paths = route::paths().map(|path| (path.to_string(), item(path, &mut schemas)));
    let paths: Map<String, Value> = paths.collect();
    let responses = responses::shared(&mut schemas);
    let document = Document {
        openapi: "3.1.0",
        info: json!({
            "title": "QuickDumpNow",
            "version": env!("CARGO_PKG_VERSION"),
            "description": words::ABOUT,
        }),
        servers: json!([{ "url": "/", "description": "The site's own domain, and the API's address." }]),
        tags: words::TAGS
            .iter()
            .map(|(name, description)| json!({ "name": name, "description": description }))
            .collect(),
        paths: sorted_map(paths),
        components: sorted(json!({
            "schemas": schemas.finish(),
            "responses": responses,
            "headers": responses::headers(),
            "securitySchemes": operation::security_schemes(),
        })),
    };
    let text = serde_json::to_string_pretty(&document);
    text.expect("maps with names for keys have a JSON form") + "\n"
}

fn item(path: PathTemplate, schemas: &mut Schemas) -> Value {
    let mut item: Map<String, Value> = ROUTES
        .iter()
        .filter(|route| route.path == path)
        .map(|route| {
            let method = route.method.as_str().to_ascii_lowercase();
            (method, operation::of(route, schemas))
        })
        .collect();
    let mut options = operation::options();
    let parameters: Vec<Value> = path
        .segments()
        .filter_map(|segment| match segment {
            route::Segment::Parameter(name) => Some(super::parameters::in_path(name)),
            route::Segment::Literal(_) => None,
        })
        .collect();
    if !parameters.is_empty() {
        options["parameters"] = parameters.into();
    }
    item.insert("options".to_owned(), options);
    Value::Object(item)
}

/// With the names of every object sorted. Whether they are depends otherwise on which crates are built together.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(sorted_map(map)),
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        other => other,
    }
}

fn sorted_map(map: Map<String, Value>) -> Map<String, Value> {
    let mut entries: Vec<_> = map.into_iter().collect();
    entries.sort_by(|one, other| one.0.cmp(&other.0));
    let entries = entries.into_iter();
    entries.map(|(name, value)| (name, sorted(value))).collect()
}
