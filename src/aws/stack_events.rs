//! Reads the events of one stack operation from a history that is told newest first and without end, and
//! the failures that this history leaves out.

use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::primitives::{DateTime, DateTimeFormat};
use aws_sdk_cloudformation::types as sdk;

use super::failure::failure;
use super::stacks::{SERVICE, does_not_exist, next_token};
use crate::ports::{Result, StackEvent};

/// Statuses of the stack itself with which an operation begins.
const BEGINNINGS: [&str; 4] = [
    "CREATE_IN_PROGRESS",
    "UPDATE_IN_PROGRESS",
    "DELETE_IN_PROGRESS",
    "IMPORT_IN_PROGRESS",
];

/// Events with this token, oldest first, without those up to and including `after`. Without a token: those of the
/// newest operation, whoever began it. Reads no further back than `after`, the operation's beginning, or the end of
/// the operation before it.
pub(super) async fn operation_events(
    client: &Client,
    stack: &str,
    token: Option<&str>,
    after: Option<&str>,
) -> Result<Vec<StackEvent>> {
    // An operation may have been begun without one.
    let mut operation = token.map(|token| Some(token.to_owned()));
    let mut found = Vec::new();
    let mut page = None;
    'history: loop {
        let answer = client
            .describe_stack_events()
            .stack_name(stack)
            .set_next_token(page)
            .send()
            .await;
        let answer = match answer {
            Ok(answer) => answer,
            // A stack deleted by name is gone from under its name.
            Err(error) if does_not_exist(&error) => break,
            Err(error) => return Err(failure(SERVICE, "DescribeStackEvents", stack, &error)),
        };
        for event in answer.stack_events() {
            if after.is_some() && event.event_id() == after {
                break 'history;
            }
            let token = event.client_request_token().map(str::to_owned);
            let ours = token == *operation.get_or_insert_with(|| token.clone());
            if ours {
                found.push(told(event));
            }
            if nothing_of_ours_before(event, ours) {
                break 'history;
            }
        }
        page = next_token(answer.next_token);
        if page.is_none() {
            break;
        }
    }
    found.reverse();
    Ok(found)
}

/// Operations of a stack never overlap, so nothing of ours is older than our beginning, nor than the end of
/// somebody else's operation.
fn nothing_of_ours_before(event: &sdk::StackEvent, ours: bool) -> bool {
    let of_the_stack = event
        .physical_resource_id()
        .is_some_and(|id| !id.is_empty() && Some(id) == event.stack_id());
    let status = event
        .resource_status()
        .map_or("", sdk::ResourceStatus::as_str);
    of_the_stack
        && if ours {
            BEGINNINGS.contains(&status)
        } else {
            status.ends_with("_COMPLETE") || status.ends_with("_FAILED")
        }
}

/// What failed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Failed<'a> {
    /// The newest failed operation of a stack, by name or ARN.
    Stack(&'a str),
    /// A change set, by ARN.
    ChangeSet(&'a str),
}

/// The failures of validations and hooks of the newest operation that failed, which CloudFormation tells by
/// `DescribeEvents` alone. Events are told newest first, so that the pages of that operation are read and no more.
pub(super) async fn validation_failures(
    client: &Client,
    failed: Failed<'_>,
) -> Result<Vec<StackEvent>> {
    let call = client
        .describe_events()
        .filters(sdk::EventFilter::builder().failed_events(true).build());
    let (call, subject) = match failed {
        Failed::Stack(stack) => (call.stack_name(stack), stack),
        Failed::ChangeSet(change_set) => (call.change_set_name(change_set), change_set),
    };
    let mut events: Vec<sdk::OperationEvent> = Vec::new();
    let mut page = None;
    loop {
        let answer = call.clone().set_next_token(page).send().await;
        let answer = answer.map_err(|error| failure(SERVICE, "DescribeEvents", subject, &error))?;
        page = next_token(answer.next_token);
        events.extend(answer.operation_events.unwrap_or_default());
        let first = events.first().map(sdk::OperationEvent::operation_id);
        if page.is_none() || events.last().map(sdk::OperationEvent::operation_id) != first {
            break;
        }
    }
    let newest = events.iter().max_by_key(|event| event.timestamp().copied());
    Ok(events
        .iter()
        .filter(|event| newest.is_some_and(|newest| event.operation_id() == newest.operation_id()))
        .filter_map(told_failure)
        .collect())
}

fn told_failure(event: &sdk::OperationEvent) -> Option<StackEvent> {
    let reason = match event.event_type() {
        Some(sdk::EventType::ValidationError) => event.validation_status_reason(),
        Some(sdk::EventType::HookInvocationError) => event.hook_status_reason(),
        // The rest is told among the stack's own events.
        Some(_) | None => return None,
    };
    let reason = match (
        reason.unwrap_or_default(),
        event.validation_path().unwrap_or_default(),
    ) {
        (reason, "") => reason.to_owned(),
        (reason, path) => format!("{reason} ({path})"),
    };
    Some(StackEvent {
        id: text(event.event_id()),
        logical_id: text(event.logical_resource_id()),
        resource_type: text(event.resource_type()),
        status: text(
            event
                .detailed_status()
                .map(sdk::DetailedStatus::as_str)
                .or(Some("VALIDATION_FAILED")),
        ),
        reason: Some(reason).filter(|reason| !reason.is_empty()),
        at: time(event.timestamp()),
    })
}

fn text(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

fn time(at: Option<&DateTime>) -> String {
    at.and_then(|at| at.fmt(DateTimeFormat::DateTime).ok())
        .unwrap_or_default()
}

pub(super) fn told(event: &sdk::StackEvent) -> StackEvent {
    StackEvent {
        id: text(event.event_id()),
        logical_id: text(event.logical_resource_id()),
        resource_type: text(event.resource_type()),
        status: text(event.resource_status().map(sdk::ResourceStatus::as_str)),
        reason: event
            .resource_status_reason()
            .filter(|reason| !reason.is_empty())
            .map(str::to_owned),
        at: time(event.timestamp()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::replay::{Answer, Replay};

    const STACK: &str = "arn:aws:cloudformation:us-east-1:123456789012:stack/qdn-prod/1";

    /// One event: id, physical id, status, token.
    fn event(id: &str, physical: &str, status: &str, token: &str) -> String {
        format!(
            "<member><StackId>{STACK}</StackId><EventId>{id}</EventId><StackName>qdn-prod</StackName>\
             <LogicalResourceId>Api</LogicalResourceId><PhysicalResourceId>{physical}</PhysicalResourceId>\
             <ResourceType>AWS::Some::Thing</ResourceType><Timestamp>2026-11-22T17:53:01.120Z</Timestamp>\
             <ResourceStatus>{status}</ResourceStatus><ResourceStatusReason></ResourceStatusReason>\
             <ClientRequestToken>{token}</ClientRequestToken></member>"
        )
    }

    fn page(events: &[String], next: &str) -> Answer {
        let next = if next.is_empty() {
            String::new()
        } else {
            format!("<NextToken>{next}</NextToken>")
        };
        Answer::xml(
            200,
            &format!(
                "<DescribeStackEventsResponse><DescribeStackEventsResult><StackEvents>{}</StackEvents>{next}\
                 </DescribeStackEventsResult></DescribeStackEventsResponse>",
                events.concat()
            ),
        )
    }

    async fn read(replay: &Replay, after: Option<&str>) -> Vec<String> {
        let client = Client::new(&replay.config());
        let events = operation_events(&client, STACK, Some("ours"), after)
            .await
            .expect("events");
        events.into_iter().map(|event| event.id).collect()
    }

    #[tokio::test]
    async fn reads_back_to_the_operations_beginning_and_no_further() {
        let replay = Replay::of([
            page(
                &[
                    event("5", STACK, "UPDATE_COMPLETE", "ours"),
                    event("4", "api-1", "UPDATE_COMPLETE", "ours"),
                ],
                "page2",
            ),
            page(
                &[
                    event("3", "api-1", "UPDATE_IN_PROGRESS", "ours"),
                    event("2", STACK, "UPDATE_IN_PROGRESS", "ours"),
                    event("1", "api-1", "CREATE_COMPLETE", "theirs"),
                ],
                "page3",
            ),
        ]);
        assert_eq!(read(&replay, None).await, ["2", "3", "4", "5"]);
        let requests = replay.requests().await;
        assert_eq!(requests[0].form()["Action"], "DescribeStackEvents");
        assert_eq!(requests[0].form()["StackName"], STACK);
        assert!(!requests[0].form().contains_key("NextToken"));
        assert_eq!(requests[1].form()["NextToken"], "page2");
    }

    #[tokio::test]
    async fn stops_at_the_event_that_is_known() {
        let replay = Replay::of([page(
            &[
                event("4", "api-1", "UPDATE_COMPLETE", "ours"),
                event("3", "api-1", "UPDATE_IN_PROGRESS", "ours"),
                event("2", STACK, "UPDATE_IN_PROGRESS", "ours"),
            ],
            "page2",
        )]);
        assert_eq!(read(&replay, Some("3")).await, ["4"]);
        replay.only_request().await;
    }

    #[tokio::test]
    async fn a_rollback_does_not_look_like_a_beginning() {
        let replay = Replay::of([page(
            &[
                event("4", STACK, "UPDATE_ROLLBACK_COMPLETE", "ours"),
                event("3", STACK, "UPDATE_ROLLBACK_IN_PROGRESS", "ours"),
                event("2", "api-1", "UPDATE_FAILED", "ours"),
                event("1", STACK, "UPDATE_IN_PROGRESS", "ours"),
            ],
            "page2",
        )]);
        assert_eq!(read(&replay, None).await, ["1", "2", "3", "4"]);
        replay.only_request().await;
    }

    #[tokio::test]
    async fn an_operation_that_has_not_begun_reads_no_old_history() {
        let replay = Replay::of([page(
            &[
                event("2", STACK, "UPDATE_COMPLETE", "theirs"),
                event("1", "api-1", "UPDATE_COMPLETE", "theirs"),
            ],
            "page2",
        )]);
        assert_eq!(read(&replay, None).await, [""; 0]);
        replay.only_request().await;
    }

    #[tokio::test]
    async fn without_a_token_the_newest_operation_is_told_whoever_began_it() {
        let history = [
            event("4", "api-1", "UPDATE_IN_PROGRESS", "theirs"),
            event("3", STACK, "UPDATE_IN_PROGRESS", "theirs"),
            event("2", STACK, "UPDATE_COMPLETE", "ours"),
        ];
        let replay = Replay::of([page(&history, "page2")]);
        let client = Client::new(&replay.config());
        let events = operation_events(&client, STACK, None, None).await;
        let ids: Vec<_> = events
            .expect("events")
            .into_iter()
            .map(|event| event.id)
            .collect();
        assert_eq!(ids, ["3", "4"]);
        replay.only_request().await;
    }

    #[tokio::test]
    async fn a_stack_that_is_gone_has_no_events() {
        let replay = Replay::of([Answer::xml(
            400,
            "<ErrorResponse><Error><Code>ValidationError</Code><Message>Stack [qdn-prod] does not exist\
             </Message></Error></ErrorResponse>",
        )]);
        assert_eq!(read(&replay, None).await, [""; 0]);
    }

    #[tokio::test]
    async fn tells_the_validation_failures_of_the_newest_operation() {
        let failure = |operation: &str, second: u32, kind: &str, id: &str| {
            format!(
                "<member><EventId>{id}</EventId><OperationId>{operation}</OperationId><EventType>{kind}</EventType>\
                 <LogicalResourceId>Site</LogicalResourceId><ResourceType>AWS::S3::Bucket</ResourceType>\
                 <Timestamp>2026-11-22T17:53:0{second}Z</Timestamp>\
                 <ValidationPath>/Resources/Site/Properties/BucketName</ValidationPath>\
                 <ValidationStatusReason>it exists already</ValidationStatusReason></member>"
            )
        };
        let members = [
            failure("new", 3, "STACK_EVENT", "3"),
            failure("new", 2, "VALIDATION_ERROR", "2"),
            failure("old", 1, "VALIDATION_ERROR", "1"),
        ];
        let replay = Replay::of([Answer::xml(
            200,
            &format!(
                "<DescribeEventsResponse><DescribeEventsResult><OperationEvents>{}</OperationEvents>\
                 </DescribeEventsResult></DescribeEventsResponse>",
                members.concat()
            ),
        )]);
        let client = Client::new(&replay.config());
        let failures = validation_failures(&client, Failed::Stack(STACK))
            .await
            .expect("an answer");
        let expected = StackEvent {
            id: "2".into(),
            logical_id: "Site".into(),
            resource_type: "AWS::S3::Bucket".into(),
            status: "VALIDATION_FAILED".into(),
            reason: Some("it exists already (/Resources/Site/Properties/BucketName)".into()),
            at: "2026-11-22T17:53:02Z".into(),
        };
        assert_eq!(failures, [expected]);
        let form = replay.only_request().await.form();
        assert_eq!(
            (form["Action"].as_str(), form["StackName"].as_str()),
            ("DescribeEvents", STACK)
        );
        assert_eq!(form["Filters.FailedEvents"], "true");
    }

    #[tokio::test]
    async fn tells_an_event_in_our_words() {
        let replay = Replay::of([page(
            &[event("1", "api-1", "CREATE_IN_PROGRESS", "ours")],
            "",
        )]);
        let client = Client::new(&replay.config());
        let events = operation_events(&client, STACK, Some("ours"), None)
            .await
            .expect("events");
        let expected = StackEvent {
            id: "1".into(),
            logical_id: "Api".into(),
            resource_type: "AWS::Some::Thing".into(),
            status: "CREATE_IN_PROGRESS".into(),
            reason: None,
            at: "2026-11-22T17:53:01.12Z".into(),
        };
        assert_eq!(events, [expected]);
    }
}
