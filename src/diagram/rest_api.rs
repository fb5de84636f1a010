//! The routes of an API, as the lines of its box.

use std::collections::BTreeMap;

use serde_json::Value;

use super::graph::Resource;
use super::references::references;

/// `/api/jobs  GET, POST`: every path with its methods, by path. `OPTIONS`, which every path has, is left out.
pub(super) fn routes(resources: &BTreeMap<&str, Resource<'_>>, api: &str) -> Vec<String> {
    let mut methods: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for resource in resources.values() {
        let properties = resource.properties;
        let is_method = resource.resource_type == "AWS::ApiGateway::Method";
        if !is_method || !references(&properties["RestApiId"]).contains(api) {
            continue;
        }
        let method = properties["HttpMethod"].as_str().unwrap_or_default();
        if method != "OPTIONS" {
            let path = path(resources, &properties["ResourceId"]);
            methods.entry(path).or_default().push(method);
        }
    }
    let line = |(path, methods): (String, Vec<&str>)| format!("{path}  {}", methods.join(", "));
    methods.into_iter().map(line).collect()
}

/// The path of a segment, from the root on.
fn path(resources: &BTreeMap<&str, Resource<'_>>, segment: &Value) -> String {
    let mut path = String::new();
    let mut at = segment;
    while let Some(resource) = references(at).iter().find_map(|id| resources.get(id)) {
        let Some(part) = resource.properties["PathPart"].as_str() else {
            break;
        };
        path = format!("/{part}{path}");
        at = &resource.properties["ParentId"];
    }
    if path.is_empty() {
        "/".to_owned()
    } else {
        path
    }
}
