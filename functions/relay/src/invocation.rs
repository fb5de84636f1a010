//! One invocation: until when it may run, and the name under which the log has it.

use jiff::Timestamp;
use lambda_runtime::Context;
use tracing::Span;

/// One invocation of a function.
#[derive(Debug)]
pub struct Invocation {
    /// When Lambda ends it.
    pub deadline: Timestamp,
    /// What every line of the log that belongs to it carries: its id.
    pub span: Span,
}

impl Invocation {
    /// What Lambda says of an invocation.
    pub fn of(context: &Context) -> Self {
        let deadline = i64::try_from(context.deadline)
            .ok()
            .and_then(|millis| Timestamp::from_millisecond(millis).ok());
        Invocation {
            deadline: deadline.unwrap_or(Timestamp::MAX),
            span: tracing::info_span!("invocation", requestId = context.request_id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deadline_is_lambdas() {
        let mut context = Context::default();
        context.deadline = 1_767_225_600_500;
        let deadline = Invocation::of(&context).deadline;
        assert_eq!(deadline.to_string(), "2026-01-01T00:00:00.5Z");
        context.deadline = u64::MAX;
        assert_eq!(Invocation::of(&context).deadline, Timestamp::MAX);
    }
}
