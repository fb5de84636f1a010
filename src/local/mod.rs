//! The local cloud: what `--env local` runs against. Starts, reuses, stops and empties the emulator
//! behind it; knows nothing of stacks, and nothing outside asks it what it is made of.

mod environment;
mod error;
mod health;
mod launcher;
mod lifecycle;
mod node;
mod process;
mod settings;
mod stage;
#[cfg(test)]
mod tests;

pub use error::Error;
pub use launcher::shared_environment;
pub use lifecycle::{Reset, Status, Stopped, reset, start, status, stop};
pub use settings::{Running, Settings};
pub use stage::{Progress, Stage, Why};
