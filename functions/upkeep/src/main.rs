//! Entry point of the `upkeep` Lambda. Everything else is in the library.

use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    qdn_runtime::log::start();
    match qdn_upkeep::schedule::run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "upkeep stopped");
            ExitCode::FAILURE
        }
    }
}
