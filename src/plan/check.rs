//! The proofs after a deploy, by name. What each looks at, and how, is `engine`'s.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Step, Target};

/// The proofs after a deploy.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// Every secret is there, and the carrier's is what the secrets file holds.
    Secrets,
    /// Each function runs exactly the package that was built, and answers when invoked directly.
    Function,
    /// API Gateway serves exactly the declared routes.
    Routes,
    /// Every route refuses whoever shows nothing, with a problem document of ours; its preflight is answered; and a path
    /// that is not declared leads nowhere.
    Refusals,
    /// `/api/health` answers through CloudFront with the deployed package's hash.
    Health,
    /// A CORS preflight through CloudFront is answered for the dashboard's origin.
    Preflight,
    /// The edge function's LIVE code is the declared one, and it sees the requests of the default behavior first.
    Edge,
    /// `/track` answers a good token through CloudFront with the page's own bytes and security headers, and the API
    /// knows no job of that token's link.
    Page,
    /// The tracking page and the maintenance data are closed to whoever shows nothing good.
    Strangers,
    /// The carrier sends what customers write to us.
    Webhooks,
}

impl Step {
    /// The proof that it is, if it is one.
    pub fn check(&self) -> Option<Check> {
        match self.target {
            Target::Check { check } => Some(check),
            _ => None,
        }
    }
}

impl Check {
    /// Every check, in the order in which people see them.
    pub const ALL: &[Self] = &[
        Self::Secrets,
        Self::Function,
        Self::Routes,
        Self::Refusals,
        Self::Health,
        Self::Preflight,
        Self::Edge,
        Self::Page,
        Self::Strangers,
        Self::Webhooks,
    ];

    /// Lower-case name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Secrets => "secrets",
            Self::Function => "function",
            Self::Routes => "routes",
            Self::Refusals => "refusals",
            Self::Health => "health",
            Self::Preflight => "preflight",
            Self::Edge => "edge",
            Self::Page => "page",
            Self::Strangers => "strangers",
            Self::Webhooks => "webhooks",
        }
    }
}
