//! `qdn-infra plan`: shows what would change.

use crate::cli::args::{PlanArgs, PlanFormat};
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::exit;
use crate::engine::{self, Purpose, Scope};
use crate::render;

/// Makes a plan and prints it.
pub async fn run(context: &mut Context, args: &PlanArgs) -> Result<u8, Error> {
    let (desired, session) = context.desired(false, args.page, &args.secrets).await?;
    let planned = engine::plan(
        &desired,
        &session.ports,
        context.sink.as_ref(),
        Purpose::Show,
        Scope::Everything,
    )
    .await?;
    let text = match args.format {
        PlanFormat::Human => render::plan_human(&planned.plan, context.console.out_style),
        PlanFormat::Json => render::plan_json(&planned.plan),
    };
    context.console.data(&text)?;
    let changes = !planned.plan.is_empty();
    Ok(if changes && args.detailed_exitcode {
        exit::CHANGES
    } else {
        exit::DONE
    })
}
