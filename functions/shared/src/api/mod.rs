//! What goes over the wire: the bodies of requests and answers as types, and how a request is read so that all
//! its faults are found. Routes and problems have modules of their own; HTTP belongs to the function.
//!
//! | file | holds |
//! |---|---|
//! | `json` | JSON text, in which no name may stand twice |
//! | `read` | reading a value into a type, collecting every fault |
//! | `read_job`, `read_maintenance` | the same for the domain's types |
//! | `requests` | the bodies that are no domain type by themselves |
//! | `jobs`, `messages`, `track` | the answers |
//! | `operations` | which problems each route may answer with |
//! | `samples` | an example of each body, for documents and tests |

mod jobs;
pub mod json;
mod messages;
mod operations;
mod read;
mod read_job;
mod read_maintenance;
mod requests;
pub mod samples;
#[cfg(test)]
mod tests;
mod track;

pub use jobs::{JobAnswer, JobPage, LinkAnswer};
pub use messages::{
    AttemptAnswer, EntryAnswer, MessageAnswer, MessagePage, Recipient, ReplyAnswer,
};
pub use operations::{problems, success};
pub use read::{Object, Readable, Reader, read};
pub use requests::{CreateJob, Nothing, SendMessage};
pub use track::{PreviousWindow, Receipt, TrackAnswer, TrackMessage, TrackStep, TrackWindow};
