//! Compares a stack, and lets CloudFormation say by a change set what it would replace.

use super::Purpose;
use crate::engine::deploy::{self, Made, Source};
use crate::engine::error::Error;
use crate::engine::event::What;
use crate::engine::run::Run;
use crate::plan::stack::{self as stack_plan, DeclaredStack, DeployedStack};
use crate::plan::{Finding, Layer, LayerPlan};
use crate::ports::{ChangeSetKind, DeploymentMode, Task, TemplateSource};

/// How CloudFormation is asked.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    /// Where it reads the template; nowhere, and it is not asked.
    pub source: Option<Source<'a>>,
    /// What becomes of the change set.
    pub purpose: Purpose,
    /// What it compares with.
    pub mode: DeploymentMode,
}

/// What differs, with CloudFormation's verdict where there is a stack to change and a place that the
/// template can be read from. What is to be put back it says even where the text is the same.
pub(super) async fn compare(
    run: &Run<'_>,
    layer: Layer,
    declared: &DeclaredStack,
    deployed: Option<&DeployedStack>,
    question: Question<'_>,
) -> Result<LayerPlan, Error> {
    let plan = stack_plan::compare(layer, declared, deployed, None);
    let is_asked = plan.deployment.is_some() || question.mode == DeploymentMode::RevertDrift;
    match (deployed, question.source) {
        (Some(deployed), Some(source)) if is_asked => {
            let verdict = with_verdict(run, plan, declared, deployed, source, question);
            verdict.await
        }
        (None, Some(source)) if is_asked && question.purpose == Purpose::Save => {
            with_creation(run, declared, source, plan).await
        }
        _ => Ok(plan),
    }
}

/// Prepares the creation of a stack, so that exactly this one is executed later.
async fn with_creation(
    run: &Run<'_>,
    declared: &DeclaredStack,
    source: Source<'_>,
    mut plan: LayerPlan,
) -> Result<LayerPlan, Error> {
    run.emit(What::ChangeSetRequested {
        stack: declared.name.clone(),
    });
    let template = source.prepare(run, declared).await?;
    let (kind, mode) = (ChangeSetKind::Create, DeploymentMode::Standard);
    match deploy::make_change_set(run, declared, kind, template, mode).await? {
        Made::Ready(ids, _) => {
            if let Some(deployment) = &mut plan.deployment {
                deployment.change_set = Some(ids.change_set);
            }
            Ok(plan)
        }
        Made::Empty(ids) => {
            run.ports.stacks.delete_change_set(&ids.change_set).await?;
            Err(Error::nothing_to_create(&declared.name))
        }
    }
}

/// Asks CloudFormation by a change set what it would replace.
async fn with_verdict(
    run: &Run<'_>,
    unasked: LayerPlan,
    declared: &DeclaredStack,
    deployed: &DeployedStack,
    source: Source<'_>,
    question: Question<'_>,
) -> Result<LayerPlan, Error> {
    run.emit(What::ChangeSetRequested {
        stack: declared.name.clone(),
    });
    let template = source.prepare(run, declared).await?;
    let staged = match &template {
        TemplateSource::Object { key, .. } => Some(key.clone()),
        TemplateSource::Body(_) => None,
    };
    let kind = ChangeSetKind::Update;
    let layer = unasked.layer;
    match deploy::make_change_set(run, declared, kind, template, question.mode).await? {
        Made::Ready(ids, reported) => {
            let mut plan = stack_plan::compare(layer, declared, Some(deployed), Some(&reported));
            match (&mut plan.deployment, question.purpose) {
                (Some(deployment), Purpose::Apply | Purpose::Save) => {
                    deployment.change_set = Some(ids.change_set);
                }
                (None, _) | (_, Purpose::Show) => {
                    remove_change_set(run, declared, &ids.change_set, staged).await?;
                }
            }
            Ok(plan)
        }
        Made::Empty(ids) => {
            remove_change_set(run, declared, &ids.change_set, staged).await?;
            let mut plan = LayerPlan::unchanged(layer);
            if unasked.deployment.is_some() {
                plan.findings.push(Finding::NoEffect {
                    stack: declared.name.clone(),
                });
            }
            Ok(plan)
        }
    }
}

/// Takes a change set away again and tells which template object, if any, stays behind.
async fn remove_change_set(
    run: &Run<'_>,
    declared: &DeclaredStack,
    change_set: &str,
    staged: Option<String>,
) -> Result<(), Error> {
    let _change_set = run.begin(Task::ChangeSet {
        stack: declared.name.clone(),
    });
    run.ports.stacks.delete_change_set(change_set).await?;
    if let Some(template) = staged {
        run.emit(What::ChangeSetRemoved {
            stack: declared.name.clone(),
            template,
        });
    }
    Ok(())
}
