//! What an operator looks at: lines in log groups, and what the caller may do.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use jiff::Timestamp;
use qdn_infra::ports::{
    CloudError, ErrorKind, LogEvent, Logs, Permissions, Question, Result, Service,
};

use super::{DISTRIBUTION, World};

/// Log groups and permissions.
#[derive(Debug, Default, Clone)]
pub struct FakeOperations {
    logs: BTreeMap<String, Vec<LogEvent>>,
    refused: Option<BTreeSet<String>>,
    questions: Vec<Question>,
    caller: Option<String>,
    delivered: Vec<Vec<String>>,
}

#[async_trait]
impl Logs for World {
    async fn events(&self, group: &str, from: Timestamp) -> Result<Option<Vec<LogEvent>>> {
        self.read(Service::CloudWatchLogs, "FilterLogEvents", group)?;
        let state = self.state.lock().unwrap();
        let events = state.operations.logs.get(group);
        Ok(events.map(|events| {
            let wanted = events.iter().filter(|event| event.at >= from);
            wanted.cloned().collect()
        }))
    }

    async fn delivered(&self, resource: &str) -> Result<Vec<Vec<String>>> {
        self.read(Service::CloudWatchLogs, "DescribeDeliverySources", resource)?;
        assert!(
            resource.ends_with(&format!(":distribution/{DISTRIBUTION}")),
            "{resource}"
        );
        Ok(self.state.lock().unwrap().operations.delivered.clone())
    }
}

#[async_trait]
impl Permissions for World {
    async fn role(&self, name: &str) -> Result<Option<String>> {
        self.read(Service::Iam, "GetRole", name)?;
        Ok(Some(format!(
            "arn:aws:iam::{}:role/ci/{name}",
            super::ACCOUNT
        )))
    }

    async fn refused(&self, principal: &str, question: &Question) -> Result<Vec<String>> {
        self.read(Service::Iam, "SimulatePrincipalPolicy", principal)?;
        let mut state = self.state.lock().unwrap();
        state.operations.questions.push(question.clone());
        let refused = state.operations.refused.as_ref();
        let refused = refused.ok_or_else(|| CloudError {
            service: Service::Iam,
            operation: "SimulatePrincipalPolicy",
            subject: principal.to_owned(),
            kind: ErrorKind::Unsupported,
            message: "InvalidAction".to_owned(),
        })?;
        let asked = question.actions.iter().map(|action| (*action).to_owned());
        Ok(asked.filter(|action| refused.contains(action)).collect())
    }
}

impl World {
    /// Adds a line to a log group, so many milliseconds after 2026-01-01; makes the group with the first one.
    pub fn log(&self, group: &str, millis: i64, text: &str) {
        let at = Timestamp::from_millisecond(1_767_225_600_000 + millis).unwrap();
        let mut state = self.state.lock().unwrap();
        let events = state.operations.logs.entry(group.to_owned()).or_default();
        let id = format!("{group} {}", events.len());
        let text = text.to_owned();
        events.push(LogEvent { id, at, text });
    }

    /// Lets the distribution's logs be delivered with these fields.
    pub fn deliver_logs(&self, fields: &[&str]) {
        let fields = fields.iter().map(|field| (*field).to_owned()).collect();
        self.state.lock().unwrap().operations.delivered.push(fields);
    }

    /// Lets IAM refuse exactly these actions; before that this cloud has no simulation.
    pub fn refuse(&self, actions: &[&str]) {
        let actions = actions.iter().map(|action| (*action).to_owned()).collect();
        self.state.lock().unwrap().operations.refused = Some(actions);
    }

    /// Signs in as another principal; before that it is the account's root.
    pub fn sign_in_as(&self, arn: &str) {
        self.state.lock().unwrap().operations.caller = Some(arn.to_owned());
    }

    /// ARN of whoever is signed in.
    pub(super) fn signed_in_as(&self) -> String {
        let caller = self.state.lock().unwrap().operations.caller.clone();
        caller.unwrap_or_else(|| format!("arn:aws:iam::{}:root", super::ACCOUNT))
    }

    /// What IAM was asked.
    pub fn questions(&self) -> Vec<Question> {
        self.state.lock().unwrap().operations.questions.clone()
    }
}
