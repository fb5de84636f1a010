//! What a person has to decide before a seed can be put into the live document.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::data::FILE;

/// Why a seed cannot be put into the live document without a person's decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Conflict {
    /// Seed and live document were changed in the same place, each in another way; or they differ there, and nobody
    /// knows what was pushed last.
    Both {
        /// Where, like `trucks[truck-1].name`.
        path: String,
        /// What the seed that was pushed last has there; none when it has nothing there, or is not known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        base: Option<Value>,
        /// What the seed has there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ours: Option<Value>,
        /// What the live document has there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        theirs: Option<Value>,
    },
    /// Each alone is right, and what they come to together is not.
    Together {
        /// Where; empty for the whole document.
        path: String,
        /// What is wrong there.
        message: String,
    },
    /// What lies live is no document of maintenance data.
    Foreign {
        /// What is wrong with it.
        message: String,
    },
    /// A seed was pushed, and nothing lies live any more.
    Gone,
}

/// Whose side is taken in every conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// The seed's.
    Ours,
    /// The live document's.
    Theirs,
}

/// One line. Objects are not spelled out; a list of changes shows them.
impl fmt::Display for Conflict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Both {
                path,
                base,
                ours,
                theirs,
            } => {
                let (ours, theirs) = (briefly(ours.as_ref()), briefly(theirs.as_ref()));
                write!(formatter, "{path}: ours {ours}, theirs {theirs}")?;
                match base {
                    Some(base) => write!(formatter, ", last pushed {}", briefly(Some(base))),
                    None => Ok(()),
                }
            }
            Self::Together { path, message } => {
                let path = if path.is_empty() { "it" } else { path };
                write!(formatter, "{path} {message}")
            }
            Self::Foreign { message } => {
                write!(formatter, "what lies live is no such document: {message}")
            }
            Self::Gone => formatter.write_str("nothing lies live any more, and a seed was pushed"),
        }
    }
}

/// A value on one line.
fn briefly(value: Option<&Value>) -> String {
    match value {
        None => "nothing".to_owned(),
        Some(Value::Object(_)) => "{…}".to_owned(),
        Some(value) => value.to_string(),
    }
}

/// What a person can do about conflicts.
pub fn choices(conflicts: &[Conflict]) -> String {
    let both = |conflict: &Conflict| matches!(conflict, Conflict::Both { .. });
    let foreign = |conflict: &Conflict| matches!(conflict, Conflict::Foreign { .. });
    let gone = |conflict: &Conflict| matches!(conflict, Conflict::Gone);
    let decided = if conflicts.iter().all(gone) {
        format!(
            "put back a copy of it, or let `qdn-infra seed push --take ours` make it from {FILE}"
        )
    } else if conflicts.iter().all(both) {
        "`qdn-infra seed push --take ours` or `--take theirs`, or `qdn-infra seed pull` to bring theirs into the checkout first".to_owned()
    } else if conflicts.iter().all(foreign) {
        "`qdn-infra seed push --take ours` replaces it".to_owned()
    } else {
        format!("look with `qdn-infra seed diff`, then mend {FILE} or the live document")
    };
    format!("{decided}; `--skip-layer seed` leaves it as it is")
}
