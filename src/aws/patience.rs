//! How often a call is tried again and how long it may take. `docs/retries.md` shows these tables; a test holds it
//! against them. What a command waits for is the engine's matter.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;

use crate::ports::Service;

/// Until the connection stands.
const CONNECT: Duration = Duration::from_secs(5);
/// From sending a request to the first byte of the answer.
const READ: Duration = Duration::from_secs(30);
/// One attempt, answer read. Bodies of objects are read after it and guarded against stalling.
const ATTEMPT: Duration = Duration::from_mins(1);
/// All attempts of a call and the pauses between them.
const CALL: Duration = Duration::from_mins(3);
/// A body that moves less than a byte a second for so long is given up.
const STALLED: Duration = Duration::from_secs(20);
/// Until credentials are known: single sign-on and credential processes may take their time.
pub(super) const CREDENTIALS: Duration = Duration::from_secs(20);
/// So many bytes of an upload give its limits a second more: one of many that share a slow line. One that stands still is
/// given up much earlier.
const SLOWEST: u64 = 8_192;
/// The shortest and the longest that an upload is given more, in seconds.
const LONGER: (u64, u64) = (8, 1_024);
/// For one invocation, cold start included: no function of ours runs longer than a minute. It is never tried again,
/// because it may have had effects though its answer was lost.
pub(super) const INVOCATION: Duration = Duration::from_secs(70);

/// How often a call is tried, and the pauses between attempts when the service asks to slow down: a random part of
/// `first`, twice that after each attempt, never more than `longest`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Retries {
    attempts: u32,
    first: Duration,
    longest: Duration,
}

/// The local cloud either answers or is down; waiting long would only hide that.
const LOCAL: Retries = Retries {
    attempts: 3,
    first: Duration::from_millis(50),
    longest: Duration::from_secs(1),
};

/// Against AWS, by service: those of a control plane that serves few requests a second are given more time.
const fn retries(service: Service) -> Retries {
    let (first, longest) = match service {
        Service::CloudFormation => (1_000, 15),
        Service::CloudFront | Service::ApiGateway => (1_000, 20),
        Service::Lambda
        | Service::SecretsManager
        | Service::KeyValueStore
        | Service::CloudWatchLogs
        | Service::Iam => (500, 10),
        Service::Sts | Service::S3 | Service::DynamoDb => (200, 5),
        // Spoken with another client, and here only to be named.
        Service::Carrier | Service::Web => (500, 2),
    };
    Retries {
        attempts: 7,
        first: Duration::from_millis(first),
        longest: Duration::from_secs(longest),
    }
}

impl Retries {
    /// With jitter, as the SDK's standard mode has it.
    fn config(self) -> RetryConfig {
        RetryConfig::standard()
            .with_max_attempts(self.attempts)
            .with_initial_backoff(self.first)
            .with_max_backoff(self.longest)
    }
}

/// A configuration of AWS with the retries of one service.
pub(super) fn with_retries(config: &SdkConfig, service: Service) -> SdkConfig {
    let builder = config.to_builder();
    builder.retry_config(retries(service).config()).build()
}

/// Retries against the local cloud, whatever the service.
pub(super) fn local_retries() -> RetryConfig {
    LOCAL.config()
}

/// Timeouts of ordinary calls.
pub(super) fn timeouts() -> TimeoutConfig {
    with_longer(Duration::ZERO)
}

fn with_longer(longer: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .read_timeout(READ + longer)
        .operation_attempt_timeout(ATTEMPT + longer)
        .operation_timeout(CALL + 3 * longer)
        .build()
}

/// Timeouts for an operation that takes longer by nature than answers do.
pub(super) fn patient(longest: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .read_timeout(longest)
        .operation_attempt_timeout(longest)
        .disable_operation_timeout()
        .build()
}

/// Timeouts of an upload of so many bytes: those of ordinary calls, and the time that it takes, to the next power of two.
/// So there are few of them: uploads share connections with those of the same timeouts.
pub(super) fn upload(bytes: u64) -> TimeoutConfig {
    let (least, most) = LONGER;
    let seconds = (bytes / SLOWEST).clamp(least, most).next_power_of_two();
    with_longer(Duration::from_secs(seconds))
}

/// Ends up- and downloads that stand still.
pub(super) fn stalling() -> StalledStreamProtectionConfig {
    StalledStreamProtectionConfig::enabled()
        .upload_enabled(true)
        .download_enabled(true)
        .grace_period(STALLED)
        .build()
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use aws_config::BehaviorVersion;
    use aws_config::Region;
    use aws_sdk_sts::config::{
        AsyncSleep, Credentials, SharedAsyncSleep, SharedCredentialsProvider, Sleep,
    };
    use tokio::net::TcpListener;

    use super::*;
    use crate::aws::replay::{Answer, Replay};
    use crate::aws::stacks::CloudFormation;
    use crate::aws::transport::http_client;
    use crate::aws::web::Proxies;
    use crate::ports::{ErrorKind, Stacks};

    const SERVICES: [Service; 11] = [
        Service::ApiGateway,
        Service::CloudFormation,
        Service::CloudFront,
        Service::KeyValueStore,
        Service::CloudWatchLogs,
        Service::DynamoDb,
        Service::Iam,
        Service::Lambda,
        Service::S3,
        Service::SecretsManager,
        Service::Sts,
    ];

    fn text(duration: Duration) -> String {
        match (duration.as_secs(), duration.as_millis()) {
            (0, millis) => format!("{millis} ms"),
            (seconds, _) if seconds % 60 == 0 => format!("{} min", seconds / 60),
            (seconds, _) => format!("{seconds} s"),
        }
    }

    fn documented(table: &[String]) {
        let table = table.join("\n");
        let documents = include_str!("../../docs/retries.md");
        assert!(
            documents.contains(&table),
            "docs/retries.md does not hold this table:\n{table}"
        );
    }

    #[test]
    fn the_documents_show_the_retries_of_each_service() {
        let row = |name: String,
                   Retries {
                       attempts,
                       first,
                       longest,
                   }: Retries| {
            format!(
                "| {name} | {attempts} | {} | {} |",
                text(first),
                text(longest)
            )
        };
        let mut table = vec![
            "| service | attempts | first pause, at most | longest pause |".to_owned(),
            "|---|---|---|---|".to_owned(),
        ];
        table.extend(SERVICES.map(|service| row(service.to_string(), retries(service))));
        table.push(row("the local cloud, any".to_owned(), LOCAL));
        documented(&table);
    }

    #[test]
    fn the_documents_show_the_timeouts() {
        let rows = [
            ("connecting", CONNECT),
            ("until the answer begins", READ),
            ("one attempt", ATTEMPT),
            ("a call, all its attempts", CALL),
            ("an up- or download that stands still", STALLED),
            ("an invocation, which is tried once", INVOCATION),
            ("looking for credentials", CREDENTIALS),
        ];
        let rows = rows.map(|(what, limit)| format!("| {what} | {} |", text(limit)));
        let head = ["| what | limit |".to_owned(), "|---|---|".to_owned()];
        documented(&[head.as_slice(), rows.as_slice()].concat());
    }

    /// Pauses between attempts take no time and are remembered; timeouts, which are longer, never come.
    #[derive(Debug, Clone, Default)]
    struct Pauses(Arc<Mutex<Vec<Duration>>>);

    impl AsyncSleep for Pauses {
        fn sleep(&self, duration: Duration) -> Sleep {
            if duration > Duration::from_secs(15) {
                return Sleep::new(std::future::pending());
            }
            self.0.lock().expect("nobody panicked").push(duration);
            Sleep::new(std::future::ready(()))
        }
    }

    fn throttled() -> Answer {
        Answer::xml(
            400,
            "<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message>\
             </Error></ErrorResponse>",
        )
    }

    fn cloud(replay: &Replay, pauses: &Pauses) -> CloudFormation {
        let config = replay.config().into_builder();
        let config = config
            .sleep_impl(SharedAsyncSleep::new(pauses.clone()))
            .build();
        CloudFormation::new(&with_retries(&config, Service::CloudFormation), None)
    }

    #[tokio::test]
    async fn a_throttled_call_is_tried_seven_times_with_the_same_token() {
        let replay = Replay::of(std::array::from_fn::<_, 7, _>(|attempt| match attempt {
            6 => Answer::xml(200, "<DeleteStackResponse/>"),
            _ => throttled(),
        }));
        let pauses = Pauses::default();
        cloud(&replay, &pauses)
            .delete("qdn-prod", "token-1")
            .await
            .expect("the seventh");
        let requests = replay.requests().await;
        let tokens = requests
            .iter()
            .map(|request| request.form()["ClientRequestToken"].clone());
        assert_eq!(tokens.collect::<Vec<_>>(), ["token-1"; 7]);
        let mut pauses = pauses.0.lock().expect("nobody panicked").clone();
        // So often the guard against stalling looks at a body.
        pauses.retain(|pause| *pause != Duration::from_millis(100));
        assert_eq!(pauses.len(), 6, "{pauses:?}");
        for (pause, most) in pauses.iter().zip([1, 2, 4, 8, 15, 15]) {
            assert!(*pause <= Duration::from_secs(most), "{pauses:?}");
        }
    }

    #[tokio::test]
    async fn who_is_throttled_all_the_time_is_told_so() {
        let replay = Replay::of(std::array::from_fn::<_, 7, _>(|_| throttled()));
        let refused = cloud(&replay, &Pauses::default())
            .delete("qdn-prod", "token-1")
            .await;
        assert_eq!(refused.expect_err("throttled").kind, ErrorKind::Throttled);
        assert_eq!(replay.requests().await.len(), 7);
    }

    #[tokio::test]
    async fn a_connection_that_stays_silent_ends() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let silent = tokio::spawn(async move {
            let mut open = Vec::new();
            while open.len() < 2 {
                open.push(listener.accept().await.expect("a connection"));
            }
            open
        });
        let key = Credentials::new("AKIDEXAMPLE", "example", None, None, "test");
        let short = Duration::from_millis(50);
        let retries = LOCAL
            .config()
            .with_max_attempts(2)
            .with_initial_backoff(Duration::from_millis(1));
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(key))
            .http_client(http_client(Proxies::Never))
            .endpoint_url(format!("http://{address}"))
            .timeout_config(timeouts().into_builder().read_timeout(short).build())
            .retry_config(retries)
            .build();
        let silence = CloudFormation::new(&config, None)
            .describe("qdn-prod")
            .await;
        assert_eq!(
            silence.expect_err("nobody answers").kind,
            ErrorKind::Timeout
        );
        // Each attempt came over a connection of its own: a silent one is not used again.
        assert_eq!(silent.await.expect("two connections").len(), 2);
    }

    #[test]
    fn an_upload_is_given_the_time_that_its_bytes_take() {
        let longer = |bytes: u64, seconds: u64| {
            let limits = upload(bytes);
            let seconds = Duration::from_secs(seconds);
            assert_eq!(limits.read_timeout(), Some(READ + seconds));
            assert_eq!(limits.operation_attempt_timeout(), Some(ATTEMPT + seconds));
            assert_eq!(limits.operation_timeout(), Some(CALL + 3 * seconds));
        };
        longer(0, 8);
        longer(64 << 10, 8);
        longer((64 << 10) + 8_192, 16);
        // A package, over a line that brings 8 KiB a second of it.
        longer(4 << 20, 512);
        longer(u64::MAX, 1_024);
        let documents = include_str!("../../docs/retries.md");
        let (least, most) = LONGER;
        for told in [
            format!("a second more for each {} KiB", SLOWEST / 1_024),
            format!("at least {least} s and at most {most} s"),
        ] {
            assert!(documents.contains(&told), "{told}");
        }
    }
}
