//! Taking resources that exist already into a stack: which types can be, by what they are identified, and the
//! template for it. Pure.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::references::references;

/// How a resource of some type is identified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// The key of its identifier, as CloudFormation calls it.
    pub key: &'static str,
    /// Whether a property of that name tells it before the resource is there.
    pub declared: bool,
}

/// How a type is identified; none for one that is not taken in: what a stack makes anew without loss.
pub fn identity(resource_type: &str) -> Option<Identity> {
    let (key, declared) = match resource_type {
        "AWS::S3::Bucket" => ("BucketName", true),
        "AWS::DynamoDB::Table" => ("TableName", true),
        "AWS::Logs::LogGroup" => ("LogGroupName", true),
        "AWS::ApiGateway::RestApi" => ("RestApiId", false),
        "AWS::SQS::Queue" => ("QueueUrl", false),
        _ => return None,
    };
    Some(Identity { key, declared })
}

/// A resource that is taken in refers to one that is neither in the stack nor taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dangling {
    /// The resource's logical id.
    pub logical_id: String,
    /// What it refers to.
    pub target: String,
}

/// The deployed template (none before there is a stack) with these resources of the declared one, and nothing else
/// changed: an import may do nothing else. They are kept when they leave the stack, unless they are declared otherwise.
pub fn template(
    deployed: Option<&Value>,
    declared: &Value,
    taken: &[&str],
) -> Result<Value, Dangling> {
    let mut template = deployed.cloned().unwrap_or_else(|| {
        let fields = ["AWSTemplateFormatVersion", "Description"];
        let fields = fields.map(|name| (name.to_owned(), declared[name].clone()));
        Value::Object(fields.into_iter().collect())
    });
    for logical_id in taken {
        let mut resource = declared["Resources"][logical_id].clone();
        if let Some(fields) = resource.as_object_mut() {
            // An order among resources that are all there already means nothing.
            fields.remove("DependsOn");
            fields
                .entry("DeletionPolicy")
                .or_insert_with(|| json!("Retain"));
        }
        template["Resources"][logical_id] = resource;
    }
    for logical_id in taken {
        let there = |id: &str| {
            ["Resources", "Parameters"]
                .iter()
                .any(|kind| !template[kind][id].is_null())
        };
        let resource = &template["Resources"][logical_id];
        if let Some(missing) = references(resource).find(|reference| !there(reference.id)) {
            return Err(Dangling {
                logical_id: (*logical_id).to_owned(),
                target: missing.id.to_owned(),
            });
        }
    }
    Ok(template)
}

/// The declared resources that can be taken in and are not deployed: logical id and type, in the template's order.
pub fn candidates(deployed: Option<&Value>, declared: &Value) -> BTreeMap<String, String> {
    let resources = declared["Resources"].as_object();
    resources
        .into_iter()
        .flatten()
        .filter(|(id, _)| {
            deployed.is_none_or(|deployed| deployed["Resources"][id.as_str()].is_null())
        })
        .filter_map(|(id, resource)| {
            let resource_type = resource["Type"].as_str()?;
            identity(resource_type).map(|_| (id.clone(), resource_type.to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared() -> Value {
        json!({
            "AWSTemplateFormatVersion": "2010-09-09",
            "Description": "d",
            "Parameters": {"P": {"Type": "String"}},
            "Resources": {
                "Data": {"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "RetainExceptOnCreate", "DependsOn": ["Api"],
                         "Properties": {"TableName": "t"}},
                "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": {"Ref": "P"}}},
                "Role": {"Type": "AWS::IAM::Role"},
            },
        })
    }

    #[test]
    fn only_what_is_not_deployed_and_would_be_missed_is_a_candidate() {
        let all = candidates(None, &declared());
        assert_eq!(all.keys().collect::<Vec<_>>(), ["Data", "Logs"]);
        let deployed = json!({"Resources": {"Data": {}}});
        assert_eq!(
            candidates(Some(&deployed), &declared())
                .keys()
                .collect::<Vec<_>>(),
            ["Logs"]
        );
    }

    #[test]
    fn the_template_holds_what_is_deployed_and_what_is_taken_in() {
        let first = template(None, &declared(), &["Data"]).unwrap();
        assert_eq!(
            first,
            json!({
                "AWSTemplateFormatVersion": "2010-09-09",
                "Description": "d",
                "Resources": {"Data": {"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "RetainExceptOnCreate",
                              "Properties": {"TableName": "t"}}},
            })
        );
        let deployed =
            json!({"Parameters": {"P": {}}, "Resources": {"Old": {}}, "Outputs": {"O": 1}});
        let next = template(Some(&deployed), &declared(), &["Logs"]).unwrap();
        assert_eq!(next["Outputs"], deployed["Outputs"]);
        assert_eq!(next["Resources"]["Logs"]["DeletionPolicy"], "Retain");
        assert_eq!(next["Resources"].as_object().unwrap().len(), 2);
    }

    #[test]
    fn what_refers_to_something_that_is_not_there_is_told() {
        let refused = template(None, &declared(), &["Logs"]).unwrap_err();
        assert_eq!(
            (refused.logical_id.as_str(), refused.target.as_str()),
            ("Logs", "P")
        );
    }
}
