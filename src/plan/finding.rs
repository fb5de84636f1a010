//! What was seen and is worth a person's look.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::PropertyChange;

/// Something seen that the plan does nothing about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Finding {
    /// The function runs other code than the stack says.
    CodeDrift {
        /// Function name.
        function: String,
        /// SHA-256 of the code that runs.
        running: String,
        /// SHA-256 of the code that the stack names.
        declared: String,
        /// Whether the plan gives the function another package anyway.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        replaced: bool,
    },
    /// The API does not serve every route that is deployed.
    RouteDrift {
        /// Declared and not served.
        missing: Vec<String>,
    },
    /// The stage is gone.
    StageDrift {
        /// Stage name.
        stage: String,
    },
    /// The edge function runs other code than the stack says.
    EdgeDrift {
        /// Function name.
        function: String,
        /// Whether the plan publishes code there anyway.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        replaced: bool,
    },
    /// `CloudFormation` found a resource not to be as the stack says.
    ResourceDrift {
        /// Logical id.
        logical_id: String,
        /// Resource type.
        resource_type: String,
        /// Whether it is gone.
        gone: bool,
        /// What differs, from what the stack says to what is there.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        changes: Vec<PropertyChange>,
        /// Whether it was to be put back, and `CloudFormation` does not do that.
        stays: bool,
    },
    /// Drift was asked for, and not everything could be compared.
    DriftUnknown {
        /// Stack name.
        stack: String,
        /// Why.
        reason: String,
    },
    /// The edge function changes, and this cloud cannot try it beforehand.
    EdgeUntried {
        /// Function name.
        function: String,
    },
    /// The distribution is switched off or gone.
    DistributionOff {
        /// Distribution id.
        distribution: String,
    },
    /// The distribution, which is not ours, writes standard logs. They hold each viewer's query string, and so the
    /// tokens of tracking links. Other logs, set up beside the configuration (delivery sources of `CloudWatch` Logs),
    /// cannot be seen there.
    QueriesLogged {
        /// Distribution id.
        distribution: String,
    },
    /// The distribution, which is not ours, answers these codes with pages of its own, also where our API answered.
    ErrorPages {
        /// Distribution id.
        distribution: String,
        /// 403, 404 or both.
        codes: Vec<u16>,
    },
    /// The distribution, which is not ours, keeps answers with these codes for a while, by path alone.
    ErrorsKept {
        /// Distribution id.
        distribution: String,
        /// HTTP status codes.
        codes: Vec<u16>,
    },
    /// Behaviors of the distribution that are not ours take a part of our paths.
    PathsInside {
        /// Distribution id.
        distribution: String,
        /// Their path patterns.
        paths: Vec<String>,
    },
    /// The template's text differs and CloudFormation says that nothing would change.
    NoEffect {
        /// Stack name.
        stack: String,
    },
    /// People changed the maintenance data, and what they changed is kept.
    SeedKept {
        /// In how many places.
        count: usize,
    },
    /// No release says that what is deployed was ever proved.
    Unproved,
    /// Customers would be shown a phone number that is nobody's.
    FictionalPhone {
        /// The number.
        phone: String,
    },
    /// More page objects would be deleted than the limit allows; none is.
    DeletionsHeld {
        /// How many.
        count: usize,
        /// The limit.
        limit: usize,
    },
}

impl Finding {
    /// Whether something is not as it was left; the others are about what was decided, or about somebody else's settings.
    pub fn is_drift(&self) -> bool {
        match self {
            Self::CodeDrift { .. }
            | Self::RouteDrift { .. }
            | Self::StageDrift { .. }
            | Self::EdgeDrift { .. }
            | Self::ResourceDrift { .. }
            | Self::DistributionOff { .. }
            | Self::DeletionsHeld { .. } => true,
            Self::DriftUnknown { .. }
            | Self::EdgeUntried { .. }
            | Self::QueriesLogged { .. }
            | Self::ErrorPages { .. }
            | Self::ErrorsKept { .. }
            | Self::PathsInside { .. }
            | Self::FictionalPhone { .. }
            | Self::Unproved
            | Self::NoEffect { .. }
            | Self::SeedKept { .. } => false,
        }
    }
}
