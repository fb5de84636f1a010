//! `qdn-infra graph`: draws the declared system. Needs no cloud, no build, no credentials.

use crate::cli::args::{GraphArgs, GraphFormat};
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::{exit, file};
use crate::diagram;
use crate::package::Architecture;
use crate::stack;

/// Prints the drawing, or writes it to a file.
pub fn run(context: &mut Context, args: &GraphArgs) -> Result<u8, Error> {
    let declared = context.stack_file()?;
    let source = context.project.edge_source()?;
    let host = Architecture::host();
    let template = stack::declare(&declared, host, &source)?;
    let adopted = stack::adopted(&declared, host, &source)?;
    let graph = diagram::Graph::of(&template, adopted.as_ref());
    let drawn = match args.format() {
        GraphFormat::Mermaid => diagram::mermaid(&graph),
        GraphFormat::Svg => diagram::svg(&graph),
    };
    match &args.out {
        None => context.console.data(&drawn)?,
        Some(out) => file::replace(out, drawn.as_bytes(), 0o644)?,
    }
    Ok(exit::DONE)
}
