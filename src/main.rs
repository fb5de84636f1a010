//! The program: runs one command line and exits with its code.

use std::process::ExitCode;

use qdn_infra::cli;

fn main() -> ExitCode {
    let folder = std::env::current_dir().unwrap_or_default();
    ExitCode::from(cli::run(
        std::env::args_os(),
        cli::Console::process(),
        &folder,
    ))
}
