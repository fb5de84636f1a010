//! The commands, one file each.

mod apply;
mod completions;
mod cost;
mod destroy;
mod doctor;
mod drift;
mod graph;
mod import;
mod keys;
mod local;
mod local_demo;
mod logs;
mod man;
mod openapi;
mod outputs;
mod package;
mod permissions;
mod plan;
mod releases;
mod rollback;
mod saved;
mod seed;
mod status;
mod synth;
mod unlock;
mod verify;

use std::ops::ControlFlow;

use super::args::{Command, LocalAction, LocalArgs};
use super::console::Console;
use super::context::Context;
use super::error::Error;
use super::project::Project;

/// Runs a command that needs no checkout to its exit code; gives any other back. `project` is the checkout where there is
/// one.
pub fn stand_alone(
    command: Command,
    project: Option<&Project>,
    console: &mut Console,
) -> ControlFlow<Result<u8, Error>, Command> {
    match command {
        Command::Completions(args) => ControlFlow::Break(completions::run(console, args, project)),
        Command::Man(args) => ControlFlow::Break(man::run(console, &args)),
        Command::Local(LocalArgs {
            action: LocalAction::CarrierServe(args),
        }) => ControlFlow::Break(local::carrier(args, console.err_writer())),
        other => ControlFlow::Continue(other),
    }
}

/// Runs a command to its exit code.
pub async fn run(context: &mut Context, command: Command) -> Result<u8, Error> {
    match command {
        Command::Plan(args) => plan::run(context, &args).await,
        Command::Apply(args) => apply::run(context, &args).await,
        Command::Bootstrap(args) => apply::bootstrap(context, &args).await,
        Command::Keys(args) => keys::run(context, &args).await,
        Command::Seed(args) => seed::run(context, &args).await,
        Command::Synth(args) => synth::run(context, &args),
        Command::Graph(args) => graph::run(context, &args),
        Command::OpenApi(args) => openapi::run(context, &args),
        Command::Package => package::run(context).await,
        Command::Permissions(args) => permissions::run(context, args),
        Command::CiRole(args) => permissions::ci_role(context, args),
        Command::Import(args) => import::run(context, &args).await,
        Command::Outputs(args) => outputs::run(context, &args).await,
        Command::Status(args) => status::run(context, args).await,
        Command::Logs(args) => logs::run(context, &args).await,
        Command::Doctor(args) => doctor::run(context, args).await,
        Command::Verify(args) => verify::run(context, &args).await,
        Command::Drift(args) => drift::run(context, &args).await,
        Command::Releases(args) => releases::run(context, args).await,
        Command::Rollback(args) => rollback::run(context, &args).await,
        Command::Unlock(args) => unlock::run(context, &args).await,
        Command::Destroy(args) => destroy::run(context, &args).await,
        Command::Cost(args) => cost::run(context, args),
        Command::Local(args) => local::run(context, args.action).await,
        Command::Completions(_) | Command::Man(_) => unreachable!("they run without a project"),
    }
}

/// A command's name.
pub fn name(command: &Command) -> &'static str {
    match command {
        Command::Plan(_) => "plan",
        Command::Apply(_) => "apply",
        Command::Bootstrap(_) => "bootstrap",
        Command::Keys(_) => "keys",
        Command::Seed(_) => "seed",
        Command::Synth(_) => "synth",
        Command::Graph(_) => "graph",
        Command::OpenApi(_) => "openapi",
        Command::Package => "package",
        Command::Permissions(_) => "permissions",
        Command::CiRole(_) => "ci-role",
        Command::Import(_) => "import",
        Command::Outputs(_) => "outputs",
        Command::Status(_) => "status",
        Command::Logs(_) => "logs",
        Command::Doctor(_) => "doctor",
        Command::Verify(_) => "verify",
        Command::Drift(_) => "drift",
        Command::Releases(_) => "releases",
        Command::Rollback(_) => "rollback",
        Command::Unlock(_) => "unlock",
        Command::Destroy(_) => "destroy",
        Command::Cost(_) => "cost",
        Command::Local(_) => "local",
        Command::Completions(_) => "completions",
        Command::Man(_) => "man",
    }
}
