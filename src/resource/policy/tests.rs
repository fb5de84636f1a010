//! Tests of policies: what is refused, and what a document looks like.

use proptest::prelude::*;

use super::*;
use crate::resource::Error;

fn one_bucket() -> Resources {
    Resources::these(["arn:aws:s3:::one".into()])
}

#[test]
fn a_wildcard_action_is_refused() {
    for action in [
        "*",
        "s3:*",
        "s3:Get*",
        "*:GetObject",
        "s3:Get?bject",
        "GetObject",
        "s3:",
        ":GetObject",
        "",
    ] {
        let refused = Statement::allow("Read", &["s3:ListBucket", action], one_bucket());
        assert_eq!(
            refused.unwrap_err(),
            Error::Action {
                action: action.to_owned()
            }
        );
    }
    assert!(Statement::allow("Read", &["s3:GetObject", "apigateway:GET"], one_bucket()).is_ok());
}

#[test]
fn every_resource_needs_a_reason() {
    let anything = Resources::these(["arn:aws:s3:::one".into(), "*".into()]);
    assert_eq!(
        Statement::allow("Read", &["s3:GetObject"], anything).unwrap_err(),
        Error::EveryResource
    );
    let reasoned = Statement::allow(
        "Read",
        &["s3:ListAllMyBuckets"],
        Resources::everything("takes no resource"),
    );
    assert_eq!(
        reasoned.unwrap().reason_for_every_resource(),
        Some("takes no resource")
    );
}

#[test]
fn nothing_may_be_missing() {
    assert!(Statement::allow("Read", &[], one_bucket()).is_err());
    assert!(Statement::allow("Read", &["s3:GetObject"], Resources::these([])).is_err());
    assert!(IdentityPolicy::new([]).is_err());
    assert!(ResourcePolicy::new([]).is_err());
}

#[test]
fn a_document_reads_like_iam_writes_it() {
    let statement = Statement::deny_service("TlsOnly", DeniedService::S3, one_bucket())
        .unwrap()
        .when(Operator::Bool, ConditionKey::SecureTransport, "false")
        .granted_to(Principal::Everybody);
    // The inner form of a text is the builder's business; this statement's texts are plain enough to look through.
    let json = serde_json::to_string(&ResourcePolicy::new([statement]).unwrap()).unwrap();
    assert!(json.starts_with(r#"{"Version":"2012-10-17","Statement":[{"Principal":"*","Sid":"TlsOnly","Effect":"Deny","Action":["s3:*"],"#), "{json}");
}

proptest! {
    #[test]
    fn no_wildcard_slips_through(before in "[a-z0-9:-]{0,6}[A-Za-z:]{0,6}", wildcard in "[*?]", after in "[A-Za-z:*?]{0,6}") {
        let action = format!("{before}{wildcard}{after}");
        prop_assert!(Statement::allow("Read", &[&action], one_bucket()).is_err());
    }
}
