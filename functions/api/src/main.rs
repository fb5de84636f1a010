//! Entry point of the `api` Lambda: log, settings, serve. Everything else is in the library.

use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    qdn_runtime::log::start();
    match qdn_api::run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "api stopped");
            ExitCode::FAILURE
        }
    }
}
