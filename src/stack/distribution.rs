//! The distribution of a site that this stack manages: five behaviors over two origins.

use super::api::Api;
use super::edge::Edge;
use super::{Error, names};
use crate::config::{Domains, StackFile};
use crate::resource::cloudfront::{
    AllowedMethods, Behavior, CachePolicyId, Distribution, ErrorCaching, ManagedCachePolicy,
    ManagedOriginRequestPolicy, Origin, OriginAccessControl, OriginId, ViewerCertificate,
    ViewerProtocol, ViewerRequest,
};
use crate::resource::s3::{Bucket, BucketAttribute};
use crate::template::{Handle, Parameter, Pseudo, TemplateBuilder, text};

const SITE: OriginId = OriginId("site");
const API: OriginId = OriginId("api");

/// CloudFront keeps an origin's error for ten seconds by path, whatever `Cache-Control` says: one caller's 404
/// would be the next one's. These are the codes it does so with.
const NEVER_CACHED: [u16; 10] = [400, 403, 404, 405, 414, 500, 501, 502, 503, 504];

pub(super) fn declare(
    stack: &mut TemplateBuilder,
    file: &StackFile,
    domains: Option<&Domains>,
    bucket: &Handle<Bucket>,
    api: &Api,
    edge: &Edge,
) -> Result<Handle<Distribution>, Error> {
    let certificate = certificate(stack, domains)?;
    let access = stack.add(
        "SiteAccessControl",
        OriginAccessControl::s3(names::of(file, "site").into()),
    )?;

    let api_host = text![
        &api.rest_api,
        ".execute-api.",
        Pseudo::Region,
        ".",
        Pseudo::UrlSuffix
    ];
    let origins = vec![
        Origin::s3(
            SITE,
            bucket.attribute(BucketAttribute::RegionalDomainName),
            &access,
        ),
        Origin::https(API, api_host, format!("/{}", file.api.stage)),
    ];
    let behaviors = vec![
        ("/api/*", to_api()),
        ("/data/*", to_data(edge)),
        ("/track", to_track(edge)),
        ("/track/*", to_track(edge)),
    ];
    let errors = NEVER_CACHED.into_iter().map(ErrorCaching::none).collect();
    let distribution = Distribution::new(
        file.name.as_str(),
        origins,
        to_site(edge),
        behaviors,
        errors,
        certificate,
    )?;
    Ok(stack.add("Distribution", distribution)?)
}

/// The main site: whatever is not ours passes as it is, with no header of ours.
fn to_site(edge: &Edge) -> Behavior {
    Behavior {
        target_origin_id: SITE,
        viewer_protocol_policy: ViewerProtocol::RedirectToHttps,
        allowed_methods: AllowedMethods::Read,
        cache_policy_id: CachePolicyId::Managed(ManagedCachePolicy::CachingOptimized),
        origin_request_policy_id: None,
        response_headers_policy_id: None,
        compress: true,
        viewer_request: Some(ViewerRequest::to(&edge.function)),
    }
}

/// The tracking page.
fn to_track(edge: &Edge) -> Behavior {
    Behavior {
        cache_policy_id: CachePolicyId::Ours(edge.track_cache.clone()),
        response_headers_policy_id: Some(edge.track_headers.clone()),
        ..to_site(edge)
    }
}

/// Maintenance data: asked for by programs, with a credential that must never travel in the clear.
fn to_data(edge: &Edge) -> Behavior {
    Behavior {
        viewer_protocol_policy: ViewerProtocol::HttpsOnly,
        allowed_methods: AllowedMethods::ReadAcrossOrigins,
        response_headers_policy_id: Some(edge.data_headers.clone()),
        cache_policy_id: CachePolicyId::Ours(edge.data_cache.clone()),
        ..to_site(edge)
    }
}

/// The API: nothing cached, nothing held back, and no function in between.
fn to_api() -> Behavior {
    Behavior {
        target_origin_id: API,
        viewer_protocol_policy: ViewerProtocol::HttpsOnly,
        allowed_methods: AllowedMethods::All,
        cache_policy_id: CachePolicyId::Managed(ManagedCachePolicy::CachingDisabled),
        origin_request_policy_id: Some(ManagedOriginRequestPolicy::AllViewerExceptHostHeader),
        response_headers_policy_id: None,
        compress: true,
        viewer_request: None,
    }
}

fn certificate(
    stack: &mut TemplateBuilder,
    domains: Option<&Domains>,
) -> Result<ViewerCertificate, Error> {
    let Some(domains) = domains else {
        return Ok(ViewerCertificate::CloudFront);
    };
    let certificate = stack.parameter(
        "CertificateArn",
        Parameter::string("Certificate of the site's domain names").matching(
            "arn:aws:acm:us-east-1:[0-9]{12}:certificate/[A-Za-z0-9-]{1,64}",
            "ARN of an ACM certificate in us-east-1",
        ),
    )?;
    let names = domains
        .names
        .iter()
        .map(|name| name.as_str().to_owned())
        .collect();
    Ok(ViewerCertificate::Custom {
        names,
        certificate: (&certificate).into(),
    })
}
