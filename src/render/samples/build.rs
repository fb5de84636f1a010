//! Parts that sample plans are put together from.

use serde_json::Value;

use crate::plan::{
    Action, Allowed, Check, Deployment, Layer, LayerPlan, PLAN_VERSION, Plan, PropertyChange,
    Reason, Step, Target,
};
use crate::ports::{ChangeSetKind, Replacement};

pub(super) fn plan(layers: Vec<LayerPlan>) -> Plan {
    let mut layers = layers;
    for layer in [
        Layer::Bootstrap,
        Layer::Secrets,
        Layer::Package,
        Layer::Stack,
        Layer::Edge,
        Layer::Site,
    ] {
        if !layers.iter().any(|planned| planned.layer == layer) {
            layers.push(LayerPlan::unchanged(layer));
        }
    }
    if layers.iter().any(|layer| !layer.steps.is_empty()) {
        let check = |check: &Check| {
            step(
                Action::Check,
                Reason::Deployed,
                Target::Check { check: *check },
            )
        };
        layers.push(with_steps(
            Layer::Verify,
            Check::ALL.iter().map(check).collect(),
        ));
    } else {
        layers.push(LayerPlan::unchanged(Layer::Verify));
    }
    layers.sort_by_key(|layer| layer.layer);
    Plan {
        version: PLAN_VERSION,
        environment: "staging".into(),
        stack: "qdn-staging".into(),
        account: "123456789012".into(),
        region: "us-east-1".into(),
        allowed: Allowed::default(),
        layers,
    }
}

pub(super) fn with_steps(layer: Layer, steps: Vec<Step>) -> LayerPlan {
    LayerPlan {
        steps,
        ..LayerPlan::unchanged(layer)
    }
}

pub(super) fn stack(kind: ChangeSetKind, steps: Vec<Step>) -> LayerPlan {
    let deployment = Deployment {
        stack: "qdn-staging".into(),
        kind,
        template_sha256: "ab".repeat(32),
        parameters: [("ApiCodeKey".into(), key('b'))].into(),
        change_set: None,
    };
    LayerPlan {
        deployment: Some(deployment),
        ..with_steps(Layer::Stack, steps)
    }
}

pub(super) fn step(action: Action, reason: Reason, target: Target) -> Step {
    Step {
        action,
        reason,
        target,
    }
}

pub(super) fn key(digit: char) -> String {
    format!("functions/api/{}.zip", digit.to_string().repeat(64))
}

pub(super) fn resource(
    logical_id: &str,
    kind: &str,
    replacement: Replacement,
    changes: Vec<PropertyChange>,
) -> Target {
    Target::Resource {
        logical_id: logical_id.into(),
        resource_type: kind.into(),
        replacement,
        changes,
    }
}

pub(super) fn create(logical_id: &str, kind: &str) -> Step {
    step(
        Action::Create,
        Reason::New,
        resource(logical_id, kind, Replacement::Never, Vec::new()),
    )
}

pub(super) fn change(
    path: &str,
    before: impl Into<Value>,
    after: impl Into<Value>,
) -> PropertyChange {
    PropertyChange {
        path: path.into(),
        before: Some(before.into()),
        after: Some(after.into()),
    }
}

pub(super) fn object(
    action: Action,
    reason: Reason,
    name: &str,
    bytes: u64,
    changes: Vec<PropertyChange>,
) -> Step {
    step(
        action,
        reason,
        Target::Object {
            key: format!("track/{name}"),
            bytes,
            changes,
        },
    )
}

pub(super) fn paths(paths: &[&str]) -> Step {
    let paths = paths.iter().map(|path| (*path).to_owned()).collect();
    step(
        Action::Invalidate,
        Reason::Deployed,
        Target::Paths { paths },
    )
}

pub(super) fn package(reason: Reason) -> Step {
    let target = Target::Package {
        function: "api".into(),
        key: key('b'),
        bytes: 1_234_567,
    };
    step(Action::Create, reason, target)
}
