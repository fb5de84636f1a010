//! `qdn-infra apply` and `qdn-infra bootstrap`: plan, ask, do it, prove it.

use crate::cli::args::ApplyArgs;
use crate::cli::console::Console;
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::exit;
use crate::engine::{self, Environment, Purpose, Scope};
use crate::render;

/// Applies an environment.
pub async fn run(context: &mut Context, args: &ApplyArgs, scope: Scope) -> Result<u8, Error> {
    let (desired, session) = context.desired(args.force).await?;
    let (ports, sink) = (&session.ports, context.sink.as_ref());
    let planned = engine::plan(&desired, ports, sink, Purpose::Apply, scope).await?;
    context.console.data(&render::plan_human(
        &planned.plan,
        context.console.out_style,
    ))?;

    let environment = &desired.environment;
    let mut state = planned.observed.stack.state.clone();
    if !planned.plan.is_empty() {
        if let Err(error) = confirm(&mut context.console, environment, args.yes) {
            engine::discard(&planned, ports).await?;
            return Err(error);
        }
        state = engine::apply(&desired, &planned, ports, sink).await?.stack;
    }
    if scope == Scope::Everything
        && let Some(viewer) = engine::viewer(environment, state.as_ref())
    {
        context.console.data(&format!("{viewer}/track\n"))?;
    }
    Ok(exit::DONE)
}

fn confirm(console: &mut Console, environment: &Environment, yes: bool) -> Result<(), Error> {
    if yes || !environment.file.confirm {
        return Ok(());
    }
    if !console.interactive {
        return Err(Error::NobodyToAsk {
            environment: environment.name.clone(),
            flag: "--yes".to_owned(),
        });
    }
    let question = format!("Apply this to {}? Type yes:", environment.name);
    match console.ask(&question).as_deref() {
        Some("yes") => Ok(()),
        Some(_) | None => Err(Error::Declined),
    }
}
