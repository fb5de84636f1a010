//! How long a stack operation is going to take, by how long the same resources took in earlier ones.

use std::collections::BTreeMap;
use std::time::Duration;

use super::stack_times::{is_running, took, verb};
use crate::plan::{Action, LayerPlan, Step, Target};
use crate::ports::{ChangeSetKind, StackEvent};

/// An estimate is told again when its end moves by more than this, or by this part of what is left, in percent.
const MOVED: Duration = Duration::from_secs(10);
const MOVED_PERCENT: u32 = 20;

/// What an operation is going to do to one resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Expected {
    verb: &'static str,
    logical_id: String,
    resource_type: String,
}

/// What the operation that carries out a layer's steps is going to do, where a stack was there before; one that is made
/// has no history.
pub(super) fn expected(layer: &LayerPlan) -> Vec<Expected> {
    let kind = layer.deployment.as_ref().map(|deployment| deployment.kind);
    if kind != Some(ChangeSetKind::Update) {
        return Vec::new();
    }
    let one = |step: &Step| {
        let verb = match step.action {
            Action::Create | Action::Replace => "CREATE",
            Action::Update => "UPDATE",
            Action::Remove => "DELETE",
            Action::Invalidate | Action::Check => return None,
        };
        match &step.target {
            Target::Resource {
                logical_id,
                resource_type,
                ..
            } => Some(Expected {
                verb,
                logical_id: logical_id.clone(),
                resource_type: resource_type.clone(),
            }),
            _ => None,
        }
    };
    layer.steps.iter().filter_map(one).collect()
}

/// How far a resource has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Waiting,
    /// At work since then, by the command's clock.
    Running(Duration),
    Done,
}

/// What is known of an operation that is under way.
#[derive(Debug, Default)]
pub(super) struct Estimate {
    /// By what is done and to what: how long it took before, and how far it is now.
    known: BTreeMap<(String, String), (Duration, Stage)>,
    /// When it ends, as it was last told.
    told: Option<Duration>,
}

impl Estimate {
    /// From the events of earlier operations, oldest first. A resource that they do not tell of takes as long as one of
    /// its type did.
    pub(super) fn new(expected: &[Expected], past: &[StackEvent]) -> Self {
        let mut by_id = BTreeMap::new();
        let mut by_type = BTreeMap::new();
        for (index, event) in past.iter().enumerate() {
            let complete = event.status.ends_with("_COMPLETE");
            if let Some(took) = took(past, index).filter(|_| complete) {
                // The newest is the nearest.
                by_id.insert((verb(&event.status), event.logical_id.as_str()), took);
                by_type.insert((verb(&event.status), event.resource_type.as_str()), took);
            }
        }
        let known = expected.iter().filter_map(|one| {
            let of_it = by_id.get(&(one.verb, one.logical_id.as_str()));
            let of_type = || by_type.get(&(one.verb, one.resource_type.as_str()));
            let took = of_it.or_else(of_type)?;
            let key = (one.verb.to_owned(), one.logical_id.clone());
            Some((key, (*took, Stage::Waiting)))
        });
        Self {
            known: known.collect(),
            told: None,
        }
    }

    /// Takes in what the operation says, at a time of the command's clock.
    pub(super) fn hear(&mut self, event: &StackEvent, now: Duration) {
        if event.status.contains("ROLLBACK") {
            // It goes another way than was planned.
            self.known.clear();
            return;
        }
        let key = (verb(&event.status).to_owned(), event.logical_id.clone());
        if let Some((_, stage)) = self.known.get_mut(&key) {
            *stage = match (is_running(event), *stage) {
                (true, Stage::Waiting) => Stage::Running(now),
                (true, stage) => stage,
                (false, _) => Stage::Done,
            };
        }
    }

    /// How long it still takes at least, when that is worth telling: nothing is known of what is left, or what was told
    /// still holds.
    pub(super) fn news(&mut self, now: Duration) -> Option<Duration> {
        let left = self.left(now)?;
        let end = now + left;
        let moved = self.told.map(|told| told.abs_diff(end));
        let much = MOVED.max(left * MOVED_PERCENT / 100);
        if moved.is_some_and(|moved| moved <= much) {
            return None;
        }
        self.told = Some(end);
        Some(left)
    }

    /// What takes longest of what is left. What takes longer than before says nothing.
    fn left(&self, now: Duration) -> Option<Duration> {
        let left = self.known.values().filter_map(|(took, stage)| match stage {
            Stage::Waiting => Some(*took),
            Stage::Running(since) => (*since + *took).checked_sub(now),
            Stage::Done => None,
        });
        left.max().filter(|left| !left.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: &str, resource_type: &str, status: &str, at: u64) -> StackEvent {
        StackEvent {
            id: format!("{id}-{status}-{at}"),
            logical_id: id.to_owned(),
            resource_type: resource_type.to_owned(),
            status: status.to_owned(),
            reason: None,
            at: format!("2026-11-26T10:{:02}:{:02}Z", at / 60, at % 60),
        }
    }

    fn update(id: &str, resource_type: &str) -> Expected {
        Expected {
            verb: "UPDATE",
            logical_id: id.to_owned(),
            resource_type: resource_type.to_owned(),
        }
    }

    fn past() -> Vec<StackEvent> {
        vec![
            event("Site", "distribution", "CREATE_IN_PROGRESS", 0),
            event("Site", "distribution", "CREATE_COMPLETE", 300),
            event("Site", "distribution", "UPDATE_IN_PROGRESS", 400),
            event("Api", "function", "UPDATE_IN_PROGRESS", 400),
            event("Api", "function", "UPDATE_COMPLETE", 410),
            event("Site", "distribution", "UPDATE_COMPLETE", 600),
            event("Relay", "function", "UPDATE_FAILED", 620),
        ]
    }

    #[test]
    fn what_takes_longest_says_how_long_all_of_it_takes() {
        let expected = [
            update("Api", "function"),
            update("Relay", "function"),
            update("Site", "distribution"),
        ];
        let mut estimate = Estimate::new(&expected, &past());
        let seconds = Duration::from_secs;
        assert_eq!(estimate.news(seconds(10)), Some(seconds(200)));
        // A second later nothing is new, though nothing has begun.
        assert_eq!(estimate.news(seconds(11)), None);
        let running = event("Site", "distribution", "UPDATE_IN_PROGRESS", 0);
        estimate.hear(&running, seconds(70));
        assert_eq!(estimate.news(seconds(70)), Some(seconds(200)));
        estimate.hear(&running, seconds(90));
        assert_eq!(estimate.news(seconds(100)), None);
        let done = event("Site", "distribution", "UPDATE_COMPLETE", 0);
        estimate.hear(&done, seconds(120));
        // Of the other function nobody knows, but of its type.
        assert_eq!(estimate.news(seconds(120)), Some(seconds(10)));
    }

    #[test]
    fn where_nothing_is_known_nothing_is_said() {
        let seconds = Duration::from_secs;
        let expected = [update("Table", "table")];
        assert_eq!(Estimate::new(&expected, &past()).news(seconds(1)), None);
        assert_eq!(Estimate::new(&[], &past()).news(seconds(1)), None);
        let mut late = Estimate::new(&[update("Api", "function")], &past());
        late.hear(
            &event("Api", "function", "UPDATE_IN_PROGRESS", 0),
            seconds(5),
        );
        assert_eq!(late.news(seconds(60)), None);
        let mut back = Estimate::new(&[update("Api", "function")], &past());
        back.hear(
            &event("qdn", "stack", "UPDATE_ROLLBACK_IN_PROGRESS", 0),
            seconds(5),
        );
        assert_eq!(back.news(seconds(6)), None);
    }
}
