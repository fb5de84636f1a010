//! The distribution of a site: five behaviors over two origins. One that this stack manages is declared; one that
//! exists is given the same behaviors by the layer that adopts it.

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
use crate::template::{Handle, Parameter, Pseudo, TemplateBuilder, Text, text};

/// What the origins are called.
#[derive(Clone, Copy)]
struct Origins {
    site: OriginId,
    api: OriginId,
}

/// In a distribution of our own.
const OWN: Origins = Origins {
    site: OriginId("site"),
    api: OriginId("api"),
};

/// In one that is not ours: ours are recognised by these names.
const ADOPTED: Origins = Origins {
    site: OriginId("qdn-infra-site"),
    api: OriginId("qdn-infra-api"),
};

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
    let access = access_control(stack, file)?;
    let bucket = bucket.attribute(BucketAttribute::RegionalDomainName);
    let distribution = over(OWN, file, bucket, &access, api, edge, certificate)?;
    Ok(stack.add("Distribution", distribution)?)
}

/// Lets a distribution show a private bucket who asks.
pub(super) fn access_control(
    stack: &mut TemplateBuilder,
    file: &StackFile,
) -> Result<Handle<OriginAccessControl>, Error> {
    let control = OriginAccessControl::s3(names::of(file, "site").into());
    Ok(stack.add("SiteAccessControl", control)?)
}

/// What a distribution that is not ours is given, as if it were declared: its origins, behaviors and the function of
/// its default behavior count, and nothing else does.
pub(super) fn adopted(
    file: &StackFile,
    bucket: &Text,
    access: &Handle<OriginAccessControl>,
    api: &Api,
    edge: &Edge,
) -> Result<Distribution, Error> {
    let bucket = text![bucket, ".s3.", Pseudo::Region, ".", Pseudo::UrlSuffix];
    let certificate = ViewerCertificate::CloudFront;
    over(ADOPTED, file, bucket, access, api, edge, certificate)
}

/// `bucket` is the regional domain name of the bucket that holds the page.
fn over(
    to: Origins,
    file: &StackFile,
    bucket: Text,
    access: &Handle<OriginAccessControl>,
    api: &Api,
    edge: &Edge,
    certificate: ViewerCertificate,
) -> Result<Distribution, Error> {
    let api_host = text![
        &api.rest_api,
        ".execute-api.",
        Pseudo::Region,
        ".",
        Pseudo::UrlSuffix
    ];
    let origins = vec![
        Origin::s3(to.site, bucket, access),
        Origin::https(to.api, api_host, format!("/{}", file.api.stage)),
    ];
    let behaviors = vec![
        ("/api/*", to_api(to)),
        ("/data/*", to_data(to, edge)),
        ("/track", to_track(to, edge)),
        ("/track/*", to_track(to, edge)),
    ];
    let errors = NEVER_CACHED.into_iter().map(ErrorCaching::none).collect();
    Ok(Distribution::new(
        file.name.as_str(),
        origins,
        to_site(to, edge),
        behaviors,
        errors,
        certificate,
    )?)
}

/// The main site: whatever is not ours passes as it is, with no header of ours.
fn to_site(to: Origins, edge: &Edge) -> Behavior {
    Behavior {
        target_origin_id: to.site,
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
fn to_track(to: Origins, edge: &Edge) -> Behavior {
    Behavior {
        cache_policy_id: CachePolicyId::Ours(edge.track_cache.clone()),
        response_headers_policy_id: Some(edge.track_headers.clone()),
        ..to_site(to, edge)
    }
}

/// Maintenance data: asked for by programs, with a credential that must never travel in the clear.
fn to_data(to: Origins, edge: &Edge) -> Behavior {
    Behavior {
        viewer_protocol_policy: ViewerProtocol::HttpsOnly,
        allowed_methods: AllowedMethods::ReadAcrossOrigins,
        response_headers_policy_id: Some(edge.data_headers.clone()),
        cache_policy_id: CachePolicyId::Ours(edge.data_cache.clone()),
        ..to_site(to, edge)
    }
}

/// The API: nothing cached, nothing held back, and no function in between.
fn to_api(to: Origins) -> Behavior {
    Behavior {
        target_origin_id: to.api,
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
