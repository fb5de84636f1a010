//! The main stack as a whole, from top to bottom.

use super::{Error, Output, alarms, api, distribution, edge, functions, site};
use crate::config::{Site, StackFile};
use crate::package::Architecture;
use crate::resource::cloudfront::DistributionAttribute;
use crate::template::{self, Parameter, Template, TemplateBuilder, Text};

/// Declares the main stack of an environment.
///
/// `host` is the building machine's instruction set, for functions that want the host's; `edge_source` is the
/// JavaScript of the edge function. The same arguments always give the same bytes.
///
/// ```text
///  viewer ──► distribution ──► edge function ──► site bucket       /, /track, /data/*
///                   └────────► REST API ───────► api function      /api/*
/// ```
pub fn declare(file: &StackFile, host: Architecture, edge_source: &str) -> Result<Template, Error> {
    let mut stack = TemplateBuilder::new(format!(
        "QuickDumpNow: job messages, tracking page and API ({})",
        file.name
    ));

    let api_function = functions::api(&mut stack, file, host)?;
    let api = api::rest_api(&mut stack, file, &api::endpoints(), &api_function)?;
    let edge = edge::declare(&mut stack, file, edge_source)?;
    let site = match &file.site {
        Site::Managed { domains } => {
            let bucket = site::bucket(&mut stack, file)?;
            let distribution =
                distribution::declare(&mut stack, file, domains.as_ref(), &bucket, &api, &edge)?;
            site::readable_by(&mut stack, &bucket, &distribution)?;
            SiteOutputs {
                bucket: (&bucket).into(),
                distribution: (&distribution).into(),
                domain: Some(distribution.attribute(DistributionAttribute::DomainName)),
            }
        }
        // Neither is ours to declare: the edge layer attaches what is above to the distribution.
        Site::Existing { bucket, .. } => SiteOutputs {
            bucket: bucket.as_str().into(),
            distribution: (&existing_distribution(&mut stack)?).into(),
            domain: None,
        },
    };
    if file.alarms.is_some() {
        alarms::declare(&mut stack, file, &api_function)?;
    }

    let SiteOutputs {
        bucket,
        distribution,
        domain,
    } = site;
    for (output, value) in [
        (Output::SiteBucketName, Some(bucket)),
        (Output::DistributionId, Some(distribution)),
        (Output::DistributionDomain, domain),
        (Output::ApiId, Some((&api.rest_api).into())),
        (Output::ApiStage, Some((&api.stage).into())),
        (Output::ApiFunctionName, Some((&api_function).into())),
        (
            Output::EdgeFunctionName,
            Some(edge::function_name(file).into()),
        ),
    ] {
        if let Some(value) = value {
            stack.output(
                output.name(),
                &template::Output::new(output.description(), value),
            )?;
        }
    }
    Ok(stack.build()?)
}

/// Where the page lies and under which distribution, in either site mode.
struct SiteOutputs {
    bucket: Text,
    distribution: Text,
    domain: Option<Text>,
}

/// The stack only passes the id on to those who read its outputs.
fn existing_distribution(stack: &mut TemplateBuilder) -> Result<template::ParameterHandle, Error> {
    let parameter = Parameter::string("Existing distribution that serves the page and the API")
        .matching("E[A-Z0-9]{8,31}", "id of a CloudFront distribution, E…");
    Ok(stack.parameter("DistributionId", parameter)?)
}
