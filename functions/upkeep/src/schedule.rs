//! The event of the schedule, and from the environment to a running function.

use std::sync::Arc;

use jiff::Timestamp;
use lambda_runtime::{LambdaEvent, service_fn};
use qdn_relay::invocation::Invocation;
use qdn_relay::send::Relay;
use qdn_relay::start::{self, StartError};
use qdn_runtime::aws;
use qdn_runtime::bucket::S3Document;
use qdn_runtime::maintenance::DocumentStore;
use qdn_runtime::settings::Variables;
use qdn_shared::environment;
use qdn_shared::reach::Reach;
use serde::{Deserialize, Serialize};
use tracing::Instrument as _;

use crate::{alerts, messages};

/// What the function is invoked with. The schedule's own fields are of no interest.
#[derive(Debug, Default, Deserialize)]
pub struct Event {
    /// Asks only whether the function runs; nothing is done.
    #[serde(default)]
    pub probe: bool,
    /// With a probe: asks as well whether the function reaches what it works with.
    #[serde(default)]
    pub reach: bool,
}

/// What a run did.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Report {
    /// Nothing: it was only asked whether it runs.
    Probe {
        /// Always true.
        probe: bool,
        /// Whether its secrets and its table can be read, where that was asked.
        #[serde(skip_serializing_if = "Option::is_none")]
        reach: Option<Reach>,
    },
    /// A run.
    Ran {
        /// Messages that were looked at.
        messages: usize,
        /// Those of them that could not be handled.
        failed: usize,
        /// Alerts that were raised.
        alerts: usize,
    },
}

/// What a run works with.
pub struct Upkeep {
    /// Handles messages.
    pub relay: Relay,
    /// The maintenance document.
    pub document: Arc<dyn DocumentStore>,
}

impl Upkeep {
    /// One run, which Lambda ends at `deadline`. Messages and alerts do not hold each other up; a run that could not do its part fails, so that
    /// somebody is told.
    pub async fn run(
        &self,
        event: &Event,
        deadline: Timestamp,
    ) -> Result<Report, lambda_runtime::Error> {
        if event.probe {
            let reach = if event.reach {
                Some(self.relay.messaging.reach().await)
            } else {
                None
            };
            return Ok(Report::Probe { probe: true, reach });
        }
        // Alerts first: what they write is sent in the same run.
        let alerts = alerts::raise(&self.relay.messaging, self.document.as_ref()).await;
        let tended = messages::tend(&self.relay, deadline).await;
        if let Err(error) = &alerts {
            tracing::error!(%error, "no alerts were raised");
        }
        let tended =
            tended.inspect_err(|error| tracing::error!(%error, "no messages were tended"))?;
        let report = Report::Ran {
            messages: tended.done,
            failed: tended.failed,
            alerts: alerts?,
        };
        tracing::info!(messages = tended.done, failed = tended.failed, "ran");
        Ok(report)
    }
}

/// Serves invocations until the runtime ends the process.
pub async fn run() -> Result<(), StartError> {
    let config = aws::config();
    let variables = Variables::of_this_process();
    let bucket = variables.text(environment::SITE_BUCKET)?;
    let upkeep = Upkeep {
        relay: start::from(&variables, &config)?,
        document: Arc::new(S3Document::new(&config, &bucket)),
    };
    let upkeep = &upkeep;
    lambda_runtime::run(service_fn(|event: LambdaEvent<Event>| {
        let invocation = Invocation::of(&event.context);
        async move { upkeep.run(&event.payload, invocation.deadline).await }
            .instrument(invocation.span)
    }))
    .await
    .map_err(StartError::Runtime)
}
