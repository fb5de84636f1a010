//! Stack files to test with: the three of this repository in both site modes, and random ones.

use proptest::prelude::*;

use crate::config::{
    ArchitectureChoice, BucketName, DataPolicy, DomainName, Domains, FromEnv, Site, StackFile,
};

/// The edge function that ships, so that the templates that are linted are the ones that ship.
pub(in crate::stack) const EDGE_SOURCE: &str = include_str!("../../../cloudfront-fn/edge.js");

const LOCAL: &str = include_str!("../../../stacks/local.yaml");
const STAGING: &str = include_str!("../../../stacks/staging.yaml");
const PROD: &str = include_str!("../../../stacks/prod.yaml");

/// An environment of this repository, by its name.
pub(in crate::stack) fn environment(name: &str) -> StackFile {
    let yaml = match name {
        "local" => LOCAL,
        "staging" => STAGING,
        "prod" => PROD,
        other => panic!("no environment {other}"),
    };
    parse(yaml)
}

/// The same environment, with a site of its own or an existing one.
pub(super) fn in_mode(mut file: StackFile, managed: bool) -> StackFile {
    file.site = match (file.site, managed) {
        (site @ Site::Managed { .. }, true) | (site @ Site::Existing { .. }, false) => site,
        (Site::Managed { .. }, false) => Site::Existing {
            bucket: BucketName::new("quickdumpnow.com").unwrap(),
            distribution: variable("QDN_DISTRIBUTION_ID"),
            domain: DomainName::new("quickdumpnow.com").unwrap(),
        },
        (Site::Existing { domain, .. }, true) => Site::Managed {
            domains: Some(Domains {
                names: vec![domain],
                certificate: variable("QDN_CERTIFICATE_ARN"),
            }),
        },
    };
    file
}

fn variable(name: &str) -> FromEnv {
    serde_json::from_value(serde_json::json!({ "env": name })).unwrap()
}

fn parse(yaml: &str) -> StackFile {
    StackFile::parse(yaml.as_bytes(), "stack.yaml")
        .unwrap_or_else(|mistake| panic!("{mistake}\n{yaml}"))
}

prop_compose! {
    fn a_site()(mode in 0..3) -> &'static str {
        match mode {
            0 => "{ mode: managed }",
            1 => "{ mode: managed, domains: { names: [a.example.com, b.example.com], certificate: { env: CERTIFICATE } } }",
            _ => "{ mode: existing, bucket: a.bucket, distribution: { env: DISTRIBUTION }, domain: example.com }",
        }
    }
}

prop_compose! {
    /// Any stack file that the parser takes, and some that it does not: the host's instruction set and
    /// throwing data away are for the local cloud only, but the templates must be sound all the same.
    pub(super) fn a_file()(
        name in "[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,4}){0,2}",
        keep in any::<bool>(),
        site in a_site(),
        stage in "[A-Za-z0-9_-]{1,20}",
        (rate, burst) in (1..=10_000_u32, 1..=10_000_u32),
        more_origins in prop::collection::btree_set("[a-z]{1,9}\\.example", 0..4),
        (memory, timeout, longer) in (128..=10_240_u32, 1..=29_u32, 70..=900_u32),
        (sends, cascade, batches) in (1..=1_000_u32, 1..=86_400_u32, 1..=10_u32),
        architecture in prop::sample::select(vec![ArchitectureChoice::Host, ArchitectureChoice::X86_64, ArchitectureChoice::Arm64]),
        data_seconds in prop::sample::select(vec![0_u32, 60, 300]),
        retention in prop::sample::select(vec![1, 30, 3653]),
        alarms in any::<bool>(),
    ) -> StackFile {
        let origins: Vec<String> = more_origins.iter().map(|host| format!("https://{host}")).collect();
        let alarms = if alarms { "alarms: { address: { env: ADDRESS } }" } else { "" };
        let mut file = parse(&format!(
            "name: {name}
cloud: aws
region: eu-central-1
account: {{ env: ACCOUNT }}
data: keep
confirm: true
site: {site}
api:
  stage: \"{stage}\"
  throttle: {{ rate: {rate}, burst: {burst} }}
  allowed_origins: [{origins}]
  dashboard_origin: https://dashboard.test
functions:
  api: {{ memory_mb: {memory}, timeout_seconds: {timeout}, architecture: arm64 }}
  relay: {{ memory_mb: {memory}, timeout_seconds: {longer}, architecture: arm64 }}
  upkeep: {{ memory_mb: {memory}, timeout_seconds: {longer}, architecture: arm64 }}
messages: {{ sends_per_second: {sends}, cascade_seconds: {cascade}, batches_per_shard: {batches} }}
support_phone: \"+15125550100\"
cache: {{ data_seconds: {data_seconds}, old_assets_days: 30 }}
logs: {{ retention_days: {retention} }}
{alarms}
",
            origins = [vec!["https://dashboard.test".to_owned()], origins].concat().join(", "),
        ));
        file.functions.api.architecture = architecture;
        file.functions.relay.architecture = architecture;
        file.data = if keep { DataPolicy::Keep } else { DataPolicy::Discard };
        file
    }
}
