//! A message and its way to a phone, as data and pure transitions. Every function here takes the message and
//! what happened and gives the message as it is afterwards; sending and storing belong to the functions.
//!
//! | file | holds |
//! |---|---|
//! | `carrier` | the carrier's words: SID, status, what an attempt to post came to |
//! | `attempt` | one attempt to reach one contact |
//! | `record` | the message, and the inbound text |
//! | `policy` | how long things may take |
//! | `life` | the transitions: claim, record, observe, expire, reconcile |
//!
//! Two rules hold throughout: an attempt whose outcome is unknown is never followed by another before the
//! carrier was asked, and the carrier's status of an attempt never falls.

mod attempt;
mod carrier;
mod life;
#[cfg(test)]
mod life_tests;
mod policy;
mod record;

pub use attempt::{Attempt, AttemptOutcome};
pub use carrier::{CarrierStatus, Posted, Sid, SidError};
pub use life::{Due, Looked};
pub use policy::{Policy, SEND_SECONDS};
pub use record::{Contact, Delivery, Entry, Inbound, Message, MessageKind, Outcome, Phase};
