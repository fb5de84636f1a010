//! What the ports take and give.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Who the credentials belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Account id, 12 digits.
    pub account: String,
    /// Principal ARN.
    pub arn: String,
}

/// How a table stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableState {
    /// It serves, and nothing changes it.
    AtRest {
        /// Whether it can be deleted only after its protection is lifted.
        is_protected: bool,
    },
    /// It is made or changed.
    Changing,
    /// It is being deleted.
    Deleting,
}

/// A stack as CloudFormation describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackState {
    /// Stack ARN; a stack made again under the same name has another.
    pub id: String,
    /// Status.
    pub status: StackStatus,
    /// Reason of the status, when one is given.
    pub status_reason: Option<String>,
    /// Parameter values.
    pub parameters: BTreeMap<String, String>,
    /// Output values.
    pub outputs: BTreeMap<String, String>,
    /// Stack tags.
    pub tags: BTreeMap<String, String>,
}

macro_rules! stack_statuses {
    ($($variant:ident = $name:literal),+ $(,)?) => {
        /// Every stack status CloudFormation documents, and a place for one it may add.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum StackStatus {
            $(#[doc = concat!("`", $name, "`")] $variant,)+
            /// One that this version does not know.
            Unknown(String),
        }
        impl StackStatus {
            /// Every documented status.
            pub const ALL: &[StackStatus] = &[$(StackStatus::$variant,)+];
            /// From CloudFormation's spelling.
            pub fn from_name(name: &str) -> Self {
                match name { $($name => Self::$variant,)+ other => Self::Unknown(other.to_owned()) }
            }
            /// CloudFormation's spelling.
            pub fn name(&self) -> &str {
                match self { $(Self::$variant => $name,)+ Self::Unknown(name) => name }
            }
        }
    };
}
stack_statuses! {
    CreateInProgress = "CREATE_IN_PROGRESS",
    CreateFailed = "CREATE_FAILED",
    CreateComplete = "CREATE_COMPLETE",
    RollbackInProgress = "ROLLBACK_IN_PROGRESS",
    RollbackFailed = "ROLLBACK_FAILED",
    RollbackComplete = "ROLLBACK_COMPLETE",
    DeleteInProgress = "DELETE_IN_PROGRESS",
    DeleteFailed = "DELETE_FAILED",
    DeleteComplete = "DELETE_COMPLETE",
    UpdateInProgress = "UPDATE_IN_PROGRESS",
    UpdateCompleteCleanupInProgress = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
    UpdateComplete = "UPDATE_COMPLETE",
    UpdateFailed = "UPDATE_FAILED",
    UpdateRollbackInProgress = "UPDATE_ROLLBACK_IN_PROGRESS",
    UpdateRollbackFailed = "UPDATE_ROLLBACK_FAILED",
    UpdateRollbackCompleteCleanupInProgress = "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
    UpdateRollbackComplete = "UPDATE_ROLLBACK_COMPLETE",
    ReviewInProgress = "REVIEW_IN_PROGRESS",
    ImportInProgress = "IMPORT_IN_PROGRESS",
    ImportComplete = "IMPORT_COMPLETE",
    ImportRollbackInProgress = "IMPORT_ROLLBACK_IN_PROGRESS",
    ImportRollbackFailed = "IMPORT_ROLLBACK_FAILED",
    ImportRollbackComplete = "IMPORT_ROLLBACK_COMPLETE",
}

impl StackStatus {
    /// Whether an operation is under way.
    pub fn in_progress(&self) -> bool {
        self.name().ends_with("_IN_PROGRESS") && *self != Self::ReviewInProgress
    }
}

/// One event of a stack operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackEvent {
    /// Event id.
    pub id: String,
    /// Logical id; the stack's own name for events of the stack.
    pub logical_id: String,
    /// Resource type.
    pub resource_type: String,
    /// Resource status, e.g. `CREATE_COMPLETE`.
    pub status: String,
    /// Reason, when one is given.
    pub reason: Option<String>,
    /// RFC 3339 time.
    pub at: String,
}

/// An edge function as it is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EdgeFunction {
    /// Its name.
    pub name: String,
    /// What it says of itself.
    pub comment: String,
    /// Its source.
    pub code: String,
    /// ARN of the key value store that it reads.
    pub store: Option<String>,
}

/// An edge function that is there, at one version, and is not published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EdgeDraft {
    /// Its name.
    pub name: String,
    /// Its version (`ETag`).
    pub version: String,
}

/// What a trial came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// The part that it took of what a function may take, 0 to 100.
    pub utilization: u32,
    /// What went wrong, if anything.
    pub error: Option<String>,
}

/// Headers of an object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ObjectHead {
    /// `ETag` without quotes.
    pub etag: String,
    /// Size in bytes.
    pub size: u64,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `Cache-Control`.
    pub cache_control: Option<String>,
    /// Our own record of the content's SHA-256 (metadata `sha256`, hex).
    pub sha256: Option<String>,
}

/// An object in a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedObject {
    /// Object key.
    pub key: String,
    /// `ETag` without quotes.
    pub etag: String,
    /// Size in bytes.
    pub size: u64,
    /// When it was written, its headers included; in seconds since 1970.
    pub modified: i64,
}

/// A whole object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatedObject {
    /// Its content.
    pub bytes: Vec<u8>,
    /// When it was written; in seconds since 1970.
    pub modified: i64,
}

/// One version or delete marker of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectVersion {
    /// Object key.
    pub key: String,
    /// Version id.
    pub version: String,
}

/// A small object as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuardedObject {
    /// `ETag`, without quotes.
    pub version: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// Bytes to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// From memory.
    Bytes(Vec<u8>),
    /// Streamed from a file.
    File(PathBuf),
}

/// An object to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutObject {
    /// Bucket name.
    pub bucket: String,
    /// Object key.
    pub key: String,
    /// Content.
    pub body: Body,
    /// `Content-Type`.
    pub content_type: String,
    /// `Cache-Control`.
    pub cache_control: Option<String>,
    /// SHA-256 of the content, hex; sent as checksum and kept as metadata `sha256`.
    pub sha256: String,
    /// Whether it is refused, as a conflict, where an object lies under that key.
    pub only_new: bool,
}

/// A function's configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionState {
    /// SHA-256 of the deployed zip, hex.
    pub code_sha256: String,
    /// Whether the function, or its last update, has settled.
    pub readiness: Readiness,
}

/// Whether a function answers with its newest code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readiness {
    /// Active, last update successful.
    Ready,
    /// Being created or updated.
    Pending,
    /// Failed, with Lambda's reason.
    Failed(String),
}

/// Answer of a synchronous invocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// Lambda's `FunctionError`, when the function failed.
    pub error: Option<String>,
    /// Payload that it returned.
    pub payload: Vec<u8>,
}

/// What a deployment of a REST API serves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GatewaySnapshot {
    /// `METHOD /path` of every method.
    pub routes: BTreeSet<String>,
    /// Whether [`Gateways::redeploy`](super::Gateways::redeploy) made it.
    pub is_redeployed: bool,
}

/// A stage of a REST API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayStage {
    /// Deployment it serves.
    pub deployment: String,
}

/// A distribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DistributionState {
    /// Its own domain name.
    pub domain: String,
    /// Whether every edge location has its newest configuration.
    pub deployed: bool,
    /// Whether it is enabled.
    pub enabled: bool,
}

/// An HTTP request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebRequest {
    /// Method, upper case.
    pub method: &'static str,
    /// Absolute URL.
    pub url: String,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Option<Vec<u8>>,
}

/// An HTTP answer of which the body is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebDigest {
    /// Status code.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// SHA-256 of the body, lower-case hex.
    pub sha256: String,
}

/// An HTTP answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebResponse {
    /// Status code.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// Body.
    pub body: Vec<u8>,
}
