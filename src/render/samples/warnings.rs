//! Sample plans that warn: of risks, of what was found, of what was not compared.

use super::build::*;
use super::plans::{empty, one_header};
use crate::plan::{Action, Finding, Layer, LayerPlan, NotObserved, Plan, Reason, Target};
use crate::ports::{ChangeSetKind, Replacement};

/// Every kind of risk.
pub(in crate::render) fn risky() -> Plan {
    let touched = |action, id: &str, of: &str, replacement| {
        let target = resource(id, of, replacement, Vec::new());
        step(action, Reason::Declaration, target)
    };
    let (never, always) = (Replacement::Never, Replacement::Always);
    let routes = ["OPTIONS /api/track/rating", "POST /api/track/rating"];
    let mut plan = plan(vec![
        stack(
            ChangeSetKind::Update,
            vec![
                touched(
                    Action::Update,
                    "EdgeFunction",
                    "AWS::CloudFront::Function",
                    never,
                ),
                touched(Action::Replace, "Jobs", "AWS::DynamoDB::Table", always),
                touched(Action::Remove, "Undelivered", "AWS::SQS::Queue", never),
                step(
                    Action::Remove,
                    Reason::Undeclared,
                    Target::Routes {
                        routes: routes.map(str::to_owned).to_vec(),
                    },
                ),
            ],
        ),
        with_steps(
            Layer::Adopt,
            vec![step(
                Action::Update,
                Reason::Declaration,
                Target::Distribution {
                    id: "E2QWRUHEXAMPLE".into(),
                    changes: Vec::new(),
                },
            )],
        ),
    ]);
    let site = plan
        .layers
        .iter_mut()
        .find(|layer| layer.layer == Layer::Site);
    site.expect("a plan has a page").findings = vec![Finding::DeletionsHeld {
        count: 1200,
        limit: 50,
    }];
    plan
}

pub(in crate::render) fn findings() -> Plan {
    let mut plan = one_header();
    plan.layers[3].findings = vec![
        Finding::CodeDrift {
            function: "qdn-staging-api".into(),
            running: "0123456789ab".repeat(5) + "cdef",
            declared: "ba9876543210".repeat(5) + "fedc",
            replaced: false,
        },
        Finding::CodeDrift {
            function: "qdn-staging-relay".into(),
            running: "0123456789ab".repeat(5) + "cdef",
            declared: "ba9876543210".repeat(5) + "fedc",
            replaced: true,
        },
        Finding::RouteDrift {
            missing: vec!["GET /api/health".into()],
        },
        Finding::StageDrift { stage: "v1".into() },
        Finding::EdgeUntried {
            function: "qdn-local-edge".into(),
        },
        Finding::ResourceDrift {
            logical_id: "ApiFunction".into(),
            resource_type: "AWS::Lambda::Function".into(),
            gone: false,
            changes: vec![change("MemorySize", 256, 512)],
            stays: false,
        },
        Finding::ResourceDrift {
            logical_id: "ServerErrors".into(),
            resource_type: "AWS::CloudWatch::Alarm".into(),
            gone: true,
            changes: Vec::new(),
            stays: true,
        },
        Finding::DriftUnknown {
            stack: "qdn-local".into(),
            reason: "this cloud has no drift detection".into(),
        },
        Finding::EdgeDrift {
            function: "qdn-staging-edge".into(),
            replaced: false,
        },
        Finding::DistributionOff {
            distribution: "E2QWRUHEXAMPLE".into(),
        },
        Finding::NoEffect {
            stack: "qdn-staging".into(),
        },
        Finding::FictionalPhone {
            phone: "+15125550100".into(),
        },
        Finding::Unproved,
    ];
    plan.layers[5].findings = vec![Finding::DeletionsHeld {
        count: 1200,
        limit: 50,
    }];
    plan
}

/// A plan of which some layers were not compared.
pub(in crate::render) fn not_observed(layers: &[(Layer, NotObserved)]) -> Plan {
    let mut plan = empty();
    for (layer, why) in layers {
        let unseen = LayerPlan::unseen(*layer, why.clone());
        plan.layers
            .iter_mut()
            .filter(|planned| planned.layer == *layer)
            .for_each(|planned| planned.clone_from(&unseen));
    }
    plan
}
