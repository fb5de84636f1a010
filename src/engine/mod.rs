//! The engine: observes every layer through ports and runs a plan. Owns no terminal.

mod apply;
mod carrier;
mod deploy;
mod desired;
mod destroy;
mod door;
mod edge_keys;
mod error;
pub mod event;
mod findings;
mod generated;
mod invocation;
mod keeper;
mod keys;
mod names;
mod observe;
mod page;
mod planner;
mod prove;
mod run;
mod secrets;
mod trial;

pub use apply::{Outcome, applicable, apply};
pub use desired::{Desired, Environment};
pub use destroy::{Consent, Kept, Present, Removal, Step, destroy, present, removal};
pub use error::{Error, RootCause};
pub use keys::{KeyChain, OperatorEntry, Revoked, Rotated, TokenKey};
pub use names::{Names, template_key};
pub use observe::{Observed, ObservedStack};
pub use planner::{Planned, Purpose, Scope, discard, plan};
pub use prove::{still_works, viewer};
pub use secrets::ObservedSecrets;
