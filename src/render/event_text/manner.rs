//! How what an event says is shown: in which colour, and whether it stays.

use crate::engine::event::{SecretChange, What};
use crate::render::style::Tone;

/// In which colour.
pub(super) fn tone(what: &What) -> Tone {
    match what {
        What::CommandStarted { .. } | What::LayerStarted { .. } | What::Finished { .. } => {
            Tone::Strong
        }
        What::LayerFinished { .. }
        | What::Uploaded { .. }
        | What::EdgeTried { .. }
        | What::Proved { .. } => Tone::Added,
        What::Secret { change, .. } => match change {
            SecretChange::Created | SecretChange::Restored => Tone::Added,
            SecretChange::NewVersion | SecretChange::Tagged => Tone::Changed,
            SecretChange::Deleted => Tone::Removed,
        },
        What::Deleted { .. } => Tone::Removed,
        What::Stopping { .. } => Tone::Strong,
        What::Invalidating { .. }
        | What::EdgeKeys { .. }
        | What::SeedPut { .. }
        | What::SeedOvertaken
        | What::Mending { .. }
        | What::WebhookSet { .. } => Tone::Changed,
        What::LayerFailed { .. }
        | What::LayerStopped { .. }
        | What::ChangeSetStays { .. }
        | What::Disproved { .. }
        | What::Unlocked { until: Some(_), .. } => Tone::Failed,
        What::Waiting { .. }
        | What::Estimated { .. }
        | What::ToolOutput { .. }
        | What::Locked { .. }
        | What::Unlocked { until: None, .. }
        | What::Invalidated { .. }
        | What::Released { .. }
        | What::ApiCalls { .. } => Tone::Quiet,
        What::LocalCloud { .. }
        | What::Building { .. }
        | What::Observing
        | What::Observed { .. }
        | What::Planned { .. }
        | What::ChangeSetRequested { .. }
        | What::ChangeSetRemoved { .. }
        | What::TemplatesStay { .. }
        | What::Resource { .. } => Tone::Plain,
    }
}

/// Whether a terminal shows it only while it lasts.
pub(super) fn is_passing(what: &What) -> bool {
    match what {
        What::LocalCloud { .. }
        | What::Building { .. }
        | What::ToolOutput { .. }
        | What::Observing
        | What::Observed { .. }
        | What::ChangeSetRequested { .. }
        | What::Estimated { .. }
        | What::Waiting { .. } => true,
        What::CommandStarted { .. }
        | What::Planned { .. }
        | What::ChangeSetRemoved { .. }
        | What::Locked { .. }
        | What::Unlocked { .. }
        | What::TemplatesStay { .. }
        | What::Mending { .. }
        | What::LayerStarted { .. }
        | What::LayerFinished { .. }
        | What::LayerFailed { .. }
        | What::LayerStopped { .. }
        | What::Stopping { .. }
        | What::ChangeSetStays { .. }
        | What::Resource { .. }
        | What::Uploaded { .. }
        | What::Deleted { .. }
        | What::Secret { .. }
        | What::EdgeKeys { .. }
        | What::SeedPut { .. }
        | What::SeedOvertaken
        | What::WebhookSet { .. }
        | What::EdgeTried { .. }
        | What::Invalidating { .. }
        | What::Invalidated { .. }
        | What::Proved { .. }
        | What::Disproved { .. }
        | What::ApiCalls { .. }
        | What::Released { .. }
        | What::Finished { .. } => false,
    }
}
