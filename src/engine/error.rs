//! What can stop a plan or an apply.

mod hint;

use qdn_shared::operator::OperatorError;
use qdn_shared::ring::RingError;

use super::interrupt::Interrupted;
use super::lock::LockRecord;
use crate::keys::NotOurs;
use crate::plan::adopt::Refusal;
use crate::plan::site::Missing;
use crate::plan::{Check, Conflict, Layer, Moved, NotARelease, Risk, Standing};
use crate::ports::{CloudError, StackResource};

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
    /// Somebody else works on the environment.
    #[error("{}", lock_text(held))]
    Locked {
        /// What their lock says.
        held: Box<LockRecord>,
    },
    /// Another run has taken the lock over: what this one began is theirs to finish.
    #[error("lock {id} is lost: another run works on the environment now")]
    LockLost {
        /// Id of the lock that was held.
        id: String,
    },
    /// The lock has another id than the one that was asked for.
    #[error("no lock has the id {asked:?}; {}", lock_text(held))]
    OtherLock {
        /// The id that was asked for.
        asked: String,
        /// What the lock says.
        held: Box<LockRecord>,
    },
    /// The lock was renewed, freed or taken while it was looked at.
    #[error("lock {id} is in use: it was renewed or freed at this very moment")]
    LockMoves {
        /// Its id.
        id: String,
    },
    /// What lies in the lock's place was not written by this program.
    #[error("{place} is not a lock of this program: {message}")]
    ForeignLock {
        /// Bucket and key.
        place: String,
        /// Parser's message.
        message: String,
    },
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
        "the plan is out of date, and nothing was changed:{}",
        moved_text(moved)
    )]
    Stale {
        /// What moved.
        moved: Vec<Moved>,
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
        remains_text(data)
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
        remains_text(failed)
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
    #[error("{} of {total} checks failed after the deploy: {}", failed.len(), list(failed))]
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
        blocked_text(risks)
    )]
    Blocked {
        /// What has to be allowed, at least one.
        risks: Vec<Risk>,
    },
    /// There is no release to go back to.
    #[error("{environment} has no {}", id.as_ref().map_or_else(|| "earlier release to go back to".to_owned(), |id| format!("release {id}")))]
    NoRelease {
        /// Environment.
        environment: String,
        /// The id that was asked for.
        id: Option<String>,
    },
    /// What a release is made of is not all there.
    #[error("release {id} is not whole: {place} is gone")]
    ReleaseIncomplete {
        /// The release.
        id: String,
        /// Bucket and key.
        place: String,
    },
    /// A release cannot be read.
    #[error("{place} is not a release that this program can put back")]
    ForeignRelease {
        /// Bucket and key.
        place: String,
        /// Why.
        source: NotARelease,
    },
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
    /// There is no such distribution.
    #[error("distribution {distribution} does not exist in this account")]
    NoDistribution {
        /// Its id.
        distribution: String,
    },
    /// The distribution may not be looked at.
    #[error("distribution {distribution} cannot be read: {source}")]
    DistributionDenied {
        /// Its id.
        distribution: String,
        /// What CloudFront said.
        source: CloudError,
    },
    /// There is no such bucket.
    #[error("bucket {bucket} of the existing site does not exist")]
    NoSiteBucket {
        /// Its name.
        bucket: String,
    },
    /// What is not ours is left as it is.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The stack put its additions somewhere else.
    #[error("stack {stack} is attached to {place}, and the stack file names another site")]
    AttachedElsewhere {
        /// Stack name.
        stack: String,
        /// The distribution and the bucket.
        place: String,
    },
    /// Files of the bucket's owner lie where the page's have to.
    #[error("bucket {bucket} holds files that were not put there from here: {}", keys.join(", "))]
    OwnersFiles {
        /// The bucket's name.
        bucket: String,
        /// Their keys.
        keys: Vec<String>,
    },
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

/// A resource that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remains {
    /// Logical id.
    pub logical_id: String,
    /// What it is, and CloudFormation's word on it, e.g. `AWS::S3::Bucket qdn-site, DELETE_SKIPPED`.
    pub what: String,
}

impl Remains {
    pub(super) fn of(resource: StackResource) -> Self {
        let StackResource {
            logical_id,
            resource_type,
            physical_id,
            status,
            reason,
        } = resource;
        let name = physical_id.map(|name| format!(" {name}"));
        let reason = reason.map(|reason| format!(": {reason}"));
        let (name, reason) = (name.unwrap_or_default(), reason.unwrap_or_default());
        Self {
            logical_id,
            what: format!("{resource_type}{name}, {status}{reason}"),
        }
    }
}

/// The first thing that went wrong in a stack operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootCause {
    /// Logical id; none when CloudFormation named no resource.
    pub logical_id: Option<String>,
    /// Resource type.
    pub resource_type: String,
    /// Resource status.
    pub status: String,
    /// CloudFormation's reason.
    pub reason: String,
}

impl std::fmt::Display for RootCause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.logical_id {
            Some(logical_id) => write!(
                f,
                "{logical_id} ({}) {}: {}",
                self.resource_type, self.status, self.reason
            ),
            None => write!(f, "{}", self.reason),
        }
    }
}

/// Each on a line of its own.
fn remains_text(remains: &[Remains]) -> String {
    let line = |Remains { logical_id, what }: &Remains| format!("\n  {logical_id}: {what}");
    remains.iter().map(line).collect()
}

/// `a is`, `a and b are`.
fn are(names: &[String]) -> String {
    let verb = if names.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", names.join(" and "))
}

fn named(missing: &[Missing]) -> String {
    let line = |missing: &Missing| {
        let Missing { by, line, key } = missing;
        format!("{}:{line}: {key} is named and is not there", by.display())
    };
    missing.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn list(failed: &[(Check, String)]) -> String {
    failed
        .iter()
        .map(|(check, seen)| format!("{check:?}: {seen}"))
        .collect::<Vec<_>>()
        .join("; ")
}

/// Each on a line of its own.
fn below(conflicts: &[Conflict]) -> String {
    let lines: Vec<String> = conflicts.iter().map(Conflict::to_string).collect();
    format!("\n{}", lines.join("\n"))
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

/// Who works, in words.
fn lock_text(held: &LockRecord) -> String {
    let LockRecord {
        id,
        owner,
        host,
        run,
        command,
        taken_at,
        expires_at,
    } = held;
    let run = run.as_ref().map(|url| format!(", {url}"));
    format!(
        "{owner} on {host} runs `{command}` since {taken_at:.0} (lock {id}, until {expires_at:.0}{})",
        run.unwrap_or_default()
    )
}

fn blocked_text(risks: &[Risk]) -> String {
    let lines = risks.iter().map(|risk| format!("\n  {risk}"));
    lines.collect()
}

fn moved_text(moved: &[Moved]) -> String {
    let lines = moved.iter().map(|moved| format!("\n  {moved}"));
    lines.collect()
}
