//! Takes resources that exist already into the main stack, by a change set that does nothing else. CloudFormation
//! itself is asked whether they exist: it refuses to take in what does not.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::deploy::{self, Made, Source};
use super::desired::Desired;
use super::error::Error;
use super::event::{Sink, What, millis};
use super::names::template_key;
use super::observe::{ObservedStack, observe_stack};
use super::resolve::Resolver;
use super::run::Run;
use crate::plan::import::{self, Dangling};
use crate::plan::stack::DeclaredStack;
use crate::ports::{Begun, ChangeSetKind, ErrorKind, ImportedResource, Ports, StackStatus, Task};

/// What would be taken in.
#[derive(Debug)]
pub struct Import {
    /// The resources, each with its identifier.
    pub resources: Vec<ImportedResource>,
    /// What was looked for and cannot be taken in: its identifier and CloudFormation's reason.
    pub left: Vec<(ImportedResource, String)>,
    /// What CloudFormation said neither yes nor no to.
    pub unknown: Vec<ImportedResource>,
    /// Whether the stack is made by this.
    pub new_stack: bool,
    /// Stack name.
    pub stack: String,
    artifacts_bucket: String,
    declared: Value,
    found: ObservedStack,
    /// Keys of the template objects that were put there to be read.
    staged: BTreeSet<String>,
    /// Whether a change set was asked for, which makes a stack where there is none.
    asked: bool,
}

/// What CloudFormation says of one resource.
enum Answer {
    /// It can be taken in.
    Yes,
    /// It cannot, for this reason.
    No(String),
    /// The change set does not name it.
    Unknown,
}

/// Looks which declared resources that are not in the stack exist. `given` are the only ones to be looked for, by
/// logical id, each with its identifier where its name does not follow from the declaration; nothing given means
/// every one whose name does.
pub async fn find(
    desired: &Desired,
    ports: &Ports,
    sink: &dyn Sink,
    given: &BTreeMap<String, Option<String>>,
) -> Result<Import, Error> {
    let run = Run::new(ports, sink);
    let name = desired.names().stack;
    let (caller, found) = futures::try_join!(
        async { ports.identity.caller().await.map_err(Error::from) },
        observe_stack(ports, &name),
    )?;
    desired.environment.expect_account(&caller.account)?;
    let declared = desired.main_stack()?.template;
    let mut import = Import {
        resources: Vec::new(),
        left: Vec::new(),
        unknown: Vec::new(),
        new_stack: found.changeable(&name)?.is_none(),
        stack: name,
        artifacts_bucket: desired.names().artifacts_bucket,
        declared,
        found,
        staged: BTreeSet::new(),
        asked: false,
    };
    let _looking = kept(&import, ports);
    for (index, resource) in wanted(desired, &import, given)?.into_iter().enumerate() {
        let tried = match run.go_on() {
            Ok(()) => import.trial(&run, &resource, index).await,
            Err(stopped) => Err(stopped),
        };
        match tried {
            Ok(Answer::Yes) => import.resources.push(resource),
            Ok(Answer::No(reason)) => import.left.push((resource, reason)),
            Ok(Answer::Unknown) => import.unknown.push(resource),
            Err(error) => return Err(import.after(error, &run).await),
        }
    }
    Ok(import)
}

/// Takes in what was found. Afterwards the next plan shows what else differs.
pub async fn take_in(import: &mut Import, ports: &Ports, sink: &dyn Sink) -> Result<(), Error> {
    let run = Run::new(ports, sink);
    let began = ports.clock.elapsed();
    if let Err(error) = import.carry_out(&run).await {
        return Err(import.after(error, &run).await);
    }
    run.emit(What::Finished {
        changes: import.resources.len(),
        took_ms: millis(ports.clock.elapsed().saturating_sub(began)),
    });
    Ok(())
}

/// Takes away what looking has made, when nothing is taken in after all, and tells what of it stays.
pub async fn give_up(import: &Import, ports: &Ports, sink: &dyn Sink) -> Result<(), Error> {
    import.clean_up(&Run::new(ports, sink)).await
}

/// Tells that looking makes something that has to be taken away, until what is returned is dropped.
pub fn kept(import: &Import, ports: &Ports) -> Begun {
    ports.stop.begin(Task::ChangeSet {
        stack: import.stack.clone(),
    })
}

/// What is looked for.
fn wanted(
    desired: &Desired,
    import: &Import,
    given: &BTreeMap<String, Option<String>>,
) -> Result<Vec<ImportedResource>, Error> {
    let candidates = import::candidates(import.deployed(), &import.declared);
    if let Some(unknown) = given.keys().find(|id| !candidates.contains_key(*id)) {
        return Err(Error::NotImportable {
            logical_id: unknown.clone(),
            candidates: candidates.into_keys().collect(),
        });
    }
    let outputs = BTreeMap::new();
    let names = Resolver {
        template: &import.declared,
        outputs: &outputs,
        environment: &desired.environment,
    };
    let mut wanted = Vec::new();
    for (logical_id, resource_type) in candidates {
        let told = given.get(&logical_id);
        if !given.is_empty() && told.is_none() {
            continue;
        }
        let Some(identity) = import::identity(&resource_type) else {
            continue;
        };
        let declared = || {
            let property = &import.declared["Resources"][&logical_id]["Properties"][identity.key];
            let name = names.value(property);
            let name = name
                .as_str()
                .filter(|name| identity.declared && !name.contains("${"));
            name.map(str::to_owned)
        };
        match (told.cloned().flatten().or_else(declared), told) {
            (Some(name), _) => wanted.push(ImportedResource {
                logical_id,
                resource_type,
                identifier: BTreeMap::from([(identity.key.to_owned(), name)]),
            }),
            (None, Some(_)) => {
                return Err(Error::NameUnknown {
                    logical_id,
                    key: identity.key,
                });
            }
            (None, None) => {}
        }
    }
    Ok(wanted)
}

impl Import {
    fn deployed(&self) -> Option<&Value> {
        self.found.template.as_ref().filter(|_| !self.new_stack)
    }

    /// Asks CloudFormation whether one resource could be taken in.
    async fn trial(
        &mut self,
        run: &Run<'_>,
        resource: &ImportedResource,
        index: usize,
    ) -> Result<Answer, Error> {
        let resources = std::slice::from_ref(resource);
        let made = match self.stack(resources) {
            Ok(stack) => {
                self.change_set(run, &stack, resources, &format!("trial-{index}"))
                    .await
            }
            Err(error) => Err(error),
        };
        match made {
            Ok(Made::Ready(ids, changes)) => {
                run.ports.stacks.delete_change_set(&ids.change_set).await?;
                let mut named = changes.iter().map(|change| &change.logical_id);
                let is_named = named.any(|id| *id == resource.logical_id);
                Ok(if is_named {
                    Answer::Yes
                } else {
                    Answer::Unknown
                })
            }
            Ok(Made::Empty(ids)) => {
                run.ports.stacks.delete_change_set(&ids.change_set).await?;
                Ok(Answer::Unknown)
            }
            Err(Error::ChangeSetRefused { reason, .. }) => Ok(Answer::No(reason)),
            Err(error @ Error::DanglingImport { .. }) => Ok(Answer::No(error.to_string())),
            Err(Error::Cloud(error)) if error.kind == ErrorKind::Rejected => {
                Ok(Answer::No(error.message))
            }
            Err(error) => Err(error),
        }
    }

    async fn carry_out(&mut self, run: &Run<'_>) -> Result<(), Error> {
        let stack = self.stack(&self.resources)?;
        let resources = self.resources.clone();
        match self.change_set(run, &stack, &resources, "import").await? {
            Made::Ready(ids, _) => {
                if let Err(stopped) = run.go_on() {
                    deploy::abandon(run, &ids.change_set).await;
                    return Err(stopped);
                }
                deploy::execute(run, &stack.name, &ids.stack, &ids.change_set, &[]).await
            }
            Made::Empty(ids) => {
                run.ports.stacks.delete_change_set(&ids.change_set).await?;
                Err(Error::ChangeSetRefused {
                    stack: stack.name,
                    reason: "CloudFormation found nothing to import".to_owned(),
                })
            }
        }
    }

    /// Takes away a stack that only this run has made and that holds nothing; tells which template objects stay.
    async fn clean_up(&self, run: &Run<'_>) -> Result<(), Error> {
        if !self.staged.is_empty() {
            run.emit(What::TemplatesStay {
                bucket: self.artifacts_bucket.clone(),
                keys: self.staged.iter().cloned().collect(),
            });
        }
        if self.found.state.is_some() || !self.asked {
            return Ok(());
        }
        match run.ports.stacks.describe(&self.stack).await? {
            Some(made) if made.status == StackStatus::ReviewInProgress => {
                deploy::delete(run, &self.stack, &made.id).await
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Cleans up as well as it can: the error that led here is the one to report.
    async fn after(&self, error: Error, run: &Run<'_>) -> Error {
        let _ = self.clean_up(run).await;
        error
    }

    /// The stack as it is deployed, with these resources.
    fn stack(&self, resources: &[ImportedResource]) -> Result<DeclaredStack, Error> {
        let ids: Vec<&str> = resources
            .iter()
            .map(|one| one.logical_id.as_str())
            .collect();
        let template = import::template(self.deployed(), &self.declared, &ids).map_err(
            |Dangling { logical_id, target }| Error::DanglingImport { logical_id, target },
        )?;
        let body = template.to_string();
        let state = self.found.state.as_ref().filter(|_| !self.new_stack);
        Ok(DeclaredStack {
            name: self.stack.clone(),
            template_sha256: format!("{:x}", Sha256::digest(&body)),
            body,
            template,
            parameters: state
                .map(|state| state.parameters.clone())
                .unwrap_or_default(),
            // An import refuses tags; the next apply puts them on.
            tags: BTreeMap::new(),
        })
    }

    async fn change_set(
        &mut self,
        run: &Run<'_>,
        stack: &DeclaredStack,
        resources: &[ImportedResource],
        purpose: &str,
    ) -> Result<Made, Error> {
        // A new stack's template is small; where there is a stack there is a place for it to be read from.
        let (source, kind) = if self.new_stack {
            (Source::Body, ChangeSetKind::Create)
        } else {
            self.staged.insert(template_key(&stack.template_sha256));
            (
                Source::Staged(&self.artifacts_bucket),
                ChangeSetKind::Update,
            )
        };
        let template = source.prepare(run, stack).await?;
        self.asked = true;
        deploy::make_import(run, stack, kind, template, resources, purpose).await
    }
}
