//! Plans: what will change in every layer and why. Pure: no clock, no network, no SDK.

pub mod adopt;
pub mod carrier;
mod check;
pub mod edge;
mod finding;
mod fingerprint;
pub mod import;
mod model;
mod observation;
mod references;
mod release;
mod repair;
mod risk;
mod saved;
pub mod secrets;
pub mod seed;
pub mod site;
pub mod stack;
mod status;
mod template_diff;

pub use check::Check;
pub use finding::Finding;
pub use fingerprint::{Fingerprints, Inputs, Moved, Movement};
pub use model::{
    Action, Deployment, Layer, LayerPlan, PLAN_VERSION, Plan, PropertyChange, Reason, Step, Target,
};
pub use observation::{Difference, NotObserved, SecretStanding};
pub use release::{
    Content, NotARelease, PAGES, RELEASE_VERSION, Release, ReleasedFile, ReleasedPackage, page_key,
};
pub use repair::{Mend, Repair};
pub use risk::{Allowed, DATA_TYPES, Fate, Risk, Severity, holds_data};
pub use saved::{NotAPlan, Options, SavedPlan};
pub use status::{Command, Standing, Treatment, standing, treatment};

pub use crate::seed::Conflict;
