//! What stack files may say, and how their mistakes read.

use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::config::{Account, ArchitectureChoice, Cloud, DataPolicy, Site};

const LOCAL: &str = include_str!("../../stacks/local.yaml");
const STAGING: &str = include_str!("../../stacks/staging.yaml");
const PROD: &str = include_str!("../../stacks/prod.yaml");

fn parse(text: &str) -> Result<StackFile, Mistake> {
    StackFile::parse(text.as_bytes(), "stacks/test.yaml")
}

/// The errors of files made from a valid one by replacing `from`, which must be there, with `to`.
fn mistakes(replacements: &[(&str, &str, &str)]) -> String {
    let lines = replacements.iter().map(|(text, from, to)| {
        assert!(
            text.contains(from),
            "the stack file has no {from:?} any more"
        );
        match parse(&text.replacen(from, to, 1)) {
            Ok(_) => format!("accepted: {to}"),
            Err(mistake) => mistake.to_string(),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_three_stack_files_are_valid() {
    let local = parse(LOCAL).expect("local");
    assert_eq!(local.name.as_str(), "qdn-local");
    assert_eq!(
        (local.cloud, local.data, local.confirm),
        (Cloud::Local, DataPolicy::Discard, false)
    );
    assert_eq!(local.site, Site::Managed { domains: None });
    assert_eq!(local.functions.api.architecture, ArchitectureChoice::Host);
    assert!(matches!(&local.account, Account::Fixed(id) if id.as_str() == "000000000000"));
    assert_eq!(local.alarms, None);

    let staging = parse(STAGING).expect("staging");
    assert_eq!(staging.name.as_str(), "qdn-staging");
    let Site::Managed {
        domains: Some(domains),
    } = &staging.site
    else {
        panic!("{:?}", staging.site)
    };
    assert_eq!(
        domains.names.first().map(ToString::to_string).as_deref(),
        Some("staging.quickdumpnow.com")
    );

    let prod = parse(PROD).expect("prod");
    assert_eq!(prod.name.as_str(), "qdn-prod");
    assert_eq!(
        (prod.cloud, prod.data, prod.confirm),
        (Cloud::Aws, DataPolicy::Keep, true)
    );
    assert_eq!(prod.functions.api.architecture, ArchitectureChoice::Arm64);
    assert_eq!(prod.cache.data_seconds, 300);
    let Site::Existing {
        bucket,
        distribution,
        domain,
    } = &prod.site
    else {
        panic!("{:?}", prod.site)
    };
    assert_eq!(
        (bucket.as_str(), distribution.env.as_str(), domain.as_str()),
        (
            "quickdumpnow.com",
            "QDN_PROD_DISTRIBUTION_ID",
            "quickdumpnow.com"
        )
    );
}

#[test]
fn an_account_may_be_written_without_quotes() {
    let file = parse(&LOCAL.replace("\"000000000000\"", "123456789012")).expect("accepted");
    assert!(matches!(&file.account, Account::Fixed(id) if id.as_str() == "123456789012"));
}

#[test]
fn values_out_of_range_name_the_range() {
    assert_snapshot!(mistakes(&[
        (PROD, "memory_mb: 512", "memory_mb: 64"),
        (PROD, "memory_mb: 512", "memory_mb: lots"),
        (PROD, "timeout_seconds: 15", "timeout_seconds: 1.5"),
        (PROD, "timeout_seconds: 15", "timeout_seconds: 30"),
        (PROD, "retention_days: 90", "retention_days: 91"),
        (PROD, "rate: 100", "rate: 0"),
        (PROD, "rate: 100", "rate: -1"),
        (PROD, "data_seconds: 300", "data_seconds: [300]"),
        (PROD, "sends_per_second: 1", "sends_per_second: 0"),
        (PROD, "cascade_seconds: 300", "cascade_seconds: 86401"),
        (PROD, "batches_per_shard: 1", "batches_per_shard: 11"),
        (PROD, "\"+15125550100\"", "+15125550100"),
    ]), @r#"
    stacks/test.yaml:36:16: functions.api.memory_mb: expected a whole number from 128 to 10240, found 64
    stacks/test.yaml:36:16: functions.api.memory_mb: expected a whole number from 128 to 10240, found "lots"
    stacks/test.yaml:37:22: functions.api.timeout_seconds: expected a whole number from 1 to 900, found 1.5
    stacks/test.yaml:37:22: functions.api.timeout_seconds: expected a whole number from 1 to 29, found 30
    stacks/test.yaml:61:19: logs.retention_days: expected one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653, found 91
    stacks/test.yaml:27:11: api.throttle.rate: expected a whole number from 1 to 10000, found 0
    stacks/test.yaml:27:11: api.throttle.rate: expected a whole number, found -1
    stacks/test.yaml:57:17: cache.data_seconds: expected a whole number, found a list
    stacks/test.yaml:49:21: messages.sends_per_second: expected a whole number from 1 to 1000, found 0
    stacks/test.yaml:50:20: messages.cascade_seconds: expected a whole number from 1 to 86400, found 86401
    stacks/test.yaml:51:22: messages.batches_per_shard: expected a whole number from 1 to 10, found 11
    stacks/test.yaml:54:16: support_phone: expected a phone number in quotes such as "+15125550123", found 15125550100
    "#);
}

#[test]
fn names_say_what_they_should_look_like() {
    assert_snapshot!(mistakes(&[
        (PROD, "name: qdn-prod", "name: QDN_Prod"),
        (PROD, "region: us-east-1", "region: us-gov-west-1"),
        (PROD, "name: qdn-prod", "name: 12"),
        (PROD, "bucket: quickdumpnow.com", "bucket: s3://quickdumpnow.com"),
        (STAGING, "- staging.quickdumpnow.com", "- https://staging.quickdumpnow.com"),
        (PROD, "env: QDN_PROD_ACCOUNT", "env: $QDN_PROD_ACCOUNT"),
        (PROD, "- https://quickdumpnow.com", "- https://quickdumpnow.com/"),
    ]), @r#"
    stacks/test.yaml:9:7: name: expected a stack name of at most 25 lower-case letters, digits and single hyphens, a letter first, such as qdn-prod, found "QDN_Prod"
    stacks/test.yaml:11:9: region: expected an AWS region of the standard partition such as us-east-1, found "us-gov-west-1"
    stacks/test.yaml:9:7: name: expected a stack name of at most 25 lower-case letters, digits and single hyphens, a letter first, such as qdn-prod, found 12
    stacks/test.yaml:19:11: site.bucket: expected an S3 bucket name of 3 to 63 lower-case letters, digits, dots and hyphens, found "s3://quickdumpnow.com"
    stacks/test.yaml:20:9: site.domains.names[0]: expected a lower-case host name such as quickdumpnow.com, found "https://staging.quickdumpnow.com"
    stacks/test.yaml:13:8: account.env: expected the name of an environment variable such as QDN_PROD_ACCOUNT, found "$QDN_PROD_ACCOUNT"
    stacks/test.yaml:31:7: api.allowed_origins[1]: `https://quickdumpnow.com/` cannot be an allowed origin: expected scheme, host and port alone, without path, slash at the end, query or user
    "#);
}

#[test]
fn unknown_missing_and_repeated_keys() {
    assert_snapshot!(mistakes(&[
        (PROD, "memory_mb", "memory"),
        (PROD, "confirm: true", "confirmed: true"),
        (PROD, "  domain: quickdumpnow.com\n", ""),
        (PROD, "mode: existing", "mode: managed"),
        (PROD, "mode: existing", "mode: adopted"),
        (PROD, "  burst: 200", "  rate: 200"),
        (PROD, "  environment: prod", "  project: prod"),
        (PROD, "confirm: true\n", ""),
        (PROD, "architecture: arm64", "architecture: arm"),
        (PROD, "confirm: true", "confirm: yes"),
        (STAGING, "      env: QDN_STAGING_CERTIFICATE_ARN", "      arn: X"),
        (PROD, "  env: QDN_PROD_ACCOUNT", ""),
    ]), @r#"
    stacks/test.yaml:36:5: functions.api.memory: unknown key; known here: memory_mb, timeout_seconds, architecture
    stacks/test.yaml:15:1: confirmed: unknown key; known here: name, cloud, region, account, data, confirm, plan_minutes, site, api, functions, messages, support_phone, edge, cache, logs, alarms, secrets_file, tags
    stacks/test.yaml:17:1: site: missing key domain
    stacks/test.yaml:19:3: site.bucket: unknown key; known here: mode, domains
    stacks/test.yaml:18:9: site.mode: expected managed or existing, found "adopted"
    stacks/test.yaml:28:5: api.throttle.rate: the key is already set above
    stacks/test.yaml:69:3: tags.project: the key is already set above
    stacks/test.yaml:1:1: missing key confirm
    stacks/test.yaml:38:19: functions.api.architecture: expected host or x86_64 or arm64, found "arm"
    stacks/test.yaml:15:10: confirm: expected true or false, found "yes"
    stacks/test.yaml:22:7: site.domains.certificate.arn: unknown key; known here: env
    stacks/test.yaml:12:9: account: expected `env: NAME` with the name of an environment variable, found nothing
    "#);
}

#[test]
fn rules_across_keys() {
    assert_snapshot!(mistakes(&[
        (PROD, "dashboard_origin: https://dashboard.", "dashboard_origin: https://other."),
        (STAGING, "      - staging.quickdumpnow.com", "      []"),
        (STAGING, "      - staging.quickdumpnow.com", "      - staging.quickdumpnow.com\n      - staging.quickdumpnow.com"),
        (LOCAL, "data: discard", "data: keep"),
        (PROD, "data: keep", "data: discard"),
        (PROD, "confirm: true", "confirm: false"),
        (PROD, "account:\n  env: QDN_PROD_ACCOUNT", "account: 123456789012"),
        (PROD, "architecture: arm64", "architecture: host"),
        (PROD, "timeout_seconds: 120\n    architecture: arm64", "timeout_seconds: 120\n    architecture: host"),
        (PROD, "timeout_seconds: 120\n", "timeout_seconds: 69\n"),
        (PROD, "  project: quickdumpnow", "  aws:project: quickdumpnow"),
        (PROD, "  project: quickdumpnow", "  project: 'quick!'"),
    ]), @r#"
    stacks/test.yaml:32:21: api.dashboard_origin: expected one of api.allowed_origins (https://dashboard.quickdumpnow.com, https://quickdumpnow.com), found https://other.quickdumpnow.com
    stacks/test.yaml:20:7: site.domains.names: expected at least one domain name (or no `domains` at all)
    stacks/test.yaml:21:9: site.domains.names[1]: this domain name is already in the list
    stacks/test.yaml:9:7: data: expected discard with cloud: local, found keep
    stacks/test.yaml:14:7: data: expected keep with cloud: aws, found discard
    stacks/test.yaml:15:10: confirm: expected true with cloud: aws, found false
    stacks/test.yaml:12:10: account: expected `env: NAME` with cloud: aws (a fixed account id is for the local cloud alone)
    stacks/test.yaml:38:19: functions.api.architecture: expected arm64 or x86_64 with cloud: aws, found host (a stack must not depend on the machine that deploys it)
    stacks/test.yaml:46:19: functions.upkeep.architecture: expected arm64 or x86_64 with cloud: aws, found host (a stack must not depend on the machine that deploys it)
    stacks/test.yaml:45:22: functions.upkeep.timeout_seconds: expected a whole number from 70 to 900, found 69
    stacks/test.yaml:68:16: tags."aws:project": tag keys that begin with aws: belong to AWS
    stacks/test.yaml:68:12: tags.project: expected a tag value of at most 256 letters, digits, spaces and + - = . _ : / @
    "#);
}

#[test]
fn text_that_is_no_plain_yaml() {
    assert_snapshot!(mistakes(&[
        (PROD, "  burst: 200", "\tburst: 200"),
        (PROD, "  burst: 200", "  burst: [200"),
        (PROD, "stage: live", "stage: &stage live"),
        (PROD, "stage: live", "stage: *stage"),
        (PROD, "stage: live", "stage: !sub live"),
        (PROD, "stage: live", "stage: |\n    live"),
        (PROD, "logs:", "---\nlogs:"),
        (PROD, "stage: live", "[stage]: live"),
    ]), @"
    stacks/test.yaml:28:3: a tab in the indentation; indent with spaces
    stacks/test.yaml:29:18: not valid YAML: did not find expected ',' or ']', while parsing a flow sequence at line 28 column 12
    stacks/test.yaml:25:10: an anchor or alias (& or *); write the value out, or put text that begins so into quotes
    stacks/test.yaml:25:10: an anchor or alias (& or *); write the value out, or put text that begins so into quotes
    stacks/test.yaml:25:10: api.stage: a stack file has no tags (!name); write the plain value
    stacks/test.yaml:25:10: a block of text (| or >); write the value on one line
    stacks/test.yaml:60:1: a second document; a stack file is one document
    stacks/test.yaml:25:3: api: expected a key, found a list
    ");
    let whole: [&[u8]; 7] = [
        b"",
        b"# only a comment\n\n",
        b"just text",
        b"- a\n- list\n",
        b"name: qdn\ncloud: \xff\n",
        b"\xef\xbb\xbfname: \xff\n",
        b"name: qdn\ncloud",
    ];
    let said = whole.map(|bytes| {
        StackFile::parse(bytes, "stacks/test.yaml")
            .expect_err("refused")
            .to_string()
    });
    assert_snapshot!(said.join("\n"), @r#"
    stacks/test.yaml:1:1: the stack file is empty
    stacks/test.yaml:1:1: the stack file is empty
    stacks/test.yaml:1:1: expected a mapping, found "just text"
    stacks/test.yaml:1:1: expected a mapping, found a list
    stacks/test.yaml:2:8: expected UTF-8 text
    stacks/test.yaml:1:7: expected UTF-8 text
    stacks/test.yaml:2:6: not valid YAML: could not find expected ':', while scanning a simple key at line 2 column 1
    "#);
}

#[test]
fn quotes_comments_and_a_byte_order_mark_are_plain() {
    let text = PROD.replace(
        "  project: quickdumpnow",
        "  project: \"Quick - *Dump* & | now\" # a & b * c\n  owner: 'it''s: & me'\n  note: a*b&c",
    );
    // The characters inside are not for tags; what matters is that the surface accepts them.
    let mistake = parse(&text).expect_err("tag rule").to_string();
    assert!(mistake.contains("tag value"), "{mistake}");
    parse(&format!("\u{feff}---\n{PROD}")).expect("accepted");
}

#[test]
fn a_file_that_is_not_there_says_which_is_read() {
    let error = StackFile::load(Path::new("stacks/nowhere.yaml")).expect_err("missing");
    assert_snapshot!(error, @"stack file stacks/nowhere.yaml cannot be read");
    assert_snapshot!(error.hint().expect("hint"), @"`--env NAME` reads stacks/NAME.yaml of the folder the command runs in");
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = StackFile::parse(&bytes, "stacks/test.yaml");
    }

    #[test]
    fn yaml_like_text_never_panics(text in "[a-z:\\-{}\\[\\]&*!|>'\"# \\n\\t,0-9]{0,120}") {
        let _ = parse(&text);
    }

    /// A file damaged in one place still parses or says where in the file the mistake is.
    #[test]
    fn a_damaged_file_has_a_mistake_inside_the_file(
        offset in 0..PROD.len(), length in 0_usize..40, insert in "[ a-z:\\-\\n\"&{\\[\\t]{0,6}",
    ) {
        let end = (offset + length).min(PROD.len());
        prop_assume!(PROD.is_char_boundary(offset) && PROD.is_char_boundary(end));
        let text = format!("{}{insert}{}", &PROD[..offset], &PROD[end..]);
        if let Err(mistake) = parse(&text) {
            prop_assert!(mistake.line >= 1 && mistake.column >= 1, "{mistake}");
            prop_assert!(mistake.line <= text.lines().count() + 1, "{mistake}");
            let shown = mistake.to_string();
            prop_assert!(!shown.contains("struct "), "{shown}");
        }
    }
}
