//! Tests of what is attached and detached: on a configuration as CloudFront writes it, and on random ones.

mod policy;
mod refusals;

use proptest::prelude::*;
use serde_json::json;

use super::xml::{Document, Element};
use super::*;

const FUNCTION: &str = "arn:aws:cloudfront::123456789012:function/qdn-prod-edge";
/// A site that was there before: a website origin, legacy cache settings, and something that this version does not
/// know.
const SITE: &str = include_str!("tests/site.xml");

fn behavior(origin: &str, first: bool) -> Behavior {
    let functions = first.then(|| FunctionAssociation {
        event_type: "viewer-request".to_owned(),
        function_arn: FUNCTION.to_owned(),
    });
    Behavior {
        target_origin_id: origin.to_owned(),
        viewer_protocol_policy: "https-only".to_owned(),
        allowed_methods: vec!["GET".to_owned(), "HEAD".to_owned()],
        cache_policy_id: "cache-1".to_owned(),
        origin_request_policy_id: (!first).then(|| "request-1".to_owned()),
        response_headers_policy_id: first.then(|| "headers-1".to_owned()),
        compress: true,
        function_associations: functions.into_iter().collect(),
    }
}

fn ours() -> Ours {
    let origins = json!([
        {"Id": "qdn-infra-site", "DomainName": "b.s3.us-east-1.amazonaws.com", "OriginAccessControlId": "EOAC",
         "S3OriginConfig": {"OriginAccessIdentity": ""}},
        {"Id": "qdn-infra-api", "DomainName": "a1.execute-api.us-east-1.amazonaws.com", "OriginPath": "/live",
         "CustomOriginConfig": {"HTTPSPort": 443, "OriginProtocolPolicy": "https-only", "OriginSSLProtocols": ["TLSv1.2"]}},
    ]);
    let to_site = || behavior("qdn-infra-site", true);
    Ours {
        function: FUNCTION.to_owned(),
        origins: serde_json::from_value(origins).unwrap(),
        behaviors: [
            ("/api/*", behavior("qdn-infra-api", false)),
            ("/data/*", to_site()),
            ("/track", to_site()),
            ("/track/*", to_site()),
        ]
        .map(|(path, behavior)| (path.to_owned(), behavior))
        .to_vec(),
    }
}

fn attached(config: &str) -> Revised {
    attach(config, &ours()).unwrap()
}

fn paths(config: &str) -> Vec<String> {
    let root = Document::parse(config).unwrap().root;
    let list = root.child("CacheBehaviors").unwrap();
    assert_eq!(list.text_of("Quantity"), list.items().count().to_string());
    list.items().map(|one| one.text_of("PathPattern")).collect()
}

#[test]
fn what_is_added_is_told_and_nothing_else_is_touched() {
    let revised = attached(SITE);
    let told: Vec<&str> = revised
        .changes
        .iter()
        .map(|change| change.path.as_str())
        .collect();
    assert_eq!(
        told,
        [
            "Origins[qdn-infra-site]",
            "Origins[qdn-infra-api]",
            "CacheBehaviors[/api/*]",
            "CacheBehaviors[/data/*]",
            "CacheBehaviors[/track]",
            "CacheBehaviors[/track/*]",
            "DefaultCacheBehavior.FunctionAssociations[viewer-request]",
        ]
    );
    assert!(revised.changes.iter().all(|change| change.before.is_none()));
    assert_eq!(
        paths(&revised.document),
        [
            "/images/*",
            "/api/*",
            "/data/*",
            "/track",
            "/track/*",
            "*.js"
        ]
    );
    insta::assert_snapshot!(revised.document);
}

#[test]
fn attaching_twice_is_attaching_once_and_detaching_undoes_it() {
    let once = attached(SITE);
    let twice = attached(&once.document);
    assert_eq!(
        (twice.document, twice.changes),
        (once.document.clone(), Vec::new())
    );
    let without = detach(&once.document, FUNCTION).unwrap();
    assert_eq!(without.document, SITE);
    assert_eq!(without.changes.len(), once.changes.len());
    let again = detach(SITE, FUNCTION).unwrap();
    assert_eq!((again.document.as_str(), again.changes.len()), (SITE, 0));
}

#[test]
fn cloudfront_may_return_ours_in_its_own_way() {
    let returned = attached(SITE)
        .document
        .replace(
            "<Method>GET</Method><Method>HEAD</Method>",
            "<Method>HEAD</Method><Method>GET</Method>",
        )
        .replace("<GrpcConfig><Enabled>false</Enabled></GrpcConfig>", "")
        .replace(
            "<Id>qdn-infra-site</Id>",
            "<Id>qdn-infra-site</Id><OriginNews><Speed>7</Speed></OriginNews>",
        );
    let again = attached(&returned);
    assert_eq!((again.document, again.changes), (returned, Vec::new()));
}

#[test]
fn what_somebody_changed_of_ours_is_mended_and_theirs_is_kept() {
    let good = attached(SITE).document;
    let edited = good
        .replace(
            "<PathPattern>/track</PathPattern>",
            "<PathPattern>/track</PathPattern><Theirs>1</Theirs>",
        )
        .replace(
            "<CachePolicyId>cache-1</CachePolicyId>",
            "<CachePolicyId>other</CachePolicyId>",
        )
        .replace(
            "<OriginRequestPolicyId>request-1</OriginRequestPolicyId>",
            "",
        );
    let mended = attached(&edited);
    let paths: Vec<&str> = mended
        .changes
        .iter()
        .map(|change| change.path.as_str())
        .collect();
    assert_eq!(
        paths,
        ["/api/*", "/data/*", "/track", "/track/*"].map(|path| format!("CacheBehaviors[{path}]"))
    );
    assert!(mended.changes.iter().all(|change| change.before.is_some()));
    let expected = good.replace(
        "<PathPattern>/track</PathPattern>",
        "<PathPattern>/track</PathPattern><Theirs>1</Theirs>",
    );
    assert_eq!(mended.document, expected);
}

#[test]
fn ours_that_got_behind_what_takes_their_requests_move_before_it() {
    let good = attached(SITE).document;
    let catch_all = "<Items><CacheBehavior><PathPattern>/*</PathPattern><TargetOriginId>site</TargetOriginId></CacheBehavior>\
         <CacheBehavior><PathPattern>/images/*";
    let edited = good
        .replace("<Items><CacheBehavior><PathPattern>/images/*", catch_all)
        .replace(
            "<CacheBehaviors><Quantity>6<",
            "<CacheBehaviors><Quantity>7<",
        );
    assert_ne!(edited, good);
    let mended = attached(&edited);
    assert_eq!(
        paths(&mended.document),
        [
            "/api/*",
            "/data/*",
            "/track",
            "/track/*",
            "/*",
            "/images/*",
            "*.js"
        ]
    );
    let [order] = &mended.changes[..] else {
        panic!("{:?}", mended.changes);
    };
    assert_eq!(order.path, "CacheBehaviors.order");
}

#[test]
fn an_origin_of_ours_that_others_use_is_not_taken_away() {
    let config = attached(SITE).document.replace(
        "<DefaultCacheBehavior><TargetOriginId>site<",
        "<DefaultCacheBehavior><TargetOriginId>qdn-infra-site<",
    );
    let refused = detach(&config, FUNCTION).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the default behavior of the distribution uses our origin qdn-infra-site"
    );
}

#[test]
fn our_function_is_detached_wherever_it_is() {
    let config = attached(SITE).document.replace(
        "<PathPattern>/images/*</PathPattern><TargetOriginId>site</TargetOriginId>",
        &format!(
            "<PathPattern>/images/*</PathPattern><TargetOriginId>site</TargetOriginId><FunctionAssociations><Quantity>1\
             </Quantity><Items><FunctionAssociation><FunctionARN>{FUNCTION}</FunctionARN><EventType>viewer-request\
             </EventType></FunctionAssociation></Items></FunctionAssociations>"
        ),
    );
    assert!(attached(&config).changes.is_empty());
    let detached = detach(&config, FUNCTION).unwrap();
    assert!(!detached.document.contains(FUNCTION));
}

/// A configuration with these path patterns, and texts that mean nothing to us in between.
fn config_of(patterns: &[String], noise: &str, pretty: bool, functions: bool) -> String {
    let gap = if pretty { "\n    " } else { "" };
    let behaviors = patterns.iter().map(|pattern| {
        format!("{gap}<CacheBehavior><PathPattern>{pattern}</PathPattern><TargetOriginId>site</TargetOriginId><X>{noise}</X></CacheBehavior>")
    });
    let behaviors = behaviors.collect::<Vec<_>>().concat();
    let items = if patterns.is_empty() {
        String::new()
    } else {
        format!("<Items>{behaviors}{gap}</Items>")
    };
    let functions = if functions {
        "<FunctionAssociations><Quantity>1</Quantity><Items><FunctionAssociation><FunctionARN>f</FunctionARN>\
         <EventType>viewer-response</EventType></FunctionAssociation></Items></FunctionAssociations>"
    } else {
        "<FunctionAssociations><Quantity>0</Quantity></FunctionAssociations>"
    };
    format!(
        "<?xml version=\"1.0\"?>{gap}<DistributionConfig xmlns=\"x\">{gap}<CallerReference>{noise}</CallerReference>\
         <Origins><Quantity>1</Quantity>{gap}<Items><Origin><Id>site</Id><New>{noise}</New></Origin></Items></Origins>{gap}\
         <DefaultCacheBehavior><TargetOriginId>site</TargetOriginId>{functions}<ForwardedValues/><Y/></DefaultCacheBehavior>\
         <CacheBehaviors><Quantity>{}</Quantity>{items}</CacheBehaviors>{gap}<Z>{noise}</Z></DistributionConfig>{gap}",
        patterns.len()
    )
}

proptest! {
    #[test]
    fn whatever_is_not_ours_survives(
        patterns in prop::collection::btree_set("(/|)[abt*][a-z/*?]{0,6}", 0..6),
        order in any::<prop::sample::Index>(),
        noise in "([a-z \n]|&amp;|<!-- c -->|<w a=\"1\"/>){0,6}",
        pretty in any::<bool>(),
        functions in any::<bool>(),
    ) {
        let mut patterns: Vec<String> = patterns.into_iter().collect();
        if !patterns.is_empty() {
            let by = order.index(patterns.len());
            patterns.rotate_left(by);
        }
        let config = config_of(&patterns, &noise, pretty, functions);
        let Ok(once) = attach(&config, &ours()) else { return Ok(()) };
        let twice = attach(&once.document, &ours()).unwrap();
        prop_assert_eq!(&twice.document, &once.document);
        prop_assert!(twice.changes.is_empty());
        prop_assert_eq!(detach(&once.document, FUNCTION).unwrap().document, config);
        let after = paths(&once.document);
        let theirs: Vec<&String> = after.iter().filter(|path| patterns.contains(path)).collect();
        prop_assert_eq!(theirs, patterns.iter().collect::<Vec<_>>());
        prop_assert_eq!(after.len(), patterns.len() + 4);
    }
}

/// What a person is shown is a value, not markup.
#[test]
fn changes_are_shown_as_json() {
    let revised = attached(SITE);
    let shown = |path: &str| {
        revised
            .changes
            .iter()
            .find(|change| change.path == path)
            .unwrap()
            .after
            .clone()
            .unwrap()
    };
    let behavior = shown("CacheBehaviors[/track]");
    assert_eq!(behavior["FunctionAssociations"][0]["FunctionARN"], FUNCTION);
    assert_eq!(behavior["AllowedMethods"]["Items"], json!(["GET", "HEAD"]));
    assert_eq!(behavior.get("TrustedSigners"), None);
    assert_eq!(shown("Origins[qdn-infra-api]")["OriginPath"], "/live");
    assert_eq!(Element::of("a", "x").to_value(), json!("x"));
}
