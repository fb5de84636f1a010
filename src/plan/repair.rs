//! What has to be put right about a stack before it can be planned or made.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::status::{Command, Treatment, treatment};
use crate::ports::StackState;

/// What `apply` does about a stack before anything else. `plan` only tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Repair {
    /// Stack name.
    pub stack: String,
    /// CloudFormation's status.
    pub status: String,
    /// CloudFormation's reason, when it gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What is done.
    pub mend: Mend,
}

/// How a stack is put right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mend {
    /// A creation that was never executed is taken away.
    Clear,
    /// The operation that is under way is followed to its end.
    Attach,
    /// The rollback is continued; nothing is skipped.
    ContinueRollback,
    /// The stack is deleted, so that it can be made anew; only when nothing that holds data is left in it.
    Recreate,
}

impl Mend {
    /// Whether anything is changed by it. To wait changes nothing.
    pub fn changes(self) -> bool {
        match self {
            Self::Clear | Self::ContinueRollback | Self::Recreate => true,
            Self::Attach => false,
        }
    }

    /// Whether it has to be done before one can say what else would change.
    pub fn comes_first(self) -> bool {
        match self {
            Self::Attach | Self::ContinueRollback | Self::Recreate => true,
            Self::Clear => false,
        }
    }
}

impl Repair {
    /// What `apply` does about a stack first; none when it can be made or changed as it is, or is left alone.
    pub fn of(stack: &str, state: &StackState) -> Option<Self> {
        let mend = match treatment(Some(&state.status), Command::Apply) {
            Treatment::Clear => Mend::Clear,
            Treatment::Attach => Mend::Attach,
            Treatment::ContinueRollback => Mend::ContinueRollback,
            Treatment::Recreate => Mend::Recreate,
            Treatment::Create
            | Treatment::Update
            | Treatment::Announce
            | Treatment::Delete
            | Treatment::Nothing
            | Treatment::Refuse => return None,
        };
        Some(Self {
            stack: stack.to_owned(),
            status: state.status.name().to_owned(),
            reason: state.status_reason.clone(),
            mend,
        })
    }
}
