//! What has to be done so that the live maintenance data holds what the checkout's seed says. Pure; comparing and
//! merging the documents is `seed`, talking to the bucket and the API is the engine's part.

use super::{Action, Finding, Layer, LayerPlan, PropertyChange, Reason, Step, Target};
use crate::seed::{Change, Comparison, Put};

/// What people know the live document by.
pub const DOCUMENT: &str = "maintenance data";
/// The same for the record of the seed that was pushed last.
pub const RECORD: &str = "record of the last seed";

/// The layer's part of a plan.
///
/// A record that is out of date is a step of its own where nothing else is to be done: without it, an edit that people
/// make later would be taken for a conflict, or for something that they never touched.
pub fn layer(compared: &Comparison) -> LayerPlan {
    let mut layer = LayerPlan::unchanged(Layer::Seed);
    if !compared.theirs.is_empty() {
        layer.findings.push(Finding::SeedKept {
            count: compared.theirs.len(),
        });
    }
    if !compared.conflicts.is_empty() {
        layer.conflicts.clone_from(&compared.conflicts);
        return layer;
    }
    let changes = compared.ours.iter().cloned().map(PropertyChange::from);
    layer.steps.extend(match compared.put {
        Put::Create => Some(step(Action::Create, Reason::New, DOCUMENT, Vec::new())),
        Put::Replace => {
            let changes = changes.collect();
            Some(step(Action::Update, Reason::Content, DOCUMENT, changes))
        }
        Put::Nothing if compared.record => {
            Some(step(Action::Update, Reason::Content, RECORD, Vec::new()))
        }
        Put::Nothing => None,
    });
    layer
}

fn step(action: Action, reason: Reason, name: &str, changes: Vec<PropertyChange>) -> Step {
    let name = name.to_owned();
    Step {
        action,
        reason,
        target: Target::Document { name, changes },
    }
}

impl From<Change> for PropertyChange {
    fn from(change: Change) -> Self {
        let Change {
            path,
            before,
            after,
        } = change;
        Self {
            path,
            before,
            after,
        }
    }
}
