//! The `Stacks` port on CloudFormation. Reading an operation's events is in `stack_events`; what a status
//! allows is decided in `plan` and `engine`.

mod answers;

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::config::Builder;
use aws_sdk_cloudformation::error::ProvideErrorMetadata;
use aws_sdk_cloudformation::operation::describe_change_set::DescribeChangeSetOutput;
use aws_sdk_cloudformation::types as sdk;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;

use super::failure::{code, failure, incomplete};
use super::recorder::Recorder;
use super::stack_events::{Failed, operation_events, validation_failures};
use super::stack_history::earlier_events;
use super::stack_parts;
use crate::ports::{
    ChangeSet, ChangeSetIds, ChangeSetKind, ChangeSetRequest, ChangeSetStatus, ChangeSetSummary,
    DeploymentMode, ReportedChange, Result, Service, StackEvent, StackResource, StackState,
    StackStatus, Stacks, TemplateSource,
};
use answers::{change_set_status, reported_change, stack_state};

pub(super) const SERVICE: Service = Service::CloudFormation;

/// What the reason of a change set says when a validation or a hook refused it; `DescribeEvents` knows why.
const VALIDATIONS: [&str; 2] = ["AWS::EarlyValidation", "hook(s)"];

/// CloudFormation.
#[derive(Debug, Clone)]
pub(super) struct CloudFormation {
    pub(super) client: Client,
    region: String,
}

impl CloudFormation {
    pub(super) fn new(config: &SdkConfig, recorder: Option<&Recorder>) -> Self {
        let region = config
            .region()
            .map_or_else(String::new, ToString::to_string);
        let mut config = Builder::from(config);
        if let Some(recorder) = recorder {
            config = config.interceptor(recorder.clone());
        }
        Self {
            client: Client::from_conf(config.build()),
            region,
        }
    }

    /// Address under which CloudFormation reads an object with the caller's permissions. With the bucket in
    /// the path, because AWS and the local cloud both take that form.
    fn object_url(&self, bucket: &str, key: &str) -> String {
        format!("https://s3.{}.amazonaws.com/{bucket}/{key}", self.region)
    }

    /// A change set with every page of its changes; with `values`, what a property that drifted is and becomes as well.
    async fn described(
        &self,
        change_set: &str,
        values: bool,
    ) -> Result<(DescribeChangeSetOutput, Vec<ReportedChange>)> {
        let page = |token: Option<String>| async move {
            self.client
                .describe_change_set()
                .change_set_name(change_set)
                .include_property_values(values)
                .set_next_token(token)
                .send()
                .await
                .map_err(|error| failure(SERVICE, "DescribeChangeSet", change_set, &error))
        };
        let first = page(None).await?;
        let mut changes: Vec<_> = first.changes().iter().filter_map(reported_change).collect();
        let mut next = next_token(first.next_token.clone());
        while let Some(token) = next {
            let answer = page(Some(token)).await?;
            changes.extend(answer.changes().iter().filter_map(reported_change));
            next = next_token(answer.next_token);
        }
        Ok((first, changes))
    }

    /// What CloudFormation says of a change set that failed, with each resource that a validation or a hook refused
    /// on a line of its own.
    async fn failure_reason(&self, change_set: &str, reason: String) -> String {
        if !VALIDATIONS.iter().any(|said| reason.contains(said)) {
            return reason;
        }
        match validation_failures(&self.client, Failed::ChangeSet(change_set)).await {
            Ok(failures) if failures.is_empty() => reason,
            Ok(failures) => {
                let causes: Vec<_> = failures.iter().map(cause).collect();
                format!("{reason}\n  {}", causes.join("\n  "))
            }
            // Knowing less must not hide that the change set failed.
            Err(error) => format!("{reason} (its causes could not be read: {error})"),
        }
    }
}

fn cause(failure: &StackEvent) -> String {
    let reason = failure.reason.as_deref().unwrap_or("no reason given");
    match (failure.logical_id.as_str(), failure.resource_type.as_str()) {
        ("", _) => reason.to_owned(),
        (logical_id, "") => format!("{logical_id}: {reason}"),
        (logical_id, resource_type) => format!("{logical_id} ({resource_type}): {reason}"),
    }
}

#[async_trait]
impl Stacks for CloudFormation {
    async fn describe(&self, stack: &str) -> Result<Option<StackState>> {
        let answer = match self.client.describe_stacks().stack_name(stack).send().await {
            Ok(answer) => answer,
            Err(error) if does_not_exist(&error) => return Ok(None),
            Err(error) => return Err(failure(SERVICE, "DescribeStacks", stack, &error)),
        };
        let described = answer
            .stacks
            .and_then(|stacks| stacks.into_iter().next())
            .ok_or_else(|| incomplete(SERVICE, "DescribeStacks", stack, "stack"))?;
        let state = stack_state(stack, described)?;
        Ok((state.status != StackStatus::DeleteComplete).then_some(state))
    }

    async fn template(&self, stack: &str) -> Result<Option<String>> {
        let request = self.client.get_template().stack_name(stack);
        match request
            .template_stage(sdk::TemplateStage::Original)
            .send()
            .await
        {
            // A stack of which only a change set was made has nothing, or an empty object.
            Ok(answer) => Ok(answer
                .template_body
                .filter(|body| !matches!(body.trim(), "" | "{}" | "null"))),
            Err(error) if does_not_exist(&error) => Ok(None),
            Err(error) => Err(failure(SERVICE, "GetTemplate", stack, &error)),
        }
    }

    async fn change_set_template(&self, change_set: &str) -> Result<Option<String>> {
        let request = self.client.get_template().change_set_name(change_set);
        let answer = request
            .template_stage(sdk::TemplateStage::Original)
            .send()
            .await
            .map_err(|error| failure(SERVICE, "GetTemplate", change_set, &error))?;
        Ok(answer.template_body)
    }

    async fn create_change_set(&self, request: &ChangeSetRequest) -> Result<ChangeSetIds> {
        let call = self
            .client
            .create_change_set()
            .stack_name(&request.stack)
            .change_set_name(&request.name)
            .client_token(&request.name)
            .change_set_type(match (request.imports.is_empty(), request.kind) {
                (false, _) => sdk::ChangeSetType::Import,
                (true, ChangeSetKind::Create) => sdk::ChangeSetType::Create,
                (true, ChangeSetKind::Update) => sdk::ChangeSetType::Update,
            })
            .set_resources_to_import(imports(request))
            .set_deployment_mode(match request.mode {
                DeploymentMode::Standard => None,
                DeploymentMode::RevertDrift => Some(sdk::DeploymentMode::RevertDrift),
            })
            .capabilities(sdk::Capability::CapabilityNamedIam)
            .set_parameters(Some(parameters(request)))
            .set_tags(tags(request));
        let call = match &request.template {
            TemplateSource::Body(body) => call.template_body(body),
            TemplateSource::Object { bucket, key } => {
                call.template_url(self.object_url(bucket, key))
            }
        };
        let subject = format!("{} ({})", request.stack, request.name);
        let answer = call
            .send()
            .await
            .map_err(|error| failure(SERVICE, "CreateChangeSet", subject.as_str(), &error))?;
        let missing = |field| incomplete(SERVICE, "CreateChangeSet", subject.as_str(), field);
        Ok(ChangeSetIds {
            change_set: answer.id.ok_or_else(|| missing("Id"))?,
            stack: answer.stack_id.ok_or_else(|| missing("StackId"))?,
        })
    }

    async fn change_set(&self, change_set: &str) -> Result<ChangeSet> {
        let (answer, mut changes) = self.described(change_set, true).await?;
        let status = match change_set_status(&answer) {
            ChangeSetStatus::Failed(reason) => {
                ChangeSetStatus::Failed(self.failure_reason(change_set, reason).await)
            }
            status => status,
        };
        if status == ChangeSetStatus::Ready {
            // With values, CloudFormation may leave changes out without a word.
            let (_, all) = self.described(change_set, false).await?;
            for change in all {
                let is_known = |known: &ReportedChange| known.logical_id == change.logical_id;
                if !changes.iter().any(is_known) {
                    changes.push(change);
                }
            }
        }
        Ok(ChangeSet { status, changes })
    }

    async fn delete_change_set(&self, change_set: &str) -> Result<()> {
        match self
            .client
            .delete_change_set()
            .change_set_name(change_set)
            .send()
            .await
        {
            Ok(_) => Ok(()),
            Err(error) if is_gone(&error) => Ok(()),
            Err(error) => Err(failure(SERVICE, "DeleteChangeSet", change_set, &error)),
        }
    }

    async fn execute_change_set(&self, change_set: &str, token: &str) -> Result<()> {
        self.client
            .execute_change_set()
            .change_set_name(change_set)
            .client_request_token(token)
            // When an operation rolls back, what it has just made goes away again, Retain or not: a
            // retained empty bucket or table would stand in the way of the next attempt.
            .retain_except_on_create(true)
            .send()
            .await
            .map(|_| ())
            .map_err(|error| failure(SERVICE, "ExecuteChangeSet", change_set, &error))
    }

    async fn events(
        &self,
        stack: &str,
        token: Option<&str>,
        after: Option<&str>,
    ) -> Result<Vec<StackEvent>> {
        operation_events(&self.client, stack, token, after).await
    }

    async fn earlier(&self, stack: &str, token: &str) -> Result<Vec<StackEvent>> {
        earlier_events(&self.client, stack, token).await
    }

    async fn failures(&self, stack: &str) -> Result<Vec<StackEvent>> {
        validation_failures(&self.client, Failed::Stack(stack)).await
    }

    async fn delete(&self, stack: &str, token: &str) -> Result<()> {
        self.client
            .delete_stack()
            .stack_name(stack)
            .client_request_token(token)
            .send()
            .await
            .map(|_| ())
            .map_err(|error| failure(SERVICE, "DeleteStack", stack, &error))
    }

    async fn continue_rollback(&self, stack: &str, token: &str) -> Result<()> {
        self.client
            .continue_update_rollback()
            .stack_name(stack)
            .client_request_token(token)
            .send()
            .await
            .map(|_| ())
            .map_err(|error| failure(SERVICE, "ContinueUpdateRollback", stack, &error))
    }

    async fn resources(&self, stack: &str) -> Result<Vec<StackResource>> {
        stack_parts::resources(&self.client, stack).await
    }

    async fn change_sets(&self, stack: &str) -> Result<Vec<ChangeSetSummary>> {
        stack_parts::change_sets(&self.client, stack).await
    }
}

/// Whether the service says that there is no such stack. It has no code of its own for that.
pub(super) fn does_not_exist<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> bool {
    code(error) == Some("ValidationError")
        && error
            .as_service_error()
            .and_then(ProvideErrorMetadata::message)
            .is_some_and(|message| message.contains("does not exist"))
}

/// A token of a next page; some services send an empty one at the end.
pub(super) fn next_token(token: Option<String>) -> Option<String> {
    token.filter(|token| !token.is_empty())
}

fn is_gone<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> bool {
    matches!(
        code(error),
        Some("ChangeSetNotFound" | "ChangeSetNotFoundException")
    ) || does_not_exist(error)
}

fn parameters(request: &ChangeSetRequest) -> Vec<sdk::Parameter> {
    request
        .parameters
        .iter()
        .map(|(key, value)| {
            sdk::Parameter::builder()
                .parameter_key(key)
                .parameter_value(value)
                .build()
        })
        .collect()
}

/// None where nothing is taken in: CloudFormation refuses an empty list.
fn imports(request: &ChangeSetRequest) -> Option<Vec<sdk::ResourceToImport>> {
    let imports = request.imports.iter().map(|resource| {
        sdk::ResourceToImport::builder()
            .logical_resource_id(&resource.logical_id)
            .resource_type(&resource.resource_type)
            .set_resource_identifier(Some(resource.identifier.clone().into_iter().collect()))
            .build()
    });
    (!request.imports.is_empty()).then(|| imports.collect())
}

/// None in an import, which leaves the stack's tags as they are: an empty list would take them away.
fn tags(request: &ChangeSetRequest) -> Option<Vec<sdk::Tag>> {
    let tags = request.tags.iter();
    let tags = tags.map(|(key, value)| sdk::Tag::builder().key(key).value(value).build());
    request.imports.is_empty().then(|| tags.collect())
}

#[cfg(test)]
mod tests;
