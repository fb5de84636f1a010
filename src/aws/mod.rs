//! The ports, spoken with the AWS SDKs: one file a service. SDK types stop here; when to call what
//! is the engine's matter.

mod bucket_policies;
mod clock;
mod distributions;
mod drifts;
mod edge;
mod edge_trial;
mod entropy;
mod failure;
mod functions;
mod gateways;
mod guarded_objects;
mod identity;
mod key_values;
mod logs;
mod objects;
mod patience;
mod permissions;
mod recorder;
#[cfg(test)]
mod replay;
mod secrets;
mod session;
mod stack_events;
mod stack_history;
mod stack_parts;
mod stacks;
mod tables;
mod transport;
mod unspoken;
mod web;

pub use clock::SystemClock;
pub use recorder::{Call, Recorder, depth};
pub use session::{Endpoint, Session, connect};
pub use web::{HttpWeb, Proxies};
