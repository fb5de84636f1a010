//! A Python, and private virtual environments with exactly pinned packages: found, made, filled
//! once and again when the pins change. What the packages are for is their owner's; so are the words
//! a person reads while they are installed.

mod environment;
mod error;
mod interpreter;
mod lock;
mod search;

pub use environment::{Environment, Stage, Wanted, prepare, requirements_hash};
pub use error::Error;
pub use interpreter::{Python, find};
pub use lock::{Error as LockError, Lock};
pub use search::Search;
#[cfg(test)]
pub(crate) use search::tests::program;
pub(crate) use search::{answer, last_lines, on_path};
