//! What every command stands on: project, environment, console, listener.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use indicatif::ProgressDrawTarget;
use qdn_shared::package::FunctionName;

use super::args::{Global, PageArgs, ProgressFormat, Report, ReportForm, SecretsArgs};
use super::claim::claim;
use super::console::Console;
use super::error::Error;
use super::file;
use super::project::Project;
use super::recording::Recording;
use super::session::{self, Session};
use crate::aws::Recorder;
use crate::config::StackFile;
use crate::engine::event::{Called, Event, Sink, What, millis};
use crate::engine::{Desired, Environment, Refresh};
use crate::package::{self, Architecture};
use crate::plan::{Allowed, Layer};
use crate::ports::Stop;
use crate::render;

/// What a command stands on.
pub struct Context {
    /// The checkout.
    pub project: Project,
    /// Environment name.
    pub environment: String,
    /// The terminal.
    pub console: Console,
    /// Who hears what happens.
    pub sink: Arc<dyn Sink>,
    /// What happened so far.
    recording: Arc<Recording>,
    /// Whether a person reads it.
    is_for_people: bool,
    /// Counts API calls when a caller wants to know.
    pub recorder: Option<Recorder>,
    /// The wish to stop.
    pub stop: Stop,
    /// When the command began.
    pub began: Instant,
    command: &'static str,
}

impl Context {
    /// Tells that the command began, before anything is asked over a network.
    pub fn new(project: Project, global: &Global, command: &'static str, console: Console) -> Self {
        let writer = console.err_writer();
        let began = Instant::now();
        let shown: Arc<dyn Sink> = match global.progress {
            ProgressFormat::Jsonl => Arc::new(render::JsonLines::new(writer)),
            ProgressFormat::Human if console.err_terminal => Arc::new(render::Progress::terminal(
                console.err_style,
                ProgressDrawTarget::stderr(),
            )),
            ProgressFormat::Human => Arc::new(render::Progress::lines(console.err_style, writer)),
        };
        let recording = Arc::new(Recording::new(shown));
        let sink: Arc<dyn Sink> = Arc::clone(&recording) as Arc<dyn Sink>;
        let environment = global.environment.clone();
        let recorder = global.calls.then(Recorder::default);
        sink.emit(Event {
            at_ms: 0,
            what: What::CommandStarted {
                command,
                environment: environment.clone(),
            },
        });
        Self {
            project,
            environment,
            console,
            sink,
            recording,
            is_for_people: global.progress == ProgressFormat::Human,
            recorder,
            stop: Stop::default(),
            began,
            command,
        }
    }

    /// Tells the API calls made, when they were asked for.
    pub fn tell_calls(&self) {
        if let Some(recorder) = &self.recorder {
            let changing = recorder
                .mutating()
                .into_iter()
                .map(|call| call.operation)
                .collect();
            let called: BTreeSet<Called> = recorder
                .calls()
                .into_iter()
                .map(|call| Called {
                    service: call.service,
                    operation: call.operation,
                })
                .collect();
            let what = What::ApiCalls {
                count: recorder.count(),
                depth: recorder.depth(),
                at_once: recorder.at_once(),
                changing,
                operations: called.into_iter().collect(),
            };
            self.sink.emit(Event {
                at_ms: millis(self.began.elapsed()),
                what,
            });
        }
    }

    /// Whether work on a layer was begun, and the proof at its end has not ended well.
    pub fn is_half_way(&self) -> bool {
        let events = self.recording.events();
        is_half_way(events.iter().map(|event| &event.what))
    }

    /// Shows a person what took how long, and writes the report that was asked for.
    pub fn tell_times(&mut self, report: Option<&Report>) -> Result<(), Error> {
        let events = self.recording.events();
        let style = self.console.err_style;
        if self.is_for_people
            && let Some(text) = render::timeline_text(&events, style)
        {
            self.console.say_as_it_is(text.trim_end());
        }
        let Some(Report { file, form }) = report else {
            return Ok(());
        };
        let text = match form {
            ReportForm::Svg => render::report_svg(&events),
            ReportForm::Html => render::report_html(&events),
        };
        file::replace(file, text.as_bytes(), 0o644)
    }

    /// The environment's stack file.
    pub fn stack_file(&self) -> Result<StackFile, Error> {
        Ok(self.project.stack_file(&self.environment)?)
    }

    /// The environment with the values that only the customer knows, and the cloud it lives in.
    pub async fn connect(&self) -> Result<(Environment, Session), Error> {
        let file = self.stack_file()?;
        let values = Project::values(&file, variable)?;
        let recorder = self.recorder.clone();
        let mut session = session::open(&self.project, &file, &self.sink, recorder, self.began)
            .await
            .map_err(Error::Local)?;
        session.ports.stop = self.stop.clone();
        let (viewer, carrier) = (session.viewer.clone(), session.carrier.clone());
        Ok((
            Environment {
                name: self.environment.clone(),
                file,
                values,
                viewer,
                carrier,
                claim: claim(self.command),
            },
            session,
        ))
    }

    /// Everything that is declared, built and read, while the cloud is being opened.
    pub async fn desired(
        &self,
        force_upload: bool,
        page: PageArgs,
        allowed: Allowed,
        secrets: &SecretsArgs,
    ) -> Result<(Desired, Session), Error> {
        let file = self.stack_file()?;
        let wanted = self.project.secrets(&file, secrets);
        // A file of the user's own is wrong before anything is built; the local cloud makes its own when it starts.
        let given = wanted.read()?;
        let seed = if wanted.skip.contains(&Layer::Seed) {
            None
        } else {
            Some(self.project.seed()?)
        };
        let edge_source = self.project.edge_source()?;
        let edge_events = self.project.edge_events()?;
        let pages = self.project.pages(&file)?;
        let host = Architecture::host();
        let (packages, (environment, session)) =
            futures::try_join!(self.packages(&file), self.connect())?;
        let secrets_file = given.map_or_else(|| wanted.read_local(), |given| Ok(Some(given)))?;
        let desired = Desired {
            environment,
            host,
            edge_source,
            edge_events,
            packages,
            pages,
            force_upload,
            most_removals: page.prune,
            allowed,
            secrets: secrets_file,
            seed,
            revision: None,
            restored: None,
            skip: wanted.skip,
            refresh: Refresh::default(),
        };
        Ok((desired, session))
    }

    /// What the bootstrap stack stands on: the stack file alone, whatever the site is. Nothing is built
    /// and the page is not read.
    pub async fn desired_bootstrap(&self) -> Result<(Desired, Session), Error> {
        let (environment, session) = self.connect().await?;
        let desired = Desired {
            environment,
            host: Architecture::host(),
            edge_source: String::new(),
            edge_events: Vec::new(),
            packages: Vec::new(),
            pages: Vec::new(),
            force_upload: false,
            most_removals: 0,
            allowed: Allowed::default(),
            secrets: None,
            seed: None,
            revision: None,
            restored: None,
            skip: BTreeSet::new(),
            refresh: Refresh::default(),
        };
        Ok((desired, session))
    }

    /// What the main stack's template stands on. Nothing is built and the page is not read.
    pub async fn desired_template(&self) -> Result<(Desired, Session), Error> {
        let edge_source = self.project.edge_source()?;
        let (mut desired, session) = self.desired_bootstrap().await?;
        desired.edge_source = edge_source;
        Ok((desired, session))
    }

    /// What an earlier release is put back into: nothing is built, and what it holds is read from the artifacts bucket.
    pub async fn desired_restored(&self) -> Result<(Desired, Session), Error> {
        let edge_events = self.project.edge_events()?;
        let (mut desired, session) = self.desired_template().await?;
        desired.edge_events = edge_events;
        Ok((desired, session))
    }

    /// Builds the packages of an environment.
    pub async fn packages(&self, file: &StackFile) -> Result<Vec<package::Package>, Error> {
        let request = package::Request {
            workspace: self.project.root.clone(),
            target_dir: None,
            tools: tools_folder(&self.project),
            functions: FunctionName::ALL
                .iter()
                .map(|function| {
                    let choice = file.functions.of(*function).architecture;
                    (
                        *function,
                        Architecture::chosen(choice, Architecture::host()),
                    )
                })
                .collect(),
        };
        package::build(
            &request,
            &session::BuildProgress::new(&self.sink, self.began),
        )
        .await
        .map_err(Error::Package)
    }
}

/// Reads an environment variable; one that is not UTF-8 counts as missing.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Where the build tools lie: `QDN_TOOLS`, so that several checkouts can share them, or `.qdn/tools`.
pub fn tools_folder(project: &Project) -> PathBuf {
    std::env::var_os("QDN_TOOLS").map_or_else(|| project.work_folder().join("tools"), PathBuf::from)
}

fn is_half_way<'a>(heard: impl Iterator<Item = &'a What>) -> bool {
    heard.fold(false, |half_way, what| match what {
        // A proof alone changes nothing: what it finds is not this run's doing.
        What::LayerStarted { layer, .. } => half_way || *layer != Layer::Verify,
        What::LayerFinished { layer, .. } if *layer == Layer::Verify => false,
        _ => half_way,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is proved is not undone because its record could not be written.
    #[test]
    fn an_apply_is_half_way_from_its_first_layer_until_its_proof() {
        let started = |layer| What::LayerStarted { layer, steps: 1 };
        let finished = |layer| What::LayerFinished { layer, took_ms: 1 };
        let heard = [
            started(Layer::Stack),
            finished(Layer::Stack),
            started(Layer::Verify),
            finished(Layer::Verify),
        ];
        let half_way: Vec<bool> = (0..=heard.len())
            .map(|until| is_half_way(heard[..until].iter()))
            .collect();
        assert_eq!(half_way, [false, true, true, true, false]);
        assert!(!is_half_way([started(Layer::Verify)].iter()));
    }
}
