//! `qdn-infra cost`: what the declared stack would cost a month. Needs no cloud, no build, no credentials.

use crate::cli::args::{CostArgs, ListFormat};
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::exit;
use crate::cost::{self, Shape};
use crate::package::Architecture;
use crate::{render, stack};

/// Prints the estimate.
pub fn run(context: &mut Context, args: CostArgs) -> Result<u8, Error> {
    let file = context.stack_file()?;
    let host = Architecture::host();
    let template = stack::declare(&file, host, &context.project.edge_source()?)?;
    let bill = cost::estimate(&Shape::of(&file, &template, host), args.traffic());
    let text = match args.format {
        ListFormat::Human => {
            render::cost_human(&context.environment, &bill, context.console.out_style)
        }
        ListFormat::Json => render::cost_json(&context.environment, &bill),
    };
    context.console.data(&text)?;
    Ok(exit::DONE)
}
