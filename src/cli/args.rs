//! The command line. clap types never leave `cli`.

mod bounds;
mod cost;
mod drift;
mod environment;
mod graph;
mod keys;
mod local;
mod operate;
mod permissions;
mod report;
mod seed;
mod shell;
mod verify;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

use super::exit;

pub use bounds::{AllowArgs, PageArgs, SecretsArgs, SkippableLayer};
pub use cost::CostArgs;
pub use drift::RevertArgs;
pub use environment::refuse_unheeded;
pub use graph::{GraphArgs, GraphFormat};
pub use keys::{KeysArgs, KeysKind, NewOperatorArgs, OperatorAction, RotateArgs, TokenAction};
pub use local::{CarrierServeArgs, DemoArgs, LocalAction, LocalArgs};
pub use operate::{DoctorArgs, LogsArgs, LogsFormat, StatusArgs};
pub use permissions::{CiRoleArgs, PermissionsArgs};
pub use report::{Report, ReportArgs, ReportForm};
pub use seed::{DiffArgs, PullArgs, PushArgs, SeedAction, SeedArgs, Side};
pub use shell::{CompletionsArgs, ManArgs};
pub use verify::{VerifyArgs, VerifyFormat};

/// The version, and the commit that the program was built from.
const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (", env!("QDN_REVISION"), ")");

/// Plans, applies and proves QuickDumpNow's AWS system.
#[derive(Debug, Parser)]
#[command(
    name = "qdn-infra",
    version = VERSION,
    before_help = "Example:\n  qdn-infra plan",
    after_help = exit::HELP
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// What all commands take.
    #[command(flatten)]
    pub global: Global,
}

/// What all commands take.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Environment: the name of a file in stacks/
    #[arg(
        long = "env",
        global = true,
        env = "QDN_ENV",
        default_value = "local",
        value_name = "NAME",
        value_hint = ValueHint::Other
    )]
    pub environment: String,
    /// Project folder; by default the nearest one upwards that holds stacks/
    #[arg(long, global = true, env = "QDN_PROJECT", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub project: Option<PathBuf>,
    /// Progress as text for people or as one JSON object a line
    #[arg(long, global = true, value_enum, default_value_t = ProgressFormat::Human, value_name = "FORMAT")]
    pub progress: ProgressFormat,
    /// Say at the end how many AWS API calls were made
    #[arg(long, global = true)]
    pub calls: bool,
}

/// The commands, in the order of an operator's day.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show exactly what would change, in every layer
    #[command(before_help = "Example:\n  qdn-infra plan --env staging --detailed-exitcode")]
    Plan(PlanArgs),
    /// Make the changes, then prove that the system works
    #[command(before_help = "Example:\n  qdn-infra apply --env staging")]
    Apply(ApplyArgs),
    /// Prove that what is deployed works, item by item; changes nothing
    #[command(before_help = "Example:\n  qdn-infra verify --env staging")]
    Verify(VerifyArgs),
    /// Show how the environment stands, in one screen
    #[command(before_help = "Example:\n  qdn-infra status --env staging")]
    Status(StatusArgs),
    /// Print the outputs of the stack
    #[command(before_help = "Example:\n  qdn-infra outputs --format env")]
    Outputs(OutputsArgs),
    /// Show what the functions logged, of all of them in one order
    #[command(before_help = "Example:\n  qdn-infra logs --env staging --since 15m --follow")]
    Logs(LogsArgs),
    /// Show what is not as the newest release left it
    #[command(before_help = "Example:\n  qdn-infra drift --env staging --detailed-exitcode")]
    Drift(DriftArgs),
    /// List what was deployed and proved, the newest first
    #[command(before_help = "Example:\n  qdn-infra releases --env staging")]
    Releases(ListArgs),
    /// Put an earlier release back: packages, stack, edge function and page; never secrets, keys or data
    #[command(
        before_help = "Example:\n  qdn-infra rollback --env staging 20261125-190211-004711-4711"
    )]
    Rollback(RollbackArgs),
    /// Free the lock of a run that is dead, by its id
    #[command(
        before_help = "Example:\n  qdn-infra unlock --env staging 20261125-190211-004711-4711"
    )]
    Unlock(UnlockArgs),
    /// Look at everything that a command stands on, and say how to mend it
    #[command(before_help = "Example:\n  qdn-infra doctor --env staging")]
    Doctor(DoctorArgs),
    /// Take the environment away; data and bootstrap only when asked
    #[command(before_help = "Example:\n  qdn-infra destroy --env staging --data --bootstrap")]
    Destroy(DestroyArgs),
    /// Token keys and operator keys by hand
    #[command(
        before_help = "Example:\n  qdn-infra keys operator new --name dashboard --scope jobs,messages"
    )]
    Keys(KeysArgs),
    /// Maintenance data: what this checkout wants, beside what lies live
    #[command(before_help = "Example:\n  qdn-infra seed diff --env staging")]
    Seed(SeedArgs),
    /// Take resources that exist already into the stack, after showing which
    #[command(before_help = "Example:\n  qdn-infra import --env staging --id Api=a1b2c3d4e5")]
    Import(ImportArgs),
    /// Print the CloudFormation template
    #[command(before_help = "Example:\n  qdn-infra synth --env prod --format yaml")]
    Synth(SynthArgs),
    /// Build the Lambda packages
    #[command(before_help = "Example:\n  qdn-infra package --env prod")]
    Package,
    /// Create or update the bootstrap stack alone
    #[command(before_help = "Example:\n  qdn-infra bootstrap --env staging")]
    Bootstrap(BootstrapArgs),
    /// Draw the declared system
    #[command(before_help = "Example:\n  qdn-infra graph --env staging --out system.svg")]
    Graph(GraphArgs),
    /// Estimate what the declared stack costs a month, from a table of prices
    #[command(before_help = "Example:\n  qdn-infra cost --env prod --jobs-per-day 10000")]
    Cost(CostArgs),
    /// Print the OpenAPI document of the API
    #[command(
        name = "openapi",
        before_help = "Example:\n  qdn-infra openapi --out openapi.json"
    )]
    OpenApi(OpenApiArgs),
    /// Print the IAM policies that planning or applying needs, and nothing more
    #[command(before_help = "Example:\n  qdn-infra permissions --env staging --for plan")]
    Permissions(PermissionsArgs),
    /// Print a CloudFormation template of the two roles that a pipeline on GitHub Actions takes on
    #[command(
        before_help = "Example:\n  qdn-infra ci-role --env staging --repository qdn/infra --environment staging"
    )]
    CiRole(CiRoleArgs),
    /// The local cloud that `--env local` runs on
    #[command(before_help = "Example:\n  qdn-infra local status")]
    Local(LocalArgs),
    /// Print what lets a shell complete this program's command lines
    #[command(before_help = "Example:\n  qdn-infra completions bash")]
    Completions(CompletionsArgs),
    /// Print the manual page, or write those of all commands
    #[command(before_help = "Example:\n  qdn-infra man --out man1")]
    Man(ManArgs),
}

/// `plan`.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// How to print the plan
    #[arg(long, value_enum, default_value_t = PlanFormat::Human, value_name = "FORMAT")]
    pub format: PlanFormat,
    /// Exit with 2 when there are changes
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// Keep the plan in this file, for `apply FILE`; its change set is kept as well
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
    /// Let CloudFormation look for what was changed outside the stack, and tell it (takes some minutes)
    #[arg(long)]
    pub refresh: bool,
    /// Refresh.
    #[command(flatten)]
    pub drift: RevertArgs,
    /// Page.
    #[command(flatten)]
    pub page: PageArgs,
    /// What may be lost.
    #[command(flatten)]
    pub allow: AllowArgs,
    /// Secrets.
    #[command(flatten)]
    pub secrets: SecretsArgs,
}

/// `bootstrap`.
#[derive(Debug, Args)]
pub struct BootstrapArgs {
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
    /// What may be lost.
    #[command(flatten)]
    pub allow: AllowArgs,
}

/// How keys are listed.
#[derive(Debug, Clone, Copy, Args)]
pub struct ListArgs {
    /// How to print them
    #[arg(long, value_enum, default_value_t = ListFormat::Human, value_name = "FORMAT")]
    pub format: ListFormat,
}

/// `apply`.
#[derive(Debug, Default, Args)]
pub struct ApplyArgs {
    /// Carry out exactly this plan, which `plan --out` made; refused when anything moved since
    #[arg(value_name = "PLAN", value_hint = ValueHint::FilePath, conflicts_with_all = ["force", "revert_drift", "prune", "skip_layers", "allow_data_loss", "allow_route_removal"])]
    pub plan: Option<PathBuf>,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
    /// Upload every page file, changed or not
    #[arg(long)]
    pub force: bool,
    /// When it fails after it began to change something, the proof at its end included, put the last release back
    #[arg(long)]
    pub auto_rollback: bool,
    /// Drift.
    #[command(flatten)]
    pub drift: RevertArgs,
    /// What is written about it.
    #[command(flatten)]
    pub report: ReportArgs,
    /// Page.
    #[command(flatten)]
    pub page: PageArgs,
    /// What may be lost.
    #[command(flatten)]
    pub allow: AllowArgs,
    /// Secrets.
    #[command(flatten)]
    pub secrets: SecretsArgs,
}

/// `drift`.
#[derive(Debug, Clone, Args)]
pub struct DriftArgs {
    /// Exit with 2 when something differs
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// Do not compare a layer; without `edge` no secret's value is read
    #[arg(
        long = "skip-layer",
        value_enum,
        value_name = "LAYER",
        value_delimiter = ','
    )]
    pub skip_layers: Vec<SkippableLayer>,
}

/// `rollback`.
#[derive(Debug, Args)]
pub struct RollbackArgs {
    /// The release, as `releases` lists it; without it the newest that is not what is deployed now
    #[arg(value_hint = ValueHint::Other)]
    pub id: Option<String>,
    /// What is deployed failed: its routes and page files go unasked, what holds data does not
    #[arg(long)]
    pub failed: bool,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
    /// Page.
    #[command(flatten)]
    pub page: PageArgs,
    /// What may be lost.
    #[command(flatten)]
    pub allow: AllowArgs,
}

/// `synth`.
#[derive(Debug, Args)]
pub struct SynthArgs {
    /// Template language
    #[arg(long, value_enum, default_value_t = TemplateFormat::Yaml, value_name = "FORMAT")]
    pub format: TemplateFormat,
    /// Print the bootstrap stack's template instead
    #[arg(long)]
    pub bootstrap: bool,
}

/// `openapi`.
#[derive(Debug, Args)]
pub struct OpenApiArgs {
    /// Write it to this file instead of stdout
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
}

/// `import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Take in this resource alone (may be repeated): its logical id in the template, with what identifies it on AWS
    /// where the declaration does not name it; without the flag every table, bucket and log group that exists
    #[arg(long = "id", value_name = "LOGICAL[=PHYSICAL]", value_hint = ValueHint::Other)]
    pub ids: Vec<String>,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
}

/// `outputs`.
#[derive(Debug, Args)]
pub struct OutputsArgs {
    /// How to print them
    #[arg(long, value_enum, default_value_t = OutputsFormat::Human, value_name = "FORMAT")]
    pub format: OutputsFormat,
}

/// `unlock`.
#[derive(Debug, Args)]
pub struct UnlockArgs {
    /// Its id, as the refusal tells it
    #[arg(value_hint = ValueHint::Other)]
    pub id: String,
}

/// `destroy`.
#[derive(Debug, Args)]
pub struct DestroyArgs {
    /// Also throw away what holds data: the table, the site bucket, the secrets
    #[arg(long)]
    pub data: bool,
    /// Also take away the bootstrap stack
    #[arg(long)]
    pub bootstrap: bool,
    /// Do not ask; outside local what would be typed has to be given, separated by commas: the stack's name, with --data
    /// the table's and the site bucket's, with --bootstrap the bootstrap stack's
    #[arg(long, value_name = "NAMES", value_hint = ValueHint::Other, num_args = 0..=1, default_missing_value = "", require_equals = true, value_delimiter = ',')]
    pub yes: Option<Vec<String>>,
}

/// Formats of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PlanFormat {
    /// For people
    Human,
    /// For programs
    Json,
    /// For a pull request's comment or a job's summary, never longer than GitHub allows
    Markdown,
}

/// Formats of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// For people
    Human,
    /// For programs
    Json,
}

/// Formats of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TemplateFormat {
    /// YAML
    Yaml,
    /// JSON
    Json,
}

/// Formats of outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutputsFormat {
    /// For people
    Human,
    /// For programs
    Json,
    /// Lines for a shell
    Env,
}

/// Formats of progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProgressFormat {
    /// For people
    Human,
    /// One JSON object a line
    Jsonl,
}
