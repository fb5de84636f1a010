//! `qdn-infra apply` and `qdn-infra bootstrap`: plan, ask, do it, prove it.

use super::{rollback, saved};
use crate::cli::args::{ApplyArgs, BootstrapArgs, RevertArgs};
use crate::cli::console::Console;
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::exit;
use crate::cli::session::Session;
use crate::config::Cloud;
use crate::engine::{self, Desired, Environment, Planned, Purpose, Scope};
use crate::hint::in_environment;
use crate::ports::{StackState, Stop};
use crate::render::{self, Extent};
use crate::stack::Output;

/// Applies an environment, and tells what took how long, also when it failed.
pub async fn run(context: &mut Context, args: &ApplyArgs) -> Result<u8, Error> {
    let applied = run_plan(context, args).await;
    let told = context.tell_times(args.report.report.as_ref());
    // That the environment was not applied is what has to be said.
    let code = applied?;
    told.map(|()| code)
}

/// Applies what the environment comes to now, or exactly a saved plan.
async fn run_plan(context: &mut Context, args: &ApplyArgs) -> Result<u8, Error> {
    let Some(file) = &args.plan else {
        let (mut desired, session) = context
            .desired(args.force, args.page, args.allow.allowed(), &args.secrets)
            .await?;
        desired.revision = context.project.revision();
        desired.refresh = args.drift.refresh(false);
        return apply(context, (desired, session), asking(args), Scope::Everything).await;
    };
    let saved = saved::read(file)?;
    let (page, secrets) = saved::asked(&saved, args);
    let (mut desired, session) = context
        .desired(
            saved.options.force,
            page,
            saved.plan.allowed.clone(),
            &secrets,
        )
        .await?;
    desired.revision = context.project.revision();
    let revert_drift = saved.options.revert_drift;
    desired.refresh = RevertArgs { revert_drift }.refresh(false);
    let (ports, sink) = (&session.ports, context.sink.as_ref());
    let planned = engine::reopen(&desired, &saved, ports, sink).await?;
    // The change sets stay when it is not carried out: the plan is still good.
    let asking = asking(args);
    let deployed = match carry_out(context, &desired, &planned, &session, asking).await {
        Ok(state) => {
            let scope = Scope::Everything;
            finish(context, &desired, &planned, state, &session, scope).await
        }
        Err(error) => Err(error),
    };
    proved_or_put_back(context, &desired, &session, asking, deployed).await
}

/// Applies the bootstrap stack alone.
pub async fn bootstrap(context: &mut Context, args: &BootstrapArgs) -> Result<u8, Error> {
    let (mut desired, session) = context.desired_bootstrap().await?;
    desired.allowed = args.allow.allowed();
    let asking = Asking {
        yes: args.yes,
        extent: Extent::Full,
        auto_rollback: false,
    };
    apply(context, (desired, session), asking, Scope::Bootstrap).await
}

/// How the plan is shown before it is carried out, and whether a person is asked.
#[derive(Clone, Copy)]
pub(super) struct Asking {
    /// Whether nobody is asked.
    pub yes: bool,
    /// How much of the page is shown.
    pub extent: Extent,
    /// Whether the last release is put back when the proof fails.
    pub auto_rollback: bool,
}

fn asking(args: &ApplyArgs) -> Asking {
    Asking {
        yes: args.yes,
        extent: args.page.extent(),
        auto_rollback: args.auto_rollback,
    }
}

pub(super) async fn apply(
    context: &mut Context,
    (desired, session): (Desired, Session),
    asking: Asking,
    scope: Scope,
) -> Result<u8, Error> {
    let deployed = deploy(context, &desired, &session, asking, scope).await;
    proved_or_put_back(context, &desired, &session, asking, deployed).await
}

/// Plans, shows, asks, applies and proves.
pub(super) async fn deploy(
    context: &mut Context,
    desired: &Desired,
    session: &Session,
    asking: Asking,
    scope: Scope,
) -> Result<u8, Error> {
    let planned = settled(context, desired, session, asking, scope).await?;
    let ports = &session.ports;
    let _kept = engine::kept(&planned, ports);
    match carry_out(context, desired, &planned, session, asking).await {
        Ok(state) => finish(context, desired, &planned, state, session, scope).await,
        Err(error) => {
            // Best effort, and no harm where they were executed: the first error is the one to report.
            engine::discard(&planned, ports, context.sink.as_ref()).await;
            Err(error)
        }
    }
}

/// Plans, and puts right before whatever has to be: that is shown, and asked for, like a plan.
async fn settled(
    context: &mut Context,
    desired: &Desired,
    session: &Session,
    asking: Asking,
    scope: Scope,
) -> Result<Planned, Error> {
    let mut round = 0;
    loop {
        let (ports, sink) = (&session.ports, context.sink.clone());
        let sink = sink.as_ref();
        let planned = engine::plan(desired, ports, sink, Purpose::Apply, scope).await?;
        if planned.plan.repairs_first().next().is_none() {
            return Ok(planned);
        }
        let mut repairs = planned.plan.repairs_first();
        let console = &mut context.console;
        let shown = render::plan_human(&planned.plan, console.out_style, asking.extent);
        console.data(&shown)?;
        if repairs.any(|(_, repair)| repair.mend.changes()) {
            confirm(console, &desired.environment, asking.yes, &ports.stop).await?;
        }
        round += 1;
        engine::mend(desired, &planned, round, ports, sink).await?;
    }
}

/// Puts the last release back when what was begun failed and that was asked for. The command has failed all the same.
async fn proved_or_put_back(
    context: &mut Context,
    desired: &Desired,
    session: &Session,
    asking: Asking,
    deployed: Result<u8, Error>,
) -> Result<u8, Error> {
    let failed = match deployed {
        Err(error) if asking.auto_rollback => error,
        other => return other,
    };
    if !is_to_be_put_back(&failed, context.is_half_way()) {
        return Err(failed);
    }
    let failed = Box::new(failed);
    match Box::pin(rollback::automatically(context, desired, session)).await {
        Ok(release) => Err(Error::PutBack { release, failed }),
        Err(error) => Err(Error::NotPutBack {
            failed,
            error: Box::new(error),
        }),
    }
}

/// Whether the last release has to come back after a failure: not where nothing was begun or all of it is proved, somebody
/// stopped it, another works on the environment now, or what is there is not what the plan was made for.
fn is_to_be_put_back(failed: &Error, is_half_way: bool) -> bool {
    match failed {
        Error::Engine(
            engine::Error::Interrupted(_) | engine::Error::Lock(_) | engine::Error::Stale { .. },
        ) => false,
        Error::Engine(_) => is_half_way,
        _ => false,
    }
}

/// Proves once more what an empty plan leaves as it is, and says where the system is.
async fn finish(
    context: &mut Context,
    desired: &Desired,
    planned: &Planned,
    state: Option<StackState>,
    session: &Session,
    scope: Scope,
) -> Result<u8, Error> {
    let environment = &desired.environment;
    if scope == Scope::Everything {
        if planned.plan.is_empty() {
            // What was right when it was deployed may have broken since.
            let sink = context.sink.as_ref();
            engine::still_works(desired, state.as_ref(), &session.ports, sink).await?;
        }
        if let Some(hint) = domain_to_point(environment, state.as_ref()) {
            context.console.say(&hint);
        }
        if let Some(viewer) = engine::viewer(environment, state.as_ref()) {
            if environment.file.cloud == Cloud::Local {
                let demo = in_environment("`qdn-infra local demo`", &environment.name);
                context.console.say(&format!(
                    "a whole job, with its texts and its tracking link: {demo}"
                ));
            }
            let health = engine::health_path(desired);
            context.console.data(&format!("{viewer}{health}\n"))?;
        }
    }
    Ok(exit::DONE)
}

/// What DNS has to say so that people reach the site by its own name.
fn domain_to_point(environment: &Environment, state: Option<&StackState>) -> Option<String> {
    let domain = environment.domain()?;
    let address = state?.outputs.get(Output::DistributionDomain.name())?;
    Some(format!(
        "DNS: {domain} is to point at {address} (a CNAME, or an ALIAS at a zone's apex)"
    ))
}

/// Shows the plan, asks, and applies it; returns the main stack as it is then.
async fn carry_out(
    context: &mut Context,
    desired: &Desired,
    planned: &Planned,
    session: &Session,
    asking: Asking,
) -> Result<Option<StackState>, Error> {
    let console = &mut context.console;
    let shown = render::plan_human(&planned.plan, console.out_style, asking.extent);
    console.data(&shown)?;
    engine::applicable(&planned.plan)?;
    if planned.plan.is_empty() {
        return Ok(planned.observed.stack.state.clone());
    }
    // Only looked at and written down: nobody has to allow that.
    if planned.plan.changes_something() {
        let stop = &session.ports.stop;
        confirm(console, &desired.environment, asking.yes, stop).await?;
    }
    let sink = context.sink.as_ref();
    let done = engine::apply(desired, planned, &session.ports, sink);
    Ok(done.await?.stack)
}

/// Asks whether it is to be done, where a person has to say so.
pub(super) async fn confirm(
    console: &mut Console,
    environment: &Environment,
    yes: bool,
    stop: &Stop,
) -> Result<(), Error> {
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
    let answer = tokio::select! {
        answer = console.ask(&question) => answer,
        () = stop.asked() => return Err(Error::Untouched),
    };
    match answer.as_deref() {
        Some("yes") => Ok(()),
        Some(_) | None => Err(Error::Declined),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Interrupted, LockError};

    #[test]
    fn what_was_begun_and_failed_is_put_back_unless_somebody_stopped_it() {
        let engine = |error: engine::Error| Error::Engine(error);
        let output = || engine::Error::MissingOutput {
            stack: "qdn-staging".to_owned(),
            output: "ApiUrl".to_owned(),
        };
        let unproved = || engine::Error::Unproved {
            failed: Vec::new(),
            total: 10,
        };
        let lost = || LockError::Lost { id: String::new() };
        assert!(is_to_be_put_back(&engine(output()), true));
        assert!(is_to_be_put_back(&engine(unproved()), true));
        // A proof that fails with nothing changed says that the world outside is another.
        assert!(!is_to_be_put_back(&engine(unproved()), false));
        assert!(!is_to_be_put_back(&engine(output()), false));
        let stopped = engine::Error::Interrupted(Interrupted::default());
        assert!(!is_to_be_put_back(&engine(stopped), true));
        assert!(!is_to_be_put_back(&engine(lost().into()), true));
        assert!(!is_to_be_put_back(&Error::Declined, true));
        let stale = engine::Error::Stale {
            moved: Vec::new(),
            bootstrapped: false,
        };
        assert!(!is_to_be_put_back(&engine(stale), true));
    }
}
