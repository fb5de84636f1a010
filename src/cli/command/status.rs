//! `qdn-infra status`: how an environment stands, in one screen.

use crate::cli::args::{ListFormat, StatusArgs};
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::exit;
use crate::engine;
use crate::render;

/// Looks and prints.
pub async fn run(context: &mut Context, args: StatusArgs) -> Result<u8, Error> {
    let (environment, session) = context.connect().await?;
    let status = engine::status(&environment, &session.ports).await?;
    let text = match args.format {
        ListFormat::Human => render::status_human(&status, context.console.out_style),
        ListFormat::Json => format!("{:#}\n", serde_json::json!(status)),
    };
    context.console.data(&text)?;
    Ok(exit::DONE)
}
