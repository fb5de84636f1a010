//! The local carrier: a stand-in for Twilio, for development only. It takes texts as Twilio takes them, shows
//! them in an inbox page, reports their delivery and passes replies on. It runs as a process of its own.
//!
//! | files | what lives there |
//! |---|---|
//! | `api/`, `order`, `list`, `form`, `fault`, `text` | Twilio's interface: what it takes and how it answers |
//! | `delivery`, `inbound` | what happens later: statuses, callbacks, replies, STOP |
//! | `magic`, `behaviour` | what goes wrong on request |
//! | `state`, `journal`, `model`, `fields`, `sid` | what is kept |
//! | `control`, `inbox`, `page/` | `/_local/…` for tests, and the page for people |
//! | `access`, `door`, `world`, `serve` | the server |
//! | `lifecycle`, `about`, `credentials` | starting, stopping and finding it |

mod about;
mod access;
mod api;
mod behaviour;
mod control;
mod credentials;
mod delivery;
mod door;
mod fault;
mod fields;
mod form;
mod inbound;
mod inbox;
mod journal;
mod lifecycle;
mod magic;
mod model;
mod order;
mod serve;
mod sid;
mod state;
#[cfg(test)]
mod tests;
mod text;
mod world;

pub use lifecycle::{Running, Status, reset, start, status, stop};
pub use magic::{CUSTOMER, LINES, SENDER};
pub use serve::{Serve, serve};

/// The entry of the one that runs, in the carrier's folder.
const RUNNING: &str = "running.json";
/// Its state, beside the entry.
const STATE: &str = "state.jsonl";
