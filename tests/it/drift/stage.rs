//! Drift of the API's stage, which an apply itself lets serve a snapshot of its own when routes go.

use qdn_infra::engine::Refresh;
use qdn_infra::ports::{PropertyDrift, ResourceDrift};

use super::drift;
use crate::engine::{applied, apply, nothing_is_left};
use crate::fixture::Fixture;
use crate::verify::verify;

/// An apply that took routes away lets the stage serve a snapshot that no stack made.
#[tokio::test]
async fn a_stage_without_the_routes_that_went_is_no_drift_and_they_stay_away() {
    let mut fixture = Fixture::new();
    let world = applied(&fixture).await;
    let stage = |path: &str| ResourceDrift {
        logical_id: "ApiStage".to_owned(),
        resource_type: "AWS::ApiGateway::Stage".to_owned(),
        is_gone: false,
        properties: vec![PropertyDrift {
            path: path.to_owned(),
            expected: Some("made by the stack".to_owned()),
            actual: Some("another".to_owned()),
        }],
    };
    let differs = |path| world.drift(vec![stage(path)]);
    differs("/DeploymentId");
    assert!(!drift(&fixture, &world).await.is_none());
    // Somebody serves a route beside the stack, and an apply takes it away.
    world.serve("GET /api/retired");
    let allowed = &mut fixture.desired.allowed.route_removal;
    allowed.insert("GET /api/retired".to_owned());
    apply(&fixture, &world).await.unwrap();
    assert!(drift(&fixture, &world).await.is_none());
    differs("/TracingEnabled");
    assert!(!drift(&fixture, &world).await.is_none());

    // With nothing else to put back CloudFormation is not asked to put that back, over and over.
    differs("/DeploymentId");
    fixture.desired.refresh = Refresh::Revert;
    nothing_is_left(&fixture, &world).await;
    // With something else it puts its own snapshot back all the same.
    let gone = ResourceDrift {
        logical_id: "DataTable".to_owned(),
        resource_type: "AWS::DynamoDB::Table".to_owned(),
        is_gone: false,
        properties: Vec::new(),
    };
    world.drift(vec![stage("/DeploymentId"), gone]);
    apply(&fixture, &world).await.unwrap();
    assert!(verify(&fixture, &world).await.is_right());
}
