//! `qdn-infra plan`: shows what would change.

use super::saved;
use crate::cli::args::{PlanArgs, PlanFormat};
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
    };
    context.console.data(&text)?;
    if let Some(file) = &args.out {
        let (environment, file) = (&desired.environment.name, file.display());
        context.console.say(&format!(
            "saved; carry it out with `qdn-infra apply --env {environment} {file}`"
        ));
    }
    let changes = !planned.plan.is_empty();
    Ok(if changes && args.detailed_exitcode {
        exit::CHANGES
    } else {
        exit::DONE
    })
}
