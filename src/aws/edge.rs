//! The `Edge` port on CloudFront. Which paths to invalidate is decided in `site`.

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_cloudfront::Client;
use aws_sdk_cloudfront::config::Builder;
use aws_sdk_cloudfront::primitives::Blob;
use aws_sdk_cloudfront::types::{FunctionStage, InvalidationBatch, Paths};

use super::edge_trial::configuration;
use super::failure::{chain, code, failure, incomplete};
use super::recorder::Recorder;
use crate::ports::{
    CloudError, DistributionState, Edge, EdgeDraft, EdgeFunction, ErrorKind, Result, Service,
};

const SERVICE: Service = Service::CloudFront;

/// CloudFront. Clones share one client.
#[derive(Debug, Clone)]
pub(super) struct CloudFront {
    pub(super) client: Client,
}

impl CloudFront {
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
impl Edge for CloudFront {
    async fn distribution(&self, id: &str) -> Result<Option<DistributionState>> {
        let answer = match self.client.get_distribution().id(id).send().await {
            Ok(answer) => answer,
            Err(error) if code(&error) == Some("NoSuchDistribution") => return Ok(None),
            Err(error) => return Err(failure(SERVICE, "GetDistribution", id, &error)),
        };
        let missing = |field| incomplete(SERVICE, "GetDistribution", id, field);
        let distribution = answer.distribution.ok_or_else(|| missing("Distribution"))?;
        let config = distribution
            .distribution_config
            .ok_or_else(|| missing("DistributionConfig"))?;
        Ok(Some(DistributionState {
            domain: distribution.domain_name,
            deployed: distribution.status == "Deployed",
            enabled: config.enabled,
        }))
    }

    async fn live_function(&self, name: &str) -> Result<Option<Vec<u8>>> {
        match self
            .client
            .get_function()
            .name(name)
            .stage(FunctionStage::Live)
            .send()
            .await
        {
            Ok(answer) => Ok(answer.function_code.map(Blob::into_inner)),
            Err(error) if code(&error) == Some("NoSuchFunctionExists") => Ok(None),
            Err(error) => Err(failure(SERVICE, "GetFunction", name, &error)),
        }
    }

    async fn update_function(&self, function: &EdgeFunction) -> Result<EdgeDraft> {
        const OPERATION: &str = "UpdateFunction";
        let name = function.name.as_str();
        let config = configuration(function)
            .map_err(|error| rejected(OPERATION, name, error.to_string()))?;
        let EdgeDraft { version, .. } = self.draft(name).await?;
        let answer = self
            .client
            .update_function()
            .name(name)
            .if_match(version)
            .function_config(config)
            .function_code(Blob::new(function.code.as_bytes()))
            .send()
            .await
            .map_err(|error| failure(SERVICE, OPERATION, name, &error))?;
        match answer.e_tag {
            Some(version) => Ok(EdgeDraft {
                name: name.to_owned(),
                version,
            }),
            None => self.draft(name).await,
        }
    }

    async fn publish_function(&self, draft: &EdgeDraft) -> Result<()> {
        let name = draft.name.as_str();
        self.client
            .publish_function()
            .name(name)
            .if_match(&draft.version)
            .send()
            .await
            .map_err(|error| failure(SERVICE, "PublishFunction", name, &error))?;
        Ok(())
    }

    async fn invalidate(
        &self,
        distribution: &str,
        paths: &[String],
        reference: &str,
    ) -> Result<String> {
        const OPERATION: &str = "CreateInvalidation";
        let batch = batch(paths, reference)
            .map_err(|message| rejected(OPERATION, distribution, message))?;
        let answer = self
            .client
            .create_invalidation()
            .distribution_id(distribution)
            .invalidation_batch(batch)
            .send()
            .await
            .map_err(|error| failure(SERVICE, OPERATION, distribution, &error))?;
        answer
            .invalidation
            .map(|invalidation| invalidation.id)
            .ok_or_else(|| incomplete(SERVICE, OPERATION, distribution, "Invalidation"))
    }

    async fn invalidated(&self, distribution: &str, invalidation: &str) -> Result<bool> {
        const OPERATION: &str = "GetInvalidation";
        let subject = format!("{distribution}/{invalidation}");
        let answer = self
            .client
            .get_invalidation()
            .distribution_id(distribution)
            .id(invalidation)
            .send()
            .await
            .map_err(|error| failure(SERVICE, OPERATION, subject.as_str(), &error))?;
        answer
            .invalidation
            .map(|invalidation| invalidation.status == "Completed")
            .ok_or_else(|| incomplete(SERVICE, OPERATION, subject.as_str(), "Invalidation"))
    }
}

impl CloudFront {
    /// The version of a function that is not published.
    async fn draft(&self, name: &str) -> Result<EdgeDraft> {
        const OPERATION: &str = "DescribeFunction";
        let answer = self
            .client
            .describe_function()
            .name(name)
            .stage(FunctionStage::Development)
            .send()
            .await
            .map_err(|error| failure(SERVICE, OPERATION, name, &error))?;
        at_version(OPERATION, name, answer.e_tag)
    }
}

/// A function at the version that an answer has to tell.
pub(super) fn at_version(
    operation: &'static str,
    name: &str,
    e_tag: Option<String>,
) -> Result<EdgeDraft> {
    Ok(EdgeDraft {
        name: name.to_owned(),
        version: e_tag.ok_or_else(|| incomplete(SERVICE, operation, name, "ETag"))?,
    })
}

/// A request that cannot even be written.
pub(super) fn rejected(operation: &'static str, subject: &str, message: String) -> CloudError {
    CloudError {
        service: SERVICE,
        operation,
        subject: subject.to_owned(),
        kind: ErrorKind::Rejected,
        message,
    }
}

fn batch(paths: &[String], reference: &str) -> std::result::Result<InvalidationBatch, String> {
    let quantity = i32::try_from(paths.len()).map_err(|error| chain(&error))?;
    let paths = Paths::builder()
        .quantity(quantity)
        .set_items(Some(paths.to_vec()))
        .build()
        .map_err(|error| chain(&error))?;
    InvalidationBatch::builder()
        .paths(paths)
        .caller_reference(reference)
        .build()
        .map_err(|error| chain(&error))
}

#[cfg(test)]
mod tests;
