//! What a plan tells of what it looked at: what was not looked at, and how secrets stand.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why a layer was not compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum NotObserved {
    /// It was left out on purpose.
    Skipped,
    /// No secrets file was named.
    NoSecretsFile,
    /// The secrets file holds no token of the carrier's account.
    NoAuthToken,
    /// It follows from a secret that does not exist, and that this plan does not make.
    NoSecret {
        /// Name of the secret.
        name: String,
    },
}

/// How a secret stands to what it should be. Neither value nor length is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SecretStanding {
    /// Name of the secret.
    pub name: String,
    /// How it stands.
    pub standing: Difference,
}

/// How something stands to what it should be.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Difference {
    /// It is not there.
    Missing,
    /// It is something else.
    Changed,
    /// It is what it should be.
    Unchanged,
}
