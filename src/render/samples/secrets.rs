//! A sample plan of secrets and of keys at the edge.

use super::build::*;
use crate::plan::{
    Action, Difference, Layer, LayerPlan, Plan, PropertyChange, Reason, SecretStanding, Step,
    Target,
};

fn secret(action: Action, reason: Reason, name: &str, changes: Vec<PropertyChange>) -> Step {
    let name = format!("qdn-staging/{name}");
    step(action, reason, Target::Secret { name, changes })
}

fn edge_key(action: Action, reason: Reason, key: &str) -> Step {
    let key = key.to_owned();
    step(action, reason, Target::EdgeKey { key })
}

/// Every way in which a secret and an entry at the edge can differ.
pub(in crate::render) fn secrets() -> Plan {
    let owner = change("Tags.owner", "ops", "platform");
    let standing = |name: &str, standing| SecretStanding {
        name: format!("qdn-staging/{name}"),
        standing,
    };
    plan(vec![
        LayerPlan {
            secrets: vec![
                standing("carrier", Difference::Changed),
                standing("keys", Difference::Unchanged),
                standing("deployer-key", Difference::Missing),
                standing("operators", Difference::Changed),
                standing("former", Difference::Missing),
                standing("labelled", Difference::Changed),
            ],
            ..with_steps(
                Layer::Secrets,
                vec![
                    secret(Action::Update, Reason::Content, "carrier", Vec::new()),
                    secret(Action::Create, Reason::New, "deployer-key", Vec::new()),
                    secret(Action::Update, Reason::Dependency, "operators", Vec::new()),
                    secret(
                        Action::Create,
                        Reason::ScheduledForDeletion,
                        "former",
                        Vec::new(),
                    ),
                    secret(Action::Update, Reason::Declaration, "labelled", vec![owner]),
                ],
            )
        },
        with_steps(
            Layer::Edge,
            vec![
                edge_key(Action::Create, Reason::New, "op.<deployer>"),
                edge_key(Action::Remove, Reason::Undeclared, "op.k3x9q2ab"),
                edge_key(Action::Update, Reason::Content, "tk.1"),
            ],
        ),
    ])
}
