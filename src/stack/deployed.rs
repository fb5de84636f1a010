//! Reads facts back from a template as it is deployed: what an earlier version of this program
//! declared, not what this one would.

use std::collections::BTreeSet;

use serde_json::Value;

/// Every `METHOD /path` that a template's REST API declares.
pub fn routes(template: &Value) -> BTreeSet<String> {
    resources(template, "AWS::ApiGateway::Method")
        .filter_map(|(_, method)| {
            let properties = &method["Properties"];
            let path = path_of(template, &properties["ResourceId"])?;
            Some(format!("{} {path}", properties["HttpMethod"].as_str()?))
        })
        .collect()
}

/// The edge function's source in a template.
pub fn edge_code(template: &Value) -> Option<&str> {
    edge_function(template)?["FunctionCode"].as_str()
}

/// What the edge function says of itself in a template.
pub fn edge_comment(template: &Value) -> Option<&str> {
    edge_function(template)?["FunctionConfig"]["Comment"].as_str()
}

fn edge_function(template: &Value) -> Option<&Value> {
    let (_, function) = resources(template, "AWS::CloudFront::Function").next()?;
    Some(&function["Properties"])
}

/// The Content-Security-Policy that a template gives the tracking page.
pub fn page_policy(template: &Value) -> Option<&str> {
    let policies = resources(template, "AWS::CloudFront::ResponseHeadersPolicy");
    let mut headers = policies.map(|(_, policy)| {
        let config = &policy["Properties"]["ResponseHeadersPolicyConfig"];
        &config["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    });
    headers.find_map(Value::as_str)
}

/// Whether a bootstrap template declares API Gateway's account-wide log role.
pub fn declares_log_role(template: &Value) -> bool {
    resources(template, "AWS::ApiGateway::Account")
        .next()
        .is_some()
}

fn resources<'a>(
    template: &'a Value,
    of_type: &'a str,
) -> impl Iterator<Item = (&'a String, &'a Value)> {
    let all = template["Resources"].as_object();
    all.into_iter()
        .flatten()
        .filter(move |(_, resource)| resource["Type"] == of_type)
}

/// The path of a REST API resource, by following its parents up to the root.
fn path_of(template: &Value, reference: &Value) -> Option<String> {
    // The root is an attribute of the API; everything below it is referred to by name.
    let Some(logical_id) = reference["Ref"].as_str() else {
        return Some(String::new());
    };
    let properties = &template["Resources"][logical_id]["Properties"];
    let parent = path_of(template, &properties["ParentId"])?;
    Some(format!("{parent}/{}", properties["PathPart"].as_str()?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn routes_are_read_through_the_resource_tree() {
        let template = json!({"Resources": {
            "Api": {"Type": "AWS::ApiGateway::RestApi"},
            "A": {"Type": "AWS::ApiGateway::Resource", "Properties": {
                "ParentId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "PathPart": "api"}},
            "B": {"Type": "AWS::ApiGateway::Resource", "Properties": {
                "ParentId": {"Ref": "A"}, "PathPart": "{jobId}"}},
            "M": {"Type": "AWS::ApiGateway::Method", "Properties": {
                "ResourceId": {"Ref": "B"}, "HttpMethod": "GET"}}}});
        assert_eq!(
            routes(&template),
            BTreeSet::from(["GET /api/{jobId}".to_owned()])
        );
    }

    #[test]
    fn an_empty_template_has_neither() {
        assert!(routes(&json!({})).is_empty());
        assert_eq!(edge_code(&json!({})), None);
        assert!(!declares_log_role(&json!({})));
    }
}
