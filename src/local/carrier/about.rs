//! What a running stand-in says of itself: in its file, and when asked.

use std::path::Path;

use serde::{Deserialize, Serialize};

/// Where a running stand-in says so of itself.
pub(super) const HEALTH: &str = "/_local/health";

/// In `running.json`, and at [`HEALTH`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct About {
    pub pid: u32,
    /// Which program it is.
    pub identity: String,
    /// `http://127.0.0.1:PORT/`.
    pub url: String,
}

impl About {
    /// The one that was written down last, whether it still runs or not. The file is removed at a
    /// clean stop; what cannot be read counts as not there.
    pub fn written_down(file: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(file).ok()?).ok()
    }
}
