//! Why a stack operation failed: the first failure that is not merely the echo of another one.

use super::error::RootCause;
use super::run::Run;
use crate::ports::StackEvent;

/// CloudFormation's type of a stack itself, in events.
const STACK_TYPE: &str = "AWS::CloudFormation::Stack";

/// An event names its stack by logical id, which is the stack's name and not its ARN.
pub(super) fn is_stack_itself(stack: &str, event: &StackEvent) -> bool {
    event.resource_type == STACK_TYPE && event.logical_id == stack
}

/// The first failure that is not merely the echo of another one.
pub(super) fn root_cause(stack: &str, events: &[StackEvent]) -> RootCause {
    let failure = events
        .iter()
        .filter(|event| event.status.ends_with("_FAILED") && !is_stack_itself(stack, event))
        .find(|event| {
            event
                .reason
                .as_deref()
                .is_none_or(|reason| !is_echo(reason))
        });
    if let Some(event) = failure {
        return RootCause {
            logical_id: Some(event.logical_id.clone()),
            resource_type: event.resource_type.clone(),
            status: event.status.clone(),
            reason: event
                .reason
                .clone()
                .unwrap_or_else(|| "no reason was given".to_owned()),
        };
    }
    let told = events
        .iter()
        .filter(|event| is_stack_itself(stack, event))
        .find_map(|event| event.reason.clone());
    RootCause {
        logical_id: None,
        resource_type: STACK_TYPE.to_owned(),
        status: String::new(),
        reason: told.unwrap_or_else(|| {
            format!("stack {stack} failed and CloudFormation named no resource")
        }),
    }
}

/// A failure of early validation names no resource in the stack's events; its reasons are asked for
/// separately. When they cannot be had, what is known stands.
pub(super) async fn explained(run: &Run<'_>, stack_id: &str, cause: RootCause) -> RootCause {
    if cause.logical_id.is_some() {
        return cause;
    }
    match run.ports.stacks.failures(stack_id).await {
        Ok(failures) => failures
            .into_iter()
            .next()
            .map_or(cause, |event| RootCause {
                logical_id: Some(event.logical_id),
                resource_type: event.resource_type,
                status: event.status,
                reason: event.reason.unwrap_or_default(),
            }),
        Err(_) => cause,
    }
}

/// Whether a failure only says that another one happened first.
fn is_echo(reason: &str) -> bool {
    let reason = reason.to_ascii_lowercase();
    [
        "resource creation cancelled",
        "resource update cancelled",
        "resource deletion cancelled",
    ]
    .iter()
    .any(|echo| reason.starts_with(echo))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(
        logical_id: &str,
        resource_type: &str,
        status: &str,
        reason: Option<&str>,
    ) -> StackEvent {
        StackEvent {
            id: format!("{logical_id}-{status}"),
            logical_id: logical_id.into(),
            resource_type: resource_type.into(),
            status: status.into(),
            reason: reason.map(Into::into),
            at: String::new(),
        }
    }

    #[test]
    fn the_root_cause_is_the_first_failure_that_is_no_echo() {
        let events = [
            event(
                "s",
                STACK_TYPE,
                "CREATE_IN_PROGRESS",
                Some("User Initiated"),
            ),
            event(
                "A",
                "X",
                "CREATE_FAILED",
                Some("Resource creation cancelled"),
            ),
            event("B", "Y", "CREATE_FAILED", Some("bucket exists")),
            event("C", "Z", "CREATE_FAILED", Some("another")),
        ];
        assert_eq!(
            root_cause("s", &events).to_string(),
            "B (Y) CREATE_FAILED: bucket exists"
        );
    }

    #[test]
    fn without_a_failed_resource_the_stack_itself_is_quoted() {
        let events = [event(
            "s",
            STACK_TYPE,
            "ROLLBACK_IN_PROGRESS",
            Some("no permission to create"),
        )];
        assert_eq!(
            root_cause("s", &events).to_string(),
            "no permission to create"
        );
    }
}
