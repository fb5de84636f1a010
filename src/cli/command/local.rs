//! `qdn-infra local …`: the local cloud by hand.

use crate::cli::args::LocalAction;
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::exit;
use crate::cli::session::{LocalProgress, local_settings};
use crate::local::{self, Reset, Running, Status, Stopped};

/// Starts, stops, empties the local cloud, or says how it is.
pub async fn run(context: &mut Context, action: LocalAction) -> Result<u8, Error> {
    let settings = local_settings(&context.project);
    let text = match action {
        LocalAction::Start => {
            let running = local::start(&settings, &LocalProgress::new(&context.sink))
                .await
                .map_err(Error::Local)?;
            described(&running)
        }
        LocalAction::Stop => match local::stop(&settings).await.map_err(Error::Local)? {
            Stopped::NotRunning => "was not running\n".to_owned(),
            Stopped::Cleanly => "stopped; its state is kept\n".to_owned(),
            Stopped::Killed => {
                "killed, because it did not end; changes of its last seconds may be lost\n"
                    .to_owned()
            }
        },
        LocalAction::Status => match local::status(&settings).await.map_err(Error::Local)? {
            Status::Running(running) => described(&running),
            Status::Silent(running) => format!(
                "process {} does not answer; `qdn-infra local start` starts it again\nlog       {}\n",
                running.pid,
                running.log.display()
            ),
            Status::Stopped => "stopped; `qdn-infra local start` starts it\n".to_owned(),
            Status::Crashed { log, tail } => {
                format!(
                    "crashed; `qdn-infra local start` starts it again; the end of {}:\n{tail}\n",
                    log.display()
                )
            }
        },
        LocalAction::Reset => match local::reset(&settings).await.map_err(Error::Local)? {
            Reset::Running => "emptied; it runs on\n".to_owned(),
            Reset::Stopped => "emptied\n".to_owned(),
        },
    };
    context.console.data(&text)?;
    Ok(exit::DONE)
}

fn described(running: &Running) -> String {
    let Running {
        pid,
        endpoint,
        front,
        log,
        emulator,
        ..
    } = running;
    format!(
        "running   MiniStack {emulator}, process {pid}\nfront     {front}\nendpoint  {endpoint}\nlog       {}\n",
        log.display()
    )
}
