//! What a person reads who asks a command to stop, once or twice.

use crate::ports::{LockState, Task};

/// What is still finished after the first signal.
pub(super) fn stopping(finishing: &[Task]) -> String {
    let finishing: Vec<String> = finishing.iter().map(finished).collect();
    format!(
        "stopping; first: {} (once more leaves at once)",
        finishing.join(", ")
    )
}

fn finished(task: &Task) -> String {
    match task {
        Task::Lock => "freeing the lock".to_owned(),
        Task::ChangeSet { stack } => format!("removing the change set for stack {stack}"),
        Task::Step { name } => format!("finishing the step at work in {name}"),
        Task::Stack { stack } => format!(
            "following the operation on stack {stack} to its end; CloudFormation goes on with it by itself"
        ),
    }
}

/// A change set that could not be taken away.
pub(super) fn stays(change_set: &str) -> String {
    format!(
        "the change set could not be removed: `aws cloudformation delete-change-set --change-set-name {change_set}`"
    )
}

/// What is left by whoever asked twice, a line each.
pub fn left_text(tasks: &[Task], lock: &LockState) -> String {
    let tasks = tasks.iter().filter_map(left).chain(lock_text(lock));
    let lines = tasks.map(|line| format!("\n  {line}"));
    format!("left at once{}", lines.collect::<String>())
}

fn left(task: &Task) -> Option<String> {
    match task {
        // How the lock stands says more.
        Task::Lock => None,
        Task::ChangeSet { stack } => Some(format!(
            "a change set for stack {stack} may be left; nothing executes it"
        )),
        Task::Step { name } => Some(format!("{name} is not complete")),
        Task::Stack { stack } => Some(format!(
            "CloudFormation goes on by itself with the operation on stack {stack}"
        )),
    }
}

fn lock_text(lock: &LockState) -> Option<String> {
    match lock {
        LockState::None => None,
        LockState::Taking { id, until } => Some(format!(
            "lock {id} was being taken: it may be held, until {until:.0}"
        )),
        LockState::Held { id, until } => Some(format!("lock {id} is still held, until {until:.0}")),
        LockState::Freeing { id, until } => Some(format!(
            "lock {id} was being freed: it may still be held, until {until:.0}"
        )),
        LockState::Freed { id } => Some(format!("lock {id} is freed")),
    }
}

/// How a lock that was left is freed.
pub fn left_hint(lock: &LockState, environment: &str) -> String {
    let go_on = "run the same command again; it continues where this one stopped";
    match lock {
        LockState::None | LockState::Freed { .. } => go_on.to_owned(),
        LockState::Taking { id, .. }
        | LockState::Held { id, .. }
        | LockState::Freeing { id, .. } => {
            format!(
                "`qdn-infra unlock {id} --env {environment}` frees the lock, or let it expire; then {go_on}"
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn at_work() -> [Task; 3] {
        let stack = || "qdn-staging".to_owned();
        [
            Task::Lock,
            Task::Step {
                name: "stack".to_owned(),
            },
            Task::Stack { stack: stack() },
        ]
    }

    #[test]
    fn the_first_signal_tells_what_is_finished() {
        insta::assert_snapshot!(stopping(&at_work()), @"stopping; first: freeing the lock, finishing the step at work in stack, following the operation on stack qdn-staging to its end; CloudFormation goes on with it by itself (once more leaves at once)");
        let change_set = Task::ChangeSet {
            stack: "qdn-staging".to_owned(),
        };
        insta::assert_snapshot!(stopping(&[change_set]), @"stopping; first: removing the change set for stack qdn-staging (once more leaves at once)");
        insta::assert_snapshot!(stays("arn:aws:cloudformation:…/qdn-7"), @"the change set could not be removed: `aws cloudformation delete-change-set --change-set-name arn:aws:cloudformation:…/qdn-7`");
    }

    #[test]
    fn the_second_signal_tells_what_is_left() {
        let (id, until) = ("run-7".to_owned(), Timestamp::UNIX_EPOCH);
        let held = LockState::Held {
            id: id.clone(),
            until,
        };
        insta::assert_snapshot!(left_text(&at_work(), &held), @r"
        left at once
          stack is not complete
          CloudFormation goes on by itself with the operation on stack qdn-staging
          lock run-7 is still held, until 1970-01-01T00:00:00Z
        ");
        insta::assert_snapshot!(left_hint(&held, "staging"), @"`qdn-infra unlock run-7 --env staging` frees the lock, or let it expire; then run the same command again; it continues where this one stopped");
        let taking = LockState::Taking {
            id: id.clone(),
            until,
        };
        let freeing = LockState::Freeing {
            id: id.clone(),
            until,
        };
        let others = [taking, freeing, LockState::Freed { id }, LockState::None];
        let others = others.map(|lock| left_text(&[], &lock));
        insta::assert_snapshot!(others.join("\n"), @r"
        left at once
          lock run-7 was being taken: it may be held, until 1970-01-01T00:00:00Z
        left at once
          lock run-7 was being freed: it may still be held, until 1970-01-01T00:00:00Z
        left at once
          lock run-7 is freed
        left at once
        ");
    }
}
