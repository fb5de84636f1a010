//! Where API calls go and who makes them: builds the SDK configuration and, from it, every port.
//! Credentials of the machine go to AWS and nowhere else; the local cloud gets a stand-in and nothing else.

use aws_config::identity::IdentityCache;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_sdk_sts::config::{Credentials, SharedCredentialsProvider};
use url::Url;

use super::edge::CloudFront;
use super::entropy::SystemEntropy;
use super::functions::Lambda;
use super::gateways::ApiGateway;
use super::identity::Sts;
use super::key_values::KeyValueStore;
use super::logs::CloudWatchLogs;
use super::objects::S3;
use super::patience;
use super::permissions::Iam;
use super::recorder::Recorder;
use super::secrets::SecretsManager;
use super::stacks::CloudFormation;
use super::tables::DynamoDb;
use super::transport::http_client;
use super::web::{HttpWeb, Proxies};
use crate::ports::{Carrier, Clock, Ports, Service, Stop};

/// The emulator takes a 12-digit access key id for the account id.
const STAND_IN_ACCOUNT: &str = "000000000000";

/// Region and cloud of one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Region, e.g. `us-east-1`.
    pub region: String,
    /// Which cloud.
    pub endpoint: Endpoint,
}

/// A cloud, with the credentials that belong to it: they cannot be mixed up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// AWS, with credentials as the AWS command line finds them: environment, profile, single sign-on,
    /// web identity, container, instance. Endpoint addresses in the environment or a profile are ignored.
    Aws,
    /// The local cloud at this address, with a made-up access key. Neither environment nor files are read.
    Local(Url),
}

impl Endpoint {
    fn proxies(&self) -> Proxies {
        match self {
            Self::Aws => Proxies::Environment,
            Self::Local(_) => Proxies::Never,
        }
    }
}

/// Every port of a session. No call is made yet, and no credential looked for.
pub async fn connect(
    session: &Session,
    clock: Box<dyn Clock>,
    carrier: Box<dyn Carrier>,
    recorder: Option<Recorder>,
) -> Ports {
    let config = configuration(session).await;
    let recorder = recorder.as_ref();
    let of = |service| match session.endpoint {
        Endpoint::Aws => patience::with_retries(&config, service),
        Endpoint::Local(_) => config.clone(),
    };
    let cloudfront = CloudFront::new(&of(Service::CloudFront), recorder);
    let stacks = CloudFormation::new(&of(Service::CloudFormation), recorder);
    let s3 = S3::new(&of(Service::S3), recorder);
    Ports {
        identity: Box::new(Sts::new(&of(Service::Sts), recorder)),
        stacks: Box::new(stacks.clone()),
        drifts: Box::new(stacks),
        objects: Box::new(s3.clone()),
        guarded: Box::new(s3.clone()),
        bucket_policies: Box::new(s3),
        tables: Box::new(DynamoDb::new(&of(Service::DynamoDb), recorder)),
        functions: Box::new(Lambda::new(&of(Service::Lambda), recorder)),
        gateways: Box::new(ApiGateway::new(&of(Service::ApiGateway), recorder)),
        edge: Box::new(cloudfront.clone()),
        edge_trials: Box::new(cloudfront.clone()),
        distributions: Box::new(cloudfront),
        secrets: Box::new(SecretsManager::new(&of(Service::SecretsManager), recorder)),
        key_values: Box::new(KeyValueStore::new(&of(Service::KeyValueStore), recorder)),
        logs: Box::new(CloudWatchLogs::new(&of(Service::CloudWatchLogs), recorder)),
        permissions: Box::new(Iam::new(&of(Service::Iam), recorder)),
        carrier,
        web: Box::new(HttpWeb::new(session.endpoint.proxies())),
        clock,
        entropy: Box::new(SystemEntropy),
        stop: Stop::default(),
    }
}

/// The SDK configuration of a session.
async fn configuration(session: &Session) -> SdkConfig {
    let region = Region::new(session.region.clone());
    let http_client = http_client(session.endpoint.proxies());
    let common = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(region.clone())
        .http_client(http_client.clone())
        .app_name(AppName::new("qdn-infra").expect("letters and a hyphen are allowed"))
        .timeout_config(patience::timeouts())
        .stalled_stream_protection(patience::stalling())
        .build();
    match &session.endpoint {
        Endpoint::Aws => {
            let machine = aws_config::defaults(BehaviorVersion::latest());
            for_aws(
                common,
                &machine.region(region).http_client(http_client).load().await,
            )
        }
        Endpoint::Local(address) => for_local_cloud(common, address),
    }
}

/// Takes over from the machine only what is named here. Its endpoint addresses stay behind: an
/// `AWS_ENDPOINT_URL` left over from another tool must not redirect a deployment.
fn for_aws(common: SdkConfig, machine: &SdkConfig) -> SdkConfig {
    let mut config = common.into_builder().identity_cache(
        IdentityCache::lazy()
            .load_timeout(patience::CREDENTIALS)
            .build(),
    );
    config.set_credentials_provider(machine.credentials_provider());
    config.set_use_fips(machine.use_fips());
    config.set_use_dual_stack(machine.use_dual_stack());
    config.build()
}

/// Takes over nothing from the machine.
fn for_local_cloud(common: SdkConfig, address: &Url) -> SdkConfig {
    let key = Credentials::new(STAND_IN_ACCOUNT, "stand-in", None, None, "local cloud");
    common
        .into_builder()
        .retry_config(patience::local_retries())
        .credentials_provider(SharedCredentialsProvider::new(key))
        .endpoint_url(address.as_str())
        .build()
}

#[cfg(test)]
mod tests {
    use aws_sdk_sts::config::ProvideCredentials;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use std::collections::BTreeMap;

    use async_trait::async_trait;
    use qdn_shared::credentials::Sender;

    use super::*;
    use crate::aws::clock::SystemClock;
    use crate::ports::{CarrierAccess, ErrorKind, InboundSettings, Result};

    /// Nobody asks for it here.
    struct NoCarrier;

    #[async_trait]
    impl Carrier for NoCarrier {
        async fn inbound(&self, _: &CarrierAccess, _: &Sender) -> Result<Option<InboundSettings>> {
            panic!("nobody asks the carrier")
        }

        async fn set_inbound(
            &self,
            _: &CarrierAccess,
            _: &Sender,
            _: &str,
            _: &BTreeMap<String, String>,
        ) -> Result<InboundSettings> {
            panic!("nobody asks the carrier")
        }
    }

    fn machine() -> SdkConfig {
        let key = Credentials::new("AKIDEXAMPLE", "example", None, None, "a profile");
        SdkConfig::builder()
            .credentials_provider(SharedCredentialsProvider::new(key))
            .endpoint_url("http://127.0.0.1:4566")
            .region(Region::new("ap-southeast-2"))
            .use_fips(true)
            .build()
    }

    async fn key_of(config: &SdkConfig) -> String {
        let provider = config.credentials_provider().expect("a provider");
        provider
            .provide_credentials()
            .await
            .expect("credentials")
            .access_key_id()
            .to_owned()
    }

    #[tokio::test]
    async fn aws_gets_the_machines_credentials_but_not_its_endpoint() {
        let common = SdkConfig::builder()
            .region(Region::new("us-east-1"))
            .build();
        let config = for_aws(common, &machine());
        assert_eq!(key_of(&config).await, "AKIDEXAMPLE");
        assert_eq!(config.endpoint_url(), None);
        assert!(
            config.service_config().is_none(),
            "endpoints of single services come from there"
        );
        assert_eq!(config.region().map(AsRef::as_ref), Some("us-east-1"));
        assert_eq!(config.use_fips(), Some(true));
    }

    #[tokio::test]
    async fn the_local_cloud_gets_a_stand_in_and_nothing_of_the_machines() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let asked = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut buffer = vec![0; 16 * 1024];
            let read = stream.read(&mut buffer).await.expect("a request");
            let body = "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::000000000000:root\
                        </Arn><Account>000000000000</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
            stream
                .write_all(answer.as_bytes())
                .await
                .expect("an answer");
            String::from_utf8_lossy(&buffer[..read]).into_owned()
        });

        let endpoint = Endpoint::Local(format!("http://{address}/").parse().expect("an address"));
        let session = Session {
            region: "us-east-1".into(),
            endpoint,
        };
        let recorder = Recorder::default();
        let ports = connect(
            &session,
            Box::new(SystemClock::start()),
            Box::new(NoCarrier),
            Some(recorder.clone()),
        )
        .await;
        assert_eq!(
            ports.identity.caller().await.expect("an answer").account,
            "000000000000"
        );

        let asked = asked.await.expect("a request").to_ascii_lowercase();
        assert!(asked.contains(&format!("host: {address}")), "{asked}");
        assert!(asked.contains("credential=000000000000/"), "{asked}");
        assert!(asked.contains("app/qdn-infra"), "{asked}");
        let calls: Vec<_> = recorder
            .calls()
            .into_iter()
            .map(|call| (call.service, call.operation, call.failed))
            .collect();
        assert_eq!(
            calls,
            [("STS".to_owned(), "GetCallerIdentity".to_owned(), false)]
        );
        assert_eq!((recorder.depth(), recorder.mutating().len()), (1, 0));
    }

    #[tokio::test]
    async fn a_local_cloud_that_is_down_is_told_soon() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        drop(listener);
        let endpoint = Endpoint::Local(format!("http://{address}/").parse().expect("an address"));
        let session = Session {
            region: "us-east-1".into(),
            endpoint,
        };
        let ports = connect(
            &session,
            Box::new(SystemClock::start()),
            Box::new(NoCarrier),
            None,
        )
        .await;
        let error = ports
            .stacks
            .describe("qdn-local")
            .await
            .expect_err("nobody listens");
        assert_eq!(error.kind, ErrorKind::Unreachable);
        assert!(error.message.contains("refused"), "{error}");
    }
}
