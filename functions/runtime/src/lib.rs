//! What the Lambda functions share that does I/O: the table, secrets, the carrier, the log, metrics, settings.
//! The rules are in `qdn_shared`; what a function is for is in its own crate.
//!
//! | module | holds |
//! |---|---|
//! | [`store`] | jobs, messages and what goes with them: the trait, `DynamoDB` behind it, a map in memory for tests |
//! | [`secrets`] | documents of Secrets Manager, kept for a while |
//! | [`carrier`] | the SMS carrier: post, fetch, list |
//! | [`messaging`] | asking the carrier, and writing down what it says |
//! | [`maintenance`] | the maintenance document where it lies |
//! | [`bucket`] | that document in S3 |
//! | [`reach`] | whether a function reaches its secrets and its table |
//! | [`world`] | time and randomness, which tests replace |
//! | [`aws`] | the SDK clients of a function |
//! | [`log`] | JSON lines |
//! | [`metrics`] | `CloudWatch`'s embedded metric format |
//! | [`settings`] | typed reading of the environment |

pub mod aws;
pub mod bucket;
pub mod carrier;
pub mod log;
pub mod maintenance;
pub mod messaging;
pub mod metrics;
pub mod reach;
pub mod secrets;
pub mod settings;
pub mod store;
#[cfg(test)]
mod stub;
pub mod world;
