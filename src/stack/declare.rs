//! The main stack as a whole, from top to bottom.

use qdn_shared::package::FunctionName;

use super::functions::{self, Surroundings};
use super::permissions::Targets;
use super::{
    Error, Output, alarms, api, dashboard, dead_letters, distribution, edge, names, site, table,
    triggers,
};
use crate::config::{Site, StackFile};
use crate::package::Architecture;
use crate::resource::cloudfront::{DistributionAttribute, KeyValueStoreAttribute};
use crate::resource::s3::Bucket;
use crate::template::{self, Handle, Parameter, Template, TemplateBuilder, Text};

/// Declares the main stack of an environment.
///
/// `host` is the building machine's instruction set, for functions that want the host's; `edge_source` is the
/// JavaScript of the edge function. The same arguments always give the same bytes.
///
/// ```text
///  viewer ──► distribution ──► edge function ──► site bucket       /, /track, /data/*
///                   └────────► REST API ───────► api function      /api/*
///                                                    │
///                    clock ──► upkeep function ──► table ──► stream ──► relay function ──► carrier
///                                   └────────── dead letters ◄─────────────┘
/// ```
pub fn declare(file: &StackFile, host: Architecture, edge_source: &str) -> Result<Template, Error> {
    let mut stack = TemplateBuilder::new(format!(
        "QuickDumpNow: job messages, tracking page and API ({})",
        file.name
    ));

    let data = table::declare(&mut stack, file)?;
    let dead_letters = dead_letters::declare(&mut stack, file)?;
    let page = page(&mut stack, file)?;

    let targets = Targets {
        table: data.arn().into(),
        dead_letters: dead_letters.arn().into(),
        site_bucket: page.arn,
    };
    let surroundings = Surroundings::new(
        &mut stack,
        file,
        host,
        (&data).into(),
        page.bucket.clone(),
        targets,
    )?;
    let mut function = |name| functions::declare(&mut stack, &surroundings, name);
    let answering = function(FunctionName::Api)?;
    let relay = function(FunctionName::Relay)?;
    let upkeep = function(FunctionName::Upkeep)?;
    triggers::stream(&mut stack, file, &relay, &data, &dead_letters)?;
    let targets = &surroundings.targets;
    triggers::clock(&mut stack, file, &upkeep, &dead_letters, targets)?;

    let api = api::rest_api(&mut stack, file, &api::endpoints(), &answering)?;
    let edge = edge::declare(&mut stack, file, edge_source)?;
    let (distribution, domain) = match (&file.site, &page.own) {
        (Site::Managed { domains }, Some(bucket)) => {
            let distribution =
                distribution::declare(&mut stack, file, domains.as_ref(), bucket, &api, &edge)?;
            site::readable_by(&mut stack, bucket, &distribution)?;
            let domain = distribution.attribute(DistributionAttribute::DomainName);
            ((&distribution).into(), Some(domain))
        }
        // Not ours to declare: the edge layer attaches what is above to the distribution.
        _ => ((&existing_distribution(&mut stack)?).into(), None),
    };
    dashboard::declare(&mut stack, file)?;
    if file.alarms.is_some() {
        alarms::declare(&mut stack, file)?;
    }

    for (output, value) in [
        (Output::SiteBucketName, Some(page.bucket)),
        (Output::DistributionId, Some(distribution)),
        (Output::DistributionDomain, domain),
        (Output::ApiId, Some((&api.rest_api).into())),
        (Output::ApiStage, Some((&api.stage).into())),
        (Output::ApiFunctionName, Some((&answering).into())),
        (Output::RelayFunctionName, Some((&relay).into())),
        (Output::UpkeepFunctionName, Some((&upkeep).into())),
        (Output::TableName, Some((&data).into())),
        (Output::DeadLetterQueueUrl, Some((&dead_letters).into())),
        (
            Output::EdgeFunctionName,
            Some(edge::function_name(file).into()),
        ),
        (Output::KeyValueStoreArn, Some(edge.keys.arn().into())),
        (
            Output::KeyValueStoreId,
            Some(edge.keys.attribute(KeyValueStoreAttribute::Id)),
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

/// Where the page lies, in either site mode.
struct Page {
    /// The bucket, where it is ours.
    own: Option<Handle<Bucket>>,
    /// Its name.
    bucket: Text,
    /// Its Amazon Resource Name.
    arn: Text,
}

fn page(stack: &mut TemplateBuilder, file: &StackFile) -> Result<Page, Error> {
    Ok(match &file.site {
        Site::Managed { .. } => {
            let bucket = site::bucket(stack, file)?;
            Page {
                bucket: (&bucket).into(),
                arn: bucket.arn().into(),
                own: Some(bucket),
            }
        }
        Site::Existing { bucket, .. } => Page {
            bucket: bucket.as_str().into(),
            arn: names::site_bucket_arn(file),
            own: None,
        },
    })
}

/// The stack only passes the id on to those who read its outputs.
fn existing_distribution(stack: &mut TemplateBuilder) -> Result<template::ParameterHandle, Error> {
    let parameter = Parameter::string("Existing distribution that serves the page and the API")
        .matching("E[A-Z0-9]{8,31}", "id of a CloudFront distribution, E…");
    Ok(stack.parameter("DistributionId", parameter)?)
}
