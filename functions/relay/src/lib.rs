//! The `relay` Lambda: sends what the table's stream says was written. The table is the truth: a record of the stream
//! is only the hint that there is something to look at, and whatever is not sent here is sent by `upkeep`.
//!
//! | module | holds |
//! |---|---|
//! | [`invocation`] | until when an invocation may run, and its name in the log |
//! | [`stream`] | the event, and which of its records are to be given again |
//! | [`send`] | claim, post, record |
//! | [`tend`] | everything else that a due message may need |
//! | [`render`] | the text as the recipient reads it |
//! | [`start`] | from the environment to a running function |

pub mod invocation;
pub mod render;
pub mod send;
pub mod start;
pub mod stream;
pub mod tend;
#[cfg(test)]
mod tests;
