//! A file of the page as it must be served, whatever it was read from.

use std::path::PathBuf;

use super::headers::IMMUTABLE;

/// One file of the page, as it must be served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageFile {
    /// Object key, e.g. `track/index.html`: ASCII letters, digits, `.`, `_`, `-` and `/` only.
    pub key: String,
    /// Where its bytes are.
    pub path: PathBuf,
    /// The bytes to serve instead, where something was filled in.
    pub filled: Option<Vec<u8>>,
    /// SHA-256 of the bytes to serve, lower-case hex.
    pub sha256: String,
    /// Their number.
    pub bytes: u64,
    /// `Content-Type`.
    pub content_type: String,
    /// `Cache-Control`.
    pub cache_control: String,
    /// Files of the page that it names.
    pub names: Vec<Named>,
}

impl PageFile {
    /// Whether it is a document, which names other files and so goes up after them.
    pub fn is_html(&self) -> bool {
        self.content_type.starts_with("text/html")
    }

    /// Whether its name carries a hash of its content, so that it never changes under this name.
    pub fn is_immutable(&self) -> bool {
        self.cache_control == IMMUTABLE
    }
}

/// A file of the page that another one names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// The line that names it, from 1.
    pub line: usize,
    /// Its object key.
    pub key: String,
}
