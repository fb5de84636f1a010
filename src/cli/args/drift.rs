//! Flags about what was changed outside the stack.

use clap::Args;

use crate::engine::Refresh;

/// Whether drift is undone.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct RevertArgs {
    /// Put back what was changed outside the stack, too (a drift-aware change set; takes some minutes)
    #[arg(long)]
    pub revert_drift: bool,
}

impl RevertArgs {
    /// What becomes of drift; `told` where it is at least looked for.
    pub fn refresh(self, told: bool) -> Refresh {
        match (self.revert_drift, told) {
            (true, _) => Refresh::Revert,
            (false, true) => Refresh::Tell,
            (false, false) => Refresh::Leave,
        }
    }
}
