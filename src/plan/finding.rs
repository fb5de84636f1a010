//! What was seen and is worth a person's look.

use serde::{Deserialize, Serialize};

/// Something seen that the plan does nothing about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Finding {
    /// The function runs other code than the stack says.
    CodeDrift {
        /// Function name.
        function: String,
        /// SHA-256 of the code that runs.
        running: String,
        /// SHA-256 of the code that the stack names.
        declared: String,
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
    /// More page objects would be deleted than the limit allows; none is.
    DeletionsHeld {
        /// How many.
        count: usize,
        /// The limit.
        limit: usize,
    },
}
