//! The local cloud: what `--env local` runs against. Starts, reuses, stops and empties the emulator
//! behind it and the stand-in for the carrier beside it; knows nothing of stacks, and nothing outside asks
//! it what it is made of.

pub mod carrier;
pub mod demo;
mod environment;
mod error;
mod health;
mod launcher;
mod lifecycle;
mod log;
mod node;
mod ports;
mod private;
mod process;
mod settings;
mod stage;
mod started;
#[cfg(test)]
mod tests;

pub use error::{Error, Part};
pub use launcher::shared_environment;
pub use lifecycle::{Reset, Status, Stopped, reset, start, status, stop};
pub use node::find as find_node;
pub use settings::{Running, Settings};
pub use stage::{Progress, Stage, Why};
