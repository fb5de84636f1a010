//! The `upkeep` Lambda: every minute it does what is due with messages, and tells the operator's lines what
//! maintenance is near. It needs nothing but the table, so it also does what a stream that stands still leaves undone.
//!
//! | module | holds |
//! |---|---|
//! | [`messages`] | everything that is due, within the time of one run |
//! | [`alerts`] | one message for each alert, once |
//! | [`schedule`] | the event, and from the environment to a running function |

pub mod alerts;
pub mod messages;
pub mod schedule;
#[cfg(test)]
mod tests;
