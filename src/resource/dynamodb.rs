//! Amazon DynamoDB: tables with their indexes and streams. What lies in them is the functions' business.

#![expect(
    clippy::struct_field_names,
    reason = "fields are named as CloudFormation names them"
)]

use std::collections::BTreeMap;

use serde::Serialize;

use crate::template::{HasArn, Text, resource};

/// `AWS::DynamoDB::Table`, paid by request and with a stream of its keys.
///
/// There is no word about encryption here: DynamoDB encrypts every table at rest with a key of its own. A key of
/// KMS would be asked, and paid, for every function that reads.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Table {
    table_name: Text,
    billing_mode: &'static str,
    attribute_definitions: Vec<AttributeDefinition>,
    key_schema: Vec<KeyElement>,
    global_secondary_indexes: Vec<Index>,
    stream_specification: StreamSpecification,
    time_to_live_specification: TimeToLive,
    point_in_time_recovery_specification: PointInTimeRecovery,
    deletion_protection_enabled: bool,
}

/// Whether a table can be lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Safety {
    /// Whether the table can be restored as it was at any second of the last 35 days.
    pub point_in_time_recovery: bool,
    /// Whether nobody can delete it before this is taken away.
    pub deletion_protection: bool,
}

impl Table {
    /// A table whose items end at `expires_at` (an attribute, in seconds), and whose stream tells keys alone.
    pub fn on_demand(
        table_name: Text,
        key: Key,
        indexes: impl IntoIterator<Item = Index>,
        expires_at: &'static str,
        safety: Safety,
    ) -> Self {
        let indexes: Vec<Index> = indexes.into_iter().collect();
        // DynamoDB wants exactly the attributes that keys are made of, each once.
        let attributes: BTreeMap<&str, AttributeType> = indexes
            .iter()
            .map(|index| index.key)
            .chain([key])
            .flat_map(|key| [key.partition, key.sort])
            .map(|Attribute { name, kind }| (name, kind))
            .collect();
        Self {
            table_name,
            billing_mode: "PAY_PER_REQUEST",
            attribute_definitions: attributes
                .into_iter()
                .map(|(attribute_name, attribute_type)| AttributeDefinition {
                    attribute_name,
                    attribute_type,
                })
                .collect(),
            key_schema: key.schema(),
            global_secondary_indexes: indexes,
            stream_specification: StreamSpecification {
                stream_view_type: "KEYS_ONLY",
            },
            time_to_live_specification: TimeToLive {
                attribute_name: expires_at,
                enabled: true,
            },
            point_in_time_recovery_specification: PointInTimeRecovery {
                point_in_time_recovery_enabled: safety.point_in_time_recovery,
            },
            deletion_protection_enabled: safety.deletion_protection,
        }
    }
}

/// What items are found by: in a partition, sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Says which partition.
    pub partition: Attribute,
    /// Says where in it.
    pub sort: Attribute,
}

impl Key {
    fn schema(self) -> Vec<KeyElement> {
        vec![
            KeyElement {
                attribute_name: self.partition.name,
                key_type: "HASH",
            },
            KeyElement {
                attribute_name: self.sort.name,
                key_type: "RANGE",
            },
        ]
    }
}

/// An attribute that a key is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute {
    name: &'static str,
    kind: AttributeType,
}

impl Attribute {
    /// Holds text.
    pub const fn text(name: &'static str) -> Self {
        Self {
            name,
            kind: AttributeType::Text,
        }
    }

    /// Holds a number.
    pub const fn number(name: &'static str) -> Self {
        Self {
            name,
            kind: AttributeType::Number,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
enum AttributeType {
    #[serde(rename = "S")]
    Text,
    #[serde(rename = "N")]
    Number,
}

/// A second way into a table. An item without the index's keys is not in it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Index {
    index_name: &'static str,
    #[serde(serialize_with = "as_schema")]
    #[serde(rename = "KeySchema")]
    key: Key,
    projection: Projection,
}

impl Index {
    /// An index that holds whole items.
    pub const fn of_items(index_name: &'static str, key: Key) -> Self {
        Self::new(index_name, key, "ALL")
    }

    /// An index that holds the keys of items.
    pub const fn of_keys(index_name: &'static str, key: Key) -> Self {
        Self::new(index_name, key, "KEYS_ONLY")
    }

    const fn new(index_name: &'static str, key: Key, projection_type: &'static str) -> Self {
        Self {
            index_name,
            key,
            projection: Projection { projection_type },
        }
    }
}

fn as_schema<S: serde::Serializer>(key: &Key, serializer: S) -> Result<S::Ok, S::Error> {
    key.schema().serialize(serializer)
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct AttributeDefinition {
    attribute_name: &'static str,
    attribute_type: AttributeType,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct KeyElement {
    attribute_name: &'static str,
    key_type: &'static str,
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Projection {
    projection_type: &'static str,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct StreamSpecification {
    stream_view_type: &'static str,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct TimeToLive {
    attribute_name: &'static str,
    enabled: bool,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct PointInTimeRecovery {
    point_in_time_recovery_enabled: bool,
}

resource!(Table, "AWS::DynamoDB::Table", TableAttribute { Arn => "Arn", StreamArn => "StreamArn" });

impl HasArn for Table {
    const ARN: TableAttribute = TableAttribute::Arn;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_of_two_keys_is_defined_once() {
        let key = |sort| Key {
            partition: Attribute::text("pk"),
            sort,
        };
        let table = Table::on_demand(
            "data".into(),
            key(Attribute::text("sk")),
            [Index::of_keys("due", key(Attribute::number("dueAt")))],
            "expiresAt",
            Safety {
                point_in_time_recovery: true,
                deletion_protection: false,
            },
        );
        insta::assert_json_snapshot!(table.attribute_definitions, @r#"
        [
          {
            "AttributeName": "dueAt",
            "AttributeType": "N"
          },
          {
            "AttributeName": "pk",
            "AttributeType": "S"
          },
          {
            "AttributeName": "sk",
            "AttributeType": "S"
          }
        ]
        "#);
        insta::assert_json_snapshot!(table.global_secondary_indexes, @r#"
        [
          {
            "IndexName": "due",
            "KeySchema": [
              {
                "AttributeName": "pk",
                "KeyType": "HASH"
              },
              {
                "AttributeName": "dueAt",
                "KeyType": "RANGE"
              }
            ],
            "Projection": {
              "ProjectionType": "KEYS_ONLY"
            }
          }
        ]
        "#);
    }
}
