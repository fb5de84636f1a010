//! What a stack's status allows: one table, every status named.

use crate::ports::StackStatus;

/// What may be done with a stack in some status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Not there, or only a never-executed creation: create it.
    Absent,
    /// Settled: update it.
    Settled,
    /// Another operation is under way: leave it alone.
    Busy,
    /// Its creation or deletion failed: it can only be deleted.
    Wreck,
    /// Its rollback failed: it has to be continued first.
    Stuck,
    /// A status this version does not know: leave it alone.
    Unknown,
}

/// The table. Without a status the stack does not exist.
pub fn standing(status: Option<&StackStatus>) -> Standing {
    use StackStatus as S;
    let Some(status) = status else {
        return Standing::Absent;
    };
    match status {
        S::ReviewInProgress | S::DeleteComplete => Standing::Absent,
        S::CreateComplete
        | S::UpdateComplete
        | S::UpdateRollbackComplete
        | S::ImportComplete
        | S::ImportRollbackComplete => Standing::Settled,
        S::CreateInProgress
        | S::RollbackInProgress
        | S::DeleteInProgress
        | S::UpdateInProgress
        | S::UpdateCompleteCleanupInProgress
        | S::UpdateRollbackInProgress
        | S::UpdateRollbackCompleteCleanupInProgress
        | S::ImportInProgress
        | S::ImportRollbackInProgress => Standing::Busy,
        S::CreateFailed | S::RollbackFailed | S::RollbackComplete | S::DeleteFailed => {
            Standing::Wreck
        }
        S::UpdateFailed | S::UpdateRollbackFailed | S::ImportRollbackFailed => Standing::Stuck,
        S::Unknown(_) => Standing::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_in_progress_belongs_to_somebody() {
        for status in StackStatus::ALL {
            assert_eq!(
                standing(Some(status)) == Standing::Busy,
                status.in_progress(),
                "{}",
                status.name()
            );
            assert_ne!(
                standing(Some(status)),
                Standing::Unknown,
                "{} has no place in the table",
                status.name()
            );
        }
        assert_eq!(
            standing(Some(&StackStatus::from_name("NEW_ONE"))),
            Standing::Unknown
        );
    }

    #[test]
    fn what_failed_to_be_created_cannot_be_updated() {
        for name in [
            "ROLLBACK_COMPLETE",
            "ROLLBACK_FAILED",
            "CREATE_FAILED",
            "DELETE_FAILED",
        ] {
            assert_eq!(
                standing(Some(&StackStatus::from_name(name))),
                Standing::Wreck
            );
        }
    }
}
