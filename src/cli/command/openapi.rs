//! `qdn-infra openapi`: prints the API's document. Needs no cloud, no build, no credentials.

use std::fs;

use crate::cli::args::OpenApiArgs;
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::exit;
use crate::openapi;

/// Prints the document, or writes it to a file.
pub fn run(context: &mut Context, args: &OpenApiArgs) -> Result<u8, Error> {
    let document = openapi::document();
    match &args.out {
        None => context.console.data(&document)?,
        Some(file) => fs::write(file, document).map_err(|error| Error::File {
            file: file.clone(),
            error,
        })?,
    }
    Ok(exit::DONE)
}
