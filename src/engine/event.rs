//! What the engine tells while it works. Payloads carry no colour and no sentence;
//! `render` turns them into text.

use std::time::Duration;

use serde::Serialize;

use crate::plan::{Check, Layer, Mend};
use crate::ports::Task;

/// One thing that happened, and when.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Event {
    /// Milliseconds since the command began.
    pub at_ms: u64,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum What {
    /// A command began to work, before its first network call.
    CommandStarted {
        /// Command name.
        command: &'static str,
        /// Environment.
        environment: String,
    },
    /// The local cloud is being prepared or is ready.
    LocalCloud {
        /// Stage, as the local cloud names it.
        stage: String,
    },
    /// The Lambda packages are being built.
    Building {
        /// Stage, as the package builder names it.
        stage: String,
    },
    /// A tool of the build wrote a line.
    ToolOutput {
        /// The line.
        line: String,
    },
    /// All layers are being observed.
    Observing,
    /// All layers were observed.
    Observed {
        /// How long it took.
        took_ms: u64,
    },
    /// The plan is made, CloudFormation's verdict included.
    Planned {
        /// How long it took, observation included.
        took_ms: u64,
    },
    /// A change set is being made so that CloudFormation says what it would replace.
    ChangeSetRequested {
        /// Stack name.
        stack: String,
    },
    /// The change set that a plan needed is gone again.
    ChangeSetRemoved {
        /// Stack name.
        stack: String,
        /// Key of the template object that stays in the artifacts bucket.
        template: String,
    },
    /// Objects that were put somewhere for CloudFormation to read, and are left there.
    TemplatesStay {
        /// Bucket name.
        bucket: String,
        /// Their keys.
        keys: Vec<String>,
    },
    /// How far an invalidation has come when everything else is done.
    Invalidated {
        /// Its id.
        id: String,
        /// Whether it is complete; if not, it goes on by itself.
        complete: bool,
    },
    /// The carrier sends what customers write to us.
    WebhookSet {
        /// The sender by its kind and its end.
        sender: String,
        /// The fields that were changed.
        fields: Vec<String>,
    },
    /// Nobody else may work on the environment until it is told otherwise.
    Locked {
        /// Id of the lock.
        id: String,
        /// Id of the expired lock that was in its place.
        #[serde(skip_serializing_if = "Option::is_none")]
        taken_over: Option<String>,
    },
    /// Others may work on the environment again.
    Unlocked {
        /// Id of the lock.
        id: String,
        /// When it ends by itself, if it could not be taken away.
        #[serde(skip_serializing_if = "Option::is_none")]
        until: Option<jiff::Timestamp>,
    },
    /// A stack is being put right before anything else.
    Mending {
        /// Stack name.
        stack: String,
        /// How.
        mend: Mend,
    },
    /// A layer began.
    LayerStarted {
        /// Layer.
        layer: Layer,
        /// Number of its steps.
        steps: usize,
    },
    /// A layer is done.
    LayerFinished {
        /// Layer.
        layer: Layer,
        /// How long it took.
        took_ms: u64,
    },
    /// A layer failed.
    LayerFailed {
        /// Layer.
        layer: Layer,
    },
    /// A layer ended before it was complete, because somebody asked to stop.
    LayerStopped {
        /// Layer.
        layer: Layer,
    },
    /// Somebody asked to stop. Nothing else is begun.
    Stopping {
        /// What is finished, or taken back, first.
        finishing: Vec<Task>,
    },
    /// A change set that nobody needs could not be taken away.
    ChangeSetStays {
        /// Its ARN.
        change_set: String,
    },
    /// CloudFormation said something about a resource.
    Resource {
        /// Stack name.
        stack: String,
        /// Logical id.
        logical_id: String,
        /// Resource type.
        resource_type: String,
        /// CloudFormation's status.
        status: String,
        /// Reason, when given.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// When it happened by CloudFormation's own clock; it is told a little later.
        #[serde(skip_serializing_if = "Option::is_none")]
        at: Option<jiff::Timestamp>,
        /// How long what it ends took, by CloudFormation's own clock.
        #[serde(skip_serializing_if = "Option::is_none")]
        took_ms: Option<u64>,
    },
    /// How long the operation on a stack still takes at least, by what the same resources took in earlier ones. It is
    /// told when that changes.
    Estimated {
        /// Stack name.
        stack: String,
        /// How long.
        left_ms: u64,
    },
    /// An object was written.
    Uploaded {
        /// Object key.
        key: String,
        /// Size in bytes.
        bytes: u64,
    },
    /// Objects were deleted.
    Deleted {
        /// How many.
        count: usize,
        /// Where, e.g. a bucket name.
        place: String,
    },
    /// A secret was written. Its name is told, and nothing of its value.
    Secret {
        /// Name of the secret.
        secret: String,
        /// What was done.
        change: SecretChange,
    },
    /// Entries of the edge's key value store were written or removed.
    EdgeKeys {
        /// How many were written.
        written: usize,
        /// How many were removed.
        removed: usize,
    },
    /// What is ours was put into the live maintenance data.
    SeedPut {
        /// In how many places it differed; 0 when all of it is new.
        ours: usize,
        /// How many live edits were kept.
        theirs: usize,
    },
    /// Somebody else changed the maintenance data at the same moment; it is merged again.
    SeedOvertaken,
    /// The edge function was tried before it is published.
    EdgeTried {
        /// On how many events.
        events: usize,
        /// The largest part that it took of what CloudFront lets a function take, of 100.
        most: u32,
    },
    /// An invalidation was asked for.
    Invalidating {
        /// Paths.
        paths: Vec<String>,
    },
    /// Waiting for something that has a limit.
    Waiting {
        /// For what.
        awaited: Awaited,
        /// The limit.
        limit_ms: u64,
    },
    /// A proof succeeded.
    Proved {
        /// Which.
        check: Check,
        /// What was seen, e.g. a URL and a status.
        seen: String,
    },
    /// A proof failed.
    Disproved {
        /// Which.
        check: Check,
        /// What was seen instead.
        seen: String,
    },
    /// The API calls of the command, when they were asked for.
    ApiCalls {
        /// How many; attempts of one call count once.
        count: usize,
        /// Sequential round trips: the longest chain of calls of which each waited for the one before.
        depth: usize,
        /// The most that were in flight at one moment.
        at_once: usize,
        /// Those that may change something, by operation, in order.
        changing: Vec<String>,
        /// Every operation that was called, once, sorted.
        operations: Vec<Called>,
    },
    /// What is deployed now was written down, to be put back when it is wanted.
    Released {
        /// Its id.
        id: String,
    },
    /// The command is done.
    Finished {
        /// Number of changes made.
        changes: usize,
        /// How long it took.
        took_ms: u64,
    },
}

/// What can be waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Awaited {
    /// A change set to be made.
    ChangeSet,
    /// A stack operation to end.
    Stack,
    /// An operation of somebody else on a stack to end.
    Operation,
    /// A function's update to settle.
    Function,
    /// A proof to come true.
    Proof,
    /// A key value store to be ready.
    KeyValueStore,
    /// Every edge to know a new key.
    Publication,
    /// Every edge to have a distribution's new configuration.
    Distribution,
    /// A bucket's policy to be read as it was written.
    BucketPolicy,
    /// CloudFormation to compare a stack with what is there.
    Drift,
    /// A table to be gone.
    Table,
    /// The API to answer, and to know the deployer's key.
    Api,
}

/// What was done with a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecretChange {
    /// It was made.
    Created,
    /// It has a new version.
    NewVersion,
    /// Its tags were written.
    Tagged,
    /// Its deletion was taken back.
    Restored,
    /// It was deleted, or scheduled for it.
    Deleted,
}

/// Who listens.
pub trait Sink: Send + Sync {
    /// Takes one event; never fails, never blocks for long.
    fn emit(&self, event: Event);
}

/// Whole milliseconds of a duration.
pub fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// An operation of a service, both in the service's own spelling.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Called {
    /// For example `CloudFront KeyValueStore`.
    pub service: String,
    /// For example `ListKeys`.
    pub operation: String,
}
