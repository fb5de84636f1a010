//! Identifiers of jobs, threads, messages and tracking links. Each has exactly one spelling, and none can hold
//! `/`, `#` or `..`: all of them stand in keys of the table and in paths. Random bytes come from outside.

mod crockford;
mod error;
mod job;
mod link;
mod message;
mod thread;

pub use error::IdError;
pub use job::JobId;
pub use link::LinkId;
pub use message::MessageId;
pub use thread::{ThreadHash, ThreadId};
