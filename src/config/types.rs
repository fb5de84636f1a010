//! The typed form of `stacks/<environment>.yaml`: which keys there are and what they mean.
//! Reading a file and its errors live in `parse`, rules across keys in `check`.

use std::collections::BTreeMap;

use qdn_shared::package::FunctionName;
use serde::Deserialize;

pub use super::names::{
    BucketName, DomainName, MemoryMb, PhoneNumber, Region, RetentionDays, SecretsPath, StackName,
    StageName, TimeoutSeconds, VariableName,
};
use super::values::AccountId;

/// One environment, as its stack file declares it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StackFile {
    /// Stack name; every name of ours begins with it.
    pub name: StackName,
    /// Where the stack lives.
    pub cloud: Cloud,
    /// AWS region, e.g. `us-east-1`.
    pub region: Region,
    /// The AWS account that the stack belongs to; `apply` refuses on another.
    pub account: Account,
    /// What becomes of data when its resource goes away.
    pub data: DataPolicy,
    /// Whether `apply` and `destroy` ask before they change anything.
    pub confirm: bool,
    /// Minutes that a saved plan may be applied for, 1 to 10,080 (a week).
    #[serde(default = "plan_minutes")]
    pub plan_minutes: u32,
    /// The site whose distribution serves `/track`, `/api/*` and `/data/*`.
    pub site: Site,
    /// The REST API.
    pub api: Api,
    /// Per-function settings.
    pub functions: Functions,
    /// How messages are sent.
    pub messages: Messages,
    /// The number that customers may call; they see it.
    pub support_phone: PhoneNumber,
    /// What the function at the edge does beside its checks.
    #[serde(default)]
    pub edge: Edge,
    /// `CloudFront` cache times.
    pub cache: Cache,
    /// Log retention.
    pub logs: Logs,
    /// Who is told when an alarm fires; none means that no alarm is declared.
    #[serde(default)]
    pub alarms: Option<Alarms>,
    /// Where the secrets file is, when neither flag nor variable says so.
    #[serde(default)]
    pub secrets_file: Option<SecretsPath>,
    /// Tags put on every resource that takes them. Keys do not begin with `aws:`.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// A working day's plan is stale tomorrow.
const fn plan_minutes() -> u32 {
    24 * 60
}

/// A value only the customer knows: the name of the environment variable that holds it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FromEnv {
    /// Environment variable name.
    pub env: VariableName,
}

/// The expected AWS account: `account: { env: NAME }`, or for the local cloud alone, which
/// answers to any account, the twelve digits themselves.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "super::shapes::AccountShape")]
pub enum Account {
    /// Variable that holds the account id (12 digits).
    FromEnv(FromEnv),
    /// The id itself; only with `cloud: local`.
    Fixed(AccountId),
}

/// Which cloud the stack is applied to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cloud {
    /// The emulator that `qdn-infra local` runs on this machine.
    Local,
    /// Amazon Web Services.
    Aws,
}

/// What becomes of tables and buckets when their resource is removed or replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DataPolicy {
    /// Kept: `Retain` policies, never emptied without consent.
    Keep,
    /// Thrown away with the stack; only with `cloud: local`.
    Discard,
}

/// What the function at the edge does beside its checks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edge {
    /// On the main site, whether a path that ends in `/` is answered with its `index.html`.
    pub directory_indexes: bool,
}

/// The site: made by this stack, or one that exists already. The key `mode` decides.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "super::shapes::SiteShape")]
pub enum Site {
    /// Bucket and distribution belong to this stack.
    Managed {
        /// Custom domain names; without them the distribution's own name is used.
        domains: Option<Domains>,
    },
    /// Bucket and distribution exist and are not ours to own.
    Existing {
        /// Name of the bucket.
        bucket: BucketName,
        /// Variable that holds the distribution id (`E…`).
        distribution: FromEnv,
        /// Domain name under which the distribution is reached.
        domain: DomainName,
    },
}

impl Site {
    /// Whether bucket and distribution are somebody else's.
    pub const fn is_existing(&self) -> bool {
        matches!(self, Self::Existing { .. })
    }
}

/// Custom domain names and the certificate that covers them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Domains {
    /// Names, at least one, the first of them the one people are sent to.
    pub names: Vec<DomainName>,
    /// Variable that holds the ARN of an ACM certificate in us-east-1.
    pub certificate: FromEnv,
}

/// API Gateway settings.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Api {
    /// Stage name.
    pub stage: StageName,
    /// Throttling of the whole stage.
    pub throttle: Throttle,
    /// Origins our own code answers in CORS; at least one, each once.
    pub allowed_origins: Vec<qdn_shared::cors::Origin>,
    /// The one origin that API Gateway's own error answers carry; one of `allowed_origins`.
    pub dashboard_origin: qdn_shared::cors::Origin,
}

/// API Gateway stage throttling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Throttle {
    /// Requests a second, 1 to 10,000.
    pub rate: u32,
    /// Requests at once, 1 to 10,000.
    pub burst: u32,
}

/// Settings of each Lambda function.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Functions {
    /// Answers the REST API.
    pub api: FunctionSettings,
    /// Sends messages.
    pub relay: FunctionSettings,
    /// Looks every minute for what was left undone.
    pub upkeep: FunctionSettings,
}

impl Functions {
    /// The settings of one function.
    pub const fn of(&self, function: FunctionName) -> FunctionSettings {
        match function {
            FunctionName::Api => self.api,
            FunctionName::Relay => self.relay,
            FunctionName::Upkeep => self.upkeep,
        }
    }
}

/// Settings of one Lambda function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FunctionSettings {
    /// Memory in MB, 128 to 10,240.
    pub memory_mb: MemoryMb,
    /// Timeout in seconds, 1 to 900; of `api` to 29 (API Gateway ends a request then).
    pub timeout_seconds: TimeoutSeconds,
    /// Instruction set.
    pub architecture: ArchitectureChoice,
}

/// Instruction set as written in the stack file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ArchitectureChoice {
    /// That of the machine that builds: for the local cloud, which runs functions as host
    /// processes, and for it alone.
    Host,
    /// 64-bit x86.
    #[serde(rename = "x86_64")]
    X86_64,
    /// 64-bit Arm (Graviton).
    Arm64,
}

/// How messages are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Messages {
    /// Most messages a second under one sender, 1 to 1,000: what the carrier lets the sender do.
    pub sends_per_second: u32,
    /// Seconds without delivery after which a message goes to its next contact, 1 to 86,400.
    pub cascade_seconds: u32,
    /// Batches of one shard of the table's stream that `relay` works on at the same time, 1 to 10.
    pub batches_per_shard: u32,
}

/// Cache times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cache {
    /// How long `/data/*` is cached, at most one year; 0 turns the cache off.
    pub data_seconds: u32,
    /// Days that a page file with a hash in its name stays once nothing names it, at most ten years.
    pub old_assets_days: u32,
}

/// `CloudWatch` Logs settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Logs {
    /// Days that log events are kept; one of `CloudWatch`'s own steps.
    pub retention_days: RetentionDays,
}

/// Alarm settings.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alarms {
    /// Variable that holds the e-mail address that alarms are sent to.
    pub address: FromEnv,
}
