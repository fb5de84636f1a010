//! What becomes of stacks without our doing: operations that end by themselves, rollbacks that stick, leftovers.

use std::collections::BTreeMap;

use qdn_infra::ports::{
    ChangeSetKind, ChangeSetRequest, ChangeSetSummary, CloudError, DeploymentMode, ErrorKind,
    Replacement, Result, Service, StackEvent, StackResource, StackState, StackStatus, TableState,
    TemplateSource,
};
use serde_json::Value;

use super::stacks::physical_name;
use super::{ACCOUNT, FakeChangeSet, FakeStack, State, World};

/// The name of a stack that is given by name or ARN.
fn name_of(state: &State, stack: &str) -> Option<String> {
    let mut stacks = state.stacks.iter();
    let found = stacks.find(|(name, found)| *name == stack || found.state.id == stack);
    found.map(|(name, _)| name.clone())
}

/// An Amazon Resource Name. The unique part of a change set's begins with its stack's name.
pub(super) fn arn(kind: &str, name: &str, unique: &str) -> String {
    format!("arn:aws:cloudformation:us-east-1:{ACCOUNT}:{kind}/{name}/{unique}")
}

/// What holds data and is in the one template and not in the other goes, unless the template says that it stays.
pub(super) fn take_away(state: &mut State, before: &Value, after: &Value) {
    let resources = before["Resources"].as_object().into_iter().flatten();
    for (_, resource) in resources.filter(|(id, _)| after["Resources"][id.as_str()].is_null()) {
        let retained = ["Retain", "RetainExceptOnCreate"]
            .iter()
            .any(|policy| resource["DeletionPolicy"] == *policy);
        if resource["Type"] == "AWS::DynamoDB::Table" && !retained {
            let name = physical_name(&resource["Properties"]["TableName"]);
            state.tables.remove(&name);
        }
        if resource["Type"] == "AWS::S3::Bucket" && !retained {
            let name = physical_name(&resource["Properties"]["BucketName"]);
            let objects = state.buckets.remove(&name).unwrap_or_default();
            assert!(
                objects.is_empty(),
                "bucket {name} was deleted with {} objects in it",
                objects.len()
            );
        }
    }
}

fn event(id: String, stack: &str, status: &str) -> StackEvent {
    StackEvent {
        id,
        logical_id: stack.to_owned(),
        resource_type: "AWS::CloudFormation::Stack".to_owned(),
        status: status.to_owned(),
        reason: None,
        at: "2026-01-01T00:00:00Z".to_owned(),
    }
}

impl World {
    /// Puts a stack into a status; one that is not there is made, with nothing in it.
    pub fn put_into(&self, stack: &str, status: &StackStatus) {
        let id = arn("stack", stack, &self.fresh("stack"));
        let mut state = self.state.lock().unwrap();
        let found = state
            .stacks
            .entry(stack.to_owned())
            .or_insert_with(|| FakeStack {
                state: StackState {
                    id,
                    status: status.clone(),
                    status_reason: None,
                    parameters: BTreeMap::new(),
                    outputs: BTreeMap::new(),
                    tags: BTreeMap::new(),
                },
                template: None,
            });
        found.state.status = status.clone();
    }

    /// Lets change sets say this of a resource whenever they change it.
    pub fn decides(&self, logical_id: &str, verdict: Replacement) {
        let mut state = self.state.lock().unwrap();
        state.verdicts.insert(logical_id.to_owned(), verdict);
    }

    /// Lets a stack hold a table or an empty bucket more, as an earlier release declared it.
    pub fn holds_also(&self, stack: &str, logical_id: &str, resource: Value) {
        let mut state = self.state.lock().unwrap();
        let properties = &resource["Properties"];
        if properties["TableName"].is_string() {
            let is_protected = false;
            let name = physical_name(&properties["TableName"]);
            state
                .tables
                .insert(name, TableState::AtRest { is_protected });
        } else {
            let name = physical_name(&properties["BucketName"]);
            state.buckets.insert(name, BTreeMap::new());
        }
        let template = &mut state.stacks.get_mut(stack).unwrap().template;
        let mut held: Value = serde_json::from_str(template.as_ref().unwrap()).unwrap();
        held["Resources"][logical_id] = resource;
        *template = Some(held.to_string());
    }

    /// Lets the operation that runs on a stack end so after this many looks. What ends as deleted is gone.
    pub fn will_end(&self, stack: &str, looks: usize, status: StackStatus) {
        let mut state = self.state.lock().unwrap();
        state.running.insert(stack.to_owned(), (looks, status));
    }

    /// Says what the resources of a stack are.
    pub fn consists_of(&self, stack: &str, resources: Vec<StackResource>) {
        let mut state = self.state.lock().unwrap();
        state.resources.insert(stack.to_owned(), resources);
    }

    /// Lets a rollback that is continued end so.
    pub fn rollback_ends(&self, status: StackStatus) {
        self.state.lock().unwrap().rollback_ends = Some(status);
    }

    /// Leaves a change set behind that nobody executed.
    pub fn leave_change_set(&self, stack: &str, name: &str, dead: bool) {
        let request = ChangeSetRequest {
            stack: stack.to_owned(),
            kind: ChangeSetKind::Create,
            name: name.to_owned(),
            template: TemplateSource::Body("{}".to_owned()),
            parameters: BTreeMap::new(),
            tags: BTreeMap::new(),
            imports: Vec::new(),
            mode: DeploymentMode::Standard,
        };
        let change_set = FakeChangeSet {
            request,
            body: "{}".to_owned(),
            empty: false,
            absent: None,
            dead,
            drifted: Vec::new(),
        };
        let mut state = self.state.lock().unwrap();
        state.change_sets.insert(format!("arn:{name}"), change_set);
    }

    /// Names of the change sets of a stack.
    pub fn change_sets_left(&self, stack: &str) -> Vec<String> {
        let listed = self.change_sets_of(stack).into_iter();
        listed.map(|one| one.name).collect()
    }

    /// Lets so many invocations and updates of code be refused, because an update of the function goes on.
    pub fn refuse_invocations(&self, times: usize) {
        self.state.lock().unwrap().conflicts = times;
    }

    pub(super) fn in_conflict(&self, function: &str, operation: &'static str) -> Result<()> {
        let mut state = self.state.lock().unwrap();
        if state.conflicts == 0 {
            return Ok(());
        }
        state.conflicts -= 1;
        Err(CloudError {
            service: Service::Lambda,
            operation,
            subject: function.to_owned(),
            kind: ErrorKind::Conflict,
            message: "ResourceConflictException: The operation cannot be performed at this time"
                .to_owned(),
        })
    }

    pub(super) fn time_passes(&self, stack: &str) {
        let mut state = self.state.lock().unwrap();
        let Some(name) = name_of(&state, stack) else {
            return;
        };
        match state.running.get_mut(&name) {
            None => {}
            Some((0, status)) => {
                let status = status.clone();
                state.running.remove(&name);
                if status == StackStatus::DeleteComplete {
                    state.stacks.remove(&name);
                } else if let Some(found) = state.stacks.get_mut(&name) {
                    found.state.status = status;
                }
            }
            Some((looks, _)) => *looks -= 1,
        }
    }

    pub(super) fn rolled_back(&self, stack: &str, token: &str) {
        let ids = [self.fresh("event"), self.fresh("event")];
        let mut state = self.state.lock().unwrap();
        let name = name_of(&state, stack).expect("the stack exists");
        let end = state.rollback_ends.clone();
        let end = end.unwrap_or(StackStatus::UpdateRollbackComplete);
        let found = state.stacks.get_mut(&name).unwrap();
        assert_eq!(found.state.status, StackStatus::UpdateRollbackFailed);
        found.state.status = end.clone();
        let statuses = ["UPDATE_ROLLBACK_IN_PROGRESS", end.name()];
        let events = ids.into_iter().zip(statuses);
        let events: Vec<_> = events
            .map(|(id, status)| (token.to_owned(), event(id, &name, status)))
            .collect();
        state.events.entry(name).or_default().extend(events);
    }

    /// Puts an operation into a stack's history in which these resources were changed, each in so many seconds.
    pub fn has_changed(&self, stack: &str, resources: &[(&str, &str, u32)]) {
        let mut state = self.state.lock().unwrap();
        let history = state.events.entry(stack.to_owned()).or_default();
        for (id, resource_type, seconds) in resources {
            for (status, second) in [("UPDATE_IN_PROGRESS", 0), ("UPDATE_COMPLETE", *seconds)] {
                let (minute, second) = (second / 60, second % 60);
                let event = StackEvent {
                    logical_id: (*id).to_owned(),
                    resource_type: (*resource_type).to_owned(),
                    at: format!("2025-12-31T00:{minute:02}:{second:02}Z"),
                    ..event(format!("{id}-{status}"), stack, status)
                };
                history.push(("before".to_owned(), event));
            }
        }
    }

    pub(super) fn told_before(&self, stack: &str, token: &str) -> Vec<StackEvent> {
        let state = self.state.lock().unwrap();
        let history = name_of(&state, stack).and_then(|name| state.events.get(&name));
        let before = history.into_iter().flatten().filter(|(of, _)| of != token);
        before.map(|(_, event)| event.clone()).collect()
    }

    pub(super) fn resources_of(&self, stack: &str) -> Vec<StackResource> {
        let state = self.state.lock().unwrap();
        let name = name_of(&state, stack);
        let found = name.and_then(|name| state.resources.get(&name));
        found.cloned().unwrap_or_default()
    }

    pub(super) fn change_sets_of(&self, stack: &str) -> Vec<ChangeSetSummary> {
        let state = self.state.lock().unwrap();
        let name = name_of(&state, stack);
        let ours = state.change_sets.iter();
        let ours = ours.filter(|(_, one)| name.as_ref() == Some(&one.request.stack));
        ours.map(|(id, one)| ChangeSetSummary {
            id: id.clone(),
            name: one.request.name.clone(),
            dead: one.dead,
        })
        .collect()
    }
}
