//! `qdn-infra package`: builds the Lambda packages and prints what they are.

use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::exit;
use crate::render;

/// Builds and lists the packages.
pub async fn run(context: &mut Context) -> Result<u8, Error> {
    let file = context.stack_file()?;
    for package in context.packages(&file).await? {
        let line = format!(
            "{}  {}  zip {}  binary {}  {}\n{}\n",
            package.function,
            package.architecture,
            render::bytes(package.zip_bytes),
            render::bytes(package.binary_bytes),
            package.sha256,
            package.zip.display(),
        );
        context.console.data(&line)?;
    }
    Ok(exit::DONE)
}
