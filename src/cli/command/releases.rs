//! `qdn-infra releases`: lists what was deployed and proved, the newest first.

use crate::cli::args::{ListArgs, ListFormat};
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::exit;
use crate::engine;
use crate::render;

/// Prints the releases.
pub async fn run(context: &mut Context, args: ListArgs) -> Result<u8, Error> {
    let (environment, session) = context.connect().await?;
    let releases = engine::releases(&environment, &session.ports).await?;
    let text = match args.format {
        ListFormat::Human => render::releases_human(&releases, context.console.out_style),
        ListFormat::Json => {
            let mut text = serde_json::to_string_pretty(&releases).expect("releases are JSON");
            text.push('\n');
            text
        }
    };
    context.console.data(&text)?;
    Ok(exit::DONE)
}
