//! What can stop a plan or an apply.

mod hint;
mod lock;
mod release;
mod site;
mod stack;
mod text;

use qdn_shared::operator::OperatorError;
use qdn_shared::ring::RingError;

use super::interrupt::Interrupted;
use crate::keys::NotOurs;
use crate::plan::adopt::Refusal;
use crate::plan::site::Missing;
use crate::plan::{Check, Conflict, Layer, Moved, Risk, Standing};
use crate::ports::CloudError;
use text::{are, below, checks, indented, named, remains};

pub use lock::LockError;
pub use release::ReleaseError;
pub use site::SiteError;
pub use stack::{Remains, RootCause};

/// Why the engine stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A port call failed.
    #[error(transparent)]
    Cloud(#[from] CloudError),
    /// Somebody asked to stop.
    #[error("{0}")]
    Interrupted(Interrupted),
    /// The stack could not be declared.
    #[error("failed to declare the stack")]
    Declare(#[from] crate::stack::Error),
    /// A built package is not there any more.
    #[error(transparent)]
    Package(#[from] crate::package::Error),
    /// The credentials belong to another account than the environment expects.
    #[error(
        "the credentials belong to account {found}, and {environment} is declared for account {expected}"
    )]
    WrongAccount {
        /// Environment.
        environment: String,
        /// Account id in the stack file's variable.
        expected: String,
        /// Account id of the credentials.
        found: String,
    },
    /// The lock is not ours to take, hold or free.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The saved plan is of another environment.
    #[error("the plan is of {made_for}, and this command works on {asked}")]
    OtherEnvironment {
        /// Environment of the plan.
        made_for: String,
        /// Environment of the command.
        asked: String,
    },
    /// The saved plan is older than its environment allows.
    #[error(
        "the plan was made at {made_at:.0}, longer ago than the {minutes} minutes that it may be applied for"
    )]
    TooOld {
        /// When it was made.
        made_at: jiff::Timestamp,
        /// The stack file's `plan_minutes`.
        minutes: u32,
    },
    /// A plan that is to be kept needs the bucket that the bootstrap stack makes.
    #[error("a plan of {environment} cannot be saved before there is stack {stack}")]
    NoBootstrap {
        /// Environment.
        environment: String,
        /// The bootstrap stack.
        stack: String,
    },
    /// What the plan was made from is not so any more.
    #[error(
        "the plan is out of date, and {}:{}",
        if *bootstrapped { "only the bootstrap layer was done" } else { "nothing was changed" },
        indented(moved)
    )]
    Stale {
        /// What moved.
        moved: Vec<Moved>,
        /// Whether the bootstrap layer, which comes before the lock, was changed by this run.
        bootstrapped: bool,
    },
    /// The stack is in a state that an apply cannot change.
    #[error("stack {stack} is {status}{}", reason.as_ref().map(|text| format!(" ({text})")).unwrap_or_default())]
    NotReady {
        /// Stack name.
        stack: String,
        /// Its status.
        status: String,
        /// CloudFormation's reason.
        reason: Option<String>,
        /// What that allows.
        standing: Standing,
    },
    /// A stack can only be deleted, and holds data.
    #[error(
        "stack {stack} is {status} and cannot be made anew as long as it holds data:{}",
        remains(data)
    )]
    DataInWreck {
        /// Stack name.
        stack: String,
        /// Its status.
        status: String,
        /// Each resource that holds data, at least one.
        data: Vec<Remains>,
    },
    /// The rollback was continued and failed again.
    #[error(
        "the rollback of stack {stack} was continued and ended as {status}; these are not as they were before:{}",
        remains(failed)
    )]
    RollbackStuck {
        /// Stack name.
        stack: String,
        /// Its status now.
        status: String,
        /// Each resource that could not be rolled back.
        failed: Vec<Remains>,
    },
    /// The deployed template is not JSON.
    #[error("the deployed template of stack {stack} is not one that this program wrote: {message}")]
    ForeignTemplate {
        /// Stack name.
        stack: String,
        /// Parser's message.
        message: String,
    },
    /// CloudFormation refused to make a change set.
    #[error("change set for stack {stack} was refused: {reason}")]
    ChangeSetRefused {
        /// Stack name.
        stack: String,
        /// CloudFormation's reason.
        reason: String,
    },
    /// CloudFormation read another template than the one that this run put there.
    #[error(
        "the change set for stack {stack} was made from another template than {place} held when this run wrote it"
    )]
    OtherTemplate {
        /// Stack name.
        stack: String,
        /// The object: `bucket/key`.
        place: String,
    },
    /// The stack operation failed and was rolled back.
    #[error("{cause}\nstack {stack} ended as {status}")]
    DeployFailed {
        /// Stack name.
        stack: String,
        /// Its status now.
        status: String,
        /// The first failure.
        cause: RootCause,
    },
    /// Something awaited did not come in time.
    #[error("{what} took longer than {limit_s} s")]
    TooLong {
        /// What was awaited.
        what: String,
        /// Limit in seconds.
        limit_s: u64,
    },
    /// The edge function failed on an event of the checkout.
    #[error("the edge function failed on {event}: {message}")]
    EdgeTrial {
        /// Name of the event's file.
        event: String,
        /// What the function said.
        message: String,
    },
    /// The edge function takes more than is safe.
    #[error(
        "the edge function took {utilization} of 100 on {event}, more than the {most} that are safe"
    )]
    EdgeTooDear {
        /// Name of the event's file.
        event: String,
        /// What it took, of 100.
        utilization: u32,
        /// The most that is let through.
        most: u32,
    },
    /// Objects were not written.
    #[error("{failed} of {total} objects were not written; the first: {first}")]
    Uploads {
        /// How many failed.
        failed: usize,
        /// Out of how many.
        total: usize,
        /// The first failure.
        first: Box<CloudError>,
    },
    /// Proofs failed after the deploy.
    #[error("{} of {total} checks failed after the deploy: {}", failed.len(), checks(failed))]
    Unproved {
        /// What failed and what was seen instead.
        failed: Vec<(Check, String)>,
        /// How many checks ran.
        total: usize,
    },
    /// The plan asks for something that an earlier step should have made.
    #[error("stack {stack} has no output {output}")]
    MissingOutput {
        /// Stack name.
        stack: String,
        /// Output name.
        output: String,
    },
    /// Layers were neither compared nor left out on purpose.
    #[error("not observed: {}", .layers.iter().map(|layer| layer.name()).collect::<Vec<_>>().join(", "))]
    NotObserved {
        /// The layers, at least one.
        layers: Vec<Layer>,
    },
    /// The plan would do what cannot be taken back, and nobody allowed it by name.
    #[error(
        "the plan cannot be applied before this is allowed by name:{}",
        indented(risks)
    )]
    Blocked {
        /// What has to be allowed, at least one.
        risks: Vec<Risk>,
    },
    /// A release is not there to go back to.
    #[error(transparent)]
    Release(#[from] ReleaseError),
    /// A file on this machine cannot be written.
    #[error("failed to write {}: {source}", path.display())]
    Unwritable {
        /// The file.
        path: std::path::PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A secret does not exist, or is scheduled for deletion.
    #[error("secret {secret} does not exist")]
    NoSecret {
        /// Its name.
        secret: String,
    },
    /// A secret holds something else than its document.
    #[error("secret {secret} cannot be read: {source}")]
    ForeignSecret {
        /// Its name.
        secret: String,
        /// Where it cannot be read.
        source: NotOurs,
    },
    /// The page names files that nobody would be served.
    #[error("{}", named(missing))]
    PageNames {
        /// Each name that leads nowhere, at least one.
        missing: Vec<Missing>,
    },
    /// The account of the secrets file has no such sender.
    #[error("{sender} (TWILIO_FROM) is not in the Twilio account of the secrets file")]
    NoSender {
        /// The sender by its kind and its end.
        sender: String,
    },
    /// The carrier does not let us in.
    #[error("Twilio refuses TWILIO_AUTH_TOKEN for TWILIO_ACCOUNT_SID ({message})")]
    AuthTokenRefused {
        /// What it answered.
        message: String,
    },
    /// The carrier took a change and shows another value.
    #[error("Twilio took the change of {sender}, but {} is not as it was set", fields.join(", "))]
    WebhookNotSet {
        /// The sender by its kind and its end.
        sender: String,
        /// The fields that differ still.
        fields: Vec<String>,
    },
    /// The edge's key value store is not there.
    #[error("there is no key value store {store}, though the stack names it")]
    StoreGone {
        /// Its ARN.
        store: String,
    },
    /// The edge's key value store will never be ready.
    #[error("key value store {store} failed: {reason}")]
    StoreFailed {
        /// Its ARN.
        store: String,
        /// CloudFront's reason.
        reason: String,
    },
    /// A token key could not be rotated.
    #[error(transparent)]
    Ring(#[from] RingError),
    /// An operator key could not be made or found.
    #[error(transparent)]
    Operator(#[from] OperatorError),
    /// The name belongs to the deployer's own key.
    #[error("an operator key named deployer is the deployer's own")]
    ReservedName,
    /// Nobody could reach what would be deployed.
    #[error("environment {environment} has no address that people and the carrier could use")]
    NoPublicUrl {
        /// Environment.
        environment: String,
    },
    /// The seed cannot be put into the live maintenance data without a person's decision; nothing was changed.
    #[error("the maintenance data waits for a decision:{}", below(conflicts))]
    SeedConflict {
        /// What has to be decided, at least one thing.
        conflicts: Vec<Conflict>,
    },
    /// The same, because of what somebody changed while this run went on.
    #[error(
        "the maintenance data was changed meanwhile and waits for a decision:{}",
        below(conflicts)
    )]
    SeedOvertaken {
        /// What has to be decided, at least one thing.
        conflicts: Vec<Conflict>,
    },
    /// The maintenance data is changed all the time.
    #[error(
        "the maintenance data was changed by somebody else {times} times while it was being written"
    )]
    SeedRaces {
        /// How often.
        times: usize,
    },
    /// The API answered with a refusal.
    #[error("{method} {url} answered {status}: {}", said.join("\n"))]
    Maintenance {
        /// Method.
        method: &'static str,
        /// Address.
        url: String,
        /// Status code.
        status: u16,
        /// What it said was wrong.
        said: Vec<String>,
    },
    /// The plan's deployment does not belong to what is declared now.
    #[error("the plan for stack {stack} does not match what is declared now")]
    PlanMismatch {
        /// Stack name.
        stack: String,
    },
    /// A site that is not ours is not as it has to be.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// What is not ours is left as it is.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// What is to be changed is not what was shown any more.
    #[error("{subject} was changed by somebody else since the plan was made")]
    Moved {
        /// Distribution id or bucket name.
        subject: String,
    },
    /// What was kept stands where the stack would make it.
    #[error(
        "{} still there, and stack {stack}, to which that belongs, is not",
        are(kept)
    )]
    Retained {
        /// Environment.
        environment: String,
        /// Stack name.
        stack: String,
        /// What it is and its name, at least one.
        kept: Vec<String>,
    },
    /// The resource cannot be taken into the stack.
    #[error(
        "{logical_id} is not a declared resource that can be taken in, or it is in the stack already"
    )]
    NotImportable {
        /// Its logical id, as it was given.
        logical_id: String,
        /// Those that could be.
        candidates: Vec<String>,
    },
    /// Nobody knows by which name the resource exists.
    #[error("the {key} of {logical_id} does not follow from its declaration")]
    NameUnknown {
        /// Its logical id.
        logical_id: String,
        /// What identifies it, as CloudFormation calls it.
        key: &'static str,
    },
    /// A resource cannot be taken in alone.
    #[error("{logical_id} refers to {target}, which is not in the stack")]
    DanglingImport {
        /// Its logical id.
        logical_id: String,
        /// What it refers to.
        target: String,
    },
    /// Data would be lost.
    #[error("stack {stack} keeps data in bucket {bucket}")]
    DataKept {
        /// Stack name.
        stack: String,
        /// Bucket name.
        bucket: String,
    },
}

impl Error {
    /// A change set that makes a stack of nothing.
    pub(super) fn nothing_to_create(stack: &str) -> Self {
        Self::ChangeSetRefused {
            stack: stack.to_owned(),
            reason: "CloudFormation found nothing to create".to_owned(),
        }
    }
}
