//! The `EdgeTrials` port on CloudFront: a function that is never published, tried on events and deleted again.

use async_trait::async_trait;
use aws_sdk_cloudfront::error::BuildError;
use aws_sdk_cloudfront::primitives::Blob;
use aws_sdk_cloudfront::types::{
    FunctionConfig, FunctionRuntime, FunctionStage, KeyValueStoreAssociation,
    KeyValueStoreAssociations,
};

use super::edge::{CloudFront, at_version, rejected};
use super::failure::{code, failure, incomplete};
use crate::ports::{EdgeDraft, EdgeFunction, EdgeTrials, Result, Service, Tried};

const SERVICE: Service = Service::CloudFront;

#[async_trait]
impl EdgeTrials for CloudFront {
    async fn create(&self, candidate: &EdgeFunction) -> Result<EdgeDraft> {
        const OPERATION: &str = "CreateFunction";
        let name = candidate.name.as_str();
        let config = configuration(candidate)
            .map_err(|error| rejected(OPERATION, name, error.to_string()))?;
        let answer = self
            .client
            .create_function()
            .name(name)
            .function_config(config)
            .function_code(Blob::new(candidate.code.as_bytes()))
            .send()
            .await
            .map_err(|error| failure(SERVICE, OPERATION, name, &error))?;
        at_version(OPERATION, name, answer.e_tag)
    }

    async fn run(&self, function: &EdgeDraft, event: &[u8]) -> Result<Tried> {
        const OPERATION: &str = "TestFunction";
        let name = function.name.as_str();
        let answer = self
            .client
            .test_function()
            .name(name)
            .if_match(&function.version)
            .stage(FunctionStage::Development)
            .event_object(Blob::new(event))
            .send()
            .await
            .map_err(|error| failure(SERVICE, OPERATION, name, &error))?;
        let missing = |field| incomplete(SERVICE, OPERATION, name, field);
        let result = answer.test_result.ok_or_else(|| missing("TestResult"))?;
        let utilization = result.compute_utilization.as_deref();
        let utilization = utilization.and_then(|text| text.parse().ok());
        Ok(Tried {
            utilization: utilization.ok_or_else(|| missing("ComputeUtilization"))?,
            error: result
                .function_error_message
                .filter(|text| !text.is_empty()),
        })
    }

    async fn delete(&self, name: &str) -> Result<()> {
        let described = self
            .client
            .describe_function()
            .name(name)
            .stage(FunctionStage::Development)
            .send()
            .await;
        let version = match described {
            Ok(answer) => answer.e_tag,
            Err(error) if code(&error) == Some("NoSuchFunctionExists") => return Ok(()),
            Err(error) => return Err(failure(SERVICE, "DescribeFunction", name, &error)),
        };
        let EdgeDraft { version, .. } = at_version("DescribeFunction", name, version)?;
        let deleted = self.client.delete_function().name(name).if_match(version);
        match deleted.send().await {
            Ok(_) => Ok(()),
            Err(error) if code(&error) == Some("NoSuchFunctionExists") => Ok(()),
            Err(error) => Err(failure(SERVICE, "DeleteFunction", name, &error)),
        }
    }
}

/// What CloudFront is told of a function beside its code.
pub(super) fn configuration(
    function: &EdgeFunction,
) -> std::result::Result<FunctionConfig, BuildError> {
    let mut config = FunctionConfig::builder()
        .comment(&function.comment)
        .runtime(FunctionRuntime::CloudfrontJs20);
    if let Some(store) = &function.store {
        let association = KeyValueStoreAssociation::builder()
            .key_value_store_arn(store)
            .build()?;
        let associations = KeyValueStoreAssociations::builder()
            .quantity(1)
            .items(association)
            .build()?;
        config = config.key_value_store_associations(associations);
    }
    config.build()
}

#[cfg(test)]
mod tests {
    use super::super::replay::{Answer, Replay};
    use super::*;

    const STORE: &str = "arn:aws:cloudfront::123456789012:key-value-store/1";

    fn trials(replay: &Replay) -> CloudFront {
        CloudFront::new(&replay.config(), None)
    }

    fn function() -> EdgeDraft {
        EdgeDraft {
            name: "qdn-prod-edge-candidate".to_owned(),
            version: "V1".to_owned(),
        }
    }

    fn created() -> Answer {
        Answer::xml(
            201,
            "<FunctionSummary><Name>qdn-prod-edge-candidate</Name><FunctionConfig><Comment></Comment>\
             <Runtime>cloudfront-js-2.0</Runtime></FunctionConfig><FunctionMetadata><FunctionARN>a</FunctionARN>\
             <LastModifiedTime>2026-11-22T17:53:01Z</LastModifiedTime></FunctionMetadata></FunctionSummary>",
        )
        .header("etag", "V1")
    }

    #[tokio::test]
    async fn a_candidate_is_made_with_its_store_or_without() {
        let candidate = |store: Option<&str>| EdgeFunction {
            name: "qdn-prod-edge-candidate".to_owned(),
            comment: "tried".to_owned(),
            code: "function handler(event) {}".to_owned(),
            store: store.map(str::to_owned),
        };
        for (store, associated) in [(Some(STORE), true), (None, false)] {
            let replay = Replay::of([created()]);
            let made = trials(&replay).create(&candidate(store)).await;
            assert_eq!(made, Ok(function()));
            let sent = replay.only_request().await;
            assert_eq!(
                (sent.method.as_str(), sent.path.as_str()),
                ("POST", "/2020-05-31/function")
            );
            assert!(sent.body.contains("<Runtime>cloudfront-js-2.0</Runtime>"));
            assert_eq!(sent.body.contains(STORE), associated, "{}", sent.body);
        }
    }

    #[tokio::test]
    async fn a_trial_tells_what_it_cost_and_what_went_wrong() {
        let result = |error: &str| {
            Answer::xml(
                200,
                &format!(
                    "<TestResult><ComputeUtilization>23</ComputeUtilization>\
                     <FunctionErrorMessage>{error}</FunctionErrorMessage></TestResult>"
                ),
            )
        };
        let replay = Replay::of([result(""), result("it threw")]);
        let trials = trials(&replay);
        let tried = |error: Option<&str>| Tried {
            utilization: 23,
            error: error.map(str::to_owned),
        };
        assert_eq!(trials.run(&function(), b"{}").await, Ok(tried(None)));
        assert_eq!(
            trials.run(&function(), b"{}").await,
            Ok(tried(Some("it threw")))
        );
        let sent = &replay.requests().await[0];
        assert_eq!(
            (sent.method.as_str(), sent.path.as_str()),
            ("POST", "/2020-05-31/function/qdn-prod-edge-candidate/test")
        );
        assert_eq!(sent.headers["if-match"], "V1");
        assert!(sent.body.contains("<Stage>DEVELOPMENT</Stage>"));
    }

    #[tokio::test]
    async fn a_candidate_that_is_gone_need_not_be_deleted() {
        let gone = Answer::xml(
            404,
            "<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchFunctionExists</Code>\
             <Message>gone</Message></Error></ErrorResponse>",
        );
        let replay = Replay::of([gone]);
        assert_eq!(
            trials(&replay).delete("qdn-prod-edge-candidate").await,
            Ok(())
        );
        assert_eq!(replay.only_request().await.method, "GET");
    }
}
