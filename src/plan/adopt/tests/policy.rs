//! Tests of what is put into a bucket's policy and taken out of it.

use super::*;

const ARN: &str = "arn:aws:cloudfront::123456789012:distribution/E1";

fn grant() -> ReadGrant {
    ReadGrant {
        bucket_arn: "arn:aws:s3:::b".to_owned(),
        distribution_arn: ARN.to_owned(),
    }
}

#[test]
fn without_a_policy_one_is_made_and_goes_again() {
    let made = merge(None, &grant()).unwrap();
    insta::assert_snapshot!(made.document.as_ref().unwrap(), @r#"{"Version":"2012-10-17","Statement":[{"Sid":"QdnInfraReadTrack","Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:GetObject","Resource":["arn:aws:s3:::b/track/*","arn:aws:s3:::b/data/*"],"Condition":{"StringEquals":{"AWS:SourceArn":"arn:aws:cloudfront::123456789012:distribution/E1"}}}]}"#);
    assert_eq!(made.changes.len(), 1);
    let again = merge(made.document.as_deref(), &grant()).unwrap();
    assert_eq!(
        (again.document.clone(), again.changes.len()),
        (made.document, 0)
    );
    let gone = unmerge(again.document.as_deref(), ARN).unwrap();
    assert_eq!((gone.document, gone.changes.len()), (None, 1));
    assert_eq!(unmerge(None, ARN).unwrap().document, None);
}

#[test]
fn statements_of_others_stay_as_they_are_written() {
    let theirs = r#"{ "Z": 1,  "Effect" :"Allow", "A": [ 1,2 ] }"#;
    let policy =
        format!(r#"{{"Id":"x","Version":"2008-10-17","Statement":[{theirs},{{"Sid":"Last"}}]}}"#);
    let merged = merge(Some(&policy), &grant()).unwrap().document.unwrap();
    assert!(merged.starts_with(&format!(
        r#"{{"Id":"x","Version":"2008-10-17","Statement":[{theirs},{{"Sid":"Last"}},{{"#
    )));
    assert_eq!(
        unmerge(Some(&merged), ARN).unwrap().document.as_deref(),
        Some(policy.as_str())
    );
    // A single statement becomes a list.
    let single = format!(r#"{{"Statement":{theirs}}}"#);
    let merged = merge(Some(&single), &grant()).unwrap().document;
    let back = unmerge(merged.as_deref(), ARN).unwrap().document.unwrap();
    assert_eq!(
        back,
        format!(r#"{{"Statement":[{theirs}],"Version":"2012-10-17"}}"#)
    );
}

#[test]
fn a_statement_of_ours_is_mended_in_its_place() {
    let merged = merge(Some(r#"{"Version":"2012-10-17","Statement":[]}"#), &grant())
        .unwrap()
        .document
        .unwrap();
    let edited = merged
        .replace("\"s3:GetObject\"", "\"s3:*\"")
        .replace(
            "\"Statement\":[",
            "\"Statement\":[{\"Sid\":\"QdnInfraOld\"},",
        )
        .replace("}}}]}", "}}},{\"Sid\":\"Theirs\"}]}");
    let mended = merge(Some(&edited), &grant()).unwrap();
    assert_eq!(mended.changes.len(), 2);
    let document = mended.document.unwrap();
    assert_eq!(
        document,
        merged.replace("}}}]}", "}}},{\"Sid\":\"Theirs\"}]}")
    );
    // As a person might write it.
    let same = merged
        .replace("AWS:SourceArn", "aws:SourceArn")
        .replace("\"s3:GetObject\"", "[\"s3:GetObject\"]");
    assert!(merge(Some(&same), &grant()).unwrap().changes.is_empty());
    assert!(matches!(
        merge(Some("[]"), &grant()),
        Err(Refusal::NotAPolicy { .. })
    ));
}

#[test]
fn the_statement_of_another_stack_is_neither_changed_nor_taken_away() {
    let theirs = merge(None, &grant()).unwrap().document.unwrap();
    let other = ARN.replace("E1", "E2");
    let refused = merge(
        Some(&theirs),
        &ReadGrant {
            distribution_arn: other.clone(),
            ..grant()
        },
    );
    assert_eq!(
        refused,
        Err(Refusal::AnothersStatement {
            distribution: ARN.to_owned()
        })
    );
    let left = unmerge(Some(&theirs), &other).unwrap();
    assert_eq!((left.document, left.changes.len()), (Some(theirs), 0));
}
