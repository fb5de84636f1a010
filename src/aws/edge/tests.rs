//! What goes over the wire to CloudFront, and what its answers become.

use super::*;
use crate::aws::replay::{Answer, Replay};

fn edge(replay: &Replay) -> CloudFront {
    CloudFront::new(&replay.config(), None)
}

fn refusal(status: u16, code: &str) -> Answer {
    Answer::xml(
        status,
        &format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>no</Message></Error>\
             <RequestId>r-1</RequestId></ErrorResponse>"
        ),
    )
    .header("x-amzn-requestid", "r-1")
}

fn distribution(status: &str) -> Answer {
    Answer::xml(
        200,
        &format!(
            "<Distribution><Id>E1</Id><ARN>arn</ARN><Status>{status}</Status>\
             <LastModifiedTime>2026-11-22T17:53:01Z</LastModifiedTime>\
             <InProgressInvalidationBatches>0</InProgressInvalidationBatches>\
             <DomainName>d1.cloudfront.net</DomainName>\
             <DistributionConfig><CallerReference>r</CallerReference><Origins><Quantity>0</Quantity>\
             <Items/></Origins><DefaultCacheBehavior><TargetOriginId>site</TargetOriginId>\
             <ViewerProtocolPolicy>https-only</ViewerProtocolPolicy></DefaultCacheBehavior>\
             <Comment/><Enabled>true</Enabled></DistributionConfig></Distribution>"
        ),
    )
}

#[tokio::test]
async fn tells_whether_a_distribution_is_deployed() {
    let replay = Replay::of([distribution("Deployed"), distribution("InProgress")]);
    let ireland = replay
        .config()
        .into_builder()
        .region(aws_config::Region::new("eu-west-1"))
        .build();
    let edge = CloudFront::new(&ireland, None);
    let state = edge
        .distribution("E1")
        .await
        .expect("an answer")
        .expect("a distribution");
    let expected = DistributionState {
        domain: "d1.cloudfront.net".into(),
        deployed: true,
        enabled: true,
    };
    assert_eq!(state, expected);
    let state = edge
        .distribution("E1")
        .await
        .expect("an answer")
        .expect("a distribution");
    assert!(!state.deployed);
    let sent = &replay.requests().await[0];
    assert_eq!(
        (sent.method.as_str(), sent.host.as_str(), sent.path.as_str()),
        (
            "GET",
            "cloudfront.amazonaws.com",
            "/2020-05-31/distribution/E1"
        )
    );
    // CloudFront is signed for us-east-1 wherever the stack lives.
    assert!(sent.headers["authorization"].contains("/us-east-1/cloudfront/"));
}

#[tokio::test]
async fn reads_the_live_code_of_an_edge_function() {
    let replay = Replay::of([Answer::with_body(200, b"function handler(event) {}")
        .header("content-type", "application/octet-stream")]);
    let code = edge(&replay).live_function("qdn-prod-edge").await;
    assert_eq!(code, Ok(Some(b"function handler(event) {}".to_vec())));
    let sent = replay.only_request().await;
    assert_eq!(
        (sent.path.as_str(), sent.query["Stage"].as_str()),
        ("/2020-05-31/function/qdn-prod-edge", "LIVE")
    );
}

fn summary(version: Option<&'static str>) -> Answer {
    let answer = Answer::xml(
        200,
        "<FunctionSummary><Name>qdn-prod-edge</Name><FunctionConfig><Comment>somebody's</Comment>\
         <Runtime>cloudfront-js-2.0</Runtime></FunctionConfig><FunctionMetadata><FunctionARN>a</FunctionARN>\
         <LastModifiedTime>2026-11-22T17:53:01Z</LastModifiedTime></FunctionMetadata></FunctionSummary>",
    );
    match version {
        // Where it is in an answer depends on the operation.
        Some(version) => answer.header("etag", version).header("ettag", version),
        None => answer,
    }
}

fn function() -> EdgeFunction {
    EdgeFunction {
        name: "qdn-prod-edge".to_owned(),
        comment: "ours".to_owned(),
        code: "function handler(event) {}".to_owned(),
        store: Some("arn:aws:cloudfront::123456789012:key-value-store/1".to_owned()),
    }
}

/// Whatever somebody gave it, the store that it reads among it.
#[tokio::test]
async fn gives_a_function_its_code_and_settings_at_its_version() {
    let replay = Replay::of([summary(Some("V1")), summary(Some("V2"))]);
    let draft = edge(&replay).update_function(&function()).await.unwrap();
    assert_eq!(draft.version, "V2");
    let sent = &replay.requests().await[1];
    let told = (sent.method.as_str(), sent.path.as_str());
    assert_eq!(told, ("PUT", "/2020-05-31/function/qdn-prod-edge"));
    assert_eq!(sent.headers["if-match"], "V1");
    for part in [
        "<Comment>ours</Comment>",
        "<KeyValueStoreARN>arn:aws:cloudfront::123456789012:key-value-store/1</KeyValueStoreARN>",
        "<FunctionCode>ZnVuY3Rpb24gaGFuZGxlcihldmVudCkge30=</FunctionCode>",
    ] {
        assert!(sent.body.contains(part), "{}", sent.body);
    }
}

/// An emulator's answer to the update has no version where the SDK looks for it.
#[tokio::test]
async fn publishes_a_function_at_the_version_that_it_was_given() {
    let replay = Replay::of([
        summary(Some("V1")),
        summary(None),
        summary(Some("V2")),
        summary(None),
    ]);
    let edge = edge(&replay);
    let draft = edge.update_function(&function()).await.unwrap();
    edge.publish_function(&draft).await.unwrap();
    let sent = &replay.requests().await[3];
    let told = (sent.method.as_str(), sent.path.as_str());
    assert_eq!(told, ("POST", "/2020-05-31/function/qdn-prod-edge/publish"));
    assert_eq!(sent.headers["if-match"], "V2");
}

#[tokio::test]
async fn a_function_that_moved_or_is_gone_is_named() {
    let replay = Replay::of([
        summary(Some("V1")),
        refusal(412, "PreconditionFailed"),
        refusal(404, "NoSuchFunctionExists"),
    ]);
    let edge = edge(&replay);
    let moved = edge.update_function(&function()).await.unwrap_err();
    assert_eq!(moved.kind, ErrorKind::Conflict);
    let gone = edge.update_function(&function()).await.unwrap_err();
    assert_eq!(
        gone.to_string(),
        "CloudFront DescribeFunction of qdn-prod-edge: NoSuchFunctionExists: no (request id r-1)"
    );
    replay.requests().await;
}

#[tokio::test]
async fn absent_distributions_and_functions_are_none() {
    let replay = Replay::of([
        refusal(404, "NoSuchDistribution"),
        refusal(404, "NoSuchFunctionExists"),
    ]);
    let edge = edge(&replay);
    assert_eq!(edge.distribution("E1").await, Ok(None));
    assert_eq!(edge.live_function("qdn-prod-edge").await, Ok(None));
    replay.requests().await;
}

#[tokio::test]
async fn invalidates_paths_under_a_reference() {
    let replay = Replay::of([Answer::xml(
        201,
        "<Invalidation><Id>I1</Id><Status>InProgress</Status>\
            <CreateTime>2026-11-22T17:53:01Z</CreateTime><InvalidationBatch><Paths><Quantity>0</Quantity></Paths>\
            <CallerReference>r</CallerReference></InvalidationBatch></Invalidation>",
    )]);
    let paths = ["/track".to_owned(), "/track/*".to_owned()];
    assert_eq!(
        edge(&replay).invalidate("E1", &paths, "run-1").await,
        Ok("I1".into())
    );
    let sent = replay.only_request().await;
    assert_eq!(
        (sent.method.as_str(), sent.path.as_str()),
        ("POST", "/2020-05-31/distribution/E1/invalidation")
    );
    let (_, batch) = sent.body.split_once("<Paths>").expect("paths");
    assert_eq!(
        batch,
        "<Quantity>2</Quantity><Items><Path>/track</Path><Path>/track/*</Path></Items></Paths>\
         <CallerReference>run-1</CallerReference></InvalidationBatch>"
    );
}

#[tokio::test]
async fn tells_when_an_invalidation_is_complete() {
    let answer = |status: &str| {
        Answer::xml(
            200,
            &format!(
                "<Invalidation><Id>I1</Id><Status>{status}</Status>\
            <CreateTime>2026-11-22T17:53:01Z</CreateTime><InvalidationBatch><Paths><Quantity>0</Quantity></Paths>\
            <CallerReference>r</CallerReference></InvalidationBatch></Invalidation>"
            ),
        )
    };
    let replay = Replay::of([answer("InProgress"), answer("Completed")]);
    let edge = edge(&replay);
    assert_eq!(edge.invalidated("E1", "I1").await, Ok(false));
    assert_eq!(edge.invalidated("E1", "I1").await, Ok(true));
    assert_eq!(
        replay.requests().await[0].path,
        "/2020-05-31/distribution/E1/invalidation/I1"
    );
}

#[tokio::test]
async fn too_many_invalidations_are_a_matter_of_waiting() {
    let replay = Replay::of([refusal(400, "TooManyInvalidationsInProgress")]);
    let error = edge(&replay)
        .invalidate("E1", &["/*".to_owned()], "run-1")
        .await
        .expect_err("too many");
    assert_eq!(error.kind, ErrorKind::Throttled);
    assert_eq!(
        error.to_string(),
        "CloudFront CreateInvalidation of E1: TooManyInvalidationsInProgress: no (request id r-1)"
    );
}
