//! `qdn-infra plan`: shows what would change.

use std::path::Path;

use super::saved;
use crate::cli::args::{PageArgs, PlanArgs, PlanFormat};
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::exit;
use crate::engine::{self, Desired, Planned, Purpose, Scope};
use crate::ports::Ports;
use crate::render;

/// Makes a plan and prints it.
pub async fn run(context: &mut Context, args: &PlanArgs) -> Result<u8, Error> {
    let (mut desired, session) = context
        .desired(false, args.page, args.allow.allowed(), &args.secrets)
        .await?;
    desired.refresh = args.drift.refresh(args.refresh);
    let (ports, sink) = (&session.ports, context.sink.as_ref());
    let purpose = match &args.out {
        Some(_) => Purpose::Save,
        None => Purpose::Show,
    };
    let planned = engine::plan(&desired, ports, sink, purpose, Scope::Everything).await?;
    let text = match args.format {
        PlanFormat::Human => {
            let style = context.console.out_style;
            render::plan_human(&planned.plan, style, args.page.extent())
        }
        PlanFormat::Json => render::plan_json(&planned.plan),
        PlanFormat::Markdown => {
            render::plan_markdown(&planned.plan, args.page.extent(), render::MARKDOWN_LIMIT)
        }
    };
    let shown = context.console.data(&text).map_err(Error::from);
    if let Some(file) = &args.out {
        let kept = shown.and_then(|()| keep(file, &desired, &planned, ports));
        if let Err(error) = kept {
            // Nobody could apply them.
            let _kept = engine::kept(&planned, ports);
            engine::discard(&planned, ports, sink).await;
            return Err(error);
        }
        let (environment, file) = (&desired.environment.name, file.display());
        // Named again: what it holds is part of the plan, and where it lies is not.
        let secrets = args.secrets.secrets_file.as_ref();
        let secrets = secrets.map_or_else(String::new, |secrets| {
            format!(" --secrets-file {}", secrets.display())
        });
        context.console.say(&format!(
            "saved; carry it out with `qdn-infra apply --env {environment}{secrets} {file}`"
        ));
    } else {
        shown?;
        suggest(context, args, &desired.environment.name, &planned);
    }
    let changes = !planned.plan.is_empty();
    Ok(if changes && args.detailed_exitcode {
        exit::CHANGES
    } else {
        exit::DONE
    })
}

/// Says how a plan that was only shown is carried out.
fn suggest(context: &mut Context, args: &PlanArgs, environment: &str, planned: &Planned) {
    let is_human = args.format == PlanFormat::Human;
    if !is_human || planned.plan.is_empty() || !planned.plan.is_applicable() {
        return;
    }
    let flags = if has_flags(args) {
        " and the same flags"
    } else {
        ""
    };
    let text = format!("carry it out with `qdn-infra apply --env {environment}`{flags}");
    context.console.say(&text);
}

/// Writes a plan that can be applied; another one would be agreed to in vain.
fn keep(file: &Path, desired: &Desired, planned: &Planned, ports: &Ports) -> Result<(), Error> {
    engine::applicable(&planned.plan)?;
    saved::write(file, &engine::save(desired, planned, ports))
}

/// Whether flags say what is planned, so that `apply` needs them as well.
fn has_flags(args: &PlanArgs) -> bool {
    let PlanArgs {
        page,
        allow,
        secrets,
        drift,
        refresh: _,
        out: _,
        format: _,
        detailed_exitcode: _,
    } = args;
    drift.revert_drift
        || !allow.allowed().is_empty()
        || !secrets.skip_layers.is_empty()
        || secrets.secrets_file.is_some()
        || page.prune != PageArgs::default().prune
}
