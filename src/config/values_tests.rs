//! Which variables are read, and what is said about those that are missing or malformed.

use insta::assert_snapshot;

use super::*;

fn file(name: &str) -> StackFile {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("stacks/{name}.yaml"));
    StackFile::load(&path).expect("a valid stack file")
}

fn resolve(name: &str, variables: &[(&str, &str)]) -> Result<CustomerValues, Error> {
    CustomerValues::resolve(&file(name), |wanted| {
        variables
            .iter()
            .find(|(name, _)| *name == wanted)
            .map(|(_, value)| (*value).to_owned())
    })
}

const CERTIFICATE: &str =
    "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555";

#[test]
fn local_needs_nothing() {
    let values = resolve("local", &[]).expect("resolved");
    assert_eq!(values.account.as_str(), "000000000000");
    assert_eq!(
        (
            values.certificate,
            values.distribution,
            values.alarm_address
        ),
        (None, None, None)
    );
}

#[test]
fn each_site_mode_reads_its_own() {
    let staging = resolve(
        "staging",
        &[
            ("QDN_STAGING_ACCOUNT", "123456789012"),
            ("QDN_STAGING_CERTIFICATE_ARN", CERTIFICATE),
            ("QDN_STAGING_ALARM_ADDRESS", "ops@quickdumpnow.com"),
        ],
    )
    .expect("resolved");
    assert_eq!(
        staging.certificate.expect("certificate").as_str(),
        CERTIFICATE
    );
    assert_eq!(staging.distribution, None);

    let prod = resolve(
        "prod",
        &[
            ("QDN_PROD_ACCOUNT", "123456789012"),
            ("QDN_PROD_DISTRIBUTION_ID", "E1A2B3C4D5E6F7"),
            ("QDN_PROD_ALARM_ADDRESS", "ops@quickdumpnow.com"),
        ],
    )
    .expect("resolved");
    assert_eq!(
        prod.distribution.expect("distribution").as_str(),
        "E1A2B3C4D5E6F7"
    );
    assert_eq!(prod.certificate, None);
}

#[test]
fn all_that_is_missing_is_said_at_once() {
    let error = resolve("prod", &[("QDN_PROD_ALARM_ADDRESS", "  ")]).expect_err("missing");
    assert_snapshot!(error, @"environment variables that the stack file asks for cannot be used: QDN_PROD_ACCOUNT is not set (account); QDN_PROD_ALARM_ADDRESS is not set (alarms.address); QDN_PROD_DISTRIBUTION_ID is not set (site.distribution)");
    assert_snapshot!(error.hint().expect("hint"), @"set them: `export QDN_PROD_ACCOUNT=…`, `export QDN_PROD_ALARM_ADDRESS=…`, `export QDN_PROD_DISTRIBUTION_ID=…`");
}

#[test]
fn a_malformed_value_is_named_and_not_shown() {
    let error = resolve(
        "prod",
        &[
            ("QDN_PROD_ACCOUNT", "1234-5678-9012"),
            ("QDN_PROD_DISTRIBUTION_ID", "SK0123456789abcdef"),
            ("QDN_PROD_ALARM_ADDRESS", "ops@quickdumpnow.com"),
        ],
    )
    .expect_err("malformed");
    assert_snapshot!(error, @"environment variables that the stack file asks for cannot be used: QDN_PROD_ACCOUNT is not an AWS account id of 12 digits (account); QDN_PROD_DISTRIBUTION_ID is not the id of a CloudFront distribution such as E1A2B3C4D5E6F7 (site.distribution)");
    assert!(!format!("{error:?}").contains("SK0123456789abcdef"));
}

#[test]
fn shapes() {
    for good in ["ops@quickdumpnow.com", "a.b+c@Example.COM"] {
        assert!(EmailAddress::new(good).is_ok(), "{good}");
    }
    for bad in [
        "",
        "ops",
        "@x.com",
        "a@b",
        "a b@x.com",
        "a@@x.com",
        "a@x.com ",
        "a..b@x.com",
        "<a@x.com>",
    ] {
        assert!(EmailAddress::new(bad).is_err(), "{bad}");
    }
    assert!(CertificateArn::new(CERTIFICATE).is_ok());
    for bad in [
        CERTIFICATE.replace("us-east-1", "eu-west-1"),
        CERTIFICATE.replace("certificate/", "certificate/../"),
        format!("{CERTIFICATE}\n"),
        "arn:aws:acm:us-east-1:123456789012:certificate/".to_owned(),
    ] {
        assert!(CertificateArn::new(bad.clone()).is_err(), "{bad}");
    }
    assert!(DistributionId::new("E1A2B3C4D5E6F7").is_ok());
    for bad in [
        "E1234567",
        "D1A2B3C4D5E6F7",
        "e1a2b3c4d5e6f7",
        "E1A2B3C4/D5E6F7",
    ] {
        assert!(DistributionId::new(bad).is_err(), "{bad}");
    }
    assert!(AccountId::new("012345678901").is_ok());
    assert!(
        AccountId::new("١٢٣٤٥٦٧٨٩٠١٢").is_err(),
        "digits of another script are no account id"
    );
}
