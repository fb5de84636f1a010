//! Lists what a stack consists of: its resources and its change sets.

use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::types as sdk;

use super::failure::failure;
use super::stacks::{SERVICE, does_not_exist, next_token};
use crate::ports::{ChangeSetSummary, Result, StackResource};

/// Every resource, all pages read.
pub(super) async fn resources(client: &Client, stack: &str) -> Result<Vec<StackResource>> {
    let mut listed = Vec::new();
    let mut page = None;
    loop {
        let call = client.list_stack_resources().stack_name(stack);
        let answer = match call.set_next_token(page).send().await {
            Ok(answer) => answer,
            Err(error) if does_not_exist(&error) => return Ok(Vec::new()),
            Err(error) => return Err(failure(SERVICE, "ListStackResources", stack, &error)),
        };
        listed.extend(answer.stack_resource_summaries().iter().map(resource));
        page = next_token(answer.next_token);
        if page.is_none() {
            return Ok(listed);
        }
    }
}

fn resource(summary: &sdk::StackResourceSummary) -> StackResource {
    let status = summary.resource_status();
    StackResource {
        logical_id: told(summary.logical_resource_id()).unwrap_or_default(),
        resource_type: told(summary.resource_type()).unwrap_or_default(),
        physical_id: told(summary.physical_resource_id()),
        status: status.map_or_else(String::new, |status| status.as_str().to_owned()),
        reason: told(summary.resource_status_reason()),
    }
}

/// Every change set, all pages read.
pub(super) async fn change_sets(client: &Client, stack: &str) -> Result<Vec<ChangeSetSummary>> {
    let mut listed = Vec::new();
    let mut page = None;
    loop {
        let call = client.list_change_sets().stack_name(stack);
        let answer = match call.set_next_token(page).send().await {
            Ok(answer) => answer,
            Err(error) if does_not_exist(&error) => return Ok(Vec::new()),
            Err(error) => return Err(failure(SERVICE, "ListChangeSets", stack, &error)),
        };
        listed.extend(answer.summaries().iter().filter_map(change_set));
        page = next_token(answer.next_token);
        if page.is_none() {
            return Ok(listed);
        }
    }
}

fn change_set(summary: &sdk::ChangeSetSummary) -> Option<ChangeSetSummary> {
    let failed = summary.status() == Some(&sdk::ChangeSetStatus::Failed);
    let obsolete = summary.execution_status() == Some(&sdk::ExecutionStatus::Obsolete);
    Some(ChangeSetSummary {
        id: told(summary.change_set_id())?,
        name: told(summary.change_set_name())?,
        dead: failed || obsolete,
    })
}

fn told(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::replay::{Answer, Replay};

    fn page(operation: &str, list: &str, members: &str, next: &str) -> Answer {
        Answer::xml(
            200,
            &format!(
                "<{operation}Response><{operation}Result><{list}>{members}</{list}><NextToken>{next}</NextToken>\
                 </{operation}Result></{operation}Response>"
            ),
        )
    }

    #[tokio::test]
    async fn resources_of_every_page_and_what_is_left_of_them() {
        let member = |id: &str, physical: &str, status: &str| {
            format!(
                "<member><LogicalResourceId>{id}</LogicalResourceId>\
                 <PhysicalResourceId>{physical}</PhysicalResourceId><ResourceType>AWS::S3::Bucket</ResourceType>\
                 <LastUpdatedTimestamp>2026-11-22T17:53:01Z</LastUpdatedTimestamp>\
                 <ResourceStatus>{status}</ResourceStatus></member>"
            )
        };
        let list = |members: &str, next: &str| {
            page(
                "ListStackResources",
                "StackResourceSummaries",
                members,
                next,
            )
        };
        let first = [
            member("Kept", "b-1", "DELETE_SKIPPED"),
            member("Gone", "b-2", "DELETE_COMPLETE"),
        ];
        let replay = Replay::of([
            list(&first.concat(), "2"),
            list(&member("Never", "", "CREATE_FAILED"), ""),
        ]);
        let client = Client::new(&replay.config());
        let found = resources(&client, "qdn-prod").await.expect("resources");
        let left: Vec<_> = found
            .iter()
            .map(|one| (one.logical_id.as_str(), one.is_left()))
            .collect();
        assert_eq!(left, [("Kept", true), ("Gone", false), ("Never", false)]);
        let requests = replay.requests().await;
        assert_eq!(requests[1].form()["NextToken"], "2");
    }

    #[tokio::test]
    async fn change_sets_that_failed_or_are_obsolete_are_dead() {
        let member = |name: &str, status: &str, execution: &str| {
            format!(
                "<member><ChangeSetId>arn:{name}</ChangeSetId><ChangeSetName>{name}</ChangeSetName>\
                 <Status>{status}</Status><ExecutionStatus>{execution}</ExecutionStatus></member>"
            )
        };
        let members = [
            member("a", "CREATE_COMPLETE", "AVAILABLE"),
            member("b", "FAILED", "UNAVAILABLE"),
            member("c", "CREATE_COMPLETE", "OBSOLETE"),
            member("d", "CREATE_IN_PROGRESS", "UNAVAILABLE"),
        ];
        let replay = Replay::of([page("ListChangeSets", "Summaries", &members.concat(), "")]);
        let client = Client::new(&replay.config());
        let found = change_sets(&client, "qdn-prod").await.expect("change sets");
        let dead: Vec<_> = found
            .iter()
            .map(|one| (one.name.as_str(), one.dead))
            .collect();
        assert_eq!(dead, [("a", false), ("b", true), ("c", true), ("d", false)]);
    }

    #[tokio::test]
    async fn a_stack_that_is_gone_has_neither() {
        let gone = || {
            Answer::xml(
                400,
                "<ErrorResponse><Error><Code>ValidationError</Code><Message>Stack [qdn-prod] does not exist\
                 </Message></Error></ErrorResponse>",
            )
        };
        let replay = Replay::of([gone(), gone()]);
        let client = Client::new(&replay.config());
        assert!(
            resources(&client, "qdn-prod")
                .await
                .expect("none")
                .is_empty()
        );
        assert!(
            change_sets(&client, "qdn-prod")
                .await
                .expect("none")
                .is_empty()
        );
    }
}
