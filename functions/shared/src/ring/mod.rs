//! Key rings: the keys that sign job tokens and callback addresses, and how one follows another.
//! Storing a ring, and telling the edge about it, belongs to the deployer.

mod key;
mod rotation;

use serde::{Deserialize, Serialize};

pub use key::{Key32, KeyState, RingKey};
pub(crate) use key::{TAG_BYTES, TAG_TEXT};
pub use rotation::{KeyRing, PUBLISH_WAIT_SECONDS, READER_CACHE_SECONDS, RingError, RingFault};

/// The document of the secret `<stack>/keys`: one ring for each purpose, so that neither key can stand in for
/// the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SigningKeys {
    /// Signs job tokens; the edge knows these keys too.
    pub tokens: KeyRing,
    /// Signs the addresses that the carrier calls back.
    pub carrier: KeyRing,
}
