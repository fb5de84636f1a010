//! `qdn-infra plan`: shows what would change.

use super::saved;
use crate::cli::args::{PageArgs, PlanArgs, PlanFormat};
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::exit;
use crate::engine::{self, Purpose, Scope};
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
    if let Some(file) = &args.out
        && let Err(error) = saved::write(file, &engine::save(&desired, &planned, ports))
    {
        // Nobody could apply them.
        let _kept = engine::kept(&planned, ports);
        engine::discard(&planned, ports, sink).await;
        return Err(error);
    }
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
    context.console.data(&text)?;
    if let Some(file) = &args.out {
        let (environment, file) = (&desired.environment.name, file.display());
        context.console.say(&format!(
            "saved; carry it out with `qdn-infra apply --env {environment} {file}`"
        ));
    } else if args.format == PlanFormat::Human
        && !planned.plan.is_empty()
        && planned.plan.is_applicable()
    {
        let environment = &desired.environment.name;
        let flags = if has_flags(args) {
            " and the same flags"
        } else {
            ""
        };
        let text = format!("carry it out with `qdn-infra apply --env {environment}`{flags}");
        context.console.say(&text);
    }
    let changes = !planned.plan.is_empty();
    Ok(if changes && args.detailed_exitcode {
        exit::CHANGES
    } else {
        exit::DONE
    })
}

/// Whether flags say what is planned, so that `apply` needs them as well.
fn has_flags(args: &PlanArgs) -> bool {
    let PlanArgs {
        page,
        allow,
        secrets,
        ..
    } = args;
    !allow.allowed().is_empty()
        || !secrets.skip_layers.is_empty()
        || secrets.secrets_file.is_some()
        || page.prune != PageArgs::default().prune
}
