//! CloudFormation in memory: change sets, templates carried out, events.

use std::collections::BTreeMap;

use async_trait::async_trait;
use qdn_infra::ports::{
    ChangeSet, ChangeSetIds, ChangeSetKind, ChangeSetRequest, ChangeSetStatus, ChangeSetSummary,
    CloudError, DeploymentMode, ErrorKind, Replacement, ReportedAction, ReportedChange,
    ResourceDrift, Result, Service, StackEvent, StackResource, StackState, StackStatus, Stacks,
    TableState, TemplateSource,
};
use qdn_shared::package::FunctionName;
use serde_json::Value;

use super::imports::absent;
use super::objects::at;
use super::stack_life::{arn, take_away};
use super::{ACCOUNT, FakeChangeSet, FakeStack, State, World};

/// A physical name as `Fn::Sub`, plain text or `Fn::Join` declares it.
pub(super) fn physical_name(declared: &Value) -> String {
    let text = match declared {
        Value::String(text) => text.clone(),
        Value::Object(map) => map
            .get("Fn::Sub")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        _ => String::new(),
    };
    text.replace("${AWS::AccountId}", ACCOUNT)
        .replace("${AWS::Region}", "us-east-1")
}

#[async_trait]
impl Stacks for World {
    async fn describe(&self, stack: &str) -> Result<Option<StackState>> {
        self.read(Service::CloudFormation, "DescribeStacks", stack)?;
        self.time_passes(stack);
        let state = self.state.lock().unwrap();
        Ok(state
            .stacks
            .iter()
            .find(|(name, candidate)| *name == stack || candidate.state.id == stack)
            .map(|(_, found)| found.state.clone()))
    }

    async fn template(&self, stack: &str) -> Result<Option<String>> {
        self.read(Service::CloudFormation, "GetTemplate", stack)?;
        let state = self.state.lock().unwrap();
        Ok(state
            .stacks
            .get(stack)
            .and_then(|found| found.template.clone()))
    }

    async fn create_change_set(&self, request: &ChangeSetRequest) -> Result<ChangeSetIds> {
        let called = self.write(Service::CloudFormation, "CreateChangeSet", &request.stack);
        // CloudFormation reads the template as its caller.
        let read = match &request.template {
            TemplateSource::Object { bucket, key } => Some(at(bucket, key)),
            TemplateSource::Body(_) => None,
        };
        self.about(called, read)?;
        let id = self.fresh("change-set");
        let id = arn(
            "changeSet",
            &request.name,
            &format!("{}--{id}", request.stack),
        );
        let stack_id = arn("stack", &request.stack, &self.fresh("stack"));
        let mut state = self.state.lock().unwrap();
        let body = match &request.template {
            TemplateSource::Body(body) => body.clone(),
            TemplateSource::Object { bucket, key } => {
                let object = state
                    .buckets
                    .get(bucket)
                    .and_then(|objects| objects.get(key));
                let put = object.expect("the template object exists").bytes.clone();
                let other = state.other_template.clone();
                other.unwrap_or_else(|| String::from_utf8(put).unwrap())
            }
        };
        let deployed = state.stacks.get(&request.stack);
        if !request.imports.is_empty() {
            Self::assert_only_imports(
                request,
                &body,
                deployed.and_then(|stack| stack.template.as_deref()),
            );
        }
        match (request.kind, deployed.map(|stack| &stack.state.status)) {
            (ChangeSetKind::Create, None | Some(StackStatus::ReviewInProgress)) => {}
            (ChangeSetKind::Update, Some(status)) if *status != StackStatus::ReviewInProgress => {}
            (kind, status) => panic!("a {kind:?} change set for a stack that is {status:?}"),
        }
        let drifted = match request.mode {
            DeploymentMode::RevertDrift => state.drifted.clone().unwrap_or_default(),
            DeploymentMode::Standard => Vec::new(),
        };
        let silent = state.silent_imports && !request.imports.is_empty();
        let empty = silent
            || deployed.is_some_and(|stack| {
                stack.template.as_ref() == Some(&body)
                    && stack.state.parameters == request.parameters
                    && stack.state.tags == request.tags
                    && drifted.is_empty()
            });
        let stack = state
            .stacks
            .entry(request.stack.clone())
            .or_insert_with(|| FakeStack {
                state: StackState {
                    id: stack_id,
                    status: StackStatus::ReviewInProgress,
                    status_reason: None,
                    parameters: BTreeMap::new(),
                    outputs: BTreeMap::new(),
                    tags: BTreeMap::new(),
                },
                template: None,
            });
        let stack = stack.state.id.clone();
        let absent = absent(&state, request);
        state.change_sets.insert(
            id.clone(),
            FakeChangeSet {
                request: request.clone(),
                absent,
                body,
                empty,
                dead: false,
                drifted,
            },
        );
        Ok(ChangeSetIds {
            change_set: id,
            stack,
        })
    }

    async fn change_set_template(&self, change_set: &str) -> Result<Option<String>> {
        self.read(Service::CloudFormation, "GetTemplate", change_set)?;
        let state = self.state.lock().unwrap();
        let found = state.change_sets.get(change_set);
        Ok(found.map(|found| found.body.clone()))
    }

    async fn change_set(&self, change_set: &str) -> Result<ChangeSet> {
        self.read(Service::CloudFormation, "DescribeChangeSet", change_set)?;
        let state = self.state.lock().unwrap();
        let Some(found) = state.change_sets.get(change_set) else {
            return Err(CloudError {
                service: Service::CloudFormation,
                operation: "DescribeChangeSet",
                subject: change_set.to_owned(),
                kind: ErrorKind::NotFound,
                message: "ChangeSet does not exist".to_owned(),
            });
        };
        if let Some(absent) = found.absent.clone() {
            return Ok(ChangeSet {
                status: ChangeSetStatus::Failed(absent),
                changes: Vec::new(),
            });
        }
        if found.empty {
            return Ok(ChangeSet {
                status: ChangeSetStatus::Empty,
                changes: Vec::new(),
            });
        }
        let template: Value = serde_json::from_str(&found.body).unwrap();
        let deployed = state.stacks[&found.request.stack]
            .template
            .as_deref()
            .unwrap_or("{}");
        let deployed: Value = serde_json::from_str(deployed).unwrap();
        let changes = template["Resources"]
            .as_object()
            .unwrap()
            .iter()
            .filter(|(id, resource)| {
                let drifted = found.drifted.iter().any(|drift| drift.logical_id == **id);
                drifted || deployed["Resources"].get(*id) != Some(resource)
            })
            .map(|(id, resource)| ReportedChange {
                logical_id: id.clone(),
                resource_type: resource["Type"].as_str().unwrap().to_owned(),
                action: if deployed["Resources"].get(id).is_some() {
                    ReportedAction::Modify
                } else {
                    ReportedAction::Add
                },
                replacement: state
                    .verdicts
                    .get(id)
                    .copied()
                    .unwrap_or(Replacement::Never),
                certain: true,
                drift: found
                    .drifted
                    .iter()
                    .find(|drift| drift.logical_id == *id)
                    .map(|drift| drift.properties.clone()),
            })
            .collect();
        Ok(ChangeSet {
            status: ChangeSetStatus::Ready,
            changes,
        })
    }

    async fn delete_change_set(&self, change_set: &str) -> Result<()> {
        self.write(Service::CloudFormation, "DeleteChangeSet", change_set)?;
        self.state.lock().unwrap().change_sets.remove(change_set);
        Ok(())
    }

    async fn execute_change_set(&self, change_set: &str, token: &str) -> Result<()> {
        self.write(Service::CloudFormation, "ExecuteChangeSet", change_set)?;

        let event_ids: Vec<String> = (0..2).map(|_| self.fresh("event")).collect();
        let found = self
            .state
            .lock()
            .unwrap()
            .change_sets
            .remove(change_set)
            .expect("the change set exists");
        let template: Value = serde_json::from_str(&found.body).unwrap();
        let outputs: BTreeMap<String, String> = template["Outputs"]
            .as_object()
            .map(|outputs| {
                outputs
                    .keys()
                    .map(|name| (name.clone(), self.output(name)))
                    .collect()
            })
            .unwrap_or_default();
        let mut state = self.state.lock().unwrap();
        let keys = FunctionName::ALL.iter().filter_map(|function| {
            let parameter = qdn_infra::stack::code_parameter(*function);
            found.request.parameters.get(parameter)
        });
        for key in keys {
            let bucket = &state.buckets[&self.names.artifacts_bucket];
            assert!(
                bucket.contains_key(key),
                "the stack names code that is not there: {key}"
            );
        }
        for resource in template["Resources"].as_object().unwrap().values() {
            match resource["Type"].as_str().unwrap() {
                "AWS::S3::Bucket" => {
                    let name = physical_name(&resource["Properties"]["BucketName"]);
                    assert!(
                        !name.is_empty(),
                        "the bucket's name is not one that this fake reads: {resource}"
                    );
                    state.buckets.entry(name).or_default();
                }
                "AWS::DynamoDB::Table" => {
                    let name = physical_name(&resource["Properties"]["TableName"]);
                    let is_protected = resource["Properties"]["DeletionProtectionEnabled"] == true;
                    let at_rest = TableState::AtRest { is_protected };
                    state.tables.insert(name, at_rest);
                }
                "AWS::ApiGateway::Account" => {
                    state.log_role = Some("arn:aws:iam::000000000000:role/logs".into());
                }
                _ => {}
            }
        }
        put_back(&mut state, &found.drifted);
        // A snapshot is made before methods that are gone are taken away.
        state.tampered.redeployed = false;
        state.served.extend(qdn_infra::stack::routes(&template));
        let name = found.request.stack.clone();
        let before = state.stacks[&name].template.clone();
        let before = serde_json::from_str(before.as_deref().unwrap_or("{}")).unwrap();
        take_away(&mut state, &before, &template);
        let stack = state.stacks.get_mut(&name).unwrap();
        stack.state.status = match found.request.kind {
            _ if !found.request.imports.is_empty() => StackStatus::ImportComplete,
            ChangeSetKind::Create => StackStatus::CreateComplete,
            ChangeSetKind::Update => StackStatus::UpdateComplete,
        };
        stack.state.parameters = found.request.parameters;
        if found.request.imports.is_empty() {
            stack.state.tags = found.request.tags;
        }
        stack.state.outputs = outputs;
        stack.template = Some(found.body);
        let status = stack.state.status.name().to_owned();
        let events = ["UPDATE_IN_PROGRESS".to_owned(), status]
            .into_iter()
            .zip(event_ids)
            .map(|(status, id)| {
                let event = StackEvent {
                    id,
                    logical_id: name.clone(),
                    resource_type: "AWS::CloudFormation::Stack".to_owned(),
                    status,
                    reason: None,
                    at: "2026-01-01T00:00:00Z".to_owned(),
                };
                (token.to_owned(), event)
            });
        state.events.entry(name.clone()).or_default().extend(events);
        Ok(())
    }

    async fn events(
        &self,
        stack: &str,
        token: Option<&str>,
        after: Option<&str>,
    ) -> Result<Vec<StackEvent>> {
        self.read(Service::CloudFormation, "DescribeStackEvents", stack)?;
        let state = self.state.lock().unwrap();
        let name = state
            .stacks
            .iter()
            .find(|(name, found)| *name == stack || found.state.id == stack)
            .map(|(name, _)| name);
        let ours: Vec<StackEvent> = name
            .and_then(|name| state.events.get(name))
            .map(|events| {
                events
                    .iter()
                    .filter(|(of, _)| token.is_none_or(|token| of == token))
                    .map(|(_, event)| event.clone())
                    .collect()
            })
            .unwrap_or_default();
        let from = after
            .and_then(|id| ours.iter().position(|event| event.id == id))
            .map_or(0, |at| at + 1);
        Ok(ours[from..].to_vec())
    }

    async fn earlier(&self, stack: &str, token: &str) -> Result<Vec<StackEvent>> {
        self.read(Service::CloudFormation, "DescribeStackEvents", stack)?;
        Ok(self.told_before(stack, token))
    }

    async fn failures(&self, stack: &str) -> Result<Vec<StackEvent>> {
        self.read(Service::CloudFormation, "DescribeEvents", stack)?;
        Ok(Vec::new())
    }

    async fn delete(&self, stack: &str, _token: &str) -> Result<()> {
        self.write(Service::CloudFormation, "DeleteStack", stack)?;
        self.assert_detached();
        let mut state = self.state.lock().unwrap();
        let name = state
            .stacks
            .iter()
            .find(|(name, found)| *name == stack || found.state.id == stack);
        let name = name.map(|(name, _)| name.clone());
        if let Some(name) = &name {
            state.resources.remove(name);
            state
                .change_sets
                .retain(|_, one| one.request.stack != *name);
        }
        if let Some(removed) = name.and_then(|name| state.stacks.remove(&name)) {
            let template: Value =
                serde_json::from_str(removed.template.as_deref().unwrap_or("{}")).unwrap();
            take_away(&mut state, &template, &Value::Null);
        }
        Ok(())
    }

    async fn continue_rollback(&self, stack: &str, token: &str) -> Result<()> {
        self.write(Service::CloudFormation, "ContinueUpdateRollback", stack)?;
        self.rolled_back(stack, token);
        Ok(())
    }

    async fn resources(&self, stack: &str) -> Result<Vec<StackResource>> {
        self.read(Service::CloudFormation, "ListStackResources", stack)?;
        Ok(self.resources_of(stack))
    }

    async fn change_sets(&self, stack: &str) -> Result<Vec<ChangeSetSummary>> {
        self.read(Service::CloudFormation, "ListChangeSets", stack)?;
        Ok(self.change_sets_of(stack))
    }
}

impl World {
    /// Lets the main stack's template say the same in other words.
    pub fn describe_template_anew(&self) {
        let mut state = self.state.lock().unwrap();
        let stack = state.stacks.get_mut(&self.names.stack).unwrap();
        let template = stack.template.as_ref().unwrap();
        let mut template: Value = serde_json::from_str(template).unwrap();
        template["Description"] = "in other words".into();
        stack.template = Some(template.to_string());
    }
}

/// What a change set does to what somebody changed beside the stack.
fn put_back(state: &mut State, drifted: &[ResourceDrift]) {
    if let Some(there) = &mut state.drifted {
        there.retain(|drift| !drifted.contains(drift));
    }
    for drift in drifted {
        match drift.resource_type.as_str() {
            // What the snapshot holds that the stack made.
            "AWS::ApiGateway::Stage" => {
                state.served.insert("GET /api/retired".to_owned());
            }
            _ if drift.logical_id == "EdgeKeys" => {
                state.store.gone = false;
                state.store.entries.clear();
            }
            _ => {}
        }
    }
}
