//! What the documents of keys should become, and what the edge should hold of them. Pure: time and random bytes
//! are given; reading and storing is the engine's part.
//!
//! | secret | document | made by |
//! |---|---|---|
//! | `<stack>/keys` | [`SigningKeys`](qdn_shared::ring::SigningKeys) | the first apply; `keys token rotate` |
//! | `<stack>/operators` | [`OperatorKeys`](qdn_shared::operator::OperatorKeys) | the first apply; `keys operator` |
//! | `<stack>/deployer-key` | [`DeployerKey`] | the first apply |

mod deployer;
mod edge;
mod read;
#[cfg(test)]
mod samples;

pub use deployer::{DEPLOYER, DeployerKey, with_deployer};
pub use edge::{Change, ChangeKind, changes, entries, is_ours, token_entries, updates};
pub use read::{NotOurs, read};
