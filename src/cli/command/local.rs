//! `qdn-infra local …`: the local cloud by hand.

use std::io::Write;

use crate::cli::args::{CarrierServeArgs, LocalAction};
use crate::cli::command::local_demo;
use crate::cli::context::Context;
use crate::cli::error::Error;
use crate::cli::exit;
use crate::cli::session::{LocalProgress, local_settings, start_local};
use crate::local::carrier;
use crate::local::{self, Reset, Running, Status, Stopped};

/// Starts, stops, empties the local cloud, or says how it is.
pub async fn run(context: &mut Context, action: LocalAction) -> Result<u8, Error> {
    let settings = local_settings(&context.project);
    let text = match action {
        LocalAction::Start => {
            let progress = LocalProgress::new(&context.sink, context.began);
            let (cloud, carrier) = start_local(&settings, &progress)
                .await
                .map_err(Error::Local)?;
            described(&cloud) + &inbox(&carrier)
        }
        LocalAction::Stop => {
            let (cloud, carrier) =
                futures::try_join!(local::stop(&settings), carrier::stop(&settings))
                    .map_err(Error::Local)?;
            stopped(cloud, carrier).to_owned()
        }
        LocalAction::Status => {
            let (cloud, carrier) =
                futures::try_join!(local::status(&settings), carrier::status(&settings))
                    .map_err(Error::Local)?;
            cloud_status(&cloud) + &carrier_status(&carrier)
        }
        LocalAction::Reset => {
            let (cloud, carrier) =
                futures::try_join!(local::reset(&settings), carrier::reset(&settings))
                    .map_err(Error::Local)?;
            match (cloud, carrier) {
                (Reset::Running, _) | (_, Reset::Running) => "emptied; it runs on\n".to_owned(),
                (Reset::Stopped, Reset::Stopped) => "emptied\n".to_owned(),
            }
        }
        LocalAction::Demo(args) => return local_demo::run(context, args).await,
        LocalAction::CarrierServe(_) => unreachable!("it runs without a project"),
    };
    context.console.data(&text)?;
    Ok(exit::DONE)
}

/// Runs the carrier's own process until it is told to end; `log` hears what it does.
pub fn carrier(args: CarrierServeArgs, log: Box<dyn Write + Send>) -> Result<u8, Error> {
    let told = carrier::Serve {
        folder: args.folder,
        secrets_file: args.secrets_file,
        port: args.port,
        identity: args.identity,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let served = runtime.block_on(carrier::serve(&told, log));
    // Callbacks that are under way do not hold it up.
    runtime.shutdown_background();
    served.map(|()| exit::DONE).map_err(Error::Local)
}

fn stopped(cloud: Stopped, carrier: Stopped) -> &'static str {
    match (cloud, carrier) {
        (Stopped::NotRunning, Stopped::NotRunning) => "was not running\n",
        (Stopped::Killed, _) | (_, Stopped::Killed) => {
            "killed, because it did not end; changes of its last seconds may be lost\n"
        }
        (Stopped::Cleanly, _) | (_, Stopped::Cleanly) => "stopped; its state is kept\n",
    }
}

fn cloud_status(status: &Status) -> String {
    match status {
        Status::Running(running) => described(running),
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
    }
}

fn carrier_status(status: &carrier::Status) -> String {
    match status {
        Status::Running(running) => inbox(running),
        Status::Silent(running) => {
            format!("inbox     process {} does not answer\n", running.pid)
        }
        Status::Stopped => String::new(),
        Status::Crashed { log, tail } => {
            format!("inbox     crashed; the end of {}:\n{tail}\n", log.display())
        }
    }
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

fn inbox(running: &carrier::Running) -> String {
    let carrier::Running { pid, url, .. } = running;
    format!("inbox     {url}  the texts, process {pid}\n")
}
