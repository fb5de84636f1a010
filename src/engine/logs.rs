//! What the functions logged, of all of them in one order. Reads only, once or again and again.

mod line;
mod redact;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use qdn_shared::id::JobId;
use qdn_shared::package::FunctionName;

use super::desired::Environment;
use super::error::Error;
use super::observe::own_stack;
use crate::ports::Ports;
use crate::stack::names::function_log_group;

pub use line::{LogLine, Origin};

/// A line may reach CloudWatch Logs so much later than it was written: whoever follows looks back this far.
const LATE: SignedDuration = SignedDuration::from_secs(30);

/// Which lines are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogsWanted {
    /// Of these functions.
    pub functions: BTreeSet<FunctionName>,
    /// How far back.
    pub since: SignedDuration,
    /// Of this job alone.
    pub job: Option<JobId>,
}

/// A place in the logs, from which they are read on.
pub struct LogReader<'a> {
    ports: &'a Ports,
    groups: Vec<(FunctionName, String)>,
    from: Timestamp,
    job: Option<JobId>,
    /// Invocations that worked on the job.
    requests: BTreeSet<String>,
    /// Lines that were told already, while they may be read again.
    told: BTreeMap<String, Timestamp>,
}

/// What one reading found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogsFound {
    /// Lines that were not told before, in the order in which they were written.
    pub lines: Vec<LogLine>,
    /// Log groups that do not exist.
    pub absent: Vec<String>,
}

impl<'a> LogReader<'a> {
    /// Begins so far back as is wanted. Refuses credentials of another account.
    pub async fn open(
        environment: &Environment,
        ports: &'a Ports,
        wanted: &LogsWanted,
    ) -> Result<Self, Error> {
        own_stack(environment, ports).await?;
        let group = |function: &FunctionName| {
            let name = function_log_group(&environment.file, function.as_str());
            (*function, name)
        };
        let now = ports.clock.now();
        Ok(Self {
            ports,
            groups: wanted.functions.iter().map(group).collect(),
            from: now.saturating_sub(wanted.since).unwrap_or(now),
            job: wanted.job,
            requests: BTreeSet::new(),
            told: BTreeMap::new(),
        })
    }

    /// Reads what was written since, late lines included; no line is told twice.
    pub async fn read(&mut self) -> Result<LogsFound, Error> {
        let (ports, from) = (self.ports, self.from);
        let now = ports.clock.now();
        let readings = self.groups.iter().map(|(function, group)| async move {
            let events = ports.logs.events(group, from).await?;
            Ok::<_, Error>((*function, group, events))
        });
        let mut found = LogsFound::default();
        for (function, group, events) in futures::future::try_join_all(readings).await? {
            match events {
                Some(events) => {
                    let lines = events.into_iter();
                    found
                        .lines
                        .extend(lines.map(|event| LogLine::of(function, event)));
                }
                None => found.absent.push(group.clone()),
            }
        }
        self.keep_wanted(&mut found.lines);
        found
            .lines
            .retain(|line| self.told.insert(line.id.clone(), line.at).is_none());
        found.lines.sort_by(LogLine::order);
        let looked_back = now.saturating_sub(LATE).unwrap_or(now);
        self.from = self.from.max(looked_back);
        let from = self.from;
        self.told.retain(|_, at| *at >= from);
        Ok(found)
    }

    /// Of one job: the lines that name it, and what the same invocations said that names no message of another.
    fn keep_wanted(&mut self, lines: &mut Vec<LogLine>) {
        let Some(job) = self.job else { return };
        let naming = lines.iter().filter(|line| line.names(job));
        self.requests.extend(naming.filter_map(LogLine::request));
        let requests = &self.requests;
        lines.retain(|line| {
            let beside = || line.request().is_some_and(|id| requests.contains(&id));
            line.names(job) || (line.message_id().is_none() && beside())
        });
    }
}

/// How many days lines are kept.
pub fn log_retention_days(environment: &Environment) -> u32 {
    environment.file.logs.retention_days.get()
}
