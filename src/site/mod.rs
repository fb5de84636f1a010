//! The page: its files as they must be served, and the manifest that remembers what is served.
//! What has to change is decided in `plan::site`; nothing here talks to a network.

mod file;
#[cfg(feature = "deployer")]
mod files;
mod headers;
mod manifest;
#[cfg(feature = "deployer")]
mod names;

pub use file::{Named, PageFile};
#[cfg(feature = "deployer")]
pub use files::{Error, PHONE_IN_PAGE, read};
pub use headers::{IMMUTABLE, REVALIDATE, cache_control, content_type, is_hashed};
pub use manifest::{Absence, MANIFEST_VERSION, Manifest, ManifestEntry};

/// Every object of the page lies below this; nothing else in the bucket is ours.
pub const PREFIX: &str = "track/";

/// The document that the edge function serves at `/track` and `/track/`.
pub const INDEX_KEY: &str = "track/index.html";
