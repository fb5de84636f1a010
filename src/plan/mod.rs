//! Plans: what will change in every layer and why. Pure: no clock, no network, no SDK.

mod model;
mod references;
pub mod site;
pub mod stack;
mod status;
mod template_diff;

pub use model::{
    Action, Check, Deployment, Finding, Layer, LayerPlan, PLAN_VERSION, Plan, PropertyChange,
    Reason, Step, Target,
};
pub use status::{Standing, standing};
