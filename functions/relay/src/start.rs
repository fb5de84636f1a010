//! From the environment to a relay that can send. `upkeep` starts the same way.

use std::num::NonZeroU32;
use std::sync::Arc;

use jiff::SignedDuration;
use qdn_runtime::aws;
use qdn_runtime::carrier::{SENDING, Twilio};
use qdn_runtime::messaging::Messaging;
use qdn_runtime::metrics::Metrics;
use qdn_runtime::secrets::{Document, KEEP, SecretsManager};
use qdn_runtime::settings::{SettingError, Variables};
use qdn_runtime::store::dynamo::DynamoStore;
use qdn_runtime::world::RealWorld;
use qdn_shared::environment;
use qdn_shared::message::Policy;

use crate::send::Relay;

/// Why the function does not start, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The environment is not what the stack should have made it.
    #[error("unusable settings: {0}")]
    Settings(#[from] SettingError),
    /// The HTTP client could not be made.
    #[error("no HTTP client for the carrier: {0}")]
    Client(#[from] qdn_runtime::carrier::ClientError),
    /// The runtime interface did not answer as it should.
    #[error("the Lambda runtime interface failed: {0}")]
    Runtime(lambda_runtime::Error),
}

/// Reads the environment and makes the clients. Nothing is asked of any service yet.
pub fn relay() -> Result<Relay, StartError> {
    let config = aws::config();
    from(&Variables::of_this_process(), &config)
}

/// The same with given variables and a given configuration of the SDK.
pub fn from(variables: &Variables<'_>, config: &aws::SdkConfig) -> Result<Relay, StartError> {
    let secrets = Arc::new(SecretsManager::new(aws::secrets_manager(config)));
    let carrier_secret = variables.text(environment::CARRIER_SECRET)?;
    let keys_secret = variables.text(environment::KEYS_SECRET)?;
    let cascade: NonZeroU32 = variables.required(environment::CASCADE_SECONDS)?;
    let rate: NonZeroU32 = variables.required(environment::SENDS_PER_SECOND)?;
    let carrier = Twilio::new(&variables.text(environment::CARRIER_URL)?, SENDING)?;
    Ok(Relay {
        messaging: Messaging {
            store: Arc::new(DynamoStore::new(
                aws::dynamodb(config),
                variables.text(environment::TABLE)?,
            )),
            carrier: Arc::new(carrier),
            world: Arc::new(RealWorld),
            credentials: Document::new(carrier_secret, secrets.clone(), KEEP),
            keys: Document::new(keys_secret, secrets, KEEP),
            policy: Policy::with_cascade(cascade.get()),
            public_url: variables.text(environment::PUBLIC_URL)?,
            metrics: Metrics::to_log(variables.text(environment::STACK)?),
        },
        interval: SignedDuration::from_millis(i64::from(1000 / rate.get().min(1000))),
    })
}
