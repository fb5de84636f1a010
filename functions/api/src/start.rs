//! From settings to an API that can answer. Nothing is asked of any service yet.

use std::sync::Arc;

use qdn_runtime::aws::{self, SdkConfig};
use qdn_runtime::bucket::S3Document;
use qdn_runtime::carrier::{ANSWERING, ClientError, Twilio};
use qdn_runtime::messaging::Messaging;
use qdn_runtime::metrics::Metrics;
use qdn_runtime::secrets::{Document, KEEP, KEEP_OPERATORS, SecretsManager};
use qdn_runtime::store::dynamo::DynamoStore;
use qdn_runtime::world::RealWorld;
use qdn_shared::message::Policy;

use crate::Api;
use crate::settings::Settings;

/// Makes the clients.
pub fn api(settings: Settings, config: &SdkConfig) -> Result<Api, ClientError> {
    let secrets = Arc::new(SecretsManager::new(aws::secrets_manager(config)));
    Ok(Api {
        operators: Document::new(settings.operators_secret, secrets.clone(), KEEP_OPERATORS),
        maintenance: Arc::new(S3Document::new(config, &settings.site_bucket)),
        support_phone: settings.support_phone,
        package: settings.package,
        messaging: Messaging {
            store: Arc::new(DynamoStore::new(aws::dynamodb(config), settings.table)),
            carrier: Arc::new(Twilio::new(&settings.carrier_url, ANSWERING)?),
            world: Arc::new(RealWorld),
            credentials: Document::new(settings.carrier_secret, secrets.clone(), KEEP),
            keys: Document::new(settings.keys_secret, secrets, KEEP),
            policy: Policy::with_cascade(settings.cascade_seconds.get()),
            public_url: settings.public_url,
            metrics: Metrics::to_log(settings.stack),
        },
    })
}
