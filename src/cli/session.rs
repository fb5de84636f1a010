//! Opens the cloud that an environment lives in: starts the local one when it is the local one.

use std::sync::Arc;
use std::time::Instant;

use super::project::Project;
use crate::aws;
use crate::config::{Cloud, StackFile};
use crate::engine::event::{Event, Sink, What, millis};
use crate::ports::Ports;
use crate::twilio::Twilio;
use crate::{local, package};

/// An open cloud.
pub struct Session {
    /// The ports into it.
    pub ports: Ports,
    /// Where viewers reach the distribution, when not under its own domain.
    pub viewer: Option<String>,
    /// Where the carrier's interface is, when not at the carrier itself (no slash at the end).
    pub carrier: Option<String>,
}

/// Opens the cloud of a stack file for a command that began then. No API call is made yet.
pub async fn open(
    project: &Project,
    file: &StackFile,
    sink: &Arc<dyn Sink>,
    recorder: Option<aws::Recorder>,
    began: Instant,
) -> Result<Session, local::Error> {
    let (endpoint, viewer, carrier) = match file.cloud {
        Cloud::Aws => (aws::Endpoint::Aws, None, None),
        Cloud::Local => {
            let (cloud, carrier) =
                start_local(&local_settings(project), &LocalProgress::new(sink, began)).await?;
            let address = |url: &url::Url| Some(url.as_str().trim_end_matches('/').to_owned());
            (
                aws::Endpoint::Local(cloud.endpoint),
                address(&cloud.front),
                address(&carrier.url),
            )
        }
    };
    Ok(Session {
        ports: ports(file, endpoint, recorder, began).await,
        viewer,
        carrier,
    })
}

/// The ports into the cloud of a stack file, wherever it is, for a command that began then. No API call is made yet.
pub async fn ports(
    file: &StackFile,
    endpoint: aws::Endpoint,
    recorder: Option<aws::Recorder>,
    began: Instant,
) -> Ports {
    let session = aws::Session {
        region: file.region.as_str().to_owned(),
        endpoint,
    };
    let clock = Box::new(aws::SystemClock::since(began));
    let twilio = Box::new(Twilio::new(file.cloud == Cloud::Aws));
    aws::connect(&session, clock, twilio, recorder).await
}

/// Starts what the local environment runs on, or finds what runs.
pub async fn start_local(
    settings: &local::Settings,
    progress: &LocalProgress,
) -> Result<(local::Running, local::carrier::Running), local::Error> {
    futures::try_join!(
        local::start(settings, progress),
        local::carrier::start(settings, progress)
    )
}

/// Where this project's local cloud lives.
pub fn local_settings(project: &Project) -> local::Settings {
    local::Settings::below(&project.work_folder())
}

/// Turns the local cloud's stages into events.
pub struct LocalProgress {
    sink: Arc<dyn Sink>,
    began: Instant,
}

impl LocalProgress {
    /// Stages are told to `sink`, with the time since the command began.
    pub fn new(sink: &Arc<dyn Sink>, began: Instant) -> Self {
        Self {
            sink: Arc::clone(sink),
            began,
        }
    }
}

impl local::Progress for LocalProgress {
    fn say(&self, stage: local::Stage) {
        let what = What::LocalCloud {
            stage: stage.to_string(),
        };
        self.sink.emit(Event {
            at_ms: millis(self.began.elapsed()),
            what,
        });
    }
}

/// Turns the stages of a build into events.
pub struct BuildProgress {
    sink: Arc<dyn Sink>,
    began: Instant,
}

impl BuildProgress {
    /// Stages are told to `sink`, with the time since the command began.
    pub fn new(sink: &Arc<dyn Sink>, began: Instant) -> Self {
        Self {
            sink: Arc::clone(sink),
            began,
        }
    }
}

impl package::Progress for BuildProgress {
    fn say(&self, stage: package::Stage) {
        let what = match stage {
            package::Stage::Output { line } => What::ToolOutput { line },
            stage => What::Building {
                stage: told(&stage),
            },
        };
        self.sink.emit(Event {
            at_ms: millis(self.began.elapsed()),
            what,
        });
    }
}

/// A stage of a build in words.
fn told(stage: &package::Stage) -> String {
    match stage {
        package::Stage::InstallingTools => "installing the cross compiler (once)".to_owned(),
        package::Stage::Waiting => "waiting for another build".to_owned(),
        package::Stage::AddingTarget { target } => format!("adding Rust target {target} (once)"),
        package::Stage::Building {
            functions,
            architecture,
        } => {
            let names: Vec<&str> = functions.iter().map(|function| function.as_str()).collect();
            format!("building {} for {architecture}", names.join(", "))
        }
        package::Stage::Output { line } => line.clone(),
        package::Stage::Packed {
            function,
            architecture,
            zip_bytes,
        } => {
            format!(
                "packed {function} for {architecture}, {}",
                crate::render::bytes(*zip_bytes)
            )
        }
    }
}
