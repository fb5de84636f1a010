//! The `Functions` port on Lambda.

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_sdk_lambda::Client;
use aws_sdk_lambda::config::Builder;
use aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationOutput;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{InvocationType, LastUpdateStatus, State};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::failure::{code, failure, incomplete};
use super::patience::{INVOCATION, patient};
use super::recorder::Recorder;

use crate::ports::{FunctionState, Functions, Invocation, Readiness, Result, Service};

const SERVICE: Service = Service::Lambda;

/// Lambda.
#[derive(Debug)]
pub(super) struct Lambda {
    client: Client,
}

impl Lambda {
    pub(super) fn new(config: &SdkConfig, recorder: Option<&Recorder>) -> Self {
        let mut config = Builder::from(config);
        if let Some(recorder) = recorder {
            config = config.interceptor(recorder.clone());
        }
        Self {
            client: Client::from_conf(config.build()),
        }
    }
}

#[async_trait]
impl Functions for Lambda {
    async fn configuration(&self, function: &str) -> Result<Option<FunctionState>> {
        const OPERATION: &str = "GetFunctionConfiguration";
        let answer = match self
            .client
            .get_function_configuration()
            .function_name(function)
            .send()
            .await
        {
            Ok(answer) => answer,
            Err(error) if code(&error) == Some("ResourceNotFoundException") => return Ok(None),
            Err(error) => return Err(failure(SERVICE, OPERATION, function, &error)),
        };
        let code_sha256 = answer
            .code_sha256()
            .and_then(hex)
            .ok_or_else(|| incomplete(SERVICE, OPERATION, function, "CodeSha256"))?;
        Ok(Some(FunctionState {
            code_sha256,
            readiness: readiness(&answer),
        }))
    }

    async fn invoke(&self, function: &str, payload: &[u8]) -> Result<Invocation> {
        let answer = self
            .client
            .invoke()
            .function_name(function)
            .invocation_type(InvocationType::RequestResponse)
            .payload(Blob::new(payload))
            .customize()
            .config_override(
                Builder::new()
                    .timeout_config(patient(INVOCATION))
                    // An invocation may have had effects though its answer was lost.
                    .retry_config(RetryConfig::disabled()),
            )
            .send()
            .await
            .map_err(|error| failure(SERVICE, "Invoke", function, &error))?;
        Ok(Invocation {
            error: answer.function_error,
            payload: answer.payload.map(Blob::into_inner).unwrap_or_default(),
        })
    }

    async fn update_code(&self, function: &str, bucket: &str, key: &str) -> Result<()> {
        let update = self.client.update_function_code();
        update
            .function_name(function)
            .s3_bucket(bucket)
            .s3_key(key)
            .send()
            .await
            .map_err(|error| failure(SERVICE, "UpdateFunctionCode", function, &error))?;
        Ok(())
    }
}

fn readiness(answer: &GetFunctionConfigurationOutput) -> Readiness {
    let failed = |reason: Option<&str>, status: &str| {
        let reason = reason.filter(|reason| !reason.is_empty());
        Readiness::Failed(reason.map_or_else(|| format!("it is {status}"), str::to_owned))
    };
    match answer.state() {
        Some(State::Pending) => return Readiness::Pending,
        // An idle function is woken by the next invocation; an absent state is an emulator's.
        None | Some(State::Active | State::Inactive) => {}
        Some(other) => return failed(answer.state_reason(), other.as_str()),
    }
    match answer.last_update_status() {
        None | Some(LastUpdateStatus::Successful) => Readiness::Ready,
        Some(LastUpdateStatus::InProgress) => Readiness::Pending,
        Some(other) => failed(answer.last_update_status_reason(), other.as_str()),
    }
}

/// From Lambda's base64 to hexadecimal.
fn hex(base64: &str) -> Option<String> {
    let bytes = BASE64
        .decode(base64)
        .ok()
        .filter(|bytes| bytes.len() == 32)?;
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    digits
        .map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::replay::{Answer, Replay};
    use crate::ports::ErrorKind;

    /// SHA-256 of "hello".
    const BASE64_HASH: &str = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";
    const HEX_HASH: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    fn lambda(replay: &Replay) -> Lambda {
        Lambda::new(&replay.config(), None)
    }

    fn refusal(status: u16, code: &'static str) -> Answer {
        Answer::json(status, r#"{"Type":"User","Message":"no"}"#).header("x-amzn-errortype", code)
    }

    #[tokio::test]
    async fn tells_the_code_hash_in_hexadecimal() {
        let body = format!(
            r#"{{"FunctionName":"qdn-prod-api","CodeSha256":"{BASE64_HASH}","State":"Active","LastUpdateStatus":"Successful"}}"#
        );
        let replay = Replay::of([Answer::json(200, &body)]);
        let state = lambda(&replay)
            .configuration("qdn-prod-api")
            .await
            .expect("an answer");
        assert_eq!(
            state,
            Some(FunctionState {
                code_sha256: HEX_HASH.into(),
                readiness: Readiness::Ready
            })
        );
        let sent = replay.only_request().await;
        assert_eq!(
            (sent.method.as_str(), sent.path.as_str()),
            ("GET", "/2015-03-31/functions/qdn-prod-api/configuration")
        );
    }

    #[tokio::test]
    async fn an_absent_function_is_none_and_another_refusal_an_error() {
        let replay = Replay::of([
            refusal(404, "ResourceNotFoundException"),
            refusal(403, "AccessDeniedException"),
        ]);
        let lambda = lambda(&replay);
        assert_eq!(lambda.configuration("qdn-prod-api").await, Ok(None));
        let error = lambda
            .configuration("qdn-prod-api")
            .await
            .expect_err("not allowed");
        assert_eq!(error.kind, ErrorKind::AccessDenied);
        assert_eq!(
            error.to_string(),
            "Lambda GetFunctionConfiguration of qdn-prod-api: AccessDeniedException: no"
        );
        replay.requests().await;
    }

    #[tokio::test]
    async fn an_answer_without_a_hash_is_not_believed() {
        let replay = Replay::of([Answer::json(200, r#"{"CodeSha256":"abc"}"#)]);
        let error = lambda(&replay)
            .configuration("qdn-prod-api")
            .await
            .expect_err("no hash");
        assert_eq!(error.message, "the answer has no CodeSha256");
    }

    #[test]
    fn readiness_follows_state_and_last_update() {
        use LastUpdateStatus::{Failed, InProgress, Successful};
        let of = |state: Option<State>, update: Option<LastUpdateStatus>, reason: &str| {
            readiness(
                &GetFunctionConfigurationOutput::builder()
                    .set_state(state)
                    .state_reason(reason)
                    .set_last_update_status(update)
                    .last_update_status_reason(reason)
                    .build(),
            )
        };
        assert_eq!(
            of(Some(State::Active), Some(Successful), ""),
            Readiness::Ready
        );
        assert_eq!(
            of(Some(State::Inactive), Some(Successful), ""),
            Readiness::Ready
        );
        assert_eq!(of(None, None, ""), Readiness::Ready);
        assert_eq!(
            of(Some(State::Pending), Some(Successful), ""),
            Readiness::Pending
        );
        assert_eq!(
            of(Some(State::Active), Some(InProgress), ""),
            Readiness::Pending
        );
        assert_eq!(
            of(Some(State::Active), Some(Failed), "no role"),
            Readiness::Failed("no role".into())
        );
        assert_eq!(
            of(Some(State::Failed), None, ""),
            Readiness::Failed("it is Failed".into())
        );
        assert_eq!(
            of(Some(State::Deactivated), None, ""),
            Readiness::Failed("it is Deactivated".into())
        );
    }

    #[tokio::test]
    async fn invokes_and_tells_a_functions_own_error() {
        let replay = Replay::of([
            Answer::json(200, r#"{"ok":true}"#),
            Answer::json(200, r#"{"errorMessage":"boom"}"#)
                .header("x-amz-function-error", "Unhandled"),
        ]);
        let lambda = lambda(&replay);
        let good = lambda
            .invoke("qdn-prod-api", br#"{"a":1}"#)
            .await
            .expect("an answer");
        assert_eq!(
            good,
            Invocation {
                error: None,
                payload: br#"{"ok":true}"#.to_vec()
            }
        );
        let bad = lambda
            .invoke("qdn-prod-api", b"{}")
            .await
            .expect("an answer");
        assert_eq!(bad.error.as_deref(), Some("Unhandled"));
        let sent = &replay.requests().await[0];
        assert_eq!(
            (sent.method.as_str(), sent.body.as_str()),
            ("POST", r#"{"a":1}"#)
        );
        assert_eq!(sent.path, "/2015-03-31/functions/qdn-prod-api/invocations");
        assert_eq!(sent.headers["x-amz-invocation-type"], "RequestResponse");
    }

    #[tokio::test]
    async fn gives_a_function_its_code_unless_it_is_being_updated() {
        let replay = Replay::of([
            Answer::json(200, "{}"),
            refusal(409, "ResourceConflictException"),
        ]);
        let lambda = lambda(&replay);
        let put = || lambda.update_code("qdn-prod-api", "artifacts", "functions/api/1.zip");
        put().await.expect("it is taken");
        let error = put().await.expect_err("it is being updated");
        assert_eq!(error.kind, ErrorKind::Conflict);
        let sent = &replay.requests().await[0];
        assert_eq!(
            (sent.method.as_str(), sent.path.as_str()),
            ("PUT", "/2015-03-31/functions/qdn-prod-api/code")
        );
        let body: serde_json::Value = serde_json::from_str(&sent.body).expect("JSON");
        let wanted = serde_json::json!({"S3Bucket": "artifacts", "S3Key": "functions/api/1.zip"});
        assert_eq!(body, wanted);
    }

    #[tokio::test]
    async fn an_invocation_is_sent_once() {
        let replay = Replay::of([refusal(500, "ServiceException")]);
        let error = lambda(&replay)
            .invoke("qdn-prod-api", b"{}")
            .await
            .expect_err("it failed");
        assert_eq!(error.kind, ErrorKind::Server);
        replay.only_request().await;
    }
}
