//! Reads what a stack did before: the newest page of its events, which is one call.

use aws_sdk_cloudformation::Client;

use super::failure::failure;
use super::stack_events::told;
use super::stacks::{SERVICE, does_not_exist};
use crate::ports::{Result, StackEvent};

/// Events of other operations than that with this token, oldest first, as many as one call tells.
pub(super) async fn earlier_events(
    client: &Client,
    stack: &str,
    token: &str,
) -> Result<Vec<StackEvent>> {
    let answer = client
        .describe_stack_events()
        .stack_name(stack)
        .send()
        .await;
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) if does_not_exist(&error) => return Ok(Vec::new()),
        Err(error) => return Err(failure(SERVICE, "DescribeStackEvents", stack, &error)),
    };
    let events = answer.stack_events().iter().rev();
    let earlier = events.filter(|event| event.client_request_token() != Some(token));
    Ok(earlier.map(told).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::replay::{Answer, Replay};

    #[tokio::test]
    async fn one_call_tells_what_others_did_oldest_first() {
        let event = |id: &str, token: &str| {
            format!(
                "<member><StackId>arn</StackId><EventId>{id}</EventId><StackName>qdn-prod</StackName>\
                 <LogicalResourceId>Api</LogicalResourceId><ResourceType>AWS::Some::Thing</ResourceType>\
                 <Timestamp>2026-11-22T17:53:01.120Z</Timestamp><ResourceStatus>UPDATE_COMPLETE</ResourceStatus>\
                 <ClientRequestToken>{token}</ClientRequestToken></member>"
            )
        };
        let events = [
            event("3", "ours"),
            event("2", "theirs"),
            event("1", "others"),
        ];
        let replay = Replay::of([Answer::xml(
            200,
            &format!(
                "<DescribeStackEventsResponse><DescribeStackEventsResult><StackEvents>{}</StackEvents>\
                 <NextToken>more</NextToken></DescribeStackEventsResult></DescribeStackEventsResponse>",
                events.concat()
            ),
        )]);
        let client = Client::new(&replay.config());
        let earlier = earlier_events(&client, "arn", "ours")
            .await
            .expect("events");
        let ids: Vec<_> = earlier.iter().map(|event| event.id.as_str()).collect();
        assert_eq!(ids, ["1", "2"]);
        assert_eq!(earlier[0].at, "2026-11-22T17:53:01.12Z");
        let request = replay.only_request().await;
        assert_eq!(request.form()["Action"], "DescribeStackEvents");
        assert_eq!(request.form()["StackName"], "arn");
    }
}
