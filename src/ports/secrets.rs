//! What the ports for secrets and for the edge's key value store take and give. Whatever holds a secret here
//! cannot be printed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use secrecy::SecretString;

/// A secret as Secrets Manager describes it, without its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretState {
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Id of the current version.
    pub current: Option<String>,
    /// Id of the version before it.
    pub previous: Option<String>,
    /// Whether it is scheduled for deletion.
    pub scheduled_for_deletion: bool,
}

/// A secret to be made.
#[derive(Debug, Clone)]
pub struct NewSecret {
    /// Name.
    pub name: String,
    /// What it is for, in words.
    pub description: &'static str,
    /// Its text.
    pub text: SecretString,
    /// Id of its first version.
    pub token: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// How a secret is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    /// At once; it cannot be restored.
    Now,
    /// After so many days, 7 to 30, in which it can be restored.
    AfterDays(u8),
}

/// A key value store as its data plane describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreState {
    /// Changes with each write.
    pub version: String,
    /// Whether it can be written.
    pub status: StoreStatus,
    /// When an entry was last written or removed.
    pub changed_at: Option<Timestamp>,
}

/// Whether a key value store can be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreStatus {
    /// It can.
    Ready,
    /// Not yet.
    Pending,
    /// It never will be, with CloudFront's reason.
    Failed(String),
}

/// Entries to be written and removed together: at most 50, and no key in both.
#[derive(Debug, Clone, Default)]
pub struct StoreUpdate {
    /// Entries to write.
    pub puts: BTreeMap<String, SecretString>,
    /// Keys to remove.
    pub removals: BTreeSet<String>,
}
