//! What holds data, so that nothing of it is lost by accident.

/// Types of resources that hold data.
pub const DATA_TYPES: &[&str] = &[
    "AWS::DynamoDB::GlobalTable",
    "AWS::DynamoDB::Table",
    "AWS::S3::Bucket",
    "AWS::SecretsManager::Secret",
];

/// Whether resources of this type hold data.
pub fn holds_data(resource_type: &str) -> bool {
    DATA_TYPES.contains(&resource_type)
}
