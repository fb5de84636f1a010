//! Carries out one stack operation: stage the template, make the change set, execute it by ARN,
//! follow its events to the end.

use std::time::Duration;

use serde_json::Value;

use super::cause::{explained, is_stack_itself, root_cause};
use super::error::Error;
use super::estimate::{Estimate, Expected};
use super::event::{Awaited, What, millis};
use super::names::{CHANGE_SET_PREFIX, template_key};
use super::run::Run;
use super::stack_times::{happened, took};
use crate::plan::stack::DeclaredStack;
use crate::ports::{
    Body, ChangeSetIds, ChangeSetKind, ChangeSetRequest, ChangeSetStatus, DeploymentMode,
    ErrorKind, ImportedResource, PutObject, ReportedChange, StackEvent, StackStatus, Task,
    TemplateSource,
};

/// Making a change set takes seconds; its limit is generous.
const CHANGE_SET_LIMIT: Duration = Duration::from_mins(5);
/// A distribution takes minutes; CloudFormation itself gives up after an hour or so.
const STACK_LIMIT: Duration = Duration::from_mins(75);

/// What became of a change set.
#[derive(Debug)]
pub enum Made {
    /// It can be executed and would change these.
    Ready(ChangeSetIds, Vec<ReportedChange>),
    /// CloudFormation found nothing to change.
    Empty(ChangeSetIds),
}

/// Where CloudFormation reads a stack's template.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// In the request itself.
    Body,
    /// In this bucket; the template is put there first.
    Staged(&'a str),
}

impl Source<'_> {
    /// Makes the template readable there.
    pub async fn prepare(
        self,
        run: &Run<'_>,
        declared: &DeclaredStack,
    ) -> Result<TemplateSource, Error> {
        match self {
            Self::Body => Ok(TemplateSource::Body(declared.body.clone())),
            Self::Staged(bucket) => stage_template(run, bucket, declared).await,
        }
    }
}

/// Puts the template where CloudFormation reads it: an object named by its content.
async fn stage_template(
    run: &Run<'_>,
    bucket: &str,
    declared: &DeclaredStack,
) -> Result<TemplateSource, Error> {
    let key = template_key(&declared.template_sha256);
    let object = PutObject {
        bucket: bucket.to_owned(),
        key: key.clone(),
        body: Body::Bytes(declared.body.clone().into_bytes()),
        content_type: "application/json".to_owned(),
        cache_control: None,
        sha256: declared.template_sha256.clone(),
        only_new: false,
    };
    run.ports.objects.put(&object).await?;
    Ok(TemplateSource::Object {
        bucket: bucket.to_owned(),
        key,
    })
}

/// Makes a change set and waits until CloudFormation says what it would do. When it is refused, or
/// never becomes ready, it is taken away again before the error returns.
pub async fn make_change_set(
    run: &Run<'_>,
    declared: &DeclaredStack,
    kind: ChangeSetKind,
    template: TemplateSource,
    mode: DeploymentMode,
) -> Result<Made, Error> {
    let name = format!("{CHANGE_SET_PREFIX}{}", run.ports.clock.fresh_id());
    let request = ChangeSetRequest {
        mode,
        ..request(declared, kind, name, template)
    };
    make(run, declared, request).await
}

/// The same for a change set that takes resources in and does nothing else. `purpose` tells several of one run apart.
pub async fn make_import(
    run: &Run<'_>,
    declared: &DeclaredStack,
    kind: ChangeSetKind,
    template: TemplateSource,
    imports: &[ImportedResource],
    purpose: &str,
) -> Result<Made, Error> {
    let name = format!(
        "{CHANGE_SET_PREFIX}{}-{purpose}",
        run.ports.clock.fresh_id()
    );
    let request = ChangeSetRequest {
        imports: imports.to_vec(),
        ..request(declared, kind, name, template)
    };
    make(run, declared, request).await
}

fn request(
    declared: &DeclaredStack,
    kind: ChangeSetKind,
    name: String,
    template: TemplateSource,
) -> ChangeSetRequest {
    ChangeSetRequest {
        stack: declared.name.clone(),
        kind,
        name,
        template,
        parameters: declared.parameters.clone(),
        tags: declared.tags.clone(),
        imports: Vec::new(),
        mode: DeploymentMode::Standard,
    }
}

async fn make(
    run: &Run<'_>,
    declared: &DeclaredStack,
    request: ChangeSetRequest,
) -> Result<Made, Error> {
    let _made = run.begin(Task::ChangeSet {
        stack: declared.name.clone(),
    });
    let ids = run.ports.stacks.create_change_set(&request).await?;
    let made = async {
        let changes = await_change_set(run, declared, &ids).await?;
        if let TemplateSource::Object { bucket, key } = &request.template {
            let place = format!("{bucket}/{key}");
            expect_template(run, declared, &ids.change_set, place).await?;
        }
        Ok(changes)
    };
    match made.await {
        Ok(Some(changes)) => Ok(Made::Ready(ids, changes)),
        Ok(None) => Ok(Made::Empty(ids)),
        Err(error) => {
            abandon(run, &ids.change_set).await;
            Err(error)
        }
    }
}

/// CloudFormation reads the object when the change set is made, and more than one role may write there: what a person
/// is shown, and agrees to, has to be what it read.
async fn expect_template(
    run: &Run<'_>,
    declared: &DeclaredStack,
    change_set: &str,
    place: String,
) -> Result<(), Error> {
    let read = run.ports.stacks.change_set_template(change_set).await?;
    let read = read.and_then(|text| serde_json::from_str::<Value>(&text).ok());
    if read.as_ref() == Some(&declared.template) {
        return Ok(());
    }
    Err(Error::OtherTemplate {
        stack: declared.name.clone(),
        place,
    })
}

/// What a change set would change; none when CloudFormation found nothing.
async fn await_change_set(
    run: &Run<'_>,
    declared: &DeclaredStack,
    ids: &ChangeSetIds,
) -> Result<Option<Vec<ReportedChange>>, Error> {
    let mut wait = run.wait(Awaited::ChangeSet, CHANGE_SET_LIMIT);
    loop {
        let change_set = run.ports.stacks.change_set(&ids.change_set).await?;
        match change_set.status {
            ChangeSetStatus::Pending => {
                wait.pause(&format!("the change set for stack {}", declared.name))
                    .await?;
            }
            ChangeSetStatus::Ready => return Ok(Some(change_set.changes)),
            ChangeSetStatus::Empty => return Ok(None),
            // The reasons of validations are among it: the stack's own failures may be of another day.
            ChangeSetStatus::Failed(reason) => {
                return Err(Error::ChangeSetRefused {
                    stack: declared.name.clone(),
                    reason,
                });
            }
        }
    }
}

/// Takes away a change set that will not be executed. Best effort: the error that led here is the
/// one to report.
pub(super) async fn abandon(run: &Run<'_>, change_set: &str) {
    let deleting = run.ports.stacks.delete_change_set(change_set);
    let stays = match run.clean_up(deleting).await {
        // One that was executed is nobody's any more.
        Some(Err(error)) => !matches!(
            error.kind,
            ErrorKind::Conflict | ErrorKind::Rejected | ErrorKind::NotFound
        ),
        Some(Ok(())) => false,
        None => true,
    };
    if stays {
        run.emit(What::ChangeSetStays {
            change_set: change_set.to_owned(),
        });
    }
}

/// Executes a change set and follows the stack's events until the operation ends. Events are read by
/// the stack's ARN (`stack_id`), because a stack made anew has the same name. How long it takes is estimated for what is
/// `expected`.
pub async fn execute(
    run: &Run<'_>,
    stack: &str,
    stack_id: &str,
    change_set: &str,
    expected: &[Expected],
) -> Result<(), Error> {
    let _operation = run.begin(Task::Stack {
        stack: stack.to_owned(),
    });
    let token = format!("qdn-{}", run.ports.clock.fresh_id());
    let executed = run.ports.stacks.execute_change_set(change_set, &token);
    if let Err(error) = executed.await {
        abandon(run, change_set).await;
        return Err(error.into());
    }
    let ended = follow(run, stack, stack_id, &token, expected).await?;
    match ended.status {
        StackStatus::CreateComplete | StackStatus::UpdateComplete | StackStatus::ImportComplete => {
            Ok(())
        }
        status => Err(Error::DeployFailed {
            stack: stack.to_owned(),
            status: status.name().to_owned(),
            cause: explained(run, stack_id, root_cause(stack, &ended.events)).await,
        }),
    }
}

/// Deletes a stack by ARN and waits until it is gone.
pub async fn delete(run: &Run<'_>, stack: &str, stack_id: &str) -> Result<(), Error> {
    let Some(before) = run.ports.stacks.describe(stack_id).await? else {
        return Ok(());
    };
    let _operation = run.begin(Task::Stack {
        stack: stack.to_owned(),
    });
    let token = format!("qdn-{}-delete", run.ports.clock.fresh_id());
    run.ports.stacks.delete(stack_id, &token).await?;
    let mut seen: Vec<StackEvent> = Vec::new();
    let mut wait = run.wait(Awaited::Stack, STACK_LIMIT);
    loop {
        tell_new(run, stack, stack_id, Some(&token), &mut seen).await?;
        let state = run.ports.stacks.describe(stack_id).await?;
        // A description may still show how an earlier deletion ended; our own events do not.
        let ended = before.status != StackStatus::DeleteFailed || ending(stack, &seen).is_some();
        match state.map(|state| state.status) {
            None | Some(StackStatus::DeleteComplete) => return Ok(()),
            Some(StackStatus::DeleteFailed) if ended => {
                return Err(Error::DeployFailed {
                    stack: stack.to_owned(),
                    status: StackStatus::DeleteFailed.name().to_owned(),
                    cause: root_cause(stack, &seen),
                });
            }
            Some(_) => {
                wait.pause(&format!("the deletion of stack {stack}"))
                    .await?;
            }
        }
    }
}

/// Follows an operation that somebody else began until the stack is at rest, and tells its events.
pub(super) async fn attach(run: &Run<'_>, stack: &str, stack_id: &str) -> Result<(), Error> {
    let mut events: Vec<StackEvent> = Vec::new();
    let mut wait = run.wait(Awaited::Operation, STACK_LIMIT);
    loop {
        tell_new(run, stack, stack_id, None, &mut events).await?;
        let state = run.ports.stacks.describe(stack_id).await?;
        if state.is_none_or(|state| !state.status.in_progress()) {
            return Ok(());
        }
        wait.pause(&format!("the operation that runs on stack {stack}"))
            .await?;
    }
}

/// Continues a rollback that failed, skipping nothing; returns the status with which that ended.
pub(super) async fn continue_rollback(
    run: &Run<'_>,
    stack: &str,
    stack_id: &str,
) -> Result<StackStatus, Error> {
    let token = format!("qdn-{}-continue", run.ports.clock.fresh_id());
    run.ports.stacks.continue_rollback(stack_id, &token).await?;
    let ended = follow(run, stack, stack_id, &token, &[]).await?;
    Ok(ended.status)
}

struct Ended {
    status: StackStatus,
    events: Vec<StackEvent>,
}

/// Reads events of this operation alone (by token) until the stack itself says that it ended: a
/// description could still show the state from before.
async fn follow(
    run: &Run<'_>,
    stack: &str,
    stack_id: &str,
    token: &str,
    expected: &[Expected],
) -> Result<Ended, Error> {
    let mut events: Vec<StackEvent> = Vec::new();
    let mut wait = run.wait(Awaited::Stack, STACK_LIMIT);
    let (first_new, mut estimate) = futures::join!(
        tell_new(run, stack, stack_id, Some(token), &mut events),
        estimate(run, stack_id, token, expected),
    );
    let mut first_new = first_new?;
    loop {
        tell_estimate(run, stack, &mut estimate, &events[first_new..]);
        if let Some(status) = ending(stack, &events[first_new..]) {
            return Ok(Ended { status, events });
        }
        wait.pause(&format!("the operation on stack {stack}"))
            .await?;
        first_new = tell_new(run, stack, stack_id, Some(token), &mut events).await?;
    }
}

/// What the stack's history says of what is going to be done: one call, beside the first look at the operation itself,
/// and none where nothing is expected. What cannot be read estimates nothing.
async fn estimate(run: &Run<'_>, stack_id: &str, token: &str, expected: &[Expected]) -> Estimate {
    if expected.is_empty() {
        return Estimate::default();
    }
    let earlier = run.ports.stacks.earlier(stack_id, token).await;
    Estimate::new(expected, &earlier.unwrap_or_default())
}

fn tell_estimate(run: &Run<'_>, stack: &str, estimate: &mut Estimate, new: &[StackEvent]) {
    let now = run.ports.clock.elapsed();
    for event in new {
        estimate.hear(event, now);
    }
    if let Some(left) = estimate.news(now) {
        run.emit(What::Estimated {
            stack: stack.to_owned(),
            left_ms: millis(left),
        });
    }
}

/// The status with which an operation ended, by the stack's own events.
fn ending(stack: &str, events: &[StackEvent]) -> Option<StackStatus> {
    events
        .iter()
        .filter(|event| is_stack_itself(stack, event))
        .map(|event| StackStatus::from_name(&event.status))
        .find(|status| !status.in_progress())
}

/// Reads and tells the events since the last look; returns the index of the first new one.
async fn tell_new(
    run: &Run<'_>,
    stack: &str,
    stack_id: &str,
    token: Option<&str>,
    events: &mut Vec<StackEvent>,
) -> Result<usize, Error> {
    let first_new = events.len();
    let after = events.last().map(|event| event.id.as_str());
    let new = run.ports.stacks.events(stack_id, token, after).await?;
    events.extend(new);
    for (index, event) in events.iter().enumerate().skip(first_new) {
        run.emit(What::Resource {
            stack: stack.to_owned(),
            logical_id: event.logical_id.clone(),
            resource_type: event.resource_type.clone(),
            status: event.status.clone(),
            reason: event.reason.clone(),
            at: happened(event),
            took_ms: took(events, index).map(millis),
        });
    }
    Ok(first_new)
}
