//! Integration tests of the `api` function: requests through the router on a table in memory, API Gateway events
//! through the library, and the program itself against a stand-in for the Lambda runtime interface on the loopback
//! address.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on stops where it stands"
)]

mod auth;
mod carrier;
mod events;
mod fuzz;
mod jobs;
mod log;
mod maintenance;
mod malformed;
mod messages;
mod moves;
mod problems;
mod process;
mod race;
mod router;
mod runtime_interface;
#[path = "../scene/mod.rs"]
mod scene;
mod track;
