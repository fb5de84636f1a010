//! The maintenance data by hand: what a seed comes to, and pushing it with a person's decision.

use super::desired::Environment;
use super::error::Error;
use super::event::Sink;
use super::lock;
use super::observe::own_stack;
use super::run::Run;
use super::seed::{ObservedSeed, Pushing, compared, observe};
use crate::ports::{Ports, StackState};
use crate::seed::{Comparison, MaintenanceData, Take};

/// A seed beside what lies live.
pub struct SeedDesk<'a> {
    run: Run<'a>,
    environment: &'a Environment,
    seed: &'a MaintenanceData,
    state: Option<StackState>,
    observed: ObservedSeed,
}

impl<'a> SeedDesk<'a> {
    /// Looks who asks and what lies there; refuses credentials of another account.
    pub async fn open(
        environment: &'a Environment,
        seed: &'a MaintenanceData,
        ports: &'a Ports,
        sink: &'a dyn Sink,
    ) -> Result<Self, Error> {
        let state = own_stack(environment, ports).await?;
        let observed = observe(ports, environment, state.is_some(), true).await?;
        Ok(Self {
            run: Run::new(ports, sink),
            environment,
            seed,
            state,
            observed,
        })
    }

    /// What the seed comes to.
    pub fn compare(&self, take: Option<Take>) -> Comparison {
        compared(self.seed, &self.observed, take)
    }

    /// Puts what is ours into the live document, deciding the conflicts that [`SeedDesk::compare`] tells by `take`.
    /// Refuses where a conflict is left.
    pub async fn push(&self, take: Option<Take>) -> Result<(), Error> {
        let conflicts = self.compare(take).conflicts;
        if !conflicts.is_empty() {
            return Err(Error::SeedConflict { conflicts });
        }
        let pushing = Pushing {
            environment: self.environment,
            seed: self.seed,
            observed: &self.observed,
            take,
            agreed: &self.compare(None).conflicts,
        };
        let push = pushing.push(&self.run, self.state.as_ref());
        lock::hold(&self.run, self.environment, push).await
    }
}
