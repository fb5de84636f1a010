//! `qdn-infra synth`: prints the template. Needs no cloud, no build, no credentials.

use crate::cli::args::{SynthArgs, TemplateFormat};
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::exit;
use crate::package::Architecture;
use crate::stack::{self, LogRole};

/// Prints a stack's template.
pub fn run(context: &mut Context, args: &SynthArgs) -> Result<u8, Error> {
    let file = context.stack_file()?;
    let template = if args.bootstrap {
        stack::declare_bootstrap(&file, LogRole::Declare)?
    } else {
        stack::declare(&file, Architecture::host(), &context.project.edge_source()?)?
    };
    let text = match args.format {
        TemplateFormat::Yaml => template.to_yaml(),
        TemplateFormat::Json => template.to_json(),
    };
    context.console.data(&text)?;
    Ok(exit::DONE)
}
