//! What the deployed main stack tells: the names that AWS gave, and those that other layers work with.

use qdn_shared::package::FunctionName;

/// An output of the main stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Output {
    /// The bucket that holds the page.
    SiteBucketName,
    /// The distribution in front of everything, our own or an existing one.
    DistributionId,
    /// The name that CloudFront gave it. Only where the stack has a distribution of its own.
    DistributionDomain,
    /// With what the distribution that exists shows the bucket who asks. This and the four that follow: only where
    /// the distribution is not the stack's own.
    AccessControlId,
    /// The cache policy of the tracking page.
    TrackCachePolicyId,
    /// The headers of the tracking page.
    TrackHeadersPolicyId,
    /// The cache policy of the maintenance data.
    DataCachePolicyId,
    /// The headers of the maintenance data.
    DataHeadersPolicyId,
    /// The REST API.
    ApiId,
    /// Its stage.
    ApiStage,
    /// The function behind it.
    ApiFunctionName,
    /// The function that sends messages.
    RelayFunctionName,
    /// The function that looks for what was left undone.
    UpkeepFunctionName,
    /// The table of jobs and messages.
    TableName,
    /// The queue of what could not be worked on.
    DeadLetterQueueUrl,
    /// The function at the edge.
    EdgeFunctionName,
    /// The store of its keys.
    KeyValueStoreArn,
    /// The same, as the edge itself calls it.
    KeyValueStoreId,
}

impl Output {
    /// The output that names a function.
    pub const fn of_function(function: FunctionName) -> Self {
        match function {
            FunctionName::Api => Self::ApiFunctionName,
            FunctionName::Relay => Self::RelayFunctionName,
            FunctionName::Upkeep => Self::UpkeepFunctionName,
        }
    }

    /// Every output, in the order in which people see them.
    pub const ALL: &[Output] = &[
        Self::SiteBucketName,
        Self::DistributionId,
        Self::DistributionDomain,
        Self::AccessControlId,
        Self::TrackCachePolicyId,
        Self::TrackHeadersPolicyId,
        Self::DataCachePolicyId,
        Self::DataHeadersPolicyId,
        Self::ApiId,
        Self::ApiStage,
        Self::ApiFunctionName,
        Self::RelayFunctionName,
        Self::UpkeepFunctionName,
        Self::TableName,
        Self::DeadLetterQueueUrl,
        Self::EdgeFunctionName,
        Self::KeyValueStoreArn,
        Self::KeyValueStoreId,
    ];

    /// As it stands in the template.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SiteBucketName => "SiteBucketName",
            Self::DistributionId => "DistributionId",
            Self::DistributionDomain => "DistributionDomain",
            Self::AccessControlId => "AccessControlId",
            Self::TrackCachePolicyId => "TrackCachePolicyId",
            Self::TrackHeadersPolicyId => "TrackHeadersPolicyId",
            Self::DataCachePolicyId => "DataCachePolicyId",
            Self::DataHeadersPolicyId => "DataHeadersPolicyId",
            Self::ApiId => "ApiId",
            Self::ApiStage => "ApiStage",
            Self::ApiFunctionName => "ApiFunctionName",
            Self::RelayFunctionName => "RelayFunctionName",
            Self::UpkeepFunctionName => "UpkeepFunctionName",
            Self::TableName => "TableName",
            Self::DeadLetterQueueUrl => "DeadLetterQueueUrl",
            Self::EdgeFunctionName => "EdgeFunctionName",
            Self::KeyValueStoreArn => "KeyValueStoreArn",
            Self::KeyValueStoreId => "KeyValueStoreId",
        }
    }

    pub(super) const fn description(self) -> &'static str {
        match self {
            Self::SiteBucketName => "Bucket that holds the page",
            Self::DistributionId => "CloudFront distribution that serves the page and the API",
            Self::DistributionDomain => "Name that CloudFront gave the distribution",
            Self::AccessControlId => {
                "Origin access control that the existing distribution is given"
            }
            Self::TrackCachePolicyId => "Cache policy of the tracking page",
            Self::TrackHeadersPolicyId => "Response headers policy of the tracking page",
            Self::DataCachePolicyId => "Cache policy of the maintenance data",
            Self::DataHeadersPolicyId => "Response headers policy of the maintenance data",
            Self::ApiId => "REST API",
            Self::ApiStage => "Stage of the REST API",
            Self::ApiFunctionName => "Lambda function behind the REST API",
            Self::RelayFunctionName => "Lambda function that sends messages",
            Self::UpkeepFunctionName => "Lambda function that looks for what was left undone",
            Self::TableName => "Table of jobs and messages",
            Self::DeadLetterQueueUrl => "Queue of what could not be worked on",
            Self::EdgeFunctionName => "CloudFront function at the edge",
            Self::KeyValueStoreArn => "Store of the keys of the function at the edge",
            Self::KeyValueStoreId => "The same store, as the function at the edge calls it",
        }
    }
}
