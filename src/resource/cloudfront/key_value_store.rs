//! The store that functions at the edge read. What is in it is written by another layer, never by a template.

use serde::Serialize;

use crate::template::{HasArn, Text, resource};

/// `AWS::CloudFront::KeyValueStore`, empty at first.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct KeyValueStore {
    /// Taken once in an account.
    pub name: Text,
    /// For people.
    pub comment: String,
}

resource!(
    KeyValueStore,
    "AWS::CloudFront::KeyValueStore",
    KeyValueStoreAttribute {
        Arn => "Arn",
        Id => "Id",
    }
);

impl HasArn for KeyValueStore {
    const ARN: KeyValueStoreAttribute = KeyValueStoreAttribute::Arn;
}
