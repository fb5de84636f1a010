//! What a stack's status allows, and what each command does with it: two tables, every status and every command
//! named. `docs/stack-status.md` shows them as one.

use crate::ports::StackStatus;

/// What may be done with a stack in some status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Not there: create it.
    Absent,
    /// Only change sets of a creation that was never executed: as good as not there.
    Leftover,
    /// Settled: update it.
    Settled,
    /// An operation is under way.
    Busy,
    /// Its creation or deletion failed: it can only be deleted.
    Wreck,
    /// Its rollback failed: it has to be continued first.
    Stuck,
    /// An update failed and was not rolled back, which only somebody else can have asked for.
    NotRolledBack,
    /// The rollback of an import failed: nothing continues it.
    ImportStuck,
    /// A status that this version does not know: leave it alone.
    Unknown,
}

impl Standing {
    /// Whether there is a stack, in whatever condition.
    pub fn exists(self) -> bool {
        match self {
            Self::Absent | Self::Leftover => false,
            Self::Settled
            | Self::Busy
            | Self::Wreck
            | Self::Stuck
            | Self::NotRolledBack
            | Self::ImportStuck
            | Self::Unknown => true,
        }
    }
}

/// Where a status stands. Without a status the stack does not exist.
pub fn standing(status: Option<&StackStatus>) -> Standing {
    use StackStatus as S;
    let Some(status) = status else {
        return Standing::Absent;
    };
    match status {
        S::DeleteComplete => Standing::Absent,
        S::ReviewInProgress => Standing::Leftover,
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
        S::UpdateRollbackFailed => Standing::Stuck,
        S::UpdateFailed => Standing::NotRolledBack,
        S::ImportRollbackFailed => Standing::ImportStuck,
        S::Unknown(_) => Standing::Unknown,
    }
}

/// The commands that change a stack, or say how it would be changed. `bootstrap` is the apply of its stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// `qdn-infra plan`
    Plan,
    /// `qdn-infra apply` and `qdn-infra bootstrap`
    Apply,
    /// `qdn-infra destroy`
    Destroy,
    /// `qdn-infra import`
    Import,
}

impl Command {
    /// Every command.
    pub const ALL: &[Self] = &[Self::Plan, Self::Apply, Self::Destroy, Self::Import];
}

/// What a command does with a stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treatment {
    /// Makes it (`plan`: shows that).
    Create,
    /// Changes it (`plan`: shows how).
    Update,
    /// Says what `apply` does first, and does nothing itself.
    Announce,
    /// Takes the leftover away, then makes the stack.
    Clear,
    /// Follows the running operation to its end, then looks again.
    Attach,
    /// Continues the rollback without skipping anything, then looks again.
    ContinueRollback,
    /// Deletes it, after proof that nothing which holds data is left in it, then makes it anew.
    Recreate,
    /// Deletes it.
    Delete,
    /// Does nothing: there is no stack.
    Nothing,
    /// Leaves it alone and says why.
    Refuse,
}

impl Treatment {
    /// In few words, as the table in `docs/` shows it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Announce => "say what apply does first",
            Self::Clear => "clear, create",
            Self::Attach => "wait, look again",
            Self::ContinueRollback => "continue rollback, look again",
            Self::Recreate => "prove, delete, create",
            Self::Delete => "delete",
            Self::Nothing => "nothing",
            Self::Refuse => "refuse",
        }
    }
}

/// What a command does with a stack in some status.
pub fn treatment(status: Option<&StackStatus>, command: Command) -> Treatment {
    use Command as C;
    use Treatment as T;
    match (standing(status), command) {
        (Standing::Absent, C::Plan | C::Apply | C::Import) | (Standing::Leftover, C::Import) => {
            T::Create
        }
        (Standing::Absent, C::Destroy) => T::Nothing,
        (Standing::Leftover | Standing::Busy | Standing::Wreck | Standing::Stuck, C::Plan) => {
            T::Announce
        }
        (Standing::Leftover, C::Apply) => T::Clear,
        (Standing::Settled, C::Plan | C::Apply | C::Import) => T::Update,
        (Standing::Busy, C::Apply | C::Destroy) => T::Attach,
        (Standing::Wreck, C::Apply) => T::Recreate,
        (Standing::Stuck, C::Apply) => T::ContinueRollback,
        (
            Standing::Leftover
            | Standing::Settled
            | Standing::Wreck
            | Standing::Stuck
            | Standing::NotRolledBack
            | Standing::ImportStuck,
            C::Destroy,
        ) => T::Delete,
        (Standing::Busy | Standing::Wreck | Standing::Stuck, C::Import)
        | (Standing::NotRolledBack | Standing::ImportStuck, C::Plan | C::Apply | C::Import)
        | (Standing::Unknown, C::Plan | C::Apply | C::Destroy | C::Import) => T::Refuse,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of `docs/stack-status.md`, a line for each status.
    fn table() -> String {
        let row = |name: &str, status: Option<&StackStatus>| {
            let cells = Command::ALL
                .iter()
                .map(|command| treatment(status, *command).words());
            format!("| {name} | {} |", cells.collect::<Vec<_>>().join(" | "))
        };
        let head = [
            "| status | plan | apply, bootstrap | destroy | import |",
            "|---|---|---|---|---|",
        ];
        let mut lines: Vec<String> = head.map(str::to_owned).into();
        lines.push(row("no stack", None));
        lines.extend(
            StackStatus::ALL
                .iter()
                .map(|status| row(&format!("`{}`", status.name()), Some(status))),
        );
        lines.push(row("any other", Some(&StackStatus::from_name("NEW_ONE"))));
        lines.join("\n")
    }

    #[test]
    fn every_status_has_its_action_for_every_command_and_the_documents_show_it() {
        let documented = include_str!("../../docs/stack-status.md");
        assert!(
            documented.contains(&table()),
            "docs/stack-status.md does not hold this table:\n{}",
            table()
        );
    }

    #[test]
    fn whatever_is_in_progress_belongs_to_somebody() {
        for status in StackStatus::ALL {
            let found = standing(Some(status));
            assert_eq!(
                found == Standing::Busy,
                status.in_progress(),
                "{}",
                status.name()
            );
            assert_ne!(
                found,
                Standing::Unknown,
                "{} has no place in the table",
                status.name()
            );
        }
        let new = StackStatus::from_name("NEW_ONE");
        assert_eq!(standing(Some(&new)), Standing::Unknown);
    }

    #[test]
    fn plan_and_import_never_change_what_is_not_settled() {
        for status in StackStatus::ALL {
            for command in [Command::Plan, Command::Import] {
                let harmless = [
                    Treatment::Create,
                    Treatment::Update,
                    Treatment::Announce,
                    Treatment::Refuse,
                ];
                let found = treatment(Some(status), command);
                assert!(harmless.contains(&found), "{}: {found:?}", status.name());
            }
        }
    }

    #[test]
    fn a_stack_that_nobody_knows_is_left_alone_by_everybody() {
        let new = StackStatus::from_name("NEW_ONE");
        for command in Command::ALL {
            assert_eq!(treatment(Some(&new), *command), Treatment::Refuse);
        }
    }
}
