//! A plan that is kept in a file and carried out later: what it was made from, how it was asked for, and its steps.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Fingerprints, Inputs, Layer, PLAN_VERSION, Plan};
use crate::hint::Hint;

/// What the document says first, so that no other file is taken for one.
const FORMAT: &str = "qdn-infra plan";

/// The document. It holds no secret: of secrets it tells names, and digests over what nobody can guess.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedPlan {
    /// Always `qdn-infra plan`.
    #[schemars(extend("const" = FORMAT))]
    pub format: String,
    /// The plan's version.
    #[schemars(extend("const" = PLAN_VERSION))]
    pub version: u32,
    /// Version of the program that made it.
    pub program: String,
    /// When it was made.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub made_at: Timestamp,
    /// How it was asked for.
    pub options: Options,
    /// Digests of the inputs.
    pub inputs: Inputs,
    /// Digests of what was seen in every layer.
    pub state: Fingerprints,
    /// The plan.
    pub plan: Plan,
}

/// How a plan was asked for: applying it asks the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// Whether every page file is uploaded, changed or not.
    pub force: bool,
    /// How many page objects may be removed.
    pub prune: usize,
    /// The layers that are left out.
    pub skip: BTreeSet<Layer>,
    /// Whether what was changed outside the stack is put back.
    #[serde(default)]
    pub revert_drift: bool,
}

impl SavedPlan {
    /// A document of a plan that is made now.
    pub fn of(
        plan: Plan,
        made_at: Timestamp,
        options: Options,
        inputs: Inputs,
        state: Fingerprints,
    ) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: PLAN_VERSION,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            made_at,
            options,
            inputs,
            state,
            plan,
        }
    }

    /// As it is written.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("a plan is JSON");
        bytes.push(b'\n');
        bytes
    }

    /// From a file's bytes. A document of another version is refused before it is read.
    pub fn parse(bytes: &[u8]) -> Result<Self, NotAPlan> {
        let head: Head = serde_json::from_slice(bytes)?;
        if head.format != FORMAT {
            return Err(NotAPlan::Another);
        }
        if head.version != PLAN_VERSION {
            return Err(NotAPlan::Version {
                found: head.version,
            });
        }
        Ok(serde_json::from_slice(bytes)?)
    }

    /// The JSON Schema of the document, as it is published in `docs/plan.schema.json`.
    pub fn schema() -> String {
        let schema = schemars::generate::SchemaSettings::draft2020_12()
            .into_generator()
            .into_root_schema_for::<Self>();
        let mut text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
        text.push('\n');
        text
    }

    /// How old it is.
    pub fn age(&self, now: Timestamp) -> SignedDuration {
        now.duration_since(self.made_at)
    }
}

/// What every version begins with.
#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
}

/// Why bytes are no plan that can be applied.
#[derive(Debug, thiserror::Error)]
pub enum NotAPlan {
    /// It cannot be read.
    #[error("it is no saved plan")]
    Unreadable(#[from] serde_json::Error),
    /// It is some other document.
    #[error("it is no saved plan but another document")]
    Another,
    /// Another version of this program wrote it.
    #[error("it has version {found}, and this program applies version {PLAN_VERSION}")]
    Version {
        /// Its version.
        found: u32,
    },
}

impl Hint for NotAPlan {
    fn hint(&self) -> Option<String> {
        Some("make one with `qdn-infra plan --out FILE`, by the program that is to apply it".into())
    }
}
