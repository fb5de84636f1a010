//! Change sets that take in what exists: what CloudFormation finds, and what it lets such a change set say.

use qdn_infra::ports::ChangeSetRequest;
use serde_json::Value;

use super::{State, World};

/// What identifies each type that can be taken in.
const IDENTIFIED: [(&str, &str); 5] = [
    ("AWS::ApiGateway::RestApi", "RestApiId"),
    ("AWS::DynamoDB::Table", "TableName"),
    ("AWS::Logs::LogGroup", "LogGroupName"),
    ("AWS::S3::Bucket", "BucketName"),
    ("AWS::SQS::Queue", "QueueUrl"),
];

/// Why what is to be taken in cannot be.
pub(super) fn absent(state: &State, request: &ChangeSetRequest) -> Option<String> {
    request.imports.iter().find_map(|one| {
        let found = IDENTIFIED
            .iter()
            .find(|(kind, _)| *kind == one.resource_type);
        let (kind, key) = found.unwrap_or_else(|| panic!("{one:?} cannot be taken in"));
        let keys: Vec<&String> = one.identifier.keys().collect();
        assert_eq!(keys, [key], "what identifies {kind}");
        let name = &one.identifier[*key];
        let is_there = match *key {
            "BucketName" => state.buckets.contains_key(name),
            "TableName" => state.tables.contains_key(name),
            _ => state.existing.contains(&((*kind).to_owned(), name.clone())),
        };
        (!is_there).then(|| format!("{name} was not found"))
    })
}

impl World {
    /// Makes something that no stack of ours made: its type, and what identifies it.
    pub fn make(&self, resource_type: &str, name: &str) {
        let made = (resource_type.to_owned(), name.to_owned());
        assert!(self.state.lock().unwrap().existing.insert(made));
    }

    /// An import changes nothing else, and what it takes in says what becomes of it.
    pub(super) fn assert_only_imports(
        request: &ChangeSetRequest,
        body: &str,
        deployed: Option<&str>,
    ) {
        assert!(request.tags.is_empty());
        let mut template: Value = serde_json::from_str(body).unwrap();
        for one in &request.imports {
            let resources = template["Resources"].as_object_mut().unwrap();
            let resource = resources.remove(&one.logical_id).unwrap();
            assert_eq!(resource["Type"], one.resource_type.as_str());
            assert!(resource["DeletionPolicy"].is_string(), "{resource}");
        }
        match deployed {
            Some(deployed) => {
                assert_eq!(template, serde_json::from_str::<Value>(deployed).unwrap());
            }
            None => assert_eq!(template["Resources"], serde_json::json!({})),
        }
    }
}
