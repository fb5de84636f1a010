//! Stacks, replayed: what is asked, and what each answer means. Change sets have their own file below.

use std::collections::BTreeMap;

mod change_sets;

use super::*;
use crate::aws::replay::{Answer, Replay};
use crate::ports::ErrorKind;

const STACK: &str = "arn:aws:cloudformation:us-east-1:123456789012:stack/qdn-prod/1";

fn aws(replay: &Replay) -> CloudFormation {
    CloudFormation::new(&replay.config(), None)
}

fn result(operation: &str, body: &str) -> Answer {
    Answer::xml(
        200,
        &format!(
            "<{operation}Response><{operation}Result>{body}</{operation}Result></{operation}Response>"
        ),
    )
}

fn refusal(status: u16, code: &str, message: &str) -> Answer {
    Answer::xml(
        status,
        &format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
             <RequestId>r-1</RequestId></ErrorResponse>"
        ),
    )
    .header("x-amzn-requestid", "r-1")
}

fn stack(status: &str) -> Answer {
    result(
        "DescribeStacks",
        &format!(
            "<Stacks><member><StackId>{STACK}</StackId><StackName>qdn-prod</StackName>\
             <StackStatus>{status}</StackStatus><StackStatusReason></StackStatusReason>\
             <CreationTime>2026-11-22T17:53:01Z</CreationTime>\
             <Parameters><member><ParameterKey>ApiCodeKey</ParameterKey>\
             <ParameterValue>functions/api/1.zip</ParameterValue></member></Parameters>\
             <Outputs><member><OutputKey>ApiId</OutputKey><OutputValue>abc</OutputValue></member></Outputs>\
             <Tags><member><Key>project</Key><Value>qdn</Value></member></Tags></member></Stacks>"
        ),
    )
}

#[tokio::test]
async fn describes_a_stack() {
    let replay = Replay::of([stack("UPDATE_COMPLETE")]);
    let state = aws(&replay)
        .describe("qdn-prod")
        .await
        .expect("an answer")
        .expect("a stack");
    assert_eq!(state.id, STACK);
    assert_eq!(state.status, StackStatus::UpdateComplete);
    assert_eq!(state.status_reason, None);
    assert_eq!(
        state.parameters,
        BTreeMap::from([("ApiCodeKey".into(), "functions/api/1.zip".into())])
    );
    assert_eq!(
        state.outputs,
        BTreeMap::from([("ApiId".into(), "abc".into())])
    );
    assert_eq!(
        state.tags,
        BTreeMap::from([("project".into(), "qdn".into())])
    );
    let form = replay.only_request().await.form();
    assert_eq!(
        (form["Action"].as_str(), form["StackName"].as_str()),
        ("DescribeStacks", "qdn-prod")
    );
}

#[tokio::test]
async fn absent_and_deleted_stacks_are_no_stacks() {
    let replay = Replay::of([
        refusal(
            400,
            "ValidationError",
            "Stack with id qdn-prod does not exist",
        ),
        stack("DELETE_COMPLETE"),
    ]);
    let cloud = aws(&replay);
    assert_eq!(cloud.describe("qdn-prod").await, Ok(None));
    assert_eq!(cloud.describe(STACK).await, Ok(None));
    replay.requests().await;
}

#[tokio::test]
async fn another_validation_error_is_an_error() {
    let replay = Replay::of([refusal(
        400,
        "ValidationError",
        "1 validation error detected",
    )]);
    let error = aws(&replay)
        .describe("qdn_prod")
        .await
        .expect_err("the name is wrong");
    assert_eq!(error.kind, ErrorKind::Rejected);
    assert_eq!(
        error.to_string(),
        "CloudFormation DescribeStacks of qdn_prod: ValidationError: 1 validation error detected (request id r-1)"
    );
}

#[tokio::test]
async fn access_denied_names_the_action() {
    let replay = Replay::of([refusal(403, "AccessDenied", "User: ci is not authorized")]);
    let error = aws(&replay)
        .describe("qdn-prod")
        .await
        .expect_err("not allowed");
    assert_eq!(
        (error.kind, error.operation),
        (ErrorKind::AccessDenied, "DescribeStacks")
    );
    replay.only_request().await;
}

#[tokio::test]
async fn throttling_is_tried_again() {
    let replay = Replay::of([
        refusal(400, "Throttling", "Rate exceeded"),
        stack("CREATE_COMPLETE"),
    ]);
    let state = aws(&replay)
        .describe("qdn-prod")
        .await
        .expect("an answer")
        .expect("a stack");
    assert_eq!(state.status, StackStatus::CreateComplete);
    assert_eq!(replay.requests().await.len(), 2);
}

#[tokio::test]
async fn throttling_without_end_is_told_as_such() {
    let replay = Replay::of([
        refusal(400, "Throttling", "Rate exceeded"),
        refusal(400, "Throttling", "Rate exceeded"),
        refusal(400, "Throttling", "Rate exceeded"),
    ]);
    let error = aws(&replay)
        .describe("qdn-prod")
        .await
        .expect_err("always throttled");
    assert_eq!(error.kind, ErrorKind::Throttled);
    replay.requests().await;
}

#[tokio::test]
async fn reads_the_template_as_it_was_sent() {
    let replay = Replay::of([result(
        "GetTemplate",
        "<TemplateBody>{&quot;Resources&quot;:{}}</TemplateBody>",
    )]);
    let template = aws(&replay).template("qdn-prod").await.expect("an answer");
    assert_eq!(template.as_deref(), Some(r#"{"Resources":{}}"#));
    let form = replay.only_request().await.form();
    assert_eq!(
        (form["Action"].as_str(), form["TemplateStage"].as_str()),
        ("GetTemplate", "Original")
    );
}

#[tokio::test]
async fn a_stack_without_a_template_has_none() {
    let replay = Replay::of([
        refusal(
            400,
            "ValidationError",
            "Stack with id qdn-prod does not exist",
        ),
        result("GetTemplate", "<TemplateBody></TemplateBody>"),
        result("GetTemplate", "<TemplateBody>{}</TemplateBody>"),
        result("GetTemplate", ""),
    ]);
    let cloud = aws(&replay);
    for _ in 0..4 {
        assert_eq!(cloud.template("qdn-prod").await, Ok(None));
    }
    replay.requests().await;
}

#[tokio::test]
async fn deletes_a_stack_with_a_token() {
    let replay = Replay::of([Answer::xml(200, "<DeleteStackResponse/>")]);
    aws(&replay)
        .delete(STACK, "token-1")
        .await
        .expect("an answer");
    let form = replay.only_request().await.form();
    assert_eq!(
        (
            form["Action"].as_str(),
            form["StackName"].as_str(),
            form["ClientRequestToken"].as_str()
        ),
        ("DeleteStack", STACK, "token-1")
    );
}
