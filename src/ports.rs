//! The cloud in our words: one trait a service, smallest surface. No SDK type here;
//! `aws` speaks these with the SDKs, tests with hand-written fakes.

mod carrier;
mod change_set;
mod drift;
mod error;
mod foreign;
mod logs;
mod permissions;
mod secrets;
mod stack_parts;
mod stop;
mod types;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use secrecy::SecretString;

pub use carrier::{Carrier, CarrierAccess, InboundSettings};
pub use change_set::{
    ChangeSet, ChangeSetIds, ChangeSetKind, ChangeSetRequest, ChangeSetStatus, DeploymentMode,
    Replacement, ReportedAction, ReportedChange, TemplateSource,
};
pub use drift::{Detection, Drifts, PropertyDrift, ResourceDrift};
pub use error::{CloudError, ErrorKind, Service};
pub use foreign::{DistributionDocument, ImportedResource};
pub use logs::{LogEvent, Logs};
pub use permissions::{Permissions, Question};
pub use secrets::{Deletion, NewSecret, SecretState, StoreState, StoreStatus, StoreUpdate};
pub use stack_parts::{ChangeSetSummary, StackResource};
pub use stop::{Begun, LockState, Stop, Task};
pub use types::*;

/// Outcome of every port call.
pub type Result<T> = std::result::Result<T, CloudError>;

/// Who we are (STS).
#[async_trait]
pub trait Identity: Send + Sync {
    /// The account and principal behind the credentials.
    async fn caller(&self) -> Result<Caller>;
}

/// Stacks and change sets (CloudFormation).
#[async_trait]
pub trait Stacks: Send + Sync {
    /// The stack of this name or ARN; none when it does not exist or is deleted.
    async fn describe(&self, stack: &str) -> Result<Option<StackState>>;
    /// The template last applied, as it was sent; none when there is no such stack or it never had one.
    async fn template(&self, stack: &str) -> Result<Option<String>>;
    /// Starts making a change set.
    async fn create_change_set(&self, request: &ChangeSetRequest) -> Result<ChangeSetIds>;
    /// The change set by its ARN, every page read.
    async fn change_set(&self, change_set: &str) -> Result<ChangeSet>;
    /// The template that a change set was made from, by the change set's ARN; none when it is not told.
    async fn change_set_template(&self, change_set: &str) -> Result<Option<String>>;
    /// Deletes a change set by its ARN; one that is gone already is no error.
    async fn delete_change_set(&self, change_set: &str) -> Result<()>;
    /// Executes a change set by its ARN. `token` makes a retried request one operation.
    async fn execute_change_set(&self, change_set: &str, token: &str) -> Result<()>;
    /// Events of the operation with this `token`, oldest first, without those up to and including `after`. Without a
    /// token: of the newest operation, whoever began it.
    async fn events(
        &self,
        stack: &str,
        token: Option<&str>,
        after: Option<&str>,
    ) -> Result<Vec<StackEvent>>;
    /// Events of other operations than that with this `token`, oldest first: the newest of them, as many as one call
    /// tells.
    async fn earlier(&self, stack: &str, token: &str) -> Result<Vec<StackEvent>>;
    /// Failures that only `DescribeEvents` tells (early validation), newest operation first;
    /// `stack` is a name or ARN.
    async fn failures(&self, stack: &str) -> Result<Vec<StackEvent>>;
    /// Starts deleting a stack by name or ARN.
    async fn delete(&self, stack: &str, token: &str) -> Result<()>;
    /// Starts continuing a rollback that failed; nothing is skipped. `stack` is a name or ARN.
    async fn continue_rollback(&self, stack: &str, token: &str) -> Result<()>;
    /// Every resource of a stack by name or ARN, those that are gone included; none when there is no such stack.
    async fn resources(&self, stack: &str) -> Result<Vec<StackResource>>;
    /// Every change set of a stack by name or ARN that was not executed; none when there is no such stack.
    async fn change_sets(&self, stack: &str) -> Result<Vec<ChangeSetSummary>>;
}

/// Objects and buckets (S3).
#[async_trait]
pub trait Objects: Send + Sync {
    /// Headers of an object; none when it, or its bucket, is absent.
    async fn head(&self, bucket: &str, key: &str) -> Result<Option<ObjectHead>>;
    /// Bytes of an object; none when it, or its bucket, is absent.
    async fn get(&self, bucket: &str, key: &str) -> Result<Option<Vec<u8>>>;
    /// The same with the time at which it was written.
    async fn dated(&self, bucket: &str, key: &str) -> Result<Option<DatedObject>>;
    /// Writes the bytes of an object into a file, of which no more is held than a piece; false when it, or its bucket, is
    /// absent. The file's folder has to be there; what the file holds after an error is not the object.
    async fn save(&self, bucket: &str, key: &str, file: &Path) -> Result<bool>;
    /// Writes an object and returns its `ETag` (without quotes).
    async fn put(&self, object: &PutObject) -> Result<String>;
    /// Every object below a prefix in key order; none when the bucket is absent.
    async fn list(&self, bucket: &str, prefix: &str) -> Result<Option<Vec<ListedObject>>>;
    /// Deletes objects by key; any per-object error inside a 200 answer is an error here.
    async fn delete(&self, bucket: &str, keys: &[String]) -> Result<()>;
    /// Every version and delete marker in a bucket; empty when the bucket is absent.
    async fn versions(&self, bucket: &str) -> Result<Vec<ObjectVersion>>;
    /// Deletes an empty bucket; one that is gone already is no error.
    async fn remove_bucket(&self, bucket: &str) -> Result<()>;
    /// Deletes exactly these versions and delete markers.
    async fn delete_versions(&self, bucket: &str, versions: &[ObjectVersion]) -> Result<()>;
}

/// Small objects that are changed only as they were last read (S3 with `If-Match` and `If-None-Match`).
#[async_trait]
pub trait GuardedObjects: Send + Sync {
    /// The object with its version; none when it, or its bucket, is absent.
    async fn read(&self, bucket: &str, key: &str) -> Result<Option<GuardedObject>>;
    /// Writes it where none is and returns its version; a conflict when one is.
    async fn create(&self, bucket: &str, key: &str, bytes: Vec<u8>) -> Result<String>;
    /// Writes it over this version and returns the new one; a conflict when it is another, or gone.
    async fn replace(
        &self,
        bucket: &str,
        key: &str,
        version: &str,
        bytes: Vec<u8>,
    ) -> Result<String>;
    /// Deletes this version; a conflict when it is another. One that is gone already is no error.
    async fn remove(&self, bucket: &str, key: &str, version: &str) -> Result<()>;
}

/// Tables (DynamoDB).
#[async_trait]
pub trait Tables: Send + Sync {
    /// How a table stands; none when there is none. One that is being deleted is still there.
    async fn describe(&self, table: &str) -> Result<Option<TableState>>;
    /// Lets a table be deleted that is protected from it.
    async fn unprotect(&self, table: &str) -> Result<()>;
    /// Begins to delete a table. One that is gone already is no error; one that is changed just now is a conflict.
    async fn delete(&self, table: &str) -> Result<()>;
}

/// Functions (Lambda).
#[async_trait]
pub trait Functions: Send + Sync {
    /// The function's configuration; none when it does not exist.
    async fn configuration(&self, function: &str) -> Result<Option<FunctionState>>;
    /// Invokes synchronously with a JSON payload.
    async fn invoke(&self, function: &str, payload: &[u8]) -> Result<Invocation>;
    /// Lets the function run the package that lies at `key` in `bucket`; `Conflict` while it is being updated.
    async fn update_code(&self, function: &str, bucket: &str, key: &str) -> Result<()>;
}

/// REST APIs (API Gateway).
#[async_trait]
pub trait Gateways: Send + Sync {
    /// ARN of the account-wide `CloudWatch` Logs role in this region.
    async fn log_role(&self) -> Result<Option<String>>;
    /// The snapshot that a deployment serves, `OPTIONS` included (`GetDeployment`
    /// with `apisummary`); none when API or deployment is absent.
    async fn snapshot(&self, api: &str, deployment: &str) -> Result<Option<GatewaySnapshot>>;
    /// Lets the stage serve a new snapshot of the API as it is now.
    async fn redeploy(&self, api: &str, stage: &str) -> Result<()>;
    /// The stage; none when API or stage is absent.
    async fn stage(&self, api: &str, stage: &str) -> Result<Option<GatewayStage>>;
}

/// Distributions, edge functions and invalidations (CloudFront).
#[async_trait]
pub trait Edge: Send + Sync {
    /// The distribution; none when absent.
    async fn distribution(&self, id: &str) -> Result<Option<DistributionState>>;
    /// Code of an edge function's LIVE stage; none when absent or never published.
    async fn live_function(&self, name: &str) -> Result<Option<Vec<u8>>>;
    /// Gives an edge function its code and settings, which run nowhere before they are published.
    async fn update_function(&self, function: &EdgeFunction) -> Result<EdgeDraft>;
    /// Lets every viewer's request run an edge function as it is at this version; a conflict when it is at another.
    async fn publish_function(&self, draft: &EdgeDraft) -> Result<()>;
    /// Starts an invalidation. The same `reference` with the same paths is one invalidation.
    async fn invalidate(
        &self,
        distribution: &str,
        paths: &[String],
        reference: &str,
    ) -> Result<String>;
    /// Whether an invalidation has completed.
    async fn invalidated(&self, distribution: &str, invalidation: &str) -> Result<bool>;
}

/// Configurations of distributions, whole (CloudFront).
#[async_trait]
pub trait Distributions: Send + Sync {
    /// The configuration as CloudFront writes it; none when there is no such distribution.
    async fn configuration(&self, id: &str) -> Result<Option<DistributionDocument>>;
    /// Replaces the configuration by these very bytes, if it is still at the document's version; a conflict
    /// otherwise.
    async fn replace(&self, id: &str, document: &DistributionDocument) -> Result<()>;
}

/// Policies of buckets (S3). A policy has no version.
#[async_trait]
pub trait BucketPolicies: Send + Sync {
    /// The policy as it was written; none when the bucket has none. `NotFound` when there is no such bucket.
    async fn policy(&self, bucket: &str) -> Result<Option<String>>;
    /// Replaces the policy; none removes it.
    async fn set_policy(&self, bucket: &str, policy: Option<&str>) -> Result<()>;
}

/// Trials of an edge function that is never published (CloudFront).
#[async_trait]
pub trait EdgeTrials: Send + Sync {
    /// Makes the function. A conflict when one of this name is there.
    async fn create(&self, candidate: &EdgeFunction) -> Result<EdgeDraft>;
    /// Runs it on an event in CloudFront's documented form (JSON).
    async fn run(&self, function: &EdgeDraft, event: &[u8]) -> Result<Tried>;
    /// Deletes the function of this name; one that is gone already is no error.
    async fn delete(&self, name: &str) -> Result<()>;
}

/// Secrets and their versions (Secrets Manager). A secret that is scheduled for deletion is there, but has no
/// value until it is restored.
#[async_trait]
pub trait Secrets: Send + Sync {
    /// The secret of this name without its value; none when it does not exist.
    async fn describe(&self, secret: &str) -> Result<Option<SecretState>>;
    /// The current value; none when the secret does not exist or is scheduled for deletion.
    async fn value(&self, secret: &str) -> Result<Option<SecretString>>;
    /// Makes a secret with its first version, whose id is `token` (32 to 64 characters).
    async fn create(&self, secret: &NewSecret) -> Result<()>;
    /// Makes `text` the current version, with `token` as its id.
    async fn put(&self, secret: &str, token: &str, text: &SecretString) -> Result<()>;
    /// Adds tags, or gives those that are there another value.
    async fn tag(&self, secret: &str, tags: &BTreeMap<String, String>) -> Result<()>;
    /// Takes a scheduled deletion back.
    async fn restore(&self, secret: &str) -> Result<()>;
    /// Deletes a secret; one that is gone already is no error.
    async fn delete(&self, secret: &str, when: Deletion) -> Result<()>;
}

/// Entries of a key value store at the edge (CloudFront, data plane). A store is named by its ARN.
#[async_trait]
pub trait KeyValues: Send + Sync {
    /// The store; none when it does not exist.
    async fn describe(&self, store: &str) -> Result<Option<StoreState>>;
    /// Every entry, all pages read; none when the store does not exist.
    async fn entries(&self, store: &str) -> Result<Option<BTreeMap<String, SecretString>>>;
    /// Writes and removes entries at once, if the store is still as `version` says; a conflict otherwise.
    /// Returns the new version.
    async fn update(&self, store: &str, version: &str, update: &StoreUpdate) -> Result<String>;
}

/// Random bytes, injected so that tests know them.
pub trait Entropy: Send + Sync {
    /// 32 bytes that nobody can guess.
    fn random(&self) -> [u8; 32];
}

/// Plain HTTP, as a viewer sends it.
#[async_trait]
pub trait Web: Send + Sync {
    /// Sends a request and reads the whole answer; redirects are not followed.
    async fn send(&self, request: &WebRequest) -> Result<WebResponse>;
    /// The same where only the body's digest is wanted: however long it is, no more of it is held than a piece.
    async fn digest(&self, request: &WebRequest) -> Result<WebDigest>;
}

/// Time, injected so that tests need none.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Time since the command began.
    fn elapsed(&self) -> Duration;
    /// The time of day.
    fn now(&self) -> Timestamp;
    /// An id that nothing else has, in this run or another, and that sorts by time: letters, digits and hyphens, at most
    /// 40 characters. Each operation takes one of its own, so that none is taken for another of the same run.
    fn fresh_id(&self) -> String;
    /// Waits.
    async fn sleep(&self, duration: Duration);
}

/// Every port the engine works through.
pub struct Ports {
    /// STS.
    pub identity: Box<dyn Identity>,
    /// CloudFormation.
    pub stacks: Box<dyn Stacks>,
    /// CloudFormation, for drift.
    pub drifts: Box<dyn Drifts>,
    /// S3.
    pub objects: Box<dyn Objects>,
    /// S3, for objects that are changed only as they were last read.
    pub guarded: Box<dyn GuardedObjects>,
    /// DynamoDB.
    pub tables: Box<dyn Tables>,
    /// Lambda.
    pub functions: Box<dyn Functions>,
    /// API Gateway.
    pub gateways: Box<dyn Gateways>,
    /// CloudFront.
    pub edge: Box<dyn Edge>,
    /// CloudFront, for distributions that are not ours.
    pub distributions: Box<dyn Distributions>,
    /// S3, for buckets that are not ours.
    pub bucket_policies: Box<dyn BucketPolicies>,
    /// CloudFront, for functions that are tried.
    pub edge_trials: Box<dyn EdgeTrials>,
    /// Secrets Manager.
    pub secrets: Box<dyn Secrets>,
    /// Key value stores of CloudFront.
    pub key_values: Box<dyn KeyValues>,
    /// CloudWatch Logs.
    pub logs: Box<dyn Logs>,
    /// IAM, for what we may do.
    pub permissions: Box<dyn Permissions>,
    /// The carrier's settings.
    pub carrier: Box<dyn Carrier>,
    /// HTTP as a viewer.
    pub web: Box<dyn Web>,
    /// Time.
    pub clock: Box<dyn Clock>,
    /// Randomness.
    pub entropy: Box<dyn Entropy>,
    /// The wish to stop.
    pub stop: Stop,
}
