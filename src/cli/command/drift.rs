//! `qdn-infra drift`: what is not as the newest release left it.

use crate::cli::args::DriftArgs;
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::exit;
use crate::engine;
use crate::render;

/// Compares and prints.
pub async fn run(context: &mut Context, args: &DriftArgs) -> Result<u8, Error> {
    let (mut desired, session) = context.desired_restored().await?;
    let skipped = args.skip_layers.iter().map(|layer| layer.plain());
    desired.skip.extend(skipped);
    let sink = context.sink.clone();
    let drift = engine::drift(desired, &session.ports, sink.as_ref()).await?;
    let style = context.console.out_style;
    context.console.data(&render::drift_human(&drift, style))?;
    Ok(if args.detailed_exitcode && !drift.is_none() {
        exit::CHANGES
    } else {
        exit::DONE
    })
}
