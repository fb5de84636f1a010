//! The `Drifts` port on CloudFormation.

use async_trait::async_trait;
use aws_sdk_cloudformation::types as sdk;

use super::failure::{failure, incomplete};
use super::stacks::{CloudFormation, SERVICE};
use crate::ports::{Detection, Drifts, PropertyDrift, ResourceDrift, Result};

#[async_trait]
impl Drifts for CloudFormation {
    async fn detect(&self, stack: &str) -> Result<String> {
        let answer = self.client.detect_stack_drift().stack_name(stack).send();
        let answer = answer
            .await
            .map_err(|error| failure(SERVICE, "DetectStackDrift", stack, &error))?;
        answer
            .stack_drift_detection_id
            .ok_or_else(|| incomplete(SERVICE, "DetectStackDrift", stack, "detection id"))
    }

    async fn detection(&self, id: &str) -> Result<Detection> {
        const OPERATION: &str = "DescribeStackDriftDetectionStatus";
        let call = self.client.describe_stack_drift_detection_status();
        let answer = call.stack_drift_detection_id(id).send().await;
        let answer = answer.map_err(|error| failure(SERVICE, OPERATION, id, &error))?;
        match answer.detection_status {
            Some(sdk::StackDriftDetectionStatus::DetectionComplete) => Ok(Detection::Complete),
            Some(sdk::StackDriftDetectionStatus::DetectionFailed) => Ok(Detection::Partial {
                reason: answer
                    .detection_status_reason
                    .unwrap_or_else(|| "no reason given".to_owned()),
            }),
            Some(_) => Ok(Detection::Running),
            None => Err(incomplete(SERVICE, OPERATION, id, "status")),
        }
    }

    async fn drifted(&self, stack: &str) -> Result<Vec<ResourceDrift>> {
        let mut found = Vec::new();
        let mut token = None;
        loop {
            let call = self
                .client
                .describe_stack_resource_drifts()
                .stack_name(stack)
                .stack_resource_drift_status_filters(sdk::StackResourceDriftStatus::Modified)
                .stack_resource_drift_status_filters(sdk::StackResourceDriftStatus::Deleted)
                .set_next_token(token)
                .send();
            let answer = call
                .await
                .map_err(|error| failure(SERVICE, "DescribeStackResourceDrifts", stack, &error))?;
            found.extend(
                answer
                    .stack_resource_drifts
                    .unwrap_or_default()
                    .into_iter()
                    .map(resource),
            );
            token = answer.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                break;
            }
        }
        found.sort_by(|left: &ResourceDrift, right| left.logical_id.cmp(&right.logical_id));
        Ok(found)
    }
}

fn resource(drift: sdk::StackResourceDrift) -> ResourceDrift {
    let property = |difference: sdk::PropertyDifference| PropertyDrift {
        path: difference.property_path.unwrap_or_default(),
        expected: difference.expected_value.filter(|value| value != "null"),
        actual: difference.actual_value.filter(|value| value != "null"),
    };
    ResourceDrift {
        logical_id: drift.logical_resource_id.unwrap_or_default(),
        resource_type: drift.resource_type.unwrap_or_default(),
        is_gone: drift.stack_resource_drift_status == Some(sdk::StackResourceDriftStatus::Deleted),
        properties: drift
            .property_differences
            .unwrap_or_default()
            .into_iter()
            .map(property)
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::replay::{Answer, Replay};
    use super::*;

    fn answer(operation: &str, body: &str) -> Answer {
        Answer::xml(
            200,
            &format!(
                "<{operation}Response><{operation}Result>{body}</{operation}Result></{operation}Response>"
            ),
        )
    }

    #[tokio::test]
    async fn a_detection_is_started_and_looked_at() {
        let status = |status: &str| {
            let body = format!(
                "<StackId>arn</StackId><StackDriftDetectionId>d-1</StackDriftDetectionId>\
                 <DetectionStatus>{status}</DetectionStatus>\
                 <DetectionStatusReason>no right to read Table</DetectionStatusReason>\
                 <Timestamp>2026-11-26T00:00:00Z</Timestamp>"
            );
            answer("DescribeStackDriftDetectionStatus", &body)
        };
        let started = "<StackDriftDetectionId>d-1</StackDriftDetectionId>";
        let replay = Replay::of([
            answer("DetectStackDrift", started),
            status("DETECTION_IN_PROGRESS"),
            status("DETECTION_FAILED"),
            status("DETECTION_COMPLETE"),
        ]);
        let drifts = CloudFormation::new(&replay.config(), None);
        assert_eq!(drifts.detect("qdn-staging").await.unwrap(), "d-1");
        assert_eq!(drifts.detection("d-1").await.unwrap(), Detection::Running);
        let reason = "no right to read Table".to_owned();
        assert_eq!(
            drifts.detection("d-1").await.unwrap(),
            Detection::Partial { reason }
        );
        assert_eq!(drifts.detection("d-1").await.unwrap(), Detection::Complete);
    }

    #[tokio::test]
    async fn every_page_of_what_drifted_is_read_in_order() {
        let page = |id: &str, status: &str, more: &str| {
            let body = format!(
                "<StackResourceDrifts><member><LogicalResourceId>{id}</LogicalResourceId>\
                 <ResourceType>AWS::Lambda::Function</ResourceType>\
                 <PropertyDifferences><member><PropertyPath>/MemorySize</PropertyPath>\
                 <ExpectedValue>256</ExpectedValue><ActualValue>512</ActualValue>\
                 <DifferenceType>NOT_EQUAL</DifferenceType></member></PropertyDifferences>\
                 <StackResourceDriftStatus>{status}</StackResourceDriftStatus></member>\
                 </StackResourceDrifts>{more}"
            );
            answer("DescribeStackResourceDrifts", &body)
        };
        let replay = Replay::of([
            page("Z", "MODIFIED", "<NextToken>more</NextToken>"),
            page("A", "DELETED", ""),
        ]);
        let drifts = CloudFormation::new(&replay.config(), None);
        let found = drifts.drifted("qdn-staging").await.unwrap();
        let ids: Vec<_> = found
            .iter()
            .map(|drift| drift.logical_id.as_str())
            .collect();
        assert_eq!(ids, ["A", "Z"]);
        assert!(found[0].is_gone && !found[1].is_gone);
        let property = PropertyDrift {
            path: "/MemorySize".to_owned(),
            expected: Some("256".to_owned()),
            actual: Some("512".to_owned()),
        };
        assert_eq!(found[1].properties, [property]);
        let sent = replay.requests().await;
        assert_eq!(sent[1].form()["NextToken"], "more");
        assert_eq!(
            sent[0].form()["StackResourceDriftStatusFilters.member.1"],
            "MODIFIED"
        );
    }
}
