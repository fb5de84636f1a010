//! The command line. clap types never leave `cli`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::exit;

/// Plans, applies and proves QuickDumpNow's AWS system.
#[derive(Debug, Parser)]
#[command(name = "qdn-infra", version, after_help = exit::HELP, disable_help_subcommand = true)]
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
pub struct Global {
    /// Environment: the name of a file in stacks/
    #[arg(
        long = "env",
        global = true,
        env = "QDN_ENV",
        default_value = "local",
        value_name = "NAME"
    )]
    pub environment: String,
    /// Project folder; by default the nearest one upwards that holds stacks/
    #[arg(long, global = true, env = "QDN_PROJECT", value_name = "DIR")]
    pub project: Option<PathBuf>,
    /// Progress as text for people or as one JSON object a line
    #[arg(long, global = true, value_enum, default_value_t = ProgressFormat::Human, value_name = "FORMAT")]
    pub progress: ProgressFormat,
    /// Say at the end how many AWS API calls were made
    #[arg(long, global = true)]
    pub calls: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show exactly what would change, in every layer
    #[command(after_help = "Example:\n  qdn-infra plan --env staging --detailed-exitcode")]
    Plan(PlanArgs),
    /// Make the changes, then prove that the system works
    #[command(after_help = "Example:\n  qdn-infra apply --env staging")]
    Apply(ApplyArgs),
    /// Print the CloudFormation template
    #[command(after_help = "Example:\n  qdn-infra synth --env prod --format yaml")]
    Synth(SynthArgs),
    /// Build the Lambda packages
    #[command(after_help = "Example:\n  qdn-infra package --env prod")]
    Package,
    /// Create or update the bootstrap stack alone
    #[command(after_help = "Example:\n  qdn-infra bootstrap --env staging")]
    Bootstrap(ApplyArgs),
    /// Print the outputs of the stack
    #[command(after_help = "Example:\n  qdn-infra outputs --format env")]
    Outputs(OutputsArgs),
    /// Take the environment away; data and bootstrap only when asked
    #[command(after_help = "Example:\n  qdn-infra destroy --env staging --data --bootstrap")]
    Destroy(DestroyArgs),
    /// The local cloud that `--env local` runs on
    #[command(after_help = "Example:\n  qdn-infra local status")]
    Local(LocalArgs),
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
}

/// `apply` and `bootstrap`.
#[derive(Debug, Args)]
pub struct ApplyArgs {
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
    /// Upload every page file, changed or not
    #[arg(long)]
    pub force: bool,
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

/// `outputs`.
#[derive(Debug, Args)]
pub struct OutputsArgs {
    /// How to print them
    #[arg(long, value_enum, default_value_t = OutputsFormat::Human, value_name = "FORMAT")]
    pub format: OutputsFormat,
}

/// `destroy`.
#[derive(Debug, Args)]
pub struct DestroyArgs {
    /// Also throw away what holds data
    #[arg(long)]
    pub data: bool,
    /// Also take away the bootstrap stack
    #[arg(long)]
    pub bootstrap: bool,
    /// Do not ask; outside local what would be typed has to be given, separated by commas: the stack's name, with --data
    /// the site bucket's, with --bootstrap the bootstrap stack's
    #[arg(long, value_name = "NAMES", num_args = 0..=1, default_missing_value = "", require_equals = true, value_delimiter = ',')]
    pub yes: Option<Vec<String>>,
}

/// `local`.
#[derive(Debug, Args)]
pub struct LocalArgs {
    /// What to do with it.
    #[command(subcommand)]
    pub action: LocalAction,
}

/// `local …`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum LocalAction {
    /// Start it, or say where it runs
    Start,
    /// Stop it; its state is kept
    Stop,
    /// Say whether and where it runs
    Status,
    /// Throw its state away
    Reset,
}

/// Formats of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PlanFormat {
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
