//! What the deployed main stack tells: the names that AWS gave, and those that other layers work with.

/// An output of the main stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Output {
    /// The bucket that holds the page.
    SiteBucketName,
    /// The distribution in front of everything, our own or an existing one.
    DistributionId,
    /// The name that CloudFront gave it. Only where the stack has a distribution of its own.
    DistributionDomain,
    /// The REST API.
    ApiId,
    /// Its stage.
    ApiStage,
    /// The function behind it.
    ApiFunctionName,
    /// The function at the edge.
    EdgeFunctionName,
}

impl Output {
    /// Every output, in the order in which people see them.
    pub const ALL: &[Output] = &[
        Self::SiteBucketName,
        Self::DistributionId,
        Self::DistributionDomain,
        Self::ApiId,
        Self::ApiStage,
        Self::ApiFunctionName,
        Self::EdgeFunctionName,
    ];

    /// As it stands in the template.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SiteBucketName => "SiteBucketName",
            Self::DistributionId => "DistributionId",
            Self::DistributionDomain => "DistributionDomain",
            Self::ApiId => "ApiId",
            Self::ApiStage => "ApiStage",
            Self::ApiFunctionName => "ApiFunctionName",
            Self::EdgeFunctionName => "EdgeFunctionName",
        }
    }

    pub(super) const fn description(self) -> &'static str {
        match self {
            Self::SiteBucketName => "Bucket that holds the page",
            Self::DistributionId => "CloudFront distribution that serves the page and the API",
            Self::DistributionDomain => "Name that CloudFront gave the distribution",
            Self::ApiId => "REST API",
            Self::ApiStage => "Stage of the REST API",
            Self::ApiFunctionName => "Lambda function behind the REST API",
            Self::EdgeFunctionName => "CloudFront function at the edge",
        }
    }
}
