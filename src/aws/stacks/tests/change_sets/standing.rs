//! How a change set stands, why it failed, and executing and deleting it, replayed.

use super::*;

async fn status_of(status: &str, execution: &str, reason: &str) -> ChangeSetStatus {
    let answer = || change_set_answer(status, execution, reason, "<Changes/>");
    let replay = Replay::of([answer(), answer()]);
    aws(&replay)
        .change_set(CHANGE_SET)
        .await
        .expect("an answer")
        .status
}

#[tokio::test]
async fn a_change_set_is_empty_by_its_reason_alone() {
    let sent = "The submitted information didn't contain changes. Submit different information to create a change set.";
    assert_eq!(
        status_of("FAILED", "UNAVAILABLE", sent).await,
        ChangeSetStatus::Empty
    );
    let none = "No updates are to be performed.";
    assert_eq!(
        status_of("FAILED", "UNAVAILABLE", none).await,
        ChangeSetStatus::Empty
    );
    // Outputs alone: no changes are listed, and yet it is to be executed.
    assert_eq!(
        status_of("CREATE_COMPLETE", "AVAILABLE", "").await,
        ChangeSetStatus::Ready
    );
    let other = "Parameter validation failed";
    assert_eq!(
        status_of("FAILED", "UNAVAILABLE", other).await,
        ChangeSetStatus::Failed(other.into())
    );
}

#[tokio::test]
async fn a_change_set_in_the_making_is_pending() {
    assert_eq!(
        status_of("CREATE_PENDING", "UNAVAILABLE", "").await,
        ChangeSetStatus::Pending
    );
    assert_eq!(
        status_of("CREATE_IN_PROGRESS", "UNAVAILABLE", "").await,
        ChangeSetStatus::Pending
    );
}

#[tokio::test]
async fn a_change_set_that_is_out_of_date_cannot_be_executed() {
    let ChangeSetStatus::Failed(reason) = status_of("CREATE_COMPLETE", "OBSOLETE", "").await else {
        panic!("an obsolete change set is not ready");
    };
    assert!(reason.contains("obsolete"), "{reason}");
    let ChangeSetStatus::Failed(reason) =
        status_of("CREATE_COMPLETE", "EXECUTE_COMPLETE", "").await
    else {
        panic!("an executed change set is not ready");
    };
    assert!(reason.contains("EXECUTE_COMPLETE"), "{reason}");
}

const EARLY: &str =
    "The following hook(s)/validation failed: [AWS::EarlyValidation::ResourceExistenceCheck].";

#[tokio::test]
async fn the_reasons_of_an_early_validation_are_fetched() {
    let replay = Replay::of([
        change_set_answer("FAILED", "UNAVAILABLE", EARLY, ""),
        result(
            "DescribeEvents",
            "<OperationEvents><member><EventType>VALIDATION_ERROR</EventType>\
             <LogicalResourceId>SiteBucket</LogicalResourceId>\
             <ValidationPath>/Resources/SiteBucket/Properties/BucketName</ValidationPath>\
             <ValidationStatusReason>it exists already</ValidationStatusReason></member></OperationEvents>",
        ),
    ]);
    let change_set = aws(&replay)
        .change_set(CHANGE_SET)
        .await
        .expect("an answer");
    let reason = format!(
        "{EARLY}\n  SiteBucket: it exists already (/Resources/SiteBucket/Properties/BucketName)"
    );
    assert_eq!(change_set.status, ChangeSetStatus::Failed(reason));
    let form = replay.requests().await[1].form();
    assert_eq!(
        (
            form["ChangeSetName"].as_str(),
            form["Filters.FailedEvents"].as_str()
        ),
        (CHANGE_SET, "true")
    );
}

#[tokio::test]
async fn reasons_that_may_not_be_read_hide_nothing() {
    let replay = Replay::of([
        change_set_answer("FAILED", "UNAVAILABLE", EARLY, ""),
        refusal(
            403,
            "AccessDenied",
            "not authorized to perform: cloudformation:DescribeEvents",
        ),
    ]);
    let change_set = aws(&replay)
        .change_set(CHANGE_SET)
        .await
        .expect("an answer");
    let ChangeSetStatus::Failed(reason) = change_set.status else {
        panic!("it failed")
    };
    assert!(
        reason.starts_with(EARLY) && reason.contains("cloudformation:DescribeEvents"),
        "{reason}"
    );
}

#[tokio::test]
async fn executes_with_a_token() {
    let replay = Replay::of([result("ExecuteChangeSet", "")]);
    aws(&replay)
        .execute_change_set(CHANGE_SET, "token-1")
        .await
        .expect("an answer");
    let form = replay.only_request().await.form();
    assert_eq!(
        (
            form["Action"].as_str(),
            form["ChangeSetName"].as_str(),
            form["ClientRequestToken"].as_str()
        ),
        ("ExecuteChangeSet", CHANGE_SET, "token-1")
    );
    assert_eq!(form["RetainExceptOnCreate"], "true");
}

#[tokio::test]
async fn a_change_set_that_cannot_be_executed_is_a_conflict() {
    let replay = Replay::of([refusal(
        400,
        "InvalidChangeSetStatus",
        "cannot be executed in its current status",
    )]);
    let error = aws(&replay)
        .execute_change_set(CHANGE_SET, "token-1")
        .await
        .expect_err("obsolete");
    assert_eq!(error.kind, ErrorKind::Conflict);
}

#[tokio::test]
async fn deleting_what_is_gone_is_no_error() {
    let replay = Replay::of([
        result("DeleteChangeSet", ""),
        refusal(404, "ChangeSetNotFound", "ChangeSet does not exist"),
        refusal(400, "ValidationError", "Stack [qdn-prod] does not exist"),
    ]);
    let cloud = aws(&replay);
    for _ in 0..3 {
        cloud.delete_change_set(CHANGE_SET).await.expect("no error");
    }
    assert_eq!(
        replay.requests().await[0].form()["ChangeSetName"],
        CHANGE_SET
    );
}
