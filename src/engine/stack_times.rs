//! How long CloudFormation works on resources, by the times of its own events.

use std::time::Duration;

use jiff::Timestamp;

use crate::ports::StackEvent;

/// When an event happened, if that can be read.
pub(super) fn happened(event: &StackEvent) -> Option<Timestamp> {
    event.at.parse().ok()
}

/// How long it took what this event ends; none where it ends nothing, or nobody saw it begin. Events are in the order
/// in which they happened.
pub(super) fn took(events: &[StackEvent], index: usize) -> Option<Duration> {
    let (before, rest) = events.split_at_checked(index)?;
    let last = rest.first().filter(|last| !is_running(last))?;
    let of_it = before.iter().rev().filter(|event| {
        event.logical_id == last.logical_id && verb(&event.status) == verb(&last.status)
    });
    // It may say several times that it is at work; the first time after whatever ended before counts.
    let began = of_it.take_while(|event| is_running(event)).last()?;
    let took = happened(last)?.duration_since(happened(began)?);
    Duration::try_from(took).ok()
}

/// Whether something is under way.
pub(super) fn is_running(event: &StackEvent) -> bool {
    event.status.ends_with("_IN_PROGRESS")
}

/// `CREATE` of `CREATE_COMPLETE`.
pub(super) fn verb(status: &str) -> &str {
    status.split('_').next().unwrap_or(status)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: &str, status: &str, second: u32) -> StackEvent {
        StackEvent {
            id: format!("{id}-{status}-{second}"),
            logical_id: id.to_owned(),
            resource_type: "AWS::S3::Bucket".to_owned(),
            status: status.to_owned(),
            reason: None,
            at: format!("2026-11-26T10:00:{second:02}.500Z"),
        }
    }

    #[test]
    fn what_ends_took_as_long_as_since_it_began() {
        let events = [
            event("A", "CREATE_IN_PROGRESS", 1),
            event("B", "CREATE_IN_PROGRESS", 2),
            event("A", "CREATE_IN_PROGRESS", 3),
            event("A", "CREATE_COMPLETE", 9),
            event("B", "CREATE_FAILED", 10),
            event("A", "DELETE_IN_PROGRESS", 11),
            event("A", "DELETE_COMPLETE", 15),
            event("C", "DELETE_COMPLETE", 16),
        ];
        let took: Vec<_> = (0..=events.len())
            .map(|index| took(&events, index).map(|took| took.as_secs()))
            .collect();
        let none = None;
        let expected = [
            none,
            none,
            none,
            Some(8),
            Some(8),
            none,
            Some(4),
            none,
            none,
        ];
        assert_eq!(took, expected);
    }
}
