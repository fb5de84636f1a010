//! The `Distributions` port on CloudFront: a configuration is passed through as the bytes that it is. The SDK signs,
//! sends and retries, but its typed form would drop what this version of it does not know, and an update replaces
//! everything.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use aws_sdk_cloudfront::error::BuildError;
use aws_sdk_cloudfront::types::{
    DefaultCacheBehavior, DistributionConfig, Origin, Origins, ViewerProtocolPolicy,
};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    AfterDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextMut,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;

use super::edge::CloudFront;
use super::failure::{code, failure, incomplete};
use crate::ports::{CloudError, DistributionDocument, Distributions, ErrorKind, Result, Service};

const SERVICE: Service = Service::CloudFront;

#[async_trait]
impl Distributions for CloudFront {
    async fn configuration(&self, id: &str) -> Result<Option<DistributionDocument>> {
        const OPERATION: &str = "GetDistributionConfig";
        let answered = Answered::default();
        let call = self.client.get_distribution_config().id(id).customize();
        let answer = match call.interceptor(answered.clone()).send().await {
            Ok(answer) => answer,
            Err(error) if code(&error) == Some("NoSuchDistribution") => return Ok(None),
            Err(error) => return Err(failure(SERVICE, OPERATION, id, &error)),
        };
        let missing = |field| incomplete(SERVICE, OPERATION, id, field);
        Ok(Some(DistributionDocument {
            version: answer.e_tag.ok_or_else(|| missing("ETag"))?,
            xml: answered.body().ok_or_else(|| missing("readable body"))?,
        }))
    }

    async fn replace(&self, id: &str, document: &DistributionDocument) -> Result<()> {
        const OPERATION: &str = "UpdateDistribution";
        let stand_in = stand_in().map_err(|error| CloudError {
            service: SERVICE,
            operation: OPERATION,
            subject: id.to_owned(),
            kind: ErrorKind::Rejected,
            message: error.to_string(),
        })?;
        self.client
            .update_distribution()
            .id(id)
            .if_match(&document.version)
            .distribution_config(stand_in)
            .customize()
            .interceptor(Sent(document.xml.clone()))
            .send()
            .await
            .map(|_| ())
            .map_err(|error| failure(SERVICE, OPERATION, id, &error))
    }
}

/// What the SDK has to be given, and what [`Sent`] replaces. Should it ever go out, CloudFront would refuse it: an
/// update with another caller reference is illegal.
fn stand_in() -> std::result::Result<DistributionConfig, BuildError> {
    const STAND_IN: &str = "qdn-infra-stand-in";
    let origin = Origin::builder()
        .id(STAND_IN)
        .domain_name(STAND_IN)
        .build()?;
    let default = DefaultCacheBehavior::builder()
        .target_origin_id(STAND_IN)
        .viewer_protocol_policy(ViewerProtocolPolicy::HttpsOnly)
        .build()?;
    DistributionConfig::builder()
        .caller_reference(STAND_IN)
        .origins(Origins::builder().quantity(1).items(origin).build()?)
        .default_cache_behavior(default)
        .comment(STAND_IN)
        .enabled(false)
        .build()
}

/// Remembers the body of an answer.
#[derive(Debug, Clone, Default)]
struct Answered(Arc<Mutex<Option<String>>>);

impl Answered {
    /// The last answer's body; none when there was none, or it was not UTF-8.
    fn body(&self) -> Option<String> {
        // A panic while it was held left it whole: it is written by a single statement.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[dyn_dispatch_hint]
impl Intercept for Answered {
    fn name(&self) -> &'static str {
        "AnsweredConfiguration"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _runtime_components: &RuntimeComponents,
        _cfg: &mut ConfigBag,
    ) -> std::result::Result<(), BoxError> {
        // By now the SDK has read the whole body into memory.
        let body = context.response().body().bytes();
        let text = body.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = text;
        Ok(())
    }
}

/// Puts these bytes in the place of the body that the SDK wrote, before the request is signed.
#[derive(Debug)]
struct Sent(String);

#[dyn_dispatch_hint]
impl Intercept for Sent {
    fn name(&self) -> &'static str {
        "SentConfiguration"
    }

    // Once for all attempts: each of them starts from a copy of what is made here.
    fn modify_before_retry_loop(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _runtime_components: &RuntimeComponents,
        _cfg: &mut ConfigBag,
    ) -> std::result::Result<(), BoxError> {
        let request = context.request_mut();
        *request.body_mut() = SdkBody::from(self.0.as_str());
        request
            .headers_mut()
            .try_insert("content-length", self.0.len().to_string())?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::replay::{Answer, Replay};
    use super::*;

    /// With an element that no version of the SDK knows.
    const XML: &str = "<?xml version=\"1.0\"?>\n<DistributionConfig xmlns=\"x\"><CallerReference>r</CallerReference>\
        <Origins><Quantity>0</Quantity></Origins><DefaultCacheBehavior><TargetOriginId>site</TargetOriginId>\
        <ViewerProtocolPolicy>https-only</ViewerProtocolPolicy></DefaultCacheBehavior><Comment>é</Comment>\
        <Enabled>true</Enabled><NewerThanTheSdk><Deep a=\"1\"/></NewerThanTheSdk></DistributionConfig>";

    fn distributions(replay: &Replay) -> CloudFront {
        CloudFront::new(&replay.config(), None)
    }

    fn document() -> DistributionDocument {
        DistributionDocument {
            version: "E2".to_owned(),
            xml: XML.to_owned(),
        }
    }

    fn refusal(status: u16, code: &str) -> Answer {
        Answer::xml(
            status,
            &format!(
                "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>no</Message></Error>\
                 </ErrorResponse>"
            ),
        )
    }

    fn updated() -> Answer {
        Answer::xml(
            200,
            &format!(
                "<Distribution><Id>E1</Id><ARN>a</ARN><Status>InProgress</Status>\
                 <LastModifiedTime>2026-11-22T17:53:01Z</LastModifiedTime>\
                 <InProgressInvalidationBatches>0</InProgressInvalidationBatches><DomainName>d</DomainName>{}\
                 </Distribution>",
                XML.trim_start_matches("<?xml version=\"1.0\"?>\n")
            ),
        )
        .header("etag", "E3")
    }

    #[tokio::test]
    async fn a_configuration_is_read_byte_for_byte() {
        let replay = Replay::of([
            Answer::xml(200, XML).header("etag", "E2"),
            refusal(404, "NoSuchDistribution"),
            refusal(403, "AccessDenied"),
        ]);
        let distributions = distributions(&replay);
        assert_eq!(
            distributions.configuration("E1").await,
            Ok(Some(document()))
        );
        assert_eq!(distributions.configuration("E1").await, Ok(None));
        let denied = distributions.configuration("E1").await.unwrap_err();
        assert_eq!(denied.kind, ErrorKind::AccessDenied);
        let sent = &replay.requests().await[0];
        assert_eq!(
            (sent.method.as_str(), sent.path.as_str()),
            ("GET", "/2020-05-31/distribution/E1/config")
        );
    }

    #[tokio::test]
    async fn a_configuration_is_sent_byte_for_byte_and_again_when_it_is_retried() {
        let replay = Replay::of([refusal(503, "ServiceUnavailable"), updated()]);
        assert_eq!(
            distributions(&replay).replace("E1", &document()).await,
            Ok(())
        );
        for sent in replay.requests().await {
            assert_eq!(
                (sent.method.as_str(), sent.path.as_str()),
                ("PUT", "/2020-05-31/distribution/E1/config")
            );
            assert_eq!(sent.body, XML);
            assert_eq!(sent.headers["if-match"], "E2");
            assert_eq!(sent.headers["content-length"], XML.len().to_string());
            assert!(sent.headers["authorization"].contains("content-length"));
        }
    }

    #[tokio::test]
    async fn a_configuration_that_moved_is_a_conflict() {
        let replay = Replay::of([refusal(412, "PreconditionFailed")]);
        let moved = distributions(&replay).replace("E1", &document()).await;
        assert_eq!(moved.unwrap_err().kind, ErrorKind::Conflict);
    }
}
