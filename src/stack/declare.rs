//! The main stack as a whole, from top to bottom.

use qdn_shared::package::FunctionName;
use serde_json::Value;

use super::functions::{self, Surroundings};
use super::permissions::Targets;
use super::{
    Error, Output, alarms, api, dashboard, dead_letters, distribution, edge, names, site, table,
    triggers,
};
use crate::config::{Site, StackFile};
use crate::package::Architecture;
use crate::resource::cloudfront::{Distribution, DistributionAttribute, KeyValueStoreAttribute};
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
    let (stack, _) = assemble(file, host, edge_source)?;
    Ok(stack.build()?)
}

/// What an existing distribution is given: a `DistributionConfig` as `CloudFormation` would take it, of which
/// `Origins`, `CacheBehaviors` and the functions of `DefaultCacheBehavior` count. It refers to resources of the
/// template that [`declare`] makes of the same arguments. None for a site that the stack manages.
pub fn adopted(
    file: &StackFile,
    host: Architecture,
    edge_source: &str,
) -> Result<Option<Value>, Error> {
    if !file.site.is_existing() {
        return Ok(None);
    }
    let (mut stack, adopted) = assemble(file, host, edge_source)?;
    let Some(distribution) = adopted else {
        return Ok(None);
    };
    // Never deployed so: added to be written down with everything that it refers to.
    let id = "AdoptedDistribution";
    stack.add(id, distribution)?;
    let mut template = stack.build()?.to_value();
    let properties = &mut template["Resources"][id]["Properties"];
    Ok(Some(properties["DistributionConfig"].take()))
}

/// The stack, and what the distribution is given that it is attached to.
fn assemble(
    file: &StackFile,
    host: Architecture,
    edge_source: &str,
) -> Result<(TemplateBuilder, Option<Distribution>), Error> {
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
    let (place, adopted) =
        if let (Site::Managed { domains }, Some(bucket)) = (&file.site, &page.own) {
            let distribution =
                distribution::declare(&mut stack, file, domains.as_ref(), bucket, &api, &edge)?;
            site::readable_by(&mut stack, bucket, &distribution)?;
            let domain = distribution.attribute(DistributionAttribute::DomainName);
            let place = vec![
                (Output::DistributionId, (&distribution).into()),
                (Output::DistributionDomain, domain),
            ];
            (place, None)
        } else {
            // Not ours to declare: the adopt layer attaches what is above to the distribution.
            let access = distribution::access_control(&mut stack, file)?;
            let given = distribution::adopted(file, &page.bucket, &access, &api, &edge)?;
            let distribution = existing_distribution(&mut stack)?;
            let place = vec![
                (Output::DistributionId, (&distribution).into()),
                (Output::AccessControlId, (&access).into()),
                (Output::TrackCachePolicyId, (&edge.track_cache).into()),
                (Output::TrackHeadersPolicyId, (&edge.track_headers).into()),
                (Output::DataCachePolicyId, (&edge.data_cache).into()),
                (Output::DataHeadersPolicyId, (&edge.data_headers).into()),
            ];
            (place, Some(given))
        };
    dashboard::declare(&mut stack, file)?;
    if file.alarms.is_some() {
        alarms::declare(&mut stack, file)?;
    }

    let outputs = [(Output::SiteBucketName, page.bucket)]
        .into_iter()
        .chain(place)
        .chain([
            (Output::ApiId, (&api.rest_api).into()),
            (Output::ApiStage, (&api.stage).into()),
            (Output::ApiFunctionName, (&answering).into()),
            (Output::RelayFunctionName, (&relay).into()),
            (Output::UpkeepFunctionName, (&upkeep).into()),
            (Output::TableName, (&data).into()),
            (Output::DeadLetterQueueUrl, (&dead_letters).into()),
            (Output::EdgeFunctionName, edge::function_name(file).into()),
            (Output::KeyValueStoreArn, edge.keys.arn().into()),
            (
                Output::KeyValueStoreId,
                edge.keys.attribute(KeyValueStoreAttribute::Id),
            ),
        ]);
    for (output, value) in outputs {
        stack.output(
            output.name(),
            &template::Output::new(output.description(), value),
        )?;
    }
    Ok((stack, adopted))
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
