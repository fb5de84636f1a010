//! What a plan comes to as a whole.

use crate::plan::Plan;

/// What a plan comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Something changes.
    Changes,
    /// A stack has to be put right before one can say what else changes.
    PutRight,
    /// Nothing changes before a person has decided something.
    Undecided,
    /// Nothing changes in what was compared, and some of it was not.
    PartlySeen,
    /// Nothing changes, and nobody has proved yet that what is there works.
    Unproved,
    /// Nothing changes.
    AsDeclared,
}

impl Standing {
    pub(super) fn of(plan: &Plan) -> Self {
        if plan.changes().next().is_some() {
            Self::Changes
        } else if plan.layers.iter().any(|layer| layer.repair.is_some()) {
            Self::PutRight
        } else if !plan.risks().is_empty() || plan.conflicts().next().is_some() {
            Self::Undecided
        } else if plan.layers.iter().any(|layer| layer.not_observed.is_some()) {
            Self::PartlySeen
        } else if plan.layers.iter().any(|layer| !layer.steps.is_empty()) {
            Self::Unproved
        } else {
            Self::AsDeclared
        }
    }
}
