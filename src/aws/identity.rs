//! The `Identity` port on STS.

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_sdk_sts::Client;
use aws_sdk_sts::config::Builder;

use super::failure::{failure, incomplete};
use super::recorder::Recorder;
use crate::ports::{Caller, Identity, Result, Service};

const OPERATION: &str = "GetCallerIdentity";
const SUBJECT: &str = "the caller";
/// Every command asks for the caller beside its other first calls, and nobody throttles that: without a
/// network, this call says so long before the others have used up their attempts.
const ATTEMPTS: u32 = 3;

/// STS.
#[derive(Debug)]
pub(super) struct Sts {
    client: Client,
}

impl Sts {
    pub(super) fn new(config: &SdkConfig, recorder: Option<&Recorder>) -> Self {
        let retries = config
            .retry_config()
            .cloned()
            .unwrap_or_else(RetryConfig::standard);
        let mut config = Builder::from(config).retry_config(retries.with_max_attempts(ATTEMPTS));
        if let Some(recorder) = recorder {
            config = config.interceptor(recorder.clone());
        }
        Self {
            client: Client::from_conf(config.build()),
        }
    }
}

#[async_trait]
impl Identity for Sts {
    async fn caller(&self) -> Result<Caller> {
        let answer = self
            .client
            .get_caller_identity()
            .send()
            .await
            .map_err(|error| failure(Service::Sts, OPERATION, SUBJECT, &error))?;
        let missing = |field| move || incomplete(Service::Sts, OPERATION, SUBJECT, field);
        Ok(Caller {
            account: answer.account.ok_or_else(missing("Account"))?,
            arn: answer.arn.ok_or_else(missing("Arn"))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::replay::{Answer, Replay};
    use crate::hint::Hint;
    use crate::ports::ErrorKind;

    fn sts(replay: &Replay) -> Sts {
        Sts::new(&replay.config(), None)
    }

    #[tokio::test]
    async fn tells_account_and_principal() {
        let replay = Replay::of([Answer::xml(
            200,
            "<GetCallerIdentityResponse><GetCallerIdentityResult>\
             <Arn>arn:aws:sts::123456789012:assumed-role/deploy/ci</Arn><UserId>AROA:ci</UserId>\
             <Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>",
        )]);
        let caller = sts(&replay).caller().await.expect("an answer");
        assert_eq!(caller.account, "123456789012");
        assert_eq!(
            caller.arn,
            "arn:aws:sts::123456789012:assumed-role/deploy/ci"
        );
        let sent = replay.only_request().await;
        assert_eq!(
            (sent.method.as_str(), sent.host.as_str()),
            ("POST", "sts.us-east-1.amazonaws.com")
        );
        assert_eq!(sent.form()["Action"], "GetCallerIdentity");
    }

    #[tokio::test]
    async fn an_expired_token_is_a_matter_of_credentials() {
        let replay = Replay::of([Answer::xml(
            403,
            "<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code>\
             <Message>The security token included in the request is expired</Message></Error>\
             <RequestId>r-1</RequestId></ErrorResponse>",
        )
        .header("x-amzn-requestid", "r-1")]);
        let error = sts(&replay)
            .caller()
            .await
            .expect_err("the token is expired");
        assert_eq!(error.kind, ErrorKind::Credentials);
        assert_eq!(
            error.to_string(),
            "STS GetCallerIdentity of the caller: ExpiredToken: The security token included in the request \
             is expired (request id r-1)"
        );
        assert!(error.hint().expect("a hint").contains("aws sso login"));
    }

    #[tokio::test]
    async fn no_credentials_at_all_are_named_as_such() {
        let replay = Replay::of([]);
        let config = replay
            .config()
            .into_builder()
            .credentials_provider(nothing())
            .build();
        let error = Sts::new(&config, None)
            .caller()
            .await
            .expect_err("nobody is signed in");
        assert_eq!(error.kind, ErrorKind::Credentials, "{error}");
        assert_eq!(
            error.message,
            "no credentials in environment, profile, web identity, container or instance"
        );
    }

    fn nothing() -> aws_sdk_sts::config::SharedCredentialsProvider {
        use aws_credential_types::provider::error::CredentialsError;
        use aws_credential_types::provider::future::ProvideCredentials as Answer;

        #[derive(Debug)]
        struct Nothing;
        impl aws_sdk_sts::config::ProvideCredentials for Nothing {
            fn provide_credentials<'a>(&'a self) -> Answer<'a>
            where
                Self: 'a,
            {
                Answer::ready(Err(CredentialsError::not_loaded(
                    "no providers in chain provided credentials",
                )))
            }
        }
        aws_sdk_sts::config::SharedCredentialsProvider::new(Nothing)
    }
}
